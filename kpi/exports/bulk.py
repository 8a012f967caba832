"""Many cells at once: the plain spellings that make up nearly all of a clean ledger, read by arithmetic on whole columns.

What is not spelled plainly is left to the parsers of single cells; both must agree (tested).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi.exports.choices import BLANKS
from kpi.exports.spans import FIRST_YEAR, LAST_YEAR

PRECISIONS = ("moment", "half", "slot", "day", "month", "vague")
MOMENT, DAY = PRECISIONS.index("moment"), PRECISIONS.index("day")
NONE = -1
"""Stands for 'no span' among precisions."""

_BLANK_WORDS = pa.array(sorted(BLANKS))
_LONGEST_BLANK = max(len(word.encode()) for word in BLANKS)
_ID = r"^[0-9A-Za-z-]*[1-9][0-9A-Za-z-]*$"
_MOBILE = r"^1[0-9]{10}$"
_MICROSECONDS_OF_A_DAY = 86_400_000_000


class Spans(NamedTuple):
    """Spans of many cells: microseconds from and to, and the place of the precision (-1 for none)."""

    start: np.ndarray
    end: np.ndarray
    precision: np.ndarray

    def arrays(self) -> list[pa.Array]:
        """Return the three staged columns."""
        none = self.precision == NONE
        words = pa.DictionaryArray.from_arrays(pa.array(self.precision, pa.int8(), mask=none), pa.array(PRECISIONS)).cast(pa.string())
        return [pa.array(part.view("M8[us]"), pa.timestamp("us"), mask=none) for part in (self.start, self.end)] + [words]


def no_spans(size: int) -> Spans:
    """Return spans that are all blank, to be filled in."""
    return Spans(np.zeros(size, np.int64), np.zeros(size, np.int64), np.full(size, NONE, np.int8))


def plain_text(cells: pa.StringArray, kind: str) -> np.ndarray:
    """Return for each text whether it can be kept as it stands: no blanks around it, no odd signs, no blank mark."""
    if kind in ("id", "phone"):
        return pc.match_substring_regex(cells, _ID if kind == "id" else _MOBILE).to_numpy(zero_copy_only=False)
    size = len(cells)
    offsets = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + size + 1]
    data = np.frombuffer(cells.buffers()[2] or b"", np.uint8)[: offsets[-1]] if offsets[-1] else np.zeros(0, np.uint8)
    plain = offsets[1:] > offsets[:-1]
    if not data.size:
        return plain
    # a control sign, or the first byte of a character that may be an odd space or quotation mark
    odd = (data < 32) & (data != 10) | (data == 0xC2) | (data == 0xE2) | (data == 0xE1)
    if kind == "text":
        # brackets and full-width forms, of which text keeps one width
        odd |= (data == 0x28) | (data == 0x29) | (data == 0xEF)
    after = np.concatenate((data[1:], np.zeros(2, np.uint8)))
    odd |= (data == 0xE3) & (after[:-1] == 0x80) & (after[1:] == 0x80) | (data == 0xEF) & (after[:-1] == 0xBB)
    places = np.flatnonzero(odd)
    if places.size:
        rows = np.searchsorted(offsets, places, side="right") - 1
        plain[rows[(rows >= 0) & (rows < size)]] = False
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    first, last = data[offsets[:-1][filled]], data[offsets[1:][filled] - 1]
    plain[filled[np.isin(first, np.frombuffer(b" '`#E\n", np.uint8)) | (last == 32) | (last == 10)]] = False
    short = np.flatnonzero(plain & (offsets[1:] - offsets[:-1] <= _LONGEST_BLANK))
    if short.size:
        plain[short[pc.is_in(pc.utf8_lower(cells.take(pa.array(short))), value_set=_BLANK_WORDS).to_numpy(zero_copy_only=False)]] = False
    return plain


def times_of_text(cells: pa.StringArray, spans: Spans) -> np.ndarray:
    """Fill in the spans of dates written in figures, with or without a time; returns which cells are done, blank ones too."""
    size = len(cells)
    offsets = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + size + 1]
    data = np.frombuffer(cells.buffers()[2] or b"", np.uint8)
    widths = np.diff(offsets)
    done = widths == 0
    for width in np.flatnonzero(np.bincount(np.minimum(widths, _WIDEST + 1))).tolist():
        shapes = _SHAPES.get(width)
        if shapes is None:
            continue
        rows = np.flatnonzero(widths == width)
        # one line for each place in a cell: its signs lie side by side
        if rows.size * width == offsets[-1] - offsets[0]:
            signs = np.ascontiguousarray(data[offsets[0] : offsets[-1]].reshape(rows.size, width).T)
        else:
            signs = np.stack([data[offsets[rows] + at] for at in range(width)])
        for shape in shapes:
            _read(shape, signs, rows, spans, done)
    return done


def _read(shape: str, signs: np.ndarray, rows: np.ndarray, spans: Spans, done: np.ndarray) -> None:
    """Read all cells of one shape, such as YYYY-M-D hh:mm, whose figures make a day and a time of day."""
    fits = np.ones(rows.size, bool)
    parts = dict.fromkeys("YMDhms", None)
    for letter, sign in zip(shape, signs, strict=True):
        if letter in parts:
            # below 0 there is no figure: it comes round at the other end
            figure = sign - np.uint8(48)
            fits &= figure <= 9
            parts[letter] = figure.astype(np.int32) if parts[letter] is None else parts[letter] * 10 + figure
        elif letter == "-":
            fits &= (sign == 45) | (sign == 47) | (sign == 46)
        elif letter == " ":
            fits &= (sign == 32) | (sign == 84)
        else:
            fits &= sign == 58
    year, month, day = parts["Y"], parts["M"], parts["D"]
    fits &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(fits, (year - FIRST_YEAR) * 12 + month - 1, 0)
    begin = _MONTHS[months]
    fits &= day <= _MONTHS[months + 1] - begin
    start = (begin + day - 1) * _MICROSECONDS_OF_A_DAY
    if parts["h"] is not None:
        second = parts["s"] if parts["s"] is not None else 0
        fits &= (parts["h"] <= 23) & (parts["m"] <= 59) & (second <= 59)
        start = start + (parts["h"] * 3600 + parts["m"] * 60 + second).astype(np.int64) * 1_000_000
    whole = fits.all()
    found = rows if whole else rows[fits]
    start = start if whole else start[fits]
    spans.start[found] = start
    spans.end[found] = start + (_MICROSECONDS_OF_A_DAY if parts["h"] is None else 0)
    spans.precision[found] = DAY if parts["h"] is None else MOMENT
    done[found] = True


_MONTHS = np.arange(f"{FIRST_YEAR}-01", f"{LAST_YEAR + 1}-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
"""Days from 1970 to the beginning of each month of the years that are read, and of the next."""


def _shapes() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for month in ("MM", "M"):
        for day in ("DD", "D"):
            found.setdefault(len(f"YYYY-{month}-{day}"), []).append(f"YYYY-{month}-{day}")
            for hour in ("hh", "h"):
                for rest in ("mm", "mm:ss"):
                    shape = f"YYYY-{month}-{day} {hour}:{rest}"
                    found.setdefault(len(shape), []).append(shape)
    return found


_SHAPES = _shapes()
_WIDEST = max(_SHAPES)


def times_of_cells(cells: pa.Array, rows: np.ndarray, spans: Spans, *, days: bool) -> np.ndarray:
    """Fill in the spans of date cells (`days`) or date and time cells of a workbook; returns which of `rows` are done."""
    start = cells.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).astype("M8[us]").view(np.int64)
    if not days:
        # day counts carry fractions of a second that nobody typed
        start = np.where(start % 1_000_000 == 0, start, (start + 500_000) // 1_000_000 * 1_000_000)
    sane = (start >= _FIRST) & (start < _LAST)
    whole = start % _MICROSECONDS_OF_A_DAY == 0
    found = rows[sane]
    spans.start[found] = start[sane]
    spans.end[found] = (start + np.where(whole, _MICROSECONDS_OF_A_DAY, 0))[sane]
    spans.precision[found] = np.where(whole, DAY, MOMENT)[sane]
    return sane


_FIRST = np.datetime64(f"{FIRST_YEAR}-01-01", "us").view(np.int64)
_LAST = np.datetime64(f"{LAST_YEAR + 1}-01-01", "us").view(np.int64)
