"""The user's own sheet back, with what is wrong marked in it: for a draft, or for batches that were entered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kpi import store
from kpi.exports import marked
from kpi.pipeline import keeping, publishing
from kpi.pipeline.drafted import opened
from kpi.pipeline.listing import named, original
from kpi.pipeline.showing import findings, told_of
from kpi.store import archive


def error_workbooks(out: Path, home: Path | None = None, *, draft: str | None = None, batches: Iterable[int] = (), sha256: str | None = None, lang: str = "zh") -> list[tuple[str, Path]]:
    """Write the error workbook of each file of a draft (or of the one with this hash), or of batches, into a folder; returns [(file, workbook)] of those with anything to mark.

    No other file of the folder is overwritten.
    """
    home = store.home(home)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    if draft is not None:
        made = opened(home, draft)
        told = findings(home, made, lang)
        for file in made.files:
            kept = home / "drafts" / draft / f"{file.sha256}{file.suffix}"
            if file.problem is None and file.standing is None and sha256 in (None, file.sha256):
                written += _write(kept if kept.exists() else archive.original(home, file.sha256), out, file.file, file.report, [f for f in told if f["file"] == file.file], lang)
    for id in batches:
        batch = named(home, id)
        report = publishing.report_of(publishing.staged(home, batch))
        written += _write(original(id, home)[1], out, batch.file, report, told_of(home, batch, report, lang), lang)
    return written


def error_workbook(home: Path | None = None, *, draft: str | None = None, batch: int | None = None, sha256: str | None = None, lang: str = "zh") -> tuple[str, bytes] | None:
    """Return (file name, content) of one file's error workbook, None where there is nothing to mark."""
    with tempfile.TemporaryDirectory() as folder:
        written = error_workbooks(Path(folder), home, draft=draft, batches=[batch] if batch is not None else [], sha256=sha256, lang=lang)
        return (written[0][1].name, written[0][1].read_bytes()) if written else None


def _write(kept: Path, out: Path, name: str, report: dict[str, Any], told: list[dict[str, Any]], lang: str) -> list[tuple[str, Path]]:
    with tempfile.TemporaryDirectory(dir=out) as folder:
        found = marked.write(kept, Path(folder) / "marked.xlsx", report, told, name=name, lang=lang)
        return [(name, keeping.place(found, out, marked.named(name, lang)))] if found else []
