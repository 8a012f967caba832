"""What is looked for on a page in a real browser: overflow, words of the other language, faults of accessibility, and how it looked before."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from urllib.parse import urlparse

import axe_playwright_python
from PIL import Image, ImageChops

from kpi import store

WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
BASELINES = Path(__file__).with_name("baselines")
AXE = (Path(axe_playwright_python.__file__).with_name("axe.min.js")).read_text(encoding="utf-8")

NOT_OURS = ("[data-testid=stHeader]", "[data-testid=stSidebarHeader]", "[data-testid=stExpandSidebarButton]", ".js-plotly-plot")
"""Parts of Streamlit and plotly that a page cannot change; each figure has its text and its table beside it."""

OFTEN = 100
"""Milliseconds between two looks whether a page is drawn: a look with every frame takes what the page could be drawn with."""

DIFFERENT, SHARE = 48, 0.012
"""How far a channel of a pixel may be off, and what share of the pixels may be further off, for two pictures to be the same."""


def watch(page) -> list[str]:
    """Return a list that fills with what goes wrong on a page: requests to other machines, failed scripts, errors in the console."""
    faults: list[str] = []
    page.on("request", lambda r: faults.append(f"asked {r.url}") if urlparse(r.url).scheme in ("http", "https", "ws", "wss") and urlparse(r.url).hostname != "127.0.0.1" else None)
    page.on("pageerror", lambda error: faults.append(f"script {error}"))
    # on a deep link Streamlit looks for its own routes below the page first, and finds them one folder up
    page.on("console", lambda told: faults.append(f"console {told.text}") if told.type == "error" and "/_stcore/" not in told.location.get("url", "") else None)
    return faults


def settle(page, charts: bool = True) -> None:
    """Wait until the page is drawn: its script has ended, every chart has something in it, and no skeleton is left."""
    page.wait_for_selector("[data-testid=stMain] h1", timeout=90_000)
    page.wait_for_function("document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state') === 'notRunning' && !document.querySelector('.later')", timeout=90_000, polling=OFTEN)
    drawn = f"(charts => charts.length >= {int(charts)} && charts.every(chart => chart.querySelector('.trace path, .trace .point, .fills path')))"
    page.wait_for_function(f"{drawn}([...document.querySelectorAll('[data-testid=stPlotlyChart]')]) && !document.querySelector('[data-testid=stSkeleton], .later')", timeout=90_000, polling=OFTEN)


def overflow(page) -> list[str]:
    """Return what is wider than the window or than the box it stands in, and stays so: a figure turned to another width takes its time on a busy machine."""
    for _ in range(20):
        if not (found := _wider(page)):
            return []
        page.wait_for_timeout(250)
    return found


def _wider(page) -> list[str]:
    return page.evaluate("""() => {
        const found = [], wide = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth > wide) found.push(`page ${document.documentElement.scrollWidth} > ${wide}`);
        const main = document.querySelector('[data-testid=stMain]');
        if (main.scrollWidth > main.clientWidth + 1) found.push(`main ${main.scrollWidth} > ${main.clientWidth}`);
        for (const box of document.querySelectorAll('.card, .verdict, .panel, .title, .status, .facts'))
            if (box.offsetParent && box.scrollWidth > box.clientWidth + 1) found.push(`${box.className}: ${box.innerText.slice(0, 30)}`);
        // what is written along the axes of a figure stays inside it
        for (const figure of document.querySelectorAll('.js-plotly-plot')) {
            const box = figure.getBoundingClientRect();
            for (const label of figure.querySelectorAll('.xtick text, .ytick text')) {
                const at = label.getBoundingClientRect();
                if (at.width && (at.left < box.left - 1 || at.right > box.right + 1 || at.bottom > box.bottom + 1)) found.push(`label ${label.textContent}`);
            }
        }
        return found;
    }""")


def seen(page) -> str:
    """Return every word a reader sees, folded parts opened."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    return page.evaluate("document.body.innerText") + " " + " ".join(page.evaluate("[...document.querySelectorAll('svg text')].map(text => text.textContent)"))


def english(page, allowed: list[str]) -> set[str]:
    """Return words in Latin letters that a reader sees and that no reason allows; numbers of cases and grids (BZ202400012, G03, K01) are data, not words."""
    told = seen(page)
    for phrase in (*allowed, store.user()):
        told = told.replace(phrase, " ")
    return set(re.findall(r"(?<![A-Za-z0-9])[A-Za-z]{2,}(?![A-Za-z0-9])", told))


def chinese(page) -> set[str]:
    """Return headings and controls of an English page that hold Chinese signs; names of grids, files and customers are data."""
    told = page.evaluate("""[...document.querySelectorAll('h1, h2, h3, thead th, label, button, .title p, .card .state, .steps li, .nav-head, [data-testid=stSidebar] a')]
        .filter(part => part.offsetParent && !part.closest('.t.data')).map(part => part.innerText)""")
    data = re.compile(r"\S*号网格\S*|\S*\.(?:xlsx?|csv|ods|geojson)|中文|[“\"][^”\"]*[”\"]|\S*\*\*\*|\S+园区?")
    return {text for text in told if re.search(r"[\u4e00-\u9fff]", data.sub("", text))}


def inaccessible(page) -> list[str]:
    """Return the serious and critical faults that axe-core finds in what is ours; what plotly drew, which it would only pass over, is out of the page meanwhile, its box left empty."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    told = page.evaluate("""async parts => {
        const drawn = [...document.querySelectorAll('.js-plotly-plot')].map(figure => {
            const box = figure.cloneNode(false), {width, height} = figure.getBoundingClientRect();
            Object.assign(box.style, {width: `${width}px`, height: `${height}px`});
            figure.replaceWith(box);
            return [box, figure];
        });
        try {
            const found = await axe.run({exclude: parts.filter(part => document.querySelector(part)).map(part => [part])}, {resultTypes: ['violations']});
            return found.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))]);
        } finally {
            drawn.forEach(([box, figure]) => box.replaceWith(figure));
        }
    }""", list(NOT_OURS))
    return [f"{rule}: {nodes}" for rule, nodes in told]


def unlike(page, name: str) -> str:
    """Return how the window differs from its picture of before, "" where it does not; KPI_BASELINES=write keeps the new picture."""
    now = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path = BASELINES / f"{name}.png"
    if os.environ.get("KPI_BASELINES") == "write":
        path.parent.mkdir(exist_ok=True)
        now.quantize(64).save(path, optimize=True)
        return ""
    if not path.exists():
        return f"{name}: no picture of before"
    before = Image.open(path).convert("RGB")
    if before.size != now.size:
        return f"{name}: {now.size} was {before.size}"
    off = ImageChops.difference(before, now).split()
    worst = ImageChops.lighter(ImageChops.lighter(off[0], off[1]), off[2])
    share = sum(worst.histogram()[DIFFERENT:]) / (now.size[0] * now.size[1])
    return "" if share <= SHARE else f"{name}: {share:.1%} of the picture differs"
