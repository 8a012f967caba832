"""Corrections (更正): one value of a case put right where the case is looked at, and the log of all of them with the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from kpi import pipeline
from kpi.exports.tables import BY_NAME
from kpi.pipeline.correcting import LONGEST
from kpi.problems import Problem
from kpi.quality.findings import shown_key
from kpi.store import user
from kpi.words import MISSING, word
from pages.parts import cards, html, jobs, session
from pages.parts.batches import moment
from pages.parts.filters import View
from pages.parts.html import Html, tag
from pages.parts.jobs import Job

_JOB, _SAID, _LACKS = "correct_job", "correct_said", "correct_lacks"

Row = Mapping[str, Any]


def said(lang: str, key: str, **values: object) -> str:
    """Return words of corrections."""
    return word(f"pages.correct.{key}", lang, **values)


def settle(lang: str) -> None:
    """Wait for a correction under way, then say what came of it."""
    job: Job | None = st.session_state.get(_JOB)
    if job is not None:
        with st.container(key="correcting"):
            jobs.wait(job, lang)
        st.session_state[_SAID] = (jobs.outcome(job, lang), said(lang, f"{job.result['state']}_said", n=job.result["number"]) if job.result else "")
        del st.session_state[_JOB]
        # the figures of this run are those before
        st.rerun()
    trouble, told = st.session_state.pop(_SAID, ("", ""))
    if trouble or told:
        html.show(tag("div", trouble or told, cls="trouble" if trouble else "told", role="alert" if trouble else "status"))
    _lacks()


def _lacks() -> None:
    """Say what a question lacked when it was answered."""
    if lacks := st.session_state.pop(_LACKS, ""):
        html.show(tag("div", lacks, cls="trouble", role="alert"))


def of_case(view: View, app_id: str) -> None:
    """Show the corrections of one application's records, and the way to make one."""
    records = session.records_of(view.source, app_id)
    rows = pipeline.corrected(lang=view.lang, rows=records)
    with st.container(key="corrections_head", horizontal=True, vertical_alignment="center"):
        cards.heading(said(view.lang, "title"), said(view.lang, "sub") if not rows else "")
        if st.button(said(view.lang, "button"), key="correct", type="secondary"):
            _ask(view, records)
    if rows:
        html.show(tag("div", _table(view.lang, rows), cls="panel"))


def log(lang: str) -> None:
    """Show every correction ever made, newest first, each that is in force with the way back."""
    rows = pipeline.corrected(lang=lang)
    if not rows:
        return
    cards.heading(said(lang, "title"), said(lang, "log_sub", n=len(rows)))
    html.show(tag("div", _table(lang, rows), cls="panel"))
    standing = {row["number"]: row for row in rows if row["state"] != "retracted"}
    if standing:
        with st.container(key="corrections_back", horizontal=True, vertical_alignment="bottom"):
            number = st.selectbox(said(lang, "which"), list(standing), key="correction", filter_mode=None, format_func=lambda n: f"{n} {html.plain(str(standing[n]['key']))} {standing[n]['column']}")
            if st.button(said(lang, "back"), key="retract", type="secondary"):
                _ask_back(lang, standing[number])


def _table(lang: str, rows: Sequence[Row]) -> Html:
    names = ("record", "column", "old", "new", "why", "evidence", "who")
    body = []
    for row in rows:
        wide = (Html(tag("td", row[name] or MISSING, cls="wrap")) for name in ("column", "old", "new", "reason", "evidence"))
        back = {"who": row["retracted_by"], "when": moment(row["retracted_at"]), "why": row["retracted_why"]}
        state = said(lang, "back_by", **back) if row["state"] == "retracted" else said(lang, row["state"])
        who = tag("div", f"{row['by']} {moment(row['at'])}", tag("div", state, cls="aside"))
        body.append([tag("div", tag("b", f"{row['number']} "), row["key"], tag("div", row["table_name"], cls="aside")), *wide, Html(tag("td", who, cls="wrap"))])
    return html.table([said(lang, f"head.{name}") for name in names], body, left=len(names))


def _begin(lang: str, look: Callable[[], object], work: Callable[[], Row]) -> None:
    """Begin the work where `look` finds nothing against it; what it finds is kept for the question."""
    try:
        look()
    except Problem as problem:
        st.session_state[_LACKS] = problem.of(lang)
        return
    if st.session_state.get(_JOB) is None:
        st.session_state[_JOB] = Job("correct", lambda progress: work())


def _ask(view: View, records: Sequence[tuple[str, str]]) -> None:
    """Ask which value of which record is wrong, what it should be, why, and by what evidence."""
    lang, state = view.lang, st.session_state

    def begin() -> None:
        table, key = records[state["correct_record"]]
        asked = (table, key, state[f"correct_field_{table}"] or "", None if state["correct_clear"] else state["correct_value"])
        why = {name: state[f"correct_{name}"] for name in ("reason", "evidence")}
        _begin(lang, lambda: pipeline.correction(*asked, **why), lambda: pipeline.correct(*asked, **why))

    @st.dialog(said(lang, "button"))
    def question() -> None:
        table, key = records[st.selectbox(said(lang, "record"), range(len(records)), key="correct_record", filter_mode=None, format_func=lambda n: _record(lang, *records[n]))]
        fields = {f.name: f.name.replace("_", " ") if lang == "en" else f.zh for f in pipeline.correctable(BY_NAME[table])}
        field = st.selectbox(
            said(lang, "head.column"), list(fields), index=None, key=f"correct_field_{table}", format_func=lambda name: fields.get(name, name), placeholder=said(lang, "choose")
        )
        html.show(tag("p", said(lang, "now", value=pipeline.stands(table, key, field, lang=lang)) if field else MISSING, cls="aside"))
        st.text_input(said(lang, "value"), key="correct_value", placeholder=said(lang, "value_hint"), autocomplete="off", max_chars=LONGEST)
        st.checkbox(said(lang, "clear"), key="correct_clear")
        for name, head in (("reason", "why"), ("evidence", "evidence")):
            st.text_input(said(lang, f"head.{head}"), key=f"correct_{name}", placeholder=said(lang, f"{head}_hint"), autocomplete="off", max_chars=LONGEST)
        html.show(tag("p", said(lang, "note", who=user()), cls="aside"))
        _buttons(lang, "correct_yes", "yes", begin)

    question()


def _buttons(lang: str, key: str, yes: str, begin: Callable[[], None]) -> None:
    """Show the buttons of a question; it stays open, saying what it lacks, until the work begins."""
    with st.container(horizontal=True, key="undo_buttons"):
        st.button(said(lang, yes), type="primary", key=key, on_click=begin)
        if st.button(said(lang, "no"), key=f"{key}_not") or _JOB in st.session_state:
            st.rerun()
    _lacks()


def _record(lang: str, table: str, key: str) -> str:
    about = BY_NAME[table]
    return html.plain(f"{about.en if lang == 'en' else about.zh} {shown_key(table, key)}")


def _ask_back(lang: str, row: Row) -> None:
    """Ask why a correction is taken back."""

    def begin() -> None:
        why = st.session_state["retract_reason"]
        _begin(lang, lambda: pipeline.retraction(row["number"], why), lambda: pipeline.retract(row["number"], why))

    @st.dialog(said(lang, "back"))
    def question() -> None:
        html.show(tag("p", said(lang, "back_what", n=row["number"], record=row["key"], column=row["column"], new=row["new"])))
        st.text_input(said(lang, "back_why"), key="retract_reason", autocomplete="off", max_chars=LONGEST)
        _buttons(lang, "retract_yes", "back_yes", begin)

    question()
