"""网格: the promises, open cases and holder of every grid, on a map and over time; of the grid asked for, all that stands open there."""

from pages.parts import ageing, cards, comparison, data, figures, frame, held, matrix, misses, ratings, territory, territory_map, waits

view = frame.open("grids")
monthly = data.monthly(view, [*dict.fromkeys((*matrix.PROMISES, *territory.SERVICE, *ratings.COMPANY)), *waits.AGES, "open_cases"])
rolling = data.rolling(view, [*matrix.PROMISES, "whole_wait_median", "whole_wait_p85"])

territory.holder(view)
if view.grid:
    matrix.by_month(view, monthly)
    misses.show(view, list(territory.LISTED))
    ageing.show(view, rolling)
    held.due_in_grid(view)
    territory.projects(view)
    cards.heading(view.word("territory.service"))
    beside = data.straddling(view, territory.SERVICE)
    cards.row_of(*(cards.detail_card(view, id, monthly, beside, rolling) for id in territory.SERVICE), ratings.card(view, monthly))
    figures.verdict_time(view, "all_kept", monthly)
    comparison.grids(view, "all_kept", rolling)
    matrix.by_grid(view, monthly, rolling)
    territory_map.show(view, monthly, rolling)
else:
    matrix.by_grid(view, monthly, rolling)
    territory_map.show(view, monthly, rolling)
    cards.heading(view.word("grids.kept"))
    figures.verdicts(view, "all_kept", monthly)
    cards.heading(view.word("grids.open"))
    waits.open_by_grid(view, monthly)
misses.definitions(view, list(matrix.PROMISES))
