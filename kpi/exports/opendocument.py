"""The content of an .ods as its file has it: where cells stand that hold an error or a formula without a result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from kpi.exports.limits import MB

_BLOCK = 4 * MB
_UNCALCULATED = rb"<table:table-cell\b(?=[^>]*\btable:formula=)(?![^>]*\boffice:value-type=)[^>]*>"
_ERROR, _FORMULA, _LIKELY = b'calcext:value-type="error"', b"table:formula=", re.compile(_UNCALCULATED)
_TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
_REPEATED = {name: re.compile(rb'\btable:number-%ss-repeated="(\d{1,7})"' % name) for name in (b"row", b"column")}
_TOLD = re.compile(rb"[^<]*(?:<(?!/table:)[^>]*>[^<]*)*?(#[A-Z/0]+[!?]?|Err:\d{3})")

Found = tuple[int, int, int, int, str]
"""Sheet index, 1-based row, 0-based column, how many columns it stands for, and the word of the error (empty for a formula)."""


def suspicious(handle: IO[bytes]) -> bool:
    """Whether the content has a cell with an error or a formula without a result at all; raises ExpatError where it is no whole XML.

    The compiled reader never comes back from a table that is not closed.
    """
    found = False
    parser = expat.ParserCreate()
    for part in _parts(handle):
        parser.Parse(part, False)
        found = found or _ERROR in part or _FORMULA in part and _LIKELY.search(part) is not None
    parser.Parse(b"", True)
    return found


def _parts(handle: IO[bytes]) -> Iterator[bytes]:
    """Yield the content in pieces that end before a cell begins."""
    tail = b""
    while block := handle.read(_BLOCK):
        tail += block
        cut = max(tail.rfind(b"<table:table-cell"), tail.rfind(b"<table:covered-table-cell"))
        if cut > 0:
            yield tail[:cut]
            tail = tail[cut:]
        elif len(tail) > 64 * MB:
            raise ValueError("no cells")
    yield tail


def faulty(handle: IO[bytes], most: int) -> Iterator[Found]:
    """Yield the cells with an error or a formula without a result; at most `most` of them."""
    sheet, row, column, again, depth = -1, 0, 0, 1, 0
    for part in _parts(handle):
        for tag in _TAG.finditer(part):
            closing, kind, about = tag[1], tag[2], tag[3]
            if kind == b"table":
                depth += -1 if closing else 1
                if not closing and depth == 1:
                    sheet, row, again = sheet + 1, 0, 1
            elif closing or depth != 1:
                continue
            elif kind == b"table-row":
                row, column, again = row + again, 0, _times(about, b"row")
            else:
                times = _times(about, b"column")
                error = _ERROR in about
                if error or _FORMULA in about and b"office:value-type=" not in about:
                    told = _TOLD.match(part, tag.end()) if error and not about.endswith(b"/") else None
                    word = (told[1].decode("ascii") if told else "#N/A") if error else ""
                    for below in range(min(again, most)):
                        most -= 1
                        yield sheet, row + below, column, min(times, most), word
                    if most <= 0:
                        return
                column += times


def _times(about: bytes, what: bytes) -> int:
    found = _REPEATED[what].search(about)
    return max(1, int(found[1])) if found else 1
