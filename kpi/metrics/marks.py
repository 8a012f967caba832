"""Marks that stand beside figures: months whose figures rest on a provisional working calendar."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.engine import Engine
from kpi.metrics.registry import find


def provisional(engine: Engine, ids: Iterable[str], start: str | None = None, end: str | None = None) -> dict[str, list[str]]:
    """Return, for each KPI that touches a provisional calendar day, the months in which it does."""
    found: dict[str, list[str]] = {}
    for metric in (m for name in ids for m in find(name)):
        rows = engine.rows(
            f"select distinct month from {metric.fact} where provisional and ({metric.where}) and month between ? and ? order by month",
            [start or "0000-01", end or "9999-12"],
        )
        if rows:
            found[metric.id] = [row["month"] for row in rows]
    return found
