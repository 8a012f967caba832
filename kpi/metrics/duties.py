"""Duties towards each user: somebody in charge, told what is to come, done by contract, answered both ways and closed."""

from __future__ import annotations

from kpi.metrics.model import Example, Metric, Ratio
from kpi.words import Text

_TERM = [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2024-01-01"}]
_APPLIED = {
    "term": _TERM,
    "application": [
        {"app_id": "A1", "applied_at": "2024-05-06", "grid_code": "G1", "dept": "规划开发部"}, {"app_id": "A2", "applied_at": "2024-05-07", "grid_code": "G9", "dept": "营业厅"},
        {"app_id": "A3", "applied_at": "2024-05-08", "grid_code": "G1"},
    ],
}
_SELF_BUILT = {
    "application": [
        {"app_id": "A1", "applied_at": "2024-03-01", "build_mode": "自建", "accept_passed_at": "2024-05-10", "accept_attended": "是", "accept_first_result": "合格", "gas_on_at": "2024-05-20 10:00",
         "told_process_on": "2024-03-02", "told_gas_on_on": "2024-05-11", "told_safety_on": "2024-05-20"},
        {"app_id": "A2", "applied_at": "2024-03-01", "build_mode": "自建", "accept_passed_at": "2024-05-12", "accept_attended": "否", "accept_first_result": "整改", "gas_on_at": "2024-05-21 10:00",
         "told_process_on": "2024-03-02"},
        {"app_id": "A3", "applied_at": "2024-03-01", "build_mode": "自建", "accept_passed_at": "2024-05-13", "gas_on_at": "2024-05-22 10:00"},
    ]
}
_ENTRUSTED = {
    "application": [
        {"app_id": "A1", "applied_at": "2024-03-01", "build_mode": "委托", "contract_due_on": "2024-05-10", "inside_done_on": "2024-05-10"},
        {"app_id": "A2", "applied_at": "2024-03-01", "build_mode": "委托", "contract_due_on": "2024-05-10", "inside_done_on": "2024-05-11"},
        {"app_id": "A3", "applied_at": "2024-03-01", "build_mode": "委托", "contract_due_on": "2024-05-10"},
        {"app_id": "A4", "applied_at": "2024-03-01", "build_mode": "委托", "contract_due_on": "2024-05-10", "contract_extended_to": "2024-05-20", "inside_done_on": "2024-05-19"},
    ]
}
_APPEALS = {
    "appeal": [
        {"case_id": "Q1", "level": "一般", "accepted_at": "2024-05-10 09:00", "fb_customer_at": "2024-05-10 15:00", "fb_dept_at": "2024-05-10 16:00", "first_handler": "示例甲", "told_once": "是",
         "closed_at": "2024-05-12", "confirmed": "是"},
        {"case_id": "Q2", "level": "一般", "accepted_at": "2024-05-13 09:00", "fb_customer_at": "2024-05-13 15:00", "told_once": "否", "closed_at": "2024-05-15"},
        {"case_id": "Q3", "level": "一般", "accepted_at": "2024-05-14 09:00", "first_handler": "示例乙"},
    ]
}


def _duty(id: str, code: str, duty: str, clause: str, label: Text, meaning: Text, formula: Text, dated_by: Text, exclusions: Text, rows: dict, table: str = "application", **expect: float | int) -> Ratio:
    return Ratio(
        id=id, code=code, unit="ratio", better="up", fact="fact_duty", where=f"duty = '{duty}'", verdict="verdict", reason="reason", table=table,
        sources=("application", "term") if duty == "grid" else (table,), label=label, meaning=meaning, formula=formula, dated_by=dated_by, exclusions=exclusions, clause=clause, controller="公司",
        example=Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect),
    )


_APPLICATION = Text("报装所在月", "month of application")
_PASSED = Text("验收合格所在月", "month in which acceptance was passed")
_ACCEPTED = Text("受理所在月", "month of acceptance")
_BLANK = Text("没有记录的计入“无法核验”", "no record stands as unknown")

METRICS: tuple[Metric, ...] = (
    _duty(
        "told_three_things", "K20", "told", "一(三)2", Text("自建告知三项完成率", "Self-builders told all three things"),
        Text("自建户通气前，建设流程、通气手续、后期注意事项三项都已告知的占比。", "Share of self-built cases in which the user was told how to build, how gas comes on, and what to mind afterwards."),
        Text("三项告知日期齐全为做到，只有一两项为未做到", "all three dates is a hit, one or two a miss"), Text("通气所在月", "month of gas on"),
        Text("一项都没有记录的计入“无法核验”", "none recorded stands as unknown"), _SELF_BUILT, hits=1, n=2, unknown=1,
    ),
    _duty(
        "acceptance_attended", "K21", "attended", "一(三)2", Text("自建验收参与率", "Acceptances of self-built works attended"),
        Text("自建户红线内验收，公司派人参加的占比。", "Share of acceptances of self-built works that the company attended."),
        Text("记录为参与的为做到", "recorded as attended is a hit"), _PASSED, _BLANK, _SELF_BUILT, hits=1, n=2, unknown=1,
    ),
    _duty(
        "contract_kept", "K23", "contract", "一(三)3", Text("代建按合同工期完成率", "Entrusted works finished by contract date"),
        Text("合同约定的完工日期到期的代建工程，按期完工的占比；到期没完工的也算。", "Share of entrusted works due by contract that were finished in time; those not finished count as misses."),
        Text("红线内完工日期不晚于约定日期为做到；批准延期的按延期日期", "finished by the contract date is a hit; an agreed extension moves it"),
        Text("约定完工日期所在月", "month of the contract date"), Text("到期前取消的不计；没有约定日期的不计", "cancelled before the date, or without a date: out"), _ENTRUSTED, hits=2, n=4, unknown=0,
    ),
    _duty(
        "accepted_first_go", "K24", "first_go", "一(三)", Text("验收一次通过率", "Accepted at the first go"),
        Text("红线内验收，第一次就合格的占比。", "Share of acceptances inside the red line that were passed at the first go."),
        Text("首次验收结论为合格的为做到", "first result 'passed' is a hit"), _PASSED, _BLANK, _SELF_BUILT, hits=1, n=2, unknown=1,
    ),
    _duty(
        "grid_in_charge", "K30", "grid", "二(二)", Text("网格责任到人率", "Applications with one manager in charge"),
        Text("报装当日，所属网格正好有一名在任客户经理的占比。", "Share of applications whose grid had exactly one manager in office on the day."),
        Text("网格能对上、当日在任的客户经理正好一名为做到", "a known grid with exactly one manager in office is a hit"), _APPLICATION,
        Text("没有网格与客户经理台账时全部计入“无法核验”", "without a register of grids all stand as unknown"), _APPLIED, hits=2, n=3, unknown=0,
    ),
    _duty(
        "taken_in_by_planning", "K31", "lead", "二(一)", Text("一站式牵头受理率", "Taken in by the planning department"),
        Text("报装由规划开发部牵头受理的占比。", "Share of applications taken in by the planning department."),
        Text("受理部门为规划开发部的为做到", "department 'planning' is a hit"), _APPLICATION, _BLANK, _APPLIED, hits=1, n=2, unknown=1,
    ),
    _duty(
        "feedback_both_ways", "K37", "both", "二(二)", Text("双向反馈率", "Feedback to user and department"),
        Text("反馈期限已到的诉求，既反馈客户、又反馈受理部门的占比。", "Share of appeals past their limit of feedback that were answered to both the user and the department that took them in."),
        Text("两个反馈时间都有为做到", "both times recorded is a hit"), Text("反馈期限届满所在月", "month in which the limit ended"), Text("重大事项另列", "major matters are listed apart"), _APPEALS, table="appeal",
        hits=1, n=3, unknown=0,
    ),
    _duty(
        "appeals_closed", "K38", "closed", "二(三)", Text("诉求办结率", "Appeals closed and confirmed"),
        Text("当月受理的诉求，到统计截至时已办结、客户确认且没有重办的占比。", "Share of appeals taken in that month that were closed, confirmed by the user and not reopened by the as-of moment."),
        Text("已办结、已确认、未重办为做到；未办结为未做到", "closed, confirmed and not reopened is a hit; still open a miss"), _ACCEPTED,
        Text("办结而没有确认记录的计入“无法核验”", "closed without a record of confirmation stands as unknown"), _APPEALS, table="appeal", hits=1, n=2, unknown=1,
    ),
    _duty(
        "first_handler_named", "K45", "handler", "二(四)", Text("首问责任登记率", "First handler named"),
        Text("受理的诉求中登记了首问责任人的占比。", "Share of appeals for which the first handler is named."), Text("首问责任人不为空为做到", "a named first handler is a hit"), _ACCEPTED,
        Text("台账从不登记首问责任人的，全部计入“无法核验”", "where the ledger never names a first handler, all stand as unknown"), _APPEALS, table="appeal", hits=2, n=3, unknown=0,
    ),
    _duty(
        "told_once_in_full", "K46", "told_once", "二(四)", Text("一次性告知率", "Told once in full"),
        Text("受理的诉求中一次性告知的占比。", "Share of appeals in which the user was told everything at once."), Text("记录为一次性告知的为做到", "recorded as told once is a hit"), _ACCEPTED, _BLANK, _APPEALS,
        table="appeal", hits=1, n=2, unknown=1,
    ),
)
