"""A report as PDF: the same content as in Word, set by typst with the fonts of a package; tagged, and the same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpi.reports import pictures, stationery, typeset
from kpi.reports.paper import Block, Heading, Paper, Paragraph, Picture, Table
from kpi.words import word
from kpi.words.cells import legible


def document(paper: Paper) -> bytes:
    """Return the report as PDF/UA-1; where a picture cannot be drawn its table stands instead."""
    return pictures.mended(lambda found: typeset.document(*told(found), found.at), paper)


def told(paper: Paper) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the sheet reads, and the drawings that it names."""
    drawings: dict[str, str] = {}
    return {
        "lang": paper.lang, "title": paper.title.split("\n"), "period": paper.period, "facts": [list(map(legible, row)) for row in paper.facts], "draft": list(paper.draft), "signed": list(paper.signed),
        "sections": [{"title": part.title, "blocks": _told(part.blocks, drawings)} for part in paper.sections],
        "attachments": [{"mark": word("paper.attachment", paper.lang, n=place), "title": part.title, "wide": part.wide, "blocks": _told(part.blocks, drawings)} for place, part in enumerate(paper.attachments, start=1)],
        "attached": {"lead": word("paper.attached", paper.lang), "items": [word("paper.attached_one", paper.lang, n=place, title=part.title) for place, part in enumerate(paper.attachments, start=1)]},
        "margins": stationery.MARGINS, "pitch": stationery.PITCH / 20, "tight": stationery.TIGHT / 20,
    }, drawings


def _told(blocks: Sequence[Block], drawings: dict[str, str]) -> list[dict[str, Any]]:
    """Return blocks as the sheet reads them, and put their drawings where it finds them."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        match block:
            case Heading():
                found.append({"kind": "heading", "text": legible(block.text), "level": block.level})
            case Paragraph():
                found.append({"kind": "note" if block.note else "text", "text": legible(block.text)})
            case Table():
                left = {*range(block.left), *block.wrapped}
                found.append({"kind": "table", "caption": legible(block.caption), "heads": list(map(legible, block.heads)), "rows": [list(map(legible, row)) for row in block.rows], "widths": list(block.widths),
                              "left": [place in left for place in range(len(block.widths))], "bands": sorted(block.bands), "whole": block.whole})
            case Picture():
                name = f"picture-{len(drawings) + 1}.svg"
                drawings[name] = block.svg
                found.append({"kind": "picture", "caption": legible(block.caption), "file": name, "alt": legible(block.alt), "height": block.height})
    return found
