"""The month as an Excel workbook: cover, overview, a sheet for each group of KPIs, grids, managers, every case not kept or without evidence, figures by grid, trends, exceptions, corrections, definitions, ledgers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from kpi.engine import Engine
from kpi.metrics.model import Metric
from kpi.reports import by_grid, by_manager, corrections, cover, definitions, drawn, exceptions, figures, kept, ledgers, listed, trend
from kpi.reports.book import MISS, PALE, Book
from kpi.reports.bound import Workbook, written
from kpi.reports.marking import filled
from kpi.reports.month import Month, sections
from kpi.reports.since import Since
from kpi.reports.steps import Part, unheard
from kpi.store.actions import Action
from kpi.words import word

SHEETS = ("overview", *(f"group.{section}" for section in sections()), "grids", "managers", "misses", "unknown", "data", "trend", "exceptions", "corrections", "definitions", "kept", "ledgers")
"""Sheets after the cover, in order; that of corrections stands in the workbook of an issued month only."""


def month_workbook(engine: Engine, month: str, lang: str = "zh") -> bytes:
    """Return the workbook of a month as a file; the same build, month and language give the same bytes."""
    return written(content(Month(engine, month, lang)))


def content(about: Month, actions: Iterable[Action] = (), assessed: Mapping[str, float] | None = None, tell: Part = unheard) -> Workbook:
    """Return the workbook of a month as data, with the actions recorded and the values KPIs are assessed by; that of an issued one with the marks of what may be said since, and without the sheet of it."""
    book = Book(about.as_of, f"{about.word('title')} {about.name}", about.lang)
    names = {key: about.word(f"sheet.{key}") for key in SHEETS if key != "corrections" or about.reported}

    def sparkline(m: Metric) -> dict[str, Any]:
        cells = f"'{names['trend']}'!{{}}{trend.row_of(m.id) + 1}:{{}}{trend.row_of(m.id) + 1}"
        return {"range": cells.format(xl_col_to_name(trend.FIRST), xl_col_to_name(trend.FIRST + trend.MONTHS - 1)), "type": "column", "series_color": MISS if m.kind == "ratio" else PALE, "empty_cells": "gaps", "min": 0}

    lines = figures.Lines(book, about, assessed or {}, sparkline)
    held = [(name, about.word("holds.group" if key.startswith("group.") else f"holds.{key}")) for key, name in names.items()]
    makers: dict[str, Callable[[str], Any]] = {
        "cover": lambda _: cover.write(book, about, held), "overview": lambda name: figures.overview(lines, name),
        **{f"group.{section}": lambda name, at=(section, metrics): drawn.group(lines, *at, name, names["trend"]) for section, metrics in sections().items()},
        "grids": lambda name: by_grid.write(book, about, name), "managers": lambda name: by_manager.write(book, about, name),
        "misses": lambda name: listed.write(book, about, name, "miss"), "unknown": lambda name: listed.write(book, about, name, "unknown"),
        "data": lambda name: figures.by_grid_data(book, about, name), "trend": lambda name: trend.write(book, about, name),
        "exceptions": lambda name: exceptions.write(book, about, name, actions, assessed or {}),
        "definitions": lambda name: definitions.write(book, about, name), "kept": lambda name: kept.write(book, about, name), "ledgers": lambda name: ledgers.write(book, about, name),
    }
    sheets = {"cover": about.word("sheet.cover"), **{key: name for key, name in names.items() if key in makers}}
    for place, (key, name) in enumerate(sheets.items(), start=1):
        tell(name, place, len(sheets))
        makers[key](name)
    return book.content()


def since(found: Workbook, said: Since) -> Workbook:
    """Return the workbook of an issued month with what is said of it since: words for its marks, and the sheet of corrections at its place."""
    book = Book.again(filled(found, said.words), said.lang)
    corrections.write(book, said, word("reports.sheet.corrections", said.lang))
    *sheets, own = book.content().sheets
    place = next((at for at, sheet in enumerate(sheets) if sheet.name == word("reports.sheet.definitions", said.lang)), len(sheets))
    return replace(book.content(), sheets=[*sheets[:place], own, *sheets[place:]])
