"""Kaplan-Meier and Aalen-Johansen by the textbook: a loop over the days on which something ended."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from math import exp, isclose, log, sqrt
from typing import Any

Z = 1.959963984540054


class Curve:
    """Waits of one group: (days, outcome), 1 connected, 2 cancelled, 0 still open."""

    def __init__(self, waits: Iterable[tuple[float, int]]) -> None:
        self.waits = sorted(waits)
        ends = Counter(self.waits)
        self.steps: list[dict[str, float]] = []
        days = [t for t, _ in self.waits]
        alive, spread, free = 1.0, 0.0, 1.0
        for t in sorted(set(days)):
            at_risk = len(days) - bisect_left(days, t)
            on, off = ends[t, 1], ends[t, 2]
            before = free
            alive *= 1 - on / at_risk
            free *= 1 - (on + off) / at_risk
            spread += on / (at_risk * (at_risk - on)) if at_risk > on else 0.0
            low, high = self._band(alive, spread)
            self.steps.append({"t": t, "n": at_risk, "on": on, "off": off, "alive": alive, "low": low, "high": high, "before": before, "free": free})

    @staticmethod
    def _band(alive: float, spread: float) -> tuple[float | None, float | None]:
        if not 1e-12 < alive < 1 - 1e-12:
            return None, None
        width = Z * sqrt(spread) / log(alive)
        return alive ** exp(-width), alive ** exp(width)

    def quantile(self, p: float) -> float | None:
        """Return the first day at which at least a share p is connected; the middle of a stretch that is flat at exactly 1 - p."""
        down = [s["t"] for s in self.steps if s["on"] and s["alive"] <= 1 - p + 1e-9]
        if not down:
            return None
        here = next(s for s in self.steps if s["t"] == down[0])
        if isclose(here["alive"], 1 - p, abs_tol=1e-9):
            return (down[0] + (down[1] if len(down) > 1 else down[0])) / 2
        return down[0]

    def quantile_band(self, p: float) -> tuple[float | None, float | None]:
        """Return the days at which the lower and the upper limit of the curve have come down to 1 - p."""
        edges = []
        for side in ("low", "high"):
            edges.append(next((s["t"] for s in self.steps if s[side] is not None and s["on"] and s[side] <= 1 - p), None))
        return edges[0], edges[1]

    def within(self, days: float, which: str) -> tuple[float, float | None, float | None] | None:
        """Return the share that ended `on` or `off` within days with its limits; None where nobody was watched for so long."""
        if not self.steps or (self.steps[-1]["t"] < days and self.steps[-1]["free"] > 1e-12):
            return None
        steps = [s for s in self.steps if s["t"] <= days]
        share, reached = 0.0, []
        for s in steps:
            share += s["before"] * s[which] / s["n"]
            reached.append(share)
        spread = 0.0
        for s, so_far in zip(steps, reached, strict=True):
            n, every, mine = s["n"], s["on"] + s["off"], s[which]
            if n > every:
                spread += (share - so_far) ** 2 * every / (n * (n - every))
            spread += s["before"] ** 2 * mine * (n - mine) / n**3
            spread -= 2 * (share - so_far) * s["before"] * mine / n**2
        rest = 1 - share
        if not 1e-12 < rest < 1 - 1e-12:
            return share, None, None
        width = Z * sqrt(max(spread, 0.0)) / (rest * log(rest))
        return share, 1 - rest ** exp(width), 1 - rest ** exp(-width)


def figure(waits: Iterable[tuple[float, int]]) -> dict[str, dict[str, Any]]:
    """Return the values of all ids of the whole wait."""
    curve = Curve(waits)
    found: dict[str, dict[str, Any]] = {}
    for name, p in (("whole_wait_median", 0.5), ("whole_wait_p85", 0.85)):
        low, high = curve.quantile_band(p)
        found[name] = {"value": curve.quantile(p), "chance_low": low, "chance_high": high}
    for days in (30, 60, 90):
        for name, which in (("whole_wait_within", "on"), ("cancelled_within", "off")):
            value, low, high = curve.within(days, which) or (None, None, None)
            found[f"{name}_{days}"] = {"value": value, "chance_low": low, "chance_high": high}
    return found
