"""The Arrow shape of staged rows: every column of the table in order, then where the row came from."""

from __future__ import annotations

from collections.abc import Container

import pyarrow as pa

from kpi.exports.fields import Table

ARROW = {"TIMESTAMP": pa.timestamp("us"), "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}

COMPRESSION = "lz4"
"""How staged rows are packed: they are read again at once, and zstd takes a third more time to write what is a third smaller."""

ORIGIN = (("_sheet", "VARCHAR"), ("_row", "BIGINT"), ("_key", "VARCHAR"), ("_submitter", "VARCHAR"))
"""Columns every staged row ends with: sheet, 1-based row, key, who reported it."""


def of(table: Table) -> pa.Schema:
    """Return the schema of a table's staged rows."""
    columns = [column for field in table.fields for column in field.columns]
    return pa.schema([(name, ARROW[kind]) for name, kind in (*columns, *ORIGIN)])


def repeated(table: Table) -> list[str]:
    """Return the staged columns in which few different words stand in many rows."""
    words = [name for field in table.fields for name, kind in field.columns if kind == "VARCHAR" and field.kind not in ("id", "phone", "name", "text", "free")]
    return [*words, "_sheet", "_submitter"]


def telling(table: Table, present: Container[str]) -> list[str]:
    """Return the staged columns whose statistics are worth writing: those of fields the sheet lacks, precisions, and what is said of the whole sheet; they tell what need not be stored again."""
    absent = [name for field in table.fields if field.name not in present for name, _ in field.columns]
    return [*absent, "_sheet", "_submitter", *(field.columns[2][0] for field in table.fields if field.kind == "time" and field.name in present)]


def split(table: Table) -> dict[str, str]:
    """Return how the staged times are written: their bytes apart, of which the higher ones hardly differ from row to row; lz4 takes a third off them, and less time."""
    return {name: "BYTE_STREAM_SPLIT" for field in table.fields for name, kind in field.columns if kind == "TIMESTAMP"}
