"""Two periods of different mix compared at the same mix: direct standardisation, with an interval that small counts and full shares do not break.

Source of the interval: Zou and Donner 2008 (doi 10.1002/sim.3095): limits of each share are recovered into limits of the weighted sum of differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Side:
    """A share of one stratum in one period: its value with limits of chance, of n cases."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Contrast:
    """Both periods at the mix of both together, and the later less the earlier with its 95 % interval."""

    before: float
    after: float
    difference: float
    low: float
    high: float


def standardised(pairs: Sequence[tuple[Side, Side]]) -> Contrast | None:
    """Return the contrast of (before, after) of each stratum, weighted by the cases of both periods together; None without any."""
    whole = sum(one.n + two.n for one, two in pairs)
    if not whole:
        return None
    weights = [(one.n + two.n) / whole for one, two in pairs]
    before = sum(w * one.value for w, (one, _) in zip(weights, pairs, strict=True))
    after = sum(w * two.value for w, (_, two) in zip(weights, pairs, strict=True))
    down = sqrt(sum(w * w * ((two.value - two.low) ** 2 + (one.high - one.value) ** 2) for w, (one, two) in zip(weights, pairs, strict=True)))
    up = sqrt(sum(w * w * ((two.high - two.value) ** 2 + (one.value - one.low) ** 2) for w, (one, two) in zip(weights, pairs, strict=True)))
    return Contrast(before, after, after - before, max(-1.0, after - before - down), min(1.0, after - before + up))
