"""What a cell is read as: a plain value, None for blank, a reject, or a value that deserves a note; and marks for cells that hold no value."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple


class Reject(NamedTuple):
    """A cell that cannot be read: the code of the reason, and what its message needs."""

    code: str
    args: dict[str, Any] = {}


class Noted(NamedTuple):
    """A value (or None) that was read but deserves a finding."""

    value: Any
    code: str
    args: dict[str, Any] = {}
    severity: str = "info"


class Mark(str):
    """Stands in a row for a cell whose value cannot be trusted: an Excel error, or a formula that was never calculated."""

    __slots__ = ()


ERRORS = frozenset("#N/A #DIV/0! #VALUE! #REF! #NAME? #NUM! #NULL! #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT!".split())
"""Excel's error values as text."""

UNCALCULATED = Mark("#公式未计算")
"""A formula without a stored result; an error workbook says so in its place, and is read back as the same."""

_ODD = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"), "")
_ODD |= dict.fromkeys(map(ord, "\u00a0\u3000\u2002\u2003\u2009\u202f\t"), " ")
_ODD |= dict.fromkeys((i for i in range(32) if i not in (9, 10)), "")
_DASHES = str.maketrans(dict.fromkeys("–—−‐‑―－﹣", "-"))
_QUOTES = "'’‘`´"
_SPACES = re.compile(r"[ \r\n]+")


def plain(text: str) -> str:
    """Return text without invisible signs, odd spaces, a leading apostrophe and outer blanks; its own characters stay as they are."""
    text = text.translate(_ODD).strip()
    while text and text[0] in _QUOTES:
        text = text[1:].lstrip()
    return text


def compact(text: str) -> str:
    """Return text in half width with one space between words, for parsers."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", plain(text))).strip()


def dashed(text: str) -> str:
    """Return text with every kind of dash as a hyphen."""
    return text.translate(_DASHES)


def faulty(value: object) -> Reject | None:
    """Return the reject for an error cell or an uncalculated formula, None for anything else."""
    if isinstance(value, str) and value.startswith("#") and value.strip() == UNCALCULATED:
        return Reject("formula_no_value")
    if isinstance(value, Mark):
        return Reject("error_cell", {"error": str(value)})
    if isinstance(value, str) and (value.startswith("#") and value.strip().upper() in ERRORS or value.startswith("Err:5")):
        return Reject("error_cell", {"error": value.strip()})
    return None
