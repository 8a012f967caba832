"""The same thing registered twice under different numbers, and different things that share what should be their own."""

from __future__ import annotations

from kpi.quality.model import Example, Rule
from kpi.quality.phrases import PLACE, written
from kpi.words import Text


def _plain(name: str, *more: str) -> str:
    """A name or address as people compare it: without brackets and spaces, and without `more`."""
    text = f"lower({name})"
    for word in ("（", "）", "(", ")", " ", "　", *more):
        text = f"replace({text}, '{word}', '')"
    return text


def _named(id: str, sheet: str, row: str) -> str:
    """What to call the other row: its number, else where it stands."""
    return f"coalesce({id}, {sheet} || '!' || cast({row} as varchar))"


_SAME = "t.one_gas_on_at is null or t.applied_at < t.one_gas_on_at or t.gas_on_at = t.one_gas_on_at"
"""A new application after gas on is an extension, not a double."""


_OPEN = "a.cancelled_on is null and coalesce(a.status, '') not in ('用户取消', '已取消', '取消', '退单', '已退单')"


def _twins(told: str) -> str:
    """SQL of the applications of `told` (twin, _key: those that share what twins share), each with the one before it."""
    one = ", ".join(f"lag(s.{name}) over same as one_{name}" for name in ("app_id", "_key", "_sheet", "_row", "gas_on_at", "address"))
    return f"""
        select s.*, {one} from (select w.twin, a.* from ({told}) as w join application as a on a._key = w._key) as s
        window same as (partition by s.twin order by s.applied_at, s._key)
    """


_CUSTOMER = _plain("customer_name", "有限责任公司", "股份有限公司", "有限公司")

# each address and each name at a shared address is written out once; rows are held against each other by one number, and only those that share it by what they say
_SAME_CUSTOMER = f"""
    with fit as not materialized (select a._key, a.customer_name, a.address from application as a where {_OPEN} and a.customer_name is not null and a.address is not null),
    places as materialized (select address, {_plain("address")} as place, n from (select address, count(*) as n from fit group by address) as told),
    shared as materialized (select address, place from places where place in (select place from places group by place having sum(n) > 1)),
    names as materialized (select customer_name, {_CUSTOMER} as who from (select distinct f.customer_name from fit as f join shared as s on s.address = f.address) as told),
    spelt as materialized (select customer_name, who from names where who in (select who from names group by who having count(*) > 1)),
    told as not materialized (
        select f._key, f.customer_name, s.place, hash(coalesce(w.who, f.customer_name), s.place) as mark
        from fit as f join shared as s on s.address = f.address left join spelt as w on w.customer_name = f.customer_name
    ),
    near as materialized (select _key, {_CUSTOMER} as who, place from told where mark in (select mark from told group by mark having count(*) > 1)),
    doubled as (select who, place from near group by who, place having count(*) > 1)
    select d.who || '|' || d.place as twin, n._key from near as n join doubled as d on d.who = n.who and d.place = n.place
"""
_SAME_FIRM = f"""
    with named as not materialized (select upper(trim(a.uscc)) || cast(cast(a.applied_at as date) as varchar) as twin, a._key from application as a where {_OPEN} and a.uscc is not null)
    select n.* from named as n join (select twin from named group by twin having count(*) > 1) as d on d.twin = n.twin
"""

_APP = {"customer_name": "示例甲食品有限公司", "address": "示例路1号", "applied_at": "2024-04-01"}
_USCC = {"uscc": "91420800MA0000001X", "applied_at": "2024-04-01"}

RULES: tuple[Rule, ...] = (
    Rule(
        code="duplicate_application", severity="warning", uses=("customer_name", "address"), table="application", label=Text("疑似重复报装：名称和地址相同", "Same customer and address applied twice"), args=("other",),
        select=f"select t._key as key, 'app_id' as field, {PLACE}, t.app_id as value, {_named('t.one_app_id', 't.one__sheet', 't.one__row')} as other"
        f" from ({_twins(_SAME_CUSTOMER)}) as t"
        f" where t.one__key is not null and ({_SAME})",
        example=Example(
            rows={"application": [
                _APP | {"app_id": "A1"}, _APP | {"app_id": "A2", "customer_name": "示例甲食品", "applied_at": "2024-04-09"},
                _APP | {"app_id": "B1", "address": "示例路2号", "gas_on_at": "2024-04-20"}, _APP | {"app_id": "B2", "address": "示例路2号", "applied_at": "2024-05-20"},
                _APP | {"app_id": "C1", "address": "示例路3号", "cancelled_on": "2024-04-05"}, _APP | {"app_id": "C2", "address": "示例路3号", "applied_at": "2024-04-06"},
            ]},
            expect=[{"key": "A2", "other": "A1"}],
        ),
    ),
    Rule(
        code="duplicate_uscc", severity="warning", uses=("uscc", "address:blank"), table="application", label=Text("疑似重复报装：信用代码和报装日期相同", "Same firm applied twice on a day"), args=("other",),
        select=f"select t._key as key, 'uscc' as field, {PLACE}, substr(t.uscc, 1, 8) || '**********' as value, {_named('t.one_app_id', 't.one__sheet', 't.one__row')} as other"
        f" from ({_twins(_SAME_FIRM)}) as t"
        " where t.one__key is not null and (t.address is null or t.one_address is null)",
        example=Example(
            rows={"application": [
                _USCC | {"app_id": "A1", "address": "示例路1号"}, _USCC | {"app_id": "A2"}, _USCC | {"app_id": "A3", "applied_at": "2024-04-02"},
                _USCC | {"app_id": "B1", "uscc": "91420800MA0000002X", "address": "示例路1号"}, _USCC | {"app_id": "B2", "uscc": "91420800MA0000002X", "address": "示例路2号"},
            ]},
            expect=[{"key": "A2", "other": "A1"}],
        ),
    ),
    Rule(
        code="duplicate_receipt", severity="warning", uses=("receipt_no",), table="charge", label=Text("同一票据号用于不同用户或重复登记", "One receipt for two customers, or entered twice"), args=("other",),
        select=f"""
            select t._key as key, 'receipt_no' as field, {PLACE}, t.receipt_no as value, {_named('t.one_id', 't.one_sheet', 't.one_row')} as other
            from (
                select h.*, lag(h.charge_id) over same as one_id, lag(h._key) over same as one_key, lag(h._sheet) over same as one_sheet, lag(h._row) over same as one_row, lag(h.app_id) over same as one_app,
                    lag(h.item) over same as one_item, lag(h.amount) over same as one_amount
                from charge as h join (select receipt_no from charge group by receipt_no having count(*) > 1) as d on d.receipt_no = h.receipt_no
                where h.receipt_no is not null
                window same as (partition by h.receipt_no order by h.paid_on, h._key)
            ) as t
            where t.one_key is not null and (t.app_id <> t.one_app or (t.app_id = t.one_app and t.item = t.one_item and t.amount = t.one_amount))
        """,
        example=Example(
            rows={"charge": [
                {"charge_id": "C1", "app_id": "A1", "item": "初装费", "amount": "600", "paid_on": "2024-05-06", "receipt_no": "R1"},
                {"charge_id": "C2", "app_id": "A1", "item": "初装费", "amount": "600", "paid_on": "2024-05-06", "receipt_no": "R1"},
                {"charge_id": "C3", "app_id": "A1", "item": "气表款", "amount": "900", "paid_on": "2024-05-07", "receipt_no": "R1"},
                {"charge_id": "C4", "app_id": "A2", "item": "气表款", "amount": "900", "paid_on": "2024-05-08", "receipt_no": "R1"},
            ]},
            expect=[{"key": "C2", "value": "R1", "other": "C1"}, {"key": "C4", "other": "C3"}],
        ),
    ),
    Rule(
        code="duplicate_call", severity="warning", uses=("app_id",), table="followup", label=Text("同一次回访登记两次", "One call entered twice"), args=("other", "at"),
        select=f"""
            select t._key as key, 'fu_id' as field, {PLACE}, t.fu_id as value, {_named('t.one_id', 't.one_sheet', 't.one_row')} as other, {written("t.fu_at")} as at
            from (
                select f.*, lag(f.fu_id) over same as one_id, lag(f._key) over same as one_key, lag(f._sheet) over same as one_sheet, lag(f._row) over same as one_row
                from followup as f join (select app_id, fu_at from followup group by app_id, fu_at having count(*) > 1) as d on d.app_id = f.app_id and d.fu_at = f.fu_at
                where f.app_id is not null and (f.fu_at_p = 'moment' or f.reached = '接通')
                window same as (partition by f.app_id, f.fu_at, f.fu_at_p, coalesce(f.round, ''), coalesce(f.reached, '') order by f._key)
            ) as t
            where t.one_key is not null
        """,
        example=Example(
            rows={"followup": [
                {"fu_id": "F1", "app_id": "A1", "fu_at": "2024-05-06", "round": "1", "reached": "接通"}, {"fu_id": "F2", "app_id": "A1", "fu_at": "2024-05-06", "round": "1", "reached": "接通"},
                {"fu_id": "F3", "app_id": "A2", "fu_at": "2024-05-06", "round": "1", "reached": "未接"}, {"fu_id": "F4", "app_id": "A2", "fu_at": "2024-05-06", "round": "1", "reached": "未接"},
            ]},
            expect=[{"key": "F2", "other": "F1", "at": "2024-05-06T00:00|day"}],
        ),
    ),
    Rule(
        code="duplicate_visit", severity="warning", uses=("app_id", "arrived_at:moment"), table="visit", label=Text("同一次上门登记两次", "One visit entered twice"), args=("other", "at"),
        select=f"""
            select t._key as key, 'visit_id' as field, {PLACE}, t.visit_id as value, {_named('t.one_id', 't.one_sheet', 't.one_row')} as other, {written("t.arrived_at")} as at
            from (
                select v.*, lag(v.visit_id) over same as one_id, lag(v._key) over same as one_key, lag(v._sheet) over same as one_sheet, lag(v._row) over same as one_row
                from visit as v join (select app_id, arrived_at from visit group by app_id, arrived_at having count(*) > 1) as d on d.app_id = v.app_id and d.arrived_at = v.arrived_at
                where v.app_id is not null and v.arrived_at_p = 'moment'
                window same as (partition by v.app_id, v.arrived_at, coalesce(v.kind, ''), coalesce(v.direction, '') order by v._key)
            ) as t
            where t.one_key is not null
        """,
        example=Example(
            rows={"visit": [
                {"visit_id": "V1", "app_id": "A1", "kind": "通气", "arrived_at": "2024-05-06 09:00"}, {"visit_id": "V2", "app_id": "A1", "kind": "通气", "arrived_at": "2024-05-06 09:00"},
                {"visit_id": "V3", "app_id": "A1", "kind": "验收", "arrived_at": "2024-05-06 09:00"}, {"visit_id": "V4", "app_id": "A1", "kind": "通气", "arrived_at": "2024-05-06 10:00"},
            ]},
            expect=[{"key": "V2", "other": "V1", "at": "2024-05-06T09:00|moment"}],
        ),
    ),
)
