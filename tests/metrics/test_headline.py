"""Which process a month is told under, which months a chart shows, and figures of many months each under its own process."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.metrics.compute import compute
from kpi.metrics.headline import monthly, over_both, parts, regime, window
from kpi.metrics.registry import metric
from tests.facts import engine, typed

MONTHS = [f"{2021 + n // 12}-{n % 12 + 1:02d}" for n in range(48)]
"""January 2021 to December 2024."""

CHANGE = "2023-03"


def test_the_month_of_the_change_shows_both_processes():
    assert [regime(month, CHANGE) for month in ("2022-12", "2023-02", "2023-03", "2023-04", "2024-01")] == ["11000", "11000", None, "1.5", "1.5"]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2022-12", "2023-05", [("11000", "2022-12", "2023-02"), (None, "2023-03", "2023-03"), ("1.5", "2023-04", "2023-05")]),
        ("2023-03", "2023-03", [(None, "2023-03", "2023-03")]), ("2023-04", "2023-04", [("1.5", "2023-04", "2023-04")]), ("2022-01", "2023-02", [("11000", "2022-01", "2023-02")]),
    ],
)
def test_months_stand_in_stretches_of_one_process(first, last, told):
    assert parts(MONTHS[MONTHS.index(first) : MONTHS.index(last) + 1], CHANGE) == told


def test_without_months_there_is_no_stretch():
    assert parts([], CHANGE) == []


@pytest.mark.parametrize(
    ("month", "length", "first", "last"),
    [
        # the latest months hold it: they are shown, the month need not be the last
        ("2024-12", 24, "2023-01", "2024-12"), ("2023-01", 24, "2023-01", "2024-12"),
        # further back: as many, up to the month; fewer only where none are known before
        ("2022-12", 24, "2021-01", "2022-12"), ("2022-11", 24, "2021-01", "2022-11"), ("2021-01", 24, "2021-01", "2021-01"),
        ("2022-12", 3, "2022-10", "2022-12"), ("2024-09", 3, "2024-07", "2024-09"), ("2024-10", 3, "2024-10", "2024-12"), ("2023-06", 1, "2023-06", "2023-06"),
        # of a month that is not known the latest are shown
        ("2025-01", 24, "2023-01", "2024-12"), ("2020-12", 24, "2023-01", "2024-12"),
    ],
)
def test_a_window_holds_so_many_months_up_to_the_one_asked_for(month, length, first, last):
    assert window(MONTHS, month, length) == MONTHS[MONTHS.index(first) : MONTHS.index(last) + 1]


def test_a_window_is_two_years_long():
    assert window(MONTHS, "2022-12") == MONTHS[:24] and window(MONTHS, "2024-12") == MONTHS[24:]
    assert window(MONTHS[:5], "2021-03") == MONTHS[:5], "fewer months are all shown"


def test_cohorts_and_stock_are_told_over_both_processes():
    assert [over_both(metric(id)) for id in ("whole_wait_median", "open_cases", "valve_on_time", "valve_time_p50")] == [True, True, False, False]


def connected(name: str, applied: str, ready: str, grid: str = "G1") -> dict[str, str]:
    return {"app_id": name, "grid_code": grid, "applied_at": applied, "ready_at": f"{ready} 09:00", "gas_on_at": f"{ready} 10:00"}


@pytest.fixture(scope="module")
def made():
    """Of each process one or more cases in February, March and April 2023: the change was on 10 March."""
    rows = [
        connected("OLD1", "2023-01-05", "2023-02-06"), connected("OLD2", "2023-01-05", "2023-03-06"), connected("NEW1", "2023-03-13", "2023-03-20"), connected("NEW2", "2023-03-13", "2023-04-10"),
        connected("LATE1", "2023-01-05", "2023-04-11"), connected("LATE2", "2023-01-05", "2023-04-12"), connected("NEW3", "2023-03-13", "2023-04-13", "G2"),
    ]
    terms = [{"grid_code": grid, "grid_name": grid, "manager_id": f"M{grid[1]}", "manager_name": grid, "valid_from": "2022-01-01"} for grid in ("G1", "G2")]
    return engine(typed({"application": rows, "term": terms}), datetime(2023, 6, 1))


def test_each_month_is_told_under_its_own_process(made):
    months = ["2023-02", "2023-03", "2023-04"]
    rows = monthly(made, ["valve_on_time", "open_cases", "whole_wait_median"], months)
    found = {(row["metric"], row["month"]): row["n"] for row in rows}
    assert len(rows) == len(found) == 9, "each KPI once a month, and no span"
    # those applied for before the change and connected after it are of neither process
    assert [found["valve_on_time", month] for month in months] == [1, 2, 2]
    (both,) = [row for row in compute(made, ["valve_on_time"], start="2023-04", end="2023-04") if row["month"]]
    assert both["n"] == 4
    # at the end of February OLD2 and both late ones wait, at the end of March these and two new ones
    assert [found["open_cases", month] for month in months] == [3, 4, 0]
    assert found["whole_wait_median", "2023-03"] == 3


def test_figures_of_one_kind_are_asked_alone(made):
    assert {row["metric"] for row in monthly(made, ["open_cases"], ["2023-03", "2023-04"])} == {"open_cases"}
    assert {row["metric"] for row in monthly(made, ["valve_on_time"], ["2023-03", "2023-04"])} == {"valve_on_time"}
    assert monthly(made, [], ["2023-03"]) == []


def test_grids_and_filters_reach_every_month(made):
    rows = monthly(made, ["valve_on_time", "open_cases"], ["2023-03", "2023-04"], by=("grid",))
    told = {(row["metric"], row["grid"], row["month"]): row["n"] for row in rows}
    assert [told["valve_on_time", "G2", month] for month in ("2023-03", "2023-04")] == [0, 1] and told["valve_on_time", None, "2023-04"] == 2
    assert told["open_cases", "G2", "2023-03"] == 1
    where = {"grid": "G2"}
    rows = monthly(made, ["valve_on_time", "open_cases"], ["2023-03", "2023-04"], where=where)
    assert {(row["metric"], row["month"]): row["n"] for row in rows} == {("valve_on_time", "2023-03"): 0, ("valve_on_time", "2023-04"): 1, ("open_cases", "2023-03"): 1, ("open_cases", "2023-04"): 0}
    assert where == {"grid": "G2"}, "what was asked stays as it is"
