"""Projects, works outside the red line and parks, row by row, where the rules leave no doubt: what a date of a month allows, a work that ends before it begins, who holds a grid in its first minute."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.engine import DuckEngine
from tests import facts

AS_OF = datetime(2024, 5, 30, 0, 1)
"""The first minute of 30 May 2024 is over, and with it the first minute of a new manager."""

LEADS: dict[str, tuple[str, str, tuple[str, float | None, float, float]]] = {
    "day to day": ("2024-03-01", "2024-05-02", ("counted", 62, 62, 62)),
    "month to day": ("2024年3月", "2024-05-02", ("imprecise", None, 32, 62)),
    "day to month": ("2024-03-01", "2024年5月", ("imprecise", None, 61, 91)),
}

UPDATES: dict[str, tuple[str, tuple[str, str, float | None]]] = {
    "31 days ago": ("2024-04-29", ("miss", "not_updated", 31)),
    "30 days ago": ("2024-04-30", ("hit", "kept", 30)),
    "30 to 59 days ago": ("2024年4月", ("unknown", "imprecise", None)),
    "60 days ago or more": ("2024年3月", ("miss", "not_updated", None)),
    "after as-of": ("2024-06-05", ("unknown", "updated_later", None)),
    "never": ("", ("unknown", "no_record", None)),
}

WORKS: dict[str, tuple[str, str, tuple[str, float | None, float | None, float | None]]] = {
    "four working days": ("2024-05-13", "2024-05-17", ("counted", 4, 4, 4)),
    "over a weekend": ("2024-05-17", "2024-05-19", ("counted", 0, 0, 0)),
    "from some day of a month": ("2024年4月", "2024-05-06", ("imprecise", None, 1, 22)),
    "from the Saturday after its end": ("2024-05-18", "2024-05-17", ("imprecise", None, None, None)),
    "from an unknown day": ("", "2024-05-17", ("no_record", None, None, None)),
}


def key(name: str) -> str:
    """Return a number as it is read: without blanks."""
    return name.replace(" ", "")


@pytest.fixture(scope="module")
def found() -> DuckEngine:
    """Facts of all these rows."""
    terms = (("M1", "2023-01-01", "2024-05-29"), ("M2", "2024-05-30", ""))
    rows = {
        "term": [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": who, "manager_name": who, "valid_from": since, "valid_to": until} for who, since, until in terms],
        "project": [
            *({"project_id": name, "first_known_at": known, "landed_on": landed, "updated_on": "2024-05-20"} for name, (known, landed, _) in LEADS.items()),
            *({"project_id": name, "grid_code": "G1", "first_known_at": "2024-03-01", "updated_on": updated} for name, (updated, _) in UPDATES.items()),
        ],
        "application": [{"app_id": f"A{n}", "project_id": key(name), "applied_at": "2024-03-15", "outside_line": line} for n, (name, line) in enumerate(zip(LEADS, ("无", "有", ""), strict=True))],
        "work": [{"work_id": name, "gas_start_on": begun, "boundary_ready_on": ended} for name, (begun, ended, _) in WORKS.items()],
        "park": [{"park": "甲园", "grid_code": "G1", "manager": "示例甲", "channel": "微信群"}],
    }
    return facts.engine(facts.typed(rows), AS_OF)


def test_a_project_was_known_no_fewer_and_no_more_days_before(found):
    told = {row["key"]: (row["reason"], row["days"], row["low_days"], row["high_days"]) for row in found.rows("select key, reason, days, low_days, high_days from fact_lead")}
    assert told == {key(name): expected for name, (*_, expected) in LEADS.items()}


def test_without_an_outside_line_the_pipe_is_there_once_a_user_applies(found):
    told = {row["key"]: row["reached"] for row in found.rows("select key, reached from fact_journey where grid = '(未填)'")}
    assert told == {"daytoday": 4, "monthtoday": 3, "daytomonth": 3}


def test_a_month_that_may_be_thirty_days_ago_is_no_miss(found):
    told = {row["key"]: (row["verdict"], row["reason"], row["age"]) for row in found.rows("select key, verdict, reason, age from fact_tracked where month = '2024-05' and grid = 'G1'")}
    assert told == {key(name): expected for name, (_, expected) in UPDATES.items()}


def test_a_work_that_ends_before_it_begins_has_no_days(found):
    rows = found.rows("select key, reason, value_wd, low_wd, high_wd, net_wd, net_low_wd, net_high_wd from fact_outside")
    assert {row["key"]: (row["reason"], row["value_wd"], row["low_wd"], row["high_wd"]) for row in rows} == {key(name): expected for name, (*_, expected) in WORKS.items()}
    assert all([row[f"net_{name}"] for name in ("wd", "low_wd", "high_wd")] == [row[name] for name in ("value_wd", "low_wd", "high_wd")] for row in rows), "nothing was stopped"


STOPS: dict[str, tuple[dict[str, str], float]] = {
    "by the user": ({}, 6),
    "by the user, from the afternoon before": ({"start_at": "2024-05-13 14:30"}, 6),
    "over the weekend": ({"start_at": "2024-05-18", "end_at": "2024-05-19"}, 9),
    "not over yet": ({"end_at": ""}, 0),
    **{f"for want of {lack} of the company's": ({"reason": f"公司{lack}"}, 9) for lack in ("人员", "材料", "表具", "气源")},
    "by the company": ({"owner": "公司"}, 9),
    "without a reason": ({"reason": ""}, 9),
    "told after as-of": ({"noticed_on": "2024-05-31"}, 9),
    "that ends before it begins": ({"end_at": "2024-05-13"}, 9),
}
"""Working days left of the nine from Monday 13 to Friday 24 May, of which a stop from the 14th to the 16th takes three."""


def test_stops_of_others_are_taken_out_of_the_days_of_a_work():
    stop = {"reason": "无法入户", "owner": "用户", "start_at": "2024-05-14", "end_at": "2024-05-16", "noticed_on": "2024-05-14"}
    rows = {
        "work": [{"work_id": key(name), "gas_start_on": "2024-05-13", "boundary_ready_on": "2024-05-24"} for name in STOPS],
        "clock_stop": [{"stop_id": f"T{n}", "work_id": key(name), **stop, **cells} for n, (name, (cells, _)) in enumerate(STOPS.items())],
    }
    rows["work"].append({"work_id": "later", "gas_start_on": "2024-05-29", "boundary_ready_on": "2024-05-30"})
    rows["clock_stop"].append({"stop_id": "T", "work_id": "later", **stop, "start_at": "2024-05-30 09:00", "end_at": ""})
    told = facts.engine(facts.typed(rows), AS_OF).rows("select key, value_wd, net_wd from fact_outside")
    expected = {key(name): (9, left) for name, (_, left) in STOPS.items()} | {"later": (1, 1)}
    assert {row["key"]: (row["value_wd"], row["net_wd"]) for row in told} == expected, "a stop that begins after as-of has taken nothing"


def test_a_grid_is_held_from_the_first_minute_of_a_term(found):
    for fact in ("fact_park", "fact_tracked"):
        told = {row["month"]: row["manager"] for row in found.rows(f"select distinct month, manager from {fact} where grid = 'G1'")}
        assert told == {"2024-03": "M1", "2024-04": "M1", "2024-05": "M2"}, fact


def test_at_the_first_moment_of_the_calendar_no_month_has_passed():
    rows = {"park": [{"park": "甲园", "manager": "示例甲", "channel": "微信群"}]}
    assert facts.engine(facts.typed(rows), datetime(2019, 1, 1)).rows("select * from fact_park") == []
