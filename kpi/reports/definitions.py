"""The definitions sheet: what every figure means, what is left out, and which rules still wait for confirmation."""

from __future__ import annotations

from kpi import standards
from kpi.reports.book import BAND, LINE, MUTED, Book
from kpi.reports.bound import Sheet
from kpi.reports.figures import name_of, promise_word, unit_word
from kpi.reports.month import Month, sections

COLUMNS = ("code", "metric", "meaning", "formula", "dated", "exclusions", "promise", "unit", "clause", "controller")
WIDTHS = (7, 26, 40, 34, 18, 34, 14, 8, 12, 8)
RULES = ("period", "ratio", "evidence", "chance", "zero", "due", "clock", "stops", "process", "small", "masked")


def write(book: Book, month: Month, name: str) -> Sheet:
    """Write the definitions and return the sheet."""
    sheet = book.sheet(name, WIDTHS, header=month.word("running", month=month.name), footer=month.word("page"))
    version = month.word("definitions.version", version=standards.version())
    row = book.heading(sheet, month.word("definitions.title"), month.word("overview.until", until=month.until), version)
    values = {"effective": standards.rule("effective_date"), "until": month.until, "hours": standards.rule("feedback_hours"), "days": standards.rule("feedback_working_days")}
    for key in RULES:
        text = month.word(f"rule.{key}", **values)
        sheet.merge_range(row, 0, row, len(COLUMNS) - 1, text, book.style(text_wrap=True, bottom=1, bottom_color=LINE))
        book.fit(sheet, row, [text], [sum(WIDTHS)])
        row += 1
    row += 1
    for column, key in enumerate(COLUMNS):
        book.put(sheet, row, column, month.word(f"definitions.{key}"), book.head())
    sheet.set_row(row, 24)
    sheet.repeat_rows(row)
    for section, metrics in sections().items():
        row += 1
        for column in range(len(COLUMNS)):
            book.put(sheet, row, column, month.word(f"section.{section}") if column == 0 else None, book.style(bold=True, bg_color=BAND, bottom=1, bottom_color=LINE))
        for metric in metrics:
            row += 1
            texts = (metric.code, name_of(month, metric), *(text.of(month.lang) for text in (metric.meaning, metric.formula, metric.dated_by, metric.exclusions)),
                     promise_word(month, metric), unit_word(month, metric), metric.clause, month.word(f"controller.{metric.controller}"))
            for column, text in enumerate(texts):
                book.put(sheet, row, column, text, book.text(font_size=9, valign="top", **({"font_color": MUTED} if column in (0, 7) else {})))
            book.fit(sheet, row, texts, WIDTHS, line=12.5)
    return sheet
