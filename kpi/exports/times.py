"""Recorded times as half-open spans with their precision: moment, half, slot, day, month or vague.

    parse("2023年3月10日下午14:30分")  -> Span(2023-03-10 14:30, 2023-03-10 14:30, "moment")
    parse("3月10日上午", year=2023)    -> Span(2023-03-10 00:00, 2023-03-10 12:00, "half")
    parse("6月底", year=2023)          -> Span(2023-06-21 00:00, 2023-07-01 00:00, "vague")
    parse("下午14:30")                 -> Clock(52200, 52200, "moment"), a time of day still without its date
    parse("2023-02-30")                -> Reject("date_impossible")
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from kpi.exports import clock, dates, numerals
from kpi.exports.choices import BLANKS, DATE_BLANKS
from kpi.exports.clock import Clock
from kpi.exports.dates import SHORT_YEARS
from kpi.exports.outcome import Noted, Reject, compact, dashed, faulty
from kpi.exports.spans import FIRST_YEAR, LAST_YEAR, PLAIN, Context, Span, exact, loosen, month_of, months, sane, whole_day

_EXCEL_ZERO = datetime(1899, 12, 30)
_SERIALS = (36526, 73416)
_SNAP = 5

Parsed = Span | Clock | Noted | Reject | None

_FAST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?")
_NUMBER = re.compile(r"\d+(\.\d+)?(e[+]?\d+)?")
_LIST = re.compile(r"[\s,;、/及和]*")
_BEFORE = re.compile(r"\s*(之前|以前|前|止)")
_ABOUT = re.compile(r"\s*(左右|前后|上下|许)")
_DONE = re.compile(
    r"\s*(已|全部)?(完成|完工|竣工|通气|开工|验收(合格|通过)?|合格|办结|签订|签约|取得|反馈|开阀|点火|受理|报装|入场|进场|投产|投用|投运|到场|到达|离开|回访|起|开始)?[。.,;]?$"
)
_TO = re.compile(r"\s*(?:-|~|至|到)+\s*")
_WEEKDAY = re.compile(r"[(\[]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)\]]?")
_NOTE = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_PLAN = re.compile(r"(预计|预期|计划|拟定|拟于|拟|暂定|约定|预约|定于|争取|力争|目标)(?:于|在|为|时间)?\s*")
_ROUGH = re.compile(r"(大概|大约|约)\s*")
_NOT_YET = re.compile(r"(?:未|暂|待|尚未|还未|没|无|不)[^\d]{0,8}")
_ZONE = re.compile(r"(?<=\d[t ])(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(?:z|(?:utc)?([+])(\d\d):?(\d\d)|(?<=:\d\d:\d\d)(-)(\d\d):?(\d\d))$")
CHINESE = re.compile(r"[〇○零一二三四五六七八九十两]{1,30}(?=[年月日号点时季])|(?<=第)[一二三四](?=季)")
_RELATIVE = (("前年", -2), ("去年", -1), ("上年", -1), ("今年", 0), ("本年度", 0), ("本年", 0), ("当年", 0), ("明年", 1), ("次年", 1))
_RELATIVE_MONTH = (("上月", -1), ("上个月", -1), ("本月", 0), ("当月", 0), ("这个月", 0), ("下月", 1), ("下个月", 1))


def parse(value: object, context: Context = PLAIN) -> Parsed:
    """Return the span a cell states; a Clock when it states only a time of day; None for blank; Reject when it cannot be read."""
    if isinstance(value, str):
        found = _FAST.fullmatch(value)
        if found:
            return exact(*found.groups())
        return faulty(value) or _text(value, context)
    if value is None:
        return None
    if isinstance(value, bool):
        return Reject("date_unreadable")
    if isinstance(value, datetime):
        return _cell(value)
    if isinstance(value, date):
        return None if value.year == 1899 else whole_day(value)
    if isinstance(value, time):
        seconds = _snap(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)
        return Clock(seconds, seconds, "moment") if 0 < seconds < 86400 else None
    if isinstance(value, timedelta):
        seconds = _snap(value.total_seconds())
        return Clock(seconds, seconds, "moment") if 0 < seconds < 86400 else None if seconds == 0 else Reject("date_unreadable")
    if isinstance(value, (int, float)):
        return _number(value, context)
    return Reject("date_unreadable")


def _cell(value: datetime) -> Parsed:
    """A date cell of a workbook: rounded to the second, midnight means the day."""
    if value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    if value.microsecond:
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    if value.year <= 1900 and value < datetime(1900, 1, 1):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return Clock(seconds, seconds, "moment") if seconds else None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        return Reject("date_out_of_range", {"year": value.year})
    if not (value.hour or value.minute or value.second):
        return Span(value, value + timedelta(days=1), "day")
    return Span(value, value, "moment")


def _snap(seconds: float) -> int:
    """Round to the second, and to the minute where only the digits of an Excel fraction stand between."""
    whole = round(seconds)
    minute = round(seconds / 60) * 60
    return minute if seconds != whole and abs(seconds - minute) <= _SNAP else whole


def _number(value: float, context: Context) -> Parsed:
    if value == 0:
        return None
    if value != value or value < 0 or value > 99999999999999:
        return Reject("number_not_date")
    if 0 < value < 1:
        seconds = _snap(value * 86400)
        return Clock(seconds, seconds, "moment") if 0 < seconds < 86400 else Reject("number_not_date")
    whole = int(value)
    serial = value + 1462 if context.from_1904 else value
    if _SERIALS[0] <= serial < _SERIALS[1] and whole < 100_000:
        start = _EXCEL_ZERO + timedelta(days=int(serial))
        if whole == value:
            return Span(start, start + timedelta(days=1), "day")
        at = start + timedelta(seconds=_snap((value - whole) * 86400))
        return Span(at, at, "moment")
    if whole != value:
        return _pointed(repr(value), context)
    return _digits(str(whole)) or Reject("number_not_date")


def _pointed(text: str, context: Context) -> Parsed:
    """Read 3.15 as month and day, 2023.06 as a month; 3.1 may have been 3.10, and is not guessed."""
    before, after = text.split(".")[:2]
    if not after.isdigit() or len(after) > 2 or len(before) not in (1, 2, 4):
        return Reject("number_not_date")
    if len(before) == 4:
        return Reject("date_ambiguous") if after == "1" else month_of(int(before), int(after))
    if after in ("1", "2", "3"):
        return Reject("date_ambiguous")
    if not 1 <= int(before) <= 12:
        return Reject("number_not_date")
    if context.year is None:
        return Reject("date_no_year")
    span = exact(str(context.year), before, after, None, None, None)
    return Noted(span, "read_as_month_day") if isinstance(span, Span) else Reject("date_impossible")


def _digits(digits: str) -> Parsed:
    """Read a date written in digits only: 20230310, 202303101430, 202303, 230310 or a year."""
    if len(digits) == 8:
        return exact(digits[:4], digits[4:6], digits[6:], None, None, None)
    if len(digits) in (12, 14):
        return exact(digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:] or None)
    if len(digits) == 6:
        month = month_of(int(digits[:4]), int(digits[4:]))
        short = exact("20" + digits[:2], digits[2:4], digits[4:], None, None, None) if int(digits[:2]) in SHORT_YEARS else None
        one, other = isinstance(month, Span), isinstance(short, Span)
        return Reject("date_ambiguous") if one and other else month if one else short if other else Reject("date_impossible")
    if len(digits) == 4 and FIRST_YEAR <= int(digits) <= LAST_YEAR:
        return months(int(digits), 1, 12)
    return None


def _text(value: str, context: Context) -> Parsed:
    text = dashed(compact(value)).lower()
    if text in BLANKS or text in DATE_BLANKS:
        return None
    if _NUMBER.fullmatch(text):
        whole = text.split(".")[0]
        if text.isdigit() and len(text) in (8, 12, 14):
            return _digits(text) if text.startswith(("1", "2")) else Reject("date_impossible")
        if "." in text and len(whole) in (1, 2, 4) and whole != "0" and len(text.split(".")[1]) <= 2:
            return _pointed(text, context)
        return _number(float(text), context) if len(whole) <= 14 else Reject("number_not_date")
    if len(text) > 80:
        return Reject("date_unreadable")
    if _NOT_YET.fullmatch(text):
        return None
    text = CHINESE.sub(lambda found: str(numerals.digits(found[0])), text.replace("两点", "2点"))
    text = _WEEKDAY.sub(" ", text)
    notes: list[str] = []
    text = _NOTE.sub(lambda found: _note(found[1].strip(), notes), text).strip()
    planned = any(_PLAN.match(note) for note in notes)
    if plan := _PLAN.match(text):
        planned, text = True, text[plan.end():]
    rough = False
    if about := _ROUGH.match(text):
        rough, text = True, text[about.end():]
    if not text:
        return Reject("date_unreadable")
    zone = _ZONE.search(text) if ":" in text else None
    shift = None
    if zone:
        # a stated zone other than Beijing's is turned into Beijing time
        text = text[: zone.end(1)]
        east = int(zone[3] or 0) * 60 + int(zone[4] or 0) - int(zone[6] or 0) * 60 - int(zone[7] or 0)
        shift = timedelta(minutes=480 - east)
    for word, ahead in _RELATIVE_MONTH:
        if text.startswith(word):
            if context.year is None or context.month is None:
                return Reject("date_no_year")
            total = context.year * 12 + context.month - 1 + ahead
            text = f"{total // 12}年{total % 12 + 1}月{text[len(word):]}"
    for word, years in _RELATIVE:
        if text.startswith(word):
            if context.year is None:
                return Reject("date_no_year")
            text = f"{context.year + years}年{text[len(word):].removeprefix('年')}"
    found = _whole(text, context)
    if isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], (Span, Clock)):
        span, more = found
        if isinstance(span, Span):
            if shift is not None and span.precision == "moment":
                span = Span(span.start + shift, span.end + shift, "moment")
            span = sane(loosen(span) if rough or "about" in more else span)
            if isinstance(span, Reject):
                return span
        if planned and not context.planned:
            return Reject("planned_not_actual")
        ignored = "；".join([n for n in notes if not _PLAN.match(n)] + [m for m in more if m != "about"])
        return Noted(span, "note_ignored", {"note": ignored}) if ignored else span
    return found


def _note(text: str, notes: list[str]) -> str:
    """Keep a bracket that carries a time of day, set any other aside as a note."""
    if not text:
        return " "
    read = clock.read(text)
    if read and read[1] == len(text):
        return f" {text}"
    notes.append(text)
    return " "


def _whole(text: str, context: Context) -> tuple[Span | Clock, list[str]] | Reject:
    """Read a whole cell: a time of day, a date with or without one, or a range of dates."""
    more: list[str] = []
    timed = clock.read(text)
    if timed:
        span, pos = timed
        if isinstance(span, Reject):
            return span
        if about := _ABOUT.match(text, pos):
            pos = about.end()
            span = Clock(*((0, 43200) if span.start < 43200 else (43200, 86400)), "half")
        return (span, more) if _DONE.match(text, pos) else Reject("date_unreadable")
    first = dates.read(text, 0, context)
    if first is None:
        return Reject("date_unreadable")
    span, pos = first
    if isinstance(span, Reject):
        return span
    if dash := _TO.match(text, pos):
        rest = dates.read(text, dash.end(), context._replace(year=span.start.year, month=span.start.month))
        if rest is None:
            return Reject("date_unreadable")
        second, pos = rest
        if not isinstance(second, Span):
            return second
        if second.end <= span.start:
            return Reject("slot_reversed")
        timed = span.precision == second.precision == "moment"
        span = Span(span.start, second.end, "slot" if timed else "vague")
    if before := _BEFORE.match(text, pos):
        pos = before.end()
        span = Span(datetime(span.start.year, 1, 1), span.end, "vague")
    if about := _ABOUT.match(text, pos):
        pos = about.end()
        more.append("about")
    tail = _DONE.match(text, pos)
    if tail is None:
        again = dates.read(text, _LIST.match(text, pos).end(), context)
        return Reject("date_several" if again else "date_unreadable")
    return span, more
