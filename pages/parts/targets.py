"""Promises beside the values to be assessed by: what is in force, what the present level makes of it, how to set one, and every entry ever made."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpi.metrics.registry import METRICS, metric
from kpi.problems import Problem
from kpi.words import MISSING, masking
from kpi.words import format as written
from kpi.words.moments import date_name
from pages.parts import cards, changes, data, html, managing, session
from pages.parts.filters import View
from pages.parts.html import Html, tag

FIELDS = ("value", "valid_from", "document", "approver", "note")
"""What is typed beside the choice of the KPI."""

_SAID = "targets_said"


def said(view: View, key: str, **values: object) -> str:
    """Return words of this page."""
    return view.word(f"targets.{key}", **values)


def _day(view: View, iso: str) -> str:
    return date_name(date.fromisoformat(iso), view.lang)


def settle(view: View) -> None:
    """Say what came of the value set last."""
    done, text = st.session_state.pop(_SAID, (True, ""))
    if text:
        html.show(tag("div", text, cls="told" if done else "trouble", role="status" if done else "alert"))


def _promise(view: View, id: str, unit: str) -> str:
    value = session.promise(id, view.month)
    if value is None:
        return MISSING
    return view.word("card.promise_all") if unit == "ratio" and value == 1 else written(value, unit, view.lang)


def _over(text: object, under: str) -> Html:
    """Return a text with a smaller one below it."""
    return html.join(text, tag("small", under, cls="under"))


def standing(view: View) -> None:
    """Show every KPI that has a promise or a value in force: the promise with its clause, the value with its paper, and what the present level makes of it."""
    force = managing.assessed(view.source, view.month)
    found = {one.id: one for one in changes.changes(view, list(force))} if force else {}
    rolling = data.rolling(view, list(force)) if force else None
    heads = [said(view, f"head.{name}") for name in ("kpi", "promise", "assessed", "document", "actual", "outlook")]
    rows: list[list[object]] = []
    for m in METRICS:
        promise, row = _promise(view, m.id, m.unit), force.get(m.id)
        if promise == MISSING and row is None:
            continue
        cells: list[object] = [m.label.of(view.lang), _over(promise, said(view, "clause", clause=m.clause)) if promise != MISSING else MISSING]
        if row is None:
            cells += [tag("span", said(view, "none"), cls="aside"), *[MISSING] * 3]
        else:
            since = said(view, "since", first=_day(view, row["valid_from"]), last=_day(view, row["valid_to"]))
            cells += [_over(tag("b", written(row["value"], row["unit"], view.lang)), since), _over(row["document"], masking.signer(row["approver"])),
                      *(Html(tag("td", text, cls="wrap")) for text in (data.in_counts(view, rolling.row(m.id) if rolling else None), view.word(f"changes.outlook_{found[m.id].outlook}")))]
        rows.append(cells)
    html.show(tag("div", tag("h3", said(view, "title", month=cards.month_words(view))), tag("p", said(view, "sub"), cls="aside"), html.table(heads, rows, left=len(heads), cls="found"), cls="panel"))


def form(view: View) -> None:
    """Show how a value is set or ended; nothing that was set before is changed."""
    known = {m.id: m.label.of(view.lang) for m in managing.assessable()}
    with st.container(key="assess"):
        html.show(tag("h3", said(view, "set"), cls="part"), tag("p", said(view, "set_sub"), cls="aside"))
        with st.form("assess_form", border=False, clear_on_submit=False):
            first, second = st.columns([2.2, 1], gap="small"), st.columns([1, 1.4, 1.2, 2], gap="small")
            with first[0]:
                st.selectbox(said(view, "head.kpi"), list(known), format_func=lambda id: known.get(id, ""), key="assess_id", filter_mode=None)
            for column, name in zip((first[1], *second), FIELDS, strict=True):
                with column:
                    st.text_input(said(view, f"field.{name}"), key=f"assess_{name}", placeholder=said(view, f"hint.{name}"), autocomplete="off", max_chars=120)
            with st.container(horizontal=True, vertical_alignment="center", key="assess_row"):
                asked = st.form_submit_button(said(view, "button"), type="primary")
                ended = st.form_submit_button(said(view, "end"))
    if asked or ended:
        st.session_state[_SAID] = _set(view, None if ended else st.session_state["assess_value"], known)
        st.rerun()


def _set(view: View, value: str | None, known: dict[str, str]) -> tuple[bool, str]:
    told = {name: st.session_state[f"assess_{name}"] for name in FIELDS[1:]}
    id = st.session_state["assess_id"]
    try:
        managing.assess(view.source, id, value, **told)
    except Problem as problem:
        return False, problem.of(view.lang)
    return True, said(view, "done_end" if value is None else "done", kpi=known[id], value=value or "", since=_day(view, told["valid_from"].strip()))


def log(view: View) -> None:
    """Show every entry ever made, the newest first."""
    entries = managing.assessments(view.source)
    heads = [said(view, f"head.{name}") for name in ("id", "kpi", "assessed", "since", "number", "approver", "note", "set_at", "set_by", "state")]
    force = {row["id"] for row in managing.assessed(view.source, view.month).values()}
    rows: list[list[object]] = []
    for row in entries:
        state = "replaced" if row["replaced"] else "in_force" if row["id"] in force else "other"
        value = said(view, "ended") if row["value"] is None else written(row["value"], row["unit"], view.lang)
        note = Html(tag("td", masking.scrub(row["note"]) or MISSING, cls="wrap"))
        rows.append([str(row["id"]), metric(row["metric"]).label.of(view.lang), value, _day(view, row["valid_from"]), row["document"], masking.signer(row["approver"]), note,
                     f"{_day(view, row['set_at'][:10])} {row['set_at'][11:16]}", row["set_by"], said(view, f"state.{state}", n=row["replaced"] or 0)])
    body = html.table(heads, rows, left=len(heads)) if rows else tag("div", said(view, "log_none"), cls="nothing")
    html.show(tag("div", tag("h3", said(view, "log")), body, cls="panel"))
