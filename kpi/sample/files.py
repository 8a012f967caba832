"""Ledgers as files an office hands in: titles above, notes below, merged two-row headers, old .xls, GB18030 .csv."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import xlsxwriter
import xlwt

from kpi.sample.offices import Row

MADE = datetime(2025, 1, 2, 9, 0)
"""Date written into file properties: equal runs give equal bytes."""

XLS_ROWS = 60_000
FONT = "宋体"

GROUPS = {
    "报装日期": "报装受理", "受理日期": "报装受理", "报装渠道": "报装受理", "红线内开工日期": "红线内工程", "红线内完工日期": "红线内工程", "验收日期": "红线内工程",
    "具备通气条件时间": "通气", "申请通气时间": "通气", "预约上门时间": "通气", "预约改期方": "通气", "通气时间": "通气", "办理时长": "通气",
}
"""Upper header of a two-row header; columns of one group stand side by side."""


def _width(header: str, rows: list[Row]) -> int:
    return min(30, max(8, len(header) * 2 + 2, *(len(r[header]) + sum(ord(s) > 255 for s in r[header]) + 2 for r in rows[:200])) if rows else len(header) * 2 + 2)


class Book:
    """An .xlsx of ledgers."""

    def __init__(self, path: Path, large: bool) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": large})
        self._book.set_properties({"created": MADE, "title": path.stem})
        self._large = large
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        self._title = self._book.add_format(base | {"font_size": 16, "bold": True, "align": "center"})
        self._note = self._book.add_format(base)
        self._head = self._book.add_format(base | {"bold": True, "border": 1, "align": "center", "text_wrap": True, "bg_color": "#E7EDF3"})
        self._cell = self._book.add_format(base | {"border": 1})

    def sheet(self, name: str, title: str, note: str, rows: list[Row], *, two_rows: bool = False, total: str = "", foot: str = "", merge: str = "") -> None:
        """Write one ledger: title, note, header of one or two rows, data, totals row, footer; `merge` joins equal neighbours of a column."""
        sheet = self._book.add_worksheet(name)
        headers = list(rows[0]) if rows else ["报装编号"]
        if two_rows:
            headers = sorted(headers, key=lambda h: (list(dict.fromkeys(GROUPS.get(x, x) for x in headers)).index(GROUPS.get(h, h)), headers.index(h)))
        for c, header in enumerate(headers):
            sheet.set_column(c, c, _width(header, rows))
        sheet.set_row(0, 28)
        sheet.merge_range(0, 0, 0, len(headers) - 1, title, self._title)
        sheet.write(1, 0, note, self._note)
        line = 2
        if two_rows:
            self._two(sheet, headers)
            line = 4
        else:
            for c, header in enumerate(headers):
                sheet.write(line, c, header, self._head)
            line += 1
        begin = line
        for row in rows:
            for c, header in enumerate(headers):
                if row[header] or not self._large:
                    sheet.write_string(line, c, row[header], self._cell)
            line += 1
        if merge and not self._large:
            self._merge(sheet, headers.index(merge), begin, [row[merge] for row in rows])
        if total:
            sheet.write(line, 0, total, self._cell)
            sheet.write(line, 1, str(len(rows)), self._cell)
            line += 1
        if foot:
            sheet.write(line, 0, foot, self._note)
        sheet.freeze_panes(begin, 1)

    def _two(self, sheet: xlsxwriter.worksheet.Worksheet, headers: list[str]) -> None:
        c = 0
        while c < len(headers):
            group = GROUPS.get(headers[c])
            last = c
            while group and last + 1 < len(headers) and GROUPS.get(headers[last + 1]) == group:
                last += 1
            if group and last > c:
                sheet.merge_range(2, c, 2, last, group, self._head)
                for i in range(c, last + 1):
                    sheet.write(3, i, headers[i], self._head)
            else:
                sheet.merge_range(2, c, 3, c, headers[c], self._head)
            c = last + 1

    def _merge(self, sheet: xlsxwriter.worksheet.Worksheet, column: int, begin: int, values: list[str]) -> None:
        i = 0
        while i < len(values):
            last = i
            while last + 1 < len(values) and values[last + 1] == values[i]:
                last += 1
            if last > i:
                sheet.merge_range(begin + i, column, begin + last, column, values[i], self._cell)
            i = last + 1

    def close(self) -> None:
        """Write the file."""
        self._book.close()


def xls(path: Path, name: str, title: str, note: str, rows: list[Row], total: str) -> None:
    """Write one ledger as an .xls of 1997 to 2003."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    headers = list(rows[0])
    bold = xlwt.easyxf("font: name 宋体, bold on, height 320; align: horiz centre")
    head = xlwt.easyxf("font: name 宋体, bold on, height 200; align: horiz centre, wrap on; borders: left thin, right thin, top thin, bottom thin")
    cell = xlwt.easyxf("font: name 宋体, height 200; borders: left thin, right thin, top thin, bottom thin")
    sheet.write_merge(0, 0, 0, len(headers) - 1, title, bold)
    sheet.write(1, 0, note)
    for c, header in enumerate(headers):
        sheet.col(c).width = 256 * _width(header, rows)
        sheet.write(2, c, header, head)
    for r, row in enumerate(rows, start=3):
        for c, header in enumerate(headers):
            sheet.write(r, c, row[header], cell)
    sheet.write(len(rows) + 3, 0, total, cell)
    sheet.write(len(rows) + 3, 1, str(len(rows)), cell)
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(buffer.getvalue())


def text(path: Path, rows: list[Row], encoding: str, title: str = "") -> None:
    """Write one ledger as .csv."""
    headers = list(rows[0])
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle)
        if title:
            writer.writerow([title])
        writer.writerow(headers)
        writer.writerows([row[h] for h in headers] for row in rows)
