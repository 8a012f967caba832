"""A column of raw cells as its different cells and, for each row, the place of its cell among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa


class Encoded:
    """`cells` are the different cells of a column, an Arrow array where all are text, else a list; `index` points into them row by row.

    With `whole` the cells are the rows themselves, repeated ones among them.
    """

    def __init__(self, cells: pa.StringArray | list[Any], index: np.ndarray, *, whole: bool = False) -> None:
        self.cells = cells
        self.index = index
        self.whole = whole

    @property
    def textual(self) -> bool:
        """Whether all cells are text, kept by Arrow."""
        return isinstance(self.cells, pa.Array)

    def cell(self, at: int) -> Any:
        """Return one of the different cells as it stood in the file."""
        found = self.cells[at]
        return found.as_py() if isinstance(found, pa.Scalar) else found


def encode(column: Sequence[Any]) -> Encoded:
    """Return the different cells of a column and the index of each row."""
    if set(map(type, column)) == {str}:
        found = pa.array(column, pa.string()).dictionary_encode()
        return Encoded(found.dictionary, found.indices.to_numpy())
    return _mixed(column)


def _mixed(column: Sequence[Any]) -> Encoded:
    if bool in set(map(type, column)):
        # True equals 1 as a key, but it is a different cell
        column = ["TRUE" if cell is True else "FALSE" if cell is False else cell for cell in column]
    places: dict[Any, int] = dict.fromkeys(column, 0)
    cells = list(places)
    for at, cell in enumerate(cells):
        places[cell] = at
    return Encoded(cells, np.fromiter(map(places.__getitem__, column), np.int32, len(column)))


def pairs(one: Iterable[Any], other: Iterable[Any]) -> Encoded:
    """Return the different pairs of two columns that are read together."""
    return _mixed(list(zip(one, other, strict=True)))
