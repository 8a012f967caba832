"""Every page in both languages, with the samples and with an empty store, without a browser."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES
from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.words import word

APP = Path(__file__).resolve().parents[2] / "app.py"
LANGUAGES = ("zh", "en")
MONTH = "2024-05"


def open_page(path: str, **link: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=90)
    app.query_params.update(link)
    app.run()
    return app.switch_page(path).run() if path != PAGES[0][1] else app


def link(app: AppTest, name: str) -> str:
    """Return what the link says."""
    found = app.query_params[name]
    return found if isinstance(found, str) else found[-1]


def text(app: AppTest) -> str:
    """Return what the page's own HTML says, tags taken out."""
    bodies = [element.proto.body for element in app.get("html") if "<style>" not in element.proto.body and "<script>" not in element.proto.body]
    return unescape(re.sub(r"<[^>]+>", " ", " ".join(bodies)))


def figures(app: AppTest) -> list[dict]:
    return [json.loads(element.proto.spec) for element in app.get("plotly_chart")]


@pytest.fixture()
def samples(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    return sample_home


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "path"), PAGES, ids=[name for name, _ in PAGES])
def test_with_data(samples, name, path, lang):
    app = open_page(path, lang=lang, month=MONTH)
    assert not app.exception and not app.error
    said = text(app)
    assert word(f"pages.page.{name}.title", lang) in said and word(f"pages.page.{name}.lead", lang) in said
    assert ("2024年5月" if lang == "zh" else "May 2024") in said
    drawn = figures(app)
    assert (2 if name == "changes" else 3) <= len(drawn) <= 8
    for figure in drawn:
        points = [v for trace in figure["data"] for v in (trace["x"] if trace.get("orientation") == "h" or trace["type"] == "scatter" else trace["y"])]
        assert any(v is not None and v != 0 for v in points), figure["layout"].get("title")
    assert said.count(word("pages.chart.table", lang)) == len(drawn), "every chart has its table"
    assert word("pages.definition.title", lang) in said
    assert link(app, "month") == MONTH and link(app, "lang") == lang and link(app, "as_of")
    assert [button.label for button in app.get("download_button")] == [word("pages.download.button", lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "path"), PAGES, ids=[name for name, _ in PAGES])
def test_with_an_empty_store(tmp_path, monkeypatch, name, path, lang):
    monkeypatch.setenv("KPI_HOME", str(tmp_path / "store"))
    app = open_page(path, lang=lang)
    assert not app.exception and not app.error
    said = text(app)
    assert word(f"pages.page.{name}.title", lang) in said and word("pages.empty.title", lang) in said and "python -m kpi" not in said
    assert [button.label for button in app.button] == [word("pages.empty.sample", lang)]
    assert word("pages.empty.upload", lang) in [link.proto.label for link in app.get("page_link")]
    assert not figures(app)


def test_the_samples_are_one_click_away(tmp_path, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(tmp_path / "store"))
    app = open_page(PAGES[0][1])
    app.button(key="load_samples").click().run(timeout=240)
    assert not app.exception and not app.error
    assert figures(app) and "本月通气" in text(app)


@pytest.fixture(scope="module")
def small_home(tmp_path_factory):
    """A store with one small ledger: three applications, no grids, no other table."""
    folder = tmp_path_factory.mktemp("small")
    ledger = folder / "报装台账.csv"
    ledger.write_text(
        "报装编号,用户名称,片区,报装时间,具备通气条件时间,通气时间\nA1,云上食品有限公司,城东片区,2024-05-06 09:00,2024-05-20 09:00,2024-05-20 10:00\n"
        "A2,岭下机械有限公司,城西片区,2024-05-07 09:00,,\nA3,溪口酒店有限公司,,2024-05-08,2024-05-21,2024-05-22\n", encoding="utf-8")
    pipeline.load([ledger], folder / "store", cutoff="2024-06-30")
    return folder / "store"


@pytest.mark.parametrize(("name", "path"), PAGES, ids=[name for name, _ in PAGES])
def test_one_small_ledger_is_enough(small_home, monkeypatch, name, path):
    monkeypatch.setenv("KPI_HOME", str(small_home))
    app = open_page(path, month=MONTH)
    assert not app.exception and not app.error
    assert app.selectbox(key="filter_grid").options == ["全部网格", "城东片区", "城西片区"]


def test_the_overview_says_what_compute_says(samples):
    row = next(r for r in compute(pipeline.reader(samples), ["zero_errand"], start=MONTH, end=MONTH, where={"regime": "1.5"}) if r["month"] == MONTH)
    said = re.sub(r"\s+", "", text(open_page(PAGES[0][1], month=MONTH)))
    assert f"零跑腿{row['hits']}/{row['n'] + row['unknown']}户零跑腿{row['hits']}户" in said
    assert f"跑过腿{row['n'] - row['hits']}户" in said


def test_every_miss_is_listed_with_its_source_row(samples):
    from kpi.metrics.cases import cases

    engine = pipeline.reader(samples)
    expected = cases(engine, "valve_on_time", month=MONTH, where={"regime": "1.5"}, verdict="miss")
    said = text(open_page("pages/review/valve_time.py", month=MONTH))
    assert expected
    for case in expected:
        assert case["key"] in said and case["file"] in said


def test_no_name_and_no_number_of_a_person_is_shown(samples):
    engine = pipeline.reader(samples)
    rows = engine.rows("select customer_name, contact_name, contact_phone from application where gas_on_at >= timestamp '2024-05-01' and gas_on_at < timestamp '2024-06-01'")
    managers = engine.rows("select manager_name, phone from term")
    for path in ("pages/review/overview.py", "pages/review/grids.py"):
        app = open_page(path, month=MONTH, grid="G07")
        said = text(app) + " ".join(str(box.options) for box in app.selectbox)
        for value in {v for row in (*rows, *managers) for v in row.values() if v and len(v) > 1}:
            assert value not in said


def test_filters_go_by_code_and_stay_in_the_link(samples):
    app = open_page("pages/review/zero_fee.py", month=MONTH, grid="G03", lang="zh")
    assert link(app, "grid") == "G03" and app.selectbox(key="filter_grid").value == "G03"
    app.selectbox(key="filter_grid").select("G07").run()
    assert not app.exception and link(app, "grid") == "G07"
    app.selectbox(key="filter_month").select("2024-03").run()
    assert link(app, "month") == "2024-03" and link(app, "grid") == "G07" and "2024年3月" in text(app)
    app.selectbox(key="filter_grid").select("").run()
    assert "grid" not in app.query_params
    app.selectbox(key="filter_manager").select("M05").run()
    assert not app.exception and link(app, "manager") == "M05"


def test_the_language_switch_changes_every_word(samples):
    app = open_page("pages/review/feedback.py", month=MONTH)
    app.segmented_control(key="filter_lang").set_value("en").run()
    assert link(app, "lang") == "en" and "Feedback in time" in text(app) and link(app, "month") == MONTH


@pytest.mark.parametrize("asked", [{"month": "1999-01"}, {"month": "x", "grid": "nowhere", "manager": "?", "lang": "fr"}, {"as_of": "not a date"}, {"as_of": "1990-01-01"}])
def test_a_wrong_link_shows_the_default_view(samples, asked):
    app = open_page(PAGES[0][1], **asked)
    assert not app.exception and not app.error
    assert link(app, "month") == "2024-12" and link(app, "lang") == "zh" and "grid" not in app.query_params


def test_an_earlier_moment_is_said_and_can_be_left(samples):
    app = open_page(PAGES[0][1], month="2024-06", as_of="2024-06-15")
    said = text(app)
    assert not app.exception and word("pages.status.older") in said and "本月尚未结束" in said and "2024年6月14日" in said
    app.button(key="to_latest").click().run()
    assert not app.exception and link(app, "as_of") == "2025-01-01T00:00" and word("pages.status.older") not in text(app)


def test_before_the_new_process_the_former_one_is_shown(samples):
    assert "按原流程" in text(open_page(PAGES[0][1], month="2023-02"))
    assert "新旧流程并存" in text(open_page(PAGES[0][1], month="2023-03"))
    assert "新旧流程之间另有" in text(open_page("pages/review/zero_fee.py", month="2023-04"))


def test_a_grid_says_who_holds_it(samples):
    said = text(open_page("pages/review/grids.py", month=MONTH, grid="G05"))
    assert "责任人：" in said and "自2024年3月1日起" in said


def test_the_workbook_is_a_workbook(samples):
    from pages.parts import handing, session

    source = session.source()
    assert handing.workbook(source, MONTH, "zh")[:2] == b"PK"


def test_before_and_after_say_no_more_than_is_shown(samples):
    from kpi.metrics.before_after import before_after

    found = before_after(pipeline.reader(samples), "whole_wait_median", end=MONTH)
    said = text(open_page("pages/review/valve_time.py", month=MONTH))
    assert said.count("看不出变化") == sum(one["says"] == "none" for one in found["standardised"]) > 0
    assert "不说原因" in said and "因“1.5”" not in said and "原流程的记录只有3个月" in said


def test_open_cases_stand_by_stage_and_misses_by_party(samples):
    from kpi.metrics.ageing import open_cases

    engine = pipeline.reader(samples)
    said = text(open_page("pages/review/stages.py", month=MONTH))
    assert f"2024年5月末在办{len(open_cases(engine, MONTH))}户" in re.sub(r"\s+", "", said)
    oldest = open_cases(engine, MONTH)[0]
    assert oldest["key"] in said and "预计" not in said and "概率" not in said, "what is left, never a chance"
    said = text(open_page("pages/review/zero_fee.py", month="2024-03"))
    assert "按登记的原因" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_case_is_told_whole_and_masked(samples, lang):
    engine = pipeline.reader(samples)
    row = engine.rows(
        "select t.app_id, t.customer_name, t.contact_name, t.contact_phone from application as t join fact_valve as v on v.app_id = t.app_id where v.verdict = 'miss' and t.contact_phone is not null order by 1 limit 1"
    )[0]
    app = open_page("pages/review/case.py", lang=lang, case=row["app_id"])
    assert not app.exception and not app.error
    said = text(app)
    assert row["app_id"] in said and word("pages.happened.application.gas_on_at", lang) in said and word("metrics.reason.over_limit", lang) in said
    assert not [value for value in (row["customer_name"], row["contact_name"], row["contact_phone"]) if value and value in said]
    app.text_input(key="case_search").set_value(row["customer_name"]).run()
    assert row["app_id"] in text(app) and row["customer_name"] not in text(app)
    assert link(app, "case") == row["app_id"], "the name asked for stands in no link"


@pytest.mark.parametrize("asked", [{}, {"case": "none such"}, {"case": "<b>"}])
def test_a_case_that_is_not_there(samples, asked):
    app = open_page("pages/review/case.py", **asked)
    assert not app.exception and not app.error
    assert "<b>" not in " ".join(element.proto.body for element in app.get("html") if "nothing" in element.proto.body).replace("&lt;b&gt;", "")
    assert "报装编号" in text(app) or "没有编号为" in text(app)


def test_a_grid_shows_all_that_stands_open_there(samples):
    from kpi.metrics import held, record

    app = open_page("pages/review/grids.py", month=MONTH, grid="G03")
    assert not app.exception and not app.error
    said, engine = text(app), pipeline.reader(samples)
    duties = [duty for duty in held.open_duties(engine) if duty["grid"] == "G03"]
    assert duties and all(duty["key"] in said for duty in duties)
    projects = record.on_the_way(engine, "G03")
    stale = sum(project["verdict"] == "miss" for project in projects)
    assert f"还没通气的项目{len(projects)}个，其中超过30天没有更新的{stale}个" in said and all(project["project"] in said for project in projects)
    assert len(figures(app)) <= 6
