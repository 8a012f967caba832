"""Where the standards lie: data/reference, or the folder that KPI_REFERENCE names."""

from __future__ import annotations

import csv
import os
from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[2] / "data" / "reference"


def reference() -> Path:
    """Return the folder of reference files."""
    return Path(os.environ.get("KPI_REFERENCE") or DEFAULT)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a reference file as {column: text}."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
