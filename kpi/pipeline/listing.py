"""What stands in a store: its batches with their originals, and its present state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kpi import store
from kpi.exports.tables import TABLES
from kpi.pipeline.opening import reader
from kpi.problems import StoreProblem, UsageProblem
from kpi.store import archive
from kpi.store.journal import Batch, Journal

SHEET = ("sheet", "table", "rows", "loaded", "added", "updated", "unchanged", "rejected", "skipped", "vanished", "period", "submitter")
"""What the list of batches says of each sheet; counts are those that took effect when it was entered."""


def batches(home: Path | None = None) -> list[dict[str, Any]]:
    """Return every batch ever entered, newest first, with its sheets and counts (docs/commands.md)."""
    found = []
    for batch in reversed(Journal(store.home(home)).batches(withdrawn=True)):
        sheets = [{name: sheet.get(name) for name in SHEET} for sheet in batch.report["sheets"]]
        found.append(
            {**{name: getattr(batch, name) for name in ("id", "load", "file", "sha256", "loaded_at", "loaded_by", "standing", "withdrawn_at", "withdrawn_by", "reason", "complete",
                                                        "period", "cutoff", "submitter")},
             "sheets": sheets, "rows": sum(s["rows"] for s in sheets), "rejected": sum(s["rejected"] for s in sheets), "errors": batch.report.get("errors")}
        )
    return found


def named(home: Path, id: int) -> Batch:
    """Return a batch by its number; raises UsageProblem for one that never was."""
    found = next((batch for batch in Journal(home).batches(withdrawn=True) if batch.id == id), None)
    if found is None:
        raise UsageProblem(f"没有导入批次 {id}。", f"No batch {id}.")
    return found


def original(id: int, home: Path | None = None) -> tuple[str, Path]:
    """Return (file name, path) of the file of a batch as it was handed in."""
    home = store.home(home)
    batch = named(home, id)
    kept = archive.original(home, batch.sha256)
    if kept is None:
        raise StoreProblem(f"档案中缺少 {batch.file} 的原件。", f"The original of {batch.file} is missing from the archive.")
    return batch.file, kept


def status(home: Path | None = None) -> dict[str, Any]:
    """Return what stands: build, as-of, batches, rows by table, grids, months, and which grid has reported which month."""
    home = store.home(home)
    engine = reader(home)
    names = [t.name for t in TABLES]
    sizes = engine.rows(" union all ".join(f"select '{name}' as name, count(*) as n from {name}" for name in names))
    reported: dict[str, list[str]] = {}
    for row in engine.rows("select month, grid from reported order by month, grid"):
        reported.setdefault(row["month"], []).append(row["grid"])
    counts = engine.rows("select (select count(*) from conflict) as conflicts, (select count(*) from vanished) as vanished")[0]
    return {
        "build": engine.build,
        "as_of": engine.as_of.isoformat(),
        "batches": [{"id": b.id, "file": b.file, "sha256": b.sha256, "loaded_at": b.loaded_at, "loaded_by": b.loaded_by} for b in Journal(home).batches()],
        "tables": {row["name"]: row["n"] for row in sizes},
        "grids": [{"grid": row["grid_code"], "name": row["grid_name"]} for row in engine.rows("select grid_code, grid_name from grid order by grid_code")],
        "months": sorted(reported),
        "reported": reported,
        **counts,
    }
