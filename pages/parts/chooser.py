"""Choosing files: a place to drop them, what they are about, and empty templates."""

from __future__ import annotations

import streamlit as st

from kpi.exports.limits import COMMAND, UPLOAD
from kpi.exports.tables import TABLES
from pages.parts import html, intake, ledgers, session
from pages.parts.html import tag
from pages.parts.intake import said

MB = 1024 * 1024


def show(lang: str) -> None:
    """Show where to choose files, the options, and the button that begins the check."""
    here = intake.here()
    with st.container(key="choose"):
        html.uploader(said(lang, "choose.pick"), said(lang, "choose.drop", mb=UPLOAD.file_bytes // MB), said(lang, "choose.large", mb=UPLOAD.file_bytes // MB, most=COMMAND.file_bytes // MB))
        key = f"upload_{here.turn}"
        st.file_uploader(said(lang, "choose.files"), accept_multiple_files=True, key=key, on_change=lambda: intake.take(st.session_state[key], lang), max_upload_size=UPLOAD.file_bytes // MB)
        _chosen(lang)
        _options(lang)
        _complete(lang)
        st.button(said(lang, "choose.check"), type="primary", key="check", on_click=intake.check, args=(lang,), disabled=not here.files or here.job is not None)
        if not here.files:
            html.show(tag("p", said(lang, "choose.nothing_yet"), cls="aside"))
    templates(lang)


def _chosen(lang: str) -> None:
    for place, (path, name) in enumerate(intake.here().files.items()):
        with st.container(horizontal=True, vertical_alignment="center", key=f"chosen_{place}"):
            html.show(tag("div", tag("b", name), tag("span", _size(path.stat().st_size)), cls="file"))
            st.button(said(lang, "choose.remove"), key=f"drop_{place}", on_click=intake.drop, args=(path,), type="tertiary")


def _size(size: int) -> str:
    return f"{size / MB:.1f} MB" if size >= MB else f"{max(1, round(size / 1024))} KB"


def _keep(name: str) -> None:
    intake.here().options[name] = st.session_state[f"option_{name}"]


def _text(lang: str, name: str) -> None:
    key = f"option_{name}"
    st.session_state[key] = intake.here().options[name]
    st.text_input(said(lang, f"choose.{name}"), key=key, placeholder=said(lang, f"choose.{name}_hint"), on_change=_keep, args=(name,), autocomplete="off")


def _options(lang: str) -> None:
    html.show(tag("p", said(lang, "choose.options"), cls="aside"))
    columns = st.columns(3, gap="small")
    for column, name in zip(columns, ("period", "cutoff", "submitter"), strict=True):
        with column:
            grids = session.grids() if name == "submitter" else []
            if grids:
                key = "option_submitter"
                options = ["", *grids]
                current = intake.here().options[name]
                st.session_state[key] = current if current in options else ""
                st.selectbox(said(lang, "choose.submitter"), options, key=key, format_func=lambda grid: grid or said(lang, "choose.by_file"), on_change=_keep, args=(name,), filter_mode=None)
            else:
                _text(lang, name)


def _complete(lang: str) -> None:
    st.session_state["option_complete"] = intake.here().options["complete"]
    st.checkbox(said(lang, "choose.complete"), key="option_complete", on_change=_keep, args=("complete",))
    html.show(tag("p", said(lang, "choose.complete_note"), cls="aside under"))


def templates(lang: str) -> None:
    """Show the empty template of every kind of ledger, to be downloaded."""
    with st.container(key="templates"):
        html.show(tag("div", tag("h3", said(lang, "template.title")), tag("p", said(lang, "template.note")), cls="fig"))
        with st.container(horizontal=True, key="template_row"):
            for table in TABLES:
                name = intake.table_name(table.name, lang)
                st.download_button(
                    name, data=lambda table=table: ledgers.template(table.name, lang), file_name=said(lang, "template.file", table=name), on_click="ignore", key=f"template_{table.name}",
                    mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                )
