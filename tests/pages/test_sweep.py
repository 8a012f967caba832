"""Every page in a real browser, as everybody sees it: nothing is fetched from outside, fails, overflows, stands in the other language, is inaccessible, or looks other than before.

The default run looks at every page in Chinese on both screens, and at chosen others; KPI_SWEEP=all (`make sweep`) at every page
in both languages, light and dark, on both screens, with the samples, an empty store, one grid and forty.
"""

from __future__ import annotations

import os
from itertools import product

import pytest

import app
from kpi import pipeline, sample
from tests.pages import looking
from tests.pages.looking import NARROW, WIDE

EVERY = os.environ.get("KPI_SWEEP") == "all"
MONTH = "2024-05"
ALL = [name for pages in vars(app).values() if isinstance(pages, tuple) for name, _ in pages]

MORE = {"managers": "&manager=M55", "case": "&case=BZ202400926"}
"""What the link of a page says beside language and month, so that it has something to show."""

OTHERS = [
    ("overview", "zh", "dark", "wide", "samples"), ("overview", "en", "light", "wide", "samples"), ("overview", "zh", "light", "narrow", "samples"), ("overview", "zh", "light", "wide", "empty"),
    ("grids", "zh", "dark", "wide", "samples"), ("changes", "en", "dark", "wide", "samples"), ("valve_time", "zh", "light", "narrow", "samples"), ("stages", "en", "light", "narrow", "samples"),
    ("upload", "en", "dark", "wide", "samples"), ("projects", "en", "light", "wide", "samples"), ("satisfaction", "zh", "dark", "narrow", "samples"), ("quality", "en", "light", "wide", "samples"),
]
"""Views beside the Chinese, light, wide one that have a picture of before."""

VIEWS = list(product(ALL, ("zh", "en"), ("light", "dark"), ("wide", "narrow"), ("samples", "empty", "one", "forty"))) if EVERY else [(name, "zh", "light", "wide", "samples") for name in ALL] + OTHERS

VISITS: dict[tuple[str, ...], list[str]] = {}
for _name, _lang, _scheme, _size, _store in VIEWS:
    VISITS.setdefault((_name, _lang, _scheme, _store), []).append(_size)
"""Screens on which each page, language, ground and store is looked at, in one visit."""


@pytest.fixture(scope="session")
def served(serve, browser, sample_home, tmp_path_factory):
    """Return a function that gives the address of the dashboard over one of the stores."""
    running: dict[str, str] = {}

    def at(store: str) -> str:
        if store not in running:
            home = sample_home if store == "samples" else tmp_path_factory.mktemp(store) / "store"
            if store in ("one", "forty"):
                ledgers = tmp_path_factory.mktemp("ledgers")
                sample.write(ledgers, applications=300 if store == "one" else 1500, months=18, grids=1 if store == "one" else 40)
                pipeline.load([ledgers], home)
            running[store] = serve(home)
            # before its first visit Streamlit knows no page by name
            first = browser.new_page()
            first.goto(running[store])
            looking.settle(first, charts=False)
            first.close()
        return running[store]

    return at


@pytest.fixture(scope="module")
def contexts(browser):
    """Return a function that gives a visitor of a language and ground, whose browser keeps what it fetched once."""
    known = {}

    def at(scheme: str, lang: str):
        if (scheme, lang) not in known:
            known[scheme, lang] = browser.new_context(viewport=WIDE, locale="zh-CN" if lang == "zh" else "en-GB", color_scheme=scheme)
        return known[scheme, lang]

    yield at
    for context in known.values():
        context.close()


@pytest.mark.parametrize(("visit", "sizes"), VISITS.items(), ids=["-".join(visit) for visit in VISITS])
def test_view(served, contexts, english_allowed, visit, sizes):
    name, lang, scheme, store = visit
    page = contexts(scheme, lang).new_page()
    try:
        faults = looking.watch(page)
        page.set_viewport_size(WIDE if sizes[0] == "wide" else NARROW)
        page.goto(f"{served(store)}/{'' if name == ALL[0] else name}?lang={lang}&month={MONTH}{MORE.get(name, '') if store == 'samples' else ''}")
        looking.settle(page, charts=False)
        page.wait_for_function("document.querySelectorAll('[data-testid=stDialog]').length === 0", timeout=10_000)
        assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
        assert page.evaluate("document.documentElement.lang") == ("zh-CN" if lang == "zh" else "en")
        assert page.locator("[data-testid=stAppDeployButton]:visible, [data-testid=stMainMenu]:visible, .modebar:visible").count() == 0
        assert page.locator("[data-testid=stPlotlyChart]").count() <= 6
        for size in sizes:
            if size != sizes[0]:
                _resized(page, size)
            if store == "samples" and (lang, scheme, size) == ("zh", "light", "wide") or (name, lang, scheme, size, store) in OTHERS:
                page.wait_for_timeout(300)
                assert not (differs := looking.unlike(page, f"{name}-{lang}-{scheme}-{size}-{store}")), differs
            assert looking.overflow(page) == []
            if (scheme, size) == ("light", "wide") or EVERY:
                assert looking.inaccessible(page) == []
        if lang == "zh":
            # the dictionary alone shows statements and names of methods
            assert name == "dictionary" or looking.english(page, english_allowed) == set()
        else:
            assert looking.chinese(page) == set()
        if "narrow" not in sizes:
            _resized(page, "narrow")
            assert looking.overflow(page) == []
        assert faults == []
    finally:
        page.close()


def _resized(page, size: str) -> None:
    """Turn to the other screen and wait until the page lies anew."""
    page.set_viewport_size(WIDE if size == "wide" else NARROW)
    page.wait_for_timeout(400)
