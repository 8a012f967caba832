"""What stands around the rows: titles, headers of one, two and three rows, totals, footers, page headers, merged and hidden things."""

from __future__ import annotations

from datetime import date
from functools import partial

from tests.exports.conftest import xlsx
from tests.exports.corpus.case import Case, Sheet, at, bad, day, no, ok, span
from tests.exports.corpus.ledgers import ledger, workbook
from tests.exports.corpus.writers import ods, xls

ALL = ("xlsx", "xls", "xlsb", "ods", "utf-8-sig", "gb18030")
SOME = ("xlsx", "gbk", "ods")

TITLE = ["2023年3月用气报装台账"]
WHO = ["填报单位：示例网格", "", "填报人：示例一", "", "填报日期：2023年4月2日"]
UNIT = ["", "", "", "单位：万元"]
HEADER = ["序号", "报装编号", "用户名称", "报装日期", "合同金额", "备注"]
ONE = [1, "BZ001", "示例一厂", "3月10日", 12.5, ""]
TWO = [2, "BZ002", "示例二厂", "2023.3.11", "3000元", "有备注"]
FIRST = ok(app_id="BZ001", customer_name="示例一厂", applied_at=day(2023, 3, 10), contract_amount=125000.0)
SECOND = ok(app_id="BZ002", applied_at=day(2023, 3, 11), contract_amount=3000.0, remark="有备注")

SYNONYMS = ["点火日期", "多余一列", "申请 日期", "客户\n名称", "代建合同金额（元）", "受理编号*"]
TURNED = ["2023-03-12", "x", "2023-03-10", "示例一厂", "1,200.00", "BZ001"]

GROUPS = ["序号", "报装编号", "用户名称", "报装日期", "预约时段", "", "红线内工程", ""]
LEAVES = ["", "", "", "", "开始", "结束", "开工", "完工"]
GROUPED = [1, "BZ001", "示例一厂", "2023-03-10", "2023-03-12 9:00", "2023-03-12 10:00", "2023-03-11", "2023-03-12"]
JOINED = ok(app_id="BZ001", applied_at=day(2023, 3, 10), appt_start=at(2023, 3, 12, 9), appt_end=at(2023, 3, 12, 10), inside_started_on=day(2023, 3, 11), inside_done_on=day(2023, 3, 12))
MERGED = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"]
MERGED_XLS = [(0, 1, 0, 0), (0, 1, 1, 1), (0, 1, 2, 2), (0, 1, 3, 3), (0, 0, 4, 5), (0, 0, 6, 7)]

PAGES = [
    TITLE, HEADER, ["1", "2", "3", "4", "5", "6"], ["", "", "", "", "万元", ""], ["示例", "BZ000", "示例厂", "2023-03-01", "1", ""], ONE, ["小计", "", "", "", 12.5, ""], HEADER, TWO, [3],
    ["", "/", "—", "-", "", ""], [],
    ["", "一、续报用户"], [4, "BZ004", "示例四厂", "2023-03-12", "", ""], ["本页合计", "", "", "", 12.8], ["合  计", 3, "", "", 12.8], ["总计", "", "", "", 12.8],
    ["填表人：示例一", "", "审核人：示例二", "", "2023年4月2日"], ["备注：以上不含居民"], ["说明", "日期按实际填写"], ["截至2023年3月31日"], ["第 1 页"],
]
PAGED = {
    3: no("column_numbers"), 4: no("units"), 5: no("example"), 6: FIRST, 7: no("total"), 8: no("repeated_header"), 9: SECOND, 10: no("number_only"), 11: no("blank_marks"), 13: no("section"),
    14: ok(app_id="BZ004", contract_amount=None), 15: no("total"), 16: no("total"), 17: no("total"), 18: no("footer"), 19: no("footer"), 20: no("footer"), 21: no("footer"), 22: no("footer"),
}

GRIDS = [["网格", "客户经理", "报装编号", "报装日期"], ["示例G1", "示例一", "BZ1", "2023-03-10"], ["", "", "BZ2", "2023-03-10"], ["", "", "BZ3", "2023-03-10"],
    ["示例G2", "示例二", "BZ4", "2023-03-10"], ["", "", "BZ5", "2023-03-10"]]
DOWN = Sheet(
    table="application",
    rows={n: ok(app_id=f"BZ{n - 1}", grid_code="示例G1" if n < 5 else "示例G2", manager="示例一" if n < 5 else "示例二") for n in range(2, 7)},
)
APART = Sheet(
    table="application", rows={n: ok(app_id=f"BZ{n - 1}", grid_code={2: "示例G1", 5: "示例G2"}.get(n), manager={2: "示例一", 5: "示例二"}.get(n)) for n in range(2, 7)},
    findings=((1, "网格", "fill_offered"), (1, "客户经理", "fill_offered")),
)

RESIDENTS = [["报装编号", "用户类型", "报装日期", "测试单"], ["BZ1", "居民", "2023-03-10", ""], ["BZ2", "工业", "2023-03-10", "是"], ["BZ3", "商业", "2023-03-10", "否"], ["BZ4", "民用", "x", ""]]
NO_DATA = {2: no("resident"), 3: no("test"), 4: ok(app_id="BZ3", is_test=False), 5: no("resident")}

MONTH = [["报装编号", "报装日期"], ["BZ1", "3月10日"]]
SUMMARY = [["网格", "户数"], ["示例G1", 3], ["示例G2", 4]]


def month(code: str, number: int) -> list[list[object]]:
    """Return the sheet of a month with one row."""
    return [["报装编号", "报装日期"], [code, f"{number}月10日"]]


def titled(lines: int, *, kinds: tuple[str, ...] = SOME) -> list[Case]:
    """Return ledgers under one to three title rows."""
    rows = [*[TITLE, WHO, UNIT][:lines], [*HEADER[:4], "合同金额（万元）", "备注"] if lines < 3 else HEADER, ONE, TWO]
    stated = {"header_row": lines + 1, "period": "2023-03", "submitter": "示例网格" if lines > 1 else None}
    return ledger(f"版式-标题{lines}行", rows, Sheet(table="application", rows={lines + 2: FIRST, lines + 3: SECOND}, stated=stated), kinds=kinds)


SECOND_GROUPS = ["工程编号", "工程名称", "占掘路审批", "", "出资（万元）", "", "管道", ""]
SECOND_LEAVES = ["", "", "申请", "批复", "政府", "用户", "开工", "验收投产"]
SECOND_ROW = ["GC1", "示例支管", "2023-03-01", "2023-03-10", 85.5, "无", "2023-03-12", "2023年12月"]
BEHIND = ok(
    work_id="GC1", approval_sent_on=day(2023, 3, 1), approval_got_on=day(2023, 3, 10), paid_by_gov=855000.0, paid_by_user=None, gas_start_on=day(2023, 3, 12),
    gas_done_on=span((2023, 12, 1), (2023, 12, 31), "month"),
)
FLOWS = [["报装编号", "报装日期", "用气量", "", ""], ["", "", "小时（m³/h）", "日（m³/d）", "年（万m³）"], ["BZ1", "2023-03-10", 120, 2000, "60"]]

BELOW = [
    ["报装编号", "用户名称", "报装日期"], ["BZ1", "示例一厂", "2023-03-10"], [], ["诉求编号", "客户名称", "受理时间", "承办人"], ["SQ1", "示例二厂", "2023-03-11 09:00", "示例一"],
    ["SQ2", "示例三厂", "2023-03-11", ""],
]
PARTED = {2: ok(app_id="BZ1", applied_at=day(2023, 3, 10)), 4: no("other_header"), 5: bad("another_table"), 6: bad("another_table")}
ABOVE = [["费用编号", "报装编号", "收费日期"], ["FY1", "BZ1", "2023-03-10"], ["报装编号", "用户名称", "报装日期", "通气时间", "网格"], ["BZ1", "示例一厂", "2023-03-10", "", "示例G1"]]
TURNED_BELOW = [
    ["报装编号", "用户名称", "报装日期", "通气时间"], ["BZ1", "示例一厂", "2023-03-10", "2023-03-12"], ["用户名称", "报装编号", "通气时间", "报装日期"], ["示例二厂", "BZ2", "2023-03-13", "2023-03-11"],
    ["报装编号", "用户名称", "报装日期", "通气时间"], ["BZ3", "示例三厂", "2023-03-11", "2023-03-13"],
]
SORTED = [["BZ1", "示例一厂", "2023-03-10"], ["", "", "备忘"], ["BZ2", "示例二厂", "2023-03-10"], ["报装编号", "用户名称", "报装日期"], ["BZ3", "示例三厂", "2023-03-10"]]
TERMS = [
    ["网格编号", "客户经理", "工号", "任职起止"], ["G1", "示例一", "M1", "2022.1.1-2023.6.30"], ["G1", "示例二", "M2", "2023年7月1日至今"], ["G2", "示例三", "M3", "2022-01-01起"],
    ["G3", "示例四", "M4", date(2022, 1, 1)], ["G4", "示例五", "M5", "2023.6.30-2022.1.1"], ["G5", "示例六", "M6", "看情况"],
]
HELD = {
    2: ok(_key="G1|M1|2022-01-01", valid_to=day(2023, 6, 30)), 3: ok(_key="G1|M2|2023-07-01", valid_to=None), 4: ok(_key="G2|M3|2022-01-01", valid_to=None),
    5: ok(_key="G3|M4|2022-01-01", valid_to=None), 6: ok(("任职起止", "slot_reversed"), _key="G4|M5|2023-06-30", valid_to=None), 7: bad("date_unreadable", "任职起止"),
}
STOPS = [
    ["2023年3月停表记录"], ["停表编号", "报装编号", "停表原因", "停表起止时间"], ["TB1", "BZ1", "天气", "2023-3-1 至 2023-3-10"], ["TB2", "BZ1", "疫情", "3月11日9:00-17:00"], ["TB3", "BZ1", "天气", "随便"],
]
STOPPED = {
    3: ok(start_at=day(2023, 3, 1), end_at=day(2023, 3, 10)), 4: ok(start_at=at(2023, 3, 11, 9), end_at=at(2023, 3, 11, 17)), 5: bad("date_unreadable", "停表起止时间"),
}
NUMBERED = [
    TITLE, HEADER[1:4], ONE[1:4], ["第 1 页 共 3 页"], TITLE, HEADER[1:4], TWO[1:4], ["第2页，共3页"], ["共2户"], ["共 2 个项目"], ["大写：壹佰元整"],
]

MONTHS = {
    "2023年1月": (month("BZ1", 1), Sheet(table="application", rows={2: ok(app_id="BZ1", applied_at=day(2023, 1, 10))}, stated={"hidden": False, "period": "2023-01"})),
    "2023年2月": (month("BZ2", 2), Sheet(table="application", rows={2: ok(app_id="BZ2", applied_at=day(2023, 2, 10))}, findings=((None, "", "hidden_sheet"),),
    stated={"hidden": True, "period": "2023-02"})),
    "汇总": (SUMMARY, Sheet(table=None, rows={1: no("unrecognised"), 2: no("unrecognised"), 3: no("unrecognised")}, findings=((None, "", "unrecognised"),))),
    "空表": ([], Sheet(table=None)),
}

CASES: list[Case] = [
    *titled(1), *titled(2, kinds=("xls", "utf-8", "xlsb")), *titled(3, kinds=ALL),
    *ledger("版式-标题在第十四行", [TITLE, *[[]] * 12, HEADER[1:], ONE[1:]], Sheet(table="application", rows={15: ok(("合同金额", "unit_unknown"),
    app_id="BZ001", contract_amount=None)}, stated={"header_row": 14}), kinds=SOME),
    *ledger("版式-同义乱序", [SYNONYMS, TURNED], Sheet(table="application", rows={2: ok(app_id="BZ001", customer_name="示例一厂", applied_at=day(2023, 3, 10), gas_on_at=day(2023, 3, 12),
    contract_amount=1200.0)}), kinds=ALL),
    workbook("版式-两行表头.xlsx", {"台账": ([GROUPS, LEAVES, GROUPED], Sheet(table="application", rows={3: JOINED}, stated={"header_rows": [1, 2]}))}, partial(xlsx, merges={"台账": MERGED})),
    workbook("版式-两行表头.xls", {"台账": ([GROUPS, LEAVES, GROUPED], Sheet(table="application", rows={3: JOINED}, stated={"header_rows": [1, 2]}))}, partial(xls, merges={"台账": MERGED_XLS})),
    *ledger("版式-两行表头无合并", [GROUPS, LEAVES, GROUPED], Sheet(table="application", rows={3: JOINED}, stated={"header_row": 2}), kinds=("ods", "xlsb", "gb18030")),
    workbook("版式-组名在后.xlsx", {"台账": ([SECOND_GROUPS, SECOND_LEAVES, SECOND_ROW], Sheet(table="work", rows={3: BEHIND}, stated={"header_rows": [1, 2]}))},
             partial(xlsx, merges={"台账": ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1"]})),
    *ledger("版式-组名在后", [SECOND_GROUPS, SECOND_LEAVES, SECOND_ROW], Sheet(table="work", rows={3: BEHIND}, stated={"header_row": 2}), kinds=("ods", "gb18030")),
    *ledger("版式-组名在后-用气量", FLOWS, Sheet(table="application", rows={3: ok(demand_h=120.0, demand_d=2000.0, demand_y=600000.0)}, stated={"header_row": 2}), kinds=("xlsx", "xlsb", "utf-8")),
    *ledger("版式-年份大写", [["二○二三年三月份用气报装台账"], *MONTH], Sheet(table="application", rows={3: ok(applied_at=day(2023, 3, 10))}, stated={"period": "2023-03"}), kinds=SOME),
    *ledger("版式-填写格式", [["日期格式：2022-05-01"], *MONTH], Sheet(table="application", rows={3: bad("date_no_year", "报装日期")}, stated={"period": None}), kinds=("xlsx", "utf-8")),
    *ledger("版式-两张表上下", BELOW, Sheet(table="application", rows=PARTED), kinds=ALL),
    *ledger("版式-两张表上下-费用在前", ABOVE, Sheet(table="charge", rows={2: ok(charge_id="FY1"), 3: no("other_header"), 4: bad("another_table")}), kinds=SOME),
    *ledger("版式-换了列序", TURNED_BELOW, Sheet(table="application", rows={2: ok(app_id="BZ1"), 3: no("other_header"), 4: bad("another_table"), 5: no("repeated_header"), 6: ok(app_id="BZ3")}),
            kinds=SOME),
    *ledger("版式-表头在中间", SORTED, Sheet(table="application", rows={1: bad("above_header"), 3: bad("above_header"), 5: ok(app_id="BZ3")}, stated={"header_row": 4}), kinds=ALL),
    *ledger("版式-标题三格", [["填报单位：示例网格", "填报人：示例一", "填报日期：2023年4月2日"], ["工程编号", "工程名称", "管径"], ["GC1", "示例支管", "DN100"]],
            Sheet(table="work", rows={3: ok(work_id="GC1")}, stated={"header_row": 2}), kinds=("xlsx", "utf-8")),
    *ledger("版式-页码", NUMBERED, Sheet(table="application", rows={3: ok(app_id="BZ001"), 4: no("footer"), 5: no("section"), 6: no("repeated_header"), 7: ok(app_id="BZ002"), 8: no("footer"),
            9: no("footer"), 10: no("footer"), 11: no("footer")}), kinds=SOME),
    *ledger("版式-任职起止", TERMS, Sheet(table="term", rows=HELD), kinds=("xlsx", "xls", "ods"), title="网格"),
    *ledger("版式-停表起止", STOPS, Sheet(table="clock_stop", rows=STOPPED), kinds=SOME, title="停表"),
    *ledger("版式-分页", PAGES, Sheet(table="application", rows=PAGED, stated={"period": "2023-03", "cutoff": "2023-04-01T00:00:00"}), kinds=ALL),
    workbook("版式-合并向下.xlsx", {"台账": (GRIDS, DOWN)}, partial(xlsx, merges={"台账": ["A2:A4", "B2:B4", "A5:A6", "B5:B6"]})),
    workbook("版式-合并向下.xls", {"台账": (GRIDS, DOWN)}, partial(xls, merges={"台账": [(1, 3, 0, 0), (1, 3, 1, 1), (4, 5, 0, 0), (4, 5, 1, 1)]})),
    *ledger("版式-只填首行", GRIDS, APART, kinds=("xlsx", "xlsb", "ods", "utf-8")),
    *ledger("版式-居民和测试", RESIDENTS, Sheet(table="application", rows=NO_DATA), kinds=("xlsx", "xls", "gb18030")),
    workbook("版式-隐藏月表.xlsx", MONTHS, partial(xlsx, hidden=("2023年2月",))),
    workbook("版式-隐藏月表.xls", MONTHS, partial(xls, hidden=("2023年2月",))),
    workbook("版式-隐藏月表.ods", MONTHS, partial(ods, hidden=("2023年2月",))),
    *ledger("版式-两列一意", [["报装编号", "企业名称", "用户名称", "报装日期"], ["BZ1", "示例甲", "示例乙", "2023-03-10"]],
            Sheet(table="application", rows={2: ok(customer_name="示例乙")}, findings=((1, "企业名称", "duplicate_column"),)), kinds=SOME),
    *ledger("版式-日期和时刻分列", [["报装编号", "报装日期", "通气日期", "通气时间"], ["BZ1", "2023-03-10", "2023-03-12", "14:30"], ["BZ2", "2023-03-10", date(2023, 3, 12), ""]],
            Sheet(table="application", rows={2: ok(app_id="BZ1"), 3: ok(gas_on_at=day(2023, 3, 12))}), kinds=SOME),
    *ledger("版式-无表头", [["BZ1", "示例一厂", "2023-03-10"], ["BZ2", "示例二厂", "2023-03-11"]],
            Sheet(table=None, rows={1: no("unrecognised"), 2: no("unrecognised")}, findings=((None, "", "unrecognised"),)), kinds=("xlsx", "utf-8")),
    *ledger("版式-月份由文件给出", MONTH, Sheet(table="application", rows={2: ok(applied_at=day(2022, 3, 10))}), kinds=("xlsx", "gbk"), name="2022年3月报装.xlsx"),
    *ledger("版式-月份由导入给出", MONTH, Sheet(table="application", rows={2: ok(applied_at=day(2021, 3, 10))}), kinds=("xls", "utf-8"), name="报装", period="2021-03"),
    *ledger("版式-月份没有", MONTH, Sheet(table="application", rows={2: bad("date_no_year", "报装日期")}), kinds=("ods", "utf-16")),
]
