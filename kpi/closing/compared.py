"""What an issued month is compared with: the figures of the twelve months before it, kept as they stood when it was issued."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kpi.closing import freeze
from kpi.engine import Engine
from kpi.metrics.compute import compute, span
from kpi.standards.months import shift
from kpi.store.issues import Issue, Issues

MONTHS = 12

Rows = Sequence[Mapping[str, Any]]


def near(month: str) -> tuple[str, str]:
    """Return the months that every figure is compared with: the one before, and the same one last year."""
    return shift(month, -1), shift(month, -MONTHS)


def issued(home: Path, months: Iterable[str]) -> dict[str, Rows]:
    """Return the figures of those months that are issued, as they were."""
    closes = {month: line for month in months if (line := Issues(home).standing(month))}
    return {month: freeze.read(home, line.record["files"]["figures"], first=month) for month, line in closes.items()}


def figures(engine: Engine, month: str, home: Path) -> list[dict[str, Any]]:
    """Return the figures of the months before, `first` naming each: as issued where they are, else as they stand; by process, those of `near` by grid too."""
    known = [one for one in span(engine) if shift(month, -MONTHS) <= one < month]
    kept = issued(home, known)
    found = [dict(row) for one, rows in kept.items() for row in rows if row["grid"] is None or one in near(month)]
    fresh = [one for one in known if one not in kept]
    far = [one for one in fresh if one not in near(month)]
    for by, months in ([(("regime",), far)] if far else []) + [(freeze.BY, [one]) for one in fresh if one in near(month)]:
        rows = compute(engine, [m.id for m in freeze.METRICS], start=months[0], end=months[-1], by=by, over="months")
        found += [{"first": row["month"], "grid": None, **{name: row[name] for name in freeze.SHAPES["figures"].names[1:] if name in row}} for row in rows if row["month"] in months]
    return found


def stood(home: Path, line: Issue) -> dict[str, Rows]:
    """Return the months before a close with their figures as they stood then, an empty one for a month nothing was known of.

    A close from before they were kept has those of `near` that are issued now; the others are told by today's ledgers.
    """
    sha = line.record["files"].get("earlier")
    if sha is None:
        return issued(home, near(line.month))
    return by_month(line.month, freeze.read(home, sha))


def by_month(month: str, rows: Rows) -> dict[str, Rows]:
    """Return figures of the months before one by month, an empty list for a month nothing was known of."""
    found: dict[str, list[Mapping[str, Any]]] = {shift(month, -by): [] for by in range(MONTHS, 0, -1)}
    for row in rows:
        found[row["first"]].append(row)
    return found
