"""What page tests share: the pages, a served dashboard, a browser that sees nothing of the network."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def english_allowed():
    """Words that may stand in Latin letters on a Chinese page, each with its reason in the file."""
    lines = Path(__file__).with_name("english_allowed.txt").read_text(encoding="utf-8").splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


@pytest.fixture(scope="session", autouse=True)
def searched_once():
    """Installed packages are searched for components of Streamlit once in a process: `AppTest` does so for every page it opens, which takes longer than most pages."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="session")
def serve():
    """Return a function that gives the address of a dashboard over a store, served once in a worker unless a new one is asked for; every server ends with the run."""
    running: list[subprocess.Popen] = []
    known: dict[Path, str] = {}

    def start(home: Path, *, new: bool = False) -> str:
        if home in known and not new:
            return known[home]
        port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"]
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "KPI_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running.append(server)
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    known.setdefault(home, address)
                    return address
            except OSError:
                assert server.poll() is None, "the server ended before it answered"
                time.sleep(0.25)
        raise AssertionError("the server did not answer within a minute")

    yield start
    for server in running:
        server.terminate()
    for server in running:
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def browser():
    """A Chromium; CHROME_PATH names another than the one on the path."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROME_PATH") or next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("Page tests need Chromium: install it (make test does, on Debian and Ubuntu) or name it in CHROME_PATH.", pytrace=False)
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()
