"""网格: the promises, open cases and holder of every grid, on a map and over time."""

from pages.parts import cards, data, figures, frame, matrix, misses, territory, territory_map, waits

view = frame.open("grids")
monthly = data.monthly(view, [*matrix.PROMISES, *waits.AGES, "open_cases"])
rolling = data.rolling(view, [*matrix.PROMISES, "whole_wait_median"])

territory.holder(view)
matrix.by_grid(view, monthly, rolling)
if view.grid:
    matrix.by_month(view, monthly)
    misses.show(view, list(territory.LISTED))
territory_map.show(view, monthly, rolling)
cards.heading(view.word("grids.kept"))
figures.verdicts(view, "all_kept", monthly)
cards.heading(view.word("grids.open"))
waits.open_by_grid(view, monthly)
misses.definitions(view, list(matrix.PROMISES))
