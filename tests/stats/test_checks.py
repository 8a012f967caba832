"""spc, survival and funnel on plain files and on KPIs: the shape of their JSON, and messages that name the line."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import duckdb
import pytest

from kpi import pipeline
from kpi.__main__ import main
from kpi.engine import DuckEngine
from kpi.metrics.compute import compute
from kpi.stats import checks
from tests.stats.test_survival import LUNG


def told(capsys, *words):
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return json.loads(said.out) if code == 0 else (code, said.err)


def written(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def test_series(tmp_path, capsys):
    values = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
    file = written(tmp_path / "a.csv", "month,value", *(f"{2023 + i // 12}-{i % 12 + 1:02d},{v}" for i, v in reversed(list(enumerate(values)))))
    found = told(capsys, "spc", "--csv", file, "--better", "down", "--target", "6")
    assert (found["mean"], found["lpl"], found["upl"]) == pytest.approx((1.944444, -0.715556, 4.604444), abs=1e-6)
    assert [p["month"] for p in found["points"]] == sorted(p["month"] for p in found["points"])
    assert [(p["month"], p["rule"]) for p in found["points"] if p["rule"] != "Common Cause"] == [("2023-05", "Above UCL")]
    assert found["variation"] == "common_cause" and found["assurance"] == "pass"
    assert told(capsys, "spc", "--csv", file, "--no-screen")["upl"] == pytest.approx(6.951503, abs=1e-6)


def test_a_new_phase_begins_where_the_file_says_so(tmp_path, capsys):
    file = written(tmp_path / "a.csv", "month,value,rebase", "1,1,0", "2,2,", "10,1,0", "11,,1", "12,8,0", "13,9,0")
    found = told(capsys, "spc", "--csv", file)
    assert [(p["month"], p["phase"]) for p in found["points"]] == [("1", 0), ("2", 0), ("10", 0), ("12", 1), ("13", 1)]
    assert found["variation"] is None, "five points say nothing yet"


def test_waits(tmp_path, capsys):
    """The lung data written as dates: the published median, quartiles and shares, by sex."""
    start, as_of = datetime(2020, 1, 1), datetime(2030, 1, 1)
    lines = [f"{as_of - timedelta(days=d)},,{u}" if not o else f"{start},{start + timedelta(days=d)},{u}" for d, o, u in LUNG]
    file = written(tmp_path / "a.csv", "start,end,unit", *lines)
    found = told(capsys, "survival", "--csv", file, "--as-of", "2030-01-01", "--within", "365")
    assert [(g["unit"], g["n"], g["closed"], g["median"]) for g in found["groups"]] == [("1", 138, 112, [270, 210, 306]), ("2", 90, 53, [426, 345, 524])]
    file = written(tmp_path / "b.csv", "start,end", *(line.rsplit(",", 1)[0] for line in lines))
    (group,) = told(capsys, "survival", "--csv", file, "--as-of", "2030-01-01", "--within", "100", "--within", "365")["groups"]
    assert group["unit"] is None and (group["n"], group["closed"]) == (228, 165)
    assert group["median"] == [310, 284, 361] and (group["p25"][0], group["p75"][0]) == (170, 550)
    assert [w["share"] for w in group["within"]] == pytest.approx([1 - 0.863969, 1 - 0.409242], abs=1e-6)
    assert (group["within"][1]["low"], group["within"][1]["high"]) == pytest.approx((1 - 0.478381, 1 - 0.338714), abs=1e-6)


def test_what_is_open_at_the_moment_asked(tmp_path, capsys):
    file = written(tmp_path / "a.csv", "start,end", "2024-01-01,2024-01-11", "2024-01-01 12:00,2024-02-20", "2024-03-01,2024-03-02", "2024-01-05,2024-01-02", ",2024-01-02")
    found = told(capsys, "survival", "--csv", file, "--as-of", "2024-02-01")
    assert [(g["n"], g["closed"]) for g in found["groups"]] == [(2, 1)]
    assert found["left_out"] == {"start_after_as_of": 1, "end_before_start": 1, "start_blank": 1}
    code, said = told(capsys, "survival", "--csv", written(tmp_path / "b.csv", "start,end", "2024-01-01,"))
    assert code == 2 and "--as-of" in said


def test_units(tmp_path, capsys):
    file = written(tmp_path / "a.csv", "unit,hits,n", "一号网格,65,100", "二号网格,600,1000", "三号网格,0,0", "四号网格,590,1000")
    found = told(capsys, "funnel", "--csv", file)
    assert found["tau2"] == 0 and [u["unit"] for u in found["units"]] == ["一号网格", "二号网格", "四号网格"]
    assert (found["units"][0]["low"], found["units"][0]["high"]) == pytest.approx((0.552544, 0.736358), abs=1e-6)


@pytest.mark.parametrize(
    ("command", "lines", "word"),
    [
        ("spc", ("month,value", "2024-01,1,234"), "第 2 行有 3 格"), ("spc", ("month,value", "2024-01,0,5"), "第 2 行有 3 格"), ("spc", ("month,value", '2024-01,"0,5"'), "第 2 行 value"),
        ("spc", ("month,value", "2024-01,95%"), "第 2 行 value"), ("spc", ("month,value", "2024-01,1e400"), "第 2 行 value"), ("spc", ("month,value", "Jan 2024,1"), "第 2 行 month"),
        ("spc", ("month,value", "2024-13,1"), "第 2 行 month"), ("spc", ("month,value", "2024-1,1", "2024-01,2"), "第 3 行 month"), ("spc", ("month,value", "2024-01,1", "7,2"), "第 3 行 month"),
        ("spc", ("month,value,rebase", "2024-01,1,2"), "第 2 行 rebase"), ("spc", ("month,value,value", "2024-01,1,2"), "重复了列 value"), ("spc", ("month,value", '2024-01,"1'), "引号没有成对"),
        ("spc", ("month,value", "2024-01," + "9" * 200_000), "一格太长"), ("spc", ("",), "缺少列 month、value"), ("spc", ("month,value", "2024-01,\0"), "不是文本文件"),
        ("survival", ("start,end", "2024-02-30,"), "第 2 行 start"), ("survival", ("start,end", "01/02/2024,2024-03-01"), "第 2 行 start"), ("survival", ("start,end", "2024-01-01,later"), "第 2 行 end"),
        ("funnel", ("unit,hits,n", "a,1e300,1e300"), "第 2 行 hits"), ("funnel", ("unit,hits,n", "a,nan,4"), "第 2 行 hits"), ("funnel", ("unit,hits,n", "a,-1,4"), "第 2 行 hits"),
        ("funnel", ("unit,hits,n", ",1,4"), "第 2 行 unit"), ("funnel", ("unit,hits", "a,1"), "缺少列 n"),
        ("spc", ("month,value", "2024-01,3", "2024-02,三"), "第 3 行 value"), ("spc", ("month,value", "2024-01,3", "2024-01,4"), "第 3 行 month"), ("spc", ("month,amount", "2024-01,3"), "缺少列 value"),
        ("spc", ("month,value", "2024-01,inf"), "第 2 行 value"), ("survival", ("start,end", "2024-01-32,2024-02-01"), "第 2 行 start"), ("funnel", ("unit,hits,n", "a,5,4"), "第 2 行 hits"),
        ("funnel", ("unit,hits,n", "a,1.5,4"), "第 2 行 hits"), ("funnel", ("unit,hits,n", "a,1,4", "a,1,4"), "第 3 行 unit"),
    ],
)
def test_what_cannot_be_read(command, lines, word, tmp_path, capsys):
    code, said = told(capsys, command, "--csv", written(tmp_path / "a.csv", *lines))
    assert code == 3 and word in said


def test_encodings_and_separators(tmp_path, capsys):
    """A file saved by any spreadsheet programme: with or without a mark, in UTF-8, GB18030 or UTF-16, between commas, semicolons or tabs."""
    lines = ["unit,hits,n", "一号网格,9,10", '"二号,网格",80,100', "三号网格,0,0"]
    expected = None
    for name, encoding, sign in (("a", "utf-8", ","), ("b", "utf-8-sig", ","), ("c", "gb18030", ","), ("d", "utf-16", "\t"), ("e", "gb18030", ";")):
        text = "\r\n".join(lines).replace('"二号,网格"', "@").replace(",", sign).replace("@", '"二号,网格"')
        (tmp_path / name).write_bytes(text.encode(encoding))
        found = told(capsys, "funnel", "--csv", tmp_path / name)
        assert [u["unit"] for u in found["units"]] == ["一号网格", "二号,网格"] and found["left_out"] == {"no_cases": 1}
        expected = expected or found
        assert found == expected


def test_fields_are_those_of_the_document(tmp_path, capsys):
    chart = told(capsys, "spc", "--csv", written(tmp_path / "a.csv", "month,value", *(f"{m},{m % 5}" for m in range(1, 25))), "--better", "up", "--target", "3")
    assert {"mean", "lpl", "upl", "nlpl", "nupl", "points", "variation", "assurance"} <= chart.keys() and {"month", "value", "phase", "rule"} <= chart["points"][0].keys()
    waits = told(capsys, "survival", "--csv", written(tmp_path / "b.csv", "start,end,unit", "2024-01-01,2024-01-02,a", "2024-01-01,,a"), "--as-of", "2024-01-01T12:00", "--within", "0", "--within", "0")
    (group,) = waits["groups"]
    assert set(group) == {"unit", "n", "closed", "p25", "median", "p75", "p85", "within"} and group["within"] == [{"days": 0, "share": 0.0, "low": None, "high": None}]
    assert group["median"] is None and (group["n"], group["closed"]) == (2, 0), "what ends on or after the moment asked is open"
    units = told(capsys, "funnel", "--csv", written(tmp_path / "c.csv", "unit,hits,n", "a,0,5", "b,0,9"))
    assert {"theta", "phi", "tau2"} <= units.keys() and {"unit", "hits", "n", "value", "low", "high", "shrunk", "flag95", "flag998"} <= units["units"][0].keys()
    assert units["theta"] == 0 and not any(u["flag95"] or u["flag998"] for u in units["units"]), "nobody differs where nobody has any"


def test_a_moment_is_half_open(tmp_path, capsys):
    file = written(tmp_path / "a.csv", "start,end", "2024-01-01,2024-01-31 23:59:59", "2024-01-01,2024-02-01", "2024-02-01,2024-02-02", "2024-01-31 23:59:59,", "2024-01-10,2024-01-10")
    found = told(capsys, "survival", "--csv", file, "--as-of", "2024-02-01")
    assert [(g["n"], g["closed"]) for g in found["groups"]] == [(4, 2)] and found["left_out"] == {"start_after_as_of": 1}
    assert found["groups"][0]["p25"][0] == pytest.approx((0 + 31 - 1 / 86400) / 2), "flat at exactly three quarters: the middle of the stretch"


def test_a_series_at_its_ceiling_and_durations(tmp_path, capsys):
    file = written(tmp_path / "a.csv", "month,value", *(f"2023-{m},{0.9 if m == 12 else 1}" for m in range(1, 13)), *(f"2024-{m},1" for m in range(1, 7)))
    found = told(capsys, "spc", "--csv", file, "--better", "up", "--target", "0.99")
    assert found["ceiling"] and found["upl"] is None and found["variation"] is None and found["assurance"] is None
    assert {p["rule"] for p in found["points"]} == {"Common Cause"} and [p["month"] for p in found["points"]][:3] == ["2023-1", "2023-2", "2023-3"]
    code, said = told(capsys, "spc", "--log", "--csv", written(tmp_path / "b.csv", "month,value", "2024-01,-1"))
    assert code == 3 and "不是时长" in said
    assert told(capsys, "spc", "--log", "--csv", file)["scale"] == "log"
    empty = told(capsys, "spc", "--csv", written(tmp_path / "c.csv", "month,value"))
    assert empty["points"] == [] and empty["mean"] is None and empty["variation"] is None


def test_the_rebase_goes_with_time_not_with_the_order_of_lines(tmp_path, capsys):
    rows = [f"2024-{m:02d},{m % 4},{'1.0' if m == 3 else '0.0'}" for m in range(1, 9)]
    rows[2] = "2024-03,,1.0"
    found = [told(capsys, "spc", "--csv", written(tmp_path / name, "month,value,rebase", *order)) for name, order in (("a.csv", rows), ("b.csv", rows[::-1]))]
    assert found[0] == found[1] and [p["phase"] for p in found[0]["points"]] == [0, 0, 1, 1, 1, 1, 1]


def test_over_kpis(sample_home, capsys, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    engine = pipeline.reader(sample_home)
    rates = [r for r in compute(engine, ["valve_on_time"]) if r["month"] and r["n"]]
    found = told(capsys, "spc", "valve_on_time")
    assert found["chart"] == "p'" and [(p["month"], p["value"]) for p in found["points"]] == [(r["month"], pytest.approx(r["value"])) for r in rates]
    assert {p["phase"] for p in found["points"] if p["month"] < "2023-03"} <= {0}
    waits = told(capsys, "survival", "R01", "--by", "grid")["groups"]
    medians = {r["grid"]: r["value"] for r in compute(engine, ["whole_wait_median"], by=("grid",)) if r["month"] is None}
    assert {g["unit"]: g["median"] and g["median"][0] for g in waits} == {grid: pytest.approx(medians[grid]) for grid in medians if grid in {g["unit"] for g in waits}}
    units = told(capsys, "funnel", "K01")["units"]
    totals = {r["grid"]: (r["hits"], r["n"]) for r in compute(engine, ["K01"], by=("grid",)) if r["month"] is None and r["grid"] and r["n"]}
    assert {u["unit"]: (u["hits"], u["n"]) for u in units} == totals
    code, said = told(capsys, "survival", "K01")
    assert code == 2 and "等待时间" in said
    code, said = told(capsys, "spc")
    assert code == 2 and "--csv" in said


@pytest.fixture
def plain():
    """An engine without a table."""
    return DuckEngine(duckdb.connect(), "", datetime(2026, 1, 1))


def months(values, column="value"):
    """Return the query of monthly values, or of (hits, n)."""
    said = (lambda one: f"cast({one!r} as double) as value") if column == "value" else (lambda one: f"{one[0]} as hits, {one[1]} as n")
    return " union all ".join(f"select '{2022 + (n + 11) // 12}-{(n - 1) % 12 + 1:02d}' as month, {said(one)}, 0 as rebase" for n, one in enumerate(values, start=1))


def test_charts_of_shares_and_of_durations_tell_what_they_are(plain):
    shares = [(8, 10), (5, 9), (7, 12), (9, 11), (3, 8), (8, 9), (4, 10), (6, 7), (9, 13), (5, 10), (7, 9), (6, 11)]
    found = checks.charts(plain, {"a": months(shares, "n"), "b": months([(n - hits, n) for hits, n in shares], "n")}, shares=True, better={"a": "up", "b": "down"}, targets={"b": 0.99})
    assert list(found) == ["a", "b"] and all(one == checks.chart(plain, months(told, "n"), shares=True, better=better, target=target) for one, told, better, target in (
        (found["a"], shares, "up", None), (found["b"], [(n - hits, n) for hits, n in shares], "down", 0.99)))
    one = found["a"]
    assert (one["chart"], one["scale"], one["screened"], one["ceiling"], one["run"], one["enough"]) == ("p'", "linear", True, False, 7, 13)
    assert set(one["points"][0]) == {"month", "value", "hits", "n", "phase", "rule", *checks.LIMITS} and [(p["hits"], p["n"]) for p in one["points"]] == shares
    assert {name: one[name] for name in checks.LIMITS} == {name: one["points"][-1][name] for name in checks.LIMITS} and one["nlpl"] != one["points"][0]["nlpl"], "the limits are those of the last month"
    days = checks.chart(plain, months([1, 2, 1, 2, 10, 1, 2]), minutes=1440.0, screen=False)
    assert (days["chart"], days["scale"], days["screened"]) == ("XmR", "log", False) and set(days["points"][0]) == {"month", "value", "phase", "rule", *checks.LIMITS}
    quiet = [1, 2, 1, 2, 400, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    together = checks.charts(plain, {"a": months(quiet)}, minutes=1440.0, better={"a": "none"})["a"]
    assert together == checks.chart(plain, months(quiet), minutes=1440.0) and together["upl"] < checks.chart(plain, months(quiet), minutes=1440.0, screen=False)["upl"]
    assert checks.charts(plain, {}, better={}) == {} and checks.chart(plain, months([1, 1, 1, 2]))["ceiling"]


def test_targets_reach_their_own_chart(plain):
    values = [5, 3, 6, 4, 5, 6, 3, 5, 4, 6, 5, 4]
    source = months(values) + " union all select '2024-01', 5.0, 0"
    found = checks.charts(plain, {"a": source, "b": source, "c": source}, better={"a": "down", "b": "up", "c": "down"}, targets={"a": 100, "b": 100})
    assert [found[name]["assurance"] for name in "abc"] == ["pass", "fail", None] and {one["variation"] for one in found.values()} == {"common_cause"}


def test_waits_stand_by_unit_those_of_none_first(plain):
    cases = [("b", 10, 1), ("b", 20, 1), ("a", 5, 2), ("a", 7, 1), (None, 3, 1), (None, 90, 0)]
    source = " union all ".join(f"select {'null' if unit is None else repr(unit)}::varchar as unit, {days}::double as days, {outcome} as outcome" for unit, days, outcome in cases)
    one, two, three = checks.waits(plain, f"select * from ({source}) as told where days < ?", [30, 30, 60], [91])["groups"]
    assert [(group["unit"], group["n"], group["closed"], group.get("cancelled")) for group in (one, two, three)] == [(None, 2, 1, None), ("a", 2, 1, 1), ("b", 2, 2, None)]
    assert [within["days"] for within in one["within"]] == [30, 60] and [within["share"] for within in one["within"]] == [0.5, 0.5] and [within["share"] for within in two["within"]] == [0.5, 0.5]
    assert three["p25"][0] == 10 and three["median"] == [15, 10, None] and three["p85"][0] == 20 and one["p75"] is None and [within["share"] for within in three["within"]] == [1, 1]
    assert checks.waits(plain, f"select * from ({source}) as told where days < 0", [30]) == {"groups": []}


def test_a_comparison_of_nobody_is_empty(plain):
    source = "select 'a' as unit, 3 as hits, 10 as n union all select 'b', 9, 10"
    found = checks.comparison(plain, source)
    assert found["theta"] == 0.6 and {"theta", "phi", "tau2"}.isdisjoint(found["units"][0]) and [(unit["unit"], unit["value"]) for unit in found["units"]] == [("a", 0.3), ("b", 0.9)]
    assert checks.comparison(plain, f"select * from ({source}) as told where n < 0") == {"theta": None, "phi": None, "tau2": None, "units": []}
