"""Placeholders of a workbook: cells that say nothing else become numbers in their own format, the rest keeps its text around them; formulas are reckoned again when it is opened."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence

from lxml import etree

from kpi.exports import headers
from kpi.forms import texts
from kpi.forms.package import Package
from kpi.forms.texts import Seen

Changed = dict[str, etree._Element]
Place = dict[str, str | int]

WORKBOOK = "xl/workbook.xml"
STRINGS = "sharedStrings"


def fill(package: Package, seen: Seen) -> Changed:
    """Fill a workbook and return the parts that changed."""
    changed: Changed = {}
    related = package.related(WORKBOOK)
    strings = next((part for kind, part in related.values() if kind == STRINGS and part in package.parts), "")
    listed = list(package.tree(strings).iterfind("{*}si")) if strings else []
    sheets: Changed = {}
    for sheet in package.tree(WORKBOOK).iter("{*}sheet"):
        part = related.get(next((value for name, value in sheet.attrib.items() if name.endswith("}id")), ""), ("", ""))[1]
        if part not in package.parts:
            continue
        root = sheets[part] = package.tree(part)
        heads = _heads(package, part)
        if any([_cell(cell, listed, seen, {"sheet": sheet.get("name", ""), "cell": cell.get("r", "")}, heads) for cell in root.iter("{*}c")]) | _margins(root, seen, sheet.get("name", "")):
            changed[part] = root
    stale = {part: root for part, root in sheets.items() if changed and _forgotten(root)}
    return changed | stale | ({WORKBOOK: _reckoned_again(package.tree(WORKBOOK))} if stale else {})


def _forgotten(root: etree._Element) -> bool:
    """Take away what the formulas of a sheet came to before anything was filled; returns whether there are any."""
    cells = [cell for cell in root.iter("{*}c") if cell.find("{*}f") is not None]
    for cell in cells:
        for value in cell.findall("{*}v"):
            cell.remove(value)
        cell.attrib.pop("t", None)
    return bool(cells)


def _nodes(told: etree._Element) -> list[etree._Element]:
    """Return the text nodes of a string, without those that tell how it is pronounced."""
    return [node for node in told.iter("{*}t") if node.getparent() is told or etree.QName(node.getparent()).localname == "r"]


def _cell(cell: etree._Element, strings: Sequence[etree._Element], seen: Seen, place: Place, heads: set[str]) -> bool:
    """Fill one cell; returns whether anything was filled."""
    kind = cell.get("t")
    if kind not in ("s", "inlineStr") or cell.find("{*}f") is not None:
        return False
    value, inner = cell.find("{*}v"), cell.find("{*}is")
    if kind == "s":
        number = (value.text or "").strip() if value is not None else ""
        told = strings[int(number)] if number.isascii() and number.isdigit() and int(number) < len(strings) else None
    else:
        told = inner
    text = "".join(node.text or "" for node in _nodes(told)) if told is not None else ""
    if "{{" not in text.replace("｛", "{"):
        return False
    if place["cell"] in heads:
        # the name of a column stands in the table's own part too: the two must not differ
        for match in texts.PATTERN.finditer(text):
            seen.note(match[0], place, "table_head")
        return False
    only = texts.whole(text)
    filled = seen.values.get(only) if only else None
    if filled and filled["number"] is not None:
        seen.note(only, place)
        for child in [one for one in (value, inner) if one is not None]:
            cell.remove(child)
        cell.attrib.pop("t")
        etree.SubElement(cell, etree.QName(cell, "v").text).text = repr(filled["number"])
        return True
    fresh = etree.Element(etree.QName(cell, "is").text)
    fresh.extend(copy.deepcopy(child) for child in told)
    if not texts.fill(_nodes(fresh), seen, place):
        return False
    # a string shared with other cells stays as it is: this cell gets one of its own
    for child in [one for one in (value, inner) if one is not None]:
        cell.remove(child)
    cell.set("t", "inlineStr")
    cell.append(fresh)
    return True


def _heads(package: Package, part: str) -> set[str]:
    """Return the cells that head the columns of tables on a sheet."""
    found: set[str] = set()
    for kind, table in package.related(part).values():
        if kind == "table" and table in package.parts:
            root = package.tree(table)
            corner = re.fullmatch(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})\d+", root.get("ref", ""))
            if corner and root.get("headerRowCount", "1") != "0":
                found |= {f"{headers.letter(column)}{corner[2]}" for column in range(headers.place(corner[1]), headers.place(corner[3]) + 1)}
    return found


def _margins(root: etree._Element, seen: Seen, sheet: str) -> bool:
    """Fill header and footer of a sheet, where & begins a code and stands doubled."""
    found = root.find("{*}headerFooter")
    return any([texts.fill([node], seen, {"sheet": sheet, "kind": "margin"}, lambda text: text.replace("&", "&&")) for node in (found if found is not None else ())])


def _reckoned_again(root: etree._Element) -> etree._Element:
    """Return the workbook told to reckon its formulas when it is opened."""
    told = root.find("{*}calcPr")
    if told is None:
        told = etree.Element(etree.QName(root, "calcPr").text)
        # the order of the children is fixed: it stands behind all of these
        before = ("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups", "externalReferences", "definedNames", "AlternateContent", "revisionPtr")
        last = max((at for at, child in enumerate(root) if isinstance(child.tag, str) and etree.QName(child).localname in before), default=-1)
        root.insert(last + 1, told)
    told.set("fullCalcOnLoad", "1")
    return root
