"""Lists of cases are those of the figures, each case once with everything that was not kept, a page at a time."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from kpi import pipeline
from kpi.engine import DuckEngine
from kpi.metrics import listing, record
from kpi.metrics.cases import DATED, cases, told_by, within
from kpi.metrics.registry import metric
from tests import facts

PROMISES = ("valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd")
ASKED = [
    listing.Asked(PROMISES, "miss", ("2024-05", "2024-05"), {}, "1.5"),
    listing.Asked(PROMISES, "unknown", ("2023-03", "2023-03"), {}, "11000"),
    listing.Asked(("two_follow_ups", "feedback_24h"), "miss", ("2023-02", "2023-05"), {"grid": "G01"}),
    listing.Asked(("projects_updated", "pipe_ready_first"), "miss", ("2024-04", "2024-05")),
]


def _expected(engine, asked: listing.Asked) -> list[dict]:
    """Gather the cases of each KPI and process one after the other."""
    found: dict[tuple[str, str], dict] = {}
    for id in asked.ids:
        m = metric(id)
        for regime in (asked.regime, *((listing.STRADDLING,) if asked.regime else ())):
            where = {**asked.where, **({"regime": regime} if regime else {})}
            for row in cases(engine, id, start=asked.months[0], end=asked.months[-1], where=where, verdict=asked.verdict):
                case = found.setdefault((m.table, row["key"]), {"about": m.table, "key": row["key"], "straddling": regime == listing.STRADDLING, "items": [], "sources": {}})
                case["items"].append((id, {name: row[name] for name in ("verdict", "value", "low", "high", "reason")}))
                case["sources"].update({tuple(s.values()): s for s in row["sources"] if s["file"]})
    known = record.applications(engine, [key for about, key in found if about == "application"])
    for (about, key), case in found.items():
        fact = metric(case["items"][0][0]).fact
        case["grid"] = known.get(key, {}).get("grid") if about == "application" else engine.rows(f"select min(grid) as grid from {fact} where key = ?", [key])[0]["grid"]
    return [{**case, "sources": list(case["sources"].values())} for case in sorted(found.values(), key=lambda c: (c["grid"] or "~", c["key"]))]


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: f"{a.ids[0]}-{a.verdict}")
def test_a_list_is_that_of_the_figures(sample_home, asked):
    engine = pipeline.reader(sample_home)
    expected = _expected(engine, asked)
    assert len(expected) > 2
    found = [case for at in range(0, len(expected) + 7, 7) for case in listing.shown(engine, asked, at, 7, "zh")]
    assert [{name: case[name] for name in expected[0]} for case in found] == expected
    summary = listing.summary(engine, asked)
    first = [case["items"][0][0] for case in expected]
    assert summary.n == len(expected) and summary.by_id == [(id, first.count(id)) for id in dict.fromkeys(first)]
    reasons = listing.reasons(engine, asked)
    assert sum(reasons.values()) == sum(len(case["items"]) for case in expected)
    if asked.verdict == "miss":
        told = record.applications(engine, [case["key"] for case in expected if case["about"] == "application"])
        causes = [cause for case in expected if case["about"] == "application" and (cause := told[case["key"]]["cause"])]
        assert all(dict(summary.by_cause)[cause] >= causes.count(cause) for cause in causes) and sum(dict(summary.by_cause).values()) == len(expected)


def test_facts_asked_for_by_their_moment_have_its_month(sample_home):
    """What goes through every row to write its month is asked for by the moment instead: both must say the same."""
    engine = pipeline.reader(sample_home)
    for fact in sorted(DATED):
        assert engine.rows(f"select count_if(month = strftime(dated_at, '%Y-%m')) = count(*) and count(*) > 0 as same from {fact}")[0]["same"], fact


def test_the_first_moment_of_a_month_belongs_to_it_and_the_last_does_too():
    with duckdb.connect() as con:
        con.execute("create table fact_inside as select unnest(?::timestamp[]) as dated_at", [["2024-04-30 23:59", "2024-05-01 00:00", "2024-05-31 23:59", "2024-06-01 00:00"]])
        condition, values = within(DuckEngine(con, "made up", datetime(2024, 7, 1)), "fact_inside", ["2024-05"])
        assert con.execute(f"select count(*), min(f.dated_at) from fact_inside as f where {condition}", values).fetchone() == (2, datetime(2024, 5, 1))


def test_sources_of_an_application_are_ledgers_that_name_it():
    assert {"charge", "followup"} <= set(told_by(metric("zero_fee")))
    assert told_by(metric("feedback_24h")) == []


def test_what_a_customer_said_has_the_reason_of_its_verdict(sample_home):
    rows = pipeline.reader(sample_home).rows("select verdict, reason, said, count(*) as n from fact_said group by all")
    expected = {"hit": lambda said: "agree", "miss": lambda said: "said_more" if said > 0 else "said_less", "unknown": lambda said: "not_said" if said is None else "ledger_silent"}
    assert {row["reason"] for row in rows} >= {"agree", "ledger_silent", "not_said"}
    assert not [row for row in rows if row["reason"] != expected[row["verdict"]](row["said"])]


def test_ratings_of_the_middle_and_above_are_no_misses():
    assert [metric(f"ratings_{whom}_{level}").verdict for whom in ("company", "manager") for level in (1, 2, 3, 4, 5)] == ["'miss'", "'miss'", "'hit'", "'hit'", "'hit'"] * 2


TERMS = [{"grid_code": f"G{n}", "grid_name": f"{n}号", "manager_id": f"M{n}", "manager_name": "某", "valid_from": "2022-01-01"} for n in (1, 2)]


def late(id, grid, ready="2024-05-06", gas="2024-05-09", **more):
    return {"app_id": id, "grid_code": grid, "applied_at": "2024-04-01", "ready_at": f"{ready} 09:00", "gas_on_at": f"{gas} 09:00", **more}


@pytest.fixture(scope="module")
def made():
    """Late in May in two grids and in none, one of them between two processes, one paid as well; in April one; appeals late too."""
    rows = [
        late("B2", "G1", miss_cause="雪"), late("B1", "G2", miss_cause="气表未到货"), late("A9", ""), late("A5", "G2", docs_requested_n="2"), late("C1", "G1", gas="2024-05-06", docs_requested_n="3"),
        late("C2", "G1", gas="2024-05-06"), late("D1", "G1", "2024-04-08", "2024-04-11"), {**late("E1", "G1"), "applied_at": "2023-01-05"},
    ]
    appeals = [{"case_id": "Q1", "app_id": "B1", "grid_code": "G1", "level": "一般", "accepted_at": "2024-05-06 09:00", "fb_customer_at": "2024-05-09 09:00", "miss_cause": "承办人员出差"},
               {"case_id": "Q2", "grid_code": "G2", "level": "一般", "accepted_at": "2024-05-06 09:00", "fb_customer_at": "2024-05-06 10:00"}]
    visits = [{"visit_id": "V1", "app_id": "B1", "kind": "通气", "direction": "上门", "arrived_at": "2024-05-09 08:00"}]
    return facts.engine(facts.typed({"application": rows, "appeal": appeals, "visit": visits, "term": TERMS}), datetime(2024, 6, 1))


def test_a_list_goes_by_grid_and_number_and_tells_each_case_once_with_all_that_was_not_kept(made):
    asked = listing.Asked(("zero_material", "valve_on_time", "feedback_24h"), "miss", ("2024-05",))
    found = listing.shown(made, asked, 0, 99, "zh")
    assert [(case["about"], case["grid"], case["key"], [id for id, _ in case["items"]], case["straddling"]) for case in found] == [
        ("application", "(未填)", "A9", ["valve_on_time"], False), ("application", "G1", "B2", ["valve_on_time"], False), ("application", "G1", "C1", ["zero_material"], False),
        ("application", "G1", "E1", ["valve_on_time"], False), ("appeal", "G1", "Q1", ["feedback_24h"], False), ("application", "G2", "A5", ["zero_material", "valve_on_time"], False),
        ("application", "G2", "B1", ["valve_on_time"], False),
    ]
    assert [case["key"] for at in range(0, 9, 2) for case in listing.shown(made, asked, at, 2, "zh")] == [case["key"] for case in found] and listing.shown(made, asked, 7, 5, "zh") == []
    summary = listing.summary(made, asked)
    first = list(dict.fromkeys(case["items"][0][0] for case in found))
    assert summary.n == 7 and [id for id, _ in summary.by_id] == first and dict(summary.by_id) == {"valve_on_time": 4, "zero_material": 2, "feedback_24h": 1}
    assert dict(summary.by_cause) == {None: 4, "雪": 1, "气表未到货": 1, "承办人员出差": 1}
    (one,) = [case for case in found if case["key"] == "Q1"]
    assert (one["app_id"], [(source["table"], source["row"]) for source in one["sources"]]) == ("B1", [("appeal", 2)])
    (two,) = [case for case in found if case["key"] == "A5"]
    item = dict(two["items"])
    assert item["zero_material"]["value"] == 2 and item["valve_on_time"]["verdict"] == "miss" and item["zero_material"]["reason"] != item["valve_on_time"]["reason"]
    assert [(source["table"], source["row"]) for source in two["sources"]] == [("application", 5)]


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({"regime": "1.5"}, ["B2", "B1", "A5", "A9", "E1"]), ({"regime": "11000"}, ["E1"]), ({}, ["B2", "B1", "A5", "A9", "E1"]), ({"where": {"grid": "G2"}}, ["A5", "B1"]),
        ({"where": {"manager": "M1"}, "months": ("2024-04", "2024-05")}, ["B2", "D1", "E1"]),
        ({"verdict": "hit"}, ["C1", "C2"]),
        ({"verdict": "unknown"}, []), ({"months": ("2024-04",)}, ["D1"]), ({"months": ("2024-03",)}, []), ({"where": {"grid": "G9"}}, []),
    ],
)
def test_a_list_is_of_the_process_the_months_and_of_whom_is_asked(made, options, keys):
    asked = listing.Asked(**{"ids": ("valve_on_time",), "verdict": "miss", "months": ("2024-05",), **options})
    found = listing.shown(made, asked, 0, 99, "zh")
    assert sorted(case["key"] for case in found) == sorted(keys) and listing.summary(made, asked).n == len(keys)
    assert {case["key"] for case in found if case["straddling"]} == ({"E1"} & set(keys) if "regime" in options else set())
    assert sum(listing.reasons(made, asked).values()) == len(keys) and all(item["verdict"] == asked.verdict for case in found for _, item in case["items"])
    if asked.verdict != "miss":
        assert [cause for cause, _ in listing.summary(made, asked).by_cause] == [None] * bool(keys), "only what was not kept has a cause"


def test_reasons_of_several_kpis_add_up(made):
    asked = listing.Asked(("valve_on_time", "zero_material"), "miss", ("2024-05",))
    found = listing.reasons(made, asked)
    assert found["over_limit"] == 5 and sum(found.values()) == 7


def test_an_appeal_of_the_number_of_an_application_is_another_case():
    rows = {"application": [late("7", "G1"), late("8", "G1")], "appeal": [{"case_id": "7", "grid_code": "G2", "level": "一般", "accepted_at": "2024-05-06 09:00", "fb_customer_at": "2024-05-09 09:00"}], "term": TERMS}
    engine = facts.engine(facts.typed(rows), datetime(2024, 6, 1))
    asked = listing.Asked(("valve_on_time", "feedback_24h"), "miss", ("2024-05",))
    assert [[(case["about"], case["key"], [id for id, _ in case["items"]]) for case in listing.shown(engine, asked, at, 2, "zh")] for at in (0, 2)] == [
        [("application", "7", ["valve_on_time"]), ("application", "8", ["valve_on_time"])], [("appeal", "7", ["feedback_24h"])]]
    assert listing.summary(engine, asked).by_id == [("valve_on_time", 2), ("feedback_24h", 1)]
