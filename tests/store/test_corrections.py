"""Corrections: a value that a person put right outranks what ledgers repeat, what they say otherwise is listed, and all of it can be taken back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from kpi import __main__ as command_line
from kpi import pipeline, quality
from kpi.metrics.compute import compute
from kpi.problems import DataProblem, StoreProblem, UsageProblem
from kpi.store.journal import Journal

HEAD = "报装编号,用户名称,网格,报装日期,具备通气条件时间,通气时间,联系电话,合同金额(元),备注\n"
GRIDS = "网格编号,网格名称,客户经理工号,客户经理,任职开始,任职结束\nG1,一号网格,M1,甲某,2023-01-01,\nG2,二号网格,M2,乙某,2023-01-01,\n"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def write(tmp_path):
    def write(name, rows, head=HEAD):
        path = tmp_path / name
        path.write_text(head + rows, encoding="utf-8")
        return path

    return write


def _load(home, *paths, **options):
    return pipeline.load(list(paths), home, cutoff="2024-06-30", **options)


def _value(home, column, key="A1"):
    return pipeline.reader(home).rows(f"select {column} as v from application where app_id = ?", [key])[0]["v"]


def _put(home, value, field="gas_on_at", key="A1", **more):
    return pipeline.correct("application", key, field, value, reason=more.get("reason", "抄错一天"), evidence=more.get("evidence", "通气单第12号"), home=home)


def _found(home):
    return {(row["code"], row["key"], row["field"], row["file"], row["row"], row["severity"]) for row in quality.findings(pipeline.reader(home)) if row["code"].startswith("corrected")}


def test_a_correction_outranks_files_that_repeat_the_old_value_and_lists_any_other(home, write):
    rows = "A{n},甲厂,G1,2024-05-01,2024-05-06 09:00,{at},,,{why}\n"
    _load(home, write("a.csv", "".join(rows.format(n=n, at="2024-05-08 16:00", why="") for n in (1, 2, 3))))
    before = compute(pipeline.reader(home), ["valve_on_time"], start="2024-05", end="2024-05")[-1]
    made = _put(home, "2024-05-06 11:00")
    assert (made["number"], made["old"], made["new"], made["state"], made["by"]) == (1, "2024年5月8日 16:00", "2024年5月6日 11:00", "standing", pipeline.batches(home)[0]["loaded_by"])
    after = compute(pipeline.reader(home), ["valve_on_time"], start="2024-05", end="2024-05")[-1]
    assert (before["hits"], before["n"], after["hits"], after["n"]) == (0, 3, 1, 3), "the figures follow at once"
    for key in ("A2", "A3"):
        _put(home, "2024-05-06 11:00", key=key)

    later = [(1, "2024-05-08 16:00"), (2, "2024-05-06 11:00"), (3, "2024-05-09")]
    draft = pipeline.check([write("b.csv", "".join(rows.format(n=n, at=at, why="六月") for n, at in later))], home, cutoff="2024-06-30")
    told = {("corrected_repeated", "info", "通气时间", 2), ("corrected_differently", "warning", "通气时间", 4)}
    assert {(f["code"], f["severity"], f["column"], f["row"]) for f in draft["findings"] if f["code"].startswith("corrected")} == told, "what says the corrected value is not spoken of"
    pipeline.confirm(draft["draft"], home)
    assert {str(_value(home, "gas_on_at", key)) for key in ("A1", "A2", "A3")} == {"2024-05-06 11:00:00"} and _value(home, "remark") == "六月"
    assert _found(home) == {("corrected_repeated", "A1", "gas_on_at", "b.csv", 2, "info"), ("corrected_differently", "A3", "gas_on_at", "b.csv", 4, "warning")}
    assert [(row["file"], row["key"]) for row in quality.rows_behind(pipeline.reader(home), "conflicts")] == [("b.csv", "A3")], "it stands in the list of conflicts"

    assert _put(home, "2024-05-09", key="A3", reason="核对后以9日为准")["old"] == "2024年5月6日 11:00"
    assert [row["state"] for row in pipeline.corrected(home)] == ["standing", "replaced", "standing", "standing"] and _value(home, "gas_on_at_p", "A3") == "day"
    assert {row[1] for row in _found(home)} == {"A1"}, "another correction settles it"


def test_taken_back_the_figures_are_as_if_it_had_never_been(home, write):
    _load(home, write("a.csv", "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-08 16:00,13800001111,12000,甲记\n"))
    before = Journal(home).current()
    _put(home, None, "remark")
    _put(home, "1.5万", "合同金额")
    _put(home, "13900002222", "contact_phone", evidence="来电 13900002222")
    put_right = (None, 15000.0, "13900002222")
    assert tuple(_value(home, name) for name in ("remark", "contract_amount", "contact_phone")) == put_right
    told = json.dumps(pipeline.corrected(home), ensure_ascii=False)
    assert "13900002222" not in told and "13800001111" not in told, "personal data is masked wherever a correction is told"
    for build in (home / "builds").iterdir():
        build.unlink()
    pipeline.rebuild(home)
    assert tuple(_value(home, name) for name in ("remark", "contract_amount", "contact_phone")) == put_right, "it survives a build made anew"
    later = pipeline.load([write("b.csv", "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-08 16:00,,,乙记\n")], home, cutoff="2024-06-30")
    assert _value(home, "remark") is None and {row[:3] for row in _found(home)} == {("corrected_differently", "A1", "remark")}
    assert [note["field"] for note in later["notes"] if note["code"] == "blank_kept"] == ["contact_phone", "contract_amount"]
    pipeline.undo(later["batches"], home)
    assert tuple(_value(home, name) for name in ("remark", "contract_amount", "contact_phone")) == put_right, "batches come and go, corrections stay"
    for number in (3, 2, 1):
        assert pipeline.retract(number, "弄错了", home)["state"] == "retracted"
    assert Journal(home).current()[1] == before[1] and (_value(home, "remark"), _value(home, "contract_amount")) == ("甲记", 12000.0)
    with pytest.raises(UsageProblem):
        pipeline.retract(1, "再撤", home)


def test_it_settles_a_conflict_of_two_grids(home, write):
    told = [write(name, f"A1,甲厂,G1,2024-05-01,,2024-05-06 {at},,,\n", f"填报单位：{grid}\n{HEAD}") for name, grid, at in (("a.csv", "一号网格", "10:00"), ("b.csv", "二号网格", "16:00"))]
    _load(home, write("g.csv", GRIDS, ""), *told)
    assert pipeline.status(home)["conflicts"] == 1 and str(_value(home, "gas_on_at")) == "2024-05-06 10:00:00"
    _put(home, "2024-05-06 16:00", reason="现场照片为16时")
    assert pipeline.status(home)["conflicts"] == 0 and quality.rows_behind(pipeline.reader(home), "conflicts") == [] and str(_value(home, "gas_on_at")) == "2024-05-06 16:00:00"
    draft = pipeline.check([write("c.csv", "A1,甲厂,G1,2024-05-01,,2024-05-06 10:00,,,记\n", f"填报单位：一号网格\n{HEAD}")], home, cutoff="2024-06-30")
    assert {f["code"] for f in draft["findings"] if "correct" in f["code"] or "told" in f["code"]} == {"corrected_repeated"}


def test_what_cannot_be_meant_is_refused_and_nothing_is_recorded(home, write):
    with pytest.raises(StoreProblem):
        _put(home, "2024-05-06")
    _load(home, write("a.csv", "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 10:00,,,\n"))
    build = pipeline.current(home)
    for value, field in (("2024-05-06 10:00", "gas_on_at"), ("A9", "app_id"), (None, "applied_at"), ("", "gas_on_at"), ("x", "no_such"), ("乙厂", "用户名称")):
        with pytest.raises(UsageProblem):
            _put(home, value, field)
    with pytest.raises(UsageProblem):
        _put(home, "2024-05-07", key="A7")
    for value, field in (("2024-02-30", "gas_on_at"), ("5月6日", "gas_on_at"), ("10:30", "gas_on_at"), ("十几万", "contract_amount"), ("自己建的", "build_mode")):
        with pytest.raises(DataProblem):
            _put(home, value, field)
    for more in ({"reason": " "}, {"evidence": ""}, {"reason": "长" * 301}):
        with pytest.raises(UsageProblem):
            _put(home, "2024-05-07", **more)
    assert pipeline.corrected(home) == [] and pipeline.current(home) == build
    _put(home, "2024-05-07")
    with closing(sqlite3.connect(home / "journal.sqlite")) as journal:
        for statement in ("update corrected set new = 'x'", "delete from corrected", "insert or replace into corrected select * from corrected", "insert into retracted values (1, 7, 'x', '', '')"):
            with pytest.raises(sqlite3.DatabaseError):
                journal.executescript(f"pragma foreign_keys = on; {statement}")


def test_from_the_command_line(home, write, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(home))
    _load(home, write("a.csv", "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 10:00,,,\n"))

    def run(*arguments: str) -> tuple[int, str, str]:
        return command_line.main([*arguments]), *capsys.readouterr()

    why = ("--reason", "抄错", "--evidence", "通气单")
    code, said, _ = run("correct", "B1", "A1", "通气时间", "2024-05-07 09:30", *why, "--format", "json")
    assert code == 0 and [(row["number"], row["table"], row["field"], row["new"]) for row in json.loads(said)] == [(1, "application", "gas_on_at", "2024年5月7日 09:30")]
    assert "抄错" in run("corrections")[1] and "7 May 2024 09:30" in run("corrections", "--lang", "en")[1]
    assert run("uncorrect", "1", "--reason", "弄错了")[0] == 0 and "retracted" in run("corrections")[1]
    for wrong in (("correct", "B1", "A1", "通气时间", *why), ("correct", "B1", "A1", "通气时间", "2024-05-08", "--clear", *why), ("uncorrect", "1", "--reason", "x"), ("correct", "B77", "A1", "x", "y", *why)):
        code, _, told = run(*wrong)
        assert code == 2 and told.strip()
