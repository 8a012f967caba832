"""Duties that lapsed in a month, each rule of the list on a ledger of a few rows: whose they are, what is told one by one, how often in a row, and where too little can be told."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

from kpi.metrics import lapses
from kpi.metrics.exceptions import exceptions
from kpi.metrics.held import open_duties
from kpi.metrics.registry import metric
from tests import facts

AS_OF = datetime(2024, 7, 10)

TERMS = [("G1", "M1", "2023-01-01", "2024-05-31"), ("G1", "M2", "2024-06-01", ""), ("G2", "M3", "2023-01-01", "")]


def engine(terms=TERMS, as_of=AS_OF, findings=(), **rows):
    """Return an engine over rows of text, the terms of who holds which grid, and findings as (code, table, key, month, grid)."""
    told = [{"grid_code": grid, "grid_name": grid, "manager_id": who, "manager_name": f"{who}某", "valid_from": since} | ({"valid_to": until} if until else {}) for grid, who, since, until in terms]
    found = facts.engine(facts.typed({**rows, "term": told}), as_of)
    found.rows("create table finding (code varchar, table_name varchar, key varchar, month varchar, grid varchar)")
    for row in findings:
        found.rows("insert into finding values (?, ?, ?, ?, ?)", list(row))
    return found


def case(id, grid, ready, gas="", **more):
    """Return an application that is ready at 08:30 of a day: its limit ends at noon."""
    return {"app_id": id, "grid_code": grid, "applied_at": "2024-01-08", "ready_at": f"{ready} 08:30", "gas_on_at": gas and f"{gas} 10:00", **more}


def asked(found, month="2024-06", grid=None, manager=None):
    return lapses.of_month(found, month, grid, manager)


def test_a_month_is_looked_at_from_its_last_minute_or_from_that_before_as_of():
    found = engine(application=[case("A1", "G1", "2024-05-06", "2024-05-06")])
    whole, begun = asked(found), asked(found, "2024-07", "G1", "M2")
    assert (whole.at, begun.at) == (datetime(2024, 6, 30, 23, 59), datetime(2024, 7, 9, 23, 59))
    assert asked(found, "2024-02").at == datetime(2024, 2, 29, 23, 59) and asked(found, "2023-12").at == datetime(2023, 12, 31, 23, 59)
    assert (whole.months[-1], begun.months[-1], asked(found, "2024-02").months) == ("2024-06", "2024-07", ("2024-01", "2024-02"))
    assert asked(found, "2023-05").months == ("2023-05",), "a month before any case is told alone"
    assert (whole.where, begun.where) == ({}, {"grid": "G1", "manager": "M2"})
    assert [asked(found, month).regime for month in ("2024-06", "2023-03", "2022-06")] == ["1.5", None, "11000"]
    assert [asked(found, month).holders["G1"]["manager"] for month in ("2024-05", "2024-06")] == ["M1", "M2"]
    assert [whole.days(datetime(2024, 6, day, 23)) for day in (1, 29, 30)] == [29, 1, 0] and whole.days(datetime(2024, 7, 1)) == 0


def test_a_month_before_any_case_has_no_exception():
    found = engine(application=[case("A1", "G1", "2024-05-06", "2024-05-07")])
    assert exceptions(found, "2023-05").rows == []


@cache
def standing(name):
    """Return the engine over one of the ledgers below, which no test changes."""
    return {"open": lambda: engine(application=OPEN), "streaks": lambda: engine(application=STREAKS), "contrary": lambda: engine(application=CONTRARY, findings=FINDINGS),
            "documents": lambda: engine(application=[case for month, (one, two) in DOCUMENTS.items() for case in (*documents("G1", month, *one), *documents("G2", month, *two))])}[name]()


OPEN = [
    case("late-May", "G1", "2024-05-20"), case("late-June", "G1", "2024-06-03", miss_cause="等待占掘路审批"), case("late-too", "G2", "2024-06-03"), case("July", "G2", "2024-07-02"), case("not-yet", "G1", "2024-07-09"),
    case("done", "G1", "2024-06-03", "2024-06-05"),
]


def test_what_is_open_is_told_one_by_one_the_oldest_first():
    rows, left = lapses.overdue(asked(standing("open")))
    assert [(row["key"], row["owner"], row["now"], row["inherited"], row["age"]) for row in rows] == [("late-May", "M1", "M2", True, 41), ("late-June", "M2", None, False, 27), ("late-too", "M3", None, False, 27)]
    assert left == 0 and [(row["causes"], row["no_cause"], row["controller"]) for row in rows] == [([], 1, "公司"), ([("等待占掘路审批", 1)], 0, "政府"), ([], 1, "公司")]
    assert {(row["kind"], row["metric"], row["table"], row["n"], row["of"], row["unknown"]) for row in rows} == {("overdue", "valve_on_time", "application", 1, 1, 0)}
    assert (rows[0]["since"], rows[0]["subject"], rows[0]["app_id"]) == (datetime(2024, 5, 20, 12), "overdue:valve_on_time:late-May", "late-May")
    assert rows[0]["reasons"] == [("open_over_limit", 1)]


@pytest.mark.parametrize(
    ("month", "grid", "manager", "keys"),
    [("2024-05", None, None, ["late-May"]), ("2024-07", None, None, ["late-May", "late-June", "late-too", "July", "not-yet"]), ("2024-06", "G2", None, ["late-too"]), ("2024-06", "G1", "M1", ["late-May"]),
     ("2024-06", None, "M2", ["late-May", "late-June"]), ("2024-06", None, "M1", ["late-May"]), ("2024-07", None, "M3", ["late-too", "July"]), ("2024-06", "G2", "M2", [])],
)
def test_open_cases_of_a_manager_are_those_of_his_time_and_those_he_took_over(month, grid, manager, keys):
    assert [row["key"] for row in lapses.overdue(asked(standing("open"), month, grid, manager))[0]] == keys


def test_beyond_the_most_open_cases_are_only_counted(monkeypatch):
    monkeypatch.setattr(lapses, "MOST", 2)
    rows, left = lapses.overdue(asked(standing("open")))
    assert [row["key"] for row in rows] == ["late-May", "late-June"] and left == 1


def test_who_comes_back_to_a_grid_takes_over_what_was_late_by_then():
    """M1 held G1 until March and has it again from June, by two terms that follow each other; what fell due in May is M2's, and still to be done."""
    terms = [("G1", "M1", "2023-01-01", "2024-03-31"), ("G1", "M2", "2024-04-01", "2024-05-31"), ("G1", "M1", "2024-06-01", "2024-06-15"), ("G1", "M1", "2024-06-16", ""), ("G1", "M1", "2024-08-01", "")]
    found = engine(terms, application=[case("March", "G1", "2024-03-11"), case("May", "G1", "2024-05-20"), case("June", "G1", "2024-06-11")])
    rows, _ = lapses.overdue(asked(found, manager="M1"))
    assert [(row["key"], row["owner"], row["now"], row["inherited"]) for row in rows] == [("March", "M1", None, True), ("May", "M2", "M1", True), ("June", "M1", None, False)]
    assert [row["key"] for row in lapses.overdue(asked(found, manager="M2"))[0]] == ["May"]
    assert {duty["key"]: (duty["inherited"], duty["since"]) for duty in open_duties(found, "M1")} == {key: (key != "June", datetime(2024, 6, 1)) for key in ("March", "May", "June")}


def test_an_appeal_in_which_nobody_is_named_is_told_of_no_manager_but_as_late_before_he_came():
    rows = [{"case_id": f"Q{n}", "grid_code": "G1", "level": "一般", "accepted_at": at} for n, at in enumerate(("2024-05-20 09:00", "2024-06-20 09:00"))]
    found = engine(appeal=rows)
    assert [(row["key"], row["table"], row["owner"], row["now"], row["inherited"]) for row in lapses.overdue(asked(found))[0]] == [("Q0", "appeal", "(未填)", "M2", True), ("Q1", "appeal", "(未填)", "M2", False)]
    assert [row["key"] for row in lapses.overdue(asked(found, manager="M2"))[0]] == ["Q0"]


def test_who_has_a_grid_again_after_a_gap_takes_it_over_again():
    terms = [("G1", "M1", "2023-01-01", "2024-03-31"), ("G1", "M1", "2024-06-01", "")]
    found = engine(terms, application=[case("May", "G1", "2024-05-20")])
    assert [(row["owner"], row["now"], row["inherited"]) for row in lapses.overdue(asked(found))[0]] == [("(未填)", "M1", True)]


STREAKS = [
    # G1: kept in April, one of two in May, one of three in June
    case("B1", "G1", "2024-04-08", "2024-04-08"), case("B2", "G1", "2024-05-06", "2024-05-06"), case("B3", "G1", "2024-05-06", "2024-05-08"),
    case("B4", "G1", "2024-06-04", "2024-06-05", miss_cause="气表未到货"), case("B5", "G1", "2024-06-11", "2024-06-12", miss_cause="客户经理外出"), case("B6", "G1", "2024-06-13", "2024-06-13"),
    case("B7", "G1", "2024-06-14", "2024-06-17", miss_cause="气表未到货"), case("B8", "G1", "2024-06-17", "2024-06-18"),
    # G2: late in February, kept in March, late in April, no case in May, late in June
    case("C1", "G2", "2024-02-20", "2024-02-21"), case("C2", "G2", "2024-03-11", "2024-03-11"), case("C3", "G2", "2024-04-09", "2024-04-10"), case("C4", "G2", "2024-06-19", "2024-06-20", miss_cause="等待占掘路审批"),
]


def test_misses_stand_by_grid_with_how_many_months_in_a_row():
    found = engine(application=[*STREAKS, case("open", "G2", "2024-06-18")])
    one, two = (row for row in lapses.missed(asked(found), [metric("valve_on_time")]) if row["kind"] == "missed")
    assert (one["grid"], one["owner"], one["n"], one["of"], one["months"], one["key"], one["app_id"]) == ("G1", "M2", 4, 5, 2, None, None)
    assert one["causes"] == [("气表未到货", 2), ("客户经理外出", 1)] and one["no_cause"] == 1 and one["reasons"] == [("over_limit", 4)] and one["controller"] == "公司"
    assert (one["since"], one["age"], one["subject"]) == (datetime(2024, 6, 4, 12), 26, "missed:valve_on_time:G1")
    assert (two["grid"], two["owner"], two["n"], two["of"], two["months"], two["key"], two["app_id"]) == ("G2", "M3", 1, 1, 2, "C4", "C4"), "the open one stands alone; a month without a case is passed over"
    assert (two["causes"], two["no_cause"], two["controller"], two["unknown"]) == ([("等待占掘路审批", 1)], 0, "政府", 0)


@pytest.mark.parametrize(
    ("month", "where", "told"),
    [("2024-05", {}, [("G1", "M1", 1, 2, 1)]), ("2024-04", {}, [("G2", "M3", 1, 1, 1)]), ("2024-06", {"grid": "G2"}, [("G2", "M3", 1, 1, 2)]), ("2024-06", {"manager": "M2"}, [("G1", "M2", 4, 5, 2)]),
     ("2024-06", {"manager": "M1"}, []), ("2024-03", {}, [])],
)
def test_misses_of_a_month_a_grid_and_a_manager(month, where, told):
    rows = lapses.missed(asked(standing("streaks"), month, **where), [metric("valve_on_time")])
    assert [(row["grid"], row["owner"], row["n"], row["of"], row["months"]) for row in rows] == told


def test_without_promises_nothing_was_missed():
    assert lapses.missed(asked(standing("streaks")), []) == []


def documents(grid, month, unknown, known):
    """Return cases connected in a month of whom so many say how many documents were asked for, and so many do not."""
    return [case(f"{month} {grid} {n}", grid, f"{month}-04", f"{month}-{n + 4:02d}", **({"docs_requested_n": "0"} if n >= unknown else {})) for n in range(unknown + known)]


DOCUMENTS = {
    "2023-05": ((3, 2), (0, 5)), "2023-06": ((3, 3), (0, 1)), "2023-07": ((2, 0), (0, 3)), "2023-08": ((4, 3), (1, 0)), "2023-09": ((2, 1), (1, 1)), "2023-10": ((2, 0), (0, 0)),
    "2023-12": ((0, 5), (3, 2)), "2024-06": ((3, 2), (3, 1)),
}
"""By month: of G1 and of G2 how many do not tell, and how many do."""


@pytest.mark.parametrize(
    ("month", "where", "told"),
    [
        ("2023-05", {}, [("G1", "M1", 3, 5)]), ("2023-06", {}, []), ("2023-07", {}, []), ("2023-08", {}, [(None, None, 5, 8)]), ("2023-09", {}, [(None, None, 3, 5)]), ("2023-10", {}, []),
        ("2024-06", {"grid": "G2"}, [("G2", "M3", 3, 4)]), ("2024-06", {"manager": "M2"}, [("G1", "M2", 3, 5)]), ("2024-06", {}, [(None, None, 6, 9)]), ("2023-12", {}, [("G2", "M3", 3, 5)]),
    ],
)
def test_where_more_than_half_cannot_be_told_the_whole_is_named_or_else_single_grids(month, where, told):
    rows = lapses.missed(asked(standing("documents"), month, **where), [metric("zero_material")])
    assert [(row["grid"], row["owner"], row["n"], row["of"]) for row in rows] == told
    for row in rows:
        assert (row["kind"], row["unknown"], row["metric"], row["subject"]) == ("thin", row["n"], "zero_material", f"thin:zero_material:{row['grid'] or ''}")
        assert row["since"] == datetime.fromisoformat(f"{month}-04 10:00") and row["age"] == {"2023-09": 26, "2024-06": 26}.get(month, 27)


FINDINGS = [
    ("gas_on_before_ready", "application", "A1", "2024-06", "G1"), ("gas_on_before_ready", "application", "A2", "2024-06", "G1"), ("dates_out_of_order", "application", "A3", "2024-06", "G2"),
    ("dates_out_of_order", "application", "none of the month", "2024-06", "G2"), ("number_gap", "application", "A3", "2024-06", "G2"),
    ("stop_reversed", "clock_stop", "T1", "2024-06", "G1"), ("stop_reversed", "clock_stop", "T2", "2024-05", "G1"),
    ("stop_overlaps", "clock_stop", "T3", "2024-06", "G2"), ("stop_overlaps", "clock_stop", "T4", "2024-06", "G2"),
    ("stop_open_after_gas_on", "clock_stop", "T5", "2024-06", "G9"), ("number_gap", "clock_stop", "T6", "2024-06", "G1"),
]
CONTRARY = [case("A1", "G1", "2024-06-04", "2024-06-04"), case("A2", "G1", "2024-06-05", "2024-06-05"), case("A3", "G2", "2024-06-06", "2024-06-06"), case("A4", "G2", "2024-05-06", "2024-05-06")]
SAID = {
    ("gas_on_before_ready", "G1"): ("application", "M2", 2, None, datetime(2024, 6, 4, 12), 26), ("dates_out_of_order", "G2"): ("application", "M3", 1, "A3", datetime(2024, 6, 6, 12), 24),
    ("stop_reversed", "G1"): ("clock_stop", "M2", 1, "T1", datetime(2024, 6, 1), 29), ("stop_overlaps", "G2"): ("clock_stop", "M3", 2, None, datetime(2024, 6, 1), 29),
    ("stop_open_after_gas_on", "G9"): ("clock_stop", "(未填)", 1, "T5", datetime(2024, 6, 1), 29),
}


@pytest.mark.parametrize(("where", "grids", "owners"), [({}, {"G1", "G2", "G9"}, {"M2", "M3", "(未填)"}), ({"grid": "G1"}, {"G1"}, {"M2"}), ({"manager": "M3"}, {"G2"}, {"M3"}), ({"manager": "M1"}, set(), set())])
def test_records_that_exclude_each_other_are_told_once_by_finding_grid_and_owner(where, grids, owners):
    """The same application may stand in several figures: it is told with the first of them."""
    rows = lapses.contrary(asked(standing("contrary"), **where), [metric(id) for id in ("valve_on_time", "zero_fee", "one_process", "feedback_24h")])
    assert {(row["code"], row["grid"]): (row["table"], row["owner"], row["n"], row["key"], row["since"], row["age"]) for row in rows} == {key: value for key, value in SAID.items() if key[1] in grids}
    assert {row["owner"] for row in rows} == owners and all(row["subject"] == f"contradiction:{row['code']}@{row['table']}:{row['grid']}" and row["controller"] == "公司" for row in rows)


def test_without_contradictions_nothing_is_told():
    assert lapses.contrary(asked(standing("streaks")), [metric("valve_on_time")]) == []


def test_what_is_of_the_whole_company_is_named_without_a_grid():
    assert [lapses.subject("thin", "zero_fee", whom) for whom in (None, "", "G1")] == ["thin:zero_fee:", "thin:zero_fee:", "thin:zero_fee:G1"]


def test_two_hundred_open_cases_are_told_one_by_one():
    rows, left = lapses.overdue(asked(engine(application=[case(f"A{n}", "G1", "2024-06-03") for n in range(201)])))
    assert len(rows) == 200 and left == 1


def test_cases_between_two_processes_stand_with_those_of_the_month():
    """Applied for before the change of March 2023 and connected after it: late in February 2023, and in June 2024; beside them one of either process."""
    rows = [
        case("old", "G1", "2023-02-06", "2023-02-08", applied_at="2023-01-05"), case("between", "G1", "2023-02-06", "2023-04-10", applied_at="2023-01-05"),
        case("lasting", "G2", "2024-06-04", "2024-06-05", applied_at="2023-01-05"), case("new", "G2", "2024-06-04", "2024-06-05"),
    ]
    findings = [("dates_out_of_order", "application", key, "2024-06", "G2") for key in ("lasting", "new")]
    found = engine(application=rows, findings=findings)
    for month, grid, n in (("2023-02", "G1", 2), ("2024-06", "G2", 2)):
        assert [(row["grid"], row["n"], row["of"]) for row in lapses.missed(asked(found, month), [metric("valve_on_time")])] == [(grid, n, n)]
    assert [(row["code"], row["n"]) for row in lapses.contrary(asked(found), [metric("valve_on_time")])] == [("dates_out_of_order", 2)]


def test_what_was_not_kept_is_one_of_all_those_that_cannot_be_told_included():
    told = ("2", "0", "0", "", "3")
    rows = [case(f"A{n}", "G1", "2024-06-04", f"2024-06-{n + 4:02d}", **({"docs_requested_n": documents} if documents else {})) for n, documents in enumerate(told)]
    (row,) = lapses.missed(asked(engine(application=rows)), [metric("zero_material")])
    assert (row["kind"], row["n"], row["of"], row["unknown"]) == ("missed", 2, 5, 1)
