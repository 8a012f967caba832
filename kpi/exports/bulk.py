"""Many cells at once: the plain spellings that make up nearly all of a clean ledger, read by arithmetic on whole columns.

What is not spelled plainly is left to the parsers of single cells; both must agree (tested).
"""

from __future__ import annotations

from functools import cache
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
_STRANGE = np.isin(np.arange(256), np.frombuffer(b" '`#E\n", np.uint8))
"""Which bytes a text that can be kept as it stands does not begin with."""
_MOBILE = 11
"""Figures of a mobile number."""
_MICROSECONDS_OF_A_DAY = 86_400_000_000


class Spans(NamedTuple):
    """Spans of many cells: microseconds from and to, and the place of the precision (-1 for none)."""

    start: np.ndarray
    end: np.ndarray
    precision: np.ndarray

    def arrays(self) -> list[pa.Array]:
        """Return the three staged columns."""
        first = self.precision[0] if self.precision.size else NONE
        if first != NONE and (self.precision == first).all():
            none, words = None, pa.repeat(pa.scalar(PRECISIONS[first]), self.precision.size)
        else:
            none = self.precision == NONE
            words = pa.DictionaryArray.from_arrays(pa.array(self.precision, pa.int8(), mask=none), pa.array(PRECISIONS)).cast(pa.string())
        return [pa.array(part.view("M8[us]"), pa.timestamp("us"), mask=none) for part in (self.start, self.end)] + [words]


def no_spans(size: int) -> Spans:
    """Return spans that are all blank, to be filled in."""
    return Spans(np.zeros(size, np.int64), np.zeros(size, np.int64), np.full(size, NONE, np.int8))


def plain_text(cells: pa.StringArray, kind: str) -> np.ndarray:
    """Return for each text whether it can be kept as it stands: no blanks around it, no odd signs, no blank mark."""
    if kind in ("id", "phone"):
        return _identifiers(cells) if kind == "id" else _mobiles(cells)
    size = len(cells)
    offsets, data = _signs(cells)
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
    plain[filled[_STRANGE[first] | (last == 32) | (last == 10)]] = False
    short = np.flatnonzero(plain & (offsets[1:] - offsets[:-1] <= _LONGEST_BLANK))
    if short.size:
        plain[short[pc.is_in(pc.utf8_lower(cells.take(pa.array(short))), value_set=_BLANK_WORDS).to_numpy(zero_copy_only=False)]] = False
    return plain


def _signs(cells: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """Return (where each text begins, and the last one ends, among the bytes; the bytes up to there)."""
    offsets = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return offsets, np.frombuffer(cells.buffers()[2], np.uint8)[: offsets[-1]] if offsets[-1] else np.zeros(0, np.uint8)


def _holding(offsets: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return which texts hold any of these bytes; those before the first text are of none."""
    held = np.zeros(offsets.size - 1, bool)
    held[np.searchsorted(offsets, places[places >= offsets[0]], side="right") - 1] = True
    return held


def _identifiers(cells: pa.StringArray) -> np.ndarray:
    """Return which texts are figures, letters and hyphens with a figure other than 0 among them."""
    offsets, data = _signs(cells)
    wrong = ~((data - np.uint8(48) <= 9) | ((data | 32) - np.uint8(97) <= 25) | (data == 45))
    plain = ~_holding(offsets, np.flatnonzero(wrong)) & (offsets[1:] > offsets[:-1])
    unsure = np.flatnonzero(plain)
    for back in range(1, 5):
        # mostly one of the last signs is such a figure
        unsure = unsure[data[np.maximum(offsets[1:][unsure] - back, offsets[:-1][unsure])] - np.uint8(49) > 8]
    if unsure.size:
        plain[unsure] = pc.match_substring_regex(cells.take(pa.array(unsure)), "[1-9]").to_numpy(zero_copy_only=False)
    return plain


def _mobiles(cells: pa.StringArray) -> np.ndarray:
    """Return which texts are eleven figures that begin with 1."""
    offsets, data = _signs(cells)
    rows = np.flatnonzero(np.diff(offsets) == _MOBILE)
    plain = np.zeros(len(cells), bool)
    fits = np.ones(rows.size, bool)
    for at, signs in enumerate(_lines(offsets, data, rows, _MOBILE)):
        fits &= signs - np.uint8(48) <= 9 if at else signs == 49
    plain[rows] = fits
    return plain


def _lines(offsets: np.ndarray, data: np.ndarray, rows: np.ndarray, width: int) -> np.ndarray:
    """Return one line for each place in cells of a width: the signs that stand there lie side by side."""
    if rows.size * width == offsets[-1] - offsets[0]:
        return np.ascontiguousarray(data[offsets[0] : offsets[-1]].reshape(rows.size, width).T)
    return data[offsets[rows] + np.arange(width)[:, None]]


def beginning(cells: pa.StringArray, signs: np.ndarray) -> np.ndarray:
    """Return which texts are blank or begin with one of `signs` (which of the first 65,536 characters they are), or with a character that is not looked at closely."""
    offsets, data = _signs(cells)
    found = np.ones(len(cells), bool)
    rows = np.flatnonzero(offsets[1:] > offsets[:-1])
    starts = offsets[:-1][rows]
    first = data[starts].astype(np.uint16)
    found[rows[first < 0x80]] = signs[first[first < 0x80]]
    three = np.flatnonzero(first >> 4 == 0xE)
    second, third = (data[starts[three] + at].astype(np.uint16) & 0x3F for at in (1, 2))
    found[rows[three]] = signs[(first[three] & 0xF) << 12 | second << 6 | third]
    return found


def holding(cells: pa.StringArray, signs: str) -> np.ndarray:
    """Return which texts hold one of `signs`, Chinese characters all of them."""
    offsets, data = _signs(cells)
    places = [np.zeros(0, np.int64)]
    if data.size > 2 and data.max() >= 0x80:
        for sign in signs:
            first, second, third = sign.encode()
            places.append(np.flatnonzero((data[2:] == third) & (data[1:-1] == second) & (data[:-2] == first)))
    return _holding(offsets, np.concatenate(places))


def times_of_text(cells: pa.StringArray, spans: Spans) -> np.ndarray:
    """Fill in the spans of dates written in figures, with or without a time; returns which cells are done, blank ones too."""
    offsets, data = _signs(cells)
    widths = np.diff(offsets)
    done = widths == 0
    for width in np.flatnonzero(np.bincount(np.minimum(widths, _WIDEST + 1))).tolist():
        shapes = _SHAPES.get(width)
        if shapes is None:
            continue
        rows = np.flatnonzero(widths == width)
        if width in _WHOLE and _cast(cells, rows, width == _WHOLE[0], spans, done):
            continue
        signs = _lines(offsets, data, rows, width)
        for shape in shapes:
            _read(shape, signs, rows, spans, done)
    return done


def alike(cells: pa.StringArray) -> list[pa.Array] | None:
    """Return the three staged columns of cells that are blank or all dates, or all dates with a time, written in full in equally many signs; None where they are not."""
    offsets, _ = _signs(cells)
    widths = np.diff(offsets)
    width = int(widths.max(initial=0))
    filled = widths == width
    if width not in _WHOLE or not (filled | (widths == 0)).all():
        return None
    size, known = len(cells), None if filled.all() else pa.py_buffer(np.packbits(filled, bitorder="little"))
    told = pa.StringArray.from_buffers(size, pa.py_buffer(offsets), cells.buffers()[2], known)
    try:
        start = told.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    ends = pc.min_max(start)
    if ends["min"].value < _FIRST or ends["max"].value >= _LAST:
        return None
    days = width == _WHOLE[0]
    end = pc.add(start, pa.scalar(_MICROSECONDS_OF_A_DAY, pa.duration("us"))) if days else start
    return [start, end, pa.StringArray.from_buffers(size, *_same(PRECISIONS[DAY if days else MOMENT], size.bit_length()), known)]


@cache
def _same(word: str, length: int) -> list[pa.Buffer]:
    """Return the two buffers of a text that stands in so many rows as have numbers of `length` bits."""
    return pa.repeat(pa.scalar(word), (1 << length) - 1).buffers()[1:]


def _cast(cells: pa.StringArray, rows: np.ndarray, days: bool, spans: Spans, done: np.ndarray) -> bool:
    """Read cells of a width of `_WHOLE` where every one is a sensible date written in full with hyphens; return whether they were."""
    some = cells if rows.size == len(cells) else cells.take(pa.array(rows))
    try:
        start = some.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).view(np.int64)
    except pa.ArrowInvalid:
        return False
    if start.min() < _FIRST or start.max() >= _LAST:
        return False
    spans.start[rows] = start
    spans.end[rows] = start + _MICROSECONDS_OF_A_DAY if days else start
    spans.precision[rows] = DAY if days else MOMENT
    done[rows] = True
    return True


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
_WHOLE = (len("YYYY-MM-DD"), len("YYYY-MM-DD hh:mm"), len("YYYY-MM-DD hh:mm:ss"))
"""Widths at which Arrow reads just what is read here, if hyphens part it."""


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
