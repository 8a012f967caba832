"""What was issued: months closed and opened again, in the journal; the figures themselves lie in the archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi.store.entries import Issued
from kpi.store.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One line of what was issued: a month closed (`act` close) or opened again (reopen), by whom, when and why.

    `record` of a close holds the hashes of its frozen files, its inputs, versions of standards and definitions, and what
    was incomplete; that of a reopening is empty.
    """

    id: int
    month: str
    version: int
    act: str
    at: str
    by: str
    note: str
    build: str
    as_of: str
    record: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A close in force with what was frozen with it: figures and cases as they were issued, and the causes recorded then by (table, key).

    `earlier` are the figures of the months before by month, as they stood then (none: nothing was known of one; a month that is absent was not kept), `comment` what was said of the month;
    `corrected` says whether anything reads otherwise since; `corrections` are the figures that do ({first, metric, grid, regime, was, is}).
    """

    line: Issue
    figures: Sequence[Mapping[str, Any]]
    cases: Sequence[Mapping[str, Any]]
    causes: Mapping[tuple[str, str], str]
    corrected: bool
    corrections: Sequence[Mapping[str, Any]]
    earlier: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    comment: str = ""

    @property
    def papers(self) -> Mapping[str, str]:
        """The hashes, by language, of the files that hold all that its reports say; none of a close from before they were kept."""
        return self.line.record.get("papers", {})

    @property
    def figures_of(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Everything that was frozen by month: the months before, and its own with its year so far."""
        return {**self.earlier, self.line.month: self.figures}


class Issues(Journal):
    """Reads and adds lines; nothing is ever changed or taken away."""

    def listed(self, month: str | None = None) -> list[Issue]:
        """Return the lines of a month, or all, oldest first."""
        return [
            Issue(id=one.id, month=one.month, version=one.version, act=one.act, at=one.set_at, by=one.set_by, note=one.note, build=one.build, as_of=one.as_of, record=json.loads(one.record))
            for one in self.entries(Issued) if month in (None, one.month)
        ]

    def standing(self, month: str) -> Issue | None:
        """Return the close that is in force for a month, None while it is open."""
        lines = self.listed(month)
        return lines[-1] if lines and lines[-1].act == "close" else None

    def add(self, *, month: str, version: int, act: str, at: str, by: str, note: str, build: str, as_of: str, record: dict[str, Any]) -> Issue:
        """Add one line in one transaction and return it."""
        line = Issued(month=month, version=version, act=act, note=note, build=build, as_of=as_of, record=json.dumps(record, ensure_ascii=False, sort_keys=True), set_at=at, set_by=by)
        try:
            self.append(line)
        except sqlite3.OperationalError:
            # the disk may fail after the commit, when only the folder's sync was left: what took effect is not to be called undone
            last = self.listed(month)[-1:]
            if [(one.version, one.act, one.at, one.by) for one in last] != [(version, act, at, by)]:
                raise
        return self.listed(month)[-1]
