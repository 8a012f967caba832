"""In which encoding a text file is: decided strictly, by its byte-order mark, else UTF-8, else GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi.exports.limits import MB
from kpi.problems import DataProblem

LONGEST = 1_000_000
"""Bytes of one line from which on a file is not looked through for a mix of encodings."""


class Undecodable(Exception):
    """A text turned out not to be in the encoding it was guessed to be in."""


def guess(path: Path) -> str:
    """Return the encoding that the beginning of a text file is in; whether all of it is shows when it is read."""
    with path.open("rb") as handle:
        head = handle.read(MB)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def encoding(path: Path) -> str:
    """Return the encoding of a text file: its byte-order mark, else strict UTF-8, else strict GB18030; raises DataProblem otherwise."""
    with path.open("rb") as handle:
        head = handle.read(4)
    if head.startswith(codecs.BOM_UTF8):
        names: tuple[str, ...] = ("utf-8-sig",)
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ("utf-16",)
    else:
        names = ("utf-8", "gb18030")
    lines = []
    for name in names:
        broken = _undecodable(path, name) or (_mixed(path) if name == "gb18030" else None)
        if broken is None:
            return name
        lines.append(broken)
    line = max(lines)
    raise DataProblem(
        f"文件的文字编码无法识别：第 {line} 行附近既不是 UTF-8 也不是 GB18030（可能两种编码混用），请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。",
        f"The text around line {line} is neither UTF-8 nor GB18030 (perhaps a mix of both); open the file and save it as .xlsx.",
    )


def _undecodable(path: Path, name: str) -> int | None:
    """Return the line at which decoding fails, None where the whole file can be decoded."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    with path.open("rb") as handle:
        while True:
            begins = handle.tell()
            block = handle.read(MB)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                handle.seek(0)
                before = sum(handle.read(min(MB, begins - at)).count(b"\n") for at in range(0, begins, MB))
                return 1 + before + block[: max(error.start, 0)].count(b"\n")
            if not block:
                return None


def _mixed(path: Path) -> int | None:
    """Return the first line of a GB18030 file that is UTF-8, None where there is none."""
    before, rest = 0, b""
    with path.open("rb") as handle:
        while block := handle.read(MB):
            part = rest + block
            part, rest = part[: (end := part.rfind(b"\n") + 1)], part[end:]
            if len(rest) > LONGEST:
                return None
            if (begin := utf8_line(part)) is not None:
                return 1 + before + part[:begin].count(b"\n")
            before += part.count(b"\n")
    return None


def utf8_line(part: bytes) -> int | None:
    """Return where in whole lines of GB18030 one begins that is UTF-8, None where there is none.

    Three Chinese signs of UTF-8 in a row hardly ever are text in GB18030, and never in a line that is UTF-8 altogether.
    """
    data = np.frombuffer(part, np.uint8)
    places = np.flatnonzero(_begins(data[: max(0, data.size - 8)]))
    for at in range(1, 9):
        signs = data[places + at]
        places = places[signs & 0xC0 == 0x80 if at % 3 else _begins(signs)]
    stop = 0
    for place in places.tolist():
        if place < stop:
            continue
        begin, stop = part.rfind(b"\n", 0, place) + 1, part.find(b"\n", place)
        stop = len(part) if stop < 0 else stop
        try:
            part[begin:stop].decode()
        except UnicodeDecodeError:
            continue
        return begin
    return None


def told(cells: pa.StringArray) -> pa.StringArray:
    """Return cells of GB18030, none of which holds the end of a line, as text; raises UnicodeDecodeError where one is not in it."""
    data = np.frombuffer(cells.buffers()[2] or b"", np.uint8)
    if data.max(initial=0) < 0x80:
        return cells
    lines = pc.binary_join_element_wise(cells, "", "\n")
    size = int(np.frombuffer(lines.buffers()[1], np.int32)[len(cells)])
    text = codecs.decode(lines.buffers()[2].slice(0, size), "gb18030").encode()
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == 10)
    offsets = np.zeros(ends.size + 1, np.int32)
    offsets[1:] = ends - np.arange(ends.size)
    return pa.StringArray.from_buffers(ends.size, pa.py_buffer(offsets), pa.py_buffer(text.replace(b"\n", b"")))


def is_utf8(piece: bytes) -> bool:
    """Whether a piece is UTF-8: Arrow's check takes a fifth of the time of decoding."""
    try:
        pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, len(piece)], np.int32)), pa.py_buffer(piece)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _begins(signs: np.ndarray) -> np.ndarray:
    """Return which bytes begin a Chinese sign of UTF-8 (E4 to E9)."""
    return signs - np.uint8(0xE4) <= 5
