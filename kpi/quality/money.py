"""Money: items on neither side of the red line, 10,000 yuan taken for yuan, shares that do not add up."""

from __future__ import annotations

from kpi.quality.model import Example, Part, Rule
from kpi.quality.phrases import pick
from kpi.words import Text

FAR = 2_000
"""An amount this many times off the median of its kind is rather in another unit: the two units lie 10,000 apart."""

FEWEST = 5
"""Amounts of a kind from which a median says something."""

LEAST_WORKS = 100
"""No contract and no pipeline costs less, in yuan."""

LEAST_INVESTMENT = 100_000

_WORKS = ("budget", "settle", "paid_by_gov", "paid_by_company", "paid_by_user")


def _off(table: str, column: str, group: str) -> str:
    """SQL of amounts far off the median of their group."""
    return pick(
        table, column, f"t.{column}", f"t.{column} > 0 and m.n >= {FEWEST} and (t.{column} >= {FAR} * m.middle or t.{column} * {FAR} <= m.middle)", usual="m.middle",
        more=f"join (select {group} as kind, median({column}) as middle, count(*) as n from {table} where {column} > 0 group by 1) as m on m.kind = {group.replace('item', 't.item')}",
    )


def _far(table: str, column: str) -> Part:
    return Part(uses=(column, ":many"), select=_off(table, column, "'all'"))


def _tiny(table: str, column: str, least: int, more: str = "") -> Part:
    return Part(uses=(column,), select=pick(table, column, f"t.{column}", f"t.{column} > 0 and t.{column} < {least}{more}", usual="cast(null as double)"))


_ONCE = "select key, field, file, sheet, row, value, max(usual) as usual from ({parts}) as found group by key, field, file, sheet, row, value"
"""Each cell is named once, whatever speaks against it."""

_PAID = "coalesce(t.payer, '用户') = '用户' and coalesce(t.amount, 1) > 0 and coalesce(t.status, '') <> '减免'"
"""Rows (alias t) by which the user paid, or may have paid, something."""

_CHARGE = {"paid_on": "2024-05-06", "payer": "用户"}
_APP = {"applied_at": "2024-04-01", "build_mode": "代建", "contract_signed_on": "2024-04-10"}

RULES: tuple[Rule, ...] = (
    Rule(
        code="fee_item_unknown", severity="warning", uses=("item",), table="charge", label=Text("费用项目看不出红线内外", "Fee item on neither side of the red line"),
        select=pick("charge", "item", "t.item", f"t.item is not null and t.scope is null and s.scope is null and {_PAID}",
                    more="left join item_scope as s on s.item = t.item"),
        example=Example(
            rows={"charge": [
                _CHARGE | {"charge_id": "C1", "item": "综合服务费", "amount": "600"}, _CHARGE | {"charge_id": "C2", "item": "综合服务费", "amount": "600", "scope": "红线内"},
                _CHARGE | {"charge_id": "C3", "item": "户内安装费", "amount": "600"}, _CHARGE | {"charge_id": "C4", "item": "综合服务费", "amount": "0"},
                _CHARGE | {"charge_id": "C5", "item": "综合服务费", "amount": "600", "payer": "政府"}, _CHARGE | {"charge_id": "C6", "amount": "600"},
            ]},
            expect=[{"key": "C1", "field": "item", "value": "综合服务费"}],
        ),
    ),
    Rule(
        code="fee_item_blank", severity="warning", table="charge", label=Text("收费没有写明项目和范围", "Charge without item and scope"),
        select=pick("charge", "item", "''", f"t.item is null and t.scope is null and {_PAID}"),
        example=Example(
            rows={"charge": [_CHARGE | {"charge_id": "C1", "amount": "600"}, _CHARGE | {"charge_id": "C2", "amount": "600", "scope": "气费"}, _CHARGE | {"charge_id": "C3", "amount": "免"}]},
            expect=[{"key": "C1", "field": "item"}],
        ),
    ),
    Rule(
        code="fee_item_bundled", severity="info", uses=("item",), table="charge", label=Text("一笔费用兼有红线内外", "Fee bundles both sides of the red line"),
        select=pick("charge", "item", "t.item", f"t.scope is null and s.scope = '混合' and {_PAID}",
                    more="join item_scope as s on s.item = t.item"),
        example=Example(
            rows={"charge": [_CHARGE | {"charge_id": "C1", "item": "代建工程款（含红线外接驳）", "amount": "38000"}, _CHARGE | {"charge_id": "C2", "item": "代建工程款", "amount": "38000"}]},
            expect=[{"key": "C1", "value": "代建工程款（含红线外接驳）"}],
        ),
    ),
    Rule(
        code="scope_against_item", severity="warning", uses=("scope", "item"), table="charge", label=Text("费用范围与费用项目不一致", "Scope contradicts the item"), args=("item", "named"),
        select=pick("charge", "scope", "t.scope", "t.scope in ('红线外', '红线内') and s.scope in ('红线外', '红线内') and t.scope <> s.scope", item="t.item", named="s.scope",
                    more="join item_scope as s on s.item = t.item"),
        example=Example(
            rows={"charge": [
                _CHARGE | {"charge_id": "C1", "item": "红线外接驳费", "scope": "红线内", "amount": "600"}, _CHARGE | {"charge_id": "C2", "item": "红线外接驳费", "scope": "红线外", "amount": "600"},
                _CHARGE | {"charge_id": "C3", "item": "综合服务费", "scope": "红线外", "amount": "600"},
            ]},
            expect=[{"key": "C1", "value": "红线内", "item": "红线外接驳费", "named": "红线外"}],
        ),
    ),
    Rule(
        code="unit_suspect", severity="warning", table="charge", label=Text("金额单位可疑（元、万元）", "Yuan or 10,000 yuan?"), args=("usual",),
        select=_ONCE, parts=(
            Part(uses=("amount", "item", ":many"), select=_off("charge", "amount", "item")),
            _tiny("charge", "amount", LEAST_WORKS, " and (strpos(t.item, '工程') > 0 or strpos(t.item, '代建') > 0)"),
        ),
        example=Example(
            rows={"charge": [
                *(_CHARGE | {"charge_id": f"C{n}", "item": "户内安装费", "amount": amount} for n, amount in enumerate(("2.6万", "26800", "31000", "18000", "9000", "2.9", "300000"), 1)),
                _CHARGE | {"charge_id": "C8", "item": "代建工程款", "amount": "3.8"}, _CHARGE | {"charge_id": "C9", "item": "资料费", "amount": "20"},
            ]},
            expect=[{"key": "C6", "field": "amount", "value": "2.9", "usual": 26000.0}, {"key": "C8", "value": "3.8", "usual": None}],
        ),
    ),
    Rule(
        code="unit_suspect", severity="warning", table="application", label=Text("金额单位可疑（元、万元）", "Yuan or 10,000 yuan?"), args=("usual",),
        select=_ONCE, parts=(_tiny("application", "contract_amount", LEAST_WORKS), _far("application", "contract_amount")),
        example=Example(
            rows={"application": [_APP | {"app_id": f"A{n}", "contract_amount": amount} for n, amount in enumerate(("8万元", "76000", "91000", "55000", "8.2", "800000000"), 1)]},
            expect=[{"key": "A5", "field": "contract_amount", "usual": 78000.0}, {"key": "A6", "usual": 78000.0}],
        ),
    ),
    Rule(
        code="unit_suspect", severity="warning", table="work", label=Text("金额单位可疑（元、万元）", "Yuan or 10,000 yuan?"), args=("usual",),
        select=_ONCE, parts=tuple(part for column in _WORKS for part in (_tiny("work", column, LEAST_WORKS), _far("work", column))),
        example=Example(
            rows={"work": [{"work_id": "W1", "budget": "12.5万"}, {"work_id": "W2", "budget": "12.5"}, {"work_id": "W3", "budget": "0", "settle": "98000元"}]},
            expect=[{"key": "W2", "field": "budget", "usual": None}],
        ),
    ),
    Rule(
        code="unit_suspect", severity="warning", table="project", label=Text("金额单位可疑（元、万元）", "Yuan or 10,000 yuan?"), args=("usual",),
        parts=(_tiny("project", "invest_amount", LEAST_INVESTMENT),),
        example=Example(
            rows={"project": [{"project_id": "P1", "first_known_at": "2024-05-06", "invest_amount": "3元"}, {"project_id": "P2", "first_known_at": "2024-05-06", "invest_amount": "3亿元"}]},
            expect=[{"key": "P1", "field": "invest_amount"}],
        ),
    ),
    Rule(
        code="contract_amount_missing", severity="info", uses=("build_mode",), table="application", label=Text("代建合同没有金额", "Turnkey contract without an amount"),
        select=pick("application", "contract_amount", "''", "t.build_mode = '代建' and t.contract_amount is null and (t.contract_no is not null or t.contract_signed_on is not null)"),
        example=Example(
            rows={"application": [_APP | {"app_id": "A1", "contract_no": "HT01"}, _APP | {"app_id": "A2", "contract_amount": "80000"}, _APP | {"app_id": "A3", "contract_signed_on": ""},
                                  _APP | {"app_id": "A4", "build_mode": "自建"}]},
            expect=[{"key": "A1", "field": "contract_amount", "value": ""}],
        ),
    ),
    Rule(
        code="refund_above_amount", severity="warning", uses=("refund_amount",), table="charge", label=Text("退费多于收费", "Refund above the charge"), args=("amount",),
        select=pick("charge", "refund_amount", "t.refund_amount", "t.refund_amount > t.amount", amount="t.amount"),
        example=Example(
            rows={"charge": [_CHARGE | {"charge_id": "C1", "amount": "600", "refund_amount": "800"}, _CHARGE | {"charge_id": "C2", "amount": "600", "refund_amount": "600"}]},
            expect=[{"key": "C1", "field": "refund_amount", "value": "800", "amount": 600.0}],
        ),
    ),
    Rule(
        code="shares_above_settlement", severity="warning", uses=("settle",), table="work", label=Text("各方出资与结算不符", "Shares do not add up to the settlement"), args=("total",),
        select=pick("work", "settle", "t.settle",
                    "t.settle > 0 and coalesce(t.paid_by_gov, 0) + coalesce(t.paid_by_company, 0) + coalesce(t.paid_by_user, 0) > t.settle * 1.01",
                    total="coalesce(t.paid_by_gov, 0) + coalesce(t.paid_by_company, 0) + coalesce(t.paid_by_user, 0)"),
        example=Example(
            rows={"work": [{"work_id": "W1", "settle": "10万", "paid_by_gov": "8万", "paid_by_user": "3万"}, {"work_id": "W2", "settle": "10万", "paid_by_gov": "8万"},
                           {"work_id": "W3", "paid_by_gov": "8万"}]},
            expect=[{"key": "W1", "field": "settle", "value": "100,000", "total": 110000.0}],
        ),
    ),
)
