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

    grid and month are null where they are those of the row, unless it is `placed` and names both; rows of which nothing is flagged may come counted together, without a key. `first` is done before it is asked.
    `uses` names per table the columns without which nothing can be asked, as in `model.Rule`; `words` are the section of its words.
    """

    code: str
    words: str
    kind: str
    table: str
    label: Text
    select: str
    uses: Mapping[str, tuple[str, ...]]
    placed: bool = False
    first: str = ""


def _row(field: str, flagged: str, where: str, *, value: str, more: str = "", table: str = "application") -> str:
    """Return the select of a check that asks about rows of one table (alias t), each counted once in its own grid and month."""
    return (
        f"select t._key as key, '{field}' as field, {value} as value, 1 as total, case when {flagged} then 1 else 0 end as flagged,"
        f" cast(null as varchar) as grid, cast(null as varchar) as month from {table} as t {more} where {where}"
    )


def _numbers(table: str) -> Check:
    own = BY_NAME[table].key[0]
    # a gap between two grids belongs to neither
    select = f"""
        select cast(null as varchar) as key, '{own}' as field, '' as value, n as total, 0 as flagged, grid, month from numbered_{table}
        union all
        select j.key, '{own}', j.range, 1 + j.missing, j.missing, case when b.grid <> j.grid then '{UNSTATED}' else j.grid end, j.month
        from jump_{table} as j left join place_{table} as b on b.key = j.before_key
    """
    name = Text(f"编号连续：{BY_NAME[table].zh}", f"Running numbers: {BY_NAME[table].en}")
    return Check(code=f"numbers_{table}", words="numbers", kind=WHOLE, table=table, label=name, select=select, uses={table: (own, ":many")}, placed=True)


_NAMING = ("work", "visit", "charge", "appeal", "followup", "clock_stop")
_NUMBERS = f"""
    create or replace temp table named as {" union ".join(f"select app_id from {name} where app_id is not null" for name in _NAMING)};
    create or replace temp table known as select a._key, a.app_id from named as n join application as a on a.app_id = n.app_id
"""


def _named() -> str:
    """SQL of the application numbers that other ledgers name, each once: a known one where its application stands, an unknown one where it is first named."""
    unknown = " union all ".join(
        f"select '{name}|' || t._key as key, t.app_id from {name} as t join strange as s on s.app_id = t.app_id" for name in _NAMING
    )
    columns = "'app_id' as field, app_id as value, 1 as total, {} as flagged, cast(null as varchar) as grid, cast(null as varchar) as month"
    return f"""
        with strange as materialized (select app_id from named where app_id not in (select app_id from known))
        select 'application|' || _key as key, {columns.format(0)} from known
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
    Check(
        code="named_elsewhere", words="named_elsewhere", kind=WHOLE, table="", label=Text("别的台账提到的报装编号", "Applications that other ledgers name"),
        select=_named(), uses={"application": ("app_id",)}, first=_NUMBERS,
    ),
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
        # few minutes tell so many applications of all grids together as one grid must have to stand out
        select=f"""
            with timed as not materialized (
                select p.key, p.grid, p.ready_at, cast(p.ready_at as date) as on_day from place_application as p cross join clock as c where p.ready_p = 'moment' and p.ready_at < c.as_of
            ),
            day_of as materialized (select grid, on_day, count(*) as n from timed group by grid, on_day),
            busy as (
                select m.ready_at from (select ready_at, count(*) as n from timed group by ready_at having count(*) >= {SPIKE}) as m
                join (select on_day, min(n) as n from day_of group by on_day) as d on d.on_day = cast(m.ready_at as date) where m.n * {OF_DAY} >= d.n
            ),
            minute_of as (select grid, ready_at, count(*) as n from timed where ready_at in (select ready_at from busy) group by grid, ready_at having count(*) >= {SPIKE}),
            bunch as materialized (
                select m.grid, m.ready_at, m.n, {written("m.ready_at").replace("m.ready_at_p", "'moment'")} as value
                from minute_of as m join day_of as d on d.grid = m.grid and d.on_day = cast(m.ready_at as date) where m.n * {OF_DAY} >= d.n
            )
            select t.key, 'ready_at' as field, b.value, 1 as total, 1 as flagged, t.grid, strftime(t.ready_at, '%Y-%m') as month
            from timed as t join bunch as b on b.grid = t.grid and b.ready_at = t.ready_at
            union all
            select null, 'ready_at', null, sum(d.n - coalesce(b.n, 0)), 0, d.grid, strftime(d.on_day, '%Y-%m')
            from day_of as d left join (select grid, cast(ready_at as date) as on_day, sum(n) as n from bunch group by 1, 2) as b on b.grid = d.grid and b.on_day = d.on_day
            group by d.grid, strftime(d.on_day, '%Y-%m') having sum(d.n - coalesce(b.n, 0)) > 0
        """, placed=True,
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


PLACES = {"application": "t.ready_at as ready_at, t.ready_at_p as ready_p"}
"""What checks read of every row, kept beside its place."""


def _kept(table: str) -> str:
    """Return how the places of a table are kept."""
    return "view" if table == "application" else "table"


def place(con: duckdb.DuckDBPyConnection, held: Mapping[str, Collection[str]]) -> None:
    """Create for every table with rows `place_`: where each row stands and belongs, with its number; and what its numbering tells.

    Applications belong where their own row says, which costs less to ask again than a million places to keep; others by their application.
    """
    for name in held:
        numbers = numbering.columns(name) if name in numbering.TABLES else ""
        con.execute(f"create or replace temp {_kept(name)} place_{name} as {placed(BY_NAME[name], ', '.join(filter(None, (numbers, PLACES.get(name)))))}")
        if numbers and {BY_NAME[name].key[0], ":many"} <= set(held[name]):
            numbering.prepare(con, name)


def measure(con: duckdb.DuckDBPyConnection, held: Mapping[str, Collection[str]]) -> None:
    """Create population and astray from what the ledgers hold and the places of their rows; a check whose columns nobody fills is left out."""
    con.execute(f"create table population ({POPULATION})")
    con.execute(f"create table astray ({ASTRAY})")
    for check in CHECKS:
        if not asked(check, held):
            continue
        if check.first:
            con.execute(check.first)
        con.execute(f"create or replace temp table told as {_told(check, held)}")
        con.execute(f"insert into population select '{check.code}', table_name, grid, month, sum(total), sum(flagged) from told group by table_name, grid, month order by table_name, month, grid")
        # asked, and nothing there to ask about: that is an answer too
        con.execute(f"insert into population select '{check.code}', '{check.table}', '{UNSTATED}', null, 0, 0 where not exists (select 1 from told)")
        for (name,) in con.execute("select distinct table_name from told where flagged > 0 order by table_name").fetchall():
            con.execute(
                f"insert into astray select '{check.code}', '{name}', t.key, t.field, p.file, p.sheet, p.row, t.value, t.flagged, t.grid, t.month"
                f" from told as t join place_{name} as p on p.key = t.key where t.table_name = '{name}' and t.flagged > 0 order by p.file, p.sheet, p.row, t.key"
            )
    for name in ("told", "named", "known", *(f"{kind}_{name}" for kind in ("jump", "numbered") for name in held)):
        con.execute(f"drop table if exists {name}")
    for name in held:
        con.execute(f"drop {_kept(name)} place_{name}")


def _told(check: Check, held: Mapping[str, Collection[str]]) -> str:
    """SQL of what a check asks about: each flagged row, and the others counted together, by table, grid and month."""
    if check.placed:
        rows = f"select '{check.table}' as table_name, * from ({check.select}) as t"
    elif check.table:
        rows = _joined(check.table, f"({check.select})")
    else:
        rows = f"with t as materialized ({check.select}) " + " union all ".join(
            _joined(name, f"(select substr(key, {len(name) + 2}) as key, field, value, total, flagged, grid, month from t where substr(key, 1, {len(name) + 1}) = '{name}|')") for name in held
        )
    named = ", ".join(f"case when flagged > 0 then {name} end as {name}" for name in ("key", "field", "value"))
    return f"select table_name, grid, month, {named}, sum(total) as total, sum(flagged) as flagged from ({rows}) as rows_ group by 1, 2, 3, 4, 5, 6"


def _joined(table: str, select: str) -> str:
    return (
        f"select '{table}' as table_name, t.key, t.field, t.value, t.total, t.flagged, coalesce(t.grid, p.grid) as grid, coalesce(t.month, p.month) as month"
        f" from {select} as t join place_{table} as p on p.key = t.key"
    )
