"""A column of raw cells typed at once: each different cell is read once, rows keep an index into the results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi.exports import bulk
from kpi.exports.clock import Clock
from kpi.exports.encoded import Encoded
from kpi.exports.fields import Field
from kpi.exports.outcome import Noted, Reject
from kpi.exports.schema import ARROW
from kpi.exports.spans import Span

MEMO = 100_000
"""Different cells of a column whose results are kept from one chunk of rows to the next."""

_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_KEPT_AS_WRITTEN = frozenset(["id", "phone", "text", "name", "free"])


class Typed:
    """One column of one chunk: staged arrays over its different cells, the index of each row, and the cells that need a word.

    `special` maps places among the different cells to Reject, Noted or Clock; `override` maps rows to what they became later.
    """

    def __init__(self, field: Field, encoded: Encoded, arrays: list[pa.Array], special: dict[int, Any]) -> None:
        self.field = field
        self.encoded = encoded
        self.index = encoded.index
        self.arrays = arrays
        self.special = special
        self.override: dict[int, Any] = {}
        self._values: dict[int, Any] = {}

    def raw(self, row: int) -> Any:
        """Return the cell of a row as it stood in the file."""
        return self.encoded.cell(self.index[row])

    def outcome(self, row: int) -> Any:
        """Return what the cell of a row was read as: a value, None, Noted, Reject or Clock."""
        if row in self.override:
            return self.override[row]
        at = int(self.index[row])
        if at in self.special:
            return self.special[at]
        if at not in self._values:
            parts = [array[at].as_py() for array in self.arrays]
            self._values[at] = None if parts[0] is None else Span(*parts) if self.field.kind == "time" else parts[0]
        return self._values[at]

    def value(self, row: int) -> Any:
        """Return the value of a row, None for blank or unreadable."""
        return _value(self.outcome(row))

    def matching(self, wanted: Callable[[Any], bool]) -> np.ndarray:
        """Return for each row whether its cell needs a word, and of the `wanted` kind."""
        places = [at for at, outcome in self.special.items() if wanted(outcome)]
        mask = np.isin(self.index, places) if places else np.zeros(self.index.size, bool)
        for row, outcome in self.override.items():
            mask[row] = wanted(outcome)
        return mask

    def codes(self) -> list[str]:
        """Return the codes of the notes that stand in this column."""
        return list(dict.fromkeys(outcome.code for outcome in (*self.special.values(), *self.override.values()) if isinstance(outcome, Noted)))

    def known(self) -> np.ndarray:
        """Return for each row whether it has a value."""
        mask = pc.is_valid(self.arrays[0]).to_numpy(zero_copy_only=False)
        mask = mask.copy() if self.encoded.whole else mask[self.index]
        for row, outcome in self.override.items():
            mask[row] = _value(outcome) is not None
        return mask

    def equal(self, wanted: Any) -> np.ndarray:
        """Return for each row whether its value is `wanted`."""
        return pc.equal(self.arrays[0], wanted).fill_null(False).to_numpy(zero_copy_only=False)[self.index]

    def firsts(self) -> list[Any]:
        """Return the values row by row; of a time its beginning."""
        values = self.arrays[0].to_pylist()
        found = values if self.encoded.whole else list(map(values.__getitem__, self.index.tolist()))
        for row, outcome in self.override.items():
            value = _value(outcome)
            found[row] = value[0] if isinstance(value, Span) else value
        return found

    def staged(self) -> list[pa.Array]:
        """Return the staged columns of this field, row by row."""
        take = pa.array(self.index)
        arrays = self.arrays if self.encoded.whole else [array.take(take) for array in self.arrays]
        if not self.override:
            return arrays
        changed = np.zeros(self.index.size, bool)
        changed[list(self.override)] = True
        blank = (None,) * len(arrays)
        values = [_value(self.override[row]) for row in sorted(self.override)]
        parts = list(zip(*(value if isinstance(value, Span) else blank if value is None else (value,) for value in values), strict=True))
        return [pc.replace_with_mask(array, pa.array(changed), pa.array(part, array.type)) for array, part in zip(arrays, parts, strict=True)]


def _value(outcome: Any) -> Any:
    return None if isinstance(outcome, (Reject, Clock)) else outcome.value if isinstance(outcome, Noted) else outcome


class Reader:
    """Reads one column chunk after chunk; odd cells are remembered, so that a repeated one costs one look-up.

    A time that is `whole` fills its cell; of a range in a cell one end is taken, and no cell is plain.
    """

    def __init__(self, field: Field, parse: Callable[[Any], Any], *, whole: bool = True) -> None:
        self.field = field
        self.whole = whole
        self.parse = parse
        self.memo: dict[Any, Any] = {}

    def read(self, encoded: Encoded) -> Typed:
        """Return the typed column of one chunk."""
        if len(self.memo) > MEMO:
            self.memo.clear()
        special: dict[int, Any] = {}
        arrays = self._times(encoded, special) if self.field.kind == "time" else self._others(encoded, special)
        return Typed(self.field, encoded, arrays, special)

    def _one(self, cell: Any) -> Any:
        found = self.memo.get(cell, self)
        if found is self:
            found = self.memo[cell] = self.parse(cell)
        return found

    def _slowly(self, encoded: Encoded, places: np.ndarray, special: dict[int, Any]) -> list[Any]:
        """Return the values of single cells, and remember those that need a word."""
        values = []
        some = encoded.cells.take(pa.array(places)).to_pylist() if encoded.textual else [encoded.cells[at] for at in places.tolist()]
        for at, cell in zip(places.tolist(), some, strict=True):
            outcome = self._one(cell)
            if isinstance(outcome, (Reject, Noted, Clock)):
                special[at] = outcome
                outcome = _value(outcome)
            values.append(outcome)
        return values

    def _others(self, encoded: Encoded, special: dict[int, Any]) -> list[pa.Array]:
        kind = ARROW[self.field.columns[0][1]]
        size = len(encoded.cells)
        if self.field.kind not in _KEPT_AS_WRITTEN:
            return [pa.array(self._slowly(encoded, np.arange(size), special), kind)]
        if encoded.textual:
            plain = bulk.plain_text(encoded.cells, self.field.kind)
            odd = np.flatnonzero(~plain)
            if not odd.size:
                return [encoded.cells]
            return [pc.replace_with_mask(encoded.cells, pa.array(~plain), pa.array(self._slowly(encoded, odd, special), kind))]
        texts = np.fromiter((type(cell) is str for cell in encoded.cells), bool, size)
        if texts.mean() < 0.5:
            return [pa.array(self._slowly(encoded, np.arange(size), special), kind)]
        told = Encoded(pa.array([cell if text else "" for cell, text in zip(encoded.cells, texts, strict=True)], kind), encoded.index)
        odd = np.flatnonzero(~(bulk.plain_text(told.cells, self.field.kind) & texts))
        changed = np.zeros(size, bool)
        changed[odd] = True
        return [pc.replace_with_mask(told.cells, pa.array(changed), pa.array(self._slowly(encoded, odd, special), kind))]

    def _times(self, encoded: Encoded, special: dict[int, Any]) -> list[pa.Array]:
        if self.whole and encoded.textual and (plain := bulk.alike(encoded.cells)):
            return plain
        size = len(encoded.cells)
        spans = bulk.no_spans(size)
        if not self.whole:
            done = np.zeros(size, bool)
        elif encoded.textual:
            done = bulk.times_of_text(encoded.cells, spans)
        else:
            done = np.zeros(size, bool)
            kinds = [type(cell) for cell in encoded.cells]
            for kind, arrow in ((date, pa.date32()), (datetime, pa.timestamp("us")), (str, pa.string())):
                rows = np.flatnonzero(np.fromiter((k is kind for k in kinds), bool, size))
                if not rows.size:
                    continue
                some = pa.array([encoded.cells[at] for at in rows.tolist()], arrow)
                if kind is str:
                    part = bulk.no_spans(rows.size)
                    sure = bulk.times_of_text(some, part)
                    for whole, filled in zip(spans, part, strict=True):
                        whole[rows] = filled
                else:
                    sure = bulk.times_of_cells(some, rows, spans, days=kind is date)
                done[rows] = sure
        odd = np.flatnonzero(~done)
        for at, span in zip(odd.tolist(), self._slowly(encoded, odd, special), strict=True):
            if span is not None:
                spans.start[at], spans.end[at] = (span.start - _EPOCH) // _MICROSECOND, (span.end - _EPOCH) // _MICROSECOND
                spans.precision[at] = bulk.PRECISIONS.index(span.precision)
        return spans.arrays()


def blank(field: Field, size: int) -> list[pa.Array]:
    """Return the staged columns of a field that the sheet does not have."""
    return [pa.nulls(size, ARROW[kind]) for _, kind in field.columns]
