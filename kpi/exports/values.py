"""Values of cells: text to what a column's kind keeps. Blank gives None, what cannot be read raises Unreadable."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache

from kpi import standards
from kpi.exports.choices import BLANKS, CHOICES, NO, UNSURE, YES, ZERO_WORDS
from kpi.exports.fields import Field
from kpi.exports.times import Unreadable, plain
from kpi.problems import did_you_mean

_WHOLE = re.compile(r"^(\d+)\.0+$")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?e\+?\d+$", re.IGNORECASE)
_COUNT = re.compile(r"^[约共]?(\d+)(?:\.0+)?\s*(?:次|份|个|项|件|环节|户|张|种|条)?$")
_AMOUNT = re.compile(r"^[￥¥]?\s*([-+]?[\d,]+(?:\.\d+)?|[-+]?\.\d+)\s*(亿元|亿|万元|万|元|块|rmb)?(?:整)?$", re.IGNORECASE)
_UNITS = {"亿元": 10**8, "亿": 10**8, "万元": 10**4, "万": 10**4, "元": 1, "块": 1, "rmb": 1}
_NUMBER = re.compile(r"^([-+]?[\d,]+(?:\.\d+)?|[-+]?\.\d+)\s*(%|[a-z³㎥/方时日年万亩米公里km²m]+)?$", re.IGNORECASE)


def blank(text: str) -> bool:
    """Return whether a cell says nothing."""
    return text.lower() in BLANKS


def identifier(text: str) -> str | None:
    """Return an identifier as text: 12.0 of a spreadsheet is 12, 0012 stays 0012."""
    text = plain(text)
    if blank(text):
        return None
    whole = _WHOLE.match(text)
    if whole:
        return whole[1]
    if _SCIENTIFIC.match(text) and "e" in text.lower():
        try:
            return f"{Decimal(text):f}"
        except InvalidOperation:
            return text
    return re.sub(r"\s+", "", text)


def words(text: str) -> str | None:
    """Return text without width differences and surrounding space."""
    text = plain(text)
    return None if blank(text) else text


def count(text: str) -> int | None:
    """Return a whole number that is not negative."""
    text = plain(text)
    if blank(text):
        return None
    if text in ZERO_WORDS or text in ("0资料", "无需", "零"):
        return 0
    found = _COUNT.match(text)
    if found is None:
        raise Unreadable("not_a_count")
    return int(found[1])


def number(text: str) -> float | None:
    """Return a decimal number; a unit behind it is passed over, a percent sign divides by 100."""
    text = plain(text)
    if blank(text) or text in ("无", "待定", "不详"):
        return None
    found = _NUMBER.match(text)
    if found is None:
        raise Unreadable("not_a_number")
    value = float(found[1].replace(",", ""))
    return value / 100 if found[2] == "%" else value


def yuan(text: str, factor: int | None) -> float | None:
    """Return an amount in yuan; `factor` is the unit of header or title (None = not stated, amounts under 1,000 are refused)."""
    text = plain(text)
    if blank(text) or text in ("无", "政府出资", "财政", "政府", "待定", "不详"):
        return None
    if text in ZERO_WORDS:
        return 0.0
    found = _AMOUNT.match(text)
    if found is None:
        raise Unreadable("not_an_amount")
    value = Decimal(found[1].replace(",", ""))
    unit = _UNITS[found[2].lower()] if found[2] else factor
    if unit is None:
        if value != 0 and abs(value) < 1000:
            raise Unreadable("unit_unknown")
        unit = 1
    return float(value * unit)


def yesno(text: str) -> bool | None:
    """Return true or false; blank and 'not decided' give None."""
    text = plain(text).lower().removesuffix(".0")
    if blank(text) or text in UNSURE:
        return None
    if text in YES:
        return True
    if text in NO:
        return False
    raise Unreadable("not_yes_no")


@cache
def _choices(name: str) -> dict[str, str]:
    return {plain(word).lower(): value for value, synonyms in CHOICES[name].items() for word in synonyms}


def choice(text: str, name: str) -> str | None:
    """Return the value of a closed list for a word of an office."""
    text = plain(text)
    known = _choices(name)
    bare = re.sub(r"\s+", "", text).lower().removesuffix(".0")
    if bare in known:
        return known[bare]
    if blank(text) or bare in UNSURE:
        return None
    inner = re.sub(r"\(.*?\)", "", bare)
    if inner in known:
        return known[inner]
    raise Unreadable("not_in_list", near=did_you_mean(bare, known) or "", list="、".join(CHOICES[name]))


def rating(text: str) -> int | None:
    """Return a rating of 1 to 5; default and missing ratings give None."""
    text = plain(text)
    if blank(text):
        return None
    try:
        return standards.score(text)
    except KeyError as error:
        raise Unreadable("not_a_rating") from error


def parser(field: Field, factor: int | None) -> Callable[[str], object]:
    """Return the function that reads a cell of a column (times are read by `times.parse`)."""
    if field.kind == "yuan":
        return lambda text: yuan(text, factor)
    if field.kind == "choice":
        return lambda text: choice(text, field.choice)
    return {
        "id": identifier, "text": words, "name": words, "phone": identifier, "free": words, "count": count, "number": number, "yesno": yesno, "score": rating,
    }[field.kind]
