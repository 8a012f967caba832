"""What the ledgers say beside the figures: projects on their way to gas."""

from __future__ import annotations

from kpi import pipeline
from kpi.metrics.record import on_the_way
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
