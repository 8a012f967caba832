"""Times as offices write them: every spelling to its span, its blank, or the reason why not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from kpi.exports.clock import Clock
from kpi.exports.outcome import Noted, Reject
from kpi.exports.spans import Context, Span
from kpi.exports.times import parse

MAY = Context(year=2023, month=5)
PLANS = Context(year=2023, month=5, planned=True)


def day(y, m, d):
    start = datetime(y, m, d)
    return Span(start, start + timedelta(days=1), "day")


def at(y, m, d, hh=0, mm=0, ss=0):
    moment = datetime(y, m, d, hh, mm, ss)
    return Span(moment, moment, "moment")


def half(y, m, d, *, afternoon=False):
    start = datetime(y, m, d, 12 if afternoon else 0)
    return Span(start, start + timedelta(hours=12), "half")


def span(first, last, precision):
    return Span(datetime(*first), datetime(*last), precision)


DAYS = """2023-03-10 2023-3-10 2023/3/10 2023.3.10 2023.03.10 20230310 2023年3月10日 2023年03月10日 2023年3月10号 2023年3月10 23.3.10 23/3/10 23年3月10日
2023。3。10 44995 44995.0 ２０２３－０３－１０ ２０２３年３月１０日 '2023-03-10 ‘2023-03-10 2023-03-10(周五) 2023年3月10日星期五 二〇二三年三月十日 二零二三年三月十日
10-Mar-23 10-Mar-2023 3/25/2023 2023—3—10 2023–03–10 2023、3、10 230310""".split()


@pytest.mark.parametrize("written", DAYS)
def test_days(written):
    assert parse(written) == (day(2023, 3, 25) if written == "3/25/2023" else day(2023, 3, 10))


@pytest.mark.parametrize("written", ["3月10日", "3月10号", "03月10日", "3-10", "3/10", "03-10", "三月十日", " 3月10日 ", "\u00a03月10日\u3000", "3 月 10 日"])
def test_days_without_a_year(written):
    assert parse(written, MAY) == day(2023, 3, 10)
    assert parse(written) == Reject("date_no_year")


@pytest.mark.parametrize(
    "written",
    """2023-3-10 14:30|2023-03-10T14:30:00|2023-03-10 14:30:00|2023/3/10 14:30|2023年3月10日14:30|2023年3月10日下午14:30分|2023年3月10日 下午2:30|2023年3月10日下午2点半
2023年3月10日下午2点30分|2023年3月10日14时30分|2023.3.10 14：30|2023-03-10 14.30|202303101430|20230310143000|44995.6042|44995.60416667|2023-03-10 2:30 PM|2023-03-10 PM 2:30
2023-03-10，14:30|2023-03-10（下午2点半）|2023-03-10T14:30:00+08:00|2023-03-10T06:30:00Z|2023-03-10T14:30:00.000|2023年3月10日星期五 14:30|20230310 14:30|2023-03-10 14;30""".replace("\n", "|").split("|"),
)
def test_moments(written):
    assert parse(written) == at(2023, 3, 10, 14, 30)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3月10日上午", half(2023, 3, 10)),
        ("3月10日下午", half(2023, 3, 10, afternoon=True)),
        ("2023-03-10 上午", half(2023, 3, 10)),
        ("2023-03-10（下午）", half(2023, 3, 10, afternoon=True)),
        ("2023年3月10日下半天", half(2023, 3, 10, afternoon=True)),
        ("2023-03-10 AM", half(2023, 3, 10)),
        ("2023-03-10 下午3点左右", half(2023, 3, 10, afternoon=True)),
        ("2023-03-10 全天", day(2023, 3, 10)),
        ("2023-03-10 中午", day(2023, 3, 10)),
        ("2023-03-10 上午9点", at(2023, 3, 10, 9)),
        ("2023-03-10 9点", at(2023, 3, 10, 9)),
        ("2023-03-10 下午3点一刻", at(2023, 3, 10, 15, 15)),
        ("2023-03-10 中午12:30", at(2023, 3, 10, 12, 30)),
        ("2023-03-10 晚上8点", at(2023, 3, 10, 20)),
        ("2023-03-10 凌晨1点", at(2023, 3, 10, 1)),
        ("2023-03-10 00:00", at(2023, 3, 10)),
        ("2023/3/10 0:00:00", at(2023, 3, 10)),
        ("2023-03-10 24:00", at(2023, 3, 11)),
        ("2023-03-10 14:30:15", at(2023, 3, 10, 14, 30, 15)),
        ("2023-03-10 8:30-10:30", span((2023, 3, 10, 8, 30), (2023, 3, 10, 10, 30), "slot")),
        ("3月10日 8:30～10:30", span((2023, 3, 10, 8, 30), (2023, 3, 10, 10, 30), "slot")),
        ("3月10日8:30至10:30", span((2023, 3, 10, 8, 30), (2023, 3, 10, 10, 30), "slot")),
        ("3月10日8:30—10:30", span((2023, 3, 10, 8, 30), (2023, 3, 10, 10, 30), "slot")),
        ("2023-03-10 下午2:00-4:00", span((2023, 3, 10, 14), (2023, 3, 10, 16), "slot")),
        ("2023-03-10上午8-10点", span((2023, 3, 10, 8), (2023, 3, 10, 10), "slot")),
        ("2023-03-10 8:30-2023-03-10 10:30", span((2023, 3, 10, 8, 30), (2023, 3, 10, 10, 30), "slot")),
        ("2023年6月", span((2023, 6, 1), (2023, 7, 1), "month")),
        ("2023-06", span((2023, 6, 1), (2023, 7, 1), "month")),
        ("202306", span((2023, 6, 1), (2023, 7, 1), "month")),
        ("2023.06", span((2023, 6, 1), (2023, 7, 1), "month")),
        ("2023年12月份", span((2023, 12, 1), (2024, 1, 1), "month")),
        ("6月", span((2023, 6, 1), (2023, 7, 1), "month")),
        ("六月份", span((2023, 6, 1), (2023, 7, 1), "month")),
        ("6月初", span((2023, 6, 1), (2023, 6, 11), "vague")),
        ("6月上旬", span((2023, 6, 1), (2023, 6, 11), "vague")),
        ("6月中旬", span((2023, 6, 11), (2023, 6, 21), "vague")),
        ("2023年6月下旬", span((2023, 6, 21), (2023, 7, 1), "vague")),
        ("6月底", span((2023, 6, 21), (2023, 7, 1), "vague")),
        ("2月底", span((2023, 2, 21), (2023, 3, 1), "vague")),
        ("中旬", span((2023, 5, 11), (2023, 5, 21), "vague")),
        ("上旬", span((2023, 5, 1), (2023, 5, 11), "vague")),
        ("月底", span((2023, 5, 21), (2023, 6, 1), "vague")),
        ("10日", day(2023, 5, 10)),
        ("三季度", span((2023, 7, 1), (2023, 10, 1), "vague")),
        ("第三季度", span((2023, 7, 1), (2023, 10, 1), "vague")),
        ("Q3", span((2023, 7, 1), (2023, 10, 1), "vague")),
        ("2024Q4", span((2024, 10, 1), (2025, 1, 1), "vague")),
        ("2024年三季度", span((2024, 7, 1), (2024, 10, 1), "vague")),
        ("2024年第1季度", span((2024, 1, 1), (2024, 4, 1), "vague")),
        ("上半年", span((2023, 1, 1), (2023, 7, 1), "vague")),
        ("2024年下半年", span((2024, 7, 1), (2025, 1, 1), "vague")),
        ("年底", span((2023, 12, 1), (2024, 1, 1), "vague")),
        ("年底前", span((2023, 1, 1), (2024, 1, 1), "vague")),
        ("2024年底前", span((2024, 1, 1), (2025, 1, 1), "vague")),
        ("2024年", span((2024, 1, 1), (2025, 1, 1), "vague")),
        ("去年12月", span((2022, 12, 1), (2023, 1, 1), "month")),
        ("3月10日-12日", span((2023, 3, 10), (2023, 3, 13), "vague")),
        ("2023-03-10至2023-03-12", span((2023, 3, 10), (2023, 3, 13), "vague")),
        ("2023年12月-2024年1月", span((2023, 12, 1), (2024, 2, 1), "vague")),
        ("2023-03-10完成", day(2023, 3, 10)),
        ("2023-03-10前", span((2023, 1, 1), (2023, 3, 11), "vague")),
    ],
)
def test_spans(written, expected):
    assert parse(written, MAY) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("下午14:30分", Clock(52200, 52200, "moment")),
        ("14:30", Clock(52200, 52200, "moment")),
        ("下午2点半", Clock(52200, 52200, "moment")),
        ("上午9点", Clock(32400, 32400, "moment")),
        ("上午", Clock(0, 43200, "half")),
        ("8:30-10:30", Clock(30600, 37800, "slot")),
        ("0.604166666666667", Clock(52200, 52200, "moment")),
        (time(14, 30, 2, 880000), Clock(52200, 52200, "moment")),
        (timedelta(hours=14, minutes=30), Clock(52200, 52200, "moment")),
    ],
)
def test_times_of_day_still_without_a_date(written, expected):
    assert parse(written) == expected


@pytest.mark.parametrize(
    "written",
    ["", " ", "/", "-", "—", "——", "无", "未", "暂无", "0", "1900-01-00", "1900/1/0", "未通气", "待通气", "尚未完工", "待定", "不详", "至今", 0, 0.0, None, "\u00a0", "'", "NULL",
     time(0, 0), date(1899, 12, 31), datetime(1899, 12, 30)],
)
def test_blanks(written):
    assert parse(written, MAY) is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2023-02-30", "date_impossible"),
        ("2023-13-01", "date_impossible"),
        ("2023-00-10", "date_impossible"),
        ("20231301", "date_impossible"),
        ("2月30日", "date_impossible"),
        ("9999-99-99", "date_impossible"),
        ("1999-12-31", "date_out_of_range"),
        ("2101-01-01", "date_out_of_range"),
        ("1900-01-01", "date_out_of_range"),
        (date(1900, 1, 1), "date_out_of_range"),
        (datetime(2203, 3, 10, 9), "date_out_of_range"),
        ("2023-03-10 25:00", "time_impossible"),
        ("2023-03-10 14:75", "time_impossible"),
        ("上午14:30", "time_contradicts_period"),
        ("2点半", "time_ambiguous"),
        ("2023-03-10 16:00-14:00", "slot_reversed"),
        ("10/3/2023", "date_ambiguous"),
        ("10/3/23", "date_ambiguous"),
        ("3.1", "date_ambiguous"),
        ("2023.1", "date_ambiguous"),
        ("2023-03-10、2023-03-15", "date_several"),
        ("√", "date_unreadable"),
        ("已通气", "date_unreadable"),
        ("张三", "date_unreadable"),
        ("2023-03-1O", "date_unreadable"),
        (True, "date_unreadable"),
        (13800001234, "number_not_date"),
        (12.345, "number_not_date"),
        (13.5, "number_not_date"),
        ("-5", "date_unreadable"),
        (-1, "number_not_date"),
        ("预计6月底", "planned_not_actual"),
        ("2023-06-30（计划）", "planned_not_actual"),
        ("#N/A", "error_cell"),
        ("x" * 500, "date_unreadable"),
    ],
)
def test_rejects(written, code):
    found = parse(written, MAY)
    assert isinstance(found, Reject)
    assert found.code == code


def test_plans_are_welcome_where_the_column_holds_plans():
    assert parse("预计6月底", PLANS) == span((2023, 6, 21), (2023, 7, 1), "vague")
    assert parse("拟于2024年10月", PLANS) == span((2024, 10, 1), (2024, 11, 1), "month")


def test_notes_in_brackets_are_told():
    assert parse("2023-03-10（补录）") == Noted(day(2023, 3, 10), "note_ignored", {"note": "补录"})


def test_month_and_day_with_a_point_are_told():
    assert parse(3.15, MAY) == Noted(day(2023, 3, 15), "read_as_month_day")
    assert parse("3.15", MAY) == Noted(day(2023, 3, 15), "read_as_month_day")


def test_cells_of_a_workbook():
    assert parse(date(2023, 3, 10)) == day(2023, 3, 10)
    assert parse(datetime(2023, 3, 10)) == day(2023, 3, 10), "midnight of a date cell is the day"
    assert parse(datetime(2023, 3, 10, 14, 30)) == at(2023, 3, 10, 14, 30)
    assert parse(datetime(2023, 3, 10, 14, 29, 59, 999000)) == at(2023, 3, 10, 14, 30)
    assert parse(44995) == parse(44995.0) == day(2023, 3, 10)
    assert parse(44995.6042) == at(2023, 3, 10, 14, 30)
    assert parse(20230310.0) == day(2023, 3, 10)
    assert parse(43533, Context(from_1904=True)) == day(2023, 3, 10)


@pytest.mark.parametrize("moment", [datetime(2023, 3, 10, 8, 30), datetime(2024, 2, 29, 17, 29), datetime(2030, 12, 31, 23, 59)])
def test_the_same_moment_in_every_spelling(moment):
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    spellings = [
        moment, moment.isoformat(), moment.isoformat(" ", "minutes"), f"{moment:%Y/%m/%d %H:%M}", f"{moment:%Y%m%d%H%M}", serial, repr(serial), f"{serial:.4f}",
        f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute}分", f"{moment.year}.{moment.month}.{moment.day} {moment:%H:%M}",
    ]
    assert {parse(spelling) for spelling in spellings} == {Span(moment, moment, "moment")}
