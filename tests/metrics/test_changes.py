"""What a chart promises about the value to reach, as far as it can be judged."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from kpi.engine import DuckEngine
from kpi.metrics import changes as changes_
from kpi.metrics.changes import Change, Count, _judged, _since, count
from kpi.metrics.registry import metric
from kpi.stats import checks, spc


@pytest.mark.parametrize(
    ("state", "assurance", "target", "outlook"),
    [("usual", "pass", 0.9, "pass"), ("worse", "fail", 0.9, "fail"), ("better", "hit_or_miss", 0.9, "hit_or_miss"), ("usual", None, 0.9, "few"), ("few", "pass", 0.9, "few"),
     ("ceiling", "pass", 0.9, "ceiling"), ("usual", "pass", None, "")],
)
def test_outlook(state, assurance, target, outlook):
    assert Change("zero_fee", {"assurance": assurance}, state, target=target).outlook == outlook


def told(*values, better="up", rebase=None):
    """Return the chart of monthly values from January 2023 on, begun anew at a place."""
    source = " union all ".join(f"select '{2023 + n // 12}-{n % 12 + 1:02d}' as month, cast({value!r} as double) as value, {int(n == rebase)} as rebase" for n, value in enumerate(values))
    return checks.chart(DuckEngine(duckdb.connect(), "", datetime(2026, 1, 1)), source, better=better)


QUIET = [5.0, 3, 6, 4, 5, 6, 3, 5, 4, 6, 5, 4]


@pytest.mark.parametrize(
    ("values", "better", "state", "rule", "since"),
    [
        ([*QUIET, 30], "down", "worse", "outside", "2024-01"), ([*QUIET, 30], "up", "better", "outside", "2024-01"), ([*QUIET, 30], "none", "changed", "outside", "2024-01"), ([*QUIET, 5], "up", "common", "", None),
        (QUIET[1:] + [30], "down", "few", "", None), ([5.0] * 12 + [6], "up", "ceiling", "", None),
        # seven on one side, of which the last is told; the stretch begins with the first of them
        ([5.0, -5] * 8 + [1, 2, 1, 2, 1, 2, 1], "up", "better", "shift", "2024-05"), ([-5.0, 5] * 8 + [-1, -2, -1, -2, -1, -2, -1], "up", "worse", "shift", "2024-05"),
        ([0.0, 30] * 5 + list(range(10, 17)), "down", "worse", "rising", "2023-11"),
    ],
)
def test_what_the_last_month_says(values, better, state, rule, since):
    found = told(*values, better=better)
    change = _judged("zero_fee", found, found["points"][-1]["month"])
    assert (change.id, change.state, change.rule, change.since) == ("zero_fee", state, rule, since)
    assert change.judged == (state not in ("few", "ceiling")) and change.flagged == (state in ("worse", "better", "changed"))


def test_a_month_without_a_point_and_months_before_a_new_process_tell_nothing():
    assert _judged("zero_fee", told(*QUIET, 30), "2024-02").state == "few" and _judged("zero_fee", {"points": []}, "2024-02").state == "few"
    assert _judged("zero_fee", told(*QUIET, 5, *QUIET[1:], 30, rebase=13), "2025-01").state == "few", "twelve months of the present process"
    assert _judged("zero_fee", told(*QUIET, 5, *QUIET, 30, rebase=13), "2025-02").state == "better", "and thirteen"


def test_a_stretch_ends_where_another_process_or_another_way_begins():
    points = [{"month": f"2024-{n:02d}", "rule": rule, "phase": phase} for n, (rule, phase) in enumerate(
        ((spc.OUTSIDE_HIGH, 0), (spc.OUTSIDE_HIGH, 1), (spc.FALLING, 1), (spc.NEAR_HIGH, 1), (spc.SHIFT_HIGH, 1), (spc.RISING, 1)), start=1)]
    assert _since(points) == "2024-04" and _since(points[:2]) == "2024-02" and _since(points[:3]) == "2024-03" and _since(points[:1]) == "2024-01"


def test_what_to_look_at_first_stands_at_the_front(monkeypatch):
    """Five KPIs of thirteen months each; the values to reach stand with theirs."""
    months = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(13)]
    last = {"zero_fee": 0, "valve_time_p50": 0, "zero_errand": 5, "open_cases": 30, "one_process": 40}

    def rows(engine, ids, asked, where):
        assert asked == months and where == {"grid": "G1"}
        return [row for id in ids for n, month in enumerate(months) for row in [_row(id, month, (QUIET[n] if n < 12 else last[id]))]]

    def _row(id, month, value):
        ratio = metric(id).kind == "ratio"
        return {"metric": id, "month": month, "n": 40 if ratio else 1, "hits": 40 - int(value) if ratio else None, "value": (40 - value) / 40 if ratio else float(value)}

    monkeypatch.setattr(changes_, "monthly", lambda engine, ids, asked, where=None: list(reversed(rows(engine, ids, asked, where))))
    engine = DuckEngine(duckdb.connect(), "", datetime(2026, 1, 1))
    engine.rows("create table rule as select 'effective_date' as name, '2022-03-10' as value")
    found = changes_.changes(engine, months, ids=tuple(last), where={"grid": "G1"}, targets={"zero_errand": 0.5, "open_cases": 100})
    assert [one.id for one in found if one.flagged] == ["open_cases", "one_process", "valve_time_p50"]
    assert [one.state for one in found] == sorted((one.state for one in found), key=changes_.STATES.index)
    by = {one.id: one for one in found}
    assert (by["one_process"].state, by["open_cases"].state, by["zero_errand"].state) == ("worse", "worse", "common") and by["valve_time_p50"].state == "better"
    assert {id: one.target for id, one in by.items()} == {**dict.fromkeys(last), "zero_errand": 0.5, "open_cases": 100} and by["zero_errand"].outlook == "pass" and by["zero_fee"].outlook == ""
    engine.rows("update rule set value = '2023-03-10'")
    for one in changes_.changes(engine, months, ids=tuple(last), where={"grid": "G1"}):
        assert [(point["month"], point["phase"]) for point in one.chart["points"]] == [(month, int(month >= "2023-03")) for month in months], "begun anew once, in the month of the change"
    assert all(len(one.chart["points"]) == 13 for one in found) and by["one_process"].chart["points"][-1]["value"] == 0 and by["open_cases"].chart["points"][-1]["value"] == 30


def test_by_chance_about_one_chart_in_sixty_is_flagged():
    def made(n, *states):
        return [Change("zero_fee", {}, "common")] * n + [Change("zero_fee", {}, state) for state in states]

    assert count([]) == Count(0, 0, 0) and count(made(0, "few", "ceiling")) == Count(0, 0, 0) and count(made(31)) == Count(31, 0, 0) and count(made(32)) == Count(32, 0, 1)
    assert count(made(90, "worse", "better", "changed", "few")) == Count(93, 3, 1) and count(made(94)) == Count(94, 0, 2)
