"""The page of exports shows what is handed out, and what is shown is what compute says."""

from __future__ import annotations

import re

from kpi import pipeline
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
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
