"""A month is issued on its page, and what comes later is shown beside it there and on the overview."""

from __future__ import annotations

import pytest

from kpi import closing, pipeline
from kpi.closing import freeze
from kpi.metrics.registry import metric
from tests.closing.ledgers import GRIDS, HEAD, MONTH, ROWS, ledger
from tests.pages.test_pages_app import PAGES, open_page, text

CLOSE = "pages/planning/close.py"


@pytest.fixture()
def home(tmp_path, monkeypatch):
    """A store with one month of two grids."""
    monkeypatch.setenv("KPI_HOME", str(tmp_path / "store"))
    monkeypatch.setattr(freeze, "METRICS", [metric(id) for id in ("all_kept", "valve_on_time", "zero_fee")])
    pipeline.load([ledger(tmp_path, "网格台账.csv", GRIDS), ledger(tmp_path, "报装台账.csv", HEAD + ROWS)], tmp_path / "store", cutoff="2024-05-31")
    return tmp_path / "store"


def test_issued_corrected_and_issued_again(home, tmp_path):
    app = open_page(CLOSE, month=MONTH)
    assert not app.exception and "2024年5月未签发：台账齐全，可以签发。" in text(app)
    app.button(key="issue").click().run()
    app.text_input(key="issue_note").set_value("首次签发")
    app.button(key="issue_yes").click().run(timeout=60)
    said = text(app)
    assert not app.exception and "第1版已签发，数字已锁定" in said and "首次签发" in said and "没有任何数字变化" in said
    assert closing.standing(MONTH, home).version == 1
    assert "已签发（第1版" in text(open_page(PAGES[0][1], month=MONTH))
    pipeline.load([ledger(tmp_path, "补报.csv", HEAD + "A2,,G1,2024-04-01,2024-05-09 09:00,\n")], home, cutoff="2024-05-31")
    app = open_page(CLOSE, month=MONTH)
    app.selectbox(key="why_kpi").select("valve_on_time").run()
    said = text(app)
    assert not app.exception and "此后台账或口径有更正" in said
    assert "做到2，未做到1，无法核验1" in said and "做到3，未做到0，无法核验1" in said
    assert "未做到：超过0.5个工作日 → 做到：按承诺做到" in said and "补报.csv｜补报 第2行（第3批）" in said and "2024年5月6日 09:00 → 2024年5月9日 09:00" in said
    assert "有更正｜" in text(open_page(PAGES[0][1], month=MONTH)).replace(" ", "") and "全部兑现仍为0户，其他数字有更正" in text(open_page(PAGES[0][1], month=MONTH))
    app.button(key="reopen").click().run()
    app.button(key="issue_yes").click().run()
    assert closing.standing(MONTH, home) is not None, "no reason, no opening"
    app.button(key="reopen").click().run()
    app.text_input(key="issue_note").set_value("补报凭据")
    app.button(key="issue_yes").click().run(timeout=60)
    assert not app.exception and "第1版已重新打开" in text(app) and closing.standing(MONTH, home) is None
    closing.close(MONTH, home)
    assert "本月数据为第2版：补报凭据，全部兑现仍为0户" in text(open_page(PAGES[0][1], month=MONTH))
    for path in (home / "archive").glob("*.parquet"):
        path.write_bytes(b"damaged")
    pipeline.load([ledger(tmp_path, "再补.csv", HEAD + "A4,,G2,2024-04-01,2024-05-07 09:00,2024-05-07 10:00\n")], home, cutoff="2024-05-31")
    assert "签发记录已损坏" in text(open_page(PAGES[0][1], month=MONTH))
    app = open_page(CLOSE, month=MONTH)
    assert not app.exception and "请从备份恢复" in text(app) and "没有任何数字变化" not in text(app)


def test_the_comment_of_a_month_stands_below_its_verdict_and_earlier_ones_are_kept(home):
    app = open_page(CLOSE, month=MONTH)
    field = f"comment_words_{MONTH}"
    app.text_area(key=field).set_value("两户超时，均因锅炉房未完工；电话 13800001234。")
    app.button(key="comment_keep").click().run()
    assert not app.exception and "按语已保存" in text(app)
    said = text(open_page(PAGES[0][1], month=MONTH))
    assert "两户超时，均因锅炉房未完工" in said and "13800001234" not in said
    app.text_area(key=field).set_value("改写")
    app.button(key="comment_keep").click().run()
    assert "以前的按语：1条" in text(app) and "改写" in text(open_page(PAGES[0][1], month=MONTH))
    app.text_area(key=field).set_value(" ")
    app.button(key="comment_keep").click().run()
    assert "按语" not in text(open_page(PAGES[0][1], month=MONTH))
