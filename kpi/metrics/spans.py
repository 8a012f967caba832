"""Spans of months whose figures a build keeps: each month, and the spans up to it that pages ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from kpi.standards.months import between, shift

WINDOWS = (1, 3, 12)
"""Months of the spans that are kept, up to each month; and the year so far."""

Span = tuple[str, str]
"""(first month, last month)."""


def since(month: str) -> set[str]:
    """Return the first months of the spans up to a month that are kept."""
    return {shift(month, 1 - n) for n in WINDOWS} | {f"{month[:4]}-01"}


def last(as_of: datetime) -> str:
    """Return the last month that has begun by the as-of moment."""
    return f"{as_of - timedelta(minutes=1):%Y-%m}"


def upto(first: str, latest: str) -> list[Span]:
    """Return every span that is kept up to each month from `first` to `latest`, those that begin earlier included."""
    return [(begins, month) for month in between(first, latest) for begins in sorted(since(month))]


def asked(spans: Iterable[Span] | None, as_of: datetime) -> str | None:
    """Return the SQL condition over since and month that finds these spans, single months by default, among those kept at the as-of moment; None where one is not among them."""
    if spans is None:
        return "since = month"
    spans = list(spans)
    if any(month > last(as_of) or begins not in since(month) for begins, month in spans):
        return None
    return f"(since, month) in ({', '.join(f'({begins!r}, {month!r})' for begins, month in spans)})"
