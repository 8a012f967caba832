"""The verdict of a month in at most two sentences, and the status word of a figure: from counts alone, by fixed templates.

Counts before rates; a cause only where a person recorded it; no word of change inside normal variation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from kpi.words import format as written
from kpi.words import word

COMPANY = 30
"""Cases a month from which the company is given a verdict."""
GRID = 10
"""Cases from which a grid or a manager is given a verdict or a colour, and any rate is printed in %."""


@dataclass(frozen=True)
class Tally:
    """Cases of one promise: kept, broken, and those that the records cannot tell."""

    hit: int = 0
    miss: int = 0
    unknown: int = 0

    @property
    def judged(self) -> int:
        """Cases that can be told."""
        return self.hit + self.miss

    @property
    def total(self) -> int:
        """Every case."""
        return self.hit + self.miss + self.unknown

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.hit + other.hit, self.miss + other.miss, self.unknown + other.unknown)


def tally(row: Mapping[str, Any] | None) -> Tally:
    """Return the counts of a result row of a ratio."""
    if row is None:
        return Tally()
    return Tally(row["hits"] or 0, row["n"] - (row["hits"] or 0), row["unknown"])


STATUS = {"kept": "●", "missed": "▲", "unproven": "◇", "few": "—", "none": "—"}
"""The sign of each status, beside its word: never a colour alone."""


def status(found: Tally, enough: int) -> str:
    """Return the status of a promise: missed, unproven, few (under `enough` cases), none (no case), kept."""
    if not found.total:
        return "none"
    if found.miss:
        return "missed"
    if found.unknown:
        return "unproven"
    return "few" if found.total < enough else "kept"


def usual(point: Mapping[str, Any], judged: int) -> tuple[int, int]:
    """Return how many broken cases a month of so many judged usually has, by its point of the control chart of those kept."""
    return max(0, ceil(judged * (1 - point["upl"]) - 1e-9)), floor(judged * (1 - max(0.0, point["lpl"])) + 1e-9)


@dataclass(frozen=True, kw_only=True)
class MonthFacts:
    """What a verdict may speak of.

    connected: cases with gas on, all five promises; reasons: (words, cases) of the broken ones, each case once;
    valve: cases whose 0.5-day limit fell due; due: other events that fell due (appeals, appointments);
    open: cases open at the end of the month; overdue: of those, how many are past their limit (None = not told);
    median_days: days in which half were connected (None = not reached); year: connected over twelve months;
    grids, reported: ledgers expected and handed in, missing: names of the others; until: as-of in words if the month is not over;
    usual: the normal range of broken cases (None = not told); enough: cases needed for a verdict.
    """

    connected: Tally
    valve: Tally
    year: Tally
    reasons: Sequence[tuple[str, int]] = ()
    due: int = 0
    open: int = 0
    overdue: int | None = None
    median_days: float | None = None
    grids: int = 0
    reported: int = 0
    until: str = ""
    usual: tuple[int, int] | None = None
    enough: int = COMPANY


def _kind(facts: MonthFacts) -> str:
    connected = facts.connected
    if facts.reported < facts.grids:
        return "incomplete" if connected.total or facts.due or facts.reported else "silent"
    if facts.until:
        return "partial"
    if not connected.total:
        return "nothing" if not facts.due else "no_connection"
    if facts.valve.unknown * 2 > facts.valve.total:
        return "unproven"
    if connected.total < facts.enough:
        return "few"
    if not connected.miss:
        return "good" if not connected.unknown else "gaps"
    return "bad" if facts.usual and connected.miss > facts.usual[1] else "mixed"


def verdict(facts: MonthFacts, lang: str = "zh", listed: bool = True) -> tuple[str, str]:
    """Return (kind, sentences) of a month; the kind is one of the templates' names. They point at the broken cases below only where these are `listed` there."""
    kind = _kind(facts)
    connected, valve = facts.connected, facts.valve

    def said(key: str, **values: Any) -> str:
        return word(f"pages.verdict.{key}", lang, **values)

    def cases(n: int) -> str:
        return said("case" if n == 1 else "cases", n=n)

    reasons = said("comma").join(said("reason", reason=reason, cases=cases(n)) for reason, n in facts.reasons)
    broken = said("broken", cases=cases(connected.miss), reasons=said("brackets", text=reasons) if reasons else "") if connected.miss else said("none_broken")
    gaps = said("gaps_too", cases=cases(connected.unknown)) if connected.unknown else ""
    counted = said("counted", connected=cases(connected.total), kept=cases(connected.hit), broken=broken, gaps=gaps)
    overdue = "" if facts.overdue is None else said("none_overdue") if not facts.overdue else said("overdue", cases=cases(facts.overdue))
    median = said("median", days=written(facts.median_days, "d", lang)) if facts.median_days is not None else said("no_median")
    stock = said("stock", open=cases(facts.open), overdue=overdue, median=median)
    if facts.usual and connected.miss:
        below = connected.miss > facts.usual[1]
        standing = said("worse" if below else "normal", low=facts.usual[0], high=facts.usual[1], below=said("below") if listed else "")
    else:
        standing = said("listed", cases=cases(connected.miss)) if listed else ""
    all_kept = connected.hit == connected.total
    few = said("few_kept" if all_kept else "few_broken", connected=cases(connected.total), kept=cases(connected.hit), broken=broken, gaps=gaps)
    texts = {
        "incomplete": lambda: said("incomplete", grids=facts.grids, missing=facts.grids - facts.reported) + (counted if connected.total else ""),
        "silent": lambda: said("silent"),
        "partial": lambda: said("partial", until=facts.until) + (counted if connected.total else said("no_connection")),
        "nothing": lambda: said("nothing"),
        "no_connection": lambda: said("no_connection") + stock,
        "unproven": lambda: said("unproven", connected=cases(connected.total), due=cases(valve.total), unknown=cases(valve.unknown), judged=cases(valve.judged), kept=cases(valve.hit)),
        "few": lambda: few + said("rolling", connected=cases(facts.year.total), kept=cases(facts.year.hit), miss=cases(facts.year.miss), unknown=cases(facts.year.unknown)),
        "good": lambda: said("good", connected=cases(connected.total), kept=cases(connected.hit)) + stock,
        "gaps": lambda: counted + said("fill_gaps"),
        "bad": lambda: counted + standing,
        "mixed": lambda: counted + standing,
    }
    return kind, texts[kind]().strip()
