"""The work report on paper: Word and PDF say what `compute` and `cases` say, tell of no person, and are the same bytes for the same data."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pypdf import PdfReader

from kpi import closing, pipeline, schedule
from kpi.closing import freeze
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.registry import metric
from kpi.reports import handouts, pdf, pictures, sentences, typeset, word, workreport
from kpi.reports.listed import shown
from kpi.reports.paper import Picture
from kpi.reports.period import period
from kpi.reports.stretch import Stretch
from kpi.store import comments
from tests.closing.ledgers import GRIDS, HEAD, MONTH, ROWS, ledger
from tests.personal import personal
from tests.reports.test_template import paper as synthetic

LONG = (("2023-03", "zh"), ("2023-06", "en"), ("2024-H1", "zh"), ("2024", "en"), ("2024-Q2", "zh"))
ASKED = (("2024-05", "zh"), ("2023-Q4", "en"), *(LONG if os.environ.get("KPI_WORLDS") else ()))
"""A month and a quarter; in a long run also the month in which the process changed, half-year and year."""


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


@pytest.fixture(scope="module", params=ASKED, ids=lambda p: ":".join(p))
def made(request, engine):
    """A report with its files: (what it is made from, paper, Word document, its parts as text, text of the PDF, the files)."""
    about = Stretch(engine=engine, period=period(request.param[0]), lang=request.param[1])
    paper = workreport.content(about)
    files = {"docx": word.document(paper), "pdf": pdf.document(paper)}
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    return about, paper, Document(io.BytesIO(files["docx"])), parts, "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages), files


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A store whose data ends in the middle of June: May has five applications, June nothing yet."""
    folder = tmp_path_factory.mktemp("papers")
    pipeline.load([ledger(folder, "网格台账.csv", GRIDS), ledger(folder, "报装台账.csv", HEAD + ROWS)], folder / "store", cutoff="2024-06-15")
    return folder


def tables(document):
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def bare(text: str) -> str:
    """Return text without what setting it on paper adds or takes: blanks, breaks, hyphens at the end of a line."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text)


def test_the_table_of_figures_is_computes(made, engine):
    about, _, document, _, told_in_pdf, _ = made
    table = next(t for t in tables(document) if len(t[0]) == 11)
    assert len(table) == 1 + len(workreport.TABLED)
    asked = {"now": (about.period.first, about.period.last), "year": (about.period.january, about.period.last)}
    regime = about.table.regime
    for id, row in zip(workreport.TABLED, table[1:], strict=True):
        m = metric(id)
        assert row[0].rstrip("*") == m.label.of(about.lang)
        for name, place in (("now", 2), ("year", 5)):
            where = {} if m.code in ("R01", "R04") or (name == "year" and regime is None) else {"regime": regime} if regime else {}
            told = next(r for r in compute(engine, [id], start=asked[name][0], end=asked[name][1], where=where) if r["month"] is None)
            if m.kind == "ratio" and told["n"]:
                assert row[place].split("\n")[0] == f"{told['hits']:,}/{told['n']:,}"
                assert ("%" in row[place]) == (told["n"] >= 10 and not (told["value"] == 1 and told["unknown"]))
            if name == "now":
                assert row[9:] == [f"{told['n'] + told['unknown']:,}", f"{told['unknown']:,}"]
        assert bare("".join(row)) in bare(told_in_pdf), "the PDF has the same row"


def test_the_grids_add_up_and_are_computes(made, engine):
    about, _, document, _, _, _ = made
    table = next(t for t in tables(document) if len(t[0]) == 10)
    where = {"regime": about.table.regime} if about.table.regime else {}
    for place, id in ((1, "all_kept"), (4, "valve_on_time"), (7, "appointment_kept")):
        rows = {r["grid"]: r for r in compute(engine, [id], start=about.period.first, end=about.period.last, by=("grid",), where=where) if r["month"] is None}
        for line, grid in zip(table[1:], [*about.by_grid(("all_kept", "valve_on_time", "appointment_kept")), None], strict=True):
            told = rows[grid]
            expected = [told["hits"], told["n"] - told["hits"], told["unknown"]]
            assert [0 if text == "—" else int(text.replace(",", "")) for text in line[place : place + 3]] == expected, (grid, id)


def test_every_miss_is_listed_and_no_other(made, engine):
    about, _, document, _, _, _ = made
    listed = [row for table in tables(document) if len(table[0]) == 8 and table[1][0] == "1" for row in table[1:]]
    where = {"regime": about.table.regime} if about.table.regime else {}
    expected = []
    for m in shown():
        missed = [c["key"] for c in cases(engine, m.id, start=about.period.first, end=about.period.last, where=where, verdict="miss")]
        expected += [(m.label.of(about.lang), key) for key in missed]
    told = [(row[1], row[2]) for row in listed]
    assert len(expected) > 20 and len(told) == min(len(expected), 400) and set(told) <= set(expected)
    if len(expected) > 400:
        assert any(f"{len(expected) - 400}" in p.text for p in document.paragraphs)


def test_word_and_pdf_hold_every_word_of_the_content(made):
    _, paper, document, _, told_in_pdf, _ = made
    told = bare("".join([p.text for p in document.paragraphs] + [cell for table in tables(document) for row in table for cell in row]))
    portable = bare(told_in_pdf)
    alts = {block.alt for part in paper.parts() for block in part.blocks if isinstance(block, Picture)}
    for text in paper.texts():
        if text not in alts:
            assert bare(text) in told, text
            # a word broken over two pages stands apart in the text of a PDF
            assert bare(text) in portable or len(text) > 20, text
    assert alts == {inline.docPr.get("descr") for inline in document.inline_shapes._inline_lst} if hasattr(document.inline_shapes, "_inline_lst") else len(alts) == len(document.inline_shapes)


def test_the_text_speaks_as_the_rules_say(made):
    about, paper, _, _, _, _ = made
    said = "".join(text for text in paper.texts())
    assert not re.search(r"显著|大幅|最差|排名第|比上月好|K\d\d|R\d\d", said) and not re.search(r"100\.0%[^。]*无法核验[1-9]", said)
    found = about.counts("all_kept")
    total = sentences.cases(about, found.total)
    first = "".join(block.text for block in paper.sections[0].blocks)
    assert total in first and sentences.cases(about, found.hit) in first and sentences.cases(about, found.unknown) in first


def test_nothing_personal_leaves(made, engine):
    about, _, document, parts, told_in_pdf, _ = made
    names = personal(engine)
    # words and what stands in attributes; the marks between them hold nothing
    words = {text.strip() for part in parts.values() for text in re.findall(r'>([^<]+)<|(?:descr|name|title|author|val)="([^"]*)"', part) for text in text if text.strip()}
    assert not names & words
    said = "\n".join(sorted(words)) + told_in_pdf + handouts.named(about.period, about.lang)
    assert not [p for p in names if len(p) >= 4 and p in said]
    properties = document.core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")


def test_the_same_data_gives_the_same_bytes(made, sample_home):
    about, _, _, _, _, files = made
    engine, other = about.engine, Stretch(engine=pipeline.reader(sample_home), period=about.period, lang=about.lang)
    if about.period.code == ASKED[0][0]:
        again = handouts.of_period(other)
        assert list(again) == ["获得用气工作月报_2024-05.docx", "获得用气工作月报_2024-05.pdf"] and list(again.values()) == list(files.values())
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        assert {info.date_time for info in archive.infolist()} == {engine.as_of.timetuple()[:6]}
    told = PdfReader(io.BytesIO(files["pdf"]))
    assert told.metadata.creation_date.replace(tzinfo=None) == engine.as_of and told.trailer["/Root"]["/MarkInfo"]["/Marked"] and told.trailer["/Root"]["/Lang"].startswith(about.lang)
    text = told.pages[1].extract_text()
    assert "— 2 —" in text and "\ufffd" not in text
    embedded = {str(font.get_object()["/BaseFont"]).partition("+")[2] for page in told.pages for font in page["/Resources"]["/Font"].values()}
    assert embedded and all(name.startswith(("NotoSerif", "NotoSans", "Libertinus")) for name in embedded)


def first(about: Stretch) -> str:
    return "".join(block.text for block in workreport.overall(about))


def test_few_open_and_empty_months_are_given_no_verdict(small):
    home = small / "store"
    comments.say("2024-05", "气表到货晚，电话13800138000", home)
    few = first(schedule.stretch(period("2024-05"), home))
    assert "规划开发部按语：气表到货晚，电话***" in few
    assert "本期通气4户，五项承诺全部兑现0户" in few and "凭据不全3户" in few and "件数太少，不列比例，不评价好坏" in few and "%" not in few.split("本期报装")[0]
    partial = first(schedule.stretch(period("2024-06"), home))
    assert "2份台账还缺2份" in partial and "本期没有通气户" in partial and "本期尚未结束（数据截至2024年6月15日）" in partial
    april = sentences.headlines(schedule.stretch(period("2024-04"), home, lang="en"))
    assert april == "No gas on and nothing due in the period; every grid has reported."


def counted(about: Stretch) -> tuple[int, ...]:
    return tuple(about.line("valve_on_time").now[name] for name in ("hits", "n", "unknown"))


def test_an_issued_month_reads_as_it_was_issued_with_its_corrections(small, tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(small / "store", home)
    monkeypatch.setattr(freeze, "METRICS", [metric(id) for id in ("all_kept", "valve_on_time", "zero_fee", "open_cases")])
    closing.close(MONTH, home, note="首次签发", who="规划")
    before = schedule.stretch(period(MONTH), home)
    was = counted(before)
    missed = [row["app_id"] for row in before.cases("valve_on_time")]
    late = "A2,,G1,2024-04-01,2024-05-09 09:00,\nA3,,G2,2024-04-01,,2024-06-03 10:00\nA6,己六食品有限公司,G1,2024-04-02,2024-05-06 09:00,2024-05-06 10:00\n"
    pipeline.load([ledger(tmp_path, "补报.csv", HEAD + late)], home, cutoff="2024-06-15")
    after = schedule.stretch(period(MONTH), home)
    assert counted(after) == was == (2, 3, 1) and missed == [row["app_id"] for row in after.cases("valve_on_time")] == ["A2"]
    paper = workreport.content(after)
    assert paper.sections[0].blocks[0].text.startswith("本月已签发第1版，以下均为签发时的数；签发后有") and [part.key for part in paper.attachments] == ["misses", "definitions", "corrections"]
    corrected = next(block for block in paper.attachments[2].blocks if hasattr(block, "rows"))
    assert ("0.5个工作日通气达标率", "全公司", "本月", "2/3（另有1无法核验）", "3/4（另有1无法核验）") in corrected.rows
    assert "第1版" in dict(paper.facts)["签发情况"] and "签发后有更正" in dict(paper.facts)["签发情况"] and "签发后有更正" not in dict(workreport.facts(before))["签发情况"]
    assert after.reason("a reason of old") == "a reason of old"
    # another moment is another question: it shows the figures of that moment
    assert schedule.stretch(period(MONTH), home, as_of="2024-06-10").frozen is None
    quarter = schedule.stretch(period("2024-Q2"), home)
    assert quarter.frozen is None and "其余2个月未签发" in dict(workreport.facts(quarter))["签发情况"]


@pytest.mark.parametrize("made", ASKED[:1], indirect=True, ids=lambda p: ":".join(p))
def test_a_picture_that_cannot_be_drawn_is_told_as_a_table_with_a_notice_and_the_others_stay(made, monkeypatch):
    about, paper, drawn, *_, files = made
    drawings = [block for part in paper.sections for block in part.blocks if isinstance(block, Picture)]

    def broken(points, lang):
        raise ZeroDivisionError

    monkeypatch.setattr(pictures, "shares", broken)
    lost = drawings[1]
    assert len(drawings) == 3 and (made := workreport._trend(about)[0]).svg == "" and made.rows == lost.rows, "figures are handed out whatever befalls a drawing"
    spoilt = _with(paper, {lost.caption: ""})
    document = Document(io.BytesIO(word.document(spoilt)))
    assert len(document.inline_shapes) == 2 and [p.text for p in document.paragraphs].count("下面的图没有画出来，改列成表。") == 1
    assert len(tables(document)) == len(tables(drawn)) + 1 and [list(row) for row in (lost.heads, *lost.rows)] in tables(document)
    kept = {shape._inline.docPr.get("name") for shape in document.inline_shapes}
    assert kept == {block.caption for block in drawings} - {lost.caption}
    reader = PdfReader(io.BytesIO(pdf.document(spoilt)))
    told = bare("".join(page.extract_text() for page in reader.pages))
    assert told.count("下面的图没有画出来，改列成表。") == 1 and all(bare("".join(row)) in told for row in lost.rows)
    assert _alternatives(reader) == [block.alt for block in drawings if block != lost] and _alternatives(PdfReader(io.BytesIO(files["pdf"]))) == [block.alt for block in drawings]


def _alternatives(reader: PdfReader) -> list[str]:
    """Return the words that stand for each picture, in order."""
    found, todo = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        one = todo.pop(0).get_object()
        if isinstance(one, list):
            todo = [*one, *todo]
        elif isinstance(one, dict):
            found += [one["/Alt"]] if "/Alt" in one else []
            todo = [one["/K"], *todo] if "/K" in one else todo
    return found


def _with(paper, drawn: dict[str, str]):
    """Return the report with other drawings under these captions."""
    return replace(paper, sections=[replace(part, blocks=[replace(b, svg=drawn[b.caption]) if isinstance(b, Picture) and b.caption in drawn else b for b in part.blocks]) for part in paper.sections])


@pytest.mark.parametrize("made", ASKED[:1], indirect=True, ids=lambda p: ":".join(p))
def test_every_picture_may_fail(made):
    about, paper, drawn, *_ = made
    drawings = [block for part in paper.sections for block in part.blocks if isinstance(block, Picture)]
    document = Document(io.BytesIO(word.document(_with(paper, {block.caption: "<svg>" for block in drawings}))))
    shown = tables(document)
    assert not document.inline_shapes and all([list(row) for row in (block.heads, *block.rows)] in shown for block in drawings)
    promise = about.counts("zero_fee")
    assert any(row[1:] == [f"{promise.hit:,}", f"{promise.miss:,}", f"{promise.unknown:,}"] for table in shown if len(table[0]) == 4 for row in table)


def test_a_picture_that_cannot_be_drawn_leaves_its_words(monkeypatch):
    def broken(*_):
        raise typeset.CannotDraw("no picture")

    monkeypatch.setattr(pictures, "png", broken)
    document = Document(io.BytesIO(word.document(synthetic())))
    assert not document.inline_shapes and any("这张图没有画出来" in p.text for p in document.paragraphs)
