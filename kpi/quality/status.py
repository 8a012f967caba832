"""Status against dates: what the status column says and what the dates say must not exclude each other."""

from __future__ import annotations

from kpi.quality.model import Example, Rule
from kpi.quality.phrases import pick, written
from kpi.words import Text

BEFORE = "'待受理', '受理中', '已受理', '勘察中', '设计中', '施工中', '在建', '待验收', '整改', '具备通气条件', '待通气'"
CANCELLED = "'用户取消', '已取消', '取消', '退单', '已退单'"
CONNECTED = "'已通气', '通气', '已送气', '已点火'"
DONE = "'已办结', '办结', '已归档', '归档'"

_APP = {"applied_at": "2024-04-01"}

RULES: tuple[Rule, ...] = (
    Rule(
        code="connected_without_date", severity="warning", uses=("status",), table="application", label=Text("状态已通气，没有通气时间", "Connected by status, without a date"),
        args=("status",),
        select=pick("application", "gas_on_at", "''", status="t.status",
                    where=f"t.gas_on_at is null and (trim(t.status) in ({CONNECTED}) or (trim(t.status) in ({DONE}) and t.cancelled_on is null))"),
        example=Example(
            rows={"application": [_APP | {"app_id": "A1", "status": "已通气"}, _APP | {"app_id": "A2", "status": "已通气", "gas_on_at": "2024-05-06"},
                                  _APP | {"app_id": "A3", "status": "已归档", "cancelled_on": "2024-05-06"}, _APP | {"app_id": "A4", "status": "施工中"}]},
            expect=[{"key": "A1", "field": "gas_on_at", "value": "", "status": "已通气"}],
        ),
    ),
    Rule(
        code="ready_without_date", severity="warning", uses=("status",), table="application", label=Text("状态具备条件，没有具备条件时间", "Ready by status, without a date"),
        args=("status",),
        select=pick("application", "ready_at", "''", status="t.status", where="t.ready_at is null and trim(t.status) in ('具备通气条件', '待通气')"),
        example=Example(
            rows={"application": [_APP | {"app_id": "A1", "status": "具备通气条件"}, _APP | {"app_id": "A2", "status": "具备通气条件", "ready_at": "2024-05-06"}]},
            expect=[{"key": "A1", "field": "ready_at", "status": "具备通气条件"}],
        ),
    ),
    Rule(
        code="cancelled_without_date", severity="warning", uses=("status",), table="application", label=Text("状态已取消，没有取消日期", "Cancelled by status, without a date"),
        args=("status",),
        select=pick("application", "cancelled_on", "''", status="t.status", where=f"t.cancelled_on is null and trim(t.status) in ({CANCELLED})"),
        example=Example(
            rows={"application": [_APP | {"app_id": "A1", "status": "用户取消"}, _APP | {"app_id": "A2", "status": "用户取消", "cancelled_on": "2024-05-06"}]},
            expect=[{"key": "A1", "field": "cancelled_on", "status": "用户取消"}],
        ),
    ),
    Rule(
        code="status_behind", severity="warning", uses=("status",), table="application", label=Text("状态落后于日期", "Status behind the dates"), args=("event", "at"),
        select=" union all ".join((
            pick("application", "status", "t.status", f"trim(t.status) in ({BEFORE}) and t.gas_on_at < c.as_of", more="cross join clock as c",
                 event="'gas_on_at'", at=written("t.gas_on_at")),
            pick("application", "status", "t.status", f"trim(t.status) in ({BEFORE}) and t.gas_on_at is null and t.cancelled_on < c.as_of", more="cross join clock as c",
                 event="'cancelled_on'", at=written("t.cancelled_on")),
            pick("application", "status", "t.status", "trim(t.status) = '待受理' and t.gas_on_at is null and t.cancelled_on is null and t.accepted_at < c.as_of",
                 more="cross join clock as c", event="'accepted_at'", at=written("t.accepted_at")),
        )),
        example=Example(
            rows={"application": [
                _APP | {"app_id": "A1", "status": "待受理", "accepted_at": "2024-04-02"}, _APP | {"app_id": "A2", "status": "施工中", "gas_on_at": "2024-05-06"},
                _APP | {"app_id": "A3", "status": "施工中", "cancelled_on": "2024-05-06"}, _APP | {"app_id": "A4", "status": "施工中", "accepted_at": "2024-04-02"},
                _APP | {"app_id": "A5", "status": "待受理"}, _APP | {"app_id": "A6", "status": "已通气", "gas_on_at": "2024-05-06"},
            ]},
            expect=[{"key": "A1", "value": "待受理", "event": "accepted_at", "at": "2024-04-02T00:00|day"}, {"key": "A2", "event": "gas_on_at", "value": "施工中"}, {"key": "A3", "event": "cancelled_on"}],
        ),
    ),
    Rule(
        code="cancelled_and_connected", severity="warning", uses=("gas_on_at",), table="application", label=Text("既取消又通气", "Cancelled and connected"), args=("at",),
        select=pick("application", "gas_on_at", written("t.gas_on_at"), f"t.gas_on_at is not null and (t.cancelled_on is not null or trim(t.status) in ({CANCELLED}))", at=written("t.gas_on_at")),
        example=Example(
            rows={"application": [
                _APP | {"app_id": "A1", "cancelled_on": "2024-05-01", "gas_on_at": "2024-05-06"}, _APP | {"app_id": "A2", "status": "退单", "gas_on_at": "2024-05-06"},
                _APP | {"app_id": "A3", "status": "用户取消", "cancelled_on": "2024-05-01"}, _APP | {"app_id": "A4", "status": "已通气", "gas_on_at": "2024-05-06"},
            ]},
            expect=[{"key": "A1", "value": "2024年5月6日", "at": "2024-05-06T00:00|day"}, {"key": "A2"}],
        ),
    ),
    Rule(
        code="closed_without_feedback", severity="warning", table="appeal", label=Text("诉求已办结，没有反馈客户时间", "Appeal closed without feedback"),
        select=pick("appeal", "fb_customer_at", "''", f"t.fb_customer_at is null and (t.closed_at is not null or trim(t.status) in ({DONE}))"),
        example=Example(
            rows={"appeal": [
                {"case_id": "S1", "accepted_at": "2024-05-06", "closed_at": "2024-05-08"}, {"case_id": "S2", "accepted_at": "2024-05-06", "status": "已办结"},
                {"case_id": "S3", "accepted_at": "2024-05-06", "status": "办理中"},
                {"case_id": "S4", "accepted_at": "2024-05-06", "fb_customer_at": "2024-05-07", "closed_at": "2024-05-08", "status": "已办结"},
            ]},
            expect=[{"key": "S1", "field": "fb_customer_at"}, {"key": "S2", "value": ""}],
        ),
    ),
    Rule(
        code="open_although_closed", severity="warning", uses=("status", "closed_at"), table="appeal", label=Text("有办结时间，状态仍在办", "Closed by date, open by status"), args=("at",),
        select=pick("appeal", "status", "t.status", "trim(t.status) in ('待派', '办理中', '处理中') and t.closed_at is not null", at=written("t.closed_at")),
        example=Example(
            rows={"appeal": [
                {"case_id": "S1", "accepted_at": "2024-05-06", "fb_customer_at": "2024-05-07", "closed_at": "2024-05-08", "status": "办理中"},
                {"case_id": "S2", "accepted_at": "2024-05-06", "fb_customer_at": "2024-05-07", "status": "办理中"},
            ]},
            expect=[{"key": "S1", "value": "办理中", "at": "2024-05-08T00:00|day"}],
        ),
    ),
    Rule(
        code="works_without_date", severity="warning", uses=("status",), table="work", label=Text("状态已投运，没有完工日期", "Works in use without a date"),
        args=("status",),
        select=pick("work", "boundary_ready_on", "''", status="t.status", where="trim(t.status) in ('投运', '已投运', '完工', '已完工') and t.gas_done_on is null and t.boundary_ready_on is null"),
        example=Example(
            rows={"work": [{"work_id": "W1", "status": "投运"}, {"work_id": "W2", "status": "投运", "boundary_ready_on": "2024-05-06"}, {"work_id": "W3", "status": "施工"}]},
            expect=[{"key": "W1", "status": "投运"}],
        ),
    ),
    Rule(
        code="refund_without_date", severity="warning", table="charge", label=Text("已退费，没有退费日期", "Refund without a date"),
        select=pick("charge", "refunded_on", "''", "t.refunded_on is null and (t.status = '退费' or t.refund_amount > 0)"),
        example=Example(
            rows={"charge": [
                {"charge_id": "C1", "paid_on": "2024-05-06", "status": "退费"}, {"charge_id": "C2", "paid_on": "2024-05-06", "status": "退费", "refunded_on": "2024-05-16"},
                {"charge_id": "C3", "paid_on": "2024-05-06", "status": "已收"},
            ]},
            expect=[{"key": "C1", "field": "refunded_on", "value": ""}],
        ),
    ),
)
