"""What a manager has in hand: open duties with what is left of their limits, inherited ones told apart, stops in his favour."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from kpi import pipeline
from kpi.metrics.held import CONTROLLED, DUTIES, SOON, open_duties, stops, terms
from kpi.metrics.registry import metric
from kpi.words import word
from tests import facts
from tests.metrics.ledgers import load

CUTOFF = "2024-05-15"
"""As-of is 00:00 of Thursday 16 May 2024."""

OTHER_VISIT = {"app_id": "BUILD", "kind": "通气", "direction": "上门", "booked_at": "", "appt_start": "2024-05-16 14:30", "appt_end": "2024-05-16 16:30"}
"""An appointment that stands open although nobody wrote down when it was made."""

ROWS = {
    "term": [
        {"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2023-01-01", "valid_to": "2024-05-10"},
        {"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M2", "manager_name": "示例乙", "valid_from": "2024-05-11"},
        {"grid_code": "G2", "grid_name": "二号网格", "manager_id": "M3", "manager_name": "示例丙", "valid_from": "2023-01-01"},
    ],
    "application": [
        {"app_id": "LATE1", "grid_code": "G1", "applied_at": "2024-04-01", "ready_at": "2024-05-08 09:00"},
        {"app_id": "LATE2", "grid_code": "G1", "applied_at": "2024-04-01", "ready_at": "2024-05-14 09:00"},
        {"app_id": "SOON", "grid_code": "G2", "applied_at": "2024-04-01", "ready_at": "2024-05-15 16:00"},
        {"app_id": "GONE", "grid_code": "G2", "applied_at": "2024-04-01", "ready_at": "2024-05-15 16:00", "cancelled_on": "2024-05-15"},
        {"app_id": "DONE", "grid_code": "G2", "applied_at": "2024-04-01", "ready_at": "2024-05-15 09:00", "gas_on_at": "2024-05-15 10:00"},
        {"app_id": "CALLED", "grid_code": "G2", "applied_at": "2024-03-01", "ready_at": "2024-04-25 09:00", "gas_on_at": "2024-04-25 10:00"},
        {"app_id": "BUILD", "grid_code": "G2", "applied_at": "2024-03-01", "build_mode": "代建", "contract_due_on": "2024-05-01", "contract_extended_to": "2024-05-20"},
        *({"app_id": id, "grid_code": "G2", "applied_at": "2024-03-01", "ready_at": day, "gas_on_at": f"{day} 10:00"} for id, day in (
            ("DAY7", "2024-05-09"), ("DAY8", "2024-05-08"), ("DAY30", "2024-04-16"), ("DAY31", "2024-04-15"), ("TWICE", "2024-05-09"))),
        {"app_id": "BUILT", "grid_code": "G2", "applied_at": "2024-03-01", "build_mode": "代建", "contract_due_on": "2024-05-20", "inside_done_on": "2024-05-10"},
        {"app_id": "BEFORE", "grid_code": "G2", "applied_at": "2018-05-01", "ready_at": "2018-06-01 09:00"},
        {"customer_name": "无号用户", "address": "示例路1号", "grid_code": "G2", "applied_at": "2024-04-01", "ready_at": "2024-05-15 10:00"},
    ],
    "followup": [
        {"app_id": "CALLED", "round": "1", "fu_at": "2024-04-30", "reached": "接通"},
        {"app_id": "TWICE", "round": "1", "fu_at": "2024-05-10", "reached": "接通"}, {"app_id": "TWICE", "round": "2", "fu_at": "2024-05-14", "reached": "接通"},
    ],
    "appeal": [
        {"case_id": "Q1", "grid_code": "G1", "owner": "示例丙", "level": "一般", "accepted_at": "2024-05-15 10:00"},
        {"case_id": "Q2", "grid_code": "G2", "level": "复杂", "accepted_at": "2024-05-15 10:00"},
        {"case_id": "Q3", "grid_code": "G2", "level": "重大", "accepted_at": "2024-05-15 10:00"},
        {"case_id": "Q4", "grid_code": "G2", "level": "一般", "accepted_at": "2024-05-15 10:00", "fb_customer_at": "2024-05-15 11:00"},
        {"case_id": "Q6", "app_id": "BUILD", "level": "一般", "accepted_at": "2024-05-15 12:00"},
        {"case_id": "Q5", "grid_code": "G2", "level": "复杂", "accepted_at": "2018-06-01 10:00"},
    ],
    "visit": [
        {"visit_id": "V1", "app_id": "BUILD", "kind": "通气", "direction": "上门", "booked_at": "2024-05-15 16:30", "appt_start": "2024-05-16 09:00", "appt_end": "2024-05-16 11:00"},
        {"visit_id": "V2", "app_id": "BUILD", "kind": "通气", "direction": "上门", "booked_at": "2024-05-15 16:30", "appt_start": "2024-05-16 09:00", "appt_end": "2024-05-16 11:00", "result": "用户改约"},
        *(OTHER_VISIT | other for other in (
            {"visit_id": "V3"}, {"visit_id": "V4", "booked_at": "2024-05-15 16:30", "app_id": "", "project_id": "P1"}, {"visit_id": "V5", "kind": "用户到厅"}, {"visit_id": "V6", "kind": "到政府窗口"},
            {"visit_id": "V7", "direction": "用户跑腿"}, {"visit_id": "V8", "result": "公司改约"}, {"visit_id": "V9", "arrived_at": "2024-05-15 17:00"}, {"visit_id": "V10", "appt_start": "2024-05-15", "appt_end": ""})),
    ],
    "project": [
        {"project_id": "P1", "name": "甲项目", "grid_code": "G2", "first_known_at": "2024-03-01", "landed_on": "2024-03-01", "updated_on": "2024-04-25"},
        {"project_id": "P2", "name": "乙项目", "grid_code": "G2", "first_known_at": "2024-03-01", "landed_on": "2024-03-01", "updated_on": "2024-03-25"},
        {"project_id": "P3", "name": "丙项目", "grid_code": "G2", "first_known_at": "2024-03-01", "landed_on": "2024-03-01", "updated_on": "2024-03-25", "status": "流失"},
        *({"project_id": f"P{n}", "name": f"{status}项目", "grid_code": "G2", "first_known_at": "2024-03-01", "landed_on": "2024-03-01", "updated_on": "2024-03-25", "status": status}
          for n, status in enumerate(("不用气", "已通气", "不需用气", "放弃", "跟踪中"), start=4)),
    ],
    "clock_stop": [
        # told at as-of itself is not told yet
        {"stop_id": "T0", "app_id": "LATE1", "reason": "用户停工", "owner": "用户", "start_at": "2024-05-08 08:30", "end_at": "2024-05-08 09:00", "noticed_on": "2024-05-16"},
        {"stop_id": "T1", "app_id": "LATE1", "reason": "用户停工", "owner": "用户", "start_at": "2024-05-08 09:00", "end_at": "2024-05-08 10:00", "noticed_on": "2024-05-08"},
        {"stop_id": "T2", "app_id": "LATE1", "reason": "用户停工", "owner": "用户", "start_at": "2024-05-08 10:00", "end_at": "2024-05-08 11:00"},
        {"stop_id": "T3", "app_id": "LATE1", "reason": "公司表具", "owner": "公司", "start_at": "2024-05-09 09:00", "end_at": "2024-05-09 10:00", "noticed_on": "2024-05-09"},
        {"stop_id": "T4", "app_id": "LATE1", "reason": "用户停工", "owner": "用户", "start_at": "2024-05-13 09:00", "end_at": "2024-05-13 10:00", "noticed_on": "2024-05-13"},
    ],
}

EXPECTED = {
    # duty, key: (due, overdue, inherited, manager)
    ("valve", "LATE1"): (datetime(2024, 5, 8, 15, 48), True, True, "M2"),
    ("valve", "LATE2"): (datetime(2024, 5, 14, 14, 56), True, False, "M2"),
    ("valve", "SOON"): (datetime(2024, 5, 16, 10, 15), False, False, "M3"),
    ("valve", "~无号用户|示例路1号"): (datetime(2024, 5, 15, 15, 48), True, False, "M3"),
    ("feedback_24h", "Q1"): (datetime(2024, 5, 16, 10, 0), False, False, "M3"),
    ("feedback_24h", "Q6"): (datetime(2024, 5, 16, 12, 0), False, False, "M3"),
    ("feedback_3wd", "Q2"): (datetime(2024, 5, 21), False, False, "M3"),
    ("appointment", "V1"): (datetime(2024, 5, 16, 11, 0), False, False, "M3"),
    ("appointment", "V3"): (datetime(2024, 5, 16, 16, 30), False, False, "M3"),
    ("appointment", "V4"): (datetime(2024, 5, 16, 16, 30), False, False, "M3"),
    ("contract", "BUILD"): (datetime(2024, 5, 21), False, False, "M3"),
    ("followup_first", "DONE"): (datetime(2024, 5, 23), False, False, "M3"),
    # the first follow-up is due by the end of the seventh day, the second by that of the thirtieth
    ("followup_first", "DAY7"): (datetime(2024, 5, 17), False, False, "M3"),
    ("followup_second", "DAY8"): (datetime(2024, 6, 8), False, False, "M3"),
    ("followup_second", "DAY30"): (datetime(2024, 5, 17), False, False, "M3"),
    ("followup_second", "CALLED"): (datetime(2024, 5, 26), False, False, "M3"),
    ("update", "P1"): (datetime(2024, 5, 26), False, False, "M3"),
    ("update", "P2"): (datetime(2024, 4, 25), True, False, "M3"),
    ("update", "P8"): (datetime(2024, 4, 25), True, False, "M3"),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return pipeline.reader(load(tmp_path_factory.mktemp("held"), ROWS, CUTOFF))


def test_what_stands_open_and_until_when(engine):
    found = {(d["duty"], d["key"]): (d["due_at"], d["overdue"], d["inherited"], d["manager"]) for d in open_duties(engine)}
    assert found == EXPECTED and {duty for duty, _ in found} == set(DUTIES)


def test_what_is_left_is_told_in_the_unit_of_the_limit(engine):
    left = {d["key"]: (d["left_h"], d["left_wd"]) for d in open_duties(engine, "M3")}
    assert left["SOON"] == (10.25, 0.25) and left["Q1"] == (10.0, None) and left["P2"][0] < 0
    assert [d["due_at"] for d in open_duties(engine)] == sorted(d["due_at"] for d in open_duties(engine))
    assert all(d["file"] and d["row"] for d in open_duties(engine))


def test_stops_speak_for_who_held_the_grid_when_they_began(engine):
    assert [(s["key"], s["counts"]) for s in stops(engine, "M1", "2024-05", "2024-05")] == [("T0", False), ("T1", True), ("T2", False), ("T3", False)]
    assert [s["key"] for s in stops(engine, "M2", "2024-05", "2024-05")] == ["T4"] and not stops(engine, "M1", "2024-04", "2024-04")
    assert "告知" in stops(engine, "M1", "2024-05", "2024-05")[2]["why"]


def test_what_a_manager_controls_is_the_companys_to_control():
    assert {metric(id).controller for id in CONTROLLED} == {"公司"}


def test_overdue_valves_of_the_samples_are_the_open_misses(sample_home):
    """An open duty past its limit is a miss of the KPI, and the other way round."""
    engine = pipeline.reader(sample_home)
    missed = engine.query("select f.key, f.verdict from fact_valve as f join app as a on a.key = f.key where a.gas_on_at is null").to_pandas()
    late = pd.DataFrame([d for d in open_duties(engine) if d["duty"] == "valve" and d["overdue"]])
    assert len(late) and len(late) == len(missed) and set(missed.verdict) <= {"miss", "unknown"}


TERMS = [("G1", "M1", "2023-01-01", "2024-05-10"), ("G1", "M2", "2024-05-11", ""), ("G2", "M2", "2023-01-01", "2024-04-30"), ("G3", "M2", "2024-07-01", "")]
NOTICED = {"reason": "无法入户", "owner": "用户", "start_at": "2024-05-14 09:00", "end_at": "2024-05-14 10:00", "noticed_on": "2024-05-14"}
WHY = {
    "counts": {}, "open": {"end_at": ""}, "government": {"owner": "政府"}, "third": {"owner": "第三方"}, "nobody": {"owner": "不可抗力"}, "short": {"end_at": "2024-05-14 09:00"}, "before": {"noticed_on": "2024-05-31"},
    "company": {"owner": "公司"}, "staff": {"reason": "公司人员"}, "stuff": {"reason": "公司材料"}, "meter": {"reason": "公司表具"}, "gas": {"reason": "公司气源"}, "secret": {"owner": "公司", "noticed_on": ""},
    "untold": {"noticed_on": ""}, "later": {"noticed_on": "2024-06-01"}, "causeless": {"reason": ""}, "ownerless": {"owner": ""}, "reversed": {"end_at": "2024-05-14 08:00"},
}
SAID = {
    **dict.fromkeys(("company", "staff", "stuff", "meter", "gas", "secret"), "own"), "untold": "no_notice", "later": "no_notice", "causeless": "no_reason", "ownerless": "no_owner", "reversed": "reversed",
}
"""What is missing of those that do not count; one told of at as-of is not told of yet."""


@pytest.fixture(scope="module")
def told():
    """Stops of one application that differ from one that counts in one thing each, and some of other days and grids."""
    own = [{name: text for name, text in (NOTICED | other | {"stop_id": id, "app_id": "A1"}).items() if text} for id, other in WHY.items()]
    others = {
        "S1": ("A1", "2024-05-10 17:00"), "S2": ("A1", "2024-05-11 00:00"), "S3": ("A2", "2024-04-30 09:00"), "S4": ("A2", "2024-05-02 09:00"), "S5": ("A1", "2024-04-15 09:00"), "S6": ("A1", "2024-06-01 00:00"),
        "S7": ("A1", "2024-05-31 23:59"),
    }
    rows = {
        "application": [{"app_id": "A1", "grid_code": "G1", "applied_at": "2024-03-01"}, {"app_id": "A2", "grid_code": "G2", "applied_at": "2024-03-01"}],
        "clock_stop": [*own, *(NOTICED | {"stop_id": id, "app_id": app, "start_at": at, "end_at": ""} for id, (app, at) in others.items())],
        "term": [{"grid_code": grid, "grid_name": grid, "manager_id": who, "manager_name": f"{who}某", "valid_from": since} | ({"valid_to": until} if until else {}) for grid, who, since, until in TERMS],
    }
    return facts.engine(facts.typed(rows), datetime(2024, 6, 1))


def test_a_stop_that_does_not_count_says_what_is_missing(told):
    found = {row["key"]: (row["counts"], row["why"]) for row in stops(told, "M2", "2024-05", "2024-05") if row["key"] in WHY}
    assert found == {id: (id not in SAID, word(f"metrics.stop.{SAID.get(id, 'counts')}", "zh")) for id in WHY}
    assert {row["why"] for row in stops(told, "M2", "2024-05", "2024-05", "en") if row["key"] == "untold"} == {word("metrics.stop.no_notice", "en")}


def test_stops_are_told_of_the_months_and_of_who_held_the_grid_as_they_began(told):
    def keys(manager, start, end):
        return [row["key"] for row in stops(told, manager, start, end) if row["key"] not in WHY]

    assert keys("M1", "2024-05", "2024-05") == ["S1"] and keys("M1", "2024-04", "2024-05") == ["S5", "S1"]
    assert keys("M2", "2024-05", "2024-05") == ["S2", "S7"] and keys("M2", "2024-04", "2024-06") == ["S3", "S2", "S7"], "what begins at as-of has not begun; nobody held G2 in May"
    (row,) = [row for row in stops(told, "M2", "2024-04", "2024-04")]
    assert (row["app_id"], row["grid"], row["begun_at"], row["begun_at_p"], row["ended_at"]) == ("A2", "G2", datetime(2024, 4, 30, 9), "moment", None)
    assert (row["cause"], row["owner"], row["sheet"]) == ("无法入户", "用户", "clock_stop")


def test_grids_of_a_manager_stand_with_the_present_ones_first(told):
    assert [(row["grid"], row["since"], row["until"].year) for row in terms(told, "M2")] == [("G1", datetime(2024, 5, 11), 9999), ("G2", datetime(2023, 1, 1), 2024)], "a term to come is none yet"
    assert terms(told, "M1") == [{"grid": "G1", "since": datetime(2023, 1, 1), "until": datetime(2024, 5, 11)}] and terms(told, "M9") == []


def test_what_takes_a_day_is_warned_of_a_day_before_what_takes_weeks_a_week():
    assert set(SOON) == set(DUTIES)
    assert {duty: hours / 24 for duty, hours in SOON.items()} == {
        "valve": 1, "feedback_24h": 1, "feedback_3wd": 2, "appointment": 1, "contract": 7, "followup_first": 3, "followup_second": 7, "update": 7}
