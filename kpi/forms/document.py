"""Placeholders of a Word document: paragraphs of the text, of tables, text boxes, headers, footers and notes."""

from __future__ import annotations

import re

from lxml import etree

from kpi.forms import texts
from kpi.forms.package import Package
from kpi.forms.texts import Seen

_PART = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml")


def fill(package: Package, seen: Seen) -> dict[str, etree._Element]:
    """Fill a document and return the parts that changed."""
    changed = {}
    for part in package.parts:
        found = _PART.fullmatch(part)
        if found:
            root = package.tree(part)
            # every paragraph is looked at
            if any([_paragraph(paragraph, seen, found[1]) for paragraph in root.iter("{*}p") if _of_word(paragraph)]):
                changed[part] = root
    return changed


def _paragraph(paragraph: etree._Element, seen: Seen, kind: str) -> bool:
    nodes = _nodes(paragraph)
    # where it stands is asked only of those that matter: it takes counting all before it
    return texts.marked(nodes) and texts.fill(nodes, seen, {"kind": kind, **_place(paragraph)})


def _of_word(element: etree._Element) -> bool:
    return "wordprocessingml" in element.tag


def _nodes(paragraph: etree._Element) -> list[etree._Element]:
    """Return the text nodes of a paragraph, not those of text boxes that hang on it."""
    return [node for node in paragraph.iter("{*}t") if _of_word(node) and next(one for one in node.iterancestors("{*}p") if _of_word(one)) is paragraph]


def _place(paragraph: etree._Element) -> dict[str, int]:
    """Return where a paragraph stands: in which row and column of a table, in a text box, else as which of its siblings."""
    if next((one for one in paragraph.iterancestors("{*}txbxContent")), None) is not None:
        return {"box": 1}
    cell = next((one for one in paragraph.iterancestors("{*}tc") if _of_word(one)), None)
    if cell is None:
        return {"paragraph": 1 + sum(1 for _ in paragraph.itersiblings("{*}p", preceding=True))}
    row = cell.getparent()
    return {"row": 1 + sum(1 for _ in row.itersiblings("{*}tr", preceding=True)), "column": 1 + sum(1 for _ in cell.itersiblings("{*}tc", preceding=True))}
