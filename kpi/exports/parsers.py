"""The parser of a column: its kind, its unit and what its sheet states, bound into one function of a cell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kpi.exports import amounts, ranges, times, values
from kpi.exports.clock import Clock
from kpi.exports.fields import Field
from kpi.exports.outcome import Noted, Reject
from kpi.exports.spans import PLAIN, Context, Span, on

Parser = Callable[[Any], Any]
"""A cell to a plain value, None, Noted or Reject (and Clock for times)."""

DOUBTFUL = frozenset(["work", "application"])
"""Tables of construction money, where a small amount without a unit may be in 万元."""


def parser(field: Field, *, table: str = "", header: str = "", unit: str = "", context: Context = PLAIN, end: str = "") -> Parser:
    """Return the parser of a column under its header; `unit` is the unit of money its sheet states, `end` the end of a range it takes (first or last)."""
    if field.kind == "time":
        context = context._replace(planned=field.planned)
        return partial(ranges.end, which=end, context=context) if end else partial(times.parse, context=context)
    if field.kind == "yuan":
        return partial(amounts.yuan, stated=amounts.unit(header) or unit, default=field.default_unit, doubtful=table in DOUBTFUL)
    if field.kind == "number":
        return partial(amounts.number, canonical=field.default_unit, times=amounts.factor(header, field.default_unit))
    if field.kind == "choice":
        return partial(values.choice, kind=field.choice)
    return {
        "id": values.identifier, "text": values.text, "name": values.name, "free": values.name, "phone": values.phone, "count": amounts.count,
        "yesno": values.yesno, "score": values.score,
    }[field.kind]


def pair(first: Parser) -> Parser:
    """Return a parser of two cells that state one time together: a date and its time of day, or the same time twice."""

    def both(cells: tuple[Any, Any]) -> Any:
        one, other = first(cells[0]), first(cells[1])
        for outcome in (one, other):
            if isinstance(outcome, Reject):
                return outcome
        one, other = (o.value if isinstance(o, Noted) else o for o in (one, other))
        if one is None or other is None:
            return one if other is None else other
        if isinstance(one, Clock) and isinstance(other, Span):
            one, other = other, one
        if isinstance(one, Span) and isinstance(other, Clock):
            return on(one.start.date(), other) if one.precision in ("day", "half") else one
        if isinstance(one, Clock):
            return one
        narrow, wide = sorted((one, other), key=lambda span: span.end - span.start)
        return narrow if wide.start <= narrow.start and narrow.end <= wide.end else Noted(one, "two_columns_differ", severity="warning")

    return both
