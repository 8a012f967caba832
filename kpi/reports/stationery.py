"""The stationery of reports in Word: the base document after GB/T 9704 that staff edit, with a tag where each part of a report goes.

Fonts are named, never shipped: where they are missing, Word takes the alternative written beside each.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENTATION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from kpi.words.cells import legible

SONG, FANG, HEI, KAI, TITLE = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
LATIN, PLAIN = "Times New Roman", "Arial"
INSTEAD = {FANG: "FangSong", HEI: "SimHei", KAI: "KaiTi", TITLE: "SimSun", SONG: "SimSun"}
"""What Word takes where a font is missing."""

PITCH = 579
"""Twentieths of a point from line to line: 28.95 points keep 22 lines on a page."""

TIGHT = -5
"""Twentieths of a point between signs, so that 28 of 16 points fit a line of 156 mm."""

MARGINS = {"top": 37, "left": 28, "bottom": 35, "right": 26}
"""Millimetres from the edges of A4 to the type area."""

HALF = 300
"""Signs that fill half a page."""

FOOT = 22
"""Millimetres from the edge to the page number, which then stands 7 mm below the type area."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """A paragraph style: the name staff read, font, size in half points, exact line pitch (0: as high as it needs), first-line indent in signs, alignment, what it keeps with, space above."""

    name: str
    font: str = FANG
    size: int = 32
    pitch: int = PITCH
    indent: int = 0
    align: str = "both"
    keep: bool = False
    breaks: bool = False
    above: int = 0
    right: int = 0
    level: int | None = None


LOOKS = {
    "KpiBody": Look(name="报告正文", indent=2),
    "KpiTitle": Look(name="报告标题", font=TITLE, size=44, pitch=640, align="center", keep=True),
    "KpiPeriod": Look(name="报告期间", font=KAI, align="center"),
    "KpiLevel1": Look(name="报告一级标题", font=HEI, indent=2, align="left", keep=True, level=0),
    "KpiLevel2": Look(name="报告二级标题", font=KAI, indent=2, align="left", keep=True, level=1),
    "KpiLevel3": Look(name="报告三级标题", indent=2, align="left", keep=True, level=2),
    "KpiDraft": Look(name="报告版头占位", font=HEI, align="left"),
    "KpiCentre": Look(name="报告居中", align="center"),
    "KpiSigned": Look(name="报告落款", align="right", right=4),
    "KpiCaption": Look(name="报告表题图题", font=HEI, size=24, pitch=0, align="center", keep=True, above=120),
    "KpiPicture": Look(name="报告图", size=24, pitch=0, align="center", keep=True, above=120),
    "KpiUnder": Look(name="报告图题", font=HEI, size=24, pitch=0, align="center"),
    "KpiNote": Look(name="报告表注", size=18, pitch=0, align="both", above=40),
    "KpiCell": Look(name="报告表格", size=18, pitch=0, align="center"),
    "KpiHead": Look(name="报告表头", font=HEI, size=18, pitch=0, align="center"),
    "KpiAttachment": Look(name="报告附件序号", font=HEI, align="left", breaks=True, keep=True),
    "KpiPage": Look(name="报告页码", font=SONG, size=28, pitch=0, align="right"),
}


def fonts(font: str) -> OxmlElement:
    """Return what names the fonts of a run: the Chinese one, and that of Latin letters and digits."""
    latin = PLAIN if font == HEI else LATIN
    return parse_xml(f'<w:rFonts {nsdecls("w")} w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{font}" w:hint="eastAsia"/>')


def _style(id: str, look: Look) -> OxmlElement:
    told = f'<w:spacing w:before="{look.above}" w:after="0" w:line="{look.pitch or 240}" w:lineRule="{"exact" if look.pitch else "auto"}"/>'
    grid = "" if look.pitch == PITCH else '<w:snapToGrid w:val="0"/>'
    keeps = ("<w:keepNext/><w:keepLines/>" if look.keep else "") + ("<w:pageBreakBefore/>" if look.breaks else "")
    indents = f'<w:ind w:firstLineChars="{look.indent * 100}" w:firstLine="{look.indent * 310}"' + (f' w:rightChars="{look.right * 100}" w:right="{look.right * 310}"' if look.right else "") + "/>"
    outline = "" if look.level is None else f'<w:outlineLvl w:val="{look.level}"/>'
    tight = f'<w:spacing w:val="{TIGHT}"/>' if look.pitch == PITCH and look.size == 32 else ""
    style = parse_xml(
        f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{look.name}"/><w:qFormat/>'
        f'<w:pPr>{keeps}<w:widowControl w:val="0"/><w:overflowPunct/>{grid}{told}{indents}<w:jc w:val="{look.align}"/>{outline}</w:pPr>'
        f'<w:rPr><w:color w:val="000000"/>{tight}<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/></w:rPr></w:style>'
    )
    style.find(qn("w:rPr")).insert(0, fonts(look.font))
    return style


def dress(document: Docx, lang: str) -> None:
    """Give a document the styles of reports that it lacks; those that it has stay as staff made them. Cells of English tables are set smaller: their words are longer; English text is not spread over the line."""
    styles = document.styles.element
    known = {style.get(qn("w:styleId")) for style in styles.findall(qn("w:style"))}
    for id, look in LOOKS.items():
        if id not in known:
            if lang == "en":
                look = replace(look, size=16 if id in ("KpiCell", "KpiHead") else look.size, align="left" if look.align == "both" else look.align)
            styles.append(_style(id, look))


def paragraph(text: str, style: str) -> OxmlElement:
    """Return a paragraph of a style; a line break stands where the text has one."""
    found = OxmlElement("w:p")
    about = OxmlElement("w:pPr")
    named = OxmlElement("w:pStyle")
    named.set(qn("w:val"), style)
    about.append(named)
    found.append(about)
    run = parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr></w:r>')
    for place, line in enumerate(legible(text).split("\n")):
        if place:
            run.append(OxmlElement("w:br"))
        written = OxmlElement("w:t")
        written.text = line
        written.set(qn("xml:space"), "preserve")
        run.append(written)
    found.append(run)
    return found


def _footer(align: str) -> str:
    """Return the page number between two dashes, a sign's width from the outer edge."""
    side = 'w:rightChars="100" w:right="280"' if align == "right" else 'w:leftChars="100" w:left="280"'
    run = f'<w:rPr><w:rFonts w:ascii="{SONG}" w:hAnsi="{SONG}" w:eastAsia="{SONG}"/><w:sz w:val="28"/></w:rPr>'
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="KpiPage"/><w:ind {side}/><w:jc w:val="{align}"/></w:pPr><w:r>{run}<w:t xml:space="preserve">— </w:t></w:r>'
        f'<w:r>{run}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{run}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>{run}<w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r>{run}<w:t>1</w:t></w:r><w:r>{run}<w:fldChar w:fldCharType="end"/></w:r><w:r>{run}<w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )


def _paged(document: Docx) -> None:
    """Set paper, margins, the grid of 22 lines, and page numbers: odd pages right, even pages left."""
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENTATION.PORTRAIT, Mm(210), Mm(297)
    for side, size in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(size))
    section.footer_distance, section.header_distance = Mm(FOOT), Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))
    grid = grid if grid is not None else section._sectPr.makeelement(qn("w:docGrid"))
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(PITCH))
    section._sectPr.append(grid)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        for old in list(footer._element):
            footer._element.remove(old)
        footer._element.append(parse_xml(_footer(align)))


LYING_PAGE = """<w:tbl {ns}><w:tblPr><w:tblpPr w:vertAnchor="page" w:horzAnchor="page" w:tblpX="{left}" w:tblpY="{top}"/><w:tblOverlap w:val="never"/><w:tblW w:w="{wide}" w:type="dxa"/>
<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{wide}"/></w:tblGrid>
<w:tr><w:trPr><w:trHeight w:val="{high}" w:hRule="exact"/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/><w:textDirection w:val="tbRl"/><w:vAlign w:val="bottom"/></w:tcPr>{number}</w:tc></w:tr></w:tbl>"""
"""A page number at the foot of the upright page where the page lies on its side: the edge on the left, turned clockwise like the page."""


def _twips(size: float) -> int:
    return round(size * 1440 / 25.4)


def number_lying(document: Docx, section: OxmlElement) -> None:
    """Let the page numbers of a section that lies on its side keep their place on the upright page, where they are those of the base document; the footers of one's own are left alone."""
    place = {"left": _twips(FOOT), "top": _twips(MARGINS["left"]), "wide": _twips(7), "high": _twips(210 - MARGINS["left"] - MARGINS["right"])}
    for reference in section.findall(qn("w:footerReference")):
        align = {"default": "right", "even": "left"}.get(reference.get(qn("w:type")))
        found = document.part.related_parts[reference.get(qn("r:id"))].element
        if align is None or [p.style for p in found.findall(qn("w:p"))] != ["KpiPage"] or found.find(qn("w:tbl")) is not None:
            continue
        part, id = document.part.add_footer_part()
        for old in list(part.element):
            part.element.remove(old)
        part.element.append(parse_xml(LYING_PAGE.format(ns=nsdecls("w"), number=_footer(align), **place)))
        part.element.append(parse_xml(f'<w:p {nsdecls("w")}/>'))
        reference.set(qn("r:id"), id)


def section_at(document: Docx, tags: Sequence[str]) -> OxmlElement | None:
    """Return the properties of the section in whose running text a tag stands alone; None where it stands elsewhere."""
    body = list(document.element.body)
    for at, child in enumerate(body):
        if child.tag == qn("w:p") and re.fullmatch(rf"\{{\{{p\s+({'|'.join(tags)})\s*\}}\}}", "".join(t.text or "" for t in child.iter(qn("w:t"))).strip()):
            return next(found for later in body[at:] for found in ([later] if later.tag == qn("w:sectPr") else later.iter(qn("w:sectPr"))))
    return None


def section_end(section: OxmlElement, *, lying: bool) -> OxmlElement:
    """Return the line that ends a section like the template's, upright or lying on its side: turned clockwise, so that the top of a page is its left edge."""
    copied = deepcopy(section)
    for name in ("w:type", "w:pgNumType"):
        for old in copied.findall(qn(name)):
            copied.remove(old)
    if lying:
        size, edges = copied.find(qn("w:pgSz")), copied.find(qn("w:pgMar"))
        size.set(qn("w:orient"), "landscape")
        width, height = size.get(qn("w:w")), size.get(qn("w:h"))
        size.set(qn("w:w"), height)
        size.set(qn("w:h"), width)
        was = {side: edges.get(qn(f"w:{side}")) for side in MARGINS}
        for side, old in (("top", "left"), ("right", "top"), ("bottom", "right"), ("left", "bottom")):
            edges.set(qn(f"w:{side}"), was[old])
    found = parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>')
    found.find(qn("w:pPr")).append(copied)
    return found


def keep_signed(document: Docx, attached: Sequence[str]) -> None:
    """Keep who signs, and the list of what is `attached`, on a page with the last paragraph of the text, unless that fills half a page itself."""
    signed = [p for p in document.paragraphs if p._p.style == "KpiSigned"]
    if not signed:
        return
    for p in signed[:-1]:
        p.paragraph_format.keep_with_next = True
    above = signed[0]._p.getprevious()
    while above is not None and above.tag == qn("w:p"):
        p = Paragraph(above, document)
        ends = bool(p.text.strip()) and p.text not in attached
        if len(p.text) < HALF:
            p.paragraph_format.keep_with_next = True
        if ends:
            return
        above = above.getprevious()


def end_lying(document: Docx) -> None:
    """Let a document that ends with a section lying on its side end there, without an empty page behind it."""
    body = document.element.body
    last, final = body[-2], body[-1]
    section = last.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") if last.tag == qn("w:p") else None
    if section is not None and section.find(qn("w:pgSz")).get(qn("w:orient")) == "landscape":
        body.remove(last)
        body.replace(final, section)


def _fonts_told(document: Docx) -> None:
    """Write the fonts with what to take where one is missing, and take the theme's fonts and the Japanese default out."""
    listed = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>' for name, other in INSTEAD.items())
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table._blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}><w:font w:name="{LATIN}"><w:family w:val="roman"/></w:font>{listed}</w:fonts>'.encode()
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in list(defaults):
        defaults.remove(old)
    defaults.append(fonts(FANG))
    defaults.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))
    for style in document.styles.element.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in ("Normal", "DefaultParagraphFont", "TableNormal", "NoList"):
            document.styles.element.remove(style)


def base(lines: Sequence[tuple[str, str]], lang: str) -> bytes:
    """Return the base document that holds these (text or tag, style) paragraphs, ready to be edited in Word."""
    document = Document()
    _fonts_told(document)
    dress(document, lang)
    _paged(document)
    body = document.element.body
    for old in [child for child in body if child.tag != qn("w:sectPr")]:
        body.remove(old)
    for text, style in lines:
        body.insert(len(body) - 1, paragraph(text, style))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
