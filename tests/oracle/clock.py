"""The working clock of the oracle, the slow way: every day looked up in the calendar file, every session counted in whole minutes."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from functools import cache
from math import lcm

from kpi.standards.folder import reference

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of the reference folder."""
    with (reference() / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


WORKED = {date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in rows_of("calendar.csv")}
FIRST_DAY = min(WORKED)
"""The first day that the calendar knows."""

UNTOLD = min(date.fromisoformat(row["date"]) for row in rows_of("calendar.csv") if row["status"] == "provisional")
"""The first day of which no notice tells whether it is worked."""

HOURS = rows_of("working_hours.csv")
assert len(HOURS) == 1, "the oracle knows one set of office hours"
LENGTHS = [
    (int(b[:2]) * 60 + int(b[3:])) - (int(a[:2]) * 60 + int(a[3:]))
    for a, b in ((HOURS[0]["am_from"], HOURS[0]["am_to"]), (HOURS[0]["pm_from"], HOURS[0]["pm_to"]))
]
HALF_DAY = lcm(*LENGTHS)
"""Units of one working half-day, whatever the length of the session: a limit of 0.5 working day is exactly this many."""


@cache
def sessions(day: date) -> tuple[tuple[datetime, datetime, int], ...]:
    """Return (from, to, units a minute) of the working sessions of a day; a day outside the calendar is an error."""
    if not WORKED[day]:
        return ()
    spans = ((HOURS[0]["am_from"], HOURS[0]["am_to"]), (HOURS[0]["pm_from"], HOURS[0]["pm_to"]))
    return tuple(
        (datetime.combine(day, time.fromisoformat(a)), datetime.combine(day, time.fromisoformat(b)), HALF_DAY // length)
        for (a, b), length in zip(spans, LENGTHS, strict=True)
    )


def whole(at: datetime) -> datetime:
    """Return the minute a moment lies in."""
    return at.replace(second=0, microsecond=0)


def worked(begin: datetime, end: datetime, stops: list[tuple[datetime, datetime]] | None = None) -> tuple[int, int]:
    """Return (units, minutes) worked between two moments without the stops, 0 where they stand the other way round.

    Stops are disjoint.
    """
    return _worked(whole(begin), whole(end), _minutes(stops or []))


def _minutes(stops: list[tuple[datetime, datetime]]) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((whole(first), whole(last)) for first, last in stops)


@cache
def _worked(begin: datetime, end: datetime, stops: tuple[tuple[datetime, datetime], ...]) -> tuple[int, int]:
    units = minutes = 0
    day = begin.date()
    while day <= end.date():
        for opens, closes, a_minute in sessions(day):
            kept = _overlap(begin, end, opens, closes)
            for first, last in stops:
                kept -= _overlap(max(begin, first), min(end, last), opens, closes)
            units += kept * a_minute
            minutes += kept
        day += DAY
    return units, minutes


def _overlap(a: datetime, b: datetime, opens: datetime, closes: datetime) -> int:
    return max(0, (min(b, closes) - max(a, opens)) // MINUTE)


def half_day_limit(begin: datetime, stops: list[tuple[datetime, datetime]]) -> datetime:
    """Return the first minute at which half a working day outside the stops is over, counted minute by minute.

    KeyError past the end of the calendar.
    """
    return _half_day_limit(whole(begin), _minutes(stops))


@cache
def _half_day_limit(begin: datetime, stops: tuple[tuple[datetime, datetime], ...]) -> datetime:
    left, day = HALF_DAY, begin.date()
    while True:
        for opens, closes, a_minute in sessions(day):
            at = max(opens, begin)
            while at < closes:
                stopped = next((last for first, last in stops if first <= at < last), None)
                if stopped is not None:
                    at = min(stopped, closes)
                    continue
                left -= a_minute
                at += MINUTE
                if left <= 0:
                    return at
        day += DAY


def session_after(at: datetime) -> tuple[date, int]:
    """Return (day, part) of the first session that is not over at a moment."""
    day = at.date()
    while True:
        for part, (_, closes, _) in enumerate(sessions(day)):
            if at < closes:
                return day, part
        day += DAY


def session_before(at: datetime) -> tuple[date, int]:
    """Return (day, part) of the last session that began before a moment."""
    day = at.date()
    while True:
        for part, (opens, _, _) in reversed(list(enumerate(sessions(day)))):
            if opens < at:
                return day, part
        day -= DAY


def sessions_apart(first: tuple[date, int], last: tuple[date, int]) -> int:
    """Return how many sessions `last` comes after `first`."""
    if last < first:
        return -sessions_apart(last, first)
    apart, day = last[1] - first[1], first[0]
    while day < last[0]:
        apart += 2 * WORKED[day]
        day += DAY
    return apart


def working_day(after: date, number: int) -> date:
    """Return the n-th working day after a day, the day itself not counted."""
    while number:
        after += DAY
        number -= WORKED[after]
    return after
