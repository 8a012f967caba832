"""A workbook as data, sheet by sheet the calls that write it, and as a file; the same data gives the same bytes."""

from __future__ import annotations

import copy
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlsxwriter

from kpi.reports.calls import Call, Told

SHEET_CALLS = frozenset({
    "add_sparkline", "autofilter", "center_horizontally", "fit_to_pages", "freeze_panes", "hide_gridlines", "insert_chart", "merge_range", "print_area", "repeat_rows", "set_column", "set_footer",
    "set_h_pagebreaks", "set_header", "set_landscape", "set_margins", "set_paper", "set_print_scale", "set_row", "write_blank", "write_number", "write_string", "write_url",
})
CHART_CALLS = frozenset({"add_series", "set_chartarea", "set_legend", "set_size", "set_title", "set_x_axis", "set_y_axis", "show_blanks_as"})
"""What XlsxWriter is asked for by a sheet and by a chart."""

PLAIN = frozenset({str, int, float, bool, type(None)})
"""What is given on as it is; what XlsxWriter might change is copied."""


@dataclass(frozen=True)
class Look:
    """The format of cells, by its place in the workbook's list."""

    at: int


@dataclass
class Drawing(Told):
    """A chart: its kind as XlsxWriter takes it, and the calls that make it."""

    CALLS = CHART_CALLS
    kind: Mapping[str, str]
    calls: list[Call] = field(default_factory=list)


@dataclass
class Sheet(Told):
    """A sheet: its name and the calls that write it; it prints what is written on it, or up to a cell (`area`) where its charts reach further."""

    CALLS = SHEET_CALLS
    name: str
    calls: list[Call] = field(default_factory=list)
    area: Sequence[int] | None = None


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """A whole workbook, dated at a moment of the data; `looks` are the formats of its cells, `look` the one of cells without."""

    created: datetime
    title: str
    look: Mapping[str, Any]
    looks: Sequence[Mapping[str, Any]]
    sheets: Sequence[Sheet]


def written(content: Workbook) -> bytes:
    """Return the workbook as a file."""
    told = io.BytesIO()
    book = xlsxwriter.Workbook(
        told, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "default_format_properties": dict(content.look)},
    )
    # the moment of the data, not of the writing: the same figures give the same file
    book.set_properties({"title": content.title, "created": content.created, "author": "", "comments": ""})
    formats = [book.add_format(dict(look)) for look in content.looks]

    def taken(value: Any) -> Any:
        kind = type(value)
        if kind is Look:
            return formats[value.at]
        return value if kind in PLAIN else _chart(book, value) if kind is Drawing else copy.deepcopy(value)

    for one in content.sheets:
        sheet = book.add_worksheet(one.name)
        one.play(sheet, taken)
        row, column = one.area or (sheet.dim_rowmax or 0, sheet.dim_colmax or 0)
        sheet.print_area(0, 0, row, column)
    book.close()
    return told.getvalue()


def _chart(book: xlsxwriter.Workbook, one: Drawing) -> Any:
    chart = book.add_chart(dict(one.kind))
    one.play(chart, copy.deepcopy)
    return chart
