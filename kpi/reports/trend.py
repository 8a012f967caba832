"""Thirteen months of every KPI as plain cells: what sparklines and charts of the workbook, and charts of the slides, are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpi.metrics.model import Metric
from kpi.metrics.registry import metric
from kpi.metrics.verdict import GRID, Tally, tally
from kpi.reports.book import Book
from kpi.reports.bound import Sheet
from kpi.reports.figures import shown
from kpi.reports.month import Figures, Month, sections
from kpi.standards.months import shift
from kpi.words import month_name, month_short

MONTHS = 13
PROMISES = ("all_kept", "valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd")
"""KPIs drawn in counts."""
LINES = ("valve_time_p50", "whole_wait_median", "open_cases")
"""KPIs drawn as values; of a share what is told is the cases not kept."""
PARTS = ("hit", "unknown", "miss")
HEAD, FIRST = 4, 2
"""Row of the header and column of the first month."""


def months(month: Month) -> list[str]:
    """Return the months shown, the report's own last."""
    return [shift(month.month, by) for by in range(1 - MONTHS, 1)]


def history(month: Month) -> Figures:
    """Return the figures of all of them, the report's own as it was issued where it was."""
    return month.history


def told(asked: Metric, figures: Figures, month: str) -> float | None:
    """Return what a trend shows of a month: of a share the cases not kept, of other KPIs the value where it may be printed; None where nothing happened."""
    row = figures.row(asked.id, month)
    if row is None or not (row["n"] or row["unknown"]):
        return None
    if asked.unit == "ratio":
        return row["n"] - row["hits"] if row["hits"] is not None else row["value"] if row["n"] >= GRID else None
    return shown(asked, row)


def counted(found: Tally) -> dict[str, int]:
    """Return the counts of a promise by PARTS."""
    return {"hit": found.hit, "unknown": found.unknown, "miss": found.miss}


def every() -> list[Metric]:
    """Return every KPI in the order of the overview."""
    return [m for metrics in sections().values() for m in metrics]


def row_of(id: str) -> int:
    """Return the row of a KPI in the first table."""
    return HEAD + 1 + [m.id for m in every()].index(id)


def row_of_part(id: str, part: str) -> int:
    """Return the row of the counts of a promise in the second table."""
    return HEAD + 1 + len(every()) + 3 + PROMISES.index(id) * len(PARTS) + PARTS.index(part)


def row_of_names() -> int:
    """Return the row of the header of the second table, whose months are short enough to stand below a chart."""
    return row_of_part(PROMISES[0], PARTS[0]) - 1


def short(month: str, lang: str, *, first: bool) -> str:
    """Return a month as it stands below a chart; the first and each January tell their year on a line of their own."""
    return month_short(month, lang) + (f"\n{month[:4]}" if first or month.endswith("-01") else "")


def row_of_grids() -> int:
    """Return the first row of the third table: a grid in each row, PARTS in columns from the third."""
    return row_of_part(PROMISES[-1], PARTS[-1]) + 4


def grids(month: Month) -> list[tuple[str, Tally]]:
    """Return the grids that had cases of the leading promise in the month with their counts."""
    now = month.now
    listed = [(month.grid_name(grid), tally(now.row(PROMISES[0], month.month, grid))) for grid in now.grids() if grid]
    return [(name, found) for name, found in listed if found.total]


def write(book: Book, month: Month, name: str) -> Sheet:
    """Write the three tables and return their sheet."""
    listed, figures = months(month), history(month)
    sheet = book.sheet(name, (34 if month.lang == "zh" else 46, 14, *(9.5,) * MONTHS), header=month.word("running", month=month.name), footer=month.word("page"))
    book.heading(sheet, month.word("trend.title", month=month.name), month.word("overview.until", until=month.until), month.word("trend.read"))
    sheet.freeze_panes(HEAD + 1, FIRST)
    sheet.repeat_rows(HEAD)
    heads = [month.word("column.metric"), month.word("trend.what"), *(month_name(m, month.lang) for m in listed)]

    def line(row: int, texts: Sequence[str], values: Sequence[float | None], unit: Callable[[], str]) -> None:
        for column, text in enumerate(texts):
            book.put(sheet, row, column, text, book.text(font_size=9))
        for column, value in enumerate(values, start=FIRST):
            book.figure(sheet, row, column, value, unit())

    for column, text in enumerate(heads):
        book.put(sheet, HEAD, column, text, book.head())
    sheet.set_row(HEAD, 28)
    for m in every():
        share = m.unit == "ratio" and m.kind == "ratio"
        line(row_of(m.id), (m.label.of(month.lang), month.word("trend.miss" if share else "trend.value")), [told(m, figures, one) for one in listed], lambda m=m, share=share: "count" if share else m.unit)
    named = [*heads[:FIRST], *(short(m, month.lang, first=not at) for at, m in enumerate(listed))]
    sheet.set_row(row_of_names(), 28)
    for row, texts in ((row_of_names(), named), (row_of_grids() - 1, [month.word("column.grid"), "", *(month.word(f"column.{part}") for part in PARTS)])):
        for column, text in enumerate(texts):
            book.put(sheet, row, column, text, book.head())
    for id in PROMISES:
        for part in PARTS:
            values = [counted(tally(figures.row(id, one)))[part] for one in listed]
            line(row_of_part(id, part), (metric(id).label.of(month.lang), month.word(f"column.{part}")), values, lambda: "count")
    for row, (grid, found) in enumerate(grids(month), start=row_of_grids()):
        line(row, (grid, ""), list(counted(found).values()), lambda: "count")
    return sheet
