"""What a file of the corpus holds and what must become of each of its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple


class Loaded(NamedTuple):
    """A row that is loaded: the values that matter by field, and its cells that are not taken as (header, code)."""

    values: Mapping[str, Any]
    cells: tuple[tuple[str, str], ...] = ()


class Rejected(NamedTuple):
    """A row that is not loaded: the reason and the column it is told at."""

    code: str
    column: str = ""


class Skipped(NamedTuple):
    """A row that is no record of ours, and why."""

    code: str


Row = Loaded | Rejected | Skipped


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: what it is taken for, the fate of every row by its number, and every finding as (row, header, code).

    `stated` holds what the report must say of the sheet beside its counts (period, cutoff, submitter, hidden, header_rows ...).
    """

    table: str | None
    rows: Mapping[int, Row] = field(default_factory=dict)
    findings: tuple[tuple[int | None, str, str], ...] = ()
    stated: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One file: its name, how it is built in a folder, and what is expected of it.

    `problem` is a word of the message where the whole file must be refused; `texts` are the cells it carries, for the
    table of dirts; `builder` is what a dirt is carried by: one builder makes the same rows in several kinds of file.
    """

    name: str
    build: Callable[[Path], None]
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    problem: str = ""
    kind: str = ""
    encoding: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    builder: str = ""


def ok(*cells: tuple[str, str], **values: Any) -> Loaded:
    """Return a row that is loaded."""
    return Loaded(values, cells)


def bad(code: str, column: str = "") -> Rejected:
    """Return a row that is rejected."""
    return Rejected(code, column)


def no(code: str) -> Skipped:
    """Return a row that is skipped."""
    return Skipped(code)


class Cell(NamedTuple):
    """What a single cell must give: a value, a reject, or a value with a note."""

    value: Any = None
    reject: str = ""
    note: str = ""


def reject(code: str) -> Cell:
    """Return the outcome of a cell that is not taken."""
    return Cell(reject=code)


def noted(value: Any, code: str) -> Cell:
    """Return the outcome of a cell that is taken with a note."""
    return Cell(value, note=code)


def day(year: int, month: int, number: int) -> tuple[datetime, datetime, str]:
    """Return the span of a day."""
    start = datetime(year, month, number)
    return start, start + timedelta(days=1), "day"


def at(year: int, month: int, number: int, hour: int, minute: int = 0, second: int = 0) -> tuple[datetime, datetime, str]:
    """Return the span of a moment."""
    moment = datetime(year, month, number, hour, minute, second)
    return moment, moment, "moment"


def half(year: int, month: int, number: int, part: str) -> tuple[datetime, datetime, str]:
    """Return the span of a half day, am or pm."""
    start = datetime(year, month, number) + timedelta(hours=12 if part == "pm" else 0)
    return start, start + timedelta(hours=12), "half"


def slot(year: int, month: int, number: int, first: tuple[int, int], last: tuple[int, int]) -> tuple[datetime, datetime, str]:
    """Return the span of an agreed slot."""
    return datetime(year, month, number, *first), datetime(year, month, number, *last), "slot"


def span(first: tuple[int, int, int], last: tuple[int, int, int], precision: str = "vague") -> tuple[datetime, datetime, str]:
    """Return the span from a first day to a last day, both inclusive."""
    return datetime(*first), datetime(*last) + timedelta(days=1), precision
