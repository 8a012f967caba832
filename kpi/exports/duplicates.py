"""A key that stands in one sheet with different content: no row of it can be trusted, all are rejected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
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

BATCH = 50_000
"""Rows read at once."""


def reject(path: Path, table: Table, columns: dict[str, Column], listing: Listing) -> int:
    """Take the rows of contradicting keys out of a staged file and list them; returns how many rows went."""
    staged = pq.ParquetFile(path)
    told = _column(staged, "_key")
    if pc.count_distinct(told).as_py() == len(told):
        return 0
    counts = told.value_counts()
    twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    places = _torn(staged, told, twice) if len(twice) else []
    if not places:
        return 0
    lost = twice.take(pa.array([at for at, _ in places]))
    kept = path.with_suffix(".kept")
    with pq.ParquetWriter(kept, staged.schema_arrow, compression=schema.COMPRESSION) as writer:
        for batch in staged.iter_batches(batch_size=BATCH):
            writer.write_table(pa.Table.from_batches([batch]).filter(pc.invert(pc.is_in(batch.column("_key"), value_set=lost))))
    staged.close()
    kept.replace(path)
    _list([(key, rows) for key, (_, rows) in zip(lost.to_pylist(), places, strict=True)], table, columns, listing)
    return sum(rows.size for _, rows in places)


def _column(staged: pq.ParquetFile, name: str, among: pa.Array | None = None) -> pa.Array:
    """Return one staged column, of the rows whose key is `among` some or of all."""
    names = [name] if among is None else list(dict.fromkeys([name, "_key"]))
    parts = []
    for batch in staged.iter_batches(columns=names, batch_size=BATCH):
        parts.append(batch.column(name) if among is None else batch.column(name).filter(pc.is_in(batch.column("_key"), value_set=among)))
    return pa.chunked_array(parts).combine_chunks()


def _torn(staged: pq.ParquetFile, told: pa.Array, twice: pa.Array) -> list[tuple[int, np.ndarray]]:
    """Return (place among the keys that occur `twice`, numbers of its rows) of each key whose rows differ."""
    keys = pc.index_in(told, value_set=twice).drop_null().to_numpy()
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    same = keys[1:] == keys[:-1]
    torn = np.zeros(len(twice), bool)
    for name in staged.schema_arrow.names:
        if name not in ("_key", "_row"):
            # equal cells have one place among the different ones, blanks among them
            cells = _column(staged, name, twice).dictionary_encode(null_encoding="encode").indices.to_numpy()[order]
            torn[keys[1:][same & (cells[1:] != cells[:-1])]] = True
    rows = _column(staged, "_row", twice).to_numpy()[order]
    begins = np.searchsorted(keys, np.arange(len(twice) + 1))
    return [(at, rows[begins[at] : begins[at + 1]]) for at in np.flatnonzero(torn).tolist()]


def _list(torn: list[tuple[str, np.ndarray]], table: Table, columns: dict[str, Column], listing: Listing) -> None:
    """List the rows of contradicting keys, in their order, as far as there is room."""
    numbers = np.concatenate([rows for _, rows in torn])
    gone = set(numbers.tolist())
    cells = [entry for entry in listing.rejects if entry["row"] in gone]
    listing.rejects = [entry for entry in listing.rejects if entry["row"] not in gone]
    for entry in cells:
        # the cells of a row that is not loaded are only told
        listing.find("warning", entry["code"], entry["row"], entry["column"], entry["value"], args=entry["args"])
    of = np.repeat(np.arange(len(torn)), [rows.size for _, rows in torn])
    listed = np.argsort(numbers)[: listing.rejects_left].tolist()
    for at in listed:
        key, rows = torn[of[at]]
        others = "、".join(map(str, rows[:SHOWN].tolist())) + ("…" if rows.size > SHOWN else "")
        names = table.fallback if key.startswith(FALLBACK) else table.key
        named = next((name for name in names if name in columns), names[0])
        header = columns[named].header if named in columns else table.by_name[named].zh
        listing.reject("row", int(numbers[at]), header, _masked(key, table), None, "duplicate_key", {"rows": others})
    listing.beyond(rows=numbers.size - len(listed))


def _masked(key: str, table: Table) -> str:
    """Return a key for the list of rejects: the names in a fallback key hidden."""
    if not key.startswith(FALLBACK):
        return key
    parts = key.removeprefix(FALLBACK).split("|")
    return "|".join(masks.shown(part, table.by_name[name]) for part, name in zip(parts, table.fallback, strict=False))
