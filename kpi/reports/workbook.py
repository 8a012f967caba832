"""The month as an Excel workbook: cover, overview, a sheet for each group of KPIs, grids, managers, every case not kept or without evidence, figures by grid, trends, exceptions, corrections, definitions, ledgers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from kpi.engine import Engine
from kpi.metrics.model import Metric
from kpi.reports import by_grid, by_manager, corrections, cover, definitions, drawn, exceptions, figures, kept, ledgers, listed, trend
from kpi.reports.book import MISS, PALE, Book
from kpi.reports.month import Month, sections
from kpi.reports.steps import Part, unheard
from kpi.store.actions import Action
from kpi.store.issues import Reported

SHEETS = ("overview", *(f"group.{section}" for section in sections()), "grids", "managers", "misses", "unknown", "data", "trend", "exceptions", "corrections", "definitions", "kept", "ledgers")
"""Sheets after the cover, in order; that of corrections stands in the workbook of an issued month only."""


def month_workbook(engine: Engine, month: str, lang: str = "zh", actions: Iterable[Action] = (), assessed: Mapping[str, float] | None = None, reported: Reported | None = None) -> bytes:
    """Return the workbook of a month, with the actions recorded and the values KPIs are assessed by; of an issued month (`reported`, `engine` at the moment of its close) with the figures as issued.

    The same build, month, language and these give the same bytes.
    """
    return workbook(Month(engine, month, lang, reported), actions, assessed)


def workbook(about: Month, actions: Iterable[Action] = (), assessed: Mapping[str, float] | None = None, tell: Part = unheard) -> bytes:
    """Return the workbook of a month that other reports may have asked for figures already."""
    book, reported = Book(about.as_of, f"{about.word('title')} {about.name}", about.lang), about.reported
    names = {key: about.word(f"sheet.{key}") for key in SHEETS if key != "corrections" or reported}

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
        "exceptions": lambda name: exceptions.write(book, about, name, actions, assessed or {}), "corrections": lambda name: corrections.write(book, about, name, reported),
        "definitions": lambda name: definitions.write(book, about, name), "kept": lambda name: kept.write(book, about, name), "ledgers": lambda name: ledgers.write(book, about, name),
    }
    sheets = {"cover": about.word("sheet.cover"), **names}
    for place, (key, name) in enumerate(sheets.items(), start=1):
        tell(name, place, len(sheets))
        makers[key](name)
    return book.close()


def write_report(
    engine: Engine, month: str, out_dir: Path, lang: str = "zh", actions: Iterable[Action] = (), assessed: Mapping[str, float] | None = None, reported: Reported | None = None
) -> Path:
    """Write the workbook of a month into a folder and return its path; a file there of the same name is replaced as a whole."""
    content = month_workbook(engine, month, lang, actions, assessed, reported)
    out_dir.mkdir(parents=True, exist_ok=True)
    path = out_dir / Month(engine, month, lang).word("file", month=month)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
    return path
