"""What people enter into the journal beside ledgers: lines that are only ever added, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """A value to be assessed by (考核值): of which KPI, from which day, by which document and who approved it; None ends the one before."""

    id: int = 0
    metric: str
    value: float | None
    valid_from: str
    document: str
    approver: str
    note: str
    set_at: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """A file of grids' boundaries, kept in the archive by its hash; the latest holds."""

    id: int = 0
    file: str
    sha256: str
    set_at: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Commented:
    """What was said of a month beside its figures; the latest holds, "" takes it back."""

    id: int = 0
    month: str
    words: str
    set_at: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A value of one cell put right (更正): of which row (its table and key) and column, what stood and what is to stand, why and by what evidence.

    `old` and `new` are the columns of the value as JSON texts (null for none), a time in three; `load` is the last load that had been entered by then.
    """

    id: int = 0
    table_name: str
    key: str
    field: str
    old: str
    new: str
    reason: str
    evidence: str
    load: int
    set_at: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What is to be done about an exception, by whom and until when."""

    id: int = 0
    subject: str
    month: str
    what: str
    owner: str
    due: str
    set_at: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A month that was issued (`act` close) or opened again (reopen), from which build and moment of the data; `record` says what a close rests on, as JSON."""

    id: int = 0
    month: str
    version: int
    act: str
    note: str
    build: str
    as_of: str
    record: str
    set_at: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Retracted:
    """A correction taken back, and why."""

    id: int = 0
    corrected: int
    reason: str
    set_at: str
    set_by: str


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What was done about a decision, which ends it."""

    id: int = 0
    decided: int
    done: str
    set_at: str
    set_by: str


Entry = TypeVar("Entry", Assessed, Boundary, Commented, Corrected, Decided, Issued, Retracted, Settled)
"""A row of a table to which rows are only ever added; its table has the name of its class."""
