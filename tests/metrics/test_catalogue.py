"""The catalogue is whole: every code is a figure, made up of others, or told as not measured with the reason."""

from __future__ import annotations

import re

import duckdb
import pytest

from kpi.metrics.elsewhere import LINKED, UNMEASURED
from kpi.metrics.registry import METRICS, find, metric
from kpi.problems import UsageProblem
from kpi.reports import dictionary

CODES = {f"K{n:02d}" for n in (*range(25), *range(30, 47))} | {f"R{n:02d}" for n in range(1, 14)}


def test_every_code_stands_somewhere():
    assert CODES == {m.code for m in METRICS} | {entry.code for entry in (*LINKED, *UNMEASURED)}


def test_what_is_made_up_of_others_names_kpis():
    known = {m.id for m in METRICS}
    for entry in LINKED:
        assert {id for part in entry.parts for id in part.ids} <= known and all(part.ids or part.note for part in entry.parts), entry.code
    assert len(next(entry for entry in LINKED if entry.code == "R03").parts) == 5
    assert [m.id for m in find("R03")][:2] == ["whole_wait_median", "whole_wait_p85"]
    assert {m.id for m in find("R11")} == {"valve_excluded", "contract_excluded", "appointment_excluded"}


def test_what_is_not_measured_says_why():
    with pytest.raises(UsageProblem, match="未测量"):
        find("R09")
    told = dictionary.markdown()
    for entry in (*LINKED, *UNMEASURED):
        assert f"### {entry.code} {entry.label.zh} / {entry.label.en}" in told
    for entry in UNMEASURED:
        assert f"**未测量**：{entry.reason.zh}" in told and f"**Not measured**: {entry.reason.en}" in told
        assert re.search(r"[\u4e00-\u9fff]", entry.reason.zh) and not re.search(r"[\u4e00-\u9fff]", entry.reason.en)


def test_every_kpi_says_who_confirmed_it():
    told = dictionary.markdown()
    assert told.count("口径确认：") == told.count("Definition confirmed by: ") == len(METRICS)


def holds(condition: str, **columns: object) -> bool | None:
    """Return what SQL says of one row."""
    return duckdb.execute(f"select {condition} from (select {', '.join(f'? as {name}' for name in columns)})", list(columns.values())).fetchone()[0]


AGES = {"open_0_30": (0, 30), "open_31_60": (31, 60), "open_61_90": (61, 90), "open_over_90": (91, 200)}
AGES_OF_APPEALS = {"appeals_open_0_3": (0, 3), "appeals_open_4_7": (4, 7), "appeals_open_8_15": (8, 15), "appeals_open_over_15": (16, 99)}


def test_bands_of_age_meet_and_do_not_overlap():
    for bands, column in ((AGES, "age"), (AGES_OF_APPEALS, "age_wd")):
        last = max(most for _, most in bands.values())
        for id, (least, most) in bands.items():
            found = duckdb.execute(f"select {column} from (select unnest(range(?)) as {column}, true as is_open) where {metric(id).counted} order by 1", [last + 1]).fetchall()
            assert [age for (age,) in found] == list(range(least, most + 1)), id
    for id in AGES_OF_APPEALS:
        assert not holds(metric(id).counted, age_wd=5, is_open=False) and holds(metric(id).unknown, age_wd=None, is_open=True) and not holds(metric(id).unknown, age_wd=None, is_open=False)


def test_a_stage_of_the_way_to_gas_counts_those_who_came_so_far():
    for nth, id in enumerate(("journey_known", "journey_need_gas", "journey_applied", "journey_outside_ready", "journey_ready", "journey_gas_on"), start=1):
        assert [reached for reached in range(7) if holds(metric(id).counted, reached=reached)] == list(range(nth, 7)), id


def test_scores_are_counted_one_by_one_and_good_from_four_or_from_three():
    for whom in ("company", "manager"):
        for score in range(1, 6):
            asked = metric(f"ratings_{whom}_{score}")
            assert [other for other in range(1, 6) if holds(asked.counted, score=other)] == [score] and holds(asked.reason, score=score) == ("bad_rating" if score <= 2 else "counted")
            for id, least in ((f"satisfied_{whom}", 4), (f"satisfied_{whom}_with_basic", 3)):
                assert (holds(metric(id).verdict, score=score), holds(metric(id).reason, score=score)) == (("hit", "kept") if score >= least else ("miss", "low_rating")), id
            mean = metric(f"mean_rating_{whom}")
            assert holds(mean.good, score=score) == (score >= 4) and holds(mean.reason, score=score) == ("bad_rating" if score <= 2 else "counted")


def test_quantiles_of_one_time_judge_its_cases_alike():
    families: dict = {}
    for one in METRICS:
        if one.kind == "quantile":
            families.setdefault((one.fact, one.where, one.value), []).append(one)
    assert len(families) > 3
    for family in families.values():
        assert len({(one.limit, one.low, one.high, one.reason, one.unit, one.table, one.better) for one in family}) == 1 and len({one.p for one in family}) == len(family), family[0].id
    assert {metric(id).limit for id in ("valve_time_p50", "valve_time_p85", "valve_time_max")} == {0.5} and metric("days_late_max").limit == 0 and metric("company_time_p50").limit is None
    assert {one.p for family in families.values() for one in family} == {0.5, 0.85, 1.0} and {metric(id).p for id in ("whole_wait_median", "whole_wait_net_median")} == {0.5}
    assert [metric(f"{what}_within_{days}").days for what in ("whole_wait", "cancelled") for days in (30, 60, 90)] == [30, 60, 90] * 2
    assert [(metric(f"{what}_within_30").outcome, metric(f"{what}_within_30").p) for what in ("whole_wait", "cancelled")] == [(1, None), (2, None)] and metric("whole_wait_p85").p == 0.85


def test_why_a_case_counts_is_told_as_it_counts():
    for id, column, bad in (("complaints_repeated", "complained_again", "complained_again"), ("enquiries_repeated", "asked_again", "asked_again")):
        assert [holds(metric(id).reason, **{column: n}) for n in (None, 0, 1, 2)] == ["no_record", "counted", bad, bad] and [holds(metric(id).good, **{column: n}) for n in (0, 1)] == [True, False]
    assert [holds(metric("complaints_per_100").reason, complaints=n) for n in (0, 1)] == ["counted", "complaint"] and holds(metric("complaints_per_100").value, complaints=2) == 200
    assert [holds(metric("complaints_upheld").reason, upheld=upheld) for upheld in (None, False, True)] == ["no_record", "counted", "complaint_upheld"]
    assert [holds(metric("complaints_upheld").value, upheld=upheld) for upheld in (None, False, True)] == [None, 0, 1]
    for id in ("days_late_p85", "days_late_max"):
        assert [holds(metric(id).reason, value=value) for value in (None, 0, 1)] == ["imprecise", "kept", "after_agreed"]
    for id in ("feedback_24h", "feedback_3wd"):
        assert [holds(metric(id).value, low=low, high=high) for low, high in ((1, 1), (1, 2), (None, None))] == [1, None, None]
    shirking = [(shirk, upheld) for shirk in (None, False, True) for upheld in (None, False, True)]
    for id, counted, unknown in (
        ("shirking_reported", {(True, None), (True, True)}, {(None, None), (None, False), (None, True)}), ("shirking_upheld", {(True, True)}, {(None, None), (None, False), (None, True), (True, None)}),
    ):
        for condition, told in ((metric(id).counted, counted), (metric(id).unknown, unknown)):
            assert {one for one in shirking if holds(condition, shirk=one[0], upheld=one[1])} == told, id
    assert [holds(metric("docs_self_sourced").good, docs_online_n=n, docs_needed_n=3) for n in (2, 3, 4)] == [False, True, True]
    assert [holds(metric("outside_by_government").good, gov_yuan=n, cost_yuan=3) for n in (2, 3, 4)] == [False, True, True]
    assert [holds(metric("project_info_items").good, filled=n) for n in (7, 8)] == [holds(metric("archive_items").good, items=n) for n in (9, 10)] == [False, True]
