"""Each customer manager in a row, in order of number: what he controls, in counts of the month and of twelve months; names masked, no share, no rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.metrics import record
from kpi.metrics.compute import compute
from kpi.metrics.held import CONTROLLED
from kpi.metrics.registry import metric
from kpi.metrics.verdict import tally
from kpi.reports.book import Book
from kpi.reports.bound import Sheet
from kpi.reports.month import Month
from kpi.standards.months import shift
from kpi.words import masking

NAME, CELL = 17, 6.4
COLUMNS = ("hit", "miss", "unknown")


def write(book: Book, month: Month, name: str) -> Sheet:
    """Write the sheet of managers and return it."""
    sheet = book.sheet(name, (NAME, *(CELL,) * (len(COLUMNS) * len(CONTROLLED))), header=month.word("running", month=month.name), footer=month.word("page"))
    row = book.heading(sheet, month.word("managers.title", month=month.name), month.word("overview.until", until=month.until), month.word("managers.read"))
    sheet.freeze_panes(row - 1, 1)
    known = {one["manager"]: one["name"] for one in record.managers(month.engine)}
    for key, start in (("month", month.month), ("rolling", shift(month.month, -11))):
        where = {"regime": month.regime} if month.regime else {}
        found = {(r["metric"], r["manager"]): r for r in compute(month.engine, CONTROLLED, start=start, end=month.month, by=("manager",), where=where, over="span")}
        row = _block(book, sheet, month, row, key, known, found) + 1
    return sheet


def _block(book: Book, sheet: Sheet, month: Month, row: int, key: str, known: Mapping[str, str | None], found: Mapping[tuple[str, str | None], Mapping[str, Any]]) -> int:
    sheet.write_string(row, 0, month.word(f"managers.{key}"), book.style(bold=True, font_size=11))
    row += 1
    sheet.merge_range(row, 0, row + 1, 0, month.word("managers.manager"), book.head())
    for place, id in enumerate(CONTROLLED):
        first = 1 + len(COLUMNS) * place
        sheet.merge_range(row, first, row, first + len(COLUMNS) - 1, metric(id).label.of(month.lang), book.head())
        for offset, column in enumerate(COLUMNS):
            book.put(sheet, row + 1, first + offset, month.word(f"column.{column}"), book.head())
    sheet.set_row(row, 42)
    sheet.set_row(row + 1, 28)
    row += 2
    for manager, name in known.items():
        book.put(sheet, row, 0, _shown(manager, name), book.text(font_size=9))
        for place, id in enumerate(CONTROLLED):
            one = tally(found.get((id, manager)))
            for offset, value in enumerate((one.hit, one.miss, one.unknown)):
                # no colour beside a person's name
                book.figure(sheet, row, 1 + len(COLUMNS) * place + offset, value if one.total else None, "count")
        row += 1
    return row


def _shown(manager: str, name: str | None) -> str:
    """Return a manager by number and masked name; one without a number is known by the name alone."""
    return manager if not name else masking.person(name) if name == manager else f"{manager} {masking.person(name)}"
