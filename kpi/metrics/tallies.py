"""What is counted and summed up of the rows of a fact, metric by metric: sums of these are all that a figure needs, but for quantiles and waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kpi.metrics.model import Count, Mean, Metric, Quantile, Ratio, Wait

EXACT = "decimal(38, 15)"
"""Sums are taken of decimals: whatever the order of the rows, and whether added up at once or by parts, they come out the same."""


Part = Callable[[str], str]
"""How an expression over a row is named where rows that agree in all of them were put together before: by default as it is written."""


def tallies(metric: Metric, part: Part = str) -> dict[str, str]:
    """Return the aggregates of a metric as {name: SQL}: those named like fields of the result, and what else its value is reckoned of.

    Each is a count or sum over rows that may be added up over months and dimensions.
    """
    within = f"({part(metric.where)})"

    def number(condition: str) -> str:
        return _number(f"{within} and {condition}", part)

    def total(value: str, condition: str) -> str:
        return f"sum(cast({value} as {EXACT})) filter ({within} and {condition})"

    if isinstance(metric, Ratio):
        verdict = part(metric.verdict)
        return {
            "hits": number(f"{verdict} = 'hit'"),
            "n": number(f"{verdict} in ('hit', 'miss')"),
            "unknown": number(f"{verdict} = 'unknown'"),
            "convention": number(f"{verdict} = 'unknown' and {part(metric.convention)}"),
        }
    if isinstance(metric, Quantile):
        return {"n": number(f"{metric.value} is not null"), "unknown": number(f"{metric.value} is null"), "loose": number(f"({metric.low} is null or {metric.high} is null)")}
    if isinstance(metric, Mean):
        known = f"{metric.value} is not null and {metric.weight} is not null"
        return {
            "sum": total(metric.value, known), "weight": total(metric.weight, known), "n": number(known),
            "unknown": number(f"({metric.value} is null or {metric.weight} is null)"),
        }
    if isinstance(metric, Count):
        counted, unknown = part(metric.counted), part(metric.unknown)
        counted = f"{counted} and not ({unknown})"
        # what a snapshot's rows hold in `value` describes a case; only other counts add it up
        added = total(metric.value, counted) if metric.value and not metric.snapshot else number(counted)
        return {"sum": added, "n": number(counted), "unknown": number(unknown)}
    if isinstance(metric, Wait):
        return {"n": number("days is not null"), "unknown": number("days is null")}
    raise TypeError(metric.kind)


def touched(metric: Metric, part: Part = str) -> str:
    """Return the aggregate that counts the rows of a metric that rest on a provisional calendar day."""
    return _number(f"({part(metric.where)}) and {part('provisional')}", part)


def _number(condition: str, part: Part) -> str:
    return f"count_if({condition})" if part is str else f"cast(coalesce(sum(times) filter ({condition}), 0) as bigint)"


def counting(metric: Metric) -> bool:
    """Whether a metric only counts rows."""
    return isinstance(metric, Ratio) or isinstance(metric, Count) and (not metric.value or metric.snapshot)


def columns(aggregates: Iterable[str]) -> dict[str, str]:
    """Return every different aggregate as {SQL: name of its column}."""
    return {sql: f"t{i}" for i, sql in enumerate(dict.fromkeys(aggregates))}


def kind(aggregate: str) -> str:
    """Return the SQL type of an aggregate: a sum of decimals, else a number of rows."""
    return EXACT if aggregate.startswith("sum(") else "bigint"


def typed(aggregate: str, sql: str = "") -> str:
    """Return an aggregate, or what stands for it, in its type: numbers of rows are read much faster as plain integers than as what counting yields."""
    return f"cast({sql or aggregate} as {kind(aggregate)})"
