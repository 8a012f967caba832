"""满意度与回访: both follow-ups made, and how users rated."""

from pages.parts import cards, data, figures, filters, frame, misses, ratings

FOLLOW = ["two_follow_ups", "survey_coverage"]

view = frame.open("satisfaction")
monthly = data.monthly(view, [*FOLLOW, *ratings.COMPANY])
beside, rolling = data.straddling(view, FOLLOW), data.rolling(view, [*FOLLOW, *ratings.COMPANY, *ratings.MANAGER])

cards.row_of(*(cards.detail_card(view, id, monthly, beside, rolling) for id in FOLLOW), ratings.card(view, monthly))
ratings.lines(view, monthly, rolling)
misses.show(view, ["two_follow_ups"])
chosen = filters.pick(view, FOLLOW)
figures.verdicts(view, chosen, monthly)
cards.heading(view.word("satisfaction.ratings"))
ratings.show(view, monthly, rolling)
misses.definitions(view, [*FOLLOW, *ratings.COMPANY, *ratings.MANAGER])
