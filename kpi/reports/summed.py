"""A longer period beside its months as they were issued: the counts that add up over months, and those that read otherwise now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.engine import Engine
from kpi.metrics import headline
from kpi.metrics.compute import compute
from kpi.metrics.model import Metric
from kpi.reports.standard import Standard
from kpi.store.issues import Reported

COUNTED = ("hits", "n", "unknown")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Restated:
    """A figure of the period: what its months were issued with taken together, what it is now, and the months that were corrected since (none: only time has passed)."""

    metric: Metric
    was: Row
    now: Row
    months: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Summed:
    """How many figures of the period can be added up from its months, and those of them that are otherwise now."""

    compared: int
    restated: Sequence[Restated]


def summed(engine: Engine, table: Standard, reported: Sequence[Reported]) -> Summed | None:
    """Return the counts of a period beside the sum of its issued months; None for a month, and while any of its months is not issued.

    A figure is compared only where the months of today add up to it: shares and counts of what happened, never stock, medians or what is carried over.
    """
    months = table.period.months
    if len(months) == 1 or [one.line.month for one in reported] != months:
        return None
    regime = table.regime
    # what is shown over both processes is stock, or followed over time
    asked = {line.metric.id: line for line in table.lines if not headline.over_both(line.metric) and (line.metric.kind == "ratio" or line.metric.kind == "count" and line.metric.unit == "count")}
    rows = compute(engine, list(asked), start=months[0], end=months[-1], where={"regime": regime} if regime else {}, over="months")
    found, compared = [], 0
    for id, line in asked.items():
        frozen = [_frozen(one, id, regime) for one in reported]
        now = _sum(line.metric, [line.now])
        if None in frozen or _sum(line.metric, [row for row in rows if row["metric"] == id]) != now:
            continue
        compared += 1
        if (was := _sum(line.metric, frozen)) != now:
            corrected = [one.line.month for one in reported if any((row["metric"], row["first"], row["grid"], row["regime"]) == (id, one.line.month, None, regime) for row in one.corrections)]
            found.append(Restated(metric=line.metric, was=was, now=now, months=corrected))
    return Summed(compared=compared, restated=found)


def _frozen(one: Reported, id: str, regime: str | None) -> Row | None:
    """Return a figure of the company as a month was issued with it, no cases for a process nothing was told of; None where the KPI was declared since."""
    rows = [row for row in one.figures if row["metric"] == id and row["first"] == one.line.month and row["grid"] is None]
    return next((row for row in rows if row["regime"] == regime), {"hits": 0, "n": 0, "unknown": 0, "value": None} if rows else None)


def _sum(m: Metric, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the counts of rows taken together; of a count its value too."""
    return {name: sum(row[name] or 0 for row in rows) for name in COUNTED} | {"value": sum(row["value"] or 0 for row in rows) if m.kind == "count" else None}
