"""Exact quantiles of values in many spans of months at once: sorted once, they are counted by stretches of equal length, and only the stretch in which a rank lies is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

LONGEST = 1024
"""Values in a stretch, at most; of fewer than its square the root of their number, so that there are as many stretches as values in one."""

_HALVES = 2.0**27 + 1


def divided(parts: np.ndarray, values: np.ndarray, divisions: Iterable[Sequence[int]], months: np.ndarray, spans: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Return `quantiles` of every cell of each division of the parts, which tells the cell of every part: cell by cell, then span by span; masked values are passed over.

    `parts` are those of the values, `months` those of the parts.
    """
    if np.ma.is_masked(values):
        parts, values = parts[~values.mask], values.compressed()
    parts, values = np.ma.getdata(parts), np.ma.getdata(values)
    order = np.argsort(values)
    parts, values = parts[order], values[order]
    dated = months.astype(np.int32)[parts]
    found = []
    for division in divisions:
        its_months, its_values, ends = dated, values, np.array([len(parts)])
        if max(division):
            cells = np.array(division, dtype=np.uint16)[parts]
            together = np.argsort(cells, kind="stable")
            its_months, its_values, ends = dated[together], values[together], np.bincount(cells, minlength=max(division) + 1).cumsum()
        for begin, end in zip((0, *ends), ends, strict=False):
            found.append(quantiles(its_months[begin:end], its_values[begin:end], spans, shares) if end > begin else np.full((len(spans), len(shares)), np.nan))
    return np.concatenate(found)


def quantiles(months: np.ndarray, values: np.ndarray, spans: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Return the quantiles of each span, one row per (first, last) month of `spans`, one column per share; NaN where a span has no value.

    `values` (at least one) are in order, `months` are theirs, as numbers from 0 up; a quantile lies between two values in proportion, as `quantile_cont` has it.
    """
    length = min(LONGEST, int(len(values) ** 0.5) + 1)
    stretches = -(-len(values) // length)
    width = int(max(months.max(), spans.max())) + 2
    padded = np.full((stretches, length), -1, dtype=np.int32)
    padded.ravel()[: len(months)] = months
    counted = np.bincount((padded + (np.arange(stretches) * width + 1)[:, None]).ravel(), minlength=stretches * width).reshape(stretches, width).cumsum(axis=0).cumsum(axis=1)
    first, last = spans[:, 0], spans[:, 1]
    until = counted[:, last + 1] - counted[:, first]
    number = until[-1]
    places = np.maximum(number - 1, 0)[:, None] * np.asarray(shares)
    ranks = np.concatenate([np.floor(places), np.ceil(places)], axis=1).astype(np.int64)
    stretch = np.minimum((until[:, :, None] <= ranks).sum(axis=0), stretches - 1)
    before = np.where(stretch > 0, until[stretch - 1, np.arange(len(spans))[:, None]], 0)
    inside = padded[stretch]
    inside = (inside >= first[:, None, None]) & (inside <= last[:, None, None])
    at = (inside.cumsum(axis=2, dtype=np.int32) > (ranks - before)[:, :, None]).argmax(axis=2)
    low, high = np.split(values[np.minimum(stretch * length + at, len(values) - 1)], 2, axis=1)
    return np.where(number[:, None] > 0, _between(low, high, places - np.floor(places)), np.nan)


def _between(low: np.ndarray, high: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return low * (1 - share) + high * share with the first product unrounded, as the engine multiplies and adds in one step."""
    rest, added = 1 - share, high * share
    product = low * rest
    sides = []
    for factor in (low, rest):
        upper = factor * _HALVES - (factor * _HALVES - factor)
        sides.append((upper, factor - upper))
    (a, b), (c, d) = sides
    lost = ((a * c - product) + a * d + b * c) + b * d
    total = product + added
    part = total - product
    return total + ((product - (total - part)) + (added - part) + lost)
