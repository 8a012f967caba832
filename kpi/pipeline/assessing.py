"""Values to be assessed by (考核值): set for a KPI from a day on, until the next one or the end of that year; beside the promise, never in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kpi import store
from kpi.metrics.model import Metric
from kpi.metrics.registry import METRICS, metric
from kpi.problems import UsageProblem
from kpi.store.entries import Assessed
from kpi.store.journal import Journal

MARKS = {"%": 0.01, "％": 0.01}


def assessable() -> list[Metric]:
    """Return the KPIs that may be assessed by a value: shares, times and scores with a better side; counts and what users choose freely are not."""
    return [m for m in METRICS if m.better != "none" and m.unit in ("ratio", "wd", "d", "h", "score")]


def figure(asked: Metric, text: str) -> float:
    """Return a value as typed, in the KPI's own unit: a share as 95% or 0.95; raises UsageProblem where it is no such value."""
    plain = text.strip().replace(",", "")
    try:
        value = float(plain.rstrip("%％ ")) * MARKS.get(plain[-1:], 1)
    except ValueError:
        value = float("nan")
    limits = {"ratio": (0.0, 1.0), "score": (1.0, 5.0)}.get(asked.unit, (0.0, 10_000.0))
    if not limits[0] <= value <= limits[1] or (plain[-1:] in MARKS and asked.unit != "ratio"):
        raise UsageProblem(
            f"考核值“{text}”不能用于“{asked.label.zh}”：占比写成 95% 或 0.95，时间、分数写成数字。", f"'{text}' is no value for '{asked.label.en}': write a share as 95% or 0.95, a time or score as a number."
        )
    return round(value, 6)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageProblem(f"起用日期“{text}”应写成 2024-01-01 这样。", f"The day '{text}' should read like 2024-01-01.") from error


def assess(id: str, value: str | None, *, valid_from: str, document: str, approver: str, note: str = "", home: Path | None = None) -> dict[str, Any]:
    """Set the value a KPI is assessed by from a day on and return it as `assessments` does; None ends the one in force on that day.

    Raises UsageProblem where the KPI takes none, the value or day cannot be read, or document number or approver is missing.
    """
    asked = metric(id)
    if asked not in assessable():
        raise UsageProblem(f"“{asked.label.zh}”不设考核值（只对有好坏方向的占比、时间、评分设定）。", f"'{asked.label.en}' takes no value: only shares, times and scores with a better side do.")
    for told, zh, en in ((document, "文号", "document number"), (approver, "批准人", "approver")):
        if not told.strip():
            raise UsageProblem(f"请写明{zh}。", f"State the {en}.")
    row = Assessed(
        metric=asked.id, value=None if value is None else figure(asked, value), valid_from=_day(valid_from).isoformat(), document=document.strip(), approver=approver.strip(), note=note.strip(),
        set_at=datetime.now().replace(microsecond=0).isoformat(), set_by=store.user(),
    )
    number = Journal(store.home(home)).append(row)
    return next(one for one in assessments(home) if one["id"] == number)


def assessments(home: Path | None = None) -> list[dict[str, Any]]:
    """Return every value ever set, newest first: id, metric, code, value, unit, valid_from, valid_to (the last day it can hold), document, approver, note, set_at, set_by, replaced (by the number of a later entry)."""
    rows = [one for one in Journal(store.home(home)).entries(Assessed) if one.metric in {m.id for m in METRICS}]
    found = []
    for row in reversed(rows):
        asked = metric(row.metric)
        later = next((other.id for other in rows if other.id > row.id and (other.metric, other.valid_from) == (row.metric, row.valid_from)), None)
        found.append(
            {"id": row.id, "metric": row.metric, "code": asked.code, "value": row.value, "unit": asked.unit, "valid_from": row.valid_from, "valid_to": f"{row.valid_from[:4]}-12-31",
             "document": row.document, "approver": row.approver, "note": row.note, "set_at": row.set_at, "set_by": row.set_by, "replaced": later}
        )
    return found


def in_force(rows: Iterable[Mapping[str, Any]], on: date) -> dict[str, Mapping[str, Any]]:
    """Return of values as `assessments` gives them the one in force on a day for each KPI: the latest begun by then in that year, a later entry before an earlier one of the same day."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in sorted(rows, key=lambda r: (r["valid_from"], r["id"])):
        if row["valid_from"] <= on.isoformat() <= row["valid_to"]:
            found[row["metric"]] = row
    return {id: row for id, row in found.items() if row["value"] is not None}


def assessed_in(month: str, home: Path | None = None) -> dict[str, float]:
    """Return the values that KPIs are assessed by in the middle of a month, by id."""
    return {id: row["value"] for id, row in in_force(assessments(home), date.fromisoformat(f"{month}-15")).items()}
