"""What is said of an issued month since it was issued: the figures that read otherwise, and the words for the marks that its reports hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kpi import standards
from kpi.metrics import headline
from kpi.metrics.model import UNSTATED
from kpi.metrics.registry import metric
from kpi.reports import told
from kpi.reports.month import sections
from kpi.store.issues import Reported
from kpi.words import month_name, word

Row = Mapping[str, Any]

LEADING = "all_kept"


@dataclass(frozen=True, kw_only=True)
class Since:
    """An issued month today, in the language of a report: `grids` are the names of grids by code, `whole` says whether all that its reports say was kept with the close, not its figures alone."""

    reported: Reported
    lang: str
    grids: Mapping[str, str]
    whole: bool

    @property
    def month(self) -> str:
        """The month."""
        return self.reported.line.month

    @property
    def name(self) -> str:
        """The month as read."""
        return month_name(self.month, self.lang)

    def grid_name(self, code: str | None) -> str:
        """Return the shown name of a grid."""
        return word("reports.unstated", self.lang) if code in (None, UNSTATED) else self.grids.get(code, code)

    @cached_property
    def figures(self) -> list[Row]:
        """The figures of the month, and of its year so far, that read otherwise today, of the process that heads it; in the order of reports, the company before its grids."""
        regime = headline.regime(self.month, standards.rule("effective_date")[:7])
        place = {m.id: at for at, m in enumerate(m for metrics in sections().values() for m in metrics)}
        found = [row for row in self.reported.corrections if row["regime"] == (None if headline.over_both(metric(row["metric"])) else regime)]
        return sorted(found, key=lambda row: (place[row["metric"]], row["first"] != self.month, row["grid"] is not None, row["grid"] or ""))

    @cached_property
    def _company(self) -> dict[str, Row]:
        """The corrected figures of the company in the month, by KPI."""
        return {row["metric"]: row for row in self.figures if row["first"] == self.month and row["grid"] is None}

    def words(self, mark: str) -> str:
        """Return the words for a mark, "" where nothing is to be said: `figure.ID` beside a figure, `note` below figures; of a workbook's cover `state`; of slides `slide`, `month`, `exceptions`, `live`;
        of papers `facts`, `opening`."""
        if mark.startswith("figure."):
            return self._word("reports.corrected", mark.removeprefix("figure.") in self._company)
        said = self.reported.corrected
        keys = {
            "state": ("reports.cover.corrected", said), "note": ("reports.note.corrected", self._company), "slide": ("reports.slides.corrected", said), "month": ("reports.slides.corrected_month", self._company),
            "exceptions": ("reports.slides.corrected", said and self.whole), "live": ("reports.slides.live", said and not self.whole), "facts": ("paper.facts.corrected_since", said),
        }
        return self._opening() if mark == "opening" else self._word(*keys[mark])

    def _word(self, key: str, said: object) -> str:
        return word(key, self.lang) if said else ""

    def _opening(self) -> str:
        """Return the sentence that stands before everything else in a paper that was corrected."""
        if not self.figures:
            return ""
        row = self._company.get(LEADING)
        was, now = (row[when]["hits"] or 0 for when in ("was", "is")) if row else (0, 0)
        counts = {name: told.counted(LEADING, n, self.lang) for name, n in (("was", was), ("now", now))}
        change = word("paper.overall.change_same", self.lang) if was == now else word("paper.overall.change_counts", self.lang, **counts)
        return word("paper.overall.corrected", self.lang, version=self.reported.line.version, n=len(self.figures), change=change)
