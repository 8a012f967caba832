"""How good the ledgers of the month are, by grid and by kind of ledger: rows, what is filled in, times with a time of day, and what was noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi import quality
from kpi.exports.tables import BY_NAME
from kpi.reports.book import MISS, Book
from kpi.reports.bound import Sheet
from kpi.reports.month import Month

COUNTS = ("rows", "cells", "filled", "dates", "timed", "rejects", "conflicts", "warnings", "findings")
SHARES = {"filled": "completeness", "timed": "precision"}
"""Shares that stand behind a count."""
COLUMNS = tuple(name for count in COUNTS for name in (count, *([SHARES[count]] if count in SHARES else [])))
WIDTHS = (24, *(12,) * len(COLUMNS))
FAULTS = ("rejects", "conflicts")


def write(book: Book, month: Month, name: str) -> Sheet:
    """Write the quality of the ledgers and return its sheet."""
    sheet = book.sheet(name, WIDTHS, header=month.word("running", month=month.name), footer=month.word("page"))
    row = book.heading(sheet, month.word("ledgers.title", month=month.name), month.word("overview.until", until=month.until), month.word("ledgers.read"))
    sheet.freeze_panes(row, 1)
    for by in ("grid", "table"):
        for column, text in enumerate((month.word(f"ledgers.{by}"), *(month.word(f"ledgers.{key}") for key in COLUMNS))):
            book.put(sheet, row, column, text, book.head())
        sheet.set_row(row, 30)
        for one in quality.overview(month.engine, by=(by,), month=month.month):
            row += 1
            book.put(sheet, row, 0, _name(month, by, one[by]), book.text(font_size=9))
            _line(book, sheet, row, one)
        row += 2
    return sheet


def _name(month: Month, by: str, member: str | None) -> str:
    if by == "grid":
        return month.grid_name(member)
    table = BY_NAME.get(member or "")
    return month.word("ledgers.none") if table is None else table.zh if month.lang == "zh" else table.en


def _line(book: Book, sheet: Sheet, row: int, one: Mapping[str, Any]) -> None:
    for column, key in enumerate(COLUMNS, start=1):
        book.figure(sheet, row, column, one[key], "ratio" if key in SHARES.values() else "count", **({"font_color": MISS, "bold": True} if key in FAULTS and one[key] else {}))
