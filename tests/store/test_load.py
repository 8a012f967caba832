"""Loading: counts that add up, upsert by key, the same file twice, builds that come back identical."""

from __future__ import annotations

import duckdb
import pytest

from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.problems import DataProblem, StoreProblem, UsageProblem

GRIDS = "网格编号,网格名称,客户经理工号,客户经理,任职开始,任职结束\nG1,一号网格,M1,甲某,2023-01-01,\nG2,二号网格,M2,乙某,2023-01-01,\n"
HEAD = "报装编号,用户名称,网格,报装日期,具备通气条件时间,通气时间,备注\n"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "store"


def _write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _sheet(report, file=0):
    return report["files"][file]["sheets"][0]


def _standing(home, sql):
    return pipeline.reader(home).rows(sql)


def test_every_row_is_counted_once(home, tmp_path):
    rows = "0012,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 10:00,\n,,,,,,\n合计,1,,,,,\n,无编号,G1,2024-05-01,,,\n0013,乙厂,G1,待定,,,\n"
    report = pipeline.load([_write(tmp_path, "a.csv", "2024年5月报装台账\n" + HEAD + rows)], home, cutoff="2024-05-31")
    sheet = _sheet(report)
    assert (sheet["header_row"], sheet["rows"], sheet["loaded"], sheet["rejected"], sheet["skipped"]) == (2, 4, 1, 2, 1)
    assert sheet["loaded"] + sheet["rejected"] + sheet["skipped"] == sheet["rows"]
    assert sheet["loaded"] == sheet["added"] + sheet["updated"] + sheet["unchanged"]
    assert {(r["row"], r["level"]) for r in report["rejects"]} == {(6, "row"), (7, "row")}
    assert all(r["reason"] and r["remedy"] for r in report["rejects"])
    assert _standing(home, "select app_id from application") == [{"app_id": "0012"}]


def test_same_file_twice_changes_nothing(home, tmp_path):
    path = _write(tmp_path, "a.csv", HEAD + "A1,甲厂,G1,2024-05-01,,,\n")
    first = pipeline.load([path], home)
    again = pipeline.load([path], home)
    assert again["build"] == first["build"]
    assert (_sheet(again)["loaded"], _sheet(again)["added"], _sheet(again)["unchanged"]) == (1, 0, 1)


def test_later_rows_update_and_blanks_never_erase(home, tmp_path):
    pipeline.load([_write(tmp_path, "a.csv", HEAD + "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,,记录\nA2,乙厂,G1,2024-05-01,,,\n")], home)
    report = pipeline.load([_write(tmp_path, "b.csv", HEAD + "A1,甲厂,G1,2024-05-01,,2024-05-06 11:00,\nA2,乙厂,G1,2024-05-01,,,\nA3,丙厂,G1,2024-05-02,,,\n")], home)
    sheet = _sheet(report)
    assert (sheet["added"], sheet["updated"], sheet["unchanged"]) == (1, 1, 1)
    row = _standing(home, "select ready_at, gas_on_at, remark, _file, _row from application where app_id = 'A1'")[0]
    assert row["ready_at"] and row["gas_on_at"] and row["remark"] == "记录"
    assert (row["_file"], row["_row"]) == ("b.csv", 2)


def test_blanks_over_known_values_are_told_once_for_each_column(home, tmp_path):
    head = HEAD.replace("备注", "联系电话,合同金额(元)")
    first = "".join(f"A{n},甲乙丙厂,G1,2024-05-01,2024-05-0{n % 9 + 1}上午,,1380000{n:04d},12000\n" for n in range(1, 31)) + "A31,丁厂,G1,2024-05-01,,,,\n"
    later = "".join(f"A{n},,G1,2024-05-01,{'2023-02-30' if n == 2 else ''},2024-05-20 10:00,{'' if n < 3 else f'1380000{n:04d}'}\n" for n in range(1, 32)) + "A40,新厂,G1,2024-05-01,,,\n"
    assert pipeline.load([_write(tmp_path, "a.csv", head + first)], home)["notes"] == []
    path = _write(tmp_path, "b.csv", head.replace(",合同金额(元)", "") + later)
    draft = pipeline.check([path], home)
    notes = {note["field"]: note for note in draft["findings"] if note["code"] in ("blank_kept", "column_kept")}
    assert {name: (note["severity"], note["column"], note["row"], note["count"]) for name, note in notes.items()} == {
        "customer_name": ("info", "用户名称", 2, 31), "ready_at": ("info", "具备通气条件时间", 2, 30), "contact_phone": ("info", "联系电话", 2, 2), None: ("info", None, None, 30),
    }, "what was blank before is not told, nor a column that nobody filled"
    assert notes["ready_at"]["value"] == "2024年5月2日上午" and notes["ready_at"]["rows"][1] == {"row": 3, "key": "A2", "value": "2024年5月3日上午"} and len(notes["ready_at"]["rows"]) == 20
    assert "第2行仍为“2024年5月2日上午”" in notes["ready_at"]["reason"] and "合同金额（30行）" in notes[None]["reason"]
    assert notes["contact_phone"]["value"].endswith("****") and notes["customer_name"]["value"] == "甲***", "what names persons is masked"
    assert {note["reason"] for note in pipeline.confirm(draft["draft"], home)["notes"]} == {note["reason"] for note in notes.values()}
    assert _standing(home, "select count(ready_at) as n, count(customer_name) as named from application") == [{"n": 30, "named": 32}]
    assert pipeline.load([path], home)["notes"] == [], "the same file again changes nothing and says nothing"


def test_later_period_wins_within_one_load(home, tmp_path):
    old = _write(tmp_path, "z.csv", "2024年4月报装台账\n" + HEAD + "A1,旧名厂,G1,2024-04-01,,,\n")
    new = _write(tmp_path, "a.csv", "2024年5月报装台账\n" + HEAD + "A1,新名厂,G1,2024-04-01,,,\n")
    report = pipeline.load([new, old], home)
    assert _standing(home, "select customer_name from application") == [{"customer_name": "新名厂"}]
    assert [_sheet(report, i)["updated"] for i in (0, 1)] == [1, 0]
    (note,) = report["notes"]
    assert (note["code"], note["severity"], note["file"], note["row"], note["column"], note["count"]) == ("value_changed", "info", "a.csv", 3, "用户名称", 1)
    assert note["rows"] == [{"row": 3, "key": "A1", "value": "新**", "was": "旧**"}] and "第3行“旧**”改为“新**”" in note["reason"]


def test_two_grids_in_conflict_leave_the_standing_value(home, tmp_path):
    pipeline.load([_write(tmp_path, "g.csv", GRIDS)], home)
    for name, grid, at in (("a.csv", "一号网格", "10:00"), ("b.csv", "二号网格", "16:00")):
        report = pipeline.load([_write(tmp_path, name, f"填报单位：{grid}\n{HEAD}A1,甲厂,G1,2024-05-01,,2024-05-06 {at},\n")], home)
    assert [str(r["gas_on_at"]) for r in _standing(home, "select gas_on_at from application")] == ["2024-05-06 10:00:00"]
    assert {r["field"] for r in _standing(home, "select field from conflict")} == {"gas_on_at"}
    assert not report["notes"], "a value that waits in the list of conflicts has taken nobody's place"


def test_same_key_with_different_content_in_one_sheet_is_rejected(home, tmp_path):
    report = pipeline.load([_write(tmp_path, "a.csv", HEAD + "A1,甲厂,G1,2024-05-01,,,\nA1,甲厂,G1,2024-05-02,,,\nA2,乙厂,G1,2024-05-01,,,\nA2,乙厂,G1,2024-05-01,,,\n")], home)
    sheet = _sheet(report)
    assert (sheet["rows"], sheet["loaded"], sheet["rejected"], sheet["added"], sheet["unchanged"]) == (4, 2, 2, 1, 1)


def test_lost_builds_come_back_with_identical_figures(home, tmp_path):
    pipeline.load([_write(tmp_path, "g.csv", GRIDS)], home)
    path = _write(tmp_path, "a.csv", HEAD + "A1,甲厂,一号网格,2024-05-01,2024-05-06 09:00,2024-05-06 11:00,\n", "gb18030")
    pipeline.load([path], home)
    before = compute(pipeline.reader(home), by=("grid",))
    for build in (home / "builds").iterdir():
        build.unlink()
    with pytest.raises(StoreProblem):
        pipeline.reader(home)
    pipeline.load([path], home)
    assert compute(pipeline.reader(home), by=("grid",)) == before


def test_cut_off_stated_in_the_file_leads(home, tmp_path):
    pipeline.load([_write(tmp_path, "a.csv", "报装台账（截至2024年5月31日）\n" + HEAD + "A1,甲厂,G1,2024-05-01,,,\n")], home, cutoff="2024-07-31")
    assert pipeline.reader(home).as_of.isoformat() == "2024-06-01T00:00:00"
    other = home.with_name("other")
    pipeline.load([_write(tmp_path, "b.csv", HEAD + "A1,甲厂,G1,2024-05-01,,,\n")], other)
    assert pipeline.reader(other).as_of.isoformat() == "2024-05-02T00:00:00"


def test_as_of_takes_events_back(home, tmp_path):
    pipeline.load([_write(tmp_path, "a.csv", HEAD + "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 11:00,\n")], home, cutoff="2024-06-30")
    now = compute(pipeline.reader(home), ["valve_on_time"], start="2024-05", end="2024-05")[-1]
    noon = compute(pipeline.reader(home, "2024-05-06T11:00"), ["valve_on_time"], start="2024-05", end="2024-05")[-1]
    later = compute(pipeline.reader(home, "2024-05-07T11:00"), ["valve_on_time", "open_cases"], start="2024-05", end="2024-05")
    assert (now["hits"], now["n"]) == (1, 1)
    assert noon["n"] == 0
    assert [r["n"] for r in later if r["month"]] == [0, 1] or [r["value"] for r in later]


def test_an_unreadable_file_is_named_and_the_others_load(home, tmp_path):
    good = _write(tmp_path, "a.csv", HEAD + "A1,甲厂,G1,2024-05-01,,,\n")
    bad = _write(tmp_path, "b.xls", "<html><table></table></html>")
    report = pipeline.load([good, bad], home)
    assert _sheet(report)["loaded"] == 1
    assert "另存为" in report["files"][1]["problem"]
    with pytest.raises(DataProblem):
        pipeline.load([bad], home.with_name("other"))


def test_words_of_a_command_are_checked(home, tmp_path):
    with pytest.raises(UsageProblem):
        pipeline.load([tmp_path / "missing.csv"], home)
    with pytest.raises(UsageProblem):
        pipeline.load([_write(tmp_path, "a.csv", HEAD)], home, cutoff="昨天")
    with pytest.raises(StoreProblem):
        pipeline.reader(home)


def test_a_build_of_another_program_is_built_again(home, tmp_path):
    build = pipeline.load([_write(tmp_path, "a.csv", HEAD + "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 11:00,\n")], home, cutoff="2024-06-30")["build"]
    before = compute(pipeline.reader(home, build=build), ["valve_on_time"])
    with duckdb.connect(str(home / "builds" / f"{build}.duckdb")) as con:
        con.execute("update made_by set program = 'earlier'")
        con.execute("drop view fact_valve")
    engine = pipeline.reader(home)
    assert engine.build != build
    assert compute(engine, ["valve_on_time"]) == before
    assert pipeline.reader(home).build == engine.build, "once is enough"


def test_what_a_sheet_lacks_is_unknown_staged_blank_as_it_once_was_or_not_at_all(home, tmp_path):
    content = HEAD + "A1,甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 11:00,\n"
    build = pipeline.load([_write(tmp_path, "a.csv", content)], home, cutoff="2024-06-30")["build"]
    before = compute(pipeline.reader(home), ["valve_on_time"])
    staged = next((home / "archive").rglob("*.parquet"))
    assert not {"miss_cause", "outside_line"} & set(duckdb.sql(f"from '{staged}'").columns)
    duckdb.sql(f"copy (select *, cast(null as varchar) as miss_cause, cast(null as varchar) as outside_line from '{staged}') to '{staged}.new' (format parquet)")
    staged.with_name(f"{staged.name}.new").replace(staged)
    (home / "builds" / f"{build}.duckdb").unlink()
    pipeline.rebuild(home)
    assert compute(pipeline.reader(home), ["valve_on_time"]) == before
    pipeline.load([_write(tmp_path, "b.csv", content.replace("A1", "A2"))], home, cutoff="2024-06-30")
    assert [row["n"] for row in compute(pipeline.reader(home), ["valve_on_time"]) if row["month"] is None] == [2]
