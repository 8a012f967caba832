"""Corrections without a browser: from the page of a case to figures that follow, the log beside the batches, and the way back."""

from __future__ import annotations

import pytest

from app import ONE, WORK
from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.words import word
from tests.pages import ledgers
from tests.pages.test_pages_app import open_page, text

CASE, BATCHES = dict(ONE)["case"], dict(WORK)["batches"]


@pytest.fixture()
def home(tmp_path, monkeypatch):
    own = tmp_path / "store"
    monkeypatch.setenv("KPI_HOME", str(own))
    path = tmp_path / "五月.xlsx"
    path.write_bytes(ledgers.workbook([ledgers.row(1), ledgers.row(2, 通气时间="2024-05-22 10:30")]))
    pipeline.load([path], own, cutoff="2024-05-31")
    return own


def said(key: str, lang: str = "zh", **values: object) -> str:
    return word(f"pages.correct.{key}", lang, **values)


def hits(home) -> int:
    return compute(pipeline.reader(home), ["valve_on_time"], start="2024-05", end="2024-05")[-1]["hits"]


def test_from_a_case_to_its_correction_and_back(home):
    app = open_page(CASE, case="BZ202400002")
    assert said("sub") in text(app) and hits(home) == 1
    app.button(key="correct").click().run()
    for value, why, lacks in (("5月20日", "抄错两天", "请写全年、月、日"), ("2024-05-20 10:30", "", "请填写更正原因"), ("2024-05-20 10:30", "抄错两天", "")):
        app.selectbox(key="correct_field_application").select("gas_on_at")
        app.text_input(key="correct_value").input(value)
        app.text_input(key="correct_reason").input(why)
        app.text_input(key="correct_evidence").input(f"来电 {ledgers.PHONE}")
        app.button(key="correct_yes").click().run()
        if lacks:
            assert lacks in text(app) and pipeline.corrected(home) == []
            app.button(key="correct").click().run()
    told = text(app)
    assert not app.exception and said("standing_said", n=1) in told and hits(home) == 2
    assert "2024年5月22日 10:30" in told and "2024年5月20日 10:30" in told and "抄错两天" in told and ledgers.PHONE not in told, "masked as everywhere"
    assert said("standing", "en") in text(open_page(CASE, case="BZ202400002", lang="en")) and "抄错两天" not in text(open_page(CASE, case="BZ202400001"))

    log = open_page(BATCHES)
    assert "抄错两天" in text(log) and "BZ202400002" in text(log)
    log.button(key="retract").click().run()
    log.button(key="retract_yes").click().run()
    assert "请填写撤销原因" in text(log)
    log.button(key="retract").click().run()
    log.text_input(key="retract_reason").input("原来就对")
    log.button(key="retract_yes").click().run()
    assert not log.exception and said("retracted_said", n=1) in text(log) and "原来就对" in text(log) and hits(home) == 1
