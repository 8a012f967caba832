"""How a recorded time is written: as precise as it was recorded, never more."""

from __future__ import annotations

from datetime import date, datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def date_name(at: datetime, lang: str = "zh") -> str:
    """Return the day of a moment: 2024年5月9日, 9 May 2024."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}" if lang == "en" else f"{at.year}年{at.month}月{at.day}日"


def day_name(on: date, lang: str = "zh") -> str:
    """Return a day without its year, with its weekday: 5月6日（周一）, Mon 6 May."""
    if lang == "en":
        return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"
    return f"{on.month}月{on.day}日（周{'一二三四五六日'[on.weekday()]}）"


def recorded(at: datetime | None, precision: str | None, lang: str = "zh") -> str:
    """Return a recorded time in words by its precision (moment, slot, half, day, month, vague); — for none."""
    if at is None:
        return "—"
    if precision in ("month", "vague"):
        words = f"{_MONTHS[at.month - 1]} {at.year}" if lang == "en" else f"{at.year}年{at.month}月"
        return words if precision == "month" else words + (" (vague)" if lang == "en" else "前后")
    if precision == "half":
        half = ("morning", "afternoon")[at.hour >= 12] if lang == "en" else "上午下午"[0 if at.hour < 12 else 2:][:2]
        return f"{date_name(at, lang)} {half}" if lang == "en" else date_name(at, lang) + half
    if precision in ("moment", "slot"):
        return f"{date_name(at, lang)} {at:%H:%M}"
    return date_name(at, lang)
