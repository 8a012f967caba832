"""What the ledgers say beside the figures: projects on their way to gas, who holds a grid and since when, the events of one application."""

from __future__ import annotations

from datetime import datetime

from kpi import pipeline
from kpi.metrics.record import applications, holders, managers, on_the_way, reported, search
from tests import facts
from tests.metrics.ledgers import load

ROWS = {
    "term": [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2023-01-01"}],
    "project": [
        {"project_id": "P1", "name": "甲", "grid_code": "G1", "first_known_at": "2024-03-01", "planned_production": "2025年6月", "needs_gas": "需要", "updated_on": "2024-05-20"},
        {"project_id": "P2", "name": "乙", "grid_code": "一号网格", "landed_on": "2024-03-01", "planned_production": "2024-12-01", "updated_on": "2024-03-20"},
        {"project_id": "P3", "name": "丙", "grid_code": "G1", "landed_on": "2024-03-01", "needs_gas": "需要"},
        {"project_id": "P4", "name": "丁", "grid_code": "G1", "landed_on": "2024-03-01", "status": "不用气"},
        {"project_id": "P5", "name": "戊", "grid_code": "G9", "landed_on": "2024-03-01"},
        {"project_id": "P6", "name": "己", "grid_code": "G1", "landed_on": "2024-07-01"},
    ],
    "application": [{"app_id": "A3", "applied_at": "2024-04-01", "project_id": "P3", "ready_at": "2024-05-20 09:00", "gas_on_at": "2024-05-20 10:00"},
                    {"app_id": "A1", "applied_at": "2024-04-01", "project_id": "P1", "ready_at": "2024-05-20 09:00"}],
}


def test_projects_on_their_way(tmp_path):
    found = on_the_way(pipeline.reader(load(tmp_path, ROWS, cutoff="2024-05-31")), "G1")
    assert [(one["project"], one["reached"], one["verdict"], one["age"]) for one in found] == [("P2", 1, "miss", 72), ("P1", 5, "hit", 11)]
    assert all(one["file"] and one["row"] for one in found)


def test_a_grid_is_held_since_its_own_first_term():
    """M1 has G1 from 2022 and G2, which was M2's, from June 2023 to as-of; in G1 a second term follows the first."""
    terms = [("G1", "M1", "2022-01-01", "2023-12-31"), ("G1", "M1", "2024-01-01", ""), ("G2", "M2", "2021-01-01", "2023-05-31"), ("G2", "M1", "2023-06-01", "2024-05-31"), ("G2", "M3", "2024-06-01", "")]
    rows = {
        "term": [{"grid_code": grid, "grid_name": grid, "manager_id": manager, "manager_name": manager, "valid_from": since} | ({"valid_to": until} if until else {}) for grid, manager, since, until in terms],
        "application": [{"app_id": "A1", "grid_code": "G2", "applied_at": "2024-04-01", "customer_name": "甲公司", "miss_cause": "气表未到货", "gas_on_at": "2024-05-06 11:00"},
                        {"app_id": "A2", "applied_at": "2024-04-02"}, {"customer_name": "无号公司", "address": "示例路1号", "applied_at": "2024-04-03"}],
    }
    found = facts.engine(facts.typed(rows), datetime(2024, 6, 1))
    assert holders(found, datetime(2024, 5, 1)) == {"G1": {"manager": "M1", "since": datetime(2022, 1, 1)}, "G2": {"manager": "M1", "since": datetime(2023, 6, 1)}}
    assert holders(found, datetime(2023, 5, 31)) == {"G1": {"manager": "M1", "since": datetime(2022, 1, 1)}, "G2": {"manager": "M2", "since": datetime(2021, 1, 1)}}
    assert managers(found) == [{"manager": name, "name": name} for name in ("M1", "M2", "M3")]
    told = applications(found, ["A1", "A1"])
    assert list(told) == ["A1"] and (told["A1"]["customer"], told["A1"]["grid"], told["A1"]["manager"], told["A1"]["cause"]) == ("甲公司", "G2", "M1", "气表未到货")
    assert told["A1"]["events"] == [("applied_at", datetime(2024, 4, 1), "day"), ("gas_on_at", datetime(2024, 5, 6, 11), "moment")]
    assert reported(found, "2024-04") == reported(found, "2024-05") == ["G2"], "a row without a grid reports for none"
    assert set(applications(found, ["A1", "A2", "A3"])) == {"A1", "A2"} and applications(found, []) == {}
    assert [row["app_id"] for row in search(found, "公司", 9)] == ["A1"] and [row["app_id"] for row in search(found, "a", 9)] == ["A1", "A2"], "an application without a number has no page to be found"
