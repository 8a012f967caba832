"""Plain .csv files of a series, of waits or of units, as tables of an engine in memory; what cannot be read is told with its line."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from kpi.engine import DuckEngine
from kpi.problems import DataProblem, UsageProblem

FORMATS = ("%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d")
"""Spellings of a moment beside those of ISO 8601."""

Row = tuple[int, dict[str, str]]


def _rows(path: Path, needed: Iterable[str]) -> list[Row]:
    """Return (line, cells by header) of a file with these columns, blank lines left out."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"找不到文件 {path.name}，请核对路径。", f"No file {path.name}; check its path.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    lines = csv.reader(text.splitlines())
    head = [cell.strip().lower() for cell in next(lines, [])]
    missing = [name for name in needed if name not in head]
    if missing:
        raise DataProblem(
            f"{path.name} 的第一行缺少列 {'、'.join(missing)}；请按 {','.join(needed)} 写表头。", f"The first line of {path.name} lacks {', '.join(missing)}; its header must hold {','.join(needed)}."
        )
    return [(lines.line_num, dict(zip(head, map(str.strip, cells), strict=False))) for cells in lines if any(cell.strip() for cell in cells)]


def _bad(path: Path, line: int, column: str, value: str, zh: str, en: str) -> DataProblem:
    return DataProblem(f"{path.name} 第 {line} 行 {column} “{value}”{zh}。", f"{path.name}, line {line}, {column} '{value}': {en}.")


def _number(path: Path, row: Row, column: str, kind: Callable[[str], Any] = float) -> Any:
    line, cells = row
    text = cells.get(column, "")
    try:
        found = kind(text.replace(",", ""))
    except ValueError as error:
        raise _bad(path, line, column, text, "不是数字，请改正", "is no number; correct it") from error
    if found != found or found in (float("inf"), float("-inf")):
        raise _bad(path, line, column, text, "不是有限的数，请改正", "is no finite number; correct it")
    return found


def moment(text: str) -> datetime | None:
    """Return a moment as wall clock time, one with an offset in UTC; None where it cannot be read."""
    for read in (datetime.fromisoformat, *(lambda value, form=form: datetime.strptime(value, form) for form in FORMATS)):
        try:
            found = read(text)
        except ValueError:
            continue
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    return None


def _engine(kinds: Mapping[str, str], rows: list[tuple[Any, ...]]) -> DuckEngine:
    con = duckdb.connect()
    con.execute(f"create table told ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
    if rows:
        con.execute(f"insert into told select {', '.join(f'unnest(?::{kind}[])' for kind in kinds.values())}", [list(column) for column in zip(*rows, strict=True)])
    return DuckEngine(con, "", datetime.max)


def series(path: Path) -> tuple[DuckEngine, list[str]]:
    """Return a table told(month, value, rebase) of a file month,value[,rebase], its months numbered as time goes, and their names.

    Months without a value are gaps and left out; a phase that would begin there begins with the next value.
    """
    found: dict[str, tuple[str, float, int]] = {}
    waiting = False
    for row in _rows(path, ("month", "value")):
        line, cells = row
        waiting = waiting or cells.get("rebase", "").lower() in ("1", "true", "yes", "是", "y")
        if cells.get("value", "").lower() in ("", "na", "nan", "null"):
            continue
        month = cells.get("month", "")
        if not month or month in found:
            raise _bad(path, line, "month", month, "为空或重复，每行一个月", "is blank or comes twice; one row for each month")
        found[month] = (_placed(month), _number(path, row, "value"), int(waiting))
        waiting = False
    names = sorted(found, key=lambda month: found[month][0])
    return _engine({"month": "bigint", "value": "double", "rebase": "bigint"}, [(nth, *found[month][1:]) for nth, month in enumerate(names)]), names


def _placed(month: str) -> str:
    """Return a text that sorts months as time goes: numbers by size, dates by day, anything else as it is written."""
    try:
        return f"{float(month) + 1e12:030.10f}"
    except ValueError:
        at = moment(f"{month}-01" if len(month) == 7 else month)
        return at.isoformat() if at else month


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
            times[name] = moment(text) if text else None
            if text and times[name] is None:
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


def units(path: Path) -> DuckEngine:
    """Return a table told(unit, hits, n) of a file unit,hits,n; a unit without any case is left out, since it has no share."""
    found: dict[str, tuple[str, int, int]] = {}
    for row in _rows(path, ("unit", "hits", "n")):
        line, cells = row
        unit = cells.get("unit", "")
        if not unit or unit in found:
            raise _bad(path, line, "unit", unit, "为空或重复，每行一个单位", "is blank or comes twice; one row for each unit")
        hits, n = (_number(path, row, name, _whole) for name in ("hits", "n"))
        if not 0 <= hits <= n:
            raise _bad(path, line, "hits", str(hits), f"应在 0 与 n（{n}）之间", f"must lie between 0 and n ({n})")
        found[unit] = (unit, hits, n)
    return _engine({"unit": "varchar", "hits": "bigint", "n": "bigint"}, [row for row in found.values() if row[2]])


def _whole(text: str) -> int:
    number = float(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)
