"""Dates inside a text, as offices write them: full, short, without year, months and vague periods, with the time of day behind."""

from __future__ import annotations

import calendar
import re
from datetime import timedelta

from kpi.exports import clock
from kpi.exports.outcome import Reject
from kpi.exports.spans import Context, Span, exact, month_of, months

SHORT_YEARS = range(15, 40)
"""Two-digit years taken as 20xx; others are too likely to be a day or month."""

_SEP = r"\s*[-/.年。、,\\]\s*"
_YMD = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})\s*[-/.月。、,\\]\s*(\d{{1,2}})(?!\d)(?:\s*[日号])?")
_GAP = re.compile(r"[\s,，日号的tT]*(?:-(?=\s*(?:\D|\d{1,2}[:;]\d\d)))?\s*")
_SPACED = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})(?![\d:])")
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)(?!\d)(?:\s*[日号])?")
_SHORT = re.compile(r"(\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)(?:\s*[日号])?")
_DMY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_ENGLISH = re.compile(r"(\d{1,2})[- ]([a-z]{3})[a-z]*[-, ]+(\d{4}|\d\d)(?!\d)|([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})(?!\d)")
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name}
_MD = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})(?![\d月])(?:\s*[日号])?")
_MD_SIGN = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?![\d:;])(?:\s*[日号])?")
_YM = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})(?!\d|\s*季)\s*(?:月份?)?")
_SHORT_YM = re.compile(r"(\d\d)年\s*(\d{1,2})\s*月份?")
_M = re.compile(r"(\d{1,2})\s*月份?")
_D = re.compile(r"(\d{1,2})\s*[日号]")
_Y = re.compile(r"(\d{4})\s*(?:年度?)?|(\d\d)年度?")
_THIRD = re.compile(r"\s*的?\s*(月?初|上旬|月?中旬|月中|中|下旬|月?底|月?末)")
_PART = re.compile(r"\s*第?\s*([1-4])\s*季度?(?:(初)|(末|底))?|\s*-?q([1-4])|\s*(上半年)|\s*(下半年)|\s*年?(底|末)|\s*年?(初)|\s*年?中|\s*年?内")


def _third(span: Span, word: str) -> Span:
    start = span.start
    if "初" in word or "上" in word:
        return Span(start, start.replace(day=11), "vague")
    if "中" in word:
        return Span(start.replace(day=11), start.replace(day=21), "vague")
    return Span(start.replace(day=21), span.end, "vague")


def _part(year: int, found: re.Match[str]) -> Span | Reject:
    quarter = found[1] or found[4]
    if quarter:
        first = int(quarter) * 3 - 2
        return months(year, first, first) if found[2] else months(year, first + 2, first + 2) if found[3] else months(year, first, first + 2)
    if found[5]:
        return months(year, 1, 6)
    if found[6]:
        return months(year, 7, 12)
    if found[7]:
        return months(year, 12, 12)
    if found[8]:
        return months(year, 1, 1)
    return months(year, 6, 7) if "中" in found[0] else months(year, 1, 12)


def read(text: str, pos: int, context: Context) -> tuple[Span | Reject, int] | None:
    """Read a date at `pos` with the time of day that may follow it: (span, position behind it)."""
    found = _date(text, pos, context)
    if found is None:
        return None
    span, end = found
    if isinstance(span, Reject) or span.precision != "day":
        return span, end
    skip = _GAP.match(text, end).end()
    timed = clock.read(text, skip, dotted=skip > end)
    if timed is None:
        return span, end
    of_day, end = timed
    if isinstance(of_day, Reject):
        return of_day, end
    if of_day.precision == "day":
        return span, end
    start = span.start
    return Span(start + timedelta(seconds=of_day.start), start + timedelta(seconds=of_day.end), of_day.precision), end


def _ymd(year: int, month: str, day: str) -> Span | Reject | None:
    return exact(str(year), month, day, None, None, None) or Reject("date_impossible")


def _date(text: str, pos: int, context: Context) -> tuple[Span | Reject, int] | None:
    """Read a date, month or vague period at `pos`, without a time of day."""
    for shape in (_YMD, _SPACED, _EIGHT):
        if found := shape.match(text, pos):
            return _ymd(int(found[1]), found[2], found[3]), found.end()
    if found := _DMY.match(text, pos):
        a, b = int(found[1]), int(found[2])
        if a > 12 or b > 12 or a == b:
            day, month = (a, b) if a > 12 else (b, a)
            return _ymd(int(found[3]), str(month), str(day)), found.end()
        return Reject("date_ambiguous"), found.end()
    if found := _SHORT.match(text, pos):
        if int(found[1]) not in SHORT_YEARS:
            return Reject("date_ambiguous"), found.end()
        return _ymd(2000 + int(found[1]), found[2], found[3]), found.end()
    if found := _ENGLISH.match(text, pos):
        name, day, year = (found[2], found[1], found[3]) if found[2] else (found[4], found[5], found[6])
        if name not in _MONTHS:
            return None
        return _ymd(int(year) if len(year) == 4 else 2000 + int(year), str(_MONTHS[name]), day), found.end()
    if found := _YM.match(text, pos) or _SHORT_YM.match(text, pos):
        year = int(found[1]) if len(found[1]) == 4 else 2000 + int(found[1])
        return _tail(text, found.end(), month_of(year, int(found[2])))
    if found := _MD.match(text, pos):
        return (Reject("date_no_year") if context.year is None else _ymd(context.year, found[1], found[2])), found.end()
    if found := _M.match(text, pos):
        return (Reject("date_no_year"), found.end()) if context.year is None else _tail(text, found.end(), month_of(context.year, int(found[1])))
    if found := _Y.match(text, pos):
        year = int(found[1]) if found[1] else 2000 + int(found[2])
        if part := _PART.match(text, found.end()):
            return _part(year, part), part.end()
        return months(year, 1, 12), found.end()
    if found := _MD_SIGN.match(text, pos):
        if context.year is None:
            return Reject("date_no_year"), found.end()
        return _ymd(context.year, found[1], found[3]), found.end()
    if found := _THIRD.match(text, pos) or _D.match(text, pos):
        if context.year is None or context.month is None:
            return Reject("date_no_year"), found.end()
        if found.re is _D:
            return _ymd(context.year, str(context.month), found[1]), found.end()
        return _third(months(context.year, context.month, context.month), found[1]), found.end()
    if found := _PART.match(text, pos):
        return (Reject("date_no_year") if context.year is None else _part(context.year, found)), found.end()
    return None


def _tail(text: str, pos: int, span: Span | Reject) -> tuple[Span | Reject, int]:
    if isinstance(span, Span) and (third := _THIRD.match(text, pos)):
        return _third(span, third[1]), third.end()
    return span, pos
