"""The page fills a form that is handed in, lists what it left, and gives figures to be copied; reports of the month are made there as the command makes them."""

from __future__ import annotations

import io
import re
from html import unescape

import openpyxl

from kpi import pipeline, schedule
from kpi.metrics.compute import compute
from kpi.reports.kinds import KINDS
from tests.pages.test_pages_app import open_page, text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["B2"] = "{{零费用.做到 | 网格=G03}}", "{{零费用.做了}}"
    book.save(out)
    return out.getvalue()


def test_a_form_is_filled_and_a_figure_copied(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    app = open_page("pages/planning/export.py", month="2024-05", topic="forms")
    row, grid = (next(r for r in compute(pipeline.reader(sample_home), ["zero_fee"], start="2024-05", end="2024-05", where={"regime": "1.5", **where}) if r["month"]) for where in ({}, {"grid": "G03"}))
    app.file_uploader(key="form").upload("表.xlsx", form(), XLSX).run()
    said = re.sub(r"\s+", " ", text(app))
    assert not app.exception and "共2处：可以填1处，留着没填1处。" in said and "没有“做了”这个数" in said and f"Sheet!A1 {grid['hits']} {{{{零费用.做到 | 网格=G03}}}}" in said
    app.selectbox(key="copy_kpi").set_value("zero_fee").run()
    app.selectbox(key="copy_field").set_value("hits").run()
    codes = [code.value for code in app.code]
    assert codes[0] == str(row["hits"]) and codes[1].startswith(f"2024年5月，全公司红线外零费用率：做到{row['hits']}、") and codes[2] == "{{红线外零费用率.做到 | 月份=2024年5月}}"
    app.selectbox(key="copy_kpi").set_value("whole_wait_median").run()
    assert not app.exception and len(app.code) == 3, "a field that the next KPI has not is put back"


def test_a_page_of_figures_leads_to_its_figure(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    page = open_page("pages/review/zero_fee.py", month="2024-05")
    links = re.findall(r'href="(export[^"]*)"', unescape(" ".join(element.proto.body for element in page.get("html"))))
    assert len(links) == 1 and "topic=forms" in links[0] and "kpi=zero_fee" in links[0]
    app = open_page("pages/planning/export.py", month="2024-05", topic="forms", kpi="zero_fee")
    assert not app.exception and app.selectbox(key="copy_kpi").value == "zero_fee" and app.code[1].value.startswith("2024年5月，全公司红线外零费用率：")


def test_reports_are_made_as_the_command_makes_them(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    monkeypatch.setitem(KINDS, "workbook", lambda asked: {f"{asked.month}.xlsx": b"1"})
    app = open_page("pages/planning/export.py", month="2024-05", topic="reports")
    assert len([button for button in app.button if button.label == "生成"]) == len(KINDS) and not app.exception
    app.button(key="make_standard").click().run()
    assert not app.exception and [button.label for button in app.get("download_button")] == ["下载"]
    assert KINDS["standard"](schedule.asked("2024-05", sample_home)).keys() == {"指标表_2024-05.csv"}
