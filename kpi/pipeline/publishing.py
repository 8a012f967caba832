"""From batches to a build: the order in which sheets speak, what a build is a function of, and the build itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from kpi import quality, standards
from kpi.exports import reader as exports
from kpi.metrics import rollups
from kpi.pipeline.asked import moment
from kpi.problems import StoreProblem
from kpi.store import archive
from kpi.store.entries import Corrected
from kpi.store.journal import Batch
from kpi.warehouse import build as warehouse
from kpi.warehouse.corrections import Correction
from kpi.warehouse.standing import Sheet

_PROGRAM = ("warehouse", "quality", "metrics", "stats", "exports/tables.py")
"""What decides the tables of a build, below kpi/."""

Folder = Callable[[Batch], Path]
"""Where the staged rows of a batch lie."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a build says of itself: its as-of moment, and rows added, updated, unchanged and vanished by (batch, sheet index or table)."""

    as_of: str
    counts: dict[tuple[int, int], dict[str, int]]
    vanished: dict[tuple[int, str], int]


@cache
def program() -> str:
    """Return the first 12 hex digits of the SHA-256 over the sources that decide the tables of a build: a build of another program is built again."""
    total = hashlib.sha256()
    for place in (Path(__file__).parents[1] / name for name in _PROGRAM):
        for path in sorted(p for p in (place.rglob("*") if place.is_dir() else [place]) if p.suffix in (".py", ".sql")):
            total.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()[:12]


def staged(home: Path, batch: Batch) -> Path:
    """Return the folder of a batch's staged rows in the archive."""
    return home / "archive" / f"{batch.sha256}.{batch.reader}"


def report_of(folder: Path) -> dict[str, Any]:
    """Return what the reader reported of a staged file."""
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def restage(home: Path, batch: Batch) -> None:
    """Read an archived original again where its staged rows are gone."""
    if (staged(home, batch) / "report.json").exists():
        return
    kept = archive.original(home, batch.sha256)
    if kept is None:
        raise StoreProblem(f"档案中缺少 {batch.file} 的原件。", f"The original of {batch.file} is missing from the archive.")
    archive.stage(
        home, batch.sha256, batch.reader,
        lambda out: exports.read(kept, out, name=batch.file, period=batch.period, submitter=batch.submitter, mapping=batch.mapping),
    )


def inputs(batches: Iterable[Batch], corrections: Iterable[Corrected]) -> str:
    """Return what a build is a function of, as one hash."""
    parts = [program(), standards.version(), *(f"{b.load}:{b.sha256}:{b.reader}:{b.cutoff}:{int(b.complete)}" for b in batches)]
    parts += [f"{c.id}:{c.table_name}:{c.key}:{c.field}:{c.old}:{c.new}:{c.load}" for c in corrections]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _sheets(batches: list[Batch], folder: Folder) -> list[Sheet]:
    """Return every staged sheet in the order in which it speaks: by load, then period, then file and sheet; later wins."""
    ordered = sorted(
        ((batch.load, sheet["period"] or "", batch.id, sheet["index"], batch, sheet) for batch in batches for sheet in batch.report["sheets"] if sheet["parquet"]),
        key=lambda item: item[:4],
    )
    return [
        Sheet(
            order=order, batch=batch.id, index=sheet["index"], table=sheet["table"], file=batch.file, parquet=folder(batch) / sheet["parquet"],
            submitter=sheet["submitter"], period=sheet["period"], complete=batch.complete,
        )
        for order, (*_, batch, sheet) in enumerate(ordered, start=1)
    ]


def _corrections(corrections: Iterable[Corrected], batches: list[Batch]) -> list[Correction]:
    """Return corrections as the warehouse takes them: each knows of the sheets of the loads that had been entered by then."""
    loads = [batch.load for batch in batches for sheet in batch.report["sheets"] if sheet["parquet"]]
    return [
        Correction(number=c.id, table=c.table_name, key=c.key, field=c.field, old=tuple(json.loads(c.old)), new=tuple(json.loads(c.new)), since=1 + sum(load <= c.load for load in loads))
        for c in corrections
    ]


def _cutoff(batches: list[Batch]) -> datetime | None:
    """Return the latest cut-off the files state, else the latest given with a load, else None."""
    stated = [datetime.fromisoformat(sheet["cutoff"]) for batch in batches for sheet in batch.report["sheets"] if sheet.get("cutoff") and sheet["table"]]
    given = [found for batch in batches if (found := moment(batch.cutoff, end=True))]
    return max(stated or given, default=None)


def _listed(batches: list[Batch], folder: Folder) -> list[tuple[Any, ...]]:
    """Return what the reader said of the batches, as rows of the build's table `listed`."""
    rows = []
    for batch in batches:
        report = report_of(folder(batch))
        for entry in entries(report):
            args = json.dumps(entry["args"], ensure_ascii=False) if entry["args"] else None
            rows.append(
                (batch.id, entry["severity"], entry["level"], entry["code"], entry["table"], entry["field"], entry["column"], batch.file, entry["sheet"], entry["row"],
                 entry["value"], args)
            )
    return rows


def entries(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rejects (errors) and findings of a reader's report in one shape, errors first."""
    sheets = {sheet["sheet"]: sheet for sheet in report["sheets"]}
    columns = {name: {m["header"]: m for m in reversed(sheet["mapping"])} for name, sheet in sheets.items()}
    found = []
    for entry in [*report["rejects"], *report["findings"]]:
        at = columns[entry["sheet"]].get(entry["column"], {})
        level = entry.get("level") or ("sheet" if entry["row"] is None else "cell" if entry["column"] else "row")
        found.append(
            {"severity": entry.get("severity", "error"), "level": level, "code": entry["code"], "table": sheets[entry["sheet"]]["table"], "sheet": entry["sheet"],
             "row": entry["row"], "column": entry["column"] or None, "letter": at.get("column"), "field": at.get("field"), "key": None, "value": entry["value"],
             "args": entry["args"]}
        )
    return found


def prepare() -> None:
    """Reckon what every build needs, while files are still being read."""
    warehouse.prepare()


def make(path: Path, batches: list[Batch], corrections: list[Corrected], folder: Folder, new: Iterable[int] = ()) -> Built:
    """Write the build of these batches and corrections to `path`; `new` are the batches whose rows are counted as added, updated or unchanged."""
    sheets = _sheets(batches, folder)
    numbers = set(new)
    first = min((sheet.order for sheet in sheets if sheet.batch in numbers), default=len(sheets) + 1)
    received = max(datetime.fromisoformat(b.loaded_at) for b in batches)
    made = warehouse.create(
        path, sheets, new=first, cutoff=_cutoff(batches), received=received, listed=_listed(batches, folder), checks=quality.find, rollups=rollups,
        program=program(), corrections=_corrections(corrections, batches),
    )
    counts = {(sheet.batch, sheet.index): made["counts"][sheet.order] for sheet in sheets if sheet.order in made["counts"]}
    return Built(as_of=made["as_of"].isoformat(), counts=counts, vanished=made["vanished"])
