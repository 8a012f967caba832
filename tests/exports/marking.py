"""An error workbook made inside this process, and what reading says before and after."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from kpi.exports import child, marked, marking, reader
from kpi.exports.limits import Limits
from kpi.pipeline.publishing import entries
from tests.exports.staged import staged_rows

LIMITS = Limits()


def read(path: Path, folder: Path, *, name: str | None = None, period: str | None = None) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return (report, {sheet: staged rows}) of a file; sheets of our own are left out."""
    out = Path(tempfile.mkdtemp(dir=folder))
    report = child.run(path, out, {"name": name or path.name, "period": period, "submitter": None}, LIMITS, lambda rows: None)
    staged = {s["sheet"]: staged_rows(out / s["parquet"], s["table"]) for s in report["sheets"] if s["parquet"]}
    return report, staged


def found(report: dict[str, Any], lang: str = "zh") -> list[dict[str, Any]]:
    """Return the findings of a report in words."""
    listed = []
    for entry in entries(report):
        reason, remedy = reader.explain(entry, lang)
        listed.append({**entry, "file": "", "reason": reason, "remedy": remedy})
    return listed


def mark(path: Path, folder: Path, report: dict[str, Any], findings: list[dict[str, Any]], *, name: str | None = None, lang: str = "zh", limits: Limits = LIMITS) -> Path:
    """Write the error workbook in this process and return it under the name it would have."""
    out = Path(tempfile.mkdtemp(dir=folder))
    marking.mark(path, out, {"name": name or path.name, "lang": lang, "sheets": report["sheets"], "findings": findings}, limits, lambda rows: None)
    return (out / "marked.xlsx").rename(out / marked.named(name or path.name, lang))


def told(report: dict[str, Any]) -> dict[str, Any]:
    """Return what must not change between an original and its error workbook."""
    ledgers = [s for s in report["sheets"] if s["own"] is None]
    return {
        "sheets": [{k: s[k] for k in ("table", "hidden", "header_rows", "rows", "staged", "rejected", "skipped", "period", "cutoff", "submitter", "template", "signature")} for s in ledgers],
        "mapping": [[(m["header"], m["field"]) for m in s["mapping"]] for s in ledgers],
        **{kind: [{k: v for k, v in e.items() if k != "sheet"} for e in report[kind]] for kind in ("rejects", "findings", "skips")},
    }


def same(path: Path, folder: Path, *, name: str | None = None, period: str | None = None, lang: str = "zh") -> Path:
    """Check that the error workbook of a file reads like the file itself, and return it."""
    report, staged = read(path, folder, name=name, period=period)
    findings = found(report, lang)
    out = mark(path, folder, report, findings, name=name, lang=lang)
    again, rows = read(out, folder, period=period)
    assert [s["own"] for s in again["sheets"]][0] == "errors"
    assert told(again) == told(report)
    strip = lambda kept: [[{k: v for k, v in row.items() if k != "_sheet"} for row in one] for one in kept.values()]  # noqa: E731
    assert strip(rows) == strip(staged)
    return out
