"""Whatever stands in a cell, every parser answers with a value, a blank, or a reject; never with an exception, never with a strange type."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.exports import clock, headers, titles
from kpi.exports.clock import Clock
from kpi.exports.fields import normal
from kpi.exports.outcome import Noted, Reject
from kpi.exports.parsers import pair, parser
from kpi.exports.spans import Context, Span
from kpi.exports.tables import TABLES
from kpi.exports.times import parse
from kpi.words import word

PIECES = """2023 23 3 03 10 30 31 13 0 00 24 25 59 60 99 1900 44995 .6042 年 月 日 号 - / . : ： 点 时 分 半 上午 下午 早上 中午 晚上 am pm T Z +08:00 上旬 中旬 下旬 底 初 末 季度 Q3 三 十 二
上半年 下半年 年底前 前 左右 约 预计 （ ） ( ) 【 周五 至 到 ~ — 今年 去年 本月 完成 通气 万 亿 元 千 ￥ , ， % 免 零 无 未 待定 政府出资 √ × 是 否 有 份 次 两 壹 仟 整 E+10 e5 -1 +86 138 0000 1234 0724
工业 民用 非常满意 ★ 5分 默认 # #N/A = ' \u00a0 \u3000 \n \t \x00 ０ １ ２ Ａ ① ㎡ 𠮷 km m³ m3 / \\ | ; 、""".split(" ")

CELLS = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=0, max_size=9).map("".join),
    st.lists(st.sampled_from(PIECES), min_size=0, max_size=9).map(" ".join),
    st.text(max_size=40),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(min_value=-(10**20), max_value=10**20),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
FIELDS = {field.kind + field.choice + field.default_unit: field for table in TABLES for field in table.fields}
PLAIN = {"id": str, "text": str, "name": str, "phone": str, "free": str, "time": (Span, Clock), "count": int, "number": float, "yuan": float, "yesno": bool, "choice": str, "score": int}


def check(field, outcome):
    if isinstance(outcome, Reject):
        word(f"exports.{outcome.code}.reason", **outcome.args)
        word(f"exports.{outcome.code}.remedy", "en", **outcome.args)
        return
    value = outcome
    if isinstance(outcome, Noted):
        word(f"exports.{outcome.code}.reason", **{"count": 1, **outcome.args})
        value = outcome.value
    assert value is None or isinstance(value, PLAIN[field.kind]), (field.kind, value)
    if isinstance(value, float):
        assert abs(value) < 1e20
    if isinstance(value, str):
        assert value.strip()
    if isinstance(value, Span):
        assert 2000 <= value.start.year <= 2100
        assert value.start == value.end if value.precision == "moment" else value.start < value.end
        assert value.precision in ("moment", "half", "slot", "day", "month", "vague")
    if isinstance(value, Clock):
        assert 0 <= value.start <= value.end <= 86400


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
@settings(max_examples=60, deadline=None)
@given(cell=CELLS, year=st.sampled_from([None, 2023, 2024]), month=st.sampled_from([None, 1, 12]))
def test_every_parser_answers(field, cell, year, month):
    check(field, parser(field, context=Context(year=year, month=month))(cell))


@settings(max_examples=150, deadline=None)
@given(one=CELLS, other=CELLS)
def test_two_columns_of_one_time(one, other):
    field = next(f for f in FIELDS.values() if f.kind == "time")
    check(field, pair(parser(field, context=Context(2023, 5)))((one, other)))


@settings(max_examples=150, deadline=None)
@given(at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 12, 31, 23, 59)).map(lambda t: t.replace(second=0, microsecond=0)))
def test_a_moment_survives_every_spelling(at):
    serial = (at - datetime(1899, 12, 30)) / timedelta(days=1)
    spellings = [at.isoformat(), f"{at:%Y-%m-%d %H:%M}", f"{at.year}/{at.month}/{at.day} {at:%H:%M}", f"{at.year}年{at.month}月{at.day}日{at.hour:02d}时{at.minute}分", f"{at:%Y%m%d%H%M}"]
    assert {parse(text) for text in spellings} == {Span(at, at, "moment")}
    if (at.hour, at.minute) != (0, 0):
        assert parse(serial) == parse(repr(serial)) == Span(at, at, "moment")
        afternoon = f"下午{at.hour - 12 or 12}" if at.hour >= 12 else f"上午{at.hour}"
        assert parse(f"{at.month}月{at.day}日{afternoon}:{at.minute:02d}", Context(year=at.year)) == Span(at, at, "moment")


@settings(max_examples=150, deadline=None)
@given(day=st.dates(min_value=date(2015, 1, 1), max_value=date(2039, 12, 31)))
def test_a_day_survives_every_spelling(day):
    serial = (datetime(day.year, day.month, day.day) - datetime(1899, 12, 30)).days
    spellings = [day, day.isoformat(), f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", f"{day:%y}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日", serial, str(serial)]
    start = datetime(day.year, day.month, day.day)
    assert {parse(text) for text in spellings} == {Span(start, start + timedelta(days=1), "day")}


@settings(max_examples=150, deadline=None)
@given(seconds=st.integers(0, 86399), text=st.text(alphabet="0123456789:点时分半上下午- ", max_size=12))
def test_times_of_day(seconds, text):
    at = (datetime.min + timedelta(seconds=seconds)).time()
    found = clock.read(f"{at:%H:%M:%S}")
    assert found == (Clock(seconds, seconds, "moment"), 8)
    if (odd := clock.read(text)) is not None:
        assert 0 < odd[1] <= len(text)


@settings(max_examples=150, deadline=None)
@given(header=st.one_of(st.text(max_size=30), st.lists(st.sampled_from([*PIECES, "报装", "编号", "日期", "时间", "金额", "必填", "序号"]), max_size=6).map("".join)))
def test_headers_and_titles_never_fail(header):
    normal(header)
    for table in TABLES:
        headers.find(table.name, header)
        headers.joined(table, ("组", header))
    titles.read([header], header, header, None)


def test_times_are_exact_for_time_cells():
    assert parse(time(14, 30)) == Clock(52200, 52200, "moment")
