"""Credit codes by arithmetic on bytes beside the same reckoned sign by sign."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from kpi import quality
from kpi.quality import check as checking
from kpi.quality import habits
from kpi.quality.codes import right
from kpi.quality.habits import ALPHABET
from tests.quality.ledgers import made


def check(code: str) -> bool:
    """GB 32100-2015, 4.6: the check sign is 31 less the weighted sum of the others, modulo 31."""
    if len(code) != 18 or any(sign not in ALPHABET for sign in code):
        return False
    total = sum(ALPHABET.index(sign) * 3**at for at, sign in enumerate(code[:17]))
    return ALPHABET.index(code[17]) == (31 - total % 31) % 31


def code_of(chance: random.Random) -> str:
    code = "".join(chance.choices(ALPHABET, k=17))
    code += next(sign for sign in ALPHABET if check(code + sign))
    at = chance.randrange(18)
    return chance.choice((code, code, code, code[:at] + chance.choice(ALPHABET) + code[at + 1 :], code[:at] + chance.choice("IOSZV-a号 ") + code[at + 1 :], code.lower(), code[1:], code + "1", ""))


@pytest.mark.parametrize("seed", range(3))
def test_right_codes(seed):
    chance = random.Random(seed)
    codes = [code_of(chance) for _ in range(500)]
    expected = [check(code) for code in codes]
    assert right(pa.array(codes)).tolist() == expected and {True, False} == set(expected)
    assert right(pa.array(codes)[7:300]).tolist() == expected[7:300], "an array may be a part of another"
    whole = [code for code in codes if len(code.encode()) == 18]
    assert right(pa.array(whole)[1:]).tolist() == [check(code) for code in whole[1:]]


def test_known_codes():
    assert right(pa.array(["91350100M000100Y43", "91350100M000100Y44", "91350100m000100y43"])).tolist() == [True, False, False]
    assert right(pa.array([], pa.string())).tolist() == []


def test_many_applications_are_told_what_few_are(monkeypatch):
    chance = random.Random(4)
    rows = [{"app_id": f"A{n}", "applied_at": "2024-04-01", "_raw:uscc": code_of(chance) or None} for n in range(60)]
    told = []
    for many in (checking.MANY, 0):
        monkeypatch.setattr(checking, "MANY", many)
        with made({"application": rows}, "2024-06-01", habits.RULES) as engine:
            told.append([row["key"] for row in quality.findings(engine, code="uscc_wrong", limit=None)])
    codes = {row["app_id"]: (row["_raw:uscc"] or "").upper().strip() for row in rows}
    assert told[0] == told[1] and set(told[0]) == {key for key, code in codes.items() if len(code) == 18 and not check(code)} != set()
