"""Work that goes on whatever the visitor does meanwhile: a thread of its own, looked at by every run of the page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from kpi.problems import Problem
from kpi.words import word
from pages.parts import html
from pages.parts.session import Progress

LOOK = 0.2
"""Seconds between two looks at the work."""


_ALONE = html.Html('<style>.stMain [data-stale="true"], .st-key-templates, .st-key-batches, .st-key-working [class*="st-key-chosen_"] { display:none; }</style>')

LONG = 100_000
"""Rows of a long ledger: after so many a file counts as half read."""


class Job:
    """One piece of work, begun at once: what it is doing, and its result, the problem it met, or that it failed.

    A click elsewhere ends the run of a page, even in the middle of a confirmation; the work must neither end with it
    nor begin again.
    """

    def __init__(self, kind: str, work: Callable[[Progress], Any]) -> None:
        self.kind = kind
        self.what, self.done, self.total, self.rows = kind, 0, 0, 0
        self.result: Any = None
        self.problem: Problem | None = None
        self.failed = False
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Progress], Any]) -> None:
        try:
            self.result = work(self._tell)
        except Problem as problem:
            self.problem = problem
        except Exception as error:
            # the message may quote a ledger: only the kind of fault is written down
            logging.getLogger(__name__).error("%s ended with %s", self.kind, type(error).__name__)
            self.failed = True

    def _tell(self, what: str, done: int, total: int) -> None:
        if what == "rows":
            self.rows = done
        else:
            self.what, self.done, self.total = what, done, total

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self._thread.is_alive()

    @property
    def seconds(self) -> int:
        """How long it has taken so far."""
        return int(time.monotonic() - self._began)

    @property
    def share(self) -> float:
        """How much of it is done, roughly: reading takes most of the time."""
        # nobody knows how many rows are to come: the bar goes on ever more slowly
        under_way = max(0, self.total - self.done) * self.rows / (self.rows + LONG)
        part = min(1.0, (self.done + under_way) / self.total) if self.total else 0.0
        return {"read": 0.05 + 0.75 * part, "build": 0.85, "enter": 0.6}.get(self.what, 0.1)


def wait(job: Job, lang: str, far: Callable[[Job], tuple[float, str]] | None = None) -> None:
    """Show how far the work is until it ends; `far` says of one's own work how much is done and what is under way."""
    bar = st.progress(0.0)
    while job.running:
        share, said = far(job) if far else (job.share, _said(job, lang))
        if job.seconds >= 3:
            said += word("pages.job.seconds", lang, n=job.seconds)
        bar.progress(share, text=said)
        time.sleep(LOOK)
    bar.empty()


def alone(job: Job, lang: str) -> None:
    """Show how far the work is in place of what stood on the page: that belongs to the step before."""
    with st.container(key="working"):
        html.show(_ALONE)
        wait(job, lang)


def _said(job: Job, lang: str) -> str:
    rows = word("pages.job.rows", lang, n=f"{job.rows:,}") if job.what == "read" and job.rows else ""
    return word(f"pages.job.{job.what}", lang, done=job.done, total=job.total or "…") + rows


def outcome(job: Job, lang: str) -> str | None:
    """Return in words why the work came to nothing, None where it succeeded."""
    return job.problem.of(lang) if job.problem else word("pages.job.failed", lang) if job.failed else None
