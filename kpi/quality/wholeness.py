"""Is the population whole? What other records say there should be, what the ledgers hold, and habits that make hard cases disappear; by grid and month, with the rows.

    population  code, table, grid, month -> how many there should be (or were looked at), and how many of them are not there (or stand out)
    astray      code, table, key, field, file, sheet, row, value, times, grid, month -> the rows behind the second number

What is found here is a question, never a verdict: a number may be missing because an application was never made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.exports.tables import BY_NAME
from kpi.quality import numbering
from kpi.quality.phrases import written
from kpi.quality.place import UNSTATED, placed
from kpi.words import Text

if TYPE_CHECKING:
    import duckdb

POPULATION = "code varchar, table_name varchar, grid varchar, month varchar, total bigint, flagged bigint"
ASTRAY = "code varchar, table_name varchar, key varchar, field varchar, file varchar, sheet varchar, row bigint, value varchar, times bigint, grid varchar, month varchar"

SPIKE, OF_DAY = 3, 4
"""Applications of one grid that became ready in the same minute, and one in how many of that grid's day they are at least: fewer may be chance."""

WHOLE, HABIT = "whole", "habit"
"""Kinds of checks: is it all there, and does something stand out."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question to a table: `select` yields key, field, value, total, flagged (how many of the total are not there, or stand out), grid and month, one row each of what is asked about.

    grid and month are null where they are those of the row; `uses` names per table the columns without which nothing can be asked, as in `model.Rule`; `words` are the section of its words.
    """

    code: str
    words: str
    kind: str
    table: str
    label: Text
    select: str
    uses: Mapping[str, tuple[str, ...]]


def _row(field: str, flagged: str, where: str, *, value: str, more: str = "", table: str = "application") -> str:
    """Return the select of a check that asks about rows of one table (alias t), each counted once in its own grid and month."""
    return (
        f"select t._key as key, '{field}' as field, {value} as value, 1 as total, case when {flagged} then 1 else 0 end as flagged,"
        f" cast(null as varchar) as grid, cast(null as varchar) as month from {table} as t {more} where {where}"
    )


def _numbers(table: str) -> Check:
    own = BY_NAME[table].key[0]
    # a gap between two grids belongs to neither; only rows with a gap before them are looked up
    select = f"""
        with n as materialized ({numbering.counted(table)})
        select key, '{own}' as field, value, 1 as total, 0 as flagged, cast(null as varchar) as grid, cast(null as varchar) as month from n where missing = 0
        union all
        select g.key, '{own}', g.value, 1 + g.missing, g.missing, case when b.grid <> p.grid then '{UNSTATED}' end, cast(null as varchar)
        from (select * from n where missing > 0) as g join place_{table} as p on p.key = g.key left join place_{table} as b on b.key = g.before_key
    """
    name = Text(f"编号连续：{BY_NAME[table].zh}", f"Running numbers: {BY_NAME[table].en}")
    return Check(code=f"numbers_{table}", words="numbers", kind=WHOLE, table=table, label=name, select=select, uses={table: (own, ":many")})


def _named() -> str:
    """SQL of the application numbers that other ledgers name, each once: a known one where its application stands, an unknown one where it is first named."""
    tables = ("work", "visit", "charge", "appeal", "followup", "clock_stop")
    numbers = " union ".join(f"select app_id from {name} where app_id is not null" for name in tables)
    unknown = " union all ".join(
        f"select '{name}|' || t._key as key, t.app_id from {name} as t where t.app_id is not null and t.app_id not in (select app_id from application where app_id is not null)" for name in tables
    )
    columns = "'app_id' as field, app_id as value, 1 as total, {} as flagged, cast(null as varchar) as grid, cast(null as varchar) as month"
    return f"""
        select 'application|' || a._key as key, {columns.format(0).replace("app_id as value", "a.app_id as value")} from application as a join ({numbers}) as n on n.app_id = a.app_id
        union all
        select min(key), {columns.format(1)} from ({unknown}) as told group by app_id
    """


def _connected(field: str, zh: str, en: str) -> Check:
    """What is there of a customer who burns gas, beside gas on."""
    return Check(
        code=f"gas_after_{field}", words="gas_after", kind=WHOLE, table="application", label=Text(f"{zh}的户都有通气记录", f"Gas on wherever {en}"), uses={"application": (field,)},
        select=f"""
            select t._key as key, '{field}' as field, {written(f"t.{field}")} as value, 1 as total, case when t.gas_on_at < c.as_of then 0 else 1 end as flagged,
                cast(null as varchar) as grid, strftime(t.{field}, '%Y-%m') as month
            from application as t cross join clock as c
            where t.{field} < c.as_of and (t.cancelled_on is null or t.cancelled_on >= c.as_of)
        """,
    )


CHECKS: tuple[Check, ...] = (
    *(_numbers(table) for table in numbering.TABLES),
    Check(code="named_elsewhere", words="named_elsewhere", kind=WHOLE, table="", label=Text("别的台账提到的报装编号", "Applications that other ledgers name"), select=_named(), uses={"application": ("app_id",)}),
    Check(
        code="pushed_by_government", words="pushed_by_government", kind=WHOLE, table="application", label=Text("政府推送的报装在项目台账里", "Applications pushed by the government stand among the projects"),
        uses={"application": ("channel", "project_id"), "project": ("project_id",)},
        select=_row("project_id", "t.project_id is null or t.project_id not in (select project_id from project where project_id is not null)", "t.channel = '政府推送'", value="coalesce(t.project_id, '')"),
    ),
    Check(
        code="projects_applied", words="projects_applied", kind=WHOLE, table="project", label=Text("已报装的项目在报装台账里", "Projects that applied stand among the applications"),
        uses={"application": ("project_id",), "project": ("project_id", "status")},
        select=_row("status", "t.project_id is null or t.project_id not in (select project_id from application where project_id is not null)", "trim(t.status) in ('已报装', '已受理', '已通气')",
                    value="t.status", table="project"),
    ),
    _connected("meter_fitted_on", "已装表", "a meter is fitted"),
    _connected("account_opened_on", "已立户", "an account is opened"),
    _connected("supply_contract_on", "已签供用气合同", "a contract of supply is signed"),
    Check(
        code="contract_no_once", words="contract_no_once", kind=WHOLE, table="application", label=Text("委托合同编号不重复", "Contract numbers stand once"), uses={"application": ("contract_no",)},
        select=_row("contract_no", "o.first_key <> t._key", "t.contract_no is not null", value="t.contract_no",
                    more="join (select contract_no, arg_min(_key, (applied_at, _key)) as first_key from application where contract_no is not null group by contract_no) as o on o.contract_no = t.contract_no"),
    ),
    Check(
        code="contracts_charged", words="contracts_charged", kind=WHOLE, table="charge", label=Text("收费写明的合同在报装台账里", "Contracts named by charges stand among the applications"),
        uses={"application": ("contract_no",), "charge": ("contract_no",)},
        select=_row("contract_no", "t.contract_no not in (select contract_no from application where contract_no is not null)", "t.contract_no is not null", value="t.contract_no", table="charge"),
    ),
    Check(
        code="ready_same_minute", words="ready_same_minute", kind=HABIT, table="application", label=Text("具备通气条件时间扎堆", "Ready in the same minute"), uses={"application": ("ready_at:moment", ":many")},
        select=f"""
            with timed as (
                select t._key as key, p.grid, t.ready_at, cast(t.ready_at as date) as on_day, {written("t.ready_at")} as value
                from application as t cross join clock as c join place_application as p on p.key = t._key
                where t.ready_at_p = 'moment' and t.ready_at < c.as_of
            ),
            day_of as (select grid, on_day, count(*) as n from timed group by grid, on_day),
            minute_of as (select grid, ready_at, count(*) as n from timed group by grid, ready_at having count(*) >= {SPIKE})
            select t.key, 'ready_at' as field, t.value, 1 as total, case when m.n * {OF_DAY} >= d.n then 1 else 0 end as flagged, cast(null as varchar) as grid, strftime(t.ready_at, '%Y-%m') as month
            from timed as t
            join day_of as d on d.grid = t.grid and d.on_day = t.on_day
            left join minute_of as m on m.grid = t.grid and m.ready_at = t.ready_at
        """,
    ),
    Check(
        code="stop_told_late", words="stop_told_late", kind=HABIT, table="clock_stop", label=Text("期限过后才告知的停表", "Clock-stops told after the limit"),
        uses={"clock_stop": ("app_id", "noticed_on"), "application": ("ready_at",)},
        select=f"""
            select t.key, 'noticed_on' as field, {written("s.noticed_on")} as value, 1 as total, case when t.late then 1 else 0 end as flagged, t.grid, t.month
            from told_late as t join clock_stop as s on s._key = t.key
        """,
    ),
)
BY_CODE = {check.code: check for check in CHECKS}


def asked(check: Check, held: Mapping[str, Collection[str]]) -> bool:
    """Return whether the ledgers carry what a check asks about."""
    return all(set(columns) <= set(held.get(table, ())) for table, columns in check.uses.items())


def measure(con: duckdb.DuckDBPyConnection, held: Mapping[str, Collection[str]]) -> None:
    """Create population and astray from what the ledgers hold; a check whose columns nobody fills is left out."""
    con.execute(f"create table population ({POPULATION})")
    con.execute(f"create table astray ({ASTRAY})")
    for name in held:
        con.execute(f"create or replace temp table place_{name} as {placed(BY_NAME[name])}")
    for check in CHECKS:
        if not asked(check, held):
            continue
        con.execute(f"create or replace temp table told as {check.select}")
        for name in [check.table] if check.table else [row[0] for row in con.execute("select distinct substr(key, 1, strpos(key, '|') - 1) from told order by 1").fetchall()]:
            own = "t.key" if check.table else f"substr(t.key, {len(name) + 2})"
            where = "" if check.table else f"where substr(t.key, 1, {len(name) + 1}) = '{name}|'"
            source = (
                f"select {own} as key, t.field, p.file, p.sheet, p.row, t.value, t.flagged, t.total, coalesce(t.grid, p.grid) as grid, coalesce(t.month, p.month) as month"
                f" from told as t join place_{name} as p on p.key = {own} {where}"
            )
            con.execute(f"insert into population select '{check.code}', '{name}', grid, month, sum(total), sum(flagged) from ({source}) as placed group by grid, month order by month, grid")
            con.execute(f"insert into astray select '{check.code}', '{name}', key, field, file, sheet, row, value, flagged, grid, month from ({source}) as placed where flagged > 0 order by file, sheet, row, key")
        # asked, and nothing there to ask about: that is an answer too
        con.execute(f"insert into population select '{check.code}', '{check.table}', '{UNSTATED}', null, 0, 0 where not exists (select 1 from population where code = '{check.code}')")
    for name in ("told", *(f"place_{name}" for name in held)):
        con.execute(f"drop table if exists {name}")
