"""Kaplan-Meier and Aalen-Johansen as the product runs them, against published figures and plain arithmetic."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import median

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kpi.stats import grouped, survival

LUNG = [(float(r["days"]), int(r["outcome"]), r["unit"]) for r in csv.DictReader((Path(__file__).parent / "lung.csv").open())]
"""Survival of 228 lung cancer patients (Loprinzi 1994), the standard example of R's survival package; unit is the sex."""


CON = duckdb.connect()


def loaded(rows):
    """Return a connection with rows of (days, outcome) as the table source."""
    con = CON.cursor()
    con.execute("create or replace table source as select unnest(?::double[]) as days, unnest(?::integer[]) as outcome", [list(column) for column in zip(*(row[:2] for row in rows), strict=True)])
    return con


def ask(rows, days=365, outcome=1):
    """Return the product's answers for rows of (days, outcome)."""
    con = loaded(rows)
    row, pick = survival.within(days, outcome, "w", ())
    sql = (
        f"with {survival.curve('select * from source', ())}, marked as (select *, {row} from curve), picked as (select {survival.quantile(0.5, 'm')},"
        f" {survival.quantile(0.25, 'a')}, {survival.quantile(0.75, 'b')}, {pick} from marked) select *, {survival.log_log('w', 'w_v', 'w')} from picked"
    )
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def test_lung_gold():
    found = ask(LUNG)
    assert (found["m"], found["m_low"], found["m_high"]) == (310, 284, 361)
    assert (found["a"], found["b"]) == (170, 550)
    assert found["w"] == pytest.approx(1 - 0.409242, abs=1e-6)
    assert (found["w_low"], found["w_high"]) == (pytest.approx(1 - 0.478381, abs=1e-6), pytest.approx(1 - 0.338714, abs=1e-6))
    for unit, gold in (("1", (270, 210, 306, 144, 457)), ("2", (426, 345, 524, 226, 687))):
        one = ask([r for r in LUNG if r[2] == unit])
        assert (one["m"], one["m_low"], one["m_high"], one["a"], one["b"]) == gold


def test_flat_stretch_is_its_middle():
    assert ask([(1, 1), (2, 1), (3, 0), (4, 1)])["m"] == 3


def test_never_reached_is_null():
    found = ask([(1, 1), (5, 0), (5, 0), (5, 0)], days=10)
    assert found["m"] is None
    assert found["w"] is None, "nobody was watched for 10 days"


def test_competing_outcome_is_no_closure():
    rows = [(10, 1), (20, 1), (90, 0), (15, 2)]
    assert ask(rows, days=30)["w"] == pytest.approx(0.5)
    assert ask(rows, days=30, outcome=2)["w"] == pytest.approx(0.25)
    assert ask(rows)["m"] == 20


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_with_nothing_open_the_median_is_the_plain_one(days):
    assert ask([(d, 1) for d in days])["m"] == median(days)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1)), min_size=1, max_size=40))
def test_beside_scipy(rows):
    """Survival and its log-log interval on every day, ties, zero days and open cases included."""
    found = loaded(rows).execute(f"with {survival.curve('select * from source', ())} select days, s, low, high from curve order by days").fetchall()
    other = stats.ecdf(stats.CensoredData.right_censored([float(d) for d, _ in rows], [not o for _, o in rows])).sf
    band = other.confidence_interval(method="log-log")
    days = [float(q) for q in other.quantiles]
    for day, share, low, high in found:
        place = days.index(day)
        assert share == pytest.approx(other.probabilities[place], abs=1e-12)
        if 1e-12 < share < 1 - 1e-12:
            assert (low, high) == pytest.approx((band.low.probabilities[place], band.high.probabilities[place]), abs=1e-9)
        else:
            assert low is None and high is None


def test_a_quantile_of_ties_and_of_nothing():
    assert ask([(5, 1)] * 4)["m"] == 5 and ask([(0, 1), (0, 1), (0, 1), (9, 0)])["m"] == 0, "a day of 0 is a day"
    assert ask([(3, 0)] * 4)["m"] is None
    found = ask([(1, 1), (2, 0)])
    assert found["m"] == 1, "flat to the end: there is no middle, the first day stands"
    both = ask([(4, 1), (4, 0), (4, 0), (4, 1), (6, 1)])
    assert both["m"] == 6, "closures come before what is open on the same day"


@pytest.mark.parametrize(
    ("d1", "s", "v", "s_from", "v_from", "may"),
    [
        (2, 0.88, 0.0002, 0.9, 0.0001, False), (2, 0.49, 0.0002, 0.51, 0.0001, True), (2, 0.3, 0.0002, 0.32, 0.0001, False), (0, 0.49, 0.0002, 0.51, 0.0001, False),
        (2, 0.5, 0.3, 0.6, 0.3, True), (2, 0.25, 0.3, 0.5, 0.3, True), (2, 0.6, 0.02, 0.62, 0.005, True), (2, 0.99, 0.0001, 1, 0, True), (2, 0, 0.3, 0.1, 0.2, True),
    ],
    ids=["above", "crossed", "below", "nobody", "reached", "left", "interval", "first", "ended"],
)
def test_where_the_median_may_lie(d1, s, v, s_from, v_from, may):
    """Between two rows of cases put together: where the share or an end of its interval passes a half or stands on it, and at either end of the curve, where there is no interval."""
    (told,) = CON.execute(f"select {grouped.crossed([0.5])} from (select ? as d1, ?::double as s, ?::double as v, ?::double as s_from, ?::double as v_from)", [d1, s, v, s_from, v_from]).fetchone()
    assert told == may


EDGE = survival.FLAT
"""A share still waiting that far from a level stands on it."""


def test_a_share_as_near_a_level_as_may_be_stands_on_it():
    """Of the last quantile the level is 0: a curve at 1e-9 has reached it, one at twice that has not; once it falls on, the middle stands."""
    def asked(*rows):
        listed = " union all ".join(f"select {days!r}::double as days, {s!r}::double as s, null::double as low, null::double as high" for days, s in rows)
        return CON.execute(f"with curve as ({listed}) select m from (select {survival.quantile(1.0, 'm')} from curve)").fetchone()[0]

    assert asked((3.0, 0.5), (7.0, EDGE)) == 7 and asked((3.0, 0.5), (7.0, 2 * EDGE)) is None and asked((3.0, 0.5), (7.0, 2 * EDGE), (9.0, 0.0)) == 9
    assert asked((3.0, 0.5), (7.0, EDGE), (9.0, EDGE)) == 7, "the first day on it counts"


@pytest.mark.parametrize(
    ("s", "s_from", "shares", "may"),
    [(EDGE, 0.4, [1.0], True), (2 * EDGE, 0.4, [1.0], False), (0.3, 0.5 - EDGE, [0.5], True), (0.3, 0.5 - 3 * EDGE, [0.5], False), (0.3, 0.5 - 3 * EDGE, [0.5, 0.6], True)],
)
def test_a_quantile_may_lie_where_a_row_stands_as_near_its_level_as_may_be(s, s_from, shares, may):
    assert 0.5 - EDGE + EDGE == 0.5
    (told,) = CON.execute(f"select {grouped.crossed(shares)} from (select 2 as d1, ?::double as s, 0::double as v, ?::double as s_from, 0::double as v_from)", [s, s_from]).fetchone()
    assert told == may


def test_the_end_of_an_interval_may_lie_just_on_the_level():
    """Without variance the interval is the share itself: from 0.6 to 0.5 and from 0.5 to 0.4 it stands on a half."""
    for s, s_from, may in ((0.5, 0.6, True), (0.4, 0.5, True), (0.55, 0.6, False), (0.4, 0.45, False)):
        (told,) = CON.execute(f"select {grouped.crossed([0.5])} from (select 1 as d1, ?::double as s, 0::double as v, ?::double as s_from, 0::double as v_from)", [s, s_from]).fetchone()
        assert told == may
