"""What every page really asks of a build: each statement of a page that is opened with nothing remembered, beside the trivial query."""

from __future__ import annotations

import os
import statistics
from pathlib import Path
from typing import Any

from benchmarks.bench import ROOT
from kpi.engine import DuckEngine

VIEW = {"lang": "zh", "month": "2024-05"}
ABOUT = {"case": {"case": "BZ000100"}, "managers": {"manager": "M03"}}
"""What pages of one case and of one manager are asked about."""


def statements(home: Path) -> dict[str, list[tuple[str, list[Any] | None]]]:
    """Return {page: its statements with their values} of every page in the order of the menu, each opened in a session of its own."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    os.environ["KPI_HOME"] = str(home)
    import app

    asked: list[tuple[str, list[Any] | None]] = []
    answer = DuckEngine.rows

    def noted(self: DuckEngine, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        asked.append((sql, params))
        return answer(self, sql, params)

    found = {}
    DuckEngine.rows = noted
    try:
        for name, path in (page for group in (app.PAGES, app.ONE, app.WORK, app.MANAGE) for page in group):
            opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
            opened.query_params.update(VIEW | ABOUT.get(name, {}))
            st.cache_data.clear()
            asked.clear()
            opened.run()
            if path != app.PAGES[0][1]:
                st.cache_data.clear()
                asked.clear()
                opened.switch_page(path).run()
            found[name] = list(asked)
    finally:
        DuckEngine.rows = answer
    return found


def summed_up(taken: list[tuple[float, str]], limit: float) -> dict[str, Any]:
    """Return of (multiple of the trivial query, kind) of a page's statements how many there are, their median and longest, and by kind how many lie above the limit."""
    above: dict[str, list[float]] = {}
    for multiple, kind in taken:
        if multiple > limit:
            above.setdefault(kind, []).append(multiple)
    multiples = [multiple for multiple, _ in taken]
    return {"statements": len(taken), "median": statistics.median(multiples), "longest": max(multiples), "above": {kind: (len(many), max(many)) for kind, many in above.items()}}
