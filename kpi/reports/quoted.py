"""A figure to be taken along: as a number, and as a sentence with its counts, its definition and up to when the data speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kpi.metrics.model import Metric
from kpi.metrics.verdict import GRID
from kpi.reports.figures import unit_name
from kpi.words import format as written
from kpi.words import word

Row = Mapping[str, Any]


def withheld(m: Metric, row: Row) -> str:
    """Return why a value is not printed, "" where it is: none, few (a share or a mean of ratings below ten), unproven (all of those judged, others cannot be told), half (not yet reached)."""
    if row["value"] is None:
        return "" if m.kind == "count" and not row["unknown"] else "half" if m.kind == "wait" and m.p is not None and row["n"] else "none"
    if m.unit in ("ratio", "score") and row["n"] < GRID:
        return "few"
    return "unproven" if m.unit == "ratio" and row["value"] == 1 and row["unknown"] else ""


def value(m: Metric, row: Row) -> float | None:
    """Return the value as it may be printed; a count without any case is none at all: 0."""
    return None if withheld(m, row) else 0 if row["value"] is None else row["value"]


def bare(number: float | int | None, unit: str) -> str:
    """Return a number as written, without its unit; a share keeps its %."""
    text = written(number, unit)
    return text if number is None or unit == "ratio" else re.sub(r"[^\d.,-]+$", "", text)


def number(m: Metric, row: Row) -> str:
    """Return the value alone as it may be printed, — where it may not."""
    return bare(value(m, row), m.unit)


def sentence(m: Metric, row: Row, *, span: str, where: str, until: str, lang: str = "zh", issued: bool = False) -> str:
    """Return a figure as a sentence: when, where, what, counts first, what cannot be told, the definition, and up to when the data speaks (or that it is as issued)."""
    def said(key: str, **values: object) -> str:
        return word(f"reports.sentence.{key}", lang, **values)

    why = withheld(m, row)
    unit = unit_name(m, lang)
    if row["hits"] is not None:
        counts = said("counts", hits=f"{row['hits']:,}", misses=f"{row['n'] - row['hits']:,}", unknown=f"{row['unknown']:,}")
        text = said("share", counts=counts, rate=said("rate", rate=number(m, row)) if not why else "") if row["n"] or row["unknown"] else said("nothing")
    elif why:
        text = said(why if why in ("half", "few") else "none")
    else:
        shown = number(m, row) if m.unit == "ratio" else said("value", number=number(m, row), unit=unit)
        text = shown + (said("of", n=f"{row['n']:,}", unknown=f"{row['unknown']:,}") if m.kind != "count" else "")
    end = said("issued" if issued else "until", until=until)
    return said("whole", span=span, where=where, name=m.label.of(lang), text=text, meaning=m.meaning.of(lang).rstrip("。."), end=end)
