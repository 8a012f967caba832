"""Credit codes by arithmetic on bytes beside the same reckoned sign by sign."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from kpi.quality.codes import ALPHABET, right


def check(code: str) -> bool:
    """GB 32100-2015, 4.6: the check sign is 31 less the weighted sum of the others, modulo 31."""
    if len(code) != 18 or any(sign not in ALPHABET for sign in code):
        return False
    total = sum(ALPHABET.index(sign) * 3**at for at, sign in enumerate(code[:17]))
    return ALPHABET.index(code[17]) == (31 - total % 31) % 31


def made(chance: random.Random) -> str:
    code = "".join(chance.choices(ALPHABET, k=17))
    code += next(sign for sign in ALPHABET if check(code + sign))
    at = chance.randrange(18)
    return chance.choice((code, code, code, code[:at] + chance.choice(ALPHABET) + code[at + 1 :], code[:at] + chance.choice("IOSZV-a号 ") + code[at + 1 :], code.lower(), code[1:], code + "1", ""))


@pytest.mark.parametrize("seed", range(3))
def test_right_codes(seed):
    chance = random.Random(seed)
    codes = [made(chance) for _ in range(500)]
    expected = [check(code) for code in codes]
    assert right(pa.array(codes)).tolist() == expected and {True, False} == set(expected)
    assert right(pa.array(codes)[7:300]).tolist() == expected[7:300], "an array may be a part of another"
    whole = [code for code in codes if len(code.encode()) == 18]
    assert right(pa.array(whole)[1:]).tolist() == [check(code) for code in whole[1:]]


def test_known_codes():
    assert right(pa.array(["91350100M000100Y43", "91350100M000100Y44", "91350100m000100y43"])).tolist() == [True, False, False]
    assert right(pa.array([], pa.string())).tolist() == []
