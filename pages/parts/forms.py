"""Forms of others, filled on the page: a form comes in, every placeholder is shown with what it is filled with, and the filled form goes out; and figures to be copied, with the mark to put into a form."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from kpi.exports.limits import UPLOAD
from kpi.forms import filling
from kpi.forms.figures import Figures
from kpi.forms.placeholders import Placeholder, compose, fields
from kpi.metrics.registry import metric
from kpi.problems import Problem
from kpi.reports.month import sections
from kpi.words import MISSING
from kpi.words import word as word_of
from pages.parts import cards, handing, html
from pages.parts.filters import View
from pages.parts.html import Html, tag

MB = 1024 * 1024
MIME = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
LISTED = 40
"""Placeholders that stand open; the others unfold."""


def said(view: View, key: str, **values: object) -> str:
    """Return words of this page."""
    return view.word(f"forms.{key}", **values)


def _figures(view: View) -> Figures:
    as_of = None if view.source.as_of == view.source.latest else view.source.as_of
    return Figures(Path(view.source.home), month=view.month, as_of=as_of, build=view.source.build, lang=view.lang)


@st.cache_data(max_entries=6, show_spinner=False)
def _looked(_view: View, _content: bytes, name: str, sha: str, home: str, build: str, as_of: str, month: str, lang: str, recorded: str) -> filling.Filled:
    """Return what comes of a form; `recorded` is what people recorded that its figures rest on besides the build."""
    with tempfile.TemporaryDirectory(prefix="kpi-form-") as folder:
        path = Path(folder) / "form"
        path.write_bytes(_content)
        return filling.look(path, _figures(_view), name=name, limits=UPLOAD)


def fill(view: View) -> None:
    """Show where a form is handed in, what it is filled with, and the button to take it along."""
    cards.heading(said(view, "fill"), said(view, "fill_lead", month=cards.month_words(view)))
    with st.container(key="choose_form"):
        html.uploader(said(view, "pick"), said(view, "drop", mb=UPLOAD.file_bytes // MB), said(view, "large", mb=UPLOAD.file_bytes // MB))
        form = st.file_uploader(said(view, "file"), type=["xlsx", "docx"], key="form", max_upload_size=UPLOAD.file_bytes // MB)
    if form is None:
        return
    content = form.getvalue()
    try:
        with st.spinner(said(view, "reading"), show_time=False):
            found = _looked(view, content, form.name, hashlib.sha256(content).hexdigest(), view.source.home, view.source.build, view.source.as_of, view.month, view.lang, handing.recorded(view.source))
    except Problem as problem:
        html.show(tag("div", problem.of(view.lang), cls="trouble", role="alert"))
        return
    left = [entry for entry in found.entries if not entry.filled]
    filled = [entry for entry in found.entries if entry.filled]
    html.show(tag("div", tag("p", said(view, "found", n=len(found.entries), filled=len(filled), left=len(left)), cls="aside"), _left(view, left), _list(view, filled), cls="panel"))
    if filled:
        name = f"{Path(form.name).stem}{said(view, 'suffix')}.{found.kind}"
        st.download_button(said(view, "take"), data=found.content, file_name=name, mime=MIME[found.kind], on_click="ignore", key="take_form", type="primary")


def _left(view: View, entries: Sequence[filling.Entry]) -> Html | str:
    if not entries:
        return ""
    rows = [[entry.place, tag("td", tag("code", entry.text), cls="wrap"), tag("td", " ".join(entry.notes), cls="wrap miss")] for entry in entries]
    return html.table([word_of(f"forms.head.{name}", view.lang) for name in ("place", "text", "notes")], rows, left=3, caption=said(view, "left", n=len(entries)), cls="forms")


def _list(view: View, entries: Sequence[filling.Entry]) -> Html | str:
    if not entries:
        return ""
    heads = [word_of(f"forms.head.{name}", view.lang) for name in ("place", "shown", "text", "notes")]
    rows = [[entry.place, tag("td", tag("b", entry.shown), cls="wrap"), tag("td", tag("code", entry.text), cls="wrap"), tag("td", " ".join(entry.notes) or MISSING, cls="wrap")] for entry in entries]
    shown = html.table(heads, rows[:LISTED], left=4, caption=said(view, "filled", n=len(entries)), cls="forms")
    rest = rows[LISTED:]
    return html.join(shown, html.fold(said(view, "more", n=len(rest)), html.table(heads, rest, left=4, cls="forms"))) if rest else shown


def copy(view: View) -> None:
    """Show the choice of a figure, and the figure as number, as sentence and as the mark that forms take, each to be copied."""
    cards.heading(said(view, "copy"), said(view, "copy_lead"))
    names = {m.id: m.label.of(view.lang) for metrics in sections().values() for m in metrics}
    if view.kpi in names and st.session_state.get("copy_asked") != view.kpi:
        # a page of figures leads here with the one it is about
        st.session_state["copy_asked"] = st.session_state["copy_kpi"] = view.kpi
    with st.container(key="of_batches"):
        which, what, where = st.columns([2.2, 1.6, 1.3], gap="small", vertical_alignment="bottom")
        with which:
            id = st.selectbox(said(view, "kpi"), list(names), key="copy_kpi", format_func=lambda one: names[one])
        options = {name: text for name, text in fields(id, view.lang).items() if name != "sentence"}
        if st.session_state.get("copy_field") not in options:
            st.session_state["copy_field"] = "value"
        with what:
            field = st.selectbox(said(view, "field"), list(options), key="copy_field", format_func=lambda one: options[one])
        with where:
            grids = {"": view.word("export.company"), **dict(view.grids)}
            grid = st.selectbox(view.word("filter.grid"), list(grids), key="copy_grid", format_func=lambda code: grids[code], filter_mode=None)
    figures = _figures(view)
    try:
        number, sentence = (figures.of(Placeholder(metric=id, field=one, start=None, month=view.month, where=(("grid", grid),) if grid else (), percent=False)) for one in (field, "sentence"))
    except Problem as problem:
        html.show(tag("div", problem.of(view.lang), cls="trouble", role="alert"))
        return
    for key, text in (("number", number.text), ("sentence", sentence.text), ("mark", compose(id, field, view.month, grids[grid] if grid else None, view.lang))):
        with st.container(key=f"copied_{key}"):
            html.show(tag("div", said(view, f"copy_{key}"), cls="aside"))
            st.code(text, language=None, wrap_lines=True)
    notes = [*number.notes] if number.as_asked else [*number.notes, metric(id).meaning.of(view.lang)]
    cards.note(" ".join(notes))
