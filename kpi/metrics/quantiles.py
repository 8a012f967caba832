"""Exact quantiles of the values of a fact's rows, blanks passed over, and of the bounds that the records leave: asked of the rows, and kept with a build for months and the spans that pages ask for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from kpi.metrics import spans
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


def keep(
    con: Any, fact: str, asked: Mapping[Spread, tuple[str, tuple[float, ...]]], known: Mapping[Spread, Collection[str]], keys: Sequence[str], sets: Iterable[Collection[str]], last: str
) -> None:
    """Fill `quantile_<fact>` (since, month, keys, then as `statement`) with the quantiles of every span kept up to each month, at least to `last`, by each set of the keys.

    `quantile_part` lists the different (month, keys) of the rows with their numbers from 0 up; `known` are the sides of which there is anything to tell.
    """
    import numpy as np

    from kpi.stats import ranked

    columns = {f"{name}_{side}": (spread[0], value, shares) for spread, (name, shares) in asked.items() for side, value in zip(SIDES, spread[1:], strict=True) if side in known[spread]}
    parts = con.execute(f"select month, {', '.join(keys)} from quantile_part order by part").fetchall()
    if not columns or not parts:
        return
    picks = ", ".join(f"case when {within} then cast({value} as double) end as {column}" for column, (within, value, _) in columns.items())
    rows = " or ".join(dict.fromkeys(f"({within}) and {value} is not null" for within, value, _ in columns.values()))
    found = con.execute(f"select q.part, {picks} from {fact} join quantile_part as q using (month, {', '.join(keys)}) where {rows}").fetchnumpy()
    seen = sorted({month for month, *_ in parts})
    place = {month: at for at, month in enumerate(seen)}
    within = {(since, month): (bisect_left(seen, since), bisect_right(seen, month) - 1) for since, month in spans.upto(seen[0], max(last, seen[-1]))}
    listed = [span for span, (begins, ends) in within.items() if begins <= ends]
    asked_spans, months = np.array([within[span] for span in listed]), np.array([place[month] for month, *_ in parts])
    cells, divisions = _cells(parts, keys, sets)
    answers, lists = {}, {}
    for column, (*_, shares) in columns.items():
        told = ranked.divided(found["part"], found[column], divisions, months, asked_spans, shares)
        answers |= {f"{column}_{nth}": told[:, nth].copy() for nth in range(len(shares))}
        lists[column] = f"case when {column}_0 is not null then [{', '.join(f'{column}_{nth}' for nth in range(len(shares)))}] end"
    every = ", ".join(lists.get(f"{name}_{side}", "null") for name, _ in asked.values() for side in SIDES)
    number = np.arange(len(told))
    con.register("quantile_answer", {"cell": number // len(listed), "span": number % len(listed), **answers})
    con.execute(
        f"insert into quantile_{fact} select since, month, {', '.join(keys)}, {every} from quantile_answer"
        f" join (select unnest(?::bigint[]) as cell, {', '.join(f'unnest(?::varchar[]) as {name}' for name in keys)}) as c using (cell)"
        f" join (select unnest(range({len(listed)})) as span, unnest(?::varchar[]) as since, unnest(?::varchar[]) as month) as s using (span)"
        f" where {' or '.join(f'{column}_0 is not null' for column in columns)} order by since <> month, month, since, {', '.join(keys)}",
        [list(column) for column in (*zip(*cells, strict=True), *zip(*listed, strict=True))],
    )
    con.unregister("quantile_answer")


def _cells(parts: Sequence[tuple[str, ...]], keys: Sequence[str], sets: Iterable[Collection[str]]) -> tuple[list[tuple[int | str | None, ...]], list[tuple[int, ...]]]:
    """Return ((number of a cell, its members), and the ways in which the parts are divided into cells, each as the number of every part's own); sets that divide them alike share their cells."""
    begins: dict[tuple[int, ...], int] = {}
    cells: list[tuple[int | str | None, ...]] = []
    beyond = 0
    for chosen in sets:
        numbers: dict[tuple[str | None, ...], int] = {}
        division = tuple(numbers.setdefault(tuple(value if name in chosen else None for name, value in zip(keys, part[1:], strict=True)), len(numbers)) for part in parts)
        if division not in begins:
            begins[division] = beyond
            beyond += len(numbers)
        cells += [(begins[division] + number, *members) for members, number in numbers.items()]
    return cells, list(begins)
