"""One column that states beginning and end: what a cell gives, and what a person's choice does to it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kpi.exports.outcome import Reject
from kpi.exports.ranges import ends
from kpi.exports.spans import Context, Span
from kpi.exports.times import parse

CONTEXT = Context(year=2023)


def day(*parts: int) -> Span:
    start = datetime(*parts)
    return Span(start, start + timedelta(days=1), "day")


def moment(*parts: int) -> Span:
    return Span(datetime(*parts), datetime(*parts), "moment")


@pytest.mark.parametrize("between", ["-", "—", "–", "~", "～", "至", "到", " 至 ", " - ", "--", "——", "起至"])
@pytest.mark.parametrize("first", ["2022-01-01", "2022/1/1", "2022.1.1", "2022年1月1日", "20220101", "二〇二二年一月一日"])
def test_two_days_however_they_are_joined(first, between):
    for last in ("2023-06-30", "2023年6月30日", "20230630"):
        assert ends(f"{first}{between}{last}", CONTEXT) == (day(2022, 1, 1), day(2023, 6, 30))
    for open_end in ("今", "现在", ""):
        assert ends(f"{first}{between}{open_end}", CONTEXT) == (day(2022, 1, 1), None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022-01-01起", day(2022, 1, 1), None), ("自2022年1月1日起", day(2022, 1, 1), None), ("2022-01-01", day(2022, 1, 1), None), ("", None, None), ("长期", None, None), ("—", None, None),
        ("3月1日-5日", day(2023, 3, 1), day(2023, 3, 5)), ("3月1日至4月5日", day(2023, 3, 1), day(2023, 4, 5)), ("3月1日 9:00-17:00", moment(2023, 3, 1, 9), moment(2023, 3, 1, 17)),
        ("2023-3-1 9:00 至 2023-3-3 17:00", moment(2023, 3, 1, 9), moment(2023, 3, 3, 17)), ("2022.1-2022.12", parse("2022年1月"), parse("2022年12月")),
        ("2023-06-30至2022-01-01", day(2023, 6, 30), Reject("slot_reversed")), ("2022-01-01至2022-02-30", day(2022, 1, 1), Reject("date_impossible")), ("2022-02-30至今", Reject("date_impossible"), None),
        ("随便", Reject("date_unreadable"), None), ("2022-01-01（暂定）", Reject("date_unreadable"), None), ("#REF!", Reject("error_cell", {"error": "#REF!"}), None),
        (datetime(2022, 1, 1), day(2022, 1, 1), None), (44562, day(2022, 1, 1), None), (None, None, None),
    ],
)
def test_ends(text, first, last):
    assert ends(text, CONTEXT) == (first, last)


ROWS = [["网格编号", "客户经理", "工号", "任期"], ["G1", "示例一", "M1", "2022.1.1-2023.6.30"]]


@pytest.mark.parametrize(
    ("columns", "kept"),
    [({}, True), ({"A": "grid_code", "B": "manager_name", "C": "manager_id", "D": "valid_from"}, True), ({"D": None}, False), ({"D": "remark"}, False)],
)
def test_what_a_person_chooses_for_such_a_column(ledger, columns, kept):
    found = ledger(ROWS, sheet="网格", mapping={"sheets": {"网格": {"table": "term", "header_row": 1, "columns": columns}}})
    if kept:
        assert [(row["_key"], row["valid_to"]) for row in found.first] == [("G1|M1|2022-01-01", datetime(2023, 6, 30))]
    else:
        assert found.codes() == [(2, "任职开始", "key_blank")]


def test_columns_of_their_own_go_before(ledger):
    found = ledger([[*ROWS[0], "任职结束"], [*ROWS[1], "2023-05-31"]], sheet="网格")
    assert [(row["_key"], row["valid_to"]) for row in found.first] == [("G1|M1|2022-01-01", datetime(2023, 5, 31))]
