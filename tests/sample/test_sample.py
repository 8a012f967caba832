"""The samples: equal bytes for equal seeds, and no figure of the product that the truth contradicts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from kpi import pipeline, sample
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


def _digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_equal_arguments_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        sample.write(tmp_path / name, applications=120, months=8, seed=3)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")
    sample.write(tmp_path / "c", applications=120, months=8, seed=4)
    assert _digests(tmp_path / "c") != _digests(tmp_path / "a")


def test_committed_samples_are_the_default_output(tmp_path):
    sample.write(tmp_path)
    assert _digests(tmp_path) == _digests(SAMPLES)


@pytest.fixture(scope="module")
def truth():
    return {case["app_id"]: case for case in json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["cases"]}


TRUE = {
    "valve_on_time": lambda case: case["valve"] if case["gas_on"] else False,
    "one_process": lambda case: case["process"],
    "zero_material": lambda case: case["documents"] == 0,
    "zero_errand": lambda case: case["errands"] == 0,
    "zero_errand_excl_voluntary": lambda case: case["errands_excl_voluntary"] == 0,
    "zero_fee": lambda case: case["fee"] == 0,
}


@pytest.mark.parametrize("id", TRUE)
def test_no_verdict_contradicts_the_truth(sample_home, truth, id):
    listed = cases(pipeline.reader(sample_home), id)
    judged = [row for row in listed if row["verdict"] != "unknown"]
    assert len(judged) > 1000
    wrong = [row for row in judged if (row["verdict"] == "hit") != TRUE[id](truth[row["key"]])]
    assert not wrong, wrong[:3]


def test_exact_cases_show_the_true_time(sample_home, truth):
    unit = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["unit"]
    exact = [row for row in cases(pipeline.reader(sample_home), "valve_on_time") if row["value"] is not None and truth[row["key"]]["half_day_units"] is not None]
    assert len(exact) > 800
    for row in exact:
        assert row["value"] == pytest.approx(truth[row["key"]]["half_day_units"] / unit / 2)


def test_counts_of_the_load_add_up(sample_report):
    sheets = [sheet for file in sample_report["files"] for sheet in file["sheets"]]
    assert {sheet["table"] for sheet in sheets} == {"application", "project", "work", "visit", "charge", "appeal", "followup", "term", "clock_stop", "park"}
    for sheet in sheets:
        assert sheet["loaded"] + sheet["rejected"] + sheet["skipped"] == sheet["rows"]
        assert sheet["added"] + sheet["updated"] + sheet["unchanged"] == sheet["loaded"]
    rejects = sample_report["rejects"]
    assert sum(r["level"] == "row" for r in rejects) == 4
    assert sum(r["level"] == "cell" for r in rejects) == 12


def test_the_story_is_there(sample_home):
    engine = pipeline.reader(sample_home)

    def misses(start, end, **where):
        row = compute(engine, ["valve_on_time"], start=start, end=end, where=where)[-1]
        return (row["n"] - row["hits"]) / row["n"]

    assert misses("2024-09", "2024-12", grid="G07") > 2 * misses("2024-09", "2024-12")
    assert misses("2024-04", "2024-04") > 2 * misses("2024-05", "2024-06")
    assert misses("2023-01", "2023-02") > misses("2024-01", "2024-03")
    terms = engine.rows("select count(*) as n from term where grid_code = 'G05'")
    assert terms[0]["n"] == 2


def test_one_grid_is_enough(tmp_path):
    assert sample.write(tmp_path, applications=40, months=6, grids=1)["applications"] == 40
