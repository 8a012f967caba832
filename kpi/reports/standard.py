"""The standard table: every KPI of a period with promise, value assessed by, year so far, same period last year and what changed; the one function behind page, reports and command.

All figures come from `compute`; a comparison is made only where the two are of one kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kpi import standards
from kpi.engine import Engine
from kpi.metrics import headline
from kpi.metrics.compute import compute, span
from kpi.metrics.model import Metric
from kpi.metrics.results import result
from kpi.metrics.series import effective
from kpi.metrics.verdict import GRID
from kpi.reports.figures import goal_name, unit_name
from kpi.reports.month import sections
from kpi.reports.period import Period, known
from kpi.words import MISSING, word
from kpi.words import format as written

Row = Mapping[str, Any]

Issued = Mapping[str, Sequence[Row]]
"""Figures as they were issued, by month: those of the month (`first` is the month) and of the year so far (`first` is January), by grid and process; none of a month nothing was known of."""

COLUMNS = ("kpi", "unit", "now", "promise", "assessed", "year", "last_year", "year_on_year", "before", "cases", "unknown")
"""指标 | 单位 | 本月 | 承诺 | 考核值 | 本年累计 | 上年同期 | 同比 | 环比 | 件数 | 无法核验."""

WHY = ("partial", "no_data", "definitions", "no_value", "few", "cohort")
"""Why two figures are not compared: the period is not over; none then; another process was in force; no value on a side; under ten cases; cohorts of other ages."""

PLACES = {"ratio": 1, "wd": 2, "d": 1, "h": 1, "yuan": 2, "count": 0, "score": 2}


@dataclass(frozen=True)
class Change:
    """What a figure differs by, in its own unit (a share in percentage points), unrounded; else why it is not told (one of WHY)."""

    by: float | None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One KPI of the period: result rows of `compute` for the period, its year so far and the same period last year (None: not told), its goals, and its changes."""

    section: str
    metric: Metric
    now: Row
    promise: float | None
    reference: bool
    assessed: float | None
    year: Row
    last_year: Row | None
    year_on_year: Change
    before: Change

    @property
    def cases(self) -> int:
        """Everything that belongs to the figure, whether or not it can be told."""
        return self.now["n"] + self.now["unknown"]


@dataclass(frozen=True, kw_only=True)
class Standard:
    """The table with what it speaks of: the period, the grid (None: the company), the process (None: both), and whether the period is over."""

    period: Period
    grid: str | None
    regime: str | None
    partial: bool
    first_day: int
    lines: tuple[Line, ...]


def table(engine: Engine, period: Period, *, grid: str | None = None, assessed: Mapping[str, float] | None = None, ids: Iterable[str] = (), issued: Issued | None = None) -> Standard:
    """Return the standard table of a period over an engine, whose months may begin on another day than the first.

    `assessed` are values to be assessed by, by KPI; `ids` keeps some KPIs; `issued` are months whose figures read as they were issued. Raises UsageProblem for a period without any data.
    """
    known(period, engine)
    change, first = effective(engine), span(engine)[0]
    regime, partial, wanted = period.regime(change), period.partial(engine), set(ids)
    listed = [(section, m) for section, metrics in sections().items() for m in metrics if not wanted or m.id in wanted]
    found = {
        name: figures(engine, [m for _, m in listed], start, end, grid=grid, regime=of, issued=issued)
        for name, start, end, of in (("now", period.first, period.last, regime), ("year", period.january, period.last, regime),
                                     ("last_year", period.year_before.first, period.year_before.last, regime), ("before", period.before.first, period.before.last, regime))
        if name in ("now", "year") or (bool(issued[end]) if issued and start == end and end in issued else start >= first)
    }
    day = min(date.fromisoformat(f"{period.last}-15"), engine.as_of.date())
    lines = []
    for section, m in listed:
        now = found["now"][m.id]
        others = {
            name: None if name not in found else "definitions" if not headline.over_both(m) and other.regime(change) != regime else found[name][m.id]
            for name, other in (("last_year", period.year_before), ("before", period.before))
        }
        promise, reference = standards.target(m.id, day), standards.target(m.id, day, "参考值")
        lines.append(Line(
            section=section, metric=m, now=now, promise=reference if promise is None else promise, reference=promise is None and reference is not None,
            assessed=(assessed or {}).get(m.id), year=found["year"][m.id], last_year=others["last_year"] if isinstance(others["last_year"], Mapping) else None,
            year_on_year=_change(m, now, others["last_year"], partial), before=_change(m, now, others["before"], partial),
        ))
    return Standard(period=period, grid=grid, regime=regime, partial=partial, first_day=engine.first_day, lines=tuple(lines))


def figures(
    engine: Engine, metrics: Iterable[Metric], start: str, end: str, *, grid: str | None = None, regime: str | None = None, issued: Issued | None = None
) -> dict[str, Row]:
    """Return the row of each KPI for a whole span, stock and cohorts over both processes; as issued, where the span is a month of `issued` or the year up to one."""
    metrics, kept = list(metrics), _frozen(issued, start, end, grid)
    known = {id for id, _ in kept}
    # a process that nothing was told of when the month was issued has no cases
    found = {m.id: kept.get((m.id, None if headline.over_both(m) else regime)) or result(m, None, (), (), {}) for m in metrics if m.id in known}
    rows: list[Row] = []
    for both in (True, False):
        where = {name: value for name, value in (("grid", grid), ("regime", None if both else regime)) if value}
        asked = [m.id for m in metrics if headline.over_both(m) == both and m.id not in found]
        rows += compute(engine, asked, start=start, end=end, where=where, over="span") if asked else []
    return found | {row["metric"]: row for row in rows}


def _frozen(issued: Issued | None, start: str, end: str, grid: str | None) -> dict[tuple[str, str | None], Row]:
    """Return the frozen rows of a span by KPI and process; a month is issued with its year so far."""
    return {(row["metric"], row["regime"]): {**row, "month": None} for row in (issued or {}).get(end, ()) if row["first"] == start and row["grid"] == grid}


def _value(m: Metric, row: Row) -> float | None:
    """Return the value of a row; a count without any case is none at all: 0."""
    if m.kind == "count" and row["value"] is None and not row["unknown"]:
        return 0
    return row["value"]


def _change(m: Metric, now: Row, other: Row | str | None, partial: bool) -> Change:
    if partial:
        return Change(None, "partial")
    if m.kind == "wait":
        return Change(None, "cohort")
    if other is None or isinstance(other, str):
        return Change(None, other or "no_data")
    if m.kind != "count" and not other["n"] and not other["unknown"]:
        return Change(None, "no_data")
    a, b = _value(m, now), _value(m, other)
    if a is None or b is None:
        return Change(None, "no_value")
    if m.unit == "ratio" and min(now["n"], other["n"]) < GRID:
        return Change(None, "few")
    return Change((a - b) * (100 if m.unit == "ratio" else 1))


def figure_words(m: Metric, row: Row | None, lang: str = "zh") -> str:
    """Return a figure as read: counts first, a rate beside them from ten judged cases on, never 100.0 % where anything is unproven."""
    if row is None:
        return MISSING
    if row["hits"] is not None:
        if not row["n"]:
            return MISSING
        rate = row["n"] >= GRID and not (row["value"] == 1 and row["unknown"])
        return word("reports.standard.share" if rate else "reports.standard.counts", lang, hits=f"{row['hits']:,}", n=f"{row['n']:,}", rate=written(row["value"], "ratio", lang))
    value = _value(m, row)
    if value is None:
        return word("reports.not_reached", lang) if m.kind == "wait" and m.p is not None and row["n"] else MISSING
    if m.unit == "ratio" and m.kind in ("wait", "mean"):
        return written(value, "ratio", lang) if row["n"] >= GRID else MISSING
    return written(value, m.unit, lang)


def change_words(m: Metric, change: Change, lang: str = "zh") -> str:
    """Return a change with its sign and unit: +1.2个百分点, −3件; — where none is told."""
    if change.by is None:
        return MISSING
    places = 2 if m.kind == "mean" and m.unit == "count" else PLACES[m.unit]
    number = Decimal(repr(float(change.by))).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = "+" if number > 0 else "−" if number < 0 else ""
    space = " " if lang == "en" else ""
    if m.unit == "ratio":
        return f"{sign}{abs(number)}{space}{word('reports.standard.points', lang)}"
    size = written(float(abs(number)), m.unit, lang)
    return f"{sign}{size}{space + unit_name(m, lang) if m.unit == 'count' else ''}"


def cells(line: Line, lang: str = "zh") -> tuple[str, ...]:
    """Return a line in words, in the order of COLUMNS."""
    m = line.metric
    return (
        m.label.of(lang), unit_name(m, lang), figure_words(m, line.now, lang), MISSING if line.promise is None else goal_name(m, "参考值" if line.reference else "承诺", line.promise, lang),
        MISSING if line.assessed is None else goal_name(m, "承诺", line.assessed, lang), figure_words(m, line.year, lang), figure_words(m, line.last_year, lang), change_words(m, line.year_on_year, lang),
        change_words(m, line.before, lang), f"{line.cases:,}", f"{line.now['unknown']:,}",
    )


def section_name(section: str, lang: str = "zh") -> str:
    """Return the name of a section of the table; waits are those of who applied in the period."""
    return word("reports.standard.section_wait" if section == "wait" else f"reports.section.{section}", lang)


def heads(found: Standard, lang: str = "zh") -> tuple[str, ...]:
    """Return the headers in the order of COLUMNS; the period is called what it is."""
    return tuple(word(f"reports.standard.{f'now_{found.period.kind}' if name == 'now' else name}", lang) for name in COLUMNS)


def records(found: Standard) -> list[dict[str, Any]]:
    """Return the table as rows of numbers, unrounded, for machines: each figure with value, hits, n and unknown; changes with why they are not told."""
    def told(row: Row | None) -> dict[str, Any] | None:
        return {name: row[name] for name in ("value", "hits", "n", "unknown")} if row else None

    return [
        {"metric": line.metric.id, "code": line.metric.code, "unit": line.metric.unit, "period": found.period.code, "first_day": found.first_day, "grid": found.grid, "regime": found.regime,
         "now": told(line.now), "promise": line.promise, "reference": line.reference, "assessed": line.assessed, "year": told(line.year), "last_year": told(line.last_year),
         "year_on_year": line.year_on_year.by, "year_on_year_why": line.year_on_year.why or None, "before": line.before.by, "before_why": line.before.why or None}
        for line in found.lines
    ]
