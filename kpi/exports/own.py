"""What we put into workbooks ourselves, known again when they come back: the error list, the notes of a template, the column of messages.

The words recognised here stand in kpi/words/*/files.toml, where a test holds both together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

HEADERS = frozenset(["错误说明", "What is wrong"])
"""Header of the column that an error workbook appends to each table."""

_ERRORS = re.compile(r"错误清单.*导入时自动忽略本表.*版本 ?\d+.*|Error list.*this sheet is ignored when loaded.*version \d+.*", re.DOTALL)
_NOTES = re.compile(r"(?:填表说明|下拉选项).*导入时自动忽略本表.*模板版本.*|(?:How to fill in|Drop-down lists).*this sheet is ignored when loaded.*template version.*", re.DOTALL | re.IGNORECASE)
_VERSION = re.compile(r"(?:模板版本|template version)\s*[:：]?\s*(B\d{1,2}-[a-z]{4})(?![A-Za-z0-9])", re.IGNORECASE)


def kind(name: str, rows: Sequence[Sequence[Any]]) -> tuple[str, str | None] | None:
    """Return ("errors", None) or ("notes", version of the template) for a sheet of ours, by what stands in its cell A1; None for any other.

    The sheet's `name` decides nothing: people rename sheets.
    """
    first = rows[0][0] if rows and rows[0] else None
    if not isinstance(first, str):
        return None
    text = first.strip()
    if _ERRORS.fullmatch(text):
        return "errors", None
    if _NOTES.fullmatch(text):
        found = _VERSION.search(text)
        return "notes", found[1] if found else None
    return None


def template(rows: Sequence[Sequence[Any]]) -> str | None:
    """Return the version of the template whose titles the first rows of a sheet show, or None."""
    for cells in rows:
        for value in cells:
            if isinstance(value, str) and (found := _VERSION.search(value)):
                return found[1]
    return None


def column(rows: Sequence[Sequence[Any]]) -> int | None:
    """Return the 0-based column of our messages among the first rows of a sheet, or None; the same words below a header are the user's own."""
    above: set[int] = set()
    for cells in rows:
        for at, value in enumerate(cells):
            if at not in above and isinstance(value, str) and value.strip() in HEADERS:
                return at
            if value is not None and value != "":
                above.add(at)
    return None


def unmarked(cells: list[Any], at: int) -> list[Any]:
    """Return a row without our message in column `at`; beyond it only what is filled counts, as in the text file it may have been."""
    end = len(cells)
    while end > at and (end - 1 == at or cells[end - 1] in ("", None)):
        end -= 1
    if end <= at:
        return cells[:at]
    return [*cells[:at], "", *cells[at + 1 : end]]
