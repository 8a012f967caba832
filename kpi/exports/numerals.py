"""Numbers written in Chinese characters: 二〇二三, 十二, 两, 壹万贰仟."""

from __future__ import annotations

_DIGITS = {"〇": 0, "零": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
           "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LONGEST = 30
"""Signs of the longest number anybody writes out."""

_MYRIADS = {"万": 10_000, "亿": 100_000_000}


def digits(text: str) -> int:
    """Return the number a run of Chinese characters states, digit by digit or with tens; raises ValueError for anything else."""
    if not 0 < len(text) <= LONGEST or any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        raise ValueError(text)
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS[c]
            section = digit = 0
    return total + section + digit
