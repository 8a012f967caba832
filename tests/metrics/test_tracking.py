"""Projects and outside works item by item, beside the same reckoned in pandas."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.metrics.tracking import ITEMS, items, lacking, lags
from tests.metrics.ledgers import load

COLUMNS = {"name": "name", "contact": "contact_name", "landed": "landed_on", "location": "location", "progress": "progress", "planned": "planned_production", "need": "needs_gas", "lead": "gov_lead"}

ROADS = {
    "term": [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2023-01-01"}],
    "project": [{"project_id": "P1", "name": "甲项目", "first_known_at": "2024-05-01", "landed_on": "2024-05-02", "location": "待定", "gov_lead": "王某"}],
    "application": [{"app_id": "A1", "applied_at": "2024-05-01", "grid_code": "G1", "project_id": "P1", "build_mode": "代建"}, {"app_id": "A2", "applied_at": "2024-05-01", "grid_code": "G2"}],
    "work": [
        {"work_id": "W1", "app_id": "A1", "road_plan_on": "2024-05-02", "gas_plan_on": "2024-05-01", "road_start_on": "2024-05-06", "gas_start_on": "2024-05-10", "road_done_on": "2024-05-28"},
        {"work_id": "W2", "app_id": "A1", "road_plan_on": "2024-05-02", "gas_plan_on": "2024-05-02", "road_start_on": "2024-05-06", "gas_start_on": "2024-05", "road_done_on": "2024-05-28", "gas_done_on": "2024-05-30",
         "boundary_ready_on": "2024-05-30", "settle": "20万元", "paid_by_gov": "15万元", "paid_by_company": "5万元", "paid_by_user": "0"},
        {"work_id": "W3", "app_id": "A2", "road_done_on": "2024-07-28", "gas_done_on": "2024-07-20"},
    ],
    "park": [{"park": "甲园", "grid_code": "G1", "manager": "示例甲", "liaison_since": "2024-03-01", "channel": "微信群"}],
}


@pytest.fixture(scope="module")
def roads(tmp_path_factory):
    """A store with roads, a project that led to an application, a work with its payers, and a park."""
    return load(tmp_path_factory.mktemp("roads"), ROADS, "2024-06-30")


@pytest.mark.parametrize("month", ["2024-05", "2023-09"])
def test_items_are_what_pandas_says(sample_home, month):
    engine = pipeline.reader(sample_home)
    table = engine.query(f"select _key as key, first_known_at, landed_on, {', '.join(c for c in COLUMNS.values() if c != 'landed_on')} from project").to_pandas()
    table = table[table.first_known_at.fillna(table.landed_on).dt.strftime("%Y-%m") == month]
    has = pd.DataFrame({item: table[column].notna() & ~table[column].astype(str).isin(["待定", "不详", "暂无", "未知", "无"]) for item, column in COLUMNS.items()})
    found = items(engine, start=month, end=month)
    assert [row["item"] for row in found] == list(ITEMS)
    assert {row["item"]: (row["filled"], row["lacking"]) for row in found} == {item: (int(has[item].sum()), int((~has[item]).sum())) for item in ITEMS}
    listed = {row["key"]: row["lacks"] for row in lacking(engine, start=month, end=month)}
    assert listed == {key: [item for item in ITEMS if not row[item]] for key, (_, row) in zip(table.key, has.iterrows(), strict=True) if not row.all()}
    (kpi,) = [r for r in compute(engine, ["project_info_complete"], start=month, end=month) if r["month"] is None]
    assert len(listed) == kpi["n"] - kpi["hits"] and len(table) == kpi["n"] > 0


def test_a_pipe_is_behind_ahead_or_not_done(roads):
    engine = pipeline.reader(roads)
    found = {row.pop("milestone"): row for row in lags(engine)}
    assert found["plan"] == {"in_step": 2, "behind": 0, "not_yet": 0, "unknown": 0, "median": -0.5, "longest": 0.0}
    assert found["start"] == {"in_step": 0, "behind": 1, "not_yet": 0, "unknown": 1, "median": 4.0, "longest": 4.0}
    assert found["done"] == {"in_step": 0, "behind": 1, "not_yet": 1, "unknown": 0, "median": 2.0, "longest": 2.0}
    assert all(row["median"] is None for row in lags(engine, start="2024-04", end="2024-04")) and [r["lacks"] for r in lacking(engine)] == [["contact", "location", "progress", "planned", "need"]]
