"""The file of staged rows while it is written: group by group behind the reader, with what later readers need not find out."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from kpi.exports import schema
from kpi.exports.ahead import Behind
from kpi.exports.fields import Table


class Staged:
    """Writes the staged rows of one sheet; `present` are the names of the fields that the sheet has."""

    def __init__(self, path: Path, table: Table, present: Container[str]) -> None:
        self.path, self.table = path, table
        self.telling = schema.telling(table, present)
        self._behind = Behind()
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.Table) -> None:
        """Write a group of rows; the caller goes on meanwhile."""
        if self._writer is None:
            # a column that begins blank may well stay so, which only statistics tell
            blank = [name for name in rows.column_names if rows[name].null_count == rows.num_rows]
            self._writer = self._opened([*self.telling, *blank])
        self._behind.do(self._writer.write_table, rows)

    def say(self, name: str, value: str) -> None:
        """Keep a word about all rows at the end of the file."""
        self._behind.wait()
        self._writer = self._writer or self._opened(self.telling)
        self._writer.add_key_value_metadata({name: value})

    def _opened(self, telling: list[str]) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            self.path, schema.of(self.table), compression=schema.COMPRESSION, use_dictionary=schema.repeated(self.table), write_statistics=list(dict.fromkeys(telling)),
            column_encoding=schema.split(self.table),
        )

    def __enter__(self) -> Staged:
        self._behind.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._behind.__exit__(kind, error, trace)
        finally:
            if self._writer is not None:
                self._writer.close()
