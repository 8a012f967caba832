"""Spans of months that a build keeps: each month, the quarter, the year and the year so far up to it, and which questions they answer."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from kpi.metrics.spans import asked, last, since, upto

AS_OF = datetime(2024, 6, 1)


@pytest.mark.parametrize(
    ("month", "begins"),
    [("2024-05", {"2024-05", "2024-03", "2023-06", "2024-01"}), ("2024-01", {"2024-01", "2023-11", "2023-02"}), ("2024-12", {"2024-12", "2024-10", "2024-01"}), ("2024-03", {"2024-03", "2024-01", "2023-04"})],
)
def test_up_to_a_month_one_three_and_twelve_months_and_the_year_so_far_are_kept(month, begins):
    assert since(month) == begins


@pytest.mark.parametrize(("as_of", "month"), [(AS_OF, "2024-05"), (datetime(2024, 6, 1, 0, 1), "2024-06"), (datetime(2024, 1, 1), "2023-12"), (datetime(2024, 5, 31, 23, 59), "2024-05")])
def test_a_month_is_the_last_from_the_minute_after_its_first_moment(as_of, month):
    assert last(as_of) == month


def test_every_span_up_to_each_month_is_listed():
    assert upto("2024-01", "2024-03") == [
        ("2023-02", "2024-01"), ("2023-11", "2024-01"), ("2024-01", "2024-01"), ("2023-03", "2024-02"), ("2023-12", "2024-02"), ("2024-01", "2024-02"), ("2024-02", "2024-02"),
        ("2023-04", "2024-03"), ("2024-01", "2024-03"), ("2024-03", "2024-03"),
    ]


def found(spans):
    """Return which of the spans kept up to June 2024 a condition finds."""
    condition = asked(spans, AS_OF)
    with duckdb.connect() as con:
        con.execute("create table kept as select unnest(?::varchar[]) as since, unnest(?::varchar[]) as month", [list(column) for column in zip(*upto("2024-03", "2024-06"), strict=True)])
        return None if condition is None else sorted(con.execute(f"select since, month from kept where {condition}").fetchall())


def test_questions_are_answered_by_the_spans_that_are_kept():
    assert found(None) == [(month, month) for month in ("2024-03", "2024-04", "2024-05", "2024-06")], "single months"
    assert found([("2024-05", "2024-05")]) == [("2024-05", "2024-05")] and found([("2024-03", "2024-05"), ("2024-01", "2024-03")]) == [("2024-01", "2024-03"), ("2024-03", "2024-05")]
    assert found([("2024-02", "2024-05")]) is None and found([("2024-03", "2024-05"), ("2024-02", "2024-05")]) is None, "one that is not kept is enough to ask the rows"
    assert found([("2024-06", "2024-06")]) is None, "a month that has not begun"
    assert found(iter([("2024-04", "2024-04")])) == [("2024-04", "2024-04")]
