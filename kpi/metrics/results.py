"""The one shape of every result, and the arithmetic that turns counts into it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kpi.metrics.model import Metric
from kpi.stats.intervals import evidence, wilson

FIELDS = ("value", "hits", "n", "unknown", "convention", "evidence_low", "evidence_high", "chance_low", "chance_high", "unit")
"""Fields of a result after metric, code, month and the asked dimensions."""


def result(metric: Metric, month: str | None, by: Sequence[str], member: Sequence[str | None], found: dict[str, Any]) -> dict[str, Any]:
    """Return one row of the fixed shape; what was not found is null, counts are 0, no number is infinite or undefined."""
    row: dict[str, Any] = {"metric": metric.id, "code": metric.code, "month": month, **dict(zip(by, member, strict=True))}
    n = int(found.get("n") or 0)
    unknown = int(found.get("unknown") or 0)
    row |= {
        "value": found.get("value"),
        "hits": None,
        "n": n,
        "unknown": unknown,
        "convention": int(found.get("convention") or 0),
        "evidence_low": found.get("evidence_low"),
        "evidence_high": found.get("evidence_high"),
        "chance_low": found.get("chance_low"),
        "chance_high": found.get("chance_high"),
        "unit": metric.unit,
    }
    if metric.kind == "ratio":
        hits = int(found.get("hits") or 0)
        row["hits"] = hits
        row["value"] = hits / n if n else None
        row["evidence_low"], row["evidence_high"] = evidence(hits, n, unknown) or (None, None)
        row["chance_low"], row["chance_high"] = wilson(hits, n) or (None, None)
    elif metric.kind == "count":
        row["value"] = found.get("value") if n else None
    for name in FIELDS[:-1]:
        if isinstance(row[name], float) and not math.isfinite(row[name]):
            row[name] = None
    return row
