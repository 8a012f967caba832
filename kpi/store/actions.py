"""Actions: what was decided about an exception, whose it is and until when, until somebody closes it; lines are only ever added."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kpi import store
from kpi.problems import UsageProblem
from kpi.store import disk, entering
from kpi.store.entries import Decided, Settled
from kpi.store.journal import Journal

LONGEST = 500
"""Signs of what is to be done or was done."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action: about what exception (its subject) seen in which month, what is to be done, by whom, until when; and once closed what was done."""

    number: int
    subject: str
    month: str
    what: str
    owner: str
    due: date
    opened_at: str
    opened_by: str
    done: str | None = None
    closed_at: str | None = None
    closed_by: str | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self.closed_at is None

    def overdue(self, on: date) -> bool:
        """Return whether it is open and its day has passed."""
        return self.open and self.due < on

    def age(self, on: date) -> int:
        """Return the days from its opening to a day, at most to its closing."""
        end = date.fromisoformat(self.closed_at[:10]) if self.closed_at else on
        return max(0, (end - date.fromisoformat(self.opened_at[:10])).days)


def today() -> date:
    """Return the day by which actions are due or overdue; no figure reads it."""
    return date.today()


def actions(home: Path | None = None) -> list[Action]:
    """Return every action ever recorded: the open ones by due date, then the closed ones, last closed first."""
    journal = Journal(store.home(home))
    with disk.told("督办事项读不出", "the actions cannot be read"):
        closed = {line.decided: line for line in journal.entries(Settled)}
        found = [_action(line, closed.get(line.id)) for line in journal.entries(Decided)]
    ended = sorted((a for a in found if not a.open), key=lambda a: (a.closed_at, a.number), reverse=True)
    return sorted((a for a in found if a.open), key=lambda a: (a.due, a.number)) + ended


def _action(opened: Decided, closed: Settled | None) -> Action:
    ended = {"done": closed.done, "closed_at": closed.set_at, "closed_by": closed.set_by} if closed else {}
    return Action(
        number=opened.id, subject=opened.subject, month=opened.month, what=opened.what, owner=opened.owner, due=date.fromisoformat(opened.due), opened_at=opened.set_at,
        opened_by=opened.set_by, **ended,
    )


def _named(number: int, home: Path | None) -> Action | None:
    return next((a for a in actions(home) if a.number == number), None)


def add(subject: str, month: str, what: str, owner: str, due: date | str, home: Path | None = None) -> Action:
    """Record what is to be done about an exception and return it; raises UsageProblem where a part is missing."""
    told = {"what": entering.text(what, "措施", "what is to be done", LONGEST), "owner": entering.text(owner, "责任人", "the owner", LONGEST)}
    line = Decided(subject=subject, month=entering.month(month), **told, due=_day(due).isoformat(), set_at=entering.now(), set_by=store.user())
    return _named(entering.append(line, home), home)


def close(number: int, done: str, home: Path | None = None) -> Action:
    """Record that an action is done, in a word what was done, and return it; raises UsageProblem for one that never was, or is closed."""
    said, known = entering.text(done, "办理情况", "what was done", LONGEST), _named(number, home)
    if known is None:
        raise UsageProblem(f"没有第 {number} 号督办事项。", f"No action {number}.")
    if known.open:
        try:
            entering.append(Settled(decided=number, done=said, set_at=entering.now(), set_by=store.user()), home)
        except sqlite3.IntegrityError:
            # somebody else closed it between the two
            known = _named(number, home)
    if not known.open:
        raise UsageProblem(f"第 {number} 号督办事项已由 {known.closed_by} 办结。", f"Action {number} was closed by {known.closed_by}.")
    return _named(number, home)


def _day(due: date | str) -> date:
    if isinstance(due, date):
        return due
    try:
        return date.fromisoformat(due)
    except ValueError as error:
        raise UsageProblem(f"认不出期限“{due}”，请写成 2024-06-30。", f"Cannot read the due date '{due}'; write 2024-06-30.") from error
