"""The fixed shape of results and cases: fields, subsets, order, units, nothing infinite."""

from __future__ import annotations

import math
from itertools import product

import pytest

from kpi import pipeline
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.registry import METRICS, find
from kpi.problems import UsageProblem

FIELDS = "value hits n unknown convention evidence_low evidence_high chance_low chance_high unit".split()
UNITS = {"ratio", "wd", "d", "h", "yuan", "count", "score"}


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


@pytest.fixture(scope="module")
def rows(engine):
    return compute(engine, by=("grid", "regime"), start="2023-02", end="2023-04")


def test_fields_in_their_order(rows):
    assert {tuple(row) for row in rows} == {("metric", "code", "month", "grid", "regime", *FIELDS)}
    assert {row["unit"] for row in rows} <= UNITS
    assert {(row["metric"], row["code"], row["unit"]) for row in rows} == {(m.id, m.code, m.unit) for m in METRICS}


def test_every_subset_and_every_known_grid_in_every_month(engine, rows):
    months = ["2023-02", "2023-03", "2023-04", None]
    grids = {r["grid_code"] for r in engine.rows("select distinct grid_code from term")} | {None}
    for metric in METRICS:
        mine = [row for row in rows if row["metric"] == metric.id]
        seen = {(row["month"], row["grid"]) for row in mine if row["regime"] is None}
        assert seen >= set(product(months, grids)), metric.id
        assert len({(row["month"], row["grid"], row["regime"]) for row in mine}) == len(mine), "a group stands once"
        assert None in {row["regime"] for row in mine} <= {None, "11000", "straddling", "1.5"}


def test_sorted_with_nulls_last(rows):
    order = [(row["metric"], *((row[k] is None, row[k] or "") for k in ("month", "grid", "regime"))) for row in rows]
    assert order == sorted(order)


def test_numbers_are_finite_and_counts_add_up(rows):
    for row in rows:
        for field in FIELDS[:-1]:
            assert row[field] is None or math.isfinite(row[field]), row
        assert row["n"] >= 0 and 0 <= row["convention"] <= row["unknown"]
        if row["n"] == 0:
            assert row["value"] is None and row["chance_low"] is None, row
    for metric in METRICS:
        if metric.kind == "ratio":
            total = next(r for r in rows if r["metric"] == metric.id and r["month"] is None and r["grid"] is None and r["regime"] is None)
            parts = [r for r in rows if r["metric"] == metric.id and r["month"] and r["grid"] and r["regime"]]
            if metric.snapshot:
                parts = [r for r in parts if r["month"] == parts[-1]["month"]]
            for field in ("hits", "n", "unknown", "convention"):
                assert total[field] == sum(r[field] or 0 for r in parts), (metric.id, field)


def test_ratios_lie_inside_both_ranges(rows):
    for row in rows:
        if row["hits"] is not None and row["n"]:
            assert row["value"] == row["hits"] / row["n"]
            assert row["evidence_low"] <= row["value"] <= row["evidence_high"]
            assert 0 <= row["chance_low"] <= row["value"] + 1e-12 and row["value"] <= row["chance_high"] + 1e-12 <= 1 + 2e-12


def test_errand_figures_rest_on_the_same_cases(rows):
    by = {(r["metric"], r["month"], r["grid"], r["regime"]): (r["n"], r["unknown"]) for r in rows}
    for (metric, *group), counts in by.items():
        if metric == "zero_errand":
            assert counts == by["errands_per_connection", *group]


def test_where_keeps_a_part(engine, rows):
    kept = compute(engine, ["zero_fee"], start="2023-02", end="2023-04", where={"grid": "G03", "regime": "1.5"})
    for row in kept:
        twin = next(r for r in rows if r["metric"] == "zero_fee" and (r["month"], r["grid"], r["regime"]) == (row["month"], "G03", "1.5"))
        assert {f: row[f] for f in FIELDS} == {f: twin[f] for f in FIELDS}


def test_a_code_names_a_family():
    assert [m.id for m in find("K06")] == ["zero_errand", "zero_errand_excl_voluntary"]
    assert [m.id for m in find("zero_errand")] == ["zero_errand"]
    with pytest.raises(UsageProblem):
        find("zero_eror")


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.id)
def test_fields_of_cases(engine, metric):
    found = cases(engine, metric.id, month="2023-04")
    for case in found:
        assert list(case) == "key verdict value low high reason file sheet row sources".split()
        assert case["verdict"] in ("hit", "miss", "unknown") and case["reason"]
        assert case["sources"] and all(list(source) == ["table", "file", "sheet", "row"] for source in case["sources"])
        for name in ("value", "low", "high"):
            assert case[name] is None or not isinstance(case[name], float) or math.isfinite(case[name])
