"""A slow working clock for the oracle: days walked one by one, straight from the reference files."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache

import pandas as pd

from kpi.standards.folder import reference

SESSIONS = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
MINUTE = timedelta(minutes=1)


@cache
def _worked() -> dict[date, bool]:
    frame = pd.read_csv(reference() / "calendar.csv", dtype=str)
    return {date.fromisoformat(d): w == "1" for d, w in zip(frame["date"], frame["is_workday"], strict=True)}


def is_workday(on: date) -> bool:
    return _worked()[on]


@cache
def _until(on: date) -> Fraction:
    """Half-days from 2022-01-01 to the 00:00 of a day."""
    if on == date(2022, 1, 1):
        return Fraction(0)
    before = on - timedelta(days=1)
    # walked in steps, so that the recursion stays shallow
    step = on - timedelta(days=200)
    if step > date(2022, 1, 1):
        _until(step)
    return _until(before) + (2 if is_workday(before) else 0)


def halves(at: datetime) -> Fraction:
    """Half-days since 2022-01-01 at a moment; a session is worth 1 whatever its length."""
    total = _until(at.date())
    if is_workday(at.date()):
        for begin, end in SESSIONS:
            begins, ends = datetime.combine(at.date(), begin), datetime.combine(at.date(), end)
            inside = max(timedelta(0), min(at.replace(second=0, microsecond=0), ends) - begins)
            total += Fraction(int(inside / MINUTE), int((ends - begins) / MINUTE))
    return total


def minutes(at: datetime) -> int:
    """Working minutes since 2022-01-01, by the same walk."""
    whole = _until(at.date()) / 2 * 390
    total = int(whole)
    if is_workday(at.date()):
        for begin, end in SESSIONS:
            begins, ends = datetime.combine(at.date(), begin), datetime.combine(at.date(), end)
            total += int(max(timedelta(0), min(at.replace(second=0, microsecond=0), ends) - begins) / MINUTE)
    return total


def moment(position: Fraction) -> datetime:
    """The earliest minute at or after a position in half-days."""
    day = date(2022, 1, 1)
    low, high = 0, 6 * 366
    while low < high:
        middle = (low + high) // 2
        if _until(day + timedelta(days=middle + 1)) >= position:
            high = middle
        else:
            low = middle + 1
    on = day + timedelta(days=low)
    rest = position - _until(on)
    for begin, end in SESSIONS:
        begins, ends = datetime.combine(on, begin), datetime.combine(on, end)
        if rest <= 1:
            spent = rest * int((ends - begins) / MINUTE)
            return begins + MINUTE * (-(-spent.numerator // spent.denominator))
        rest -= 1
    raise AssertionError(position)


def working_day_after(on: date, n: int) -> date:
    while n:
        on += timedelta(days=1)
        n -= is_workday(on)
    return on
