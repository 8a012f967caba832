"""Text on its way into a cell of a workbook or of a text file."""

from __future__ import annotations


def inert(text: str) -> str:
    """Return text that stays text: XlsxWriter takes what begins with <r> and ends with </r> for markup of its own, and would break the file."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
