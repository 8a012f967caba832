"""月度波动图: what changed, and what varies as it always does."""

from pages.parts import cards, changes, comparison, data, filters, frame, misses

view = frame.open("changes")
found = changes.changes(view)
monthly = data.monthly(view, [one.id for one in found])

changes.open(view, found)
chosen = filters.pick_listed(view, {one.id: changes.name(view, one) for one in found})
changes.show(view, next(one for one in found if one.id == chosen), monthly)
comparison.grids(view, chosen, data.rolling(view, [chosen]))
cards.heading(view.word("changes.all"))
changes.list_all(view, found, monthly)
misses.definitions(view, [chosen])
