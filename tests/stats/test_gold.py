"""Published figures that the product's own SQL must reproduce to their last digit, and where each of them is held.

Not in the product, therefore not here: Byar's interval of counts, funnels of standardised ratios (SHMI), I', t and g charts, Anhoej's runs, James-Stein
shrinkage of means, the log-rank test.
"""

from __future__ import annotations

import csv
import importlib
from math import sqrt
from pathlib import Path

import pytest

from kpi.engine import DuckEngine
from kpi.stats import checks, funnel, spc, survival
from kpi.stats.intervals import Z95, Z998, wilson
from tests.stats.test_spc import NORMAL, SPIKED, STEPS, TURNING, chart, rules, run
from tests.stats.test_survival import LUNG

WALTONS = [(float(r["days"]), int(r["outcome"]), r["unit"]) for r in csv.DictReader((Path(__file__).parent / "waltons.csv").open())]
"""Lifetimes of 163 flies in two groups (Walton), as lifelines publishes them."""

HELD = {
    "XmR: six cases of NHSRplotthedots and two of its Python port, limits and flagged points": "test_spc.test_published_limits",
    "XmR: probes of the trend of seven": "test_gold.test_probes_of_a_trend",
    "XmR: probe of two in three, points in the middle of a window": "test_gold.test_probe_of_two_in_three",
    "XmR: nearby constants tell tools apart": "test_gold.test_constants_of_other_tools",
    "XmR: ceiling collapse, all-equal series": "test_spc.test_a_series_at_its_ceiling_has_no_limits",
    "XmR: false icons on normal noise and on durations": "test_spc.test_noise_seldom_lights_an_icon",
    "p' (Laney) with screening and clamped limits": "test_spc.test_shares_with_varying_n",
    "Wilson: PHE at 95 and 99.8 %, Newcombe, all successes, how many it takes": "test_gold.test_wilson",
    "Wilson through the SQL of the funnel": "test_gold.test_wilson_in_sql",
    "Funnel: flagged where the Wilson interval excludes the mean; winsorised phi, tau2, clamped angle": "test_funnel.test_beside_plain_arithmetic",
    "Funnel: all of a small unit is no outlier": "test_funnel.test_all_of_a_small_unit_is_no_outlier",
    "Shrinkage: 18 batters, a 97.68, b 270.31, .400 becomes .2801": "test_funnel.test_shrunken_batting_averages",
    "Kaplan-Meier: lung and waltons, whole and by group: median with interval, quartiles, closed-only median": "test_gold.test_quantiles",
    "Kaplan-Meier: lung S at 100, 365, 730 with standard error and interval, restricted mean": "test_gold.test_the_lung_curve",
    "Kaplan-Meier: flat stretch": "test_survival.test_flat_stretch_is_its_middle",
}
"""Which published figure is held by which test."""


def test_every_figure_has_its_test():
    for where in HELD.values():
        module, name = where.split(".")
        assert callable(getattr(importlib.import_module(f"tests.stats.{module}"), name))


def engine(rows):
    import duckdb

    con = duckdb.connect()
    con.execute("create table told as select unnest(?::varchar[]) as unit, unnest(?::double[]) as days, unnest(?::bigint[]) as outcome", [list(c) for c in zip(*((u, d, o) for d, o, u in rows), strict=True)])
    return DuckEngine(con, "", None)


def test_probes_of_a_trend():
    for values in (range(1, 7), (1, 2, 3, 3, 4, 5, 6)):
        assert spc.RISING not in rules(values)
    # the ends of a straight line lie outside limits of 2.66 steps, and that comes first
    assert rules(range(1, 8)) == [spc.OUTSIDE_LOW, *[spc.RISING] * 5, spc.OUTSIDE_HIGH]
    assert rules(range(7, 0, -1)) == [spc.OUTSIDE_HIGH, *[spc.FALLING] * 5, spc.OUTSIDE_LOW]


def test_probe_of_two_in_three():
    """Close to the limit are the points 3 and 5 of seven, all above the mean: they are flagged, the one between them is not."""
    quiet = [-1.0, 1.0] * 12
    found = chart([*quiet, *(0.4, 0.4, 3.9, 0.4, 3.9, 0.4, 0.4), *(-1.0, -1.1)])
    close = [row["nupl"] < row["value"] <= row["upl"] for row in found][24:31]
    assert close == [False, False, True, False, True, False, False]
    assert [row["rule"] == spc.NEAR_HIGH for row in found][24:31] == close


def test_constants_of_other_tools():
    upl = chart(STEPS, screen=False)[0]["upl"]
    assert upl == pytest.approx(6.951503, abs=5e-7)
    assert 5e-4 < upl - 6.950702 < 1e-3 and upl - 6.949020 > 2e-3, "2.6596 and 2.6587 are other constants than 2.66"


def test_wilson():
    for hits, n, z, low, high, digits in (
        (65, 100, Z95, 0.552544, 0.736358, 6), (1045, 5000, Z95, 0.197955, 0.220491, 6), (65, 100, Z998, 0.495495, 0.778354, 6), (1045, 5000, Z998, 0.191794, 0.227316, 6),
        (81, 263, Z95, 0.2553, 0.3662, 4), (15, 148, Z95, 0.0624, 0.1605, 4), (0, 20, Z95, 0, 0.1611, 4), (1, 29, Z95, 0.0061, 0.1718, 4),
        (3, 3, Z95, 0.4385, 1, 4), (5, 5, Z95, 0.5655, 1, 4), (10, 10, Z95, 0.7225, 1, 4), (20, 20, Z95, 0.8389, 1, 4), (30, 30, Z95, 0.8865, 1, 4), (100, 100, Z95, 0.9630, 1, 4),
    ):
        assert [round(end, digits) for end in wilson(hits, n, z)] == [low, high], (hits, n)
    for level, needed in ((0.95, 73), (0.90, 35)):
        assert wilson(needed, needed)[0] >= level > wilson(needed - 1, needed - 1)[0]


@pytest.mark.parametrize(("hits", "n"), [(65, 100), (1045, 5000), (81, 263), (15, 148), (0, 20), (1, 29), (30, 30), (1, 1), (0, 1)])
def test_wilson_in_sql(hits, n):
    (row,) = run(funnel.funnel("select * from told"), {"told": ("unit varchar, hits bigint, n bigint", [("a", hits, n)])})
    assert (row["low"], row["high"]) == pytest.approx(wilson(hits, n), abs=1e-12)
    assert not row["flag95"] and not row["flag998"], "alone a unit is the mean"


@pytest.mark.parametrize(
    ("rows", "unit", "n", "closed", "median", "p25", "p75", "naive"),
    [
        (LUNG, None, 228, 165, (310, 284, 361), 170, 550, 226), (LUNG, "1", 138, 112, (270, 210, 306), 144, 457, None), (LUNG, "2", 90, 53, (426, 345, 524), 226, 687, None),
        (WALTONS, None, 163, 156, (56, 53, 58), 41, 62, 56), (WALTONS, "control", 129, 122, (58, 56, 60), 51, 63, None), (WALTONS, "miR-137", 34, 34, (26, 19, 29), 15, 29, None),
    ],
)
def test_quantiles(rows, unit, n, closed, median, p25, p75, naive):
    groups = checks.waits(engine(rows), f"select {'unit' if unit else 'cast(null as varchar)'} as unit, days, outcome from told", (30,))["groups"]
    (group,) = [g for g in groups if g["unit"] == unit]
    assert (group["n"], group["closed"]) == (n, closed)
    assert tuple(group["median"]) == median and (group["p25"][0], group["p75"][0]) == (p25, p75)
    if naive:
        ended = sorted(d for d, o, _ in rows if o)
        middle = len(ended) // 2
        assert (ended[middle] + ended[-middle - 1]) / 2 == naive, "what closed cases alone would say"


def test_the_lung_curve():
    points = engine(LUNG).rows(f"with {survival.curve('select days, outcome from told', ())} select * from curve order by days")
    for day, share, error in ((100, 0.863969, 0.022710), (365, 0.409242, 0.035824), (730, 0.115693, 0.028298)):
        at = [p for p in points if p["days"] <= day][-1]
        assert round(at["s"], 6) == share and round(at["s"] * sqrt(at["v"]), 6) == error
    (group,) = checks.waits(engine(LUNG), "select cast(null as varchar) as unit, days, outcome from told", (100, 365, 730))["groups"]
    year = group["within"][1]
    assert [round(1 - year[name], 6) for name in ("share", "high", "low")] == [0.409242, 0.338714, 0.478381]
    steps = [(0.0, 1.0), *((p["days"], p["s"]) for p in points if p["days"] < 730)]
    ends = [t for t, _ in steps[1:]] + [730.0]
    assert round(sum(s * (end - t) for (t, s), end in zip(steps, ends, strict=True)), 3) == 357.073


def test_the_icons_of_the_published_cases():
    """Every published series has points enough to be judged, and none but the spiked ones would ever have lit the icon of its last month."""
    for values in (NORMAL, SPIKED, STEPS, TURNING):
        assert len(values) >= spc.ENOUGH and spc.variation(chart(values)[-1], "down") == "common_cause"
