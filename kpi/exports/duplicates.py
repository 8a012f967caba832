"""A key that stands in one sheet with different content: no row of it can be trusted, all are rejected."""

from __future__ import annotations

from collections.abc import Iterator
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
    told = pa.chunked_array([batch.column(0) for batch in staged.iter_batches(columns=["_key"], batch_size=BATCH)]).combine_chunks()
    if pc.count_distinct(told).as_py() == len(told):
        return 0
    counts = told.value_counts()
    twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    places = pc.index_in(told, value_set=twice).fill_null(-1).to_numpy()
    torn = _torn(staged, places, len(twice))
    if not torn:
        return 0
    lost = np.isin(places, list(torn))
    kept = path.with_suffix(".kept")
    with pq.ParquetWriter(kept, staged.schema_arrow, compression=schema.COMPRESSION) as writer:
        for batch in _batches(staged, None, ~lost):
            writer.write_table(pa.Table.from_batches([batch]))
    staged.close()
    kept.replace(path)
    _list([(twice[at].as_py(), rows) for at, rows in torn.items()], table, columns, listing)
    return int(lost.sum())


def _batches(staged: pq.ParquetFile, names: list[str] | None, wanted: np.ndarray) -> Iterator[pa.RecordBatch]:
    """Yield the wanted rows of some staged columns, or of all."""
    begin = 0
    for batch in staged.iter_batches(columns=names, batch_size=BATCH):
        yield batch.filter(pa.array(wanted[begin : begin + batch.num_rows]))
        begin += batch.num_rows


def _torn(staged: pq.ParquetFile, places: np.ndarray, count: int) -> dict[int, np.ndarray]:
    """Return {place: numbers of its rows} of each key whose rows differ; `places` tells for each row the place of its key among the `count` that occur twice, -1 where it does not."""
    among = places >= 0
    order = np.argsort(places[among], kind="stable")
    keys = places[among][order]
    same = keys[1:] == keys[:-1]
    torn = np.zeros(count, bool)

    def column(name: str) -> pa.Array:
        return pa.chunked_array([batch.column(0) for batch in _batches(staged, [name], among)]).combine_chunks()

    for name in staged.schema_arrow.names:
        if name not in ("_key", "_row"):
            cells = column(name)
            if pa.types.is_floating(cells.type):
                # minus nothing is nothing
                cells = pc.add(cells, 0.0)
            # equal cells have one place among the different ones, blanks among them
            cells = cells.dictionary_encode(null_encoding="encode").indices.to_numpy()[order]
            torn[keys[1:][same & (cells[1:] != cells[:-1])]] = True
    rows = column("_row").to_numpy()[order]
    begins = np.searchsorted(keys, np.arange(count + 1))
    return {at: rows[begins[at] : begins[at + 1]] for at in np.flatnonzero(torn).tolist()}


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
