"""Cases that are still open at the end of a month, by the stage they stand in and by how long others of their time waited; no chance is foretold for any of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.engine import Engine
from kpi.metrics.model import DIMENSIONS

STAGES = ("applied", "accepted", "designed", "outside", "building", "built", "passed", "ready", "asked")
"""Stages of an open case, named by the latest dated event of it (rule of the catalogue: dates, never the column of status)."""

BANDS = ("within", "between", "beyond")
"""Younger than half of the cases waited, between, older than most (85 %) waited."""

_EVENTS = {
    "applied": ("applied_at",), "accepted": ("accepted_at",), "designed": ("survey_on", "design_on", "quoted_on"), "building": ("inside_started_on",), "built": ("inside_done_on",),
    "passed": ("accept_passed_at",), "ready": ("ready_at",), "asked": ("gas_requested_at",),
}

_DAY = "(cast({} as date) - date '1970-01-01')"


def open_cases(engine: Engine, month: str, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the cases open at the end of a month (or as-of) as {key, app_id, grid, stage, since, age}, the oldest first.

    `stage` is that of the latest event dated before that moment (of one day, the later in the process), `since` its day, `age` whole days since application.
    """
    for name in where or {}:
        if name not in DIMENSIONS:
            raise KeyError(name)
    condition = " and ".join(["month = ?", *(f"{name} = ?" for name in where or {})])
    events = {column: stage for stage, columns in _EVENTS.items() for column in columns}
    # a day and the place of a stage as one number: the greatest is the latest, of one day the later in the process
    dated = [f"case when {at} < o.dated_at then {_DAY.format(at)} * {len(STAGES)} + {STAGES.index(stage)} end" for at, stage in (*((f"t.{column}", stage) for column, stage in events.items()), ("p.ready_on", "outside"))]
    found = engine.rows(
        f"""
        with stock as (select key, app_id, grid, age, dated_at from fact_open where {condition}),
        pipe as (select app_id, max(boundary_ready_on) as ready_on from work_of group by app_id having count(*) = count(boundary_ready_on)),
        latest as (
            select o.key, o.app_id, o.grid, o.age, greatest({", ".join(dated)}) as latest
            from stock as o
            join (select _key, {", ".join(events)} from application) as t on t._key = o.key
            left join pipe as p on p.app_id = o.app_id
        )
        select key, app_id, grid, latest % {len(STAGES)} as place, date '1970-01-01' + cast(latest // {len(STAGES)} as integer) as since, age from latest where latest is not null
        order by age desc, key
        """,
        [month, *(where or {}).values()],
    )
    return [{**row, "stage": STAGES[row.pop("place")], "age": int(row["age"])} for row in found]


def by_stage(cases: list[dict[str, Any]], half: float | None, most: float | None) -> list[dict[str, Any]]:
    """Return for each stage {stage, n, within, between, beyond, oldest}: open cases by age beside the days in which half and most (85 %) were connected.

    Where a line has not been reached (None) nobody is past it.
    """
    found = []
    for stage in STAGES:
        ages = [case["age"] for case in cases if case["stage"] == stage]
        counts = {band: sum(band == _band(age, half, most) for age in ages) for band in BANDS}
        found.append({"stage": stage, "n": len(ages), **counts, "oldest": max(ages, default=None)})
    return found


def _band(age: float, half: float | None, most: float | None) -> str:
    if most is not None and age > most:
        return "beyond"
    return "between" if half is not None and age > half else "within"
