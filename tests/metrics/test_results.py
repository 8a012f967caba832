"""The one shape of every result: what was not found is null, counts are 0, shares have both ranges, and no number is infinite."""

from __future__ import annotations

import math

import pytest

from kpi.metrics.registry import metric
from kpi.metrics.results import FIELDS, result
from kpi.stats.intervals import evidence, wilson

NOTHING = {"value": None, "hits": None, "n": 0, "unknown": 0, "convention": 0, "evidence_low": None, "evidence_high": None, "chance_low": None, "chance_high": None}


def told(id, **found):
    return result(metric(id), "2024-05", ("grid", "regime"), ("G1", None), found)


@pytest.mark.parametrize(("id", "hits"), [("valve_on_time", 0), ("valve_time_p50", None), ("open_cases", None), ("mean_rating_company", None), ("whole_wait_median", None)])
def test_nothing_found_is_nothing_told(id, hits):
    asked = metric(id)
    assert told(id) == told(id, n=None, unknown=None, convention=None, hits=None) == {"metric": id, "code": asked.code, "month": "2024-05", "grid": "G1", "regime": None, **NOTHING, "hits": hits, "unit": asked.unit}
    assert tuple(told(id))[5:] == FIELDS


def test_a_share_is_of_those_judged_with_the_ranges_of_chance_and_of_evidence():
    row = told("valve_on_time", hits=41, n=43, unknown=4, convention=2, value=9)
    assert (row["value"], row["hits"], row["n"], row["unknown"], row["convention"]) == (41 / 43, 41, 43, 4, 2)
    assert (row["evidence_low"], row["evidence_high"]) == evidence(41, 43, 4) == (41 / 47, 45 / 47) and (row["chance_low"], row["chance_high"]) == wilson(41, 43)
    unknown = told("valve_on_time", unknown=3)
    assert (unknown["value"], unknown["hits"], unknown["evidence_low"], unknown["evidence_high"], unknown["chance_low"]) == (None, 0, 0, 1, None)
    assert (told("valve_on_time", n=2)["value"], told("valve_on_time", n=2)["chance_low"]) == (0, 0)


def test_a_count_of_no_row_has_no_value():
    assert told("open_cases", n=0, value=0)["value"] is None and told("open_cases", n=3, value=3)["value"] == 3 and told("user_charge_amount", n=2, value=1500.5)["value"] == 1500.5


def test_values_and_ranges_stand_as_they_were_found():
    row = told("valve_time_p50", value=0.5, n=3, unknown=1, evidence_low=0.25, evidence_high=0.75, chance_low=0.1, chance_high=0.9)
    assert [row[name] for name in ("value", "evidence_low", "evidence_high", "chance_low", "chance_high", "hits")] == [0.5, 0.25, 0.75, 0.1, 0.9, None]


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_no_number_is_infinite(number):
    names = ("value", "evidence_low", "evidence_high", "chance_low", "chance_high")
    row = told("valve_time_p50", n=3, **dict.fromkeys(names, number))
    assert [row[name] for name in names] == [None] * 5 and row["n"] == 3
