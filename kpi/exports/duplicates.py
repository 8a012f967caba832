"""A key that stands in one sheet with different content: no row of it can be trusted, all are rejected."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpi.exports import masks, schema
from kpi.exports.fields import Table
from kpi.exports.keys import FALLBACK
from kpi.exports.layout import Column
from kpi.exports.report import Listing

SHOWN = 8
"""Row numbers named in the message."""


def reject(path: Path, table: Table, columns: dict[str, Column], listing: Listing) -> int:
    """Take the rows of contradicting keys out of a staged file and list them; returns how many rows went."""
    staged = pq.ParquetFile(path)
    told = pa.chunked_array([batch.column(0) for batch in staged.iter_batches(columns=["_key"], batch_size=100_000)], pa.string())
    if pc.count_distinct(told).as_py() == len(told):
        return 0
    counts = told.value_counts()
    twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    if not len(twice):
        return 0
    rows: dict[str, list[int]] = {}
    content: dict[str, int] = {}
    torn: set[str] = set()
    for batch in staged.iter_batches(batch_size=50_000):
        found = pa.Table.from_batches([batch]).filter(pc.is_in(batch.column("_key"), value_set=twice))
        names = [name for name in found.column_names if name != "_row"]
        numbers = found["_row"].to_pylist()
        values = zip(*(found[name].to_pylist() for name in names), strict=True)
        for number, key, row in zip(numbers, found["_key"].to_pylist(), values, strict=True):
            rows.setdefault(key, []).append(number)
            if content.setdefault(key, hash(row)) != hash(row):
                torn.add(key)
    if not torn:
        return 0
    lost = pa.array(sorted(torn), pa.string())
    kept = path.with_suffix(".kept")
    with pq.ParquetWriter(kept, staged.schema_arrow, compression=schema.COMPRESSION) as writer:
        for batch in staged.iter_batches(batch_size=50_000):
            writer.write_table(pa.Table.from_batches([batch]).filter(pc.invert(pc.is_in(batch.column("_key"), value_set=lost))))
    staged.close()
    kept.replace(path)
    gone = {number: key for key in torn for number in rows[key]}
    for entry in [e for e in listing.rejects if e["row"] in gone]:
        # the cells of a row that is not loaded are only told
        listing.rejects.remove(entry)
        listing.find("warning", entry["code"], entry["row"], entry["column"], entry["value"], args=entry["args"])
    for number, key in sorted(gone.items()):
        others = "、".join(str(n) for n in rows[key][:SHOWN]) + ("…" if len(rows[key]) > SHOWN else "")
        names = table.fallback if key.startswith(FALLBACK) else table.key
        named = next((name for name in names if name in columns), names[0])
        header = columns[named].header if named in columns else table.by_name[named].zh
        listing.reject("row", number, header, _masked(key, table), None, "duplicate_key", {"rows": others})
    return len(gone)


def _masked(key: str, table: Table) -> str:
    """Return a key for the list of rejects: the names in a fallback key hidden."""
    if not key.startswith(FALLBACK):
        return key
    parts = key.removeprefix(FALLBACK).split("|")
    return "|".join(masks.shown(part, table.by_name[name]) for part, name in zip(parts, table.fallback, strict=False))
