"""Cells that calamine gives as empty although they are not: Excel errors, and formulas whose result was never stored.

A second pass over the file's own bytes, in blocks, without a parser: it looks for the few literal marks of such cells.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers.expat import ExpatError

from kpi.exports import compound, opendocument
from kpi.exports.limits import MB
from kpi.exports.outcome import ERRORS, UNCALCULATED, Mark
from kpi.problems import DataProblem

LISTED = 200_000
"""Faulty cells remembered per sheet; a sheet with more is no ledger."""

_BIFF_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA"}


@dataclass
class Faults:
    """Faulty cells as {sheet index: {1-based row: {0-based column: mark}}}, and whether day counts start in 1904."""

    cells: dict[int, dict[int, dict[int, Mark]]] = field(default_factory=dict)
    from_1904: bool = False


def find(path: Path, kind: str) -> Faults:
    """Return the faulty cells of a workbook; raises DataProblem where its parts cannot be unpacked."""
    found = Faults()
    if kind == "xls":
        errors, found.from_1904 = compound.errors(compound.workbook(path))
        for index, cells in errors.items():
            for row, column, code in cells[:LISTED]:
                found.cells.setdefault(index, {}).setdefault(row, {})[column] = Mark(_BIFF_ERRORS.get(code, "#N/A"))
        return found
    try:
        if kind == "ods":
            found.cells = _open_document(path)
            return found
        with zipfile.ZipFile(path) as archive:
            known = set(archive.namelist())
            if kind == "xlsx":
                book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in known else b""
                found.from_1904 = re.search(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"', book) is not None
                members = _sheet_members(book, archive.read("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in known else b"")
            else:
                members = _binary_members(archive.read("xl/workbook.bin"), archive.read("xl/_rels/workbook.bin.rels"))
            for index, member in enumerate(members):
                if member in known:
                    with archive.open(member) as handle:
                        cells = _scan(handle) if kind == "xlsx" else _scan_binary(handle)
                    if cells:
                        found.cells[index] = cells
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, LookupError, RuntimeError, NotImplementedError, ExpatError) as error:
        raise DataProblem("文件不完整或已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。", "The file is truncated or damaged; open it and save it as .xlsx.") from error
    return found


def _open_document(path: Path) -> dict[int, dict[int, dict[int, Mark]]]:
    """Find error cells and uncalculated formulas of an .ods; most files have none and are only searched."""
    cells: dict[int, dict[int, dict[int, Mark]]] = {}
    with zipfile.ZipFile(path) as archive:
        with archive.open("content.xml") as handle:
            if not opendocument.suspicious(handle):
                return cells
        with archive.open("content.xml") as handle:
            for index, row, column, times, word in opendocument.faulty(handle, LISTED):
                mark = Mark(word) if word else UNCALCULATED
                cells.setdefault(index, {}).setdefault(row, {}).update(dict.fromkeys(range(column, column + times), mark))
    return cells


def _targets(links: bytes) -> dict[str, str]:
    targets = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", links):
        key, target = re.search(rb"\bId=[\"']([^\"']*)", tag), re.search(rb"\bTarget=[\"']([^\"']*)", tag)
        if key and target:
            name = target[1].decode("utf-8", "replace")
            targets[key[1].decode("utf-8", "replace")] = name.lstrip("/") if name.startswith("/") else f"xl/{name}"
    return targets


def _sheet_members(book: bytes, links: bytes) -> list[str]:
    """Return the archive member of each sheet, in workbook order."""
    targets = _targets(links)
    members = []
    for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", book):
        key = re.search(rb"\b\w+:id=[\"']([^\"']*)", tag)
        members.append(targets.get(key[1].decode("utf-8", "replace"), "") if key else "")
    return members


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


_REF = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def _scan(handle: IO[bytes]) -> dict[int, dict[int, Mark]]:
    """Find error cells and uncalculated formulas in a sheet's XML, block by block."""
    cells: dict[int, dict[int, Mark]] = {}
    tail = b""
    prefix = None
    count = 0
    while block := handle.read(4 * MB):
        tail += block
        if prefix is None:
            named = re.search(rb"<(\w+:)?worksheet\b", tail)
            prefix = (named[1] or b"") if named else b""
            end, error = b"</" + prefix + b"c>", re.compile(rb"\bt=[\"']e[\"']")
            bare = re.compile(rb"<%(p)sf\b[^>]*(?:/>|>[^<]*</%(p)sf>)\s*(?:<%(p)sv\s*/>|<%(p)sv>\s*</%(p)sv>)?\s*</%(p)sc>" % {b"p": prefix})
            start, value = b"<" + prefix + b"c ", re.compile(rb"<%(p)sv>([^<]*)<" % {b"p": prefix})
        cut = tail.rfind(end) + len(end)
        if cut < len(end):
            if len(tail) > 64 * MB:
                return cells
            continue
        part, tail = tail[:cut], tail[cut:]
        if count > LISTED:
            continue
        if b't="e"' in part or b"t='e'" in part:
            for found in error.finditer(part):
                at = part.rfind(b"<", 0, found.start())
                place = _REF.search(part, at, part.find(b">", at)) if part.startswith(start, at) else None
                if place:
                    stop = part.find(end, at)
                    text = value.search(part, at, stop)
                    word = text[1].decode("ascii", "replace") if text else "#N/A"
                    cells.setdefault(int(place[2]), {})[_column(place[1])] = Mark(word if word in ERRORS else "#N/A")
                    count += 1
        if b"<" + prefix + b"f" in part:
            for found in bare.finditer(part):
                at = part.rfind(start, 0, found.start())
                head = part[at : part.find(b">", at)]
                place = _REF.search(head)
                # a stored empty string is a result
                if place and not (re.search(rb"\bt=[\"']str[\"']", head) and b"v>" in found[0][-20:]):
                    cells.setdefault(int(place[2]), {})[_column(place[1])] = UNCALCULATED
                    count += 1
    return cells


def _records(data: bytes):
    """Yield (type, start, end) of the records of a binary workbook part."""
    at, size = 0, len(data)
    while at < size:
        kind = data[at]
        at += 1
        if kind & 0x80:
            if at >= size:
                return
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while at < size:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        yield kind, at, min(at + length, size)
        at += length


def _binary_members(book: bytes, links: bytes) -> list[str]:
    targets = _targets(links)
    members = []
    for kind, start, end in _records(book):
        if kind == 156:  # BrtBundleSh: state, id, length of the relation's name, the name
            length = int.from_bytes(book[start + 8 : start + 12], "little")
            key = book[start + 12 : min(start + 12 + 2 * length, end)].decode("utf-16-le", "replace")
            members.append(targets.get(key, ""))
    return members


def _scan_binary(handle: IO[bytes]) -> dict[int, dict[int, Mark]]:
    """Find error cells in a binary sheet: BrtCellError and BrtFmlaError."""
    data = handle.read()
    cells: dict[int, dict[int, Mark]] = {}
    row = 0
    for kind, start, end in _records(data):
        if kind == 0:
            row = int.from_bytes(data[start : start + 4], "little") + 1
        elif kind in (3, 11) and end - start >= 9:
            column = int.from_bytes(data[start : start + 4], "little")
            cells.setdefault(row, {})[column] = Mark(_BIFF_ERRORS.get(data[start + 8], "#N/A"))
    return cells


def reach(path: Path) -> tuple[str, int]:
    """Return (column letters, row) that the farthest filled cells of a workbook reach, to explain why it was too large to open."""
    letters, last = b"A", 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", member):
                continue
            with archive.open(member) as handle:
                tail = b""
                while block := handle.read(4 * MB):
                    part = tail + block
                    for place in _REF.finditer(part):
                        letters = max(letters, place[1], key=lambda x: (len(x), x))
                        last = max(last, int(place[2]))
                    tail = part[-40:]
    return letters.decode(), last
