"""Where the time goes: days of each stage from the first news of a project to the second follow-up, and how many are connected after how many days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.engine import Engine
from kpi.metrics import rollups, tallies, waits
from kpi.metrics.cases import within
from kpi.metrics.compute import span
from kpi.metrics.registry import find
from kpi.standards.months import shift
from kpi.stats import checks, survival

STAGES = (
    "known_landed", "landed_applied", "applied_accepted", "accepted_outside", "accepted_inside", "inside_passed", "passed_ready", "ready_asked", "asked_on", "on_first", "first_second",
)
"""Each stage in order; works outside and inside the red line run side by side."""


def _condition(engine: Engine, start: str | None, end: str | None, where: Mapping[str, str] | None) -> tuple[str, list[Any]]:
    months = span(engine, start, end)
    return " and ".join(["month between ? and ?", *(f"{name} = ?" for name in where or {})]), [months[0], months[-1], *(where or {}).values()]


def stages(engine: Engine, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return for each stage that ended in these months, of a grid, manager or build_mode where asked, {stage, n, p50, p85 (calendar days), longest, contrary}, in the order of the process.

    `contrary` counts those whose end stands before their beginning: they are told, not measured.
    """
    dated, bounds = within(engine, "fact_stage", span(engine, start, end))
    rows = engine.rows(
        f"""
        select place, count(*) filter (days >= 0) as n, count(*) filter (days < 0) as contrary, quantile_cont(cast(days as double), [0.5, 0.85]) filter (days >= 0) as lines,
            max(days) filter (days >= 0) as longest
        from fact_stage as f where {" and ".join((dated, *(f"f.{name} = ?" for name in where or {})))} group by place
        """,
        [*bounds, *(where or {}).values()],
    )
    found = {row["place"]: {name: row[name] for name in ("n", "contrary", "longest")} | dict(zip(("p50", "p85"), row["lines"] or (None, None), strict=True)) for row in rows}
    blank = {"n": 0, "contrary": 0, "p50": None, "p85": None, "longest": None}
    return [{"stage": stage, **found.get(place, blank)} for place, stage in enumerate(STAGES, start=1)]


def connected(engine: Engine, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None, most: int = 180) -> list[dict[str, Any]]:
    """Return by day since application {days, share, cancelled, waiting}: shares of those who applied in these months, open ones counted (Aalen-Johansen).

    `waiting` is how many were still watched on that day; a day beyond what anybody was watched is left out.
    """
    condition, values = _condition(engine, start, end, where)
    rows = engine.rows(
        f"with {survival.curve(f'select days, outcome from fact_wait where {condition} and days is not null', ())}"
        f" select days, f1 as share, f2 as cancelled, n as waiting from curve where days <= {int(most)} and d1 + d2 > 0 order by days",
        values,
    )
    return [{**row, "waiting": int(row["waiting"])} for row in rows]


def cohorts(engine: Engine, months: int, days: Sequence[int], *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Return by month how long those waited who applied in the `months` months up to it, open cases counted: {n, median, p85, within} as `stats.checks.waits`.

    The figures are those of `rolling` over the KPIs of the whole wait, read off the build where it keeps them, else in one statement; a month in whose cohort nobody's wait is known is left out.
    """
    listed = span(engine, start, end)
    where = dict(where or {})
    kept = _kept(engine, months, days, listed, where)
    if kept is not None:
        return kept
    windows = " union all ".join(f"select '{shift(month, 1 - months)}' as since, '{month}' as until" for month in listed)
    filters = "".join(f" and f.{name} = ?" for name in where)
    source = (
        f"select w.until as unit, f.days, f.outcome from fact_wait as f join ({windows}) as w on f.month between w.since and w.until"
        f" where f.days is not null and f.month between ? and ?{filters}"
    )
    groups = checks.waits(engine, source, days, [shift(listed[0], 1 - months), listed[-1], *where.values()])["groups"]
    return {group["unit"]: {name: group[name] for name in ("n", "median", "p85", "within")} for group in groups}


def _kept(engine: Engine, months: int, days: Sequence[int], listed: Sequence[str], where: Mapping[str, str]) -> dict[str, dict[str, Any]] | None:
    """Return the cohorts as a build keeps them, None where it does not."""
    known = waits.kept(find("R01"))
    shares = {metric.days: metric for metric in known if metric.outcome == 1 and metric.fact == "fact_wait" and metric.days}
    lines = {name: next(metric for metric in known if metric.fact == "fact_wait" and metric.p == p) for name, p in (("median", 0.5), ("p85", 0.85))}
    asked = [*lines.values(), *(shares[n] for n in days if n in shares)]
    spans = [(shift(month, 1 - months), month) for month in listed]
    condition = " and ".join(f"{name} = ?" for name in where) or "true"
    answers = waits.told(engine, asked, (), where, spans, condition) if shares.keys() >= set(days) else None
    if answers is None:
        return None
    n = tallies.tallies(lines["median"])["n"]
    sums, columns = rollups.summed(engine, "fact_wait", [n], (), where, condition)
    counted = [(row["month"], int(row[columns[n]])) for row in engine.rows(sums, list(where.values()))]
    found = {}
    for row in engine.rows(answers, list(where.values())):
        told = {metric.id: [row[f"{metric.id}{side}"] for side in waits.SIDES] for metric in asked}
        found[row["month"]] = {
            "n": sum(count for month, count in counted if row["since"] <= month <= row["month"]),
            **{name: told[metric.id] if told[metric.id][0] is not None else None for name, metric in lines.items()},
            "within": [{"days": day, **dict(zip(("share", "low", "high"), told[shares[day].id], strict=True))} for day in days],
        }
    return dict(sorted(found.items()))
