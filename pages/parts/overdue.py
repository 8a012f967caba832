"""Blocks about appeals past their limit: by department, one by one, and whose level was changed on the way."""

from __future__ import annotations

from kpi.metrics.model import UNSTATED
from kpi.words import month_name
from pages.parts import cards, data, html, misses, session
from pages.parts.filters import View
from pages.parts.html import tag

IDS = ("appeals_overdue_open", "appeals_overdue_answered", "appeals_relevelled", "appeals_relevelled_late")


def show(view: View) -> None:
    """Show what stands overdue at the end of the month by department, each case of it, and changes of level beside the rates."""
    now = data.span(view, IDS, view.month)
    changed, late = (now.here(id) or {"n": 0, "unknown": 0} for id in IDS[2:])
    cards.heading(view.word("overdue.title"))
    cards.note(view.word("overdue.levels", month=month_name(view.month, view.lang), changed=changed["n"], late=late["n"], unknown=late["unknown"]))
    told = session.habits_of(view.source, "overdue", grid=view.grid, month=view.month)
    rows = [[view.word("overdue.unstated") if row["department"] == UNSTATED else row["department"], row["open"], row["late"]] for row in told]
    heads = [view.word(f"overdue.{name}") for name in ("department", "open", "late")]
    table = html.table(heads, rows) if rows else tag("div", view.word("overdue.none"), cls="nothing")
    if not view.manager:
        html.show(tag("div", tag("h3", view.word("overdue.by_department", month=month_name(view.month, view.lang))), table, cls="panel"))
    misses.show(view, [IDS[0]], title=view.word("overdue.list"), unknown=False)
