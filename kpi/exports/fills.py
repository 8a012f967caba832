"""A value that stands once for several rows is given to each of them: in merged cells below the header, and in columns a person names."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.exports.sheets import Row, Sheet

WIDE = 3
"""Columns from which on a merge across makes a heading of its row."""


def wide(sheet: Sheet, last: int) -> dict[int, int]:
    """Return {row number: first column} of merges that run across columns in one row below the header."""
    return {top + 1: left for (top, left), (bottom, right) in sheet.merged if top == bottom and top + 1 > last and right - left + 1 >= WIDE}


class Fill:
    """Gives the cells of stored vertical merges their value, row by row; a row that holds nothing of its own stays blank: a merge makes no rows."""

    def __init__(self, sheet: Sheet, last: int) -> None:
        """`last` is the last header row; merges above it are titles and headers."""
        self.starts: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in sheet.merged:
            if bottom > top and top + 1 > last:
                self.starts.setdefault(top + 1, []).append((bottom + 1, left))
        self.active: list[tuple[int, int, object]] = []

    def down(self, rows: list[Row], first: int) -> None:
        """Fill the rows in place; `first` is the number of the first row."""
        if not self.starts:
            return
        for number, cells in enumerate(rows, start=first):
            if self.active:
                self.active = [merge for merge in self.active if merge[0] >= number]
            if not filled(cells):
                continue
            for _, column, value in self.active:
                if column < len(cells) and cells[column] in ("", None):
                    cells[column] = value
            for bottom, left in self.starts.get(number, ()):
                if left < len(cells):
                    self.active.append((bottom, left, cells[left]))


def down(rows: Iterator[Row], columns: list[int]) -> Iterator[Row]:
    """Yield the rows with blank cells of these columns filled from above, as a person asked; a row that holds nothing stays blank."""
    last: dict[int, object] = {}
    for cells in rows:
        if filled(cells):
            for column in columns:
                cells += [""] * (column + 1 - len(cells))
                if cells[column] in ("", None):
                    cells[column] = last.get(column, "")
                else:
                    last[column] = cells[column]
        yield cells


def filled(cells: Row) -> bool:
    """Whether a row holds anything."""
    for value in cells:
        if value is None or value == "":
            continue
        if isinstance(value, str) and not value.strip(" \t\r\n\u3000\u00a0\u200b\ufeff'"):
            continue
        return True
    return False
