"""Boundaries of the grids: a GeoJSON file that a person hands in is kept as it is; the latest is what maps are drawn from."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi import store
from kpi.exports import boundaries
from kpi.exports.boundaries import Note, Shape
from kpi.metrics import record
from kpi.problems import Problem, StoreProblem
from kpi.store import archive, disk
from kpi.store.entries import Boundary
from kpi.store.journal import Journal

SUFFIXES = (".geojson",)


def among(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files of boundaries among paths; of folders, those in them and below, in order of name."""
    found: list[Path] = []
    for path in map(Path, paths):
        found += sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()) if path.is_dir() else [path] if path.suffix.lower() in SUFFIXES and path.is_file() else []
    return found


def _grids(home: Path) -> dict[str, str]:
    # loading, which opening knows of, takes boundaries too
    from kpi.pipeline import opening

    if opening.current(home) is None:
        raise StoreProblem("还没有导入网格台账，请先导入网格与客户经理台账，再导入边界。", "There is no register of grids yet: load it first, then the boundaries.")
    return {row["grid"]: row["name"] for row in record.grids(opening.reader(home))}


def bound(path: str | Path, home: Path | None = None, *, name: str | None = None) -> dict[str, Any]:
    """Take a file of boundaries and return {file, grids: codes with an area, missing: codes without, notes: [{area, name, zh, en}]}; the file before it stays in the archive.

    Raises what `boundaries.read` raises, StoreProblem without a register of grids; nothing is taken then.
    """
    path, home = Path(path), store.home(home)
    grids = _grids(home)
    shapes, notes = boundaries.read(path, grids)
    with disk.told("本次没有保存边界", "the boundaries were not kept"), store.writing(home):
        sha = archive.digest(path)
        part = home / f".{uuid.uuid4().hex}.geojson"
        try:
            shutil.copyfile(path, part)
            archive.take(home, part, sha)
        finally:
            part.unlink(missing_ok=True)
        Journal(home).append(Boundary(file=name or path.name, sha256=sha, set_at=datetime.now().replace(microsecond=0).isoformat(), set_by=store.user()))
    return _told(name or path.name, shapes, notes, grids)


def _told(file: str, shapes: list[Shape], notes: list[Note], grids: dict[str, str]) -> dict[str, Any]:
    known = [shape.grid for shape in shapes]
    return {"file": file, "grids": known, "missing": [grid for grid in grids if grid not in known], "notes": [{"area": n.place, "name": n.name, "zh": n.why.zh, "en": n.why.en} for n in notes]}


def bound_beside(paths: Iterable[Path], home: Path, lang: str) -> list[dict[str, Any]]:
    """Take files of boundaries that came with ledgers; what cannot be used is told as {file, problem} and undoes nothing else."""
    found: list[dict[str, Any]] = []
    for path in paths:
        try:
            found.append(bound(path, home))
        except Problem as problem:
            found.append({"file": path.name, "problem": problem.of(lang)})
    return found


def bounds(home: Path | None = None) -> Boundary | None:
    """Return which file of boundaries holds, None where none was handed in."""
    return next(reversed(Journal(store.home(home)).entries(Boundary)), None)


def shapes(home: Path, sha: str, grids: dict[str, str]) -> list[Shape]:
    """Return the areas of a kept file for the grids as they are now; none where the file is lost or fits no grid any more."""
    path = archive.original(home, sha)
    if path is None:
        return []
    try:
        return boundaries.read(path, grids)[0]
    except Problem:
        return []
