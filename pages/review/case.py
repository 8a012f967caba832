"""单户全程: one application from first knowledge to second follow-up, and how its half working day was counted."""

from pages.parts import frame, story

view = frame.open_case("case")
case = story.chosen(view)
if case:
    story.head(view, case)
    story.promises(view, case)
    story.clock(view, case)
    story.events(view, case)
