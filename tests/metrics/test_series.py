"""A KPI as source of charts, curves and comparisons: which months, cases and units it holds, and where limits begin anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import pytest

from kpi.metrics import series
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem
from tests.facts import engine, typed


def points(asked: series.Series) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        return sorted(con.execute(asked.source).fetchall())


def share(month: str | None, hits: int, n: int) -> dict[str, Any]:
    return {"month": month, "hits": hits, "n": n, "value": hits / n if n else None}


def test_of_shares_only_months_with_judged_cases_are_points():
    rows = [share("2023-02", 9, 10), share("2023-01", 0, 0), share(None, 27, 30), share("2023-03", 0, 10), share("2023-04", 10, 10)]
    found = series.series(metric("valve_on_time"), rows, "2023-04")
    assert (found.shares, found.minutes) == (True, None)
    assert points(found) == [("2023-02", 9, 10, 0), ("2023-03", 0, 10, 0), ("2023-04", 10, 10, 1)]


@pytest.mark.parametrize(
    ("change", "begins"), [("2023-03", {"2023-03"}), ("2023-04", {"2023-05"}), ("2023-02", set()), ("2022-12", set()), ("2023-05", {"2023-05"}), ("2023-06", {"2023-06"}), ("2023-07", set())]
)
def test_limits_begin_anew_in_the_first_month_told_under_the_new_process(change, begins):
    """February is the first month with a value, April has none: the first month of all begins nothing anew."""
    rows = [share("2023-01", 0, 0), share("2023-02", 1, 2), share("2023-03", 1, 2), share("2023-04", 0, 0), share("2023-05", 1, 2), share("2023-06", 1, 2)]
    assert {month for month, _, _, rebase in points(series.series(metric("valve_on_time"), rows, change)) if rebase} == begins


@pytest.mark.parametrize(("id", "minutes"), [("valve_time_p50", 390.0), ("whole_wait_median", 1440.0), ("open_cases", None), ("mean_rating_company", None)])
def test_durations_tell_the_minutes_of_their_unit(id, minutes):
    rows = [{"month": "2023-01", "value": 0, "n": 3, "hits": None}, {"month": "2023-02", "value": 2.5, "n": 0, "hits": None}, {"month": "2023-03", "value": None, "n": 2, "hits": None}]
    found = series.series(metric(id), rows, "2023-02")
    assert (found.shares, found.minutes) == (False, minutes)
    assert points(found) == [("2023-01", 0, 0), ("2023-02", 2.5, 1)], "a month with a value is told, however many cases it counts"


def test_what_may_lie_before_its_start_is_no_duration():
    asked = metric("valve_time_p50")
    rows = [{"month": f"2023-0{n}", "value": value, "n": 1, "hits": None} for n, value in ((1, 0.5), (2, -0.1), (3, 0.2))]
    assert series.series(asked, rows, "2022-01").minutes is None and series.series(asked, rows[:1], "2022-01").minutes == 390


@pytest.mark.parametrize("id", ["valve_on_time", "valve_time_p50"])
def test_without_months_there_is_no_point(id):
    assert points(series.series(metric(id), [], "2023-03")) == []


ROWS = {
    # days waited: 20, 40, open since 15 April, 10 in a park; of another grid 30
    "application": [
        {"app_id": "A1", "grid_code": "G1", "applied_at": "2024-03-01", "gas_on_at": "2024-03-21", "user_type": "工业"},
        {"app_id": "A2", "grid_code": "G1", "applied_at": "2024-04-01", "gas_on_at": "2024-05-11", "user_type": "工业"},
        {"app_id": "A3", "grid_code": "G1", "applied_at": "2024-04-15", "user_type": "工业"},
        {"app_id": "A4", "grid_code": "G1", "applied_at": "2024-05-02", "gas_on_at": "2024-05-12", "user_type": "工业", "park": "O'Neill"},
        {"app_id": "A5", "grid_code": "G2", "applied_at": "2024-05-01", "gas_on_at": "2024-05-31", "user_type": "工业", "ready_at": "2024-05-31 09:00"},
        # what contradicts itself is no wait
        {"app_id": "A6", "grid_code": "G2", "applied_at": "2024-05-20", "gas_on_at": "2024-05-13"},
    ],
    "term": [{"grid_code": grid, "grid_name": grid, "manager_id": f"M{grid[1]}", "manager_name": f"{grid}某", "valid_from": "2022-01-01"} for grid in ("G1", "G2")],
}


@pytest.fixture(scope="module")
def made():
    return engine(typed(ROWS), datetime(2024, 6, 1))


def test_the_change_of_process_is_the_month_of_its_first_day(made):
    assert series.effective(made) == "2023-03"


def waiting(made, **asked):
    return sorted(((row["unit"], row["days"], row["outcome"]) for row in made.rows(series.waits(made, metric("whole_wait_median"), **asked))), key=str)


def test_cases_of_a_wait_are_told_one_by_one(made):
    every = [(10, 1), (20, 1), (30, 1), (40, 1), (47, 0)]
    assert waiting(made) == [(None, days, outcome) for days, outcome in every], "nobody is asked for apart"
    assert waiting(made, by="grid") == [("G1", 10, 1), ("G1", 20, 1), ("G1", 40, 1), ("G1", 47, 0), ("G2", 30, 1)]
    assert waiting(made, start="2024-04", end="2024-04") == [(None, 40, 1), (None, 47, 0)], "a wait belongs to the month in which it began"
    assert waiting(made, start="2024-04") == [(None, 10, 1), (None, 30, 1), (None, 40, 1), (None, 47, 0)] and waiting(made, end="2024-03") == [(None, 20, 1)]
    assert waiting(made, where={"user_type": "工业", "park": "O'Neill"}) == [(None, 10, 1)] and waiting(made, by="manager", where={"grid": "G2", "user_type": "工业"}) == [("M2", 30, 1)]
    with pytest.raises(UsageProblem):
        series.waits(made, metric("valve_time_p50"))


def test_units_may_be_any_dimension_and_are_filtered(made):
    """Nobody counted the documents of A1 to A5; of the others, with none to three, two are of April and two of May."""
    def told(by, **asked):
        return [(row["unit"], row["hits"], row["n"]) for row in made.rows(series.units(made, metric("zero_material"), by=by, **asked))]

    assert told("grid") == [], "what cannot be judged is no unit"
    rows = [*ROWS["application"], *({"app_id": f"B{n}", "grid_code": "G1", "applied_at": "2024-04-01", "gas_on_at": f"2024-0{5 - n % 2}-12", "docs_requested_n": str(n - 1), "user_type": "商业"} for n in (1, 2, 3, 4))]
    other = engine(typed(ROWS | {"application": rows}), datetime(2024, 6, 1))
    (row,) = other.rows(series.units(other, metric("zero_material"), by="user_type"))
    assert (row["unit"], row["hits"], row["n"]) == ("商业", 1, 4)
    (row,) = other.rows(series.units(other, metric("zero_material"), by="manager", start="2024-05", end="2024-05", where={"user_type": "商业"}))
    assert (row["unit"], row["hits"], row["n"]) == ("M1", 0, 2)


def test_a_kpi_month_by_month_is_that_of_the_months_asked_for(made):
    asked = metric("open_cases")
    assert [row[:2] for row in points(series.monthly(made, asked, start="2024-03", end="2024-05"))] == [("2024-04", 2), ("2024-05", 1)], "a month without a value is no point"
    assert [row[:2] for row in points(series.monthly(made, asked, start="2024-04", end="2024-04", where={"grid": "G1"}))] == [("2024-04", 2)]
    assert points(series.monthly(made, asked, start="2024-03", end="2024-05", where={"grid": "G2"})) == []
