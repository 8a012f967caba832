"""Every case that was not kept, and every one that cannot be told, down to the row of the ledger it came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from kpi import standards
from kpi.exports.tables import BY_NAME
from kpi.metrics import listing
from kpi.metrics.causes import parties
from kpi.metrics.registry import metric
from kpi.standards import months
from kpi.words import MISSING, masking, month_name, word
from kpi.words import format as written
from kpi.words.moments import recorded
from pages.parts import data, html, paging, session, story, timing
from pages.parts.filters import View
from pages.parts.html import Html, tag

WORDED = ("zero_errand", "zero_material", "two_follow_ups", "project_info_complete", "survey_agrees_errands", "survey_agrees_documents")
"""KPIs whose actual number needs its own words."""

UNITS = {
    "valve_on_time": "wd", "zero_fee": "yuan", "feedback_24h": "h", "feedback_3wd": "wd", "pipe_ready_first": "d", "projects_updated": "d", "user_charge_amount": "yuan", "survey_agrees_fee": "yuan",
    **dict.fromkeys(("road_in_step_plan", "road_in_step_start", "road_in_step_done"), "d"),
}
"""Units of what a case shows as actual; KPIs in neither list show nothing beside their reason."""

SHOWN = 10
"""Rows that stand open; the others unfold."""


def _asked(view: View, ids: Sequence[str], verdict: str, first: str | None) -> listing.Asked:
    return listing.Asked(tuple(ids), verdict, (first or view.month, view.month), view.where, view.regime())


def _cases(view: View, asked: listing.Asked, at: int) -> list[dict[str, Any]]:
    """Return the page of cases that begins at a place, each with everything that was not kept and what is recorded of its application, in order of grid and number."""
    found = listing.shown(session.engine(view.source), asked, at, paging.SIZE, view.lang)
    known = session.applications(view.source, [case["app_id"] for case in found if case["app_id"]])
    told = timing.recorded_causes(view.source, "appeal", [case["key"] for case in found if case["about"] == "appeal"])
    for case in found:
        case["application"] = known.get(case["app_id"] or "", {})
        case["grid"] = case["grid"] or case["application"].get("grid")
        case["cause"] = masking.scrub(case["application"].get("cause") if case["about"] == "application" else told.get(case["key"]))
    return found


def _actual(view: View, id: str, row: dict[str, Any]) -> str:
    if id in WORDED and row["value"] is not None:
        return view.word(f"actual.{id}", n=written(row["value"], "count", view.lang))
    unit = UNITS.get(id)
    if unit is None:
        return MISSING
    if row["value"] is not None:
        return written(row["value"], unit, view.lang)
    if row["low"] is not None and row["high"] is not None:
        low, high = written(row["low"], unit, view.lang), written(row["high"], unit, view.lang)
        return low if low == high else f"{low}—{high}"
    return MISSING


def _table(view: View, name: str) -> str:
    table = BY_NAME[name]
    return table.zh if view.lang == "zh" else table.en


def _sources(view: View, case: dict[str, Any]) -> Html:
    heads = [view.word(f"misses.{name}") for name in ("table", "file", "sheet", "row")]
    rows = [[_table(view, s["table"]), s["file"], s["sheet"], str(s["row"])] for s in case["sources"] if s["file"]]
    return html.table(heads, rows, left=3, caption=view.word("misses.sources")) if rows else tag("div", view.word("misses.no_source"))


def _case(view: View, case: dict[str, Any], several: bool) -> Html:
    application = case["application"]
    mark = ": " if view.lang == "en" else "："
    stop = "; " if view.lang == "en" else "；"
    why = stop.join(dict.fromkeys(f"{data.word(view, id, 'short')}{mark}{row['reason']}" if several and id != "all_kept" else row["reason"] for id, row in case["items"]))
    actual = [text for text in dict.fromkeys(_actual(view, id, row) for id, row in case["items"]) if text != MISSING]
    tagged = tag("span", view.word("misses.straddling"), cls="tagged") if case["straddling"] else ""
    customer = masking.firm(application.get("customer")) or MISSING
    cells = [tag("b", case["key"]), tag("span", view.grid_name(case["grid"])), tag("span", customer), tag("span", why, tagged, cls="why")]
    head = tag("summary", *cells, tag("span", ("、" if view.lang == "zh" else ", ").join(actual) or MISSING))
    cause = case["cause"]
    party = standards.controller(cause)
    missed = any(row["verdict"] == "miss" for _, row in case["items"])
    said = view.word("misses.cause_recorded", cause=cause) + (view.word("misses.party", party=data.member(view, party)) if party else "") if cause else view.word("misses.cause_none") if missed else ""
    events = [[view.word(f"event.{name}"), recorded(at, precision, view.lang)] for name, at, precision in application.get("events", [])]
    times = html.table([view.word("misses.event"), view.word("misses.at")], events, left=2, caption=view.word("misses.events")) if events else ""
    whole = tag("p", story.link(view, case["app_id"], view.word("case.open"))) if case["app_id"] else ""
    return tag("details", head, tag("div", tag("p", said) if said else "", whole, times, _sources(view, case), cls="more"), cls="miss")


def _list(view: View, cases: Sequence[dict[str, Any]], several: bool, shown: int = SHOWN) -> Html:
    heads = [view.word(f"misses.{name}") for name in ("key", "grid", "customer", "why", "actual")]
    head = tag("div", tag("div", *(tag("span", h) for h in heads), tag("span")), cls="miss head")
    rows = [_case(view, case, several) for case in cases]
    rest = html.fold(view.word("misses.rest", n=len(rows) - shown), *rows[shown:]) if len(rows) > shown + 2 else html.join(*rows[shown:])
    return html.join(head, *rows[:shown], rest)


def _number(view: View, by_id: Sequence[tuple[str, int]]) -> str:
    """Return how many cases, each kind in its own noun: 16户、2件."""
    kinds: dict[str, tuple[str, int]] = {}
    for id, n in by_id:
        first, before = kinds.get(data.noun(view, id), (id, 0))
        kinds[data.noun(view, id)] = first, before + n
    comma = "、" if view.lang == "zh" else ", "
    return comma.join(data.counted(view, id, n) for id, n in kinds.values())


def _by_party(view: View, by_cause: Sequence[tuple[str | None, int]]) -> Html:
    """Return whose the misses are by their recorded causes, counts first; what nobody wrote down stands last."""
    rows = parties((masking.scrub(cause), n) for cause, n in by_cause)
    comma, stop = (", ", "; ") if view.lang == "en" else ("、", "；")
    parts = []
    for party in dict.fromkeys(row["controller"] for row in rows):
        causes = [row for row in rows if row["controller"] == party and row["cause"]]
        if causes:
            name = data.member(view, party) if party else view.word("misses.no_party")
            parts.append(view.word("misses.by_party", party=name, n=sum(row["n"] for row in causes), causes=comma.join(f"{row['cause']} {row['n']}" if row["n"] > 1 else row["cause"] for row in causes)))
    blank = sum(row["n"] for row in rows if not row["cause"])
    if blank:
        parts.append(view.word("misses.no_cause", n=blank))
    return tag("div", view.word("misses.parties"), stop.join(parts), cls="aside")


def show(view: View, ids: Sequence[str], *, title: str = "", unknown: bool = True, first: str | None = None) -> None:
    """Show the list of what was not kept, and on demand what cannot be told and waits for its record, which has pages of its own where it is long."""
    asked = (repr(view), view, tuple(ids), first)
    waiting = _waiting(*asked, 0)[1] if unknown else 0
    inside, name = unknown and waiting <= paging.SIZE, f"misses_{ids[0]}"
    paging.show(view, name, _panel(*asked, title, inside, 0)[1], lambda at: _panel(*asked, title, inside, at)[0])
    if waiting > paging.SIZE:
        paging.show(view, f"{name}_waiting", waiting, lambda at: tag("div", _waiting(*asked, at)[0], cls="panel plain"))


@st.cache_data(max_entries=200, show_spinner=False)
def _panel(key: str, _view: View, ids: tuple[str, ...], first: str | None, title: str, unknown: bool, at: int) -> tuple[Html, int]:
    """Return the panel with the page of misses that begins at a place, and how many there are in all."""
    view = _view
    asked = _asked(view, ids, "miss", first)
    missed = listing.summary(session.engine(view.source), asked)
    when = view.word("misses.twelve") if first else month_name(view.month, view.lang)
    if missed.n:
        listed = _list(view, _cases(view, asked, at), len(ids) > 1, paging.opened(missed.n, SHOWN))
        body = html.join(tag("div", view.word("misses.count", month=when, n=_number(view, missed.by_id)), cls="aside"), _by_party(view, missed.by_cause), listed)
    else:
        body = tag("div", view.word("misses.none", month=when), cls="nothing")
    return tag("div", tag("h3", title or view.word("misses.title")), body, _waiting(key, view, ids, first, 0)[0] if unknown else "", cls="panel"), missed.n


@st.cache_data(max_entries=200, show_spinner=False)
def _waiting(key: str, _view: View, ids: tuple[str, ...], first: str | None, at: int) -> tuple[Html, int]:
    """Return the page, folded, of what waits for its record that begins at a place, and how many there are in all."""
    view = _view
    asked = _asked(view, ids, "unknown", first)
    found = listing.summary(session.engine(view.source), asked)
    if not found.n:
        return tag("div", view.word("misses.unknown_none"), cls="aside"), 0
    summary = f"{view.word('misses.unknown_title')}{': ' if view.lang == 'en' else '：'}{_number(view, found.by_id)}"
    listed = _list(view, _cases(view, asked, at), len(ids) > 1, paging.opened(found.n, SHOWN))
    # who has turned a page has unfolded it
    return html.fold(summary, listed, unfolded=at > 0), found.n


def charges(view: View) -> None:
    """Show the charges to be verified of the last twelve months: each a row of the ledger, none judged."""
    show(view, ["user_charge_amount"], title=view.word("zero_fee.list"), first=months.shift(view.month, -11))


def reasons(view: View, id: str) -> list[tuple[str, int]]:
    """Return the reasons of the misses of the headline figure, each case once, the most frequent first."""
    regime = view.regime()
    where = {**view.where, **({"regime": regime} if regime else {})}
    found = listing.reasons(session.engine(view.source), listing.Asked((id,), "miss", (view.month, view.month), where))
    counted: dict[str, int] = {}
    for code, n in found.items():
        reason = word(f"metrics.reason.{code}", view.lang)
        counted[reason] = counted.get(reason, 0) + n
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def definitions(view: View, ids: Sequence[str]) -> None:
    """Show what the page's KPIs mean and how they are counted."""
    heads = [view.word(f"definition.{name}") for name in ("name", "code", "meaning", "formula", "dated", "exclusions", "clause")]
    rows = []
    for id in ids:
        m = metric(id)
        long = [tag("td", text.of(view.lang), cls="wrap") for text in (m.meaning, m.formula, m.dated_by, m.exclusions)]
        rows.append([html.link(m.label.of(view.lang), html.address("dictionary", {**view.link, "kpi": id})), m.code, *long, m.clause])
    copied = tag("p", html.link(view.word("definition.copy"), html.address("export", {**view.link, "topic": "forms", "kpi": ids[0]})), cls="aside")
    html.show(html.fold(view.word("definition.title"), html.join(html.table(heads, rows, left=7), copied)))
