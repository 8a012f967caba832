"""The way of the pages to manage to their data: values to be assessed by, and what managers have in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from kpi import pipeline
from kpi.metrics import held
from kpi.metrics.model import Metric
from pages.parts import session
from pages.parts.session import Source


def assessments(source: Source) -> list[dict[str, Any]]:
    """Return every value to be assessed by that was ever set, newest first."""
    return pipeline.assessments(Path(source.home))


def assessed(source: Source, month: str) -> dict[str, Mapping[str, Any]]:
    """Return the values to be assessed by that are in force in a month, by KPI; they stand beside the promise and change no figure."""
    return pipeline.in_force(assessments(source), date.fromisoformat(f"{month}-15"))


def assess(source: Source, id: str, value: str | None, **told: str) -> None:
    """Set the value a KPI is assessed by; raises UsageProblem where it cannot be."""
    pipeline.assess(id, value, home=Path(source.home), **told)


def assessable() -> list[Metric]:
    """Return the KPIs that may be assessed by a value."""
    return pipeline.assessable()


@st.cache_resource(max_entries=20, show_spinner=False)
def open_duties(source: Source, manager: str | None = None) -> Sequence[Mapping[str, Any]]:
    """Return what stands open at the as-of moment, of one manager or of all, the most pressing first; visitors share the rows, which nobody changes."""
    return held.open_duties(session.engine(source), manager)


def terms(source: Source, manager: str) -> list[dict[str, Any]]:
    """Return the grids a manager held, and when."""
    return held.terms(session.engine(source), manager)


def stops(source: Source, manager: str, start: str, end: str, lang: str) -> list[dict[str, Any]]:
    """Return the clock-stops in the grids a manager held, each with whether it counts."""
    return held.stops(session.engine(source), manager, start, end, lang)
