"""The standard table says what compute says, compares only like with like, and takes months from any day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kpi import pipeline
from kpi.metrics import headline
from kpi.metrics.compute import compute
from kpi.metrics.registry import METRICS, metric
from kpi.problems import UsageProblem
from kpi.reports import standard
from kpi.reports.period import period
from kpi.warehouse import months
from kpi.warehouse.build import UNIQUE, VIEWS


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


IDS = ("valve_on_time", "valve_time_p50", "zero_fee", "open_cases", "whole_wait_median", "user_charge_amount")


def by_id(found: standard.Standard) -> dict[str, standard.Line]:
    return {line.metric.id: line for line in found.lines}


@pytest.mark.parametrize(("text", "grid", "spans"), [
    ("2024-05", None, (("2024-05", "2024-05"), ("2024-01", "2024-05"), ("2023-05", "2023-05"), ("2024-04", "2024-04"))),
    ("2024-Q3", "G03", (("2024-07", "2024-09"), ("2024-01", "2024-09"), ("2023-07", "2023-09"), ("2024-04", "2024-06"))),
    ("2024-H2", None, (("2024-07", "2024-12"), ("2024-01", "2024-12"), ("2023-07", "2023-12"), ("2024-01", "2024-06"))),
])
def test_every_figure_is_that_of_compute(engine, text, grid, spans):
    found = by_id(standard.table(engine, period(text), grid=grid, ids=() if text == "2024-05" else IDS))
    assert set(found) == ({m.id for m in METRICS} if text == "2024-05" else set(IDS))
    for id in IDS:
        where = {name: value for name, value in (("grid", grid), ("regime", None if headline.over_both(metric(id)) else "1.5")) if value}
        now, year, last_year, before = (next(r for r in compute(engine, [id], start=a, end=b, where=where) if r["month"] is None) for a, b in spans)
        line = found[id]
        told = {key: value for key, value in now.items() if key != "grid"}
        assert {key: line.now[key] for key in told} == told and line.year["value"] == year["value"] and line.last_year["value"] == last_year["value"]
        if id == "valve_on_time" and min(now["n"], last_year["n"]) >= 10:
            assert line.year_on_year.by == pytest.approx(100 * (now["hits"] / now["n"] - last_year["hits"] / last_year["n"]))
        if id == "open_cases":
            assert line.before.by == (now["value"] or 0) - (before["value"] or 0)


def test_only_like_is_compared_with_like(engine, sample_home):
    first = by_id(standard.table(engine, period("2023-05"), ids=IDS))
    assert first["valve_on_time"].last_year is None and first["valve_on_time"].year_on_year.why == "no_data"
    change = by_id(standard.table(engine, period("2024-03"), ids=IDS))
    assert (change["zero_fee"].year_on_year.why, change["zero_fee"].last_year, change["open_cases"].year_on_year.why) == ("definitions", None, "")
    assert by_id(standard.table(engine, period("2023-04"), ids=IDS))["zero_fee"].before.why == "definitions"
    assert by_id(standard.table(engine, period("2024-05"), ids=IDS))["whole_wait_median"].year_on_year.why == "cohort"
    few = by_id(standard.table(engine, period("2024-05"), grid="G03", ids=IDS))["zero_fee"]
    assert few.now["n"] < 10 and few.before.why == "few" and standard.cells(few)[2] == f"{few.now['hits']}/{few.now['n']}"
    early = standard.table(pipeline.reader(sample_home, "2024-05-20"), period("2024-05"), ids=IDS)
    assert early.partial and {line.before.why for line in early.lines} == {"partial"} and {standard.cells(line)[7] for line in early.lines} == {"—"}


def test_goals_stand_beside_one_another(engine):
    found = by_id(standard.table(engine, period("2024-05"), assessed={"valve_on_time": 0.95}, ids=IDS))
    assert standard.cells(found["valve_on_time"])[3:5] == ("全部做到", "≥95.0%") and standard.cells(found["zero_fee"])[4] == "—"
    former = by_id(standard.table(engine, period("2023-02"), ids=IDS))["valve_time_p50"]
    assert former.reference and standard.cells(former)[3] == "≤1个工作日（参考值）"


@pytest.mark.parametrize(("id", "by", "said"), [("zero_fee", 1.25, "+1.3个百分点"), ("zero_fee", -0.04, "0.0个百分点"), ("open_cases", -3, "−3户"), ("user_charge_amount", 2900.0, "+2,900元"),
                                                ("errands_per_connection", -0.125, "−0.13次/户"), ("valve_time_p50", 0.005, "+0.01个工作日"), ("docs_self_sourced", -0.85, "−0.9个百分点"), ("zero_fee", None, "—")])
def test_changes_in_words(id, by, said):
    assert standard.change_words(metric(id), standard.Change(by, "" if by is not None else "few")) == said


def test_never_all_where_something_is_unproven():
    row = {"hits": 12, "n": 12, "unknown": 1, "value": 1.0}
    assert standard.figure_words(metric("zero_fee"), row) == "12/12" and standard.figure_words(metric("zero_fee"), row | {"unknown": 0}) == "12/12（100.0%）"


@pytest.mark.parametrize(("text", "code", "name", "first", "last"), [
    ("2024-05", "2024-05", "2024年5月", "2024-05", "2024-05"), ("2024-q2", "2024-Q2", "2024年第2季度", "2024-04", "2024-06"), ("2024-H2", "2024-H2", "2024年下半年", "2024-07", "2024-12"),
    ("2024", "2024", "2024年", "2024-01", "2024-12"),
])
def test_periods(text, code, name, first, last):
    found = period(text)
    assert (found.code, found.name(), found.first, found.last) == (code, name, first, last) and period(found.before.code) == found.before
    assert [str(day) for day in period("2024-03").days(26)] == ["2024-02-26", "2024-03-25"]


@pytest.mark.parametrize("text", ["2024-5", "2024-Q5", "24-05", "2024-13", "x"])
def test_no_period(text):
    with pytest.raises(UsageProblem):
        period(text)


def office(at: datetime) -> str:
    """Month of the 26th to the 25th, told by the calendar alone."""
    year, month = (at.year, at.month) if at.day < 26 else (at.year + at.month // 12, at.month % 12 + 1)
    return f"{year}-{month:02d}"


def test_months_from_the_26th(engine, sample_home):
    own = pipeline.reader(sample_home, first_day=26)
    dated = [name for name in UNIQUE | VIEWS if name.startswith("fact_") and {"month", "dated_at", "key"} <= {r["column_name"] for r in own.rows(f"describe {name}")}]
    snapshots = {m.fact for m in METRICS if m.snapshot} | {"fact_stage"}
    assert {"fact_valve", "fact_connection", "fact_appeal", "fact_wait"} <= set(dated)
    for fact in dated:
        assert own.rows(f"select count(*) as n from {fact}") == engine.rows(f"select count(*) as n from {fact}") or fact in snapshots, fact
        for row in own.rows(f"select month, dated_at from {fact}") if fact not in snapshots else ():
            # a limit that ends at midnight belongs to the day before
            assert row["month"] in {office(row["dated_at"]), office(row["dated_at"] - timedelta(minutes=1))}, fact
    end = datetime(2024, 5, 26)
    open_then = own.rows("select count(*) as n from app where applied_at < ? and (gas_on_at is null or gas_on_at >= ?) and (cancelled_on is null or cancelled_on >= ?)", [end] * 3)[0]["n"]
    found = by_id(standard.table(own, period("2024-05"), ids=IDS))
    assert found["open_cases"].now["n"] == open_then > 0
    connected = engine.rows("select count(*) as n from fact_connection where regime = '1.5' and dated_at >= timestamp '2024-04-26' and dated_at < timestamp '2024-05-26'")[0]["n"]
    assert found["zero_fee"].cases == connected > 0 and not standard.table(own, period("2024-12"), ids=IDS).partial and standard.table(own, period("2025-01"), ids=IDS).partial


def test_the_rule_of_months_rewrites_every_month_and_nothing_else():
    assert months.beginning("select 1 as strftime_", 26) == "select 1 as strftime_"
    assert months.beginning("a, strftime(case when x = ')' then f(b) else c end, '%Y-%m') as month", 26) == (
        "a, strftime(date_trunc('month', cast(case when x = ')' then f(b) else c end as timestamp) - interval 25 day) + interval 1 month, '%Y-%m') as month")
    assert months.beginning("strftime(a, '%Y-%m')", 1) == "strftime(a, '%Y-%m')"
    assert months.beginning("date_trunc('month', strptime(a)) + date_trunc('day', b)", 26) == "(date_trunc('month', strptime(a) - interval 25 day) + interval 25 day) + date_trunc('day', b)"
    for sql in ("strftime(a, '%Y')", "strftime(a"):
        with pytest.raises(ValueError):
            months.beginning(sql, 26)
