"""Figures read off the sums that a build keeps are those reckoned of the facts, whatever is asked."""

from __future__ import annotations

import random
from datetime import datetime

import duckdb
import pytest

from kpi import pipeline
from kpi.engine import DuckEngine
from kpi.metrics import marks, quantiles, rollups, tallies, waits
from kpi.metrics.compute import compute, span
from kpi.metrics.registry import METRICS, metric
from tests.facts import engine, typed
from tests.metrics.test_waits import equal
from tests.oracle.world import World

ASKED = [
    ((), {}, None, None),
    (("grid",), {}, "2024-03", "2024-05"),
    (("grid",), {"regime": "1.5"}, "2024-05", "2024-05"),
    (("manager",), {"grid": "G01"}, None, "2024-02"),
    (("build_mode", "outside_line"), {"park": "(未填)"}, "2024-04", None),
]


SPREAD = [metric.id for metric in METRICS if metric.kind == "quantile"]


def _both(rolled: DuckEngine, *asked) -> None:
    plain = DuckEngine(rolled._connection, rolled.build, rolled.as_of)
    by, where, start, end = asked
    kept, reckoned = (compute(e, by=by, where=where, start=start, end=end) for e in (rolled, plain))
    assert kept
    equal(kept, reckoned)
    assert span(rolled) == span(plain)


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: "-".join((*a[0], *a[1])) or "total")
def test_samples(sample_home, asked):
    found = pipeline.reader(sample_home)
    assert found.rolled and not pipeline.reader(sample_home, "2024-05-01").rolled
    _both(found, *asked)


SPANS = (("2023-01", "2023-06"), ("2022-07", "2023-06"), ("2023-03", "2023-05"), ("2023-05", "2023-05"), ("2023-02", "2023-06"))
"""The year so far, twelve and three months, a month; and five months, which are not kept."""


class Watched(DuckEngine):
    """Tells of each question whether quantiles were read off the build, and whether they were reckoned of the rows."""

    def rows(self, sql, params=None):
        self.kept |= "from quantile_" in sql
        self.reckoned |= "quantile_cont(" in sql
        return super().rows(sql, params)


def _watched(of: DuckEngine) -> Watched:
    found = Watched(of._connection, of.build, of.as_of, rolled=True)
    found.kept = found.reckoned = False
    return found


def test_quantiles_of_spans_are_looked_up(sample_home):
    """Of twelve and three months and the year so far, by grid, manager and process; other spans, dimensions and months to come are reckoned of the rows. Either way they are the same."""
    found = pipeline.reader(sample_home)
    plain = DuckEngine(found._connection, found.build, found.as_of)
    apart = 0
    for asked, kept in (
        ({"start": "2023-06", "end": "2024-05", "by": ("grid",), "where": {"regime": "1.5"}}, True), ({"start": "2024-01", "end": "2024-05", "by": ("manager", "regime")}, True),
        ({"start": "2024-03", "end": "2024-05", "by": ("grid", "manager", "regime")}, True), ({"start": "2024-02", "end": "2024-05"}, False),
        ({"start": "2024-03", "end": "2024-05", "by": ("build_mode",)}, False), ({"start": "2029-06", "end": "2030-05"}, False),
    ):
        watched = _watched(found)
        rows = compute(watched, SPREAD, **asked, over="span")
        assert (watched.kept, watched.reckoned) == (kept, not kept), asked
        equal(rows, compute(plain, SPREAD, **asked, over="span"))
        apart += sum(kept and row["value"] is not None and row["evidence_low"] not in (None, row["value"]) for row in rows)
    assert apart, "no bound but the value was compared"


@pytest.mark.parametrize("seed", [5])
def test_random_ledgers(seed):
    found = engine(World(seed).rows, datetime(2023, 6, 20))
    rollups.make(found._connection)
    rolled = DuckEngine(found._connection, "made up", found.as_of, rolled=True)
    for by in ((), ("grid", "regime")):
        _both(rolled, by, {}, None, None)
    for nth, (start, end) in enumerate(SPANS):
        by = (("manager", "regime"), ("grid",), ())[nth % 3]
        watched = _watched(rolled)
        equal(compute(watched, SPREAD, by=by, start=start, end=end), compute(found, SPREAD, by=by, start=start, end=end))
        assert watched.kept and watched.reckoned == (nth == 4)
    ids = [metric.id for metric in METRICS]
    assert marks.provisional(rolled, ids) == marks.provisional(found, ids)


def test_no_rows():
    found = engine({}, datetime(2023, 6, 20))
    rollups.make(found._connection)
    _both(DuckEngine(found._connection, "made up", found.as_of, rolled=True), ("grid",), {}, None, None)


def test_an_empty_table_of_another_file_says_nothing_of_ours():
    found = engine(typed(metric("feedback_24h").example.rows), datetime(2024, 6, 1))
    found._connection.execute("attach ':memory:' as other; create table other.fact_appeal as from fact_appeal limit 0")
    rollups.make(found._connection)
    kept, reckoned = (compute(one, ["feedback_24h"]) for one in (DuckEngine(found._connection, "made up", found.as_of, rolled=True), found))
    assert kept == reckoned and sum(row["n"] for row in kept)


def test_what_only_counts_sums_no_amount_and_has_no_quantile():
    for one in METRICS:
        sums = any(tallies.kind(sql) != "bigint" for sql in tallies.tallies(one).values())
        assert tallies.counting(one) == (one.kind in ("ratio", "count") and not sums), one.id
    assert {one.kind for one in METRICS if tallies.counting(one)} == {"ratio", "count"}


def test_quantiles_are_those_of_the_rows():
    """Repeated values, values known only as bounds, one value, none: the same as reckoned from the sorted rows one by one."""
    told = random.Random(4)
    rows = [(group, told.choice((None, 0.5, told.random())), told.random()) for group in "abc" for _ in range(told.randrange(1, 40))] + [("d", None, 1.0)]
    con = duckdb.connect()
    con.execute("create table f (g varchar, value double, low double)")
    con.executemany("insert into f values (?, ?, ?)", rows)
    shares = (0.5, 0.85, 1.0)
    answer = con.execute(quantiles.statement("f", {("true", "value", "low", "null"): ("s0", shares)}, ("g",), [("g",), ()], "true")).fetchall()
    assert {row[0] for row in answer} == {*"abcd", None}
    for group, value, low, high in answer:
        for found, place in ((value, 1), (low, 2)):
            known = sorted(row[place] for row in rows if group in (None, row[0]) and row[place] is not None)
            assert (found is None) == (not known)
            for share, one in zip(shares, found or (), strict=False):
                at, rest = divmod((len(known) - 1) * share, 1)
                assert one == pytest.approx(known[int(at)] * (1 - rest) + known[min(int(at) + 1, len(known) - 1)] * rest, rel=1e-12)
        assert high is None


def test_quantiles_asked_together_keep_to_their_own_rows():
    """Two spreads over rows of two kinds: each group has a row where one of them has a value, a key by which it is not grouped is null, and a side that is not asked for is too."""
    con = duckdb.connect()
    con.execute("create table f as select * from (values ('a', 'x', 1.0, 0.5, 1), ('a', 'x', 3.0, null, 1), ('a', 'y', null, null, 2), ('b', 'y', null, 2.0, 2), ('c', 'y', 9.0, 9.0, 3)) as t(g, h, value, low, kind)")
    asked = {("kind = 1", "value", "low", "null"): ("s0", (0.5, 1.0)), ("kind = 2", "low", "null", "null"): ("s1", (0.5,))}

    def told(sets, **how):
        cursor = con.execute(quantiles.statement("f", asked, ("g", "h"), sets, **{"condition": "true", **how}))
        names = [column[0] for column in cursor.description]
        return sorted((dict(zip(names, row, strict=True)) for row in cursor.fetchall()), key=str)

    blank = dict.fromkeys(("s0_value", "s0_low", "s0_high", "s1_value", "s1_low", "s1_high"))
    a, b = ({"g": "a", "h": None, **blank, "s0_value": [2, 3], "s0_low": [0.5, 0.5]}, {"g": "b", "h": None, **blank, "s1_value": [2]})
    assert told([("g",)]) == [a, b] and told([("g",), ()]) == sorted([a, b, {"g": None, "h": None, **blank, "s0_value": [2, 3], "s0_low": [0.5, 0.5], "s1_value": [2]}], key=str)
    assert told([("g",)], sides=("low",)) == [a | {"s0_value": None}] and told([("g", "h")], condition="g = 'b'") == [b | {"h": "y"}] and told([("g",)], sides=()) == []


def test_shares_of_one_spread_are_asked_once_in_their_order():
    ids = ("valve_time_max", "valve_time_p50", "valve_on_time", "company_time_p85")
    assert quantiles.spreads(map(metric, ids)) == {quantiles.spread(metric("valve_time_p50")): ("s0", (0.5, 1.0)), quantiles.spread(metric("company_time_p85")): ("s1", (0.85,))}


@pytest.mark.parametrize("asked", [("2024-03", "2024-05"), ("2024-05", "2024-05")], ids=["months", "month"])
def test_months_and_span_are_asked_for_apart(sample_home, asked):
    found = pipeline.reader(sample_home)
    every = compute(found, by=("grid",), start=asked[0], end=asked[1])
    for over, kept in (("months", True), ("span", False)):
        assert compute(found, by=("grid",), start=asked[0], end=asked[1], over=over) == [row for row in every if (row["month"] is not None) == kept]


def test_times_without_stops_are_looked_up_where_no_stop_is_told(monkeypatch):
    """Of connections that nothing held up the time of the company is the whole time: the build keeps it once and it reads the same, net and whole; the lower half and the longest differ."""
    monkeypatch.setattr(waits, "FEW", 0)
    rows = [
        {"app_id": f"{month} {n}", "grid_code": f"G{n % 2 + 1}", "applied_at": f"2023-0{month}-0{n + 1} 09:00", "ready_at": f"2023-0{month}-1{n} 09:00", "gas_on_at": f"2023-0{month}-{10 + n + n * n % 8} 1{n % 3}:00"}
        for month in (4, 5, 6) for n in range(7)
    ]
    terms = [{"grid_code": f"G{n}", "grid_name": f"{n}号", "manager_id": f"M{n}", "manager_name": "某", "valid_from": "2022-01-01"} for n in (1, 2)]
    found = engine(typed({"application": rows, "term": terms}), datetime(2023, 9, 1))
    rollups.make(found._connection)
    rolled = DuckEngine(found._connection, "made up", found.as_of, rolled=True)
    ids = [*SPREAD, *(metric.id for metric in METRICS if metric.kind == "wait")]
    for by, over, where in ((("grid", "manager"), "months", {}), (("grid",), "span", {"regime": "1.5"}), ((), "both", {"manager": "M2"})):
        watched = _watched(rolled)
        kept = compute(watched, ids, by=by, start="2023-04", end="2023-06", over=over, where=where)
        equal(kept, compute(found, ids, by=by, start="2023-04", end="2023-06", over=over, where=where))
        assert watched.kept and not watched.reckoned
        value = {row["metric"]: row["value"] for row in kept if all(row[name] is None for name in by)}
        assert value["valve_time_gross_p50"] == value["valve_time_p50"] < value["valve_time_gross_p85"] == value["valve_time_p85"] < value["valve_time_max"]
        assert value["company_time_gross_p50"] == value["company_time_p50"] < value["company_time_gross_p85"]
    watched, asked = _watched(rolled), {"start": "2023-01", "end": "2023-08", "over": "span"}
    equal(compute(watched, ids, **asked), compute(found, ids, **asked))
    assert watched.kept and not watched.reckoned, "the year so far, to the last month that has begun, whose cases all came before"


def test_a_kpi_is_marked_in_the_months_in_which_its_own_cases_rest_on_provisional_days():
    """The calendar of 2027 is provisional: of matters with 24 hours one fell due in it, of those with three working days one did before it and one in February."""
    rows = [{"case_id": f"Q{n}", "level": level, "accepted_at": f"{day} 09:00"} for n, (level, day) in enumerate((("一般", "2027-01-05"), ("一般", "2026-12-01"), ("复杂", "2026-12-02"), ("复杂", "2027-02-02")))]
    found = engine(typed({"appeal": rows}), datetime(2027, 6, 1))
    rollups.make(found._connection)
    for asked in (found, DuckEngine(found._connection, "made up", found.as_of, rolled=True)):
        assert marks.provisional(asked, ["feedback_24h", "feedback_3wd", "zero_fee"]) == {"feedback_24h": ["2027-01"], "feedback_3wd": ["2027-02"]}
        assert marks.provisional(asked, ["K34", "feedback_3wd"], "2027-01", "2027-01") == {"feedback_24h": ["2027-01"]} == marks.provisional(asked, ["feedback_24h"], end="2027-01")
        assert marks.provisional(asked, ["feedback_24h", "feedback_3wd"], "2027-02") == {"feedback_3wd": ["2027-02"]} and marks.provisional(asked, [], "2027-02") == {}
