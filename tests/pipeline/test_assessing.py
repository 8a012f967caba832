"""Values to be assessed by: set, replaced, ended, kept for ever, and never in the place of a promise."""

from __future__ import annotations

import json
import sqlite3
from datetime import date

import pytest

from kpi import pipeline, standards
from kpi.__main__ import main
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem
from kpi.store.journal import Journal

PAPER = {"document": "荆燃发〔2024〕1号", "approver": "总经理办公会"}


def force(home, on: str) -> dict[str, float]:
    return {id: row["value"] for id, row in pipeline.in_force(pipeline.assessments(home), date.fromisoformat(on)).items()}


def test_a_value_holds_from_its_day_until_the_next_or_the_end_of_the_year(tmp_path):
    pipeline.assess("satisfied_company", "95%", valid_from="2024-01-01", home=tmp_path, **PAPER)
    pipeline.assess("satisfied_company", "0.96", valid_from="2024-07-01", home=tmp_path, **PAPER)
    pipeline.assess("valve_time_p50", "0.4", valid_from="2024-03-01", home=tmp_path, **PAPER)
    assert force(tmp_path, "2023-12-31") == {} == force(tmp_path, "2025-01-01")
    assert force(tmp_path, "2024-02-29") == {"satisfied_company": 0.95}
    assert force(tmp_path, "2024-07-01") == {"satisfied_company": 0.96, "valve_time_p50": 0.4}


def test_a_correction_and_an_end_are_entries_of_their_own(tmp_path):
    first = pipeline.assess("zero_fee", "98%", valid_from="2024-01-01", home=tmp_path, **PAPER)
    second = pipeline.assess("zero_fee", "99％", valid_from="2024-01-01", note="更正", home=tmp_path, **PAPER)
    pipeline.assess("zero_fee", None, valid_from="2024-06-01", home=tmp_path, **PAPER)
    assert force(tmp_path, "2024-05-31") == {"zero_fee": 0.99} and force(tmp_path, "2024-06-01") == {}
    listed = {row["id"]: row for row in pipeline.assessments(tmp_path)}
    assert len(listed) == 3 and listed[first["id"]]["replaced"] == second["id"] and listed[second["id"]]["note"] == "更正"
    assert all(row["set_by"] and row["set_at"] for row in listed.values())


def test_the_journal_itself_changes_no_entry_and_loses_none(tmp_path):
    pipeline.assess("zero_fee", "98%", valid_from="2024-01-01", home=tmp_path, **PAPER)
    connection = sqlite3.connect(tmp_path / "journal.sqlite")
    for statement in ("update assessed set value = 1", "delete from assessed"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            connection.execute(statement)
    connection.close()
    assert force(tmp_path, "2024-01-01") == {"zero_fee": 0.98}


def test_a_journal_of_an_earlier_version_takes_values_too(tmp_path):
    Journal(tmp_path).next("load")
    connection = sqlite3.connect(tmp_path / "journal.sqlite")
    connection.executescript("drop table assessed; pragma user_version = 2")
    connection.close()
    assert pipeline.assessments(tmp_path) == []
    pipeline.assess("zero_fee", "98%", valid_from="2024-01-01", home=tmp_path, **PAPER)
    assert force(tmp_path, "2024-01-01") == {"zero_fee": 0.98} and Journal(tmp_path).next("load") == 2


@pytest.mark.parametrize(
    ("id", "value", "more"),
    [
        ("no_such_kpi", "95%", {}), ("built_by_company", "3", {}), ("open_cases", "3", {}), ("zero_fee", "98", {}), ("zero_fee", "101%", {}), ("zero_fee", "-1%", {}), ("zero_fee", "nan", {}),
        ("zero_fee", "inf", {}), ("zero_fee", "", {}), ("valve_time_p50", "50%", {}), ("zero_fee", "98%", {"valid_from": "2024"}), ("zero_fee", "98%", {"document": " "}), ("zero_fee", "98%", {"approver": ""}),
    ],
)
def test_what_cannot_be_assessed_by_is_refused(tmp_path, id, value, more):
    with pytest.raises(UsageProblem):
        pipeline.assess(id, value, home=tmp_path, **{"valid_from": "2024-01-01", **PAPER, **more})
    assert pipeline.assessments(tmp_path) == []


def test_what_users_choose_freely_takes_no_value():
    assert all(m.better != "none" for m in pipeline.assessable()) and metric("built_by_company") not in pipeline.assessable()


def test_the_command_lists_the_promise_beside_the_value(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(tmp_path))
    before = standards.target("zero_fee", date(2024, 5, 1))
    assert main(["targets", "set", "zero_fee", "--value", "98%", "--from", "2024-01-01", "--document", "文号", "--approver", "张某"]) == 0
    assert main(["targets", "set", "zero_fee", "--from", "2024-01-01"]) == 2
    capsys.readouterr()
    assert main(["targets", "--on", "2024-05-01", "--format", "json"]) == 0
    rows = {row["metric"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["zero_fee"]["promised"] == before == 1.0 and rows["zero_fee"]["assessed"] == 0.98 and rows["valve_on_time"]["assessed"] is None
    assert main(["targets", "log", "--format", "json"]) == 0 and len(json.loads(capsys.readouterr().out)) == 1
    assert main(["targets", "--on", "May"]) == 2
