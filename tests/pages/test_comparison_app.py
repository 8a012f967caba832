"""Units compared: where all differ by more than chance none is named; one of few cases stands in the table by counts only; all in order of code."""

from __future__ import annotations

import json

import pytest

from tests.metrics.ledgers import load
from tests.pages.test_pages_app import open_page, text

GRIDS = {"G1": (40, 40), "G2": (24, 40), "G3": (39, 40), "G4": (8, 40), "G5": (3, 4)}
"""Applications opened within half a working day, of how many, by grid."""


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """A store whose grids differ far more than chance."""
    applications = [
        {"app_id": f"{grid}A{n:02d}", "grid_code": grid, "applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06 10:00" if n < kept else "2024-05-09 10:00"}
        for grid, (kept, every) in GRIDS.items() for n in range(every)
    ]
    terms = [{"grid_code": grid, "grid_name": f"{grid}网格", "manager_id": f"M{grid[1]}", "manager_name": f"示例{grid[1]}", "valid_from": "2023-01-01"} for grid in GRIDS]
    return load(tmp_path_factory.mktemp("apart"), {"term": terms, "application": applications}, "2024-06-30")


@pytest.mark.parametrize(("path", "kind"), [("pages/review/changes.py", "网格"), ("pages/manage/managers.py", "客户经理")])
def test_where_all_differ_none_is_named(apart, monkeypatch, path, kind):
    monkeypatch.setenv("KPI_HOME", str(apart))
    app = open_page(path, month="2024-05", kpi="valve_on_time")
    assert not app.exception and not app.error
    said = "".join(text(app).split())
    assert f"各{kind}之间的差别超出偶然" in said and f"另有1个{kind}件数太少" in said and said.count("不逐个评价") >= 5 and "偏低" not in said
    (figure,) = [f for f in (json.loads(e.proto.spec) for e in app.get("plotly_chart")) if f["data"][0].get("mode") == "markers"]
    marker = figure["data"][0]["marker"]
    assert len(figure["data"][0]["x"]) == 4 and len(set(marker["color"])) == len(set(marker["symbol"])) == 1
    few = next(part for part in said.split("3/4")[1:])
    assert few.startswith("—件数太少，不比"), "no share and no place below ten cases"
    assert said.index("G1网格" if kind == "网格" else "M1示*") < said.index("G4网格" if kind == "网格" else "M4示*")
