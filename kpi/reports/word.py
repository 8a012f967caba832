"""A report in Word: its parts set into the tags of a .docx that staff edit; the same report and template give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from docx.document import Document as Docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from kpi.problems import DataProblem, did_you_mean
from kpi.reports import pictures, stationery
from kpi.reports.files import packed
from kpi.reports.paper import Block, Heading, Paper, Paragraph, Picture, Section, Table
from kpi.words import LANGUAGES, word
from kpi.words.cells import legible

LINE, LYING = 8844, 12756
"""Twentieths of a point: 156 mm, the width of a line, and 225 mm, that of a page lying on its side."""

TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}|\{#.*?#\}")
WHOLE = re.compile(r"\{\{p\s+(\w+)\s*\}\}")
LARGEST = 100 * 1024 * 1024
"""Bytes that the parts of a template may hold once they are unpacked."""
SHOWN = 40
"""Signs of a broken tag that are quoted."""

BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


def names(paper: Paper) -> tuple[dict[str, str], dict[str, str]]:
    """Return the tags of a report, (those of whole parts, those within a line), each with the key it stands for; Chinese names and keys are both known."""
    parts = {part.key: part.key for part in paper.sections} | {word(f"paper.section.{part.key}", "zh"): part.key for part in paper.sections}
    whole = parts | {"facts": "facts", word("paper.section.facts", "zh"): "facts", "attached": "attached", "附件说明": "attached", "attachments": "attachments", "附件": "attachments"}
    return whole, {"title": "title", "标题": "title", "title_lines": "lines", "标题分行": "lines", "period": "period", "期间": "period", "until": "until", "数据截至": "until"}


def template(paper: Paper) -> bytes:
    """Return the base document of a report: staff may edit its words, styles and order, and move or take out tags."""
    spelled = {key: name for tags in names(paper) for name, key in tags.items() if name.isascii() == (paper.lang == "en")}
    mark, issuer, number = paper.draft
    lines = [(mark, "KpiDraft"), (issuer, "KpiCentre"), (number, "KpiCentre"), ("", "KpiCentre"), (f"{{{{ {spelled['lines']} }}}}", "KpiTitle"), (f"{{{{ {spelled['period']} }}}}", "KpiPeriod"),
             (f"{{{{p {spelled['facts']} }}}}", "KpiBody")]
    for part in paper.sections:
        lines += [(part.title, "KpiLevel1"), (f"{{{{p {spelled[part.key]} }}}}", "KpiBody")]
    lines += [("", "KpiBody"), (f"{{{{p {spelled['attached']} }}}}", "KpiBody"), ("", "KpiBody"), *((text, "KpiSigned") for text in paper.signed), (f"{{{{p {spelled['attachments']} }}}}", "KpiBody")]
    return stationery.base(lines, paper.lang)


def document(paper: Paper, own: bytes | None = None) -> bytes:
    """Return the report in the base document or in one's `own`; raises DataProblem naming the tag that cannot be filled in. Where a picture cannot be drawn its table stands instead."""
    return pictures.mended(lambda found: _document(found, own), paper)


def _document(paper: Paper, own: bytes | None) -> bytes:
    whole, inline = names(paper)
    made = _opened(own or template(paper))
    stationery.dress(made.docx, paper.lang)
    _check(made.docx, whole, inline)
    until = next((text for label, text in paper.facts if label == word("paper.facts.until", paper.lang)), "")
    blocks: dict[str, Sequence[Any]] = {part.key: _set(made.docx, part.blocks) for part in paper.sections}
    attachments = _attachments(made.docx, paper)
    blocks |= {"facts": [_gap(), _facts(paper.facts), _gap()], "attached": _attached(paper), "attachments": attachments}
    told = {"title": paper.heading, "lines": paper.title, "period": paper.period, "until": until}
    context = {name: Markup("".join(etree.tostring(e, encoding="unicode") for e in blocks[key])) for name, key in whole.items()} | {name: told[key] for name, key in inline.items()}
    try:
        made.render(context, SandboxedEnvironment(autoescape=True, undefined=StrictUndefined))
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise _problem("broken", tag=_suspect(made.docx)) from error
    stationery.end_lying(made.docx)
    stationery.keep_signed(made.docx, [p.text for p in _attached(paper)])
    about = made.docx.core_properties
    about.title, about.created, about.modified, about.last_printed = f"{paper.heading} {paper.period}", paper.at, paper.at, paper.at
    about.author = about.last_modified_by = about.comments = about.keywords = about.subject = ""
    about.revision = 1
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()}, paper.at)


def _opened(content: bytes) -> DocxTemplate:
    found = DocxTemplate(io.BytesIO(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                raise _problem("not_word")
        found.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise _problem("not_word") from error
    return found


def _problem(key: str, **values: str) -> DataProblem:
    return DataProblem(*(word(f"paper.template.{key}", lang, **values) if values else word(f"paper.template.{key}", lang) for lang in LANGUAGES))


def _paragraphs(document: Docx) -> list[str]:
    """Return the text of every paragraph of a document, its headers and footers included."""
    roots = [document.element.body, *(part._element for section in document.sections for part in (section.header, section.footer, section.even_page_header, section.even_page_footer))]
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for root in roots for p in root.iter(qn("w:p"))]


def _check(document: Docx, whole: dict[str, str], inline: dict[str, str]) -> None:
    """Look at every tag before anything is filled in; raises DataProblem naming the first that cannot be."""
    listed = "、".join(name for name in (*inline, *whole) if not name.isascii())
    placed = False
    for text in _paragraphs(document):
        rest = TAG.sub("", text)
        for mark in ("{{", "{%", "}}", "%}"):
            if mark in rest:
                at = rest.index(mark)
                raise _problem("unclosed", tag=(rest[at:] if mark[0] == "{" else rest[:at + 2])[:SHOWN])
        for found in TAG.finditer(text):
            said = (found[1] or "").strip()
            if not said:
                continue
            name = re.sub(r"^p\s+", "", said)
            bare = re.split(r"\W", name, maxsplit=1)[0]
            if bare not in whole and bare not in inline:
                near = did_you_mean(bare, [*whole, *inline])
                zh, en = (word("paper.template.near", lang, name=near) if near else "" for lang in LANGUAGES)
                raise DataProblem(word("paper.template.unknown", "zh", tag=found[0], near=zh, names=listed), word("paper.template.unknown", "en", tag=found[0], near=en, names=listed))
            if bare in whole and not WHOLE.fullmatch(text.strip()):
                raise _problem("inline", tag=bare)
            placed = placed or bare in whole
    if not placed:
        raise _problem("lacks", names=listed)


def _suspect(document: Docx) -> str:
    """Return the first tag that is more than a name: what the template language stumbled over."""
    tags = [found[0] for text in _paragraphs(document) for found in TAG.finditer(text)]
    return next((tag for tag in tags if tag.startswith("{%") or not re.fullmatch(r"\{\{(p\s)?\s*\w+\s*\}\}", tag)), tags[0] if tags else "")[:SHOWN]


def _set(document: Docx, blocks: Sequence[Block], line: int = LINE) -> list[Any]:
    """Return blocks as paragraphs and tables of Word, on lines so long."""
    found: list[Any] = []
    for block in blocks:
        match block:
            case Heading():
                found.append(stationery.paragraph(block.text, f"KpiLevel{block.level}"))
            case Paragraph():
                found.append(stationery.paragraph(block.text, "KpiNote" if block.note else "KpiBody"))
            case Table():
                found += [stationery.paragraph(block.caption, "KpiCaption"), _table(block, line), _gap()]
            case Picture():
                found += [_picture(document, block), stationery.paragraph(block.caption, "KpiUnder")]
    return found


def _gap() -> Any:
    """Return the little room below a table."""
    return parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr></w:p>')


def _picture(document: Docx, block: Picture) -> Any:
    inline = document.part.new_pic_inline(io.BytesIO(pictures.png(block.svg)), Pt(block.width), Pt(block.height))
    inline.docPr.set("descr", legible(block.alt))
    inline.docPr.set("name", legible(block.caption))
    # the picture's own name would be that of a file
    inline.graphic.graphicData.pic.nvPicPr.cNvPr.set("name", legible(block.caption))
    found = stationery.paragraph("", "KpiPicture")
    run, drawing = found.find(qn("w:r")), OxmlElement("w:drawing")
    run.clear()
    drawing.append(inline)
    run.append(drawing)
    return found


def _cells(texts: Sequence[str], widths: Sequence[int], *, head: bool = False, left: Sequence[int] = (), fill: str = "", keep: bool = False) -> str:
    cells = []
    span = ""
    if fill and not any(texts[1:]):
        # a name alone stands over the whole width
        texts, widths, span = texts[:1], [sum(widths)], f'<w:gridSpan w:val="{len(widths)}"/>'
    for place, (text, width) in enumerate(zip(texts, widths, strict=True)):
        p = stationery.paragraph(text, "KpiHead" if head else "KpiCell")
        if place in left:
            p.find(qn("w:pPr")).append(parse_xml(f'<w:jc {nsdecls("w")} w:val="left"/>'))
        if keep:
            p.find(qn("w:pPr")).insert(1, OxmlElement("w:keepNext"))
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{shade}<w:vAlign w:val="center"/></w:tcPr>{etree.tostring(p, encoding="unicode")}</w:tc>')
    header = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(cells)}</w:tr>"


def _framed(rows: str, widths: Sequence[int]) -> Any:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:top w:w="25" w:type="dxa"/><w:left w:w="45" w:type="dxa"/><w:bottom w:w="25" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _widths(shares: Sequence[float], line: int = LINE) -> list[int]:
    return [round(line * share / sum(shares)) for share in shares]


def _table(block: Table, line: int) -> Any:
    widths, left = _widths(block.widths, line), (*range(block.left), *block.wrapped)
    rows = [_cells(row, widths, left=left, fill="EDEDED" if place in block.bands else "", keep=place in block.kept) for place, row in enumerate(block.rows)]
    return _framed(_cells(block.heads, widths, head=True, keep=block.whole) + "".join(rows), widths)


def _facts(facts: Sequence[tuple[str, str]]) -> Any:
    widths = _widths((22, 104))
    return _framed("".join(_cells(row, widths, left=(0, 1)) for row in facts), widths)


def _attached(paper: Paper) -> list[Any]:
    """Return the list of attachments below the text, without a stop."""
    if not paper.attachments:
        return []
    found = [word("paper.attached_one", paper.lang, n=place, title=part.title) for place, part in enumerate(paper.attachments, start=1)]
    lead = word("paper.attached", paper.lang)
    # without the width of a sign to align by, English ones follow each other
    told = [lead + found[0], *("　　　" + text for text in found[1:])] if paper.lang == "zh" else [f"{lead} {'; '.join(found)}"]
    return [stationery.paragraph(text, "KpiBody") for text in told]


def _attachments(document: Docx, paper: Paper) -> list[Any]:
    """Return the attachments; those with wide tables lie on their side where the template has them in its running text."""
    section = stationery.section_at(document, [name for name, key in names(paper)[0].items() if key == "attachments"])
    found: list[Any] = []
    lying = False
    for place, part in enumerate(paper.attachments, start=1):
        wide = part.wide and section is not None
        if wide != lying:
            found.append(_section_end(document, section, lying=lying))
        found += _attachment(document, paper, place, part, LYING if wide else LINE)
        lying = wide
    return [*found, _section_end(document, section, lying=True)] if lying else found


def _section_end(document: Docx, section: Any, *, lying: bool) -> Any:
    found = stationery.section_end(section, lying=lying)
    if lying:
        stationery.number_lying(document, found.find(f"{qn('w:pPr')}/{qn('w:sectPr')}"))
    return found


def _attachment(document: Docx, paper: Paper, place: int, part: Section, line: int) -> list[Any]:
    """Return an attachment on a page of its own: its number on the first line, its title on the third."""
    return [stationery.paragraph(word("paper.attachment", paper.lang, n=place), "KpiAttachment"), stationery.paragraph("", "KpiCentre"), stationery.paragraph(part.title, "KpiTitle"),
            *_set(document, part.blocks, line)]
