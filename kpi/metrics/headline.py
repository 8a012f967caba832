"""The process that headline figures show, month by month, and figures of many months each under its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.engine import Engine
from kpi.metrics.compute import compute
from kpi.metrics.model import Metric
from kpi.metrics.registry import metric
from kpi.metrics.series import effective

BOTH = frozenset({"R01", "R04"})
"""Codes of cohorts and of stock: leaving one process out of them would leave out those who wait longest."""


def regime(month: str, change: str) -> str | None:
    """Return the process that headline figures of a month show; None in the month of `change`, which shows both."""
    return None if month == change else "1.5" if month > change else "11000"


def over_both(asked: Metric) -> bool:
    """Return whether a KPI is told over both processes together."""
    return asked.code in BOTH


def parts(months: Sequence[str], change: str) -> list[tuple[str | None, str, str]]:
    """Return (process, first month, last month) of the stretches of consecutive months that one process heads."""
    found = []
    for one in ("11000", None, "1.5"):
        within = [month for month in months if regime(month, change) == one]
        if within:
            found.append((one, within[0], within[-1]))
    return found


def window(months: Sequence[str], month: str, length: int = 24) -> list[str]:
    """Return up to `length` known months: the latest ones, or those up to `month` where it lies further back."""
    latest = list(months[-length:])
    return latest if month in latest or month not in months else list(months[max(0, months.index(month) - length + 1) : months.index(month) + 1])


def monthly(engine: Engine, ids: Sequence[str], months: Sequence[str], *, by: Sequence[str] = (), where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the result rows of consecutive months, each month under the process that heads it; no row of the span."""
    where = dict(where or {})
    change = effective(engine)
    both = [id for id in ids if over_both(metric(id))]
    one = [id for id in ids if id not in both]
    rows = compute(engine, both, start=months[0], end=months[-1], by=by, where=where, over="months") if both else []
    for process, first, last in parts(months, change) if one else ():
        rows += compute(engine, one, start=first, end=last, by=by, where={**where, **({"regime": process} if process else {})}, over="months")
    return rows
