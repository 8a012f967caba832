"""`read`: one file to staged Parquet and a report, opened only in a limited child process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpi.exports import confined, sniff
from kpi.exports.limits import COMMAND, Limits
from kpi.words import word

READER = "8"
"""Raised whenever reading changes what is staged."""


def read(
    path: Path,
    out: Path,
    *,
    name: str | None = None,
    period: str | None = None,
    submitter: str | None = None,
    mapping: dict[str, Any] | None = None,
    layouts: dict[str, dict[str, Any]] | None = None,
    preview: bool = False,
    limits: Limits = COMMAND,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Stage every recognised sheet of a file below `out` and return the report; raises a Problem for a file that cannot be used.

    `name` is the file's name as its owner knows it; `period` (2024-05 or 2024) completes dates without a year where the
    file states none; `mapping` is {"sheets": {name: {"table", "header_row", "columns": {letter: field or null}}}} (a null table
    leaves the sheet out), `layouts` {signature of a header row: {"table", "columns"}} what was chosen earlier for sheets
    without a mapping; `preview` writes the first rows as they stand beside the staged ones; `progress` is called with the rows read so far. For every sheet rows = staged + rejected + skipped.
    """
    path, out = Path(path), Path(out)
    sniff.kind(path, limits)
    out.mkdir(parents=True, exist_ok=True)
    options = {"name": name or path.name, "period": period, "submitter": submitter, "mapping": mapping, "layouts": layouts, "preview": preview, "limits": limits.as_dict()}
    report = confined.run("kpi.exports.child", path, out, options, limits, progress)
    report = {"reader": READER, **report}
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    return report


def prepare() -> None:
    """Begin what every reading needs, while a file is still being looked at."""
    confined.prepare()


def explain(entry: dict[str, Any], lang: str = "zh") -> tuple[str, str]:
    """Return (reason, remedy) of a reject or finding in `lang`."""
    values = entry.get("args") or {}
    return word(f"exports.{entry['code']}.reason", lang, **values), word(f"exports.{entry['code']}.remedy", lang, **values)
