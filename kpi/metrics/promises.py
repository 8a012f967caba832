"""The promises kept together, and the single process."""

from __future__ import annotations

from kpi.metrics.model import Example, Metric, Ratio
from kpi.words import Text

_CONNECTED = {"applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06 11:00"}
_KEPT = {**_CONNECTED, "steps_n": "1", "docs_requested_n": "0", "confirm_signed": "是"}

_EXAMPLE = Example(
    rows={
        "application": [{"app_id": "A1", **_KEPT}, {"app_id": "A2", **_KEPT, "docs_requested_n": "2"}, {"app_id": "A3", **_CONNECTED}],
        "visit": [
            {"visit_id": "V1", "app_id": "A1", "kind": "通气", "direction": "上门", "booked_at": "2024-05-05", "arrived_at": "2024-05-06 10:30", "result": "完成"},
            {"visit_id": "V2", "app_id": "A2", "kind": "通气", "direction": "上门", "booked_at": "2024-05-05", "arrived_at": "2024-05-06 10:30", "result": "完成"},
        ],
    },
    as_of="2024-06-01", month="2024-05", expect={"hits": 1, "n": 2, "unknown": 1, "value": 0.5},
)

METRICS: tuple[Metric, ...] = (
    Ratio(
        id="all_kept", code="K00", unit="ratio", better="up", fact="fact_connection", verdict="kept", reason="kept_reason",
        sources=("application", "visit", "charge", "work", "followup", "clock_stop"),
        label=Text("五项承诺全部兑现率", "All five promises kept"),
        meaning=Text("通气户中，0.5个工作日、1个流程、零资料、零跑腿、红线外零费用五项全部做到的占比。",
                     "Share of connected cases for which all five promises were kept: 0.5 day, one process, no documents, no errands, no fee."),
        formula=Text("一项未做到即未兑现；否则有一项无法核验即凭据不全；否则全部兑现", "one broken promise is a miss; else one unknown leaves it unknown; else a hit"),
        dated_by=Text("通气所在月", "month of gas-on"),
        exclusions=Text("凭据不全的户单列，不计入分母", "cases with incomplete evidence stand apart from the denominator"),
        clause="一(四)—(八)", controller="公司", example=_EXAMPLE,
    ),
    Ratio(
        id="one_process", code="K03", unit="ratio", better="up", fact="fact_connection", verdict="process", reason="process_reason", value="process_n",
        sources=("application", "visit"),
        label=Text("一次上门通气率（1个流程）", "Gas on in one process"),
        meaning=Text("具备条件后只经1个环节、一次上门就通气的户占比。", "Share of cases connected in one step and one visit once ready."),
        formula=Text("环节数为1且通气上门1次为做到；任一多于1为未做到", "steps = 1 and one gas-on visit is a hit; either above 1 is a miss"),
        dated_by=Text("通气所在月", "month of gas-on"),
        exclusions=Text("用户改约的上门不计次；缺环节数或上门记录的计入“无法核验”", "visits the user moved do not count; cases without steps or visit records stand as unknown"),
        clause="一(四)", controller="公司",
        example=Example(rows=_EXAMPLE.rows, as_of=_EXAMPLE.as_of, month="2024-05", expect={"hits": 2, "n": 2, "unknown": 1, "value": 1.0}),
    ),
)
