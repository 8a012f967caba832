"""Every KPI on the samples equals its recomputation in pandas: by month, grid, manager and process, now and at earlier moments."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi import pipeline
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.registry import METRICS
from tests.oracle.events import applications, others
from tests.oracle.figures import figures
from tests.oracle.ledger import Ledger

CHECKED = ("value", "hits", "n", "unknown", "convention", "evidence_low", "evidence_high", "chance_low", "chance_high")
COLUMNS = ["metric", "month", "grid", "manager", "regime", "verdict", "convention", "low", "high", "x", "w", "days", "outcome", "age", "net"]


@pytest.fixture(scope="module", params=[None, "2024-06-01", "2023-05-15T12:00"])
def at(request, sample_home):
    """An engine at an as-of moment, and the oracle's events at the same."""
    engine = pipeline.reader(sample_home, request.param)
    ledger = Ledger(engine)
    events = pd.DataFrame([*applications(ledger), *others(ledger)], columns=COLUMNS)
    return engine, events


@pytest.mark.parametrize(
    ("by", "window"),
    [((), (None, None)), (("grid",), ("2023-04", "2023-06")), (("grid",), ("2024-10", "2024-12")), (("manager", "regime"), ("2023-02", "2023-03"))],
    ids=["total", "grid-2023", "grid-2024", "manager-regime"],
)
def test_figures(at, by, window):
    engine, events = at
    rows = compute(engine, by=by, start=window[0], end=window[1])
    months = sorted({r["month"] for r in rows if r["month"]})
    inside = events[events["month"].between(months[0], months[-1])]
    expected = {}
    wrong = []
    for row in rows:
        group = (row["month"], *(row[name] for name in by))
        if group not in expected:
            chosen = inside if row["month"] is None else inside[inside["month"] == row["month"]]
            for name in by:
                chosen = chosen if row[name] is None else chosen[chosen[name] == row[name]]
            expected[group] = figures(chosen, row["month"] or months[-1])
        figure = expected[group].get(row["metric"], {})
        for name in CHECKED:
            mine, theirs = figure.get(name), row[name]
            if name in ("n", "unknown", "convention"):
                mine = int(mine or 0)
            elif name == "hits":
                mine = int(mine or 0) if theirs is not None else None
            if mine is None or theirs is None:
                same = mine is None and theirs is None
            else:
                same = mine == pytest.approx(theirs, rel=1e-9, abs=1e-9)
            if not same:
                wrong.append((row["metric"], *group, name, mine, theirs))
    assert not wrong, (len(wrong), wrong[:12])
    assert len(rows) > len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.id)
def test_cases_are_as_many_as_the_figure_says(sample_home, metric):
    engine = pipeline.reader(sample_home)
    for month in (None, "2024-04", "2023-02"):
        months = {"start": month, "end": month} if month else {}
        row = next(r for r in compute(engine, [metric.id], **months) if r["month"] == month)
        listed = cases(engine, metric.id, month=month)
        assert len(listed) == row["n"] + row["unknown"]
        if metric.kind == "ratio":
            assert sum(c["verdict"] == "hit" for c in listed) == row["hits"]
            assert sum(c["verdict"] == "unknown" for c in listed) == row["unknown"]
        assert all(c["file"] and c["row"] and c["sources"] for c in listed)
