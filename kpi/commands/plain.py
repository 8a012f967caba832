"""Plain .csv files of a series, of waits or of units, as tables of an engine in memory; what cannot be read is told with its line."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from kpi.engine import DuckEngine
from kpi.problems import DataProblem, UsageProblem

FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d", "%Y年%m月%d日", "%Y年%m月%d日 %H:%M", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d",
)
"""Spellings of a moment beside those of ISO 8601."""

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
BLANK = frozenset(("", "na", "nan", "null", "none", "n/a", "-", "—"))
"""Cells that hold no value."""

YES, NO = frozenset(("1", "1.0", "true", "yes", "y", "是")), frozenset(("", "0", "0.0", "false", "no", "n", "否"))
LARGEST = 1e100
"""The largest number whose squares and sums are still numbers."""

MOST = 2**53
"""The largest count that arithmetic keeps whole."""

Row = tuple[int, dict[str, str]]


def _text(path: Path) -> str:
    """Return the text of a file: UTF-8 or, where it is none, GB18030; UTF-16 by its mark."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"找不到文件 {path.name}，或打不开，请核对路径。", f"No file {path.name} that can be opened; check its path.") from error
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for name in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DataProblem(f"{path.name} 不是文本文件；请另存为 UTF-8 或 GB18030 的 .csv。", f"{path.name} is no text; save it as .csv in UTF-8 or GB18030.")


LONGEST = 100_000
"""Signs of a cell; a longer one is a quote without its end."""


def _rows(path: Path, needed: Iterable[str]) -> list[Row]:
    """Return (line, cells by header) of a file with these columns between commas, semicolons or tabs, blank lines left out."""
    needed, text = tuple(needed), _text(path)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=next((sign for sign in ",;\t" if sign in first), ","), strict=True)
    head: list[str] | None = None
    found: list[Row] = []
    try:
        for cells in lines:
            cells = [cell.strip() for cell in cells]
            # what reads ledgers widens the module's own limit
            if any(len(cell) > LONGEST for cell in cells):
                raise csv.Error("an endless cell")
            if not any(cells):
                continue
            if head is None:
                head = [cell.lower() for cell in cells]
            elif any(cells[len(head):]):
                raise DataProblem(
                    f"{path.name} 第 {lines.line_num} 行有 {len(cells)} 格，表头只有 {len(head)} 列；数字里的逗号请去掉或加引号。",
                    f"{path.name}, line {lines.line_num} has {len(cells)} cells under {len(head)} headers; quote a number that holds a comma.",
                )
            else:
                found.append((lines.line_num, dict(zip(head, cells, strict=False))))
    except csv.Error as error:
        raise DataProblem(f"{path.name} 第 {lines.line_num} 行不合 .csv 的写法（引号没有成对，或一格太长），请改正。",
                          f"{path.name}, line {lines.line_num} is no proper .csv: a quote without its end, or an endless cell.") from error
    missing = [name for name in needed if name not in (head or ())]
    doubled = [name for name in needed if (head or []).count(name) > 1]
    if missing or doubled:
        named = "、".join(missing or doubled)
        raise DataProblem(
            f"{path.name} 的第一行{'缺少' if missing else '重复了'}列 {named}；请按 {','.join(needed)} 写表头。",
            f"The first line of {path.name} {'lacks' if missing else 'doubles'} {', '.join(missing or doubled)}; its header must hold {','.join(needed)}.",
        )
    return found


def _bad(path: Path, line: int, column: str, value: str, zh: str, en: str) -> DataProblem:
    shown = value if len(value) <= 40 else value[:40] + "…"
    return DataProblem(f"{path.name} 第 {line} 行 {column} “{shown}”{zh}。", f"{path.name}, line {line}, {column} '{shown}': {en}.")


def _number(path: Path, row: Row, column: str) -> float:
    line, cells = row
    text = cells.get(column, "")
    plain = text.replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    try:
        found = float(plain) if "_" not in plain else math.nan
    except ValueError as error:
        raise _bad(path, line, column, text, "不是数字，请改正", "is no number; correct it") from error
    if not abs(found) <= LARGEST:
        raise _bad(path, line, column, text, "不是有限的数，请改正", "is no finite number; correct it")
    return found


def _count(path: Path, row: Row, column: str) -> int:
    found = _number(path, row, column)
    if found != int(found) or not 0 <= found <= MOST:
        raise _bad(path, row[0], column, row[1].get(column, ""), "不是件数，请写不小于 0 的整数", "is no count; write a whole number from 0")
    return int(found)


def moment(text: str) -> datetime | None:
    """Return a moment as wall clock time, one with an offset in UTC; None where it cannot be read."""
    for read in (datetime.fromisoformat, *(lambda value, form=form: datetime.strptime(value, form) for form in FORMATS)):
        try:
            found = read(text)
            return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
        except (ValueError, OverflowError):
            continue
    return None


def _engine(kinds: Mapping[str, str], rows: list[tuple[Any, ...]]) -> DuckEngine:
    con = duckdb.connect()
    con.execute(f"create table told ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
    if rows:
        con.execute(f"insert into told select {', '.join(f'unnest(?::{kind}[])' for kind in kinds.values())}", [list(column) for column in zip(*rows, strict=True)])
    return DuckEngine(con, "", datetime.max)


def series(path: Path, *, durations: bool = False) -> tuple[DuckEngine, list[str]]:
    """Return a table told(month, value, rebase) of a file month,value[,rebase], its months numbered as time goes, and their names.

    Rows may stand in any order. Months without a value are gaps and left out; a phase that would begin there begins with the next value.
    """
    rows: dict[tuple[str, float], tuple[str, float | None, bool]] = {}
    for row in _rows(path, ("month", "value")):
        line, cells = row
        month, rebase = cells.get("month", ""), cells.get("rebase", "").lower()
        place = _placed(month)
        if place is None:
            raise _bad(path, line, "month", month, "认不出月份，请写成 2024-05，或日期、数字", "is no month that can be read; write 2024-05, a date or a number")
        if place in rows:
            raise _bad(path, line, "month", month, "重复，每行一个月", "comes twice; one row for each month")
        if rows and place[0] != next(iter(rows))[0]:
            raise _bad(path, line, "month", month, "与前面的写法不同，请用同一种写法", "is written otherwise than those before; write all alike")
        if rebase not in YES | NO:
            raise _bad(path, line, "rebase", rebase, "应为 1 或 0", "must be 1 or 0")
        value = None if cells.get("value", "").lower() in BLANK else _number(path, row, "value")
        if durations and value is not None and value < 0:
            raise _bad(path, line, "value", cells["value"], "小于 0，不是时长，不能加 --log", "is below 0 and no duration; leave out --log")
        rows[place] = (month, value, rebase in YES)
    found: list[tuple[str, float, int]] = []
    waiting = False
    for _, (month, value, rebase) in sorted(rows.items()):
        waiting = waiting or rebase
        if value is not None:
            found.append((month, value, int(waiting)))
            waiting = False
    return _engine({"month": "bigint", "value": "double", "rebase": "bigint"}, [(nth, *one[1:]) for nth, one in enumerate(found)]), [one[0] for one in found]


def _placed(month: str) -> tuple[str, float] | None:
    """Return (way of writing, place in time) of a month: a year and month, a quarter, a date, or a number; None for anything else."""
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})月?", month):
        year, nth = map(int, found.groups())
        return ("month", year * 12 + nth) if 1 <= nth <= 12 else None
    if found := re.fullmatch(r"(\d{4})[-年]?[Qq]([1-4])", month):
        return ("quarter", int(found[1]) * 4 + int(found[2]))
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", month):
        return ("number", float(month))
    at = moment(month)
    return ("date", (at - datetime.min).total_seconds()) if at else None


def waits(path: Path, as_of: datetime | None) -> tuple[DuckEngine, dict[str, int]]:
    """Return a table told(unit, days, outcome) of a file start,end[,unit], and how many rows were left out and why.

    An end that is empty, or on or after `as_of`, is an open case that has waited until then; days are seconds / 86400.
    """
    rows: list[tuple[str | None, float, int]] = []
    left: Counter[str] = Counter()
    for line, cells in _rows(path, ("start", "end")):
        times = {}
        for name in ("start", "end"):
            text = cells.get(name, "")
            times[name] = None if text.lower() in BLANK | {"nat"} else moment(text)
            if times[name] is None and text.lower() not in BLANK | {"nat"}:
                raise _bad(path, line, name, text, "认不出时间，请写成 2024-05-06 或 2024-05-06 09:30", "is no time that can be read; write 2024-05-06 or 2024-05-06 09:30")
        start, end = times["start"], times["end"]
        if start is None:
            left["start_blank"] += 1
            continue
        if as_of is not None and start >= as_of:
            left["start_after_as_of"] += 1
            continue
        closed = end is not None and (as_of is None or end < as_of)
        if not closed and as_of is None:
            raise UsageProblem(f"{path.name} 第 {line} 行没有结束时间：有未结的，请用 --as-of 写明截至时间。", f"{path.name}, line {line} has no end: with open cases, give the moment by --as-of.")
        until = end if closed else as_of
        if until < start:
            left["end_before_start"] += 1
            continue
        rows.append((cells.get("unit") or None, (until - start).total_seconds() / 86400, int(closed)))
    return _engine({"unit": "varchar", "days": "double", "outcome": "bigint"}, rows), dict(left)


def units(path: Path) -> tuple[DuckEngine, dict[str, int]]:
    """Return a table told(unit, hits, n) of a file unit,hits,n, and how many units were left out: one without any case has no share."""
    found: dict[str, tuple[str, int, int]] = {}
    for row in _rows(path, ("unit", "hits", "n")):
        line, cells = row
        unit = cells.get("unit", "")
        if not unit or unit in found:
            raise _bad(path, line, "unit", unit, "为空或重复，每行一个单位", "is blank or comes twice; one row for each unit")
        hits, n = (_count(path, row, name) for name in ("hits", "n"))
        if hits > n:
            raise _bad(path, line, "hits", str(hits), f"大于 n（{n}）", f"is more than n ({n})")
        found[unit] = (unit, hits, n)
    kept = [row for row in found.values() if row[2]]
    return _engine({"unit": "varchar", "hits": "bigint", "n": "bigint"}, kept), {"no_cases": len(found) - len(kept)} if len(kept) < len(found) else {}
