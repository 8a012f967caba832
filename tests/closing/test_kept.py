"""Everything that the reports of an issued month say is kept with its close: later ledgers, actions and comments change no word of them; what is corrected stands beside it."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
from datetime import date

import pytest
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from kpi import closing, pipeline, schedule
from kpi.__main__ import main
from kpi.closing import freeze
from kpi.closing.issuing import PAPERS
from kpi.metrics.registry import metric
from kpi.problems import StoreProblem
from kpi.reports import kinds, stored, workreport
from kpi.reports.period import Period
from kpi.schedule import issuing
from kpi.store import actions, archive, comments
from kpi.words import LANGUAGES
from tests.closing.ledgers import GRIDS, HEAD, MONTH, ledger
from tests.closing.test_compared import rows

FEW = ("all_kept", "valve_on_time", "zero_fee", "open_cases")
LABEL = metric("valve_on_time").label.zh
MONTHS = [f"{year}-{number:02d}" for year in (2023, 2024) for number in range(1, 13) if "2023-04" <= f"{year}-{number:02d}" <= "2024-04"]


def files(home):
    """Return every file of the month by kind."""
    asked = schedule.asked(MONTH, home)
    return {name: kind(asked) for name, kind in kinds.KINDS.items()}


def paragraphs(content):
    return [p.text for p in Document(io.BytesIO(content)).paragraphs if p.text.strip()]


def shown(content):
    return [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in Presentation(io.BytesIO(content)).slides]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A store with fourteen months, its last one issued, and what was then made of it; afterwards months before, an action and a comment are added that correct no figure of it."""
    folder = tmp_path_factory.mktemp("kept")
    home = folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(freeze, "METRICS", [metric(id) for id in FEW])
        patch.setattr(issuing, "LANGUAGES", ("zh",))
        ledgers = "".join(rows(month, 10 - number % 3, number % 3) for number, month in enumerate(MONTHS)) + rows(MONTH, 9, 3)
        pipeline.load([ledger(folder, "网格台账.csv", GRIDS), ledger(folder, "报装台账.csv", HEAD + ledgers)], home, cutoff="2024-06-15")
        comments.say(MONTH, "三户超时", home)
        said = []
        contents = kinds.contents
        patch.setattr(kinds, "contents", lambda asked: said.append(contents(asked)) or said[-1])
        line = schedule.close(MONTH, home, anyway=True, note="缺报", who="规划")
        before = files(home)
        first = said[0]["paper"]
        # the months of the year before: control charts, waits, before and after, exceptions; none of May's own figures
        late = rows("2023-07", 2, 9, "G2") + rows("2023-11", 0, 12, "G2")
        pipeline.load([ledger(folder, "补报.csv", HEAD + late)], home, cutoff="2024-06-15")
        actions.add("overdue:valve_on_time:G20523", MONTH, "催办", "林二", date(2024, 7, 1), home)
        comments.say(MONTH, "事后改写", home)
        yield home, line, before, first, folder


def test_nothing_that_came_later_changes_a_byte_of_any_file(kept):
    home, line, before, first, _ = kept
    about = schedule.stretch(Period("month", MONTH), home)
    today = workreport.written(dataclasses.replace(about, kept=None))
    assert list(today.texts()) != list(first.texts()), "made of today's data the report would read otherwise"
    assert not closing.reported(MONTH, home).corrected
    after = files(home)
    assert {kind: [*told] for kind, told in after.items()} == {kind: [*told] for kind, told in before.items()} and sum(map(len, after.values())) == 15
    assert [name for kind, told in before.items() for name, content in told.items() if content != after[kind][name]] == []


def test_what_is_kept_reads_back_as_it_was_written_and_is_refused_when_damaged_or_later(kept, monkeypatch, tmp_path):
    home, line, _, first, *_ = kept
    found = schedule.asked(MONTH, home)
    assert {*found.kept} == {*kinds.KINDS, "grids"} and stored.packed({"format": issuing.FORMAT, **found.kept}) == archive.kept(home, line.record["papers"]["zh"], PAPERS).read_bytes()
    assert list(found.kept["paper"].texts()) == list(first.texts()), "the report as it was written when the month was issued"
    text = gzip.decompress(archive.kept(home, line.record["papers"]["zh"], PAPERS).read_bytes()).decode()
    assert "企业2024" not in text and "陈一" not in text and "企业***" in text, "names are masked"
    monkeypatch.setattr(issuing, "FORMAT", 0)
    with pytest.raises(StoreProblem, match="更新的程序"):
        schedule.asked(MONTH, home)
    monkeypatch.undo()
    path = archive.kept(home, line.record["papers"]["zh"], PAPERS)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(StoreProblem, match="缺失或已损坏"):
        schedule.asked(MONTH, home)
    path.write_bytes(whole)


def test_a_corrected_month_says_what_it_said_with_its_corrections_beside_it_and_anew_once_issued_again(kept, monkeypatch, capsys):
    home, line, before, first, folder = kept
    pipeline.load([ledger(folder, "更正.csv", HEAD + f"G124059,,G1,{MONTH}-01,{MONTH}-08 09:00,{MONTH}-08 10:00\n" + rows(MONTH, 2, 0, "G2"))], home, cutoff="2024-06-15")
    after = files(home)
    told, office = (paragraphs(next(content for name, content in made["paper"].items() if name.endswith(".docx"))) for made in (before, after))
    new = [text for text in office if text not in told]
    assert [text for text in told if text not in office] == [] and new[0].startswith("本月已签发第1版，以下均为签发时的数；签发后有")
    assert all("更正" in text or "第1版" in text or text == "附件3" for text in new)
    pdf = next(content for name, content in after["paper"].items() if name.endswith(".pdf"))
    assert "签发后的更正" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages[-3:])
    (was,), (now,) = (made["workbook"].values() for made in (before, after))
    was, now = load_workbook(io.BytesIO(was), read_only=True), load_workbook(io.BytesIO(now), read_only=True)
    marked = []
    for sheet in was:
        for old, row in zip(sheet.iter_rows(values_only=True), now[sheet.title].iter_rows(values_only=True), strict=sheet.title != "更正"):
            marked += [(sheet.title, text) for a, text in zip(old, row, strict=True) if a != text and sheet.title != "更正"]
    assert was.sheetnames == now.sheetnames and ("总览", f"{LABEL}〔更正〕") in marked and all("更正" in str(text) for _, text in marked)
    assert (LABEL, "合计", "本月", "占比", 9, 12, 0, 0.75, 12, 14, 0, 12 / 14) in [row[1:] for row in now["更正"].iter_rows(values_only=True)]
    (was,), (now,) = (made["slides"].values() for made in (before, after))
    assert all("签发后" in text for old, slide in zip(shown(was), shown(now), strict=True) for text in slide if text not in old) and "事后" not in str(shown(now))
    assert before["standard"] == after["standard"]
    monkeypatch.setenv("KPI_HOME", str(home))
    told = [main(["standard", "--period", MONTH, "--format", "json", *more]) or json.loads(capsys.readouterr().out) for more in ((), ("--as-of", line.as_of))]
    assert [next((row["now"]["hits"], row["now"]["n"]) for row in rows if row["metric"] == "valve_on_time") for rows in told] == [(9, 12), (12, 14)], "the command too; another moment is another question"
    government = [next(content for name, content in made["government"].items() if name.endswith(".json")).decode() for made in (before, after)]
    assert [row for row in government[1].splitlines() if row.rstrip(",") not in government[0].replace(",\n", "\n").splitlines()] == ['    "2024年5月签发后有更正：以上仍是签发时的数，更正见月报的更正说明。"']
    closing.reopen(MONTH, home, reason="补报凭据")
    # each kind is kept by one rule: one of them is enough to tell that it is made anew
    monkeypatch.setattr(kinds, "KINDS", {"paper": kinds.KINDS["paper"]})
    again = schedule.close(MONTH, home, anyway=True, note="缺报")
    assert again.version == 2 and again.record["papers"] != line.record["papers"] and {*issuing.kept(closing.reported(MONTH, home), "zh", home)} == {"paper", "grids"}
    fresh = schedule.stretch(Period("month", MONTH), home)
    assert list(workreport.content(fresh).texts()) == list(workreport.content(dataclasses.replace(fresh, kept=None)).texts()) != list(first.texts())
    assert any("规划开发部按语：事后改写" in text for text in workreport.content(fresh).texts())


def test_the_command_keeps_them_and_a_close_of_figures_alone_is_told_by_todays_data(kept, monkeypatch, capsys):
    home, *_ = kept
    monkeypatch.setenv("KPI_HOME", str(home))
    monkeypatch.setattr(issuing, "LANGUAGES", LANGUAGES)
    monkeypatch.setattr(kinds, "contents", lambda asked: {"slides": asked.lang})
    assert main(["close", "2024-03", "--anyway", "--note", "缺报"]) == 0 and {*closing.standing("2024-03", home).record["papers"]} == {"zh", "en"}
    assert schedule.asked("2024-03", home, lang="en").kept == {"slides": "en"}
    closing.close("2024-02", home, anyway=True, note="缺报")
    asked = schedule.asked("2024-02", home)
    assert asked.reported and not asked.kept and not asked.since.whole and schedule.stretch(Period("month", "2024-02"), home).kept is None
