"""How each promise was kept: taken in, kept, left out by the rules, not kept, cannot be told; counts only, the month and the year so far."""

from __future__ import annotations

from kpi.metrics.elsewhere import Part, linked
from kpi.metrics.registry import metric
from kpi.metrics.verdict import Tally, tally
from kpi.reports.book import MISS, Book
from kpi.reports.bound import Sheet
from kpi.reports.month import Figures, Month

COLUMNS = ("taken_in", "hit", "left_out", "miss", "unknown")
WIDTHS = (30, *(9,) * 10)


def counts(part: Part, figures: Figures, month: str | None) -> dict[str, int]:
    """Return the five counts of a promise; what was taken in is the sum of the other four."""
    rows = [(metric(id), figures.row(id, month)) for id in part.ids]
    found = sum((tally(row) for about, row in rows if about.kind == "ratio"), Tally())
    left_out = sum(row["n"] for about, row in rows if about.kind == "count" and row)
    return {"taken_in": found.total + left_out, "hit": found.hit, "left_out": left_out, "miss": found.miss, "unknown": found.unknown}


def write(book: Book, month: Month, name: str) -> Sheet:
    """Write the table of promises and return its sheet."""
    sheet = book.sheet(name, WIDTHS, header=month.word("running", month=month.name), footer=month.word("page"))
    entry = linked("R11")[0]
    start = book.heading(sheet, month.word("kept.title", month=month.name), month.word("overview.until", until=month.until), month.word("kept.read"))
    sheet.merge_range(start, 0, start + 1, 0, month.word("kept.promise"), book.head())
    for column, title in ((1, month.word("column.month")), (6, month.word("column.year"))):
        sheet.merge_range(start, column, start, column + 4, title, book.head())
        for place, key in enumerate(COLUMNS):
            book.put(sheet, start + 1, column + place, month.word(f"column.{key}"), book.head())
    sheet.set_row(start, 24)
    sheet.set_row(start + 1, 24)
    sheet.freeze_panes(start + 2, 1)
    sheet.repeat_rows(start, start + 1)
    now, year = month.now, month.year
    for row, part in enumerate(entry.parts, start=start + 2):
        book.put(sheet, row, 0, part.label.of(month.lang), book.text())
        for column, found in ((1, counts(part, now, month.month)), (6, counts(part, year, None))):
            for place, key in enumerate(COLUMNS):
                book.figure(sheet, row, column + place, found[key] if found["taken_in"] else None, "count", **({"font_color": MISS, "bold": True} if key == "miss" and found[key] else {}))
    return sheet
