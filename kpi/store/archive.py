"""The archive: every file ever loaded, unchanged, and its staged rows beside it, both named by content."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kpi.problems import StoreProblem
from kpi.store import settle, sync


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def original(home: Path, sha: str) -> Path | None:
    """Return the archived original of a hash, None where it is not there."""
    return next((path for path in sorted((home / "archive").glob(f"{sha}*")) if path.is_file()), None)


def sizes(home: Path) -> set[int]:
    """Return how large the archived originals are, in bytes: a file of any other size is none of them."""
    folder = home / "archive"
    found = set()
    for path in folder.iterdir() if folder.exists() else ():
        # what another process is writing may be gone by now
        with suppress(FileNotFoundError):
            found.add(path.stat().st_size)
    return found


def take(home: Path, path: Path, sha: str) -> Path:
    """Move a file of the same disk into the archive under its hash, durably; an original already there is left alone."""
    kept = original(home, sha)
    if kept is not None and digest(kept) == sha:
        return kept
    kept = _folder(home) / f"{sha}{path.suffix.lower()}"
    sync(path)
    os.replace(path, kept)
    sync(kept.parent)
    return kept


def keep(home: Path, content: bytes, suffix: str) -> str:
    """Write what the product itself made into the archive, durably, and return the hash it is kept under; what is there already and whole is left alone."""
    sha = hashlib.sha256(content).hexdigest()
    kept = _folder(home) / f"{sha}{suffix}"
    if not kept.exists() or digest(kept) != sha:
        part = kept.with_name(f".{uuid.uuid4().hex}.part")
        try:
            part.write_bytes(content)
            sync(part)
            os.replace(part, kept)
        finally:
            part.unlink(missing_ok=True)
    sync(kept.parent)
    return sha


def kept(home: Path, sha: str, suffix: str) -> Path:
    """Return a file that `keep` wrote; raises StoreProblem where it is gone or no longer what was written."""
    path = home / "archive" / f"{sha}{suffix}"
    if not path.exists() or digest(path) != sha:
        raise StoreProblem("档案中的签发记录缺失或已损坏，请从备份恢复 archive 文件夹。", "What was issued is missing from the archive or damaged: restore the folder archive from a backup.")
    return path


def take_staged(home: Path, folder: Path, sha: str, version: str) -> Path:
    """Move a folder of staged rows of the same disk into the archive, durably; complete rows already there are left alone."""
    kept = _folder(home) / f"{sha}.{version}"
    if _complete(kept):
        return kept
    shutil.rmtree(kept, ignore_errors=True)
    settle(folder)
    os.replace(folder, kept)
    sync(kept.parent)
    return kept


def stage(home: Path, sha: str, version: str, read: Callable[[Path], dict[str, Any]]) -> Path:
    """Return the folder of staged rows of a file, calling `read(folder)` only where they are missing."""
    kept = _folder(home) / f"{sha}.{version}"
    if _complete(kept):
        return kept
    part = kept.with_name(f".{uuid.uuid4().hex}.part")
    part.mkdir(parents=True)
    try:
        read(part)
        return take_staged(home, part, sha, version)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _complete(folder: Path) -> bool:
    try:
        json.loads((folder / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True


def _folder(home: Path) -> Path:
    folder = home / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
