"""Rollups: every fact summed up once a build is made, by month and dimensions, so that a page reads thousands of rows and never millions.

`rollup_<fact>` holds the sums of every metric by all dimensions; `spread_<fact>_<name>` how often each value occurs, by those dimensions
that pages ask for. An engine without rollups is asked the same sums of the facts themselves: the figures are the same (tested).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby

from kpi.engine import Engine
from kpi.metrics import tallies
from kpi.metrics.model import DIMENSIONS, Metric
from kpi.metrics.registry import METRICS

NARROW = ("grid", "manager", "regime")
"""Dimensions by which values are kept: with all of them nearly every row would be a value of its own."""


@cache
def by_fact() -> Mapping[str, tuple[Metric, ...]]:
    """Return the metrics of each fact, in the order of the catalogue."""
    return {fact: tuple(group) for fact, group in groupby(sorted(METRICS, key=lambda m: m.fact), key=lambda m: m.fact)}


@cache
def _columns(fact: str) -> Mapping[str, str]:
    return tallies.columns(sql for metric in by_fact()[fact] for sql in (*tallies.tallies(metric).values(), tallies.touched(metric)))


@cache
def _spreads(fact: str) -> Mapping[tuple[str, str, str, str], str]:
    return tallies.spreads(by_fact()[fact])


def statements() -> list[tuple[str, str]]:
    """Return every rollup as (name of the table, select), for the maker of a build."""
    found: list[tuple[str, str]] = []
    for fact in by_fact():
        found.append((f"rollup_{fact}", _counted(fact) if all(map(tallies.counting, by_fact()[fact])) else _summed(fact, ("month", *DIMENSIONS), _columns(fact))))
        found += [(f"spread_{fact}_{name}", _spread(fact, ("month", *NARROW), spread)) for spread, name in _spreads(fact).items()]
    return [*found, ("first_month", _begins("rollup_"))]


def _begins(prefix: str = "") -> str:
    """Return SQL of the first month of all facts, or of their rollups."""
    begins = " union all ".join(f"select min(month) as month from {prefix}{fact}" for fact in by_fact())
    return f"select min(month) as month from ({begins}) as begins"


def _summed(fact: str, keys: Sequence[str], columns: Mapping[str, str], condition: str = "month is not null") -> str:
    listed = ", ".join(keys)
    return f"select {listed}, {', '.join(f'{sql} as {name}' for sql, name in columns.items())} from {fact} where {condition} group by {listed}"


def _counted(fact: str) -> str:
    """Return the select of a rollup that only counts: rows that agree in all that is asked of them are put together first, and each question is then asked of few."""
    parts: dict[str, str] = {}

    def part(sql: str) -> str:
        return sql if sql in ("true", "false") else parts.setdefault(sql, f"p{len(parts)}")

    columns = {}
    for metric in by_fact()[fact]:
        asked = zip((*tallies.tallies(metric).values(), tallies.touched(metric)), (*tallies.tallies(metric, part).values(), tallies.touched(metric, part)), strict=True)
        columns |= {sql: f"{parted} as {_columns(fact)[sql]}" for sql, parted in asked}
    listed = ", ".join(("month", *DIMENSIONS))
    inner = f"select {listed}, {', '.join(f'{sql} as {name}' for sql, name in parts.items())}, count(*) as times from {fact} where month is not null group by {listed}, {', '.join(parts.values())}"
    return f"select {listed}, {', '.join(columns.values())} from ({inner}) as parted group by {listed}"


def _spread(fact: str, keys: Sequence[str], spread: tuple[str, str, str, str], condition: str = "month is not null") -> str:
    within, *values = spread
    cast = ", ".join(f"cast({value} as double) as {name}" for value, name in zip(values, ("value", "low", "high"), strict=True))
    listed = ", ".join(keys)
    return f"select {listed}, value, low, high, count(*) as n from (select {listed}, {cast} from {fact} where {condition} and ({within})) as told group by {listed}, value, low, high"


def summed(engine: Engine, fact: str, aggregates: Iterable[str], by: Collection[str], condition: str) -> tuple[str, Mapping[str, str]]:
    """Return (a source of rows with month and these dimensions, {aggregate: its column}) for aggregates of the metrics of one fact.

    `condition` is over month and dimensions.
    """
    if engine.rolled:
        return f"(select * from rollup_{fact} where {condition}) as summed", _columns(fact)
    columns = tallies.columns(aggregates)
    return f"({_summed(fact, ('month', *by), columns, condition)}) as summed", columns


def spread(engine: Engine, metric: Metric, by: Collection[str], where: Collection[str], condition: str) -> str:
    """Return a source of rows (month, these dimensions, value, low, high, n) of what a quantile is taken of."""
    kept = (metric.where, metric.value, metric.low, metric.high)
    if engine.rolled and set(NARROW).issuperset((*by, *where)):
        return f"(select * from spread_{metric.fact}_{_spreads(metric.fact)[kept]} where {condition}) as spread"
    return f"({_spread(metric.fact, ('month', *by), kept, condition)}) as spread"


def months(engine: Engine) -> str | None:
    """Return the first month of any fact, None where there is none."""
    return engine.rows("select month from first_month" if engine.rolled else _begins())[0]["month"]
