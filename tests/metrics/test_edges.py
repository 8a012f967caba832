"""The edges of rules, each on a ledger of a few rows: the last day that is still in time, ties, minutes rounded up, days no calendar knows, a count that is just enough."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from kpi.engine import DuckEngine
from kpi.metrics import before_after, series, stages, verdict
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute, span
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem
from kpi.stats import checks
from kpi.warehouse import build
from kpi.words import word
from tests.facts import engine, standing, typed
from tests.oracle.shapes import ledgers

AS_OF = datetime(2024, 6, 1)


def facts(as_of: datetime = AS_OF, **rows) -> DuckEngine:
    return engine(typed(rows), as_of)


def test_a_limit_ends_at_the_next_whole_minute():
    """A morning has 210 minutes, an afternoon 180: 31 minutes into the one are 26.57 into the other, 35 are 30, and the end of a session is not the beginning of the next."""
    ends = {"09:01": "14:57", "09:05": "15:00", "08:30": "12:00", "08:31": "14:31"}
    found = facts(application=[{"app_id": ready, "applied_at": "2024-04-01", "ready_at": f"2024-05-06 {ready}", "gas_on_at": "2024-05-06 11:00"} for ready in ends])
    assert {row["app_id"]: f"{row['due_at']:%H:%M}" for row in found.rows("select app_id, due_at from app")} == ends


def test_days_that_no_calendar_knows_lose_no_application():
    dates = {"applied_at": "2018-03-01", "ready_at": "2018-05-02", "gas_on_at": "2018-05-03"}
    rows = [
        {"app_id": "A1", **dates}, {"app_id": "A2", "applied_at": "2018-03-01"}, {"app_id": "A3", "applied_at": "2018-03-01 09:00", "ready_at": "2018-05-02 09:00", "gas_on_at": "2018-05-02 10:00"},
        {"app_id": "A4", "applied_at": "2018-12-31", "ready_at": "2018-12-31", "gas_on_at": "2019-01-02"},
    ]
    found = facts(application=rows)
    waits = {row["app_id"]: (row["outcome"], row["days"]) for row in found.rows("select app_id, outcome, days from fact_wait")}
    assert waits["A1"] == (1, 63.0) and waits["A2"][0] == 0 and waits["A3"] == (1, 62 + 1 / 24) and waits["A4"] == (1, 2.0)
    told = {row["app_id"]: row for row in found.rows("select app_id, valve, valve_reason, company_wd from fact_connection")}
    assert set(told) == {"A1", "A3", "A4"} and all(row["valve"] == "unknown" and row["company_wd"] is None for row in told.values())
    assert told["A1"]["valve_reason"] == told["A3"]["valve_reason"] == "calendar"


def test_a_stop_of_an_application_older_than_the_calendar_counts():
    """Ready at 08:30 and stopped from 09:00 to 09:00 of the next day, so that 10:00 is an hour and a half of work; how long the company had it in all is not told."""
    rows = [{"app_id": "A1", "applied_at": "2018-12-20", "ready_at": "2024-05-06 08:30", "gas_on_at": "2024-05-07 10:00"}]
    stops = [{"stop_id": "T1", "app_id": "A1", "start_at": "2024-05-06 09:00", "end_at": "2024-05-07 09:00", "reason": "无法入户", "owner": "用户", "noticed_on": "2024-05-06"}]
    found = facts(application=rows, clock_stop=stops)
    assert [(one["verdict"], one["value"]) for one in cases(found, "valve_on_time", start="2024-05", end="2024-05")] == [("hit", pytest.approx(90 / 420))]
    (clock,) = found.rows("select valve_wd, stopped_wd, company_low_wd, company_high_wd from fact_clock")
    assert clock == {"valve_wd": pytest.approx(1 + 90 / 420), "stopped_wd": 1.0, "company_low_wd": None, "company_high_wd": None}


@pytest.mark.parametrize(("as_of", "ready", "gas"), [
    (datetime(2027, 12, 31), "2027年12月", "2027-12-20 10:00"), (datetime(2027, 12, 31), "2027年12月", "2027-12-01 10:00"), (datetime(2019, 2, 1), "2018-12-30至2019-01-02", "2019-01-21 10:00"),
])
def test_a_start_that_leaves_the_calendar_has_no_elapsed_time(as_of, ready, gas):
    found = facts(as_of, application=[{"app_id": "A1", "applied_at": "2018-12-20", "ready_at": ready, "gas_on_at": gas}])
    assert found.rows("select verdict, reason, low_wd, high_wd from valve") == [{"verdict": "unknown", "reason": "calendar", "low_wd": None, "high_wd": None}]


def test_gas_before_a_slot_beyond_the_calendar_took_no_time():
    row = {"app_id": "A1", "applied_at": "2027-12-01", "ready_at": "2027-12-20 09:00", "appt_by": "用户", "appt_start": "2028-01-05 09:00", "gas_on_at": "2027-12-28 10:00"}
    assert facts(datetime(2027, 12, 31), application=[row]).rows("select verdict, reason, low_wd, high_wd from valve") == [{"verdict": "hit", "reason": "before_slot", "low_wd": 0, "high_wd": 0}]


def test_a_start_on_the_first_provisional_day_is_marked():
    """Gas came on the day before, which contradicts it: the case stands as unknown in the last official month."""
    found = facts(datetime(2027, 2, 1), application=[{"app_id": ready, "applied_at": "2026-12-01", "ready_at": ready, "gas_on_at": "2026-12-30 10:00"} for ready in ("2026-12-31", "2027-01-01")])
    told = {row["app_id"]: (row["reason"], row["provisional"]) for row in found.rows("select app_id, reason, provisional from fact_valve")}
    assert told == {"2026-12-31": ("ready_after_gas_on", False), "2027-01-01": ("ready_after_gas_on", True)}


def test_an_answer_is_due_from_the_last_minute_of_being_taken_up():
    """Taken up in the first minute of Monday 6 May, its seventh working day is the 14th (the 11th is worked): an answer between the 14th and the 16th may be in time."""
    rows = [{"app_id": "A1", "applied_at": "2024-05-06 00:00-00:01"}, {"app_id": "A2", "applied_at": "2024-05-05", "accepted_at": "2024-05-06 00:00-00:01"}, {"app_id": "A3", "applied_at": "2024-05-05"}]
    found = facts(application=[row | {"quoted_on": "2024-05-14至2024-05-16"} for row in rows])
    assert {one["key"]: one["verdict"] for one in cases(found, "plan_answered", month="2024-05")} == {"A1": "unknown", "A2": "unknown", "A3": "miss"}


def test_a_grid_is_told_by_its_code_its_name_and_its_name_without_what_stands_in_brackets():
    def words(*terms: tuple[str, str]) -> dict[str, str]:
        found = facts(term=[{"grid_code": code, "grid_name": name, "manager_id": "M1", "valid_from": "2023-01-01"} for code, name in terms])
        return {row["word"]: row["grid_code"] for row in found.rows("select word, grid_code from grid_word")}

    assert words(("G1", "甲（东）"), ("G2", "乙片（西）"), ("A3", "G1")) == {"G1": "G1", "甲（东）": "G1", "甲": "G1", "G2": "G2", "乙片（西）": "G2", "乙片": "G2", "A3": "A3"}, "a code stands for its own grid"
    assert words(("G1", "")) == {"G1": "G1"} and words(("G1", "丙网格")) == {"G1": "G1", "丙网格": "G1"}


TURNKEY = {"design_on": "2024-04-10", "inside_done_on": "2024-04-20", "approval_done_on": "2024-04-15", "accept_passed_at": "2024-04-25 09:00", "account_opened_on": "2024-04-28"}


@pytest.mark.parametrize("left_out", TURNKEY)
def test_what_the_ledger_of_turnkey_works_never_tells_is_not_held_against_anyone(left_out):
    done = {"applied_at": "2024-04-01", "build_mode": "代建", "gas_on_at": "2024-05-06 11:00"} | TURNKEY
    lacking = [{"app_id": "A1"} | done | {left_out: ""}, {"app_id": "A2"} | done | {"build_mode": "自建"}]
    for others, expected in (([], {"A1": "unknown"}), ([{"app_id": "A3"} | done], {"A1": "miss", "A3": "hit"})):
        assert {one["key"]: one["verdict"] for one in cases(facts(application=[*lacking, *others]), "turnkey_whole", month="2024-05")} == expected


def test_of_two_ratings_at_one_moment_the_later_key_stands():
    asked = [{"fu_id": key, "app_id": "A1", "fu_at": "2024-05-20 10:00", "reached": "接通", "score_company": score} for key, score in (("F2", "不满意"), ("F3", "满意"), ("F1", "不满意"))]
    found = facts(application=[{"app_id": "A1", "applied_at": "2024-04-01", "gas_on_at": "2024-05-06 11:00"}], followup=asked)
    assert [row["key"] for row in found.rows("select key from fact_rating where about = 'company'")] == ["F3"]


def test_thirty_days_are_still_in_time():
    projects = {"2024-05-01": ("hit", 30), "2024-04-30": ("miss", 31), "2024-05-31": ("hit", 0)}
    found = facts(project=[{"project_id": updated, "first_known_at": "2024-04-01", "updated_on": updated} for updated in projects])
    assert {row["key"]: (row["verdict"], row["age"]) for row in found.rows("select key, verdict, age from fact_tracked where month = '2024-05'")} == projects


def test_a_stage_that_ends_before_it_begins_is_told_and_not_measured():
    rows = [{"app_id": f"A{n}", "applied_at": f"2024-05-{10 + n}", "accepted_at": at} for n, at in enumerate(("2024-05-12", "2024-05-15", "2024-05-02"))]
    rows[0] |= {"ready_at": "2024-05-20", "gas_requested_at": "2024-05-19"}
    told = {row["stage"]: row for row in stages.stages(facts(application=rows))}
    assert told["ready_asked"] == {"stage": "ready_asked", "n": 0, "contrary": 1, "p50": None, "p85": None, "longest": None}
    row = told["applied_accepted"]
    assert (row["n"], row["contrary"], row["p50"], row["longest"]) == (2, 1, 3.0, 4)
    assert row["p85"] == pytest.approx(2 + 0.85 * 2)


def test_units_count_those_kept_among_the_judged():
    rows = [{"app_id": f"A{n}", "applied_at": "2024-04-01", "grid_code": "G1", "ready_at": "2024-05-06 09:00", "gas_on_at": at} for n, at in enumerate(("2024-05-06 11:00", "2024-05-06 11:30", "2024-05-09 09:00"))]
    found = facts(application=rows, term=[{"grid_code": "G1", "grid_name": "甲", "manager_id": "M1", "manager_name": "某", "valid_from": "2022-01-01"}])
    for start in (None, "2024-05"):
        told = found.rows(series.units(found, metric("valve_on_time"), start=start, end="2024-05"))
        assert [(row["unit"], row["hits"], row["n"]) for row in told] == [("G1", 2, 3)]


def test_a_kpi_without_a_value_has_an_empty_chart():
    found = facts()
    for id in ("valve_on_time", "valve_time_p50"):
        asked = series.monthly(found, metric(id), start="2024-04", end="2024-05")
        assert checks.chart(found, asked.source, shares=asked.shares, minutes=asked.minutes)["points"] == []


def test_charts_asked_together_are_those_asked_apart():
    found = DuckEngine(duckdb.connect(), "made up", AS_OF)
    sources = {name: " union all ".join(f"select '2023-{m:02d}' as month, cast({m * m % 7 + shift} as double) as value, 0 as rebase" for m in range(1, 13)) for name, shift in (("a", 0), ("b", 50))}
    together = checks.charts(found, sources, better={"a": "up", "b": "down"})
    for name, source in sources.items():
        alone = checks.chart(found, source, better={"a": "up", "b": "down"}[name])
        assert together[name] == alone and len(alone["points"]) == 12


def test_as_many_cases_as_are_enough_are_enough():
    rows = [
        {"app_id": f"{year}-{n}", "applied_at": f"{year}-05-0{n}", "ready_at": f"{year}-05-1{n} 09:00", "gas_on_at": f"{year}-05-1{n} 10:00", "user_type": "工业"}
        for year in (2022, 2024) for n in (6, 7, 8)
    ]
    found = facts(application=rows)
    told = [before_after.before_after(found, "valve_on_time", enough=enough) for enough in (3, 4)]
    assert told[0]["before"]["n"] == told[0]["after"]["n"] == 3 and [one["says"] == "few" for one in told] == [False, True]


@pytest.mark.parametrize(("unknown", "kind"), [(23, "good"), (24, "good"), (25, "unproven")])
def test_no_verdict_is_given_beyond_half_without_evidence(unknown, kind):
    told = verdict.MonthFacts(connected=verdict.Tally(48), valve=verdict.Tally(48 - unknown, 0, unknown), year=verdict.Tally(60))
    assert verdict.verdict(told)[0] == kind


def test_months_asked_for_hold_their_first_one():
    rows = [{"app_id": f"A{m}", "applied_at": "2024-03-01", "ready_at": f"2024-0{m}-10 09:00", "gas_on_at": f"2024-0{m}-10 10:00"} for m in (4, 5)]
    found = facts(application=rows)
    assert compute(found, ["valve_on_time"], start="2024-04", end="2024-05", over="span")[0]["n"] == 2
    assert sum(row["n"] for row in found.rows(series.units(found, metric("valve_on_time"), start="2024-04", end="2024-05"))) == 2


def test_a_rating_of_four_is_good_and_an_open_case_has_its_age():
    connected = [{"app_id": f"A{score}", "applied_at": "2024-04-01", "gas_on_at": "2024-05-06 11:00"} for score in (3, 4, 5)]
    asked = [{"fu_id": f"F{score}", "app_id": f"A{score}", "fu_at": "2024-05-20 10:00", "reached": "接通", "score_company": str(score)} for score in (3, 4, 5)]
    found = facts(application=[*connected, {"app_id": "B1", "applied_at": "2024-05-02"}, {"app_id": "B2", "applied_at": "2024-05-31"}], followup=asked)
    assert {one["value"]: one["verdict"] for one in cases(found, "mean_rating_company", month="2024-05")} == {3: "miss", 4: "hit", 5: "hit"}
    assert {one["key"]: one["value"] for one in cases(found, "open_cases", month="2024-05")} == {"B1": 29, "B2": 0}


def test_a_day_after_the_day_agreed_is_late():
    rows = [{"app_id": day, "applied_at": "2024-04-01", "appt_start": "2024-05-20 14:30", "gas_on_at": f"{day} 10:00"} for day in ("2024-05-20", "2024-05-21")]
    told = {one["key"]: (one["value"], one["verdict"], one["reason"]) for one in cases(facts(application=rows), "days_late_max", month="2024-05")}
    assert told == {"2024-05-20": (0, "hit", word("metrics.reason.kept")), "2024-05-21": (1, "miss", word("metrics.reason.after_agreed"))}


def test_a_span_that_is_half_told_reaches_as_far_as_that_half():
    found = facts(application=[{"app_id": "A1", "applied_at": "2024-03-01"}])
    assert span(found) == ["2024-03", "2024-04", "2024-05"]
    assert (span(found, end="2023-12"), span(found, end="2024-04"), span(found, start="2024-07")) == (["2023-12"], ["2024-03", "2024-04"], ["2024-07"])


@pytest.mark.parametrize("month", ["2024-13", "2024-00", "2024-5", "2024-005", "2024/05", "20x4-05", "2024-0x", "2024", ""])
def test_what_is_no_month_is_refused(month):
    for asked in ({"start": month}, {"end": month}, {"start": "2024-01", "end": month}):
        with pytest.raises(UsageProblem) as refused:
            span(DuckEngine(duckdb.connect(), "made up", AS_OF), **asked)
        assert f"“{month}”" in str(refused.value)


def test_months_are_asked_for_in_their_order():
    found = DuckEngine(duckdb.connect(), "made up", AS_OF)
    assert span(found, "2023-12", "2024-02") == ["2023-12", "2024-01", "2024-02"] and span(found, "2024-01", "2024-01") == ["2024-01"]
    with pytest.raises(UsageProblem):
        span(found, "2024-02", "2024-01")


@pytest.mark.parametrize(("as_of", "last"), [(datetime(2024, 6, 1), "2024-05"), (datetime(2024, 6, 1, 0, 1), "2024-06"), (datetime(2024, 1, 1), "2023-12")])
def test_a_month_has_begun_a_minute_after_its_first_moment(as_of, last):
    assert span(facts(as_of, application=[{"app_id": "A1", "applied_at": "2023-11-20"}]))[-1] == last


@pytest.mark.parametrize(("owner", "verdict"), [*((owner, "hit") for owner in ("用户", "政府", "第三方", "不可抗力")), ("公司", "miss"), ("", "miss")])
def test_a_stop_counts_by_whose_it_is(owner, verdict):
    """Ready on Monday at 08:30, gas on Tuesday at 10:00, stopped for one day in between: an hour and a half of work, or more than a day."""
    rows = [{"app_id": "A1", "applied_at": "2024-04-20", "ready_at": "2024-05-06 08:30", "gas_on_at": "2024-05-07 10:00"}]
    stop = {"stop_id": "T1", "app_id": "A1", "start_at": "2024-05-06 09:00", "end_at": "2024-05-07 09:00", "reason": "无法入户", "owner": owner, "noticed_on": "2024-05-06"}
    assert [one["verdict"] for one in cases(facts(application=rows, clock_stop=[stop]), "valve_on_time", month="2024-05")] == [verdict]


def test_a_stop_before_the_application_still_lies_in_the_clock_of_the_valve():
    """The site was ready a day before the application was written down: of the two working days that passed, the stopped one is out of the limit and in the clock with its stops, but not in the company's."""
    stop = {"stop_id": "S1", "app_id": "A1", "reason": "占掘路审批", "owner": "政府", "start_at": "2024-05-06 14:30", "end_at": "2024-05-07 14:30", "noticed_on": "2024-05-06 14:30"}
    found = facts(application=[{"app_id": "A1", "applied_at": "2024-05-07 14:30", "ready_at": "2024-05-06 08:30", "gas_on_at": "2024-05-08 08:30"}], clock_stop=[stop])
    told = found.rows("select valve_wd, company_wd, stopped_wd from fact_clock")
    assert told == [{"valve_wd": 2, "company_wd": 0.5, "stopped_wd": 0}]
    assert found.rows("select valve_wd from fact_connection") == [{"valve_wd": 1}]


def test_no_fact_is_provisional_where_notices_tell_of_every_day():
    """It is yes or no, never unknown."""
    rows, as_of = ledgers("mixed", 5)
    con = standing(rows)
    con.execute("update provisional set since = null")
    build.facts(con, as_of)
    marked = [name for (name,) in con.execute("select table_name from duckdb_columns() where column_name = 'provisional' and table_name like 'fact_%'").fetchall()]
    assert len(marked) > 20
    for fact in marked:
        assert set(con.execute(f"select distinct provisional from {fact}").fetchall()) <= {(False,)}, fact


def test_stops_that_overlap_lengthen_the_limit_of_a_notice_once():
    """Half an hour after ready the clock stands for an hour and a half, for two reasons in turn: the limit of 12:00 moves by 90 minutes of the morning, to 15:48."""
    stop = {"app_id": "A1", "noticed_on": "2024-05-06"}
    user, state = {"reason": "无法入户", "owner": "用户"}, {"reason": "占掘路审批", "owner": "政府"}
    stops = [
        {"stop_id": "S1", **stop, **user, "start_at": "2024-05-06 09:00", "end_at": "2024-05-06 10:00"}, {"stop_id": "S2", **stop, **state, "start_at": "2024-05-06 09:30", "end_at": "2024-05-06 10:30"},
        {"stop_id": "S3", **stop, **user, "start_at": "2024-05-06 11:00", "end_at": "2024-05-06 12:00", "noticed_on": "2024-05-07"},
    ]
    found = facts(application=[{"app_id": "A1", "applied_at": "2024-05-01", "ready_at": "2024-05-06 08:30"}], clock_stop=stops)
    assert {row["key"]: f"{row['due_at']:%H:%M}" for row in found.rows("select key, due_at from told_late")} == {"S1": "12:00", "S2": "12:00", "S3": "15:48"}


def test_once_somebody_was_reached_the_second_follow_up_is_what_is_owed():
    """Gas on 30 May: within eight days a first call is owed to whoever was not reached, a second by 29 June to whoever was."""
    calls = [{"fu_id": "F1", "app_id": "reached", "fu_at": "2024-05-31 10:00", "reached": "接通"}, {"fu_id": "F2", "app_id": "called", "fu_at": "2024-05-31 10:00", "reached": "未接"}]
    found = facts(application=[{"app_id": name, "applied_at": "2024-04-01", "gas_on_at": "2024-05-30 10:00"} for name in ("reached", "called")], followup=calls)
    told = {row["key"]: (row["duty"], row["due_at"]) for row in found.rows("select key, duty, due_at from open_duty")}
    assert told == {"reached": ("followup_second", datetime(2024, 6, 30)), "called": ("followup_first", datetime(2024, 6, 7))}


def test_no_notice_is_late_where_the_start_contradicts_gas_on():
    """A site that was ready after gas was on has no limit that a notice could miss."""
    ready = {"A1": "2024-05-06 09:00", "A2": "2024-05-08 09:00"}
    stop = {"reason": "无法入户", "owner": "用户", "start_at": "2024-05-06 10:00", "end_at": "2024-05-09 11:00", "noticed_on": "2024-05-08"}
    found = facts(
        application=[{"app_id": app, "applied_at": "2024-04-01", "ready_at": at, "gas_on_at": "2024-05-07 10:00"} for app, at in ready.items()],
        clock_stop=[{"stop_id": f"S-{app}", "app_id": app, **stop} for app in ready],
    )
    assert [row["key"] for row in found.rows("select key from told_late")] == ["S-A1"]


def test_a_limit_that_ends_with_as_of_has_ended():
    """Five working days from Friday 24 May are over at midnight of 1 June: an enquiry without an answer by then was not answered in time."""
    found = facts(appeal=[{"case_id": "C1", "kind": "咨询", "level": "一般", "accepted_at": "2024-05-24 10:00"}])
    assert found.rows("select verdict, reason from fact_enquiry") == [{"verdict": "miss", "reason": "no_feedback"}]


def test_without_a_day_in_the_contract_nothing_is_owed_by_it():
    days = {"A1": "2024-06-20", "A2": ""}
    found = facts(application=[{"app_id": app, "applied_at": "2024-04-01", "build_mode": "代建", "contract_due_on": due} for app, due in days.items()])
    assert [row["key"] for row in found.rows("select key from open_duty where duty = 'contract'")] == ["A1"]
