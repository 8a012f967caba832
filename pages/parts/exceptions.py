"""What breaks a rule in a month, one line each: what, where, the recorded cause, who controls it, whose it was, how long, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kpi.exports.tables import BY_NAME
from kpi.metrics.exceptions import Exceptions, parsed
from kpi.metrics.model import UNSTATED
from kpi.metrics.registry import metric
from kpi.quality.registry import BY_CODE
from kpi.store import actions as log
from kpi.store.actions import Action
from kpi.words import MISSING, masking, month_name
from kpi.words import format as written
from kpi.words import word as word_of
from kpi.words.moments import date_name
from pages.parts import changes, data, html, session, story
from pages.parts.filters import View
from pages.parts.html import Html, tag

SHOWN = 5
"""Exceptions on the first screen; all of them stand on the page of actions."""

OFFICES = tuple("部科室组所处站班司办")
"""Last signs of a department's name, which is no person's."""

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


def name(view: View, id: str) -> str:
    """Return a KPI's short name, where pages have one, else its label."""
    try:
        return data.word(view, id, "short")
    except KeyError:
        return metric(id).label.of(view.lang)


def _counted(view: View, id: str, n: int) -> str:
    try:
        return data.counted(view, id, n)
    except KeyError:
        return f"{n:,}{'件' if view.lang == 'zh' else ''}"


def _phrase(view: View, id: str, key: str) -> str:
    """Return a KPI's own word for a verdict, else the plain one."""
    try:
        return data.word(view, id, key)
    except KeyError:
        return data.word(view, "valve_on_time", key)


def key(text: str) -> str:
    """Return the number of a case; one that is told by its name (the ledger gave no number) is not spelled out."""
    return MISSING if text.startswith("~") else text


def person(view: View, code: str | None) -> str:
    """Return a manager by number and masked name, a department as it is, any other name masked."""
    if not code or code == UNSTATED:
        return said(view, "owner.none")
    known = dict(view.managers).get(code)
    return known or (code if code.endswith(OFFICES) or not code.isalpha() or code.isascii() else masking.person(code))


def what(view: View, row: Row) -> Html:
    """Return what is the matter, with a link to the case where it is a single one."""
    id, kind, n = row["metric"], row["kind"], row["n"]
    if kind == "contradiction":
        table = BY_NAME[row["table"]]
        about = {"name": BY_CODE[row["code"], row["table"]].label.of(view.lang), "table": table.zh if view.lang == "zh" else table.en}
        return _linked(view, row, said(view, "says.contradiction_one", **about, number="{number}") if row["key"] else said(view, "says.contradiction", **about, n=n))
    unit = metric(id).unit
    if row["target"] is not None:
        if kind == "missed":
            return html.join(said(view, "says.short", name=name(view, id), value=written(row["value"], unit, view.lang), target=written(row["target"], unit, view.lang)))
        rule = view.word(f"changes.rule.{row['code']}")
        return html.join(said(view, "says.changed", name=name(view, id), rule=rule, value=written(row["value"], unit, view.lang), mean=written(row["target"], unit, view.lang)))
    if kind == "thin":
        return html.join(said(view, "says.thin", name=name(view, id), n=_counted(view, id, n), unknown=_phrase(view, id, "unknown"), of=_counted(view, id, row["of"])))
    if row["key"]:
        return _linked(view, row, said(view, "says.one", name=name(view, id), number="{number}", reason=word_of(f"metrics.reason.{row['reasons'][0][0]}", view.lang)))
    return html.join(said(view, "says.many", name=name(view, id), n=_counted(view, id, n), miss=_phrase(view, id, "miss"), of=_counted(view, id, row["of"])))


def _linked(view: View, row: Row, text: str) -> Html:
    """Put the number of the case into a text, as a link to the case where it is an application's."""
    before, _, after = text.partition("{number}")
    number = key(row["key"] or "")
    app = row["app_id"] or (row["key"] if row["table"] == "application" else None)
    return html.join(before, story.link(view, app, number) if app and not app.startswith("~") else number, after)


def cause(view: View, row: Row) -> str:
    """Return the causes that people recorded, and how many cases lack one; — where nobody is asked for one."""
    if row["no_cause"] is None:
        return MISSING
    comma = "、" if view.lang == "zh" else ", "
    told = [said(view, "cause.some", cause=masking.scrub(text), n=said(view, "cause.times", n=n) if row["n"] > 1 else "") for text, n in row["causes"][:2]]
    if row["no_cause"]:
        told.append(said(view, "cause.rest", n=row["no_cause"]) if told else said(view, "cause.none"))
    return comma.join(told)


def owner(view: View, row: Row) -> Html:
    """Return who held the grid when the duty fell due, and who holds it now where that is another."""
    notes = [said(view, "owner.now", name=person(view, row["now"]))] if row["now"] else []
    if row["inherited"]:
        notes.append(said(view, "owner.inherited"))
    return html.join(person(view, row["owner"]), tag("small", ("，" if view.lang == "zh" else ", ").join(notes)) if notes else "")


def age(view: View, row: Row) -> str:
    """Return how long it stands: days, or months in a row."""
    if (row["months"] or 0) > 1:
        return said(view, "age.months", n=row["months"])
    return said(view, "age.days", n=f"{row['age']:,}")


def due_words(view: View, due: date) -> str:
    """Return a due date as read."""
    return date_name(datetime(due.year, due.month, due.day), view.lang)


def cells(view: View, row: Row) -> list[object]:
    """Return kind, what, grid, cause, controller, owner and age of an exception."""
    grid = said(view, "page.company") if row["grid"] is None else view.grid_name(row["grid"])
    return [
        tag("b", said(view, f"kind.{row['kind']}"), cls="m" if row["kind"] in ("overdue", "outside", "worsening", "missed") else ""), what(view, row), grid, cause(view, row),
        data.member(view, row["controller"]), owner(view, row), age(view, row),
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
    told = said(view, "before.open", n=len(listed), late=late, owner=person(view, nearest.owner), what=masking.scrub(nearest.what), due=due_words(view, nearest.due))
    return tag("p", html.link(told, to), cls="aside")


def _action(view: View, row: Row, action: Action | None, to: str) -> Html:
    if action is None:
        return html.link(said(view, "action.add"), to)
    key = "overdue" if action.overdue(log.today()) else "due"
    return Html(tag("span", said(view, f"action.{key}", owner=person(view, action.owner), due=due_words(view, action.due)), cls="m" if key == "overdue" else "", title=action.what))


def about(view: View, subject: str) -> str:
    """Return what a subject is about in words, for actions whose exception is not in the month's list."""
    kind, about_what, whom = parsed(subject)
    if kind == "contradiction":
        code, _, table = about_what.partition("@")
        about_name = BY_CODE[code, table].label.of(view.lang)
    else:
        about_name = name(view, about_what)
    if kind == "overdue":
        where = key(whom or "")
    else:
        where = dict(view.managers).get(whom) or (view.grid_name(whom) if whom else said(view, "page.company"))
    return " · ".join((said(view, f"kind.{kind}"), about_name, where))
