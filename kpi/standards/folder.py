"""Where the standards lie: data/reference, or the folder that KPI_REFERENCE names."""

from __future__ import annotations

import csv
import os
from functools import lru_cache
from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[2] / "data" / "reference"


def reference() -> Path:
    """Return the folder of reference files."""
    return Path(os.environ.get("KPI_REFERENCE") or DEFAULT)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a reference file as {column: text}; read anew when the file has changed."""
    seen = path.stat()
    return [dict(row) for row in _read(path, seen.st_mtime_ns, seen.st_size)]


@lru_cache(maxsize=32)
def _read(path: Path, changed: int, size: int) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
