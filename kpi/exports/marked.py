"""The error workbook: the user's own sheets back, faulty cells coloured and explained, to be corrected and uploaded as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kpi.exports import confined, marks
from kpi.exports.limits import COMMAND, Limits
from kpi.words import LANGUAGES, word

_TOLD = ("sheet", "index", "hidden", "table", "header_row", "header_rows", "rows", "mapping")


def named(name: str, lang: str = "zh") -> str:
    """Return the name of the error workbook of a file; one of an error workbook keeps its name, for what it says of the period is read again."""
    stem = Path(name).stem
    for other in LANGUAGES:
        stem = stem.removesuffix(word("files.marked.suffix", other))
    return f"{stem}{word('files.marked.suffix', lang)}.xlsx"


def numbered(name: str, number: int) -> str:
    """Return the name of the n-th file of one name: 台账.xlsx, 台账 (2).xlsx."""
    path = Path(name)
    return name if number == 1 else f"{path.stem} ({number}){path.suffix}"


def write(
    original: Path, out: Path, report: dict[str, Any], findings: Iterable[dict[str, Any]], *, name: str, lang: str = "zh", limits: Limits = COMMAND
) -> Path | None:
    """Write the error workbook of a file to `out` and return its path, or None where no cell or row is in question.

    `report` is what the reader said of the file, `findings` what was found in it (docs/commands.md), `name` its name as
    its owner knows it. The original is opened again only in a confined child process. Raises a Problem where that fails.
    """
    listed = list(findings)
    if not any(finding["severity"] in marks.MARKED for finding in listed):
        return None
    out.parent.mkdir(parents=True, exist_ok=True)
    sheets = [{key: sheet.get(key) for key in _TOLD} for sheet in report["sheets"]]
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        options = {"name": name, "lang": lang, "sheets": sheets, "findings": listed, "limits": limits.as_dict()}
        confined.run("kpi.exports.marking", original, Path(folder), options, limits)
        os.replace(Path(folder) / "marked.xlsx", out)
    return out
