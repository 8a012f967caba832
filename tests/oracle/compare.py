"""Product against oracle: every field of every figure, to nine digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isclose
from typing import Any

import pandas as pd

from kpi.metrics.compute import compute
from tests.oracle.figures import NOTHING, Case, figures


def differences(engine: Any, cases: pd.DataFrame, by: Sequence[str] = (), start: str | None = None, end: str | None = None, ids: Sequence[str] = ()) -> tuple[int, list[tuple]]:
    """Return (number of rows compared, [(metric, month, *dimensions, field, oracle, product)] where they differ)."""
    rows = compute(engine, ids, by=by, start=start, end=end)
    months = sorted({row["month"] for row in rows if row["month"]})
    groups = _grouped(cases[cases["month"].between(months[0], months[-1])], by, {_places(row, by) for row in rows})
    expected: dict[tuple, dict[str, dict[str, Any]]] = {}
    wrong = []
    for row in rows:
        group = (row["month"], *(row[name] for name in by))
        if group not in expected:
            expected[group] = figures(groups.get((_places(row, by), group), {}), row["month"] or months[-1])
        mine = expected[group][row["metric"]]
        wrong += [(row["metric"], *group, field, mine[field], row[field]) for field in NOTHING if not same(mine[field], row[field])]
    return len(rows), wrong


def _places(row: Mapping[str, Any], by: Sequence[str]) -> tuple[bool, ...]:
    """Return whether a figure is of one month, and which dimensions it is told apart by."""
    return tuple(row[name] is not None for name in ("month", *by))


def _grouped(cases: pd.DataFrame, by: Sequence[str], asked: Iterable[tuple[bool, ...]]) -> dict[tuple, dict[str, list[Case]]]:
    """Return {(places, group): cases by metric}; a group has None where a place is summed over."""
    groups: dict[tuple, dict[str, list[Case]]] = {}
    columns = [cases[name].tolist() for name in ("month", *by)]
    for case, own in zip(map(Case, *(cases[name].tolist() for name in Case._fields)), zip(*columns, strict=True), strict=True):
        for places in asked:
            group = places, tuple(value if told else None for value, told in zip(own, places, strict=True))
            groups.setdefault(group, {}).setdefault(case.metric, []).append(case)
    return groups


def same(mine: float | None, theirs: float | None) -> bool:
    """Return whether two values agree; nothing agrees only with nothing."""
    if mine is None or theirs is None:
        return mine is None and theirs is None
    return isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)
