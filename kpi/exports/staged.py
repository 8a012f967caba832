"""The file of staged rows while it is written: group by group behind the reader, with what later readers need not find out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from kpi.exports import schema
from kpi.exports.ahead import Behind
from kpi.exports.fields import Field

BATCH = 16 * 1024
"""Values of a column that are written together: with a tenth of them a twentieth more time goes into writing."""


class Staged:
    """Writes the staged rows of one sheet, `fields` of them."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        self.path, self.fields = path, fields
        self.telling = schema.telling(fields)
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
            self.path, schema.of(self.fields), compression=schema.COMPRESSION, use_dictionary=schema.repeated(self.fields), write_statistics=list(dict.fromkeys(telling)),
            column_encoding=schema.split(self.fields), write_batch_size=BATCH,
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
