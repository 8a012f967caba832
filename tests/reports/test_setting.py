"""How reports stand on paper: lines and signs of a page, headers that repeat, page numbers on their side, and pages that look as they did.

The default run renders Word documents of made-up content; KPI_SWEEP=all (`make sweep`) also the month's workbook and slides and the
government's report from the samples, all in one start of LibreOffice.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader

from kpi import pipeline
from kpi.reports import deck, government, government_book, government_paper, pdf, slides, typeset, word
from kpi.reports.month import Month
from kpi.reports.paper import Paragraph, Section, Table
from kpi.reports.period import period
from kpi.reports.workbook import month_workbook
from tests.reports.test_template import paper

BASELINES = Path(__file__).with_name("baselines")
EVERY = os.environ.get("KPI_SWEEP") == "all"
DENSITY = 40
UNLIKE = 3.0
"""Mean difference of grey (0 to 255) from which a page looks otherwise."""

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>{matches}</fontconfig>"""
MATCH = '<match target="pattern"><test name="family"><string>{name}</string></test><edit name="family" mode="assign" binding="strong"><string>{other}</string></edit></match>'
STANDINS = {"仿宋_GB2312": "Noto Serif SC", "楷体_GB2312": "Noto Serif SC", "方正小标宋简体": "Noto Serif SC", "宋体": "Noto Serif SC", "黑体": "Noto Sans SC", "Times New Roman": "Noto Serif SC", "Arial": "Noto Sans SC"}
"""The fonts of the standard are licensed: those of the package stand in for them, so that every machine draws the same."""

office = pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftoppm")), reason="LibreOffice (soffice) or poppler (pdftoppm) is not on this machine; the Word document is not rendered")


def text_only():
    """A report of one long paragraph: nothing but lines of signs."""
    return replace(paper(), sections=[Section(key="overall", title="一、总体情况", blocks=[Paragraph("国" * 2400)])], attachments=[])


def lying():
    """A report whose attachment lies on its side: a long table of names above rows."""
    rows = [(f"第{n // 12 + 1}项承诺", "", "", "") if n % 12 == 0 else (f"第{n}户", f"企业{n}***", "超过0.5个工作日", "气表未到货") for n in range(48)]
    table = Table(caption="未做到的每一户", heads=("指标", "用户", "情况", "已登记原因"), rows=rows, widths=(2, 2, 3, 3), left=2, wrapped=(2, 3), bands=frozenset(range(0, 48, 12)))
    attached = Section(key="misses", title="台账：未做到的每一户", blocks=[Paragraph("用户名称已遮盖。"), table], wide=True)
    return replace(paper(), sections=[Section(key="overall", title="一、总体情况", blocks=[Paragraph("本期通气69户。")])], attachments=[attached])


def lines(page) -> list[str]:
    return [line.strip() for line in page.extract_text().splitlines() if line.strip()]


def bare(page) -> str:
    return re.sub(r"\s", "", page.extract_text())


def numbers(reader: PdfReader) -> list[tuple[str, float]]:
    """Return the page number of each page and where it begins, in points from the left."""
    found = []
    for page in reader.pages:
        at: list[tuple[float, float, str]] = []

        def see(text, whole, own, *_, at=at):
            if text.strip():
                at.append((own[4] * whole[1] + own[5] * whole[3] + whole[5], own[4] * whole[0] + own[5] * whole[2] + whole[4], text))

        page.extract_text(visitor_text=see)
        low = min(y for y, _, _ in at)
        row = [(x, text) for y, x, text in at if abs(y - low) < 3]
        found.append(("".join(text for _, text in sorted(row)).replace(" ", "").strip(), min(x for x, _ in row)))
    return found


def like(image: Image.Image, name: str) -> None:
    """Hold a page against the one kept; KPI_BASELINES=1 keeps the new one."""
    image = image.convert("L")
    path = BASELINES / f"{name}.png"
    if os.environ.get("KPI_BASELINES"):
        BASELINES.mkdir(exist_ok=True)
        image.save(path, optimize=True)
    kept = Image.open(path)
    assert image.size == kept.size and ImageStat.Stat(ImageChops.difference(image, kept)).mean[0] < UNLIKE, f"{name} looks otherwise"


def test_a_page_of_the_pdf_holds_22_lines_of_28_signs():
    reader = PdfReader(io.BytesIO(pdf.document(text_only())))
    full = lines(reader.pages[1])
    assert full[-1] == "— 2 —" and [len(line) for line in full[:-1]] == [28] * 22
    told = numbers(reader)
    assert [text for text, _ in told] == [f"—{n}—" for n in range(1, len(told) + 1)] and len(told) > 3
    assert all((x > 400) == (n % 2 == 1) for n, (_, x) in enumerate(told, start=1)), "odd pages right, even pages left"


def test_headers_of_the_pdf_repeat_and_its_pages_look_as_they_did():
    told, drawings = pdf.told(paper())
    reader = PdfReader(io.BytesIO(pdf.document(paper())))
    torn = [page for page in reader.pages if "项指标" in bare(page)]
    assert len(torn) > 1 and all("指标本月原因" in bare(page) for page in torn)
    pages = typeset.images(told, drawings, paper().at, DENSITY)
    assert len(pages) == len(reader.pages)
    for n in (1, 2):
        like(Image.open(io.BytesIO(pages[n - 1])), f"paper-{n}")


def test_an_attachment_on_its_side_looks_as_it_did_and_names_its_rows_again():
    told, drawings = pdf.told(lying())
    reader = PdfReader(io.BytesIO(pdf.document(lying())))
    wide = [n for n, page in enumerate(reader.pages) if page.mediabox.width > page.mediabox.height]
    assert len(wide) > 1 and all(re.search(r"已登记原因第\d项承诺", bare(reader.pages[n])) for n in wide), "below the head each page begins with the name of its rows"
    like(Image.open(io.BytesIO(typeset.images(told, drawings, lying().at, DENSITY)[wide[0]])), "paper-lying")


def issued(home: Path) -> dict[str, bytes]:
    """Return files of the samples by name: workbook and slides of a month, the government's report of its quarter."""
    engine = pipeline.reader(home)
    found = government.data(engine, period("2024-Q2"))
    return {
        "workbook.xlsx": month_workbook(engine, "2024-05"), "slides.pptx": deck.written(slides.content(Month(engine, "2024-05"))),
        "government.docx": word.document(government_paper.paper(found)), "sheets.xlsx": government_book.workbook(found),
    }


@pytest.fixture(scope="module")
def rendered(tmp_path_factory, request):
    """Documents as LibreOffice sets them, as PDF: {name: path}."""
    folder = tmp_path_factory.mktemp("office")
    matches = "".join(MATCH.format(name=name, other=other) for name, other in STANDINS.items())
    (folder / "fonts.conf").write_text(FONTS.format(fonts=typeset.fonts()[0], cache=folder / "cache", matches=matches), encoding="utf-8")
    files = {f"{name}.docx": word.document(about) for name, about in (("text", text_only()), ("whole", paper()), ("lying", lying()))}
    if EVERY:
        files |= issued(request.getfixturevalue("sample_home"))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    subprocess.run(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf", "--outdir", folder, *(folder / name for name in files)],
                   env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}, check=True, capture_output=True, timeout=300)
    return {Path(name).stem: folder / f"{Path(name).stem}.pdf" for name in files}


def page_of(path: Path, number: int, folder: Path) -> Image.Image:
    """Return a page of a PDF, numbered from 1, as a picture."""
    subprocess.run(["pdftoppm", "-r", str(DENSITY), "-f", str(number), "-singlefile", "-png", path, folder / "page"], check=True)
    return Image.open(folder / "page.png")


@office
def test_a_page_of_word_holds_22_lines_of_28_signs(rendered):
    reader = PdfReader(rendered["text"])
    full = lines(reader.pages[1])
    assert full[-1].replace(" ", "") == "—2—" and [len(line) for line in full[:-1]] == [28] * 22
    told = numbers(reader)
    assert all((x > 400) == (n % 2 == 1) for n, (_, x) in enumerate(told, start=1)) and len(told) > 3
    fonts = {str(font.get_object()["/BaseFont"]).partition("+")[2] for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert all(name.startswith(("NotoSerif", "NotoSans")) for name in fonts), "every named font has its stand-in, none is a fallback"


@office
def test_headers_of_word_repeat_and_its_pages_look_as_they_did(rendered, tmp_path):
    reader = PdfReader(rendered["whole"])
    torn = [page for page in reader.pages if "项指标" in bare(page)]
    assert len(torn) > 1 and all("指标本月原因" in bare(page) for page in torn)
    for n in (1, 2):
        like(page_of(rendered["whole"], n, tmp_path), f"word-{n}")


@office
def test_an_attachment_of_word_on_its_side_looks_as_it_did_and_tears_no_rows_from_their_name(rendered, tmp_path):
    reader = PdfReader(rendered["lying"])
    wide = [n for n, page in enumerate(reader.pages, start=1) if page.mediabox.width > page.mediabox.height]
    assert len(wide) > 1 and all(re.search(r"已登记原因第\d项承诺", bare(reader.pages[n - 1])) for n in wide)
    like(page_of(rendered["lying"], wide[0], tmp_path), "word-lying")


@office
@pytest.mark.skipif(not EVERY, reason="rendering the workbook takes half a minute: run by make sweep (KPI_SWEEP=all)")
@pytest.mark.parametrize(("name", "told", "baseline"), [
    ("workbook", "2024年5月指标总览", "workbook-overview"), ("workbook", "2024年5月：五项承诺", "workbook-promises"), ("slides", 1, "slides-1"), ("slides", 2, "slides-2"),
    ("government", 1, "government-word"), ("sheets", 1, "government-sheet"),
], ids=str)
def test_pages_of_what_is_issued_look_as_they_did(rendered, tmp_path, name, told, baseline):
    pages = PdfReader(rendered[name]).pages
    number = told if isinstance(told, int) else next(n for n, page in enumerate(pages, start=1) if told in bare(page))
    like(page_of(rendered[name], number, tmp_path), baseline)
