"""Zero fee outside the red line, and every sum a user paid there."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Metric, Ratio
from kpi.words import Text

_GAS_ON = {"applied_at": "2024-04-01", "gas_on_at": "2024-05-06 11:00"}

_EXAMPLE = Example(
    rows={
        "application": [{"app_id": "A1", **_GAS_ON}, {"app_id": "A2", **_GAS_ON}, {"app_id": "A3", **_GAS_ON}, {"app_id": "A4", **_GAS_ON, "confirm_signed": "是"}],
        "charge": [
            {"charge_id": "F1", "app_id": "A1", "item": "红线外接驳费", "amount": "免", "payer": "用户", "paid_on": "2024-05-05"},
            {"charge_id": "F2", "app_id": "A2", "item": "碰口费", "amount": "800", "payer": "用户", "paid_on": "2024-05-05"},
            {"charge_id": "F3", "app_id": "A4", "item": "户内安装费", "amount": "12000", "payer": "用户", "paid_on": "2024-05-05"},
        ],
    },
    as_of="2024-06-01", month="2024-05", expect={"hits": 2, "n": 3, "unknown": 1, "value": 2 / 3},
)


def _charges(id: str, zh: str, en: str, unit: str, value: str, expect: dict[str, float | int]) -> Count:
    return Count(
        id=id, code="K09", unit=unit, better="down", fact="fact_charge", table="charge", sources=("charge",), reason="reason",
        counted="verdict = 'miss'", unknown="verdict = 'unknown'", value=value, verdict="verdict",
        label=Text(zh, en),
        meaning=Text("台账显示由用户支付的红线外费用，扣除退费后仍大于零；须由人核实，核实前不作定性。",
                     "Charges for works outside the red line that the ledger shows as paid by the user, net of refunds; to be verified by a person."),
        formula=Text("红线外、付费方为用户、净额大于零的收费", "charges of scope outside, payer user, net amount above zero"),
        dated_by=Text("收费日期所在月", "month of payment"),
        exclusions=Text("红线内、表具、气费不计；范围或付费方不明的单列", "inside works, meters and gas bills are out; unclear scope or payer stands apart"),
        clause="一(七)", controller="公司",
        example=Example(rows=_EXAMPLE.rows, as_of=_EXAMPLE.as_of, month="2024-05", expect=expect),
    )


METRICS: tuple[Metric, ...] = (
    Ratio(
        id="zero_fee", code="K08", unit="ratio", better="up", fact="fact_connection", verdict="fee", reason="fee_reason", value="fee_yuan",
        sources=("application", "charge", "work", "followup"),
        label=Text("红线外零费用率", "No fee outside the red line"),
        meaning=Text("通气户中，有凭据证明用户没有承担红线外工程费用的占比。", "Share of connected cases with evidence that the user paid nothing for works outside the red line."),
        formula=Text("有零费用凭据为做到；任一来源大于零为未做到；没有记录为无法核验", "evidence of zero is a hit; any source above zero a miss; no record unknown"),
        dated_by=Text("通气所在月", "month of gas-on"),
        exclusions=Text("红线内工程款、气费、表具不计；红线内外打包的合同计入“无法核验”", "inside works, gas and meters are out; a bundled contract stands as unknown"),
        clause="一(七)；一(二)2", controller="公司", example=_EXAMPLE,
    ),
    _charges("user_charge_count", "红线外向用户收费笔数（待核实）", "User-paid outside charges (to be verified)", "count", "", {"value": 1, "n": 1, "unknown": 0}),
    _charges("user_charge_amount", "红线外向用户收费金额（待核实）", "Amount of user-paid outside charges (to be verified)", "yuan", "net", {"value": 800.0, "n": 1, "unknown": 0}),
)
