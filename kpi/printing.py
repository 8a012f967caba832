"""How the command line prints rows: as a table, as JSON or as CSV."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

FORMATS = ("table", "json", "csv")


def _wide(text: str) -> int:
    """Return the columns a text takes on a terminal: Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, dict)):
        return str(len(value))
    return str(value)


CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First signs by which a spreadsheet takes the text of a .csv for a formula."""


def safe(value: Any) -> Any:
    """Return a value that a spreadsheet shows as text: one apostrophe before what it would calculate, and before an apostrophe.

    So whoever takes one leading apostrophe off has every text as it was; numbers are left alone.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith((*CALCULATED, "'")) else value


def show(rows: Sequence[Mapping[str, Any]], form: str, out: TextIO | None = None) -> None:
    """Print rows of equal keys in one of FORMATS; JSON keeps every digit, the table rounds to six."""
    out = out or sys.stdout
    if form == "json":
        json.dump(rows, out, ensure_ascii=False, indent=2, allow_nan=False)
        out.write("\n")
        return
    names = list(rows[0]) if rows else []
    if form == "csv":
        plain, quoted = csv.writer(out, lineterminator="\n"), csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        plain.writerow(names)
        for row in rows:
            cells = [safe(json.dumps(v, ensure_ascii=False) if isinstance(v, (list, dict)) else v) for v in row.values()]
            # a carriage return inside a text ends the line unless it is quoted, which the writer does not see to
            (quoted if any(isinstance(cell, str) and "\r" in cell for cell in cells) else plain).writerow(cells)
        return
    cells = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(_wide(line[i]) for line in cells) for i in range(len(names))]
    for line in cells:
        out.write("  ".join(text + " " * (width - _wide(text)) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")
