"""Figures exactly as somebody's form asks for them, beside ours: a mean where we show a median, closed cases only, calendar or working days, a share of everything. Each says what it is; none stands for ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.engine import Engine
from kpi.metrics.cases import judged
from kpi.metrics.compute import compute, span
from kpi.metrics.model import DIMENSIONS, Metric, Quantile
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem, did_you_mean
from kpi.words import Text

Where = Mapping[str, str]
Values = tuple[list[float], int]
"""The values of the cases that count, and how many others there are."""

TO_A_DAY = ("moment", "slot", "half", "day")
"""How precisely a time must be recorded for its day to be known."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A figure as forms ask for it: of which KPIs, in which unit ("" = the KPI's own), the values behind it and what is made of them."""

    name: str
    label: Text
    meaning: Text
    unit: str
    of: Callable[[Metric], bool]
    values: Callable[[Engine, Metric, Sequence[str], Where], Values]
    made: Callable[[list[float]], float]


def _mean(values: list[float]) -> float:
    return float(sum(map(Fraction, values)) / len(values))


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else float((Fraction(ordered[half - 1]) + Fraction(ordered[half])) / 2)


def _cases(engine: Engine, asked: Metric, months: Sequence[str], where: Where) -> Values:
    rows = [row["value"] for row in judged(engine, asked, months, where)]
    known = [float(value) for value in rows if value is not None]
    return known, len(rows) - len(known)


def _days(column: str) -> Callable[[Engine, Metric, Sequence[str], Where], Values]:
    """Return what gives the days from application to gas on of the cases connected in the months, by a count of days up to each date."""
    def found(engine: Engine, asked: Metric, months: Sequence[str], where: Where) -> Values:
        conditions = ["f.month between ? and ?", *(f"f.{name} = ?" for name in where)]
        precise = " and ".join(f"a.{name}_p in ({', '.join(repr(p) for p in TO_A_DAY)})" for name in ("applied_at", "gas_on_at"))
        sql = (
            f"select case when {precise} and cast(a.gas_on_at as date) >= cast(a.applied_at as date) then {column.format('g')} - {column.format('b')} end as days from fact_connection as f"
            " join application as a on a._key = f.key left join day as b on b.date = cast(a.applied_at as date) left join day as g on g.date = cast(a.gas_on_at as date)"
            f" where {' and '.join(conditions)}"
        )
        rows = [row["days"] for row in engine.rows(sql, [months[0], months[-1], *where.values()])]
        known = [float(value) for value in rows if value is not None]
        return known, len(rows) - len(known)

    return found


def _shares(whole: bool) -> Callable[[Engine, Metric, Sequence[str], Where], Values]:
    """Return what gives 1 for a case kept and 0 for one that was not, and (`whole`) for one that cannot be told."""
    def found(engine: Engine, asked: Metric, months: Sequence[str], where: Where) -> Values:
        row = next(row for row in compute(engine, [asked.id], start=months[0], end=months[-1], where=where) if row["month"] is None)
        others = row["n"] - row["hits"] + (row["unknown"] if whole else 0)
        return [1.0] * row["hits"] + [0.0] * others, 0 if whole else row["unknown"]

    return found


def _whole(m: Metric) -> bool:
    return m.code == "R01"


_SPREAD = {
    "mean": (Text("平均", "mean"), _mean), "median": (Text("中位", "median"), _median), "min": (Text("最短", "shortest"), min), "max": (Text("最长", "longest"), max),
}
_AXES = {
    "calendar": (Text("自然日", "calendar days"), Text("通气日期减报装日期的自然日数", "calendar days from the date of application to the date of gas on"), "date_diff('day', date '2000-01-01', {}.date)", "d"),
    "working": (Text("工作日", "working days"), Text("报装日次日起到通气日止的工作日数", "working days from the day after the application up to the day of gas on"), "{}.wd", "wd"),
}

FIELDS: tuple[Asked, ...] = (
    *(
        Asked(
            name=f"{name}_{axis}_days_closed", label=Text(f"{made.zh}{days.zh}（只算已通气）", f"{made.en} {days.en} (connected only)"),
            meaning=Text(
                f"期内通气的户，{counted.zh}，取{made.zh}；只记到月或更粗、或通气早于报装的不算，另计件数；在办的不算，也不扣停表。",
                f"Of the cases connected in the period, {counted.en}: the {made.en}. Dates known to the month only, or contradicting, are left out and counted apart; open cases are out, stops are left in.",
            ),
            unit=unit, of=_whole, values=_days(column), made=reckoned,
        )
        for axis, (days, counted, column, unit) in _AXES.items() for name, (made, reckoned) in _SPREAD.items()
    ),
    *(
        Asked(
            name=f"{name}_closed", label=Text(f"{made.zh}（只算记全的）", f"{made.en} (fully recorded only)"),
            meaning=Text(f"期内已完成、时刻记全的户（件），取{made.zh}；记得太粗的不算，另计件数。", f"The {made.en} of the cases completed in the period and fully recorded; others are left out and counted apart."),
            unit="", of=lambda m: isinstance(m, Quantile), values=_cases, made=reckoned,
        )
        for name, (made, reckoned) in _SPREAD.items()
    ),
    Asked(
        name="rate_judged", label=Text("占比（不论件数）", "share (of however few)"),
        meaning=Text("做到÷（做到＋未做到），不满10件、另有无法核验的也照算。", "Kept ÷ (kept + not kept), however few there are and whatever else cannot be told."),
        unit="ratio", of=lambda m: m.kind == "ratio", values=_shares(False), made=_mean,
    ),
    Asked(
        name="rate_of_all", label=Text("占全部的比例（无法核验算没做到）", "share of all (what cannot be told counts as not kept)"),
        meaning=Text("做到÷（做到＋未做到＋无法核验）。", "Kept ÷ (kept + not kept + cannot be told)."),
        unit="ratio", of=lambda m: m.kind == "ratio", values=_shares(True), made=_mean,
    ),
)


def fields(asked: Metric) -> dict[str, Asked]:
    """Return the figures that forms may ask of a KPI, by name."""
    return {one.name: one for one in FIELDS if one.of(asked)}


def as_asked(engine: Engine, id: str, field: str, start: str, end: str, where: Where | None = None) -> dict[str, Any]:
    """Return {value, n, unknown, unit} of a KPI from month `start` to `end`: n the cases that count, unknown those left out for want of records; value null where none counts.

    `where` are values of dimensions. Raises UsageProblem for a figure that this KPI does not have.
    """
    asked = metric(id)
    found = fields(asked).get(field)
    if found is None or not set(where or {}) <= set(DIMENSIONS):
        near = did_you_mean(field, fields(asked))
        raise UsageProblem(f"{asked.label.zh}没有“{field}”" + (f"，是不是 {near}？" if near else "。"), f"{asked.label.en} has no '{field}'" + (f"; did you mean {near}?" if near else "."))
    values, unknown = found.values(engine, asked, span(engine, start, end), where or {})
    return {"value": found.made(values) if values else None, "n": len(values), "unknown": unknown, "unit": found.unit or asked.unit}
