"""What a reader does in a real browser: opens a miss down to its row, follows links, downloads, comes by a deep link, meets an empty store."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest

from app import MANAGE, ONE, PAGES, WORK
from tests.pages.looking import NARROW, WIDE, english, settle


def address(base: str, name: str, **link: str) -> str:
    path = "" if name == PAGES[0][0] else name
    return f"{base}/{path}?{'&'.join(f'{key}={value}' for key, value in link.items())}"


@pytest.fixture(scope="module")
def served(serve, sample_home):
    return serve(sample_home)


@pytest.fixture(scope="module")
def context(browser):
    """One visitor, whose browser keeps what it fetched once."""
    found = browser.new_context(viewport=WIDE, locale="zh-CN")
    yield found
    found.close()


@pytest.fixture()
def page(context):
    """A new page; its test fails when anything outside this machine was asked for or a script failed."""
    outside: list[str] = []
    failed: list[str] = []
    found = context.new_page()
    found.on("request", lambda request: outside.append(request.url) if urlparse(request.url).scheme in ("http", "https", "ws", "wss") and urlparse(request.url).hostname != "127.0.0.1" else None)
    found.on("pageerror", lambda error: failed.append(str(error)))
    yield found
    found.close()
    assert outside == [] and failed == []


def test_the_overview_stands_on_one_screen(served, page):
    page.goto(address(served, "overview", lang="zh", month="2024-05"))
    settle(page)
    tops = page.evaluate("[...document.querySelectorAll('.cards .card')].map(card => [card.offsetTop, card.scrollWidth - card.clientWidth])")
    assert len(tops) == 7 and len({top for top, _ in tops}) == 1 and all(over <= 0 for _, over in tops)
    board = page.locator(".board").bounding_box()
    assert board["y"] + board["height"] <= WIDE["height"], "verdict, cards, exceptions and every grid stand on one screen"
    assert page.locator(".board tbody tr").count() == 13 and page.locator(".board ol li").count() == 5


def test_a_miss_opens_down_to_the_row_of_the_ledger(served, page):
    page.goto(address(served, "valve_time", lang="zh", month="2024-05"))
    settle(page)
    first = page.locator("details.miss").first
    first.locator("summary").click()
    said = first.locator(".more").inner_text()
    assert "开阀通气" in said or "具备通气条件" in said
    assert re.search(r"用气报装台账.*\.xlsx?", said) and "行" in said


def test_a_miss_leads_to_the_whole_case(served, page, english_allowed):
    page.goto(address(served, "valve_time", lang="zh", month="2024-05"))
    settle(page)
    first = page.locator("details.miss").first
    first.locator("summary").click()
    first.locator("a", has_text="查看单户全程").click()
    page.wait_for_selector("h1:has-text('单户全程')", timeout=60_000)
    settle(page, charts=False)
    asked = parse_qs(urlparse(page.url).query)
    assert urlparse(page.url).path == "/case" and asked["month"] == ["2024-05"] and asked["case"][0] in page.locator(".facts").inner_text()
    assert "▲" in page.locator(".cards").inner_text()
    assert "个工作日" in page.locator(".t").first.inner_text()
    assert english(page, english_allowed) == set()
    page.locator("[data-testid=stTextInput] input").fill("BZ202400")
    page.locator("[data-testid=stTextInput] input").press("Enter")
    page.locator(".t a").nth(2).click()
    page.wait_for_function("new URLSearchParams(location.search).get('case').startsWith('BZ202400')", timeout=30_000)
    settle(page, charts=False)
    page.set_viewport_size(NARROW)
    page.wait_for_timeout(400)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= NARROW["width"]


def test_the_menu_keeps_the_view(served, page):
    page.goto(address(served, "overview", lang="en", month="2024-05", grid="G07"))
    settle(page)
    page.locator("[data-testid=stSidebar] a", has_text="No fee").click()
    page.wait_for_selector("h1:has-text('No fee')", timeout=60_000)
    asked = parse_qs(urlparse(page.url).query)
    assert urlparse(page.url).path == "/zero_fee"
    assert (asked["lang"], asked["month"], asked["grid"], asked["as_of"]) == (["en"], ["2024-05"], ["G07"], ["2025-01-01T00:00"])


def test_the_workbook_is_one_click_away(served, page):
    page.goto(address(served, "overview", lang="zh", month="2024-05"))
    settle(page)
    with page.expect_download() as download:
        page.locator("[data-testid=stDownloadButton] button").click()
    assert download.value.suggested_filename == "获得用气指标_2024-05.xlsx" and download.value.failure() is None


def test_a_deep_link_is_the_first_thing_a_new_server_is_asked(serve, sample_home, page):
    page.goto(address(serve(sample_home, new=True), "zero_fee", lang="en", month="2024-05", grid="G07"))
    settle(page)
    page.wait_for_function("document.querySelectorAll('[data-testid=stDialog]').length === 0", timeout=10_000)
    assert page.locator("h1").inner_text() == "No fee"
    assert page.locator("[data-testid=stSidebar] a").count() == len(PAGES) + len(ONE) + len(WORK) + len(MANAGE)
    assert "七号网格" in page.locator(".status").inner_text()
    asked = parse_qs(urlparse(page.url).query)
    assert (asked["month"], asked["grid"], asked["lang"]) == (["2024-05"], ["G07"], ["en"])


def test_an_empty_store_shows_how_to_load(serve, tmp_path, page, english_allowed):
    page.goto(address(serve(tmp_path / "store"), "grids", lang="zh"))
    page.wait_for_selector("button:has-text('载入示例台账')", timeout=30_000)
    settle(page, charts=False)
    assert page.locator("button", has_text="载入示例台账").count() == 1
    page.wait_for_function("document.querySelectorAll('[data-testid=stDialog]').length === 0", timeout=10_000)
    assert english(page, english_allowed) == set()
