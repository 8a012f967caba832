"""What a draft says to a person: recognised sheets, counts, findings in words, and the first rows beside their typed values."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kpi import quality
from kpi.engine import DuckEngine, Engine, open_read_only
from kpi.exports import headers
from kpi.exports import reader as exports
from kpi.exports.tables import BY_NAME
from kpi.pipeline import merged, publishing
from kpi.pipeline.drafted import Draft, File, staged
from kpi.pipeline.opening import reader
from kpi.problems import UsageProblem
from kpi.store.journal import Batch

SEVERITIES = ("error", "warning", "info")

COUNTS = ("rows", "loaded", "added", "updated", "unchanged", "rejected", "skipped", "vanished")


def shown(home: Path, draft: Draft, lang: str) -> dict[str, Any]:
    """Return a draft in the shape of docs/commands.md."""
    files = [_file(home, draft, file, lang) for file in draft.files]
    total = Counter({name: 0 for name in COUNTS})
    for file in files:
        for sheet in file["sheets"]:
            total.update({name: sheet[name] for name in COUNTS})
    return {
        "draft": draft.id, "base": draft.base, "as_of": draft.built.as_of if draft.built else None, "files": files, "counts": dict(total),
        "findings": findings(home, draft, lang),
    }


def _file(home: Path, draft: Draft, file: File, lang: str) -> dict[str, Any]:
    folder = home / "drafts" / draft.id / f"{file.sha256}.{file.reader}"
    about = {
        "file": file.file, "sha256": file.sha256, "kind": file.report.get("kind"), "encoding": file.report.get("encoding"), "standing": file.standing is not None,
        "sheets": [{**sheet, "head": [] if sheet["table"] else _seen(folder, sheet["index"])} for sheet in sheets(draft, file)],
    }
    if file.problem:
        about["problem"] = file.problem[2 if lang == "en" else 1]
    return about


def _seen(folder: Path, index: int) -> list[Any]:
    """Return the first rows of a sheet as they stand in the file, none where nobody was to see them."""
    try:
        return json.loads((folder / f"preview-{index}.json").read_text(encoding="utf-8"))
    except OSError:
        return []


def sheets(draft: Draft, file: File) -> list[dict[str, Any]]:
    """Return the sheets of one file with their counts: loaded + rejected + skipped = rows, loaded = added + updated + unchanged."""
    batch = batch_of(draft, file)
    found, told = [], set()
    for sheet in file.report["sheets"]:
        count = draft.built.counts.get((batch, sheet["index"]), {}) if draft.built and batch is not None else {}
        added, updated = count.get("added", 0), count.get("updated", 0)
        gone = draft.built.vanished.get((batch, sheet["table"]), 0) if draft.built and batch is not None and sheet["table"] not in told else 0
        told.add(sheet["table"])
        found.append(
            {**{name: sheet.get(name) for name in ("sheet", "index", "hidden", "table", "header_row", "header_rows", "period", "cutoff", "submitter", "mapping", "template", "own")},
             "remembered": bool(sheet.get("remembered")), "rows": sheet["rows"], "loaded": sheet["staged"], "rejected": sheet["rejected"],
             "skipped": sheet["skipped"], "added": added, "updated": updated, "unchanged": sheet["staged"] - added - updated, "vanished": gone}
        )
    return found


def findings(home: Path, draft: Draft, lang: str) -> list[dict[str, Any]]:
    """Return everything found in the files of a draft, errors first, in the words of `lang`: the reader's, and those across rows and tables."""
    found = [entry for file in draft.files for entry in (*told(file.report, file.file, lang), *merged_of(draft, file, lang))]
    path = home / "drafts" / draft.id / "build.duckdb"
    if draft.built and path.exists():
        engine = DuckEngine(open_read_only(path), draft.id, datetime.fromisoformat(draft.built.as_of))
        reports = {file.sha256: file.report for file in draft.files}
        found += [entry for batch in draft.batches for entry in _across(engine, batch, reports[batch.sha256], lang)]
    return _ordered(found)


def merged_of(draft: Draft, file: File, lang: str) -> list[dict[str, Any]]:
    """Return what one file of a draft makes of values that are known: left blank, or changed."""
    batch = batch_of(draft, file)
    if draft.built is None or batch is None:
        return []
    return [note for sheet in file.report["sheets"] for note in merged.notes(file.file, sheet, draft.built.counts.get((batch, sheet["index"]), {}), lang)]


def batch_of(draft: Draft, file: File) -> int | None:
    """Return the number under which a draft enters a file, None for one that stands already."""
    return next((b.id for b in draft.batches if b.sha256 == file.sha256), None) if file.standing is None else None


def told_of(home: Path, batch: Batch, report: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Return everything found in a batch that was entered: the reader's findings, and those across rows and tables that stand on its rows now."""
    across = _across(reader(home), batch, report, lang) if batch.standing else []
    return _ordered([*told(report, batch.file, lang), *across])


def _across(engine: Engine, batch: Batch, report: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Return findings across rows and tables that stand on rows of one batch."""
    columns = {(s["sheet"], m["field"]): m for s in report["sheets"] for m in reversed(s["mapping"]) if m["field"]}
    found = []
    for row in quality.findings_of(engine, batch.id, lang=lang):
        at = columns.get((row["sheet"], row["field"]), {})
        kept = ("severity", "code", "table", "sheet", "row", "field", "key", "value", "reason", "remedy")
        found.append({**{name: row[name] for name in kept}, "level": "cell" if at else "row", "file": batch.file, "column": at.get("header"), "letter": at.get("column")})
    return found


def _ordered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda entry: (SEVERITIES.index(entry["severity"]), entry["file"], entry["sheet"] or "", entry["row"] or 0))


def told(report: dict[str, Any], name: str, lang: str) -> list[dict[str, Any]]:
    """Return what the reader said of one file, in the words of `lang`."""
    found = []
    for entry in publishing.entries(report):
        reason, remedy = exports.explain(entry, lang)
        found.append({key: value for key, value in entry.items() if key != "args"} | {"file": name, "reason": reason, "remedy": remedy})
    return found


def first_rows(home: Path, draft: Draft, sha256: str, index: int) -> list[dict[str, Any]]:
    """Return [{row, rejected, cells: [{letter, header, field, raw, value, precision}]}] of a sheet's first rows; a value is null where nothing could be typed."""
    file = next((f for f in draft.files if f.sha256 == sha256 and f.problem is None), None)
    sheet = next((s for s in file.report["sheets"] if s["index"] == index), None) if file else None
    if file is None or sheet is None:
        raise UsageProblem("没有这张工作表。", "No such sheet.")
    batch = next((b for b in draft.batches if b.sha256 == sha256), None)
    if batch is None or not sheet["parquet"]:
        return []
    folder = staged(home, draft, batch)
    rows = _seen(folder, index)
    typed = _typed(folder / sheet["parquet"], [row["row"] for row in rows])
    fields = BY_NAME[sheet["table"]].by_name
    found = []
    for row in rows:
        values = typed.get(row["row"])
        cells = []
        for column in sheet["mapping"]:
            at = headers.place(column["column"])
            name = column["field"]
            cell = {"letter": column["column"], "header": column["header"], "field": name, "raw": row["cells"][at] if at < len(row["cells"]) else "", "value": None}
            if values is not None and name:
                cell["value"] = values[name]
                if fields[name].kind == "time":
                    cell["precision"] = values[f"{name}_p"]
                    cell["value"] = _time(values[name], values[f"{name}_to"])
            cells.append(cell)
        found.append({"row": row["row"], "rejected": values is None, "cells": cells})
    return found


def _typed(path: Path, rows: list[int]) -> dict[int, dict[str, Any]]:
    import pyarrow.parquet as pq

    if not rows:
        return {}
    table = pq.read_table(path, filters=[("_row", "in", rows)])
    return {row["_row"]: row for row in table.to_pylist()}


def _time(start: datetime | None, end: datetime | None) -> str | None:
    """Return a recorded time as ISO text: a moment, a day, or the first and last day it may mean."""
    if start is None:
        return None
    if end is None or start == end:
        return start.isoformat(timespec="minutes")
    if start.time() == end.time() and end - start == timedelta(days=1):
        return start.date().isoformat()
    return f"{start.isoformat(timespec='minutes')}/{end.isoformat(timespec='minutes')}"

