"""The smallest .xlsb that is one: text, number, date, yes/no and error cells written as BIFF12 records."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

ERRORS = {"#N/A": 0x2A, "#DIV/0!": 0x07, "#REF!": 0x17}
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def record(kind: int, data: bytes = b"") -> bytes:
    """Return one record: its type in one or two bytes, its length in groups of seven bits, its data."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(data)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + data


def wide(text: str) -> bytes:
    """Return text as BIFF12 keeps it: its length and UTF-16."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def cell(column: int, value: Any) -> bytes:
    """Return the record of one cell; style 1 is a date, style 2 a date with its time."""
    style = 2 if isinstance(value, datetime) else 1 if isinstance(value, date) else 0
    at = struct.pack("<II", column, style)
    if isinstance(value, bool):
        return record(4, at + bytes([value]))
    if isinstance(value, datetime):
        return record(5, at + struct.pack("<d", (value - datetime(1899, 12, 30)) / timedelta(days=1)))
    if isinstance(value, date):
        return record(5, at + struct.pack("<d", (value - date(1899, 12, 30)).days))
    if isinstance(value, (int, float)):
        return record(5, at + struct.pack("<d", value))
    if value in ERRORS:
        return record(3, at + bytes([ERRORS[value]]))
    return record(6, at + wide(value))


def sheet(rows: list[list[Any]]) -> bytes:
    """Return the part of one worksheet."""
    width = max(map(len, rows), default=1)
    data = record(129) + record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(width - 1, 0))) + record(145)
    for number, cells in enumerate(rows):
        data += record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 1) + struct.pack("<II", 0, len(cells)))
        data += b"".join(cell(column, value) for column, value in enumerate(cells) if value not in ("", None))
    return data + record(146) + record(130)


def styles() -> bytes:
    """Return the part of styles: general, a date, a date with its time."""
    formats = record(615, struct.pack("<I", 1)) + record(44, struct.pack("<H", 164) + wide("yyyy\\-mm\\-dd hh:mm")) + record(616)
    crossed = b"".join(record(47, struct.pack("<HHHHHBBHH", 0, code, 0, 0, 0, 0, 0, 0, 0)) for code in (0, 14, 164))
    return record(278) + formats + record(617, struct.pack("<I", 3)) + crossed + record(618) + record(279)


def xlsb(path: Path, sheets: dict[str, list[list[Any]]], *, hidden: tuple[str, ...] = ()) -> Path:
    """Write an .xlsb."""
    book = record(131) + record(143)
    links = ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, (name, rows) in enumerate(sheets.items(), start=1):
            book += record(156, struct.pack("<II", 1 if name in hidden else 0, i) + wide(f"rId{i}") + wide(name))
            links += f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.bin"/>'
            archive.writestr(f"xl/worksheets/sheet{i}.bin", sheet(rows))
        links += f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.bin"/>'
        archive.writestr("xl/workbook.bin", book + record(144) + record(132))
        archive.writestr("xl/styles.bin", styles())
        archive.writestr("xl/_rels/workbook.bin.rels", f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>')
        archive.writestr(
            "[Content_Types].xml",
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" '
            'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        )
    return path
