"""What each parser promises of every value: what was written in any of its spellings is read as the same; each public reader of cells has a property here."""

from __future__ import annotations

import inspect
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi import standards
from kpi.exports import amounts, clock, dates, numerals, outcome, parsers, spans, times, titles, values
from kpi.exports.amounts import FACTORS
from kpi.exports.choices import BLANKS, CHOICES, NO, UNSURE, YES
from kpi.exports.clock import Clock
from kpi.exports.fields import Field
from kpi.exports.outcome import Noted, Reject
from kpi.exports.spans import Context, Span
from kpi.exports.tables import TABLES

SIGNS = "〇一二三四五六七八九"
TEXTS = st.text(max_size=40)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
FEN = st.integers(0, 10**13)
SPACES = st.sampled_from(["", " ", "\u3000", "\u00a0", "'", "\t", "\ufeff", "\u200b "])
BEHIND = st.sampled_from(["", " ", "\u3000", "\u00a0", "\t", "\ufeff", "\u200b "])
WIDE = str.maketrans({chr(i): chr(i + 0xFEE0) for i in range(0x21, 0x7F)})


def written(number: int) -> str:
    """Write a number below a hundred million in Chinese characters, as people do."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return written(high) + "万" + ("" if not low else ("零" if low < 1000 else "") + written(low))
    text = ""
    for sign, tens in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, tens)
        if digit:
            text += SIGNS[digit] + sign
        elif text and number and not text.endswith("零"):
            text += "零"
    return text or "零"


@given(number=st.integers(0, 99_999_999))
def test_digits(number):
    assert numerals.digits(written(number)) == number
    assert numerals.digits("".join(SIGNS[int(c)] for c in str(number))) == number


@given(text=TEXTS)
def test_digits_of_anything(text):
    try:
        assert numerals.digits(text) >= 0
    except ValueError:
        pass


@given(fen=FEN, unit=st.sampled_from(list(FACTORS)), before=SPACES, after=BEHIND, wide=st.booleans())
def test_yuan(fen, unit, before, after, wide):
    amount = Decimal(fen) / 100
    figure = f"{amount:.2f}".translate(WIDE) if wide else f"{amount:,.2f}"
    assert amounts.yuan(f"{before}{figure}元{after}") == amounts.yuan(f"￥{figure}") == amounts.yuan(figure, "元") == float(amount)
    scaled = amount * FACTORS[unit]
    if scaled < 10**13 and unit not in ("圆", "块", "百元"):
        assert amounts.yuan(f"{amount:.2f}{unit}") == amounts.yuan(f"{amount:.2f}", unit) == float(round(scaled, 2))


@given(text=TEXTS, unit=st.sampled_from(["元", "万元", "千元", "亿元"]))
def test_unit(text, unit):
    assert amounts.unit(text) in ("", *FACTORS)
    assert amounts.unit(f"金额（{unit}）") == amounts.unit(f"单位：{unit}") == unit


@given(value=st.integers(0, 10**9), after=st.sampled_from(["", "m³", "Nm³", "方", "米"]))
def test_number(value, after):
    assert amounts.number(f"{value / 100:.2f}{after}") == amounts.number(value / 100) == value / 100
    assert amounts.number(f"{value}%") == value / 100


@given(text=TEXTS, canonical=st.sampled_from(["", "m", "m³"]))
def test_factor(text, canonical):
    assert amounts.factor(text, canonical) in (1, 1000, 10_000)
    assert (amounts.factor("长度（km）", "m"), amounts.factor("年用气量（万m³）", "m³")) == (1000, 10_000)


@given(count=st.integers(0, 999), after=st.sampled_from(["", "份", "次", "个", "资料", "环节"]))
def test_count(count, after):
    assert amounts.count(f"{count}{after}") == amounts.count(f"{written(count)}{after}") == amounts.count(float(count)) == count


@given(digits=st.integers(1, 10**15 - 1).map(str), word=st.tuples(st.sampled_from(["BZ", "A", "HT-", "GC"]), st.integers(0, 10**12)).map(lambda pair: f"{pair[0]}{pair[1]}"), before=SPACES, after=BEHIND)
def test_identifier(digits, word, before, after):
    assert values.identifier(f"{before}{digits}{after}") == values.identifier(f"{digits}.0") == values.identifier(int(digits)) == values.identifier(digits.translate(WIDE)) == digits
    assert values.identifier(f"{before}{word}{after}") == values.identifier(f'="{word}"') == values.identifier(word.translate(WIDE)) == word
    assert values.identifier("0" + digits) == "0" + digits


@given(rest=st.integers(0, 10**9 - 1), second=st.integers(3, 9), before=SPACES)
def test_phone(rest, second, before):
    number = f"1{second}{rest:09d}"
    groups = (number[:3], number[3:7], number[7:])
    for text in (number, " ".join(groups), "-".join(groups), f"+86{number}", f"+86 {number}", number.translate(WIDE), f"{number}.0", f"{before}{number}", int(number), float(number)):
        assert values.phone(text) == number
    assert values.phone(f"{number}/0724-1234567") == f"{number}/0724-1234567"


@pytest.mark.parametrize("read", [values.text, values.name, values.shown])
@given(text=TEXTS)
def test_texts(read, text):
    found = read(text)
    if isinstance(found, str) and found:
        assert read(found) in (found, read(read(found)))
        assert len(found) <= len(text) and found == found.strip()
    elif found is None:
        assert read is not values.shown


@given(word=st.sampled_from([*YES, *NO, *UNSURE]), before=SPACES, after=BEHIND)
def test_yesno(word, before, after):
    found = values.yesno(f"{before}{word}{after}")
    assert found == (True if word in YES else False if word in NO else Noted(None, "unsure"))
    assert not YES & NO and not (YES | NO) & UNSURE


@given(data=st.data(), kind=st.sampled_from(list(CHOICES)), before=SPACES, after=BEHIND)
def test_choice(data, kind, before, after):
    kept = data.draw(st.sampled_from(list(CHOICES[kind])))
    word = data.draw(st.sampled_from(CHOICES[kind][kept]))
    first = next(k for k, words in CHOICES[kind].items() if word in words)
    assert values.choice(f"{before}{word}{after}", kind) == values.choice(f"{word}（示例）", kind) == first
    assert values.choice(kept, kind) == kept


@given(level=st.integers(1, 5), points=st.integers(6, 100))
def test_score(level, points):
    assert {values.score(v) for v in (level, float(level), str(level), "★" * level, f"{level}分", str(level).translate(WIDE))} == {level}
    assert values.score(points) == standards.score(str(points)) in range(1, 6)
    assert values.score(min(points + 1, 100)) >= values.score(points)


@given(text=TEXTS)
def test_plain_and_compact(text):
    assert outcome.plain(outcome.plain(text)) == outcome.plain(text)
    assert outcome.dashed(outcome.dashed(text)) == outcome.dashed(text)
    assert outcome.compact(text) == outcome.compact(text).strip()
    assert outcome.faulty(text) is None or isinstance(outcome.faulty(text), Reject)


@given(day=DAYS, text=TEXTS)
def test_dates(day, text):
    found = dates.read(f"{day.year}年{day.month}月{day.day}日", 0, Context())
    assert found is not None and found[0] == spans.whole_day(day)
    assert times.parse(f"{day.month}月{day.day}日", Context(year=day.year)) == spans.whole_day(day)
    if (odd := dates.read(text, 0, Context(2023, 5))) is not None:
        assert 0 < odd[1] <= len(text)


@given(day=DAYS, seconds=st.integers(0, 86_399))
def test_spans(day, seconds):
    start = datetime(day.year, day.month, day.day)
    moment = spans.on(day, Clock(seconds, seconds, "moment"))
    assert moment == Span(start + timedelta(seconds=seconds), start + timedelta(seconds=seconds), "moment") == spans.sane(moment)
    assert spans.loosen(moment).start <= moment.start <= spans.loosen(moment).end
    month = spans.month_of(day.year, day.month)
    assert month.start <= start < month.end and month == spans.months(day.year, day.month, day.month, "month")
    assert spans.exact(f"{day.year}", f"{day.month}", f"{day.day}", None, None, None) == spans.whole_day(day)


@given(seconds=st.integers(1, 86_399), day=DAYS)
def test_clock_and_pairs(seconds, day):
    at = (datetime.min + timedelta(seconds=seconds)).time()
    assert clock.read(f"{at:%H:%M:%S}") == (Clock(seconds, seconds, "moment"), 8)
    both = parsers.pair(parsers.parser(Field(name="x", kind="time", headers=("x",))))
    assert both((day.isoformat(), f"{at:%H:%M:%S}")) == both((f"{at:%H:%M:%S}", day.isoformat())) == spans.on(day, Clock(seconds, seconds, "moment"))
    assert both((day.isoformat(), "")) == both(("", day.isoformat())) == spans.whole_day(day)


@given(year=st.integers(2000, 2099), month=st.integers(1, 12), text=TEXTS)
def test_titles(year, month, text):
    for line in (f"{year}年{month}月用气报装台账", f"用气报装台账（{year}.{month:02d}）", f"{year}-{month:02d} 台账"):
        assert titles.read([line], "", "", None).period == f"{year}-{month:02d}"
    noted = titles.Titles(period=f"{year}-{month:02d}")
    titles.note(noted, f"截至{year}年{month}月1日")
    assert noted.cutoff == datetime(year, month, 2)
    titles.note(noted, text)


@pytest.mark.parametrize("kind", sorted({field.kind for table in TABLES for field in table.fields}))
@settings(max_examples=40, deadline=None)
@given(mark=st.sampled_from(sorted(BLANKS)), before=SPACES)
def test_marks_for_nothing_are_nothing_everywhere(kind, mark, before):
    field = next(field for table in TABLES for field in table.fields if field.kind == kind)
    assert parsers.parser(field)(f"{before}{mark}") is None


COVERED = {
    numerals: {"digits"}, amounts: {"yuan", "unit", "number", "factor", "count"}, values: {"identifier", "phone", "text", "name", "shown", "yesno", "choice", "score"}, outcome: {"plain",
    "compact", "dashed", "faulty"},
    dates: {"read"}, clock: {"read"}, times: {"parse"}, titles: {"read", "note"}, parsers: {"parser", "pair"}, spans: {"sane", "whole_day", "exact", "month_of", "months", "loosen", "on"},
}
"""Every public function that reads cells, held by a property above (times also in test_properties)."""


@pytest.mark.parametrize("module", COVERED, ids=lambda module: module.__name__)
def test_every_parser_has_a_property(module):
    public = {name for name, one in vars(module).items() if inspect.isfunction(one) and one.__module__ == module.__name__ and not name.startswith("_")}
    assert public == COVERED[module]
    source = inspect.getsource(inspect.getmodule(test_digits))
    short = module.__name__.rsplit(".", 1)[1]
    assert {name for name in public if f"{short}.{name}" not in source} == set()
