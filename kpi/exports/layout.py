"""How a sheet is laid out: its table, header rows and columns; and whether a row reads like a record of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kpi.exports import times
from kpi.exports.fields import Field, Table, normal
from kpi.exports.outcome import Noted
from kpi.exports.sheets import Row
from kpi.exports.spans import Context, Span
from kpi.exports.values import shown

LONGEST = 300
"""Signs of a cell that are looked at for a header or title; what is longer is neither."""

LEAST = 3
"""Columns from which on a row below or above the header may be a header or a record of its own."""

_SOME = Context(year=2020, month=1)
"""Any year and month: whether a cell is a date does not depend on them."""


@dataclass
class Column:
    """One column of a sheet: 0-based position, header text, the field it holds, and how certain that is.

    `words` is everything the header rows say above the column, units included; `beside` is the position of a second
    column that states the same recorded time (date and time of day apart); `end` says which end of a range it takes: first, last, or no range.
    """

    at: int
    header: str
    words: str = ""
    field: Field | None = None
    certainty: float = 0.0
    beside: int | None = None
    end: str = ""


@dataclass
class Layout:
    """How a sheet is laid out: table, 1-based header rows, columns; `sure` where key and first date have a column."""

    table: Table
    header_rows: list[int]
    columns: list[Column]
    score: float
    sure: bool = False
    ignored: list[Column] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The last header row."""
        return self.header_rows[-1]

    def column(self, name: str) -> Column | None:
        """Return the column that holds a field."""
        return next((c for c in self.columns if c.field is not None and c.field.name == name), None)


def told(value: object) -> str:
    """Return a cell among the first rows as text, cut where it is too long to be a header or title."""
    return shown(value[:LONGEST] if isinstance(value, str) else value).strip()[:LONGEST]


def record(layout: Layout, cells: Row) -> bool:
    """Whether a row above the data of a sheet reads like a record of it: something in each key column, and a first date that is one."""
    def text(name: str) -> str:
        column = layout.column(name)
        return told(cells[column.at]) if column is not None and column.at < len(cells) else ""

    def dated(name: str) -> bool:
        column = layout.column(name)
        return column is not None and column.at < len(cells) and isinstance(times.parse(cells[column.at], _SOME), (Span, Noted))

    keys = layout.table.key if all(text(name) for name in layout.table.key) else layout.table.fallback[:2]
    if not keys or not all(text(name) and normal(text(name)) not in layout.table.by_header for name in keys):
        return False
    if any(sign in text(name) for name in keys for sign in ":："):
        # a line of titles: 填报单位：示例网格
        return False
    filled = sum(1 for column in layout.columns if column.field is not None and column.at < len(cells) and cells[column.at] not in ("", None))
    return filled >= LEAST and all(any(dated(name) for name in group) for group in layout.table.required)
