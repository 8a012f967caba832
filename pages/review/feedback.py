"""诉求限时反馈: feedback within 24 hours or 3 working days, appointments kept, what stands overdue."""

from pages.parts import cards, data, figures, filters, frame, matrix, misses, overdue

FEEDBACK = ["feedback_24h", "feedback_3wd", "visit_appointed", "appointment_kept"]

view = frame.open("feedback")
monthly = data.monthly(view, FEEDBACK)
beside, rolling = data.straddling(view, FEEDBACK), data.rolling(view, FEEDBACK)

cards.row_of(*(cards.detail_card(view, id, monthly, beside, rolling) for id in FEEDBACK))
misses.show(view, FEEDBACK)
chosen = filters.pick(view, FEEDBACK)
figures.verdicts(view, chosen, monthly)
matrix.by_grid(view, monthly, rolling, FEEDBACK)
overdue.show(view)
misses.definitions(view, [*FEEDBACK, *overdue.IDS])
