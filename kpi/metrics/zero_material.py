"""Zero documents: whether the user had to hand in papers, and how many the company fetched itself."""

from __future__ import annotations

from kpi.metrics.model import Example, Mean, Metric, Ratio
from kpi.words import Text

_GAS_ON = {"applied_at": "2024-04-01", "gas_on_at": "2024-05-06 11:00"}
_ROWS = {
    "application": [
        {"app_id": "A1", **_GAS_ON, "docs_requested_n": "0", "docs_online_n": "4"},
        {"app_id": "A2", **_GAS_ON, "docs_requested_n": "1", "docs_online_n": "3"},
        {"app_id": "A3", **_GAS_ON},
    ]
}

METRICS: tuple[Metric, ...] = (
    Ratio(
        id="zero_material", code="K04", unit="ratio", better="up", fact="fact_connection", verdict="material", reason="material_reason", value="documents",
        sources=("application", "followup"),
        label=Text("零资料率", "No documents asked for"),
        meaning=Text("通气户中，有凭据证明用户没有另行提供申请资料的占比。", "Share of connected cases with evidence that the user handed in no application papers."),
        formula=Text("有零资料凭据为做到；任一来源大于零为未做到；没有记录为无法核验", "evidence of zero is a hit; any source above zero a miss; no record unknown"),
        dated_by=Text("通气所在月", "month of gas-on"),
        exclusions=Text("合同签字、签约时出示证件不算资料", "signatures and identity shown at signing are no documents"), clause="一(五)", controller="公司",
        example=Example(rows=_ROWS, as_of="2024-06-01", month="2024-05", expect={"hits": 1, "n": 2, "unknown": 1, "value": 0.5}),
    ),
    Mean(
        id="docs_self_sourced", code="K05", unit="ratio", better="up", fact="fact_connection", value="docs_online_n", weight="docs_needed_n",
        good="docs_online_n >= docs_needed_n", sources=("application",),
        label=Text("资料代查率", "Documents fetched online by the company"),
        meaning=Text("所需资料中由公司从网上获取的份数占比：零资料是否属实的旁证。", "Share of the papers needed that the company fetched online: a check on 'no documents'."),
        formula=Text("网上获取份数 ÷ 所需份数（所需 = 应备份数，否则用户提供 + 网上获取）", "papers fetched ÷ papers needed (needed, else handed in + fetched)"),
        dated_by=Text("通气所在月", "month of gas-on"), exclusions=Text("缺份数的户单列", "cases without counts stand apart"), clause="一(五)", controller="公司",
        example=Example(rows=_ROWS, as_of="2024-06-01", month="2024-05", expect={"value": 7 / 8, "n": 2, "unknown": 1}),
    ),
)
