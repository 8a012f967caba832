"""One application told from its records: each half-day with what of it counted, and every dated row in its order, on ledgers of a few rows."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kpi.metrics import story
from tests import facts

STOPPED = {"reason": "无法入户", "owner": "用户", "noticed_on": "2024-05-06"}
TOLD = {
    "application": [
        {"app_id": "stopped", "applied_at": "2024-05-01", "ready_at": "2024-05-06 11:00", "gas_on_at": "2024-05-08 10:00"},
        {"app_id": "weekend", "applied_at": "2024-05-01", "ready_at": "2024-05-11 16:30", "gas_on_at": "2024-05-13 09:00"},
        {"app_id": "edges", "applied_at": "2024-05-01", "ready_at": "2024-05-06 12:00", "gas_on_at": "2024-05-07 14:30"},
        {"app_id": "slot", "applied_at": "2024-05-01", "ready_at": "2024-05-06 08:30", "gas_on_at": "2024-05-07 10:00", "appt_by": "用户", "appt_start": "2024-05-08 14:30"},
        {"app_id": "at-once", "applied_at": "2024-05-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06 09:00"},
        {"app_id": "day", "applied_at": "2024-05-01", "ready_at": "2024-05-07 08:30", "gas_on_at": "2024-05-07"},
        {"app_id": "open", "applied_at": "2024-05-01", "ready_at": "2024-05-30 17:00"},
        {"app_id": "fresh", "applied_at": "2024-05-01", "ready_at": "2024-05-31 10:00"},
        {"app_id": "gone", "applied_at": "2024-05-01", "ready_at": "2024-05-27 08:30", "cancelled_on": "2024-05-28 09:30"},
    ],
    "clock_stop": [
        # one ends as the next morning begins, the other begins as the afternoon ends
        {"stop_id": "T1", "app_id": "stopped", "start_at": "2024-05-06 14:30", "end_at": "2024-05-07 08:30", **STOPPED},
        {"stop_id": "T2", "app_id": "stopped", "start_at": "2024-05-06 17:30", "end_at": "2024-05-07 09:30", **STOPPED, "reason": "恶劣天气", "owner": "不可抗力"},
        {"stop_id": "T3", "app_id": "weekend", "start_at": "2024-05-06 14:30", "end_at": "", **STOPPED, "noticed_on": ""},
        {"stop_id": "T4", "app_id": "open", "start_at": "2024-05-31 09:30", "end_at": "", **STOPPED, "noticed_on": "2024-05-31"},
        {"stop_id": "T5", "app_id": "open", "start_at": "2024-05-31 11:00", "end_at": "2024-06-05", **STOPPED, "noticed_on": "2024-05-31"},
    ],
}


@pytest.fixture(scope="module")
def told():
    """As-of is 11:00 of Friday 31 May 2024; a morning has 210 minutes, an afternoon 180."""
    return facts.engine(facts.typed(TOLD), datetime(2024, 5, 31, 11))


def halves(told, id):
    return [
        (f"{half['date']:%m-%d}", half["part"], f"{half['since']:%H:%M}", f"{half['to']:%H:%M}", half["whole"], half["stopped"], [stop["owner"] for stop in half["stops"]])
        for half in story.clock(told, id)["halves"]
    ]


def test_a_stop_is_named_in_the_half_days_in_which_it_stood(told):
    found = story.clock(told, "stopped")
    assert halves(told, "stopped") == [
        ("05-06", "am", "11:00", "12:00", pytest.approx(60 / 420), 0, []), ("05-06", "pm", "14:30", "17:30", 0.5, 0.5, ["用户"]),
        ("05-07", "am", "08:30", "12:00", 0.5, pytest.approx(60 / 420), ["不可抗力"]), ("05-07", "pm", "14:30", "17:30", 0.5, 0, []), ("05-08", "am", "08:30", "10:00", pytest.approx(90 / 420), 0, []),
    ]
    assert found["halves"][1]["stops"] == [{"reason": "无法入户", "owner": "用户"}]
    assert (found["start"], found["end"], found["open"], found["exact"], found["verdict"], found["reason"]) == (datetime(2024, 5, 6, 11), datetime(2024, 5, 8, 10), False, True, "miss", "over_limit")
    assert found["wd"] == pytest.approx(1.5 + 90 / 420 - 0.5), "what is left of two and a half half-days and a morning"


def test_days_without_work_stand_between_with_their_kind(told):
    (first, rest, last) = story.clock(told, "weekend")["halves"]
    for half, day, part, share in ((first, 11, "pm", 60 / 360), (last, 13, "am", 30 / 420)):
        assert (half["date"].day, half["part"], half["whole"], half["counted"]) == (day, part, pytest.approx(share), pytest.approx(share))
    assert rest | {"kind": "", "name": ""} == {"date": date(2024, 5, 12), "part": None, "since": None, "to": None, "kind": "", "name": "", "whole": 0, "counted": 0, "stopped": 0, "stops": []}
    assert rest["kind"] != first["kind"] and not any(half["stops"] for half in (first, last)), "a stop of which nobody was told counts for nothing"


def test_half_days_that_only_touch_are_not_looked_at(told):
    """Ready at noon, gas on as the afternoon of the next day begins."""
    assert [(day, part) for day, part, *_ in halves(told, "edges")] == [("05-06", "pm"), ("05-07", "am")] and story.clock(told, "edges")["wd"] == 1


def test_gas_before_the_slot_took_no_time(told):
    found = story.clock(told, "slot")
    assert (found["wd"], found["halves"], found["verdict"], found["open"]) == (0, [], "hit", False) and found["end"] == datetime(2024, 5, 7, 10)


def test_gas_on_in_the_very_minute_took_no_time(told):
    found = story.clock(told, "at-once")
    assert (found["wd"], found["halves"], found["verdict"]) == (0, [], "hit")


def test_gas_on_some_time_of_a_day_is_counted_to_its_end(told):
    found = story.clock(told, "day")
    assert (found["wd"], found["exact"], found["end"]) == (1, False, datetime(2024, 5, 7)) and [half["counted"] for half in found["halves"]] == [0.5, 0.5]


def test_what_is_open_is_counted_to_as_of_and_what_was_cancelled_to_that_moment(told):
    """Stopped at 09:30 of the last morning and from then on: the limit has not ended. The other stop begins at as-of itself."""
    found = story.clock(told, "open")
    assert found["open"] and found["end"] == datetime(2024, 5, 31, 11) and (found["verdict"], found["reason"], found["exact"]) == (None, None, False)
    assert halves(told, "open") == [("05-30", "pm", "17:00", "17:30", pytest.approx(30 / 360), 0, []), ("05-31", "am", "08:30", "11:00", pytest.approx(150 / 420), pytest.approx(90 / 420), ["用户"])]
    assert story.clock(told, "fresh")["verdict"] is None and story.clock(told, "fresh")["wd"] == pytest.approx(60 / 420)
    gone = story.clock(told, "gone")
    assert not gone["open"] and gone["end"] == datetime(2024, 5, 28, 9, 30) and gone["wd"] == pytest.approx(1 + 60 / 420) and gone["verdict"] == "miss"


DATED = {
    "application": [
        {"app_id": "A1", "project_id": "P1", "applied_at": "2024-05-02", "accepted_at": "2024-05-02", "ready_at": "2024-05-20 09:00", "appt_start": "2024-06-01 00:00", "appt_by": "用户",
         "gas_on_at": "2024-06-02"},
        {"app_id": "A2", "applied_at": "2024-05-03"},
    ],
    "project": [{"project_id": "P1", "first_known_at": "2024-05-02", "landed_on": "2024-04"}, {"project_id": "P2", "landed_on": "2024-04-01"}],
    "work": [{"work_id": "W1", "app_id": "A1", "gas_done_on": "2024-05-10", "length_m": "120"}, {"work_id": "W2", "app_id": "A2", "gas_done_on": "2024-05-10"}],
    "visit": [{"visit_id": f"V{n}", "app_id": "A1", "kind": "通气", "direction": "上门", "booked_at": "2024-05-02", "arrived_at": "2024-05-20 10:00"} for n in (2, 1)],
    "appeal": [{"case_id": "C1", "app_id": "A1", "accepted_at": "2024-05-12 09:00", "level": "一般"}], "followup": [{"fu_id": "F1", "app_id": "A1", "fu_at": "2024-05-30", "round": "1", "reached": "接通"}],
    "charge": [{"charge_id": "F1", "app_id": "A1", "item": "碰口费", "amount": "800", "paid_on": "2024-05-05"}],
}


@pytest.fixture(scope="module")
def dated():
    return facts.engine(facts.typed(DATED), datetime(2024, 6, 1))


def test_records_of_one_day_stand_in_the_order_of_the_process(dated):
    found = story.events(dated, "A1")
    assert [(e["table"], e["name"], f"{e['at']:%m-%d %H}", e["precision"], e["ahead"]) for e in found] == [
        ("project", "landed_on", "04-01 00", "month", False), ("project", "first_known_at", "05-02 00", "day", False), ("application", "applied_at", "05-02 00", "day", False),
        ("application", "accepted_at", "05-02 00", "day", False), ("visit", "booked_at", "05-02 00", "day", False), ("visit", "booked_at", "05-02 00", "day", False), ("charge", "paid_on", "05-05 00", "day", False),
        ("work", "gas_done_on", "05-10 00", "day", False), ("appeal", "accepted_at", "05-12 09", "moment", False), ("application", "ready_at", "05-20 09", "moment", False),
        ("visit", "arrived_at", "05-20 10", "moment", False), ("visit", "arrived_at", "05-20 10", "moment", False), ("followup", "fu_at", "05-30 00", "day", False),
        # as-of is the first moment of June: what is of that moment has not happened
        ("application", "appt_start", "06-01 00", found[-2]["precision"], True), ("application", "gas_on_at", "06-02 00", "day", True),
    ]
    assert [e["row"] for e in found if e["table"] == "visit"] == [2, 3, 2, 3] and {e["sheet"] for e in found if e["table"] == "work"} == {"work"}
    beside = {(e["table"], e["name"]): e["beside"] for e in found}
    assert beside["work", "gas_done_on"] == {"length_m": 120} and beside["application", "ready_at"] == {"appt_by": "用户"} and beside["charge", "paid_on"] == {"item": "碰口费", "amount": 800}
    assert {e["corrected"] for e in found} == {None}


def test_rows_of_an_application_are_told_in_the_order_of_its_process(dated):
    assert [table for table, _ in story.records(dated, "A1")] == ["project", "application", "work", "visit", "visit", "charge", "appeal", "followup"]
    assert [key for table, key in story.records(dated, "A1") if table == "visit"] == ["V1", "V2"]
    assert [table for table, _ in story.records(dated, "A2")] == ["application", "work"] and story.records(dated, "A3") == []


def test_a_corrected_date_names_its_correction(dated):
    con = dated._connection
    columns = {row[0] for row in con.execute("describe correction").fetchall()}
    assert {"number", "table_name", "key", "field"} <= columns
    con.execute("insert into correction (number, table_name, key, field) values (7, 'visit', 'V1', 'arrived_at'), (8, 'visit', 'V9', 'booked_at')")
    try:
        assert [(e["row"], e["name"], e["corrected"]) for e in story.events(dated, "A1") if e["corrected"]] == [(3, "arrived_at", 7)]
    finally:
        con.execute("delete from correction")
