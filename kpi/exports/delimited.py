"""Text files as rows: separator by the header it gives, quoted line breaks kept."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow

from kpi.exports import charset
from kpi.exports.blocks import Block, Columns, Records, Rows, varied
from kpi.exports.limits import MB, Limits
from kpi.exports.sheets import Row, Sheet
from kpi.problems import DataProblem

SEPARATORS = (",", "\t", ";", "|", "，")
LONGEST = 1_000_000
"""Characters of one cell; more means a quotation mark that is never closed."""
LINES_IN_A_CELL = 200
FIRST, BLOCK = 64 * 1024, 8 * MB
"""Bytes of the first piece, in which header and titles are looked for, and of the others."""
CACHED = MB
"""Bytes that Arrow cuts at a time: where a piece is cut at once, cells fall out of the cache of the processor before they become columns, and that takes twice the time."""
WHOLE = (",", "\t", ";")
"""Separators that are no part of any sign of GB18030; a vertical bar may be."""
ENDLESS = 64 * MB
"""Bytes without the end of a line from which on a file is no table."""

_DIRECTIVE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


def table(path: Path, name: str, limits: Limits, rate: Callable[[list[Row]], float], guessed: str | None = None) -> tuple[str, str, Sheet]:
    """Return (encoding, separator, sheet) of a text file; where the encoding is only `guessed`, its rows raise UnicodeError or charset.Undecodable if it is another.

    `rate` says how much like a known table the first rows look; the separator that scores best is taken, else the one
    that cuts the first rows into most columns.
    """
    code = guessed or charset.encoding(path)
    csv.field_size_limit(LONGEST)
    with path.open(encoding=code, newline="") as handle:
        start = handle.read(64 * 1024)
    given = _DIRECTIVE.match(start.split("\n", 1)[0].strip("\r") + " ")
    if given:
        separator = given[1]
    else:
        tries = {}
        for sign in SEPARATORS:
            if sign in start:
                rows = _sample(start, sign, limits.header_depth)
                tries[sign] = (rate([cells[: limits.columns] for cells in rows]), _evenness(rows))
        separator = max(tries, key=lambda sign: tries[sign]) if tries else ","
    wide = any(len(cells) > limits.columns for cells in _sample(start, separator, limits.header_depth))
    return code, separator, Sheet(name=name, index=0, rows=Records(_blocks(path, code, separator, limits, skip=bool(given), guessed=guessed is not None)), wide=wide, text=True)


def _sample(start: str, separator: str, most: int) -> list[Row]:
    rows: list[Row] = []
    try:
        rows += islice(csv.reader(io.StringIO(start, newline=""), delimiter=separator), most)
    except csv.Error:
        pass
    return rows


def _evenness(rows: list[Row]) -> float:
    """Return how many columns most rows have: the sign of a separator that separates."""
    widths = [len(cells) for cells in rows if len(cells) > 1]
    if not widths:
        return 0.0
    usual = max(set(widths), key=widths.count)
    return usual * widths.count(usual) / len(rows)


class _Text:
    """A text file by pieces that end with a line, and line by line through the piece at hand; `line` counts the lines taken."""

    def __init__(self, path: Path, code: str, guessed: bool) -> None:
        self._handle = path.open("rb")
        self._decoder = codecs.getincrementaldecoder(code)("strict") if code == "utf-16" else None
        self.chinese, self._guessed = code == "gb18030", guessed
        if code == "utf-8-sig":
            self._handle.seek(len(codecs.BOM_UTF8))
        self._rest = b""
        self._lines: list[str] = []
        self._next = 0
        self.line = 0

    def piece(self, size: int) -> bytes:
        """Return about `size` more bytes, of UTF-8 or GB18030, up to the end of a line; nothing at the end of the file."""
        parts = [self._rest]
        while data := self._handle.read(size):
            part = self._decoder.decode(data).encode() if self._decoder else data
            cut = part.rfind(b"\n") + 1
            if cut:
                self._rest = part[cut:]
                return self._checked(b"".join((*parts, memoryview(part)[:cut])))
            parts.append(part)
            if sum(map(len, parts)) > ENDLESS:
                raise _unclosed(self.line + 1) if any(b'"' in part for part in parts) else _endless(self.line + 1)
        self._rest = b""
        if self._decoder:
            parts.append(self._decoder.decode(b"", final=True).encode())
        return self._checked(b"".join(parts))

    def _checked(self, piece: bytes) -> bytes:
        """Return a piece of whole lines that is in the encoding it was guessed to be in, as far as that shows without decoding; no sign of GB18030 holds the end of a line."""
        wrong = self._guessed and (charset.utf8_line(piece[: piece.rfind(b"\n") + 1]) is not None if self.chinese else not charset.is_utf8(piece))
        if wrong:
            raise charset.Undecodable
        return piece

    def put(self, piece: bytes) -> None:
        """Take a piece to be read line by line."""
        self._lines, self._next = io.StringIO(piece.decode("gb18030" if self.chinese else "utf-8"), newline="").readlines(), 0

    @property
    def waiting(self) -> bool:
        """Whether lines of the piece at hand are left."""
        return self._next < len(self._lines)

    @property
    def quoted(self) -> bool:
        """Whether the line taken last holds a quotation mark."""
        return '"' in self._lines[self._next - 1]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.waiting:
            # a quoted cell goes on in the next piece
            if not (piece := self.piece(BLOCK)):
                raise StopIteration
            self.put(piece)
        line = self._lines[self._next]
        self._next += 1
        self.line += 1
        return line

    def close(self) -> None:
        """Let go of the file."""
        self._handle.close()


def _blocks(path: Path, code: str, separator: str, limits: Limits, *, skip: bool, guessed: bool) -> Iterator[Block]:
    """Yield the records of a text file in blocks; Excel numbers its rows in the same way.

    The first lines, and every piece with quotation marks or uneven rows, are cut record by record, all others at once.
    """
    text = _Text(path, code, guessed)
    try:
        reader = csv.reader(text, delimiter=separator)
        size, last, began = FIRST, [], 0
        while piece := text.piece(size):
            columns = cut(piece, separator, limits, text.chinese) if size == BLOCK else None
            if columns is not None:
                text.line += len(columns)
                last = []
                yield columns
            else:
                text.put(piece)
                while text.waiting:
                    rows, began = _records(text, reader, limits.chunk_rows)
                    last = rows[-1]
                    if skip:
                        # the line that names the separator
                        rows[0], skip = [], False
                    yield Rows([cells[: limits.columns] for cells in rows] if max(map(len, rows)) > limits.columns else rows)
            size = BLOCK
    finally:
        text.close()
    if any("\n" in cell for cell in last) and _odd_quotes(path, code):
        raise _unclosed(began)


def _records(text: _Text, reader: Iterator[Row], most: int) -> tuple[list[Row], int]:
    """Return the next records that begin in the piece at hand, at most so many, and the line on which the last of them begins."""
    rows: list[Row] = []
    began = 0
    while text.waiting and len(rows) < most:
        began = text.line + 1
        try:
            cells = next(reader)
        except csv.Error as error:
            raise (_unclosed(began) if text.quoted else _endless(began)) from error
        if text.line - began > LINES_IN_A_CELL and any(cell.count("\n") > LINES_IN_A_CELL for cell in cells):
            raise _unclosed(began)
        rows.append(cells)
    return rows, began


def cut(piece: bytes, separator: str, limits: Limits, chinese: bool = False) -> Columns | None:
    """Return a piece of UTF-8 (or, `chinese`, of GB18030) as columns where it has no quotation mark and every line equally many cells; None where it must be read record by record.

    Cells of GB18030 are decoded column by column, repeated ones once: none of its signs holds one of the `WHOLE`.
    """
    if chinese and separator not in WHOLE or len(separator.encode()) > 1 or b'"' in piece or b"\0" in piece:
        return None
    data = np.frombuffer(piece, np.uint8)
    ends = np.flatnonzero(data == 10)
    if b"\r" in piece and np.count_nonzero(data == 13) != np.count_nonzero(data[ends[ends > 0] - 1] == 13):
        # one that ends a line by itself
        return None
    lines = ends.size + (not piece.endswith(b"\n"))
    width = piece[: piece.find(b"\n") + 1 or len(piece)].count(separator.encode()) + 1
    if not 1 < width <= limits.columns:
        return None
    names = [str(at) for at in range(width)]
    try:
        found = arrow.read_csv(
            pa.BufferReader(piece),
            arrow.ReadOptions(use_threads=False, block_size=CACHED, column_names=names),
            arrow.ParseOptions(delimiter=separator, quote_char=False, double_quote=False, escape_char=False, newlines_in_values=False, ignore_empty_lines=False),
            arrow.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, quoted_strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    # even of one part: what the reader hands over keeps room it does not need, 200 MB of a large file
    columns = [column.combine_chunks() for column in found.columns]
    if len(found) != lines or any((pc.max(pc.binary_length(column)).as_py() or 0) > LONGEST for column in columns):
        return None
    return Columns([_decoded(column) for column in columns] if chinese else columns)


def _decoded(cells: pa.StringArray) -> pa.StringArray | pa.DictionaryArray:
    """Return a column of GB18030 as text, of repeated cells each once."""
    if varied(cells):
        return charset.told(cells)
    found = cells.dictionary_encode()
    return pa.DictionaryArray.from_arrays(found.indices, charset.told(found.dictionary))


def _odd_quotes(path: Path, code: str) -> bool:
    """Whether a file has an odd number of quotation marks: with a last record over several lines, one was left open."""
    with path.open(encoding=code, newline="") as handle:
        return sum(block.count('"') for block in iter(lambda: handle.read(MB), "")) % 2 == 1


def _unclosed(line: int) -> DataProblem:
    return DataProblem(
        f"第 {line} 行起有一个引号没有成对，后面的行会被并成一格；请补上或删去该引号，或另存为 .xlsx 后导入。",
        f"A quotation mark opened at line {line} is never closed; close or remove it, or save the file as .xlsx.",
    )


def _endless(line: int) -> DataProblem:
    return DataProblem(
        f"第 {line} 行长得没有尽头，不像台账；请用 Excel 或 WPS 打开核对后另存为 .xlsx 再导入。",
        f"Line {line} is endless, which no ledger is; open the file, check it and save it as .xlsx.",
    )
