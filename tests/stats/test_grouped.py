"""Waits put together: between two rows of a curve the share still waiting, its variance and its interval are those of the curve over single cases."""

from __future__ import annotations

import duckdb
import pytest

from kpi.stats import grouped, survival

BEFORE = [(1.0, 1), (2.0, 2), (3.0, 1), (3.5, 0)]
TOGETHER = (5.0, 5.0, 6.0, 7.0)
"""Times of cases that nobody left from among them but with gas on."""


@pytest.mark.parametrize("later", [0, 1, 6])
def test_times_of_cases_put_together_are_those_of_the_curve(later):
    cases = [*BEFORE, *((days, 1) for days in TOGETHER), *[(9.0, 0)] * later]
    con = duckdb.connect()
    con.execute("create table cases as select unnest(?::double[]) as days, unnest(?::integer[]) as outcome", [list(column) for column in zip(*cases, strict=True)])
    curve = con.execute(f"with {survival.curve('select * from cases', ())} select days, s, v, low, high from curve where d1 > 0 order by days").fetchall()
    _, s_from, v_from, *_ = next(row for row in curve if row[0] == 3)
    one = f"select {len(TOGETHER) + later}.0::double as n_from, {s_from!r}::double as s_from, {v_from!r}::double as v_from, {list(TOGETHER)} as told"
    found = con.execute(f"select days, s, v, low, high from ({grouped.unbroken(one)}) as told order by days").fetchall()
    expected = [row for row in curve if row[0] >= 5]
    assert [row[0] for row in found] == [row[0] for row in expected] == [5, 6, 7]
    for mine, theirs in zip(found, expected, strict=True):
        # once nobody waits any more there is no interval, and its variance means nothing
        kept = slice(1, None) if theirs[1] else slice(1, 2)
        assert mine[kept] == pytest.approx(theirs[kept]) and (theirs[1] or mine[3:] == (None, None))
