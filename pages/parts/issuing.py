"""Issuing a month: where it stands, what is still missing, the question before it is issued or opened again, and every act ever made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import streamlit as st

from kpi.closing.checks import Ready
from kpi.metrics.registry import metric
from kpi.words import masking, month_name
from kpi.words.moments import date_name
from pages.parts import cards, html, issued, jobs
from pages.parts.batches import moment
from pages.parts.filters import View
from pages.parts.html import tag
from pages.parts.issued import State
from pages.parts.jobs import Job

_JOB, _SAID, _NOTE = "issue_job", "issue_said", "issue_note"


def said(view: View, key: str, **values: object) -> str:
    """Return words of this page."""
    return view.word(f"close.{key}", **values)


def until(as_of: str, lang: str) -> str:
    """Return the last day or minute that counts at an as-of moment."""
    at = datetime.fromisoformat(as_of)
    return date_name(at - timedelta(days=1), lang) if at.time() == time() else f"{date_name(at, lang)} {at:%H:%M}"


def settle(view: View) -> None:
    """Wait for work under way and say what came of it."""
    job: Job | None = st.session_state.get(_JOB)
    if job is not None:
        jobs.alone(job, view.lang)
        st.session_state[_SAID] = (jobs.outcome(job, view.lang), said(view, f"done_{job.kind}", month=month_name(job.result.month, view.lang), version=job.result.version) if job.result else "")
        del st.session_state[_JOB]
        st.rerun()
    trouble, done = st.session_state.pop(_SAID, (None, ""))
    if trouble:
        html.show(tag("div", trouble, cls="trouble", role="alert"))
    elif done:
        html.show(tag("div", done, cls="told", role="status"))


def standing(view: View) -> State:
    """Show where the month stands, what was checked, and the buttons; return where it stands."""
    found, checks = issued.state(view), issued.ready(view)
    html.show(tag("div", _sentence(view, found, checks), cls=f"verdict {'' if found.standing and not found.corrected else 'open'}".strip(), role="status"))
    if found.problem:
        html.show(tag("div", found.problem, cls="trouble", role="alert"))
    if not found.standing:
        _checks(view, checks)
    with st.container(horizontal=True, key="issue_buttons"):
        if found.standing:
            if st.button(said(view, "reopen"), key="reopen"):
                _ask(view, "reopen", lambda note: issued.reopen(view, note), needed=True)
        elif st.button(said(view, "issue" if checks.complete else "issue_anyway", month=month_name(view.month, view.lang)), key="issue", type="primary", disabled=not checks.over):
            _ask(view, "issue", lambda note: issued.close(view, note, not checks.complete), needed=not checks.complete)
    return found


def _sentence(view: View, found: State, checks: Ready) -> str:
    name, line = month_name(view.month, view.lang), found.line
    if line is None or not found.standing:
        first = said(view, "reopened", month=name, version=line.version) if line else said(view, "open", month=name)
        return first + said(view, "over_not" if not checks.over else "complete" if checks.complete else "incomplete")
    note = said(view, "note", note=masking.scrub(line.note)) if line.note else ""
    return said(view, "issued", month=name, version=line.version, at=moment(line.at), by=line.by) + note + said(view, "damaged" if found.problem else "corrected" if found.corrected else "uncorrected")


def _checks(view: View, found: Ready) -> None:
    comma = "、" if view.lang == "zh" else ", "
    names = comma.join(found.missing[:6]) + ("…" if len(found.missing) > 6 else "")
    provisional = comma.join(metric(id).label.of(view.lang) for id in found.provisional[:3]) + ("…" if len(found.provisional) > 3 else "")
    lines = (
        ("over", found.over, said(view, "check.over_yes" if found.over else "check.over_no")),
        ("reported", not found.missing, said(view, "check.reported_all" if not found.missing else "check.reported_missing", grids=found.grids, n=found.grids - len(found.missing), names=names)),
        ("rejects", not found.rejects, said(view, "check.count", n=found.rejects)),
        ("conflicts", not found.conflicts, said(view, "check.count", n=found.conflicts)),
        ("calendar", not found.provisional, said(view, "check.calendar_official" if not found.provisional else "check.calendar_provisional", names=provisional)),
        ("warnings", None, said(view, "check.warnings_none" if not found.warnings else "check.warnings_some", n=found.warnings)),
    )
    rows = [[said(view, f"check.{name}"), tag("td", ("— " if good is None else "● " if good else "▲ ") + text, cls="wrap" if good is not False else "wrap m")] for name, good, text in lines]
    html.show(tag("div", html.table([said(view, "check.what"), said(view, "check.found")], rows, left=2, caption=said(view, "check.caption")), cls="panel"))


def _ask(view: View, kind: str, work: Callable[[str], object], *, needed: bool) -> None:
    """Open the question with its note; the work begins only where a needed note is given."""

    def begin() -> None:
        note = st.session_state[_NOTE].strip()
        if note or not needed:
            st.session_state[_JOB] = Job("close" if kind == "issue" else kind, lambda progress: work(note))

    @st.dialog(said(view, f"ask.{kind}", month=month_name(view.month, view.lang)))
    def question() -> None:
        html.show(tag("p", said(view, f"ask.{kind}_effect")))
        st.text_input(said(view, "ask.reason" if needed else "ask.note"), key=_NOTE, autocomplete="off", max_chars=200)
        with st.container(horizontal=True, key="undo_buttons"):
            asked = st.button(said(view, f"ask.{kind}_yes"), type="primary", key="issue_yes", on_click=begin)
            if st.button(said(view, "ask.no"), key="issue_no") or (asked and _JOB in st.session_state):
                st.rerun()
        if asked:
            html.show(tag("div", said(view, "ask.needed"), cls="trouble", role="alert"))

    question()


def history(view: View) -> None:
    """Show every close and reopening of the month."""
    lines = issued.history(view)
    cards.heading(said(view, "history"))
    if not lines:
        html.show(tag("div", said(view, "history_none"), cls="nothing"))
        return
    heads = [said(view, f"head.{name}") for name in ("version", "act", "at", "by", "until", "note")]
    rows = [
        [said(view, "nth", version=line.version), said(view, f"act.{line.act}"), moment(line.at), line.by, until(line.as_of, view.lang), tag("td", masking.scrub(line.note) or "—", cls="wrap")]
        for line in reversed(lines)
    ]
    html.show(tag("div", html.table(heads, rows, left=6), cls="panel"))
