"""GB18030 decoded column by column: the same text, and the same refusal, as decoding all of it."""

from __future__ import annotations

import random

import pytest

from kpi.exports import delimited
from kpi.exports.limits import Limits

LIMITS = Limits()
PAIRS = [bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF))]
"""Every sign of two bytes that there may be."""


def whole(piece, separator=","):
    """Return the columns of a piece that is decoded before it is cut, None where it is no GB18030."""
    try:
        text = piece.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return listed(delimited.cut(text.encode(), separator, LIMITS))


def parts(piece, separator=","):
    """Return the columns of a piece that is cut before it is decoded, None where it is no GB18030."""
    try:
        return listed(delimited.cut(piece, separator, LIMITS, chinese=True))
    except UnicodeDecodeError:
        return None


def listed(found):
    return [column.to_pylist() for column in found.columns]


def test_every_sign_of_two_bytes():
    lines = b"".join(b"%d,%s,%s\n" % (at, pair * (at % 3), b"xy"[at % 2 :]) for at, pair in enumerate(PAIRS))
    assert parts(lines) == whole(lines) and len(parts(lines)[1]) == len(PAIRS) == 23940


def test_every_other_sign():
    signs = [chr(code) for code in (*range(0x20, 0xD800, 7), *range(0xE000, 0x110000, 97)) if code not in (34, 44)]
    lines = "".join(f"{sign},a{sign}{sign},\n" for sign in signs).encode("gb18030")
    assert parts(lines) == whole(lines) == [signs, [f"a{sign}{sign}" for sign in signs], [""] * len(signs)]


@pytest.mark.parametrize("separator", delimited.WHOLE)
def test_whatever_is_no_gb18030_is_refused(separator):
    dice = random.Random(separator)
    kinds = [b"A", b"7", "甲".encode("gb18030"), "é".encode("gb18030"), "𠮷".encode("gb18030"), b"\x80", b"\xff", b"\x81", b"\x81\x30", b"\x81\x30\x81", b"\xfe\x39", b"\xb0|"]
    weights = [20, 20, 30, 5, 5, *[0.1] * 6, 5]
    refused = 0
    for _ in range(300):
        lines = [separator.encode().join(b"".join(dice.choices(kinds, weights, k=dice.randint(0, 4))) for _ in range(2)) for _ in range(dice.randint(1, 9))]
        piece = b"\r\n".join(lines) + dice.choice((b"", b"\r\n"))
        if delimited.cut(piece.decode("gb18030", "replace").encode(), separator, LIMITS) is not None:
            assert parts(piece, separator) == whole(piece, separator), piece
            refused += parts(piece, separator) is None
    assert 5 < refused < 200


def test_a_bar_may_be_part_of_a_sign():
    assert b"|" in "皘".encode("gb18030") and delimited.cut("皘|皘\n".encode("gb18030"), "|", LIMITS, chinese=True) is None
