"""Dates and times of day as offices write them, good, vague, blank and impossible."""

from __future__ import annotations

from datetime import date, datetime

from tests.exports.corpus.case import Case, at, day, half, noted, reject, slot, span
from tests.exports.corpus.values import files

MARCH = day(2023, 3, 10)

FULL = [
    ("2023-03-10", MARCH), ("2023/3/10", MARCH), ("2023.3.10", MARCH), ("20230310", MARCH), ("2023年3月10日", MARCH), ("23.3.10", MARCH), ("44995", MARCH), (44995, MARCH), (date(2023, 3, 10), MARCH),
    ("2023-3-10 14:30", at(2023, 3, 10, 14, 30)), (datetime(2023, 3, 10, 14, 30), at(2023, 3, 10, 14, 30)), ("2023 年 3 月 10 日", MARCH), ("２０２３－０３－１０", MARCH), ("2023-03-10　", MARCH),
    ("\u00a02023-03-10", MARCH), ("'2023-03-10", MARCH), ("2026-10-8", day(2026, 10, 8)), ("2026.10.9", day(2026, 10, 9)), ("2026年10月8日", day(2026, 10, 8)), ("20261008", day(2026, 10, 8)),
    ("2023-03-10 星期五", MARCH), ("二〇二三年三月十日", MARCH), ("2023-03-10 00:00", at(2023, 3, 10, 0, 0)), ("2023-03-10T14:30:00", at(2023, 3, 10, 14, 30)),
    ("二○二三年三月十日", MARCH), ("2023.03.10-14:30", at(2023, 3, 10, 14, 30)),
]
OF_DAY = [
    ("2023-3-10上午", half(2023, 3, 10, "am")), ("2023年3月10日下午", half(2023, 3, 10, "pm")), ("2023年3月10日下午14:30分", at(2023, 3, 10, 14, 30)), ("2023-3-10下午2点半", at(2023, 3, 10, 14, 30)),
    ("2023-3-10 下午2点半", at(2023, 3, 10, 14, 30)), ("2023年3月10日14时30分", at(2023, 3, 10, 14, 30)), ("2023-3-10 2点半", reject("time_ambiguous")), ("2023-3-10 24:00", at(2023, 3, 11, 0, 0)),
    ("2023-3-10 25:00", reject("time_impossible")), ("2023-3-10 上午15:00", reject("time_contradicts_period")), ("14:30", reject("time_without_date")), ("下午14:30分", reject("time_without_date")),
    ("下午2点半", reject("time_without_date")),
    ("2023年3月10日上午9点", at(2023, 3, 10, 9)), ("2023-3-10 8:30-10:30", slot(2023, 3, 10, (8, 30), (10, 30))), ("2023-3-10 10:30-8:30", reject("slot_reversed")),
]
VAGUE = [
    ("2023年6月", span((2023, 6, 1), (2023, 6, 30), "month")), ("2023年6月底", span((2023, 6, 21), (2023, 6, 30))), ("2023年6月中旬", span((2023, 6, 11), (2023, 6, 20))),
    ("2023年6月上旬", span((2023, 6, 1), (2023, 6, 10))), ("2023年三季度", span((2023, 7, 1), (2023, 9, 30))), ("2023Q3", span((2023, 7, 1), (2023, 9, 30))),
    ("2023年下半年", span((2023, 7, 1), (2023, 12, 31))),
    ("2023年底前", span((2023, 1, 1), (2023, 12, 31))), ("2023年", span((2023, 1, 1), (2023, 12, 31))), ("待定", None), ("预计2023年6月", span((2023, 6, 1), (2023, 6, 30), "month")),
    ("2023年6月10日前", span((2023, 1, 1), (2023, 6, 10))), ("2023-06", span((2023, 6, 1), (2023, 6, 30), "month")), ("2023年6月10日左右", day(2023, 6, 10)),
]
YEARLESS = [
    ("3月10日", MARCH), ("3月10日上午", half(2023, 3, 10, "am")), ("3月10日下午", half(2023, 3, 10, "pm")), ("3月10日下午2点半", at(2023, 3, 10, 14, 30)),
    ("3月10日下午14:30分", at(2023, 3, 10, 14, 30)),
    ("6月底", span((2023, 6, 21), (2023, 6, 30))), ("6月中旬", span((2023, 6, 11), (2023, 6, 20))), ("6月上旬", span((2023, 6, 1), (2023, 6, 10))), ("三季度", span((2023, 7, 1), (2023, 9, 30))),
    ("Q3", span((2023, 7, 1), (2023, 9, 30))), ("下半年", span((2023, 7, 1), (2023, 12, 31))), ("年底前", span((2023, 1, 1), (2023, 12, 31))), ("3/10", MARCH),
    ("3.15", noted(day(2023, 3, 15), "read_as_month_day")),
    ("3月", span((2023, 3, 1), (2023, 3, 31), "month")), ("去年12月5日", day(2022, 12, 5)), ("2月30日", reject("date_impossible")),
]
NO_YEAR = [(text, reject("date_no_year")) for text in ("3月10日", "3月10日上午", "6月底", "下半年", "三季度", "Q3", "年底前")]
BLANK = [(mark, None) for mark in ("1900-01-00", "0", "/", "-", "—", "——", "无", "未", "暂无", "待定", "", " ", "　", "\u00a0", "'", "未通气", "0000-00-00", "1900/1/0", 0)]
WRONG = [
    ("2023-02-30", reject("date_impossible")), ("2023-13-01", reject("date_impossible")), ("2023-04-31", reject("date_impossible")), ("1999-12-31", reject("date_out_of_range")),
    ("2101-01-01", reject("date_out_of_range")),
    ("03/04/2023", reject("date_ambiguous")), ("已通气", reject("date_unreadable")), ("见附件", reject("date_unreadable")), ("2023-03-10、2023-03-12", reject("date_several")),
    (99.5, reject("number_not_date")),
    ("预计2023年6月10日", reject("planned_not_actual")), ("2023-3-10（补录）", noted(MARCH, "note_ignored")), ("13800001234", reject("number_not_date")), (-5, reject("number_not_date")),
    (True, reject("date_unreadable")),
]
BORROWED = [
    (text, noted(span_of_day, "date_borrowed"))
    for text, span_of_day in (("上午", half(2023, 3, 1, "am")), ("下午", half(2023, 3, 1, "pm")), ("8:30-10:30", slot(2023, 3, 1, (8, 30), (10, 30))), ("下午2点半", at(2023, 3, 1, 14, 30)))
]

CASES: list[Case] = [
    *files("时段-预约", "visit", "预约时段", BORROWED, kinds=("xlsx", "gb18030", "ods")),
    *files("时间-full", "application", "通气时间", FULL, kinds=("xlsx", "xls", "gb18030", "ods", "xlsb", "utf-8-sig")),
    *files("时间-of-day", "application", "通气时间", OF_DAY, kinds=("xlsx", "xlsb", "gbk", "utf-16", "ods")),
    *files("时间-vague", "project", "拟投产时间", VAGUE, kinds=("xlsx", "xls", "utf-8", "tsv", "ods")),
    *files("时间-vague-落地", "project", "落地时间", [pair for pair in VAGUE if "预计" not in pair[0]], kinds=("xlsx", "gb18030")),
    *files("时间-of-2023", "appeal", "反馈客户时间", YEARLESS, kinds=("xlsx", "xls", "utf-8-sig", "ods")),
    *files("时间-no-year", "followup", "整改时间", NO_YEAR, kinds=("xls", "utf-16-be", "xlsx")),
    *files("时间-blank", "work", "管道开工日期", BLANK, kinds=("xlsx", "gb18030", "xls", "ods", "xlsb")),
    *files("时间-wrong", "clock_stop", "停表结束", WRONG, kinds=("xlsx", "ods", "xlsb")),
    *files("时间-wrong", "clock_stop", "停表结束", WRONG[:-2], kinds=("gbk",)),
]
