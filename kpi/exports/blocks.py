"""Rows below the header, many at a time: as lists of cells, or as columns where a text file allows it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import Any

import numpy as np
import pyarrow as pa

from kpi.exports.encoded import Encoded, encode, pairs
from kpi.exports.sheets import Row

VARIED = 0.3
"""Share of different cells from which on a column is typed cell by cell: looking for repeated ones would cost more than it saves."""


SAMPLED = 200
"""How many cells at least tell whether those of a column are different."""


def varied(cells: pa.StringArray) -> bool:
    """Whether most cells of a column are different, by its beginning."""
    start = cells[: max(SAMPLED, len(cells) // 50)]
    return len(start.unique()) > VARIED * len(start)


class Rows:
    """A block of rows, each a list of raw cells of any length."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._cells: list[tuple[Any, ...]] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def reach(self) -> int:
        """How many cells the longest row has."""
        return max(map(len, self.rows), default=0)

    def row(self, at: int) -> Row:
        """Return one row."""
        return self.rows[at]

    def some(self, places: list[int]) -> list[Row]:
        """Return the rows at these places."""
        return [self.rows[at] for at in places]

    def _column(self, at: int) -> tuple[Any, ...]:
        if self._cells is None:
            even = len(set(map(len, self.rows))) == 1
            self._cells = list(zip(*self.rows, strict=True)) if even else list(zip_longest(*self.rows, fillvalue=""))
        return self._cells[at] if at < len(self._cells) else ("",) * len(self.rows)

    def column(self, at: int) -> Encoded:
        """Return one column."""
        return encode(self._column(at))

    def both(self, at: int, beside: int) -> Encoded:
        """Return two columns that are read together."""
        return pairs(self._column(at), self._column(beside))


class Columns:
    """A block of rows of a text file, all of the same length, as one Arrow array of text for each column, with its different cells apart where that is how they were read."""

    def __init__(self, columns: list[pa.StringArray | pa.DictionaryArray]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    @property
    def reach(self) -> int:
        """How many cells every row has."""
        return len(self.columns)

    def row(self, at: int) -> Row:
        """Return one row."""
        return [column[at].as_py() for column in self.columns]

    def some(self, places: list[int]) -> list[Row]:
        """Return the rows at these places."""
        at = pa.array(places, pa.int64())
        return [list(cells) for cells in zip(*(column.take(at).to_pylist() for column in self.columns), strict=True)]

    @property
    def rows(self) -> list[Row]:
        """All rows as lists of cells."""
        return [list(cells) for cells in zip(*(column.to_pylist() for column in self.columns), strict=True)]

    def column(self, at: int) -> Encoded:
        """Return one column."""
        if at >= len(self.columns):
            return Encoded(pa.array([""], pa.string()), np.zeros(len(self), np.int32))
        cells = self.columns[at]
        if isinstance(cells, pa.StringArray) and varied(cells):
            return Encoded(cells, np.arange(len(cells), dtype=np.int32), whole=True)
        found = cells.dictionary_encode()
        return Encoded(found.dictionary, found.indices.to_numpy())

    def both(self, at: int, beside: int) -> Encoded:
        """Return two columns that are read together."""
        return pairs(*(self.columns[i].to_pylist() if i < len(self.columns) else [""] * len(self) for i in (at, beside)))


Block = Rows | Columns


class Records(Iterator[Row]):
    """The rows of a text file, one by one for as long as they are asked for so, then block by block."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._rows: Iterator[Row] = iter(())

    def __next__(self) -> Row:
        while True:
            for row in self._rows:
                return row
            self._rows = iter(next(self._blocks).rows)

    def blocks(self, before: list[Row]) -> Iterator[Block]:
        """Yield what has not been taken yet, after the rows `before` that were."""
        if rest := [*before, *self._rows]:
            yield Rows(rest)
        yield from self._blocks


def blocks(before: list[Row], rows: Iterator[Row], size: int) -> Iterator[Block]:
    """Yield rows in blocks of `size`, those of a text file as its reader cuts them; `before` are rows already taken."""
    if isinstance(rows, Records):
        yield from rows.blocks(before)
        return
    rows = chain(before, rows)
    while block := list(islice(rows, size)):
        yield Rows(block)
