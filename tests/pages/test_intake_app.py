"""Bringing ledgers in, without a browser: checked, corrected, entered once, taken back; batches and quality beside it."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from app import WORK
from kpi import pipeline
from kpi.exports.tables import BY_NAME, TABLES
from kpi.metrics.compute import compute
from kpi.words import word
from pages.parts import intake, previews
from tests.pages import ledgers
from tests.pages.test_pages_app import LANGUAGES, link, open_page, text

UPLOAD, BATCHES, QUALITY = (dict(WORK)[name] for name in ("upload", "batches", "quality"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture()
def home(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("KPI_HOME", str(tmp_path / "store"))
    return tmp_path / "store"


def load(home, tmp_path, content: bytes, name: str = "三号网格5月.xlsx") -> dict:
    path = tmp_path / name
    path.write_bytes(content)
    return pipeline.load([path], home)


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, content in files:
        app.file_uploader[0].upload(name, content, XLSX).run()
    return app


def checked(*files: tuple[str, bytes], lang: str = "zh") -> AppTest:
    """Return the page after these files were chosen and checked."""
    app = upload(open_page(UPLOAD, lang=lang), *files)
    return app.button(key="check").click().run()


def figures(home) -> list[dict]:
    return compute(pipeline.reader(home), start="2024-05", end="2024-05", by=("grid",))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "path"), WORK, ids=[name for name, _ in WORK])
def test_with_data(sample_home, monkeypatch, name, path, lang):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    app = open_page(path, lang=lang, month="2024-05", grid="G03")
    assert not app.exception and not app.error
    said = text(app)
    assert word(f"pages.page.{name}.title", lang) in said and word(f"pages.page.{name}.lead", lang) in said
    assert (link(app, "lang"), link(app, "month"), link(app, "grid")) == (lang, "2024-05", "G03"), "the view goes on to the pages to read"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "path"), WORK, ids=[name for name, _ in WORK])
def test_with_an_empty_store(home, name, path, lang):
    app = open_page(path, lang=lang)
    assert not app.exception and not app.error
    assert word(f"pages.page.{name}.title", lang) in text(app)
    if name == "upload":
        templates = [button.label for button in app.get("download_button")]
        assert templates == [table.zh if lang == "zh" else table.en for table in TABLES] and app.button(key="check").disabled
    else:
        assert word("pages.empty.upload", lang) in [found.proto.label for found in app.get("page_link")]


def test_nothing_is_entered_before_it_is_confirmed_and_then_once(home):
    app = checked(("三号网格5月.xlsx", ledgers.FAULTY))
    said = text(app)
    assert not app.exception and "将新增 4、更新 0、不变 0、退回 1" in said
    assert pipeline.batches(home) == []
    assert word("exports.date_impossible.reason") in said and "5月32日" in said and word("exports.date_impossible.remedy") in said
    assert ledgers.PHONE not in said and ledgers.PERSON not in said and "示例***" in said
    assert [button.label for button in app.get("download_button")] == ["三号网格5月.xlsx"]
    app.button(key="enter").click().run()
    assert not app.exception and "已新增 4、更新 0、不变 0、退回 1" in text(app) and "涉及2024年5月" in text(app) and "失效" not in text(app)
    assert len(pipeline.batches(home)) == 1 and len(figures(home)) > 0
    assert {page.proto.query_string for page in app.get("page_link") if "2024年5月" in page.proto.label} == {"lang=zh&month=2024-05"}
    app.button(key="restart").click().run()
    assert app.file_uploader and len(pipeline.batches(home)) == 1


def test_leaving_and_coming_back_loses_and_doubles_nothing(home):
    app = upload(open_page(UPLOAD), ("三号网格5月.xlsx", ledgers.FAULTY))
    app.switch_page(BATCHES).run()
    app.switch_page(UPLOAD).run()
    assert "三号网格5月.xlsx" in text(app)
    app.button(key="check").click().run()
    draft = link(app, "draft")
    app.radio(key="whole").set_value("whole").run()
    app.switch_page(BATCHES).run()
    app.switch_page(UPLOAD).run()
    assert "将新增 4" in text(app) and app.radio(key="whole").value == "whole" and link(app, "draft") == draft
    reloaded = open_page(UPLOAD, draft=draft)
    assert "将新增 4" in text(reloaded), "a reloaded page finds its draft through the link"
    app.radio(key="whole").set_value("good").run()
    reloaded.button(key="enter").click().run()
    app.button(key="enter").click().run()
    assert not app.exception and len(pipeline.batches(home)) == 1, "what another window confirmed is not entered again"
    assert app.file_uploader and "已经失效" in text(app) and "三号网格5月.xlsx" in text(app)


def test_everything_or_nothing_enters_nothing_while_there_is_an_error(home):
    app = checked(("三号网格5月.xlsx", ledgers.FAULTY))
    app.radio(key="whole").set_value("whole").run()
    assert app.button(key="enter").disabled and word("pages.upload.confirm.stopped", n=3) in text(app)
    app.button(key="restart").click().run()
    upload(app, ("三号网格5月.xlsx", ledgers.GOOD)).button(key="check").click().run()
    assert "将新增 5、更新 0、不变 0、退回 0" in text(app) and not app.get("radio")
    app.button(key="enter").click().run()
    assert sum(sheet["added"] for sheet in pipeline.batches(home)[0]["sheets"]) == 5


def test_a_broken_file_stands_beside_the_others(home):
    app = checked(("坏文件.xlsx", b"PK\x03\x04 broken"), ("三号网格5月.xlsx", ledgers.GOOD))
    said = text(app)
    assert not app.exception and "文件不完整或已损坏" in said and "1份文件读不了" in said and "将新增 5" in said
    app.button(key="enter").click().run()
    assert len(pipeline.batches(home)) == 1
    app = checked(("坏文件.xlsx", b"PK\x03\x04 broken"))
    assert word("pages.upload.confirm.unreadable") in text(app) and app.button(key="enter").disabled


def test_what_others_enter_meanwhile_is_said(home, tmp_path):
    app = checked(("三号网格5月.xlsx", ledgers.FAULTY))
    load(home, tmp_path, ledgers.workbook([ledgers.row(1), ledgers.row(2)]), "先到.xlsx")
    app.run()
    assert word("pages.upload.confirm.overtaken") in text(app)
    app.button(key="enter").click().run()
    said = text(app)
    assert word("pages.upload.result.overtaken") in said and "已新增 2、" in said and len(pipeline.batches(home)) == 2


def test_a_complete_file_lists_what_it_no_longer_holds(home, tmp_path):
    load(home, tmp_path, ledgers.GOOD)
    app = upload(open_page(UPLOAD), ("三号网格5月全量.xlsx", ledgers.workbook([ledgers.row(n) for n in (1, 2, 3)])))
    app.checkbox(key="option_complete").check().run()
    app.button(key="check").click().run()
    assert "全量缺少 2" in text(app) and word("pages.upload.confirm.vanished_note") in text(app)
    app.button(key="enter").click().run()
    said = text(app)
    assert not app.exception and "全量缺少2行" in said and "BZ202400004" in said and "BZ202400005" in said and "BZ202400003" not in said
    assert pipeline.status(home)["tables"]["application"] == 5


def test_what_cannot_be_meant_is_said_and_nothing_is_lost(home):
    app = upload(open_page(UPLOAD), ("三号网格5月.xlsx", ledgers.GOOD))
    app.text_input(key="option_period").input("五月").run()
    app.button(key="check").click().run()
    assert not app.exception and "所属月份“五月”应写成" in text(app) and "三号网格5月.xlsx" in text(app)
    app.text_input(key="option_period").input("2024年5月").run()
    app.button(key="check").click().run()
    assert "将新增 5" in text(app) and "2024年5月" in text(app)


def test_a_chosen_file_can_be_left_out(home):
    app = upload(open_page(UPLOAD), ("一.xlsx", ledgers.GOOD), ("二.xlsx", ledgers.FAULTY), ("三.xlsx", ledgers.grids()))
    app.button(key="drop_0").click().run()
    upload(app, ("四.xlsx", ledgers.strange(1)))
    assert [name in text(app) for name in ("一.xlsx", "二.xlsx", "三.xlsx", "四.xlsx")] == [False, True, True, True]
    app.button(key="check").click().run()
    assert not app.exception and "一.xlsx" not in text(app) and "将新增 6、更新 0、不变 0、退回 1" in text(app)


def test_the_same_file_again_changes_nothing(home, tmp_path):
    load(home, tmp_path, ledgers.GOOD)
    app = checked(("三号网格5月.xlsx", ledgers.GOOD))
    assert word("pages.upload.confirm.standing_all") in text(app) and app.button(key="enter").disabled


def test_a_mapping_corrected_by_hand_counts_and_is_remembered(home):
    app = checked(("临时登记.xlsx", ledgers.strange(1)))
    said = text(app)
    assert word("pages.upload.sheets.unknown") in said and "酒店" not in said, "names below unknown headers are hidden"
    table = next(box for box in app.selectbox if box.label == word("pages.upload.mapping.table"))
    table.select("application").run()
    app.button(key="recheck").click().run()
    assert not app.exception and "退回 3" in text(app)
    for header, field in zip(ledgers.STRANGE, ("app_id", "customer_name", "applied_at", "gas_on_at"), strict=True):
        next(box for box in app.selectbox if box.label.endswith(header)).select(field).run()
    app.button(key="recheck").click().run()
    assert "将新增 3、更新 0、不变 0、退回 0" in text(app) and pipeline.batches(home) == []
    app.button(key="enter").click().run()
    again = checked(("下月登记.xlsx", ledgers.strange(4)))
    assert word("pages.upload.mapping.remembered") in text(again) and "将新增 3、更新 0、不变 0、退回 0" in text(again)


def test_a_field_belongs_to_one_column(home):
    app = checked(("三号网格5月.xlsx", ledgers.GOOD))
    next(box for box in app.selectbox if box.label == "G 受理日期").select("gas_on_at").run()
    boxes = {box.label: box.value for box in app.selectbox}
    assert boxes["G 受理日期"] == "gas_on_at" and boxes["I 通气时间"] == ""
    app.button(key="recheck").click().run()
    assert not app.exception and word("pages.upload.mapping.again") not in text(app)
    assert {box.label: box.value for box in app.selectbox}["G 受理日期"] == "gas_on_at"


def test_undo_restores_the_figures(home, tmp_path):
    load(home, tmp_path, ledgers.workbook([ledgers.row(1, 通气时间="2024-05-29 10:30")]), "四月.xlsx")
    before = figures(home)
    app = checked(("三号网格5月.xlsx", ledgers.GOOD))
    app.button(key="enter").click().run()
    assert figures(home) != before
    app.button(key="undo_2").click().run()
    assert "第2批" in text(app) and "4行" in text(app)
    app.text_input(key="undo_reason").input("导错了月份")
    app.button(key="undo_yes").click().run()
    assert not app.exception and word("pages.upload.result.undone") in text(app) and figures(home) == before
    listed = open_page(BATCHES)
    assert "导错了月份" in text(listed)
    listed.selectbox(key="batches_state").select("withdrawn").run()
    assert "共1批，在用0批" in text(listed) and "四月.xlsx" not in text(listed)


def test_undo_from_the_list_of_batches(home, tmp_path):
    load(home, tmp_path, ledgers.GOOD)
    app = open_page(BATCHES)
    assert [button.label for button in app.get("download_button")] == [word("pages.batches.original")]
    app.button(key="undo_1").click().run()
    app.button(key="undo_yes").click().run()
    assert not app.exception and word("pages.batches.undone", batches="1") in text(app)
    assert not pipeline.batches(home)[0]["standing"]


def test_pages_open_move_to_the_new_figures_with_the_next_click(home, tmp_path):
    load(home, tmp_path, ledgers.GOOD)
    app = open_page("pages/review/overview.py")
    old = link(app, "as_of")
    load(home, tmp_path, ledgers.workbook([ledgers.row(9, 通气时间="2024-07-03 10:30")]), "七月.xlsx")
    app.run()
    assert not app.exception and link(app, "as_of") > old and word("pages.status.older") not in text(app)


def test_quality_leads_to_rows_that_can_be_taken_away(sample_home, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    from kpi import quality
    from pages.parts import quality_rows, session

    app = open_page(QUALITY, month="2024-05", span="all", kpi="precision", table="application")
    said = text(app)
    row = next(iter(quality.overview(pipeline.reader(sample_home), by=(), table="application")))
    assert not app.exception and f"没记到时刻{row['dates'] - row['timed']:,}个" in said
    assert app.segmented_control(key="filter_kpi").value == "precision" and "出在哪些时间" in said
    rows = session.rows_behind(session.source(), "precision", None, table="application", lang="zh")
    view = type("View", (), {})
    from pages.parts.filters import View

    view = View(lang="zh", source=session.source(), month="2024-05", months=("2024-05",), grids=(("G03", "三号网格"),), managers=(), effective="2023-03", table="application", span="all")
    sheet = openpyxl.load_workbook(io.BytesIO(quality_rows.workbook(view, "precision", [{**rows[0], "value": "=1+1"}, *rows]))).active
    body = [cells for cells in sheet.iter_rows(values_only=True) if cells[0] and str(cells[0]).startswith("BZ")]
    assert len(body) == len(rows) + 1 and body[0][7] == "=1+1" and all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


@pytest.mark.parametrize("measure", ["conflicts", "rejects", "warnings", "findings", "completeness"])
def test_every_measure_of_quality_opens(sample_home, monkeypatch, measure):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    app = open_page(QUALITY, month="2023-06", span="year", kpi=measure, lang="en")
    assert not app.exception and word(f"pages.quality.{measure}.list", "en") in text(app)


@pytest.mark.parametrize(
    ("typed", "period", "day"),
    [("2024年5月", "2024-05", "2024年5月"), ("202405", "2024-05", "202405"), ("2024", "2024", "2024"), ("2024.5", "2024-05", "2024.5"), ("", None, None), ("五月", "五月", "五月"),
     ("2024年5月31日", "2024年5月31日", "2024-05-31"), ("20240531", "20240531", "2024-05-31"), (" 2024/5/3 ", "2024/5/3", "2024-05-03")],
)
def test_months_and_days_may_be_typed_as_offices_write_them(typed, period, day):
    assert (intake.month(typed), intake.day(typed)) == (period, day)


@pytest.mark.parametrize(
    ("field", "value", "precision", "raw", "shown", "same"),
    [("applied_at", "2024-05-06T09:00", "moment", "2024-05-06 09:00:00", "2024-05-06 09:00", True), ("applied_at", "2024-05-06T00:00/2024-05-06T12:00", "half", "5月6日上午", "2024-05-06 上午", False),
     ("applied_at", "2024-05-06", "day", "2024.5.6", "2024-05-06", False), ("contract_amount", 125000.0, None, "12.5", "125,000元", False), ("steps_n", 1, None, "1.0", "1", True),
     ("docs_zero", True, None, "√", "是", False)],
)
def test_a_typed_value_is_shown_beside_a_text_that_said_it_otherwise(field, value, precision, raw, shown, same):
    assert previews.typed("zh", BY_NAME["application"].by_name[field], value, precision) == shown and previews.alike(shown, raw) is same


def test_a_long_reading_tells_its_rows():
    """The bar never goes back, and rows are told while they come."""
    from pages.parts.jobs import Job

    job = Job("read", lambda tell: None)
    shares = [job.share]
    for what, done, total in (("read", 0, 2), ("rows", 25_000, 0), ("rows", 400_000, 0), ("read", 1, 2), ("rows", 425_000, 0), ("read", 2, 2), ("build", 0, 1)):
        job._tell(what, done, total)
        shares.append(job.share)
    assert shares == sorted(shares) and job.rows == 425_000 and (job.what, job.done) == ("build", 0)


def test_rows_are_told_on_the_way(home, tmp_path):
    told: list[tuple[str, int, int]] = []
    path = tmp_path / "三号网格5月.xlsx"
    path.write_bytes(ledgers.GOOD)
    pipeline.check([path], home, progress=lambda *step: told.append(step))
    assert told[0] == ("read", 0, 1) and ("rows", 5, 0) in told and told[-1] == ("build", 1, 1)


def test_labels_keep_what_a_stranger_wrote_as_text():
    from pages.parts.html import plain

    assert plain("三号网格5月.xlsx") == "三号网格5月.xlsx"
    for said in ("![图](https:stranger.invalid)", "$x$ :red[红] :material/home:", "**a** _b_ `c` ~~d~~", "<img src=x>", "https://stranger.invalid", "# 标题"):
        assert re.sub(r"\\(.)", r"\1", plain(said)) == said and not re.search(r"(?<!\\)[!\[\]$:*_`~<#]", plain(said))
