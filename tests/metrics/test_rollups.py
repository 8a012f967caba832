"""Figures read off the sums that a build keeps are those reckoned of the facts, whatever is asked."""

from __future__ import annotations

import random
from datetime import datetime

import duckdb
import pytest

from kpi import pipeline
from kpi.engine import DuckEngine
from kpi.metrics import marks, quantiles, rollups
from kpi.metrics.compute import compute, span
from kpi.metrics.registry import METRICS
from tests.facts import engine
from tests.oracle.world import World

ASKED = [
    ((), {}, None, None),
    (("grid",), {}, "2024-03", "2024-05"),
    (("grid",), {"regime": "1.5"}, "2024-05", "2024-05"),
    (("manager",), {"grid": "G01"}, None, "2024-02"),
    (("build_mode", "outside_line"), {"park": "(未填)"}, "2024-04", None),
]


def _both(rolled: DuckEngine, *asked) -> None:
    plain = DuckEngine(rolled._connection, rolled.build, rolled.as_of)
    by, where, start, end = asked
    kept, reckoned = (compute(e, by=by, where=where, start=start, end=end) for e in (rolled, plain))
    assert kept and kept == reckoned
    assert span(rolled) == span(plain)


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: "-".join((*a[0], *a[1])) or "total")
def test_samples(sample_home, asked):
    found = pipeline.reader(sample_home)
    assert found.rolled and not pipeline.reader(sample_home, "2024-05-01").rolled
    _both(found, *asked)


@pytest.mark.parametrize("seed", [5])
def test_random_ledgers(seed):
    found = engine(World(seed).rows, datetime(2023, 6, 20))
    for name, select in rollups.statements():
        found._connection.execute(f"create table {name} as {select}")
    rolled = DuckEngine(found._connection, "made up", found.as_of, rolled=True)
    for by in ((), ("grid", "regime")):
        _both(rolled, by, {}, None, None)
    ids = [metric.id for metric in METRICS]
    assert marks.provisional(rolled, ids) == marks.provisional(found, ids)


def test_no_rows():
    found = engine({}, datetime(2023, 6, 20))
    for name, select in rollups.statements():
        found._connection.execute(f"create table {name} as {select}")
    _both(DuckEngine(found._connection, "made up", found.as_of, rolled=True), ("grid",), {}, None, None)


def test_quantiles_are_those_of_the_rows():
    """Repeated values, values known only as bounds, one value, none: the same as of the rows one by one."""
    told = random.Random(4)
    rows = [(group, told.choice((None, 0.5, told.random())), told.random(), told.randrange(1, 4)) for group in "abc" for _ in range(told.randrange(1, 40))] + [("d", None, 1.0, 1)]
    con = duckdb.connect()
    con.execute("create table h (g varchar, value double, low double, n bigint)")
    con.executemany("insert into h values (?, ?, ?, ?)", rows)
    shares = (0.5, 0.85, 1.0)
    source = "(select g, value, low, cast(null as double) as high, n from h) as told"
    found = {row[0]: row[1:] for row in con.execute(quantiles.statement(source, ("g",), "(g, side, x), (side, x)", shares)).fetchall()}
    picks = ", ".join(f"quantile_cont({side}, {p}) filter ({side} is not null)" for p in shares for side in ("value", "low"))
    each = "(select g, value, low from h join (select unnest(range(1, 4)) as i) as k on k.i <= h.n) as each"
    for group, *expected in con.execute(f"select g, {picks} from {each} group by grouping sets ((g), ())").fetchall():
        values = [value for i in range(len(shares)) for value in found[group][3 * i : 3 * i + 2]]
        assert values == [None if value is None else pytest.approx(value, rel=1e-15) for value in expected]
        assert not any(found[group][3 * i + 2] for i in range(len(shares)))
