"""Keys of rows: the table's own, else its fallback; keys that occur twice, keys that lost their zeros."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi.exports.fields import Table
from kpi.exports.typed import Typed

FALLBACK = "~"
"""Begins a key made of names and dates instead of a number."""

OPTIONAL = frozenset(["receipt_no", "source", "round"])
"""Parts of a fallback key that may be blank."""

_FIRM = re.compile(r"股份有限公司|有限责任公司|有限公司|责任公司|集团公司|股份公司|\([^()]*\)|\[[^\[\]]*\]|[\s·.,、\-_]")
LISTED = 200


def plain_name(name: str) -> str:
    """Return a name or address as keys compare it: half width, lower case, without spaces, brackets and the form of company."""
    text = unicodedata.normalize("NFKC", name).lower()
    return _FIRM.sub("", text) or text


def _text(value: Any, *, normalised: bool) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat() if value.hour or value.minute or value.second else value.date().isoformat()
    return plain_name(str(value)) if normalised else str(value)


def _parts(table: Table, names: tuple[str, ...], columns: dict[str, Typed], size: int, *, fallback: bool) -> list[list[str | None]]:
    parts = []
    for name in names:
        field = table.by_name[name]
        sources = [name]
        if fallback and field.kind == "time":
            # an event that was never booked is told by when it happened
            sources += [other for group in table.required for other in group if other != name and name in group]
        normalised = fallback and field.kind in ("name", "text")
        told = [columns[source].firsts() for source in sources if source in columns]
        found: list[Any] = told[0] if told else [None] * size
        for others in told[1:]:
            found = [one if one is not None else other for one, other in zip(found, others, strict=True)]
        parts.append(found if field.kind == "id" else [_text(value, normalised=normalised) for value in found])
    return parts


def of(table: Table, columns: dict[str, Typed], wanted: np.ndarray) -> pa.StringArray:
    """Return the key of each wanted row of a chunk; null where neither key nor fallback can be told."""
    if len(table.key) == 1 and table.by_name[table.key[0]].kind == "id" and table.key[0] in columns:
        told = columns[table.key[0]].staged()[0]
        if not told.null_count:
            return told
    return pa.array(_told(table, columns, wanted), pa.string())


def _told(table: Table, columns: dict[str, Typed], wanted: np.ndarray) -> list[str | None]:
    size = wanted.size
    parts = _parts(table, table.key, columns, size, fallback=False)
    if len(parts) == 1:
        found = list(parts[0])
    else:
        found = [None if None in row else "|".join(row) for row in zip(*parts, strict=True)]  # type: ignore[arg-type]
    if table.fallback and None in found:
        lacking = [row for row, key in enumerate(found) if key is None and wanted[row]]
        if lacking:
            others = _parts(table, table.fallback, columns, size, fallback=True)
            optional = [name in OPTIONAL for name in table.fallback]
            for row in lacking:
                texts = [part[row] for part in others]
                if all(text is not None or may for text, may in zip(texts, optional, strict=True)):
                    found[row] = FALLBACK + "|".join(text or "" for text in texts)
    return found


class Watch:
    """Watches the keys of rows as they are staged: whether each is the number of its row, and greater than the one before."""

    def __init__(self, table: Table) -> None:
        self.number = table.key[0] if len(table.key) == 1 and table.by_name[table.key[0]].kind == "id" else None
        self.own, self.rising = self.number is not None, True
        self._last: str | None = None

    def see(self, rows: pa.Table) -> None:
        """Look at the next staged rows."""
        told = rows["_key"].combine_chunks()
        if not len(told):
            return
        self.own = self.own and self.number in rows.column_names and rows[self.number].combine_chunks().equals(told)
        self.rising = self.rising and (self._last is None or self._last < told[0].as_py()) and pc.all(pc.less(told[:-1], told[1:])).as_py() is not False
        self._last = told[-1].as_py()

    def said(self) -> str:
        """Return what holds of all keys, as words."""
        return " ".join(word for word, holds in (("own", self.own), ("rising", self.rising)) if holds)


class Widths:
    """Watches the widths of numeric keys in a column: 12 among 0012 has lost its zeros."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.samples: dict[int, list[tuple[int, str]]] = {}

    def watch(self, column: Typed, first: int) -> None:
        """Count the widths of a chunk's identifiers and keep the first rows of each width; `first` is the number of its first row."""
        cells = column.arrays[0]
        digits = pc.match_substring_regex(cells, "^[0-9]+$").fill_null(False).to_numpy(zero_copy_only=False)
        widths = np.where(digits, pc.binary_length(cells).fill_null(0).to_numpy(zero_copy_only=False), 0)[column.index]
        for width in np.flatnonzero(np.bincount(widths)).tolist():
            if width:
                rows = np.flatnonzero(widths == width)
                self.counts[width] += rows.size
                kept = self.samples.setdefault(width, [])
                kept += [(first + row, column.value(row)) for row in rows[: LISTED - len(kept)].tolist()]

    def narrow(self) -> tuple[int, list[tuple[int, str]]]:
        """Return (usual width, [(row, key)]) of keys narrower than most of their column."""
        if len(self.counts) < 2:
            return 0, []
        usual, times = self.counts.most_common(1)[0]
        if usual < 4 or times < 0.5 * sum(self.counts.values()):
            return usual, []
        return usual, sorted(pair for width, pairs in self.samples.items() if width < usual for pair in pairs)
