"""Recorded times: text of an office to a half-open span with its precision, nothing guessed.

Precision: moment (from = to), half, day, month, vague (third of a month, quarter, half-year, before year end), slot (exact range).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kpi.exports.choices import BLANKS, DATE_BLANKS, UNSURE

EXCEL_EPOCH = datetime(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Span:
    """From (inclusive) to (exclusive; equal for a moment) with the precision the text shows."""

    start: datetime
    end: datetime
    precision: str


class Unreadable(ValueError):
    """The text states something that is no usable value; `code` names the reason, `args_` fills its words."""

    def __init__(self, code: str, **args: str) -> None:
        super().__init__(code)
        self.code = code
        self.args_ = args


_DATE = (
    r"(?:(?P<y>\d{4}|\d{2})\s*(?P<s>[-/.年])\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?"
    r"|(?P<y8>\d{4})(?P<m8>\d{2})(?P<d8>\d{2})(?!\d)"
    r"|(?P<mo>\d{1,2})\s*月\s*(?P<do>\d{1,2})\s*[日号]?"
    r"|(?P<ms>\d{1,2})(?P<ss>[/-])(?P<ds>\d{1,2})(?![-/.\d]))"
)
_CLOCK = r"(?P<half>上午|下午|早上|中午|晚上|凌晨|早晨|am|pm|上|下)?\s*(?:(?P<h>\d{1,2})\s*(?:[:时点]\s*(?P<mi>\d{1,2}|半|一刻|三刻)?\s*分?\s*(?::?\s*(?P<se>\d{1,2})(?:\.\d+)?\s*秒?)?)\s*整?)?\s*(?P<post>am|pm)?"
_FULL = re.compile(rf"^{_DATE}(?:\s*[(（]?(?:周|星期|礼拜)[一二三四五六日天][)）]?)?[\st,，]*{_CLOCK}$", re.IGNORECASE)
_RANGE = re.compile(r"^(?P<first>.*?\d{1,2}\s*[:时点]\s*\d{0,2}\s*分?)\s*(?:-|~|—|–|至|到)+\s*(?P<last>.*\d{1,2}\s*[:时点]\s*\d{0,2}\s*分?)$")
_TIME_ONLY = re.compile(rf"^{_CLOCK}$", re.IGNORECASE)
_MONTH = re.compile(r"^(?:(?P<y>\d{4}|\d{2})\s*[-/.年]\s*)?(?P<m>\d{1,2})\s*月?(?:份)?$")
_YEAR_PART = re.compile(
    r"^(?:(?P<y>\d{4}|\d{2})\s*年?\s*)?(?:(?P<m>\d{1,2})\s*月\s*(?P<third>上旬|中旬|下旬|月底|底|末|初|月初)"
    r"|第?(?P<q>[一二三四1-4])\s*季度|q(?P<q2>[1-4])|(?P<h>上半年|下半年)|(?P<end>年底前|年底|年末|年内))$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\d{5}(\.\d+)?$")
_ISO = re.compile(r"^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$")
_PART = {"上午": "am", "早上": "am", "早晨": "am", "凌晨": "am", "上": "am", "am": "am", "下午": "pm", "晚上": "pm", "下": "pm", "pm": "pm", "中午": "noon"}
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45, None: 0, "": 0}


def plain(text: str) -> str:
    """Return a cell's text in half-width form, without leading apostrophe, tabs and surrounding or no-break spaces."""
    if text.isascii():
        return text.strip().lstrip("'").strip()
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip().lstrip("'’‘").strip()


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _day(year: int, month: int, day: int) -> datetime:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable("year_out_of_range", year=str(year))
    try:
        return datetime(year, month, day)
    except ValueError as error:
        raise Unreadable("no_such_date") from error


def _month_span(year: int, month: int, precision: str = "month", months: int = 1) -> Span:
    first = _day(year, month, 1)
    index = year * 12 + month - 1 + months
    return Span(first, datetime(index // 12, index % 12 + 1, 1), precision)


def _clock(match: re.Match[str]) -> tuple[str, int] | None:
    """Return ("moment", minute of the day), ("half", 0 or 720), or None where the text shows no time of day."""
    part = _PART.get((match["half"] or match["post"] or "").lower())
    if match["h"] is None:
        if part == "am":
            return "half", 0
        if part == "pm":
            return "half", 720
        return None
    hour = int(match["h"])
    minute = _MINUTES[match["mi"]] if match["mi"] in _MINUTES else int(match["mi"])
    if (part == "pm" and hour < 12) or (part == "noon" and hour < 11):
        hour += 12
    if part == "am" and hour == 12 and (match["half"] or "").lower() in ("am", "凌晨") or (match["post"] or "").lower() == "am" and hour == 12:
        hour = 0
    if hour == 24 and minute == 0:
        return "moment", 1440
    if hour > 23 or minute > 59:
        raise Unreadable("no_such_time")
    return "moment", hour * 60 + minute


def parse(text: str, year: int | None = None, on: date | None = None) -> Span | None:
    """Return the span of a recorded time, None for a blank; raises Unreadable for anything else.

    `year` completes dates without one, `on` completes a bare time of day.
    """
    fast = _ISO.match(text)
    if fast:
        y, mo, d, h, mi, s = fast.groups()
        begin = _day(int(y), int(mo), int(d))
        if h is None:
            return Span(begin, begin + timedelta(days=1), "day")
        try:
            at = begin.replace(hour=int(h), minute=int(mi), second=int(s or 0))
        except ValueError as error:
            raise Unreadable("no_such_time") from error
        return Span(at, at, "moment")
    text = plain(text)
    lowered = text.lower()
    if lowered in BLANKS or lowered in DATE_BLANKS or lowered in UNSURE:
        return None
    if _NUMBER.match(text):
        serial = float(text)
        at = EXCEL_EPOCH + timedelta(minutes=round(serial * 1440))
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise Unreadable("year_out_of_range", year=str(at.year))
        return Span(at, at + timedelta(days=1), "day") if serial == int(serial) else Span(at, at, "moment")
    full = _FULL.match(text)
    if full:
        return _full(full, year)
    if ranged := _RANGE.match(text):
        return _range(ranged, year, on)
    if bare := _TIME_ONLY.match(text):
        clock = _clock(bare)
        if clock is not None:
            if on is None:
                raise Unreadable("time_without_date")
            return _at(datetime(on.year, on.month, on.day), clock)
    if vague := _YEAR_PART.match(text):
        return _vague(vague, year)
    if month := _MONTH.match(text):
        if month["y"] is None and "月" not in text:
            raise Unreadable("not_a_date")
        if month["y"] is None and year is None:
            raise Unreadable("no_year")
        return _month_span(_year(month["y"]) if month["y"] else int(year), _valid_month(month["m"]))
    raise Unreadable("not_a_date")


def _valid_month(text: str) -> int:
    if not 1 <= int(text) <= 12:
        raise Unreadable("no_such_date")
    return int(text)


def _at(day: datetime, clock: tuple[str, int] | None) -> Span:
    if clock is None:
        return Span(day, day + timedelta(days=1), "day")
    kind, minute = clock
    at = day + timedelta(minutes=minute)
    return Span(at, at + timedelta(hours=12), "half") if kind == "half" else Span(at, at, "moment")


def _full(match: re.Match[str], year: int | None) -> Span:
    if match["y"]:
        day = _day(_year(match["y"]), int(match["m"]), int(match["d"]))
    elif match["y8"]:
        day = _day(int(match["y8"]), int(match["m8"]), int(match["d8"]))
    else:
        if year is None:
            raise Unreadable("no_year")
        day = _day(year, int(match["mo"] or match["ms"]), int(match["do"] or match["ds"]))
    span = _at(day, _clock(match))
    if match["se"] and span.precision == "moment":
        at = span.start + timedelta(seconds=int(match["se"]))
        return Span(at, at, "moment")
    return span


def _range(match: re.Match[str], year: int | None, on: date | None) -> Span:
    first = parse(match["first"], year, on)
    if first is None or first.precision != "moment":
        raise Unreadable("not_a_date")
    last_text = match["last"]
    half = re.search(r"上午|下午|am|pm", match["first"], re.IGNORECASE)
    last = parse(last_text, year, first.start.date())
    if last is not None and last.start <= first.start and half and half[0].lower() in ("下午", "pm") and last.start.hour < 12:
        last = Span(last.start + timedelta(hours=12), last.end + timedelta(hours=12), last.precision)
    if last is None or last.precision != "moment" or last.start < first.start:
        raise Unreadable("not_a_date")
    return Span(first.start, last.start, "slot")


def _vague(match: re.Match[str], year: int | None) -> Span:
    if match["y"] is None and year is None:
        raise Unreadable("no_year")
    full = _year(match["y"]) if match["y"] else int(year)
    if match["m"]:
        month = _month_span(full, _valid_month(match["m"]))
        first, last = {"上旬": (1, 11), "初": (1, 11), "月初": (1, 11), "中旬": (11, 21)}.get(match["third"], (21, 0))
        return Span(month.start.replace(day=first), month.start.replace(day=last) if last else month.end, "vague")
    if match["q"] or match["q2"]:
        quarter = "一二三四".find(match["q"]) + 1 if match["q"] and not match["q"].isdigit() else int(match["q"] or match["q2"])
        return _month_span(full, quarter * 3 - 2, "vague", 3)
    if match["h"]:
        return _month_span(full, 1 if match["h"] == "上半年" else 7, "vague", 6)
    return _month_span(full, 1, "vague", 12)
