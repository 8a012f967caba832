"""Amounts, numbers and counts: every spelling with its unit, and what is no amount."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.exports import amounts
from kpi.exports.outcome import Noted, Reject


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("1,200.00", 1200.0), ("1，200.00", 1200.0), ("￥1200", 1200.0), ("¥ 1,200", 1200.0), ("1200元", 1200.0), ("1200.5 元", 1200.5), ("1200元整", 1200.0),
        ("人民币1200元", 1200.0), ("RMB 1200", 1200.0), ("12.5万", 125000.0), ("12.5万元", 125000.0), ("12.5 万元", 125000.0), ("0.12亿", 12000000.0), ("0.12亿元", 12000000.0),
        ("3千元", 3000.0), ("１２００元", 1200.0), ("12.5（万元）", 125000.0), ("壹万贰仟元整", 12000.0), ("-500元", -500.0), ("(1,500)", -1500.0), ("1234567.891", 1234567.89),
        (1200, 1200.0), (1200.0, 1200.0), (0.1 + 0.2, 0.3), ("0", 0.0), ("0.00", 0.0), ("免", 0.0), ("零", 0.0), ("免费", 0.0), ("全免", 0.0), ("0元", 0.0),
    ],
)
def test_amounts_in_yuan(written, yuan):
    assert amounts.yuan(written, "元") == yuan


@pytest.mark.parametrize("written", ["", None, "无", "—", "/", "-", "暂无", "未", "待结算"])
def test_blank_is_not_zero(written):
    assert amounts.yuan(written, "元") is None


def test_who_pays_is_no_amount():
    assert amounts.yuan("政府出资", "元") == Noted(None, "paid_by_government")
    assert amounts.yuan("财政出资", "元") == Noted(None, "paid_by_government")


def test_unit_of_cell_then_header_then_column():
    assert amounts.yuan("12.5", "万元") == 125000.0
    assert amounts.yuan(12.5, "万元") == 125000.0
    assert amounts.yuan("12.5元", "万元") == 12.5, "the cell's own unit leads"
    assert amounts.yuan("12.5", "", "元") == 12.5
    assert amounts.yuan("12.5", "", "万元") == 125000.0
    assert amounts.yuan("1200") == 1200.0


def test_small_construction_money_without_a_unit_is_not_guessed():
    assert amounts.yuan("12.5", doubtful=True) == Reject("unit_unknown", {"limit": 1000})
    assert amounts.yuan(999.99, doubtful=True).code == "unit_unknown"
    assert amounts.yuan("125000", doubtful=True) == 125000.0
    assert amounts.yuan("0", doubtful=True) == 0.0, "nothing is nothing in any unit"
    assert amounts.yuan("12.5万", doubtful=True) == 125000.0


@pytest.mark.parametrize("written", ["1,2000", "12,00", "abc", "100~200", "100+200", "1200.5.3", "1e5", "$100", "约定价", "三千", "6.5%", True, float("nan"), float("inf")])
def test_no_amounts(written):
    assert amounts.yuan(written, "元") == Reject("amount_unreadable")


def test_dates_in_an_amount_column():
    assert amounts.yuan(date(2024, 3, 10)) == Reject("amount_is_date")


def test_notes_are_told():
    assert amounts.yuan("12.5万元（含税）") == Noted(125000.0, "note_ignored", {"note": "含税"})
    assert amounts.yuan("约1200元") == Noted(1200.0, "note_ignored", {"note": "约"})


@pytest.mark.parametrize(
    ("header", "unit"),
    [("合同金额（万元）", "万元"), ("合同金额(元)", "元"), ("金额/万元", "万元"), ("概算(亿元)", "亿元"), ("金额【单位：万元】", "万元"), ("合同金额", ""), ("金额（万）", "万元"), ("单元", "元")],
)
def test_units_of_headers(header, unit):
    assert amounts.unit(header) == unit


@pytest.mark.parametrize(
    ("written", "canonical", "times", "number"),
    [
        ("120", "m³", 1, 120.0), ("120m³/h", "m³", 1, 120.0), ("120方/时", "m³", 1, 120.0), ("3.5万方", "m³", 1, 35000.0), ("3.5", "m³", 10_000, 35000.0), (3.5, "m³", 10_000, 35000.0),
        ("1.2km", "m", 1, 1200.0), ("1.2公里", "m", 1, 1200.0), ("1,200米", "m", 1, 1200.0), ("1.2", "m", 1000, 1200.0), ("6.5%", "", 1, 0.065), ("1.5e3", "", 1, 1500.0),
        ("12亩", "", 1, 12.0), ("", "", 1, None), ("无", "", 1, None), ("约100", "", 1, Noted(100.0, "note_ignored", {"note": "约"})),
        ("120-150", "", 1, Reject("number_unreadable")), ("DN200", "", 1, Reject("number_unreadable")), (date(2024, 1, 1), "", 1, Reject("number_is_date")),
    ],
)
def test_numbers(written, canonical, times, number):
    assert amounts.number(written, canonical, times) == number


def test_factor_of_a_header():
    assert amounts.factor("年用气量（万m³）", "m³") == 10_000
    assert amounts.factor("年用气量(万方)", "m³") == 10_000
    assert amounts.factor("日用气量(m³)", "m³") == 1
    assert amounts.factor("长度（km）", "m") == 1000
    assert amounts.factor("长度（m）", "m") == 1


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("3", 3), ("3.0", 3), (3.0, 3), ("3份", 3), ("三次", 3), ("两次", 2), ("十二", 12), ("0资料", 0), ("零", 0), ("0", 0), (0, 0), ("共3份", 3), ("1个环节", 1), ("免", 0),
        ("", None), ("无", None), ("/", None), ("2.5", Reject("count_fraction")), (2.5, Reject("count_fraction")), ("-1", Reject("count_negative")), (-1, Reject("count_negative")),
        ("一次办好", Reject("count_unreadable")), ("3/4", Reject("count_unreadable")), (True, Reject("count_unreadable")), (1e300, Reject("count_unreadable")),
    ],
)
def test_counts(written, count):
    assert amounts.count(written) == count
