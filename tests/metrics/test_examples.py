"""Every declaration's worked example, run through the real path: text of a ledger -> reader's parsers -> standing rows -> facts -> result."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from kpi import pipeline
from kpi.engine import DuckEngine
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.model import Example
from kpi.metrics.registry import METRICS
from tests import facts

_BUILT: dict[str, DuckEngine] = {}
"""Engines already built: one set of rows is the example of many KPIs."""


def engine(example: Example) -> DuckEngine:
    """Return an engine over the rows of an example."""
    told = json.dumps([example.rows, example.as_of], ensure_ascii=False, sort_keys=True)
    if told not in _BUILT:
        _BUILT[told] = facts.engine(facts.typed(example.rows), pipeline.moment(example.as_of))
    return _BUILT[told]


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.id)
def test_example(metric):
    at = engine(metric.example)
    months = {"start": metric.example.month, "end": metric.example.month} if metric.example.month else {}
    rows = compute(at, [metric.id], **months)
    found = next(r for r in rows if r["month"] == metric.example.month)
    assert metric.example.expect, "an example without an expectation proves nothing"
    for name, value in metric.example.expect.items():
        assert found[name] == (pytest.approx(value, abs=1e-12) if isinstance(value, float) else value), (name, found)
    listed = cases(at, metric.id, month=metric.example.month)
    assert len(listed) == found["n"] + found["unknown"]


def test_as_of_is_a_moment():
    assert pipeline.moment("2024-06-01") == datetime(2024, 6, 1)
    assert pipeline.moment("2024-05-31", end=True) == datetime(2024, 6, 1)


@pytest.mark.parametrize(("ready", "gas_on", "verdict"), [
    ("2024-05-06下午", "2024-05-06下午", "hit"), ("2024-05-06下午", "2024-05-07上午", "unknown"), ("2024-05-06下午", "2024-05-07下午", "miss"), ("2024-05-06上午", "2024-05-07上午", "miss"),
    ("", "2024-05-07上午", "unknown"),
])
def test_half_days_are_judged_alike_on_both_sides_of_noon(ready, gas_on, verdict):
    app = {"app_id": "A1", "applied_at": "2024-04-01", "gas_on_at": gas_on} | ({"ready_at": ready} if ready else {})
    at = engine(Example(rows={"application": [app]}, as_of="2024-06-01", month="2024-05", expect={}))
    assert [case["verdict"] for case in cases(at, "valve_on_time")] == [verdict]
