"""What became of appeals: levels changed on the way, major matters, closed or carried over, overdue."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Metric, Ratio
from kpi.words import Text

_LEVELS = {
    "appeal": [
        {"case_id": "Q1", "level": "一般", "level_first": "一般", "accepted_at": "2024-05-10 09:00", "fb_customer_at": "2024-05-10 15:00"},
        {"case_id": "Q2", "level": "复杂", "level_first": "一般", "level_changed_at": "2024-05-12 09:00", "accepted_at": "2024-05-10 09:00", "fb_customer_at": "2024-05-13 15:00"},
        {"case_id": "Q3", "level": "复杂", "level_first": "一般", "level_changed_at": "2024-05-10 10:00", "accepted_at": "2024-05-10 09:00"},
        {"case_id": "Q4", "level": "复杂", "level_first": "一般", "accepted_at": "2024-05-10 09:00"},
        {"case_id": "Q5", "level": "一般", "accepted_at": "2024-05-10 09:00"},
    ]
}
_MAJOR = {
    "appeal": [
        {"case_id": "Q1", "level": "重大", "accepted_at": "2024-05-06", "office_meeting_due": "2024-05-20", "closed_at": "2024-05-17"},
        {"case_id": "Q2", "level": "重大", "accepted_at": "2024-05-07", "office_meeting_due": "2024-05-20", "closed_at": "2024-05-21"},
        {"case_id": "Q3", "level": "重大", "accepted_at": "2024-05-08", "office_meeting_due": "2024-06-20"},
        {"case_id": "Q4", "level": "重大", "accepted_at": "2024-05-09"},
    ]
}
_STOCK = {
    "appeal": [
        {"case_id": "Q1", "level": "一般", "accepted_at": "2024-04-28", "closed_at": "2024-05-03", "confirmed": "是"},
        {"case_id": "Q2", "level": "一般", "accepted_at": "2024-04-01"},
        {"case_id": "Q3", "level": "一般", "accepted_at": "2024-05-06", "closed_at": "2024-05-07"},
        {"case_id": "Q4", "level": "一般", "accepted_at": "2024-05-29"},
        {"case_id": "Q5", "level": "一般", "accepted_at": "2024-05-22"},
        {"case_id": "Q6", "level": "一般", "accepted_at": "2024-05-13"},
    ]
}
_OVERDUE = {
    "appeal": [
        {"case_id": "Q1", "level": "一般", "accepted_at": "2024-05-10 09:00", "owner_dept": "工程部"},
        {"case_id": "Q2", "level": "一般", "accepted_at": "2024-05-10 09:00", "fb_customer_at": "2024-05-12 09:00", "owner_dept": "工程部"},
        {"case_id": "Q3", "level": "复杂", "accepted_at": "2024-05-30 09:00"},
        {"case_id": "Q4", "level": "重大", "accepted_at": "2024-05-10", "office_meeting_due": "2024-05-20", "owner_dept": "营业厅"},
    ]
}

_ACCEPTED = Text("受理所在月", "month of acceptance")
_LIMIT = Text("反馈期限届满所在月", "month in which the limit of feedback ended")
_END = Text("每月月末（不满月的为统计截至）；合计取最后一个月", "end of each month (as-of in a month not over); the span shows its last month")


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


def _count(id: str, code: str, fact: str, counted: str, label: Text, meaning: Text, formula: Text, dated_by: Text, exclusions: Text, example: Example, *, where: str = "true", unknown: str = "false",
           value: str = "", verdict: str = "'hit'", snapshot: bool = False, better: str = "down", clause: str = "二(二)", reason: str = "reason") -> Count:
    return Count(
        id=id, code=code, unit="count", better=better, fact=fact, where=where, counted=counted, unknown=unknown, value=value, verdict=verdict, snapshot=snapshot, reason=reason, table="appeal",
        sources=("appeal",), label=label, meaning=meaning, formula=formula, dated_by=dated_by, exclusions=exclusions, clause=clause, controller="公司", example=example,
    )


_CHANGED = Text("受理时等级或现等级没有记录的单列", "without both levels on record: apart")

_BANDS = (("0_3", "age_wd <= 3", "0—3", "0 to 3", 1), ("4_7", "age_wd between 4 and 7", "4—7", "4 to 7", 1), ("8_15", "age_wd between 8 and 15", "8—15", "8 to 15", 1),
    ("over_15", "age_wd > 15", "15个以上", "over 15", 1))


def _band(name: str, counted: str, zh: str, en: str, value: int) -> Count:
    return _count(
        f"appeals_open_{name}", "K38", "fact_caseload", f"is_open and {counted}", Text(f"在办诉求{zh}个工作日件数", f"Appeals open {en} working days"),
        Text("月末仍未办结的诉求，按受理次日起已过的工作日分档。", "Appeals not closed at the end of the month, by working days since the day after acceptance."),
        Text("月末未办结的件数", "appeals not closed at month end"), _END,
        Text("受理日期超出工作日历的单列；只记到月的按该月第一天算", "accepted outside the calendar: apart; a date of a month counts as its first day"), _example(_STOCK, value=value),
        unknown="is_open and age_wd is null", value="age_wd", verdict="'miss'", snapshot=True, clause="二(三)",
    )


METRICS: tuple[Metric, ...] = (
    _count(
        "appeals_relevelled", "K35", "fact_level", "changed = 1", Text("改过事项等级的诉求", "Appeals whose level was changed"),
        Text("反馈期限届满的诉求中，受理以后改过等级的件数；考核仍按受理时的等级，此数与24小时、3个工作日反馈率并列。",
            "Appeals past their limit whose level was changed after acceptance; they are still judged by the first level, this count stands beside the rates."),
        Text("现等级与受理时等级不同", "level differs from the level at acceptance"), _LIMIT, _CHANGED, _example(_LEVELS, value=3, n=3, unknown=1), unknown="changed is null", verdict="'miss'",
        better="none",
    ),
    _count(
        "appeals_relevelled_late", "K35", "fact_level", "changed_late = 1", Text("超时以后才改等级的诉求", "Appeals whose level was changed after the limit"),
        Text("原等级的反馈期限已过才改等级的件数：可能是用改级掩盖超时，须逐件核实。",
            "Appeals whose level was changed only after the limit of the first level had ended: perhaps to hide a breach, each to be verified."),
        Text("改级时间不早于原等级期限", "change at or after the limit of the first level"), _LIMIT, Text("没有改级时间或时间不准的单列", "without a precise time of change: apart"),
        _example(_LEVELS, value=1, n=1, unknown=2), unknown="changed_late is null", verdict="'miss'",
    ),
    _count(
        "major_matters", "K36", "fact_major", "true", Text("重大事项件数", "Major matters"), Text("当月受理的重大事项。没有统一时限，按公司办公会精神落实，不进入24小时、3个工作日反馈率。",
            "Major matters accepted in that month. They have no common limit, follow the company's meeting, and stay out of the rates of feedback."),
        Text("受理时等级为重大的件数", "appeals that were major at acceptance"), _ACCEPTED, Text("无", "none"), _example(_MAJOR, value=4, n=4), where="about = 'accepted'", better="none",
    ),
    _count(
        "major_matters_with_deadline", "K36", "fact_major", "has_deadline", Text("有办公会时限的重大事项", "Major matters with a deadline of the meeting"),
        Text("当月受理的重大事项中，办公会定了时限的件数。", "Of the major matters accepted in that month, those for which the meeting set a deadline."),
        Text("有办公会要求时限的件数", "appeals with a deadline of the meeting"), _ACCEPTED, Text("没有记录时限的不计", "without a recorded deadline: out"), _example(_MAJOR, value=3, n=3),
        where="about = 'accepted'", better="none",
    ),
    Ratio(
        id="major_matters_met", code="K36", unit="ratio", better="up", fact="fact_major", where="about = 'deadline'", verdict="verdict", reason="reason", table="appeal", sources=("appeal",),
        label=Text("重大事项按办公会时限办结率", "Major matters closed by the meeting's deadline"), meaning=Text("办公会时限到期的重大事项，按期办结的占比；到期没办结的也算。",
            "Share of major matters whose deadline ended that were closed by it; those still open count as misses."),
        formula=Text("办结时间不晚于办公会要求时限为做到", "closed by the deadline is a hit"), dated_by=Text("办公会时限届满所在月", "month in which the deadline ended"),
        exclusions=Text("没有时限的另列", "without a deadline: apart"), clause="二(二)",
        controller="公司", example=_example(_MAJOR, hits=1, n=2, unknown=0, value=0.5),
    ),
    Ratio(
        id="appeals_settled", code="K38", unit="ratio", better="up", fact="fact_caseload", verdict="verdict", value="age_wd", reason="reason", table="appeal", sources=("appeal",), snapshot=True,
        label=Text("诉求办结率（含上月结转）", "Appeals closed, carried-over ones included"),
        meaning=Text("当月受理的和上月结转的诉求，到月末已办结、客户确认且没有重办的占比。",
            "Share of the appeals accepted in that month or carried over into it that were closed, confirmed and not reopened by its end."),
        formula=Text("办结且确认的件数 ÷（当月受理 + 上月结转）", "closed and confirmed ÷ (accepted + carried over)"), dated_by=_END,
        exclusions=Text("办结而没有确认记录的、办结早于受理的计入“无法核验”", "closed without a record of confirmation, or before acceptance, stands as unknown"),
        clause="二(三)", controller="公司", example=_example(_STOCK, hits=1, n=5, unknown=1, value=0.2),
    ),
    _count(
        "appeals_open", "K38", "fact_caseload", "is_open", Text("在办诉求件数", "Appeals open"), Text("月末仍未办结的诉求。", "Appeals not closed at the end of the month."),
        Text("月末未办结的件数", "appeals not closed at month end"), _END, Text("无", "none"),
        _example(_STOCK, value=4, n=4), value="age_wd", verdict="'miss'", snapshot=True, clause="二(三)",
    ),
    *(_band(*band) for band in _BANDS),
    _count(
        "appeals_overdue_open", "K39", "fact_overdue", "true", Text("超时未反馈的诉求", "Appeals overdue and unanswered"),
        Text("月末已过反馈期限、仍未反馈客户的诉求（重大事项为过了办公会时限仍未办结），供督促承办部门。",
            "Appeals past their limit and not answered at the end of the month (major matters: past the meeting's deadline and not closed), for pressing the department in charge."),
        Text("肯定已超时且未反馈的件数", "certainly past the limit and unanswered"), _END, Text("等级未填、时间不准而不能肯定超时的不计", "no level, or not certainly past the limit: out"),
        _example(_OVERDUE, value=2, n=2), where="state = 'open'", verdict="'miss'",
        snapshot=True, clause="二(三)",
    ),
    _count(
        "appeals_overdue_answered", "K39", "fact_overdue", "true", Text("超时后才反馈的诉求", "Appeals answered late"),
        Text("当月才反馈、反馈时已过期限的诉求（重大事项为办结时已过办公会时限）。", "Appeals answered in that month after their limit (major matters: closed after the meeting's deadline)."),
        Text("肯定超时后才反馈的件数", "certainly answered after the limit"), Text("反馈所在月", "month of the answer"), Text("等级未填、时间不准而不能肯定超时的不计",
            "no level, or not certainly past the limit: out"), _example(_OVERDUE, value=1, n=1),
        where="state = 'late'", verdict="'miss'", clause="二(三)",
    ),
)
