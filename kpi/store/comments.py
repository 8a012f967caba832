"""What the planning department says of a month beside its figures (按语); the latest holds, none is ever changed."""

from __future__ import annotations

from pathlib import Path

from kpi import store
from kpi.store import disk, entering
from kpi.store.entries import Commented
from kpi.store.journal import Journal

LONGEST = 60
"""Signs of a comment: one line on the first screen."""


def comments(month: str, home: Path | None = None) -> list[Commented]:
    """Return every comment ever made on a month (2024-05), oldest first; the last holds, and an empty one says that none does."""
    with disk.told("按语读不出", "the comments cannot be read"):
        return [line for line in Journal(store.home(home)).entries(Commented) if line.month == month]


def standing(month: str, home: Path | None = None) -> Commented | None:
    """Return the comment that holds, None where none was made or the last was taken back."""
    made = comments(month, home)
    return made[-1] if made and made[-1].words else None


def say(month: str, words: str, home: Path | None = None) -> Commented | None:
    """Record a comment, or that there is none any more (""), and return what holds; raises UsageProblem where it is too long or the month cannot be read."""
    told = entering.text(words, "按语", "the comment", LONGEST) if words.strip() else ""
    at = entering.month(month)
    if told != (there.words if (there := standing(at, home)) else ""):
        entering.append(Commented(month=at, words=told, set_at=entering.now(), set_by=store.user()), home)
    return standing(at, home)
