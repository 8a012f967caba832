"""One month as reports show it: every figure with its counts, by grid, with what stood before it, and the cases behind it.

All figures come from `compute` and `cases`, asked exactly as pages ask them; of an issued month those of the month and of its
year so far, and the cases, are the ones that were frozen when it was issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from kpi import standards
from kpi.engine import Engine
from kpi.metrics import headline, marks, record
from kpi.metrics.cases import judged
from kpi.metrics.compute import Over, compute, span
from kpi.metrics.model import UNSTATED, Metric
from kpi.metrics.registry import METRICS
from kpi.metrics.registry import metric as metric_of
from kpi.metrics.results import FIELDS, result
from kpi.problems import UsageProblem
from kpi.reports.marking import mark
from kpi.standards.months import shift
from kpi.store.issues import Reported
from kpi.words import month_name, word

Row = dict[str, Any]

SECTIONS = {
    "promises": ("K00", "K01", "K03", "K04", "K06", "K08"),
    "proof": ("K05", "K07", "K09"),
    "left_out": ("R11",),
    "times": ("K02", "R02", "R10"),
    "wait": ("R01",),
    "stock": ("R04",),
    "service": ("K30", "K31", "K32", "K33", "K34", "K35", "K36", "K37", "K38", "K39", "K45", "K46"),
    "complaints": ("R05", "R06", "R07"),
    "building": ("K19", "K20", "K21", "K22", "K23", "K24", "R12"),
    "satisfaction": ("K40", "K41", "K42", "K43", "K44"),
    "projects": ("K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17", "K18", "R08"),
}
"""Order of figures in a report, by catalogue code; a code of no section stands in the last one, `other`."""


def sections() -> dict[str, list[Metric]]:
    """Return the KPIs of each section that has any, in order."""
    placed = {code: name for name, codes in SECTIONS.items() for code in codes}
    found: dict[str, list[Metric]] = {name: [] for name in (*SECTIONS, "other")}
    for metric in METRICS:
        found[placed.get(metric.code, "other")].append(metric)
    return {name: metrics for name, metrics in found.items() if metrics}


def until_words(at: datetime, lang: str) -> str:
    """Return an as-of moment as reports write it: an exclusive midnight is the end of the day before."""
    if at.time() == datetime.min.time():
        last = at - timedelta(days=1)
        return word("reports.day", lang, year=last.year, month=last.month, day=last.day)
    return word("reports.moment", lang, year=at.year, month=at.month, day=at.day, time=f"{at:%H:%M}")


def live(reported: Reported | None) -> list[str]:
    """Return the months an issued one is compared with that were not kept with it: these are told by today's ledgers."""
    return [month for by in (12, 1) if (month := shift(reported.line.month, -by)) not in reported.earlier] if reported else []


@dataclass(frozen=True)
class Month:
    """A month of one build at its as-of moment; raises UsageProblem for a month in which nothing can have happened."""

    engine: Engine
    month: str
    lang: str = "zh"
    reported: Reported | None = None

    def __post_init__(self) -> None:
        span(self.engine, self.month, self.month)
        known = span(self.engine)
        if not known[0] <= self.month <= known[-1]:
            raise UsageProblem(
                f"{month_name(self.month)}没有数据，可选{month_name(known[0])}至{month_name(known[-1])}。",
                f"No data for {month_name(self.month, 'en')}; choose {month_name(known[0], 'en')} to {month_name(known[-1], 'en')}.",
            )

    def word(self, key: str, **values: Any) -> str:
        """Return interface words of reports in the language of the report."""
        return word(f"reports.{key}", self.lang, **values)

    @property
    def name(self) -> str:
        """The month as read."""
        return month_name(self.month, self.lang)

    @property
    def as_of(self) -> datetime:
        """The moment up to which events are known (exclusive)."""
        return self.engine.as_of

    @property
    def partial(self) -> bool:
        """Whether the month was not over at the as-of moment."""
        return self.as_of < datetime.fromisoformat(f"{shift(self.month, 1)}-01")

    @property
    def until(self) -> str:
        """The as-of moment as read."""
        return until_words(self.as_of, self.lang)

    @cached_property
    def regime(self) -> str | None:
        """The process that headline figures show; None in the month of change, which shows both."""
        return headline.regime(self.month, standards.rule("effective_date")[:7])

    @cached_property
    def grids(self) -> dict[str, str]:
        """Names of grids by code, in order of code."""
        return {row["grid"]: row["name"] for row in record.grids(self.engine)}

    def grid_name(self, code: str | None) -> str:
        """Return the shown name of a grid."""
        return self.word("unstated") if code in (None, UNSTATED) else self.grids.get(code, code)

    @cached_property
    def unreported(self) -> list[str]:
        """Names of grids that have not reported the month."""
        handed_in = set(record.reported(self.engine, self.month))
        return [name for code, name in self.grids.items() if code not in handed_in]

    @cached_property
    def provisional(self) -> frozenset[str]:
        """KPIs whose figure of the month touches a provisional calendar day."""
        return frozenset(marks.provisional(self.engine, [m.id for m in METRICS], self.month, self.month))

    @cached_property
    def live(self) -> list[str]:
        """The months an issued one is compared with that are told by today's ledgers."""
        return live(self.reported)

    def mark(self, name: str) -> str:
        """Return the mark of what may be said of an issued month later on; nothing in one that is open."""
        return mark(name) if self.reported else ""

    def figures(self, start: str | None = None, by: Sequence[str] = (), regime: str | None = "headline", *, ids: Iterable[str] = (), over: Over = "both") -> Figures:
        """Return KPIs (default: every one) from `start` (default: the month) to the month, cohorts and stock over both processes, the rest under the headline's; `over` as `compute` takes it."""
        start, regime, wanted = start or self.month, self.regime if regime == "headline" else regime, frozenset(ids)
        rows: list[Row] = []
        for together, where in ((True, {}), (False, {"regime": regime} if regime else {})):
            asked = [m.id for m in METRICS if headline.over_both(m) == together and (not wanted or m.id in wanted)]
            rows += compute(self.engine, asked, start=start, end=self.month, by=by, where=where, over=over) if asked else []
        return Figures(self._as_issued(row, start, self.month, by, regime) for row in rows)

    @cached_property
    def now(self) -> Figures:
        """Every KPI of the month, of the company and of each grid."""
        return self.figures(by=("grid",), over="months")

    @cached_property
    def history(self) -> Figures:
        """Every KPI of the month and of each of the twelve before it."""
        return self.figures(start=shift(self.month, -12), over="months")

    @cached_property
    def year(self) -> Figures:
        """Every KPI of the year so far, as one span."""
        return self.figures(start=f"{self.month[:4]}-01", over="span")

    @cached_property
    def rolling(self) -> Figures:
        """The waits of those who applied in the last twelve months, as one span."""
        return self.figures(start=shift(self.month, -11), ids=[m.id for m in METRICS if m.code == "R01"], over="span")

    def figure_regime(self, id: str) -> str | None:
        """Return the process that a KPI is shown under in the month, None for both together."""
        return None if headline.over_both(metric_of(id)) else self.regime

    def figure(self, id: str, start: str | None = None, where: Mapping[str, str] | None = None) -> Row:
        """Return one KPI from `start` (default: the month) to the month, of these members of dimensions, under the process that heads the month, as issued where it was."""
        regime = self.figure_regime(id)
        start, members = start or self.month, dict(where or {})
        rows = compute(self.engine, [id], start=start, end=self.month, where={**members, **({"regime": regime} if regime else {})}, over="span")
        row = {**rows[0], "grid": members.pop("grid", None)}
        return row if members else self._as_issued(row, start, self.month, (), regime)

    @cached_property
    def _frozen(self) -> dict[tuple[str, str, str, str | None, str | None], Mapping[str, Any]]:
        """What was frozen by (first month, last month, KPI, grid, process): January stands there alone, and as the beginning of the year so far."""
        kept = self.reported.figures_of if self.reported else {}
        return {(row["first"], last, row["metric"], row["grid"], row["regime"]): row for last, rows in kept.items() for row in rows}

    def _as_issued(self, row: Row, start: str, end: str, by: Sequence[str], regime: str | None) -> Row:
        """Return a result row as it was issued, where the month was and the figure is one of those frozen, or of a month before as it stood then."""
        if self.reported is None or end != self.month or not set(by) <= {"grid"}:
            return row
        asked = metric_of(row["metric"])
        first, last = self.month if row["month"] == self.month or start == end else start, self.month
        if row["month"] not in (None, self.month):
            first = last = row["month"]
            if first not in self.reported.earlier or by or (self.reported.earlier[first] and (first, asked.id) not in self._told_of):
                return row
        elif first not in (self.month, f"{self.month[:4]}-01"):
            return row
        found = self._frozen.get((first, last, asked.id, row.get("grid"), None if headline.over_both(asked) else regime))
        if found is None and first in self.reported.earlier and row["month"] == first:
            # nothing was known of it then
            found = result(asked, None, (), (), {})
        return row if found is None else {**row, **{name: found[name] for name in FIELDS}}

    @cached_property
    def _told_of(self) -> frozenset[tuple[str, str]]:
        """Months with the KPIs that were kept of them; those declared since are told as they are today."""
        return frozenset((first, id) for first, last, id, *_ in self._frozen if first == last)

    def promise(self, metric: Metric) -> tuple[str, float] | None:
        """Return (kind, value) of what is promised, else referred to, in the month."""
        on = date.fromisoformat(f"{self.month}-15")
        for kind in ("承诺", "考核值", "参考值"):
            value = standards.target(metric.id, on, kind)
            if value is not None:
                return kind, value
        return None

    @cached_property
    def _issued_cases(self) -> dict[str, list[Row]]:
        """The frozen cases by KPI, each as `cases` tells it."""
        known = {row["metric"] for row in (self.reported.figures if self.reported else ())}
        found: dict[str, list[Row]] = {id: [] for id in known}
        for row in self.reported.cases if self.reported else ():
            found[row["metric"]].append(row)
        return {id: self._named(metric_of(id), [{**row, "key_": row["key"]} for row in rows]) for id, rows in found.items()}

    def _named(self, metric: Metric, rows: Iterable[Row]) -> list[Row]:
        """Return rows behind a figure as `cases` tells them, by key: an application under its number, reasons in words."""
        found = [{**row, "key": row["app_id"] if metric.table == "application" and row["app_id"] else row["key_"], "reason": self._reason(row["reason"])} for row in rows]
        return sorted(found, key=lambda row: (row["key"] or "", row["file"] or "", row["row"] or 0))

    def _reason(self, code: str) -> str:
        try:
            return word(f"metrics.reason.{code}", self.lang)
        except KeyError:
            # a reason of former rules has lost its words
            return code

    def listed(self, metrics: Iterable[Metric], verdict: str) -> list[tuple[Metric, Row]]:
        """Return the cases of a verdict in the month, all processes, each with its grid, process and application."""
        found: list[tuple[Metric, Row]] = []
        for metric in metrics:
            if self.reported is not None and metric.id in self._issued_cases:
                found += [(metric, row) for row in self._issued_cases[metric.id] if row["verdict"] == verdict]
                continue
            rows = [row for row in judged(self.engine, metric, [self.month]) if row["verdict"] == verdict]
            found += [(metric, row) for row in self._named(metric, rows)]
        return found


class Figures:
    """Result rows looked up by KPI, month (None = the span) and grid (None = the total)."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._at = {(row["metric"], row["month"], row.get("grid")): row for row in rows}

    def row(self, id: str, month: str | None = None, grid: str | None = None) -> Row | None:
        """Return one result row, None where nothing was asked."""
        return self._at.get((id, month, grid))

    def grids(self) -> list[str | None]:
        """Return the grids with a row, in order of code, those without a grid last."""
        found = {grid for _, _, grid in self._at if grid is not None}
        return sorted(found, key=lambda grid: (grid == UNSTATED, grid))
