"""`compute`: every figure of the product, from the rows of one fact, by month and any subset of dimensions.

Totals are sums of what is counted of the rows, never averages of groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeVar

from kpi.engine import Engine
from kpi.metrics import quantiles, rollups, waits
from kpi.metrics.model import DIMENSIONS, Count, Mean, Metric, Quantile, Wait
from kpi.metrics.registry import find
from kpi.metrics.results import result
from kpi.metrics.rollups import subsets
from kpi.metrics.tallies import tallies
from kpi.problems import UsageProblem, did_you_mean
from kpi.standards.months import between

M = TypeVar("M", bound=Metric)

Key = tuple[str | None, tuple[str | None, ...]]
"""(month or None for the span, one value or None for each dimension)."""

Over = Literal["both", "months", "span"]
"""What figures are told of: each month, the span from the first to the last, or both."""


def compute(
    engine: Engine,
    ids: Iterable[str] = (),
    *,
    start: str | None = None,
    end: str | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    over: Over = "both",
) -> list[dict[str, Any]]:
    """Return the result rows of the KPIs (ids or codes; none = all), sorted by metric, month, dimensions, nulls last.

    `start` and `end` are months ("2023-01"), `by` dimensions, `where` dimension values to keep, `over` says whether months, their span or both are asked for.
    Each row has metric, code, month, the dimensions, and results.FIELDS; month null is the span, dimension null the total.
    """
    metrics = [m for name in ids for m in find(name)] or find()
    months = span(engine, start, end)
    by = tuple(dict.fromkeys(by))
    where = dict(where or {})
    for name in (*by, *where):
        if name not in DIMENSIONS:
            near = did_you_mean(name, DIMENSIONS)
            raise UsageProblem(
                f"没有“{name}”这个维度" + (f"，是不是 {near}？" if near else "。"), f"No dimension '{name}'" + (f"; did you mean {near}?" if near else ".")
            )
    rows: list[dict[str, Any]] = []
    unique = list({m.id: m for m in metrics}.values())
    known = _members(engine, by, where)
    for together in _grouped(unique, lambda m: m.fact):
        found = _aggregates(engine, together, months, by, where)
        # one month is its own span
        parts = (over != "span" or len(months) == 1, over != "months" and len(months) > 1)
        if asked := [m for m in together if isinstance(m, Quantile)]:
            _quantiles(engine, asked, months, by, where, parts, found)
        for alike in _grouped([m for m in together if isinstance(m, Wait)], lambda m: m.where):
            _waits(engine, alike, months, by, where, parts, found)
        for metric in together:
            if len(months) == 1:
                found[metric.id] |= {(None, member): told for (month, member), told in found[metric.id].items() if month}
            listed = (*(months if over != "span" else ()), *((None,) if over != "months" else ()))
            rows.extend(_filled(metric, listed, by, found[metric.id], known))
    return sorted(rows, key=lambda r: (r["metric"], _last(r["month"]), *(_last(r[name]) for name in by)))


def span(engine: Engine, start: str | None = None, end: str | None = None) -> list[str]:
    """Return the months from `start` to `end`; by default from the first month of any fact to the last before as-of."""
    for month in (start, end):
        if month is not None and not (len(month) == 7 and month[4] == "-" and month[:4].isdigit() and month[5:].isdigit() and 1 <= int(month[5:]) <= 12):
            raise UsageProblem(f"月份“{month}”应写成 2024-05 这样。", f"Month '{month}' should read like 2024-05.")
    if start is None or end is None:
        last = engine.rows("select m.month from month as m join clock as c on m.starts_at <= c.as_of - interval 1 minute and m.ends_at > c.as_of - interval 1 minute")[0]["month"]
        first = rollups.months(engine) or last
        start, end = start or min(first, end or first), end or max(last, start or last)
    if start > end:
        raise UsageProblem(f"起始月份 {start} 晚于结束月份 {end}。", f"The first month {start} is after the last month {end}.")
    return between(start, end)


def _last(value: str | None) -> tuple[bool, str]:
    return (value is None, value or "")


def _grouped(metrics: Iterable[M], same: Callable[[M], Any]) -> list[list[M]]:
    """Return metrics in groups that are asked for together."""
    found: dict[Any, list[M]] = {}
    for metric in metrics:
        found.setdefault(same(metric), []).append(metric)
    return list(found.values())


def _condition(months: Sequence[str], where: Mapping[str, str]) -> tuple[str, list[Any]]:
    parts = ["month between ? and ?", *(f"{name} = ?" for name in where)]
    return " and ".join(parts), [months[0], months[-1], *where.values()]


def _sets(by: Sequence[str], parts: tuple[bool, bool]) -> list[tuple[str, ...]]:
    """Return every subset of the dimensions, with the month and without as months and span are asked for."""
    return [(*chosen, *month) for chosen in subsets(by) for month, asked in zip((("month",), ()), parts, strict=True) if asked]


def _aggregates(
    engine: Engine, metrics: Sequence[Metric], months: Sequence[str], by: Sequence[str], where: Mapping[str, str]
) -> dict[str, dict[Key, dict[str, Any]]]:
    """Return what is counted and summed up of each metric of one fact, and the value of means and counts."""
    condition, values = _condition(months, where)
    counted, columns = rollups.summed(engine, metrics[0].fact, (sql for metric in metrics for sql in tallies(metric).values()), by, where, condition)
    named = {metric.id: {name: columns[sql] for name, sql in tallies(metric).items()} for metric in metrics}
    asked = list(dict.fromkeys(column for names in named.values() for column in names.values()))
    rows = rollups.exact(engine.rows(counted, values), columns)
    sums = _totals(rows, by, asked)
    # a snapshot's span is its last month: months are never added up
    ends = _totals([row for row in rows if row["month"] == months[-1]], by, asked) if any(metric.snapshot for metric in metrics) else {}
    found: dict[str, dict[Key, dict[str, Any]]] = {}
    for metric in metrics:
        found[metric.id] = {}
        for key, told in sums.items():
            told = ends.get(key, {}) if metric.snapshot and key[0] is None else told
            found[metric.id][key] = {name: told.get(column) for name, column in named[metric.id].items()}
    for metric in metrics:
        for told in found[metric.id].values():
            told.update(_valued(metric, told))
    return found


def _totals(rows: Iterable[Mapping[str, Any]], by: Sequence[str], columns: Sequence[str]) -> dict[Key, dict[str, Any]]:
    """Return the sums of every subset of the dimensions, by month and for the span; blanks are passed over."""
    places = [[name in chosen for name in by] for chosen in subsets(by)]
    found: dict[Key, dict[str, Any]] = {}
    for row in rows:
        told = [(column, row[column]) for column in columns if row[column] is not None]
        member = [row[name] for name in by]
        for kept in places:
            chosen = tuple(value if keep else None for value, keep in zip(member, kept, strict=True))
            for month in (row["month"], None):
                sums = found.setdefault((month, chosen), {})
                for column, value in told:
                    sums[column] = sums.get(column, 0) + value
    return found


def _valued(metric: Metric, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value that follows from sums alone."""
    if isinstance(metric, Mean):
        return {"value": float(told["sum"]) / float(told["weight"]) if told["sum"] is not None and told["weight"] else None}
    if isinstance(metric, Count):
        return {"value": float(told["sum"]) if isinstance(told["sum"], Decimal) else told["sum"]}
    return {}


def _quantiles(
    engine: Engine, metrics: Sequence[Quantile], months: Sequence[str], by: Sequence[str], where: Mapping[str, str], parts: tuple[bool, bool], found: dict[str, dict[Key, dict[str, Any]]]
) -> None:
    """Add values and bounds of the quantiles of one fact to what was counted: as the build keeps them, of anything else from the rows."""
    condition, values = _condition(months, where)
    fact = metrics[0].fact
    kept = [rollups.told(engine, fact, by, where, those, condition) if asked else None for those, asked in zip((None, [(months[0], months[-1])]), parts, strict=True)]
    for told in (told for told in kept if told):
        _note(engine.rows(told[0], values), metrics, told[1], by, found)
    left = (parts[0] and not kept[0], parts[1] and not kept[1])
    if any(left):
        asked = quantiles.spreads(metrics)
        counted = [told for metric in metrics for told in found[metric.id].values()]
        sides = quantiles.SIDES if not counted or any(told["unknown"] for told in counted) else ("value",)
        _note(engine.rows(quantiles.statement(fact, asked, (*by, "month"), _sets(by, left), condition, sides), values), metrics, asked, by, found)


def _note(
    rows: Iterable[Mapping[str, Any]], metrics: Sequence[Quantile], asked: Mapping[quantiles.Spread, tuple[str, tuple[float, ...]]], by: Sequence[str],
    found: dict[str, dict[Key, dict[str, Any]]],
) -> None:
    """Add quantiles as they were answered; bounds that were not reckoned are those of the value."""
    merged: dict[Key, dict[str, Any]] = {}
    for row in rows:
        merged.setdefault((_month(row), tuple(row[name] for name in by)), {}).update((column, answer) for column, answer in row.items() if answer is not None)
    for key, answer in merged.items():
        for metric in metrics:
            name, shares = asked[quantiles.spread(metric)]
            value, low, high = (answer[f"{name}_{side}"][shares.index(metric.p)] if f"{name}_{side}" in answer else None for side in quantiles.SIDES)
            told = found[metric.id].setdefault(key, {})
            told["value"] = value
            if not told.get("loose"):
                told.update(evidence_low=value if low is None else low, evidence_high=value if high is None else high)


def _month(row: Mapping[str, Any]) -> str | None:
    """Return the month an answer is of, None where it is of a span."""
    return row["month"] if row.get("since", row["month"]) == row["month"] else None


def _waits(
    engine: Engine, metrics: Sequence[Wait], months: Sequence[str], by: Sequence[str], where: Mapping[str, str], parts: tuple[bool, bool], found: dict[str, dict[Key, dict[str, Any]]]
) -> None:
    """Add values and intervals of waits with equal cases to what was counted: as the build keeps them, of anything else from the cases."""
    condition, values = _condition(months, where)
    spans = (None, [(months[0], months[-1])])
    kept = [waits.told(engine, metrics, by, where, those, condition) if asked else None for those, asked in zip(spans, parts, strict=True)]
    left = (parts[0] and not kept[0], parts[1] and not kept[1])
    asked = [sql for sql in kept if sql] + ([waits.statement(metrics, (*by, "month"), _sets(by, left), condition)] if any(left) else [])
    for row in (row for sql in asked for row in engine.rows(sql, values)):
        key = (_month(row), tuple(row[name] for name in by))
        for metric in metrics:
            bounds = tuple(row[f"{metric.id}{side}"] for side in waits.SIDES)
            if metric.p is None and bounds[0] is None:
                bounds = (None, None, None)
            found[metric.id].setdefault(key, {}).update(zip(("value", "chance_low", "chance_high"), bounds, strict=True))


def _members(engine: Engine, by: Sequence[str], where: Mapping[str, str]) -> list[tuple[str | None, ...]]:
    """Return the dimension tuples that stand in every month, rows or none: the total, and every known grid."""
    known: list[tuple[str | None, ...]] = [tuple(None for _ in by)]
    if "grid" in by:
        grids = [where["grid"]] if "grid" in where else [r["grid_code"] for r in engine.rows("select grid_code from grid order by grid_code")]
        known += [tuple(grid if name == "grid" else None for name in by) for grid in grids]
    return known


def _filled(
    metric: Metric, listed: Sequence[str | None], by: Sequence[str], found: Mapping[Key, dict[str, Any]], known: Sequence[tuple[str | None, ...]]
) -> list[dict[str, Any]]:
    """Return a row for every member in every listed month (None = the span), with n = 0 where nothing happened."""
    members = dict.fromkeys([*known, *(member for _, member in found)])
    return [result(metric, month, by, member, found.get((month, member), {})) for member in members for month in listed]
