"""Misses by cause and controller: only what a person recorded, every miss once."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from kpi import pipeline
from kpi.__main__ import main
from kpi.metrics.causes import causes, grouped, parties, recorded
from kpi.metrics.compute import compute
from kpi.problems import UsageProblem
from tests.facts import engine, typed


def late(n, **more):
    return {"app_id": f"A{n}", "applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-09 09:00", **more}


ROWS = {
    "application": [
        late(1, miss_cause="气表未到货"), late(2, miss_cause="气表未到货"), late(3, miss_cause="占掘路审批未批复"), late(4, miss_cause="用户未完工"), late(5, miss_cause="雪"), late(6),
        late(7, miss_cause="用户与施工队未对接"), {"app_id": "A8", "applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06 10:00", "miss_cause": "无"},
    ],
    "appeal": [{"case_id": "C1", "app_id": "A1", "level": "一般", "accepted_at": "2024-05-06 09:00", "fb_customer_at": "2024-05-09 09:00", "miss_cause": "承办人员出差"}],
}


@pytest.fixture(scope="module")
def made():
    return engine(typed(ROWS), datetime(2024, 6, 1))


def test_each_miss_once_by_party(made):
    found = causes(made, "valve_on_time", start="2024-05", end="2024-05")
    assert [(row["controller"], row["cause"], row["n"]) for row in found] == [
        ("公司", "气表未到货", 2), ("用户", "用户未完工", 1), ("政府", "占掘路审批未批复", 1), (None, "用户与施工队未对接", 1), (None, "雪", 1), (None, None, 1)
    ]
    assert found[0]["keys"] == ["A1", "A2"] and found[-1]["keys"] == ["A6"], "what names two parties or none names nobody"


def test_an_appeal_has_its_own_cause(made):
    assert [(row["controller"], row["cause"], row["keys"]) for row in causes(made, "feedback_24h")] == [("公司", "承办人员出差", ["C1"])]
    assert recorded(made, "appeal", ["C1", "C2"]) == {"C1": "承办人员出差"} and recorded(made, "visit", ["C1"]) == {} and recorded(made, "appeal", []) == {}
    assert grouped([]) == []
    with pytest.raises(UsageProblem):
        causes(made, "valve_time_p50")


def test_a_cause_is_told_of_the_months_and_of_whom_is_asked():
    """Late in April in G2 and in May in G1 and G2; in June nobody was late."""
    rows = [late(n, grid_code=grid, ready_at=f"2024-0{month}-07 09:00", gas_on_at=f"2024-0{month}-10 09:00", miss_cause=cause) for n, (grid, month, cause) in enumerate(
        (("G1", 5, "雪"), ("G2", 5, "气表未到货"), ("G2", 4, "占掘路审批未批复")))]
    terms = [{"grid_code": grid, "grid_name": grid, "manager_id": f"M{grid[1]}", "manager_name": grid, "valid_from": "2023-01-01"} for grid in ("G1", "G2")]
    made = engine(typed({"application": rows, "term": terms}), datetime(2024, 7, 1))

    def told(**asked):
        return [(row["cause"], row["keys"]) for row in causes(made, "valve_on_time", **asked)]

    assert told() == [("气表未到货", ["A1"]), ("占掘路审批未批复", ["A2"]), ("雪", ["A0"])]
    assert told(start="2024-05", end="2024-05") == told(start="2024-05") == [("气表未到货", ["A1"]), ("雪", ["A0"])]
    assert told(end="2024-04") == [("占掘路审批未批复", ["A2"])] and told(start="2024-06") == []
    assert told(where={"grid": "G2"}) == [("气表未到货", ["A1"]), ("占掘路审批未批复", ["A2"])] and told(where={"grid": "G2", "manager": "M1"}) == []
    assert told(start="2024-05", where={"manager": "M2"}) == [("气表未到货", ["A1"])]
    assert recorded(made, "application", ["A2", "A0", "A2", "none"]) == {"A0": "雪", "A2": "占掘路审批未批复"}
    with pytest.raises(UsageProblem) as asked:
        causes(made, "valve_on_time", where={"grid": "G1", "weather": "雪"})
    assert "weather" in str(asked.value)


def test_a_case_is_named_by_its_number_or_else_by_its_key():
    made = engine(typed({"application": [late(1), {name: text for name, text in late(2, miss_cause="雪").items() if name != "app_id"}]}), datetime(2024, 6, 1))
    (key,) = [row["key"] for row in made.rows("select key from fact_valve where app_id is null")]
    assert key is not None and [row["keys"] for row in causes(made, "valve_on_time")] == [[key], ["A1"]]


def test_of_what_stands_at_the_end_of_months_the_last_one_counts():
    """Of two projects one was last updated in March: overdue at the end of April and of May, told once."""
    rows = [{"project_id": f"P{n}", "first_known_at": "2024-03-01", "updated_on": day} for n, day in enumerate(("2024-03-02", "2024-05-20"))]
    made = engine(typed({"project": rows}), datetime(2024, 6, 1))
    assert causes(made, "projects_updated", start="2024-03", end="2024-05") == [{"controller": None, "cause": None, "n": 1, "keys": ["P0"]}]
    assert causes(made, "projects_updated", start="2024-03", end="2024-03") == []


def test_causes_stand_by_party_the_frequent_first_and_those_of_nobody_last():
    said = [("5", "雪"), ("1", "气表未到货"), ("2", "现场资料"), ("3", "客户不在家"), ("4", "气表未到货"), ("6", None), ("7", "等待占掘路审批"), ("8", "自建施工队返工"), ("9", "承办人员出差"), ("0", "气表未到货")]
    found = grouped(said)
    assert [(row["controller"], row["cause"], row["keys"]) for row in found] == [
        ("公司", "气表未到货", ["0", "1", "4"]), ("公司", "承办人员出差", ["9"]), ("用户", "客户不在家", ["3"]), ("政府", "等待占掘路审批", ["7"]), ("第三方", "自建施工队返工", ["8"]),
        (None, "现场资料", ["2"]), (None, "雪", ["5"]), (None, None, ["6"]),
    ]
    counted = parties([(cause, 1) for _, cause in said])
    assert counted == [{name: row[name] for name in ("controller", "cause", "n")} for row in found]
    assert grouped([("a", None), ("b", ""), ("c", "雪")])[-1] == {"controller": None, "cause": None, "n": 2, "keys": ["a", "b"]}, "however many they are, and however blank"


def test_the_command(sample_home, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    built = pipeline.reader(sample_home)
    for id in ("valve_on_time", "zero_fee", "feedback_24h", "appointment_kept", "projects_updated"):
        assert main(["causes", id, "--from", "2024-01", "--to", "2024-05", "--format", "json"]) == 0
        told = json.loads(capsys.readouterr().out)
        (row,) = [r for r in compute(built, [id], start="2024-01", end="2024-05") if r["month"] is None]
        assert sum(one["n"] for one in told) == row["n"] - row["hits"] and all(len(one["keys"]) == one["n"] for one in told)


def test_what_nobody_recorded_is_one_group_however_it_is_blank():
    assert [(row["cause"], row["n"]) for row in parties([("", 1), ("气表未到货", 2), (None, 3)])] == [("气表未到货", 2), (None, 4)]
