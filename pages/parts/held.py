"""Blocks about one customer manager: his grids, what is due soon or overdue, what he controls in counts, the cases, and the stops in his favour; no rank and no colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from kpi.exports.tables import BY_NAME
from kpi.metrics.held import CONTROLLED as CONTROLLED
from kpi.metrics.held import SOON
from kpi.metrics.model import UNSTATED
from kpi.metrics.registry import metric
from kpi.metrics.verdict import GRID, tally
from kpi.standards import months
from kpi.words import MISSING, month_name
from kpi.words import format as written
from kpi.words.moments import date_name, recorded
from pages.parts import cards, data, html, managing, misses, paging, session, story
from pages.parts.filters import View
from pages.parts.html import Html, tag

LISTED = 12
"""Open duties that stand open; the others unfold."""

Duty = Mapping[str, Any]


def said(view: View, key: str, **values: object) -> str:
    """Return words of this page."""
    return view.word(f"held.{key}", **values)


def labels(view: View) -> dict[str, str]:
    """Return the names of the KPIs that a manager controls."""
    return {id: metric(id).label.of(view.lang) for id in CONTROLLED}


def who(view: View) -> None:
    """Show which grids the manager holds and has held; without one, how to choose."""
    if not view.managers:
        cards.note(said(view, "no_register"))
        return
    if not view.manager:
        cards.note(said(view, "choose"))
        return
    terms = managing.terms(view.source, view.manager)
    facts = [(said(view, "manager"), dict(view.managers)[view.manager])]
    for term in terms:
        until = said(view, "until_now") if term["until"] > view.as_of else date_name(term["until"] - timedelta(days=1), view.lang)
        facts.append((said(view, "term", since=date_name(term["since"], view.lang), until=until), view.grid_name(term["grid"])))
    html.show(tag("div", *(tag("div", tag("small", name), tag("b", value)) for name, value in facts), cls="facts"))


def _left(view: View, duty: Duty) -> str:
    """Return what is left of a limit, or by how much it is over, in the unit of the limit."""
    key = "over" if duty["overdue"] else "left"
    if duty["left_wd"] is not None:
        text = written(abs(duty["left_wd"]), "wd", view.lang)
    else:
        hours = abs(duty["left_h"])
        text = written(hours, "h", view.lang) if hours < 48 else written(float(int(hours // 24)), "d", view.lang)
    return said(view, key, text=text)


def _soon(duty: Duty) -> bool:
    return not duty["overdue"] and duty["left_h"] <= SOON[duty["duty"]]


def _until(view: View, duty: Duty) -> str:
    """Return the last moment in words: a limit at midnight is the end of the day before."""
    at = duty["due_at"]
    return date_name(at - timedelta(days=1), view.lang) if at.hour == at.minute == 0 else recorded(at, "moment", view.lang)


def _page(view: View, duties: Sequence[Duty], at: int) -> Html:
    """Return the page of a list of duties that begins with the one at a place."""
    heads = [said(view, f"head.{name}") for name in ("left", "duty", "key", "grid", "until", "source")]
    rows: list[list[object]] = []
    for duty in duties[at:at + paging.SIZE]:
        left = _left(view, duty)
        table = BY_NAME[duty["about"]]
        place = said(view, "source", table=table.zh if view.lang == "zh" else table.en, file=duty["file"] or MISSING, row=duty["row"] or MISSING)
        key = story.link(view, duty["app_id"], duty["key"]) if duty["app_id"] and duty["about"] == "application" else duty["key"]
        rows.append([tag("b", left) if _soon(duty) or duty["overdue"] else left, said(view, f"duty.{duty['duty']}"), key, view.grid_name(duty["grid"]), _until(view, duty), Html(tag("td", place, cls="wrap u"))])
    shown = paging.opened(len(duties), LISTED)
    body = html.table(heads, rows[:shown], left=len(heads), cls="found")
    return html.join(body, html.fold(view.word("misses.rest", n=len(rows) - shown), html.table(heads, rows[shown:], left=len(heads), cls="found"))) if len(rows) > shown else body


def due(view: View) -> None:
    """Show what is still to be done, of the manager and of the grid asked for where there are such."""
    _pressing(view, [duty for duty in managing.open_duties(view.source, view.manager) if view.grid in (None, duty["grid"])])


def due_in_grid(view: View) -> None:
    """Show what is still to be done in the grid asked for."""
    _pressing(view, [duty for duty in managing.open_duties(view.source) if duty["grid"] == view.grid])


def _pressing(view: View, found: Sequence[Duty]) -> None:
    """Show what is still to be done, the most pressing first; past its limit apart, and what had ended before the holder took over apart from that."""
    groups = {
        "coming": [d for d in found if not d["overdue"]], "overdue": [d for d in found if d["overdue"] and not d["inherited"]], "inherited": [d for d in found if d["inherited"]],
    }
    soon = sum(_soon(d) for d in groups["coming"])
    lead = (tag("h3", said(view, "due")), tag("p", said(view, "due_said", soon=soon, coming=len(groups["coming"]), overdue=len(groups["overdue"]), inherited=len(groups["inherited"]))),
            tag("p", said(view, "due_sub"), cls="aside"))

    def coming(at: int) -> Html:
        return tag("div", *lead, _page(view, groups["coming"], at) if groups["coming"] else "", cls="panel")

    def past(name: str, at: int) -> Html:
        inside = (tag("p", said(view, f"group_sub.{name}"), cls="aside"), _page(view, groups[name], at))
        return tag("div", html.fold(said(view, f"group.{name}", n=len(groups[name])), *inside, unfolded=len(groups[name]) > paging.SIZE), cls="panel plain")

    paging.show(view, "due_coming", len(groups["coming"]), coming)
    for name in ("overdue", "inherited"):
        if groups[name]:
            paging.show(view, f"due_{name}", len(groups[name]), partial(past, name))


def everyone(view: View) -> None:
    """Show what stands open with each manager, in order of number: counts only."""
    if not view.managers:
        return
    counted = Counter((d["manager"], "inherited" if d["inherited"] else "overdue" if d["overdue"] else "soon" if _soon(d) else "later") for d in managing.open_duties(view.source))
    names = ("soon", "later", "overdue", "inherited")
    heads = [said(view, "manager"), *(said(view, f"head.{name}") for name in names)]
    rows = [[html.link(name, html.address("managers", {**view.link, "manager": code})), *(counted[code, kind] or MISSING for kind in names)] for code, name in view.managers]
    if any(code == UNSTATED for code, _ in counted):
        rows.append([said(view, "nobody"), *(counted[UNSTATED, kind] or MISSING for kind in names)])
    html.show(tag("div", tag("h3", said(view, "everyone")), tag("p", said(view, "due_sub"), cls="aside"), html.table(heads, rows), cls="panel"))


def duties(view: View) -> None:
    """Show what he controls in counts, this month and over twelve; a share only from ten cases."""
    first = months.shift(view.month, -11)
    heads = [view.word("definition.name"), *(said(view, f"head.{name}") for name in ("month", "year", "rate", "range"))]
    rows: list[list[object]] = []
    results = session.results(view.source, CONTROLLED, start=first, end=view.month, where=_where(view))
    known = {(row["metric"], row["month"]): row for row in results}
    for id, label in labels(view).items():
        long = known[id, None]
        many = long["n"] >= GRID
        share = written(long["value"], "ratio", view.lang) if many and not (long["hits"] == long["n"] and long["unknown"]) else said(view, "few") if 0 < long["n"] < GRID else MISSING
        chance = said(view, "range", low=written(long["chance_low"], "ratio", view.lang), high=written(long["chance_high"], "ratio", view.lang)) if many else MISSING
        rows.append([label, _counts(view, id, known[id, view.month]), MISSING if metric(id).snapshot else _counts(view, id, long), share, chance])
    rated = session.results(view.source, ["satisfied_manager"], start=first, end=view.month, where=_where(view))[-1]
    rating = said(view, "rated", n=rated["n"], top=rated["hits"]) if rated["n"] >= GRID else said(view, "rated_few", n=rated["n"])
    html.show(tag("div", tag("h3", said(view, "duties")), tag("p", said(view, "duties_sub", first=month_name(first, view.lang), last=month_name(view.month, view.lang)), cls="aside"),
                  html.table(heads, rows, left=len(heads), cls="found"), tag("p", rating, cls="aside"), cls="panel plain"))


def _where(view: View) -> dict[str, str]:
    regime = view.regime()
    return {**view.where, **({"regime": regime} if regime else {})}


def _counts(view: View, id: str, row: Mapping[str, Any]) -> Html | str:
    found = tally(row)
    return tag("span", html.join(*(html.join(" ", part) for part in cards.pieces(view, id, found))), cls="counts") if found.total else MISSING


def cases(view: View) -> None:
    """Show every case of the month that was not kept, and every one that a record would settle."""
    with st.container(key="plain_misses"):
        misses.show(view, CONTROLLED, title=said(view, "cases"))


def stops(view: View) -> None:
    """Show the clock-stops of his cases over twelve months: those taken off, and those that would be if the record were whole."""
    found = managing.stops(view.source, view.manager or "", months.shift(view.month, -11), view.month, view.lang)
    counted = sum(s["counts"] for s in found)
    heads = [said(view, f"head.{name}") for name in ("key", "began", "ended", "cause", "owner", "why")]
    rows = [
        [story.link(view, s["app_id"], s["app_id"]), recorded(s["begun_at"], s["begun_at_p"], view.lang), recorded(s["ended_at"], s["ended_at_p"], view.lang), data.member(view, s["cause"] or MISSING),
         data.member(view, s["owner"] or MISSING), Html(tag("td", s["why"], cls="wrap"))]
        for s in sorted(found, key=lambda s: s["counts"])
    ]
    lead = said(view, "stops_said", n=len(found), counted=counted, left=len(found) - counted) if found else said(view, "stops_none")
    body = html.fold(view.word("chart.table"), html.table(heads, rows, left=len(heads), cls="found")) if rows else ""
    html.show(tag("div", tag("h3", said(view, "stops")), tag("p", lead), tag("p", said(view, "stops_sub"), cls="aside"), body, cls="panel"))
