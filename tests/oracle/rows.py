"""Product against oracle case by case: which cases a KPI counts, where each stands, and how it was judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isclose
from typing import Any

import pandas as pd

from kpi.metrics.cases import columns
from kpi.metrics.model import DIMENSIONS, Metric, Ratio, Wait
from kpi.metrics.registry import METRICS
from tests.oracle.figures import COUNTS, MEANS, QUANTILES, STANDING
from tests.oracle.reasons import REASONS

FOUND_AS = {name: source for name, (source, _) in QUANTILES.items()} | MEANS
"""Names under which the oracle keeps the cases of a quantile or mean; the others' cases carry the id itself, waits and counts their fact's name."""

GOOD: dict[str, Callable[[float, float], bool]] = {
    "valve_time": lambda x, _: x <= 0.5, "days_late": lambda x, _: x <= 0, "project_items": lambda x, _: x == 8, "archive_items": lambda x, _: x == 10,
    "docs": lambda x, whole: x >= whole, "outside_paid": lambda x, whole: x >= whole, "mean_rating_company": lambda x, _: x >= 4, "mean_rating_manager": lambda x, _: x >= 4,
}
"""When a case of a mean or quantile is as it should be; of another mean where there is nothing of what it counts, of another quantile always."""

Row = dict[str, Any]


ENDING = ("open", "connected_by_agreed_day", "days_late", "projects_updated", "park_liaison", "feedback_3wd", "feedback_both_ways", "appeals_relevelled", "appeals_relevelled_late")
"""Whose facts are dated by the end of a day or a month, which is the beginning of the next; the oracle dates them within it."""


def unlike(engine: Any, expected: pd.DataFrame, metrics: Iterable[Metric] = METRICS) -> list[tuple]:
    """Return [(metric, key and month, field, oracle, product)] where a case of a KPI differs, or stands on one side only."""
    return differing(engine, {name: cases.to_dict("records") for name, cases in expected.groupby("metric")}, metrics)


def differing(engine: Any, by: Mapping[str, Sequence[Row]], metrics: Iterable[Metric]) -> list[tuple]:
    """Do the same with the oracle's cases by metric."""
    wrong: list[tuple] = []
    done = set()
    for metric in metrics:
        name = _name(metric)
        if not name or name in done:
            continue
        done.add(name)
        judged = metric.kind in ("mean", "quantile")
        mine = {(case["key"], case["month"]): case | {"judged": _judged(name, metric.kind, case)} if judged else case for case in by.get(name, [])}
        theirs = {(row["key"], row["month"]): row for row in _product(engine, metric)}
        wrong += [(metric.id, key, "counted", key in mine, key in theirs) for key in mine.keys() ^ theirs.keys()]
        for key in mine.keys() & theirs.keys():
            wrong += [(metric.id, key, field, mine[key][field], value) for field, value in theirs[key].items() if field in mine[key] and not _same(mine[key][field], value)]
    return wrong


def _judged(name: str, kind: str, case: Row) -> str:
    if case["x"] is None or case["x"] != case["x"]:
        return "unknown"
    good = GOOD.get(name, lambda x, _: kind == "quantile" or x == 0)
    return "hit" if good(case["x"], case["weight"]) else "miss"


def _name(metric: Metric) -> str | None:
    if isinstance(metric, Wait):
        return "wait"
    if metric.kind == "count":
        return metric.id if metric.id in (*COUNTS, *STANDING) else {"fact_open": "open", "fact_charge": "charge"}.get(metric.fact)
    return metric.id if isinstance(metric, Ratio) else FOUND_AS.get(metric.id)


def _product(engine: Any, metric: Metric) -> list[Row]:
    """Return the cases of a KPI as its fact holds them, in the fields of the oracle."""
    _, verdict, value, low, high = columns(metric)
    if isinstance(metric, Ratio):
        fields = {"verdict": verdict, "convention": metric.convention}
    elif isinstance(metric, Wait):
        fields = {"x": "days", "outcome": "case when days is not null then outcome end"}
    elif metric.id in (*COUNTS, *STANDING):
        fields = {"verdict": f"case when {metric.unknown} then 'unknown' else 'counted' end"}
    elif metric.fact == "fact_open":
        fields = {"x": "age"}
    elif metric.fact == "fact_charge":
        fields = {"x": "net", "verdict": "verdict"}
    elif metric.kind == "mean":
        both = f"{value} is not null and {metric.weight} is not null"
        fields = {"x": f"case when {both} then {value} end", "judged": verdict}
    else:
        fields = {"x": value, "low": low, "high": high, "judged": verdict}
    if _name(metric) in REASONS:
        fields["reason"] = metric.reason
    asked = "".join(f", {sql} as {name}" for name, sql in fields.items())
    key = "coalesce(app_id, key)" if metric.table == "application" else "key"
    where = f"({metric.where}) and ({metric.counted} or {metric.unknown})" if metric.id in (*COUNTS, *STANDING) else "true" if metric.kind == "count" else metric.where
    asked = ("provisional, " if not _name(metric).startswith("appeals_overdue") else "") + ("dated_at, " if _name(metric) not in ENDING else "") + ", ".join(DIMENSIONS) + asked
    return engine.rows(f"select {key} as key, month, {asked} from {metric.fact} where {where}")


def _same(mine: Any, theirs: Any) -> bool:
    if mine is None or mine != mine or theirs is None:
        return (mine is None or mine != mine) and theirs is None
    if isinstance(mine, float):
        return isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return bool(mine == theirs)
