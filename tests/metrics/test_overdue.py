"""Overdue appeals by department are those of the KPIs."""

from __future__ import annotations

from datetime import datetime

from kpi.metrics import habits
from kpi.metrics.compute import compute
from kpi.metrics.registry import metric
from tests import facts


def test_departments_add_up_to_the_figures():
    engine = facts.engine(facts.typed(metric("appeals_overdue_open").example.rows), datetime(2024, 6, 1))
    told = habits.overdue(engine, start="2024-05", end="2024-05")
    assert told == [{"department": "工程部", "open": 1, "late": 1}, {"department": "营业厅", "open": 1, "late": 0}]
    found = {row["metric"]: row["n"] for row in compute(engine, ["K39"], start="2024-05", end="2024-05") if row["month"]}
    assert found == {"appeals_overdue_open": 2, "appeals_overdue_answered": 1}
    assert habits.overdue(engine, start="2024-04", end="2024-04") == [] and habits.overdue(engine, start="2024-05", end="2024-05", where={"grid": "G9"}) == []
