"""Exact quantiles of values that are kept as (value, how often): as DuckDB's quantile_cont takes them of the rows."""

from __future__ import annotations

from collections.abc import Sequence

SIDES = ("value", "low", "high")


def statement(source: str, keys: Sequence[str], sets: str, asked: Sequence[float]) -> str:
    """Return SQL of one row per group of `sets` (grouping sets over `keys`) with, for the i-th of the asked shares, value_i, low_i and high_i.

    `source` has the keys, value, low, high and n; blanks are passed over. The rank (n - 1) x share falls between two values, which are mixed.
    """
    listed = ", ".join(keys)
    sides = " union all ".join(f"select {listed}, '{side}' as side, {side} as x, n from told where {side} is not null" for side in SIDES)
    picks = []
    for i, p in enumerate(asked):
        rank = f"((total - 1) * {p!r})"
        for side in SIDES:
            at = f"side = '{side}' and upto >"
            low, high = (f"min(x) filter ({at} {edge}({rank}))" for edge in ("floor", "ceil"))
            share = f"max({rank} - floor({rank})) filter (side = '{side}')"
            picks.append(f"{low} * (1.0 - {share}) + {high} * {share} as {side}_{i}")
    return (
        f"with told as (select * from {source}), sides as ({sides}),"
        f" counted as (select {listed}, side, x, sum(n) as n from sides group by grouping sets ({sets})),"
        f" placed as (select {listed}, side, x, cast(sum(n) over (partition by {listed}, side order by x) as double) as upto,"
        f" cast(sum(n) over (partition by {listed}, side) as double) as total from counted)"
        f" select {listed}, {', '.join(picks)} from placed group by {listed}"
    )
