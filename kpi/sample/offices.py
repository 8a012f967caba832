"""Offices as the ledgers' authors: who holds which grid, what they keep, what they can know at a cut-off."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

from kpi.sample import spelling
from kpi.sample.world import MOVED, MOVED_MONTH, World, first_of, month_of

Row = dict[str, str]


def random_of(world: World, *what: object) -> random.Random:
    """Return a generator of its own for one part of a world, so that parts do not shift each other."""
    return random.Random(f"{world.seed}:{':'.join(map(str, what))}")


def seen(at: datetime | None, cut: datetime) -> datetime | None:
    """Return a moment if it lies before the cut-off, else None."""
    return at if at is not None and at < cut else None


def known(rng: random.Random, at: datetime) -> bool:
    """Return whether an office kept a record: two in three at first, nearly always in the end."""
    return rng.random() < min(0.96, 0.68 + 0.016 * month_of(at))


def managers(world: World) -> tuple[tuple[int, str, str, datetime, datetime | None], ...]:
    """Return terms of office as (grid, number, name, from, last day)."""
    return _managers(world.seed, world.grids, world.months)


@cache
def _managers(seed: int, grids: int, months: int) -> tuple[tuple[int, str, str, datetime, datetime | None], ...]:
    rng = random.Random(f"{seed}:managers")
    terms = []
    for grid in range(1, grids + 1):
        name = spelling.person(rng)
        if grid == MOVED and months > MOVED_MONTH:
            change = first_of(MOVED_MONTH)
            terms.append((grid, f"M{grid:02d}", name, datetime(2022, 1, 1), change - timedelta(days=1)))
            terms.append((grid, f"M{grid + 50:02d}", spelling.person(rng), change, None))
        else:
            terms.append((grid, f"M{grid:02d}", name, datetime(2022, 1, 1), None))
    return tuple(terms)


def manager_of(world: World, grid: int, at: datetime) -> str:
    """Return the name of a grid's manager at a moment."""
    return next(name for g, _, name, begins, last in reversed(managers(world)) if g == grid and begins <= at and (last is None or at < last + timedelta(days=1)))
