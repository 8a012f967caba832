"""Figures as forms ask for them, on a few cases: days by the calendar and by working days, what is left out and counted apart, shares of the judged and of all."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.engine import DuckEngine
from kpi.metrics.as_asked import as_asked, fields
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem
from tests import facts

ROWS = {
    "application": [
        {"app_id": "A1", "grid_code": "G1", "applied_at": "2024-05-06", "ready_at": "2024-05-08 08:30", "gas_on_at": "2024-05-08 12:00", "confirm_signed": "是"},
        # over the holidays of May, which is one working day
        {"app_id": "A2", "grid_code": "G1", "applied_at": "2024-04-30", "gas_on_at": "2024-05-06"},
        {"app_id": "A3", "grid_code": "G2", "applied_at": "2024-05-06", "gas_on_at": "2024-05-09"},
        {"app_id": "to a month", "grid_code": "G1", "applied_at": "2024年4月", "gas_on_at": "2024-05-10"},
        {"app_id": "contrary", "grid_code": "G1", "applied_at": "2024-05-20", "gas_on_at": "2024-05-13"},
        {"app_id": "open", "grid_code": "G1", "applied_at": "2024-05-06"},
        {"app_id": "before the calendar", "grid_code": "G1", "applied_at": "2018-12-20", "gas_on_at": "2018-12-24"},
    ],
    "charge": [{"charge_id": "C1", "app_id": "A2", "item": "开口费", "amount": "800", "payer": "用户", "paid_on": "2024-05-02"}],
    "term": [{"grid_code": grid, "grid_name": grid, "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2018-01-01"} for grid in ("G1", "G2")],
}

DAYS = {"calendar": {"mean": 11 / 3, "median": 3, "min": 2, "max": 6}, "working": {"mean": 2, "median": 2, "min": 1, "max": 3}}


@pytest.fixture(scope="module")
def engine() -> DuckEngine:
    return facts.engine(facts.typed(ROWS), datetime(2024, 6, 1))


@pytest.mark.parametrize("axis", DAYS)
def test_days_of_the_connected(engine, axis):
    for name, value in DAYS[axis].items():
        assert as_asked(engine, "whole_wait_median", f"{name}_{axis}_days_closed", "2024-05", "2024-05") == {"value": pytest.approx(value), "n": 3, "unknown": 2, "unit": {"calendar": "d", "working": "wd"}[axis]}
        assert as_asked(engine, "whole_wait_median", f"{name}_{axis}_days_closed", "2018-12", "2018-12")["unknown"] == 1, "days that no calendar knows are left out and counted"


def test_an_even_number_has_its_middle_between_two(engine):
    assert as_asked(engine, "whole_wait_median", "median_calendar_days_closed", "2024-05", "2024-05", {"grid": "G1"})["value"] == 4


def test_those_fully_recorded(engine):
    assert as_asked(engine, "valve_time_p50", "max_closed", "2024-05", "2024-05") == {"value": 0.5, "n": 1, "unknown": 4, "unit": "wd"}


def test_shares_of_the_judged_and_of_all(engine):
    assert as_asked(engine, "zero_fee", "rate_judged", "2024-05", "2024-05") == {"value": 0.5, "n": 2, "unknown": 3, "unit": "ratio"}
    assert as_asked(engine, "zero_fee", "rate_of_all", "2024-05", "2024-05") == {"value": 0.2, "n": 5, "unknown": 0, "unit": "ratio"}
    assert as_asked(engine, "zero_fee", "rate_judged", "2024-05", "2024-05", {"grid": "G2"}) == {"value": None, "n": 0, "unknown": 1, "unit": "ratio"}


MORE = {
    "application": [
        {"app_id": "same day", "grid_code": "G1", "applied_at": "2024-04-08 09:00", "ready_at": "2024-04-08 09:00", "gas_on_at": "2024-04-08 10:00"},
        {"app_id": "half day", "grid_code": "G1", "applied_at": "2024-04-08", "ready_at": "2024-04-22 09:00", "gas_on_at": "2024-04-22上午", "docs_requested_n": "2"},
        {"app_id": "May", "grid_code": "G1", "applied_at": "2024-04-08", "ready_at": "2024-05-07 09:00", "gas_on_at": "2024-05-08 09:00", "docs_requested_n": "0"},
        {"app_id": "June", "grid_code": "G2", "applied_at": "2024-04-08", "gas_on_at": "2024-06-17 09:00", "docs_requested_n": "1"},
    ],
    "term": ROWS["term"],
}


@pytest.fixture(scope="module")
def longer() -> DuckEngine:
    return facts.engine(facts.typed(MORE), datetime(2024, 7, 1))


@pytest.mark.parametrize(
    ("start", "end", "where", "days"),
    [("2024-04", "2024-06", None, [0, 14, 30, 70]), ("2024-04", "2024-05", None, [0, 14, 30]), ("2024-05", "2024-06", None, [30, 70]), ("2024-06", "2024-06", None, [70]),
     ("2024-04", "2024-06", {"grid": "G1"}, [0, 14, 30]), ("2024-04", "2024-06", {"grid": "G2", "manager": "M1"}, [70])],
)
def test_those_connected_in_any_of_the_months_count(longer, start, end, where, days):
    """On the day of application, two weeks later in a morning, and so on: each by the day of gas on."""
    for name, value in {"min": days[0], "max": days[-1], "mean": sum(days) / len(days), "median": (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2}.items():
        found = as_asked(longer, "whole_wait_median", f"{name}_calendar_days_closed", start, end, where)
        assert found == {"value": pytest.approx(value), "n": len(days), "unknown": 0, "unit": "d"}


def test_shares_of_several_months_are_of_all_their_cases(longer):
    """No document in May, two and one in April and June; of one in April nothing is written down."""
    for end, judged, whole in (("2024-06", (1 / 3, 3, 1), (1 / 4, 4, 0)), ("2024-05", (1 / 2, 2, 1), (1 / 3, 3, 0)), ("2024-04", (0, 1, 1), (0, 2, 0))):
        for field, (value, n, unknown) in (("rate_judged", judged), ("rate_of_all", whole)):
            assert as_asked(longer, "zero_material", field, "2024-04", end) == {"value": pytest.approx(value), "n": n, "unknown": unknown, "unit": "ratio"}


def test_of_those_fully_recorded_the_middle_and_the_ends(longer):
    """An hour of a morning is a seventh of a day, the same minute a day later a day. How much of a morning is not told, nor what nobody says of being ready."""
    found = {name: as_asked(longer, "valve_time_p50", f"{name}_closed", "2024-04", "2024-06") for name in ("min", "median", "mean", "max")}
    assert {name: one["value"] for name, one in found.items()} == pytest.approx({"min": 1 / 7, "median": 4 / 7, "mean": 4 / 7, "max": 1})
    assert {(one["n"], one["unknown"], one["unit"]) for one in found.values()} == {(2, 2, "wd")}
    assert as_asked(longer, "valve_time_p50", "max_closed", "2024-06", "2024-06") == {"value": None, "n": 0, "unknown": 1, "unit": "wd"}


def test_each_kind_of_kpi_has_its_own_figures():
    days = {f"{name}_{axis}_days_closed" for name in ("mean", "median", "min", "max") for axis in ("calendar", "working")}
    assert set(fields(metric("whole_wait_median"))) == days and set(fields(metric("valve_time_p85"))) == {f"{name}_closed" for name in ("mean", "median", "min", "max")}
    assert set(fields(metric("zero_fee"))) == {"rate_judged", "rate_of_all"} and fields(metric("mean_rating_company")) == {}


@pytest.mark.parametrize(("id", "field", "where"), [("zero_fee", "mean_closed", None), ("valve_time_p50", "rate_of_all", None), ("zero_fee", "rate_of_all", {"customer": "x"})])
def test_what_a_kpi_does_not_have_is_refused(engine, id, field, where):
    with pytest.raises(UsageProblem):
        as_asked(engine, id, field, "2024-05", "2024-05", where)
