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
