"""Projects and outside works item by item: which of the eight items are missing, and by how many days a pipe was behind its road."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.engine import Engine
from kpi.metrics.compute import span

ITEMS = ("name", "contact", "landed", "location", "progress", "planned", "need", "lead")
"""The eight items of a project in the order of the minutes: name, contact, landing, place, progress, planned production, need of gas, leader in charge."""

MILESTONES = ("plan", "start", "done")
"""Milestones of a road in order: planned, begun, finished."""


def _condition(engine: Engine, start: str | None, end: str | None, where: Mapping[str, str]) -> tuple[str, list[Any]]:
    months = span(engine, start, end)
    return " and ".join(["month between ? and ?", *(f"f.{name} = ?" for name in where)]), [months[0], months[-1], *where.values()]


def items(engine: Engine, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return for each item how many projects first known in these months have it and how many lack it, as {item, filled, lacking}."""
    condition, values = _condition(engine, start, end, where or {})
    sums = ", ".join(f"coalesce(sum(has_{item}), 0) as {item}" for item in ITEMS)
    row = engine.rows(f"select count(*) as n, {sums} from fact_project as f where {condition}", values)[0]
    return [{"item": item, "filled": int(row[item]), "lacking": row["n"] - int(row[item])} for item in ITEMS]


def lacking(engine: Engine, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the projects first known in these months that lack an item, as {key, grid, lacks, file, sheet, row}, those that lack most first."""
    condition, values = _condition(engine, start, end, where or {})
    rows = engine.rows(
        f"select f.key, f.grid, {', '.join(f'f.has_{item}' for item in ITEMS)}, t._file as file, t._sheet as sheet, t._row as row"
        f" from fact_project as f join project as t on t._key = f.key where {condition} and f.filled < 8 order by f.filled, f.key",
        values,
    )
    return [{"key": r["key"], "grid": r["grid"], "lacks": [item for item in ITEMS if not r[f"has_{item}"]], "file": r["file"], "sheet": r["sheet"], "row": r["row"]} for r in rows]


def lags(engine: Engine, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return for each milestone that roads passed in these months {milestone, in_step, behind, not_yet, unknown, median, longest}: days the pipe was behind (below 0: ahead), of those with both days."""
    condition, values = _condition(engine, start, end, where or {})
    rows = engine.rows(
        f"""
        select milestone, count(*) filter (verdict = 'hit') as in_step, count(*) filter (verdict = 'miss' and reason = 'behind_road') as behind,
            count(*) filter (verdict = 'miss' and reason = 'pipe_not_done') as not_yet, count(*) filter (verdict = 'unknown') as unknown,
            quantile_cont(cast(lag_days as double), 0.5) as median, max(lag_days) as longest
        from fact_road as f where {condition} group by milestone
        """,
        values,
    )
    found = {row["milestone"]: row for row in rows}
    blank = {"in_step": 0, "behind": 0, "not_yet": 0, "unknown": 0, "median": None, "longest": None}
    return [{"milestone": milestone, **blank, **found.get(milestone, {})} for milestone in MILESTONES]
