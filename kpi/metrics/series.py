"""A KPI as source of the statistics: month by month, case by case, or unit by unit, each as a query over its fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kpi.engine import Engine
from kpi.metrics.compute import compute, span
from kpi.metrics.model import Metric, Ratio, Wait
from kpi.problems import UsageProblem

MINUTES = {"d": 1440.0, "wd": 390.0, "h": 60.0}
"""Minutes of the units of durations, a working day of six and a half hours: charts of durations are reckoned on ln(1 + minutes)."""


@dataclass(frozen=True)
class Series:
    """The query of a series, whether it holds shares with their n, and the minutes of its unit where it holds durations."""

    source: str
    shares: bool
    minutes: float | None


def effective(engine: Engine) -> str:
    """Return the month in which the present process came into force: there the limits begin anew."""
    return engine.rows("select strftime(min(cast(value as timestamp)), '%Y-%m') as month from rule where name = 'effective_date'")[0]["month"]


def monthly(engine: Engine, metric: Metric, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> Series:
    """Return a KPI month by month, months without a value left out, begun anew with the change of process."""
    return series(metric, compute(engine, [metric.id], start=start, end=end, where=where), effective(engine))


def series(metric: Metric, rows: Iterable[Mapping[str, Any]], change: str) -> Series:
    """Return result rows of one KPI as the query of a control chart; the month `change` begins a new phase."""
    shares = isinstance(metric, Ratio)
    kept = [row for row in rows if row["month"] is not None and row["value"] is not None and (row["n"] or not shares)]
    first = next((row["month"] for row in kept if row["month"] >= change), None)
    told = []
    for row in kept:
        rebase = int(row["month"] == first and row is not kept[0])
        numbers = f"{int(row['hits'])} as hits, {int(row['n'])} as n" if shares else f"cast({row['value']!r} as double) as value"
        told.append(f"select '{row['month']}' as month, {numbers}, {rebase} as rebase")
    blank = f"select null as month, {'0 as hits, 0 as n' if shares else 'cast(null as double) as value'}, 0 as rebase where false"
    # a lead may be negative: then it is no duration
    minutes = MINUTES.get(metric.unit) if all(row["value"] >= 0 for row in kept) else None
    return Series(" union all ".join(told) or blank, shares, minutes)


def _condition(engine: Engine, metric: Metric, start: str | None, end: str | None, where: Mapping[str, str] | None) -> str:
    months = span(engine, start, end)
    quoted = {name: value.replace("'", "''") for name, value in (where or {}).items()}
    return " and ".join([f"month between '{months[0]}' and '{months[-1]}'", metric.where, *(f"{name} = '{value}'" for name, value in quoted.items())])


def waits(
    engine: Engine, metric: Metric, *, start: str | None = None, end: str | None = None, by: str | None = None, where: Mapping[str, str] | None = None
) -> str:
    """Return the cases of a KPI of waiting as a query with unit, days and outcome; months are those in which they began."""
    if not isinstance(metric, Wait):
        raise UsageProblem(f"{metric.id} 不是等待时间，不能用生存曲线。", f"{metric.id} is no waiting time; a survival curve needs one.")
    unit = by or "cast(null as varchar)"
    return f"select {unit} as unit, days, outcome from {metric.fact} where {_condition(engine, metric, start, end, where)} and days is not null"


def units(engine: Engine, metric: Ratio, *, start: str | None = None, end: str | None = None, by: str = "grid", where: Mapping[str, str] | None = None) -> str:
    """Return a share unit by unit as a query with unit, hits and n; cases that cannot be judged are not in n."""
    judged = f"{metric.verdict} in ('hit', 'miss')"
    return (
        f"select {by} as unit, count(*) filter ({metric.verdict} = 'hit') as hits, count(*) as n from {metric.fact}"
        f" where {_condition(engine, metric, start, end, where)} and {judged} group by {by}"
    )
