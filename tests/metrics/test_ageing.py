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


EVENTS = (
    ("accepted_at", "accepted"), ("survey_on", "designed"), ("design_on", "designed"), ("quoted_on", "designed"), ("inside_started_on", "building"), ("inside_done_on", "built"),
    ("accept_passed_at", "passed"), ("ready_at", "ready"), ("gas_requested_at", "asked"),
)


@pytest.fixture(scope="module")
def staged():
    """Cases of April in two grids: each told of one event in May, all of one day, an event of the first moment of June, one of a road that is done but for one work, and a case of June."""
    rows = [{"app_id": f"{nth} {column}".replace(" ", "-"), "grid_code": "G1", "applied_at": "2024-04-10", column: "2024-05-10"} for nth, (column, _) in enumerate(EVENTS)]
    rows += [
        {"app_id": "all", "grid_code": "G2", "applied_at": "2024-04-09", **{column: "2024-05-10" for column, _ in EVENTS}}, {"app_id": "plain", "grid_code": "G2", "applied_at": "2024-04-10"},
        {"app_id": "June", "grid_code": "G2", "applied_at": "2024-05-31", "accepted_at": "2024-06-01"}, {"app_id": "road", "grid_code": "G2", "applied_at": "2024-04-11", "accepted_at": "2024-05-02"},
        {"app_id": "half", "grid_code": "G2", "applied_at": "2024-04-12"}, {"app_id": "new", "grid_code": "G2", "applied_at": "2024-06-01"},
    ]
    works = [("road", "2024-05-03"), ("road", "2024-05-20"), ("half", "2024-05-20"), ("half", "")]
    terms = [{"grid_code": f"G{n}", "grid_name": f"{n}号", "manager_id": f"M{n}", "manager_name": "某", "valid_from": "2022-01-01"} for n in (1, 2)]
    work = [{"work_id": f"W{n}", "app_id": app, "boundary_ready_on": at} for n, (app, at) in enumerate(works)]
    return engine(typed({"application": rows, "work": work, "term": terms}), datetime(2024, 6, 15))


def test_each_event_is_the_beginning_of_its_stage(staged):
    found = {case["key"]: (case["stage"], case["since"], case["age"]) for case in open_cases(staged, "2024-05")}
    for nth, (column, stage) in enumerate(EVENTS):
        assert found[f"{nth}-{column}"] == (stage, date(2024, 5, 10), 51), column
    assert found["all"] == ("asked", date(2024, 5, 10), 52), "of one day the later in the process"
    assert (found["plain"], found["June"], found["half"]) == (("applied", date(2024, 4, 10), 51), ("applied", date(2024, 5, 31), 0), ("applied", date(2024, 4, 12), 49))
    assert found["road"] == ("outside", date(2024, 5, 20), 50), "the last of its works"
    assert "new" not in found and {case["key"]: case["stage"] for case in open_cases(staged, "2024-06")}["June"] == "accepted"


def test_open_cases_are_of_whom_is_asked_the_oldest_first(staged):
    assert [case["key"] for case in open_cases(staged, "2024-05", {"grid": "G2"})] == ["all", "plain", "road", "half", "June"] and {case["grid"] for case in open_cases(staged, "2024-05", {"grid": "G2"})} == {"G2"}
    assert len(open_cases(staged, "2024-05", {"grid": "G1", "manager": "M1"})) == len(EVENTS) and open_cases(staged, "2024-05", {"grid": "G1", "manager": "M2"}) == []
    with pytest.raises(KeyError):
        open_cases(staged, "2024-05", {"weather": "雪"})


@pytest.mark.parametrize(("half", "most", "bands"), [(30.0, 60.0, (2, 2, 1)), (None, 60.0, (4, 0, 1)), (30.0, None, (2, 3, 0)), (None, None, (5, 0, 0)), (29.9, 59.9, (1, 2, 2))])
def test_as_old_as_half_waited_is_not_older(half, most, bands):
    found = by_stage([{"stage": "ready", "age": age} for age in (29, 30, 31, 60, 61)], half, most)[STAGES.index("ready")]
    assert tuple(found[name] for name in ("within", "between", "beyond")) == bands and (found["n"], found["oldest"], found["stage"]) == (5, 61, "ready")
    assert by_stage([], half, most)[0] == {"stage": "applied", "n": 0, "within": 0, "between": 0, "beyond": 0, "oldest": None}
