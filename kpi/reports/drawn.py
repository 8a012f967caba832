"""The month in native charts, each over cells of the trend sheet: they stay editable, and legible in grey."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from kpi.metrics.registry import metric
from kpi.reports import trend
from kpi.reports.book import FONTS, INK, LINE, MISS, MUTED, Book
from kpi.reports.figures import unit_word
from kpi.reports.month import Month

WIDTH, HEIGHT, ROWS = 560, 365, 19
"""Size of a chart in pixels, and the rows it takes."""
LOOKS = {"hit": {"color": "#3E5C76"}, "unknown": {"color": "#B9C4CE"}, "miss": {"color": MISS}}


def write(book: Book, month: Month, name: str, data: str) -> Worksheet:
    """Write the charts over the cells of the sheet named `data` and return their sheet."""
    sheet = book.sheet(name, (13.3,) * 12, header=month.word("running", month=month.name), footer=month.word("page"))
    row = book.heading(sheet, month.word("drawn.title", month=month.name), month.word("overview.until", until=month.until), month.word("drawn.read"))
    places = iter((row + ROWS * (at // 2), 6 * (at % 2)) for at in range(12))
    for id in trend.PROMISES:
        series = [_series(month, data, month.word(f"column.{part}"), trend.row_of_part(id, part), LOOKS[part]) for part in trend.PARTS]
        _insert(book, sheet, month, next(places), {"type": "column", "subtype": "stacked"}, metric(id).label.of(month.lang), month.word("drawn.cases"), series)
    if listed := trend.grids(month):
        first, last = trend.row_of_grids(), trend.row_of_grids() + len(listed) - 1
        series = [{"name": month.word(f"column.{part}"), "categories": f"='{data}'!$A${first + 1}:$A${last + 1}", "fill": LOOKS[part], "gap": 40,
                   "values": f"='{data}'!${_letter(trend.FIRST + at)}${first + 1}:${_letter(trend.FIRST + at)}${last + 1}"} for at, part in enumerate(trend.PARTS)]
        title = month.word("drawn.grids", name=metric(trend.PROMISES[0]).label.of(month.lang))
        _insert(book, sheet, month, next(places), {"type": "column", "subtype": "stacked"}, title, month.word("drawn.cases"), series)
    for id in trend.LINES:
        series = [_series(month, data, metric(id).label.of(month.lang), trend.row_of(id), None)]
        _insert(book, sheet, month, next(places), {"type": "line"}, metric(id).label.of(month.lang), unit_word(month, metric(id)), series, "0" if metric(id).unit == "count" else "0.0")
    sheet.set_h_pagebreaks([row + 2 * ROWS, row + 4 * ROWS])
    book.printed(sheet, row + ROWS * 6, 11)
    return sheet


def _letter(column: int) -> str:
    return chr(ord("A") + column)


def _series(month: Month, data: str, name: str, row: int, look: dict[str, Any] | None) -> dict[str, Any]:
    first, last = _letter(trend.FIRST), _letter(trend.FIRST + trend.MONTHS - 1)
    found = {"name": name, "categories": f"='{data}'!${first}${trend.HEAD + 1}:${last}${trend.HEAD + 1}", "values": f"='{data}'!${first}${row + 1}:${last}${row + 1}"}
    if look:
        return found | {"fill": look, "gap": 40}
    return found | {"line": {"color": INK, "width": 1.75}, "marker": {"type": "circle", "size": 4, "fill": {"color": INK}, "border": {"color": INK}}}


def _insert(book: Book, sheet: Worksheet, month: Month, place: tuple[int, int], kind: dict[str, str], title: str, unit: str, series: list[dict[str, Any]], places: str = "0") -> None:
    chart = book.book.add_chart(kind)
    font = {"name": FONTS[month.lang], "size": 9, "color": MUTED, "bold": False}
    for one in series:
        chart.add_series(one)
    chart.set_title({"name": f"{title} ({unit})" if month.lang == "en" else f"{title}（{unit}）", "name_font": {**font, "size": 11, "color": INK, "bold": True}, "overlay": False, "layout": {"x": 0.02, "y": 0.03}})
    chart.set_x_axis({"num_font": {**font, "size": 8}, "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.set_y_axis({"num_font": font, "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}}, "line": {"none": True}, "min": 0, "num_format": places})
    chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": font})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.show_blanks_as("gap")
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    sheet.insert_chart(*place, chart, {"description": title, "object_position": 2, "y_offset": 6})
