"""The look of a workbook: formats, widths, print set-up, and cells that never turn into formulas; the same input gives the same bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kpi.reports.bound import Look, Sheet, Workbook, written
from kpi.reports.marking import bare
from kpi.words.cells import inert

INK, MUTED, LINE, HEAD, BAND, MISS, PALE = "#1B2733", "#5B6B7B", "#C9D3DC", "#E6ECF2", "#F5F7F9", "#A3271E", "#8FA3B5"
KEPT, UNPROVEN = "#5B7FA3", "#B9C4CE"
"""What is kept and what cannot be told in a chart, apart from each other and from `MISS` in grey too."""
FONTS = {"zh": "微软雅黑", "en": "Calibri"}
NUMBERS = {"ratio": "0.0%", "wd": "0.00", "d": "0.0", "h": "0.0", "yuan": "#,##0.00", "count": "#,##0", "score": "0.00", "line": "0"}
A4 = 9


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of that width: a Chinese sign is as wide as two others."""
    return max(1, math.ceil(sum(1.9 if ord(sign) > 0x2E7F else 1.0 for sign in text) / max(width - 1, 1)))


class Book:
    """A workbook under construction; `cell` formats are made once each."""

    def __init__(self, created: datetime, title: str, lang: str) -> None:
        self.lang = lang
        self._created, self._title = created, title
        self._looks: dict[tuple, Look] = {}
        self._formats: list[dict[str, Any]] = []
        self._sheets: list[Sheet] = []

    def style(self, **look: Any) -> Look:
        """Return a cell format, the same object for the same look."""
        key = tuple(sorted(look.items()))
        if key not in self._looks:
            self._looks[key] = Look(len(self._formats))
            self._formats.append({"font_name": FONTS[self.lang], "font_size": 10, "font_color": INK, "valign": "vcenter", **look})
        return self._looks[key]

    def text(self, **look: Any) -> Look:
        """Return the format of a text cell in a table."""
        return self.style(bottom=1, bottom_color=LINE, text_wrap=True, **look)

    def head(self, **look: Any) -> Look:
        """Return the format of a table's header."""
        return self.style(bold=True, bg_color=HEAD, border=1, border_color=LINE, text_wrap=True, align="center", font_size=9, **look)

    def number(self, unit: str, value: float | None = None, unproven: str = "", **look: Any) -> Look:
        """Return the format of a figure; 100.0 % is shown for all of all only, and where nothing is `unproven` (the words shown instead)."""
        form = NUMBERS[unit]
        if unit == "ratio" and value is not None and 0.9995 <= value < 1:
            form = '"99.9%"'
        if unit == "ratio" and value == 1 and unproven:
            form = f'"{unproven}"'
        if unit == "count" and value is not None and value != int(value):
            form = "0.00"
        # an amount too long for its column is written smaller, never as ###
        small = {"shrink": True} if unit == "yuan" else {}
        return self.style(**{"bottom": 1, "bottom_color": LINE, "align": "right", "num_format": form} | small | look)

    def sheet(self, name: str, widths: Sequence[float], *, landscape: bool = True, header: str = "", footer: str = "") -> Sheet:
        """Return a new sheet of given column widths, set up to print on A4 as wide as one page."""
        sheet = Sheet(name)
        self._sheets.append(sheet)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.65)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f'&L&"{FONTS[self.lang]}"&8{header}')
        sheet.set_footer(f'&C&"{FONTS[self.lang]}"&8{footer}')
        return sheet

    def put(self, sheet: Sheet, row: int, column: int, value: Any, look: Any) -> None:
        """Write a value as what it is: a number, a text (never a formula), or an empty cell."""
        if value is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, look)
        else:
            sheet.write_string(row, column, inert(str(value)), look)

    def figure(self, sheet: Sheet, row: int, column: int, value: float | None, unit: str, unproven: str = "", **look: Any) -> None:
        """Write a figure unrounded, shown rounded; a dash where there is none."""
        if value is None:
            sheet.write_string(row, column, "—", self.style(**{"bottom": 1, "bottom_color": LINE, "align": "right"} | look | {"font_color": MUTED}))
        else:
            sheet.write_number(row, column, value, self.number(unit, value, unproven, **look))

    def fit(self, sheet: Sheet, row: int, texts: Sequence[str], widths: Sequence[float], *, line: float = 14.0, least: float = 16.0) -> None:
        """Set a row as high as its longest wrapped text needs: LibreOffice and merged cells do not do it by themselves."""
        most = max((lines(text, width) for text, width in zip(map(bare, texts), widths, strict=True)), default=1)
        sheet.set_row(row, max(least, line * most + 3))

    def heading(self, sheet: Sheet, title: str, *lines: str) -> int:
        """Write a sheet's title and the lines below it; return the first free row after a gap."""
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, title, self.style(font_size=15, bold=True))
        for row, line in enumerate(lines, start=1):
            sheet.write_string(row, 0, line, self.style(font_size=9, font_color=MUTED))
        return len(lines) + 2

    def printed(self, sheet: Sheet, row: int, column: int) -> None:
        """Print a sheet up to a cell where its charts reach further than its cells do."""
        sheet.area = (row, column)

    @classmethod
    def again(cls, content: Workbook, lang: str) -> Book:
        """Return a workbook that was finished, to be written on."""
        book = cls(content.created, content.title, lang)
        book._formats, book._sheets = [dict(look) for look in content.looks], list(content.sheets)
        return book

    def content(self) -> Workbook:
        """Return the workbook as data."""
        look = {"font_name": FONTS[self.lang], "font_size": 10, "font_color": INK}
        return Workbook(created=self._created, title=self._title, look=look, looks=self._formats, sheets=self._sheets)

    def close(self) -> bytes:
        """Return the finished workbook as a file."""
        return written(self.content())
