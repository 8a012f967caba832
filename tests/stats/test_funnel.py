"""Comparison of units: Wilson's interval decides without overdispersion, adjusted limits with it; shrinkage as published."""

from __future__ import annotations

from math import asin, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpi.stats import funnel
from kpi.stats.intervals import Z95, Z998, wilson
from tests.stats.test_spc import run

BATTERS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
"""Hits in 45 times at bat of 18 players of 1970 (Efron and Morris 1975)."""


def compared(pairs):
    rows = [(f"u{i:03d}", h, n) for i, (h, n) in enumerate(pairs)]
    return run(funnel.funnel("select * from told"), {"told": ("unit varchar, hits bigint, n bigint", rows)})


def adjusted(pairs):
    """phi, tau2 and both limits of each unit: of the score without overdispersion, else written from Spiegelhalter's formulas."""
    x, n = (np.array(side, float) for side in zip(*pairs, strict=True))
    theta, k = x.sum() / n.sum(), len(n)
    s = 1 / (2 * np.sqrt(n))
    z = (np.arcsin(np.sqrt(x / n)) - asin(sqrt(theta))) / s
    z = np.clip(z, np.quantile(z, 0.1), np.quantile(z, 0.9))
    phi = float((z**2).mean())
    w1, w2 = (s**-2).sum(), (s**-4).sum()
    tau2 = 0.0 if k * phi < k - 1 or k < 2 else max(0.0, (k * phi - (k - 1)) / (w1 - w2 / w1))
    if tau2 == 0:
        return phi, tau2, [[tuple(min(1, max(0, theta + way * zz * sqrt(theta * (1 - theta) / ni))) for way in (-1, 1)) for zz in (Z95, Z998)] for ni in n]
    limits = [[tuple(sin(min(pi / 2, max(0, asin(sqrt(theta)) + way * zz * sqrt(si**2 + tau2)))) ** 2 for way in (-1, 1)) for zz in (Z95, Z998)] for si in s]
    return phi, tau2, limits


def drawn(pairs):
    """The estimates drawn towards the share of all together, by the moments of the beta-binomial; that share itself where no unit has two cases, or there is but one."""
    mu, total, k = sum(x for x, _ in pairs) / sum(n for _, n in pairs), sum(n for _, n in pairs), len(pairs)
    free = total - sum(n * n for _, n in pairs) / total - (k - 1)
    if mu in (0, 1) or k == 1 or all(n == 1 for _, n in pairs):
        return [mu] * k
    apart = sum(n * (x / n - mu) ** 2 for x, n in pairs)
    rho = min(1, max(1e-6, (apart - mu * (1 - mu) * (k - 1)) / (mu * (1 - mu) * free)))
    return [(x + mu * (1 - rho) / rho) / (n + (1 - rho) / rho) for x, n in pairs]


def test_shrunken_batting_averages():
    found = compared([(hits, 45) for hits in BATTERS])
    assert found[0]["theta"] == pytest.approx(0.2654, abs=5e-5)
    assert found[0]["shrunk"] == pytest.approx(0.2801, abs=5e-5)
    assert all(abs(row["shrunk"] - row["theta"]) <= abs(row["value"] - row["theta"]) + 1e-12 for row in found)
    # the prior of the method of moments: a 97.68, b 270.31
    assert found[0]["shrunk"] == pytest.approx((18 + 97.68) / (45 + 97.68 + 270.31), abs=5e-5)


def test_all_of_a_small_unit_is_no_outlier():
    """Past a quarter turn the square of the sine folds back: without a clamp, 6 of 6 would lie outside."""
    for n in (6, 9, 10, 15):
        found = compared([(n, n), *[(46, 50)] * 12, *[(41, 50)] * 12, (20, 50), (50, 50), (30, 50)])
        assert found[0]["tau2"] > 0 and not found[0]["flag998"] and found[0]["ucl998"] >= found[0]["value"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=25))
@example([(1, 1), (0, 2)])
@example([(1, 1), (0, 1), (1, 1)])
@example([(3, 4)])
@example([(2, 60), (58, 60)])
@example([(0, 40), (40, 40), (20, 40)])
def test_beside_plain_arithmetic(pairs):
    pairs = [(min(h, n), n) for h, n in pairs]
    found = compared(pairs)
    phi, tau2, limits = adjusted(pairs)
    assert [row["shrunk"] for row in found] == pytest.approx(drawn(pairs), abs=1e-9)
    for row, (hits, n), (at95, at998) in zip(found, pairs, limits, strict=True):
        assert (row["low"], row["high"]) == pytest.approx(wilson(hits, n))
        assert (row["phi"], row["tau2"]) == pytest.approx((phi, tau2), abs=1e-9)
        assert (row["lcl95"], row["ucl95"], row["lcl998"], row["ucl998"]) == pytest.approx((*at95, *at998), abs=1e-9)
        if tau2 == 0:
            for z, flag in ((Z95, "flag95"), (Z998, "flag998")):
                low, high = wilson(hits, n, z)
                if min(abs(low - row["theta"]), abs(high - row["theta"])) > 1e-9:
                    assert row[flag] == (low > row["theta"] or high < row["theta"])
                    near, far = (row[f"{end}{flag[4:]}"] for end in ("lcl", "ucl"))
                    assert row[flag] == (row["value"] < near or row["value"] > far), "a dot is flagged just where it lies outside the band that is drawn"
        else:
            for (low, high), flag in ((at95, "flag95"), (at998, "flag998")):
                if min(abs(low - row["value"]), abs(high - row["value"])) > 1e-9:
                    assert row[flag] == (row["value"] < low or row["value"] > high)
        assert (row["theta"], row["value"]) == pytest.approx((sum(h for h, _ in pairs) / sum(m for _, m in pairs), hits / n)) and (row["hits"], row["n"]) == (hits, n)
        assert row["flag95"] or not row["flag998"]


def test_units_far_apart_are_flagged_beyond_the_widened_limits():
    """Of units that differ by more than chance one lies beyond both limits and one beyond the inner ones alone; and the same turned round."""
    found = compared([*[(30, 40), (34, 40), (38, 40)] * 13, (3, 40), (20, 40)])
    flags = {row["unit"]: (row["flag95"], row["flag998"]) for row in found if row["flag95"] or row["flag998"]}
    assert found[0]["tau2"] > 0 and flags == {"u039": (True, True), "u040": (True, False)}
    high = compared([*[(10, 40), (6, 40), (2, 40)] * 13, (37, 40), (20, 40)])
    assert {row["unit"]: (row["flag95"], row["flag998"]) for row in high if row["flag95"]} == {"u039": (True, True), "u040": (True, False)}
    assert [row["unit"] for row in found] == sorted(row["unit"] for row in found)


def test_without_overdispersion_a_unit_is_flagged_where_its_interval_leaves_the_share_of_all():
    """36 of 40 nineteen times, and once 30 of 40 (Wilson 0.598 to 0.858, 0.492 to 0.901 at 99.8 %) or 24 (0.446 to 0.737, 0.357 to 0.802): below 0.89; and the same turned round."""
    for worst, flags in ((30, (True, False)), (24, (True, True))):
        for turned in (False, True):
            found = compared([(40 - hits if turned else hits, 40) for hits in [36] * 19 + [worst]])
            assert found[0]["tau2"] == 0 and [(row["flag95"], row["flag998"]) for row in found] == [(False, False)] * 19 + [flags]


def test_units_without_a_difference():
    found = compared([(5, 10)] * 4)
    assert {row["tau2"] for row in found} == {0.0} and not any(row["flag95"] for row in found)
    assert [row["shrunk"] for row in found] == pytest.approx([0.5] * 4)
    assert compared([(0, 5), (0, 9)])[0]["shrunk"] == 0 and compared([(4, 4)])[0]["value"] == 1


def test_units_are_compared_from_ten_cases_on():
    assert funnel.ENOUGH == 10
