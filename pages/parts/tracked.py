"""The way of the page of projects to what stands behind its KPIs: items missing, and pipes behind their roads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from kpi.metrics import tracking
from kpi.standards import months
from pages.parts import session
from pages.parts.filters import View
from pages.parts.session import Source


@st.cache_data(max_entries=100, show_spinner=False)
def _asked(source: Source, what: str, start: str, end: str, where: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    asked: Callable[..., list[dict[str, Any]]] = getattr(tracking, what)
    return asked(session.engine(source), start=start, end=end, where=dict(where))


def twelve(view: View, what: str) -> list[dict[str, Any]]:
    """Return what `tracking` says (items, lacking or lags) of the twelve months that end with the month asked for, filtered as the page is."""
    return _asked(view.source, what, months.shift(view.month, -11), view.month, tuple(sorted(view.where.items())))
