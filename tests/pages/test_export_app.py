"""The page of exports shows what is handed out, and what is shown is what compute says."""

from __future__ import annotations

import io
import re
import threading
import zipfile

import pytest
from openpyxl import load_workbook

from kpi import closing, pipeline, schedule
from kpi.closing import freeze
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.registry import metric
from kpi.problems import Problem
from kpi.reports import kinds
from kpi.reports.kinds import KINDS
from kpi.store import comments
from pages.parts import packing
from tests.closing.ledgers import GRIDS, HEAD, MONTH, ROWS, ledger
from tests.pages.test_pages_app import open_page, text


def test_a_quarter_from_the_26th_is_shown_and_handed_out(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    app = open_page("pages/planning/export.py", month="2024-05")
    app.segmented_control(key="export_kind").set_value("quarter")
    app.segmented_control(key="export_months").set_value(26)
    app.selectbox(key="export_grid").set_value("G03").run()
    said = re.sub(r"\s+", " ", text(app))
    assert not app.exception and "2024年第2季度指标表（三号网格(城南)） 2024年3月26日至2024年6月25日" in said
    engine = pipeline.reader(sample_home, first_day=26)
    row = next(r for r in compute(engine, ["zero_fee"], start="2024-04", end="2024-06", where={"regime": "1.5", "grid": "G03"}) if r["month"] is None)
    assert f"红线外零费用率 占比 {row['hits']}/{row['n']}" in said
    kept = next(r for r in compute(engine, ["all_kept"], start="2024-04", end="2024-06", where={"regime": "1.5"}) if r["month"] is None)
    assert f"五项承诺全部兑现率 {kept['n'] + kept['unknown']} {kept['hits']} 0 {kept['n'] - kept['hits']} {kept['unknown']}" in said, "the government's table is the company's"
    assert {button.label for button in app.get("download_button")} == {"下载指标表（CSV）", "下载报送数据（Word、PDF、Excel、CSV、JSON）"}


def test_the_work_report_is_read_before_it_is_taken(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    app = open_page("pages/planning/export.py", month="2024-05", topic="paper")
    app.toggle(key="read_report").set_value(True).run()
    told = re.sub(r"\s+", "", text(app))
    connected = cases(pipeline.reader(sample_home), "all_kept", month="2024-05", where={"regime": "1.5"})
    assert not app.exception and "2024年5月工作报告" in told and "本期尚未签发" in told and "七、下一步工作" in told and f"本期通气{len(connected)}户，五项承诺全部兑现" in told
    assert [button.label for button in app.get("download_button")] == ["下载 Word", "下载 PDF", "下载模板"]


def test_the_table_of_an_issued_month_reads_as_issued_like_its_file(tmp_path, monkeypatch):
    home = tmp_path / "store"
    monkeypatch.setenv("KPI_HOME", str(home))
    monkeypatch.setattr(freeze, "METRICS", [metric(id) for id in ("all_kept", "valve_on_time")])
    pipeline.load([ledger(tmp_path, "网格台账.csv", GRIDS), ledger(tmp_path, "报装台账.csv", HEAD + ROWS)], home, cutoff="2024-06-15")
    closing.close(MONTH, home, who="规划")
    pipeline.load([ledger(tmp_path, "补报.csv", HEAD + "A6,己六食品有限公司,G1,2024-04-02,2024-05-06 09:00,2024-05-06 10:00\n")], home, cutoff="2024-06-15")
    app = open_page("pages/planning/export.py", month=MONTH)
    said = re.sub(r"\s+", " ", text(app))
    (filed,) = KINDS["standard"](schedule.asked(MONTH, home)).values()
    (line,) = (line for line in filed.decode("utf-8-sig").splitlines() if line.startswith("0.5个工作日通气达标率"))
    today = next(r for r in compute(pipeline.reader(home), ["valve_on_time"], start=MONTH, end=MONTH, where={"regime": "1.5"}) if r["month"] is None)
    assert not app.exception and "2024年5月已签发，按签发时的数。" in said and (today["hits"], today["n"]) == (3, 4)
    assert f"0.5个工作日通气达标率 {' '.join(line.split(',')[1:5])}" in said and ",2/3," in line
    app.selectbox(key="export_grid").set_value("G1").run()
    assert "0.5个工作日通气达标率 占比 1/2" in re.sub(r"\s+", " ", text(app)), "a grid as issued too"
    app.segmented_control(key="export_kind").set_value("quarter").run()
    assert "已签发，按签发时的数" not in text(app), "longer periods are of the ledgers as they stand"


def test_a_report_made_before_somebody_recorded_something_is_made_anew(tmp_path, monkeypatch):
    home = tmp_path / "store"
    monkeypatch.setenv("KPI_HOME", str(home))
    pipeline.load([ledger(tmp_path, "网格台账.csv", GRIDS), ledger(tmp_path, "报装台账.csv", HEAD + ROWS)], home, cutoff="2024-06-15")
    app = open_page("pages/planning/export.py", month=MONTH, topic="reports")
    app.button(key="make_standard").click().run()
    assert not app.exception and [button.label for button in app.get("download_button")] == ["下载"]
    assert "下载" in [button.label for button in app.run().get("download_button")]
    comments.say(MONTH, "两户超时", home)
    assert app.run().get("download_button") == [], "what was made rests on what was recorded before"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A store of one month."""
    home = tmp_path / "store"
    monkeypatch.setenv("KPI_HOME", str(home))
    pipeline.load([ledger(tmp_path, "网格台账.csv", GRIDS), ledger(tmp_path, "报装台账.csv", HEAD + ROWS)], home, cutoff="2024-06-15")
    return home


def test_all_files_are_made_at_once_and_taken_along_as_one(small):
    app = open_page("pages/planning/export.py", month=MONTH, topic="reports")
    app.button(key="make_all").click().run()
    assert not app.exception and [button.label for button in app.get("download_button")] == ["全部下载（压缩包）", *["下载"] * len(KINDS)]
    taken = packing.whole(app.session_state["pack_made"])
    steps = []
    asked = schedule.asked(MONTH, small)
    again = {name: content for _, made in kinds.made(asked, tell=steps.append) for name, content in made.items()}
    with zipfile.ZipFile(io.BytesIO(taken)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == again, "every file of every kind, the same bytes when made again"
        assert {entry.date_time for entry in archive.infolist()} == {(2024, 6, 15, 23, 59, 0)}
    assert packing.whole(app.session_state["pack_made"]) == taken
    shares = [step.share for step in steps]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] < 1 and [step.kind for step in steps if not step.part] == list(KINDS)
    book = load_workbook(io.BytesIO(next(content for name, content in again.items() if name.endswith(".xlsx"))), read_only=True)
    assert [step.part for step in steps if step.kind == "workbook" and step.part] == book.sheetnames
    assert steps[2].words("zh") == "第1/5项：Excel 月报·总览（2/23）" and steps[2].words("en") == "1 of 5: Workbook: 总览 (2/23)"


def test_the_page_names_what_is_being_made_and_what_could_not_be(small, monkeypatch):
    shown, looked = [], threading.Event()

    class Watched:
        def progress(self, share, text):
            shown.append((share, text))
            if "总览" in text:
                looked.set()

        def empty(self):
            pass

    def slow(asked):
        asked.steps.part("总览", 3, 4)
        assert looked.wait(30)
        return {"a.xlsx": b"1"}

    def broken(asked):
        raise Problem("画不出来", "no picture")

    for kind in KINDS:
        monkeypatch.setitem(KINDS, kind, {"paper": slow, "slides": broken}.get(kind, lambda asked, kind=kind: {f"{kind}.csv": b"2"}))
    monkeypatch.setattr("streamlit.progress", lambda _: Watched())
    app = open_page("pages/planning/export.py", month=MONTH, topic="reports")
    app.button(key="make_all").click().run()
    assert (0.3, "正在生成第2/5项：工作报告（Word、PDF）·总览（3/4）") in shown
    assert not app.exception and "画不出来" in text(app) and [app.button(key=key).label for key in ("make_all", "make_slides")] == ["生成其余", "生成"]
    assert [button.label for button in app.get("download_button")] == ["全部下载（压缩包）", *["下载"] * 4]
    monkeypatch.setitem(KINDS, "slides", lambda asked: {"slides.pptx": b"3"})
    app.button(key="make_all").click().run()
    with zipfile.ZipFile(io.BytesIO(packing.whole(app.session_state["pack_made"]))) as archive:
        assert archive.namelist() == ["workbook.csv", "a.xlsx", "slides.pptx", "standard.csv", "government.csv"], "what was made before is not made again"
    assert "画不出来" not in text(app) and "生成其余" not in [button.label for button in app.get("button")]
