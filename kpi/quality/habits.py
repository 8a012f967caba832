"""Habits of the pen: times copied down a column, ratings ticked through, one telephone number for everybody, codes that cannot be."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Part, Rule
from kpi.quality.phrases import PLACE, pick
from kpi.words import Text

RUN = 5
"""Rows in a row with the same moment: fewer may be chance."""

BLOCK = 3
"""Of RUN rows in a row, one whose number is a multiple of this has two others below it."""

SHARED = 5
"""Customers who give the same telephone number: fewer may be one firm."""

_MOMENTS = {
    table: tuple(f.name for f in BY_NAME[table].fields if f.kind == "time" and not f.planned)
    for table in ("application", "visit", "appeal", "followup", "clock_stop")
}


def _runs(table: str, column: str) -> str:
    """SQL of runs of rows that stand below each other and give one moment with a time of day."""
    return f"""
        select arg_min(key, row) as key, '{column}' as field, file, sheet, min(row) as row, strftime(instant, '%Y-%m-%dT%H:%M') || '|moment' as value,
            count(*) as times, max(row) as last_row, strftime(instant, '%Y-%m-%dT%H:%M') || '|moment' as at
        from (
            select key, file, sheet, row, instant, row - row_number() over (partition by file, sheet, instant order by row) as run
            from (
                select t._key as key, t._file as file, t._sheet as sheet, t._row as row, t.{column} as instant
                from {table} as t
                join (select instant from first where field = '{column}') as o on o.instant = t.{column}
                where t.{column}_p = 'moment'
            ) as told
        ) as placed
        group by file, sheet, instant, run having count(*) >= {RUN}
    """


def _often(table: str, held: Collection[str]) -> str:
    """SQL of the moments that may stand in a run: of five rows in a row three in a row begin with a number divisible by three, and all three say the same.

    Rows mostly stand as they were read: each is held against the one above it in passing, and what stands elsewhere is looked for only where that is not the row before.
    """
    columns = [name for name in _MOMENTS[table] if f"{name}:moment" in held]
    alike = " or ".join(f"b.{name} = b.{name}_above" for name in columns)
    follows = "coalesce(b._row_above = b._row - 1 and b.sheet_above = b.sheet, false)"
    above = ", ".join(f"lag(t.{name}) over () as {name}_above" for name in ("_row", *columns))
    three = " union all ".join(f"select '{name}' as field, {name} as instant from three where {name} = {name}_above and {name} = {name}_below" for name in columns)
    return f"""
        with told as (
            select {', '.join(columns)}, _file, _sheet, _row, hash(_file, _sheet) as sheet, lag(hash(_file, _sheet)) over () as sheet_above, {above} from {table} as t
        ),
        seen as materialized (select b.*, {follows} as follows from told as b where b._row % {BLOCK} = 1 and ({alike} or not {follows})),
        elsewhere as (
            select b.* exclude ({', '.join(f'{name}_above' for name in columns)}), {', '.join(f'a.{name} as {name}_above' for name in columns)}
            from seen as b join {table} as a on a._row = b._row - 1 and a._file = b._file and a._sheet = b._sheet where not b.follows
        ),
        pairs as (select * from seen where follows union all by name select * from elsewhere as b where {alike}),
        three as materialized (
            select b.*, {', '.join(f'c.{name} as {name}_below' for name in columns)} from pairs as b join {table} as c on c._row = b._row + 1 and c._file = b._file and c._sheet = b._sheet
        )
        select distinct field, instant from ({three}) as told
    """


def _copied(table: str) -> Rule:
    own = BY_NAME[table].key[0]
    required = {name: "2024-05-01" for group in BY_NAME[table].required for name in group[:1]}
    column = _MOMENTS[table][-1]
    texts = ["2024-05-06 15:30"] * 5 + ["2024-05-07 15:30"] * 4 + ["2024-05-08"] * 6
    return Rule(
        code="copied_down", severity="warning", table=table, label=Text("连续多行时间完全相同", "One moment copied down"), args=("times", "last_row", "at"), first=partial(_often, table),
        parts=tuple(Part(uses=(f"{column}:moment", ":many"), select=_runs(table, column)) for column in _MOMENTS[table]),
        example=Example(
            rows={table: [required | {own: f"X{n}", column: text} for n, text in enumerate(texts, 1)]},
            expect=[{"key": "X1", "field": column, "row": 2, "times": 5, "last_row": 6, "at": "2024-05-06T15:30|moment"}],
        ),
    )


_SCORES = tuple(f.name for f in BY_NAME["followup"].fields if f.kind == "score")
_FULL = " and ".join(f"coalesce(f.{name}, 5) = 5" for name in _SCORES)


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The signs of a unified social credit code in the order of their worth."""

WEIGHTS = [pow(3, i, 31) for i in range(17)] + [1]
"""Weights of its 18 signs, whose sum is 0 modulo 31 for a right one (GB 32100: powers of 3 modulo 31, the check sign counts once)."""


def _remainder(code: str) -> str:
    """SQL of the weighted sum of the signs of a code, modulo 31."""
    signs = " + ".join(f"strpos('{ALPHABET}', substr({code}, {i}, 1)) * {weight}" for i, weight in enumerate(WEIGHTS, 1))
    return f"({signs} - {sum(WEIGHTS)}) % 31"


def _doubted(held: Collection[str]) -> str:
    """SQL of the applications whose code may not be right as it stands."""
    return f"select t._key as key, {PLACE}, t.uscc, upper(trim(t.uscc)) as code from application as t where t.uscc in (select uscc from doubted_code)"


_CALL = {"surveyor": "示例甲", "reached": "接通", "score_company": "非常满意", "score_manager": "非常满意"}
_APP = {"applied_at": "2024-04-01"}

RULES: tuple[Rule, ...] = (
    *(_copied(table) for table in _MOMENTS),
    Rule(
        code="ratings_same_minute", severity="warning", uses=("score_company", "surveyor", "fu_at:moment"),
        table="followup", label=Text("同一回访人同一分钟多户全部满分", "Full marks of several customers in one minute"), args=("times", "at"),
        select=f"""
            select arg_min(f._key, f._row) as key, 'score_company' as field, min(f._file) as file, min(f._sheet) as sheet, min(f._row) as row, '' as value,
                count(*) as times, strftime(f.fu_at, '%Y-%m-%dT%H:%M') || '|moment' as at
            from followup as f
            where f.fu_at_p = 'moment' and f.surveyor is not null and f.score_company = 5 and {_FULL}
            group by f._file, f._sheet, f.surveyor, f.fu_at having count(distinct coalesce(f.app_id, f._key)) >= 3
        """,
        example=Example(
            rows={"followup": [
                *(_CALL | {"fu_id": f"F{n}", "app_id": f"A{n}", "fu_at": "2024-05-06 10:00"} for n in range(1, 4)),
                *(_CALL | {"fu_id": f"F{n}", "app_id": f"A{n}", "fu_at": "2024-05-06 11:00", "score_manager": "满意"} for n in range(4, 7)),
                *(_CALL | {"fu_id": f"F{n}", "app_id": f"A{n}", "fu_at": "2024-05-06"} for n in range(7, 10)),
            ]},
            expect=[{"key": "F1", "row": 2, "times": 3, "at": "2024-05-06T10:00|moment"}],
        ),
    ),
    Rule(
        code="ratings_all_full", severity="info", uses=("score_company", "surveyor", ":many"),
        table="followup", label=Text("同一回访人当月评价全部满分", "One caller's ratings of a month all full marks"), args=("times", "month_of"),
        select=f"""
            select arg_min(f._key, f._row) as key, 'score_company' as field, arg_min(f._file, f._row) as file, arg_min(f._sheet, f._row) as sheet, min(f._row) as row, '' as value,
                count(*) as times, strftime(f.fu_at, '%Y-%m') as month_of
            from followup as f
            where f.surveyor is not null and f.score_company is not null
            group by f.surveyor, strftime(f.fu_at, '%Y-%m') having count(*) >= 20 and sum(case when {_FULL} then 0 else 1 end) = 0
        """,
        example=Example(
            rows={"followup": [
                *(_CALL | {"fu_id": f"F{n}", "app_id": f"A{n}", "fu_at": "2024-05-06"} for n in range(1, 21)),
                *(_CALL | {"fu_id": f"H{n}", "app_id": f"A{n}", "fu_at": "2024-04-06", "score_company": "满意" if n == 9 else "非常满意"} for n in range(1, 21)),
            ]},
            expect=[{"key": "F1", "times": 20, "month_of": "2024-05"}],
        ),
    ),
    Rule(
        code="rating_without_contact", severity="warning", uses=("reached",), table="followup", label=Text("没有接通却有评价", "Rating although nobody was reached"), args=("reached",),
        select=pick("followup", "score_company", "cast(coalesce(t.score_company, t.score_manager) as varchar)",
                    "t.reached in ('未接', '拒访', '空号') and coalesce(t.score_company, t.score_manager) is not null", reached="t.reached"),
        example=Example(
            rows={"followup": [_CALL | {"fu_id": "F1", "fu_at": "2024-05-06", "reached": "未接"}, _CALL | {"fu_id": "F2", "fu_at": "2024-05-06"},
                               {"fu_id": "F3", "fu_at": "2024-05-06", "reached": "未接"}]},
            expect=[{"key": "F1", "value": "5", "reached": "未接"}],
        ),
    ),
    Rule(
        code="shared_phone", severity="info", uses=("contact_phone", ":many"), table="application", label=Text("多家用户留同一个电话", "One telephone number for many customers"), args=("times",),
        select=f"""
            select arg_min(t._key, t._row) as key, 'contact_phone' as field, arg_min(t._file, t._row) as file, arg_min(t._sheet, t._row) as sheet, min(t._row) as row,
                substr(t.contact_phone, 1, 3) || '********' as value, count(distinct t.customer_name) as times
            from application as t
            join (select contact_phone from application where length(contact_phone) >= 7 group by contact_phone having count(*) >= {SHARED}) as often on often.contact_phone = t.contact_phone
            group by t.contact_phone having count(distinct t.customer_name) >= {SHARED}
        """,
        example=Example(
            rows={"application": [
                *(_APP | {"app_id": f"A{n}", "customer_name": f"示例{n}号商行", "contact_phone": "13800000001"} for n in range(1, 6)),
                *(_APP | {"app_id": f"B{n}", "customer_name": "示例商行", "contact_phone": "13800000002"} for n in range(1, 6)),
            ]},
            expect=[{"key": "A1", "field": "contact_phone", "value": "138********", "times": 5}],
        ),
    ),
    Rule(
        code="uscc_wrong", severity="warning", uses=("uscc",), table="application", first=_doubted, label=Text("统一社会信用代码校验不符", "Credit code fails its check digit"),
        # nearly all are right as they stand: only the others are looked at closely
        select=f"""
            select t.key, 'uscc' as field, t.file, t.sheet, t.row, substr(t.uscc, 1, 8) || '**********' as value
            from first as t
            where length(t.code) = 18 and (length(translate(t.code, '{ALPHABET}', '')) > 0 or {_remainder("t.code")} <> 0)
        """,
        example=Example(
            rows={"application": [_APP | {"app_id": "A1", "uscc": "91350100M000100Y44"}, _APP | {"app_id": "A2", "uscc": "91350100M000100Y43"}, _APP | {"app_id": "A3", "uscc": "914208001234567"},
                                  _APP | {"app_id": "A4", "uscc": "91350100M000100I43"}]},
            expect=[{"key": "A1", "value": "91350100**********"}, {"key": "A4"}],
        ),
    ),
)

