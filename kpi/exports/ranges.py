"""Beginning and end of a time that one cell states together: 2022.1.1-2023.6.30, 2023年7月1日至今, 3月1日 9:00-17:00.

    ends("2022.1.1-2023.6.30")  -> (Span(2022-01-01, ...), Span(2023-06-30, ...))
    ends("2023年7月1日起")       -> (Span(2023-07-01, ...), None)
"""

from __future__ import annotations

import re
from datetime import datetime

from kpi.exports import dates, numerals, times
from kpi.exports.choices import BLANKS, DATE_BLANKS
from kpi.exports.outcome import Reject, compact, dashed, faulty
from kpi.exports.spans import PLAIN, Context, Span
from kpi.exports.times import Parsed

_BETWEEN = re.compile(r"\s*(?:起|开始)?\s*(?:-|~|至|到)+\s*(?:今$)?")
_FROM = re.compile(r"(?:自|从)\s*")
_ON = re.compile(r"\s*(?:起|开始|以来|后|之后)?[。.]?$")
_OPEN = frozenset(["今", "今日", "今天", "当前", "不限"])
"""Words for an end that has not come, beside the marks of a blank date."""


def ends(value: object, context: Context = PLAIN) -> tuple[Parsed, Parsed]:
    """Return what a cell states as beginning and as end of a time; a single day is the beginning."""
    if not isinstance(value, str):
        return times.parse(value, context), None
    if bad := faulty(value):
        return bad, None
    text = _FROM.sub("", times.CHINESE.sub(lambda found: str(numerals.digits(found[0])), dashed(compact(value)).lower()), count=1)
    if text in BLANKS or text in DATE_BLANKS:
        return None, None
    first = dates.read(text, 0, context)
    if first is None:
        return Reject("date_unreadable"), None
    begin, pos = first
    if isinstance(begin, Reject):
        return begin, None
    if _ON.match(text, pos):
        return _apart(begin)
    between = _BETWEEN.match(text, pos)
    if between is None:
        return Reject("date_unreadable"), None
    rest = text[between.end() :]
    if not rest or rest in _OPEN or rest in DATE_BLANKS:
        return begin, None
    end = times.parse(rest, context._replace(year=begin.start.year, month=begin.start.month))
    if isinstance(end, Span) and end.end <= begin.start:
        return begin, Reject("slot_reversed")
    return begin, end


def _apart(span: Span) -> tuple[Span, Span | None]:
    """Return the two ends of an agreed slot, which is read as one time; any other time is the beginning."""
    if span.precision != "slot":
        return span, None
    return _moment(span.start), _moment(span.end)


def _moment(at: datetime) -> Span:
    return Span(at, at, "moment")


def end(value: object, which: str, context: Context = PLAIN) -> Parsed:
    """Return the first or the last end of what a cell states."""
    return ends(value, context)[which == "last"]
