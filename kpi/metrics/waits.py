"""Waits with open cases counted: asked of the cases, and kept with a build for the spans that pages ask for.

To keep them every span goes through its cases a quarter of a day at a time, which changes nothing while those connected come before those who leave without gas
(`survival.curve`); only where they do not, and where a quantile lies, are single cases looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from kpi.engine import Engine
from kpi.metrics import spans as kept_spans
from kpi.metrics.model import Metric, Wait
from kpi.stats import grouped, survival

FEW = 1000
"""Applications below which a build keeps no waits."""

KEYS = ("grid", "manager", "outside_line")
"""Dimensions by which they are kept."""

SETS = tuple(map(frozenset, ((), ("grid",), ("manager",), ("grid", "manager"), ("outside_line",))))
"""Those of their subsets by which pages ask."""

SIDES = ("", "_low", "_high")

LIKE = {"fact_wait_net": ("fact_wait", "held_up")}
"""A fact whose waits are those of another one while a table has no row."""

_CELL = ("cell",)
_LISTED = ", ".join(KEYS)
_BUCKET = "cast(ceil(days * 4) as bigint)"
"""Quarters of a day end where days do, so that shares within whole days are exact."""


def kept(metrics: Iterable[Metric]) -> list[Wait]:
    """Return those waits among metrics of one fact whose answers are kept: those over every row."""
    return [metric for metric in metrics if isinstance(metric, Wait) and metric.where == "true"]


def answers(metrics: Iterable[Wait]) -> list[str]:
    """Return the columns of the answers of these metrics."""
    return [f"{metric.id}{side}" for metric in metrics for side in SIDES]


def _asked(metrics: Sequence[Wait], keys: Sequence[str]) -> tuple[str, str, str, list[str]]:
    """Return (columns beside the curve, aggregates of quantiles, aggregates of shares, columns of the answer) that these metrics ask for."""
    rows, quantiles, shares, outer = [], [], [], []
    for metric in metrics:
        name = metric.id
        if metric.p is not None:
            quantiles.append(survival.quantile(metric.p, name))
            outer += [f"{name}{side}" for side in SIDES]
        else:
            row, pick = survival.within(metric.days, metric.outcome, name, keys)
            rows.append(row)
            shares.append(pick)
            outer += [name, survival.log_log(name, f"{name}_v", name)]
    return "".join(f", {row}" for row in rows), "".join(f", {one}" for one in quantiles), "".join(f", {one}" for one in shares), outer


def statement(metrics: Sequence[Wait], keys: Sequence[str], sets: Collection[Collection[str]], condition: str) -> str:
    """Return SQL of one row per group of `sets` (sets of these keys by which cases are grouped) with the answer of each metric of one fact and the ends of its interval (id, id_low, id_high)."""
    listed = ", ".join(keys)
    counted = f"select {listed}, days, outcome from {metrics[0].fact} where {condition} and {metrics[0].where} and days is not null"
    expanded = " union all ".join(f"select {', '.join(name if name in chosen else f'null as {name}' for name in keys)}, days, outcome from counted" for chosen in sets)
    beside, quantiles, shares, outer = _asked(metrics, keys)
    return (
        f"with counted as ({counted}), every as ({expanded}), {survival.curve('select * from every', keys)}, marked as (select *{beside} from curve),"
        f" picked as (select {listed}{quantiles}{shares} from marked group by {listed})"
        f" select {listed}, {', '.join(outer)} from picked"
    )


def told(engine: Engine, metrics: Sequence[Wait], by: Collection[str], where: Collection[str], spans: Collection[tuple[str, str]] | None, condition: str) -> str | None:
    """Return SQL of the answers kept of single months (`spans` None) or of spans (first month, last month), by every subset of `by`; None where they are not kept.

    The columns are since, month (the last one), KEYS and `answers`; `condition` is over month and the dimensions `where`.
    """
    asked = ({*chosen, *where} for size in range(len(by) + 1) for chosen in combinations(by, size))
    if not engine.rolled or set(by) & set(where) or any(metric.where != "true" for metric in metrics) or not all(one in SETS for one in asked):
        return None
    chosen = kept_spans.asked(spans, engine.as_of)
    if chosen is None or not engine.rows("select kept from waits_kept")[0]["kept"]:
        return None
    others = "".join(f" and {name} is null" for name in KEYS if name not in (*by, *where))
    return f"select since, month, {', '.join((*KEYS, *answers(metrics)))} from wait_{metrics[0].fact} where {chosen} and {condition}{others}"


def make(con: Any, waiting: Mapping[str, Sequence[Wait]], bare: Collection[str]) -> None:
    """Create `wait_<fact>` over each fact with waits and its rollup: the answers of each span up to each month (its column month) by each of SETS.

    Of few applications none is kept, which `waits_kept` tells: to ask them takes no longer than to look up. `bare` are tables without a row.
    """
    many = con.execute("select count(*) from app_stored").fetchone()[0] >= FEW
    con.execute(f"create table waits_kept as select {many} as kept")
    for fact, metrics in waiting.items() if many else ():
        like, differing = LIKE.get(fact, (fact, ""))
        if not metrics:
            continue
        if differing in bare:
            _copy(con, fact, metrics, like, waiting[like])
        else:
            _make(con, fact, metrics)


def _make(con: Any, fact: str, metrics: Sequence[Wait]) -> None:
    beside, quantiles, shares, outer = _asked(metrics, _CELL)
    as_of = con.execute("select as_of from clock").fetchone()[0]
    _put_together(con, fact, kept_spans.last(as_of))
    con.execute(f"create temp table wait_curve as with {survival.curve('select cell, days, d1, d2, m from wait_row', _CELL, told=True)} select * from curve")
    first = "lag({}, 1, {}) over (partition by cell order by days)"
    asked = [metric.p for metric in metrics if metric.p is not None]
    con.execute(
        f"create temp table wait_within as select cell, days, bucket, n as n_from, s_from, v_from"
        f" from (select *, {first.format('s', '1.0')} as s_from, {first.format('v', '0.0')} as v_from from wait_curve) as c"
        f" join (select cell, days, bucket from wait_row where bucket is not null) as r using (cell, days) where {grouped.crossed(asked)}"
    )
    inside = (
        "select w.cell, w.bucket, any_value(w.n_from) as n_from, any_value(w.s_from) as s_from, any_value(w.v_from) as v_from, list_sort(list(f.days)) as told"
        " from wait_within as w join wait_member as m using (cell) join wait_case as f on f.part = m.part and f.bucket = w.bucket where f.outcome = 1 group by w.cell, w.bucket"
    )
    con.execute(
        f"create table wait_{fact} as with points as (select cell, days, s, low, high from wait_curve anti join wait_within using (cell, days)"
        f" union all select cell, days, s, low, high from ({grouped.unbroken(inside)}) as inside),"
        f" lines as (select cell{quantiles} from points group by cell),"
        f" marked as (select *{beside} from wait_curve), parts as (select cell{shares} from marked group by cell),"
        f" answers as (select cell, {', '.join(outer)} from lines join parts using (cell))"
        f" select since, month, {_LISTED}, answers.* exclude (cell) from wait_cell join answers using (cell) order by since = month, month, since"
    )
    for name in ("case", "cell", "member", "part", "bucket", "row", "curve", "within"):
        con.execute(f"drop table wait_{name}")


def _copy(con: Any, fact: str, metrics: Sequence[Wait], like: str, known: Sequence[Wait]) -> None:
    """Create `wait_<fact>` of a fact whose waits are those of another one: each metric has the answer of the one there that asks the same."""
    same = {(metric.p, metric.days, metric.outcome): metric.id for metric in known}
    asked = ", ".join(f"{same[metric.p, metric.days, metric.outcome]}{side} as {metric.id}{side}" for metric in metrics for side in SIDES)
    con.execute(f"create table wait_{fact} as select since, month, {_LISTED}, {asked} from wait_{like}")


def _put_together(con: Any, fact: str, last: str) -> None:
    """Create wait_cell (spans and members; those that hold the same cases share a cell), and of each cell wait_row: its cases put together by quarters of days, single ones where that will not do."""
    con.execute(f"create temp table wait_part as select row_number() over (order by month, {_LISTED}) as part, * from (select distinct month, {_LISTED} from rollup_{fact} where build_mode is not null)")
    first, latest = con.execute("select min(month), max(month) from wait_part").fetchone()
    spans = kept_spans.upto(first, max(last, latest))
    grouped = ", ".join(f"({', '.join(('s.since', 's.month', *(name for name in KEYS if name in chosen)))})" for chosen in SETS)
    con.execute(
        "create temp table wait_cell as with asked as ("
        f"select s.since, s.month, {_LISTED}, list(part order by part) as parts from (select unnest(?::varchar[]) as since, unnest(?::varchar[]) as month) as s"
        f" join wait_part as p on p.month between s.since and s.month group by grouping sets ({grouped}))"
        " select *, dense_rank() over (order by parts) as cell from asked",
        [list(column) for column in zip(*spans, strict=True)],
    )
    con.execute("create temp table wait_member as select distinct cell, unnest(parts) as part from wait_cell")
    kinds = "count_if(outcome = 1) as d1, count_if(outcome = 2) as d2, count(*) as m"
    ends = (
        "max(days) as days, max(days) filter (outcome = 1) as last_on, min(days) filter (outcome <> 1) as first_left,"
        " max(days) filter (outcome = 2) as last_cancelled, min(days) filter (outcome = 0) as first_open"
    )
    con.execute(
        f"create temp table wait_case as select cast(part as integer) as part, cast({_BUCKET} as integer) as bucket, days, cast(outcome as tinyint) as outcome"
        f" from {fact} join (select month, manager, cell.cell, part from wait_part join cell using (grid, outside_line)) as p using (month, manager, cell) where days is not null"
    )
    each, member = f"select part, bucket, {kinds}, {ends} from wait_case group by all", "wait_member"
    if con.execute("select count(distinct outside_line) > 1 from wait_part").fetchone()[0]:
        each, member = _coarse(each)
    con.execute(
        f"create temp table wait_bucket as with each as ({each}),"
        " least_ as (select max(bucket) + 1 as beyond from each where d1 + d2 > 0)"
        " select m.cell, least(bucket, coalesce(beyond, 0)) as bucket, sum(d1) as d1, sum(d2) as d2, sum(e.m) as m, max(days) as days,"
        " coalesce(min(first_left) < max(last_on) or min(first_open) < max(last_cancelled), false) as mixed"
        f" from each as e cross join least_ join {member} as m using (part) group by all"
    )
    con.execute(
        "create temp table wait_row as select cell, bucket, days, d1, d2, m from wait_bucket where not mixed"
        f" union all select cell, null, days, d1, d2, m from ({_cases('(select cell, bucket from wait_bucket where mixed)')}) as cases"
    )


def _coarse(each: str) -> tuple[str, str]:
    """Return SQL of (what parts hold, the parts of each cell) by the coarsest parts that cells are made of: those of grid and manager, and below 0 those of an outside line."""
    places = "select part, min(part) over (partition by month, grid, manager) as held, -min(part) over (partition by month, outside_line) as lined from wait_part"
    sums = (
        "bucket, sum(d1) as d1, sum(d2) as d2, sum(m) as m, max(days) as days, max(last_on) as last_on, min(first_left) as first_left, max(last_cancelled) as last_cancelled,"
        " min(first_open) as first_open from fine join places using (part) group by all"
    )
    apart = "select cell, bool_and(outside_line is not null) as apart from wait_cell group by cell"
    return (
        f"with fine as ({each}), places as ({places}) select held as part, {sums} union all select lined as part, {sums}",
        f"(select distinct cell, case when apart then lined else held end as part from wait_member join ({places}) as p using (part) join ({apart}) as a using (cell))",
    )


def _cases(chosen: str) -> str:
    """Return SQL of the cases of chosen cells and quarters of days, those of one time together."""
    return (
        f"select o.cell, o.bucket, f.days, count_if(f.outcome = 1) as d1, count_if(f.outcome = 2) as d2, count(*) as m"
        f" from wait_case as f join (select w.cell, w.bucket, part from {chosen} as w join wait_member using (cell)) as o on o.bucket = f.bucket and o.part = f.part group by all"
    )
