"""The slides say what compute and the overview page say, in native charts; nothing personal, nothing of the clock."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from pptx import Presentation

from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.metrics.exceptions import exceptions
from kpi.metrics.registry import metric
from kpi.metrics.verdict import tally, verdict
from kpi.reports import spoken, told, trend
from kpi.reports.deck import written
from kpi.reports.month import Month
from kpi.reports.slides import SHOWN
from kpi.reports.slides import content as slides
from tests.pages.test_pages_app import open_page, text
from tests.personal import personal

ASKED = (("2024-05", "zh"), ("2024-12", "en"))


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


@pytest.fixture(scope="module", params=ASKED, ids=[f"{m}-{lang}" for m, lang in ASKED])
def deck(request, engine):
    month, lang = request.param
    about = Month(engine, month, lang)
    content = written(slides(about))
    return about, content, Presentation(io.BytesIO(content)).slides


def rows(engine, ids, start, end, by=()):
    both = [id for id in ids if metric(id).code in ("R01", "R04")]
    found = compute(engine, both, start=start, end=end, by=by) if both else []
    one = [id for id in ids if id not in both]
    return found + (compute(engine, one, start=start, end=end, by=by, where={"regime": "1.5"}) if one else [])


def charts(slide):
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def values(chart) -> list[list]:
    return [list(series.values) for series in chart.plots[0].series]


def words(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_counts_of_months_promises_and_grids_are_those_of_compute(deck, engine):
    about, _, found = deck
    months = trend.months(about)
    told_of = {(r["metric"], r["month"]): tally(r) for r in rows(engine, trend.PROMISES, months[0], months[-1]) if r["month"]}
    assert len(found) == 5
    assert values(charts(found[0])[0]) == [[getattr(told_of["all_kept", m], part) for m in months] for part in ("hit", "unknown", "miss")]
    now = told_of["all_kept", about.month]
    assert [shape.text_frame.text for shape in found[0].shapes if shape.has_text_frame and shape.text_frame.text.replace(",", "").isdigit()] == [f"{n:,}" for n in (now.total, now.hit, now.miss, now.unknown)]
    promises = trend.PROMISES[1:]
    assert values(charts(found[1])[0]) == [[getattr(told_of[id, about.month], part) for id in promises] for part in ("hit", "unknown", "miss")]
    year = {r["metric"]: tally(r) for r in rows(engine, promises, f"{about.month[:4]}-01", about.month) if r["month"] is None}
    table = next(shape.table for shape in found[1].shapes if shape.has_table)
    for at, id in enumerate(promises, start=1):
        one, last = told_of[id, about.month], told_of[id, months[-2]]
        assert [cell.text for cell in table.rows[at].cells] == [
            told.name(id, about.lang), str(one.hit), str(one.miss), str(one.unknown), f"{last.hit}/{last.total}" if last.total else "—", f"{year[id].hit}/{year[id].total}"]
    grids = {about.grid_name(r["grid"]): tally(r) for r in rows(engine, ["all_kept"], about.month, about.month, ("grid",)) if r["month"] and r["grid"] and (r["n"] or r["unknown"])}
    chart = charts(found[2])[0]
    assert list(chart.plots[0].categories) == list(grids) and values(chart) == [[getattr(one, part) for one in grids.values()] for part in ("hit", "unknown", "miss")]
    for chart, id in zip(charts(found[3]), trend.LINES, strict=True):
        asked = {r["month"]: r for r in rows(engine, [id], months[0], months[-1])}
        assert values(chart) == [[pytest.approx(asked[m]["value"]) if asked[m]["value"] is not None else None for m in months]], id


def test_exceptions_stand_in_their_order_without_a_person(deck, engine):
    about, _, found = deck
    listed = exceptions(engine, about.month).rows
    table = next(shape.table for shape in found[4].shapes if shape.has_table)
    assert [[cell.text for cell in row.cells][0] for row in list(table.rows)[1:]] == [told.said(about.lang, f"kind.{row['kind']}") for row in listed[:SHOWN]]
    assert str(len(listed)) in found[4].shapes.title.text


def test_the_verdict_is_that_of_the_overview_page(deck, sample_home, monkeypatch):
    about, _, found = deck
    assert spoken.said(about) in words(found[0]) and not re.search("下方|below", words(found[0]))
    if about.lang == "en":
        return
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    page = text(open_page("pages/review/overview.py", month=about.month, lang=about.lang))
    whole = verdict(spoken.facts(about), about.lang)[1]
    assert whole == spoken.said(about).removesuffix("。") + "，已列在下方。" and re.sub(r"\s+", "", whole) in re.sub(r"\s+", "", page), "the page lists the cases below"


def test_notes_define_what_is_shown_and_fonts_are_told(deck):
    about, content, found = deck
    assert all(slide.has_notes_slide and about.until in slide.notes_slide.notes_text_frame.text for slide in found)
    assert all(metric(id).meaning.of(about.lang) in found[1].notes_slide.notes_text_frame.text for id in trend.PROMISES[1:])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert 'ea typeface="微软雅黑"' in parts.read("ppt/theme/theme1.xml").decode()
        told_in = "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if re.match(r"ppt/(slides|charts|notesSlides)/[^/]+\.xml", name))
        assert told_in.count("<a:ea ") >= told_in.count("<a:r>") - told_in.count("<a:fld") > 0
        assert not [name for name in parts.namelist() if "thumbnail" in name]
    if about.lang == "en":
        own = re.sub("|".join(map(re.escape, about.grids.values())), "", "\n".join(words(slide) for slide in found))
        assert not re.search(r"[\u4e00-\u9fff]", own)


def test_the_same_month_gives_the_same_bytes_and_no_date_of_today(deck, engine):
    about, content, _ = deck
    if about.lang == "zh":
        assert written(slides(about)) == content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {one.date_time[:3] for one in parts.infolist()} == {about.as_of.timetuple()[:3]}
        core = parts.read("docProps/core.xml").decode()
        assert f"{about.as_of:%Y-%m-%dT%H:%M:%S}Z" in core and "Canny" not in core
        for name in parts.namelist():
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(parts.read(name))) as inner:
                    assert {one.date_time[:3] for one in inner.infolist()} == {about.as_of.timetuple()[:3]}


def test_nothing_personal_leaves(deck, engine):
    _, content, _ = deck
    names = personal(engine)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        inner = [zipfile.ZipFile(io.BytesIO(parts.read(name))) for name in parts.namelist() if name.endswith(".xlsx")]
        texts = {t for archive in (parts, *inner) for name in archive.namelist() if name.endswith((".xml", ".rels")) for t in re.findall(r">([^<]+)<", archive.read(name).decode("utf-8"))}
    whole = "\n".join(texts)
    assert not [p for p in names if len(p) >= 3 and p in whole] and not [p for p in names if len(p) == 2 and p in texts]
