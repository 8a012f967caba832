"""Text on its way into a cell of a workbook, into a text file or into a document."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def inert(text: str) -> str:
    """Return text that stays text: XlsxWriter takes what begins with <r> and ends with </r> for markup of its own, and would break the file."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def legible(text: str) -> str:
    """Return text without the signs that no document may hold (controls, halves of pairs); a tab is a blank."""
    return _CONTROL.sub("", text.replace("\t", " "))
