"""The work report of a period: its text to be read first, and Word and PDF to be taken along, in one's own template where one is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from kpi import closing, schedule
from kpi.problems import Problem
from kpi.reports import handouts, pdf, word, workreport
from kpi.reports.paper import Heading, Paper, Paragraph
from kpi.reports.period import Period
from kpi.words import month_short
from kpi.words import word as word_of
from pages.parts import cards, handing, html, issued
from pages.parts.filters import View
from pages.parts.html import Html, tag

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 5
"""Megabytes of a template."""


@st.cache_data(max_entries=12, show_spinner=False)
def _content(home: str, build: str, as_of: str | None, kind: str, first: str, first_day: int, lang: str, recorded: str) -> Paper:
    """Return the report; `recorded` is what people recorded that it rests on besides the build."""
    return workreport.content(schedule.stretch(Period(kind, first), Path(home), lang=lang, as_of=as_of, first_day=first_day, build=build))


def report(view: View, period: Period, first_day: int, grid: str | None) -> None:
    """Show whether the period is issued, the text where asked for, and the buttons to take the report along."""
    home = Path(view.source.home)
    as_of = None if view.source.as_of == view.source.latest else view.source.as_of
    lines = [line for month in period.months if as_of is None and first_day == 1 and (line := closing.standing(month, home))]

    def said(key: str, **values: object) -> str:
        return view.word(f"export.{key}", **values)

    def content() -> Paper:
        return _content(view.source.home, view.source.build, as_of, period.kind, period.first, first_day, view.lang, handing.recorded(view.source))

    cards.heading(said("report", period=period.name(view.lang)), said("report_lead"))
    named = word_of("paper.comma", view.lang).join(month_short(line.month, view.lang) for line in lines)
    notes = [said("report_issued" if period.kind == "month" else "report_some_issued", names=named) if lines else said("report_open")]
    if period.kind == "month" and any(issued.differs(view, line) for line in lines):
        notes.append(said("report_corrected"))
    if grid:
        notes.append(said("report_company"))
    html.show(tag("p", *notes, cls="aside"))
    name, place = handouts.named(period, view.lang), st.container(key="take_report")
    own, trouble = _own(view, period, content)
    if trouble:
        html.show(tag("div", trouble, cls="trouble", role="alert"))
        return
    with place:
        office, portable, _ = st.columns([1, 1, 2], gap="small")
        with office:
            st.download_button(said("take_word"), data=lambda: word.document(content(), own), file_name=f"{name}.docx", mime=WORD, on_click="ignore", key="take_word", width="stretch")
        with portable:
            st.download_button(said("take_pdf"), data=lambda: pdf.document(content()), file_name=f"{name}.pdf", mime="application/pdf", on_click="ignore", key="take_pdf", width="stretch")
    if st.toggle(said("read"), key="read_report"):
        html.show(tag("div", *_text(content()), cls="panel"))


def _own(view: View, period: Period, content: Callable[[], Paper]) -> tuple[bytes | None, str]:
    """Show the template, to be taken and to be handed back, and return (the one to use, what is wrong with it)."""
    def said(key: str, **values: object) -> str:
        return view.word(f"export.{key}", **values)

    with st.expander(said("own_template")):
        html.show(tag("p", said("template_lead"), cls="aside"))
        st.download_button(said("take_template"), data=lambda: word.template(content()), file_name=handouts.template_name(period, view.lang), mime=WORD, on_click="ignore", key="take_template")
        html.uploader(said("template_pick"), said("template_drop", mb=LARGEST), said("template_large", mb=LARGEST))
        given = st.file_uploader(said("own_template"), type=["docx"], key="own_template", max_upload_size=LARGEST, label_visibility="collapsed")
    try:
        own = given.getvalue() if given else schedule.template(Path(view.source.home))
    except Problem as problem:
        return None, problem.of(view.lang)
    trouble = _trouble(own, view.lang, content) if own else ""
    if own and not trouble:
        html.show(tag("p", said("with_own"), cls="aside"))
    return own, trouble


@st.cache_data(max_entries=8, show_spinner=False)
def _trouble(own: bytes, lang: str, _content: Callable[[], Paper]) -> str:
    """Return what is wrong with a template, "" for nothing; its tags do not depend on the period."""
    try:
        word.document(_content(), own)
    except Problem as problem:
        return problem.of(lang)
    return ""


def _text(paper: Paper) -> list[Html]:
    """Return the running text of the report; tables and pictures are in the files."""
    shown: list[Html] = []
    for part in paper.sections:
        shown.append(tag("h3", part.title))
        shown += [tag("h4" if isinstance(block, Heading) else "p", block.text) for block in part.blocks if isinstance(block, (Heading, Paragraph))]
    return shown


