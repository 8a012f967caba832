"""What breaks a rule in a month, one line each: what, where, the recorded cause, who controls it, whose it was, how long, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kpi.metrics.exceptions import Exceptions, parsed
from kpi.reports import told
from kpi.store import actions as log
from kpi.store.actions import Action
from kpi.words import MISSING, masking, month_name
from kpi.words import word as word_of
from kpi.words.moments import date_name
from pages.parts import changes, data, html, session, story
from pages.parts.filters import View
from pages.parts.html import Html, tag

SHOWN = 5
"""Exceptions on the first screen; all of them stand on the page of actions."""

Row = Mapping[str, Any]


def said(view: View, key: str, **values: Any) -> str:
    """Return words of exceptions and actions."""
    return word_of(f"exceptions.{key}", view.lang, **values)


def found(view: View) -> Exceptions:
    """Return the exceptions of the month asked for, of the grid or manager filtered for."""
    return session.exceptions(view.source, view.month, view.grid, view.manager)


def decided() -> dict[str, Action]:
    """Return the open action of each subject, the first due where there are several; the journal is asked every time."""
    return {action.subject: action for action in reversed(log.actions()) if action.open}


def person(view: View, code: str | None) -> str:
    """Return a manager by number and masked name, a department as it is, any other name masked."""
    return told.person(code, dict(view.managers), view.lang)


def what(view: View, row: Row) -> Html:
    """Return what is the matter, with a link to the case where it is a single one."""
    before, mark, after = told.phrase(row, view.lang).partition(told.NUMBER)
    number = told.number(row["key"] or "") if mark else ""
    app = row["app_id"] or (row["key"] if row["table"] == "application" else None)
    return html.join(before, story.link(view, app, number) if mark and app and not app.startswith("~") else number, after)


def owner(view: View, row: Row) -> Html:
    """Return who held the grid when the duty fell due, and who holds it now where that is another."""
    notes = [said(view, "owner.now", name=person(view, row["now"]))] if row["now"] else []
    if row["inherited"]:
        notes.append(said(view, "owner.inherited"))
    return html.join(person(view, row["owner"]), tag("small", ("，" if view.lang == "zh" else ", ").join(notes)) if notes else "")


def due_words(view: View, due: date) -> str:
    """Return a due date as read."""
    return date_name(datetime(due.year, due.month, due.day), view.lang)


def cells(view: View, row: Row) -> list[object]:
    """Return kind, what, grid, cause, controller, owner and age of an exception."""
    grid = said(view, "page.company") if row["grid"] is None else view.grid_name(row["grid"])
    return [
        tag("b", said(view, f"kind.{row['kind']}"), cls="m" if row["kind"] in ("overdue", "outside", "worsening", "missed") else ""), what(view, row), grid, told.cause(row, view.lang),
        data.member(view, row["controller"]), owner(view, row), told.age(row, view.lang),
    ]


def summary(view: View, all_: Exceptions) -> Html:
    """Return how many charts are flagged and how many chance alone would flag, and what the list holds."""
    left = said(view, "left", n=all_.left) if all_.left else ""
    return tag("p", changes.counted(view, all_.count), " ", said(view, "sub", month=month_name(view.month, view.lang), n=len(all_.rows)) + ("。" if view.lang == "zh" else "."), left, cls="aside")


def first(view: View) -> Html:
    """Return the exceptions that rank first, each with cause, controller, holder and action, and what the last meeting decided: for one screen."""
    all_, open_ = found(view), decided()
    to = html.address("actions", view.link)
    if not all_.rows:
        return tag("div", tag("h3", said(view, "title")), tag("div", said(view, "none", month=month_name(view.month, view.lang)), cls="nothing"), _decided_before(view, to), cls="panel")
    head = tag("div", tag("h3", said(view, "title")), html.link(said(view, "all", n=len(all_.rows)), to), cls="head-line")
    lines = [_brief(view, row, open_.get(row["subject"]), to) for row in all_.rows[:SHOWN]]
    waiting = sum(row["subject"] not in open_ for row in all_.rows)
    asked = tag("p", said(view, "asked", n=waiting), cls="aside") if waiting else ""
    return tag("div", head, tag("p", changes.counted(view, all_.count), cls="aside"), tag("ol", *lines, cls="brief"), _decided_before(view, to), asked, cls="panel")


def _brief(view: View, row: Row, action: Action | None, to: str) -> Html:
    kind, about_what, grid, why, controller, whose, since = cells(view, row)
    dot = " · "
    beside = [text for text in (grid, why if row["no_cause"] is not None else "", controller, whose, since) if text and text != MISSING]
    return tag("li", tag("div", kind, " ", about_what), tag("small", html.join(*(part if not place else html.join(dot, part) for place, part in enumerate(beside))), dot, _action(view, row, action, to)))


def _decided_before(view: View, to: str) -> Html:
    """Return what was decided earlier and is not done, the first due named."""
    listed = [action for action in log.actions() if action.open]
    if not listed:
        return tag("p", said(view, "before.none"), cls="aside")
    late = sum(action.overdue(log.today()) for action in listed)
    nearest = listed[0]
    text = said(view, "before.open", n=len(listed), late=late, owner=person(view, nearest.owner), what=masking.scrub(nearest.what), due=due_words(view, nearest.due))
    return tag("p", html.link(text, to), cls="aside")


def _action(view: View, row: Row, action: Action | None, to: str) -> Html:
    if action is None:
        return html.link(said(view, "action.add"), to)
    key = "overdue" if action.overdue(log.today()) else "due"
    return Html(tag("span", said(view, f"action.{key}", owner=person(view, action.owner), due=due_words(view, action.due)), cls="m" if key == "overdue" else "", title=action.what))


def about(view: View, subject: str) -> str:
    """Return what a subject is about in words, for actions whose exception is not in the month's list."""
    kind, about_what, whom = parsed(subject)
    if kind == "contradiction":
        code = about_what.partition("@")[0]
        about_name = told.contrary(code, view.lang)
    else:
        about_name = told.name(about_what, view.lang)
    if kind == "overdue":
        where = told.number(whom or "")
    else:
        where = dict(view.managers).get(whom) or (view.grid_name(whom) if whom else said(view, "page.company"))
    return " · ".join((said(view, f"kind.{kind}"), about_name, where))
