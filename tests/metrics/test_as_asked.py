"""Figures as forms ask for them, on a few cases: days by the calendar and by working days, what is left out and counted apart, shares of the judged and of all."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.engine import DuckEngine
from kpi.metrics.as_asked import as_asked
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


@pytest.mark.parametrize(("id", "field", "where"), [("zero_fee", "mean_closed", None), ("valve_time_p50", "rate_of_all", None), ("zero_fee", "rate_of_all", {"customer": "x"})])
def test_what_a_kpi_does_not_have_is_refused(engine, id, field, where):
    with pytest.raises(UsageProblem):
        as_asked(engine, id, field, "2024-05", "2024-05", where)
