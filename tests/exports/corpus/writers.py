"""Writers of every kind of file an office sends: .xlsx .xls .xlsb .ods .csv .tsv, with merges, hidden sheets, dates and error cells."""

from __future__ import annotations

import codecs
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlwt

from tests.exports import binary
from tests.exports.conftest import text, xlsx

Rows = list[list[Any]]
Sheets = dict[str, Rows]

BOOKS = ("xlsx", "xls", "xlsb", "ods")
TEXTS = {"utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "gb18030": "gb18030", "gbk": "gb18030", "utf-16": "utf-16", "utf-16-be": "utf-16"}
"""Encodings of the text files and what each is told as."""

ERROR_CODES = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}
_NAMES = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text",
    "style")) + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


class Error(str):
    """A cell that holds an Excel error."""


def xls(path: Path, sheets: Sheets, *, merges: dict[str, list[tuple[int, int, int, int]]] | None = None, hidden: tuple[str, ...] = (), from_1904: bool = False) -> Path:
    """Write an .xls; merges are (top, bottom, left, right), 0-based."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = from_1904
    styles = {kind: xlwt.easyxf(num_format_str=code) for kind, code in ((date, "yyyy-mm-dd"), (datetime, "yyyy-mm-dd hh:mm"), (time, "hh:mm"))}
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        if name in hidden:
            sheet.visibility = 1
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, Error):
                    sheet.row(r).set_cell_error(c, ERROR_CODES[value])
                elif value is not None and value != "":
                    sheet.write(r, c, value, *([styles[type(value)]] if type(value) in styles else []))
        for area in (merges or {}).get(name, []):
            sheet.merge(*area)
    book.save(str(path))
    return path


def ods_cell(value: Any) -> str:
    """Return one cell of an .ods."""
    if isinstance(value, Error):
        return f'<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, (date, datetime)):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, time):
        return f'<table:table-cell office:value-type="time" office:time-value="PT{value:%HH%MM%SS}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if value is None or value == "":
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def ods_row(row: list[Any]) -> str:
    """Return one row of an .ods."""
    return f"<table:table-row>{''.join(map(ods_cell, row)) or '<table:table-cell/>'}</table:table-row>"


def ods(path: Path, sheets: Sheets, *, hidden: tuple[str, ...] = (), below: str = "") -> Path:
    """Write an .ods; `below` is XML put behind the rows of each table."""
    bodies = []
    for name, rows in sheets.items():
        style = ' table:style-name="gone"' if name in hidden else ""
        bodies.append(f'<table:table table:name="{name}"{style}>{"".join(map(ods_row, rows))}{below}</table:table>')
    styles = '<office:automatic-styles><style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.2">{styles if hidden else ""}<office:body><office:spreadsheet>'
            f'{"".join(bodies)}</office:spreadsheet></office:body></office:document-content>',
        )
        archive.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')
    return path


def as_text(rows: Rows) -> Rows:
    """Return rows as a spreadsheet program exports them to text."""
    def one(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat(" ", "minutes")
        if isinstance(value, time):
            return value.isoformat("minutes")
        return ("TRUE" if value else "FALSE") if isinstance(value, bool) else value

    return [[one(value) for value in row] for row in rows]


def write(path: Path, sheets: Sheets, *, encoding: str = "utf-8", separator: str = "") -> None:
    """Write rows as the kind of file that the suffix names; a text file takes the first sheet."""
    suffix = path.suffix[1:]
    if suffix == "xlsx":
        xlsx(path, sheets)
    elif suffix == "xls":
        xls(path, sheets)
    elif suffix == "xlsb":
        binary.xlsb(path, {name: [[_timed(v) for v in row] for row in rows] for name, rows in sheets.items()})
    elif suffix == "ods":
        ods(path, sheets)
    else:
        rows = as_text(next(iter(sheets.values())))
        text(path, rows, encoding=encoding, separator=separator or ("\t" if suffix == "tsv" else ","))
        if encoding in ("utf-16-le", "utf-16-be"):
            mark = codecs.BOM_UTF16_LE if encoding.endswith("le") else codecs.BOM_UTF16_BE
            path.write_bytes(mark + path.read_bytes())


def _timed(value: Any) -> Any:
    """A time of day as the fraction of a day it is in a binary sheet."""
    return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / timedelta(days=1) if isinstance(value, time) else value
