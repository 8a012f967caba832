"""One application: what counted of its half working day adds up to the bound of its verdict, and every dated row is told once."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi import pipeline
from kpi.metrics import record, story
from kpi.metrics.cases import cases
from kpi.metrics.compute import span
from kpi.metrics.registry import METRICS
from tests.facts import engine
from tests.oracle.world import World


@pytest.fixture(scope="module", params=["samples", 5])
def found(request, sample_home):
    return pipeline.reader(sample_home) if request.param == "samples" else engine(World(request.param).rows, datetime(2023, 6, 20))


def test_half_days_add_up_to_the_bound_of_the_verdict(found):
    judged = found.rows("select app_id, reason, high_wd from fact_valve where app_id is not null and high_wd is not null order by app_id limit 150")
    assert judged
    for row in judged:
        told = story.clock(found, row["app_id"])
        assert told["wd"] == pytest.approx(row["high_wd"], abs=1e-9), row
        for half in told["halves"]:
            assert half["counted"] + half["stopped"] == pytest.approx(half["whole"], abs=1e-9)
            assert 0 <= half["counted"] <= half["whole"] <= 0.5
            assert half["part"] or not half["whole"]
            if half["part"]:
                # of the same session minutes and half-day units are in proportion
                minutes = (half["to"] - half["since"]).total_seconds() / 60
                assert half["since"].date() == half["to"].date() == half["date"] and half["whole"] == pytest.approx(minutes / (210 if half["part"] == "am" else 180) / 2, abs=0.005), half


def test_what_stood_still_names_its_cause(found):
    stopped = found.rows("select distinct s.app_id from stop as s join fact_valve as v on v.app_id = s.app_id order by 1")
    halves = [half for row in stopped for half in (story.clock(found, row["app_id"]) or {"halves": []})["halves"] if half["stopped"]]
    assert halves and all(half["stops"] for half in halves)


def test_without_a_start_nothing_is_counted(found):
    row = found.rows("select app_id from app where start_from is null and app_id is not null limit 1")
    assert row and story.clock(found, row[0]["app_id"]) is None
    assert story.clock(found, "none such") is None


def test_every_dated_cell_is_told_once(found):
    id = found.rows("select app_id from visit where app_id in (select app_id from charge) group by app_id order by count(*) desc, app_id limit 1")[0]["app_id"]
    told = story.events(found, id)
    assert [e["at"] for e in told] == sorted(e["at"] for e in told)
    for table, (dates, _) in story.RECORDED.items():
        cells = sum(row["n"] for row in found.rows(f"select {' + '.join(f'count({name})' for name in dates)} as n from {table} where {story.OWN.get(table, 'app_id = ?')}", [id]))
        assert cells == sum(e["table"] == table for e in told), table
    assert all(e["ahead"] == (e["at"] >= found.as_of) for e in told)


def test_cases_of_one_application_are_those_of_all(found):
    id = found.rows("select app_id from fact_connection where app_id is not null order by app_id limit 1")[0]["app_id"]
    months = span(found)
    for metric in (m for m in METRICS if m.table == "application"):
        every = cases(found, metric.id, start=months[0], end=months[-1])
        assert cases(found, metric.id, start=months[0], end=months[-1], app_id=id) == [case for case in every if case["key"] == id], metric.id


def test_search_needs_a_number_or_two_signs_of_a_name(sample_home):
    engine = pipeline.reader(sample_home)
    row = engine.rows("select app_id, customer_name from application where customer_name is not null order by app_id limit 1")[0]
    assert [r["app_id"] for r in record.search(engine, row["app_id"].lower(), 5)] == [row["app_id"]]
    assert row["app_id"] in [r["app_id"] for r in record.search(engine, row["customer_name"], 50)]
    assert record.search(engine, row["customer_name"][0], 5) == []
    assert record.search(engine, "%' or 1=1 --", 5) == []
    assert len(record.search(engine, "BZ", 5)) == 5
