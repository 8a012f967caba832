"""Grids, managers and terms of office: names that no list knows, days without a holder, terms that overlap."""

from __future__ import annotations

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Rule
from kpi.quality.phrases import PLACE, person, pick
from kpi.words import Text

GRIDS = tuple(name for name, table in BY_NAME.items() if name != "term" and "grid_code" in table.by_name)
MANAGERS = {"application": "manager", "project": "manager", "appeal": "owner", "park": "manager"}

_TERM = {"grid_code": "G01", "grid_name": "一号网格", "manager_id": "M01", "manager_name": "示例甲", "valid_from": "2023-01-01"}


def _own(table: str, key: str) -> dict[str, str]:
    return {name: "2024-05-06" for group in BY_NAME[table].required for name in group[:1]} | {BY_NAME[table].key[0]: key}


def _unknown_grid(table: str) -> Rule:
    rows = [_own(table, key) | {"grid_code": grid} for key, grid in (("X1", "一号网路"), ("X2", "G77乡镇"), ("X3", "一号网格"), ("X4", "G01"), ("X5", ""))]
    return Rule(
        code="unknown_grid", severity="warning", table=table, label=Text("网格不在网格表里", "Unknown grid"), args=("near",), uses=("grid_code",), needs=("grid",),
        select=pick(table, "grid_code", "t.grid_code", "t.grid_code is not null and g.word is null", near="n.near",
                    more="left join grid_word as g on g.word = t.grid_code left join near_word as n on n.kind = 'grid' and n.word = t.grid_code"),
        example=Example(rows={"term": [_TERM], table: rows}, expect=[{"key": "X1", "value": "一号网路", "near": "一号网格"}, {"key": "X2", "near": None}]),
    )


def _unknown_manager(table: str, column: str) -> Rule:
    rows = [_own(table, key) | {column: name} for key, name in (("X1", "示例乙"), ("X2", "张丙丁"), ("X3", "示例甲"), ("X4", ""))]
    return Rule(
        code="unknown_manager", severity="warning", table=table, label=Text("客户经理不在任职名单里", "Unknown manager"), args=("near",), uses=(column,), needs=("grid",),
        select=pick(table, column, person(f"t.{column}"), f"t.{column} is not null and m.word is null", near="n.near",
                    more=f"left join manager_word as m on m.word = t.{column} left join near_word as n on n.kind = 'manager' and n.word = t.{column}"),
        example=Example(rows={"term": [_TERM], table: rows}, expect=[{"key": "X1", "field": column, "value": "示**", "near": "M01 示**"}, {"key": "X2", "value": "张**", "near": None}]),
    )


def _holders(columns: str, where: str) -> str:
    """SQL over terms in the order of each grid, with the latest end and the holder before."""
    return f"""
        select t._key as key, 'valid_from' as field, {PLACE}, t.grid_code as value{columns}
        from (
            select s.*, coalesce(s.manager_id, {person("s.manager_name")}) as holder, max(coalesce(s.valid_to_to, timestamp '9999-01-01 00:00:00')) over earlier as before_end,
                arg_max(coalesce(s.manager_id, {person("s.manager_name")}), coalesce(s.valid_to_to, timestamp '9999-01-01 00:00:00')) over earlier as before_holder
            from term as s where s.grid_code is not null
            window earlier as (partition by s.grid_code order by s.valid_from, s._key rows between unbounded preceding and 1 preceding)
        ) as t
        where {where}
    """


_DAY = "'%Y-%m-%dT%H:%M'"

RULES: tuple[Rule, ...] = (
    *(_unknown_grid(table) for table in GRIDS),
    *(_unknown_manager(table, column) for table, column in MANAGERS.items()),
    Rule(
        code="term_gap", severity="warning", table="term", label=Text("网格有一段时间无人任职", "Days without a manager"), args=("since", "until"),
        select=_holders(f", strftime(t.before_end, {_DAY}) || '|day' as since, strftime(t.valid_from - interval 1 minute, {_DAY}) || '|day' as until", "t.valid_from > t.before_end"),
        example=Example(
            rows={"term": [_TERM | {"valid_to": "2024-01-31"}, _TERM | {"manager_id": "M02", "valid_from": "2024-03-01"},
                           _TERM | {"grid_code": "G02", "valid_to": "2024-01-31"}, _TERM | {"grid_code": "G02", "manager_id": "M03", "valid_from": "2024-02-01"}]},
            expect=[{"key": "G01|M02|2024-03-01", "value": "G01", "since": "2024-02-01T00:00|day", "until": "2024-02-29T23:59|day"}],
        ),
    ),
    Rule(
        code="term_overlap", severity="warning", table="term", label=Text("同一网格任职时间重叠", "Terms of office overlap"), args=("other", "since"),
        select=_holders(f", t.before_holder as other, strftime(t.valid_from, {_DAY}) || '|day' as since", "t.valid_from < t.before_end and t.holder <> t.before_holder"),
        example=Example(
            rows={"term": [_TERM, _TERM | {"manager_id": "M02", "valid_from": "2024-03-01"}, _TERM | {"grid_code": "G02", "valid_to": "2024-02-29"},
                           _TERM | {"grid_code": "G02", "manager_id": "M03", "valid_from": "2024-03-01"}]},
            expect=[{"key": "G01|M02|2024-03-01", "value": "G01", "other": "M01", "since": "2024-03-01T00:00|day"}],
        ),
    ),
    Rule(
        code="no_holder", severity="warning", table="term", label=Text("网格现在无人任职", "Grid without a manager now"), args=("since",),
        select=f"""
            select t._key as key, 'valid_to' as field, {PLACE}, t.grid_code as value, strftime(e.ends_at, {_DAY}) || '|day' as since
            from (select *, row_number() over (partition by grid_code order by valid_from desc, _key desc) as nth from term where grid_code is not null) as t
            cross join clock as c
            join (select grid_code, max(coalesce(valid_to_to, timestamp '9999-01-01 00:00:00')) as ends_at from term where grid_code is not null group by grid_code) as e on e.grid_code = t.grid_code
            where t.nth = 1 and e.ends_at < c.as_of
        """,
        example=Example(
            rows={"term": [_TERM | {"valid_to": "2024-04-30"}, _TERM | {"grid_code": "G02", "manager_id": "M02"}, _TERM | {"grid_code": "G03", "valid_to": "2024-05-31"}]},
            expect=[{"key": "G01|M01|2023-01-01", "field": "valid_to", "value": "G01", "since": "2024-05-01T00:00|day"}],
        ),
    ),
)
