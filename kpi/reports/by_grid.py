"""Each grid in a row: the month's promises in counts, the last twelve months, and times and stock."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpi.metrics.model import Metric
from kpi.metrics.registry import metric
from kpi.metrics.verdict import GRID, tally
from kpi.reports.book import BAND, MISS, Book
from kpi.reports.bound import Sheet
from kpi.reports.figures import name_of, unit_word
from kpi.reports.month import Figures, Month, Row, sections
from kpi.standards.months import shift

TIMES = ("valve_time_p50", "valve_time_max", "company_time_p50", "open_cases", "open_over_90")
ROLLING = ("whole_wait_median", "satisfied_company", "user_charge_count")
"""Figures too few in a month for a grid: shown over twelve months."""
NAME, CELL = 17, 6.3
FEW = 13
"""Grids, the total among them, whose three tables stand on one page."""

Cell = tuple[float | None, str, str]
"""A value, its unit, and what sets it apart: `miss`, `unproven` (cases that cannot be told stand beside it) or nothing."""


def promises() -> list[Metric]:
    """Return the promises that are shown by grid: one KPI of each code."""
    found: dict[str, Metric] = {}
    for m in (*sections()["promises"], *sections()["service"]):
        found.setdefault(m.code, m)
    return [m for m in found.values() if m.kind == "ratio" and m.code not in ("K32", "K33")]


def write(book: Book, month: Month, name: str) -> Sheet:
    """Write the sheet of grids and return it."""
    width = max(len(promises()), len(TIMES) + len(ROLLING))
    sheet = book.sheet(name, (NAME, *(CELL,) * (3 * width)), header=month.word("running", month=month.name), footer=month.word("page"))
    row = book.heading(sheet, month.word("grids.title", month=month.name), month.word("overview.until", until=month.until), month.word("grids.read"))
    sheet.freeze_panes(row - 1, 1)
    now = month.now
    rolling = month.figures(start=shift(month.month, -11), by=("grid",), ids=[*(m.id for m in promises()), *ROLLING], over="span")
    grids: list[str | None] = [*sorted({*month.grids, *(g for g in now.grids() if g)}, key=lambda g: (g not in month.grids, g)), None]
    row = _block(book, sheet, month, row, "grids.month", promises(), ("hit", "miss", "unknown"), grids, lambda m, g: _counts(now.row(m.id, month.month, g)))
    row = _block(book, sheet, month, row, "grids.rolling", promises(), ("hit", "judged", "rate"), grids, lambda m, g: _share(rolling.row(m.id, None, g)))
    if len(grids) <= FEW:
        sheet.fit_to_pages(1, 1)
    else:
        sheet.set_h_pagebreaks([row])
    _block(book, sheet, month, row, "grids.times", [metric(i) for i in (*TIMES, *ROLLING)], ("figure", "judged", "unknown"), grids,
           lambda m, g: _value(m, _times(month, now, rolling, m, g)))
    return sheet


def _times(month: Month, now: Figures, rolling: Figures, m: Metric, grid: str | None) -> Row | None:
    return rolling.row(m.id, None, grid) if m.id in ROLLING else now.row(m.id, month.month, grid)


def _counts(row: Row | None) -> Sequence[Cell]:
    found = tally(row)
    return ((found.hit, "count", ""), (found.miss, "count", "miss" if found.miss else ""), (found.unknown, "count", "")) if found.total else ((None, "count", ""),) * 3


def _share(row: Row | None) -> Sequence[Cell]:
    """A rate is printed beside its counts, and only where they are enough for one."""
    found = tally(row)
    rate = found.hit / found.judged if found.judged >= GRID else None
    return (found.hit if found.judged else None, "count", ""), (found.judged or None, "count", ""), (rate, "ratio", "unproven" if found.unknown else "")


def _value(m: Metric, row: Row | None) -> Sequence[Cell]:
    if row is None:
        return ((None, "count", ""),) * 3
    value = row["value"] if m.unit != "ratio" or row["n"] >= GRID else None
    return (value, m.unit, "unproven" if row["unknown"] else ""), (row["n"] or None, "count", ""), (row["unknown"] or None, "count", "")


def _block(book: Book, sheet: Sheet, month: Month, row: int, title: str, metrics: Sequence[Metric], columns: Sequence[str], grids: Sequence[str | None],
           cells: Callable[[Metric, str | None], Sequence[Cell]]) -> int:
    sheet.write_string(row, 0, month.word(title), book.style(bold=True, font_size=11))
    row += 1
    sheet.merge_range(row, 0, row + 1, 0, month.word("column.grid"), book.head())
    for place, m in enumerate(metrics):
        text = name_of(month, m)
        if title == "grids.times":
            text = month.word("grids.figure", name=text, unit=unit_word(month, m), twelve=month.word("grids.twelve") if m.id in ROLLING else "")
        sheet.merge_range(row, 1 + 3 * place, row, 3 + 3 * place, text, book.head())
        for offset, key in enumerate(columns):
            book.put(sheet, row + 1, 1 + 3 * place + offset, month.word(f"column.{key}"), book.head())
    sheet.set_row(row, 42)
    sheet.set_row(row + 1, 28)
    row += 2
    for grid in grids:
        look = {"bold": True, "bg_color": BAND} if grid is None else {}
        book.put(sheet, row, 0, month.word("total") if grid is None else month.grid_name(grid), book.text(**look))
        for place, m in enumerate(metrics):
            for offset, (value, unit, apart) in enumerate(cells(m, grid)):
                unproven = month.word("unproven") if apart == "unproven" else ""
                book.figure(sheet, row, 1 + 3 * place + offset, value, unit, unproven, **(look | ({"font_color": MISS, "bold": True} if apart == "miss" else {})))
        row += 1
    return row + 1
