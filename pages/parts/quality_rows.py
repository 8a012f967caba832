"""The rows of the ledgers behind a measure of quality, on the page and as a workbook to work through; what names persons is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from kpi.reports.book import Book
from kpi.words import MISSING
from pages.parts import html, quality, session
from pages.parts.filters import View
from pages.parts.findings import XLSX
from pages.parts.html import Html, tag

SHOWN, OPEN = 60, 15
"""Rows on the page, and how many of them stand open; the workbook holds all of them."""

COLUMNS = ("key", "grid", "table", "file", "sheet", "row", "column", "value", "reason", "remedy")

WIDTHS = (16, 14, 18, 32, 16, 7, 18, 22, 40, 40)


def _asked(view: View, measure: str) -> dict[str, Any] | None:
    """Return what is asked of the room quality; a measure of one kind of ledger takes the one with most to put right where none is asked for."""
    wanted = quality.asked(view)
    if measure in quality.OPEN and "table" not in wanted:
        found = session.quality_of(view.source, "overview", by=("table",), **wanted)
        worst = max(found, key=lambda row: quality.counted(measure, row), default=None)
        if worst is None or not quality.counted(measure, worst):
            return None
        wanted["table"] = worst["table"]
    return wanted


def show(view: View) -> None:
    """Show the rows behind the measure looked at, and offer all of them as a workbook."""
    measure = quality.chosen(view)
    wanted = _asked(view, measure)
    rows = session.rows_behind(view.source, measure, SHOWN + 1, lang=view.lang, **wanted) if wanted is not None else []
    with st.container(key="rows_behind"):
        with st.container(horizontal=True, vertical_alignment="center", key="rows_head"):
            about = view.word("quality.rows_of", table=_table(view, wanted["table"])) if wanted and measure in quality.OPEN else ""
            html.show(tag("h3", quality.word(view, measure, "list"), about, cls="part"))
            if rows:
                source, lang = view.source, view.lang
                st.download_button(
                    view.word("quality.download"), data=lambda: workbook(view, measure, session.rows_behind(source, measure, None, lang=lang, **wanted)), key="rows_download",
                    file_name=view.word("quality.file", name=quality.word(view, measure), month=view.month), mime=XLSX, on_click="ignore",
                )
        if rows:
            html.show(listed(view, rows[:SHOWN]), tag("p", view.word("quality.more", n=SHOWN), cls="aside") if len(rows) > SHOWN else "")
        else:
            html.show(tag("div", view.word("quality.no_rows", when=quality.when(view)), cls="nothing"))


def _table(view: View, name: str) -> str:
    return dict(quality.tables(view))[name]


def _texts(view: View, row: Mapping[str, Any]) -> list[str]:
    values = {**row, "grid": view.grid_name(row["grid"]), "table": row["table_name"]}
    return [str(values[name]) if values[name] not in (None, "") else MISSING for name in COLUMNS]


def listed(view: View, rows: Sequence[Mapping[str, Any]]) -> Html:
    """Return rows of ledgers with what is the matter and what to do about it, the first of them open."""
    names = ("key", "grid", "source", "column", "value", "reason", "remedy")
    heads = [view.word(f"quality.head.{name}") for name in names]
    body = []
    for row in rows:
        told = dict(zip(COLUMNS, _texts(view, row), strict=True))
        place = view.word("quality.place", sheet=told["sheet"], row=told["row"])
        cells: list[object] = [told["key"], told["grid"], tag("span", told["file"], tag("small", place), cls="name"), told["column"], told["value"]]
        body.append([*cells, *(Html(tag("td", told[name], cls="wrap")) for name in ("reason", "remedy"))])
    rest = html.fold(view.word("misses.rest", n=len(body) - OPEN), html.table(heads, body[OPEN:], left=len(heads), cls="found")) if len(body) > OPEN else ""
    return html.join(html.table(heads, body[:OPEN], left=len(heads), cls="found"), rest)


def workbook(view: View, measure: str, rows: list[dict[str, Any]]) -> bytes:
    """Return all rows behind a measure as a workbook."""
    return book_of(view, quality.word(view, measure, "list"), quality.word(view, measure), f"{quality.when(view)} · {quality.word(view, measure, 'sub')}", rows)


def book_of(view: View, title: str, name: str, under: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as a workbook of one sheet with a name, a title and a line below it; no cell turns into a formula."""
    book = Book(datetime.fromisoformat(view.source.as_of), title, view.lang)
    sheet = book.sheet(name, WIDTHS)
    start = book.heading(sheet, title, under)
    for column, name in enumerate(COLUMNS):
        book.put(sheet, start, column, view.word(f"quality.head.{name}"), book.head())
    sheet.freeze_panes(start + 1, 1)
    sheet.repeat_rows(start)
    plain = book.text(font_size=9, valign="top")
    for at, row in enumerate(rows, start=start + 1):
        texts = _texts(view, row)
        for column, text in enumerate(texts):
            book.put(sheet, at, column, row["row"] if COLUMNS[column] == "row" and row["row"] else text, plain)
        book.fit(sheet, at, texts, WIDTHS, line=12.5, least=15.0)
    if rows:
        sheet.autofilter(start, 0, start + len(rows), len(COLUMNS) - 1)
    return book.close()
