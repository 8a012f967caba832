"""Words a person reads: texts in both languages, interface words from TOML, and how a figure is written."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
MISSING = "—"


@dataclass(frozen=True)
class Text:
    """A text in Chinese and English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Return the text in `lang` (zh or en)."""
        return self.en if lang == "en" else self.zh


@cache
def _words(lang: str) -> dict[str, Any]:
    folder = Path(__file__).with_name(lang)
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


def keys(lang: str) -> set[str]:
    """Return every key of a language, dotted."""

    def walk(node: dict[str, Any], before: str) -> set[str]:
        return {k for name, value in node.items() for k in (walk(value, f"{before}{name}.") if isinstance(value, dict) else {before + name})}

    return walk(_words(lang), "")


def word(key: str, lang: str = "zh", **values: Any) -> str:
    """Return the words of a key ("pages.overview.title"), with values filled in; raises KeyError for an unknown key."""
    node: Any = _words(lang)
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            raise KeyError(key)
        node = node[part]
    if not isinstance(node, str):
        raise KeyError(key)
    return node.format(**values) if values else node


_SUFFIX = {
    "zh": {"wd": "个工作日", "d": "天", "h": "小时", "yuan": "元", "count": "", "score": "分"},
    "en": {"wd": " working days", "d": " days", "h": " h", "yuan": " yuan", "count": "", "score": ""},
}
_PLACES = {"wd": 2, "d": 1, "h": 1, "yuan": 2, "count": 0, "score": 2}


def _rounded(value: float, places: int, rounding: str = ROUND_HALF_UP) -> str:
    number = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), rounding=rounding)
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format(value: float | int | None, unit: str, lang: str = "zh") -> str:
    """Return a figure as written on page and report: rounded half up once, a rate below 100 % never shown as 100.0 %."""
    if value is None:
        return MISSING
    if unit == "ratio":
        places = Decimal("0.1")
        percent = Decimal(repr(float(value))) * 100
        number = percent.quantize(places, rounding=ROUND_HALF_UP)
        if number == 100 and value < 1:
            number = percent.quantize(places, rounding=ROUND_DOWN)
        return f"{number}%"
    places = _PLACES[unit]
    if unit == "count" and float(value) != int(value):
        places = 2
    return _rounded(float(value), places) + _SUFFIX["en" if lang == "en" else "zh"][unit]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_name(month: str, lang: str = "zh") -> str:
    """Return a month "2024-05" as read: 2024年5月, May 2024."""
    year, number = month[:4], int(month[5:7])
    return f"{_MONTHS[number - 1]} {year}" if lang == "en" else f"{year}年{number}月"


def month_short(month: str, lang: str = "zh") -> str:
    """Return a month without its year: 5月, May."""
    number = int(month[5:7])
    return _MONTHS[number - 1] if lang == "en" else f"{number}月"
