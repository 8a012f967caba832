"""Enquiries, complaints and matters of the hotline 12345: asked again, shirked, upheld, answered, signed for, closed, satisfied, sent back."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Mean, Metric, Ratio
from kpi.words import Text

_CONTACTS = {
    "application": [{"app_id": "A1", "applied_at": "2024-04-01", "gas_on_at": "2024-05-06 10:00"}, {"app_id": "A2", "applied_at": "2024-04-01", "gas_on_at": "2024-05-07 10:00"}],
    "appeal": [
        {"case_id": "Q1", "customer": "甲公司", "kind": "咨询", "topic": "通气预约", "accepted_at": "2024-05-06 09:00", "fb_customer_at": "2024-05-08 09:00", "shirk": "否"},
        {"case_id": "Q2", "customer": "甲公司", "kind": "咨询", "topic": "通气预约", "accepted_at": "2024-05-16 09:00", "shirk": "是"},
        {"case_id": "Q3", "customer": "乙公司", "kind": "咨询", "topic": "", "accepted_at": "2024-05-17 09:00", "shirk": "是", "upheld": "否"},
        {"case_id": "Q4", "customer": "丙公司", "kind": "投诉", "app_id": "A1", "accepted_at": "2024-05-10 09:00", "upheld": "是", "shirk": "是"},
        {"case_id": "Q5", "customer": "丙公司", "kind": "投诉", "app_id": "A1", "accepted_at": "2024-05-20 09:00", "upheld": "否"},
        {"case_id": "Q6", "kind": "投诉", "accepted_at": "2024-05-21 09:00", "shirk": "否"},
    ],
}
_HOTLINE = {
    "appeal": [
        {"case_id": "Q1", "source": "12345热线", "accepted_at": "2024-05-06 09:00", "signed_at": "2024-05-06 10:00", "due_at": "2024-05-13", "closed_at": "2024-05-13", "satisfied": "满意",
            "returned_n": "0"},
        {"case_id": "Q2", "source": "12345热线", "accepted_at": "2024-05-06 09:00", "signed_at": "2024-05-08 10:00", "due_at": "2024-05-13", "closed_at": "2024-05-14", "satisfied": "不满意",
            "returned_n": "1"},
        {"case_id": "Q3", "source": "12345热线", "accepted_at": "2024-05-06 09:00", "closed_at": "2024-05-10"},
        {"case_id": "Q4", "source": "客服热线", "accepted_at": "2024-05-06 09:00"},
    ]
}

_ACCEPTED = Text("受理所在月", "month of acceptance")
_NONE = Text("无", "none")


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


def _shirking(id: str, counted: str, unknown: str, label: Text, meaning: Text, formula: Text, exclusions: Text, example: Example) -> Count:
    return Count(
        id=id, code="K45", unit="count", better="down", fact="fact_contact", counted=counted, unknown=unknown, verdict="'miss'", reason="'shirking_reported'", table="appeal", sources=("appeal",),
        label=label, meaning=meaning,
        formula=formula, dated_by=_ACCEPTED, exclusions=exclusions, clause="二(四)", controller="公司", example=example,
    )


def _share(id: str, code: str, where: str, value: str, reason: str, label: Text, meaning: Text, formula: Text, exclusions: Text, clause: str, example: Example) -> Mean:
    return Mean(
        id=id, code=code, unit="ratio", better="down", fact="fact_contact", where=where, value=value, good=f"{value} = 0", table="appeal", sources=("appeal",),
        reason=f"case when {value} is null then 'no_record' when {value} = 0 then 'counted' else '{reason}' end", label=label, meaning=meaning, formula=formula, dated_by=_ACCEPTED,
        exclusions=exclusions, clause=clause,
        controller="公司", example=example,
    )


_UPHELD = "(case when upheld then 1 when not upheld then 0 end)"


def _hotline(id: str, duty: str, label: Text, meaning: Text, formula: Text, dated_by: Text, exclusions: Text, example: Example) -> Ratio:
    return Ratio(
        id=id, code="R06", unit="ratio", better="up", fact="fact_hotline", where=f"duty = '{duty}'", verdict="verdict", reason="reason", table="appeal", sources=("appeal",), label=label,
        meaning=meaning, formula=formula, dated_by=dated_by,
        exclusions=exclusions, clause="二(三)", controller="公司", example=example,
    )


_CLOSED = Text("办结所在月", "month of closing")
_BLANK = Text("没有记录的计入“无法核验”", "no record stands as unknown")

METRICS: tuple[Metric, ...] = (
    _shirking(
        "shirking_reported", "coalesce(shirk, false) and coalesce(upheld, true)", "shirk is null", Text("反映推诿扯皮件数（待核实）", "Reports of shirking (to be verified)"),
        Text("台账记为反映推诿扯皮、且没有查明不属实的件数；核实前不作定性。",
            "Appeals noted as reporting that people were sent from one to another, unless found untrue; no verdict before it is verified."),
        Text("“是否推诿”为是、“是否属实”不为否的件数", "shirking 'yes', unless upheld is 'no'"), Text("没有填写是否推诿的单列；查明不属实的不计", "not stated: apart; found untrue: out"),
        _example(_CONTACTS, value=2, n=2, unknown=1),
    ),
    _shirking(
        "shirking_upheld", "coalesce(shirk, false) and coalesce(upheld, false)", "shirk is null or (shirk and upheld is null)", Text("查实的推诿扯皮件数", "Shirking that was upheld"),
        Text("反映推诿扯皮、经查属实的件数。", "Reports of shirking that were upheld."),
        Text("“是否推诿”“是否属实”都为是的件数", "shirking 'yes' and upheld 'yes'"), Text("没有填写的、还没有查明的单列", "not stated or not yet examined: apart"),
        _example(_CONTACTS, value=1, n=1, unknown=2),
    ),
    _share(
        "enquiries_repeated", "K46", "is_enquiry", "asked_again", "asked_again", Text("重复咨询率", "Enquiries asked again"),
        Text("咨询中，同一用户30天内就同一主题问过的占比：一次没说清的旁证。", "Share of enquiries whose user had asked about the same topic within 30 days before: a check on 'told once in full'."),
        Text("30天内同一用户同一主题已有咨询的件数 ÷ 咨询件数", "enquiries preceded by one of the same user and topic within 30 days ÷ enquiries"), Text("没有诉求人或主题的、日期只记到月的单列",
            "without user or topic, or dated to a month: apart"), "二(四)",
        _example(_CONTACTS, value=0.5, n=2, unknown=1),
    ),
    Count(
        id="complaints", code="R05", unit="count", better="down", fact="fact_contact", where="is_complaint", verdict="'miss'", reason="'complaint'", table="appeal", sources=("appeal",),
        label=Text("投诉件数", "Complaints"),
        meaning=Text("当月受理的投诉，属实与否都算。", "Complaints accepted in that month, upheld or not."), formula=Text("诉求类型为投诉的件数", "appeals of kind 'complaint'"),
        dated_by=_ACCEPTED, exclusions=_NONE, clause="二(三)", controller="公司",
        example=_example(_CONTACTS, value=3, n=3),
    ),
    Mean(
        id="complaints_per_100", code="R05", unit="count", better="down", fact="fact_complained", value="100 * complaints", good="complaints = 0",
        reason="case when complaints = 0 then 'counted' else 'complaint' end",
        sources=("application", "appeal"), label=Text("每百户通气户投诉件数", "Complaints per 100 connections"), meaning=Text("当月通气的每百户，到统计截至时写明其报装编号的投诉件数。",
            "Complaints that name the application, by as-of, for each 100 cases connected in that month."),
        formula=Text("100 × 投诉件数 ÷ 通气户数", "100 × complaints ÷ connections"), dated_by=Text("通气所在月", "month of gas-on"), exclusions=Text("没有写报装编号的投诉不计入本项，见投诉件数",
            "complaints without an application number are out; see complaints"),
        clause="二(三)", controller="公司", example=_example(_CONTACTS, value=100.0, n=2, unknown=0),
    ),
    _share("complaints_upheld", "R05", "is_complaint", _UPHELD, "complaint_upheld", Text("投诉属实率", "Complaints upheld"),
        Text("投诉中查明属实的占比。", "Share of complaints that were upheld."), Text("属实件数 ÷ 已查明件数", "upheld ÷ examined"),
           Text("还没有查明的单列", "not yet examined: apart"), "二(三)", _example(_CONTACTS, value=0.5, n=2, unknown=1)),
    _share("complaints_repeated", "R05", "is_complaint", "complained_again", "complained_again", Text("重复投诉率", "Complaints made again"),
        Text("投诉中，同一用户30天内投诉过的占比。", "Share of complaints whose user had complained within 30 days before."),
           Text("30天内同一用户已有投诉的件数 ÷ 投诉件数", "complaints preceded by one of the same user within 30 days ÷ complaints"),
           Text("没有诉求人的、日期只记到月的单列", "without a user, or dated to a month: apart"), "二(三)",
           _example(_CONTACTS, value=0.5, n=2, unknown=1)),
    _hotline("hotline_signed", "signed", Text("12345工单按时签收率", "12345 matters signed for in time"), Text("12345转来的工单，受理后24小时（参考值，可改）内签收的占比；到期没签收的也算。",
        "Share of matters of the hotline 12345 signed for within 24 hours of acceptance (a reference, configurable); those not signed for count once due."),
             Text("签收时间 − 受理时间 ≤ 签收时限为做到", "signed − accepted ≤ limit is a hit"), Text("签收期限届满所在月", "month in which the limit ended"),
             Text("台账从不登记签收时间的，计入“无法核验”", "where the ledger never notes signing, all stand as unknown"),
             _example(_HOTLINE, hits=1, n=3, unknown=0)),
    _hotline("hotline_closed", "closed", Text("12345工单按时办结率", "12345 matters closed in time"), Text("12345工单在工单写明的办结期限内办结的占比；到期没办结的也算。",
        "Share of matters of the hotline 12345 closed by the deadline they carry; those still open count once due."),
             Text("办结时间不晚于办结期限为做到", "closed by the deadline is a hit"), Text("办结期限届满所在月（没有期限的为受理所在月）",
                 "month in which the deadline ended (of acceptance where there is none)"), Text("没有写办结期限的计入“无法核验”", "without a deadline: unknown"),
             _example(_HOTLINE, hits=1, n=2, unknown=1)),
    _hotline("hotline_satisfied", "satisfied", Text("12345工单满意率（含基本满意）", "12345 matters, satisfied (acceptable included)"),
        Text("已办结的12345工单中，群众评价基本满意及以上的占比；各市口径不一，以当地为准。",
            "Share of closed matters of the hotline 12345 rated acceptable or better; cities differ, the local rule stands."),
             Text("基本满意及以上 ÷ 有评价的", "acceptable or better ÷ rated"), _CLOSED, Text("没有评价的、系统默认好评的计入“无法核验”", "unrated and default ratings stand as unknown"),
             _example(_HOTLINE, hits=1, n=2, unknown=1)),
    _hotline("hotline_not_returned", "returned", Text("12345工单未发回重办率", "12345 matters not sent back"), Text("已办结的12345工单中，没有被发回重办的占比。",
        "Share of closed matters of the hotline 12345 that were not sent back to be done again."), Text("发回重办次数为0 ÷ 已办结且有记录的", "never sent back ÷ closed with a record"),
             _CLOSED, _BLANK, _example(_HOTLINE, hits=1, n=2, unknown=1)),
    Ratio(
        id="enquiries_answered", code="R07", unit="ratio", better="up", fact="fact_enquiry", verdict="verdict", reason="reason", table="appeal", sources=("appeal",),
        label=Text("用户查询5个工作日答复率", "Enquiries answered within 5 working days"),
        meaning=Text("用户咨询、查询，受理次日起5个工作日内答复的占比；到期没答复的也算。",
            "Share of enquiries answered by the end of the 5th working day after acceptance; unanswered ones count once due."),
        formula=Text("受理当日不计，第5个工作日24时前答复为做到", "day of acceptance not counted; before the end of the 5th working day is a hit"),
        dated_by=Text("答复期限届满所在月", "month in which the limit ended"),
        exclusions=Text("诉求类型没填的计入“无法核验”；答复早于受理的计入“无法核验”", "no kind, or an answer before acceptance, stands as unknown"), clause="二(三)；燃气条例29",
        controller="公司", example=_example(_CONTACTS, hits=1, n=3, unknown=0),
    ),
)
