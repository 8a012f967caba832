"""Spans of time with their precision, and how days, months and clock times become one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from kpi.exports.clock import Clock
from kpi.exports.outcome import Reject

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Dates outside these years are typing errors."""


class Span(NamedTuple):
    """When something happened: from, exclusive end (equal to from for a moment), precision."""

    start: datetime
    end: datetime
    precision: str


class Context(NamedTuple):
    """What a year-less date may lean on, whether plans are welcome in this column, and whether day counts start in 1904."""

    year: int | None = None
    month: int | None = None
    planned: bool = False
    from_1904: bool = False


PLAIN = Context()


def sane(span: Span) -> Span | Reject:
    """Return a span, or the reject of one outside the sensible years."""
    return span if FIRST_YEAR <= span.start.year < LAST_YEAR + 1 and span.end.year <= LAST_YEAR + 1 else Reject("date_out_of_range", {"year": span.start.year})


def whole_day(day: date) -> Span | Reject:
    """Return the span of a day, or the reject of one outside the sensible years."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Reject("date_out_of_range", {"year": day.year})
    start = datetime(day.year, day.month, day.day)
    return Span(start, start + timedelta(days=1), "day")


def exact(year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None) -> Span | Reject | None:
    """Return the span of a day or moment given by its digits; None for the day zero of Excel and of databases, Reject for what no calendar has."""
    if year == "1900" and int(day) == 0 or year == "0000" and int(month) == int(day) == 0:
        return None
    try:
        at = datetime(int(year), int(month), int(day))
    except ValueError:
        return Reject("date_impossible")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return Reject("date_out_of_range", {"year": at.year})
    if hour is None:
        return Span(at, at + timedelta(days=1), "day")
    h, m, s = int(hour), int(minute), int(second or 0)
    if m > 59 or s > 59 or h > 24 or (h == 24 and (m or s)):
        return Reject("time_impossible")
    at += timedelta(hours=h, minutes=m, seconds=s)
    return Span(at, at, "moment")


def month_of(year: int, month: int) -> Span | Reject:
    """Return the span of a month."""
    if not 1 <= month <= 12:
        return Reject("date_impossible")
    return months(year, month, month, "month")


def months(year: int, first: int, last: int, precision: str = "vague") -> Span | Reject:
    """Return the span from the first to the last of some months of a year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Reject("date_out_of_range", {"year": year})
    return Span(datetime(year, first, 1), datetime(year + last // 12, last % 12 + 1, 1), precision)


def loosen(span: Span) -> Span:
    """Widen a moment said to be 'about' to its half day."""
    if span.precision not in ("moment", "slot"):
        return span
    day = span.start.replace(hour=0, minute=0, second=0)
    noon = day + timedelta(hours=12)
    return Span(day, noon, "half") if span.end < noon else Span(noon, day + timedelta(days=1), "half") if span.start >= noon else Span(day, day + timedelta(days=1), "day")


def on(day: date, of_day: Clock) -> Span:
    """Return the span of a time of day on its date."""
    start = datetime(day.year, day.month, day.day)
    return Span(start + timedelta(seconds=of_day.start), start + timedelta(seconds=of_day.end), of_day.precision)
