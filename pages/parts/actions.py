"""督办事项: what was decided and is not done, what has no decision yet, and what was closed; nothing that was recorded is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from kpi.problems import Problem
from kpi.store import actions as log
from kpi.store import user
from kpi.store.actions import Action
from kpi.words import masking, month_name
from pages.parts import cards, exceptions, html
from pages.parts.exceptions import due_words, person, said
from pages.parts.filters import View
from pages.parts.html import Html, tag

LISTED = 12
"""Exceptions shown at once; the others on demand."""

DAYS = 14
"""Days to the due date that the form proposes."""

_SAID, _LACKS, _MORE = "actions_said", "actions_lacks", "actions_more"


def settle() -> None:
    """Say what was recorded by the click before, or what it lacked."""
    for key, cls, role in ((_SAID, "told", "status"), (_LACKS, "trouble", "alert")):
        told = st.session_state.pop(key, "")
        if told:
            html.show(tag("div", told, cls=cls, role=role))


def _of(view: View, action: Action) -> bool:
    """Whether an action belongs to what the page is filtered for: its owner, or the grid its subject names."""
    if view.manager and action.owner != view.manager:
        return False
    return not view.grid or action.subject.rpartition(":")[2] == view.grid


def open_ones(view: View) -> None:
    """Show the actions that nobody has closed, by due date."""
    listed = [a for a in log.actions() if a.open and _of(view, a)]
    cards.heading(said(view, "page.open_title", n=len(listed)), said(view, "page.open_sub") if listed else "")
    if not listed:
        html.show(tag("div", said(view, "page.open_none"), cls="nothing"))
        return
    with st.container(key="actions_open"):
        html.show(_line(view, *(said(view, f"page.{name}") for name in ("number", "about", "what", "owner", "due", "opened")), head=True))
        for action in listed:
            with st.container(key=f"decided_{action.number}", horizontal=True, vertical_alignment="center"):
                html.show(_line(view, tag("b", str(action.number)), exceptions.about(view, action.subject), masking.scrub(action.what), person(view, action.owner), _due(view, action), _opened(view, action)))
                if st.button(said(view, "page.close"), key=f"close_{action.number}", type="tertiary"):
                    _ask_close(view, action)


def _line(view: View, *inside: object, head: bool = False) -> Html:
    return tag("div", *(tag("span", part) for part in inside), cls="action head" if head else "action")


def _due(view: View, action: Action) -> Html:
    days = (action.due - log.today()).days
    note = said(view, "page.late", n=-days) if days < 0 else said(view, "page.left", n=days) if days else said(view, "page.today")
    return html.join(due_words(view, action.due), tag("small", note, cls="m" if days < 0 else ""))


def _opened(view: View, action: Action) -> Html:
    return html.join(action.opened_by, tag("small", due_words(view, date.fromisoformat(action.opened_at[:10])), " · ", said(view, "age.days", n=action.age(log.today()))))


def todo(view: View) -> None:
    """Show the month's exceptions in their order, each with its action or the way to record one."""
    found, open_ = exceptions.found(view), exceptions.decided()
    cards.heading(said(view, "page.todo_title", month=month_name(view.month, view.lang), n=len(found.rows)), said(view, "page.todo_sub"))
    html.show(exceptions.summary(view, found))
    if not found.rows:
        html.show(tag("div", said(view, "none", month=month_name(view.month, view.lang)), cls="nothing"))
        return
    most = len(found.rows) if st.session_state.get(_MORE) == view.month else LISTED
    with st.container(key="actions_todo"):
        heads = [said(view, f"head.{name}") for name in ("kind", "what", "grid", "cause", "controller", "owner", "age")]
        html.show(tag("div", *(tag("span", text) for text in heads), cls="todo head"))
        for row in found.rows[:most]:
            action = open_.get(row["subject"])
            decided = tag("div", _decided(view, action), cls="why") if action else ""
            with st.container(key=f"todo_{row['rank']}", horizontal=True, vertical_alignment="center"):
                html.show(tag("div", *(tag("span", cell) for cell in exceptions.cells(view, row)), cls="todo has" if action else "todo"), decided)
                if action is None and st.button(said(view, "page.add"), key=f"add_{row['rank']}", type="tertiary"):
                    _ask_add(view, row)
    if len(found.rows) > most:
        st.button(said(view, "rest", n=len(found.rows) - most), key="actions_rest", on_click=lambda: st.session_state.update({_MORE: view.month}))


def _decided(view: View, action: Action) -> str:
    told = said(view, "action.overdue" if action.overdue(log.today()) else "action.due", owner=person(view, action.owner), due=due_words(view, action.due))
    return f"{told}{': ' if view.lang == 'en' else '：'}{masking.scrub(action.what)}"


def _by(view: View, who: str, at: str) -> str:
    return said(view, "page.by", who=who, when=due_words(view, date.fromisoformat(at[:10])))


def closed_ones(view: View) -> None:
    """Show what was closed, the last first, with who closed it and what was done."""
    listed = [a for a in log.actions() if not a.open and _of(view, a)]
    if not listed:
        return
    heads = [said(view, f"page.{name}") for name in ("number", "about", "what", "owner", "due", "opened", "closed", "done")]
    rows = [
        [str(a.number), *(Html(tag("td", text, cls="wrap")) for text in (exceptions.about(view, a.subject), masking.scrub(a.what))), person(view, a.owner), due_words(view, a.due),
         _by(view, a.opened_by, a.opened_at), _by(view, a.closed_by or "", a.closed_at or ""), Html(tag("td", masking.scrub(a.done), cls="wrap"))]
        for a in listed
    ]
    html.show(tag("div", html.fold(said(view, "page.closed_title", n=len(listed)), html.table(heads, rows, left=len(heads))), cls="panel"))


def _record(view: View, act: Callable[[], Action], key: str) -> None:
    """Do what was asked, and keep what came of it for the next run."""
    try:
        st.session_state[_SAID] = said(view, key, n=act().number)
    except Problem as problem:
        st.session_state[_LACKS] = problem.of(view.lang)


def _buttons(view: View, act: Callable[[], Action], save: str, told: str) -> None:
    """Show the buttons of a question; it stays open, saying what it lacks, until something is recorded."""
    with st.container(horizontal=True, key="undo_buttons"):
        saved = st.button(said(view, save), type="primary", key="action_yes", on_click=lambda: _record(view, act, told))
        if st.button(said(view, "form.cancel"), key="action_no") or (saved and _SAID in st.session_state):
            st.rerun()
    lacks = st.session_state.pop(_LACKS, "")
    if lacks:
        html.show(tag("div", lacks, cls="trouble", role="alert"))


def _ask_add(view: View, row: Mapping[str, Any]) -> None:
    """Ask what is to be done about an exception, by whom and until when."""

    @st.dialog(said(view, "form.add_title"))
    def ask() -> None:
        html.show(tag("p", exceptions.what(view, row)))
        st.text_area(said(view, "form.what"), key="action_what", placeholder=said(view, "form.what_hint"), max_chars=log.LONGEST, height=90)
        names = dict(view.managers)
        listed = list(names)
        held = row["now"] or row["owner"]
        st.selectbox(said(view, "form.owner"), listed, index=listed.index(held) if held in names else None, format_func=lambda code: names.get(code, code), key="action_owner",
                     placeholder=said(view, "form.owner_hint"), accept_new_options=True)
        st.date_input(said(view, "form.due"), value=log.today() + timedelta(days=DAYS), min_value=log.today(), format="YYYY-MM-DD", key="action_due")
        html.show(tag("p", said(view, "form.note", who=user()), cls="aside"))
        _buttons(view, lambda: log.add(row["subject"], view.month, *(st.session_state[f"action_{name}"] or "" for name in ("what", "owner", "due"))), "form.save", "form.added")

    ask()


def _ask_close(view: View, action: Action) -> None:
    """Ask what was done."""

    @st.dialog(said(view, "form.close_title"))
    def ask() -> None:
        html.show(tag("p", f"{action.number} · {exceptions.about(view, action.subject)}"), tag("p", masking.scrub(action.what), cls="aside"))
        st.text_area(said(view, "form.done"), key="action_done", placeholder=said(view, "form.done_hint"), max_chars=log.LONGEST, height=90)
        _buttons(view, lambda: log.close(action.number, st.session_state["action_done"] or ""), "form.finish", "form.finished")

    ask()
