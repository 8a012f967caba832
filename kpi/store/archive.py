"""The archive: every file ever loaded, unchanged, and its staged rows beside it, both named by content."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpi.store import sync


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def keep(home: Path, path: Path, sha: str) -> Path:
    """Copy a file into the archive under its hash, durably; a file already there is left alone."""
    folder = home / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{sha}{path.suffix.lower()}"
    if kept.exists() and digest(kept) == sha:
        return kept
    part = folder / f".{uuid.uuid4().hex}.part"
    shutil.copyfile(path, part)
    sync(part)
    os.replace(part, kept)
    sync(folder)
    return kept


def stage(home: Path, sha: str, version: str, read: Callable[[Path], dict[str, Any]]) -> tuple[Path, dict[str, Any]]:
    """Return the folder of staged rows of a file and its report, calling `read(folder)` only where they are missing."""
    folder = home / "archive" / f"{sha}.{version}"
    report = folder / "report.json"
    if report.exists():
        try:
            return folder, json.loads(report.read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            shutil.rmtree(folder)
    part = folder.with_name(f".{uuid.uuid4().hex}.part")
    part.mkdir(parents=True)
    try:
        found = read(part)
        (part / "report.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        for name in part.iterdir():
            sync(name)
        sync(part)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)
        sync(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder, found
