"""Control charts: limits and rules as published, p' beside plain Python, icons that noise seldom lights."""

from __future__ import annotations

import random
from statistics import fmean

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.stats import spc

NORMAL = [
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285, -0.44566197,
    1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716, 0.70135590, -0.47279141,
]
"""The first 20 values of R's rnorm after set.seed(123)."""

SPIKED = [*NORMAL[:14], 10.0, *NORMAL[15:]]
STEPS = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
TURNING = [*[1, -1] * 7, 5.5, -5.5]


CON = duckdb.connect()


def run(sql, tables):
    con = CON.cursor()
    for name, (kinds, rows) in tables.items():
        con.execute(f"create or replace table {name} ({kinds})")
        marks = [part.split()[1] for part in kinds.split(", ")]
        con.execute(f"insert into {name} select {', '.join(f'unnest(?::{kind}[])' for kind in marks)}", [list(c) for c in zip(*rows, strict=True)])
    cursor = con.execute(sql)
    return [dict(zip([d[0] for d in cursor.description], row, strict=True)) for row in cursor.fetchall()]


def chart(values, rebases=(), **options):
    rows = [(i, float(v), int(i in rebases)) for i, v in enumerate(values)]
    return run(spc.xmr("select * from told", **options), {"told": ("month bigint, value double, rebase bigint", rows)})


def rules(values, **options):
    return [row["rule"] for row in chart(values, **options)]


@pytest.mark.parametrize(
    ("values", "screen", "mean", "lpl", "upl", "flagged"),
    [
        (NORMAL, True, 0.1416238, -3.01138, 3.294627, 0),
        (SPIKED, True, 0.6694159, -2.383666, 3.722497, 1),
        (SPIKED, False, 0.6694159, -4.596625, 5.935457, 1),
        (STEPS, True, 1.944444, -0.715556, 4.604444, 1),
        (STEPS, False, 1.944444, -3.062614, 6.951503, 1),
        (TURNING, True, 0, -6.175, 6.175, 0),
        (range(1, 11), True, 5.5, 2.84, 8.16, None),
        ((3, 1, 4, 1, 5, 9, 2), True, 3.571429, -6.625238, 13.768095, None),
    ],
)
def test_published_limits(values, screen, mean, lpl, upl, flagged):
    rows = chart(values, screen=screen)
    assert {(row["mean"], row["lpl"], row["upl"]) for row in rows} == {(rows[0]["mean"], rows[0]["lpl"], rows[0]["upl"])}
    assert (rows[0]["mean"], rows[0]["lpl"], rows[0]["upl"]) == pytest.approx((mean, lpl, upl), rel=2e-6, abs=1e-6)
    assert len({(row["nlpl"], row["nupl"]) for row in rows}) == 1
    assert (rows[0]["nlpl"], rows[0]["nupl"]) == pytest.approx((mean - (mean - lpl) * 2 / 3, mean + (upl - mean) * 2 / 3), rel=2e-6, abs=1e-6)
    if flagged is not None:
        assert sum(row["rule"] != spc.COMMON for row in rows) == flagged


def test_a_trend_takes_seven_points_and_a_tie_breaks_it():
    noise = [0, 30, 0, 30, 0, 30, 0, 30, 0, 30]
    found = rules([*noise, *range(10, 17)])
    assert found[-7:] == [spc.RISING] * 7 and found[:9] == [spc.COMMON] * 9
    assert spc.RISING not in rules([*noise, 10, 11, 12, 12, 13, 14, 15]) and spc.RISING not in rules([*noise, *range(15, 21)][:15])
    assert rules([*noise, *range(16, 9, -1)])[-7:] == [spc.FALLING] * 7
    # up for seven, then down for seven: the top belongs to the way down
    assert rules([*noise, *range(10, 17), *range(15, 9, -1)])[10:] == [spc.RISING] * 6 + [spc.FALLING] * 7


def test_seven_on_one_side():
    values = [5, -5] * 8 + [1, 2, 1, 2, 1, 2, 1]
    assert rules(values)[-7:] == [spc.SHIFT_HIGH] * 7
    assert spc.SHIFT_HIGH not in rules(values[:-1])
    assert rules([-v for v in values])[-7:] == [spc.SHIFT_LOW] * 7


def test_two_in_three_on_the_same_side():
    quiet = [1, -1] * 12
    found = chart([*quiet, 5.0, 0.6, 5.0, -1, 1, -1])
    near = [i for i, row in enumerate(found) if row["nupl"] < row["value"] <= row["upl"]]
    assert near == [24, 26]
    assert [i for i, row in enumerate(found) if row["rule"] == spc.NEAR_HIGH] == near
    # the third point on the other side: no rule
    assert spc.NEAR_HIGH not in rules([*quiet, 5.0, -0.6, 5.0, -1, 1, -1])


def test_outside_comes_first_and_a_point_outside_is_not_near():
    values = [*[1, -1] * 10, 40, 6.5, 3]
    found = chart(values)
    assert found[21]["nupl"] < found[21]["value"] < found[21]["upl"] and found[22]["value"] > found[22]["mean"], "one point near the limit beside one outside"
    assert found[20]["rule"] == spc.OUTSIDE_HIGH and spc.NEAR_HIGH not in [row["rule"] for row in found]
    mirrored = rules([-v for v in values])
    assert mirrored[20] == spc.OUTSIDE_LOW and spc.NEAR_LOW not in mirrored


def test_a_range_of_just_so_many_times_the_mean_is_screened_out():
    """Ten ranges of 1000 on average: eight of 748, one of 749, and one of 3267, which is 3.267 times as much."""
    def moving(*ranges):
        values = [5000]
        for nth, one in enumerate(ranges):
            values.append(values[-1] + (one if nth % 2 else -one))
        return values

    found = chart(moving(*[748] * 4, 3267, *[748] * 4, 749))
    assert (found[0]["upl"] - found[0]["mean"], found[0]["nupl"] - found[0]["mean"]) == pytest.approx((2.66 * 6733 / 9, 2 / 3 * 2.66 * 6733 / 9))
    kept = chart(moving(*[748] * 4, 3266, *[748] * 4, 749))
    assert kept[0]["mean"] - kept[0]["lpl"] == pytest.approx(2.66 * 9999 / 10), "a range a little smaller counts"


def test_a_rebase_begins_anew():
    first, second = [1, 2, 3, 2, 1, 2, 3, 2], [11, 12, 13, 12, 11, 12]
    found = chart([*first, *second], rebases=(8,))
    assert [row["phase"] for row in found] == [0] * 8 + [1] * 6
    alone = chart(second)
    for row, own in zip(found[8:], alone, strict=True):
        assert [row[k] for k in ("mean", "lpl", "upl", "rule")] == [own[k] for k in ("mean", "lpl", "upl", "rule")]
    assert chart(first)[0]["upl"] == found[0]["upl"]


def test_limits_never_collapse_onto_the_mean():
    """A single step: every other moving range is nothing, so screening would leave none that is not 0."""
    found = chart([1] * 10 + [2] * 10)
    assert found[0]["upl"] > found[0]["mean"] and not found[0]["flat"]
    assert found[0]["upl"] == pytest.approx(1.5 + 2.66 / 19)


@pytest.mark.parametrize("values", [[1, 1, 1, 1, 2], [1.0] * 17 + [0.9], [0.95, *[1.0] * 7, 0.9, *[1.0] * 9], [0] * 11 + [3, 0, 1, 0, 5], [3.0] * 20, [7.0]])
def test_a_series_at_its_ceiling_has_no_limits(values):
    found = chart(values)
    assert all(row["flat"] and row["rule"] == spc.COMMON and row["upl"] is None and row["lpl"] is None for row in found)
    assert spc.variation(found[-1], "up") is None and spc.assurance(found[-1], "up", 2.0) is None
    assert found[0]["mean"] == pytest.approx(fmean(values))


def test_half_the_points_at_one_value_are_no_ceiling():
    assert not chart([1, 2] * 7)[0]["ceiling"] and chart([1, 2] * 7 + [1])[0]["ceiling"]


def test_a_ceiling_is_looked_for_in_each_phase():
    found = chart([1.0] * 13 + [0.4, 0.6, 0.5, 0.7, 0.3, 0.5, 0.6, 0.4, 0.5, 0.7, 0.6, 0.4, 0.5], rebases=(13,))
    assert {row["flat"] for row in found[:13]} == {True} and {row["flat"] for row in found[13:]} == {False}


def test_durations_have_limits_on_the_logarithm_of_their_minutes():
    from math import exp, log

    values = [3, 5, 4, 9, 6, 0, 4, 8, 7, 3, 5, 6, 4, 5]
    plain = chart([log(1 + 60 * v) for v in values])
    for row, own in zip(chart(values, minutes=60.0), plain, strict=True):
        assert row["rule"] == own["rule"]
        assert [row[k] for k in ("mean", "lpl", "upl")] == pytest.approx([(exp(own[k]) - 1) / 60 for k in ("mean", "lpl", "upl")])


@pytest.mark.parametrize(
    ("rule", "better", "told"),
    [
        (spc.OUTSIDE_HIGH, "up", "improvement_high"), (spc.OUTSIDE_HIGH, "down", "concern_high"), (spc.FALLING, "down", "improvement_low"), (spc.SHIFT_LOW, "up", "concern_low"),
        (spc.NEAR_HIGH, "none", "neutral_high"), (spc.COMMON, "up", "common_cause"),
    ],
)
def test_variation(rule, better, told):
    last = {"points": 13, "flat": False, "rule": rule, "lpl": 2.0, "upl": 8.0}
    assert spc.variation(last, better) == told
    assert spc.variation(last | {"points": 12}, better) is None


@pytest.mark.parametrize(
    ("better", "target", "told"),
    [("up", 9, "fail"), ("up", 1, "pass"), ("up", 8, "hit_or_miss"), ("up", 2, "hit_or_miss"), ("down", 9, "pass"), ("down", 1, "fail"), ("none", 9, None), ("up", None, None)],
)
def test_assurance(better, target, told):
    assert spc.assurance({"points": 13, "flat": False, "rule": spc.COMMON, "lpl": 2.0, "upl": 8.0}, better, target) == told


def noise(draw, months=24, series=4000, **options):
    """Return the share of series of noise whose last point is flagged, all in one statement."""
    dice = random.Random(2023)
    rows = [(unit, month, draw(dice), 0) for unit in range(series) for month in range(months)]
    found = run(
        f"select unit, arg_max(rule, month) as rule from ({spc.xmr('select * from told', ('unit',), **options)}) group by unit",
        {"told": ("unit bigint, month bigint, value double, rebase bigint", rows)},
    )
    assert len(found) == series
    return sum(row["rule"] != spc.COMMON for row in found) / series


def test_noise_seldom_lights_an_icon():
    """4,000 series of 24 normal values: 1.0 to 2.2 % of the last points are flagged."""
    assert 0.010 <= noise(lambda dice: dice.gauss(0, 1)) <= 0.022


def test_nor_do_durations():
    """Days with a long tail: on their own scale every tenth chart would be flagged, on that of their logarithm no more than any noise."""
    def days(dice):
        return dice.lognormvariate(3, 1)

    assert noise(days, series=2000) > 0.06
    assert 0.008 <= noise(days, series=2000, minutes=1440.0) <= 0.024


def test_twelve_points_are_too_few_and_thirteen_enough():
    values = [5, 3, 6, 4, 5, 6, 3, 5, 4, 6, 5, 4, 30]
    found = chart(values)
    assert found[-1]["rule"] == spc.OUTSIDE_HIGH and spc.variation(found[-1], "down") == "concern_high" and spc.assurance(found[-1], "down", 100) == "pass"
    fewer = chart(values[1:])
    assert fewer[-1]["rule"] == spc.OUTSIDE_HIGH and spc.variation(fewer[-1], "down") is None and spc.assurance(fewer[-1], "down", 100) is None
    begun = chart([*values, *values[1:]], rebases=(13,))
    assert spc.variation(begun[-1], "down") is None, "points before a rebase do not count"


def test_a_run_does_not_cross_a_rebase():
    values = [5, -5] * 8 + [1, 2, 1, 2, 1, 2, 1]
    assert rules(values)[-1] == spc.SHIFT_HIGH
    assert spc.SHIFT_HIGH not in [row["rule"] for row in chart(values, rebases=(19,))]
    rising = [0, 30] * 5 + list(range(10, 17))
    assert rules(rising)[-1] == spc.RISING and spc.RISING not in [row["rule"] for row in chart(rising, rebases=(13,))]


def test_a_point_on_the_mean_breaks_a_shift():
    values = [5, -5] * 8 + [2, 1, 2, 0, 2, 1, 2, -10]
    found = chart(values)
    assert found[0]["mean"] == 0 and spc.SHIFT_HIGH not in [row["rule"] for row in found]
    assert spc.SHIFT_HIGH in rules([5, -5] * 8 + [2, 1, 2, 1, 2, 1, 2, -11])


def plainly(hits, ns):
    """p' (Laney), written from its definition."""
    mean = sum(hits) / sum(ns)
    sigma = [(mean * (1 - mean) / n) ** 0.5 for n in ns]
    z = [(h / n - mean) / s for h, n, s in zip(hits, ns, sigma, strict=True)]
    ranges = [abs(b - a) for a, b in zip(z, z[1:], strict=False)]
    kept = [r for r in ranges if r < 3.267 * fmean(ranges)]
    wide = (fmean(kept) or fmean(ranges)) / 1.128
    return mean, [tuple(min(1, max(0, mean + way * s * wide)) for way in (-3, 3, -2, 2)) for s in sigma]


def test_one_leap_does_not_widen_the_limits_of_quiet_shares():
    """Shares that differ by less than chance but for one leap: its two ranges are screened out, however small those that are left."""
    hits, ns = [*[500, 505] * 8, 600, *[500, 505] * 3], [1000] * 23
    found = run(spc.laney("select * from told"), {"told": ("month bigint, hits bigint, n bigint, rebase bigint", [(i, h, n, 0) for i, (h, n) in enumerate(zip(hits, ns, strict=True))])})
    mean, limits = plainly(hits, ns)
    assert (found[0]["lpl"], found[0]["upl"], found[0]["nlpl"], found[0]["nupl"]) == pytest.approx(limits[0]) and limits[0][1] - mean == pytest.approx(3 * 0.005 / 1.128)
    assert [i for i, row in enumerate(found) if row["rule"] == spc.OUTSIDE_HIGH] == [16]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), min_size=4, max_size=30))
def test_shares_with_varying_n(pairs):
    hits, ns = [min(h, n) for h, n in pairs], [n for _, n in pairs]
    found = run(spc.laney("select * from told"), {"told": ("month bigint, hits bigint, n bigint, rebase bigint", [(i, h, n, 0) for i, (h, n) in enumerate(zip(hits, ns, strict=True))])})
    shares = [h / n for h, n in zip(hits, ns, strict=True)]
    ceiling = 2 * max(shares.count(max(shares)), shares.count(min(shares))) > len(shares)
    assert found[0]["ceiling"] == ceiling
    if sum(hits) in (0, sum(ns)) or ceiling:
        assert all(row["flat"] and row["rule"] == spc.COMMON and row["lpl"] is None and row["upl"] is None for row in found)
        return
    mean, limits = plainly(hits, ns)
    assert [row["mean"] for row in found] == pytest.approx([mean] * len(ns))
    assert [(row["lpl"], row["upl"], row["nlpl"], row["nupl"]) for row in found] == [pytest.approx(four) for four in limits]
    assert [(row["hits"], row["n"], row["value"], row["phase"], row["points"]) for row in found] == [(h, n, h / n, 0, len(ns)) for h, n in zip(hits, ns, strict=True)]


def test_shares_of_each_group_and_phase_are_charted_alone():
    """Two groups of ten months, of the second the last five of another process."""
    told = {("a", 0): [(8, 10), (5, 9), (7, 12), (9, 11), (3, 8), (8, 9), (4, 10), (6, 7), (9, 13), (5, 10)], ("b", 0): [(1, 10), (3, 12), (2, 9), (4, 11), (1, 7)], ("b", 1): [(8, 9), (9, 12), (6, 9), (10, 11), (7, 10)]}
    rows = [(group, 10 * phase + month, h, n, int(phase and not month)) for (group, phase), pairs in told.items() for month, (h, n) in enumerate(pairs)]
    found = run(spc.laney("select * from told", ("unit",)), {"told": ("unit varchar, month bigint, hits bigint, n bigint, rebase bigint", rows)})
    assert [(row["unit"], row["month"]) for row in found] == [(group, month) for group, month, *_ in rows]
    for (group, phase), pairs in told.items():
        mean, limits = plainly(*map(list, zip(*pairs, strict=True)))
        mine = [row for row in found if (row["unit"], row["phase"]) == (group, phase)]
        assert [(row["lpl"], row["upl"], row["nlpl"], row["nupl"]) for row in mine] == [pytest.approx(four) for four in limits] and {row["points"] for row in mine} == {len(pairs)}
        assert [row["mean"] for row in mine] == pytest.approx([mean] * len(mine)) and not any(row["flat"] or row["ceiling"] for row in mine)


def test_two_of_three_shares_beyond_two_sigma_are_near():
    """Nine in ten of a thousand, a little more or less, and two of three months at 915: beyond two thirds of the way to the limit, and short of it."""
    hits = [*[900, 906, 900, 894] * 5, 900, 915, 905, 915, 900]
    found = run(spc.laney("select * from told"), {"told": ("month bigint, hits bigint, n bigint, rebase bigint", [(i, h, 1000, 0) for i, h in enumerate(hits)])})
    assert [i for i, row in enumerate(found) if row["nupl"] < row["value"] <= row["upl"]] == [21, 23] == [i for i, row in enumerate(found) if row["rule"] == spc.NEAR_HIGH]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.sampled_from([0, 0, 0, 0, 1])), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(values, dice):
    rows = [(i, v, rebase) for i, (v, rebase) in enumerate(values)]
    mixed = dice.sample(rows, len(rows))
    kinds = "month bigint, value double, rebase bigint"
    one, other = (run(spc.xmr("select * from told"), {"told": (kinds, told)}) for told in (rows, mixed))
    assert [row["rule"] for row in one] == [row["rule"] for row in other]
    for better in ("up", "down", "none"):
        assert spc.variation(one[-1], better) == spc.variation(other[-1], better) and spc.assurance(one[-1], better, 5.0) == spc.assurance(other[-1], better, 5.0)
