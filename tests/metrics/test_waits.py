"""Waits that a build keeps are those reckoned of the cases: any precision, ties, open and cancelled cases among the connected, grids that change hands, spans before the first month."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest

from kpi.engine import DuckEngine
from kpi.metrics import rollups, waits
from kpi.metrics.compute import compute
from kpi.stats import survival
from tests.facts import engine, typed

FEW = ("whole_wait_median", "whole_wait_p85", "whole_wait_within_30", "cancelled_within_60", "whole_wait_net_median")
SPANS = ((None, None), ("2023-05", "2023-05"), ("2022-07", "2023-06"), ("2023-01", "2023-07"), ("2023-04", "2023-06"), ("2023-02", "2023-06"))


def equal(kept: Iterable[Mapping[str, Any]], reckoned: Iterable[Mapping[str, Any]]) -> None:
    """Rows are the same but for the last digits of numbers."""
    for one, other in zip(kept, reckoned, strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            exact = not isinstance(value, float) or not isinstance(other[name], float)
            assert value == other[name] if exact else math.isclose(value, other[name], rel_tol=1e-9, abs_tol=1e-12), (name, one, other)


def _ledgers(told: random.Random, count: int) -> dict[str, list[dict[str, str]]]:
    """Return applications of a few grids, written to the day, to the minute or either, and the terms of who holds the grids."""
    grids = ["G01", "G02", "G03"][: told.randrange(1, 4)]
    daily, lines = told.choice((0.0, 0.5, 1.0)), told.choice((("",), ("有", "无"), ("有", "无", "")))

    def written(at: datetime) -> str:
        return f"{at:%Y-%m-%d}" if told.random() < daily else f"{at:%Y-%m-%d %H:%M}"

    rows = []
    for number in range(count):
        applied = datetime(2023, told.choice((1, 3, 6)), 1) + timedelta(minutes=told.randrange(150 * 1440))
        row = {"app_id": f"A{number}", "applied_at": written(applied), "grid_code": told.choice(grids), "outside_line": told.choice(lines)}
        fate, days = told.random(), told.choice((told.expovariate(1 / 20), told.randrange(1, 5)))
        if fate < 0.75:
            row["gas_on_at" if fate < 0.6 else "cancelled_on"] = written(applied + timedelta(minutes=int(days * 1440) + 1))
        rows.append(row)
    terms = [(grid, told.choice(("M1", "M2")), "2022-01-01") for grid in grids] + [(grid, "M3", "2023-05-10") for grid in grids if told.random() < 0.4]
    stops = [
        {"stop_id": f"S{row['app_id']}", "app_id": row["app_id"], "reason": "用户未完工", "start_at": "2023-04-03", "end_at": "2023-04-20", "owner": "用户", "noticed_on": "2023-04-03"}
        for row in rows if told.random() < 0.3
    ]
    return {
        "application": rows, "clock_stop": stops if told.random() < 0.5 else [],
        "term": [{"grid_code": grid, "grid_name": grid, "manager_id": holder, "manager_name": f"{holder}某", "valid_from": since} for grid, holder, since in terms],
    }


@pytest.mark.parametrize("seed", range(2 + int(os.environ.get("KPI_WORLDS", "0"))))
def test_kept_waits_are_those_of_the_cases(seed, monkeypatch):
    monkeypatch.setattr(waits, "FEW", 0)
    told = random.Random(seed)
    plain = engine(typed(_ledgers(told, (400, 12, 5, 100)[seed % 4])), datetime(2023, told.randrange(5, 13), told.randrange(1, 28)))
    rollups.make(plain._connection)
    rolled = DuckEngine(plain._connection, "made up", plain.as_of, rolled=True)
    spans = SPANS if seed > 1 else SPANS[:4]
    for place, (by, where) in enumerate(((("manager", "grid"), {}), (("grid",), {"manager": "M3"}), (("outside_line",), {}), ((), {"grid": "G01"}))):
        for start, end in spans if not place or seed > 1 else spans[2:3]:
            asked = {"by": by, "where": where, "start": start, "end": end}
            equal(compute(rolled, FEW, **asked), compute(plain, FEW, **asked))


def test_within_a_quarter_of_a_day_cases_keep_their_order(monkeypatch):
    """March: half are connected on the fourth day, the next an hour after the tenth: the median is the middle. April: one leaves, then one of the two left is connected, then the other leaves.

    June: of four one is not watched beyond the hour in which another leaves, who is one of three by then.
    """
    monkeypatch.setattr(waits, "FEW", 0)
    march = [("G01", "gas_on_at", f"2023-03-{day} 06:00") for day in ("02", "03", "04", "05")] + [("G01", "gas_on_at", f"2023-03-11 {hour}:00") for hour in ("07", "08")] + [("G01", "", "")] * 2
    april = [("G01", "cancelled_on", "2023-04-11 06:30"), ("G02", "gas_on_at", "2023-04-11 07:00"), ("G02", "cancelled_on", "2023-04-11 08:00")]
    june = [("G01", "cancelled_on", "2023-07-18 01:30"), ("G01", "gas_on_at", "2023-07-21 06:00"), ("G01", "", "")]
    rows = [
        {"app_id": f"{month} {number}", "applied_at": f"{month}-01 06:00", "grid_code": grid} | ({name: at} if name else {})
        for month, cases in (("2023-03", march), ("2023-04", april), ("2023-06", june)) for number, (grid, name, at) in enumerate(cases)
    ]
    plain = engine(typed({"application": [*rows, {"app_id": "short", "applied_at": "2023-06-15 05:50", "grid_code": "G01"}]}), datetime(2023, 8, 1))
    rollups.make(plain._connection)
    for asked in (plain, DuckEngine(plain._connection, "made up", plain.as_of, rolled=True)):
        found = compute(asked, ["whole_wait_median"], start="2023-03", end="2023-04", over="months")
        assert [row["value"] for row in found] == pytest.approx([(4 + 10 + 1 / 24) / 2, 10 + 1 / 24])
        assert compute(asked, ["cancelled_within_60"], start="2023-06", end="2023-06", over="months")[0]["value"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("place", "other"), [("outside_line", "grid_code"), ("grid_code", "outside_line")])
def test_cases_of_several_places_keep_their_order_within_a_quarter_of_a_day(place, other, monkeypatch):
    """As above, of two lines of one grid or of one line in two grids: of the first place the case that turns it, of the second what hides it.

    April: one leaves, one of the two left is connected. May: one is connected, one leaves, the last is connected. June and July: one is no longer watched before another leaves.
    """
    monkeypatch.setattr(waits, "FEW", 0)
    cases = {
        "2023-04": [(0, "01 06:00", "cancelled_on", "04-11 06:30"), (1, "01 06:00", "gas_on_at", "04-11 07:00"), (1, "01 06:00", "cancelled_on", "04-11 08:00")],
        "2023-05": [(0, "01 06:00", "gas_on_at", "05-11 07:00"), (1, "01 06:00", "gas_on_at", "05-11 06:15"), (1, "01 06:00", "cancelled_on", "05-11 06:30")],
        "2023-06": [(0, "15 05:50", "", ""), (1, "01 06:00", "cancelled_on", "07-18 01:30"), (1, "15 02:00", "", ""), (1, "01 06:00", "gas_on_at", "07-21 06:00"), (1, "01 06:00", "", "")],
        "2023-07": [(1, "15 05:50", "", ""), (0, "01 06:00", "cancelled_on", "07-18 01:30"), (1, "01 06:00", "cancelled_on", "07-18 00:05"), (1, "01 06:00", "gas_on_at", "07-21 06:00"), (1, "01 06:00", "", "")],
    }
    words = {"grid_code": ("G01", "G02"), "outside_line": ("有", "无")}
    rows = [
        {"app_id": f"{month} {n}", "applied_at": f"{month}-{applied}", place: words[place][at], other: words[other][0]} | ({name: f"2023-{ended}"} if name else {})
        for month, told in cases.items() for n, (at, applied, name, ended) in enumerate(told)
    ]
    lone = {"app_id": "lone", "applied_at": "2023-01-05", place: words[place][0], other: words[other][1]}
    terms = [{"grid_code": grid, "grid_name": grid, "manager_id": "M1", "manager_name": "某", "valid_from": "2022-01-01"} for grid in words["grid_code"]]
    plain = engine(typed({"application": [*rows, lone], "term": terms}), datetime(2023, 8, 1))
    rollups.make(plain._connection)
    expected = {("whole_wait_median", "2023-04"): 10 + 1 / 24, ("whole_wait_p85", "2023-05"): 10 + 1 / 24, ("cancelled_within_60", "2023-06"): 1 / 4, ("cancelled_within_30", "2023-07"): 1 / 5 + 4 / 5 / 3}
    by = {"outside_line": "grid", "grid_code": "outside_line"}[place]
    for asked in (plain, DuckEngine(plain._connection, "made up", plain.as_of, rolled=True)):
        found = compute(asked, [id for id, _ in expected], start="2023-04", end="2023-07", by=(by,), over="months")
        told = {(row["metric"], row["month"], row[by]): row["value"] for row in found}
        for member in (None, words[other][0]):
            assert {key: told[*key, member] for key in expected} == pytest.approx(expected), member


def test_what_is_kept_is_looked_up(sample_home):
    """Months, twelve and three months and the year so far are read off the build; other spans, dimensions and moments are asked of the cases."""
    from kpi import pipeline

    class Watched(DuckEngine):
        def rows(self, sql, params=None):
            asked.append(sql)
            return super().rows(sql, params)

    found = pipeline.reader(sample_home)
    watched = Watched(found._connection, found.build, found.as_of, rolled=True)
    for question, kept in (
        ({"end": "2024-05", "over": "months"}, True), ({"start": "2023-06", "end": "2024-05", "over": "span", "where": {"manager": "M03"}}, True),
        ({"start": "2024-01", "end": "2024-05", "over": "span"}, True), ({"start": "2024-03", "end": "2024-05", "over": "span"}, True),
        ({"start": "2023-07", "end": "2024-05", "over": "span"}, False), ({"start": "2024-05", "end": "2024-05", "where": {"regime": "1.5"}}, False),
        ({"start": "2029-06", "end": "2030-05", "over": "span"}, False), ({"start": "2023-06", "end": "2024-05", "over": "span", "by": ("outside_line",)}, True),
        ({"start": "2023-06", "end": "2024-05", "over": "span", "by": ("outside_line",), "where": {"grid": "G01"}}, False),
        ({"end": "2024-05", "over": "months", "where": {"grid": "G01"}}, False), ({"end": "2024-05", "over": "months", "by": (), "where": {"outside_line": "有"}}, True),
        ({"end": "2024-05", "over": "months", "by": ("grid", "manager")}, True), ({"end": "2024-05", "over": "months", "by": ("grid", "outside_line")}, False),
    ):
        asked: list[str] = []
        compute(watched, ["whole_wait_median"], **{"by": ("grid",), **question})
        assert any("from wait_fact_wait" in sql for sql in asked) == kept and any("risks as" in sql for sql in asked) != kept


@pytest.mark.parametrize(("few", "kept"), [(4, True), (5, True), (6, False)])
def test_waits_of_few_applications_are_not_kept(few, kept, monkeypatch):
    monkeypatch.setattr(waits, "FEW", few)
    rows = [{"app_id": f"A{n}", "applied_at": "2023-03-01", "gas_on_at": f"2023-03-1{n}"} for n in range(5)]
    plain = engine(typed({"application": rows}), datetime(2023, 8, 1))
    rollups.make(plain._connection)
    rolled = DuckEngine(plain._connection, "made up", plain.as_of, rolled=True)
    assert plain.rows("select kept from waits_kept") == [{"kept": kept}]
    assert ("wait_fact_wait" in {row["name"] for row in plain.rows("select table_name as name from duckdb_tables()")}) == kept
    for asked in ({"start": "2023-03", "end": "2023-03"}, {"start": "2023-01", "end": "2023-07", "over": "span"}, {"start": "2023-06", "end": "2023-07"}):
        equal(compute(rolled, FEW, **asked), compute(plain, FEW, **asked))


@pytest.mark.parametrize("seed", range(6))
def test_cases_put_together_change_nothing(seed):
    """A curve over those connected between two who leave without gas, told as one row, has the shares, intervals and variances of the curve over the cases."""
    told = random.Random(seed)
    cases, day = [], 0
    for _ in range(told.randrange(2, 12)):
        run = [(day := day + 1, 1) for _ in range(told.randrange(0, 6))] + [(day := day + 1, 2) for _ in range(told.randrange(0, 3))] + [(day := day + 1, 0) for _ in range(told.randrange(0, 4))]
        cases += [(*case, run[-1][0]) for case in run]
    con = duckdb.connect()
    con.execute("create table cases as select unnest(?::double[]) as days, unnest(?::integer[]) as outcome, unnest(?::double[]) as until", [list(column) for column in zip(*cases, strict=True)])
    together = "select until as days, count_if(outcome = 1) as d1, count_if(outcome = 2) as d2, count(*) as m from cases group by until"
    edges = sorted({until for *_, until in cases})
    parts = [survival.within(most, outcome, f"w{outcome}{most}", ()) for most in edges for outcome in (1, 2)]

    def told_of(source: str, **how: bool) -> list[float | None]:
        curve = f"with {survival.curve(source, (), **how)}"
        at = con.execute(f"{curve} select s, v, low, high, before * (1 - (d1 + d2) / n), f1, f2, last from curve where days in (select until from cases) order by days").fetchall()
        shares = con.execute(f"{curve}, marked as (select *, {', '.join(row for row, _ in parts)} from curve) select {', '.join(pick for _, pick in parts)} from marked").fetchone()
        return [value for row in (*at, shares) for value in row]

    for one, other in zip(told_of("select days, outcome from cases"), told_of(together, told=True), strict=True):
        assert one == other if one is None or other is None else one == pytest.approx(other, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("count", "kept"), [(999, False), (1000, True)])
def test_waits_are_kept_of_a_thousand_applications(count, kept):
    con = duckdb.connect()
    con.execute("create table app_stored as select unnest(range(?)) as key", [count])
    waits.make(con, {}, ())
    assert con.execute("select kept from waits_kept").fetchall() == [(kept,)]
