"""Habits by whom they are: overdue appeals by department, levels changed late, and whose stops the time was."""

from __future__ import annotations

from datetime import datetime

from kpi.metrics import habits
from kpi.metrics.compute import compute
from kpi.metrics.registry import metric
from tests import facts


def test_departments_add_up_to_the_figures():
    engine = facts.engine(facts.typed(metric("appeals_overdue_open").example.rows), datetime(2024, 6, 1))
    told = habits.overdue(engine, start="2024-05", end="2024-05")
    assert told == [{"department": "工程部", "open": 1, "late": 1}, {"department": "营业厅", "open": 1, "late": 0}]
    found = {row["metric"]: row["n"] for row in compute(engine, ["K39"], start="2024-05", end="2024-05") if row["month"]}
    assert found == {"appeals_overdue_open": 2, "appeals_overdue_answered": 1}
    assert habits.overdue(engine, start="2024-04", end="2024-04") == [] and habits.overdue(engine, start="2024-05", end="2024-05", where={"grid": "G9"}) == []


def appeal(id, accepted, answered="", department="营业厅", **more):
    """Return an appeal whose answer is due within a day."""
    return {"case_id": id, "level": "一般", "accepted_at": f"{accepted} 09:00", "fb_customer_at": answered and f"{answered} 12:00", "owner_dept": department, **more}


def test_open_ones_are_those_of_the_last_month_and_late_ones_of_all():
    rows = [
        appeal("Q1", "2024-03-05", "2024-03-08"), appeal("Q2", "2024-03-06", grid_code="G1"), appeal("Q3", "2024-04-08", department="工程部"), appeal("Q4", "2024-04-09", "2024-05-10", "工程部"),
        appeal("Q5", "2024-05-13", "2024-05-13"),
    ]
    engine = facts.engine(facts.typed({"appeal": rows, "term": [{"grid_code": "G1", "grid_name": "甲", "manager_id": "M1", "manager_name": "某", "valid_from": "2023-01-01"}]}), datetime(2024, 6, 1))

    def told(start, end, **where):
        return [(row["department"], row["open"], row["late"]) for row in habits.overdue(engine, start=start, end=end, where=where)]

    assert told("2024-03", "2024-03") == [("营业厅", 1, 1)]
    assert told("2024-03", "2024-04") == [("工程部", 2, 0), ("营业厅", 1, 1)], "the most open first"
    assert told("2024-03", "2024-05") == [("工程部", 1, 1), ("营业厅", 1, 1)] and told("2024-05", "2024-05") == [("工程部", 1, 1), ("营业厅", 1, 0)]
    assert told("2024-03", "2024-05", grid="G1") == [("营业厅", 1, 0)]


TERMS = [{"grid_code": grid, "grid_name": grid, "manager_id": f"M{grid[1]}", "manager_name": f"{grid}某", "valid_from": "2023-01-01"} for grid in ("G1", "G2", "G3")]


def test_levels_changed_stand_by_grid_and_all_together_last():
    """A limit of 24 hours, as it was taken in: changed a minute before it ended, just as it ended, later, and nobody knows when; of G3 nothing was changed."""
    changed = {"G1": ("2024-05-11 08:59", "2024-05-11 09:00", ""), "G2": ("2024-05-20 09:00",)}
    asked = {"level": "复杂", "level_first": "一般", "accepted_at": "2024-05-10 09:00"}
    rows = [asked | {"case_id": f"{grid}-{n}", "grid_code": grid, "level_changed_at": at} for grid, ats in changed.items() for n, at in enumerate(ats)]
    rows += [
        {"case_id": "same", "grid_code": "G3", "level": "复杂", "level_first": "复杂", "accepted_at": "2024-05-10 09:00"},
        rows[1] | {"case_id": "April", "accepted_at": "2024-04-08 09:00", "level_changed_at": "2024-04-09 08:59"},
    ]
    engine = facts.engine(facts.typed({"appeal": rows, "term": TERMS}), datetime(2024, 6, 1))

    def told(by="grid", **asked):
        return [(row[by], row["total"], row["kept"], row["flagged"], row["unknown"]) for row in habits.relevelled(engine, by, **asked)]

    assert told() == [("G1", 4, 2, 1, 1), ("G2", 1, 0, 1, 0), (None, 5, 2, 2, 1)]
    assert told(start="2024-05") == told(start="2024-05", end="2024-05") == [("G1", 3, 1, 1, 1), ("G2", 1, 0, 1, 0), (None, 4, 1, 2, 1)]
    assert told(end="2024-04") == [("G1", 1, 1, 0, 0), (None, 1, 1, 0, 0)] and told(start="2024-05", where={"grid": "G2"}) == [("G2", 1, 0, 1, 0), (None, 1, 0, 1, 0)]
    assert told("manager", start="2024-05", where={"grid": "G3"}) == [(None, 0, 0, 0, 0)], "all together stand there though there is nothing to tell"
    assert told("manager", end="2024-04") == [("(未填)", 1, 1, 0, 0), (None, 1, 1, 0, 0)], "an appeal is that of who is named in it"


def test_shares_of_stopped_time_stand_by_manager_and_all_together_last():
    """Two working days each, of M1's one half-day stopped by the user and one by the government, of M2's none; what began on no known day is not told; a month later one more."""
    stop = {"reason": "无法入户", "owner": "用户", "noticed_on": "2024-05-06"}
    cases = {
        "A1": ("G1", "2024-05-06 08:30", "2024-05-07 17:30"), "A2": ("G2", "2024-05-06 08:30", "2024-05-07 17:30"), "A3": ("G2", "2024-06-03 08:30", "2024-06-03 17:30"), "A4": ("G2", "2018-05-02", "2024-05-08 17:30"),
    }
    rows = {
        "application": [{"app_id": id, "grid_code": grid, "applied_at": applied, "gas_on_at": gas} for id, (grid, applied, gas) in cases.items()], "term": TERMS,
        "clock_stop": [
            stop | {"stop_id": "S1", "app_id": "A1", "start_at": "2024-05-06 08:30", "end_at": "2024-05-06 12:00"},
            stop | {"stop_id": "S2", "app_id": "A1", "start_at": "2024-05-07 08:30", "end_at": "2024-05-07 12:00", "owner": "政府", "reason": "占掘路审批"},
            stop | {"stop_id": "S3", "app_id": "A3", "start_at": "2024-06-03 14:30", "end_at": "2024-06-03 17:30", "owner": "第三方", "reason": "自建施工队整改", "noticed_on": "2024-06-03"},
        ],
    }
    engine = facts.engine(facts.typed(rows), datetime(2024, 7, 1))

    def told(**asked):
        by = asked.get("by", "manager")
        return [tuple(row[name] for name in (by, "cases", "unknown", "stopped", "user", "government", "third_party")) for row in habits.stopped(engine, **asked)]

    (first, second, every) = habits.stopped(engine, start="2024-05", end="2024-05")
    assert first == {"manager": "M1", "cases": 1, "unknown": 0, "stopped": 0.5, "user": 0.25, "government": 0.25, "third_party": 0, "force_majeure": 0, "several": 0}
    assert (second["manager"], second["cases"], second["unknown"], second["stopped"]) == ("M2", 1, 1, 0) and (every["manager"], every["cases"], every["stopped"]) == (None, 2, 0.25)
    assert told(start="2024-06", end="2024-06") == [("M2", 1, 0, 0.5, 0, 0, 0.5), (None, 1, 0, 0.5, 0, 0, 0.5)]
    assert [row[:3] for row in told(start="2024-05", end="2024-06", by="grid", where={"manager": "M2"})] == [("G2", 2, 1), (None, 2, 1)], "a grid without a case is left out"
    assert [row[0] for row in told(start="2024-04", end="2024-04")] == [None], "who had no case is left out, all together never are"
