"""Blocks of one application: finding it, its promises, how its half working day was counted, and every dated record of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi.exports.tables import BY_NAME
from kpi.metrics.verdict import STATUS
from kpi.words import MISSING, masking
from kpi.words import format as written
from kpi.words.moments import date_name, day_name, recorded
from pages.parts import cards, data, html, session
from pages.parts.filters import View
from pages.parts.html import Html, tag

FIVE = ("valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee")

FOUND = 12
"""Applications that a search lists; a longer list asks for more of the number or name."""

LONG = 24
"""Half-days that stand open; the others unfold."""

LOOKS = {"hit": "kept", "miss": "missed", "unknown": "unproven"}


def link(view: View, app_id: str, text: str) -> Html:
    """Return a link to the page of one application."""
    return html.link(text, html.address("case", {**view.link, "case": app_id}))


def chosen(view: View) -> dict[str, Any] | None:
    """Show the search and return the application of the link, None while none is chosen."""
    known = session.applications(view.source, [view.case]) if view.case else {}
    asked = st.text_input(view.word("case.search"), placeholder=view.word("case.search_hint"), key="case_search", label_visibility="collapsed")
    if asked and asked.strip():
        _results(view, asked.strip())
    elif not view.case:
        html.show(tag("div", view.word("case.choose"), cls="nothing"))
    elif view.case not in known:
        html.show(tag("div", view.word("case.missing", case=view.case), cls="nothing"))
    else:
        return {**known[view.case], "app_id": view.case}
    return None


def _results(view: View, asked: str) -> None:
    found = session.search(view.source, asked, FOUND + 1)
    if not found:
        html.show(tag("div", view.word("case.none"), cls="nothing"))
        return
    heads = [view.word(f"case.{name}") for name in ("number", "customer", "project", "grid", "applied", "gas_on")]
    rows = [
        [link(view, row["app_id"], row["app_id"]), masking.firm(row["customer"]) or MISSING, masking.firm(row["project"]) or MISSING, view.grid_name(row["grid"]),
         recorded(row["applied_at"], row["applied_at_p"], view.lang), recorded(row["gas_on_at"], row["gas_on_at_p"], view.lang)]
        for row in found[:FOUND]
    ]
    more = tag("div", view.word("case.more", n=FOUND), cls="aside") if len(found) > FOUND else ""
    html.show(tag("div", html.table(heads, rows, left=6, caption=view.word("case.found")), more, cls="panel"))


def head(view: View, case: dict[str, Any]) -> None:
    """Show what kind of case it is, and who had it in hand."""
    manager = dict(view.managers).get(case["manager"] or "", view.word("filter.unstated"))
    facts = [
        ("number", case["app_id"]), ("customer", masking.firm(case["customer"]) or MISSING), ("grid", view.grid_name(case["grid"])), ("manager", manager),
        ("build_mode", data.member(view, case["build_mode"])), ("user_type", data.member(view, case["user_type"])),
    ]
    html.show(tag("div", *(tag("div", tag("small", view.word(f"case.{name}")), tag("b", value)) for name, value in facts), cls="facts"))


def promises(view: View, case: dict[str, Any]) -> None:
    """Show what became of each of the five promises, and why."""
    shown = []
    for id in FIVE:
        found = session.case_of(view.source, id, case["app_id"], view.lang)
        verdict = found[0]["verdict"] if found else None
        state = f"{STATUS[LOOKS[verdict]]} {data.word(view, id, verdict)}" if verdict else f"{MISSING} {view.word('case.not_due')}"
        why = found[0]["reason"] if found else view.word("case.not_due_why")
        shown.append(tag("div", tag("h3", data.word(view, id, "short")), tag("div", state, cls=f"state {LOOKS.get(verdict or '', 'none')}"), tag("div", why, cls="range"), cls="card"))
    cards.row_of(*shown)


def clock(view: View, case: dict[str, Any]) -> None:
    """Show the working half-days between ready and gas on: what counted, what stood still and why, what was no working time."""
    cards.heading(view.word("case.clock_title"))
    found = session.clock_of(view.source, case["app_id"])
    if found is None:
        html.show(tag("div", view.word("case.clock_none"), cls="panel nothing"))
        return
    spent = written(found["wd"], "wd", view.lang)
    key = "open" if found["open"] else "exact" if found["exact"] or found["verdict"] is None else "most"
    begins, ends = (recorded(found[name], "day" if found[name].hour == found[name].minute == 0 else "moment", view.lang) for name in ("start", "end"))
    said = tag("p", view.word(f"case.clock_{key}", start=begins, end=ends, spent=spent), cls="aside")
    heads = [view.word(f"case.{name}") for name in ("day", "half", "why", "counted", "stopped")]
    rows = [_half(view, half) for half in _merged(found["halves"])]
    body = html.table(heads, rows[:LONG], left=3) if rows else tag("div", view.word("case.clock_zero"), cls="nothing")
    rest = html.fold(view.word("misses.rest", n=len(rows) - LONG), html.table(heads, rows[LONG:], left=3)) if len(rows) > LONG else ""
    html.show(tag("div", said, body, rest, cls="panel"))


def _merged(halves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the half-days with free days of one reason that follow each other as one entry, `until` its last day."""
    found: list[dict[str, Any]] = []
    for half in halves:
        last = found[-1] if found else None
        if half["part"] is None and last and last["part"] is None and (last["kind"], last["name"]) == (half["kind"], half["name"]):
            last["until"] = half["date"]
        else:
            found.append({**half, "until": half["date"]})
    return found


def _half(view: View, half: dict[str, Any]) -> list[object]:
    day = "—".join(day_name(on, view.lang) for on in dict.fromkeys((half["date"], half["until"])))
    free = half["part"] is None
    comma = ", " if view.lang == "en" else "、"
    stops = dict.fromkeys(f"{data.member(view, s['reason'])}{view.word('case.owner', owner=data.member(view, s['owner']))}" for s in half["stops"])
    holiday = data.member(view, half["name"]) if half["name"] else ""
    why = comma.join(stops) if stops else view.word(f"case.kind_{half['kind']}", name=holiday) if half["kind"] != "weekday" else ""
    numbers = [MISSING, MISSING] if free else [written(half["counted"], "wd", view.lang), written(half["stopped"], "wd", view.lang) if half["stopped"] else MISSING]
    period = view.word("case.free") if free else f"{view.word('case.' + half['part'])} {half['since']:%H:%M}—{half['to']:%H:%M}"
    return [day, period, Html(tag("td", why, cls="wrap")), *numbers]


def events(view: View, case: dict[str, Any]) -> None:
    """Show every dated record of the case in order, each with the file, sheet and row it stands in."""
    cards.heading(view.word("case.events_title"))
    heads = [view.word(f"case.{name}") for name in ("at", "event", "beside", "table", "file", "sheet", "row")]
    rows = []
    for event in session.events_of(view.source, case["app_id"]):
        table = BY_NAME[event["table"]]
        what = view.word(f"happened.{event['table']}.{event['name']}")
        if event["ahead"]:
            what = view.word("case.ahead", event=what)
        rows.append([recorded(event["at"], event["precision"], view.lang), what, Html(tag("td", _beside(view, event), cls="wrap")), table.zh if view.lang == "zh" else table.en, event["file"] or MISSING,
                     event["sheet"] or MISSING, str(event["row"] or MISSING)])
    html.show(tag("div", html.table(heads, rows, left=6), cls="panel"))


def _beside(view: View, event: dict[str, Any]) -> str:
    """Return what the row says beside the date, in words; masked, and only what bears on the promises."""
    parts = [view.word("case.corrected", n=event["corrected"])] if event["corrected"] else []
    for name, value in event["beside"].items():
        if name == "appt_by" and event["name"] != "appt_start":
            continue
        if name in ("amount", "refund_amount"):
            text = written(value, "yuan", view.lang)
        elif name == "noticed_on":
            text = view.word("case.noticed", at=date_name(value, view.lang))
        elif name in ("errand_n", "length_m", "score_company", "score_manager", "round"):
            text = view.word(f"case.with_{name}", n=f"{value:g}" if isinstance(value, float) else str(value))
        else:
            text = data.member(view, masking.scrub(str(value)))
        parts.append(text)
    return (", " if view.lang == "en" else "、").join(parts) or MISSING
