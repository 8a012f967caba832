"""What is withheld cannot be reckoned back: proved by solving the equations of rows and columns exactly."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from kpi.reports.withholding import LEAST, told, withheld

PARTS, TOTAL, FAILED = ("kept", "left_out", "unknown"), "taken_in", "not_kept"


def row(kept: int, left_out: int, not_kept: int, unknown: int) -> dict[str, int]:
    return {"kept": kept, "left_out": left_out, "not_kept": not_kept, "unknown": unknown, "taken_in": kept + left_out + not_kept + unknown}


def determined(table: dict, hidden: set) -> set:
    """Return the hidden cells with one solution only, by Gauss elimination over fractions."""
    names = sorted(hidden)
    equations = [[Fraction((m == member) * (-1 if c == TOTAL else 1)) for m, c in names] for member in table]
    equations += [[Fraction(c == column) for _, c in names] for column in (*PARTS, TOTAL)]
    rank = 0
    for at in range(len(names)):
        pivot = next((r for r in range(rank, len(equations)) if equations[r][at]), None)
        if pivot is None:
            continue
        equations[rank], equations[pivot] = equations[pivot], equations[rank]
        equations[rank] = [value / equations[rank][at] for value in equations[rank]]
        for r in range(len(equations)):
            if r != rank and equations[r][at]:
                factor = equations[r][at]
                equations[r] = [a - factor * b for a, b in zip(equations[r], equations[rank], strict=True)]
        rank += 1
    return {names[next(i for i, value in enumerate(e) if value)] for e in equations[:rank] if sum(value != 0 for value in e) == 1}


def test_a_second_cell_goes_with_the_first():
    table = {"a": row(20, 0, 1, 2), "b": row(9, 0, 2, 4), "c": row(12, 0, 0, 5)}
    hidden = withheld(table, PARTS, TOTAL)
    assert ("a", "unknown") in hidden and ("a", "kept") in hidden and len(hidden) == 4 and not determined(table, hidden)
    assert not {cell for cell in hidden if cell[1] in (FAILED, TOTAL)}


def test_nothing_small_nothing_withheld():
    assert withheld({"a": row(20, 0, 1, 3), "b": row(9, 3, 2, 4)}, PARTS, TOTAL) == set()


def test_one_alone_cannot_be_hidden_and_takes_the_rest_along():
    hidden = withheld({"a": row(1, 0, 0, 1)}, PARTS, TOTAL)
    assert hidden == {("a", column) for column in (*PARTS, TOTAL)}


@pytest.mark.parametrize("seed", range(60))
def test_nothing_withheld_can_be_reckoned_back(seed):
    rng = random.Random(seed)
    table = {f"m{i}": row(*(rng.choice((0, 0, 1, 2, 3, 4, 9, 30)) for _ in range(4))) for i in range(rng.randint(2, 9))}
    hidden = withheld(table, PARTS, TOTAL)
    small = {(m, c) for m, r in table.items() for c in (*PARTS, TOTAL) if 0 < r[c] < LEAST}
    assert small <= hidden and not {cell for cell in hidden if cell[1] == FAILED}
    whole = len(hidden) == len(table) * 4
    assert determined(table, hidden) == told(hidden) and (whole or not determined(table, hidden))
    if not small:
        assert not hidden


def test_tables_of_one_population_withhold_the_same_totals():
    rng = random.Random(15)
    totals = {"a": 2, "b": 14, "c": 9, "d": 20}
    seen = set()
    for _ in range(20):
        table = {}
        for member, n in totals.items():
            kept = rng.randint(0, n)
            broken = rng.randint(0, n - kept)
            table[member] = row(kept, 0, broken, n - kept - broken)
        seen.add(frozenset(m for m, c in withheld(table, PARTS, TOTAL) if c == TOTAL))
    assert seen == {frozenset({"a", "c"})}
