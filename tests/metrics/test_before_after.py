"""Before and after the change on ledgers made to mislead: a mix that turns the crude figure round, noise, unknown cases, and waits that went on past the change."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import duckdb
import pytest

from kpi import pipeline
from kpi.__main__ import main
from kpi.engine import DuckEngine
from kpi.metrics.before_after import before_after, comparable
from kpi.metrics.compute import compute
from kpi.metrics.registry import find, metric
from kpi.problems import UsageProblem

CHANGE = datetime(2023, 3, 10)
OLD, NEW = datetime(2022, 9, 5), datetime(2023, 9, 4)


def engine(rows, as_of=datetime(2024, 6, 1)):
    """Return an engine over verdicts of the half working day given as (dated_at, regime, user_type, outside_line, verdict)."""
    con = duckdb.connect()
    con.execute("create table rule as select 'effective_date' as name, '2023-03-10' as value")
    con.execute("create table clock as select cast(? as timestamp) as as_of", [as_of])
    kinds = {"dated_at": "timestamp", "regime": "varchar", "user_type": "varchar", "outside_line": "varchar", "verdict": "varchar"}
    con.execute(f"create table cases as select {', '.join(f'unnest(?::{kind}[]) as {name}' for name, kind in kinds.items())}", [list(column) for column in zip(*rows, strict=True)])
    con.execute("create table fact_valve as select *, strftime(dated_at, '%Y-%m') as month, false as convention from cases")
    return DuckEngine(con, "", as_of)


def verdicts(period, line, hits, n, unknown=0):
    at, regime = (OLD, "11000") if period == "before" else (NEW, "1.5")
    return [(at, regime, "工业", line, "hit" if i < hits else "miss") for i in range(n)] + [(at, regime, "工业", line, "unknown")] * unknown


def asked(rows, **options):
    return before_after(engine(rows), "valve_on_time", start="2022-01", end="2024-05", **options)


def test_a_mix_that_turns_the_crude_figure_round():
    """More easy cases after the change: each kind of case fares worse, all together they seem to fare better."""
    rows = [*verdicts("before", "无", 160, 200), *verdicts("before", "有", 240, 800), *verdicts("after", "无", 560, 800), *verdicts("after", "有", 40, 200)]
    found = asked(rows)
    assert found["crude"]["difference"] == pytest.approx(0.6 - 0.4) and found["crude"]["low"] > 0
    assert found["standardised"]["difference"] == pytest.approx(-0.1) and found["standardised"]["high"] < 0
    assert found["says"] == "worse"
    few = [*verdicts("before", "无", 16, 20), *verdicts("before", "有", 24, 80), *verdicts("after", "无", 60, 80), *verdicts("after", "有", 5, 20)]
    found = asked(few)
    assert found["crude"]["low"] > 0 > found["standardised"]["difference"] and found["says"] == "none", "too little to say that it is worse, and nothing to say that it is better"


def test_noise_is_not_taken_for_a_change():
    """Two kinds of cases of the same rates in both periods, in any mix: about nineteen of twenty intervals hold 0 (more of them: tests/stats/test_contrast.py)."""
    dice, said = random.Random(15), []
    for _ in range(12):
        rows = []
        for period in ("before", "after"):
            for line, rate in (("无", 0.9), ("有", 0.6)):
                n = dice.randint(15, 60)
                rows += verdicts(period, line, sum(dice.random() < rate for _ in range(n)), n)
        found = asked(rows)
        said.append(found["says"])
        assert (found["says"] == "none") == (found["standardised"]["low"] <= 0 <= found["standardised"]["high"])
    assert set(said) <= {"none", "better", "worse"} and said.count("none") >= 10


def test_what_cannot_be_told_may_turn_it():
    shown = [*verdicts("before", "无", 60, 100), *verdicts("after", "无", 90, 100)]
    assert asked(shown)["says"] == "better"
    found = asked([*shown, *verdicts("before", "无", 0, 0, 40), *verdicts("after", "无", 0, 0, 20)])
    assert found["evidence"] == {"low": pytest.approx(90 / 120 - 100 / 140), "high": pytest.approx(110 / 120 - 60 / 140)} and found["says"] == "better"
    found = asked([*shown, *verdicts("after", "无", 0, 0, 60)])
    assert found["evidence"]["low"] == pytest.approx(90 / 160 - 0.6) and found["says"] == "unproven"


def test_few_and_nothing_in_common():
    assert asked([*verdicts("before", "无", 0, 29), *verdicts("after", "无", 100, 100)])["says"] == "few"
    assert asked([*verdicts("before", "无", 0, 29), *verdicts("after", "无", 100, 100)], enough=10)["says"] == "better"
    found = asked([*verdicts("before", "无", 20, 40), *verdicts("after", "有", 30, 40)])
    assert found["says"] == "apart" and found["standardised"] is None and found["left_out"] == {"before": 40, "after": 40}
    empty = asked([(NEW, "1.5", "工业", "无", "hit")])
    assert empty["says"] == "few" and empty["before"]["n"] == 0 and empty["before"]["value"] is None


def test_a_period_goes_by_the_case_s_own_date():
    """A limit that ended before the change and was missed is the former process's miss, whenever the gas came on; one that ended after it stands apart."""
    rows = [(CHANGE - timedelta(minutes=1), "straddling", "工业", "无", "miss"), (CHANGE, "straddling", "工业", "无", "hit"), (CHANGE, "1.5", "工业", "无", "hit")]
    found = asked(rows)
    assert [(found[p]["hits"], found[p]["n"]) for p in ("before", "straddling", "after")] == [(0, 1), (1, 1), (1, 1)]


def waiting(*cases, as_of=datetime(2024, 1, 1)):
    """Return an engine over waits given as (applied for, days, how many), all ended by gas on."""
    found = engine([(NEW, "1.5", "工业", "无", "hit")], as_of)
    rows = [(at, "1.5" if at >= CHANGE else "11000" if at + timedelta(days=days) < CHANGE else "straddling", float(days)) for at, days, n in cases for _ in range(n)]
    found.rows(
        "create table fact_wait as select begun as dated_at, regime, days, 1 as outcome, strftime(begun, '%Y-%m') as month, '工业' as user_type, '无' as outside_line"
        " from (select unnest(?::timestamp[]) as begun, unnest(?::varchar[]) as regime, unnest(?::double[]) as days) as told",
        [list(column) for column in zip(*rows, strict=True)],
    )
    return found


def waits(*cases):
    return before_after(waiting(*cases), "whole_wait_median", start="2022-01", end="2023-12", enough=10)


def test_waits_that_went_on_past_the_change_are_not_left_out():
    found = waits((datetime(2022, 11, 1), 20, 10), (datetime(2023, 2, 1), 20, 5), (datetime(2023, 2, 1), 120, 5), (datetime(2023, 4, 1), 20, 15), (datetime(2023, 4, 1), 40, 5))
    assert (found["before"]["n"], found["before"]["closed"], found["straddling"]["n"], found["after"]["n"]) == (20, 15, 5, 20)
    share = {one["days"]: one["share"] for one in found["before"]["within"]}
    assert share[30] == pytest.approx(0.75), "the five who still waited at the change had not been connected within 30 days"
    assert found["straddling"]["median"][0] == 120, "their whole wait stands apart"
    first = found["standardised"][0]
    assert first["days"] == 30 and (first["before"], first["after"]) == (pytest.approx(0.75), pytest.approx(0.75)) and first["says"] == "none"
    assert [one["says"] for one in found["standardised"][1:]] == ["apart", "apart"], "of those who still waited nobody was watched for 60 days before the change"
    assert found["before"]["first"] == "2022-11" and found["before"]["months"] == 2


def test_a_period_too_short_to_watch_for_so_long_says_nothing():
    found = waits((datetime(2023, 2, 1), 10, 10), (datetime(2023, 4, 1), 20, 10))
    assert [one["says"] for one in found["standardised"]] == ["none", "apart", "apart"], "nobody of the former process could be watched for 60 days"
    assert found["says"] == "none", "days that cannot be told say nothing beside those that can"
    assert [one["share"] for one in found["before"]["within"]] == [1, None, None]


def test_a_share_of_all_rests_on_those_watched_long_enough():
    """Ten of ten were connected within 30 days, five were watched for 5 of them: the share of the former process rests on ten (Wilson 0.7225 to 1), that of twenty who waited longer on twenty (0 to 0.1611)."""
    found = waits((datetime(2023, 2, 1), 10, 10), (CHANGE - timedelta(days=5), 40, 5), (datetime(2023, 4, 1), 40, 20))
    assert (found["before"]["n"], found["before"]["closed"]) == (15, 10)
    for told in (found["crude"][0], found["standardised"][0]):
        assert (told["before"], told["after"], told["low"]) == (1, 0, -1) and told["high"] == pytest.approx(-1 + (0.1611**2 + (1 - 0.7225) ** 2) ** 0.5, abs=1e-4)


def test_a_wait_that_ends_with_the_change_had_not_ended_before_it():
    found = waits((CHANGE - timedelta(days=10), 10, 1), (CHANGE - timedelta(days=10), 9, 1), (CHANGE, 0, 1))
    assert (found["before"]["n"], found["before"]["closed"], found["after"]["n"]) == (2, 1, 1)


@pytest.mark.parametrize(("before", "after", "says"), [(10, 10, "none"), (9, 10, "few"), (10, 9, "few")])
def test_of_either_period_there_must_be_enough(before, after, says):
    found = waits((datetime(2022, 11, 1), 20, before), (datetime(2023, 4, 1), 20, after))
    assert found["says"] == says and {one["says"] for one in found["standardised"]} == {says}
    shares = asked([*verdicts("before", "无", before, before), *verdicts("after", "无", after, after)], enough=10)
    assert shares["says"] == says


@pytest.mark.parametrize(
    ("before", "after", "each", "says"),
    [
        # half of the former process are connected on the tenth day; the present one takes 45 days, 20, or as long
        (((10, 20), (100, 20)), ((45, 40),), ["worse", "better", "better"], "none"), (((10, 20), (100, 20)), ((20, 40),), ["better", "better", "better"], "better"),
        (((10, 20), (100, 20)), ((10, 20), (100, 20)), ["none", "none", "none"], "none"), (((10, 40),), ((70, 20), (100, 20)), ["worse", "worse", "worse"], "worse"),
        (((10, 20), (100, 20)), ((10, 20), (80, 20)), ["none", "none", "better"], "better"),
    ],
)
def test_several_days_tell_a_change_only_where_none_speaks_against_it(before, after, each, says):
    found = waits(*((datetime(2022, 6, 1), *told) for told in before), *((datetime(2023, 4, 1), *told) for told in after))
    assert [one["says"] for one in found["standardised"]] == each and found["says"] == says
    assert [one["days"] for one in found["standardised"]] == [one["days"] for one in found["crude"]] == [30, 60, 90]


def test_what_should_be_seldom_gets_better_as_it_falls(monkeypatch):
    """No share of ours is better the smaller it is: one is made so."""
    rows = [*verdicts("before", "无", 40, 100), *verdicts("after", "无", 80, 100)]
    assert asked(rows)["says"] == "better"
    module = sys.modules[before_after.__module__]
    monkeypatch.setattr(module, "metric", lambda id: replace(metric(id), better="down"))
    assert asked(rows)["says"] == "worse" and asked([*verdicts("before", "无", 80, 100), *verdicts("after", "无", 40, 100)])["says"] == "better"


def test_each_kind_of_case_is_told_apart_and_those_of_one_period_only_are_left_out():
    rows = [*verdicts("before", "无", 20, 40, 3), *verdicts("after", "无", 30, 40), *verdicts("before", "有", 5, 10), *verdicts("after", "不详", 7, 9, 2), *verdicts("after", "有", 0, 0, 4)]
    found = asked(rows)
    assert found["mix"] == ["user_type", "outside_line"] and found["left_out"] == {"before": 10, "after": 9}, "of the kind 有 nothing can be told after the change"
    told = {row["outside_line"]: tuple((row[period]["hits"], row[period]["n"], row[period]["unknown"], row[period]["value"]) for period in ("before", "after")) for row in found["strata"]}
    assert told == {"无": ((20, 40, 3, 0.5), (30, 40, 0, 0.75)), "有": ((5, 10, 0, 0.5), (0, 0, 4, None)), "不详": ((0, 0, 0, None), (7, 9, 2, 7 / 9))}
    assert [(row["user_type"], row["outside_line"]) for row in found["strata"]] == sorted((row["user_type"], row["outside_line"]) for row in found["strata"])
    assert (found["standardised"]["before"], found["standardised"]["after"]) == (0.5, 0.75) and found["crude"]["before"] == 25 / 50 and found["crude"]["after"] == 37 / 49
    assert found["evidence"] == {"low": pytest.approx(30 / 40 - 23 / 43), "high": pytest.approx(30 / 40 - 20 / 43)}
    assert {name: found[name] for name in ("metric", "code", "kind", "effective")} == {"metric": "valve_on_time", "code": "K01", "kind": "share", "effective": "2023-03-10"}
    assert {period: (found[period]["first"], found[period]["last"], found[period]["months"]) for period in ("before", "straddling", "after")} == {
        "before": ("2022-09", "2022-09", 1), "straddling": (None, None, 0), "after": ("2023-09", "2023-09", 1)}


def test_the_difference_left_by_what_cannot_be_told_may_end_at_nothing():
    """Forty of a hundred before; ninety of a hundred after, beside 125 that cannot be told: if all of them were misses, it is forty of a hundred again."""
    before = verdicts("before", "无", 40, 100)
    even = asked([*before, *verdicts("after", "无", 90, 100, 125)])
    assert even["evidence"]["low"] == 0 and even["says"] == "unproven" and asked([*before, *verdicts("after", "无", 90, 100, 124)])["says"] == "better"
    worse = [*verdicts("before", "无", 60, 100), *verdicts("after", "无", 10, 100, 124)]
    assert asked(worse)["says"] == "worse" and asked([*worse, *verdicts("after", "无", 0, 0, 1)])["says"] == "unproven"


def test_months_and_dimensions_asked_for_are_kept_to():
    rows = [*verdicts("before", "无", 1, 2), *verdicts("after", "无", 3, 4), *verdicts("after", "有", 1, 1)]
    assert asked(rows, where={"outside_line": "有"})["after"]["n"] == 1 and asked(rows, where={"outside_line": "有"})["before"]["n"] == 0
    late = before_after(engine(rows), "valve_on_time", start="2022-10", end="2024-05")
    assert (late["before"]["n"], late["after"]["n"]) == (0, 5)
    with pytest.raises(UsageProblem) as refused:
        asked(rows, where={"outside_line": "有", "weather": "雪"})
    assert "weather" in str(refused.value)


def test_waits_are_told_by_kind_too():
    """Of the former process one kind alone is known after the change; the other is left out and told."""
    found = engine([(NEW, "1.5", "工业", "无", "hit")], datetime(2024, 1, 1))
    cases = [(datetime(2022, 11, 1), "11000", 20.0, 1, "无", 12), (datetime(2022, 11, 1), "11000", 40.0, 2, "有", 3), (datetime(2023, 4, 1), "1.5", 20.0, 1, "无", 11)]
    # how long these waited is not known
    cases += [(datetime(2022, 11, 1), "11000", None, 1, "无", 1), (datetime(2023, 4, 1), "1.5", None, 0, "无", 1), (datetime(2023, 1, 1), "straddling", None, 1, "无", 1)]
    rows = [(at, regime, days, outcome, line) for at, regime, days, outcome, line, n in cases for _ in range(n)]
    found.rows(
        "create table fact_wait as select *, strftime(dated_at, '%Y-%m') as month, '工业' as user_type"
        " from (select unnest(?::timestamp[]) as dated_at, unnest(?::varchar[]) as regime, unnest(?::double[]) as days, unnest(?::integer[]) as outcome, unnest(?::varchar[]) as outside_line) as told",
        [list(column) for column in zip(*rows, strict=True)],
    )
    told = before_after(found, "whole_wait_median", start="2022-01", end="2023-12", enough=10)
    assert told["kind"] == "wait" and told["left_out"] == {"before": 3, "after": 0} and told["before"]["cancelled"] == 3
    strata = {row["outside_line"]: (row["before"]["n"], row["after"]["n"], row["before"].get("cancelled"), row["after"]["median"]) for row in told["strata"]}
    assert strata == {"无": (12, 11, None, [20, None, None]), "有": (3, 0, 3, None)} and {row["user_type"] for row in told["strata"]} == {"工业"}
    assert told["straddling"] == {"first": None, "last": None, "months": 0, "n": 0, "closed": 0, "p25": None, "median": None, "p75": None, "p85": None,
                                  "within": [{"days": n, "share": None, "low": None, "high": None} for n in (30, 60, 90)]}
    assert (told["before"]["first"], told["after"]["last"]) == ("2022-11", "2023-04")


def test_the_command(sample_home, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    assert main(["before-after", "--format", "json"]) == 0
    told = {one["metric"]: one for one in json.loads(capsys.readouterr().out)}
    built = pipeline.reader(sample_home)
    assert told["valve_on_time"] == before_after(built, "valve_on_time") and len(told) == 7
    for id in ("valve_on_time", "zero_fee", "two_follow_ups"):
        (row,) = [r for r in compute(built, [id]) if r["month"] is None]
        found = before_after(built, id)
        for name in ("hits", "n", "unknown"):
            assert sum(found[period][name] for period in ("before", "straddling", "after")) == row[name], "every case stands in one period"
    assert main(["before-after", "whole_wait_p85"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4, "three numbers of days of one wait"
    assert main(["before-after", "K02"]) == 2 and "不能作前后对比" in capsys.readouterr().err
    for one in find():
        if one.kind not in ("ratio", "wait") or one.snapshot:
            with pytest.raises(UsageProblem):
                before_after(built, one.id)
    for id in {one.fact: one.id for one in find() if comparable(one)}.values():
        assert before_after(built, id, where={"grid": "G03"})["metric"] == id, "every fact dates its cases"


def test_thirty_cases_of_each_period_are_enough():
    assert [asked([*verdicts("before", "无", 0, n), *verdicts("after", "无", 30, 30)])["says"] for n in (29, 30)] == ["few", "better"]
