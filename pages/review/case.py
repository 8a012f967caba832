"""单户全程: one application from first knowledge to second follow-up, and how its half working day was counted."""

from pages.parts import correcting, frame, story

view = frame.open_case("case")
correcting.settle(view.lang)
case = story.chosen(view)
if case:
    story.head(view, case)
    story.promises(view, case)
    story.clock(view, case)
    story.events(view, case)
    correcting.of_case(view, case["app_id"])
