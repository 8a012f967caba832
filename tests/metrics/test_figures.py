"""Figures and the cases behind them on ledgers of a few rows: what months, members and subsets are listed, and what each case is told to be."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.metrics.cases import cases, judged, of_applications, told_by
from kpi.metrics.compute import compute
from kpi.metrics.registry import METRICS, find, metric
from kpi.problems import UsageProblem
from tests.facts import engine, typed

TERMS = [{"grid_code": f"G{n}", "grid_name": f"{n}号", "manager_id": f"M{n}", "manager_name": "某", "valid_from": "2022-01-01"} for n in (1, 2, 3)]
ROWS = {
    "application": [
        # ready at 09:00: in time within the morning, an hour over half a day, over it, without a minute
        {"app_id": "A1", "grid_code": "G1", "applied_at": "2024-04-01", "ready_at": "2024-04-08 09:00", "gas_on_at": "2024-04-08 10:00", "docs_needed_n": "2", "docs_online_n": "2"},
        {"app_id": "A2", "grid_code": "G1", "applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06 15:00", "docs_needed_n": "4", "docs_online_n": "1"},
        {"app_id": "A3", "grid_code": "G2", "applied_at": "2024-04-02", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-08 09:00", "docs_needed_n": "2"},
        {"app_id": "A4", "grid_code": "G2", "applied_at": "2024-04-02", "gas_on_at": "2024-05-09"}, {"app_id": "A5", "applied_at": "2024-05-10"},
    ],
    "charge": [
        {"charge_id": "F1", "app_id": "A2", "item": "碰口费", "amount": "800", "payer": "用户", "paid_on": "2024-05-05"},
        {"charge_id": "F2", "app_id": "A3", "item": "碰口费", "amount": "200.5", "payer": "用户", "paid_on": "2024-05-07"},
        {"charge_id": "F3", "app_id": "A2", "item": "户内安装费", "amount": "90", "payer": "用户", "paid_on": "2024-05-05"},
    ],
    "work": [{"work_id": "W1", "app_id": "A2", "boundary_ready_on": "2024-05-01"}], "term": TERMS,
}


@pytest.fixture(scope="module")
def made():
    return engine(typed(ROWS), datetime(2024, 6, 1))


def told(made, id, *names, **asked):
    return {(row["month"], *(row[name] for name in asked.get("by", ()))): tuple(row[name] for name in names) for row in compute(made, [id], **asked)}


def test_every_grid_stands_in_every_month_and_others_where_they_have_cases(made):
    found = told(made, "valve_on_time", "hits", "n", by=("grid", "manager"), start="2024-04", end="2024-05")
    assert found["2024-04", "G1", "M1"] == (1, 1) and found["2024-05", "G1", "M1"] == found["2024-05", "G1", None] == (0, 1)
    assert found[None, None, None] == tuple(map(sum, zip(found["2024-04", None, None], found["2024-05", None, None], strict=True)))
    assert found["2024-05", "G3", None] == (0, 0) == found[None, "G3", None] and ("2024-05", "G3", "M3") not in found, "a grid without a case stands, a pair of which there is none does not"
    assert {key[0] for key in told(made, "valve_on_time", "n", start="2024-04", end="2024-05", over="months")} == {"2024-04", "2024-05"}
    assert set(told(made, "valve_on_time", "n", start="2024-04", end="2024-05", over="span")) == {(None,)} and set(told(made, "valve_on_time", "n", start="2024-05", end="2024-05")) == {("2024-05",), (None,)}
    assert {key[1] for key in told(made, "valve_on_time", "n", by=("grid",), where={"grid": "G2"})} == {None, "G2"}


def test_a_span_of_one_month_is_that_month(made):
    for id in ("valve_on_time", "valve_time_p50", "whole_wait_median", "open_cases", "user_charge_amount", "docs_self_sourced"):
        found = told(made, id, "value", "n", "unknown", "evidence_low", "evidence_high", by=("grid",), start="2024-05", end="2024-05")
        assert all(found["2024-05", grid] == found[None, grid] for grid in (None, "G1", "G2", "G3")), id


def test_values_of_each_kind(made):
    may = {"start": "2024-05", "end": "2024-05"}
    assert told(made, "user_charge_amount", "value", "n", **may)[None,] == (1000.5, 2) and told(made, "user_charge_count", "value", "n", **may)[None,] == (2, 2)
    assert told(made, "docs_self_sourced", "value", "n", "unknown", start="2024-04", end="2024-05")[None,] == (3 / 6, 2, 2) and told(made, "docs_self_sourced", "value", "n", "unknown", **may)[None,] == (1 / 4, 1, 2)
    assert told(made, "open_cases", "value", "n", start="2024-04", end="2024-05") == {("2024-04",): (3, 3), ("2024-05",): (1, 1), (None,): (1, 1)}, "months of what stands open are never added up"
    assert told(made, "valve_time_max", "value", "n", "unknown", **may)[None,] == (2, 2, 1) and told(made, "valve_time_p50", "value", start="2024-03", end="2024-03") == {("2024-03",): (None,), (None,): (None,)}
    for by in (("weather",), ("grid", "weather")):
        with pytest.raises(UsageProblem):
            compute(made, ["valve_on_time"], by=by)
    with pytest.raises(UsageProblem) as refused:
        compute(made, ["valve_on_time"], where={"gird": "G1"})
    assert "grid" in str(refused.value), "what was meant is told"
    assert [row["metric"] for row in compute(made, ["K01", "valve_on_time"], **may, over="span")] == sorted(m.id for m in find("K01")), "each KPI once"
    assert {row["metric"] for row in compute(made, **may, over="span")} == {m.id for m in METRICS}


def one(made, id, **asked):
    return {case["key"]: (case["verdict"], case["value"]) for case in cases(made, id, **asked)}


def test_what_each_case_is_told_to_be(made):
    assert one(made, "valve_time_p50", month="2024-05") == {"A2": ("miss", pytest.approx(180 / 420 + 30 / 360)), "A3": ("miss", 2), "A4": ("unknown", None)}
    assert one(made, "valve_time_p85", month="2024-04") == {"A1": ("hit", pytest.approx(60 / 420))} and one(made, "valve_hours_p50", month="2024-05")["A3"] == ("hit", 13), "what has no limit is as it should be"
    assert one(made, "docs_self_sourced", start="2024-04", end="2024-05") == {"A1": ("hit", 2), "A2": ("miss", 1), "A3": ("unknown", None), "A4": ("unknown", None)}
    assert one(made, "whole_wait_median", month="2024-04") == {"A1": ("hit", pytest.approx(7 + 10 / 24)), "A2": ("hit", 35.625), "A3": ("hit", 36.375), "A4": ("hit", 37)}
    assert one(made, "whole_wait_median", month="2024-05") == {"A5": ("hit", None)}
    assert one(made, "open_cases", start="2024-04", end="2024-05") == {"A5": ("hit", 21)}, "those of the last month"
    assert {key: verdict for key, (verdict, _) in one(made, "user_charge_amount", month="2024-05").items()} == {"F1": "miss", "F2": "miss"}


def test_cases_of_one_verdict_of_one_application_and_of_whom_is_asked(made):
    assert set(one(made, "valve_time_p50", month="2024-05", verdict="unknown")) == {"A4"} and set(one(made, "valve_time_p50", start="2024-04", end="2024-05", where={"grid": "G2"})) == {"A3", "A4"}
    assert set(one(made, "valve_time_p50", start="2024-04", end="2024-05", app_id="A1")) == {"A1"} and one(made, "valve_time_p50", month="2024-04", where={"grid": "G1", "manager": "M2"}) == {}
    with pytest.raises(UsageProblem) as refused:
        cases(made, "valve_time_p50", month="2024-05", where={"grid": "G1", "weather": "雪"})
    assert "weather" in str(refused.value) and [row["grid"] for row in judged(made, metric("valve_time_p50"), ["2024-04"])] == ["G1"]


def test_sources_are_the_rows_that_speak_of_a_case_its_own_first(made):
    (case,) = cases(made, "zero_fee", month="2024-05", app_id="A2")
    assert [(source["table"], source["row"]) for source in case["sources"]] == [("application", 3), ("charge", 2), ("charge", 4), ("work", 2)]
    assert (case["file"], case["sheet"], case["row"]) == ("made up.csv", "application", 3)
    assert [(source["table"], source["row"]) for source in cases(made, "user_charge_amount", month="2024-05")[0]["sources"]] == [("charge", 2)]
    def rows(*places):
        return [{"table": table, "file": "made up.csv", "sheet": table, "row": row} for table, row in places]

    assert of_applications(made, ["work", "charge"], {"A2", "A3"}) == {"A2": rows(("charge", 2), ("charge", 4), ("work", 2)), "A3": rows(("charge", 3))}
    assert of_applications(made, ["charge"], set()) == {} and told_by(metric("feedback_24h")) == [] and "charge" in told_by(metric("zero_fee"))


@pytest.fixture(scope="module")
def bounded():
    """Of G1 an hour and just half a day, of G2 two days and gas on some time of the day of nine o'clock, of G3 a day of which nothing else is told; and waits of April: one connected, one left, one open."""
    ready = {
        "B1": ("G1", "2024-05-06 09:00", "2024-05-06 10:00"), "B2": ("G1", "2024-05-07 08:30", "2024-05-07 12:00"), "B3": ("G2", "2024-05-06 09:00", "2024-05-08 09:00"), "B4": ("G2", "2024-05-06 09:00", "2024-05-06"),
        "B5": ("G3", "", "2024-05-09 09:00"), "B6": ("G1", "2024-04-08 09:00", "2024-04-08 11:00"),
    }
    rows = [{"app_id": id, "grid_code": grid, "applied_at": "2024-03-01", "gas_on_at": gas, **({"ready_at": at} if at else {})} for id, (grid, at, gas) in ready.items()]
    waits = [{"app_id": f"C{n}", "grid_code": "G3", "applied_at": "2024-04-01", **ended} for n, ended in enumerate(({"gas_on_at": "2024-04-11"}, {"cancelled_on": "2024-04-16"}, {}))]
    return engine(typed({"application": [*rows, *waits], "term": TERMS}), datetime(2024, 6, 1))


def test_bounds_of_a_quantile_are_those_of_what_the_records_leave_open(bounded):
    """B4 took no time at most 180 of 420 minutes and an afternoon; of B5 nothing is known, and then nothing is told of the bounds."""
    found = told(bounded, "valve_time_p50", "value", "evidence_low", "evidence_high", "n", "unknown", by=("grid",), start="2024-04", end="2024-05")
    late = 180 / 420 + 0.5
    for month in ("2024-05", None):
        hour = (1 / 7 + 0.5) / 2 if month else 2 / 7
        assert found[month, "G1"] == pytest.approx((hour, hour, hour, 2 if month else 3, 0)) and found[month, "G2"] == pytest.approx((2, 1, (2 + late) / 2, 1, 1))
    assert found["2024-04", "G1"] == pytest.approx((2 / 7, 2 / 7, 2 / 7, 1, 0)) and found["2024-04", "G2"] == (None, None, None, 0, 0)
    assert found["2024-05", "G3"] == (None, None, None, 0, 1) and found["2024-05", None] == (0.5, None, None, 3, 2)
    months = told(bounded, "valve_time_p85", "value", start="2024-04", end="2024-05", over="months")
    assert months == {("2024-04",): (pytest.approx(2 / 7),), ("2024-05",): (pytest.approx(0.5 + 0.7 * 1.5),)}
    assert told(bounded, "valve_time_p85", "value", start="2024-04", end="2024-05", over="span") == {(None,): (pytest.approx(0.5 + 0.55 * 1.5),)}
    assert one(bounded, "valve_time_p50", month="2024-05", where={"grid": "G1"}) == {"B1": ("hit", pytest.approx(1 / 7)), "B2": ("hit", 0.5)}, "just half a day is in time"


def test_a_median_that_is_not_reached_has_the_end_of_its_interval_that_is(bounded):
    found = told(bounded, "whole_wait_median", "value", "chance_low", "chance_high", "n", start="2024-04", end="2024-04")
    assert found["2024-04",] == (None, 10, None, 3)
    assert told(bounded, "whole_wait_within_60", "value", "chance_low", start="2024-05", end="2024-05")["2024-05",] == (None, None)
    assert told(bounded, "cancelled_within_30", "value", start="2024-04", end="2024-04")["2024-04",] == (pytest.approx(1 / 3),)
