"""The Word document after GB/T 9704, and templates that staff edit: what they add is kept, what they break is named."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from kpi.problems import DataProblem
from kpi.reports import pdf, pictures, word
from kpi.reports.paper import Heading, Paper, Paragraph, Picture, Section, Table


def paper(lang: str = "zh") -> Paper:
    svg, height = pictures.counted([("零跑腿", 57, 6, 6), ("1个流程", 53, 2, 14)], lang)
    blocks = [
        Heading("（一）信息对接"), Paragraph("本期通气69户<全部>&“五项承诺”兑现30户。" * 30), Picture(caption="图1　各项承诺", svg=svg, width=pictures.WIDTH, height=height, alt="条形图：零跑腿57户"),
        Table(caption="表1　指标完成情况", heads=("指标", "本月", "原因"), rows=[(f"第{n}项指标", f"{n}/{n + 3}\n62.5%", "") for n in range(60)] + [("合计", "", "")], widths=(3, 1, 2), bands=frozenset({60})),
        Paragraph("不满10件不列比例。", note=True),
    ]
    return Paper(
        lang=lang, title="企业用户获得用气“1.5”流程\n工作月报", period="2024年5月", facts=[("统计期间", "2024年5月1日至5月31日"), ("数据截至", "2024年6月2日")],
        sections=[Section(key="overall", title="一、总体情况", blocks=blocks), Section(key="results", title="二、指标完成情况", blocks=[Paragraph("正文{{不是标签}}。")])],
        attachments=[Section(key="misses", title="台账", blocks=[Paragraph("附件正文。")]), Section(key="definitions", title="口径说明", blocks=[Paragraph("口径。")])],
        draft=["送审稿", "（发文机关标志）", "（发文字号）"], signed=["（署名、印章）", "（成文日期）"], at=datetime(2024, 6, 2, 17, 30),
    )


@pytest.fixture(scope="module")
def document():
    return Document(io.BytesIO(word.document(paper())))


def edited(change) -> bytes:
    """Return the built-in template as somebody saved it who changed it in Word."""
    found = Document(io.BytesIO(word.template(paper())))
    change(found)
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def tagged(document, tag: str):
    return next(p for p in document.paragraphs if tag in p.text)


def test_paper_margins_grid_fonts_and_page_numbers_are_those_of_the_standard(document):
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [round(getattr(section, f"{side}_margin").mm) for side in ("top", "left", "bottom", "right")] == [37, 28, 35, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579"), "28.95 points: 22 lines"
    styles = {style.name: style.element for style in document.styles}
    fonts = {"报告正文": "仿宋_GB2312", "报告一级标题": "黑体", "报告二级标题": "楷体_GB2312", "报告标题": "方正小标宋简体", "报告页码": "宋体"}
    for name, font in fonts.items():
        told = styles[name].find(qn("w:rPr")).find(qn("w:rFonts"))
        assert told.get(qn("w:eastAsia")) == font and not [key for key in told.keys() if "Theme" in key], name
    body = styles["报告正文"]
    spacing, indent = body.pPr.find(qn("w:spacing")), body.pPr.find(qn("w:ind"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule")), indent.get(qn("w:firstLineChars"))) == ("579", "exact", "200")
    assert body.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5" and body.rPr.find(qn("w:sz")).get(qn("w:val")) == "32", "28 signs fit a line"
    assert document.settings.odd_and_even_pages_header_footer
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        assert footer.paragraphs[0].text.replace(" ", "").startswith("—") and footer._element.find(f".//{qn('w:jc')}").get(qn("w:val")) == align
    told = document.part.package.iter_parts()
    assert any(b'w:altName w:val="FangSong"' in part.blob for part in told if str(part.partname) == "/word/fontTable.xml")


def test_tables_have_their_caption_above_a_header_that_repeats_and_rows_that_stay_whole(document):
    table = next(t for t in document.tables if t.rows[0].cells[0].text == "指标")
    assert table._tbl.getprevious().xpath("string(.)") == "表1　指标完成情况"
    rows = table._tbl.findall(qn("w:tr"))
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * 61 and all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) == pytest.approx(156 / 25.4 * 1440, abs=3), "as wide as a line"
    assert [cell.text for cell in table.rows[61].cells] == ["合计"] * 3, "a name alone stands over the whole width"
    picture = document.inline_shapes[0]._inline
    assert picture.docPr.get("descr") == "条形图：零跑腿57户" and round(document.inline_shapes[0].width.pt) == 440
    text = "\n".join(p.text for p in document.paragraphs)
    assert "<全部>&“五项承诺”" in text and "正文{{不是标签}}。" in text and "送审稿" in text and "附件：1. 台账" in text and "附件2" in text


def test_signs_that_no_document_may_hold_are_left_out():
    strange = "坏\x0b的\x00名\ud800字\t<w:p>{{ 标题 }}"
    svg, height = pictures.counted([(strange, 1, 2, 3)], "zh")
    blocks = [Table(caption=strange, heads=(strange,), rows=[(strange,)], widths=(1,)), Picture(caption=strange, svg=svg, width=pictures.WIDTH, height=height, alt=strange)]
    about = replace(paper(), sections=[Section(key="overall", title="一", blocks=blocks)])
    made = Document(io.BytesIO(word.document(about)))
    assert made.tables[1].rows[1].cells[0].text == "坏的名字 <w:p>{{ 标题 }}" and len(made.inline_shapes) == 1
    assert "坏的名字" in re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.document(about))).pages))


def test_what_staff_add_move_and_take_out_is_kept():
    def change(found):
        tagged(found, "{{p 指标完成情况").insert_paragraph_before("局领导：请审阅。", style="报告正文")
        tagged(found, "二、指标完成情况").text = "二、指标（规划开发部）"
        for tag in ("{{p 数据说明", "{{p 附件 "):
            gone = tagged(found, tag)._p
            gone.getparent().remove(gone)
        found.styles["报告正文"].font.bold = True
        found.add_paragraph("截至{{ 数据截至 }}，{{标题}}。")

    made = Document(io.BytesIO(word.document(paper(), edited(change))))
    text = [p.text for p in made.paragraphs]
    assert "局领导：请审阅。" in text and "二、指标（规划开发部）" in text and made.styles["报告正文"].font.bold
    assert "截至2024年6月2日，企业用户获得用气“1.5”流程工作月报。" in text
    assert not any("统计期间" in cell.text for table in made.tables for row in table.rows for cell in row.cells) and "附件1" not in text
    assert text.index("局领导：请审阅。") < text.index("正文{{不是标签}}。")


def test_a_plain_document_of_ones_own_takes_the_styles_it_lacks():
    own = Document()
    own.add_paragraph("红头").runs[0].bold = True
    own.add_paragraph("{{p 总体情况 }}")
    out = io.BytesIO()
    own.save(out)
    made = Document(io.BytesIO(word.document(paper(), out.getvalue())))
    assert made.paragraphs[0].text == "红头" and made.paragraphs[1].style.name == "报告二级标题" and len(made.tables) == 1
    assert (made.core_properties.author, made.core_properties.created.replace(tzinfo=None)) == ("", datetime(2024, 6, 2, 17, 30))


@pytest.mark.parametrize(("tag", "zh", "en"), [
    ("{{p 总体情况", "模板里的标签“{{p 总体情况”没有写完", "is not closed"), ("{{p 总体请况 }}", "“{{p 总体请况 }}”不认识，是不是“总体情况”？", "did you mean '总体情况'"),
    ("见{{p 总体情况 }}", "“{{p 总体情况 }}”要单独成一段", "paragraph of its own"), ("{{ 总体情况 }}", "“{{p 总体情况 }}”要单独成一段", "paragraph of its own"),
    ("{% for 期间 %}", "“{% for 期间 %}”", "for"), ("{{ 标题.__class__ }}", "“{{ 标题.__class__ }}”写法不对", "not well written"), ("{{ 标题 | 大写 }}", "“{{ 标题 | 大写 }}”写法不对", "not well written"),
])
def test_a_broken_tag_is_named(tag, zh, en):
    def change(found):
        found.add_paragraph(tag)

    with pytest.raises(DataProblem) as told:
        word.document(paper(), edited(change))
    assert zh in told.value.zh and en in told.value.en


def test_no_tag_and_no_word_file_are_told(monkeypatch):
    empty = io.BytesIO()
    Document().save(empty)
    with pytest.raises(DataProblem, match="没有一个内容标签"):
        word.document(paper(), empty.getvalue())
    with pytest.raises(DataProblem, match="不是 .docx 文件"):
        word.document(paper(), b"PK no document")
    monkeypatch.setattr(word, "LARGEST", 1000)
    with pytest.raises(DataProblem, match="不是 .docx 文件"):
        word.document(paper(), word.template(paper()))


def test_the_english_template_has_english_tags():
    text = [p.text for p in Document(io.BytesIO(word.template(paper("en")))).paragraphs]
    assert {"{{ title_lines }}", "{{ period }}", "{{p facts }}", "{{p overall }}", "{{p attachments }}"} <= set(text) and not [t for t in text if t.startswith("{{") and not t.isascii()]


def lying(*wide: bool) -> Paper:
    """Return the report with attachments that lie on their side where said."""
    table = Table(caption="台账", heads=tuple("甲乙丙丁戊己"), rows=[tuple("一二三四五六")] * 3, widths=(1,) * 6, left=6)
    return replace(paper(), attachments=[Section(key=f"a{n}", title=f"附表{n}", blocks=[table], wide=one) for n, one in enumerate(wide)])


def laid(document) -> list[tuple[bool, int, int]]:
    """Return of each section whether it lies on its side, its width and that of its type area in millimetres."""
    return [(s._sectPr.find(qn("w:pgSz")).get(qn("w:orient")) == "landscape", round(s.page_width.mm), round((s.page_width - s.left_margin - s.right_margin) / 36000)) for s in document.sections]


UPRIGHT, ASIDE = (False, 210, 156), (True, 297, 225)


@pytest.mark.parametrize(("wide", "sections"), [((True, True), [UPRIGHT, ASIDE]), ((True, False), [UPRIGHT, ASIDE, UPRIGHT]), ((False, True), [UPRIGHT, ASIDE]), ((False, False), [UPRIGHT])])
def test_wide_attachments_lie_on_their_side_and_no_empty_page_follows(wide, sections):
    document = Document(io.BytesIO(word.document(lying(*wide))))
    assert laid(document) == sections
    tables = [t for t in document.tables if t.rows[0].cells[0].text == "甲"]
    assert [round(sum(int(column.get(qn("w:w"))) for column in t._tbl.tblGrid) / 1440 * 25.4) for t in tables] == [225 if one else 156 for one in wide]
    for aside, section in zip((one for one, *_ in sections), document.sections, strict=True):
        for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
            place = footer.tables[0].cell(0, 0) if aside else footer
            assert place.paragraphs[0].text.replace(" ", "").startswith("—") and place.paragraphs[0]._p.find(f"{qn('w:pPr')}/{qn('w:jc')}").get(qn("w:val")) == align, "page numbers go on"
            # where the page lies on its side its left edge is the foot of the upright one: 22 mm from it, beside the 156 mm of a line
            at = [] if not aside else [footer.tables[0]._tbl.tblPr.find(qn("w:tblpPr")).get(qn(f"w:tbl{name}")) for name in ("pX", "pY")] + [place._tc.tcPr.find(qn("w:textDirection")).get(qn("w:val"))]
            assert at == ([str(round(22 * 56.7)), str(round(28 * 56.69)), "tbRl"] if aside else [])
    pages = PdfReader(io.BytesIO(pdf.document(lying(*wide)))).pages
    assert [page.mediabox.width > page.mediabox.height for page in pages][-2:] == list(wide) and not any(page.mediabox.width > page.mediabox.height for page in pages[:-2])
    assert all("附表" in page.extract_text() for page in pages[-2:])
    for number, page, aside in zip((len(pages) - 1, len(pages)), pages[-2:], wide, strict=True):
        turned, (x, y) = _number(page, str(number))
        # an upright foot ends 7 mm below the type area, which is 35 mm from the edge; odd pages right, even pages left
        assert turned == aside and 22 < (x if aside else y) / 72 * 25.4 < 28 and ((210 - y / 72 * 25.4 if aside else x / 72 * 25.4) > 105) == bool(number % 2)


def _number(page, number: str) -> tuple[bool, tuple[float, float]]:
    """Return whether a page number reads downwards, and where it begins."""
    found = []

    def see(text, whole, own, *_):
        if text.replace(" ", "").strip("—\n ") == number:
            found.append((abs(own[0] * whole[0] + own[1] * whole[2]) < 0.01, (own[4] * whole[0] + own[5] * whole[2] + whole[4], own[4] * whole[1] + own[5] * whole[3] + whole[5])))

    page.extract_text(visitor_text=see)
    return found[-1]


def test_a_footer_of_ones_own_is_left_as_it_is_where_pages_lie_on_their_side():
    def footed(document):
        document.sections[0].footer.paragraphs[0].insert_paragraph_before("规划开发部")

    document = Document(io.BytesIO(word.document(lying(True), edited(footed))))
    assert [p.text for p in document.sections[1].footer.paragraphs][0] == "规划开发部" and not document.sections[1].footer.tables and document.sections[1].even_page_footer.tables


def test_attachments_of_a_template_that_goes_on_or_frames_them_stay_in_their_place():
    def closing(document):
        document.element.body.insert(len(document.element.body) - 1, copy_of(document, "报送范围：各科室"))

    own = edited(closing)
    document = Document(io.BytesIO(word.document(lying(True, True), own)))
    assert laid(document) == [UPRIGHT, ASIDE, UPRIGHT] and document.paragraphs[-1].text == "报送范围：各科室"

    def framed(document):
        tag = tagged(document, "附件 }}")
        cell = document.add_table(1, 1).rows[0].cells[0]
        cell.paragraphs[0].text = tag.text
        tag._element.getparent().remove(tag._element)

    assert laid(Document(io.BytesIO(word.document(lying(True, False), edited(framed))))) == [UPRIGHT], "a cell holds no page"


def copy_of(document, text: str):
    """Return a paragraph of the body with other words."""
    made = document.add_paragraph(text)._element
    made.getparent().remove(made)
    return made


def test_who_signs_stands_with_the_last_lines_of_the_text():
    document = Document(io.BytesIO(word.document(paper())))
    kept = [(p.text, p.paragraph_format.keep_with_next) for p in document.paragraphs]
    end = next(at for at, p in enumerate(document.paragraphs) if p._p.style == "KpiSigned")
    start = next(at for at, (text, _) in enumerate(kept) if text == "正文{{不是标签}}。")
    assert [keep for _, keep in kept[start:end + 1]] == [True] * (end + 1 - start) and kept[start - 1][1] is None and kept[end + 1][1] is None
    assert [text.strip() for text, _ in kept[start:end + 2] if text] == ["正文{{不是标签}}。", "附件：1. 台账", "2. 口径说明", "（署名、印章）", "（成文日期）"]
    # a text that fills its page to the last line takes that line along
    for filling in range(6, 12):
        blocks = [*[Paragraph("国" * 50)] * filling, Paragraph("末段。")]
        full = replace(paper(), sections=[Section(key="overall", title="一、总体情况", blocks=blocks)])
        pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf.document(full))).pages]
        assert all("末段。" in page for page in pages if "（署名、印章）" in page)
