"""满意度与回访: both follow-ups made, how users rated, what stands beside the scores, bad ratings put right, and words against the ledger."""

from pages.parts import cards, data, figures, filters, frame, misses, ratings, surveys

FOLLOW = ["two_follow_ups", "survey_coverage"]
ASKED = list(dict.fromkeys([*FOLLOW, *ratings.COMPANY, *ratings.MANAGER, *surveys.IDS]))

view = frame.open("satisfaction")
monthly = data.monthly(view, [*FOLLOW, *ratings.COMPANY])
beside, rolling, now = data.straddling(view, FOLLOW), data.rolling(view, ASKED), data.span(view, surveys.IDS, view.month)

cards.row_of(*(cards.detail_card(view, id, monthly, beside, rolling) for id in FOLLOW), ratings.card(view, monthly))
ratings.lines(view, monthly, rolling)
surveys.table(view, now, rolling)
misses.show(view, ["two_follow_ups"])
chosen = filters.pick(view, FOLLOW)
figures.verdicts(view, chosen, monthly)
cards.heading(view.word("satisfaction.ratings"))
ratings.show(view, monthly, rolling)
surveys.bad(view, rolling)
surveys.contradictions(view, rolling)
misses.definitions(view, ASKED)
