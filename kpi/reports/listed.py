"""Every case that was not kept, and every one that cannot be told, with the row of the ledger it came from; names are masked."""

from __future__ import annotations

from kpi import standards
from kpi.metrics import record
from kpi.metrics.causes import recorded
from kpi.metrics.model import Metric
from kpi.reports.book import MUTED, Book
from kpi.reports.bound import Sheet
from kpi.reports.month import Month, Row, sections
from kpi.words import format as written
from kpi.words import masking, word

COLUMNS = ("serial", "metric", "key", "customer", "grid", "actual", "reason", "cause", "process", "file", "sheet", "row")
WIDTHS = (5.5, 29, 16, 10, 16, 20, 27, 20, 8, 30, 18, 6.5)
ENGLISH = {1: 45, 6: 38}
"""Wider columns of the English sheet."""
UNITS = {"valve_on_time": "wd", "zero_fee": "yuan", "feedback_24h": "h", "feedback_3wd": "wd", "pipe_ready_first": "d", "user_charge_amount": "yuan"}
"""Units of what a case shows as its value; other KPIs show a plain number."""
PROCESSES = {"1.5": "new", "11000": "old", "straddling": "straddling"}
REPEATED = frozenset(
    "all_kept zero_errand_excl_voluntary satisfied_company satisfied_manager user_charge_count accepted_first_go_self_built accepted_first_go_entrusted appeals_settled"
    " survey_response_company survey_response_manager survey_coverage_manager archive_complete bad_ratings_revisited".split()
)
"""KPIs whose cases stand under another KPI of the list already, or would name every case for want of a reference item."""


def shown() -> list[Metric]:
    """Return the KPIs whose cases are listed: each promise once."""
    return [m for metrics in sections().values() for m in metrics if (m.kind == "ratio" or m.code == "K09") and m.id not in REPEATED]


def write(book: Book, month: Month, name: str, verdict: str) -> Sheet:
    """Write the cases of a verdict (miss or unknown) in the month and return the sheet."""
    widths = [ENGLISH.get(column, width) if month.lang == "en" else width for column, width in enumerate(WIDTHS)]
    sheet = book.sheet(name, widths, header=month.word("running", month=month.name), footer=month.word("page"))
    start = book.heading(sheet, month.word(f"listed.{verdict}", month=month.name), month.word("overview.until", until=month.until), month.word(f"listed.{verdict}_read"))
    for column, key in enumerate(COLUMNS):
        book.put(sheet, start, column, month.word(f"column.{key}"), book.head())
    sheet.set_row(start, 28)
    sheet.freeze_panes(start + 1, 3)
    sheet.repeat_rows(start)
    found = month.listed(shown(), verdict)
    known = record.applications(month.engine, [row["app_id"] for _, row in found if row["app_id"]])
    told = recorded(month.engine, "appeal", [row["key"] for metric, row in found if metric.table == "appeal"])
    for serial, (metric, row) in enumerate(found, start=1):
        application = known.get(row["app_id"] or "", {})
        cause = application.get("cause") if metric.table == "application" else told.get(row["key"])
        texts = _line(book, sheet, month, start + serial, serial, metric, row, application, _cause(month, cause))
        book.fit(sheet, start + serial, texts, widths[1:-1], line=12.5, least=15.0)
    if found:
        sheet.autofilter(start, 0, start + len(found), len(COLUMNS) - 1)
    else:
        book.put(sheet, start + 1, 1, month.word(f"listed.{verdict}_none"), book.style(font_color=MUTED))
    return sheet


def _line(book: Book, sheet: Sheet, month: Month, at: int, serial: int, metric: Metric, row: Row, application: Row, cause: str) -> tuple[str, ...]:
    grid = row["grid"] or application.get("grid")
    texts = (
        metric.label.of(month.lang), _key(month, row), masking.firm(application.get("customer")) or "—", month.grid_name(grid), actual(metric, row, month.lang), row["reason"],
        cause, month.word(f"process.{PROCESSES[row['regime']]}") if row["regime"] else "—", row["file"] or "—", row["sheet"] or "—",
    )
    book.figure(sheet, at, 0, serial, "line", align="center", font_size=9)
    for column, text in enumerate(texts, start=1):
        book.put(sheet, at, column, text, book.text(font_size=9, **({"align": "right", "indent": 1} if column == 5 else {})))
    book.figure(sheet, at, len(texts) + 1, row["row"], "line", align="center", font_size=9)
    return texts


def _cause(month: Month, cause: str | None) -> str:
    """Return a recorded cause with the party that it names."""
    party = standards.controller(cause)
    text = masking.scrub(cause) or "—"
    if not party:
        return text
    name = word(f"members.{party}", month.lang)
    return f"{text} ({name})" if month.lang == "en" else f"{text}（{name}）"


def _key(month: Month, row: Row) -> str:
    """Return the number of a case; one that is told by its name (the ledger gave no number) is not spelled out."""
    return month.word("listed.no_number") if not row["key"] or row["key"].startswith("~") else row["key"]


def actual(metric: Metric, row: Row, lang: str) -> str:
    """Return what a case came to, or between what bounds it lies."""
    unit = UNITS.get(metric.id, "count")
    if row["value"] is not None:
        return written(row["value"], unit, lang)
    if row["low"] is not None and row["high"] is not None:
        low, high = written(row["low"], unit, lang), written(row["high"], unit, lang)
        suffix = written(0, unit, lang).removeprefix("0")
        return low if low == high else f"{low.removesuffix(suffix)}—{high}"
    return "—"
