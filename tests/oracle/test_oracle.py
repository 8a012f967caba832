"""Every KPI equals its recomputation from the standing rows: on the samples and on random bad ledgers, now and at earlier moments."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from kpi import pipeline
from kpi.metrics.as_asked import TO_A_DAY, as_asked
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute, span
from kpi.metrics.registry import METRICS
from tests.facts import engine
from tests.oracle.cases import frame
from tests.oracle.clock import WORKED
from tests.oracle.compare import differences
from tests.oracle.world import World

OF = {"docs_self_sourced": "docs", "errands_per_connection": "errands", "project_info_items": "project_items", "valve_time_max": "valve_time", "company_time_max": "company_time"}


@pytest.fixture(scope="module", params=[None, "2024-06-01", "2023-05-15T12:00"], ids=["now", "earlier", "noon"])
def at(request, sample_home):
    """An engine over the samples at an as-of moment, and the oracle's cases."""
    found = pipeline.reader(sample_home, request.param)
    return found, frame(found)


@pytest.mark.parametrize(
    ("by", "start", "end"),
    [((), None, None), (("grid",), "2023-02", "2023-04"), (("manager", "regime"), "2023-03", "2023-03"), (("manager",), "2024-02", "2024-03"), (("build_mode", "user_type"), "2023-04", "2023-04")],
    ids=["total", "grid", "manager-regime", "new-manager", "build-user"],
)
def test_samples(at, by, start, end):
    found, expected = at
    if start and start >= f"{found.as_of:%Y-%m}":
        pytest.skip("not yet at this as-of")
    compared, wrong = differences(found, expected, by, start, end)
    assert compared >= len(METRICS) and not wrong, (len(wrong), wrong[:10])


@pytest.mark.parametrize(("start", "month", "where"), [("2023-03", "2023-03", {}), ("2023-01", "2023-04", {"grid": "G03"}), ("2023-06", "2024-12", {})], ids=["month", "grid", "long"])
def test_figures_as_forms_ask_for_them(at, start, month, where):
    found, every = at
    if start >= f"{found.as_of:%Y-%m}":
        pytest.skip("not yet at this as-of")
    every = every[every["month"].between(start, month)]
    for name, value in where.items():
        every = every[every[name] == value]
    of = dict(list(every.groupby("metric")))
    told = pd.DataFrame(found.rows("select app_id, applied_at, applied_at_p, gas_on_at, gas_on_at_p from application"))
    rows = told[told["app_id"].isin(set(of["one_process"]["key"]))]
    precise = rows[rows["applied_at_p"].isin(TO_A_DAY) & rows["gas_on_at_p"].isin(TO_A_DAY)]
    first, last = (pd.to_datetime(precise[name]).dt.normalize() for name in ("applied_at", "gas_on_at"))
    first, last = first[last >= first], last[last >= first]
    working = pd.Series([sum(WORKED[day.date()] for day in pd.date_range(a + pd.Timedelta(days=1), b)) for a, b in zip(first, last, strict=True)])
    for axis, values in (("calendar", (last - first).dt.days), ("working", working)):
        for name in ("mean", "median", "min", "max"):
            asked = as_asked(found, "whole_wait_median", f"{name}_{axis}_days_closed", start, month, where)
            assert (asked["value"], asked["n"], asked["unknown"]) == (pytest.approx(getattr(values, name)()), len(values), len(rows) - len(values)), (name, axis)
    for name in ("mean", "median", "max"):
        assert as_asked(found, "valve_time_p50", f"{name}_closed", start, month, where)["value"] == pytest.approx(getattr(of["valve_time"]["x"], name)()), name
    counts = of["zero_fee"]["verdict"].value_counts()
    assert as_asked(found, "zero_fee", "rate_of_all", start, month, where)["value"] == pytest.approx(counts["hit"] / counts.sum())
    assert as_asked(found, "zero_fee", "rate_judged", start, month, where)["value"] == pytest.approx(counts["hit"] / (counts.sum() - counts.get("unknown", 0)))


@pytest.mark.parametrize(("seed", "as_of"), [(1, datetime(2023, 6, 20)), (3, datetime(2023, 4, 11, 14, 30)), (7, datetime(2023, 5, 3))])
def test_random_ledgers(seed, as_of):
    found = engine(World(seed).rows, as_of)
    expected = frame(found)
    for by, start, end in (((), None, None), (("grid", "manager"), "2023-04", "2023-04"), (("regime", "outside_line"), "2023-03", "2023-03")):
        compared, wrong = differences(found, expected, by, start, end)
        assert compared and not wrong, (by, len(wrong), wrong[:10])


@pytest.mark.parametrize("seed", [11, 12])
def test_random_cases(seed):
    """Case by case, so that two faults cannot cancel out in a count."""
    found = engine(World(seed).rows, datetime(2023, 6, 20))
    months = span(found)
    expected = dict(list(frame(found).groupby("metric")))
    for metric in METRICS:
        rows = expected.get(OF.get(metric.id, metric.id))
        if rows is None:
            continue
        listed = {case["key"]: case for case in cases(found, metric.id, start=months[0], end=months[-1])}
        inside = rows[rows["month"].between(months[-1 if metric.snapshot else 0], months[-1])].set_index("key")
        assert set(listed) == set(inside.index), metric.id
        for key, case in listed.items():
            if metric.kind == "ratio":
                assert case["verdict"] == inside.at[key, "verdict"], (metric.id, case)
            elif metric.kind == "count" and isinstance(inside.at[key, "verdict"], str):
                assert (case["verdict"] == "unknown") == (inside.at[key, "verdict"] == "unknown"), (metric.id, case)
            else:
                assert (case["verdict"] == "unknown") == (inside.at[key, "x"] != inside.at[key, "x"]), (metric.id, case)
            if metric.kind == "quantile":
                for bound in ("low", "high"):
                    mine = inside.at[key, bound]
                    assert case[bound] == (None if mine != mine else pytest.approx(mine, abs=1e-9)), (metric.id, bound, case)


@pytest.fixture(scope="module")
def figures(sample_home):
    """Every figure of the span and of two months, as {(metric, month): row}, and the engine that gave them."""
    found = pipeline.reader(sample_home)
    spans = [compute(found), *(compute(found, start=month, end=month) for month in ("2024-04", "2023-02"))]
    return found, {(row["metric"], row["month"]): row for rows, months in zip(spans, ({None}, {"2024-04"}, {"2023-02"}), strict=True) for row in rows if row["month"] in months}


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.id)
def test_cases_are_as_many_as_the_figure_says(figures, metric):
    found, rows = figures
    for month in (None, "2024-04", "2023-02"):
        row = rows[metric.id, month]
        listed = cases(found, metric.id, month=month)
        assert len(listed) == row["n"] + row["unknown"]
        if metric.kind == "ratio":
            assert sum(case["verdict"] == "hit" for case in listed) == row["hits"]
            assert sum(case["verdict"] == "unknown" for case in listed) == row["unknown"]
        assert all(case["file"] and case["row"] and case["sources"] for case in listed)
