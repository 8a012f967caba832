"""Rolling figures: the row of each month speaks of the months up to it, so that few cases a month still make a figure and a cohort."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kpi.engine import Engine
from kpi.metrics.compute import compute, span
from kpi.problems import UsageProblem
from kpi.standards.months import shift


def rolling(
    engine: Engine,
    ids: Iterable[str],
    months: int,
    *,
    start: str | None = None,
    end: str | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of `compute` with each month's figure reckoned over `months` months that end with it, from their rows, never from monthly figures.

    The months of waiting times are start cohorts; a snapshot shows its own month's end. The span (month null) is that of `compute`.
    Raises UsageProblem unless 1 <= months <= 120.
    """
    if not 1 <= months <= 120:
        raise UsageProblem(f"滚动的月数应在 1 到 120 之间，写的是 {months}。", f"Rolling takes 1 to 120 months, not {months}.")
    asked = list(ids)
    listed = span(engine, start, end)
    rows = compute(engine, asked, start=listed[0], end=listed[-1], by=by, where=where, over="span")
    for month in listed:
        rows += [row | {"month": month} for row in compute(engine, asked, start=shift(month, 1 - months), end=month, by=by, where=where, over="span")]
    return sorted(rows, key=lambda row: (row["metric"], *((row[name] is None, row[name]) for name in ("month", *by))))
