"""The ranked list of exceptions: on a ledger made for it row by row, and beside the misses reckoned from the rules."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi import pipeline, standards
from kpi.metrics import changes, headline, lapses
from kpi.metrics.exceptions import FIELDS, KINDS, exceptions, parsed
from kpi.metrics.lapses import CONTRARY
from kpi.metrics.registry import METRICS
from kpi.problems import UsageProblem
from kpi.quality.registry import RULES
from kpi.words import word
from tests import facts
from tests.metrics.ledgers import load
from tests.oracle.cases import frame

APP = {"applied_at": "2024-04-01", "grid_code": "G1", "steps_n": "1", "docs_requested_n": "0", "confirm_signed": "是"}
LEDGER = {
    "term": [
        {"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "甲某", "valid_from": "2023-01-01", "valid_to": "2024-05-31"},
        {"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M2", "manager_name": "乙某", "valid_from": "2024-06-01"},
        {"grid_code": "G2", "grid_name": "二号网格", "manager_id": "M3", "manager_name": "丙某", "valid_from": "2023-01-01"},
    ],
    "application": [
        # still waiting: late before M2 took G1 over; late in the hands of M3; cancelled and connected ones wait no more
        APP | {"app_id": "A1", "ready_at": "2024-05-20 08:30", "miss_cause": "等待占掘路审批"},
        APP | {"app_id": "A2", "grid_code": "G2", "ready_at": "2024-06-03 08:30"},
        APP | {"app_id": "A3", "grid_code": "G2", "ready_at": "2024-06-03 08:30", "cancelled_on": "2024-06-10"},
        APP | {"app_id": "A4", "ready_at": "2024-06-04 08:30", "gas_on_at": "2024-06-05 10:00", "miss_cause": "气表未到货"},
        APP | {"app_id": "A5", "ready_at": "2024-06-11 08:30", "gas_on_at": "2024-06-12 10:00", "miss_cause": "客户经理外出"},
        APP | {"app_id": "A6", "ready_at": "2024-06-13 08:30", "gas_on_at": "2024-06-13 10:00"},
        # the month before: second month in a row of G1
        APP | {"app_id": "A7", "ready_at": "2024-05-06 08:30", "gas_on_at": "2024-05-07 10:00"},
        # contradicting, and without a moment
        APP | {"app_id": "A8", "grid_code": "G2", "ready_at": "2024-06-20 10:00", "gas_on_at": "2024-06-19 10:00"},
        *(APP | {"app_id": f"B{n}", "grid_code": "G2", "ready_at": "2024-06-17", "gas_on_at": "2024-06-17"} for n in range(3)),
    ],
    "appeal": [
        {"case_id": "Q1", "grid_code": "G2", "owner": "丙某", "level": "一般", "accepted_at": "2024-06-20 09:00"},
        {"case_id": "Q2", "grid_code": "G2", "owner": "丙某", "level": "一般", "accepted_at": "2024-06-20 09:00", "closed_at": "2024-06-25 09:00", "miss_cause": "用户联系不上"},
    ],
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return pipeline.reader(load(tmp_path_factory.mktemp("exceptions"), LEDGER, "2024-06-30"))


def told(found, kind, *names):
    return [tuple(row[name] for name in names) for row in found.rows if row["kind"] == kind]


def test_open_cases_stand_first_and_the_inherited_apart(engine):
    found = exceptions(engine, "2024-06")
    assert [row["rank"] for row in found.rows] == list(range(1, len(found.rows) + 1))
    assert [KINDS.index(row["kind"]) for row in found.rows] == sorted(KINDS.index(row["kind"]) for row in found.rows)
    assert all(tuple(row) == FIELDS for row in found.rows) and found.left == 0
    # days from the end of the limit to 30 June
    assert told(found, "overdue", "key", "owner", "now", "inherited", "age", "controller", "causes", "no_cause") == [
        ("A1", "M1", "M2", True, 41, "政府", [("等待占掘路审批", 1)], 0), ("A2", "M3", None, False, 27, "公司", [], 1), ("Q1", "M3", None, False, 9, "公司", [], 1),
        # closed without an answer to the customer: the duty stays open
        ("Q2", "M3", None, False, 9, "用户", [("用户联系不上", 1)], 0),
    ]
    assert found.rows[0]["since"] == datetime(2024, 5, 20, 12, 0)


def test_misses_stand_by_kpi_grid_and_holder_with_what_was_recorded(engine):
    found = exceptions(engine, "2024-06")
    rows = {(row["metric"], row["grid"]): row for row in found.rows if row["kind"] == "missed"}
    valve = rows["valve_on_time", "G1"]
    # a manager of customers is no customer: both causes are the company's
    assert (valve["owner"], valve["n"], valve["of"], valve["months"], valve["age"], valve["controller"]) == ("M2", 2, 3, 2, 26, "公司")
    assert valve["causes"] == [("客户经理外出", 1), ("气表未到货", 1)] and valve["reasons"] == [("over_limit", 2)] and valve["key"] is None
    # cancelled after its limit: a miss, but nobody waits; the open one is listed above and not again
    assert (rows["valve_on_time", "G2"]["n"], rows["valve_on_time", "G2"]["key"], rows["valve_on_time", "G2"]["no_cause"]) == (1, "A3", 1)
    assert ("feedback_24h", "G2") not in rows


def test_contradictions_and_missing_evidence_come_last(engine):
    found = exceptions(engine, "2024-06")
    assert sorted(told(found, "contradiction", "code", "grid", "owner", "n", "key")) == [("closed_without_feedback", "G2", "M3", 1, "Q2"), ("gas_on_before_ready", "G2", "M3", 1, "A8")]
    assert told(found, "thin", "metric", "grid", "n", "of") == [("one_process", None, 7, 7), ("valve_on_time", "G2", 4, 5)]
    assert (found.count.n, found.count.k) == (0, 0), "two months are no chart"


def test_of_one_grid_and_of_one_manager(engine):
    assert {row["grid"] for row in exceptions(engine, "2024-06", grid="G2").rows} == {"G2"}
    of_new = exceptions(engine, "2024-06", manager="M2").rows
    assert [(row["key"], row["inherited"]) for row in of_new if row["kind"] == "overdue"] == [("A1", True)], "what was late before is there, apart"
    assert {row["owner"] for row in of_new} == {"M1", "M2"}
    assert exceptions(engine, "2024-06", manager="M1").rows[0]["key"] == "A1"
    assert [row["key"] for row in exceptions(engine, "2024-05").rows if row["kind"] == "overdue"] == ["A1"], "limits that ended later are not told of May"


@pytest.fixture(scope="module")
def samples(sample_home):
    found = pipeline.reader(sample_home)
    return found, frame(found)


@pytest.mark.parametrize("month", ["2024-05", "2023-03", "2024-12"])
def test_misses_are_those_of_the_rules(samples, month):
    """Every promised KPI's misses of the month, reckoned again from the rows, are in the list: in a group, or one by one while open."""
    engine, cases = samples
    on = datetime.fromisoformat(f"{month}-15").date()
    promised = {m.id for m in METRICS if m.kind == "ratio" and m.id != "all_kept" and standards.target(m.id, on) == 1}
    regimes = {"2023-03": {"11000", "straddling", "1.5"}}.get(month, {"straddling", "1.5"})
    mine = cases[(cases.month == month) & cases.metric.isin(promised) & cases.regime.isin(regimes) & (cases.verdict == "miss")]
    expected = mine.groupby(["metric", "grid", "manager"]).size().to_dict()
    found = exceptions(engine, month)
    listed: dict = {}
    for row in found.rows:
        if row["kind"] == "missed" or (row["kind"] == "overdue" and row["since"].strftime("%Y-%m") == month):
            key = (row["metric"], row["grid"], row["owner"])
            listed[key] = listed.get(key, 0) + row["n"]
    assert listed == expected and sum(expected.values()) > 20


def test_what_changed_is_what_the_charts_say(samples):
    engine, _ = samples
    found = exceptions(engine, "2024-12")
    months = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(24)]
    judged = changes.changes(engine, months)
    worse = {(one.id, "worsening" if one.rule in ("rising", "falling") else "outside") for one in judged if one.state == "worse"}
    assert worse and {(row["metric"], row["kind"]) for row in found.rows if row["kind"] in ("outside", "worsening")} == worse
    assert found.count == changes.count(judged) and found.count.k == sum(one.state in ("worse", "better", "changed") for one in judged)
    for one in judged:
        if one.flagged:
            rules = {point["month"]: point["rule"] for point in one.chart["points"]}
            assert rules[one.since] != "Common Cause" and rules[months[-1]] != "Common Cause"


def test_false_alarms_expected_are_those_of_noise():
    few = [changes.Change("all_kept", {}, "common")] * 40 + [changes.Change("zero_fee", {}, "few"), changes.Change("zero_errand", {}, "ceiling")]
    assert changes.count([changes.Change("one_process", {}, "worse"), *few[1:]]) == changes.Count(40, 1, 1)


def test_a_value_to_be_assessed_by_is_a_target_too(samples):
    engine, _ = samples
    found = exceptions(engine, "2024-05", assessed={"satisfied_company": 0.95, "valve_time_p50": 0.1, "survey_coverage": 0.9})
    short = {row["metric"]: row for row in found.rows if row["kind"] == "missed" and row["target"] is not None}
    assert set(short) == {"satisfied_company", "valve_time_p50"} and short["satisfied_company"]["value"] < 0.95 and short["satisfied_company"]["grid"] is None


def test_subjects_name_exceptions_and_nothing_else():
    assert parsed("missed:zero_fee:G03") == ("missed", "zero_fee", "G03")
    assert parsed("outside:all_kept:") == ("outside", "all_kept", None)
    assert parsed("contradiction:stop_overlaps@clock_stop:G01")[1] == "stop_overlaps@clock_stop"
    for wrong in ("", "missed", "missed:no_such:G03", "late:zero_fee:G03", "contradiction:number_gap@visit:G01"):
        with pytest.raises(UsageProblem):
            parsed(wrong)


def test_contradictions_are_findings_of_quality_under_the_same_names():
    labels = {rule.code: rule.label for rule in RULES}
    assert set(CONTRARY) <= set(labels)
    for lang in ("zh", "en"):
        assert {code: word(f"exceptions.contrary.{code}", lang) for code in CONTRARY} == {code: labels[code].of(lang) for code in CONTRARY}


@pytest.mark.parametrize(
    ("cause", "party"),
    [("气表未到货", "公司"), ("客户经理外出", "公司"), ("客户不在家", "用户"), ("等待占掘路审批", "政府"), ("自建施工队返工", "第三方"), ("用户与施工队协调", None), ("现场复核返工", None), ("", None), (None, None)],
)
def test_a_cause_names_one_party_or_none(cause, party):
    assert standards.controller(cause) == party


@pytest.fixture(scope="module")
def growing():
    """Three more open cases each month of April 2023 to April 2024 and thirty in May; asked two years later, still nobody has gas."""
    months = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(3, 17)]
    rows = [{"app_id": f"{month} {n}", "applied_at": f"{month}-05"} for month in months for n in range(30 if month == months[-1] else 3)]
    found = facts.engine(facts.typed({"application": rows}), datetime(2026, 7, 1))
    found.rows("create table finding (code varchar, table_name varchar, key varchar, month varchar, grid varchar)")
    return found


def test_a_month_further_back_is_judged_by_those_up_to_it(growing):
    """3, 6 ... 39, 69 have the mean 24.4 and, the last step screened out, limits 7.98 to either side: below them until August, rising from 18 in September, above them from 33 in February."""
    (row,) = [row for row in exceptions(growing, "2024-05").rows if row["kind"] in ("outside", "worsening")]
    assert (row["kind"], row["metric"], row["value"], row["code"]) == ("outside", "open_cases", 69, "outside") and row["target"] == pytest.approx(342 / 14)
    assert (row["since"], row["months"], row["age"]) == (datetime(2023, 9, 1), 9, 273), "the stretch goes on past the end of a year"


def test_a_median_that_is_not_reached_falls_short_of_nothing(growing):
    found = exceptions(growing, "2024-05", assessed={"whole_wait_median": 30, "open_cases": 10})
    assert {row["metric"]: (row["of"], row["value"]) for row in found.rows if row["kind"] == "missed"} == {"open_cases": (69, 69)}


@pytest.fixture(scope="module")
def empty():
    terms = [{"grid_code": "G1", "grid_name": "一号", "manager_id": "M1", "manager_name": "某", "valid_from": "2023-01-01"}]
    return facts.engine(facts.typed({"term": terms}), datetime(2024, 7, 1))


@pytest.fixture
def bare(empty, monkeypatch):
    """Return an engine without a case but with G1 in M1's hands, and what tells it which open cases, charts, misses and contradictions there are: by default none."""
    def told(overdue=(), charts=(), missed=(), contrary=(), left=0):
        monkeypatch.setattr(lapses, "overdue", lambda asked: (list(overdue), left))
        monkeypatch.setattr(lapses, "missed", lambda asked, promised: list(missed))
        monkeypatch.setattr(lapses, "contrary", lambda asked, promised: list(contrary))
        monkeypatch.setattr(changes, "changes", lambda engine, months, where=None: list(charts))

    told()
    return empty, told


def row(kind, subject, metric="zero_fee", n=1, age=0, owner=None):
    return {"kind": kind, "subject": subject, "metric": metric, "n": n, "age": age, "owner": owner}


def test_exceptions_stand_by_kind_then_by_how_many_and_how_long(bare):
    """Open ones by age alone; of others the promises first, then the many, the old, and by name and owner; each has every column, an open case beyond the list is counted."""
    found, told = bare
    told(
        overdue=[row("overdue", "young", n=9, age=3), row("overdue", "old", n=1, age=30), row("overdue", "old too", n=1, age=30)], left=4,
        contrary=[row("contradiction", "c", None, 9, 1), row("contradiction", "d", None, 9, 2)],
        missed=[
            row("missed", "other, many", "told_once_in_full", 50), row("missed", "b", "one_process", 3, 5), row("missed", "a", "valve_on_time", 3, 5, "M2"), row("missed", "a", "valve_on_time", 3, 5, "M1"),
            row("missed", "older", "zero_errand", 3, 6), row("missed", "many", "feedback_3wd", 7), row("thin", "t", "zero_fee", 99),
        ],
    )
    ranked = exceptions(found, "2024-06")
    assert [one["subject"] for one in ranked.rows] == ["old", "old too", "young", "many", "older", "a", "a", "b", "other, many", "d", "c", "t"] and [one["owner"] for one in ranked.rows[5:7]] == ["M1", "M2"]
    assert [one["rank"] for one in ranked.rows] == list(range(1, 13))
    assert ranked.left == 4 and all(tuple(one) == FIELDS for one in ranked.rows) and ranked.rows[0]["app_id"] is None


def chart(id, state, rule, since, *values):
    return changes.Change(id, {"points": [{"value": value} for value in values], "mean": 0.9}, state, rule, since)


def test_charts_that_got_worse_are_told_with_how_long(bare):
    found, told = bare
    told(charts=[
        chart("zero_fee", "worse", "outside", "2024-06", 0.99, 0.5), chart("one_process", "worse", "falling", "2023-11", 0.4), chart("zero_errand", "better", "outside", "2024-06", 1.0),
        chart("all_kept", "worse", "rising", "2024-01", 3),
    ])
    ranked = exceptions(found, "2024-06")
    assert [(one["kind"], one["metric"], one["n"], one["months"], one["since"], one["age"], one["value"], one["target"], one["code"]) for one in ranked.rows] == [
        ("outside", "zero_fee", 1, 1, datetime(2024, 6, 1), 29, 0.5, 0.9, "outside"), ("worsening", "one_process", 8, 8, datetime(2023, 11, 1), 242, 0.4, 0.9, "falling"),
        ("worsening", "all_kept", 6, 6, datetime(2024, 1, 1), 181, 3, 0.9, "rising")]
    assert (ranked.count.n, ranked.count.k) == (4, 4) and {(one["grid"], one["owner"], one["subject"].split(":")[2]) for one in ranked.rows} == {(None, None, "")}
    for asked, grid, owner, whom in (({"grid": "G1"}, "G1", "M1", "G1"), ({"grid": "G9"}, "G9", None, "G9"), ({"manager": "M7"}, None, "M7", "M7"), ({"grid": "G1", "manager": "M7"}, "G1", "M7", "M7")):
        (one, *_) = exceptions(found, "2024-06", **asked).rows
        assert (one["grid"], one["owner"], one["subject"]) == (grid, owner, f"outside:zero_fee:{whom}")


@pytest.mark.parametrize(
    ("id", "value", "n", "asked", "short"),
    [
        ("zero_fee", 0.89, 30, {}, True), ("zero_fee", 0.9, 30, {}, False), ("zero_fee", 0.91, 30, {}, False), ("zero_fee", 0.5, 29, {}, False), ("zero_fee", 0.5, 10, {"grid": "G1"}, True),
        ("zero_fee", 0.5, 9, {"grid": "G1"}, False), ("zero_fee", 0.5, 10, {"manager": "M7"}, True),
        ("valve_time_p50", 0.91, 30, {}, True), ("valve_time_p50", 0.9, 30, {}, False), ("valve_time_p50", 0.1, 30, {}, False), ("zero_fee", None, 30, {}, False),
    ],
)
def test_a_value_short_of_the_one_to_reach_is_told_of_enough_cases(bare, monkeypatch, id, value, n, asked, short):
    found, _ = bare
    told = {"value": value, "n": n, "unknown": 2}
    monkeypatch.setattr(headline, "monthly", lambda engine, ids, months, where: [{"metric": name, **told} for name in ids if months == ["2024-06"] and where == asked])
    rows = exceptions(found, "2024-06", assessed={id: 0.9}, **asked).rows
    assert len(rows) == short and exceptions(found, "2024-06", assessed={}, **asked).rows == exceptions(found, "2024-06", **asked).rows == []
    for one in rows:
        assert (one["kind"], one["n"], one["of"], one["unknown"], one["value"], one["target"], one["since"], one["age"]) == ("missed", 1, n, 2, value, 0.9, datetime(2024, 6, 1), 29)
        whom, owner = {(): ("", None), ("grid",): ("G1", "M1"), ("manager",): ("M7", "M7")}[tuple(asked)]
        assert (one["subject"], one["owner"], one["grid"]) == (f"missed:{id}:{whom}", owner, asked.get("grid"))
