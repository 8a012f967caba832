"""Zero errands: whether the user had to go anywhere, and how often."""

from __future__ import annotations

from kpi.metrics.model import Example, Mean, Metric, Ratio
from kpi.words import Text

_GAS_ON = {"applied_at": "2024-04-01", "gas_on_at": "2024-05-06 11:00"}
_SOURCES = ("application", "visit", "followup")

_ROWS = {
    "application": [{"app_id": "A1", **_GAS_ON, "confirm_signed": "是"}, {"app_id": "A2", **_GAS_ON}, {"app_id": "A3", **_GAS_ON, "channel": "营业厅"}, {"app_id": "A4", **_GAS_ON}],
    "visit": [{"visit_id": "V1", "app_id": "A2", "kind": "用户到厅", "direction": "用户跑腿", "booked_at": "2024-04-08", "arrived_at": "2024-04-08", "errand_n": "1",
               "errand_reason": "补资料"}],
}


def _errands(id: str, zh: str, en: str, verdict: str, reason: str, value: str, expect: dict[str, float | int], more_zh: str, more_en: str) -> Ratio:
    return Ratio(
        id=id, code="K06", unit="ratio", better="up", fact="fact_connection", verdict=verdict, reason=reason, value=value, sources=_SOURCES,
        label=Text(zh, en),
        meaning=Text("通气户中，从项目落地（否则报装）到通气有凭据证明用户没有跑腿的占比。",
                     "Share of connected cases with evidence that the user made no errand from landing (else application) to gas-on."),
        formula=Text("有零跑腿凭据为做到；任一来源大于零为未做到；没有记录为无法核验" + more_zh, "evidence of zero is a hit; any source above zero a miss; no record unknown" + more_en),
        dated_by=Text("通气所在月", "month of gas-on"),
        exclusions=Text("公司人员上门不是跑腿", "visits by staff are no errands"), clause="一(六)", controller="公司",
        example=Example(rows=_ROWS, as_of="2024-06-01", month="2024-05", expect=expect),
    )


METRICS: tuple[Metric, ...] = (
    _errands("zero_errand", "零跑腿率", "No errands", "errand", "errand_reason", "errands", {"hits": 1, "n": 3, "unknown": 1}, "；营业厅报装计1次", "; applying at a counter counts as one"),
    _errands("zero_errand_excl_voluntary", "零跑腿率（不含自愿到厅）", "No errands (voluntary visits to a counter left out)", "errand_kept", "errand_kept_reason",
             "errands_kept", {"hits": 1, "n": 2, "unknown": 2}, "；自愿到厅不计", "; voluntary visits do not count"),
    Mean(
        id="errands_per_connection", code="K07", unit="count", better="down", fact="fact_connection", value="errands", good="errands = 0", reason="errand_reason",
        sources=_SOURCES,
        label=Text("户均跑腿次数", "Errands per connection"),
        meaning=Text("有记录的通气户平均跑腿次数。", "Mean number of errands of connected cases with a record."),
        formula=Text("跑腿次数之和 ÷ 有记录的通气户数（台账与用户自述取大）", "sum of errands ÷ connected cases with a record (the larger of ledger and the user's word)"),
        dated_by=Text("通气所在月", "month of gas-on"), exclusions=Text("没有记录的户单列", "cases without a record stand apart"), clause="一(六)", controller="公司",
        example=Example(rows=_ROWS, as_of="2024-06-01", month="2024-05", expect={"value": 2 / 3, "n": 3, "unknown": 1}),
    ),
)
