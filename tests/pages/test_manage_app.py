"""Pages to manage with, without a browser: one manager's duties without name, colour or share where they do not belong; values set beside the promise."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from html import unescape

import pytest

from app import MANAGE
from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.metrics.held import CONTROLLED, open_duties
from kpi.metrics.registry import METRICS, metric
from kpi.words import word
from tests.pages import ledgers
from tests.pages.test_pages_app import LANGUAGES, MONTH, link, open_page, text

MANAGERS, TARGETS, DICTIONARY = "pages/manage/managers.py", "pages/manage/targets.py", "pages/manage/dictionary.py"


@pytest.fixture()
def samples(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    return sample_home


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A store with five applications of one grid and its manager."""
    folder = tmp_path_factory.mktemp("managed")
    (folder / "报装.xlsx").write_bytes(ledgers.GOOD)
    (folder / "网格.xlsx").write_bytes(ledgers.grids())
    pipeline.load([folder / "报装.xlsx", folder / "网格.xlsx"], folder / "store", cutoff="2024-05-31")
    return folder / "store"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "path"), MANAGE, ids=[name for name, _ in MANAGE])
def test_with_data_and_with_little(samples, small, monkeypatch, name, path, lang):
    for home in (samples, small):
        monkeypatch.setenv("KPI_HOME", str(home))
        app = open_page(path, lang=lang, month=MONTH)
        assert not app.exception and not app.error
        assert word(f"pages.page.{name}.title", lang) in text(app) and link(app, "lang") == lang


@pytest.mark.parametrize(("name", "path"), MANAGE, ids=[name for name, _ in MANAGE])
def test_with_an_empty_store(tmp_path, monkeypatch, name, path):
    monkeypatch.setenv("KPI_HOME", str(tmp_path / "store"))
    app = open_page(path)
    assert not app.exception and not app.error and word(f"pages.page.{name}.title") in text(app)


def test_a_manager_sees_what_is_due_and_what_is_his(samples):
    engine = pipeline.reader(samples)
    mine = open_duties(engine, "M55")
    app = open_page(MANAGERS, month="2024-12", manager="M55")
    assert not app.exception and not app.error
    said = text(app)
    inherited, overdue = sum(d["inherited"] for d in mine), sum(d["overdue"] and not d["inherited"] for d in mine)
    assert inherited and f"已超时{overdue}件；接手前已超时{inherited}件" in said
    for duty in mine:
        assert duty["key"] in said
    for id in CONTROLLED:
        assert metric(id).label.zh in said
    name = engine.rows("select manager_name from term where manager_id = 'M55'")[0]["manager_name"]
    assert name not in said and f"M55 {name[0]}*" in said
    assert not re.search(r"排名|名次第|最好|最差|第一名", said.replace("不排名次", ""))


def test_below_ten_cases_a_manager_has_no_share(small, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(small))
    app = open_page(MANAGERS, month=MONTH, manager="M03")
    assert not app.exception and not app.error
    said = text(app)
    assert "做到5户" in said and "件数太少" in said and "%" not in said.split(word("pages.definition.title"))[0]
    assert not app.get("plotly_chart"), "nothing to compare"


def test_managers_stand_in_order_of_number_and_without_colour(samples):
    app = open_page(MANAGERS, month="2024-12", kpi="two_follow_ups")
    (figure,) = [json.loads(element.proto.spec) for element in app.get("plotly_chart")]
    names = [re.sub(r"<[^>]+>|▸ ", "", name).split()[0] for name in figure["layout"]["yaxis"]["ticktext"]]
    assert names == sorted(names) and len(names) > 10
    assert len(set(figure["data"][0]["marker"]["color"])) == 1
    rows = compute(pipeline.reader(samples), ["two_follow_ups"], start="2024-01", end="2024-12", by=["manager"], where={"regime": "1.5"})
    shares = [r["value"] for r in rows if r["month"] is None and r["manager"] in names]
    assert shares != sorted(shares) and figure["data"][0]["x"] == pytest.approx(shares)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kpi_stands_whole_in_the_dictionary(lang):
    from pages.parts import dictionary

    for m in METRICS:
        told = unescape(dictionary.entry(m, lang))
        assert m.label.of(lang) in told and "<pre" in told and "select" in told and word(f"pages.dictionary.clock.{dictionary.CLOCKS.get(m.code, 'none')}", lang) in told
    assert set(dictionary.CLOCKS) <= {m.code for m in METRICS}


def test_the_dictionary_is_searched_by_any_word_and_opens_on_a_link(samples):
    app = open_page(DICTIONARY, kpi="zero_errand", month=MONTH)
    assert not app.exception and link(app, "kpi") == "zero_errand" and "待规划开发部确认" in text(app) and "group by month" in text(app)
    app.text_input(key="dictionary_search").set_value("停表 工期").run()
    said = text(app)
    assert metric("outside_works_net_p50").label.zh in said and metric("feedback_24h").label.zh not in said
    app.text_input(key="dictionary_search").set_value("<b>none such").run()
    assert not app.exception and "找到0项" in text(app)


def test_a_value_is_set_beside_the_promise_and_changes_no_figure(small, tmp_path, monkeypatch):
    home = shutil.copytree(small, tmp_path / "store")
    monkeypatch.setenv("KPI_HOME", str(home))
    before = compute(pipeline.reader(home), ["valve_on_time"])
    app = open_page(TARGETS, month=MONTH)
    app.selectbox(key="assess_id").select("valve_on_time")
    for name, value in (("value", "98%"), ("valid_from", "2024-01-01"), ("document", "文号1"), ("approver", "张小三")):
        app.text_input(key=f"assess_{name}").set_value(value)
    app.button[0].click().run()
    assert not app.exception and not app.error
    said = text(app)
    assert "已设定" in said and "98.0%" in said and "张**" in said and "张小三" not in said and said.count("全部做到") > 10
    assert pipeline.in_force(pipeline.assessments(home), date(2024, 5, 15))["valve_on_time"]["value"] == 0.98
    assert "考核值：98.0%" in text(open_page("pages/review/valve_time.py", month=MONTH)) and compute(pipeline.reader(home), ["valve_on_time"]) == before
    app.text_input(key="assess_value").set_value("abc")
    app.button[0].click().run()
    assert "不能用于" in text(app) and len(pipeline.assessments(home)) == 1
    app.button[1].click().run()
    assert "已停用" in text(app) and not pipeline.in_force(pipeline.assessments(home), date(2024, 5, 15))
