"""Stages and the curve of connections beside the same reckoned in pandas from the standing rows."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from kpi import pipeline
from kpi.engine import DuckEngine
from kpi.metrics import rollups, waits
from kpi.metrics.compute import compute
from kpi.metrics.rolling import rolling
from kpi.metrics.stages import STAGES, cohorts, connected, stages
from tests import facts


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


CASES = [
    ("A1", "G1", "2024-04-01", "2024-04-03", {"gas_on_at": "2024-04-11"}), ("A2", "G1", "2024-04-01", "2024-04-11", {"cancelled_on": "2024-04-16"}), ("A3", "G2", "2024-04-02", "2024-05-04", {"gas_on_at": "2024-05-02"}),
    ("A4", "G2", "2024-04-10", "2024-04-10", {"gas_on_at": "2024-04-30"}), ("A5", "G1", "2024-05-15", "2024-05-14", {}),
]
"""Each with the days of application and acceptance: two, ten and none of them in April, thirty-two in May, and in May one before the other."""


@pytest.fixture(scope="module")
def made():
    rows = [{"app_id": id, "grid_code": grid, "applied_at": applied, "accepted_at": accepted, "build_mode": "自建", **ended} for id, grid, applied, accepted, ended in CASES]
    terms = [{"grid_code": f"G{n}", "grid_name": f"{n}号", "manager_id": f"M{n}", "manager_name": "某", "valid_from": "2022-01-01"} for n in (1, 2)]
    return facts.engine(facts.typed({"application": rows, "term": terms}), datetime(2024, 6, 1))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, (4, 1, 6, 10 + 0.55 * 22, 32)), ({"end": "2024-04"}, (3, 0, 2, 2 + 0.7 * 8, 10)), ({"start": "2024-05"}, (1, 1, 32, 32, 32)), ({"where": {"grid": "G1"}}, (2, 1, 6, 2 + 0.85 * 8, 10)),
        ({"start": "2024-05", "end": "2024-05", "where": {"grid": "G1"}}, (0, 1, None, None, None)), ({"end": "2024-04", "where": {"manager": "M2", "build_mode": "自建"}}, (1, 0, 0, 0, 0)),
        ({"end": "2024-03"}, (0, 0, None, None, None)), ({"where": {"build_mode": "代建"}}, (0, 0, None, None, None)),
    ],
)
def test_a_stage_is_that_of_the_months_in_which_it_ended_and_of_whom_is_asked(made, asked, told):
    (found,) = [row for row in stages(made, **asked) if row["stage"] == "applied_accepted"]
    assert tuple(found[name] for name in ("n", "contrary", "p50", "p85", "longest")) == pytest.approx(told)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        # five, one leaves without gas on the fifteenth day, one still waits on the seventeenth
        ({}, [(10, 0.2, 0, 5), (15, 0.2, 0.2, 4), (20, 0.5, 0.2, 2), (30, 0.8, 0.2, 1)]), ({"most": 20}, [(10, 0.2, 0, 5), (15, 0.2, 0.2, 4), (20, 0.5, 0.2, 2)]),
        ({"most": 19}, [(10, 0.2, 0, 5), (15, 0.2, 0.2, 4)]),
        ({"end": "2024-04", "where": {"grid": "G2"}}, [(20, 0.5, 0, 2), (30, 1, 0, 1)]), ({"start": "2024-05"}, []), ({"where": {"grid": "G1", "manager": "M1"}}, [(10, 1 / 3, 0, 3), (15, 1 / 3, 1 / 3, 2)]),
    ],
)
def test_shares_connected_by_day_are_of_those_still_watched(made, asked, told):
    assert [tuple(row.values()) for row in connected(made, **asked)] == [pytest.approx(one) for one in told]


def test_cohorts_of_few_cases_are_the_rolling_figures_kept_or_not(made, monkeypatch):
    monkeypatch.setattr(waits, "FEW", 0)
    rollups.make(made._connection)
    rolled = DuckEngine(made._connection, "made up", made.as_of, rolled=True)
    for months, asked in (
        (1, {"start": "2024-03", "end": "2024-05"}), (2, {"start": "2024-05", "end": "2024-05"}), (3, {"start": "2024-05", "end": "2024-06", "where": {"grid": "G2"}}),
        (12, {"start": "2024-04", "end": "2024-04", "where": {"manager": "M1"}}),
    ):
        told = {(row["metric"], row["month"]): row for row in rolling(made, ["R01"], months, **asked) if row["month"]}
        for engine in (made, rolled):
            found = cohorts(engine, months, (30, 60, 90), **asked)
            assert set(found) == {month for id, month in told if id == "whole_wait_median" and told[id, month]["n"]} and list(found) == sorted(found)
            for month, group in found.items():
                assert group["n"] == told["whole_wait_median", month]["n"]
                for name, id in (("median", "whole_wait_median"), ("p85", "whole_wait_p85")):
                    row = told[id, month]
                    assert group[name] == (None if row["value"] is None else pytest.approx([row["value"], row["chance_low"], row["chance_high"]]))
                for one in group["within"]:
                    row = told[f"whole_wait_within_{one['days']}", month]
                    assert [one["share"], one["low"], one["high"]] == pytest.approx([row["value"], row["chance_low"], row["chance_high"]])


def test_the_curve_ends_after_half_a_year():
    rows = [{"app_id": f"A{n}", "applied_at": "2023-06-01", "gas_on_at": day} for n, day in enumerate(("2023-11-28", "2023-11-29"))]
    assert [row["days"] for row in connected(facts.engine(facts.typed({"application": rows}), datetime(2024, 6, 1)))] == [180]
