"""Withholding small cells of a breakdown that leaves the company, and as many others as it takes that nobody can reckon them back.

Rows are members (a grid, a kind of user), columns counts; in every row `total` is the sum of the others, and in every column
the company's count is public. A withheld cell can be told exactly when it lies on no closed walk through withheld cells from
row to column and back: then one such walk is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

LEAST = 3
"""Cases below which a cell could point at somebody; 0 points at nobody."""

Cell = tuple[str, str]
Table = Mapping[str, Mapping[str, int]]


def withheld(table: Table, parts: Sequence[str], total: str) -> set[Cell]:
    """Return the cells (member, column) to withhold, of the columns `parts` and their `total`; other columns (failures) never are.

    What is done to `total` follows from that column alone: tables of one population withhold the same cells of it.
    """
    found = {(member, column) for member, row in table.items() for column in (*parts, total) if 0 < row[column] < LEAST}
    small = [member for member in table if (member, total) in found]
    if len(small) == 1:
        others = sorted((member for member in table if member not in small), key=lambda m: (not table[m][total], table[m][total], m))
        found |= {(member, total) for member in others[:1]}
    candidates = [(member, column) for member in table for column in parts]
    while lone := sorted(told(found)):
        walk = _walk({cell: (0, 0) for cell in found} | {(m, c): (int(not table[m][c]), table[m][c]) for m, c in candidates if (m, c) not in found}, lone[0])
        if walk is None:
            # no second cell is left beside it: the whole breakdown but its failures goes
            return {(member, column) for member in table for column in (*parts, total)}
        found |= walk
    return found


def told(cells: set[Cell]) -> set[Cell]:
    """Return the withheld cells that rows and columns give away: those on no closed walk through withheld cells."""
    return {cell for cell in cells if _walk(dict.fromkeys(cells, (0, 0)), cell) is None}


def _walk(costs: Mapping[Cell, tuple[int, int]], cell: Cell) -> set[Cell] | None:
    """Return the cheapest cells that lead from the row of a cell to its column without it, None where none do; a cost is (empty cells, cases)."""
    start, end = ("row", cell[0]), ("column", cell[1])
    queue: list[tuple[tuple[int, int], tuple[str, str], frozenset[Cell]]] = [((0, 0), start, frozenset())]
    seen = set()
    while queue:
        cost, here, walked = heappop(queue)
        if here == end:
            return set(walked)
        if here in seen:
            continue
        seen.add(here)
        for step, more in sorted(costs.items()):
            ends = ("row", step[0]), ("column", step[1])
            if step != cell and here in ends:
                there = ends[1] if here == ends[0] else ends[0]
                heappush(queue, ((cost[0] + more[0], cost[1] + more[1]), there, walked | {step}))
    return None
