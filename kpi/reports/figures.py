"""The overview of a month, every KPI in a row with counts, both ranges and what stood before; and the same figures by grid, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.metrics.model import Metric
from kpi.metrics.verdict import COMPANY, GRID, STATUS, status, tally
from kpi.reports.book import BAND, LINE, MISS, MUTED, Book
from kpi.reports.bound import Sheet
from kpi.reports.month import Figures, Month, Row, sections
from kpi.standards.months import shift
from kpi.words import format as written
from kpi.words import month_name, word

GROUPS = (("name", 1), ("promise", 1), ("assessed", 1), ("status", 1), ("month", 4), ("value", 2), ("evidence", 2), ("chance", 2), ("before", 2), ("last_year", 2), ("year", 2), ("trend", 1))
"""Groups of columns and how many each spans."""
COLUMNS = ("hit", "miss", "unknown", "n", "value", "unit", "low", "high", "low", "high", *("kept", "n") * 3)
PAGE, NOTES = 58, 7
"""Rows of the overview on a printed page, where a group that does not fit begins a new one, and of what stands below the last group."""
NAME = {"zh": 31, "en": 46}
WIDTHS = (14, 11, 12, 7, 7, 8.5, 7, 9.5, 8, *(8,) * 4, *(8.5, 7) * 3, 15)
ENGLISH = {2: 15, 8: 13}
"""Columns whose English words are longer: standing and unit."""
Trends = Callable[[Metric], dict[str, Any]]
"""Returns the options of the sparkline of a KPI."""
UNIT_OF = {"K07": "per_case", "K09": "charges", "K19": "cases", "R04": "cases"} | dict.fromkeys(("K42", "R11"), "cases") | {
    **dict.fromkeys(("K35", "K36", "K38", "K39", "K43", "K45", "R05", "appointment_excluded"), "matters"), "complaints_per_100": "per_100",
}
"""What a count counts, by catalogue code or id."""


def unit_word(month: Month, metric: Metric) -> str:
    """Return the unit of a KPI as read in the report's language."""
    return unit_name(metric, month.lang)


def unit_name(metric: Metric, lang: str) -> str:
    """Return the unit of a KPI as read."""
    return word(f"reports.unit.{UNIT_OF.get(metric.id, UNIT_OF.get(metric.code, 'count')) if metric.unit == 'count' else metric.unit}", lang)


def promise_word(month: Month, metric: Metric) -> str:
    """Return what is promised in words, marked where it is only a reference."""
    found = month.promise(metric)
    if found is None:
        return "—"
    return goal_name(metric, *found, month.lang)


def goal_name(metric: Metric, kind: str, value: float, lang: str) -> str:
    """Return a promise or another goal (`kind`) in words, marked where it is no promise."""
    if metric.unit == "ratio" and value == 1:
        text = word("reports.promise.all", lang)
    elif value == 0:
        text = word("reports.promise.none", lang)
    else:
        text = ("≥" if metric.better == "up" else "≤") + written(value, metric.unit, lang)
    return text if kind == "承诺" else word("reports.promise.kind", lang, kind=word(f"reports.target.{kind}", lang), text=text)


def name_of(month: Month, metric: Metric) -> str:
    """Return the label of a KPI, starred where the month's figure touches a provisional calendar day, with the mark of an issued figure."""
    return metric.label.of(month.lang) + ("*" if metric.id in month.provisional else "") + month.mark(f"figure.{metric.id}")


def _head(book: Book, sheet: Sheet, month: Month, row: int) -> int:
    column = 0
    for name, wide in GROUPS:
        text = month.word(f"column.{name}")
        if wide == 1:
            sheet.merge_range(row, column, row + 1, column, text, book.head())
        else:
            sheet.merge_range(row, column, row, column + wide - 1, text, book.head())
        column += wide
    for place, key in enumerate(COLUMNS, start=4):
        book.put(sheet, row + 1, place, month.word(f"column.{key}"), book.head())
    sheet.set_row(row, 28)
    sheet.set_row(row + 1, 28)
    return row + 2


def shown(metric: Metric, row: Row | None) -> float | None:
    """Return the value as it may be printed: a mean of ratings only of as many as a figure about ratings needs."""
    return None if not row or (metric.unit == "score" and row["n"] < GRID) else row.get("value")


def _kept(metric: Metric, row: Row | None) -> float | None:
    """Return what stands in a column of comparison: hits of a ratio, else the value."""
    return None if row is None or not row["n"] else row["hits"] if row["hits"] is not None else shown(metric, row)


@dataclass(frozen=True)
class Lines:
    """What the rows of the overview are written from: the last thirteen months, twelve months and the year so far, the values assessed by, sparklines over cells of another sheet."""

    book: Book
    month: Month
    assessed: Mapping[str, float]
    trends: Trends | None = None

    def sheet(self, name: str, title: str, *notes: str) -> tuple[Sheet, int]:
        """Return a new sheet with its heading and columns, and its first free row."""
        month = self.month
        widths = (NAME[month.lang], *(ENGLISH.get(column, width) if month.lang == "en" else width for column, width in enumerate(WIDTHS)))
        sheet = self.book.sheet(name, widths, header=month.word("running", month=month.name), footer=month.word("page"))
        start = self.book.heading(sheet, title, month.word("overview.until", until=month.until), *notes)
        row = _head(self.book, sheet, month, start)
        sheet.freeze_panes(row, 1)
        sheet.repeat_rows(start, start + 1)
        return sheet, row

    def write(self, sheet: Sheet, row: int, metrics: Sequence[Metric]) -> int:
        """Write a row for each KPI and return the next free one."""
        month = self.month
        history, rolling, year = month.history, month.rolling, month.year
        for metric in metrics:
            cohort = metric.code == "R01"
            now = (rolling.row(metric.id) if cohort else history.row(metric.id, month.month)) or {}
            before = (None, None) if cohort else (history.row(metric.id, shift(month.month, -1)), history.row(metric.id, shift(month.month, -12)))
            _line(self.book, sheet, month, row, metric, now, (*before, year.row(metric.id)), self.assessed.get(metric.id))
            if self.trends:
                sheet.add_sparkline(row, 20, self.trends(metric))
            row += 1
        return row


def overview(lines: Lines, name: str) -> Sheet:
    """Write every KPI in its section and return the sheet."""
    book, month = lines.book, lines.month
    sheet, row = lines.sheet(name, month.word("overview.title", month=month.name), month.word("overview.read"))
    straddling = month.figures(regime="straddling", ids=[m.id for m in _headline()], over="months") if month.regime else None
    top, breaks, listed = 0, [], sections()
    for section, metrics in listed.items():
        if row + len(metrics) + (NOTES if section == list(listed)[-1] else 0) - top > PAGE:
            breaks.append(row)
            top = row
        for column in range(len(WIDTHS) + 1):
            book.put(sheet, row, column, month.word(f"section.{section}") if column == 0 else None, book.style(bold=True, bg_color=BAND, bottom=1, bottom_color=LINE))
        row = lines.write(sheet, row + 1, metrics)
    if straddling and any(found["n"] or found["unknown"] for m in _headline() if (found := straddling.row(m.id, month.month))):
        row = _straddling(book, sheet, month, row + 1, straddling)
    months = month.word("comma").join(month_name(one, month.lang) for one in month.live)
    sheet.set_h_pagebreaks(breaks)
    notes = {key: month.word(f"note.{key}") for key in ("evidence", "chance", "cohort", "trend")}
    notes |= {"provisional": month.word("note.provisional") if month.provisional else "", "live": month.word("note.live", months=months) if month.live else "", "corrected": month.mark("note")}
    for text in filter(None, notes.values()):
        row += 1
        sheet.write_string(row, 0, text, book.style(font_size=9, font_color=MUTED))
    return sheet


def _headline() -> list[Metric]:
    return [m for m in sections()["promises"] if m.kind == "ratio"]


def _straddling(book: Book, sheet: Sheet, month: Month, row: int, figures: Figures) -> int:
    """Write the promises of cases between the two processes, which stand beside the headline."""
    for column in range(len(WIDTHS) + 1):
        book.put(sheet, row, column, month.word("section.straddling") if column == 0 else None, book.style(bold=True, bg_color=BAND, bottom=1, bottom_color=LINE))
    for metric in _headline():
        row += 1
        _line(book, sheet, month, row, metric, figures.row(metric.id, month.month) or {}, (None, None, None))
    return row


def _line(book: Book, sheet: Sheet, month: Month, row: int, metric: Metric, now: Row, others: Sequence[Row | None], assessed: float | None = None) -> None:
    ratio = now.get("hits") is not None
    found = tally(now) if ratio else None
    book.put(sheet, row, 0, name_of(month, metric), book.text(indent=1))
    book.put(sheet, row, 1, promise_word(month, metric), book.text(font_size=9))
    book.put(sheet, row, 2, "—" if assessed is None else goal_name(metric, "承诺", assessed, month.lang), book.text(font_size=9))
    standing = status(found, COMPANY) if found and month.promise(metric) else None
    state = f"{STATUS[standing]} {word(f'pages.state.{standing}', month.lang)}" if standing else ""
    book.put(sheet, row, 3, state, book.text(font_size=9, font_color=MISS if standing == "missed" else MUTED))
    counts = (found.hit, found.miss, found.unknown, found.total) if found else (None, None, now.get("unknown", 0), now.get("n", 0) + now.get("unknown", 0))
    for column, value in enumerate(counts, start=4):
        book.figure(sheet, row, column, value, "count", **({"font_color": MISS, "bold": True} if column == 5 and value else {}))
    missing = metric.kind == "wait" and metric.p is not None and now.get("n") and now.get("value") is None
    if missing:
        book.put(sheet, row, 8, month.word("not_reached"), book.text(align="right", font_color=MUTED, font_size=9))
    else:
        book.figure(sheet, row, 8, shown(metric, now), metric.unit, month.word("unproven") if now.get("unknown") else "", bold=True)
    book.put(sheet, row, 9, unit_word(month, metric), book.text(font_size=9, font_color=MUTED))
    for column, field in enumerate(("evidence_low", "evidence_high", "chance_low", "chance_high"), start=10):
        book.figure(sheet, row, column, now.get(field), metric.unit)
    for column, other in zip((14, 16, 18), others, strict=True):
        book.figure(sheet, row, column, _kept(metric, other), "count" if ratio else metric.unit)
        book.figure(sheet, row, column + 1, (other["n"] + (other["unknown"] if ratio else 0)) if other else None, "count")
    book.put(sheet, row, 20, None, book.text())


DATA = ("code", "metric", "label", "grid_code", "grid", "hit", "miss", "unknown", "convention", "n", "value", "unit", "evidence_low", "evidence_high", "chance_low", "chance_high")
DATA_WIDTHS = (7, 27, 34, 11, 18, 8, 8, 10, 11, 8, 12, 9, 12, 12, 12, 12)


def by_grid_data(book: Book, month: Month, name: str) -> Sheet:
    """Write every figure of the month for every grid and the total, one a row, with a filter on each column."""
    sheet = book.sheet(name, DATA_WIDTHS, header=month.word("running", month=month.name), footer=month.word("page"))
    start = book.heading(sheet, month.word("data.title", month=month.name), month.word("overview.until", until=month.until), month.word("data.read"))
    for column, key in enumerate(DATA):
        book.put(sheet, start, column, month.word(f"data.{key}"), book.head())
    sheet.set_row(start, 30)
    sheet.freeze_panes(start + 1, 3)
    sheet.repeat_rows(start)
    figures = month.now
    row = start
    for metric in (m for metrics in sections().values() for m in metrics):
        for grid in (*figures.grids(), None):
            found = figures.row(metric.id, month.month, grid)
            if found is None:
                continue
            row += 1
            miss = found["n"] - found["hits"] if found["hits"] is not None else None
            texts = (metric.code, metric.id, metric.label.of(month.lang), grid or "", month.word("total") if grid is None else month.grid_name(grid))
            for column, text in enumerate(texts):
                book.put(sheet, row, column, text, book.text(bold=grid is None, font_size=9))
            for column, value in enumerate((found["hits"], miss, found["unknown"], found["convention"], found["n"]), start=5):
                book.figure(sheet, row, column, value, "count")
            book.figure(sheet, row, 10, shown(metric, found), metric.unit, month.word("unproven") if found["unknown"] else "")
            book.put(sheet, row, 11, unit_word(month, metric), book.text(font_size=9, font_color=MUTED))
            for column, field in enumerate(("evidence_low", "evidence_high", "chance_low", "chance_high"), start=12):
                book.figure(sheet, row, column, found[field], metric.unit)
    sheet.autofilter(start, 0, row, len(DATA) - 1)
    return sheet
