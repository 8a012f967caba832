"""The last steps: what would be entered, the choice, the confirmation; then what took effect, where to see it, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import streamlit as st

from kpi.words import MISSING, month_name
from pages.parts import cards, html, intake, ledgers, sheets, undoing
from pages.parts.html import tag
from pages.parts.intake import said

LISTED = 200
"""Rows missing from a complete file that are shown."""

COUNTS = ("added", "updated", "unchanged", "rejected", "skipped", "vanished")

def sentence(lang: str, counts: Mapping[str, int], key: str = "will") -> str:
    """Return in one sentence what would change, or changed: added, updated, unchanged, rejected; then skipped and vanished where there are any."""
    more = "".join(said(lang, f"confirm.{name}", n=f"{counts[name]:,}") for name in ("skipped", "vanished") if counts.get(name))
    return said(lang, f"confirm.{key}", more=more, **{name: f"{counts[name]:,}" for name in COUNTS[:4]})


def errors(draft: Mapping[str, Any]) -> int:
    """Return how many faults stand against entering everything: errors found, and files that cannot be read."""
    return sum(entry["severity"] == "error" for entry in draft["findings"]) + sum(bool(file.get("problem")) for file in draft["files"])


def summary(lang: str, draft: Mapping[str, Any]) -> None:
    """Show at the head of the page what the check came to."""
    wrong, warned = (sum(entry["severity"] == severity for entry in draft["findings"]) for severity in ("error", "warning"))
    unread = sum(bool(file.get("problem")) for file in draft["files"])
    more = said(lang, "confirm.unread", n=unread) if unread else ""
    text = sentence(lang, draft["counts"]) + said(lang, "confirm.found", errors=f"{wrong:,}", warnings=f"{warned:,}", more=more)
    html.show(tag("div", text, cls="verdict missed" if wrong or unread else "verdict"))


def _keep() -> None:
    intake.here().whole = st.session_state["whole"] == "whole"


def confirm(lang: str, draft: Mapping[str, Any]) -> None:
    """Show what would be entered, the choice of good rows or everything, and the button that enters it."""
    here = intake.here()
    wrong, counts = errors(draft), draft["counts"]
    readable = [file for file in draft["files"] if not file.get("problem")]
    fresh = [file for file in readable if not file["standing"]]
    with st.container(key="confirm"):
        html.show(tag("h2", said(lang, "confirm.title")), tag("p", sentence(lang, counts), cls="will"))
        for line in _notes(lang, draft, readable, fresh):
            html.show(tag("p", line, cls="aside"))
        if wrong:
            st.session_state["whole"] = "whole" if here.whole else "good"
            st.radio(said(lang, "confirm.choice"), ("good", "whole"), key="whole", on_change=_keep, label_visibility="collapsed",
                     format_func=lambda choice: said(lang, f"confirm.{choice}"), captions=[said(lang, "confirm.good_note"), said(lang, "confirm.whole_note")])
        stopped = bool(wrong and here.whole)
        if stopped:
            html.show(tag("p", said(lang, "confirm.stopped", n=wrong), cls="trouble"))
        with st.container(horizontal=True, key="confirm_buttons"):
            st.button(said(lang, "confirm.button"), type="primary", key="enter", on_click=intake.confirm, args=(lang,), disabled=stopped or not fresh or here.job is not None)
            st.button(said(lang, "confirm.again"), key="restart", on_click=intake.restart)


def _notes(lang: str, draft: Mapping[str, Any], readable: list[Any], fresh: list[Any]) -> list[str]:
    notes = []
    if readable and not fresh:
        notes.append(said(lang, "confirm.standing_all"))
    elif len(fresh) < len(readable):
        notes.append(said(lang, "confirm.standing_some", n=len(readable) - len(fresh)))
    unknown = sum(sheets.state(sheet) == "open" for file in fresh for sheet in file["sheets"])
    if unknown:
        notes.append(said(lang, "confirm.unknown", n=unknown))
    if not readable:
        notes.append(said(lang, "confirm.unreadable"))
    if draft["counts"]["vanished"]:
        notes.append(said(lang, "confirm.vanished_note"))
    if ledgers.overtaken(draft):
        notes.append(said(lang, "confirm.overtaken"))
    return notes


def result(lang: str) -> None:
    """Show what took effect, where to see it, and how to take it back."""
    here = intake.here()
    report = here.report
    counts: Counter[str] = Counter({name: 0 for name in COUNTS})
    for file in report["files"]:
        for sheet in file["sheets"]:
            counts.update({name: sheet.get(name) or 0 for name in COUNTS})
    entered = report.get("batches") or []
    with st.container(key="result"):
        if here.undone:
            html.show(tag("h2", said(lang, "result.undone")), tag("p", said(lang, "result.undone_note")))
        elif not entered:
            html.show(tag("h2", said(lang, "result.nothing")), tag("p", said(lang, "result.nothing_note")))
        else:
            html.show(tag("h2", said(lang, "result.title")), tag("p", sentence(lang, counts, "did"), cls="will"))
            if here.overtaken:
                same = all(counts[name] == (here.expected or {}).get(name) for name in COUNTS[:3])
                html.show(tag("p", said(lang, "result.overtaken_same" if same else "result.overtaken"), cls="aside"))
        html.show(_files(lang, report))
        if counts["vanished"] and not here.undone:
            html.show(_vanished(lang, entered, counts["vanished"]))
        months = ledgers.concerned(entered) if entered and not here.undone else []
        with st.container(horizontal=True, vertical_alignment="center", key="result_links"):
            if months:
                _see(lang, months)
            st.page_link("pages/planning/batches.py", label=said(lang, "result.batches"))
            st.button(said(lang, "result.more"), key="restart", on_click=intake.restart)
            if entered and not here.undone:
                undoing.button(lang, entered, counts, [file["file"] for file in report["files"] if not file.get("problem")], lambda reason: _undo(entered, reason))
    cards.note(said(lang, "result.kept"))


def _vanished(lang: str, entered: list[int], n: int) -> html.Html:
    heads = [said(lang, f"result.{name}") for name in ("kind", "key", "file", "sheet", "row")]
    rows = [
        # a row known by name and address has no number to show
        [intake.table_name(row["table_name"], lang), MISSING if row["key"].startswith("~") else row["key"], tag("span", row["file"], cls="name"), row["sheet"] or MISSING, str(row["row"] or MISSING)]
        for row in ledgers.vanished(entered, LISTED)
    ]
    more = tag("p", said(lang, "result.vanished_more", n=LISTED), cls="aside") if n > LISTED else ""
    return html.fold(said(lang, "result.vanished_title", n=f"{n:,}"), tag("p", said(lang, "result.vanished_note"), cls="aside"), html.table(heads, rows, left=len(heads), cls="found"), more)


def _see(lang: str, months: list[str]) -> None:
    newest = months[-1]
    spans = month_name(newest, lang) if len(months) == 1 else said(lang, "result.span", first=month_name(months[0], lang), last=month_name(newest, lang))
    html.show(tag("span", said(lang, "result.months", months=spans), cls="aside"))
    with st.container(key="see", width="content"):
        st.page_link("pages/review/overview.py", label=said(lang, "result.see", month=month_name(newest, lang)), query_params={"lang": lang, "month": newest})


def _undo(ids: list[int], reason: str) -> None:
    intake.begin("undo", lambda progress: ledgers.undo(ids, reason))


def _files(lang: str, report: Mapping[str, Any]) -> html.Html:
    names = ("file", "kind", *COUNTS)
    heads = [said(lang, f"result.{name}") for name in names]
    rows: list[list[object]] = []
    for file in report["files"]:
        if file.get("problem"):
            rows.append([file["file"], html.Html(tag("td", file["problem"], cls="wrap bad", colspan=str(len(names) - 1)))])
            continue
        for sheet in file["sheets"]:
            if sheet["table"]:
                kind = intake.table_name(sheet["table"], lang)
                rows.append([tag("span", file["file"], cls="name"), kind, *(f"{sheet.get(name) or 0:,}" for name in COUNTS)])
    return html.table(heads, rows, left=2, cls="sheets")
