"""Identifiers, telephone numbers, yes and no, closed lists, ratings, text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from kpi.exports import values
from kpi.exports.choices import CHOICES
from kpi.exports.outcome import UNCALCULATED, Mark, Noted, Reject


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("0012", "0012"), (12.0, "12"), (12, "12"), ("12.0", "12"), ("'0012", "0012"), ("\t0012", "0012"), ('="0012"', "0012"), ("２０２３００１", "2023001"), (" BZ-2023 001 ", "BZ-2023001"),
        ("BZ—2023—001", "BZ-2023-001"), (20230310001.0, "20230310001"), ("2.0230001E+7", "20230001"), ("20230310000000012", "20230310000000012"), ("1E5", "1E5"),
        ("", None), ("/", None), ("无", None), ("待定", None), (None, None), ("0", None),
        (20230310000000012, Reject("id_digits_lost")), (2.0230310000000012e16, Reject("id_digits_lost")), ("2.0231E+16", Reject("id_scientific")), ("1.2E+3", Reject("id_scientific")),
        (True, Reject("id_unreadable")), (-5.0, Reject("id_unreadable")), ("#N/A", Reject("error_cell", {"error": "#N/A"})),
        (date(2023, 3, 1), Noted("2023-03-01", "id_is_date", severity="warning")),
    ],
)
def test_identifiers(written, identifier):
    assert values.identifier(written) == identifier


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        (13800001234.0, "13800001234"), ("13800001234.0", "13800001234"), ("+86 138 0000 1234", "13800001234"), ("138-0000-1234", "13800001234"), ("１３８００００１２３４", "13800001234"),
        ("8613800001234", "13800001234"), ("0724-1234567", "0724-1234567"), ("(0724)1234567", "0724-1234567"), ("0724 123 4567", "0724-1234567"), ("1234567", "1234567"),
        ("13800001234/0724-1234567", "13800001234/0724-1234567"), ("13800001234、13900001234", "13800001234/13900001234"), ("13800001234\n13900001234", "13800001234/13900001234"),
        ("138****1234", "138****1234"), ("13800001234（张三）", "13800001234"), ("", None), ("无", None), ("/", None),
        ("1.38E+10", Reject("phone_digits_lost")), ("张三", Reject("phone_unreadable")), ("12345", Reject("phone_unreadable")), (True, Reject("phone_unreadable")),
        (date(2023, 1, 1), Reject("phone_unreadable")),
    ],
)
def test_phones(written, phone):
    assert values.phone(written) == phone


@pytest.mark.parametrize("written", ["是", "有", "需要", "√", "✓", "Y", "yes", "1", 1, 1.0, True, "TRUE", "已", "对", "是（已签）", "需要，约200方/时"])
def test_yes(written):
    assert values.yesno(written) is True


@pytest.mark.parametrize("written", ["否", "无", "不需要", "×", "✗", "N", "0", 0, 0.0, False, "未", "错", "x"])
def test_no(written):
    assert values.yesno(written) is False


def test_neither_yes_nor_no():
    assert values.yesno("待定") == values.yesno("拟用") == Noted(None, "unsure")
    assert values.yesno("") is None
    assert values.yesno("/") is None
    assert values.yesno("□") is None
    assert values.yesno("啊") == values.yesno(2) == Reject("yesno_unknown")


def test_every_word_of_a_closed_list_is_read():
    for kind, words in CHOICES.items():
        for kept, synonyms in words.items():
            for word in synonyms:
                assert values.choice(f" {word} ", kind) is not None, (kind, word)
            assert values.choice(kept, kind) == kept


def test_closed_lists():
    assert values.choice("民用", "user_type") == "居民"
    assert values.choice("工业（锅炉）", "user_type") == "工业"
    assert values.choice("微信/公众号", "channel") == "线上"
    assert values.choice(1.0, "round") == "1"
    assert values.choice("/", "payer") is None
    near = values.choice("工业用气", "user_type")
    assert near.code == "choice_near"
    assert near.args["near"] == "工业"
    assert values.choice("xyz", "user_type").code == "choice_unknown"
    assert values.choice("电话/营业厅", "channel").code == "choice_several"


def test_ratings():
    assert [values.score(w) for w in ("非常满意", "★★★★★", 5, 5.0, "5分", "A", "95", "满意", "基本满意", "不满意", "非常不满意")] == [5, 5, 5, 5, 5, 5, 5, 4, 3, 2, 1]
    assert [values.score(w) for w in ("默认", "未评价", "系统默认好评", "", "/", None)] == [None] * 6
    assert values.score("好的") == values.score(4.5) == Reject("score_unknown")


def test_text_is_one_width():
    assert values.text("Ｇ０３") == "G03"
    assert values.text("二号网格(城西)") == values.text("二号网格（城西）") == "二号网格（城西）"
    assert values.text("DN200（PE）") == "DN200(PE)"
    assert values.text(" \u00a0东宝\u3000") == "东宝"
    assert values.text("—") is None
    assert values.name("荆门（湖北）有限公司") == "荆门（湖北）有限公司", "names stay as written"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [(12.0, "12"), (0.5, "0.5"), (date(2024, 3, 1), "2024-03-01"), (datetime(2024, 3, 1, 9, 5), "2024-03-01 09:05"), (time(9, 5), "09:05"), (timedelta(hours=30), "30:00"), (True, "是"),
     (None, ""), ("'x", "x")],
)
def test_cells_as_text(cell, shown):
    assert values.shown(cell) == shown


@pytest.mark.parametrize("parse", [values.text, values.name, values.identifier, values.phone, values.yesno, values.score])
def test_error_cells_are_no_values(parse):
    assert parse(Mark("#REF!")) == Reject("error_cell", {"error": "#REF!"})
    assert parse(UNCALCULATED) == parse(str(UNCALCULATED)) == Reject("formula_no_value")
