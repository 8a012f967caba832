"""The Arrow shape of staged rows: the columns of the table that the sheet has, in order, then where the row came from; columns it lacks are not written at all."""

from __future__ import annotations

from collections.abc import Container, Sequence

import pyarrow as pa

from kpi.exports.fields import Field, Table

ARROW = {"TIMESTAMP": pa.timestamp("us"), "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}

COMPRESSION = "lz4"
"""How staged rows are packed: they are read again at once, and zstd takes a third more time to write what is a third smaller."""

ORIGIN = (("_sheet", "VARCHAR"), ("_row", "BIGINT"), ("_key", "VARCHAR"), ("_submitter", "VARCHAR"))
"""Columns every staged row ends with: sheet, 1-based row, key, who reported it."""


def fields(table: Table, present: Container[str]) -> list[Field]:
    """Return the fields of a sheet's staged rows: those in `present`, which it has, and one of which it says none where it says so of another."""
    return [field for field in table.fields if field.name in present or field.name == "docs_requested_n" and "docs_zero" in present]


def of(staged: Sequence[Field]) -> pa.Schema:
    """Return the schema of staged rows of these fields."""
    columns = [column for field in staged for column in field.columns]
    return pa.schema([(name, ARROW[kind]) for name, kind in (*columns, *ORIGIN)])


def repeated(staged: Sequence[Field]) -> list[str]:
    """Return the staged columns in which few different words stand in many rows."""
    words = [name for field in staged for name, kind in field.columns if kind == "VARCHAR" and field.kind not in ("id", "phone", "name", "text", "free")]
    return [*words, "_sheet", "_submitter"]


def telling(staged: Sequence[Field]) -> list[str]:
    """Return the staged columns whose statistics are worth writing: precisions, and what is said of the whole sheet; they tell what need not be stored again."""
    return ["_sheet", "_submitter", *(field.columns[2][0] for field in staged if field.kind == "time")]


def split(staged: Sequence[Field]) -> dict[str, str]:
    """Return how the staged times are written: their bytes apart, of which the higher ones hardly differ from row to row; lz4 takes a third off them, and less time."""
    return {name: "BYTE_STREAM_SPLIT" for field in staged for name, kind in field.columns if kind == "TIMESTAMP"}
