"""A month that was issued stays as it was issued; what comes later stands beside it, case by case, with the rows it came through."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from kpi import closing, pipeline, schedule
from kpi.closing import freeze, versions
from kpi.forms.figures import Figures
from kpi.forms.placeholders import parse
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.registry import METRICS, metric
from kpi.problems import StoreProblem, UsageProblem
from kpi.reports import bound, cover
from kpi.reports.book import Book
from kpi.reports.kinds import KINDS
from kpi.reports.marking import filled
from kpi.reports.month import Month
from kpi.reports.since import Since
from kpi.store import archive
from kpi.store.issues import Issues
from tests.closing.ledgers import GRIDS, HEAD, MONTH, ROWS, ledger

FEW = [metric(id) for id in ("all_kept", "valve_on_time", "zero_fee", "open_cases")]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A store with the two ledgers."""
    folder = tmp_path_factory.mktemp("issued")
    pipeline.load([ledger(folder, "网格台账.csv", GRIDS), ledger(folder, "报装台账.csv", HEAD + ROWS)], folder / "loaded", cutoff="2024-05-31")
    return folder


@pytest.fixture(scope="module")
def issued(loaded):
    """That store with its month issued; returns (home, its line, what compute said at that time)."""
    home = loaded / "home"
    shutil.copytree(loaded / "loaded", home)
    engine = pipeline.reader(home)
    told = compute(engine, start=MONTH, end=MONTH, by=("grid",)), cases(engine, "valve_on_time", month=MONTH)
    return home, closing.close(MONTH, home, note="首次签发", who="规划"), told


@pytest.fixture()
def own(loaded, tmp_path, monkeypatch):
    """The store for one test, its month issued with a few KPIs only; returns (home, line)."""
    monkeypatch.setattr(freeze, "METRICS", FEW)
    home = tmp_path / "home"
    shutil.copytree(loaded / "loaded", home)
    return home, closing.close(MONTH, home, note="首次签发", who="规划")


def test_every_figure_is_frozen_as_compute_told_it(issued):
    home, line, (figures, listed) = issued
    frozen = {(r["metric"], r["grid"]): r for r in freeze.read(home, line.record["files"]["figures"], first=MONTH) if r["regime"] is None}
    assert {m.id for m in METRICS} == {id for id, _ in frozen} and {grid for _, grid in frozen} >= {"G1", "G2", None}
    for row in figures:
        if row["month"] == MONTH:
            assert {name: frozen[row["metric"], row["grid"]][name] for name in row if name != "month"} == {name: value for name, value in row.items() if name != "month"}
    kept = freeze.read(home, line.record["files"]["cases"], metric="valve_on_time")
    assert [(r["key"], r["verdict"], r["file"], r["row"]) for r in kept] == [(r["key"], r["verdict"], r["file"], r["row"]) for r in listed] and kept
    assert {(r["table"], r["app_id"]) for r in freeze.read(home, line.record["files"]["rows"])} == {("application", f"A{i}") for i in range(1, 6)}
    assert (line.version, line.by, line.note, line.as_of) == (1, "规划", "首次签发", "2024-06-01T00:00:00")
    assert sorted(b["file"] for b in line.record["inputs"]["batches"]) == ["报装台账.csv", "网格台账.csv"]
    assert archive.kept(home, line.record["reference"]["targets.csv"], ".csv").read_bytes().startswith(b"id,code,kind") and line.record["assessed"] == {}
    assert line.record["versions"]["definitions"]["valve_on_time"] == versions.definition(metric("valve_on_time")) and line.record["checks"]["missing"] == []


def test_the_workbook_says_which_version_it_is(issued):
    home, line, _ = issued
    told, drafts = [], []
    reported = closing.reported(MONTH, home)
    assert reported.line == line and not reported.corrected and not reported.corrections
    for found in (None, reported, replace(reported, corrected=True)):
        about = Month(pipeline.reader(home), MONTH, reported=found)
        book = Book(about.as_of, "", "zh")
        cover.write(book, about, [])
        said = Since(reported=found, lang="zh", grids={}, whole=False).words if found else str
        rows = [row[1:3] for row in load_workbook(io.BytesIO(bound.written(filled(book.content(), said)))).worksheets[0].iter_rows(values_only=True)]
        told.append(next(text for name, text in rows if name == "签发情况"))
        drafts.append(any("未经签发" in str(name) for name, _ in rows))
    assert told == ["未签发", f"第1版，{line.at[:16].replace('T', ' ')}，规划", f"第1版，{line.at[:16].replace('T', ' ')}，规划；此后台账或口径有更正，本表仍是签发时的数，更正另列于“更正”表"]
    assert drafts == [True, False, False]


def test_the_same_data_freezes_to_the_same_bytes(issued, tmp_path):
    home, line, _ = issued
    engine = pipeline.reader(home)
    assert archive.keep(tmp_path, freeze.parquet(freeze.figures(engine, MONTH), "figures"), freeze.SUFFIX) == line.record["files"]["figures"]


def _the_workbook_keeps_what_was_issued(home, one):
    """The figures and cases are those of the close, marked, and what they would be today stands on a sheet of its own."""
    asked = schedule.asked(MONTH, home)
    assert asked.engine.as_of.isoformat() == asked.reported.line.as_of and asked.reported.corrected
    content, = KINDS["workbook"](asked).values()
    book = load_workbook(io.BytesIO(content))
    label = metric("valve_on_time").label.zh
    row = next(row for row in book["总览"].iter_rows(values_only=True) if str(row[0]).startswith(label))
    assert row[0] == f"{label}〔更正〕" and row[4:8] == (2, 1, 1, 4), "as issued"
    listed = [row[2] for row in book["未做到明细"].iter_rows(values_only=True) if row[1] == label]
    assert listed == ["A2"], "A3 was kept when the month was issued"
    corrected = {(row[1], row[2], row[3]): row[5:] for row in book["更正"].iter_rows(values_only=True)}
    assert corrected[label, "合计", "本月"] == (2, 3, 1, 2 / 3, 3, 4, 1, 3 / 4) and (one["was"]["n"], one["is"]["n"]) == (3, 4)
    trend = next(row for row in book["趋势数据"].iter_rows(values_only=True) if row[0] == label)
    assert trend[14] == 1, "charts too"
    deck = Presentation(io.BytesIO(next(iter(KINDS["slides"](asked).values())))).slides
    shown = [[cell.text for cell in row.cells] for shape in deck[1].shapes if shape.has_table for row in shape.table.rows]
    assert shown[1][1:4] == ["2", "1", "1"] and "本页仍是签发时的数" in "".join(shape.text_frame.text for shape in deck[1].shapes if shape.has_text_frame), "slides too"
    in_forms = Figures(home).of(parse(f"valve_on_time.hits | month={MONTH}"))
    assert in_forms.number == 2 and "签发时的数" in in_forms.notes[0] and "3/4" in in_forms.notes[0], "forms too"
    # asked at another moment the report shows that moment, not what was issued
    assert schedule.asked(MONTH, home, as_of="2024-07-01").reported is None


def test_later_data_stands_beside_what_was_issued(own, tmp_path):
    home, line = own
    assert not closing.differs(line, home) and closing.restated(line, home) == []
    late = ledger(
        tmp_path, "补报.csv", HEAD + "A2,,G1,2024-04-01,2024-05-09 09:00,\nA3,,G2,2024-04-01,,2024-06-03 10:00\nA6,己六食品有限公司,G1,2024-04-02,2024-05-06 09:00,2024-05-06 10:00\n"
        # what only happens later corrects nothing: A5 gets its gas in June
        "A5,戊五食品有限公司,G2,2024-05-20,2024-06-10 09:00,2024-06-10 10:00\n")
    batch = pipeline.load([late], home, cutoff="2024-06-30")["batches"][0]
    assert closing.differs(line, home)
    found = {(r["metric"], r["grid"], r["regime"]): r for r in closing.restated(line, home) if r["first"] == MONTH}
    one = found["valve_on_time", None, "1.5"]
    # was: A1, A3 kept, A2 broken, A4 not to be told; is: A1, A2, A6 kept, A4 not to be told, A3 broken since its gas came in June only
    assert (one["was"]["hits"], one["was"]["n"], one["was"]["unknown"]) == (2, 3, 1) and (one["is"]["hits"], one["is"]["n"], one["is"]["unknown"]) == (3, 4, 1)
    assert closing.standing(MONTH, home) == line, "what was issued stands"
    _the_workbook_keeps_what_was_issued(home, one)
    told = closing.explain("valve_on_time", MONTH, home)["issued"]
    assert (told["reported"]["hits"], told["at_the_same_moment"]["hits"]) == (2, 3)
    assert [b["file"] for b in told["inputs"]["added"]] == ["补报.csv"] and told["versions"] == {"definitions": [], "facts": [], "reference": []}
    by_key = {d["key"]: d for d in told["differences"]}
    assert {key: d["what"] for key, d in by_key.items()} == {"A2": "changed", "A3": "changed", "A6": "appeared"}
    assert (by_key["A2"]["was"]["verdict"], by_key["A2"]["is"]["verdict"], by_key["A3"]["is"]["reason"]) == ("miss", "hit", "到期仍未通气")
    row = by_key["A2"]["rows"][0]
    assert (row["table"], row["what"], row["batch"], row["file"], row["row"]) == ("application", "changed", batch, "补报.csv", 2)
    assert {f["label"]: (f["was"], f["is"]) for f in row["fields"]} == {"具备通气条件时间": ("2024年5月6日 09:00", "2024年5月9日 09:00")}
    assert by_key["A6"]["rows"][0]["what"] == "came" and "己六食品有限公司" not in json.dumps(told, ensure_ascii=False)
    in_grid = closing.explain("valve_on_time", MONTH, home, grid="G2")["issued"]["differences"]
    assert [d["key"] for d in in_grid] == ["A3"]
    connected = {d["key"]: d for d in closing.explain("zero_fee", MONTH, home)["issued"]["differences"]}
    assert (connected["A3"]["what"], connected["A3"]["month_now"]) == ("vanished", None), "at the moment of the close it was not connected yet"
    assert not {d["key"] for d in closing.explain("open_cases", MONTH, home)["issued"]["differences"]} - {"A3"}, "A5 was open and is told so"
    _opened_again(home)


def _opened_again(home):
    """The month is opened again with a reason and issued as its second version; the first stays."""
    with pytest.raises(UsageProblem, match="已签发"):
        closing.close(MONTH, home)
    with pytest.raises(UsageProblem, match="原因"):
        closing.reopen(MONTH, home, reason=" ")
    closing.reopen(MONTH, home, reason="补报凭据", who="规划")
    assert closing.standing(MONTH, home) is None and closing.issued(MONTH, home).version == 1
    with pytest.raises(UsageProblem, match="没有签发"):
        closing.reopen(MONTH, home, reason="再来")
    with pytest.raises(StoreProblem, match="数据刚刚更新"):
        # what somebody looked at is what is issued
        closing.close(MONTH, home, build=Issues(home).builds()[-1][0])
    second = closing.close(MONTH, home)
    assert [(line.version, line.act, line.note) for line in closing.history(MONTH, home)] == [(1, "close", "首次签发"), (1, "reopen", "补报凭据"), (2, "close", "")]
    assert not closing.differs(second, home) and closing.explain("valve_on_time", MONTH, home)["issued"]["differences"] == []
    assert [d["key"] for d in closing.explain("valve_on_time", MONTH, home, version=1)["issued"]["differences"]] == ["A2", "A3", "A6"]
    with pytest.raises(UsageProblem, match="第3版"):
        closing.explain("valve_on_time", MONTH, home, version=3)


def test_a_withdrawn_batch_leaves_its_cases_named(own):
    home, line = own
    number = next(b["id"] for b in line.record["inputs"]["batches"] if b["file"] == "报装台账.csv")
    pipeline.undo([number], home, reason="报错了")
    told = closing.explain("valve_on_time", MONTH, home)["issued"]
    assert {(d["key"], d["what"], d["rows"][0]["what"], d["rows"][0]["batch"]) for d in told["differences"]} == {(f"A{i}", "vanished", "gone", number) for i in range(1, 5)}
    assert [(b["batch"], b["reason"]) for b in told["inputs"]["withdrawn"]] == [(number, "报错了")] and told["at_the_same_moment"]["n"] == 0


def test_the_journal_refuses_to_change_what_was_issued(own):
    home, line = own
    with sqlite3.connect(home / "journal.sqlite") as connection:
        for statement in ("update issued set note = 'x'", "delete from issued", "insert or replace into issued select * from issued"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    assert Issues(home).listed(MONTH) == [line]


def test_a_frozen_file_that_was_tampered_with_is_told(own):
    home, line = own
    path = home / "archive" / f"{line.record['files']['figures']}{freeze.SUFFIX}"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreProblem, match="签发记录"):
        freeze.read(home, line.record["files"]["figures"])


def test_what_stands_against_issuing(own, tmp_path):
    home, _ = own
    with pytest.raises(UsageProblem, match="没有数据"):
        closing.close("2021-01", home)
    with pytest.raises(UsageProblem, match="应写成"):
        closing.close("2024-5", home)
    june = "A7,庚七食品有限公司,G1,2024-06-03,2024-06-05 09:00,2024-06-05 10:00\nA8,辛八食品有限公司,G1,2024-05-03,2024-05-06 09:00,2024-05-32\n"
    pipeline.load([ledger(tmp_path, "六月.csv", HEAD + june)], home, cutoff="2024-06-29")
    found = closing.ready(pipeline.reader(home), "2024-06")
    assert not found.over and found.missing == ("二号网格",)
    with pytest.raises(UsageProblem, match="尚未结束"):
        closing.close("2024-06", home, anyway=True, note="急")
    closing.reopen(MONTH, home, reason="重签")
    assert closing.ready(pipeline.reader(home), MONTH).rejects == 1
    with pytest.raises(UsageProblem, match="退回1处.*--anyway"):
        closing.close(MONTH, home)
    with pytest.raises(UsageProblem, match="写明理由"):
        closing.close(MONTH, home, anyway=True)
    assert closing.close(MONTH, home, anyway=True, note="辛八待补").record["checks"]["rejects"] == 1


def test_other_rules_are_named(issued):
    then = json.loads(json.dumps(issued[1].record["versions"]))
    assert versions.changed(then) == {"definitions": [], "facts": [], "reference": []}
    then["definitions"]["zero_fee"], then["reference"]["targets.csv"] = "0", "0"
    del then["facts"]["40_valve.sql"]
    assert versions.changed(then) == {"definitions": ["zero_fee"], "facts": ["40_valve.sql"], "reference": ["targets.csv"]}
    assert versions.changed(then, "valve_on_time")["definitions"] == []
