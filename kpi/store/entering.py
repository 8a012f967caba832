"""Adding a line that somebody writes to the journal: its text, month and moment in one form, and one transaction."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from pathlib import Path

from kpi import store
from kpi.problems import UsageProblem
from kpi.store import disk
from kpi.store.entries import Entry
from kpi.store.journal import Journal


def append(line: Entry, home: Path | None) -> int:
    """Add one line in one transaction and return its number."""
    journal = Journal(store.home(home))
    with disk.told("这一条没有记下", "nothing was recorded"):
        try:
            return journal.append(line)
        except sqlite3.OperationalError:
            # the disk may fail after the commit, when only the folder's sync was left: what stands there was recorded
            there = [one.id for one in journal.entries(type(line)) if (one.set_at, one.set_by) == (line.set_at, line.set_by)]
            if not there:
                raise
            return there[-1]


def now() -> str:
    """Return this moment as the journal keeps it."""
    return datetime.now().isoformat(timespec="microseconds")


def text(told: str, zh: str, en: str, longest: int) -> str:
    """Return a text without its outer blanks and line breaks; raises UsageProblem for none, or for too long a one."""
    plain = " ".join(told.split())
    if not plain:
        raise UsageProblem(f"请填写{zh}。", f"Fill in {en}.")
    if len(plain) > longest:
        raise UsageProblem(f"{zh}最多{longest}个字。", f"At most {longest} signs for {en}.")
    return plain


def month(told: str) -> str:
    """Return a month written like 2024-05; raises UsageProblem for another spelling."""
    try:
        return f"{date.fromisoformat(f'{told}-01'):%Y-%m}"
    except ValueError as error:
        raise UsageProblem(f"月份“{told}”应写成 2024-05 这样。", f"Month '{told}' should read like 2024-05.") from error
