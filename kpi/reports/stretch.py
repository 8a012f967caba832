"""A period of one build as reports on paper show it, as issued where it is an issued month, with its figures, cases and recorded causes.

All figures come from the standard table and `compute`; nothing is reckoned here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from kpi import standards
from kpi.engine import Engine
from kpi.metrics import changes, headline, marks, record
from kpi.metrics.cases import judged
from kpi.metrics.causes import recorded
from kpi.metrics.compute import compute, span
from kpi.metrics.model import UNSTATED, Metric
from kpi.metrics.registry import METRICS, metric
from kpi.metrics.series import effective
from kpi.metrics.verdict import GRID, Tally, tally
from kpi.reports import standard
from kpi.reports.month import live, until_words
from kpi.reports.paper import Paper
from kpi.reports.period import Period
from kpi.reports.since import Since
from kpi.reports.summed import Summed, summed
from kpi.standards.months import shift
from kpi.store.actions import Action
from kpi.store.issues import Reported
from kpi.words import word

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A period of a build at its as-of moment, in a language; `reported` holds the months of it that were issued, `actions` what was decided, `assessed` the values assessed by,
    `comment` what the planning department says of it, `kept` the paper that was kept with the close of an issued month."""

    engine: Engine
    period: Period
    lang: str = "zh"
    reported: Sequence[Reported] = ()
    actions: Sequence[Action] = ()
    assessed: Mapping[str, float] = field(default_factory=dict)
    comment: str = ""
    kept: Paper | None = None
    _cases: dict[str, list[Row]] = field(default_factory=dict, repr=False, compare=False)

    def said(self, key: str, **values: Any) -> str:
        """Return words of reports on paper."""
        return word(f"paper.{key}", self.lang, **values)

    @cached_property
    def frozen(self) -> Reported | None:
        """The issued month that the period is; None for an open month and for longer periods, whose figures are those of today."""
        return next((one for one in self.reported if self.period.kind == "month" and one.line.month == self.period.first), None)

    @cached_property
    def _frozen_ids(self) -> frozenset[str]:
        """KPIs that were frozen with the month; those declared since are told as they are today."""
        return frozenset(row["metric"] for row in self.frozen.figures) if self.frozen else frozenset()

    @cached_property
    def since(self) -> Since | None:
        """What is said of the issued month since it was issued; None for an open month and for longer periods."""
        return Since(reported=self.frozen, lang=self.lang, grids=self.grids, whole=self.kept is not None) if self.frozen else None

    @cached_property
    def table(self) -> standard.Standard:
        """The standard table of the company."""
        return standard.table(self.engine, self.period, assessed=self.assessed, issued=self._issued)

    @cached_property
    def summed(self) -> Summed | None:
        """The counts of a longer period beside the sum of its months as issued; None while not all of them are."""
        return summed(self.engine, self.table, self.reported)

    @cached_property
    def live(self) -> list[str]:
        """The months an issued one is compared with that are told by today's ledgers."""
        return live(self.frozen)

    @cached_property
    def _issued(self) -> standard.Issued:
        return self.frozen.figures_of if self.frozen else {}

    @cached_property
    def _lines(self) -> dict[str, standard.Line]:
        return {line.metric.id: line for line in self.table.lines}

    def line(self, id: str) -> standard.Line:
        """Return a line of the standard table."""
        return self._lines[id]

    def counts(self, id: str) -> Tally:
        """Return the counts of a share in the period."""
        return tally(self.line(id).now)

    def figure(self, id: str) -> str:
        """Return a figure of the period as the standard table words it."""
        return standard.figure_words(metric(id), self.line(id).now, self.lang)

    @cached_property
    def grids(self) -> dict[str, str]:
        """Names of grids by code, those without a grid last where any case has none."""
        named = {row["grid"]: row["name"] for row in record.grids(self.engine)}
        return named | {UNSTATED: word("reports.unstated", self.lang)}

    def by_grid(self, ids: Sequence[str]) -> dict[str, dict[str, Tally]]:
        """Return the counts of shares by grid and KPI, grids without any case included where the ledgers know them."""
        found: dict[str, dict[str, Tally]] = {grid: {id: Tally() for id in ids} for grid in self.grids}
        regime = self.table.regime
        rows = [row for row in (self.frozen.figures if self.frozen else ()) if row["first"] == self.period.first and row["metric"] in ids and row["grid"] and row["regime"] == regime]
        if asked := [id for id in ids if id not in self._frozen_ids]:
            told = compute(self.engine, asked, start=self.period.first, end=self.period.last, by=("grid",), where={"regime": regime} if regime else {}, over="span")
            rows += [row for row in told if row["grid"]]
        for row in rows:
            found.setdefault(row["grid"], {id: Tally() for id in ids})[row["metric"]] = tally(row)
        if not any(one.total for one in found[UNSTATED].values()):
            del found[UNSTATED]
        return found

    def cases(self, id: str) -> list[Row]:
        """Return the cases that were not kept behind a share of the period, by grid and key: key, app_id, grid, value, low, high, reason (a code), cause, file, sheet, row."""
        if id not in self._cases:
            self._cases[id] = self._missed(metric(id)) if self.counts(id).miss or self.line(id).now["hits"] is None else []
        return self._cases[id]

    def _missed(self, m: Metric) -> list[Row]:
        regime = None if headline.over_both(m) else self.table.regime
        if m.id in self._frozen_ids:
            found = [dict(row) for row in self.frozen.cases if row["metric"] == m.id and row["verdict"] == "miss" and regime in (None, row["regime"])]
            causes = {key: cause for (table, key), cause in self.frozen.causes.items() if table == m.table}
        else:
            rows = judged(self.engine, m, self.period.months, {"regime": regime} if regime else {})
            found = [{**row, "key": row["key_"]} for row in rows if row["verdict"] == "miss"]
            causes = recorded(self.engine, m.table, [row["key"] for row in found])
        return sorted(({**row, "cause": causes.get(row["key"])} for row in found), key=lambda row: (row["grid"] or "", row["key"]))

    def reason(self, code: str) -> str:
        """Return why a case was judged as it was; a reason of former rules, which has lost its words, as it is written."""
        try:
            return word(f"metrics.reason.{code}", self.lang)
        except KeyError:
            return code

    @cached_property
    def charts(self) -> list[changes.Change]:
        """What the control charts say of the month; none for longer periods, and none of a month that was corrected since its close kept figures alone: they are of today's ledgers."""
        if self.period.kind != "month" or (self.frozen and self.frozen.corrected):
            return []
        months = [month for month in headline.window(span(self.engine), self.period.last) if month <= self.period.last]
        return changes.changes(self.engine, months) if months else []

    @cached_property
    def days(self) -> tuple[date, date]:
        """The first and last day."""
        return self.period.days(self.engine.first_day)

    @cached_property
    def until(self) -> str:
        """The as-of moment as read."""
        return until_words(self.engine.as_of, self.lang)

    @cached_property
    def handed_in(self) -> tuple[int, list[str]]:
        """How many ledgers were expected (one a grid and month), and the names of grids that lack a month."""
        reported_ = [set(record.reported(self.engine, month)) for month in self.period.months]
        known = [grid for grid in self.grids if grid != UNSTATED]
        return len(known) * len(reported_), [self.grids[grid] for grid in known for month in reported_ if grid not in month]

    @cached_property
    def provisional(self) -> frozenset[str]:
        """KPIs of which a figure touches a provisional calendar day."""
        return frozenset(marks.provisional(self.engine, [m.id for m in METRICS], self.period.first, self.period.last))

    @cached_property
    def change(self) -> str:
        """The month in which the present process came into force."""
        return effective(self.engine)

    @cached_property
    def twelve(self) -> Tally:
        """The promises together over the twelve months that end with the period."""
        months = [shift(self.period.last, -by) for by in range(12)]
        if self.frozen and all(month in self.frozen.figures_of for month in months):
            return sum((tally(row) for month in months if (row := self._kept_of(month, self.table.regime))), Tally())
        rows = compute(self.engine, ["all_kept"], start=months[-1], end=months[0], where={"regime": self.table.regime} if self.table.regime else {}, over="span")
        return tally(rows[0])

    def _kept_of(self, month: str, regime: str | None) -> Mapping[str, Any] | None:
        """Return the promises together in a month that was frozen, under a process; None where it had no cases."""
        return next((row for row in self.frozen.figures_of[month] if (row["metric"], row["first"], row["grid"], row["regime"]) == ("all_kept", month, None, regime)), None)

    def trend(self, length: int) -> list[tuple[str, float | None]]:
        """Return the share of the promises together in the months up to the period's last, each under its own process; None below ten judged cases. Of an issued month as they stood then."""
        kept = self.frozen.figures_of if self.frozen else {}
        months = [month for month in span(self.engine) if month <= self.period.last and kept.get(month, True)][-length:]
        live = [month for month in months if month not in kept]
        told = {row["month"]: row for row in headline.monthly(self.engine, ["all_kept"], live)} if live else {}
        told |= {month: self._kept_of(month, headline.regime(month, self.change)) for month in months if month in kept}
        return [(month, row["value"] if row and row["n"] >= GRID else None) for month, row in ((month, told.get(month)) for month in months)]

    def promised(self) -> list[Metric]:
        """Return the shares that are promised whole in the period, sums of others left out."""
        return [line.metric for line in self.table.lines if line.metric.kind == "ratio" and line.promise == 1 and not line.reference and line.metric.id != "all_kept"]

    def applications(self, ids: Iterable[str | None]) -> dict[str, Row]:
        """Return what the ledgers say of applications, names not masked."""
        return record.applications(self.engine, [id for id in ids if id])

    @property
    def version(self) -> str:
        """The version of calendar, promises and rules."""
        return standards.version()
