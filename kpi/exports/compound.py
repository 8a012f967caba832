"""The compound file of an .xls: its workbook stream, and in it the cells that hold an Excel error.

The stream is searched for the few bytes such cells must have; only a stream that has them is walked record by record.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

_FREE = 0xFFFFFFFA
"""From this number on a link names no sector."""
_SMALL = 4096
"""Bytes below which a stream stands among the short ones; no workbook of a spreadsheet program is so short."""
_LINK = struct.Struct("<I")
_HEAD = struct.Struct("<HH")

_BOF, _EOF, _SHEET, _DATE_MODE, _FORMULA, _BOOL_OR_ERROR = 0x0809, 0x000A, 0x0085, 0x0022, 0x0006, 0x0205
_LIKELY = re.compile(rb"\x05\x02\x08\x00.{7}\x01|\x02\x00[\x00\x07\x0f\x17\x1d\x24\x2a\x2b]\x00\x00\x00\xff\xff", re.DOTALL)


def workbook(path: Path) -> bytes:
    """Return the workbook stream of a compound file; nothing where it cannot be followed."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        header = handle.read(512)
        if len(header) < 512:
            return b""
        sector = 1 << min(_HEAD.unpack_from(header, 30)[0], 16)
        most = size // sector + 1
        # the table of links: its sectors stand in the header, and from there in a chain
        places = list(struct.unpack_from("<109I", header, 76))
        more = _LINK.unpack_from(header, 68)[0]
        while more < _FREE and len(places) <= most:
            handle.seek((more + 1) * sector)
            block = handle.read(sector)
            if len(block) < sector:
                break
            links = struct.unpack(f"<{sector // 4}I", block)
            places += links[:-1]
            more = links[-1]
        table: list[int] = []
        for place in places:
            if place >= _FREE or len(table) > most:
                continue
            handle.seek((place + 1) * sector)
            block = handle.read(sector)
            table += struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])

        def chain(at: int) -> Iterator[tuple[int, int]]:
            """Yield (first sector, how many) of the runs of a chain."""
            first, count, left = at, 0, most
            while at < len(table) and left:
                count += 1
                left -= 1
                if table[at] != at + 1:
                    yield first, count
                    first, count = table[at], 0
                at = table[at]
            if count:
                yield first, count

        def stream(at: int) -> bytes:
            parts = []
            for first, count in chain(at):
                handle.seek((first + 1) * sector)
                parts.append(handle.read(count * sector))
            return b"".join(parts)

        folder = stream(_LINK.unpack_from(header, 48)[0])
        for at in range(0, len(folder) - 127, 128):
            length = max(0, min(_HEAD.unpack_from(folder, at + 64)[0], 64) - 2)
            if folder[at : at + length].decode("utf-16-le", "ignore") in ("Workbook", "Book"):
                first, long = struct.unpack_from("<II", folder, at + 116)
                return stream(first)[:long] if long >= _SMALL else b""
    return b""


def _records(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield (type, start, end) of the records from a place on."""
    size = len(data)
    while at + 4 <= size:
        kind, length = _HEAD.unpack_from(data, at)
        at += 4
        if at + length > size:
            return
        yield kind, at, at + length
        at += length


def errors(data: bytes) -> tuple[dict[int, list[tuple[int, int, int]]], bool]:
    """Return ({sheet index: [(1-based row, 0-based column, error code)]}, whether day counts start in 1904) of a workbook stream."""
    begins: list[int] = []
    from_1904 = False
    for kind, start, end in _records(data, 0):
        if kind == _SHEET and end - start >= 6:
            begins.append(_LINK.unpack_from(data, start)[0])
        elif kind == _DATE_MODE and end - start >= 2:
            from_1904 = data[start] == 1
        elif kind == _EOF:
            break
    if not _LIKELY.search(data):
        return {}, from_1904
    return {index: cells for index, begin in enumerate(begins) if (cells := list(_of_sheet(data, begin)))}, from_1904


def _of_sheet(data: bytes, begin: int) -> Iterator[tuple[int, int, int]]:
    depth = 0
    for kind, start, end in _records(data, begin):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and kind == _BOOL_OR_ERROR and end - start >= 8 and data[start + 7]:
            yield _HEAD.unpack_from(data, start)[0] + 1, _HEAD.unpack_from(data, start)[1], data[start + 6]
        elif depth == 1 and kind == _FORMULA and end - start >= 14 and data[start + 6] == 2 and data[start + 12 : start + 14] == b"\xff\xff":
            yield _HEAD.unpack_from(data, start)[0] + 1, _HEAD.unpack_from(data, start)[1], data[start + 8]
