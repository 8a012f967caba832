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
