"""Projects and outside works item by item, beside the same reckoned in pandas."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.metrics.tracking import ITEMS, items, lacking, lags
from tests import facts
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


FULL = {"name": "项目", "contact_name": "王某", "landed_on": "2024-04-02", "location": "一路", "progress": "在建", "planned_production": "2025-01", "needs_gas": "需要", "gov_lead": "李某"}


@pytest.fixture(scope="module")
def told():
    """Projects of two grids first known in April and May, whole or lacking one item or more; works whose pipe was laid by, after, or not yet with its road."""
    projects = [
        ("P1", "G1", "2024-04-01", ()), ("P2", "G1", "2024-04-01", ("contact_name",)), ("P4", "G2", "2024-04-01", ("gov_lead", "name", "landed_on")),
        ("P3", "G2", "2024-05-01", ("location", "progress", "planned_production")),
        ("P5", "G2", "2024-05-01", ("needs_gas",)),
    ]
    works = [("W1", "A1", "2024-04-10", "2024-04-12"), ("W2", "A1", "2024-04-10", "2024-04-10"), ("W3", "A2", "2024-04-10", "2024-04-20"), ("W4", "A2", "2024-05-10", ""), ("W5", "A1", "2024-05-10", "2024-05-16")]
    rows = {
        "project": [{**{name: text for name, text in FULL.items() if name not in left}, "project_id": id, "grid_code": grid, "first_known_at": known} for id, grid, known, left in projects],
        "application": [{"app_id": f"A{n}", "grid_code": f"G{n}", "applied_at": "2024-03-01"} for n in (1, 2)],
        "work": [{"work_id": id, "app_id": app, "road_done_on": road, "gas_done_on": gas} for id, app, road, gas in works],
        "term": [{"grid_code": f"G{n}", "grid_name": f"{n}号", "manager_id": f"M{n}", "manager_name": "某", "valid_from": "2023-01-01"} for n in (1, 2)],
    }
    return facts.engine(facts.typed(rows), datetime(2024, 6, 1))


@pytest.mark.parametrize(
    ("asked", "lacks"),
    [({}, {"P3": 3, "P4": 3, "P2": 1, "P5": 1}), ({"start": "2024-05"}, {"P3": 3, "P5": 1}), ({"end": "2024-04"}, {"P4": 3, "P2": 1}), ({"where": {"grid": "G1"}}, {"P2": 1}),
     ({"start": "2024-04", "end": "2024-05", "where": {"grid": "G2", "manager": "M2"}}, {"P3": 3, "P4": 3, "P5": 1}), ({"start": "2024-05", "where": {"grid": "G1"}}, {})],
)
def test_projects_that_lack_most_come_first(told, asked, lacks):
    found = lacking(told, **asked)
    assert [(row["key"], len(row["lacks"])) for row in found] == list(lacks.items())
    # P1 lacks nothing
    n = len(found) + (asked.get("start") != "2024-05" and asked.get("where", {}).get("grid") != "G2")
    counted = items(told, **asked)
    assert {row["filled"] + row["lacking"] for row in counted} == {n} and sum(row["lacking"] for row in counted) == sum(lacks.values())
    assert {row["item"] for row in counted if row["lacking"]} == {item for row in found for item in row["lacks"]}


def test_a_project_says_what_it_lacks_in_the_order_of_the_minutes(told):
    assert {row["key"]: (row["grid"], row["lacks"], row["sheet"], row["row"]) for row in lacking(told)} == {
        "P2": ("G1", ["contact"], "project", 3), "P3": ("G2", ["location", "progress", "planned"], "project", 5), "P4": ("G2", ["name", "landed", "lead"], "project", 4), "P5": ("G2", ["need"], "project", 6)}


@pytest.mark.parametrize(
    ("asked", "done"),
    [({"end": "2024-04"}, (1, 2, 0, 2.0, 10)), ({"start": "2024-05"}, (0, 1, 1, 6.0, 6)), ({"where": {"grid": "G2"}}, (0, 1, 1, 10.0, 10)), ({"start": "2024-04", "end": "2024-05"}, (1, 3, 1, 4.0, 10)),
     ({"start": "2024-05", "where": {"grid": "G2", "manager": "M2"}}, (0, 0, 1, None, None)), ({"end": "2024-03"}, (0, 0, 0, None, None))],
)
def test_days_behind_a_road_are_of_the_months_and_of_whom_is_asked(told, asked, done):
    found = {row["milestone"]: tuple(row[name] for name in ("in_step", "behind", "not_yet", "median", "longest")) for row in lags(told, **asked)}
    assert list(found) == ["plan", "start", "done"] and found["done"] == done and found["plan"] == found["start"] == (0, 0, 0, None, None)
