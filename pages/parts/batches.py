"""Every batch ever entered: who, when, which file, what it changed; its original, its error workbook, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from kpi.exports.tables import TABLES
from kpi.words import MISSING, word
from pages.parts import html, intake, jobs, ledgers, undoing
from pages.parts.findings import XLSX
from pages.parts.html import Html, tag
from pages.parts.jobs import Job

PAGE = 20
"""Batches shown at once; the older ones on demand."""

COUNTS = ("added", "updated", "unchanged", "rejected", "skipped", "vanished")

STATES = ("", "standing", "withdrawn")

_JOB, _SAID, _PAGES = "undo_job", "undo_said", "batches_pages"

Batch = Mapping[str, Any]


def said(lang: str, key: str, **values: object) -> str:
    """Return words of this page."""
    return word(f"pages.batches.{key}", lang, **values)


def settle(lang: str) -> None:
    """Wait for an undo under way and say what came of it."""
    job: Job | None = st.session_state.get(_JOB)
    if job is not None:
        jobs.alone(job, lang)
        trouble = jobs.outcome(job, lang)
        done = "、".join(map(str, job.result["withdrawn"])) if job.result else ""
        st.session_state[_SAID] = (trouble, done)
        del st.session_state[_JOB]
        # the menu was drawn before: its links belong to the figures before
        st.rerun()
    trouble, done = st.session_state.pop(_SAID, (None, ""))
    if trouble:
        html.show(tag("div", trouble, cls="trouble", role="alert"))
    elif done:
        html.show(tag("div", said(lang, "undone", batches=done), cls="told", role="status"))


def _begin(ids: Sequence[int], reason: str) -> None:
    if st.session_state.get(_JOB) is None:
        st.session_state[_JOB] = Job("undo", lambda progress: ledgers.undo(ids, reason))


def show(lang: str) -> None:
    """Show the filters and the batches, newest first."""
    listed = ledgers.batches()
    if not listed:
        with st.container(key="empty_own"):
            html.show(tag("div", tag("h2", said(lang, "empty")), tag("p", said(lang, "empty_text")), cls="empty"))
            st.page_link("pages/planning/upload.py", label=word("pages.empty.upload", lang), query_params={"lang": lang})
        return
    chosen = _filtered(lang, listed)
    most = PAGE * st.session_state.get(_PAGES, 1)
    html.show(tag("p", said(lang, "count", n=len(chosen), standing=sum(b["standing"] for b in chosen)), cls="aside"))
    with st.container(key="batches"):
        html.show(_head(lang))
        for batch in chosen[:most]:
            _row(lang, batch)
        if not chosen:
            html.show(tag("div", said(lang, "none"), cls="nothing"))
    if len(chosen) > most:
        st.button(said(lang, "older", n=len(chosen) - most), key="older_batches", on_click=lambda: st.session_state.update({_PAGES: st.session_state.get(_PAGES, 1) + 1}))


def _tables(batch: Batch) -> list[str]:
    return list(dict.fromkeys(sheet["table"] for sheet in batch["sheets"] if sheet["table"]))


def _filtered(lang: str, listed: Sequence[Batch]) -> list[Batch]:
    present = {table for batch in listed for table in _tables(batch)}
    with st.container(key="of_batches"):
        state, table, _ = st.columns([1, 1.4, 2.6], gap="small")
        with state:
            asked = st.selectbox(said(lang, "state"), STATES, key="batches_state", format_func=lambda s: said(lang, f"is_{s or 'any'}"), filter_mode=None, persist_state="session")
        with table:
            options = ["", *(t.name for t in TABLES if t.name in present)]
            kind = st.selectbox(said(lang, "table"), options, key="batches_table", filter_mode=None, persist_state="session",
                                format_func=lambda t: intake.table_name(t, lang) if t else said(lang, "all_tables"))
    return [b for b in listed if (not asked or b["standing"] == (asked == "standing")) and (not kind or kind in _tables(b))]


def counts(batch: Batch) -> dict[str, int | None]:
    """Return what a batch changed, summed over its sheets; None where it was not noted."""
    found: Counter[str] = Counter()
    known = {name for sheet in batch["sheets"] for name in COUNTS if sheet.get(name) is not None}
    for sheet in batch["sheets"]:
        found.update({name: sheet.get(name) or 0 for name in COUNTS})
    return {name: found[name] if name in known else None for name in COUNTS}


def _head(lang: str) -> Html:
    names = ("id", "when", "who", "file", "kind", *COUNTS, "status")
    return tag("div", *(tag("span", said(lang, f"head.{name}"), cls="num" if name in COUNTS else "") for name in names), cls="batch head")


def moment(text: str | None) -> str:
    """Return a moment of the journal as written in a table."""
    if not text:
        return MISSING
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"


def _row(lang: str, batch: Batch) -> None:
    numbers = counts(batch)
    kinds = ("、" if lang == "zh" else ", ").join(intake.table_name(t, lang) for t in _tables(batch)) or MISSING
    tagged = [tag("span", said(lang, "complete"), cls="tagged")] if batch["complete"] else []
    stand = tag("span", said(lang, "is_standing" if batch["standing"] else "is_withdrawn"), cls="st good" if batch["standing"] else "st withdrawn")
    cells = [
        tag("b", str(batch["id"])), tag("span", moment(batch["loaded_at"])), tag("span", batch["loaded_by"] or MISSING), tag("span", tag("b", batch["file"]), *tagged, cls="name"), tag("span", kinds),
        *(tag("span", tag("i", said(lang, f"head.{name}")), MISSING if numbers[name] is None else f"{numbers[name]:,}", cls="num m" if name == "rejected" and numbers[name] else "num") for name in COUNTS),
        stand,
    ]
    note = ""
    if not batch["standing"]:
        key = "withdrawn" if batch["withdrawn_by"] else "replaced"
        note = tag("div", said(lang, key, when=moment(batch["withdrawn_at"]), who=batch["withdrawn_by"] or "", reason=batch["reason"] or said(lang, "no_reason")), cls="why")
    with st.container(key=f"batch_{batch['id']}"):
        html.show(tag("div", *cells, cls="batch"), note)
        with st.container(horizontal=True, key=f"work_{batch['id']}"):
            _work(lang, batch, numbers)


def _work(lang: str, batch: Batch, numbers: Mapping[str, int | None]) -> None:
    id = batch["id"]
    # the calls run at the click, in a thread of their own
    st.download_button(said(lang, "original"), data=lambda: ledgers.original(id), file_name=Path(batch["file"]).name, on_click="ignore", type="tertiary", key=f"original_{id}")
    if batch.get("errors") or batch.get("rejected"):
        st.download_button(said(lang, "workbook"), data=lambda: ledgers.error_workbook(lang, batch=id), file_name=ledgers.workbook_name(batch["file"], lang), mime=XLSX, on_click="ignore",
                           type="tertiary", key=f"marked_{id}")
    if batch["standing"] and st.button(undoing.said(lang, "button"), key=f"undo_{id}", type="tertiary"):
        undoing.ask(lang, [id], {name: n or 0 for name, n in numbers.items()}, [batch["file"]], lambda reason: _begin([id], reason))
