"""Customer managers' duties: appointments made and kept, first feedback within 24 hours or 3 working days."""

from __future__ import annotations

from kpi.metrics.model import Example, Metric, Ratio
from kpi.words import Text

_VISIT = {"kind": "上门", "direction": "上门", "appt_place": "现场"}
_VISITS = {
    "visit": [
        {"visit_id": "V1", **_VISIT, "booked_at": "2024-05-05 09:00", "appt_start": "2024-05-06 09:00", "appt_end": "2024-05-06 10:00", "arrived_at": "2024-05-06 09:30"},
        {"visit_id": "V2", **_VISIT, "booked_at": "2024-05-05 09:00", "appt_start": "2024-05-06 09:00", "appt_end": "2024-05-06 10:00", "arrived_at": "2024-05-06 11:30"},
        {"visit_id": "V3", **_VISIT, "arrived_at": "2024-05-06 15:00"},
    ]
}
_APPEALS = {
    "appeal": [
        {"case_id": "Q1", "level": "一般", "accepted_at": "2024-05-10 17:00", "fb_customer_at": "2024-05-11 16:00"},
        {"case_id": "Q2", "level": "一般", "accepted_at": "2024-05-10 17:00"},
        {"case_id": "Q3", "level": "一般", "accepted_at": "2024-05-13", "fb_customer_at": "2024-05-14"},
        {"case_id": "Q4", "level": "复杂", "accepted_at": "2024-04-28 10:00", "fb_customer_at": "2024-05-06 17:00"},
        {"case_id": "Q5", "level": "复杂", "accepted_at": "2024-04-28 10:00", "fb_customer_at": "2024-05-07 09:00"},
    ]
}


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


def _visit(id: str, code: str, about: str, label: Text, meaning: Text, formula: Text, dated_by: Text, exclusions: Text, example: Example) -> Ratio:
    return Ratio(
        id=id, code=code, unit="ratio", better="up", fact="fact_visit", where=f"about = '{about}'", verdict="verdict", reason="reason",
        table="visit", sources=("visit",), label=label, meaning=meaning, formula=formula, dated_by=dated_by, exclusions=exclusions,
        clause="二(二)", controller="公司", example=example,
    )


def _feedback(id: str, code: str, duty: str, label: Text, meaning: Text, formula: Text, exclusions: Text, example: Example) -> Ratio:
    return Ratio(
        id=id, code=code, unit="ratio", better="up", fact="fact_appeal", where=f"duty = '{duty}'", verdict="verdict", convention="convention", reason="reason",
        value="case when low = high then low end", low="low", high="high", table="appeal", sources=("appeal",),
        label=label, meaning=meaning, formula=formula, dated_by=Text("反馈期限届满所在月", "month in which the limit ended"), exclusions=exclusions,
        clause="二(二)", controller="公司", example=example,
    )


METRICS: tuple[Metric, ...] = (
    _visit(
        "visit_appointed", "K32", "visit", Text("预约上门率", "Visits by appointment"),
        Text("上门服务中事先约好时间和地点的占比。", "Share of visits for which time and place were agreed beforehand."),
        Text("预约早于到达、时段和地点齐全为做到", "booked before arrival, with slot and place, is a hit"),
        Text("到达所在月", "month of arrival"), Text("缺预约记录的计入“无法核验”", "visits without a booking record stand as unknown"),
        _example(_VISITS, hits=2, n=2, unknown=1),
    ),
    _visit(
        "appointment_kept", "K33", "appointment", Text("按约上门率", "Appointments kept"),
        Text("到期的预约中，在约定时段内到达的占比。", "Share of appointments due for which staff arrived within the slot."),
        Text("到达时间落在约定时段内为做到；公司改约为未做到", "arrival within the slot is a hit; moved by the company is a miss"),
        Text("约定时段结束所在月", "month in which the slot ended"), Text("用户改约的不计；缺到达时间的计入“无法核验”", "moved by the user: out; without an arrival time: unknown"),
        _example(_VISITS, hits=1, n=2, unknown=0, value=0.5),
    ),
    _feedback(
        "feedback_24h", "K34", "一般", Text("24小时内首次反馈率", "First feedback within 24 hours"),
        Text("一般事项受理后24小时（自然时，夜间和周末照算）内首次反馈客户的占比；到期未反馈的也算。",
             "Share of ordinary appeals answered within 24 natural hours of acceptance; unanswered ones count as misses once due."),
        Text("反馈客户时间 − 受理时间 ≤ 24小时为做到", "feedback − acceptance ≤ 24 hours is a hit"),
        Text("按受理时的等级；等级未填的计入“无法核验”；重大事项另列", "level as at acceptance; no level stands as unknown; major matters are listed apart"),
        _example(_APPEALS, hits=1, n=2, unknown=1, convention=1, value=0.5),
    ),
    _feedback(
        "feedback_3wd", "K35", "复杂", Text("3个工作日内首次反馈率", "First feedback within 3 working days"),
        Text("复杂事项受理次日起3个工作日内首次反馈客户的占比；到期未反馈的也算。",
             "Share of complex appeals answered by the end of the 3rd working day after acceptance; unanswered ones count as misses once due."),
        Text("受理当日不计，第3个工作日24时前反馈为做到", "day of acceptance not counted; before the end of the 3rd working day is a hit"),
        Text("按受理时的等级；重大事项另列", "level as at acceptance; major matters are listed apart"),
        _example(_APPEALS, hits=1, n=2, unknown=0, value=0.5),
    ),
)
