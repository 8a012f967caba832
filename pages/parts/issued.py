"""What a page says of issued months: whether this one is, which version, and whether anything reads otherwise since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from kpi import closing, pipeline, schedule
from kpi.closing.checks import Ready
from kpi.closing.freeze import read
from kpi.problems import Problem
from kpi.store.issues import Issue
from kpi.words import masking
from kpi.words.moments import date_name
from pages.parts.filters import View

KEPT = "all_kept"
"""The figure that leads every report."""


@dataclass(frozen=True)
class State:
    """Where a month stands: its latest close (None: never issued), whether that is in force, whether today's ledgers or rules make any figure of it read otherwise, and why that cannot be told."""

    line: Issue | None
    standing: bool
    corrected: bool
    problem: str = ""


@st.cache_data(max_entries=200, show_spinner=False)
def _differs(home: str, build: str, id: int, month: str, version: int) -> bool:
    return closing.differs(closing.issued(month, Path(home), version), Path(home))


def differs(view: View, line: Issue) -> bool:
    """Return whether anything of a close reads otherwise by the latest data."""
    return _differs(view.source.home, view.source.build, line.id, line.month, line.version)


def state(view: View) -> State:
    """Return where the month of the view stands, by the latest data."""
    home = Path(view.source.home)
    line = closing.issued(view.month, home)
    if line is None:
        return State(None, False, False)
    standing = closing.standing(view.month, home) == line
    try:
        return State(line, standing, differs(view, line))
    except Problem as problem:
        # a frozen file that is gone or damaged is said; the pages go on
        return State(line, standing, False, problem.of(view.lang))


def day(at: str, lang: str) -> str:
    """Return the day of a moment of the journal."""
    return date_name(datetime.fromisoformat(at), lang)


def status(view: View) -> str:
    """Return the word of the status line: not issued; issued as which version and when; corrected since; opened again."""
    found = state(view)
    if found.line is None:
        return view.word("status.partial" if view.partial else "status.state")
    values = {"version": found.line.version, "date": day(found.line.at, view.lang)}
    if not found.standing:
        return view.word("status.reopened", **values)
    return view.word("status.damaged" if found.problem else "status.corrected" if found.corrected else "status.issued", **values)


@st.cache_data(max_entries=50, show_spinner=False)
def _restated(home: str, build: str, id: int, month: str, version: int) -> list[dict[str, Any]]:
    return closing.restated(closing.issued(month, Path(home), version), Path(home), year=False)


def restated(view: View, line: Issue) -> list[dict[str, Any]]:
    """Return the figures of a close that read otherwise today: of the month, by grid and process."""
    return _restated(view.source.home, view.source.build, line.id, line.month, line.version)


@st.cache_data(max_entries=50, show_spinner=False)
def _explained(home: str, build: str, as_of: str, id: str, month: str, grid: str | None, version: int, lang: str) -> dict[str, Any]:
    return closing.explain(id, month, Path(home), grid=grid, lang=lang, version=version)


def explained(view: View, id: str, version: int) -> dict[str, Any]:
    """Return why a figure of the month differs from an issued version."""
    return _explained(view.source.home, view.source.build, view.source.latest, id, view.month, view.grid, version, view.lang)


@st.cache_data(max_entries=50, show_spinner=False)
def _ready(home: str, build: str, month: str) -> Ready:
    return closing.ready(pipeline.reader(Path(home), build=build), month)


def ready(view: View) -> Ready:
    """Return what stands against issuing the month, by the latest data."""
    return _ready(view.source.home, view.source.build, view.month)


def history(view: View) -> list[Issue]:
    """Return every close and reopening of the month, oldest first."""
    return closing.history(view.month, Path(view.source.home))


def close(view: View, note: str, anyway: bool) -> Issue:
    """Issue the month as its data is shown."""
    return schedule.close(view.month, Path(view.source.home), note=note, anyway=anyway, build=view.source.build)


def reopen(view: View, reason: str) -> Issue:
    """Open the month again."""
    return closing.reopen(view.month, Path(view.source.home), reason=reason)


def kept(view: View, line: Issue) -> Mapping[str, Any] | None:
    """Return the frozen figure of all promises kept of a close, of the view's grid or the company."""
    rows = read(Path(view.source.home), line.record["files"]["figures"], metric=KEPT, first=line.month)
    return next((row for row in rows if row["grid"] == view.grid and row["regime"] == view.regime()), None)


def corrected(view: View) -> str:
    """Return the sentence of a corrected month: a second version, or a first one that reads otherwise since; "" for any other month, and for a manager's share of it."""
    found = state(view)
    if found.line is None or found.problem or view.manager:
        return ""
    line = found.line
    if found.standing and found.corrected:
        now = explained(view, KEPT, line.version)["issued"]["at_the_same_moment"]
        return _sentence(view, "since", kept(view, line), now, version=line.version, date=day(line.at, view.lang))
    before = next((one for one in reversed(history(view)) if one.act == "close" and one.version < line.version), None)
    if found.standing and before:
        why = next((one.note for one in history(view) if one.act == "reopen" and one.version == before.version), "")
        told = view.word("verdict.corrected_why", why=masking.scrub(why)) if why else ""
        return _sentence(view, "version", kept(view, before), kept(view, line), version=line.version, date=day(line.at, view.lang), why=told)
    return ""


def _sentence(view: View, key: str, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, **values: object) -> str:
    a, b = (row["hits"] or 0 if row else 0 for row in (was, now))
    change = view.word("verdict.corrected_same" if a == b else "verdict.corrected_other", was=a, now=b)
    return view.word(f"verdict.corrected_{key}", change=change, **values)
