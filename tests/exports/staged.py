"""Staged rows as a test looks at them: columns that a sheet lacks are not in its file, and are unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kpi.exports import schema
from kpi.exports.tables import BY_NAME


def staged_rows(path: Path, table: str) -> list[dict[str, Any]]:
    """Return the staged rows of a sheet with every column of its table."""
    every = schema.of(BY_NAME[table].fields).names
    found = pq.read_table(path).to_pylist()
    assert all(set(row) <= set(every) for row in found)
    return [{name: row.get(name) for name in every} for row in found]
