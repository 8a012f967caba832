"""Exact quantiles of the values of a fact's rows, blanks passed over: value by value, and of the bounds that the records leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kpi.metrics.model import Metric, Quantile

SIDES = ("value", "low", "high")

Spread = tuple[str, str, str, str]
"""What quantiles are taken of: SQL of (which rows, value, low, high). Where the value of every row is known its bounds are the value."""


def spread(metric: Quantile) -> Spread:
    """Return what a quantile is taken of."""
    return metric.where, metric.value, metric.low, metric.high


def spreads(metrics: Iterable[Metric]) -> dict[Spread, tuple[str, tuple[float, ...]]]:
    """Return {spread: (name, shares in order)} of the quantiles among these metrics."""
    shares: dict[Spread, set[float]] = {}
    for metric in metrics:
        if isinstance(metric, Quantile):
            shares.setdefault(spread(metric), set()).add(metric.p)
    return {told: (f"s{i}", tuple(sorted(asked))) for i, (told, asked) in enumerate(shares.items())}


def statement(
    fact: str, asked: Mapping[Spread, tuple[str, tuple[float, ...]]], keys: Sequence[str], sets: Collection[Collection[str]], condition: str = "month is not null",
    sides: Collection[str] = SIDES,
) -> str:
    """Return SQL of one row per group of `sets` (sets of these keys by which rows are grouped) with a list of quantiles, as many as shares, for each spread and side: s0_value, s0_low, ...

    A key by which rows are not grouped is null, and so is a side that is not among `sides`; a group without any value has no row.
    """
    picks = [name if any(name in chosen for chosen in sets) else f"cast(null as varchar) as {name}" for name in keys]
    known: dict[str, None] = {}
    for (within, *values), (name, shares) in asked.items():
        for side, value in zip(SIDES, values, strict=True):
            if side in sides and value != "null":
                picks.append(f"quantile_cont(cast({value} as double), {list(shares)}) filter ({within}) as {name}_{side}")
                known[f"({within}) and {value} is not null"] = None
            else:
                picks.append(f"cast(null as double[]) as {name}_{side}")
    grouped = ", ".join(f"({', '.join(chosen)})" for chosen in sets)
    return f"select {', '.join(picks)} from {fact} where {condition} and ({' or '.join(known) or 'false'}) group by grouping sets ({grouped})"
