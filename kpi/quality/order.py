"""Dates out of order, and dates that have not come yet: only where the recorded spans leave no room."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Part, Rule
from kpi.quality.phrases import last, pick, written
from kpi.words import Text

PAIRS: dict[str, tuple[str, ...]] = {
    "application": (
        "applied_at accepted_at", "applied_at contract_signed_on", "applied_at accept_passed_at", "applied_at ready_at", "applied_at gas_on_at", "applied_at cancelled_on",
        "applied_at account_opened_on", "accepted_at accept_passed_at", "accepted_at gas_on_at", "survey_on design_on", "survey_on gas_on_at", "design_on inside_started_on",
        "contract_signed_on contract_due_on", "inside_started_on inside_done_on", "inside_started_on pressure_tested_on", "inside_done_on accept_passed_at",
        "inside_done_on gas_on_at", "accept_passed_at ready_at", "accept_passed_at gas_on_at", "pressure_tested_on gas_on_at", "meter_fitted_on gas_on_at",
        "gas_requested_at gas_on_at", "appt_start appt_end",
    ),
    "project": ("first_known_at updated_on", "landed_on planned_production"),
    "work": ("road_start_on road_done_on", "gas_start_on gas_done_on", "gas_start_on boundary_ready_on", "approval_sent_on approval_got_on", "gas_done_on filing_on"),
    "visit": ("booked_at arrived_at", "appt_start appt_end", "arrived_at left_at"),
    "charge": ("paid_on refunded_on",),
    "appeal": ("accepted_at fb_customer_at", "accepted_at fb_dept_at", "accepted_at level_changed_at", "accepted_at closed_at", "fb_customer_at closed_at"),
    "followup": ("fu_at rectified_at",),
    "term": ("valid_from valid_to",),
}
"""Events of one row that follow each other; ready before gas on, and the two ends of a stop, are rules of their own."""

ANNOUNCED = frozenset(("valid_from", "liaison_since"))
"""Actual dates that may well be announced beforehand."""


def _reversed(table: str) -> tuple[Part, ...]:
    """One select for each pair of a table."""
    return tuple(
        Part(uses=(first, then), select=pick("first", then, "''", f"t.{first} > {last(f't.{then}')}", nth=str(nth), first=f"'{first}'", then=f"'{then}'",
                                             first_at=written(f"t.{first}"), then_at=written(f"t.{then}")))
        for nth, (first, then) in enumerate(pair.split() for pair in PAIRS[table])
    )


def _any_reversed(table: str, held: Collection[str]) -> str:
    """SQL of the rows of a table in which any pair is reversed: one pass tells it of all pairs."""
    pairs = [(first, then) for first, then in map(str.split, PAIRS[table]) if {first, then} <= set(held)]
    columns = dict.fromkeys(name for pair in pairs for one in pair for name, _ in BY_NAME[table].by_name[one].columns)
    return f"select _key, _file, _sheet, _row, {', '.join(columns)} from {table} as t where {' or '.join(f't.{first} > ' + (last(f't.{then}') if f'{then}:loose' in held else f't.{then}') for first, then in pairs)}"


_ONE_OF_A_ROW = """
    select key, case when firsts > thens then "first" else "then" end as field, file, sheet, row, case when firsts > thens then first_at else then_at end as value,
        "first", first_at, "then", then_at, case when times > 1 then times end as more
    from (
        select *, row_number() over (partition by key order by greatest(firsts, thens) desc, nth) as place
        from (
            select *, count(*) over (partition by key) as times, count(*) over (partition by key, "first") as firsts, count(*) over (partition by key, "then") as thens
            from ({parts}) as pairs
        ) as counted
    ) as ordered
    where place = 1
"""
"""One finding for each row with a reversed pair; of several, the column that stands in most of them is named."""


def _out_of_order(table: str) -> Rule:
    first, then = PAIRS[table][0].split()
    needed = {name: "2024-03-01" for group in BY_NAME[table].required for name in group[:1]} | ({"manager_id": "M1"} if table == "term" else {})
    own = BY_NAME[table].key[0]
    # the second row names one day, once without a time of day: nothing is certain
    rows = [needed | {own: "A1", first: "2024-05-08", then: "2024-05-06"}, needed | {own: "A2", first: "2024-05-06 16:00", then: "2024-05-06"}]
    expect = [{"key": "A1|M1|2024-05-08" if table == "term" else "A1", "field": then, "first": first, "first_at": "2024-05-08T00:00|day", "then": then, "then_at": "2024-05-06T00:00|day", "more": None}]
    if table == "application":
        rows.append({"app_id": "A3", "applied_at": "2024-03-01", "accepted_at": "2024-03-02", "accept_passed_at": "2024-05-06", "gas_on_at": "2023-05-08 10:00"})
        expect.append({"key": "A3", "field": "gas_on_at", "value": "2023年5月8日 10:00", "first": "applied_at", "then": "gas_on_at", "more": 3})
    return Rule(
        code="dates_out_of_order", severity="warning", table=table, label=Text("先后日期颠倒", "Dates out of order"), args=("first", "first_at", "then", "then_at", "more"),
        select=_ONE_OF_A_ROW, parts=_reversed(table), first=partial(_any_reversed, table), example=Example(rows={table: rows}, expect=expect),
    )


def _future(table: str) -> Rule:
    columns = [f.name for f in BY_NAME[table].fields if f.kind == "time" and not f.planned and f.name not in ANNOUNCED]
    needed = {name: "2024-03-01" for group in BY_NAME[table].required for name in group[:1]}
    column = columns[-1]
    rows = [needed | {BY_NAME[table].key[0]: key, column: text} for key, text in (("A1", "2025-03-10"), ("A2", "2024-05-31"))]
    return Rule(
        code="date_in_future", severity="warning", table=table, label=Text("日期晚于统计截至时间", "Date after the cut-off"), args=("at", "as_of"),
        parts=tuple(
            Part(uses=(f"{name}:future",), select=pick(table, name, written(f"t.{name}"), f"t.{name} >= c.as_of", more="cross join clock as c", at=written(f"t.{name}"),
                                                       as_of="strftime(c.as_of - interval 1 minute, '%Y-%m-%dT%H:%M') || '|day'"))
            for name in columns
        ),
        example=Example(rows={table: rows}, expect=[{"key": "A1", "field": column, "at": "2025-03-10T00:00|day", "as_of": "2024-05-31T23:59|day"}]),
    )


_APP = {"app_id": "A1", "applied_at": "2024-04-01"}

RULES: tuple[Rule, ...] = (
    *(_out_of_order(table) for table in PAIRS),
    Rule(
        code="gas_on_before_ready", severity="warning", table="application", label=Text("具备通气条件晚于通气", "Gas on before ready"), args=("first_at", "then_at"), uses=("ready_at", "gas_on_at"),
        select=pick("application", "ready_at", written("t.ready_at"), f"t.ready_at > {last('t.gas_on_at')}", first_at=written("t.gas_on_at"), then_at=written("t.ready_at")),
        example=Example(
            rows={"application": [
                _APP | {"ready_at": "2024-05-07 09:00", "gas_on_at": "2024-05-06 15:00"},
                _APP | {"app_id": "A2", "ready_at": "2024-05-06 下午", "gas_on_at": "2024-05-06 15:00"},
                _APP | {"app_id": "A3", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06"},
            ]},
            expect=[{"key": "A1", "field": "ready_at", "first_at": "2024-05-06T15:00|moment", "then_at": "2024-05-07T09:00|moment"}],
        ),
    ),
    *(_future(table) for table in BY_NAME if any(f.kind == "time" and not f.planned and f.name not in ANNOUNCED for f in BY_NAME[table].fields)),
    Rule(
        code="followup_before_gas_on", severity="warning", table="followup", label=Text("回访早于通气", "Follow-up before gas on"), args=("gas_on_at", "at"), needs=("application",), uses=("app_id",),
        select=pick("followup", "fu_at", written("t.fu_at"), f"a.gas_on_at > {last('t.fu_at')}", more="join application as a on a.app_id = t.app_id",
                    gas_on_at=written("a.gas_on_at"), at=written("t.fu_at")),
        example=Example(
            rows={"application": [_APP | {"gas_on_at": "2024-05-06 15:00"}],
                  "followup": [{"fu_id": "F1", "app_id": "A1", "fu_at": "2024-05-05"}, {"fu_id": "F2", "app_id": "A1", "fu_at": "2024-05-06"}]},
            expect=[{"key": "F1", "gas_on_at": "2024-05-06T15:00|moment", "at": "2024-05-05T00:00|day"}],
        ),
    ),
    Rule(
        code="charge_before_application", severity="warning", table="charge", label=Text("收费早于报装", "Charge before the application"), args=("applied_at", "at"),
        needs=("application",), uses=("app_id",),
        select=pick("charge", "paid_on", written("t.paid_on"), f"a.applied_at > {last('t.paid_on')}", more="join application as a on a.app_id = t.app_id",
                    applied_at=written("a.applied_at"), at=written("t.paid_on")),
        example=Example(
            rows={"application": [_APP], "charge": [{"charge_id": "C1", "app_id": "A1", "paid_on": "2024-03-30"}, {"charge_id": "C2", "app_id": "A1", "paid_on": "2024-04-01"}]},
            expect=[{"key": "C1", "applied_at": "2024-04-01T00:00|day", "at": "2024-03-30T00:00|day"}],
        ),
    ),
    Rule(
        code="gas_on_same_minute", severity="warning", table="application", label=Text("具备条件与通气同一分钟", "Ready and gas on in the same minute"), args=("at",),
        uses=("ready_at:moment", "gas_on_at:moment"),
        select=pick("application", "gas_on_at", written("t.gas_on_at"), "t.ready_at = t.gas_on_at and t.ready_at_p = 'moment' and t.gas_on_at_p = 'moment'", at=written("t.gas_on_at")),
        example=Example(
            rows={"application": [_APP | {"ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06 09:00"}, _APP | {"app_id": "A2", "ready_at": "2024-05-06", "gas_on_at": "2024-05-06"}]},
            expect=[{"key": "A1", "at": "2024-05-06T09:00|moment"}],
        ),
    ),
)

