"""Figures of ledger quality on the samples beside pandas, and that every figure leads to as many rows."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi import quality
from kpi.problems import UsageProblem
from kpi.quality.place import UNSTATED
from kpi.words import keys, word
from tests.quality.ledgers import made


@pytest.fixture(scope="module")
def charges(sample_con):
    """Charges with the grid of their own column and the month in which they were paid."""
    frame = sample_con.execute("select * from charge").df()
    words = dict(sample_con.execute("select word, grid_code from grid_word").fetchall())
    frame["grid"] = frame.grid_code.map(words).fillna(UNSTATED)
    frame["month"] = frame.paid_on.dt.strftime("%Y-%m")
    return frame


@pytest.fixture(scope="module")
def applications(sample_con):
    """Applications with their grid and the month in which they were applied for."""
    frame = sample_con.execute("select t.*, a.grid from application as t join app as a on a.key = t._key").df()
    frame["month"] = frame.applied_at.dt.strftime("%Y-%m")
    return frame


def test_completeness(sample, charges, applications):
    for grid, month in (("G03", "2024-05"), ("G07", "2023-11")):
        found = {row["field"]: row for row in quality.completeness(sample, table="charge", grid=grid, month=month)}
        of = charges[(charges.grid == grid) & (charges.month == month)]
        assert len(of) and set(found) == set(quality.NEEDED["charge"])
        for field, row in found.items():
            assert (row["rows"], row["filled"]) == (len(of), int(of[field].notna().sum())), field
    on = applications[applications.gas_on_at.notna()]
    rows = {row["grid"]: row for row in quality.completeness(sample, by=("grid",), table="application", field="ready_at")}
    for grid, of in on.groupby("grid"):
        assert (rows[grid]["rows"], rows[grid]["filled"]) == (len(of), int(of.ready_at.notna().sum()))
        assert rows[grid]["share"] == pytest.approx(of.ready_at.notna().mean())


def test_precision(sample, applications):
    told = applications[applications.gas_on_at.notna()]
    rows = quality.precision(sample, by=("grid",), table="application", field="gas_on_at", start="2023-02", end="2024-06")
    of = told[told.month.between("2023-02", "2024-06")]
    for row in rows:
        kinds = of[of.grid == row["grid"]].gas_on_at_p.value_counts()
        assert (row["moment"], row["half"], row["day"], row["rows"]) == (kinds.get("moment", 0), kinds.get("half", 0), kinds.get("day", 0), kinds.sum())
    assert min(rows, key=lambda row: row["share"])["grid"] in ("G11", "G12"), "the story: two grids write dates only"


def test_trend_has_every_month_and_adds_up(sample, applications):
    for measure in ("completeness", "precision", "findings", "rejects", "warnings", "conflicts"):
        line = quality.trend(sample, measure, table="application")
        assert [row["month"] for row in line] == list(pd.period_range("2023-01", "2024-12", freq="M").strftime("%Y-%m")), measure
        assert all(0 <= row["n"] and (row["share"] is None or row["share"] >= 0) for row in line)
    line = quality.trend(sample, "findings", table="application", code="duration_understated")
    assert sum(row["n"] for row in line) == len(quality.findings(sample, code="duration_understated", limit=None))
    assert {row["month"]: row["rows"] for row in line} == applications.month.value_counts().to_dict()


def test_every_figure_leads_to_as_many_rows(sample):
    for table in ("application", "visit", "appeal", "followup", "work", "project", "clock_stop", "term", "park", "charge"):
        for row in quality.completeness(sample, table=table):
            blank = quality.rows_behind(sample, "completeness", table=table, field=row["field"], limit=None)
            assert len(blank) == row["rows"] - row["filled"], (table, row["field"])
        for row in quality.precision(sample, table=table):
            vague = quality.rows_behind(sample, "precision", table=table, field=row["field"], limit=None)
            assert len(vague) == row["rows"] - row["moment"], (table, row["field"])
            assert all(one["value"] in one["reason"] for one in vague)
    for grid in ("G01", "G11"):
        whole = quality.overview(sample, by=("grid",), grid=grid)[0]
        assert whole["findings"] == len(quality.rows_behind(sample, "findings", grid=grid, limit=None))
        assert whole["filled"] == sum(row["filled"] for row in quality.completeness(sample, grid=grid))
        assert whole["timed"] == sum(row["moment"] for row in quality.precision(sample, grid=grid))


def test_overview_counts_every_row_once(sample, sample_con):
    rows = sum(sample_con.execute(f"select count(*) from {table}").fetchone()[0] for table in quality.NEEDED)
    for by in (("grid",), ("table",), ("month",), ("grid", "table"), ()):
        told = quality.overview(sample, by=by)
        assert sum(row["rows"] for row in told) == rows, by
        assert sum(row["findings"] for row in told) == sum(row["n"] for row in quality.summary(sample) if row["severity"] == "warning")


_LISTED = {"batch": "1", "level": "cell", "code": "date_impossible", "table_name": "application", "field": "accepted_at", "column_name": "受理日期", "file": "示例台账.csv",
           "sheet": "application", "row": "2", "value": "2024-02-30", "args": "{}"}
_ROWS = {
    "term": [{"grid_code": "G01", "grid_name": "一号网格", "manager_id": "M1", "valid_from": "2023-01-01"}, {"grid_code": "G02", "grid_name": "二号网格", "manager_id": "M2", "valid_from": "2023-01-01"}],
    "application": [
        {"app_id": "A1", "applied_at": "2024-04-01 09:00", "grid_code": "一号网格", "gas_on_at": "2024-05-06 10:00"}, {"app_id": "A2", "applied_at": "2024-05-02", "grid_code": "G02"},
        {"app_id": "A3", "applied_at": "2099-05-02", "grid_code": "G02"},
    ],
    "appeal": [{"case_id": "S1", "app_id": "A1", "accepted_at": "2024-05-06"}, {"case_id": "S2", "accepted_at": "2024-05-06"}],
    "listed": [
        _LISTED | {"severity": "error"}, _LISTED | {"severity": "warning", "code": "id_is_date", "row": "3"},
        _LISTED | {"severity": "error", "level": "row", "code": "key_blank", "row": "9", "args": '{"name": "报装编号"}'},
        _LISTED | {"severity": "error", "level": "row", "code": "key_blank", "table_name": "appeal", "sheet": "appeal", "row": "9", "args": '{"name": "诉求编号"}'},
    ],
    "conflict": [{"table_name": "application", "key": "A2", "field": "accepted_at", "submitter": "G01", "file": "一号.csv", "sheet": "一号", "row": "4"}],
}


def test_what_the_reader_said_counts_where_its_row_belongs():
    with made(_ROWS, "2024-06-01", []) as engine:
        assert [(row["grid"], row["rejects"], row["warnings"]) for row in quality.overview(engine, table="application")] == [(UNSTATED, 1, 0), ("G01", 1, 0), ("G02", 0, 1)]
        found = quality.rows_behind(engine, "rejects", table="application")
        assert [(row["key"], row["grid"], row["month"], row["row"]) for row in found] == [("A1", "G01", "2024-04", 2), (None, UNSTATED, None, 9)]
        assert found[0]["reason"] == "没有这一天" and found[1]["remedy"] == "请补上报装编号"
        # a whole sheet of one month: what was not loaded of it belongs there too
        assert quality.rows_behind(engine, "rejects", table="appeal")[0]["month"] == "2024-05"


def test_a_sheet_nobody_recognised_is_not_forgotten():
    lost = {name: text for name, text in _LISTED.items() if name not in ("table_name", "row", "field")} | {"severity": "warning", "code": "unrecognised", "args": '{"count": 7}'}
    with made(_ROWS | {"listed": [lost]}, "2024-06-01", []) as engine:
        assert [row["warnings"] for row in quality.overview(engine, by=())] == [1]
        found = quality.rows_behind(engine, "warnings")
        assert [(row["table"], row["grid"], row["row"]) for row in found] == [(None, UNSTATED, None)] and "7 行未导入" in found[0]["reason"]


def test_grid_and_month_of_a_row():
    """The row's own grid, else that of its application; a date after the cut-off gives no month."""
    with made(_ROWS, "2024-06-01") as engine:
        rows = {(row["table"], row["grid"], row["month"]): row["rows"] for row in quality.overview(engine, by=("table", "grid", "month"))}
        assert rows["application", "G01", "2024-04"] == 1 and rows["application", "G02", "2024-05"] == 1 and rows["application", "G02", None] == 1
        assert rows["appeal", "G01", "2024-05"] == 1 and rows["appeal", UNSTATED, "2024-05"] == 1
        assert quality.months(engine) == ["2023-01", "2024-04", "2024-05"]


def test_conflicts_count_apart_from_findings():
    with made(_ROWS, "2024-06-01") as engine:
        assert [(row["grid"], row["conflicts"]) for row in quality.overview(engine, table="application") if row["conflicts"]] == [("G02", 1)]
        found = quality.rows_behind(engine, "conflicts")
        assert [(row["key"], row["value"], row["file"], row["row"]) for row in found] == [("A2", "G01", "一号.csv", 4)]
        others = [row for row in quality.findings(engine, severity="warning") if row["code"] != "told_differently"]
        assert others and len(quality.rows_behind(engine, "findings")) == len(others) == sum(row["findings"] for row in quality.overview(engine))


def test_findings_of_a_batch_in_the_words_of_people():
    """Who brings a file in sees what stands on its rows, times and amounts as they are written."""
    late = {"applied_at": "2024-05-08", "accepted_at": "2024-05-06 上午"}
    rows = {"application": [late | {"app_id": "A1", "_batch": "1"}, late | {"app_id": "A2", "_batch": "2"}],
            "charge": [{"charge_id": "C1", "paid_on": "2024-05-06", "amount": "600", "refund_amount": "800", "refunded_on": "2024-05-07", "item": "初装费", "_batch": "2"}]}
    with made(rows, "2024-06-01") as engine:
        assert [(row["key"], row["value"]) for row in quality.findings_of(engine, 1)] == [("A1", "2024年5月6日上午")]
        assert sorted((row["key"], row["value"]) for row in quality.findings_of(engine, 2)) == [("A2", "2024年5月6日上午"), ("C1", "800")]


def test_a_double_without_a_number_is_told_by_its_place():
    same = {"customer_name": "示例甲食品", "address": "示例路1号", "applied_at": "2024-04-01"}
    rows = {"application": [same | {"_key": "~示例甲食品|示例路1号"}, same | {"app_id": "A2", "applied_at": "2024-04-09"}]}
    with made(rows, "2024-06-01") as engine:
        assert [(row["key"], row["args"]["other"]) for row in quality.findings(engine, code="duplicate_application")] == [("A2", "application!2")]


def test_trend_fills_the_months_between():
    with made({"application": [{"app_id": "A1", "applied_at": "2023-11-05"}, {"app_id": "A2", "applied_at": "2024-02-05"}]}, "2024-06-01") as engine:
        line = quality.trend(engine, "completeness", table="application", field="accepted_at")
        assert [(row["month"], row["rows"], row["n"], row["share"]) for row in line] == [("2023-11", 1, 0, 0.0), ("2023-12", 0, 0, None), ("2024-01", 0, 0, None), ("2024-02", 1, 0, 0.0)]


def test_what_does_not_exist_is_said_in_words(sample):
    for call in (
        lambda: quality.trend(sample, "beauty"), lambda: quality.rows_behind(sample, "beauty"), lambda: quality.completeness(sample, table="nothing"),
        lambda: quality.overview(sample, by=("manager",)), lambda: quality.rows_behind(sample, "completeness"),
    ):
        with pytest.raises(UsageProblem):
            call()


def test_every_measure_has_its_words():
    from kpi.quality.figures import MEASURES

    for part in ("measure", "measure_note"):
        assert {key.rsplit(".", 1)[1] for key in keys("zh") if key.startswith(f"quality.{part}.")} == set(MEASURES)
    assert word("quality.precision.half") == "只写上午、下午"
