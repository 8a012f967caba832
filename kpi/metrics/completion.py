"""What is done, answered, filed and kept on record: turnkey work whole, plans answered, gas on by the agreed day, works filed, archives; and what promises leave out."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Mean, Metric, Quantile, Ratio
from kpi.words import Text

_TURNKEY = {"build_mode": "代建", "applied_at": "2024-04-01", "gas_on_at": "2024-05-20 10:00", "design_on": "2024-04-08", "inside_done_on": "2024-05-10", "accept_passed_at": "2024-05-12"}
_WHOLE = {
    "application": [
        {"app_id": "A1", **_TURNKEY, "approval_done_on": "2024-04-20", "account_opened_on": "2024-05-21", "accept_first_result": "合格"},
        {"app_id": "A2", **_TURNKEY, "approval_done_on": "2024-04-20", "accept_first_result": "整改"},
        {"app_id": "A3", **_TURNKEY, "build_mode": "自建", "accept_first_result": "合格"},
    ]
}
_AGREED = {
    "application": [
        {"app_id": "A1", "applied_at": "2024-05-06", "quoted_on": "2024-05-14", "appt_start": "2024-05-20 14:30", "gas_on_at": "2024-05-20 16:00"},
        {"app_id": "A2", "applied_at": "2024-05-06", "quoted_on": "2024-05-15", "appt_start": "2024-05-20 14:30", "gas_on_at": "2024-05-23 10:00"},
        {"app_id": "A3", "applied_at": "2024-05-06", "appt_start": "2024-05-20 14:30"},
        {"app_id": "A4", "applied_at": "2024-05-28"},
    ]
}
_ARCHIVE = {
    "application": [
        {"app_id": "A1", "applied_at": "2024-04-01", "gas_on_at": "2024-05-06 10:00", "customer_name": "甲公司", "uscc": "91420800MA00000000", "user_type": "工业", "address": "示例路1号",
            "contact_name": "李某",
         "contact_phone": "13800000000", "meter": "G25", "demand_h": "30", "supply_contract_on": "2024-05-05", "account_opened_on": "2024-05-06"},
        {"app_id": "A2", "applied_at": "2024-04-01", "gas_on_at": "2024-05-07 10:00", "customer_name": "乙公司", "user_type": "商业", "address": "示例路2号", "meter": "待定"},
    ]
}
_FILED = {
    "application": [{"app_id": "A1", "applied_at": "2024-04-01"}],
    "work": [
        {"work_id": "W1", "gas_done_on": "2024-05-06", "filing_on": "2024-05-21"}, {"work_id": "W2", "gas_done_on": "2024-05-06", "filing_on": "2024-05-22"}, {"work_id": "W3", "gas_done_on": "2024-05-07"},
        {"work_id": "W4", "gas_done_on": "2024-05-25"},
    ],
}
_LEFT_OUT = {
    "application": [
        {"app_id": "A1", "applied_at": "2024-04-01", "ready_at": "2024-05-06 14:30", "cancelled_on": "2024-05-06"},
        {"app_id": "A2", "applied_at": "2024-04-01", "build_mode": "代建", "contract_due_on": "2024-06-20", "cancelled_on": "2024-05-10"},
    ],
    "visit": [
        {"visit_id": "V1", "app_id": "A1", "kind": "通气", "direction": "上门", "booked_at": "2024-05-05", "appt_start": "2024-05-07 09:00", "result": "用户改约"},
        {"visit_id": "V2", "app_id": "A1", "kind": "通气", "direction": "上门", "booked_at": "2024-05-05", "appt_start": "2024-05-08 09:00", "result": "公司改约"},
    ],
}

_GAS_ON = Text("通气所在月", "month of gas-on")
_PASSED = Text("验收合格所在月", "month in which acceptance was passed")
_AGREED_DAY = Text("约定日期所在月", "month of the agreed day")


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


def _first_go(id: str, mode: str, zh: str, en: str, **expect: int) -> Ratio:
    return Ratio(
        id=id, code="K24", unit="ratio", better="up", fact="fact_duty", where=f"duty = 'first_go' and build_mode = '{mode}'", verdict="verdict", reason="reason",
        label=Text(f"{zh}验收一次通过率", f"{en}: accepted at the first go"),
        meaning=Text(f"{zh}的红线内工程，第一次验收就合格的占比。", f"Share of acceptances inside the red line, {en.lower()}, that were passed at the first go."),
        formula=Text("首次验收结论为合格的为做到", "first result 'passed' is a hit"), dated_by=_PASSED,
        exclusions=Text("没有记录的计入“无法核验”", "no record stands as unknown"), clause="一(三)", controller="用户" if mode == "自建" else "公司", example=_example(_WHOLE, **expect),
    )


def _late(id: str, p: float, zh: str, en: str, value: float) -> Quantile:
    return Quantile(
        id=id, code="R10", unit="d", better="down", fact="fact_request", where="duty = 'agreed' and connected", p=p, value="value", low="low", high="high", limit=0,
        reason="case when value is null then 'imprecise' when value > 0 then 'after_agreed' else 'kept' end",
        label=Text(zh, en), meaning=Text("已通气的户，通气日期比约定日期晚的天数；按期或提前的为0。",
            "Days by which gas came on after the agreed day, completed cases; 0 when on the day or before."), formula=Text("通气日期 − 约定日期（小于0按0），取分位数",
            "quantile of gas-on day − agreed day, not below 0"),
        dated_by=_AGREED_DAY, exclusions=Text("没有约定日期的不计；日期不准的单列", "without an agreed day: out; vague dates apart"), clause="一(八)", controller="公司",
        example=_example(_AGREED, value=value, n=2, unknown=0),
    )


def _left_out(id: str, fact: str, where: str, table: str, label: Text, meaning: Text, formula: Text, dated_by: Text) -> Count:
    return Count(
        id=id, code="R11", unit="count", better="none", fact=fact, where=where, reason="reason", table=table, sources=(table,), label=label, meaning=meaning, formula=formula, dated_by=dated_by,
        exclusions=Text("逐户写明原因", "each with its reason"), clause="一(八)；一(三)3；二(二)", controller="用户", example=_example(_LEFT_OUT, value=1, n=1),
    )


METRICS: tuple[Metric, ...] = (
    Ratio(
        id="turnkey_whole", code="K22", unit="ratio", better="up", fact="fact_request", where="duty = 'turnkey'", verdict="verdict", value="low", low="low", high="low", reason="reason",
        label=Text("代建一站式五项完成率", "Entrusted works done whole"),
        meaning=Text("代建通气户中，方案设计、工程施工、行政审批、竣工验收、建档立户五项都已办完的占比。",
            "Share of connected entrusted cases for which design, building, approval, acceptance and opening of the account were all done."),
        formula=Text("五项日期齐全为做到，缺任一项为未做到", "all five dates is a hit, any one missing a miss"), dated_by=_GAS_ON,
        exclusions=Text("自建不计；台账从不登记的项缺了，计入“无法核验”", "self-built: out; an item the ledger never notes stands as unknown"), clause="一(三)3", controller="公司",
        example=_example(_WHOLE, hits=1, n=2, unknown=0, value=0.5),
    ),
    _first_go("accepted_first_go_self_built", "自建", "自建", "Self-built", hits=1, n=1, unknown=0), _first_go("accepted_first_go_entrusted", "代建", "代建", "Entrusted", hits=1, n=2, unknown=0),
    Ratio(
        id="archive_complete", code="K44", unit="ratio", better="up", fact="fact_archive", verdict="verdict", value="items", reason="reason", label=Text("客户档案完善率", "Customer archives complete"),
        meaning=Text("通气户中，客户档案十项资料全部填写的占比。", "Share of connected cases whose archive holds all ten items."),
        formula=Text("十项齐全的户数 ÷ 通气户数（名称、信用代码、用户类型、地址、联系人、电话、表型、用气量、供用气合同、建档立户）",
            "cases with 10 of 10 ÷ connections (name, credit code, type, address, contact, telephone, meter, demand, supply contract, account opened)"),
        dated_by=_GAS_ON, exclusions=Text("“待定”“不详”不算填写；十项为参考清单", "'to be decided' and 'not known' are not filled in; the ten items are a reference"), clause="二(三)",
        controller="公司", example=_example(_ARCHIVE, hits=1, n=2, unknown=0, value=0.5),
    ),
    Mean(
        id="archive_items", code="K44", unit="ratio", better="up", fact="fact_archive", value="items", weight="10", good="items = 10", reason="reason",
        label=Text("客户档案填写率", "Items of the archive filled in"), meaning=Text("客户档案十项资料中已填写的占比。", "Share of the ten items of the archive that are filled in."),
        formula=Text("已填项数 ÷（10 × 通气户数）", "items filled ÷ (10 × connections)"), dated_by=_GAS_ON,
        exclusions=Text("“待定”“不详”不算填写", "'to be decided' and 'not known' are not filled in"), clause="二(三)", controller="公司", example=_example(_ARCHIVE, value=13 / 20, n=2),
    ),
    Ratio(
        id="completion_filed", code="R08", unit="ratio", better="up", fact="fact_filing", verdict="verdict", reason="reason", table="work", sources=("work",),
        label=Text("竣工验收备案及时率", "Completions filed in time"),
        meaning=Text("红线外工程验收投产后15日（自然日）内报送竣工验收备案的占比；到期没备案的也算。",
            "Share of outside works filed within 15 calendar days of completion; those not filed count once due."), formula=Text("验收投产次日起算，第15日24时前备案为做到",
            "day of completion not counted; filed before the end of the 15th day is a hit"),
        dated_by=Text("备案期限届满所在月", "month in which the limit ended"), exclusions=Text("台账从不登记备案日期的、备案早于验收的计入“无法核验”",
            "never noted in the ledger, or filed before completion: unknown"), clause="一(二)；燃气条例11", controller="公司", example=_example(_FILED, hits=1, n=3, unknown=0),
    ),
    Ratio(
        id="connected_by_agreed_day", code="R10", unit="ratio", better="up", fact="fact_request", where="duty = 'agreed'", verdict="verdict", value="value", low="low", high="high",
        reason="reason", label=Text("按约定日期通气率", "Gas on by the agreed day"),
        meaning=Text("约定日期已过的户，在约定日期当天或之前通气的占比；到期没通气的也算。",
            "Share of cases whose agreed day has passed that had gas on by it; those still open count as misses."), formula=Text("通气日期不晚于约定日期为做到；公司改期为未做到",
            "gas on by the agreed day is a hit; moved by the company is a miss"),
        dated_by=_AGREED_DAY, exclusions=Text("没有约定日期的、约定日期之前取消的不计；用户改期的按改后的日期",
            "without an agreed day, or cancelled before it: out; a day the user moved counts as moved"), clause="一(八)", controller="公司", example=_example(_AGREED, hits=1, n=3, unknown=0),
    ),
    _late("days_late_p85", 0.85, "晚于约定日期的天数（85%，已完成）", "Days after the agreed day, most (completed)", 2.55), _late("days_late_max", 1.0, "晚于约定日期的天数（最长，已完成）",
        "Days after the agreed day, longest (completed)", 3.0),
    _left_out("valve_excluded", "fact_excluded", "promise = 'valve'", "application", Text("0.5个工作日：按规定剔除户数", "0.5 working day: left out by the rules"),
        Text("具备条件后、0.5个工作日期限届满前用户取消的户。", "Cases cancelled once ready, before the 0.5-day limit ended."),
              Text("取消早于期限届满的户数", "cases cancelled before the limit"), Text("取消所在月", "month of cancellation")),
    _left_out("contract_excluded", "fact_excluded", "promise = 'contract'", "application", Text("代建工期：按规定剔除户数", "Contract date: left out by the rules"),
        Text("代建合同约定完工日期之前取消的户。", "Entrusted cases cancelled before the contract date."),
              Text("取消早于约定完工日期的户数", "cases cancelled before the contract date"), Text("取消所在月", "month of cancellation")),
    _left_out("appointment_excluded", "fact_moved", "true", "visit", Text("按约上门：用户改约件数", "Appointments moved by the user"),
        Text("用户改约的预约，不计入按约上门率。", "Appointments moved by the user, left out of appointments kept."), Text("结果为用户改约的预约件数", "appointments with result 'moved by the user'"),
              Text("约定时段结束所在月", "month in which the slot ended")),
    Ratio(
        id="plan_answered", code="R12", unit="ratio", better="up", fact="fact_request", where="duty = 'quoted'", verdict="verdict", reason="reason",
        label=Text("方案（报价）答复及时率", "Plan or quotation answered in time"),
        meaning=Text("受理（缺则报装）次日起7个工作日（参考值，可改）内答复方案或报价的占比；到期没答复的也算。",
            "Share of applications answered with a plan or quotation within 7 working days of acceptance (a reference, configurable); those not answered count once due."),
        formula=Text("受理当日不计，第7个工作日24时前答复为做到", "day of acceptance not counted; before the end of the 7th working day is a hit"),
        dated_by=Text("答复期限届满所在月", "month in which the limit ended"),
        exclusions=Text("期限届满前取消的不计；台账从不登记答复日期的计入“无法核验”", "cancelled before the limit: out; never noted in the ledger: unknown"), clause="一(三)；二(二)",
        controller="公司", example=_example(_AGREED, hits=1, n=3, unknown=0),
    ),
)
