"""A column of raw cells typed at once: each different cell is parsed once, rows keep an index into the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from kpi.exports.clock import Clock
from kpi.exports.fields import Field
from kpi.exports.outcome import Noted, Reject
from kpi.exports.schema import ARROW
from kpi.exports.spans import Span

MEMO = 100_000
"""Different cells of a column whose results are kept from one chunk of rows to the next."""


class Typed:
    """One column of one chunk: the different raw cells, what each was read as, and the index of each row."""

    def __init__(self, field: Field, raw: list[Any], outcomes: list[Any], index: np.ndarray) -> None:
        self.field = field
        self.raw = raw
        self.outcomes = outcomes
        self.index = index
        self.special = [i for i, o in enumerate(outcomes) if isinstance(o, (Reject, Noted, Clock))]
        self.values = [None if isinstance(o, (Reject, Clock)) else o.value if isinstance(o, Noted) else o for o in outcomes] if self.special else outcomes
        self.override: dict[int, Any] = {}

    def rows_of(self, kinds: type | tuple[type, ...]) -> Iterable[tuple[int, Any, Any]]:
        """Yield (row, outcome, raw cell) of the rows whose outcome is of these kinds, overrides counted."""
        wanted = [i for i in self.special if isinstance(self.outcomes[i], kinds)]
        if wanted:
            for row in np.flatnonzero(np.isin(self.index, wanted)).tolist():
                if row not in self.override:
                    at = self.index[row]
                    yield row, self.outcomes[at], self.raw[at]
        for row, outcome in self.override.items():
            if isinstance(outcome, kinds):
                yield row, outcome, self.raw[self.index[row]]

    def value(self, row: int) -> Any:
        """Return the value of a row, None for blank or unreadable."""
        if row in self.override:
            outcome = self.override[row]
            return None if isinstance(outcome, (Reject, Clock)) else outcome.value if isinstance(outcome, Noted) else outcome
        return self.values[self.index[row]]

    def known(self) -> np.ndarray:
        """Return for each row whether it has a value."""
        mask = np.fromiter((value is not None for value in self.values), bool, len(self.values))[self.index]
        for row in self.override:
            mask[row] = self.value(row) is not None
        return mask

    def equal(self, wanted: Any) -> np.ndarray:
        """Return for each row whether its value is `wanted`."""
        return np.fromiter((value is wanted or value == wanted for value in self.values), bool, len(self.values))[self.index]

    def listed(self) -> list[Any]:
        """Return the values row by row."""
        values = self.values
        found = [values[i] for i in self.index.tolist()]
        for row in self.override:
            found[row] = self.value(row)
        return found

    def arrays(self) -> list[pa.Array]:
        """Return the staged columns of this field."""
        if self.override:
            return _arrays(self.field, self.listed())
        take = pa.array(self.index, pa.int32())
        return [array.take(take) for array in _arrays(self.field, self.values)]


def _arrays(field: Field, values: list[Any]) -> list[pa.Array]:
    kinds = [ARROW[kind] for _, kind in field.columns]
    if field.kind != "time":
        return [pa.array(values, kinds[0])]
    blank = Span(None, None, None)
    spans = [value or blank for value in values]
    starts, ends, precisions = zip(*spans, strict=True) if spans else ((), (), ())
    return [pa.array(part, kind) for part, kind in zip((starts, ends, precisions), kinds, strict=True)]


class Reader:
    """Reads one column chunk after chunk; results are remembered, so that a repeated cell costs one look-up."""

    def __init__(self, field: Field, parse: Callable[[Any], Any]) -> None:
        self.field = field
        self.parse = parse
        self.memo: dict[Any, Any] = {}

    def read(self, cells: Iterable[Any]) -> Typed:
        """Return the typed column of one chunk."""
        cells = list(cells)
        if bool in set(map(type, cells)):
            # True equals 1 as a key, but it is a different cell
            cells = ["TRUE" if cell is True else "FALSE" if cell is False else cell for cell in cells]
        places: dict[Any, int] = dict.fromkeys(cells)  # type: ignore[arg-type]
        raw = list(places)
        for i, cell in enumerate(raw):
            places[cell] = i
        index = np.fromiter(map(places.__getitem__, cells), np.int32, len(cells))
        memo, parse = self.memo, self.parse
        if len(raw) * 4 > len(cells):
            # nearly every cell is new: remembering would cost more than parsing
            return Typed(self.field, raw, [parse(cell) for cell in raw], index)
        if len(memo) > MEMO:
            memo.clear()
        outcomes = []
        for cell in raw:
            if cell in memo:
                outcomes.append(memo[cell])
            else:
                outcome = memo[cell] = parse(cell)
                outcomes.append(outcome)
        return Typed(self.field, raw, outcomes, index)


def blank(field: Field, size: int) -> list[pa.Array]:
    """Return the staged columns of a field that the sheet does not have."""
    return [pa.nulls(size, ARROW[kind]) for _, kind in field.columns]
