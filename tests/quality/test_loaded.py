"""Ledgers of an office as files, loaded like any export: what the rules say points into the file, sheet and row that a person opens."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kpi import pipeline, quality
from kpi.exports.tables import BY_NAME


def write(path: Path, table: str, rows: list[dict[str, str]], title: str = "") -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        if title:
            writer.writerow([title])
        writer.writerow([BY_NAME[table].by_name[name].zh for name in columns])
        writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return path


@pytest.fixture
def grids(tmp_path) -> Path:
    return write(tmp_path / "网格与客户经理.csv", "term", [
        {"grid_code": "G01", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "赵示例", "valid_from": "2023-01-01"},
        {"grid_code": "G02", "grid_name": "二号网格", "manager_id": "M2", "manager_name": "钱示例", "valid_from": "2023-01-01"},
    ])


def test_findings_point_into_the_file(tmp_path, grids):
    one = write(tmp_path / "用气报装台账.csv", "application", [
        {"app_id": "A1", "applied_at": "2024-04-01", "grid_code": "一号网格", "manager": "赵示例", "status": "施工中"},
        {"app_id": "A2", "applied_at": "2024-04-08", "accepted_at": "2024-04-03", "grid_code": "三号网格", "manager": "赵示列", "status": "施工中"},
    ], title="2024年4月用气报装台账")
    home = tmp_path / "store"
    pipeline.load([one, grids], home, cutoff="2024-05-31")
    found = {(row["code"], row["row"]): row for row in quality.findings(pipeline.reader(home), limit=None)}
    assert set(found) == {("dates_out_of_order", 4), ("unknown_grid", 4), ("unknown_manager", 4)}
    assert all(row["file"] == one.name and row["key"] == "A2" for row in found.values())
    assert re.fullmatch("“三号网格”不在网格表里，不能归到网格；是不是“[一二]号网格”？", found["unknown_grid", 4]["reason"])
    assert found["unknown_manager", 4]["value"] == "赵**" and "M1 赵**" in found["unknown_manager", 4]["reason"] and "示列" not in str(found)


def test_two_grids_disagree(tmp_path, grids):
    row = {"app_id": "A1", "applied_at": "2024-04-01", "accepted_at": "2024-04-02", "grid_code": "G01"}
    home = tmp_path / "store"
    pipeline.load([grids], home, cutoff="2024-05-31")
    pipeline.load([write(tmp_path / "一号.csv", "application", [row])], home, submitter="G01", cutoff="2024-05-31")
    pipeline.load([write(tmp_path / "二号.csv", "application", [row | {"accepted_at": "2024-04-09"}])], home, submitter="G02", cutoff="2024-05-31")
    engine = pipeline.reader(home)
    found = quality.findings(engine, code="told_differently")
    assert [(f["key"], f["column"], f["file"], f["row"], f["grid"]) for f in found] == [("A1", "受理日期", "二号.csv", 2, "G01")]
    assert "G02" in found[0]["reason"] and [f["value"] for f in quality.rows_behind(engine, "conflicts")] == ["G02"]


def test_what_a_complete_file_no_longer_holds(tmp_path, grids):
    rows = [{"app_id": f"A{n}", "applied_at": "2024-04-01", "grid_code": "G01"} for n in range(1, 4)]
    home = tmp_path / "store"
    pipeline.load([grids, write(tmp_path / "四月.csv", "application", rows, title="2024年4月用气报装台账")], home, cutoff="2024-05-31")
    assert quality.findings(pipeline.reader(home), code="vanished") == []
    pipeline.load([write(tmp_path / "四月全量.csv", "application", rows[:2], title="2024年4月用气报装台账")], home, cutoff="2024-05-31", complete=True)
    found = quality.findings(pipeline.reader(home), code="vanished")
    assert [(f["key"], f["file"], f["row"]) for f in found] == [("A3", "四月.csv", 5)]


def test_mending_the_file_ends_the_finding(tmp_path, grids):
    home = tmp_path / "store"
    bad = {"app_id": "A1", "applied_at": "2024-04-08", "accepted_at": "2024-04-03", "grid_code": "G01"}
    pipeline.load([grids, write(tmp_path / "四月.csv", "application", [bad])], home, cutoff="2024-05-31")
    assert [row["code"] for row in quality.findings(pipeline.reader(home))] == ["dates_out_of_order"]
    pipeline.load([write(tmp_path / "四月更正.csv", "application", [bad | {"accepted_at": "2024-04-09"}])], home, cutoff="2024-05-31")
    engine = pipeline.reader(home)
    assert quality.findings(engine) == [] and quality.overview(engine)[0]["findings"] == 0
