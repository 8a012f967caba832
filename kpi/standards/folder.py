"""Where the standards lie: data/reference, or the folder that KPI_REFERENCE names."""

from __future__ import annotations

import os
from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[2] / "data" / "reference"


def reference() -> Path:
    """Return the folder of reference files."""
    return Path(os.environ.get("KPI_REFERENCE") or DEFAULT)
