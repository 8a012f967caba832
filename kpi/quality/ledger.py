"""The state of the ledgers in small tables of a build: how complete, how precise, and how often something was noted.

    quality   table, field, grid, month -> rows that need the field, filled, and of recorded times how many name a moment, a half-day, a day, or less
    heard     what the reader said (table listed), with the key, grid and month of the row
    flagged   source, severity, code, table, field, grid, month -> how many entries: reader, rules, and values that grids report differently
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from kpi.exports.fields import Field, Table
from kpi.exports.tables import BY_NAME, TABLES
from kpi.quality.place import UNSTATED, month, placed
from kpi.quality.told import CONFLICTS

if TYPE_CHECKING:
    import duckdb

_CONNECTED = "t.gas_on_at is not null"
_REACHED = "coalesce(t.reached, '接通') = '接通'"

NEEDED: dict[str, dict[str, str]] = {
    "application": {
        "app_id": "", "customer_name": "", "user_type": "", "address": "", "grid_code": "", "channel": "", "applied_at": "", "accepted_at": "", "build_mode": "",
        "outside_line": "", "inside_done_on": _CONNECTED, "accept_passed_at": _CONNECTED, "ready_at": _CONNECTED, "gas_on_at": "t.status in ('已通气', '已办结', '已归档') or " + _CONNECTED,
        "docs_requested_n": _CONNECTED, "steps_n": _CONNECTED, "contract_due_on": "t.build_mode = '代建'",
    },
    "project": {
        "project_id": "", "name": "", "contact_name": "", "landed_on": "", "location": "", "progress": "", "planned_production": "", "needs_gas": "", "gov_lead": "",
        "first_known_at": "", "updated_on": "", "grid_code": "",
    },
    "work": {"work_id": "", "app_id": "t.project_id is null", "gas_start_on": "", "boundary_ready_on": "", "settle": "t.boundary_ready_on is not null",
             "paid_by_user": "t.boundary_ready_on is not null", "grid_code": ""},
    "visit": {"visit_id": "", "app_id": "t.project_id is null", "kind": "", "booked_at": "coalesce(t.direction, '上门') = '上门'", "appt_start": "coalesce(t.direction, '上门') = '上门'",
              "appt_place": "coalesce(t.direction, '上门') = '上门'", "arrived_at": "coalesce(t.result, '') not in ('用户改约', '公司改约')", "result": ""},
    "charge": {"charge_id": "", "app_id": "", "item": "", "amount": "", "payer": "", "paid_on": ""},
    "appeal": {"case_id": "", "level": "", "accepted_at": "", "owner": "", "fb_customer_at": "", "fb_dept_at": "t.fb_customer_at is not null"},
    "followup": {"fu_id": "", "app_id": "", "round": "", "fu_at": "", "reached": "", "score_company": _REACHED, "score_manager": _REACHED, "errands_said": _REACHED, "fee_said": _REACHED,
                 "docs_said": _REACHED},
    "term": {"grid_code": "", "grid_name": "", "manager_id": "", "manager_name": "", "valid_from": ""},
    "clock_stop": {"stop_id": "", "app_id": "t.work_id is null", "reason": "", "start_at": "", "owner": "", "noticed_on": ""},
    "park": {"park": "", "manager": "", "liaison_since": "", "channel": "", "grid_code": ""},
}
"""Columns that the figures of a table read, and of which rows ("" = of all): a blank here leaves a case without proof."""

TIMED: dict[str, tuple[str, ...]] = {
    "application": ("ready_at", "gas_requested_at", "appt_start", "gas_on_at"), "visit": ("booked_at", "appt_start", "arrived_at"), "appeal": ("accepted_at", "fb_customer_at"),
    "clock_stop": ("start_at", "end_at"),
}
"""Events whose time of day a figure needs: half-day clocks, 24-hour answers, appointments."""

QUALITY = "table_name varchar, field varchar, grid varchar, month varchar, n bigint, filled bigint, moment bigint, half bigint, day bigint, vague bigint"
FLAGGED = "source varchar, severity varchar, code varchar, table_name varchar, field varchar, grid varchar, month varchar, n bigint"


def measure(con: duckdb.DuckDBPyConnection, held: Mapping[str, Collection[str]]) -> None:
    """Create `quality`, `heard` and `flagged` in a build with facts and `finding`; `held` names the columns that hold something, by table."""
    con.execute(f"create table quality ({QUALITY})")
    con.execute(f"create table flagged ({FLAGGED})")
    for table in TABLES:
        if table.name in held:
            _count(con, table, held[table.name])
    for source, told in (("rule", "not in"), ("conflict", "in")):
        con.execute(
            f"insert into flagged select '{source}', severity, code, table_name, field, grid, month, count(*) from finding where code {told} {CONFLICTS}"
            " group by severity, code, table_name, field, grid, month order by code, table_name, field, grid, month"
        )
    _heard(con, held)


def fields(table: Table) -> list[Field]:
    """Return the columns that are counted: those needed, and every event with a recorded time."""
    return [f for f in table.fields if f.name in NEEDED[table.name] or f.name in TIMED.get(table.name, ()) or (f.kind == "time" and not f.planned)]


def needed(table: str, field: str) -> str:
    """Return SQL of the rows (alias t) that need a field; false where none does."""
    where = NEEDED[table].get(field)
    return "false" if where is None else where or "true"


def _true(test: str) -> str:
    """SQL of how many rows answer yes; of rows that all leave it unknown none does."""
    return f"coalesce(count_if({test}), 0)"


def _count(con: duckdb.DuckDBPyConnection, table: Table, held: Collection[str]) -> None:
    """Count the cells of one table: one pass over its rows, then one line for each field, grid and month."""
    told, counts = [], []
    counted = [f for f in fields(table) if f.name in held or f.name in NEEDED[table.name]]
    for i, f in enumerate(counted):
        where = needed(table.name, f.name)
        every = where == "true"
        told.append(f"{where} as n{i}, t.{f.name} is not null as f{i}" + (f", t.{f.name}_p as p{i}" if f"{f.name}:loose" in held else ""))
        asked = "count(*)" if every else _true(f"n{i}")
        # what the whole column holds, or does not, need not be asked of each row
        filled = "0" if f.name not in held else asked if f"{f.name}:blank" not in held else _true(f"f{i}" if every else f"n{i} and f{i}")
        counts.append(f"{asked} as n{i}, {filled} as f{i}")
        if f.kind == "time" and f.name in held:
            loose = (("m", f"p{i} in ('moment', 'slot')"), ("h", f"p{i} = 'half'"), ("d", f"p{i} = 'day'"), ("v", f"p{i} not in ('moment', 'slot', 'half', 'day')"))
            counts += [f"{_true(test)} as {letter}{i}" for letter, test in loose] if f"{f.name}:loose" in held else [f"{_true(f'f{i}')} as m{i}", *(f"0 as {letter}{i}" for letter in "hdv")]
    sums = f"select grid, nth_month, count(*) as n, {', '.join(counts)} from ({placed(table, ', '.join(told))}) as told group by grid, nth_month"
    con.execute(f"create or replace temp table counted as select *, {month('nth_month')} as month from ({sums}) as summed")
    lines = [f"select '{table.name}', '', grid, month, n, n, 0, 0, 0, 0 from counted"]
    for i, f in enumerate(counted):
        parts = ", ".join(f"{letter}{i}" if f.kind == "time" and f.name in held else "0" for letter in "mhdv")
        sums = f"m{i} + h{i} + d{i} + v{i}" if f.kind == "time" and f.name in held else "0"
        lines.append(f"select '{table.name}', '{f.name}', grid, month, n{i}, f{i}, {parts} from counted where n{i} + {sums} > 0")
    con.execute(f"insert into quality {' union all '.join(lines)}")
    con.execute("drop table counted")


def _heard(con: duckdb.DuckDBPyConnection, held: Collection[str]) -> None:
    """Give what the reader said the grid and month of the row it spoke of; of a row that was not loaded, those on which its whole sheet agrees."""
    con.execute("create table heard as select l.*, cast(null as varchar) as key, cast(null as varchar) as grid, cast(null as varchar) as month from listed as l limit 0")
    for (name,) in con.execute("select distinct table_name from listed where table_name is not null order by table_name").fetchall():
        if name not in BY_NAME:
            continue
        standing = f"place_{name}" if name in held else f"({placed(BY_NAME[name])})"
        con.execute(
            f"""
            insert into heard
            select l.*, s.key, coalesce(s.grid, w.grid, '{UNSTATED}'), coalesce(s.month, w.month)
            from listed as l
            left join (select file, sheet, row, min(key) as key, min(grid) as grid, min(month) as month from {standing} as p group by file, sheet, row) as s
                on s.file = l.file and s.sheet = l.sheet and s.row = l.row
            left join (
                select file, sheet, case when count(distinct grid) = 1 then min(grid) end as grid, case when count(distinct month) = 1 then min(month) end as month
                from {standing} as p group by file, sheet
            ) as w on s.row is null and w.file = l.file and w.sheet = l.sheet
            where l.table_name = '{name}'
            order by l.batch, l.sheet, l.row, l.column_name, l.code
            """
        )
    con.execute(f"insert into heard select l.*, cast(null as varchar), '{UNSTATED}', cast(null as varchar) from listed as l where l.table_name is null order by l.batch, l.sheet, l.row, l.code")
    con.execute(
        "insert into flagged select 'reader', severity, code, table_name, field, grid, month, count(*) from heard"
        " group by severity, code, table_name, field, grid, month order by severity, code, table_name, field, grid, month"
    )
