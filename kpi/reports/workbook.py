"""The month as an Excel workbook: cover, overview, grids, every miss, every case without evidence, all figures by grid, exceptions, definitions, how each promise was kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from kpi.engine import Engine
from kpi.reports import by_grid, cover, definitions, exceptions, figures, kept, listed
from kpi.reports.book import Book
from kpi.reports.cover import Issued
from kpi.reports.month import Month
from kpi.store.actions import Action

SHEETS = ("overview", "grids", "misses", "unknown", "data", "exceptions", "definitions", "kept")


def month_workbook(engine: Engine, month: str, lang: str = "zh", actions: Iterable[Action] = (), assessed: Mapping[str, float] | None = None, issued: Issued = None) -> bytes:
    """Return the workbook of a month, with the actions recorded, the values KPIs are assessed by and whether it was issued; the same build, month, language and these give the same bytes."""
    about = Month(engine, month, lang)
    book = Book(about.as_of, f"{about.word('title')} {about.name}", lang)
    names = {key: about.word(f"sheet.{key}") for key in SHEETS}
    cover.write(book, about, [(name, about.word(f"holds.{key}")) for key, name in names.items()], issued)
    figures.overview(book, about, names["overview"])
    by_grid.write(book, about, names["grids"])
    listed.write(book, about, names["misses"], "miss")
    listed.write(book, about, names["unknown"], "unknown")
    figures.by_grid_data(book, about, names["data"])
    exceptions.write(book, about, names["exceptions"], actions, assessed or {})
    definitions.write(book, about, names["definitions"])
    kept.write(book, about, names["kept"])
    return book.close()


def write_report(
    engine: Engine, month: str, out_dir: Path, lang: str = "zh", actions: Iterable[Action] = (), assessed: Mapping[str, float] | None = None, issued: Issued = None
) -> Path:
    """Write the workbook of a month into a folder and return its path; a file there of the same name is replaced as a whole."""
    content = month_workbook(engine, month, lang, actions, assessed, issued)
    out_dir.mkdir(parents=True, exist_ok=True)
    path = out_dir / Month(engine, month, lang).word("file", month=month)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
    return path
