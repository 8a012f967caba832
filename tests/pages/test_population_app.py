"""总体核对 without a browser: what is missing is said in counts, leads to its rows and can be taken away; a month without a gap says so."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from app import WORK
from kpi.words import word
from pages.parts import filters, population
from tests.metrics.ledgers import load
from tests.pages.test_pages_app import LANGUAGES, open_page, text

PAGE = dict(WORK)["population"]
LEDGER = {
    "term": [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "甲某某", "valid_from": "2023-01-01"}],
    "application": [
        {"app_id": f"B000{n}", "customer_name": f"示例{n}号饭店", "applied_at": "2024-05-06", "grid_code": "G1", "ready_at": "2024-05-08 09:00", "gas_on_at": "2024-05-08 11:00"} for n in (1, 2, 3, 6, 7)
    ],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return load(tmp_path_factory.mktemp("population"), LEDGER, "2024-06-30")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_gaps_and_bunches_are_told_with_their_rows(store, monkeypatch, lang):
    monkeypatch.setenv("KPI_HOME", str(store))
    app = open_page(PAGE, lang=lang, month="2024-05", kpi="numbers_application")
    told = text(app)
    assert not app.exception and "B0004 – B0005" in told and "B0006" in told and "2/7" in told.replace(" ", "")
    assert word("population.numbers.reason", lang, times=2, value="B0004 – B0005") in told and word("population.page.few", lang) in told
    assert word("population.page.said", lang, checks=3, found=1, wrong=2, n=7, blind=15) in told
    assert "违规" not in told and "饭店" not in told and "甲某某" not in told
    later = text(open_page(PAGE, lang=lang, month="2024-06"))
    assert word("population.page.said_good", lang, checks=3, blind=15) in later


def test_the_rows_can_be_taken_away(store, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(store))
    app = open_page(PAGE, month="2024-05", kpi="ready_same_minute")
    assert [button.label for button in app.get("download_button")] == [word("population.page.download")]
    view = replace(filters.view(), month="2024-05")
    sheet = openpyxl.load_workbook(io.BytesIO(population._workbook(view, "ready_same_minute", "扎堆"))).active
    assert [cell.value for cell in sheet["A"]][-5:] == ["B0001", "B0002", "B0003", "B0006", "B0007"]
