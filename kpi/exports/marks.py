"""Findings arranged by the cell they are about: what is coloured, what is said in its comment, what in the row's message."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Any

from kpi.exports.headers import place
from kpi.words import word

MARKED = ("error", "warning")
"""Severities that colour a cell; the others are only listed."""

WIDEST = 300
"""Columns of a merge that are looked at."""


@dataclass
class Marks:
    """The findings of one sheet, by 1-based row and 0-based column: looks of cells, their comments, messages and looks of rows."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    comments: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    messages: dict[int, list[str]] = field(default_factory=dict)
    rows: dict[int, str] = field(default_factory=dict)


@dataclass
class Written:
    """What the error list must know of the sheets written: their names, which rows went where, what was left out."""

    names: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[int, int]] = field(default_factory=dict)
    comments: int = 0
    uncommented: int = 0
    cut: int = 0


def column(finding: dict[str, Any], sheet: dict[str, Any] | None) -> int | None:
    """Return the 0-based column a finding is about: by its letter, else by its header or field; None where the sheet has no such column."""
    if finding.get("letter"):
        return place(finding["letter"])
    mapping = (sheet or {}).get("mapping") or ()
    for key, wanted in (("header", finding.get("column")), ("field", finding.get("field"))):
        if wanted and (found := next((m["column"] for m in mapping if m[key] == wanted), None)):
            return place(found)
    return None


def arrange(findings: Iterable[dict[str, Any]], sheets: Iterable[dict[str, Any]], lang: str) -> dict[str, Marks]:
    """Return {sheet: its marks}; where a cell has both, an error outshines a warning."""
    known = {sheet["sheet"]: sheet for sheet in sheets}
    found: dict[str, Marks] = {}
    for finding in findings:
        row = finding.get("row")
        if row is None or finding["severity"] not in MARKED:
            continue
        tone = finding["severity"]
        marks = found.setdefault(finding["sheet"], Marks())
        values = {name: finding[name].rstrip("。. ") for name in ("reason", "remedy")}
        header = finding.get("column")
        text = word("files.marked.message", lang, column=header, **values) if header else word("files.marked.message_row", lang, **values)
        marks.messages.setdefault(row, []).append(text)
        marks.rows[row] = _graver(marks.rows.get(row), tone)
        at = column(finding, known.get(finding["sheet"]))
        if at is not None:
            cells = marks.cells.setdefault(row, {})
            cells[at] = _graver(cells.get(at), tone)
            marks.comments.setdefault((row, at), []).append(word("files.marked.comment", lang, **values))
    return found


def anchor(marks: Marks, merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Move looks and comments of cells that a merge hides to the cell that shows its value; messages stay in their rows."""
    covering: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        for at in range(left, min(right, left + WIDEST) + 1):
            covering.setdefault(at, []).append((top + 1, bottom + 1, left))
    if not covering:
        return
    for ranges in covering.values():
        ranges.sort()
    for row in sorted(marks.cells):
        for at in list(marks.cells[row]):
            ranges = covering.get(at, [])
            place = bisect_right(ranges, (row, inf, inf)) - 1
            if place < 0 or not ranges[place][0] <= row <= ranges[place][1] or (row, at) == (ranges[place][0], ranges[place][2]):
                continue
            top, _, left = ranges[place]
            cells = marks.cells.setdefault(top, {})
            cells[left] = _graver(cells.get(left), marks.cells[row].pop(at))
            texts = marks.comments.setdefault((top, left), [])
            texts += [text for text in marks.comments.pop((row, at), []) if text not in texts]


def _graver(one: str | None, other: str) -> str:
    return other if one is None else min(one, other, key=MARKED.index)
