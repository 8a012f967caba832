"""Times of day as offices write them: 14:30, 下午2点半, 上午, 8:30-10:30."""

from __future__ import annotations

import re
from typing import NamedTuple

from kpi.exports.outcome import Reject

NOON = 12 * 60
DAY = 24 * 60


class Clock(NamedTuple):
    """A time of day without its date: seconds of the day from and to, and the precision moment, half, slot or day."""

    start: int
    end: int
    precision: str


_MORNING = ("上午", "早上", "早晨", "清晨", "早", "am", "a.m.", "a.m")
_AFTERNOON = ("下午", "午后", "傍晚", "pm", "p.m.", "p.m")
_NIGHT = ("晚上", "晚间", "夜间", "夜里", "晚", "夜")
_NOON = ("中午", "午间", "正午")
_DAWN = ("凌晨",)
_WORDS = sorted((*_MORNING, *_AFTERNOON, *_NIGHT, *_NOON, *_DAWN), key=len, reverse=True)

_PERIOD = re.compile("(" + "|".join(map(re.escape, _WORDS)) + r")\s*")
_HALF = re.compile(r"(?:(上|下)半[天日]|(上|下)午半[天日]|(全天|一天|整天))")
_COLON = re.compile(r"(\d{1,2})[:;](\d{2})(?:[:;](\d{2})(?:\.\d+)?)?(?!\d)\s*(?:分|秒)?")
_POINT = re.compile(r"(\d{1,2})\s*(?:点钟?|时)\s*(?:(半)|(一刻)|(三刻)|(整)|(\d{1,2})\s*(?:分(?:\s*(\d{1,2})\s*秒)?)?(?!\d))?")
_DOT = re.compile(r"(\d{1,2})\.(\d{2})(?![\d.])")
_TAIL = re.compile(r"\s*(am|pm|a\.m\.?|p\.m\.?)(?![a-z])")
_BOTH = re.compile(r"(\d{1,2})\s*(?:-|~|至|到)\s*(?=\d{1,2}\s*[点时])")
_RANGE = re.compile(r"\s*(?:-|~|至|到)+\s*")


def _hour(hour: int, minute: int, second: int, period: str, pointed: bool) -> int | Reject:
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return Reject("time_impossible")
    if not period:
        # 2点半 may be night or afternoon; the 24-hour form 2:30 and 02点 say which
        return Reject("time_ambiguous") if pointed and 1 <= hour <= 6 else hour * 3600 + minute * 60 + second
    if period in _MORNING:
        fits = hour <= 12
    elif period in _DAWN:
        fits, hour = hour <= 6 or hour == 12, hour % 12
    elif period in _NOON:
        fits, hour = hour in (10, 11, 12, 13, 14, 1, 2), hour + 12 if hour in (1, 2) else hour
    elif period in _AFTERNOON:
        fits, hour = 1 <= hour <= 23, hour + 12 if hour < 12 else hour
    else:
        fits, hour = 5 <= hour <= 23 and hour != 12, hour + 12 if hour < 12 else hour
    return hour * 3600 + minute * 60 + second if fits else Reject("time_contradicts_period")


def _moment(text: str, pos: int, period: str, dotted: bool) -> tuple[int | Reject, int, str] | None:
    """Read one time of day at `pos`: (second of the day or reject, position behind it, its period word), None where there is none."""
    at = pos
    if word := _PERIOD.match(text, at):
        period, at = word.group(1), word.end()
    if found := _BOTH.match(text, at):
        # 8-10点: the first hour borrows the 点 of the second, and the dash is left for the caller
        return _hour(int(found[1]), 0, 0, period, True), found.end(1), period
    if found := _COLON.match(text, at):
        hour, minute, second, pointed = int(found[1]), int(found[2]), int(found[3] or 0), False
    elif found := _POINT.match(text, at):
        minute = 30 if found[2] else 15 if found[3] else 45 if found[4] else int(found[6] or 0)
        hour, second, pointed = int(found[1]), int(found[7] or 0), not found[1].startswith("0")
    elif dotted and (found := _DOT.match(text, at)):
        hour, minute, second, pointed = int(found[1]), int(found[2]), 0, False
    else:
        return None
    end = found.end()
    if tail := _TAIL.match(text, end):
        period, end = tail.group(1), tail.end()
    return _hour(hour, minute, second, period, pointed), end, period


def read(text: str, pos: int = 0, *, dotted: bool = False) -> tuple[Clock | Reject, int] | None:
    """Read a time of day, a half day or a slot at `pos`; `dotted` allows 14.30, which only follows a date. None where there is none."""
    if half := _HALF.match(text, pos):
        if half[3]:
            return Clock(0, DAY * 60, "day"), half.end()
        return _half_day((half[1] or half[2]) == "上"), half.end()
    first = _moment(text, pos, "", dotted)
    if first is None:
        word = _PERIOD.match(text, pos)
        if word is None:
            return None
        span = _half_day(word[1] in _MORNING) if word[1] in ("上午", "下午", "am", "pm", "午后") else Clock(0, DAY * 60, "day")
        return span, word.end()
    start, end, period = first
    if isinstance(start, Reject):
        return start, end
    if (dash := _RANGE.match(text, end)) and (second := _moment(text, dash.end(), period, dotted)):
        stop, behind, _ = second
        if isinstance(stop, Reject):
            return stop, behind
        return (Clock(start, stop, "slot") if start < stop else Reject("slot_reversed")), behind
    return Clock(start, start, "moment"), end


def _half_day(morning: bool) -> Clock:
    return Clock(0, NOON * 60, "half") if morning else Clock(NOON * 60, DAY * 60, "half")
