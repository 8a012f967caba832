"""Sheets of a workbook as rows of raw cells, through calamine; merged ranges, hidden sheets and faulty cells included."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from kpi.exports import faults
from kpi.exports.limits import Limits
from kpi.exports.outcome import Mark
from kpi.problems import DataProblem, LimitProblem

Row = list[Any]
"""Raw cells from column A on; rows follow one another without gaps, the first is row 1."""


@dataclass
class Sheet:
    """One sheet: its rows, and the merged ranges its file stores as ((top, left), (bottom, right)), 0-based and inclusive.

    `wide` says that columns beyond the limit were cut off; `text` that a separator in a cell may have shifted a row.
    """

    name: str
    index: int
    rows: Iterator[Row]
    hidden: bool = False
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    wide: bool = False
    from_1904: bool = False
    text: bool = False


LAST_ROW = 1_048_576
"""No format has rows below; a damaged file may tell of a cell in row four thousand million."""

MERGES = 200_000
"""More merged ranges than this in one sheet are no ledger; the rest is left unfilled."""

_SUFFIXES = {"xlsx": (".xlsx", ".xlsm"), "xls": (".xls",), "xlsb": (".xlsb",), "ods": (".ods",)}


def workbook(path: Path, kind: str, limits: Limits) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in order, hidden ones too; raises DataProblem where it cannot be opened."""
    # both passes over the file leave Python free: they run at the same time
    pool = ThreadPoolExecutor(1, "faults")
    scan = pool.submit(faults.find, path, kind)
    pool.shutdown(wait=False)
    try:
        if path.suffix.lower() in _SUFFIXES[kind]:
            book = CalamineWorkbook.from_path(str(path))
        else:
            # by its own suffix the file would be taken for another kind
            book = CalamineWorkbook.from_filelike(path.open("rb"))
        metadata = book.sheets_metadata
    except PasswordError as error:
        raise DataProblem("文件设了打开密码，请先取消密码保护再导入。", "The file is protected by a password; remove the protection first.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged() from error
    if len(metadata) > limits.sheets:
        raise LimitProblem(f"工作簿有 {len(metadata)} 张工作表，超过上限 {limits.sheets}，请拆分后导入。", f"{len(metadata)} sheets, over the limit of {limits.sheets}; split the workbook.")
    for index, about in enumerate(metadata):
        if about.typ not in (SheetTypeEnum.WorkSheet,):
            continue
        try:
            sheet = book.get_sheet_by_index(index)
            merged = (sheet.merged_cell_ranges or [])[:MERGES]
        except (CalamineError, ValueError, OSError) as error:
            raise _damaged(about.name) from error
        faulty = scan.result()
        left = sheet.start[1] if sheet.start else 0
        yield Sheet(
            name=about.name, index=index, rows=_rows(sheet, left, limits.columns, faulty.cells.get(index, {})), hidden=about.visible != SheetVisibleEnum.Visible,
            merged=merged, wide=left + sheet.width > limits.columns, from_1904=faulty.from_1904,
        )


def _damaged(sheet: str = "") -> DataProblem:
    where, at = (f"工作表“{sheet}”", f"Sheet '{sheet}'") if sheet else ("文件", "The file")
    return DataProblem(f"{where}不完整或已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。", f"{at} is truncated or damaged; open it and save it as .xlsx.")


def _rows(sheet: CalamineSheet, left: int, most: int, faulty: dict[int, dict[int, Mark]]) -> Iterator[Row]:
    rows: Iterator[Row] = iter(sheet.iter_rows()) if sheet.start is not None else iter(())
    if left:
        lead = [""] * left
        rows = (lead + cells for cells in rows)
    if left + sheet.width > most:
        rows = (cells[:most] for cells in rows)
    return _marked(rows, faulty, most) if faulty else rows


def _marked(rows: Iterator[Row], faulty: dict[int, dict[int, Mark]], most: int) -> Iterator[Row]:
    """Yield the rows with their faulty cells marked; rows below the last filled one follow where they hold marks."""
    number = 0
    for number, cells in enumerate(rows, start=1):
        if number in faulty:
            _mark(cells, faulty[number], most)
        yield cells
    for below in range(number + 1, min(max(faulty, default=0), LAST_ROW) + 1):
        cells: Row = []
        if below in faulty:
            _mark(cells, faulty[below], most)
        yield cells


def _mark(cells: Row, marks: dict[int, Mark], most: int) -> None:
    for column, mark in marks.items():
        if column >= most:
            continue
        cells += [""] * (column + 1 - len(cells))
        if cells[column] in ("", None):
            cells[column] = mark
