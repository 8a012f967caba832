"""What every page stands in: side, head, filters, status line; and what it shows while the store is empty."""

from __future__ import annotations

import gc
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from kpi.problems import Problem
from kpi.words import month_name, word
from kpi.words.moments import date_name
from pages.parts import arriving, filters, html, issued, session
from pages.parts.filters import View

NAMES = {"files": "file upload", "close": "Close", "progress": "progress", "copy": "Copy to clipboard", "pager": "Pagination", "back": "Previous page", "on": "Next page", "page": "Page #"}
"""What Streamlit reads out in English only, by the word that stands for it."""

ICON = Path(__file__).resolve().parents[2] / "static" / "icon.png"


def run(read: Sequence[tuple[str, str]], work: Sequence[tuple[str, str]], manage: Sequence[tuple[str, str]]) -> None:
    """Run the page asked for, of pages to read, to work and to manage with as (name, path below the app); the first is the start."""
    lang = filters.language()
    # a local picture: an icon by name would be fetched from outside
    st.set_page_config(page_title=word("pages.app.title", lang), page_icon=str(ICON), layout="wide", initial_sidebar_state=212)
    html.style()
    listed = [st.Page(path, title=word(f"pages.page.{name}.title", lang), url_path=name, default=not place) for place, (name, path) in enumerate((*read, *work, *manage))]
    here = st.navigation(listed, position="hidden")
    try:
        view = filters.view()
    except Problem:
        # the page itself says what is wrong
        view = None
    link = view.link if view else {"lang": lang}
    heads = {0: "read", len(read): "work", len(read) + len(work): "manage"}
    with st.sidebar:
        html.show(html.tag("div", html.tag("b", word("pages.app.title", lang)), html.tag("small", word("pages.app.subtitle", lang)), cls="brand"))
        with st.container(key="nav"):
            for place, page in enumerate(listed):
                if place in heads:
                    html.show(html.tag("div", word(f"pages.app.{heads[place]}", lang), cls="nav-head"))
                # the one page that is marked stands in a container of its own: one around each link would be half of what a rerun has to look at
                with st.container(key="nav_here") if page == here else nullcontext():
                    st.page_link(page, label=page.title, query_params=link, width="stretch")
        with st.container(key="language"):
            filters.switch_language(lang)
        html.script(lang, {name: word(f"pages.app.names.{key}", lang) for key, name in NAMES.items()})
    arriving.begin(here.url_path or read[0][0])
    here.run()
    _settled()


def _workbook(source: session.Source, month: str, lang: str) -> bytes:
    # no page but the one that hands out reports needs what makes them
    from pages.parts import handing

    return handing.workbook(source, month, lang)


@st.cache_resource(show_spinner=False)
def _settled() -> None:
    """Take what the first visit loaded out of the collector's sight: Streamlit collects garbage after every run, which is half of a light page's cost."""
    gc.collect()
    gc.freeze()


def open(name: str) -> View:
    """Show head, filters and status line of a page and return its view; an empty store ends the page with how to load."""
    view = _view(name)
    with st.container(key="filters"):
        head, month, grid, manager, file = st.columns([3.4, 1.15, 1.45, 1.45, 1.5], vertical_alignment="bottom", gap="small")
        with head:
            _title(name, view.lang)
        for column, part in zip((month, grid, manager), filters.parts(view), strict=True):
            with column:
                part()
        with file:
            source, asked, lang = view.source, view.month, view.lang
            st.download_button(
                view.word("download.button"), data=lambda: _workbook(source, asked, lang), file_name=view.word("download.file", month=asked), on_click="ignore", width="stretch",
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key="download",
            )
    _below(view)
    return view


def open_ledgers(name: str) -> View:
    """Show head and status line of a page about the ledgers themselves, filtered by month, grid and kind of ledger, and return its view."""
    view = replace(_view(name), manager=None)
    with st.container(key="filters"):
        head, *columns = st.columns([3.2, 1.2, 1.5, 1.8], vertical_alignment="bottom", gap="small")
        with head:
            _title(name, view.lang)
        for column, part in zip(columns, (*filters.parts(view)[:2], lambda: filters.choose_table(view)), strict=True):
            with column:
                part()
    _below(view)
    return view


def open_month(name: str) -> View:
    """Show head and status line of a page about one month of the whole company, and return its view."""
    view = replace(_view(name), grid=None, manager=None)
    with st.container(key="filters"):
        head, month = st.columns([6, 1.2], vertical_alignment="bottom", gap="small")
        with head:
            _title(name, view.lang)
        with month:
            filters.parts(view)[0]()
    _below(view)
    return view


def open_manager(name: str) -> View:
    """Show head and status line of a page about one customer manager in one month, and return its view."""
    view = replace(_view(name), grid=None)
    with st.container(key="filters"):
        head, month, manager = st.columns([4.6, 1.2, 1.8], vertical_alignment="bottom", gap="small")
        with head:
            _title(name, view.lang)
        with month:
            filters.parts(view)[0]()
        with manager:
            filters.choose("manager", view.word("filter.manager"), {"": view.word("filter.no_manager"), **dict(view.managers)}, view.manager or "")
    _below(view)
    return view


def open_case(name: str) -> View:
    """Show head and status line of a page about one application, without filters, and return its view."""
    view = _view(name)
    _title(name, view.lang)
    html.show(html.tag("div", view.word("status.as_of", moment=as_of_words(view)), cls="status"))
    return view


def _view(name: str) -> View:
    """Return the view and keep it in the link; without one the page ends here, saying why."""
    lang = filters.language()
    try:
        view = filters.view()
    except Problem as problem:
        _title(name, lang)
        st.error(html.plain(problem.of(lang)))
        st.stop()
    if view is None:
        _title(name, lang)
        _empty(lang)
        st.stop()
    filters.keep(view)
    return view


def _below(view: View) -> None:
    html.show(_status(view))
    if view.source.as_of != view.source.latest:
        with st.container(horizontal=True, vertical_alignment="center", key="older"):
            html.show(html.tag("span", view.word("status.older"), cls="aside"))
            st.button(view.word("status.latest"), on_click=lambda: st.query_params.update({"as_of": view.source.latest[:16]}), key="to_latest")


def work(name: str, keep: Sequence[str] = ("draft",)) -> str:
    """Show the head of a page to work with, which stands on an empty store too, and return its language; the view read before, and what is to be kept, stay in the link."""
    lang = filters.language()
    try:
        view = filters.view()
    except Problem:
        view = None
    link = {**(view.link if view else {"lang": lang}), **{name: value for name in keep if (value := st.query_params.get(name))}}
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)
    _title(name, lang)
    return lang


def _title(name: str, lang: str) -> None:
    html.show(html.tag("div", html.tag("h1", word(f"pages.page.{name}.title", lang)), html.tag("p", word(f"pages.page.{name}.lead", lang)), cls="title"))


def as_of_words(view: View) -> str:
    """Return the as-of moment in words: a day where it covers the whole day."""
    if view.as_of.hour == view.as_of.minute == 0:
        return date_name(view.as_of - timedelta(days=1), view.lang)
    return f"{date_name(view.as_of, view.lang)} {view.as_of:%H:%M}"


def _status(view: View) -> html.Html:
    reported = set(session.reported(view.source, view.month))
    missing = [name for code, name in view.grids if code not in reported]
    reports = view.word("status.reports", grids=len(view.grids), reported=len(view.grids) - len(missing))
    if missing:
        comma = "、" if view.lang == "zh" else ", "
        more = "…" if len(missing) > 4 else ""
        reports += view.word("status.missing", names=comma.join(missing[:4]) + more)
    regime = {"1.5": "new", "11000": "old", None: "both"}[view.regime()]
    parts = [view.word("status.as_of", moment=as_of_words(view)), reports, issued.status(view), view.word(f"status.regime_{regime}")]
    chosen = [name for name in (view.grid and view.grid_name(view.grid), view.manager and dict(view.managers)[view.manager]) if name]
    if chosen:
        parts.append(view.word("status.filtered", names=" · ".join(chosen)))
    bar = "｜" if view.lang == "zh" else " | "
    return html.tag("div", html.tag("b", month_name(view.month, view.lang)), *(bar + part for part in parts), cls="status")


def _empty(lang: str) -> None:
    def said(key: str, **values: object) -> str:
        return word(f"pages.empty.{key}", lang, **values)

    with st.container(key="empty_sample"):
        html.show(html.tag("div", html.tag("h2", said("title")), html.tag("p", said("text")), cls="empty"))
        asked = st.button(said("sample"), type="primary", key="load_samples")
        if asked:
            _load(lang)
        html.show(html.tag("p", said("sample_note"), cls="aside"))
    steps = html.tag("ol", *(html.tag("li", said(f"step_{name}")) for name in ("files", "check", "confirm")))
    with st.container(key="empty_own"):
        html.show(html.tag("div", html.tag("h2", said("own")), steps, cls="empty"))
        st.page_link("pages/planning/upload.py", label=said("upload"), query_params={"lang": lang})


def _load(lang: str) -> None:
    bar = st.progress(0.0, text=word("pages.empty.reading", lang, done=0, total="…"))
    context = get_script_run_ctx()

    def tell(what: str, done: int, total: int) -> None:
        # files are read on threads of their own: the bar belongs to this run
        add_script_run_ctx(threading.current_thread(), context)
        if what == "read":
            bar.progress(0.9 * done / max(total, 1), text=word("pages.empty.reading", lang, done=done, total=total))
        else:
            bar.progress(0.95, text=word("pages.empty.building", lang))

    try:
        session.load_samples(tell)
    except Problem as problem:
        st.error(html.plain(problem.of(lang)))
        return
    st.rerun()
