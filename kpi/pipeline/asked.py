"""What a command or page asks for: files behind paths, moments, mappings; each said clearly where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kpi.exports.marked import numbered
from kpi.exports.tables import BY_NAME
from kpi.problems import UsageProblem, did_you_mean

SUFFIXES = frozenset(".xlsx .xlsm .xls .xlsb .ods .csv .tsv .txt .et".split())
"""Files of a folder that are taken for exports; a file named on its own is always read."""

LETTER = re.compile(r"[A-Z]{1,3}")

Progress = Callable[[str, int, int], None]
"""Called with (what is being done: read, build or enter; steps done; steps in all), and while files are read with ("rows", rows so far, 0)."""


def collect(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files behind the paths; of folders, the exports in them and below, in order of name."""
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$")))
        elif path.is_file():
            found.append(path)
        else:
            raise UsageProblem(f"找不到文件 {path}。", f"No such file: {path}.")
    if not found:
        raise UsageProblem("没有可导入的文件（支持 .xlsx .xls .xlsb .ods .csv）。", "No files to load (.xlsx .xls .xlsb .ods .csv).")
    return list(dict.fromkeys(p.resolve() for p in found))


def names(paths: Iterable[Path], given: Mapping[Path, str]) -> list[str]:
    """Return a name for each file by which a person tells it from the others: of two of one name, the folder's stands before it, else they are numbered."""
    paths = list(paths)
    plain = [given.get(path.resolve(), path.name) for path in paths]
    told = [name if plain.count(name) == 1 or path.resolve() in given else f"{path.resolve().parent.name}-{name}" for path, name in zip(paths, plain, strict=True)]
    found: list[str] = []
    for name in told:
        number = 1
        while numbered(name, number) in found:
            number += 1
        found.append(numbered(name, number))
    return found


def moment(text: str | None, *, end: bool = False) -> datetime | None:
    """Return an ISO date or moment; with `end` a bare date means the end of that day (00:00 of the next)."""
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageProblem(f"时间“{text}”应写成 2024-05-31 或 2024-05-31T17:30。", f"Time '{text}' should read like 2024-05-31 or 2024-05-31T17:30.") from error
    if value.tzinfo is not None:
        raise UsageProblem("时间不要带时区，一律按北京时间。", "Give times without a zone: all are local time of Asia/Shanghai.")
    return value + timedelta(days=1) if end and len(text) <= 10 else value


def period(text: str | None) -> str | None:
    """Return a period as given, 2024-05 or 2024; raises UsageProblem for anything else."""
    if text is not None and not re.fullmatch(r"20\d\d(-(0[1-9]|1[0-2]))?", text):
        raise UsageProblem(f"所属月份“{text}”应写成 2024-05 或 2024。", f"Period '{text}' should read like 2024-05 or 2024.")
    return text


def mapping(asked: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a mapping of columns as the reader takes it; raises UsageProblem where it names what does not exist."""
    if not asked or not asked.get("sheets"):
        return None
    found = {}
    for sheet, wish in asked["sheets"].items():
        table = wish.get("table")
        if table is not None and table not in BY_NAME:
            raise UsageProblem(f"没有“{table}”这种台账。", f"No such table: {table}." + _near(table, BY_NAME))
        row = wish.get("header_row")
        if row is not None and not (isinstance(row, int) and 1 <= row <= 25):
            raise UsageProblem(f"表头行“{row}”应在第 1 至 25 行之内。", f"Header row '{row}' should be 1 to 25.")
        columns = dict(wish.get("columns") or {})
        known = BY_NAME[table].by_name if table else {name: f for t in BY_NAME.values() for name, f in t.by_name.items()}
        for letter, name in columns.items():
            if not LETTER.fullmatch(letter) or name is not None and name not in known:
                raise UsageProblem(f"列对应“{letter} → {name}”不成立。", f"Column '{letter}' cannot be '{name}'." + _near(str(name), known))
        chosen = [name for name in columns.values() if name]
        if len(chosen) > len(set(chosen)):
            twice = next(name for name in chosen if chosen.count(name) > 1)
            raise UsageProblem(f"有两列都对应到“{known[twice].zh}”，请只保留一列。", f"Two columns are both mapped to '{twice}'; keep one.")
        fill = list(wish.get("fill") or [])
        if not all(isinstance(letter, str) and LETTER.fullmatch(letter) for letter in fill):
            raise UsageProblem(f"向下填充的列“{fill}”应写成列号，如 C。", f"Columns to fill down '{fill}' should be letters, such as C.")
        found[sheet] = {**({"table": table} if "table" in wish else {}), **({"header_row": row} if row else {}), "columns": columns, **({"fill": fill} if fill else {})}
    return {"sheets": found}


def _near(word: str, options: Iterable[str]) -> str:
    near = did_you_mean(word, options)
    return f" Did you mean '{near}'?" if near else ""
