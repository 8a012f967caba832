"""The way of the blocks about time to their data: cohorts, open cases by stage, both processes, recorded causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from kpi.metrics import ageing, causes, listing, stages
from kpi.metrics import before_after as processes
from pages.parts import session
from pages.parts.session import Source

Where = tuple[tuple[str, str], ...]


def _where(where: Mapping[str, str]) -> Where:
    return tuple(sorted(where.items()))


@st.cache_data(max_entries=100, show_spinner=False)
def _cohorts(source: Source, months: int, days: tuple[int, ...], start: str, end: str, where: Where) -> dict[str, dict[str, Any]]:
    return stages.cohorts(session.engine(source), months, days, start=start, end=end, where=dict(where))


def cohorts(source: Source, months: int, days: Sequence[int], start: str, end: str, where: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return by month how long those waited who applied in the months up to it."""
    return _cohorts(source, months, tuple(days), start, end, _where(where))


@st.cache_resource(max_entries=20, show_spinner=False)
def _open_cases(source: Source, month: str, where: Where) -> Sequence[Mapping[str, Any]]:
    return ageing.open_cases(session.engine(source), month, dict(where))


def open_cases(source: Source, month: str, where: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Return the cases open at the end of a month with stage and age, the oldest first."""
    return _open_cases(source, month, _where(where))


@st.cache_data(max_entries=200, show_spinner=False)
def _overdue(source: Source, start: str, end: str, where: Where) -> int:
    asked = listing.Asked(("valve_on_time",), "miss", (start, end), dict(where))
    return listing.reasons(session.engine(source), asked).get("open_over_limit", 0)


def overdue(source: Source, start: str, end: str, where: Mapping[str, str]) -> int:
    """Return how many who were ready in these months are past their limit and had no gas yet at as-of."""
    return _overdue(source, start, end, _where(where))


@st.cache_data(max_entries=200, show_spinner=False)
def _before_after(source: Source, id: str, end: str, where: Where, enough: int) -> dict[str, Any]:
    return processes.before_after(session.engine(source), id, end=end, where=dict(where), enough=enough)


def before_after(source: Source, id: str, end: str, where: Mapping[str, str], enough: int) -> dict[str, Any]:
    """Return a KPI of both processes up to a month."""
    return _before_after(source, id, end, _where(where), enough)


def recorded_causes(source: Source, table: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the recorded cause of each row of a table that has one."""
    return causes.recorded(session.engine(source), table, keys)
