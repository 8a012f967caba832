"""Rows of raw cells written straight as the XML of a sheet, three times as fast as cell by cell through XlsxWriter.

Everything else of the workbook - styles, comments, filters, links - stays with XlsxWriter; this module alone knows that in
its mode of constant memory the rows wait in a text file of their own (decision 0014).
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpi.exports.headers import letter

MOST_ROWS = 1_048_576
LONGEST = 32_767
"""Signs that Excel keeps in one cell."""

SHAPES = ("text", "id", "number", "date", "minute", "second", "clock", "clock_second", "span", "span_second")
NUMBER_FORMATS = dict(zip(SHAPES, ("General", "@", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm:ss", "hh:mm", "hh:mm:ss", "[h]:mm", "[h]:mm:ss"), strict=True))

_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_EPOCH = datetime(1899, 12, 30)
_DAY = 86_400
_GREATEST = 9.99999999999999e307
"""The greatest number Excel keeps."""


def escaped(text: str) -> str:
    """Return text for XML: control signs as _x000D_, as workbooks have it, and what XML cannot hold at all left out."""

    def one(found: re.Match[str]) -> str:
        sign = found[0]
        if sign in _ENTITIES:
            return _ENTITIES[sign]
        if len(sign) > 1:
            return "_x005F" + sign
        return f"_x{ord(sign):04X}_" if sign < " " else ""

    return _ODD.sub(one, text)


class Looks(dict[tuple[str, str], int]):
    """The number of a cell format by (shape, look), made when first asked for; `looks` are the properties behind each name."""

    def __init__(self, book: Workbook, looks: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__()
        self.book, self.looks = book, looks
        self._formats: dict[tuple[str, str], Format] = {}

    def format(self, shape: str, look: str) -> Format:
        """Return the format itself, for what XlsxWriter writes."""
        if (shape, look) not in self._formats:
            self._formats[shape, look] = self.book.add_format({"num_format": NUMBER_FORMATS[shape], **self.looks[look]})
        return self._formats[shape, look]

    def __missing__(self, key: tuple[str, str]) -> int:
        self[key] = self.format(*key)._get_xf_index()
        return self[key]


class Lines:
    """The rows of one sheet, from the top down."""

    def __init__(self, sheet: Worksheet, looks: Looks, *, from_1904: bool = False) -> None:
        self.sheet, self.looks = sheet, looks
        self.file = sheet.row_data_fh
        self.shift = 1462 if from_1904 else 0
        self.letters: list[str] = []
        self.last = self.width = self.cut = 0

    def add(self, number: int, cells: Sequence[Any], *, ids: Container[int] = (), special: Mapping[int, str] | None = None, look: str = "", height: float = 0) -> None:
        """Write a row: `ids` are the columns kept as text when edited, `special` the looks of single cells, `look` that of all others."""
        if len(cells) > len(self.letters):
            self.letters += [letter(at) for at in range(len(self.letters), len(cells))]
        high = f' ht="{height:g}" customHeight="1"' if height else ""
        parts = [f'<row r="{number}"{high}>']
        looks, letters = self.looks, self.letters
        for at, value in enumerate(cells):
            own = special.get(at, look) if special else look
            if value is None or value == "":
                if own:
                    parts.append(f'<c r="{letters[at]}{number}" s="{looks["id" if at in ids else "text", own]}"/>')
                continue
            if not isinstance(value, str):
                shape, kind, figure = self._figure(value)
                if kind != "text":
                    style = looks["id" if shape == "number" and at in ids else shape, own]
                    parts.append(f'<c r="{letters[at]}{number}" s="{style}"{kind}><v>{figure}</v></c>')
                    continue
                value = figure or " "
            if len(value) > LONGEST:
                value = value[:LONGEST]
                self.cut += 1
            if _ODD.search(value):
                value = escaped(value)
            keep = ' xml:space="preserve"' if value[:1].isspace() or value[-1:].isspace() or "\n" in value else ""
            parts.append(f'<c r="{letters[at]}{number}" s="{looks["id" if at in ids else "text", own]}" t="inlineStr"><is><t{keep}>{value}</t></is></c>')
        parts.append("</row>")
        self.file.write("".join(parts))
        self.last = number
        self.width = max(self.width, len(cells))

    def _figure(self, value: Any) -> tuple[str, str, str]:
        """Return (shape, XML of the type, digits) of a number, truth, date or time as a workbook stores it; ("text", "text", words) of what it cannot store."""
        if isinstance(value, bool):
            return "number", ' t="b"', str(int(value))
        if isinstance(value, float):
            if math.isnan(value):
                return "text", "text", ""
            if math.isinf(value):
                return "number", "", repr(math.copysign(_GREATEST, value))
            return "number", "", str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
        if isinstance(value, time):
            seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
            return ("clock_second" if value.second or value.microsecond else "clock"), "", repr(seconds / _DAY)
        if isinstance(value, timedelta):
            seconds = value.total_seconds()
            return ("span_second" if seconds % 60 else "span"), "", repr(seconds / _DAY)
        if not isinstance(value, date):
            return "number", "", repr(value)
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        since = moment.replace(tzinfo=None) - _EPOCH
        # Excel counts a 29 February 1900 that never was
        days = since.days - self.shift if self.shift or since.days > 60 or since.days <= 0 else since.days - 1
        if days < 0:
            return "text", "text", value.isoformat()
        if not isinstance(value, datetime):
            return "date", "", str(days)
        return ("second" if value.second or value.microsecond else "minute"), "", repr(days + (since.seconds + since.microseconds / 1e6) / _DAY)

    def close(self) -> None:
        """Tell the sheet how far its rows reach, so that XlsxWriter takes them over."""
        if self.last:
            self.sheet.dim_rowmin = self.sheet.dim_colmin = 0
            self.sheet.dim_rowmax, self.sheet.dim_colmax = self.last - 1, max(self.width - 1, 0)
            self.sheet.previous_row = self.last
