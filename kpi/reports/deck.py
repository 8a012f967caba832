"""Slides as data, and their look as a file: 16:9, fonts of the theme and of East Asian signs, native charts that stay editable, plain tables, notes; the same input gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_MARK
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from kpi.reports.book import HEAD, INK, KEPT, LINE, MISS, MUTED, UNPROVEN
from kpi.reports.calls import Call, Told

WIDTH, HEIGHT = 13.333, 7.5
LEFT, RIGHT = 0.6, 12.733
"""Inches: the slide, and where text begins and ends."""
TITLE_ONLY = 5
FONTS = {"zh": ("微软雅黑", "微软雅黑"), "en": ("Calibri", "微软雅黑")}
"""Latin and East Asian font of the theme."""
PARTS = {"hit": KEPT, "unknown": UNPROVEN, "miss": MISS}
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The table style without lines and fills."""
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass
class Slide(Told):
    """A slide: its title, the line at its foot, its notes, and the calls of `Deck` that fill it."""

    CALLS = frozenset({"text", "tile", "table", "chart"})
    title: str
    footer: str
    notes: str
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Show:
    """All slides, dated at a moment of the data."""

    created: datetime
    title: str
    lang: str
    slides: Sequence[Slide]


def written(show: Show) -> bytes:
    """Return the slides as a file."""
    deck = Deck(show.created, show.title, show.lang)
    for one in show.slides:
        deck.slide(one.title, one.footer, one.notes)
        one.play(deck)
    return deck.close()


def colour(text: str) -> RGBColor:
    """Return a colour written as #RRGGBB."""
    return RGBColor.from_string(text.lstrip("#"))


class Deck:
    """Slides under construction, dated at a moment of the data."""

    def __init__(self, created: datetime, title: str, lang: str) -> None:
        self.made, self.lang = Presentation(), lang
        self._created = created
        self.made.slide_width, self.made.slide_height = Inches(WIDTH), Inches(HEIGHT)
        about = self.made.core_properties
        about.title, about.author, about.last_modified_by, about.comments, about.keywords, about.subject = title, "", "", "", "", ""
        about.created = about.modified = created
        about.revision, about.language = 1, "zh-CN" if lang == "zh" else "en"
        package = self.made.part.package
        for id, relation in list(package._rels.items()):
            if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
                # a picture of somebody else's empty slide
                package._rels.pop(id)
        self._theme(self.made.slide_master.part)

    def _theme(self, master: Any) -> None:
        theme = master.part_related_by(RELATIONSHIP_TYPE.THEME)
        latin, east = FONTS[self.lang]
        root = etree.fromstring(theme.blob)
        for kind in ("majorFont", "minorFont"):
            for font in root.iter(qn(f"a:{kind}")):
                font.find(qn("a:latin")).set("typeface", latin)
                font.find(qn("a:ea")).set("typeface", east)
                for script in font.iterfind(qn("a:font")):
                    if script.get("script") == "Hans":
                        script.set("typeface", east)
        theme._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def slide(self, title: str, footer: str, notes: str) -> None:
        """Begin a new slide with its title, a line at its foot and notes."""
        self._slide = slide = self.made.slides.add_slide(self.made.slide_layouts[TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (Inches(x) for x in (LEFT, 0.35, RIGHT - LEFT, 0.85))
        self.put(shape.text_frame, [title], size=26, bold=True, anchor=MSO_ANCHOR.MIDDLE)
        self.text((LEFT, 7.0, RIGHT - LEFT, 0.32), [footer], size=10, ink=MUTED)
        slide.notes_slide.notes_text_frame.text = notes
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            for run in paragraph.runs:
                self._font(run, 12, INK)

    def text(self, box: Sequence[float], texts: Sequence[str], *, size: float = 16, bold: bool = False, ink: str = INK, fill: str = "", centre: bool = False) -> None:
        """Write paragraphs into a box (left, top, width, height in inches); none where there is nothing to say."""
        texts = [one for one in texts if one or fill]
        if not texts:
            return
        shape = self._slide.shapes.add_textbox(*(Inches(x) for x in box))
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = colour(fill)
        self.put(shape.text_frame, texts, size=size, bold=bold, ink=ink, centre=centre)

    def put(self, frame: Any, texts: Sequence[str], *, size: float, bold: bool = False, ink: str = INK, centre: bool = False, anchor: Any = MSO_ANCHOR.TOP) -> None:
        """Write paragraphs into a frame of text."""
        frame.word_wrap, frame.vertical_anchor = True, anchor
        frame.margin_left = frame.margin_right = Inches(0.05)
        for at, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if not at else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.CENTER if centre else PP_ALIGN.LEFT
            paragraph.space_after = Pt(size / 3)
            run = paragraph.add_run()
            run.text = text
            self._font(run, size, ink, bold)

    def _font(self, run: Any, size: float, ink: str, bold: bool = False) -> None:
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour(ink)
        properties = run._r.get_or_add_rPr()
        properties.set("lang", "zh-CN" if self.lang == "zh" else "en-US")
        east = properties.find(qn("a:ea"))
        if east is None:
            east = etree.SubElement(properties, qn("a:ea"))
        east.set("typeface", FONTS[self.lang][1])

    def tile(self, box: Sequence[float], number: str, name: str, ink: str = INK) -> None:
        """Write a number with its name below."""
        left, top, width, height = box
        self.text(box, [""], fill="#F5F7F9", size=4)
        self.text((left, top + 0.12, width, height * 0.6), [number], size=36, bold=True, ink=ink, centre=True)
        self.text((left, top + height * 0.62, width, height * 0.36), [name], size=14, ink=MUTED, centre=True)

    def table(
        self, box: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, left: int = 1, size: float = 12,
        marked: Sequence[tuple[int, int, str]] = (),
    ) -> None:
        """Write a table; the first `left` columns read from the left, the others are figures; `marked` are cells by row and column, each with its ink."""
        inks = {(row, column): ink for row, column, ink in marked}
        shape = self._slide.shapes.add_table(len(rows) + 1, len(heads), *(Inches(x) for x in box))
        made = shape.table
        made._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
        for place, width in enumerate(widths):
            made.columns[place].width = Inches(width)
        height = Emu(int(Inches(box[3]) / (len(rows) + 1)))
        for at, cells in enumerate((heads, *rows)):
            made.rows[at].height = height
            for place, text in enumerate(cells):
                cell = made.cell(at, place)
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                if not at:
                    cell.fill.solid()
                    cell.fill.fore_color.rgb = colour(HEAD)
                self.put(cell.text_frame, [text], size=size, bold=not at, ink=inks.get((at - 1, place), INK), anchor=MSO_ANCHOR.MIDDLE)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT if place < left else PP_ALIGN.RIGHT
                cell.text_frame.paragraphs[0].space_after = Pt(0)
                _lined(cell)

    def chart(
        self, box: Sequence[float], title: str, categories: Sequence[str], series: Sequence[tuple[str, Sequence[float | None], str]], *, stacked: bool = True,
        lying: bool = False, form: str = "0",
    ) -> None:
        """Draw a native chart of (name, values, ink): stacked columns (`lying`: bars), or lines; its figures lie in a workbook inside and may be edited."""
        data = CategoryChartData(number_format="General")
        data.categories = categories
        for name, values, _ in series:
            data.add_series(name, values)
        kind = (XL_CHART_TYPE.BAR_STACKED if lying else XL_CHART_TYPE.COLUMN_STACKED) if stacked else XL_CHART_TYPE.LINE_MARKERS
        frame = self._slide.shapes.add_chart(kind, *(Inches(x) for x in box), data)
        frame.name = title
        frame._element.nvGraphicFramePr.cNvPr.set("descr", title)
        chart = frame.chart
        chart.font.size, chart.font.color.rgb = Pt(11), colour(MUTED)
        etree.SubElement(chart._chartSpace.txPr.find(f"{qn('a:p')}/{qn('a:pPr')}/{qn('a:defRPr')}"), qn("a:ea")).set("typeface", FONTS[self.lang][1])
        chart.has_title = True
        self.put(chart.chart_title.text_frame, [title], size=13, bold=True)
        chart.has_legend = len(series) > 1
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        plot = chart.plots[0]
        if stacked:
            plot.gap_width, plot.overlap = 45, 100
        axis = chart.value_axis
        axis.minimum_scale, axis.major_gridlines.format.line.color.rgb, axis.major_gridlines.format.line.width = 0, colour(LINE), Pt(0.5)
        axis.format.line.fill.background()
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
        chart.category_axis.format.line.color.rgb, chart.category_axis.major_tick_mark = colour(LINE), XL_TICK_MARK.NONE
        if lying:
            # the first on top, and its numbers below the last
            chart.category_axis.reverse_order, chart.category_axis.crosses = True, XL_AXIS_CROSSES.MAXIMUM
            axis.tick_labels.font.size = Pt(10)
        for drawn, (_, _, ink) in zip(plot.series, series, strict=True):
            if stacked:
                drawn.format.fill.solid()
                drawn.format.fill.fore_color.rgb = colour(ink)
            else:
                drawn.format.line.color.rgb, drawn.format.line.width, drawn.smooth = colour(ink), Pt(2), False
                drawn.marker.format.fill.solid()
                drawn.marker.format.fill.fore_color.rgb = colour(ink)
                drawn.marker.format.line.color.rgb = colour(ink)

    def close(self) -> bytes:
        """Return the finished slides, every part dated at the moment of the data."""
        told = io.BytesIO()
        self.made.save(told)
        return _dated(told.getvalue(), self._created)


def _lined(cell: Any) -> None:
    """Rule a cell at its foot."""
    properties = cell._tc.get_or_add_tcPr()
    line = etree.Element(qn("a:lnB"), w="6350")
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr")).set("val", LINE.lstrip("#"))
    # lines stand before the fill
    properties.insert(0, line)


def _dated(content: bytes, at: datetime) -> bytes:
    """Return an archive with every date in it, and in the workbooks inside, at one moment: nothing of it depends on when it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = _dated(part, at)
            elif name == "docProps/core.xml":
                part = STAMP.sub(f"{at:%Y-%m-%dT%H:%M:%S}Z".encode(), part)
            about = zipfile.ZipInfo(name, at.timetuple()[:6])
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            new.writestr(about, part)
    return out.getvalue()
