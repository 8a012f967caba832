"""Which table a sheet is: the header row below titles, the columns it maps to, and what its titles state."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kpi.exports.fields import Field, Table, normal
from kpi.exports.sheets import Row, Sheet
from kpi.exports.tables import TABLES
from kpi.exports.times import Unreadable, parse, plain

SEARCHED = 30
"""Rows from the top among which a header is looked for."""

_SHARED = Counter(header for table in TABLES for header in table.by_header)


@dataclass
class Found:
    """A recognised table: 1-based header rows, {0-based column: field}, header texts, and what the titles state."""

    table: Table
    header_rows: list[int]
    columns: dict[int, Field]
    headers: dict[int, str]
    score: float = 0.0
    period: str | None = None
    year: int | None = None
    cutoff: datetime | None = None
    submitter: str | None = None
    unit: int | None = None
    units: dict[int, int] = field(default_factory=dict)


def recognise(sheet: Sheet, head: list[Row], name: str, period: str | None) -> Found | None:
    """Return the table that the first rows of a sheet announce, or None; `name` is the file's name."""
    best: Found | None = None
    titles = ""
    for i, (number, cells) in enumerate(head):
        if any(map(str.strip, cells)):
            hint = " ".join((titles, sheet.name, name))
            for depth in (1, 2, 3):
                rows = head[i : i + depth]
                if len(rows) == depth and rows[-1][0] == number + depth - 1:
                    found = _best(rows, sheet, hint)
                    if found is not None and (best is None or found.score > best.score + 0.01):
                        best = found
        titles += " " + " ".join(cell for cell in cells if cell)
    if best is None:
        return None
    top = [row for row in head if row[0] < best.header_rows[0]]
    _titles(best, top, sheet.name, name, period)
    return best


def _joined(rows: list[Row], sheet: Sheet) -> dict[int, tuple[str, str]]:
    """Return {column: (parent, child)} of one or two header rows, merged cells filled."""
    width = max(len(cells) for _, cells in rows)
    grid = [[*cells, *[""] * (width - len(cells))] for _, cells in rows]
    numbers = [number for number, _ in rows]
    for (top, left), (bottom, right) in sheet.merged:
        if top + 1 not in numbers:
            continue
        value = grid[numbers.index(top + 1)][left] if left < width else ""
        for r, number in enumerate(numbers):
            if top + 1 <= number <= bottom + 1:
                for c in range(left, min(right, width - 1) + 1):
                    grid[r][c] = grid[r][c] or value
    if len(grid) == 1:
        return {c: ("", text) for c, text in enumerate(grid[0])}
    parents = list(grid[0])
    for c in range(1, width):
        # files without stored merges: a child without a parent belongs to the parent on its left
        if not parents[c].strip() and grid[-1][c].strip():
            parents[c] = parents[c - 1]
    if len(grid) == 3:
        parents = [parent + (middle if middle != parent else "") for parent, middle in zip(parents, grid[1], strict=True)]
    return {c: ("" if parents[c] == grid[-1][c] else parents[c], grid[-1][c]) for c in range(width)}


def _best(rows: list[Row], sheet: Sheet, hint: str) -> Found | None:
    joined = _joined(rows, sheet)
    filled = sum(1 for parent, child in joined.values() if (parent + child).strip())
    best: Found | None = None
    for table in TABLES:
        columns: dict[int, Field] = {}
        headers: dict[int, str] = {}
        taken: set[str] = set()
        score = 0.0
        for c, (parent, child) in joined.items():
            for words in (parent + child, child, parent if not child.strip() else ""):
                header = normal(words) if words.strip() else ""
                match = table.by_header.get(header) if header else None
                if match is not None and match.name not in taken:
                    columns[c], headers[c] = match, re.sub(r"\s+", "", parent + child)
                    taken.add(match.name)
                    score += 0.5 + 1 / _SHARED[header]
                    break
        if len(columns) < 2:
            continue
        keyed = set(table.key) <= taken or (table.fallback and set(table.fallback[:2]) <= taken)
        dated = all(any(name in taken for name in group) for group in table.required)
        if not keyed and not (dated and len(columns) >= 4):
            continue
        score += 3 * bool(keyed) + 2 * dated + sum(1.5 for word in table.hints if word in hint.lower())
        # a data row under the header must not pass for a second header row
        score -= 0.3 * (len(rows) - 1)
        if score > (best.score if best else 0):
            best = Found(table=table, header_rows=[number for number, _ in rows], columns=columns, headers=headers, score=score)
    if best is None or (len(best.columns) < 3 and filled > 6):
        return None
    for c, (parent, child) in joined.items():
        best.headers.setdefault(c, re.sub(r"\s+", "", parent + child))
        if c in best.columns and best.columns[c].kind == "yuan":
            factor = _unit(parent + child)
            if factor is not None:
                best.units[c] = factor
    return best


_UNIT = re.compile(r"[(（\[【/]\s*(?:单位[:：])?\s*(亿元|万元|元)\s*[)）\]】]?")
_TITLE_UNIT = re.compile(r"(?<!填报)(?<!报送)(?<!施工)(?<!责任)单位\s*[:：]\s*[(（]?\s*(?:人民币)?\s*(亿元|万元|元)")
_FACTORS = {"亿元": 10**8, "万元": 10**4, "元": 1}
_CUTOFF = re.compile(
    r"(?:数据|统计|填报)?(?:截至|截止)(?:到|至)?(?:时间|日期|日)?\s*[:：]?\s*"
    r"((?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}\s*[:：时点]\s*\d{0,2}\s*分?)?)"
)
_SUBMITTER = re.compile(r"(?:填报|报送)(?:单位|网格|部门)\s*[:：]\s*([^\s:：,，;；]+)")
_MONTH = re.compile(r"(20\d{2})\s*[年\-./]\s*(1[0-2]|0?[1-9])\s*月?(?![\d日\-—~～至]|\s*[\-—~～至./]\s*\d)")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_ONLY_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月(?:份)?(?!\s*\d)")


def _unit(header: str) -> int | None:
    found = _UNIT.search(header)
    return _FACTORS[found[1]] if found else None


def _titles(found: Found, top: list[Row], sheet: str, name: str, period: str | None) -> None:
    """Read period, cut-off, submitter and unit from the rows above the header, the sheet's and the file's name."""
    lines = [plain(" ".join(cell for cell in cells if cell)) for _, cells in top]
    stem = plain(re.sub(r"\.\w+$", "", name))
    for line in (*lines, plain(sheet), stem):
        for match in _CUTOFF.finditer(line):
            year = _YEAR.search(_CUTOFF.sub("", line)) or _YEAR.search(stem)
            try:
                span = parse(match[1], int(year[1]) if year else None)
            except Unreadable:
                continue
            if span is not None:
                end = span.start if span.precision == "moment" else span.start + timedelta(days=1)
                found.cutoff = max(found.cutoff or end, end)
        if found.submitter is None and (match := _SUBMITTER.search(line)):
            found.submitter = match[1]
        if found.unit is None and (match := _TITLE_UNIT.search(line)):
            found.unit = _FACTORS[match[1]]
    for line in (*lines, plain(sheet), stem):
        bare = _CUTOFF.sub("", line)
        if match := _MONTH.search(bare):
            found.period = f"{match[1]}-{int(match[2]):02d}"
            break
    else:
        year = next((m for line in (*lines, plain(sheet), stem) if (m := _YEAR.search(_CUTOFF.sub("", line)))), None)
        month = _ONLY_MONTH.search(plain(sheet))
        if year:
            found.period = f"{year[1]}-{int(month[1]):02d}" if month else year[1]
        else:
            found.period = period
    found.year = int(found.period[:4]) if found.period else None
