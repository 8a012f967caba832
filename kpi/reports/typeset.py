"""Typesetting with typst: no browser, no Office, no font of the machine; the same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from pylopdf_fonts_zh_cn import serif_path

SHEET = Path(__file__).with_name("paper.typ")
"""How a report looks on paper."""

STANDARDS = ["ua-1"]
"""PDF/UA-1: tagged, with title, language, and words for each picture."""


CannotDraw = typst.TypstError
"""Raised for a drawing or a document that cannot be set."""


@cache
def fonts() -> list[str]:
    """Return the folders of the fonts that are used."""
    return [str(serif_path().parent)]


def _compiled(files: Mapping[str, bytes], **how: Any) -> Any:
    return typst.compile(dict(files), font_paths=fonts(), ignore_system_fonts=True, **how)


def drawn(svg: str, density: float) -> bytes:
    """Return a drawing as PNG of so many dots per inch."""
    return _compiled({"main": b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")', "drawing.svg": svg.encode()}, format="png", ppi=density)


def document(told: Mapping[str, Any], drawings: Mapping[str, str], at: datetime) -> bytes:
    """Return the PDF of what the sheet reads, with its drawings by name, dated at a moment of the data."""
    return _compiled(_sheet(told, drawings), format="pdf", pdf_standards=STANDARDS, timestamp=at.replace(tzinfo=UTC))


def images(told: Mapping[str, Any], drawings: Mapping[str, str], at: datetime, density: float) -> list[bytes]:
    """Return the pages of the same as PNG of so many dots per inch."""
    made = _compiled(_sheet(told, drawings), format="png", ppi=density, timestamp=at.replace(tzinfo=UTC))
    return made if isinstance(made, list) else [made]


def _sheet(told: Mapping[str, Any], drawings: Mapping[str, str]) -> dict[str, bytes]:
    return {"main": SHEET.read_bytes(), "paper.json": json.dumps(told, ensure_ascii=False).encode(), **{name: svg.encode() for name, svg in drawings.items()}}
