"""零跑腿·零资料: did a user have to go anywhere or hand in papers."""

from pages.parts import cards, data, errands, figures, filters, frame, misses

ZERO = ["zero_errand", "zero_material"]

view = frame.open("zero_errand")
monthly = data.monthly(view, [*ZERO, *errands.IDS])
beside, rolling = data.straddling(view, ZERO), data.rolling(view, ZERO)

cards.row_of(*(cards.detail_card(view, id, monthly, beside, rolling) for id in ZERO), *errands.value_cards(view, monthly))
errands.line(view, monthly)
misses.show(view, ZERO)
chosen = filters.pick(view, ZERO)
figures.verdicts(view, chosen, monthly)
errands.show(view, monthly)
misses.definitions(view, [*ZERO, *errands.IDS])
