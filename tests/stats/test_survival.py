"""Kaplan-Meier and Aalen-Johansen as the product runs them, against published figures and plain arithmetic."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import median

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.stats import survival

LUNG = [(float(r["days"]), int(r["outcome"]), r["unit"]) for r in csv.DictReader((Path(__file__).parent / "lung.csv").open())]
"""Survival of 228 lung cancer patients (Loprinzi 1994), the standard example of R's survival package; unit is the sex."""


def ask(rows, days=365, outcome=1):
    """Return the product's answers for rows of (days, outcome)."""
    con = duckdb.connect()
    con.execute("create table source (days double, outcome integer)")
    con.executemany("insert into source values (?, ?)", [row[:2] for row in rows])
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
