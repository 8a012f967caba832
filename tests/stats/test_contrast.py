"""Two periods at the same mix: the interval covers, and small or full shares do not break it."""

from __future__ import annotations

import random

import pytest

from kpi.stats.contrast import Side, standardised
from kpi.stats.intervals import wilson


def side(hits, n):
    return Side(hits / n, *wilson(hits, n), n)


def test_newcombe_gold():
    """One stratum is Newcombe's hybrid score interval of a difference: 56 of 70 and 48 of 80 differ by 0.2 (0.0524 to 0.3339; Newcombe 1998, method 10)."""
    found = standardised([(side(48, 80), side(56, 70))])
    assert found.difference == pytest.approx(0.2)
    assert [round(found.low, 4), round(found.high, 4)] == [0.0524, 0.3339]
    nothing = standardised([(side(0, 10), side(0, 20))])
    assert [round(nothing.low, 4), round(nothing.high, 4)] == [-0.2775, 0.1611]


def test_a_mix_is_held_equal():
    pairs = [(side(90, 100), side(9, 10)), (side(1, 10), side(10, 100))]
    found = standardised(pairs)
    assert found.difference == pytest.approx(0) and found.low < 0 < found.high
    assert found.before == pytest.approx((110 * 0.9 + 110 * 0.1) / 220)
    assert standardised([]) is None


@pytest.mark.parametrize("rates", [(0.5, 0.9), (0.95, 0.99), (0.1, 0.4)])
def test_noise_is_covered(rates):
    """Two strata, no difference between the periods: of 2,000 intervals about 95 % hold 0."""
    dice = random.Random(15)
    held = 0
    for _ in range(2000):
        pairs = [tuple(side(sum(dice.random() < rate for _ in range(n)), n) for n in (dice.randint(8, 60), dice.randint(8, 60))) for rate in rates]
        found = standardised(pairs)
        held += found.low <= 0 <= found.high
    assert 0.93 <= held / 2000 <= 0.995
