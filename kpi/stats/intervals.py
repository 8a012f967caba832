"""Ranges of a share: Wilson's interval (chance) and the bounds that unknown cases leave (evidence)."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054
Z998 = 3.090232306167813


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float] | None:
    """Return Wilson's score interval of hits/n without continuity correction, None for n = 0.

    Source: Wilson 1927; gold: 81 of 263 gives 0.2553 to 0.3662 (Newcombe 1998).
    """
    if n <= 0:
        return None
    share = hits / n
    centre = 2 * hits + z * z
    spread = z * sqrt(z * z + 4 * hits * (1 - share))
    below = 2 * (n + z * z)
    low = 0.0 if hits == 0 else (centre - spread) / below
    high = 1.0 if hits == n else (centre + spread) / below
    return low, high


def evidence(hits: int, n: int, unknown: int) -> tuple[float, float] | None:
    """Return the share if every unknown case were a miss, and if every one were a hit; None when there is no case."""
    if n + unknown <= 0:
        return None
    return hits / (n + unknown), (hits + unknown) / (n + unknown)
