"""零费用: did works outside the red line cost a user anything."""

from pages.parts import cards, charges, data, figures, frame, misses

FEE = ["zero_fee"]

view = frame.open("zero_fee")
monthly = data.monthly(view, [*FEE, *charges.IDS])
beside, rolling = data.straddling(view, FEE), data.rolling(view, [*FEE, *charges.IDS])

cards.row_of(cards.detail_card(view, "zero_fee", monthly, beside, rolling), *charges.value_cards(view, monthly))
misses.show(view, FEE)
figures.verdicts(view, "zero_fee", monthly)
cards.heading(view.word("zero_fee.charges"))
charges.show(view, monthly, rolling)
misses.charges(view)
misses.definitions(view, [*FEE, *charges.IDS])
