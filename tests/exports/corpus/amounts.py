"""Money, counts and quantities as offices write them, with the unit in the cell, the header, the title or nowhere."""

from __future__ import annotations

from datetime import date

from tests.exports.corpus.case import Case, noted, reject
from tests.exports.corpus.values import files

CHARGED = [
    ("1,200.00", 1200.0), ("￥1200", 1200.0), ("1200元", 1200.0), ("12.5万", 125000.0), ("12.5万元", 125000.0), ("0.12亿", 12000000.0), ("免", 0.0), ("零", 0.0), ("无", None), ("—", None),
    ("", None),
    ("政府出资", noted(None, "paid_by_government")), (1200, 1200.0), (1200.5, 1200.5), ("¥1,200.00元", 1200.0), ("１２００", 1200.0), ("1 200", reject("amount_unreadable")), ("壹万贰仟元整", 12000.0),
    ("0", 0.0), (0, 0.0), ("减免", 0.0), ("免费", 0.0), ("（500）", -500.0), ("约3000元", noted(3000.0, "note_ignored")), ("1200元（含税）", noted(1200.0, "note_ignored")),
    ("1200、1500", reject("amount_unreadable")),
    ("待定", None), ("很多", reject("amount_unreadable")), ("12万-15万", reject("amount_unreadable")), ("1200\u00a0", 1200.0), ("'1200", 1200.0), ("－", None), ("/", None),
    ("1.2E5", reject("amount_unreadable")),
]
MYRIAD = [("12.5", 125000.0), (12.5, 125000.0), ("3000元", 3000.0), ("12.5万", 125000.0), ("0.12亿元", 12000000.0), ("免", 0.0), ("—", None), (0, 0.0)]
YUAN = [("12.5", 12.5), (12000, 12000.0), ("1.2万元", 12000.0), ("零", 0.0), ("", None)]
UNSTATED = [
    (85.5, reject("unit_unknown")), ("85.5", reject("unit_unknown")), ("999", reject("unit_unknown")), ("1000", 1000.0), (1200000, 1200000.0), ("85.5万", 855000.0), ("85.5万元", 855000.0),
    ("90元", 90.0), ("-12", reject("unit_unknown")),
    (0, 0.0), ("零", 0.0), ("无", None), ("财政出资", noted(None, "paid_by_government")),
]
INVESTED = [("1.2亿元", 120000000.0), ("5000万元", 50000000.0), ("5000", 50000000.0), ("3亿", 300000000.0), (800, 8000000.0), ("待定", None)]
COUNTED = [
    ("3", 3), (3.0, 3), ("3份", 3), ("三份", 3), ("0资料", 0), ("共3份", 3), ("零", 0), ("无", None), ("", None), ("两", 2), ("2.5", reject("count_fraction")),
    ("-1", reject("count_negative")), ("若干", reject("count_unreadable")),
    ("3、4", reject("count_unreadable")), ("0份（免提交）", noted(0, "note_ignored")), ("两份(执照)", noted(2, "note_ignored")), ("若干（执照等）", reject("count_unreadable")), ("３", 3), ("免", 0), ("十二", 12),
]
FLOWS = [
    ("1200", 1200.0), ("1,200.5", 1200.5), ("1200m³", 1200.0), ("1200Nm³", 1200.0), ("1200方", 1200.0), ("1.2万方", 12000.0), ("", None), ("待定", None), ("6.5%", 0.065),
    ("约200", noted(200.0, "note_ignored")), ("100-200", reject("number_unreadable")), ("大", reject("number_unreadable")),
]
LENGTHS = [("1200", 1200.0), ("1.2km", 1200.0), ("1.2公里", 1200.0), ("350m", 350.0), ("350米", 350.0), (350.5, 350.5), ("—", None)]
DATED = [(date(2023, 3, 10), reject("amount_is_date")), (1200, 1200.0)]

CASES: list[Case] = [
    *files("金额-收费", "charge", "金额", CHARGED, kinds=("xlsx", "gb18030", "xls", "ods", "xlsb", "utf-8-sig")),
    *files("金额-万元", "application", "合同金额（万元）", MYRIAD, kinds=("xlsx", "utf-16", "xls", "gbk")),
    *files("金额-元", "application", "合同金额（元）", YUAN, kinds=("xlsx", "ods", "utf-8")),
    *files("金额-无单位", "work", "概算", UNSTATED, kinds=("xlsx", "gb18030", "xlsb", "ods")),
    *files("金额-总投资", "project", "总投资", INVESTED, kinds=("xlsx", "xls", "utf-8")),
    *files("金额-公里", "work", "结算（万元）", [("12.5", 125000.0), (300, 3000000.0), ("政府承担", noted(None, "paid_by_government"))], kinds=("ods", "gbk")),
    *files("金额-是日期", "followup", "自述红线外缴费", DATED, kinds=("xlsx", "xls", "xlsb", "ods")),
    *files("个数-资料", "application", "用户提供资料数", COUNTED, kinds=("xlsx", "utf-8-sig", "xls", "ods")),
    *files("个数-跑腿", "visit", "跑腿次数", [("1", 1), (0, 0), ("0次", 0), ("两次", 2), ("多次", reject("count_unreadable"))], kinds=("xlsx", "gb18030")),
    *files("气量-小时", "application", "小时用气量（m³/h）", FLOWS, kinds=("xlsx", "utf-8", "xls")),
    *files("气量-年", "application", "年用气量（万m³）", [("120", 1200000.0), (1.5, 15000.0), ("1.2万方", 12000.0), ("3000方", 3000.0)], kinds=("xlsx", "gb18030", "ods")),
    *files("长度-米", "work", "长度", LENGTHS, kinds=("xlsx", "utf-8-sig", "xlsb")),
    *files("长度-公里", "work", "长度（km）", [("1.2", 1200.0), (0.35, 350.0), ("350m", 350.0)], kinds=("xls", "tsv")),
]
