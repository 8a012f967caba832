"""Rolling figures: each month's row is the figure of the months up to it, reckoned from their cases."""

from __future__ import annotations

import json

import pytest

from kpi import pipeline
from kpi.__main__ import main
from kpi.metrics.compute import compute
from kpi.metrics.rolling import rolling
from kpi.problems import UsageProblem

IDS = ["valve_on_time", "valve_time_p85", "whole_wait_median", "open_cases"]


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


def test_a_month_speaks_of_the_three_up_to_it(engine):
    found = rolling(engine, IDS, 3, start="2023-12", end="2024-02", by=("grid",))
    keyed = {(r["metric"], r["month"], r["grid"]): r for r in found}
    assert len(keyed) == len(found) and {r["month"] for r in found} == {"2023-12", "2024-01", "2024-02", None}
    for month, first in (("2023-12", "2023-10"), ("2024-02", "2023-12")):
        for row in compute(engine, IDS, start=first, end=month, by=("grid",)):
            if row["month"] is None:
                assert keyed[row["metric"], month, row["grid"]] == row | {"month": month}
    rates = {r["month"]: r for r in compute(engine, ["valve_on_time"], start="2023-12", end="2024-02")}
    assert keyed["valve_on_time", "2024-02", None]["n"] == sum(rates[m]["n"] for m in ("2023-12", "2024-01", "2024-02"))
    stock = {r["month"]: r for r in compute(engine, ["open_cases"], start="2023-12", end="2024-02")}
    assert keyed["open_cases", "2024-01", None]["value"] == stock["2024-01"]["value"], "what is open is never added up"


def test_one_month_is_compute(engine):
    asked = {"start": "2024-03", "end": "2024-05", "by": ("build_mode",)}
    assert rolling(engine, IDS, 1, **asked) == compute(engine, IDS, **asked)


def test_months_before_any_case_are_empty(engine):
    (row,) = [r for r in rolling(engine, ["valve_on_time"], 6, start="2019-03", end="2019-03") if r["month"]]
    assert row["n"] == 0 and row["value"] is None
    assert rolling(engine, ["valve_on_time"], 120, start="2019-03", end="2019-03")
    for months in (0, 121):
        with pytest.raises(UsageProblem):
            rolling(engine, IDS, months)


def test_the_command(sample_home, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    assert main(["compute", "K01", "--from", "2024-04", "--to", "2024-05", "--rolling", "12", "--as-of", "2024-06-01", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == rolling(pipeline.reader(sample_home, "2024-06-01"), ["K01"], 12, start="2024-04", end="2024-05")
