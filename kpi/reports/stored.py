"""What reports say as one file of plain JSON, and back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kpi.reports import bound, calls, deck, paper

SHAPES = {one.__name__: one for one in (
    calls.Call, bound.Drawing, bound.Look, bound.Sheet, bound.Workbook, paper.Heading, paper.Paper, paper.Paragraph, paper.Picture, paper.Section, paper.Table, deck.Show, deck.Slide,
)}
"""What contents are made of, by the name under which it is stored: a name never changes its meaning."""

KIND = "="
"""Key of a stored object's name; no other dict has it."""


def _plain(value: Any) -> Any:
    """Return what JSON does not know as what it does."""
    if isinstance(value, datetime):
        return {KIND: "datetime", "at": value.isoformat()}
    return sorted(value) if isinstance(value, frozenset) else {KIND: type(value).__name__, **vars(value)}


def _made(told: dict[str, Any]) -> Any:
    if (kind := told.pop(KIND, None)) is None:
        return told
    return datetime.fromisoformat(told["at"]) if kind == "datetime" else SHAPES[kind](**told)


def packed(contents: Mapping[str, Any]) -> bytes:
    """Return contents as a file; the same contents give the same bytes."""
    return gzip.compress(json.dumps(contents, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), mtime=0)


def unpacked(file: bytes) -> dict[str, Any]:
    """Return the contents of such a file."""
    return json.loads(gzip.decompress(file), object_hook=_made)
