"""What a new user comes for, in as few clicks as promised: why the 0.5-day rate fell (3), the oldest open case of a grid (2), a colleague sent the exact view (1)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest

from kpi import pipeline
from kpi.metrics.ageing import open_cases
from tests.pages.looking import WIDE, settle


@pytest.fixture(scope="module")
def start(serve, sample_home, browser):
    """Return a function that opens the first screen, as a new user meets it, and counts the clicks."""
    address = serve(sample_home)
    context = browser.new_context(viewport=WIDE, locale="zh-CN")

    def opened():
        page = context.new_page()
        page.goto(address)
        settle(page)
        return page

    yield opened
    context.close()


def test_why_the_half_day_rate_fell(start):
    """1 the page of the promise, 2 the case that missed it, 3 how its half day was counted."""
    page = start()
    page.locator("[data-testid=stSidebar] a", has_text="通气用时").click()
    page.wait_for_selector("h1:has-text('通气用时')", timeout=60_000)
    settle(page)
    case = page.locator("details.miss", has_text="超过0.5个工作日").first
    case.locator("summary").click()
    assert "原因" in case.inner_text()
    case.locator("a").first.click()
    page.wait_for_selector("h1:has-text('单户全程')", timeout=60_000)
    settle(page, charts=False)
    assert "个工作日" in page.locator(".t").first.inner_text() and "▲" in page.locator(".cards").inner_text()
    page.close()


def test_the_oldest_open_case_of_a_grid(start, sample_home):
    """1 the grid, 2 the case that stands first among those that wait longest."""
    page = start()
    month = parse_qs(urlparse(page.url).query)["month"][0]
    page.locator(".board tbody a", has_text="七号网格").click()
    page.wait_for_selector("h1:has-text('网格')", timeout=60_000)
    settle(page)
    oldest = max(open_cases(pipeline.reader(sample_home), month, {"grid": "G07"}), key=lambda case: case["age"])
    listed = page.locator(".panel", has_text="等得最久的户").locator("tbody tr").first
    assert re.search(rf"\b{oldest['age']}天", listed.inner_text())
    listed.locator("a").click()
    page.wait_for_selector("h1:has-text('单户全程')", timeout=60_000)
    assert parse_qs(urlparse(page.url).query)["case"][0].startswith("BZ")
    page.close()


def test_a_colleague_sees_the_exact_view(start, browser):
    """The address alone says all of it: month, language, as-of moment and filters; sending it takes one click, on the address."""
    page = start()
    page.locator(".board tbody a", has_text="七号网格").click()
    page.wait_for_selector("h1:has-text('网格')", timeout=60_000)
    settle(page)
    sent, mine = page.url, page.locator("[data-testid=stMain]").inner_text()
    page.close()
    other = browser.new_context(viewport=WIDE, locale="en-GB").new_page()
    other.goto(sent)
    settle(other)
    assert other.locator("[data-testid=stMain]").inner_text() == mine
    other.context.close()
