"""What reads otherwise since the month was issued: each figure as it was issued and as it would read today; the other sheets keep the figures as issued."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from kpi.metrics.registry import metric
from kpi.reports.book import MISS, MUTED, Book
from kpi.reports.figures import unit_word
from kpi.reports.month import Month, Row
from kpi.store.issues import Reported

COLUMNS = ("code", "metric", "grid", "span", "unit", "was", "is")
FIELDS = ("hits", "n", "unknown", "value")
WIDTHS = (7, 36, 20, 12, 10, *(9,) * 8)


def shown(month: Month, reported: Reported) -> list[Row]:
    """Return the corrected figures that the report's other sheets show: of the process that heads the month."""
    return [dict(row) for row in reported.corrections if month.headed(row)]


def write(book: Book, month: Month, name: str, reported: Reported) -> Worksheet:
    """Write the corrections and return their sheet."""
    sheet = book.sheet(name, WIDTHS, header=month.word("running", month=month.name), footer=month.word("page"))
    line = reported.line
    start = book.heading(sheet, month.word("corrections.title", month=month.name), month.word("cover.closed", version=line.version, at=line.at[:16].replace("T", " "), by=line.by), month.word("corrections.read"))
    for column, key in enumerate(COLUMNS[:5]):
        sheet.merge_range(start, column, start + 1, column, month.word(f"corrections.{key}"), book.head())
    for column, key in ((5, "was"), (9, "is")):
        sheet.merge_range(start, column, start, column + 3, month.word(f"corrections.{key}"), book.head())
        for place, field in enumerate(FIELDS):
            book.put(sheet, start + 1, column + place, month.word(f"corrections.{field}"), book.head())
    sheet.freeze_panes(start + 2, 2)
    sheet.repeat_rows(start, start + 1)
    rows = shown(month, reported)
    for at, row in enumerate(rows, start=start + 2):
        asked = metric(row["metric"])
        where = month.word("total") if row["grid"] is None else month.grid_name(row["grid"])
        texts = (asked.code, asked.label.of(month.lang), where, month.word("corrections.month" if row["first"] == month.month else "column.year"), unit_word(month, asked))
        for column, text in enumerate(texts):
            book.put(sheet, at, column, text, book.text(font_size=9, bold=row["grid"] is None))
        for column, side in ((5, "was"), (9, "is")):
            for place, field in enumerate(FIELDS):
                changed = side == "is" and row["was"][field] != row["is"][field]
                book.figure(sheet, at, column + place, row[side][field], asked.unit if field == "value" else "count", **({"font_color": MISS, "bold": True} if changed else {}))
    if not rows:
        book.put(sheet, start + 2, 1, month.word("corrections.some_cases" if reported.corrected else "corrections.none"), book.style(font_color=MUTED))
    return sheet
