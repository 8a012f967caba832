"""Product against oracle: every field of every figure, to nine digits."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from typing import Any

import pandas as pd

from kpi.metrics.compute import compute
from tests.oracle.figures import NOTHING, figures


def differences(engine: Any, cases: pd.DataFrame, by: Sequence[str] = (), start: str | None = None, end: str | None = None, ids: Sequence[str] = ()) -> tuple[int, list[tuple]]:
    """Return (number of rows compared, [(metric, month, *dimensions, field, oracle, product)] where they differ)."""
    rows = compute(engine, ids, by=by, start=start, end=end)
    months = sorted({row["month"] for row in rows if row["month"]})
    inside = cases[cases["month"].between(months[0], months[-1])]
    expected: dict[tuple, dict[str, dict[str, Any]]] = {}
    wrong = []
    for row in rows:
        group = (row["month"], *(row[name] for name in by))
        if group not in expected:
            chosen = inside if row["month"] is None else inside[inside["month"] == row["month"]]
            for name in by:
                chosen = chosen if row[name] is None else chosen[chosen[name] == row[name]]
            expected[group] = figures(chosen, row["month"] or months[-1])
        mine = expected[group][row["metric"]]
        wrong += [(row["metric"], *group, field, mine[field], row[field]) for field in NOTHING if not same(mine[field], row[field])]
    return len(rows), wrong


def same(mine: float | None, theirs: float | None) -> bool:
    """Return whether two values agree; nothing agrees only with nothing."""
    if mine is None or theirs is None:
        return mine is None and theirs is None
    return isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)
