"""Text files as rows: encoding decided strictly, separator by the header it gives, quoted line breaks kept."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from kpi.exports.limits import MB, Limits
from kpi.exports.sheets import Row, Sheet
from kpi.problems import DataProblem

SEPARATORS = (",", "\t", ";", "|", "，")
LONGEST = 1_000_000
"""Characters of one cell; more means a quotation mark that is never closed."""
LINES_IN_A_CELL = 200
BLOCK = 5_000
"""Records read at a time."""

_DIRECTIVE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


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
        broken = _undecodable(path, name)
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
    line = 1
    with path.open("rb") as handle:
        while True:
            block = handle.read(MB)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + block[: max(error.start, 0)].count(b"\n")
            if not block:
                return None
            line += block.count(b"\n")


def table(path: Path, name: str, limits: Limits, rate: Callable[[list[Row]], float]) -> tuple[str, str, Sheet]:
    """Return (encoding, separator, sheet) of a text file.

    `rate` says how much like a known table the first rows look; the separator that scores best is taken, else the one
    that cuts the first rows into most columns.
    """
    code = encoding(path)
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
    return code, separator, Sheet(name=name, index=0, rows=_rows(path, code, separator, limits, skip=bool(given)), wide=wide, text=True)


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


def _rows(path: Path, code: str, separator: str, limits: Limits, *, skip: bool) -> Iterator[Row]:
    """Yield the records of a text file; Excel numbers its rows in the same way."""
    with path.open(encoding=code, newline="") as handle:
        reader = csv.reader(handle, delimiter=separator)
        line = 0
        try:
            if skip and next(reader, None) is not None:
                yield []
            while block := list(islice(reader, BLOCK)):
                if reader.line_num - line - len(block) > LINES_IN_A_CELL:
                    _look_for_open_quotes(block, line)
                if max(map(len, block)) > limits.columns:
                    block = [cells[: limits.columns] for cells in block]
                last, before, line = block[-1], line, reader.line_num
                yield from block
        except csv.Error as error:
            raise _unclosed(reader.line_num) from error
    if line and any("\n" in cell for cell in last) and _odd_quotes(path, code):
        raise _unclosed(max(before, line - sum(cell.count("\n") for cell in last)))


def _look_for_open_quotes(block: list[Row], line: int) -> None:
    for cells in block:
        line += 1
        breaks = sum(cell.count("\n") for cell in cells)
        if breaks > LINES_IN_A_CELL:
            raise _unclosed(line)
        line += breaks


def _odd_quotes(path: Path, code: str) -> bool:
    """Whether a file has an odd number of quotation marks: with a last record over several lines, one was left open."""
    with path.open(encoding=code, newline="") as handle:
        return sum(block.count('"') for block in iter(lambda: handle.read(MB), "")) % 2 == 1


def _unclosed(line: int) -> DataProblem:
    return DataProblem(
        f"第 {line} 行起有一个引号没有成对，后面的行会被并成一格；请补上或删去该引号，或另存为 .xlsx 后导入。",
        f"A quotation mark opened at line {line} is never closed; close or remove it, or save the file as .xlsx.",
    )
