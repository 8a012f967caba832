"""Marks that stand beside figures: months whose figures rest on a provisional working calendar."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.engine import Engine
from kpi.metrics import rollups
from kpi.metrics.registry import find
from kpi.metrics.tallies import touched


def provisional(engine: Engine, ids: Iterable[str], start: str | None = None, end: str | None = None) -> dict[str, list[str]]:
    """Return, for each KPI that touches a provisional calendar day, the months in which it does."""
    found: dict[str, list[str]] = {}
    asked = {metric.id: metric for name in ids for metric in find(name)}.values()
    for fact in dict.fromkeys(metric.fact for metric in asked):
        metrics = [metric for metric in asked if metric.fact == fact]
        counted, columns = rollups.summed(engine, fact, map(touched, metrics), (), (), "month between ? and ?")
        rows = engine.rows(f"{counted} order by month", [start or "0000-01", end or "9999-12"])
        months = {metric.id: list(dict.fromkeys(row["month"] for row in rows if row[columns[touched(metric)]])) for metric in metrics}
        found |= {id: told for id, told in months.items() if told}
    return found
