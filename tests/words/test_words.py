"""How figures, months, recorded times and names are written."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from kpi.words import Text, format, keys, masking, month_name, month_short, word
from kpi.words.moments import recorded


def test_a_text_speaks_both_languages():
    assert (Text("网格", "grid").of("zh"), Text("网格", "grid").of("en"), Text("网格", "grid").of("fr")) == ("网格", "grid", "网格")


def test_both_languages_have_the_same_words():
    assert keys("zh") == keys("en")
    assert {"pages.page.overview.title", "pages.verdict.good"} <= keys("zh")


def test_english_words_are_english_and_chinese_words_are_chinese():
    for key in {k for k in keys("en") if k.startswith(("pages.", "metrics."))} - {"pages.filter.zh", "pages.filter.en"}:
        assert not re.search(r"[\u4e00-\u9fff]", word(key, "en")), key
        plain = re.sub(r"{\w+}|Excel|xlsx?|xlsb|ods|csv|XmR|[A-Z]+", "", word(key, "zh"))
        assert re.search(r"[\u4e00-\u9fff]", plain) or not re.search(r"[A-Za-z]{2,}", plain), key


def test_an_unknown_word_is_an_error():
    for key in ("pages.nothing", "pages.page", "nothing.at.all"):
        with pytest.raises(KeyError):
            word(key)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (None, "ratio", "—", "—"),
        (44 / 47, "ratio", "93.6%", "93.6%"),
        (0.9996, "ratio", "99.9%", "99.9%"),
        (1.0, "ratio", "100.0%", "100.0%"),
        (0.125, "wd", "0.13个工作日", "0.13 working days"),
        (18.25, "d", "18.3天", "18.3 days"),
        (1234567, "count", "1,234,567", "1,234,567"),
        (0.08, "count", "0.08", "0.08"),
        (2900.0, "yuan", "2,900元", "2,900 yuan"),
        (-2.0, "d", "-2天", "-2 days"),
    ],
)
def test_a_figure_is_rounded_half_up_and_never_shown_as_all(value, unit, zh, en):
    assert (format(value, unit), format(value, unit, "en")) == (zh, en)


def test_months_are_words():
    assert (month_name("2024-05"), month_name("2024-05", "en"), month_short("2024-12"), month_short("2024-12", "en")) == ("2024年5月", "May 2024", "12月", "Dec")


@pytest.mark.parametrize(
    ("precision", "zh", "en"),
    [
        ("moment", "2024年5月9日 14:30", "9 May 2024 14:30"),
        ("half", "2024年5月9日下午", "9 May 2024 afternoon"),
        ("day", "2024年5月9日", "9 May 2024"),
        ("month", "2024年5月", "May 2024"),
        ("vague", "2024年5月前后", "May 2024 (vague)"),
    ],
)
def test_a_time_is_written_as_precisely_as_it_was_recorded(precision, zh, en):
    at = datetime(2024, 5, 9, 14, 30)
    assert (recorded(at, precision), recorded(at, precision, "en"), recorded(None, precision)) == (zh, en, "—")


def test_a_morning_is_a_morning():
    assert recorded(datetime(2024, 5, 9), "half") == "2024年5月9日上午"


def test_names_are_masked():
    assert [masking.person(n) for n in ("张三", "张小三", "欧阳小三", "李", "", None, "王经理")] == ["张*", "张**", "欧***", "李", "", "", "王经理"]
    assert (masking.firm("云岫食品有限公司"), masking.firm(None)) == ("云岫***", "")


def test_numbers_of_persons_leave_free_text():
    assert masking.scrub("气表未到货，联系13812345678或0724-2345678") == "气表未到货，联系***或***"
    assert masking.scrub("2024-05-10 到货 120 台") == "2024-05-10 到货 120 台"
    assert masking.scrub(None) == ""
