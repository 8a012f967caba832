"""What reads otherwise since the month was issued: each figure as it was issued and as it would read today; the other sheets keep the figures as issued."""

from __future__ import annotations

from typing import Any

from kpi.metrics.registry import metric
from kpi.reports.book import MISS, MUTED, Book
from kpi.reports.bound import Sheet
from kpi.reports.figures import unit_name
from kpi.reports.since import Since
from kpi.words import word

COLUMNS = ("code", "metric", "grid", "span", "unit", "was", "is")
FIELDS = ("hits", "n", "unknown", "value")
WIDTHS = (7, 36, 20, 12, 10, *(9,) * 8)


def write(book: Book, since: Since, name: str) -> Sheet:
    """Write the corrections and return their sheet."""
    def said(key: str, **values: Any) -> str:
        return word(f"reports.{key}", since.lang, **values)

    sheet = book.sheet(name, WIDTHS, header=said("running", month=since.name), footer=said("page"))
    line = since.reported.line
    start = book.heading(sheet, said("corrections.title", month=since.name), said("cover.closed", version=line.version, at=line.at[:16].replace("T", " "), by=line.by), said("corrections.read"))
    for column, key in enumerate(COLUMNS[:5]):
        sheet.merge_range(start, column, start + 1, column, said(f"corrections.{key}"), book.head())
    for column, key in ((5, "was"), (9, "is")):
        sheet.merge_range(start, column, start, column + 3, said(f"corrections.{key}"), book.head())
        for place, field in enumerate(FIELDS):
            book.put(sheet, start + 1, column + place, said(f"corrections.{field}"), book.head())
    sheet.freeze_panes(start + 2, 2)
    sheet.repeat_rows(start, start + 1)
    rows = since.figures
    for at, row in enumerate(rows, start=start + 2):
        asked = metric(row["metric"])
        where = said("total") if row["grid"] is None else since.grid_name(row["grid"])
        texts = (asked.code, asked.label.of(since.lang), where, said("corrections.month" if row["first"] == since.month else "column.year"), unit_name(asked, since.lang))
        for column, text in enumerate(texts):
            book.put(sheet, at, column, text, book.text(font_size=9, bold=row["grid"] is None))
        for column, side in ((5, "was"), (9, "is")):
            for place, field in enumerate(FIELDS):
                changed = side == "is" and row["was"][field] != row["is"][field]
                book.figure(sheet, at, column + place, row[side][field], asked.unit if field == "value" else "count", **({"font_color": MISS, "bold": True} if changed else {}))
    if not rows:
        book.put(sheet, start + 2, 1, said("corrections.some_cases" if since.reported.corrected else "corrections.none"), book.style(font_color=MUTED))
    return sheet
