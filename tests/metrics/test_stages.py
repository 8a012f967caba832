"""Stages and the curve of connections beside the same reckoned in pandas from the standing rows."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi import pipeline
from kpi.engine import DuckEngine
from kpi.metrics.compute import compute
from kpi.metrics.rolling import rolling
from kpi.metrics.stages import STAGES, cohorts, connected, stages


def table(engine, name, *columns):
    return engine.query(f"select {', '.join(columns)} from {name}").to_pandas()


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


@pytest.fixture(scope="module")
def spans(engine):
    """Days of every stage that ended before as-of, by pandas alone."""
    as_of = pd.Timestamp(engine.as_of)
    apps = table(engine, "application", "app_id", "project_id", "applied_at", "accepted_at", "inside_done_on", "accept_passed_at", "ready_at", "gas_requested_at", "gas_on_at")
    apps = apps[apps.applied_at < as_of].copy()
    projects = table(engine, "project", "project_id", "first_known_at", "landed_on").drop_duplicates("project_id")
    apps = apps.merge(projects[projects.project_id.notna()], on="project_id", how="left")
    works = table(engine, "work", "app_id", "project_id", "boundary_ready_on")
    direct = works[works.app_id.notna()][["app_id", "boundary_ready_on"]]
    shared = works[works.app_id.isna()].drop(columns="app_id").merge(apps[["app_id", "project_id"]].dropna(), on="project_id")[["app_id", "boundary_ready_on"]]
    every = pd.concat([direct, shared])
    every.loc[every.boundary_ready_on >= as_of, "boundary_ready_on"] = pd.NaT
    done = every.groupby("app_id").boundary_ready_on.agg(lambda days: days.max() if days.notna().all() else pd.NaT)
    apps["outside"] = apps.app_id.map(done)
    calls = table(engine, "followup", "app_id", "fu_at", "reached")
    calls = calls[(calls.reached == "接通") & (calls.fu_at < as_of.normalize())].merge(apps[["app_id", "gas_on_at"]], on="app_id")
    calls = calls[calls.fu_at.dt.normalize() >= calls.gas_on_at.dt.normalize()]
    days = calls.assign(day=calls.fu_at.dt.normalize())[["app_id", "day"]].drop_duplicates().sort_values("day")
    days["nth"] = days.groupby("app_id").cumcount() + 1
    for nth, name in ((1, "first"), (2, "second")):
        apps[name] = apps.app_id.map(days[days.nth == nth].set_index("app_id").day)
    ends = {
        "known_landed": ("first_known_at", "landed_on"), "landed_applied": ("landed_on", "applied_at"), "applied_accepted": ("applied_at", "accepted_at"),
        "accepted_outside": ("accepted_at", "outside"), "accepted_inside": ("accepted_at", "inside_done_on"), "inside_passed": ("inside_done_on", "accept_passed_at"),
        "passed_ready": ("accept_passed_at", "ready_at"), "ready_asked": ("ready_at", "gas_requested_at"), "asked_on": ("gas_requested_at", "gas_on_at"),
        "on_first": ("gas_on_at", "first"), "first_second": ("first", "second"),
    }
    found = {}
    apps = pd.concat([apps.drop(columns="first_known_at"), table(engine, "project", "first_known_at", "landed_on")])
    for stage, (begin, end) in ends.items():
        some = apps[apps[begin].notna() & apps[end].notna() & (apps[end] < as_of) & (apps[begin] < as_of)]
        found[stage] = pd.DataFrame({"month": some[end].dt.strftime("%Y-%m"), "days": (some[end].dt.normalize() - some[begin].dt.normalize()).dt.days})
    return found


@pytest.mark.parametrize("month", [None, "2024-05", "2023-11"])
def test_stages_are_what_pandas_says(engine, spans, month):
    for row in stages(engine, start=month, end=month):
        told = spans[row["stage"]]
        told = told[told.month == month] if month else told
        kept = told[told.days >= 0].days
        assert (row["n"], row["contrary"]) == (len(kept), int((told.days < 0).sum())), row["stage"]
        if len(kept):
            assert (row["p50"], row["p85"], row["longest"]) == pytest.approx((kept.quantile(0.5), kept.quantile(0.85), kept.max()))
    assert sum(row["n"] for row in stages(engine)) > 1000 and [row["stage"] for row in stages(engine)] == list(STAGES)


def test_the_curve_passes_through_the_shares_of_the_kpis(engine):
    points = connected(engine, start="2023-06", end="2024-05")
    assert all(a["days"] < b["days"] and a["share"] <= b["share"] and a["waiting"] >= b["waiting"] for a, b in zip(points, points[1:], strict=False))
    for days in (30, 60, 90):
        reached = max(p["share"] for p in points if p["days"] <= days)
        (told,) = [r["value"] for r in compute(engine, [f"whole_wait_within_{days}"], start="2023-06", end="2024-05") if r["month"] is None]
        assert reached == pytest.approx(told)


@pytest.mark.parametrize("where", [{}, {"grid": "G03"}])
def test_cohorts_are_the_rolling_figures(engine, where):
    asked = {"start": "2023-11", "end": "2024-02", "where": where}
    found = cohorts(engine, 3, (30, 60), **asked)
    told = {(row["metric"], row["month"]): row for row in rolling(engine, ["R01"], 3, **asked)}
    assert list(found) == ["2023-11", "2023-12", "2024-01", "2024-02"]
    for month, group in found.items():
        assert group["n"] == told["whole_wait_median", month]["n"] and group["n"] > 0
        for name, id in (("median", "whole_wait_median"), ("p85", "whole_wait_p85")):
            row = told[id, month]
            assert (group[name] or [None] * 3) == pytest.approx([row["value"], row["chance_low"], row["chance_high"]])
        for one in group["within"]:
            row = told[f"whole_wait_within_{one['days']}", month]
            assert [one["share"], one["low"], one["high"]] == pytest.approx([row["value"], row["chance_low"], row["chance_high"]])
    plain = cohorts(DuckEngine(engine._connection, engine.build, engine.as_of), 3, (30, 60), **asked)
    for month, group in plain.items():
        assert (group["n"], group["median"], group["p85"]) == (found[month]["n"], found[month]["median"], found[month]["p85"])
        assert all(one == pytest.approx(other) for one, other in zip(group["within"], found[month]["within"], strict=True))


def test_cohorts_that_a_build_keeps_are_looked_up(engine):
    """Cohorts of one, three and twelve months and the shares of the KPIs are read off the build; of other months, or within other days, they are reckoned of the cases."""
    class Watched(DuckEngine):
        def rows(self, sql, params=None):
            asked.append(sql)
            return super().rows(sql, params)

    watched = Watched(engine._connection, engine.build, engine.as_of, rolled=True)
    for months, days, kept in ((3, (30, 60, 90), True), (12, (90,), True), (1, (30,), True), (5, (30,), False), (3, (30, 45), False)):
        asked: list[str] = []
        assert set(cohorts(watched, months, days, start="2024-01", end="2024-02")) == {"2024-01", "2024-02"}
        assert any("from wait_fact_wait" in sql for sql in asked) == kept and any("from fact_wait" in sql for sql in asked) != kept, (months, days)
