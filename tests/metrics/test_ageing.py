"""Open cases by stage and age: dates decide, the later of one day counts, and a line that was not reached is passed by nobody."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kpi import pipeline
from kpi.metrics.ageing import STAGES, by_stage, open_cases
from kpi.metrics.compute import compute
from tests.facts import engine, typed

ROWS = {
    "application": [
        {"app_id": "A1", "applied_at": "2024-03-01", "accepted_at": "2024-03-02", "status": "已通气"},
        {"app_id": "A2", "applied_at": "2024-04-01", "accepted_at": "2024-04-01", "survey_on": "2024-04-03", "inside_done_on": "2024-05-10", "accept_passed_at": "2024-05-10"},
        {"app_id": "A3", "applied_at": "2024-05-01", "inside_started_on": "2024-05-20", "inside_done_on": "2024-06-03"},
        {"app_id": "A4", "applied_at": "2024-05-02 09:00", "gas_on_at": "2024-05-30"},
        {"app_id": "A5", "applied_at": "2024-05-03", "cancelled_on": "2024-06-02"},
        {"app_id": "A6", "applied_at": "2024-05-04"},
    ],
    "work": [
        {"work_id": "W1", "app_id": "A5", "boundary_ready_on": "2024-05-25"}, {"work_id": "W2", "app_id": "A6", "boundary_ready_on": "2024-05-20"}, {"work_id": "W3", "app_id": "A6"},
    ],
}


@pytest.fixture(scope="module")
def made():
    return engine(typed(ROWS), datetime(2024, 6, 15))


def test_the_stage_is_that_of_the_latest_date(made):
    found = {case["key"]: case for case in open_cases(made, "2024-05")}
    assert {key: case["stage"] for key, case in found.items()} == {"A1": "accepted", "A2": "passed", "A3": "building", "A5": "outside", "A6": "applied"}
    assert [case["key"] for case in open_cases(made, "2024-05")] == ["A1", "A2", "A3", "A5", "A6"], "the oldest first"
    assert (found["A1"]["age"], found["A1"]["since"]) == (91, date(2024, 3, 2))
    later = {case["key"]: case["stage"] for case in open_cases(made, "2024-06")}
    assert later == {"A1": "accepted", "A2": "passed", "A3": "built", "A6": "applied"}, "what ended since stands open no longer"


def test_ages_beside_what_others_waited(made):
    found = {row["stage"]: row for row in by_stage(open_cases(made, "2024-05"), 30.0, 60.0)}
    assert [row["stage"] for row in by_stage([], None, None)] == list(STAGES)
    assert (found["accepted"]["beyond"], found["passed"]["between"], found["building"]["within"], found["accepted"]["oldest"]) == (1, 1, 1, 91)
    assert sum(row["n"] for row in found.values()) == 5 == sum(row[band] for row in found.values() for band in ("within", "between", "beyond"))
    assert sum(row["beyond"] for row in by_stage(open_cases(made, "2024-05"), 30.0, None)) == 0
    assert by_stage([{"stage": "ready", "age": 60}], 30.0, 60.0)[STAGES.index("ready")]["between"] == 1, "as old as most is not older"


def test_as_many_as_the_figure_says(sample_home):
    built = pipeline.reader(sample_home)
    for where in ({}, {"grid": "G03"}):
        (row,) = [r for r in compute(built, ["open_cases"], start="2024-05", end="2024-05", where=where) if r["month"]]
        assert len(open_cases(built, "2024-05", where)) == row["n"]
