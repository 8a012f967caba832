"""An issued month is compared with what the months before it were when it was issued, and keeps the comment and the values assessed by of that time."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from kpi import closing, pipeline, schedule
from kpi.closing import compared, freeze
from kpi.closing.restated import _comment
from kpi.metrics.compute import compute
from kpi.metrics.registry import metric
from kpi.reports import standard, workreport
from kpi.reports.kinds import KINDS
from kpi.reports.month import Month
from kpi.reports.paper import Paragraph
from kpi.reports.period import Period
from kpi.store import archive, comments
from tests.closing.ledgers import GRIDS, HEAD, MONTH, ledger

FEW = ("all_kept", "valve_on_time", "zero_fee", "open_cases")
LABEL = metric("valve_on_time").label.zh
KEPT, LATE = "{month}-09 09:00,{month}-09 10:00", "{month}-08 09:00,{month}-10 16:00"


def rows(month: str, kept: int, late: int, grid: str = "G1") -> str:
    """Return a month with so many cases connected in time and late, without a year of a process of its own."""
    told = [(KEPT if n < kept else LATE).format(month=month) for n in range(kept + late)]
    return "".join(f"{grid}{month[2:4]}{month[5:]}{n},企业{month}{grid}{n},{grid},{month}-01,{times}\n" for n, times in enumerate(told))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A store whose months from January to May are issued in turn, May with a comment; some, and May of the year before, read otherwise afterwards.

    Returns (home, May's close, its paper and table then and now, the first quarter beside its months then).
    """
    folder = tmp_path_factory.mktemp("compared")
    home = folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(freeze, "METRICS", [metric(id) for id in FEW])
        first = rows("2023-05", 10, 2) + rows("2024-03", 11, 0) + rows("2024-04", 9, 3) + rows(MONTH, 10, 1)
        pipeline.load([ledger(folder, "网格台账.csv", GRIDS), ledger(folder, "报装台账.csv", HEAD + first)], home, cutoff="2024-06-15")
        for month in ("2024-01", "2024-02", "2024-03", "2024-04"):
            closing.close(month, home, anyway=True, note="缺报", who="规划")
        quarter = schedule.stretch(Period("quarter", "2024-01"), home).summed
        comments.say(MONTH, "一户超时", home)
        line = closing.close(MONTH, home, anyway=True, note="缺报", who="规划")
        before = _reports(home)
        late = rows("2023-05", 12, 0) + rows("2023-05", 0, 4, "G2") + rows("2024-04", 12, 0) + rows("2024-03", 2, 9) + rows("2024-02", 12, 0)
        pipeline.load([ledger(folder, "补报.csv", HEAD + late)], home, cutoff="2024-06-15")
        closing.reopen("2024-04", home, reason="补报凭据")
        closing.close("2024-04", home, anyway=True, note="缺报")
        comments.say(MONTH, "事后改写", home)
    return home, line, before, _reports(home), quarter


def _reports(home):
    about = schedule.stretch(Period("month", MONTH), home)
    return about, workreport.content(about)


def test_comparisons_of_an_issued_month_are_those_of_its_close(kept):
    home, line, (before, _), (after, _), _ = kept
    assert [before.line(id) for id in FEW] == [after.line(id) for id in FEW]
    assert standard.cells(after.line("valve_on_time"))[6:9] == ("10/12（83.3%）", "+7.6个百分点", "+15.9个百分点"), "last year 10 of 12, April 9 of 12"
    live = standard.table(after.engine, Period("month", MONTH), ids=["valve_on_time"]).lines[0]
    assert [(row["hits"], row["n"]) for row in (live.now, live.last_year)] == [(10, 11), (12, 16)] and round(live.before.by, 1) == -9.1, "today they read otherwise"
    for grid, last_year in (("G1", (10, 12)), ("G2", (0, 0))):
        found = standard.table(after.engine, Period("month", MONTH), grid=grid, ids=["valve_on_time"], issued=after.frozen.figures_of).lines[0].last_year
        assert (found["hits"] or 0, found["n"]) == last_year, f"{grid} as it stood"


def test_the_paper_of_an_issued_month_says_what_it_said(kept):
    *_, (_, was), (about, now), _ = kept
    said = [text for text in now.texts() if not text.startswith("本月已签发第1版")]
    shown = [text for part in was.sections[:2] for block in part.blocks for text in ([block.text] if isinstance(block, Paragraph) else [])]
    assert [text for text in shown if text not in said and "波动" not in text] == [], "a close that kept figures alone leaves out charts; what is new tells of corrections"
    assert any("规划开发部按语：一户超时" in text for text in said) and not any("事后改写" in text or "没有留存" in text for text in said)
    assert (about.twelve.total, replace(about, reported=[]).twelve.total) == (34, 46)


def test_the_workbook_and_the_slides_show_the_months_before_as_they_stood(kept):
    home, line, *_ = kept
    reported = closing.reported(MONTH, home)
    about = Month(pipeline.reader(home, line.as_of), MONTH, reported=reported)
    told = {month: tuple(about.history.row("valve_on_time", month)[name] for name in ("hits", "n")) for month in ("2023-05", "2024-02", "2024-03", "2024-04", MONTH)}
    assert told == {"2023-05": (10, 12), "2024-02": (0, 0), "2024-03": (11, 11), "2024-04": (9, 12), MONTH: (10, 11)}
    (content,) = KINDS["workbook"](schedule.asked(MONTH, home)).values()
    book = load_workbook(io.BytesIO(content), read_only=True)
    row = next(row for row in book["总览"].iter_rows(values_only=True) if str(row[0]).startswith(LABEL))
    assert row[14:18] == (9, 12, 10, 12), "April and the year before"
    assert not any("没有留存" in str(row[0]) for row in book["总览"].iter_rows(values_only=True))


def test_a_close_from_before_they_were_kept_is_compared_with_issued_months_else_with_today_and_says_so(kept):
    home, line, *_ = kept
    old = replace(line, record={name: value for name, value in line.record.items() if name != "comment"} | {"files": {name: sha for name, sha in line.record["files"].items() if name != "earlier"}})
    stood = compared.stood(home, old)
    assert list(stood) == ["2024-04"] and next(row for row in stood["2024-04"] if (row["metric"], row["grid"], row["regime"]) == ("valve_on_time", None, "1.5"))["hits"] == 12
    assert _comment(replace(old, at="2099-01-01T00:00:00"), home) == "事后改写" and _comment(replace(old, at="2020-01-01T00:00:00"), home) == ""
    reported = replace(closing.reported(MONTH, home), line=old, earlier=stood)
    about = replace(kept[3][0], reported=[reported])
    assert about.live == ["2023-05"] and any("2023年5月在签发时没有留存，同比、环比按现在的台账。" in block.text for block in workreport.results(about) if hasattr(block, "note"))
    assert (about.line("valve_on_time").last_year["hits"], about.line("valve_on_time").last_year["n"]) == (12, 16)


def test_what_is_kept_is_what_compute_said(kept):
    home, line, *_ = kept
    found = freeze.read(home, line.record["files"]["earlier"])
    march = {(row["metric"], row["regime"]): row["n"] for row in found if row["first"] == "2024-03"}
    assert march["valve_on_time", None] == march["valve_on_time", "1.5"] == 11 and {row["grid"] for row in found if row["first"] == "2024-03"} == {None}
    assert {row["grid"] for row in found if row["first"] == "2023-05"} >= {None, "G1", "G2"} and archive.kept(home, line.record["files"]["earlier"], freeze.SUFFIX).exists()
    today = compute(pipeline.reader(home, line.as_of), ["valve_on_time"], start="2024-03", end="2024-03", over="months")
    assert today[0]["n"] == 11 and today[0]["hits"] == 2


def test_a_quarter_of_issued_months_tells_what_is_not_their_sum(kept):
    home, *_, then = kept
    assert then.compared == 3 and not then.restated, "open cases are a stock: they do not add up"
    about = schedule.stretch(Period("quarter", "2024-01"), home)
    (one,) = [one for one in about.summed.restated if one.metric.id == "valve_on_time"]
    assert ([one.was[name] for name in ("hits", "n", "unknown")], [one.now[name] for name in ("hits", "n", "unknown")]) == ([11, 11, 0], [14, 23, 0]) and one.months == ["2024-02", "2024-03"]
    today = compute(pipeline.reader(home), ["valve_on_time"], start="2024-01", end="2024-03", over="span")[0]
    assert (today["hits"], today["n"]) == (14, 23)
    paper = workreport.content(about)
    assert paper.attachments[-1].title == "签发后的更正" and (f"{LABEL}", "2月、3月", "11/11", "14/23") in paper.attachments[-1].blocks[1].rows
    assert any(f"{LABEL}11/11→14/23" in text for text in paper.texts()) and "其余" not in dict(paper.facts)["签发情况"]
    assert "能相加的3项件数中" in dict(paper.facts)["签发情况"]
    assert replace(about, reported=about.reported[:2]).summed is None, "not every month is issued"
    assert "能相加的3项件数与签发数合计一致" in dict(workreport.facts(replace(about, reported=[replace(r, figures=_moved(r, about)) for r in about.reported])))["签发情况"]


def _moved(reported, about):
    """Return the figures of a close as they are today."""
    told = compute(about.engine, list(FEW), start=reported.line.month, end=reported.line.month, by=("regime",), over="months")
    return [{**row, "first": row["month"], "grid": None} for row in told]


def test_each_of_the_thirteen_months_of_an_issued_month_is_that_month_alone(kept):
    about = schedule.asked(MONTH, kept[0]).about
    found = about.figures(start="2023-05", ids=["valve_on_time"], over="months")
    expected = {"2023-05": (10, 12), "2024-01": (0, 0), "2024-02": (0, 0), "2024-03": (11, 11), "2024-04": (9, 12), MONTH: (10, 11)}
    assert {month: ((row := found.row("valve_on_time", month))["hits"] or 0, row["n"]) for month in expected} == expected, "January is not the year so far"
    year = about.figures(start="2024-01", ids=["valve_on_time"], over="span").row("valve_on_time", None)
    assert (year["hits"], year["n"]) == (30, 34), "which stands beside it"
