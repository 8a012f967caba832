"""Exceptions on the overview and the page of actions, without a browser: recorded from an exception, seen everywhere, closed with a word, kept in sight."""

from __future__ import annotations

import shutil

import pytest

from app import WORK
from kpi.store import actions as log
from kpi.words import word
from tests.pages.test_pages_app import LANGUAGES, open_page, text

PAGE = dict(WORK)["actions"]
MONTH = "2024-05"


@pytest.fixture()
def home(sample_home, tmp_path, monkeypatch):
    """The samples with a journal of this test's own."""
    own = tmp_path / "store"
    own.mkdir()
    shutil.copyfile(sample_home / "journal.sqlite", own / "journal.sqlite")
    for name in ("builds", "archive"):
        (own / name).symlink_to(sample_home / name)
    monkeypatch.setenv("KPI_HOME", str(own))
    return own


def said(lang: str, key: str, **values: object) -> str:
    return word(f"exceptions.{key}", lang, **values)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overview_lists_the_first_exceptions_with_their_actions(home, lang):
    log.add("missed:valve_on_time:G06", MONTH, "商定一次验收清单", "M06", log.today(), home)
    app = open_page("pages/review/overview.py", lang=lang, month=MONTH)
    told = text(app)
    assert not app.exception and said(lang, "title") in told and said(lang, "kind.overdue") in told and said(lang, "cause.none") in told
    assert word("pages.changes.flagged_few", lang, n=21, k=2, m=0) in told, "what chance alone would flag stands above the list"
    assert said(lang, "action.add") in told and "M06" in told and f"{log.today().day}" in told
    assert "missed:" not in told, "the name in the journal is no word for a page"


def test_from_an_exception_to_its_closing(home):
    app = open_page(PAGE, month=MONTH)
    assert said("zh", "page.open_none") in text(app)
    app.button(key="add_5").click().run()
    app.button(key="action_yes").click().run()
    assert "请填写措施。" in text(app) and log.actions(home) == []
    app.button(key="add_5").click().run()
    app.text_area(key="action_what").input("商定一次验收清单")
    app.button(key="action_yes").click().run()
    (action,) = log.actions(home)
    assert (action.subject, action.month, action.owner) == ("missed:valve_on_time:G06", MONTH, "M06") and (action.due - log.today()).days == 14
    told = text(app)
    assert said("zh", "form.added", n=1) in told and "商定一次验收清单" in told and said("zh", "page.left", n=14) in told
    assert "add_5" not in [button.key for button in app.button], "what has an action asks for none"
    # carried over: it stands on the page of any later month until it is closed
    later = open_page(PAGE, month="2024-09", lang="en")
    assert said("en", "page.open_title", n=1) in text(later) and "商定一次验收清单" in text(later)
    later.button(key="close_1").click().run()
    later.text_area(key="action_done").input("清单已签")
    later.button(key="action_yes").click().run()
    told = text(later)
    assert said("en", "form.finished", n=1) in told and said("en", "page.open_none") in told and said("en", "page.closed_title", n=1) in told and "清单已签" in told


def test_a_filter_shows_the_grids_own(home):
    log.add("missed:valve_on_time:G06", MONTH, "六号网格的措施", "M06", log.today(), home)
    log.add("missed:zero_fee:G05", MONTH, "五号网格的措施", "张小三", log.today(), home)
    told = text(open_page(PAGE, month=MONTH, grid="G05"))
    assert "五号网格的措施" in told and "六号网格的措施" not in told and "张**" in told and "张小三" not in told
    assert "六号网格的措施" in text(open_page(PAGE, month=MONTH, manager="M06"))
