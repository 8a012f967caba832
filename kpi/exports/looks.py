"""The look of the workbooks this room hands back: colours, fonts, widths, print set-up, and texts that never turn into formulas."""

from __future__ import annotations

import math
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

INK, MUTED, LINE, HEAD, BAND = "#1B2733", "#5B6B7B", "#C9D3DC", "#E6ECF2", "#F5F7F9"
RED, YELLOW = "#FFC7CE", "#FFEB9C"
FONTS = {"zh": "微软雅黑", "en": "Calibri"}
A4 = 9
MADE = datetime(2024, 1, 1)
"""Date in the file's properties: the same content gives the same bytes."""

NARROW, WIDE = 7, 40
"""Least and greatest width of a column of data."""


def workbook(path: Path, lang: str, **options: Any) -> xlsxwriter.Workbook:
    """Return a new workbook in which text stays text."""
    book = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
         "default_format_properties": {"font_name": FONTS[lang], "font_size": 10, "font_color": INK}, **options},
    )
    book.set_properties({"created": MADE, "author": "", "comments": ""})
    return book


def looks(lang: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every look by name."""
    base = {"font_name": FONTS[lang], "font_size": 10, "font_color": INK, "valign": "vcenter"}
    boxed = {"border": 1, "border_color": LINE}
    return {
        "": base,
        "title": base | {"font_size": 14, "bold": True},
        "note": base | {"font_color": MUTED},
        "head": base | boxed | {"bold": True, "bg_color": HEAD, "text_wrap": True, "align": "center"},
        "error": base | boxed | {"bg_color": RED, "font_color": "#8E1B12"},
        "warning": base | boxed | {"bg_color": YELLOW, "font_color": "#6B4E00"},
        "said_error": base | boxed | {"bg_color": "#FDEDEB", "font_color": "#8E1B12", "text_wrap": True, "font_size": 9},
        "said_warning": base | boxed | {"bg_color": "#FFF8E1", "font_color": "#6B4E00", "text_wrap": True, "font_size": 9},
        "told": base | boxed | {"text_wrap": True},
        "count": base | boxed | {"align": "center"},
        "centred_error": base | boxed | {"bg_color": RED, "font_color": "#8E1B12", "align": "center"},
        "centred_warning": base | boxed | {"bg_color": YELLOW, "font_color": "#6B4E00", "align": "center"},
        "centred_info": base | boxed | {"align": "center", "font_color": MUTED},
        "link": base | boxed | {"align": "center", "font_color": "#1A5FB4", "underline": 1},
        "lead": base | {"text_wrap": True, "valign": "top"},
    }


def span(text: str) -> float:
    """Return the width a text takes in its longest line: a Chinese sign is as wide as two others."""
    return max((sum(1.9 if ord(sign) > 0x2E7F else 1.0 for sign in line) for line in text.split("\n")), default=0.0)


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of that width."""
    return sum(max(1, math.ceil(span(line) / max(width - 1, 1))) for line in text.split("\n"))


def height(text_lines: int, line: float = 14.0, rest: float = 4.0) -> float:
    """Return the height of a row of so many lines; Excel takes no more than 409 points."""
    return min(line * text_lines + rest, 400.0)


def printed(sheet: Worksheet, footer: str = "", across: int = 1) -> None:
    """Set a sheet up to print on A4 across, so many pages wide."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(across, 0)
    if footer:
        sheet.set_footer(f"&C&8{footer}")


def sheet_name(name: str, taken: set[str]) -> str:
    """Return a name Excel accepts for a sheet, unlike those taken; adds it to them."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31].strip(" '") or "Sheet"
    found, number = plain, 2
    while found.lower() in taken or found.lower() == "history":
        tail = f" {number}"
        found, number = plain[: 31 - len(tail)] + tail, number + 1
    taken.add(found.lower())
    return found
