"""Merged cells below the header: a value that stands once for several rows is given to each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpi.exports.sheets import Row, Sheet

WIDE = 3
"""Columns from which on a merge across makes a heading of its row."""


def wide(sheet: Sheet, last: int) -> dict[int, int]:
    """Return {row number: first column} of merges that run across columns in one row below the header."""
    return {top + 1: left for (top, left), (bottom, right) in sheet.merged if top == bottom and top + 1 > last and right - left + 1 >= WIDE}


def down(rows: Iterable[Row], sheet: Sheet, last: int) -> Iterator[Row]:
    """Yield the rows below the header that are not blank, cells of stored vertical merges filled from their first row.

    A row that holds nothing of its own stays blank: a merge makes no rows.
    """
    starts: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in sheet.merged:
        if bottom > top and top + 1 > last:
            starts.setdefault(top + 1, []).append((bottom + 1, left))
    active: list[tuple[int, int, object]] = []
    for number, cells in rows:
        if active:
            active = [merge for merge in active if merge[0] >= number]
        if not _filled(cells):
            continue
        for _, column, value in active:
            if column < len(cells) and cells[column] in ("", None):
                cells[column] = value
        for bottom, left in starts.get(number, ()):
            if left < len(cells):
                active.append((bottom, left, cells[left]))
        yield number, cells


def _filled(cells: list[object]) -> bool:
    for value in cells:
        if value is None or value == "":
            continue
        if isinstance(value, str) and not value.strip(" \t\r\n\u3000\u00a0\u200b\ufeff'"):
            continue
        return True
    return False
