"""Appeals, visits and what users say of them, row by row, where the rules leave no doubt: how long an answer took, which process a visit falls under, who asked for a rating."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.engine import DuckEngine
from kpi.warehouse import build
from tests import facts

AS_OF = datetime(2024, 6, 1)

APPEALS: dict[str, tuple[dict[str, str], tuple[str, str, float | None, float | None]]] = {
    "before the first year of the calendar": ({"level": "一般", "accepted_at": "2018-05-02 10:00", "fb_customer_at": "2018-05-02 12:00"}, ("hit", "kept", 2, 2)),
    "never answered": ({"level": "一般", "accepted_at": "2024-05-06 10:00"}, ("miss", "no_feedback", None, None)),
    "answered at some hour of the day": ({"level": "一般", "accepted_at": "2024-05-06 10:00", "fb_customer_at": "2024-05-06"}, ("hit", "kept", 0, 14)),
    "answered on the second working day": ({"level": "复杂", "accepted_at": "2024-05-06 10:00", "fb_customer_at": "2024-05-08 16:00"}, ("hit", "kept", 2, 2)),
    "answered in the minute that ends the third": ({"level": "复杂", "accepted_at": "2024-05-06 10:00", "fb_customer_at": "2024-05-10 00:00"}, ("miss", "late_feedback", 4, 4)),
    "answered as the new process begins": ({"level": "一般", "accepted_at": "2023-03-09 10:00", "fb_customer_at": "2023-03-10 00:00"}, ("hit", "kept", 14, 14)),
    "answered a minute before it begins": ({"level": "一般", "accepted_at": "2023-03-09 10:00", "fb_customer_at": "2023-03-09 23:59"}, ("hit", "kept", 13 + 59 / 60, 13 + 59 / 60)),
}
"""Hours of natural time for what has 24 of them, working days for what has three: the lowest and the highest that the records allow."""

ASKED: dict[str, tuple[dict[str, str], tuple[str, float | None]]] = {
    "by the manager": ({"grid_code": "G1", "surveyor": "示例甲"}, ("self_asked", 1)),
    "by another": ({"grid_code": "G1", "surveyor": "客服"}, ("counted", 0)),
    "by nobody known": ({"grid_code": "G1"}, ("no_surveyor", None)),
    "in a grid that nobody holds": ({"grid_code": "G2", "surveyor": "示例甲"}, ("no_manager", None)),
}

SAID: dict[str, tuple[str, str]] = {"A1": ("0", "agree"), "A2": ("1", "said_more"), "A3": ("2", "said_more"), "A4": ("", "not_said")}
"""Documents that a user says he was asked for, where the ledger says none."""


def key(name: str) -> str:
    """Return a number as it is read: without blanks."""
    return name.replace(" ", "")


def ledgers() -> dict[str, list[dict[str, str]]]:
    """Return all these rows."""
    visits = ("2023-03-09", "2023-03-10")
    agreed = {"kind": "现场勘察", "appt_start": "2024-05-20 10:00", "appt_place": "厂区", "arrived_at": "2024-05-20 10:00"}
    return {
        "term": [{"grid_code": grid, "grid_name": grid, "manager_id": "M1", "manager_name": "示例甲", "valid_from": since} for grid, since in (("G1", "2023-01-01"), ("G2", "2024-05-30"))],
        "application": [{"app_id": app, "applied_at": "2024-04-01", "gas_on_at": "2024-05-06 11:00", "docs_requested_n": "0"} for app in SAID],
        "appeal": [*({"case_id": name, **cells} for name, (cells, _) in APPEALS.items()), {"case_id": "of the day after as-of", "level": "一般", "accepted_at": "2024-06-02 10:00"}],
        "visit": [*({"visit_id": at, "kind": "现场勘察", "arrived_at": at} for at in visits), *({"visit_id": at, "booked_at": f"2024-05-20 {at}", **agreed} for at in ("09:59", "10:00"))],
        "followup": [
            *({"fu_id": name, "fu_at": "2024-05-20 10:00", "reached": "接通", "score_company": "满意", **cells} for name, (cells, _) in ASKED.items()),
            *({"fu_id": f"{app}-1", "app_id": app, "fu_at": "2024-05-20 10:00", "reached": "接通", "docs_said": said} for app, (said, _) in SAID.items()),
        ],
    }


@pytest.fixture(scope="module")
def found() -> DuckEngine:
    """Facts of all these rows."""
    return facts.engine(facts.typed(ledgers()), AS_OF)


def test_an_answer_took_no_less_and_no_more_than_its_records_allow(found):
    told = {row["key"]: (row["verdict"], row["reason"], row["low"], row["high"]) for row in found.rows("select key, verdict, reason, low, high from fact_appeal")}
    assert told == {key(name): expected for name, (_, expected) in APPEALS.items()}


def test_what_is_taken_in_after_as_of_is_no_duty_yet(found):
    assert [row["key"] for row in found.rows("select key from open_duty where about = 'appeal'")] == [key("never answered")]


@pytest.mark.parametrize(("register", "grid"), [((), "G9"), (("G1",), "(未填)"), (("G1", "G2"), "(未填)"), (("G9",), "G9")])
def test_without_a_register_of_grids_a_duty_stands_where_its_ledger_says(register, grid):
    terms = [{"grid_code": code, "grid_name": code, "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2023-01-01"} for code in register]
    rows = {"term": terms, "appeal": [{"case_id": "C1", "grid_code": "G9", "level": "一般", "accepted_at": "2024-05-06 10:00"}]}
    assert [row["grid"] for row in facts.engine(facts.typed(rows), AS_OF).rows("select grid from open_duty")] == [grid]


def test_the_new_process_begins_with_the_first_moment_of_its_day(found):
    told = {row["key"]: row["regime"] for row in found.rows("select key, regime from fact_visit where about = 'visit' and month = '2023-03'")}
    assert told == {"2023-03-09": "11000", "2023-03-10": "1.5"}
    told = {row["key"]: row["regime"] for row in found.rows("select key, regime from fact_appeal where month = '2023-03'")}
    assert told == {key("answered as the new process begins"): "straddling", key("answered a minute before it begins"): "11000"}


def test_a_visit_is_booked_before_somebody_arrives(found):
    told = {row["key"]: (row["verdict"], row["reason"]) for row in found.rows("select key, verdict, reason from fact_visit where about = 'visit' and month = '2024-05'")}
    assert told == {"09:59": ("hit", "kept"), "10:00": ("miss", "not_booked")}


def test_a_visit_of_which_only_the_end_is_written_down_is_no_appointment():
    rows = {"visit": [{"visit_id": start or "none", "kind": "现场勘察", "appt_start": start, "appt_end": "2024-05-20 16:30", "arrived_at": "2024-05-20 15:00"} for start in ("", "2024-05-20 14:30")]}
    told = facts.engine(facts.typed(rows), AS_OF).rows("select key, verdict from fact_visit where about = 'appointment'")
    assert told == [{"key": key("2024-05-20 14:30"), "verdict": "hit"}]


def test_an_enquiry_answered_as_it_comes_in_is_answered_in_time():
    answered = {"10:00": ("hit", "kept"), "09:59": ("unknown", "feedback_before_acceptance"), "": ("miss", "no_feedback")}
    rows = {"appeal": [{"case_id": at or "never", "kind": "咨询", "level": "一般", "accepted_at": "2024-05-06 10:00", "fb_customer_at": at and f"2024-05-06 {at}"} for at in answered]}
    told = facts.engine(facts.typed(rows), AS_OF).rows("select key, verdict, reason from fact_enquiry")
    assert {row["key"]: (row["verdict"], row["reason"]) for row in told} == {at or "never": expected for at, expected in answered.items()}


def test_who_asked_for_a_rating_is_told_apart_from_who_is_not_known(found):
    told = {row["key"]: (row["reason"], row["self_asked"]) for row in found.rows("select key, reason, self_asked from fact_surveyor")}
    assert told == {key(name): expected for name, (_, expected) in ASKED.items()}


def test_one_document_more_than_the_ledger_says_is_more(found):
    told = {row["app_id"]: row["reason"] for row in found.rows("select app_id, reason from fact_said where matter = 'documents'")}
    assert told == {app: reason for app, (_, reason) in SAID.items()}


def test_minutes_of_tolerance_stand_on_both_sides_of_a_slot():
    """With half an hour granted, a slot from 14:30 to 16:30 is kept from 14:00 to 17:00; an afternoon may be either."""
    arrivals = {
        "2024-05-20 13:59": ("miss", "early_arrival"), "2024-05-20 14:00": ("hit", "kept"), "2024-05-20 17:00": ("hit", "kept"), "2024-05-20 17:01": ("miss", "late_arrival"),
        "2024年5月20日上午": ("miss", "early_arrival"), "2024年5月20日下午": ("unknown", "imprecise"), "2024-05-20 14:29": ("hit", "kept"), "2024-05-20": ("unknown", "imprecise"),
    }
    slot = {"kind": "现场勘察", "appt_start": "2024-05-20 14:30", "appt_end": "2024-05-20 16:30"}
    early = {"kind": "现场勘察", "appt_start": "2024-05-20 12:15", "appt_end": "2024-05-20 14:00", "arrived_at": "2024年5月20日上午"}
    con = facts.standing(facts.typed({"visit": [*({"visit_id": at, **slot, "arrived_at": at} for at in arrivals), {"visit_id": "a morning that ends within the tolerance", **early}]}))
    con.execute("update rule set value = '30' where name = 'appointment_tolerance_minutes'")
    build.facts(con, AS_OF)
    told = {row["key"]: (row["verdict"], row["reason"]) for row in DuckEngine(con, "made up", AS_OF).rows("select key, verdict, reason from fact_visit where about = 'appointment'")}
    assert told == {key(at): expected for at, expected in arrivals.items()} | {key("a morning that ends within the tolerance"): ("unknown", "imprecise")}


def test_a_name_that_two_share_is_nobodys():
    """Neither the manager nor the grid is guessed: a number, or a name of one, is needed; a term of office without a number is that of whoever bears the name."""
    terms = [("G1", "一号网格", "M1", "示例甲"), ("G2", "二号网格", "M2", "示例甲"), ("G3", "三号网格", "M3", "示例乙"), ("G4", "三号网格", "M3", "示例乙")]
    terms += [("G5", "五号网格", "", "示例乙"), ("G6", "六号网格", "", "示例丙")]
    named = {"示例甲": ("一号网格", "(未填)", "G1"), "M2": ("G4", "M2", "G4"), "示例乙": ("三号网格", "M3", "(未填)"), "示例丙": ("G6", "示例丙", "G6"), "示例丁": ("G6", "(未填)", "G6")}
    rows = {
        "term": [{"grid_code": grid, "grid_name": name, "manager_id": number, "manager_name": who, "valid_from": "2023-01-01"} for grid, name, number, who in terms],
        "appeal": [{"case_id": owner, "owner": owner, "grid_code": grid, "level": "一般", "accepted_at": "2024-05-06 10:00"} for owner, (grid, _, _) in named.items()],
    }
    told = facts.engine(facts.typed(rows), AS_OF).rows("select key, manager, grid from fact_appeal")
    assert {row["key"]: (row["manager"], row["grid"]) for row in told} == {owner: (manager, grid) for owner, (_, manager, grid) in named.items()}


def test_a_visit_for_a_project_stands_in_its_grid_where_the_application_has_none():
    visit = {"app_id": "A1", "project_id": "P1", "kind": "现场勘察", "booked_at": "2024-05-20 09:00"}
    agreed = {"appt_start": "2024-05-20 10:00", "appt_place": "厂区"}
    rows = {
        "term": [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2023-01-01"}],
        "project": [{"project_id": "P1", "name": "甲", "grid_code": "G1", "first_known_at": "2024-04-01"}],
        "application": [{"app_id": "A1", "applied_at": "2024-04-01"}],
        "visit": [
            {"visit_id": "kept", **visit, **agreed, "arrived_at": "2024-05-20 10:00"}, {"visit_id": "moved", **visit, **agreed, "result": "用户改约"},
            {"visit_id": "to come", **visit, **agreed, "appt_start": "2024-06-20 10:00"},
        ],
    }
    engine = facts.engine(facts.typed(rows), AS_OF)
    for fact in ("fact_visit", "fact_moved"):
        assert {(row["grid"], row["manager"]) for row in engine.rows(f"select grid, manager from {fact}")} == {("G1", "M1")}, fact
    assert engine.rows("select grid, manager from open_duty where about = 'visit'") == [{"grid": "G1", "manager": "M1"}]


def test_an_agreed_time_of_which_only_the_end_is_written_down_names_its_day():
    connected = {"2024-05-19 16:00": "hit", "2024-05-20 16:45": "hit", "2024-05-21 08:30": "miss", "": "miss"}
    rows = {"application": [{"app_id": at or "open", "applied_at": "2024-04-01", "appt_end": "2024-05-20 16:30", "gas_on_at": at} for at in connected]}
    told = facts.engine(facts.typed(rows), AS_OF).rows("select key, verdict from fact_request where duty = 'agreed'")
    assert {row["key"]: row["verdict"] for row in told} == {key(at or "open"): verdict for at, verdict in connected.items()}
