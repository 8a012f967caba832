"""Measures how soon pages can be used, and how long a rerun takes, beside a Streamlit page with one chart in the same browser.

    python -m benchmarks.screens [--applications 100000] [--runs 5] [--home STORE]

Both servers run at once; the pages are opened in turn. "open" is from navigation until the script has ended and the first screen is drawn, "whole"
until every figure further down is drawn too, "rerun" from the key that asks for one to the end of the script, both after a first visit. The store holds every
ledger of as many fictional applications; --home takes one that stands.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import app
from kpi import pipeline, sample

REST = 500
"""Milliseconds after which the browser is done with the last figure."""

ROOT = Path(__file__).resolve().parents[1]
STATE = "document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state')"
CHARTS = "[...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(c => c.querySelector('.trace path, .trace .point, .fills path'))"
READY = f"{STATE} === 'notRunning' && !document.querySelector('[data-testid=stSkeleton]') && {CHARTS}"
SEEN = "[...document.querySelectorAll('.later')].every(place => place.getBoundingClientRect().top >= innerHeight)"
DRAWN = f"{READY} && {SEEN}"


def serve(script: str, home: Path) -> tuple[subprocess.Popen, str]:
    """Start a server and return it with its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), "--server.headless", "true"]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "KPI_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            return server, address
        except OSError:
            time.sleep(0.25)
    raise SystemExit("the server did not answer within a minute")


def opened(page: Page, address: str) -> tuple[float, float]:
    """Return the seconds from navigation until the first screen is drawn, and until everything is."""
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("[data-testid=stMain] h1", timeout=120_000)
    page.wait_for_function(DRAWN, timeout=120_000)
    first = time.perf_counter() - begun
    whole(page)
    return first, time.perf_counter() - begun


def whole(page: Page) -> None:
    """Wait until nothing is left to be drawn."""
    page.wait_for_function(f"!document.querySelector('.later') && {DRAWN}", timeout=120_000)


def rerun(page: Page) -> float:
    """Return the seconds a rerun takes, as the browser sees it."""
    return page.evaluate(f"""() => new Promise(done => {{
        const begun = performance.now(); let ran = false;
        const look = setInterval(() => {{
            const state = {STATE};
            ran ||= state === 'running' || state === 'rerunRequested';
            if (ran && state === 'notRunning') {{ clearInterval(look); done((performance.now() - begun) / 1000); }}
        }}, 2);
        document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: 'r', code: 'KeyR', keyCode: 82, which: 82, bubbles: true}}));
        setTimeout(() => {{ clearInterval(look); done(-1); }}, 30000);
    }})""")


def main() -> None:
    """Print one line for each page: seconds to open and to rerun, and their ratios to the page with one chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--home", type=Path)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    path = shutil.which("chromium") or os.environ["CHROME_PATH"]
    try:
        home = args.home or folder / "store"
        if not args.home:
            sample.write(folder / "ledgers", applications=args.applications)
            pipeline.load([folder / "ledgers"], home)
        ours, address = serve("app.py", home)
        floor, empty = serve("benchmarks/empty.py", home)
        try:
            with sync_playwright() as driver:
                page = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"]).new_page()
                names = [name for group in (app.PAGES, app.ONE, app.WORK, app.MANAGE) for name, _ in group]
                named = {"(one chart)": empty, **{name: f"{address}/{'' if not place else name}" for place, name in enumerate(names)}}
                seen: dict[str, list[tuple[float, ...]]] = {name: [] for name in named}
                for nth in range(args.runs + 1):
                    for name, to in named.items():
                        told = opened(page, to)
                        page.wait_for_timeout(REST)
                        told = (*told, rerun(page))
                        if nth:
                            seen[name].append(told)
        finally:
            ours.terminate()
            floor.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    base = [statistics.median(column) for column in zip(*seen["(one chart)"], strict=True)]
    print(f"{'page':16}{'open s':>9}{'ratio':>7}{'whole s':>10}{'ratio':>7}{'rerun s':>10}{'ratio':>7}")
    for name, told in seen.items():
        middle = [statistics.median(column) for column in zip(*told, strict=True)]
        print(f"{name:16}" + "".join(f"{taken:{wide}.{digits}f}{taken / of:7.2f}" for taken, of, wide, digits in zip(middle, base, (9, 10, 10), (2, 2, 3), strict=True)))


if __name__ == "__main__":
    main()
