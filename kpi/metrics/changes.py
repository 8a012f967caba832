"""What changed, and what varies as it always does: the control charts of many KPIs, told together with what chance alone would flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from kpi.engine import Engine
from kpi.metrics.headline import monthly
from kpi.metrics.registry import metric
from kpi.metrics.series import effective, series
from kpi.stats import checks, spc

CHARTED = (
    "all_kept", "valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd", "visit_appointed", "appointment_kept", "two_follow_ups",
    "survey_coverage", "satisfied_company", "satisfied_manager", "docs_self_sourced", "pipe_ready_first", "project_info_complete", "valve_time_p50", "valve_time_p85",
    "company_time_p50", "company_time_p85", "whole_wait_median", "open_cases",
)
"""KPIs whose months are watched for a change."""

FALSE = 0.016
"""Share of charts whose last month is flagged by chance alone; of 4,000 series of noise 1.0 to 2.2 % are (tests/stats)."""

STATES = ("worse", "better", "changed", "common", "ceiling", "few")
"""In the order of the list: what to look at first."""

RULES = {
    spc.OUTSIDE_HIGH: "outside", spc.OUTSIDE_LOW: "outside", spc.RISING: "rising", spc.FALLING: "falling", spc.NEAR_HIGH: "near", spc.NEAR_LOW: "near",
    spc.SHIFT_HIGH: "shift", spc.SHIFT_LOW: "shift",
}
"""Rules of a chart by the names of their words."""

TRENDS = frozenset(("rising", "falling"))
"""Rules that say that every month was higher, or lower, than the one before."""


@dataclass(frozen=True)
class Change:
    """One KPI: its chart (stats.checks.chart), what its last month says (of STATES), by which rule (of RULES' names, "" for none), the first month of the stretch that says so, and the value to reach."""

    id: str
    chart: dict[str, Any]
    state: str
    rule: str = ""
    since: str | None = None
    target: float | None = None

    @property
    def outlook(self) -> str:
        """Whether what varies as it does now will reach the value: pass, fail, hit_or_miss; ceiling or few where that cannot be told; "" without one."""
        if self.target is None:
            return ""
        return self.state if not self.judged else self.chart["assurance"] or "few"

    @property
    def judged(self) -> bool:
        """Whether there are months enough, and room enough, to tell a change from chance."""
        return self.state not in ("few", "ceiling")

    @property
    def flagged(self) -> bool:
        """Whether a rule is broken."""
        return self.state in ("worse", "better", "changed")


@dataclass(frozen=True)
class Count:
    """Of n charts judged k are flagged; by chance alone about m would be, on average (rounded; 0 stands for less than one)."""

    n: int
    k: int
    m: int


def changes(
    engine: Engine, months: Sequence[str], *, ids: Sequence[str] = CHARTED, where: Mapping[str, str] | None = None, targets: Mapping[str, float] | None = None
) -> list[Change]:
    """Return what consecutive months say of each KPI about their last one, those to look at first at the front; `targets` are values to reach, by KPI."""
    change = effective(engine)
    rows: dict[str, list[dict[str, Any]]] = {id: [] for id in ids}
    for row in sorted(monthly(engine, ids, months, where=where), key=lambda row: row["month"]):
        rows[row["metric"]].append(row)
    asked = {id: series(metric(id), rows[id], change) for id in ids}
    charts: dict[str, dict[str, Any]] = {}
    for shares, minutes in {(one.shares, one.minutes) for one in asked.values()}:
        alike = {id: one.source for id, one in asked.items() if (one.shares, one.minutes) == (shares, minutes)}
        charts |= checks.charts(engine, alike, shares=shares, minutes=minutes, better={id: metric(id).better for id in alike}, targets=targets)
    return sorted((replace(_judged(id, charts[id], months[-1]), target=(targets or {}).get(id)) for id in ids), key=lambda one: STATES.index(one.state))


def count(found: Sequence[Change]) -> Count:
    """Return how many charts are judged and flagged, and how many chance alone would flag."""
    n = sum(one.judged for one in found)
    return Count(n, sum(one.flagged for one in found), round(n * FALSE))


def _judged(id: str, chart: dict[str, Any], month: str) -> Change:
    """Return what a chart says of a month, which must be its last point to be told."""
    points = chart["points"]
    if not points or sum(p["phase"] == points[-1]["phase"] for p in points) < spc.ENOUGH or points[-1]["month"] != month:
        return Change(id, chart, "few")
    if chart["variation"] is None:
        # limits of a series that stands at its ceiling would flag every single miss
        return Change(id, chart, "ceiling")
    state = {"improvement": "better", "concern": "worse", "neutral": "changed", "common": "common"}[chart["variation"].partition("_")[0]]
    return Change(id, chart, state, RULES.get(points[-1]["rule"], ""), _since(points) if state != "common" else None)


def _since(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the first month of the stretch of points flagged the same way as the last."""
    last = points[-1]
    way = spc.UPWARDS if last["rule"] in spc.UPWARDS else spc.DOWNWARDS
    return min(point["month"] for point in takewhile(lambda point: point["rule"] in way and point["phase"] == last["phase"], reversed(points)))
