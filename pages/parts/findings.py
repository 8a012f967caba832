"""What a check found: counted by severity, grouped by kind, each group down to its rows; and the error workbook of every file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from kpi import quality
from kpi.words import MISSING, word
from pages.parts import cards, html, ledgers
from pages.parts.html import Html, tag
from pages.parts.intake import said

SEVERITIES = ("error", "warning", "info")

ROWS = 100
"""Rows of one kind; a longer list names the rest and leaves them to the workbook."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(lang: str, draft: Mapping[str, Any]) -> None:
    """Show what the check found, and the error workbooks."""
    listed = draft["findings"]
    counted = {severity: sum(entry["severity"] == severity for entry in listed) for severity in SEVERITIES}
    cards.heading(said(lang, "findings.title"), said(lang, "findings.sub"))
    tiles = [tag("div", tag("b", f"{counted[s]:,}"), tag("span", said(lang, f"findings.{s}")), tag("small", said(lang, f"findings.{s}_note")), cls=f"tile {s}{'' if counted[s] else ' none'}") for s in SEVERITIES]
    blocks = [_severity(lang, severity, [e for e in listed if e["severity"] == severity]) for severity in SEVERITIES if counted[severity]]
    html.show(tag("div", tag("div", *tiles, cls="tiles"), *(blocks or [tag("p", said(lang, "findings.none"), cls="nothing")]), cls="panel"))
    workbooks(lang, draft)


def label(lang: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """Return what all findings of one kind have in common."""
    first = entries[0]
    rule = next((rule["label"] for rule in quality.rules(lang) if rule["code"] == first["code"]), None)
    if rule:
        return rule
    if all(entry["reason"] == first["reason"] for entry in entries):
        return first["reason"]
    try:
        return word(f"exports.{first['code']}.reason", lang).format_map(defaultdict(lambda: "…"))
    except (KeyError, ValueError, TypeError):
        return first["reason"]


def _severity(lang: str, severity: str, entries: Sequence[Mapping[str, Any]]) -> Html:
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        kinds.setdefault(entry["code"], []).append(entry)
    ordered = sorted(kinds.values(), key=lambda kind: -len(kind))
    groups = [_kind(lang, kind, stand_open=severity == "error" and place == 0 and len(kind) <= 12) for place, kind in enumerate(ordered)]
    return tag("section", tag("h3", said(lang, f"findings.{severity}"), cls=f"sev {severity}"), *groups)


def _kind(lang: str, entries: Sequence[Mapping[str, Any]], *, stand_open: bool) -> Html:
    level = ""
    if entries[0]["severity"] == "error":
        whole = sum(entry["level"] == "row" for entry in entries)
        level = said(lang, "findings.level_row" if whole == len(entries) else "findings.level_cell")
    summary = tag("summary", tag("b", label(lang, entries)), tag("span", said(lang, "findings.places", n=f"{len(entries):,}")), tag("span", level, cls="u"))
    return tag("details", summary, table(lang, entries), cls="kind", **({"open": ""} if stand_open else {}))


def table(lang: str, entries: Sequence[Mapping[str, Any]]) -> Html:
    """Return the rows of findings: where, what stands there, why, and what to do."""
    names = ("file", "sheet", "row", "column", "value", "reason", "remedy")
    heads = [said(lang, f"findings.{name}") for name in names]
    rows = [
        [tag("span", e["file"], cls="name"), e["sheet"] or MISSING, str(e["row"] or MISSING), _column(e), e["value"] or MISSING,
         Html(tag("td", e["reason"], cls="wrap")), Html(tag("td", e["remedy"], cls="wrap"))]
        for e in entries[:ROWS]
    ]
    more = tag("p", said(lang, "findings.more", n=f"{len(entries) - ROWS:,}"), cls="aside") if len(entries) > ROWS else ""
    return html.join(html.table(heads, rows, left=len(names), cls="found"), more)


def _column(entry: Mapping[str, Any]) -> str:
    letter, header = entry.get("letter"), entry.get("column")
    return f"{letter} {header}" if letter and header else header or MISSING


def workbooks(lang: str, draft: Mapping[str, Any]) -> None:
    """Show the error workbook of every file in which something is wrong, each to be sent on to who keeps that ledger."""
    faulty = [file for file in draft["files"] if not file.get("problem") and any(e["file"] == file["file"] and e["row"] and e["severity"] in ("error", "warning") for e in draft["findings"])]
    if not faulty:
        return
    with st.container(key="workbooks"):
        html.show(tag("div", tag("h3", said(lang, "findings.workbooks")), tag("p", said(lang, "findings.workbooks_note")), cls="fig"))
        with st.container(horizontal=True, key="workbook_row"):
            for place, file in enumerate(faulty):
                # the call runs at the click, in a thread of its own
                st.download_button(
                    html.plain(file["file"]), data=lambda sha=file["sha256"]: ledgers.error_workbook(lang, draft=draft["draft"], sha256=sha), file_name=ledgers.workbook_name(file["file"], lang),
                    on_click="ignore", mime=XLSX, key=f"workbook_{place}",
                )
