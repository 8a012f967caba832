"""What the ledgers say beside the figures: the grids, who held them, who has reported, and the recorded events of one case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kpi.engine import Engine

EVENTS = ("applied_at", "accepted_at", "ready_at", "gas_requested_at", "appt_start", "gas_on_at", "cancelled_on")
"""The moments of an application in the order of the process."""


def grids(engine: Engine) -> list[dict[str, Any]]:
    """Return every grid as {grid, name}, ordered by code; while no table of grids is loaded, those the applications name."""
    known = engine.rows("select grid_code as grid, coalesce(grid_name, grid_code) as name from grid order by grid_code")
    return known or engine.rows("select distinct grid, grid as name from app_cell where grid <> '(未填)' order by grid")


def named_grid(engine: Engine, asked: str | None) -> str | None:
    """Return the code of a grid that may be named by its name; one that the list does not know stays as it is."""
    known = engine.rows("select grid_code from grid_word where word = ?", [asked]) if asked else []
    return known[0]["grid_code"] if known else asked


def managers(engine: Engine) -> list[dict[str, Any]]:
    """Return every manager as {manager, name}, ordered by number; the name is not masked here."""
    return engine.rows(
        "select coalesce(manager_id, manager_name) as manager, arg_max(manager_name, valid_from) as name from term"
        " where coalesce(manager_id, manager_name) is not null group by coalesce(manager_id, manager_name) order by 1"
    )


def holders(engine: Engine, at: datetime) -> dict[str, dict[str, Any]]:
    """Return who holds each grid at a moment as {grid: {manager, since}}; a grid that nobody holds is left out."""
    rows = engine.rows(
        "select n.grid_code as grid, n.manager, min(h.starts_at) as since from holder as n join holder as h on h.grid_code = n.grid_code and h.manager = n.manager"
        " where n.starts_at <= ? and n.ends_at > ? group by n.grid_code, n.manager",
        [at, at],
    )
    return {row["grid"]: {"manager": row["manager"], "since": row["since"]} for row in rows}


def holder(engine: Engine, grid: str, at: datetime) -> dict[str, Any] | None:
    """Return who holds a grid at a moment as {manager, since}, None when nobody does."""
    return holders(engine, at).get(grid)


def reported(engine: Engine, month: str) -> list[str]:
    """Return the grids of which a standing row is dated in the month."""
    return [row["grid"] for row in engine.rows("select distinct grid from reported where month = ? order by grid", [month])]


def applications(engine: Engine, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the recorded application of each id: customer (not masked), dimensions, manager at as-of, cause of a miss, and its EVENTS as (moment, precision)."""
    asked = sorted(set(ids))
    if not asked:
        return {}
    events = ", ".join(f"t.{name}, t.{name}_p" for name in EVENTS)
    marks = ", ".join("?" for _ in asked)
    rows = engine.rows(
        f"select t.app_id, t.customer_name, t.miss_cause, a.grid, a.regime, a.build_mode, a.user_type, h.manager, {events}"
        f" from application as t join app as a on a.key = t._key left join holder as h on h.grid_code = a.grid and h.starts_at < a.as_of and h.ends_at >= a.as_of where t.app_id in ({marks})",
        asked,
    )
    return {
        row["app_id"]: {
            "customer": row["customer_name"], "cause": row["miss_cause"], "grid": row["grid"], "regime": row["regime"], "manager": row["manager"],
            "build_mode": row["build_mode"], "user_type": row["user_type"], "events": [(name, row[name], row[f"{name}_p"]) for name in EVENTS if row[name] is not None],
        }
        for row in rows
    }


def on_the_way(engine: Engine, grid: str) -> list[dict[str, Any]]:
    """Return the projects of a grid that are followed and have no gas yet, the earliest planned production first, those without a plan last.

    Fields: project (number), location, landed_on, landed_on_p, planned, planned_p, needs_gas, reached (1 known to 5 ready, as in K14), verdict (hit: updated in time, miss,
    unknown), age (days since the last update), file, sheet, row.
    """
    return engine.rows(
        "select coalesce(p.project_id, p._key) as project, p.location, p.landed_on, p.landed_on_p, p.planned_production as planned, p.planned_production_p as planned_p, p.needs_gas,"
        " j.reached, t.verdict, t.age, p._file as file, p._sheet as sheet, p._row as row from fact_tracked as t join project as p on p._key = t.key join fact_journey as j on j.key = t.key"
        " where t.grid = ? and t.month = (select max(month) from fact_tracked) and j.reached < 6 order by p.planned_production nulls last, p._key",
        [grid],
    )


def search(engine: Engine, text: str, most: int) -> list[dict[str, Any]]:
    """Return up to `most` applications whose number, customer's name (from two signs) or project's name holds a text, in order of number, names not masked."""
    named = len(text) > 1
    return engine.rows(
        "select a.app_id, t.customer_name as customer, p.name as project, a.grid, a.applied_at, t.applied_at_p, a.gas_on_at, t.gas_on_at_p"
        " from app as a join application as t on t._key = a.key left join project as p on p.project_id = a.project_id"
        " where a.app_id is not null and (strpos(lower(a.app_id), lower(?)) > 0 or (? and (strpos(t.customer_name, ?) > 0 or strpos(p.name, ?) > 0)))"
        f" order by a.app_id limit {int(most)}",
        [text, named, text, text],
    )
