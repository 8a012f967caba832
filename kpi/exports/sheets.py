"""Sheets as rows of text: every value kept as text first, whatever the file's format."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from kpi.exports import limits
from kpi.problems import DataProblem, LimitProblem

Row = tuple[int, list[str]]
"""(1-based row number, texts of its cells from column A on)."""


@dataclass
class Sheet:
    """One sheet: its rows as text, the merged ranges that the file stores, and cells that hold errors instead of values.

    Merged ranges are ((top, left), (bottom, right)), 0-based and inclusive; `faults` maps (1-based row, 0-based column) to a code.
    """

    name: str
    index: int
    rows: Iterator[Row]
    hidden: bool = False
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def text(value: Any) -> str:
    """Return a cell's value as text: whole floats without .0, midnight datetimes as a date, other times to the second."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e17 else repr(value)
    if isinstance(value, datetime):
        if value.microsecond:
            value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        if value.hour == value.minute == value.second == 0:
            return value.strftime("%Y-%m-%d") if value.year >= 1000 else str(value.date())
        return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return "" if value is None else str(value)


def workbook(path: Path, kind: str) -> Iterator[Sheet]:
    """Yield the sheets of a workbook, hidden ones too; raises DataProblem where it cannot be opened."""
    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise DataProblem("文件设了打开密码，请先取消密码保护再导入。", "The file is protected by a password; remove it first.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise DataProblem("文件不完整或已损坏，请重新导出后再导入。", "The file is truncated or damaged; export it again.") from error
    faults = _faults(path) if kind == "xlsx" else {}
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_index(index)
            merged = list(sheet.merged_cell_ranges or [])
        except (CalamineError, ValueError) as error:
            raise DataProblem(f"工作表“{meta.name}”已损坏，请重新导出后再导入。", f"Sheet '{meta.name}' is damaged; export it again.") from error
        if sheet.height > limits.SHEET_ROWS + 200:
            raise LimitProblem(
                f"工作表“{meta.name}”超过 {limits.SHEET_ROWS} 行，请按月份拆分，或另存为 .csv 后导入。",
                f"Sheet '{meta.name}' has more than {limits.SHEET_ROWS} rows; split it by month or save it as .csv.",
            )
        yield Sheet(name=meta.name, index=index, rows=_rows(sheet), hidden=meta.visible != SheetVisibleEnum.Visible, merged=merged, faults=faults.get(meta.name, {}))


def _rows(sheet: Any) -> Iterator[Row]:
    if sheet.start is None:
        return
    top, left = sheet.start
    lead = [""] * left
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        if len(cells) + left > limits.COLUMNS:
            cells = cells[: _last_filled(cells)]
            if len(cells) + left > limits.COLUMNS:
                raise LimitProblem(f"表格超过 {limits.COLUMNS} 列，请删除多余的列后再导入。", f"More than {limits.COLUMNS} columns; remove the surplus ones.")
        yield number, [*lead, *map(text, cells)]


def _last_filled(cells: list[Any]) -> int:
    return next((i + 1 for i in range(len(cells) - 1, -1, -1) if cells[i] not in ("", None)), 0)


_CELL = re.compile(rb'<c\b([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>")


def _faults(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Return cells with an error value or a formula that was never calculated, by sheet: the reader itself gives both as empty."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(path) as archive:
        try:
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return found
        targets = {}
        for tag in re.findall(r"<Relationship\b[^>]*>", links):
            key, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
            if key and target:
                targets[key[1]] = target[1]
        for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
            name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\b\w+:id="([^"]*)"', tag)
            target = targets.get(key[1], "") if key else ""
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if name is None or member not in archive.namelist():
                continue
            xml = archive.read(member)
            if b't="e"' not in xml and b"<f" not in xml:
                continue
            found[_unescape(name[1])] = _faulty_cells(xml)
    return found


def _unescape(name: str) -> str:
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        name = name.replace(mark, sign)
    return name


def _faulty_cells(xml: bytes) -> dict[tuple[int, int], str]:
    faults = {}
    for match in _CELL.finditer(xml):
        head, body = match[1], match[2] or b""
        is_error = b't="e"' in head
        if not is_error and (b"<f" not in body or _VALUE.search(body) or b"<is>" in body or b't="str"' in head and b"<v></v>" in body):
            continue
        place = _REF.search(head)
        if place is None:
            continue
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        value = _VALUE.search(body)
        faults[(int(place[2]), column - 1)] = value[1].decode("ascii", "replace") if is_error and value else "formula"
    return faults


ENCODINGS = ("utf-8", "gb18030")


def encoding(path: Path) -> str:
    """Return the encoding of a text file: its byte-order mark, else strict UTF-8, else strict GB18030; raises DataProblem otherwise."""
    with path.open("rb") as handle:
        head = handle.read(4)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        for name in ENCODINGS:
            handle.seek(0)
            decoder = codecs.getincrementaldecoder(name)("strict")
            try:
                while block := handle.read(limits.MIB):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return name
    raise DataProblem(
        "文件的文字编码无法识别（既不是 UTF-8 也不是 GB18030，或两种混用），请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。",
        "The text is neither UTF-8 nor GB18030, or a mix of both; open it and save it as .xlsx.",
    )


def table(path: Path, name: str) -> tuple[str, Sheet]:
    """Return (encoding, sheet) of a .csv file; the separator is the one of comma, tab, semicolon that its first lines use most."""
    found = encoding(path)
    with path.open(encoding=found, newline="") as handle:
        first = "".join(islice(handle, 30))
    if "\x00" in first:
        raise DataProblem("文件内容已损坏或不是表格，请重新导出后再导入。", "The file is damaged or no table; export it again.")
    separator = max(",\t;|", key=lambda sign: (first.count(sign), sign == ","))
    return found, Sheet(name=name, index=0, rows=_lines(path, found, separator))


def _lines(path: Path, found: str, separator: str) -> Iterator[Row]:
    csv.field_size_limit(limits.MIB)
    with path.open(encoding=found, newline="") as handle:
        reader = csv.reader(handle, delimiter=separator)
        number = 0
        try:
            for cells in reader:
                # a quoted cell may hold line breaks: rows are counted as a spreadsheet shows them
                number += 1
                if number > limits.CSV_ROWS:
                    raise LimitProblem(f"文件超过 {limits.CSV_ROWS} 行，请按月份拆分后导入。", f"More than {limits.CSV_ROWS} rows; split the file by month.")
                if len(cells) > limits.COLUMNS:
                    raise LimitProblem(f"表格超过 {limits.COLUMNS} 列，请删除多余的列后再导入。", f"More than {limits.COLUMNS} columns; remove the surplus ones.")
                yield number, cells
        except csv.Error as error:
            raise DataProblem(f"第 {number + 1} 行附近的引号或内容有误，无法读取：请另存为 .xlsx 再导入。", f"Row {number + 1} cannot be read: save the file as .xlsx.") from error
