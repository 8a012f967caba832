"""Habits of stopping and re-levelling, from KPIs: whose stops the time was, and levels changed once the limit had passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.engine import Engine
from kpi.metrics.compute import compute, span

SHARES = {
    "stopped": "stopped_share", "user": "stopped_by_user", "government": "stopped_by_government", "third_party": "stopped_by_third_party", "force_majeure": "stopped_by_force_majeure",
    "several": "stopped_by_several",
}
"""Whose stops, and the KPI of their share of the working time from application to gas on."""


def stopped(engine: Engine, by: str = "manager", *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return for each member of a dimension, and last for all together (None), {<by>, cases, unknown, and the share of SHARES' parties} over the span."""
    found: dict[str | None, dict[str, Any]] = {}
    names = {id: name for name, id in SHARES.items()}
    for row in compute(engine, list(SHARES.values()), start=start, end=end, by=(by,), where=where):
        if row["month"] is None:
            told = found.setdefault(row[by], {by: row[by], "cases": row["n"], "unknown": row["unknown"]})
            told[names[row["metric"]]] = row["value"]
    return sorted((row for row in found.values() if row["cases"] or row[by] is None), key=lambda row: (row[by] is None, row[by] or ""))


def relevelled(engine: Engine, by: str = "grid", *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return for each member of a dimension, and last for all together (None), appeals past their limit whose level was changed.

    Fields: <by>, total, kept (changed in time), flagged (changed once the limit had ended), unknown (no precise time of change).
    """
    months = span(engine, start, end)
    condition = " and ".join(["month between ? and ?", *(f"{name} = ?" for name in where or {})])
    rows = engine.rows(
        f"select {by}, grouping({by}) as whole, count(*) as total, count(*) filter (changed_late = 0) as kept, count(*) filter (changed_late = 1) as flagged,"
        f" count(*) filter (changed_late is null) as unknown from fact_level where changed = 1 and {condition} group by grouping sets (({by}), ())",
        [months[0], months[-1], *(where or {}).values()],
    )
    return sorted((row for row in rows if row.pop("whole") or row["total"]), key=lambda row: (row[by] is None, row[by] or ""))


def overdue(engine: Engine, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return, by department, the appeals overdue and unanswered at the end of the last month and those answered late in the span, as {department, open, late}, most open first."""
    months, kept = span(engine, start, end), dict(where or {})
    only = "".join(f" and {name} = ?" for name in kept)
    return engine.rows(
        "select department, count(*) filter (state = 'open' and month = ?) as open, count(*) filter (state = 'late') as late from fact_overdue"
        f" where month between ? and ? and (state = 'late' or month = ?){only} group by department order by open desc, late desc, department",
        [months[-1], months[0], months[-1], months[-1], *kept.values()],
    )
