"""Rollups: every fact summed up once a build is made, by month and dimensions, so that a page reads thousands of rows and never millions.

`rollup_<fact>` holds the sums of every metric by all dimensions, and once more by those that pages ask for, and by the process alone, of which pages add up few rows; `quantile_<fact>` the quantiles of each month and of
each span that pages ask for (`spans`) by every subset of these, `wait_<fact>` the waits of the same (`waits`). An engine without rollups is asked the same of the facts themselves: the figures are the same (tested).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from itertools import combinations, groupby
from typing import Any

from kpi.engine import Engine, parsed
from kpi.metrics import quantiles, spans, tallies, waits
from kpi.metrics.model import DIMENSIONS, Metric, Quantile
from kpi.metrics.registry import METRICS

NARROW = ("grid", "manager", "regime")
"""Dimensions that pages ask for."""

CELL = ("manager", "cell")
"""What stands for all dimensions in facts that say the number of their row's combination of the others: the table `cell` lists these."""

LIKE = {"fact_clock": ("fact_connection", "stopped_clock")}
"""A fact whose quantiles are those of another one while a table has no row."""

DATED = "dated_at is not null"
"""What rows of a fact must be: every one with a date has the month of it (tested), which need not be written out to see that."""

_NAME, _QUOTED = re.compile(r"[a-z_]\w*"), re.compile(r"'[^']*'")

_WIDE = next(name for name in DIMENSIONS if name not in NARROW)
"""A dimension that is null in the sums by NARROW."""

_NARROWED, _WHOLE = f"{_WIDE} is null and grid is not null", f"{_WIDE} is null and grid is null"
"""Which rows of a rollup are the sums by NARROW, and which those by regime alone."""


@cache
def by_fact() -> Mapping[str, tuple[Metric, ...]]:
    """Return the metrics of each fact, in the order of the catalogue."""
    return {fact: tuple(group) for fact, group in groupby(sorted(METRICS, key=lambda m: m.fact), key=lambda m: m.fact)}


@cache
def _columns(fact: str) -> Mapping[str, str]:
    return tallies.columns(sql for metric in by_fact()[fact] for sql in (*tallies.tallies(metric).values(), tallies.touched(metric)))


@cache
def _spreads(fact: str) -> Mapping[quantiles.Spread, tuple[str, tuple[float, ...]]]:
    return quantiles.spreads(by_fact()[fact])


def subsets(by: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield every subset of the dimensions, the empty one included."""
    for size in range(len(by) + 1):
        yield from combinations(by, size)


@dataclass(frozen=True)
class _Build:
    """What sums need to know of a build: its tables without a row, the columns {table: {name: SQL type}}, the last month that has begun."""

    bare: Collection[str]
    columns: Mapping[str, Mapping[str, str]]
    last: str


def make(con: Any) -> None:
    """Create every rollup over the facts that stand in a DuckDB connection."""
    for work in begin(con):
        work(con)
    end(con)


def begin(con: Any) -> list[Callable[[Any], None]]:
    """Sum up the facts of waits, and return what is left to do in any order over any connection to the same tables, the longest first; `end` comes after all of it."""
    columns: dict[str, dict[str, str]] = {}
    for table, name, kind in con.execute("select table_name, column_name, data_type from duckdb_columns() where database_name = current_database()").fetchall():
        columns.setdefault(table, {})[name] = kind
    built = _Build(_bare(con), columns, spans.last(con.execute("select as_of from clock").fetchall()[0][0]))
    waiting = {fact: waits.kept(metrics) for fact, metrics in by_fact().items()}
    for fact in filter(waiting.get, waiting):
        _sum(con, fact, built)
    return [partial(waits.make, waiting=waiting, bare=built.bare), *(partial(_sum, fact=fact, built=built) for fact in waiting if not waiting[fact])]


def end(con: Any) -> None:
    """Keep what rests on the sums of several facts."""
    bare = _bare(con)
    for fact in LIKE:
        if _same(fact, bare):
            con.execute(parsed(f"create table quantile_{fact} as {_copied(fact)}"))
    con.execute(parsed(f"create table first_month as {_begins('rollup_')}"))


def _bare(con: Any) -> set[str]:
    return {name for (name,) in con.execute("select table_name from duckdb_tables() where database_name = current_database() and estimated_size = 0").fetchall()}


def _sum(con: Any, fact: str, built: _Build) -> None:
    """Create the rollup of a fact and its quantiles; of a table without a row they are only named, for planning their sums would take most of a small build."""
    filled = 0
    if fact in built.bare:
        con.execute(parsed(f"create table rollup_{fact} ({_typed(('month', *DIMENSIONS), {name: tallies.kind(sql) for sql, name in _columns(fact).items()})})"))
    else:
        columns = built.columns[fact]
        every = _every(fact, columns, CELL if "cell" in columns else DIMENSIONS)
        filled = con.execute(parsed(f"create table rollup_{fact} as {every}")).fetchone()[0]
    if filled:
        con.execute(parsed(f"insert into rollup_{fact} {_narrowed(fact)}"))
    if _spreads(fact) and not _same(fact, built.bare):
        con.execute(parsed(f"create table quantile_{fact} ({_typed(('since', 'month', *NARROW), dict.fromkeys(_answers(fact), 'double[]'))})"))
        if filled:
            _keep(con, fact, built.last)


def _typed(keys: Iterable[str], kinds: Mapping[str, str]) -> str:
    return ", ".join([*(f"{name} varchar" for name in keys), *(f"{name} {kind}" for name, kind in kinds.items())])


def _narrowed(fact: str) -> str:
    """Return the select of the sums of a rollup by NARROW, and by regime alone, with the other dimensions null."""
    kept = ", ".join(name if name in NARROW else "null" for name in DIMENSIONS)
    sums = ", ".join(f"sum({column})" for column in _columns(fact).values())
    return f"select month, {kept}, {sums} from rollup_{fact} group by grouping sets ((month, {', '.join(NARROW)}), (month, regime))"


def _answers(fact: str) -> list[str]:
    return [f"{name}_{side}" for name, _ in _spreads(fact).values() for side in quantiles.SIDES]


def _same(fact: str, bare: Collection[str]) -> bool:
    return fact in LIKE and LIKE[fact][1] in bare


def _copied(fact: str) -> str:
    """Return the select of the quantiles of a fact that are those of another one, which may keep more shares of them."""
    other = _spreads(LIKE[fact][0])
    picks = []
    for spread, (name, shares) in _spreads(fact).items():
        its, kept = other[spread]
        for side in quantiles.SIDES:
            listed = ", ".join(f"{its}_{side}[{kept.index(share) + 1}]" for share in shares)
            picks.append(f"case when {its}_{side} is not null then [{listed}] end as {name}_{side}")
    told = " or ".join(f"{answer} is not null" for answer in _answers(fact))
    return f"select * from (select since, month, {', '.join((*NARROW, *picks))} from quantile_{LIKE[fact][0]}) as those where {told}"


def _keep(con: Any, fact: str, last: str) -> None:
    """Fill `quantile_<fact>` by every subset of NARROW: the values where any is known, and the bounds where some row has them and no value, as the rollup tells."""
    listed = ", ".join(NARROW)
    con.execute(f"create temp table quantile_part as select cast(row_number() over (order by month, {listed}) - 1 as integer) as part, month, {listed} from rollup_{fact} where {_NARROWED}")
    tallied = {quantiles.spread(metric): tallies.tallies(metric) for metric in by_fact()[fact] if isinstance(metric, Quantile)}
    named = [[_columns(fact)[told[name]] for name in ("n", "unknown", "loose")] for told in tallied.values()]
    asked = ", ".join(f"coalesce(sum({n}), 0) > 0, coalesce(bool_or({unknown} > 0 and {loose} = 0), false)" for n, unknown, loose in named)
    told = con.execute(f"select {asked} from rollup_{fact} where {_NARROWED}").fetchall()[0]
    known = {spread: quantiles.SIDES[not valued : 3 if vague else 1] for spread, valued, vague in zip(tallied, told[::2], told[1::2], strict=True)}
    quantiles.keep(con, fact, _spreads(fact), known, NARROW, tuple(subsets(NARROW)), last)
    con.execute("drop table quantile_part")


def _begins(prefix: str = "") -> str:
    """Return SQL of the first month of all facts, or of their rollups."""
    begins = " union all ".join(f"select min(month) as month from {prefix}{fact}" for fact in by_fact())
    return f"select min(month) as month from ({begins}) as begins"


def _summed(fact: str, keys: Sequence[str], columns: Mapping[str, str], condition: str = DATED) -> str:
    listed = ", ".join(keys)
    return f"select {listed}, {', '.join(f'{sql} as {name}' for sql, name in columns.items())} from {fact} where {condition} group by {listed}"


def _every(fact: str, columns: Mapping[str, str], by: Sequence[str]) -> str:
    """Return the select of the sums of every metric of a fact, whose columns have these types, by all dimensions; by CELL they are summed up by its number first, which is quicker than by texts."""
    keys = ("month", *by)
    every = _counted(fact, columns, keys) if all(map(tallies.counting, by_fact()[fact])) else _summed(fact, keys, {tallies.typed(sql): name for sql, name in _columns(fact).items()})
    return every if by == DIMENSIONS else f"select month, {', '.join(DIMENSIONS)}, {', '.join(_columns(fact).values())} from ({every}) as told join cell using (cell)"


def _counted(fact: str, columns: Mapping[str, str], keys: Sequence[str]) -> str:
    """Return the select of sums that only count: rows that agree in all that is asked of them are put together first, and each question is then asked of few.

    Of texts and of yes and no, which have few values, rows are to agree in the value itself, of anything else in the answer.
    """
    parts: dict[str, str] = {}

    def part(sql: str) -> str:
        asked = [name for name in _NAME.findall(_QUOTED.sub("", sql)) if name in columns]
        if all(columns[name] in ("VARCHAR", "BOOLEAN") for name in asked):
            parts.update((name, name) for name in asked if name not in keys)
            return sql
        return parts.setdefault(sql, f"p{len(parts)}")

    told = {}
    for metric in by_fact()[fact]:
        asked = zip((*tallies.tallies(metric).values(), tallies.touched(metric)), (*tallies.tallies(metric, part).values(), tallies.touched(metric, part)), strict=True)
        told |= {sql: f"{parted} as {_columns(fact)[sql]}" for sql, parted in asked}
    listed = ", ".join(keys)
    inner = f"select {listed}, {', '.join(f'{sql} as {name}' for sql, name in parts.items())}, count(*) as times from {fact} where {DATED} group by {listed}, {', '.join(parts.values())}"
    return f"select {listed}, {', '.join(told.values())} from ({inner}) as parted group by {listed}"


def summed(engine: Engine, fact: str, aggregates: Iterable[str], by: Collection[str], where: Collection[str], condition: str) -> tuple[str, Mapping[str, str]]:
    """Return (SQL of rows with month and these dimensions, {aggregate: its column}) for aggregates of the metrics of one fact, to be added up where several rows tell of the same.

    Decimals may come as text: `exact` turns them into numbers. `condition` is over month and the dimensions `where`.
    """
    keys = ("month", *by)
    if not engine.rolled:
        columns = tallies.columns(aggregates)
        return _summed(fact, keys, columns, condition), columns
    columns = {sql: _columns(fact)[sql] for sql in aggregates}
    listed, asked = ", ".join(keys), {*by, *where}
    if asked <= set(NARROW):
        # planning a sum takes longer than to read its rows, and a decimal is read faster as text
        picks = ", ".join(f"cast({column} as varchar) as {column}" if tallies.kind(sql) == tallies.EXACT else column for sql, column in columns.items())
        return f"select {listed}, {picks} from rollup_{fact} where {_NARROWED if asked - {'regime'} else _WHOLE} and {condition}", columns
    sums = ", ".join(f"{tallies.typed(sql, f'sum({column})')} as {column}" for sql, column in columns.items())
    return f"select {listed}, {sums} from rollup_{fact} where {_WIDE} is not null and {condition} group by {listed}", columns


def exact(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of `summed` with the decimals that came as text as numbers."""
    decimals = [column for sql, column in columns.items() if tallies.kind(sql) == tallies.EXACT]
    for row in rows if decimals else ():
        row.update((column, Decimal(row[column])) for column in decimals if isinstance(row[column], str))
    return rows


def told(
    engine: Engine, fact: str, by: Collection[str], where: Collection[str], asked: Collection[spans.Span] | None, condition: str
) -> tuple[str, Mapping[quantiles.Spread, tuple[str, tuple[float, ...]]]] | None:
    """Return (SQL of the quantiles of single months (`asked` None) or of spans by every subset of these dimensions, as `quantiles.statement`, and the spreads with their shares); None where they are not kept.

    `condition` is over month and the dimensions `where`.
    """
    chosen = spans.asked(asked, engine.as_of) if engine.rolled else None
    if chosen is None or not set(NARROW).issuperset((*by, *where)) or set(by) & set(where):
        return None
    others = "".join(f" and {name} is null" for name in NARROW if name not in (*by, *where))
    return f"select * from quantile_{fact} where {chosen} and {condition}{others}", _spreads(fact)


def months(engine: Engine) -> str | None:
    """Return the first month of any fact, None where there is none."""
    return engine.rows("select month from first_month" if engine.rolled else _begins())[0]["month"]
