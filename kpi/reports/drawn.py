"""A sheet for each group of KPIs: its rows, and native charts over cells of the trend sheet, which stay editable and are legible in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from kpi.metrics.model import Metric
from kpi.metrics.registry import metric
from kpi.reports import trend
from kpi.reports.book import FONTS, INK, KEPT, LINE, MISS, MUTED, UNPROVEN, Book
from kpi.reports.bound import Drawing, Sheet
from kpi.reports.figures import Lines, unit_word
from kpi.reports.month import Month

WIDTH, HEIGHT, ROWS, ACROSS = 505, 232, 12, 3
"""Size of a chart in pixels, the rows it takes, and how many stand side by side."""
PAGE, ONE, HEADS = 54, 66, 4
"""Rows on a printed page, those that are set a little smaller to stand on one, and those that the repeated header takes."""
LOOKS = {"hit": {"color": KEPT}, "unknown": {"color": UNPROVEN}, "miss": {"color": MISS}}


def group(lines: Lines, section: str, metrics: Sequence[Metric], name: str, data: str) -> Sheet:
    """Write the sheet of a group of KPIs: their rows with sparklines, and below a chart of each that has anything to show, over the cells of the sheet named `data`."""
    book, month = lines.book, lines.month
    sheet, row = lines.sheet(name, month.word("drawn.title", month=month.name, group=month.word(f"section.{section}")), month.word("drawn.read"))
    begin = lines.write(sheet, row, metrics) + 1
    figures = trend.history(month)
    shown = [m for m in metrics if any(trend.told(m, figures, one) for one in trend.months(month))]
    charts = [_of(month, data, m) for m in shown] + ([_of_grids(month, data)] if trend.PROMISES[0] in {m.id for m in metrics} and trend.grids(month) else [])
    for at, (kind, title, unit, series, places) in enumerate(charts):
        _insert(book, sheet, month, (begin + ROWS * (at // ACROSS), (WIDTH + 8) * (at % ACROSS)), kind, title, unit, series, places)
    rows = -(-len(charts) // ACROSS)
    if torn := breaks(begin, rows):
        sheet.set_h_pagebreaks(torn)
    else:
        sheet.fit_to_pages(1, 1)
    book.printed(sheet, begin + ROWS * rows, 20)
    return sheet


def breaks(begin: int, rows: int) -> list[int]:
    """Return before which rows of a sheet a new page begins, none where all of it stands on one: as many rows of charts as have room stand below the table, which ends before row `begin`; none is torn."""
    if begin + ROWS * rows <= ONE:
        return []
    first, whole = (PAGE - begin) // ROWS, (PAGE - HEADS) // ROWS
    return [begin + ROWS * row for row in range(first, rows, whole)]


Chart = tuple[dict[str, str], str, str, list[dict[str, Any]], str]
"""Kind, title, unit, series, number format of a chart."""


def _of(month: Month, data: str, asked: Metric) -> Chart:
    label = asked.label.of(month.lang)
    if asked.id in trend.PROMISES:
        return {"type": "column", "subtype": "stacked"}, label, month.word("drawn.cases"), [_series(month, data, month.word(f"column.{part}"), trend.row_of_part(asked.id, part), LOOKS[part]) for part in trend.PARTS], "0"
    if asked.kind == "ratio":
        return {"type": "column"}, month.word("drawn.missed", name=label), month.word("drawn.cases"), [_series(month, data, month.word("column.miss"), trend.row_of(asked.id), LOOKS["miss"])], "0"
    places = "0" if asked.unit == "count" else "0%" if asked.unit == "ratio" else "0.0"
    return {"type": "line"}, label, unit_word(month, asked), [_series(month, data, label, trend.row_of(asked.id), None)], places


def _of_grids(month: Month, data: str) -> Chart:
    first, last = trend.row_of_grids(), trend.row_of_grids() + len(trend.grids(month)) - 1
    series = [{"name": month.word(f"column.{part}"), "categories": f"='{data}'!$A${first + 1}:$A${last + 1}", "fill": LOOKS[part], "gap": 40,
               "values": f"='{data}'!${xl_col_to_name(trend.FIRST + at)}${first + 1}:${xl_col_to_name(trend.FIRST + at)}${last + 1}"} for at, part in enumerate(trend.PARTS)]
    return {"type": "column", "subtype": "stacked"}, month.word("drawn.grids", name=metric(trend.PROMISES[0]).label.of(month.lang)), month.word("drawn.cases"), series, "0"


def _series(month: Month, data: str, name: str, row: int, look: dict[str, Any] | None) -> dict[str, Any]:
    first, last, named = xl_col_to_name(trend.FIRST), xl_col_to_name(trend.FIRST + trend.MONTHS - 1), trend.row_of_names() + 1
    found = {"name": name, "categories": f"='{data}'!${first}${named}:${last}${named}", "values": f"='{data}'!${first}${row + 1}:${last}${row + 1}"}
    if look:
        return found | {"fill": look, "gap": 40}
    return found | {"line": {"color": INK, "width": 1.75}, "marker": {"type": "circle", "size": 4, "fill": {"color": INK}, "border": {"color": INK}}}


def _insert(book: Book, sheet: Sheet, month: Month, place: tuple[int, int], kind: dict[str, str], title: str, unit: str, series: list[dict[str, Any]], places: str) -> None:
    chart = Drawing(kind)
    font = {"name": FONTS[month.lang], "size": 9, "color": MUTED, "bold": False}
    for one in series:
        chart.add_series(one)
    chart.set_title({"name": f"{title} ({unit})" if month.lang == "en" else f"{title}（{unit}）", "name_font": {**font, "size": 10, "color": INK, "bold": True}, "overlay": False, "layout": {"x": 0.02, "y": 0.03}})
    chart.set_x_axis({"num_font": {**font, "size": 8}, "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.set_y_axis({"num_font": font, "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}}, "line": {"none": True}, "min": 0, "num_format": places})
    chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": font})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.show_blanks_as("gap")
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    sheet.insert_chart(place[0], 0, chart, {"description": title, "object_position": 2, "x_offset": place[1], "y_offset": 6})
