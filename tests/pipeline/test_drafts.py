"""Checking enters nothing, confirming enters all of it, undoing restores the figures; mappings are edited and remembered."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.pipeline import asked
from kpi.problems import DataProblem, StoreProblem, UsageProblem
from kpi.store import archive
from kpi.store.journal import Journal

HEAD = "报装编号,用户名称,网格,报装日期,具备通气条件时间,通气时间,备注\n"
ROWS = "A1,示例甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 10:00,\nA2,示例乙厂,G1,2024-05-02,2024-05-07 09:00,2024-05-09 10:00,\n"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "store"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Two applications loaded once: the folder of the store, and what the load reported."""
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "a.csv").write_bytes((HEAD + ROWS).encode())
    return folder / "store", pipeline.load([folder / "a.csv"], folder / "store", cutoff="2024-05-31")


@pytest.fixture
def begun(loaded, home):
    """Copy that store to `home`, and return the report."""
    shutil.copytree(loaded[0], home)
    return loaded[1]


@pytest.fixture
def write(tmp_path):
    def written(name, text, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return written


def figures(home):
    return compute(pipeline.reader(home))


def inside(home):
    """Everything in the store that is not a draft, a lock, or a number that was given out."""
    return {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file() and "drafts" not in p.parts and not p.name.endswith(".lock")}


def test_checking_enters_nothing(home, write, begun):
    before, files = figures(home), inside(home)
    told = pipeline.check([write("b.csv", HEAD + "A1,示例甲厂,G1,2024-05-01,,2024-05-06 11:00,\nA3,示例丙厂,G1,2024-05-03,,,\nA4,示例丁厂,G1,2024-13-40,,,\n")], home)
    assert {name: told["counts"][name] for name in ("rows", "loaded", "added", "updated", "unchanged", "rejected", "skipped")} == {
        "rows": 3, "loaded": 2, "added": 1, "updated": 1, "unchanged": 0, "rejected": 1, "skipped": 0}
    assert figures(home) == before and inside(home) == files
    error = told["findings"][0]
    assert (error["severity"], error["level"], error["row"], error["column"], error["letter"], error["field"]) == ("error", "row", 4, "报装日期", "D", "applied_at")
    assert error["reason"] and error["remedy"] and error["value"] == "2024-13-40"
    assert pipeline.draft(told["draft"], home) == told
    report = pipeline.confirm(told["draft"], home)
    assert [(s["added"], s["updated"]) for s in report["files"][0]["sheets"]] == [(1, 1)]
    assert figures(home) != before
    with pytest.raises(StoreProblem):
        pipeline.confirm(told["draft"], home)
    assert list((home / "drafts").iterdir()) == []


def test_undo_restores_the_figures_exactly(home, write, begun):
    before = figures(home)
    second = pipeline.load([write("b.csv", HEAD + "A1,示例甲厂,G1,2024-05-01,,2024-05-08 11:00,\n")], home)
    third = pipeline.load([write("c.csv", HEAD + "A9,示例戊厂,G1,2024-05-01,2024-05-08 09:00,2024-05-08 11:00,\n")], home)
    assert figures(home) != before
    pipeline.undo(second["batches"], home, reason="传错了", who="示例员")
    assert figures(home) != before
    done = pipeline.undo(third["batches"], home)
    assert figures(home) == before and done["build"] == begun["build"]
    listed = {b["id"]: b for b in pipeline.batches(home)}
    assert [listed[i]["standing"] for i in (1, 2, 3)] == [True, False, False]
    assert (listed[2]["withdrawn_by"], listed[2]["reason"]) == ("示例员", "传错了")
    assert pipeline.original(2, home)[1].read_bytes() == (HEAD + "A1,示例甲厂,G1,2024-05-01,,2024-05-08 11:00,\n").encode()
    with pytest.raises(UsageProblem):
        pipeline.undo([2], home)
    assert pipeline.undo([1], home)["build"] is None
    with pytest.raises(StoreProblem):
        pipeline.reader(home)
    pipeline.load([write("a.csv", HEAD + ROWS)], home, cutoff="2024-05-31")
    assert figures(home) == before


def test_undo_without_the_earlier_build_builds_it_again(home, write, begun):
    before = figures(home)
    second = pipeline.load([write("b.csv", HEAD + "A1,示例甲厂,G1,2024-05-01,,2024-05-08 11:00,\n")], home)
    for path in (home / "builds").glob("00001-*"):
        path.unlink()
    pipeline.undo(second["batches"], home)
    assert figures(home) == before


def test_whole_or_nothing(home, write):
    path = write("a.csv", HEAD + ROWS + "A3,示例丙厂,G1,不知道,,,\n")
    with pytest.raises(DataProblem, match="1 处错误"):
        pipeline.load([path], home, whole=True)
    assert Journal(home).batches() == []
    assert pipeline.load([path], home)["files"][0]["sheets"][0]["loaded"] == 2


def test_a_mapping_is_corrected_and_remembered(home, write):
    odd = "单号,客户,片,何时报,何时好,何时通\nA1,示例甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 10:00\n"
    told = pipeline.check([write("五月.csv", odd)], home)
    sheet = told["files"][0]["sheets"][0]
    assert sheet["table"] is None and sheet["head"][0][0] == "单号" and sheet["skipped"] == 2
    columns = dict(zip("ABCDEF", ("app_id", "customer_name", "grid_code", "applied_at", "ready_at", "gas_on_at"), strict=True))
    wish = {"sheets": {sheet["sheet"]: {"table": "application", "header_row": 1, "columns": columns}}}
    told = pipeline.recheck(told["draft"], home, mappings={told["files"][0]["sha256"]: wish})
    sheet = told["files"][0]["sheets"][0]
    assert (sheet["table"], sheet["loaded"], sheet["remembered"]) == ("application", 1, False)
    assert {m["column"]: m["field"] for m in sheet["mapping"]} == columns
    assert [c["value"] for c in pipeline.preview(told["draft"], told["files"][0]["sha256"], 0, home)[0]["cells"]][4:] == ["2024-05-06T09:00", "2024-05-06T10:00"]
    pipeline.confirm(told["draft"], home)
    later = pipeline.check([write("六月.csv", "2024年6月\n" + odd.replace("A1", "A2"))], home)
    sheet = later["files"][0]["sheets"][0]
    assert (sheet["table"], sheet["header_row"], sheet["loaded"], sheet["remembered"]) == ("application", 2, 1, True)
    pipeline.confirm(later["draft"], home)
    before = figures(home)
    for folder in (home / "archive").iterdir():
        if folder.is_dir():
            for path in folder.iterdir():
                path.unlink()
    assert pipeline.rebuild(home) and figures(home) == before


def test_a_field_given_to_another_column_leaves_the_guessed_one(home, write):
    path = write("a.csv", "报装编号,用户名称,报装日期,通气时间,点火时间\nA1,示例甲厂,2024-05-01,2024-05-06 10:00,2024-05-06 15:00\n")
    told = pipeline.check([path], home)
    sha = told["files"][0]["sha256"]
    told = pipeline.recheck(told["draft"], home, mappings={sha: {"sheets": {"a": {"columns": {"E": "gas_on_at"}}}}})
    assert {m["column"]: m["field"] for m in told["files"][0]["sheets"][0]["mapping"]}["D"] is None
    pipeline.confirm(told["draft"], home)
    assert str(pipeline.reader(home).rows("select gas_on_at from application")[0]["gas_on_at"]) == "2024-05-06 15:00:00"
    again = pipeline.check([path], home)
    assert again["files"][0]["standing"] and again["counts"]["unchanged"] == 1
    again = pipeline.recheck(again["draft"], home, mappings={sha: {"sheets": {"a": {"columns": {"D": "gas_on_at"}}}}})
    assert again["files"][0]["file"] == "a.csv" and not again["files"][0]["standing"]
    pipeline.confirm(again["draft"], home)
    assert str(pipeline.reader(home).rows("select gas_on_at from application")[0]["gas_on_at"]) == "2024-05-06 10:00:00"
    assert [b["standing"] for b in pipeline.batches(home)] == [True, False]


@pytest.mark.parametrize("wish", [
    {"table": "aplication"}, {"columns": {"A": "gas_on"}}, {"columns": {"A": "gas_on_at", "B": "gas_on_at"}}, {"columns": {"甲": "gas_on_at"}}, {"header_row": 99},
])
def test_an_impossible_mapping_is_refused(home, write, loaded, wish):
    path = write("a.csv", HEAD + ROWS)
    with pytest.raises(UsageProblem):
        pipeline.check([path], home, mappings={loaded[1]["files"][0]["sha256"]: {"sheets": {"a": wish}}})


def test_a_complete_file_flags_rows_that_vanished(home, write):
    title = "2024年5月报装台账 填报单位：一号网格\n"
    pipeline.load([write("四月.csv", "2024年4月报装台账 填报单位：一号网格\n" + HEAD + "A0,示例早厂,G1,2024-04-01,,,\n"), write("五月.csv", title + HEAD + ROWS)], home)
    told = pipeline.check([write("五月新.csv", title + HEAD + ROWS.split("\n")[0] + "\n")], home, complete=True)
    assert told["counts"]["vanished"] == 1
    report = pipeline.confirm(told["draft"], home)
    assert report["files"][0]["sheets"][0]["vanished"] == 1
    gone = pipeline.reader(home).rows("select table_name, key, file, row from vanished")
    assert gone == [{"table_name": "application", "key": "A2", "file": "五月.csv", "row": 4}]
    assert pipeline.reader(home).rows("select count(*) as n from application") == [{"n": 3}]
    pipeline.undo(report["batches"], home)
    assert pipeline.reader(home).rows("select * from vanished") == []


def test_two_people_confirm_at_once(home, write, begun):
    drafts = [pipeline.check([write(f"{i}.csv", HEAD + f"B{i},示例{i}厂,G1,2024-05-0{i},,,\nA2,示例乙厂,G1,2024-05-02,,2024-05-1{i} 10:00,\n")], home)["draft"] for i in (1, 2)]
    reports = {}
    threads = [threading.Thread(target=lambda d=d: reports.update({d: pipeline.confirm(d, home)})) for d in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = [[(s["added"], s["updated"]) for f in reports[d]["files"] for s in f["sheets"]] for d in drafts]
    assert counts == [[(1, 1)], [(1, 1)]]
    assert pipeline.reader(home).rows("select count(*) as n from application") == [{"n": 4}]
    assert len({reports[d]["build"] for d in drafts}) == 2


def test_the_same_file_confirmed_by_two_people_is_entered_once(home, write):
    path = write("a.csv", HEAD + ROWS)
    drafts = [pipeline.check([path], home)["draft"] for _ in range(2)]
    first, second = (pipeline.confirm(d, home) for d in drafts)
    assert [s["added"] for s in first["files"][0]["sheets"]] == [2]
    assert [s["added"] for s in second["files"][0]["sheets"]] == [0]
    assert len(Journal(home).batches()) == 1


def test_a_broken_file_is_shown_beside_the_others(home, write):
    told = pipeline.check([write("a.csv", HEAD + ROWS), write("b.xls", "<html><table></table></html>")], home)
    assert "另存为" in told["files"][1]["problem"] and told["counts"]["added"] == 2
    told = pipeline.recheck(told["draft"], home)
    assert "另存为" in told["files"][1]["problem"] and told["counts"]["added"] == 2
    assert "problem" in pipeline.confirm(told["draft"], home)["files"][1]
    alone = pipeline.check([write("c.xls", "<html></html>")], home)
    with pytest.raises(DataProblem):
        pipeline.confirm(alone["draft"], home)


def test_a_journal_of_the_first_version_goes_on(home, write):
    import sqlite3

    home.mkdir()
    old = sqlite3.connect(home / "journal.sqlite")
    old.executescript(
        "create table batch (id integer primary key, load integer not null, file text not null, sha256 text not null, reader text not null, period text, cutoff text,"
        " submitter text, loaded_at text not null, loaded_by text not null, standing integer not null default 1, report text not null);"
        "create table build (id text primary key, inputs text not null, as_of text not null, built_at text not null);"
        "create table current (one integer primary key check (one = 1), build text not null references build (id));"
        "create table counter (name text primary key, value integer not null); insert into counter values ('batch', 7);"
    )
    old.close()
    assert pipeline.load([write("a.csv", HEAD + ROWS)], home)["batches"] == [8]
    assert pipeline.batches(home)[0]["standing"] is True


def test_a_column_is_filled_down_when_asked(home, write):
    path = write("a.csv", "报装编号,用户名称,网格,报装日期\nA1,示例甲厂,G1,2024-05-01\nA2,示例乙厂,,2024-05-01\nA3,示例丙厂,,2024-05-01\nA4,示例丁厂,,2024-05-01\nA5,示例戊厂,G2,2024-05-01\n")
    told = pipeline.check([path], home)
    offered = [f for f in told["findings"] if f["code"] == "fill_offered"]
    assert [(f["letter"], f["severity"]) for f in offered] == [("C", "info")]
    told = pipeline.recheck(told["draft"], home, mappings={told["files"][0]["sha256"]: {"sheets": {"a": {"fill": ["C"]}}}})
    assert not [f for f in told["findings"] if f["code"] == "fill_offered"]
    assert [r["cells"][2]["value"] for r in pipeline.preview(told["draft"], told["files"][0]["sha256"], 0, home)] == ["G1", "G1", "G1", "G1", "G2"]
    pipeline.confirm(told["draft"], home)
    later = pipeline.check([write("b.csv", path.read_text(encoding="utf-8").replace("A", "B"))], home)
    assert later["files"][0]["sheets"][0]["remembered"] and not [f for f in later["findings"] if f["code"] == "fill_offered"]


def test_what_a_killed_reading_left_is_swept_away_after_two_days(home, write):
    path = write("a.csv", HEAD + ROWS)
    pipeline.load([path], home)
    left = [home / "archive" / ".0a.part", home / "archive" / ".0b.part"]
    for folder in left:
        folder.mkdir()
    os.utime(left[0], (0, 0))
    before = inside(home)
    pipeline.check([path], home)
    assert [folder.exists() for folder in left] == [False, True], "a reading of today may still be under way"
    assert inside(home) == before


def test_files_of_one_name_are_told_apart(home, write, tmp_path):
    """A folder for each grid, and in each the same name: each has its own error workbook."""
    for number, folder in enumerate(("一号网格", "二号网格")):
        (tmp_path / folder).mkdir()
        write(f"{folder}/报装.csv", HEAD + f"B{number},示例{number}厂,G1,2024-05-01,,随便{number},\n")
    told = pipeline.check([tmp_path / "一号网格", tmp_path / "二号网格"], home)
    assert [file["file"] for file in told["files"]] == ["一号网格-报装.csv", "二号网格-报装.csv"]
    assert [(one["file"], one["value"]) for one in told["findings"] if one["severity"] == "error"] == [("一号网格-报装.csv", "随便0"), ("二号网格-报装.csv", "随便1")]
    for _ in range(2):
        written = pipeline.error_workbooks(tmp_path / "out", home, draft=told["draft"])
        assert [path.name for _, path in written] == ["一号网格-报装-错误标注.xlsx", "二号网格-报装-错误标注.xlsx"]
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize(
    ("paths", "given", "names"),
    [
        (["a/x.csv", "b/x.csv", "c/y.csv"], {}, ["a-x.csv", "b-x.csv", "y.csv"]), (["1/a/x.csv", "2/a/x.csv"], {}, ["a-x.csv", "a-x (2).csv"]),
        (["u1", "u2", "u3"], {"u1": "台账.xlsx", "u2": "台账.xlsx", "u3": "台账 (2).xlsx"}, ["台账.xlsx", "台账 (2).xlsx", "台账 (2) (2).xlsx"]),
    ],
)
def test_names(paths, given, names):
    assert asked.names(map(Path, paths), {Path(path).resolve(): name for path, name in given.items()}) == names


def test_what_is_handed_out_overwrites_nothing(write, tmp_path):
    out = tmp_path / "out"
    first, other = write("a.csv", "1"), write("b.csv", "2")
    assert [pipeline.place(path, out, "台账.csv").name for path in (first, other, first, other)] == ["台账.csv", "台账 (2).csv", "台账.csv", "台账 (2).csv"]
    (out / "台账.csv").write_text("改过", encoding="utf-8")
    assert pipeline.place(first, out, "台账.csv").name == "台账 (3).csv" and (out / "台账.csv").read_text(encoding="utf-8") == "改过"


def test_a_file_is_kept_under_the_hash_of_what_was_read(home, write, monkeypatch):
    """Whatever becomes of the original meanwhile: what is hashed, read and archived are the same bytes."""
    path = write("a.csv", HEAD + ROWS)
    copied = shutil.copyfile

    def saved_meanwhile(source, target):
        path.write_bytes((HEAD + ROWS + "A3,示例丙厂,G1,2024-05-03,,,\n").encode())
        return copied(source, target)

    monkeypatch.setattr(shutil, "copyfile", saved_meanwhile)
    told = pipeline.load([path], home, cutoff="2024-05-31")["files"][0]
    assert told["sheets"][0]["loaded"] == 3 and told["sha256"] == pipeline.digest(path) == pipeline.digest(archive.original(home, told["sha256"]))
    # as large as what was kept: hashed beforehand, changed before it is copied
    path.write_bytes((HEAD + ROWS + "A4,示例丙厂,G1,2024-05-03,,,\n").encode())
    with pytest.raises(DataProblem, match="又被改动"):
        pipeline.load([path], home, cutoff="2024-05-31")
    assert len(pipeline.batches(home)) == 1 and len(list((home / "archive").glob("*.csv"))) == 1
