"""Blocks of the page of grids: who is responsible for the grid asked for, and which projects are on their way there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.words import MISSING
from kpi.words.moments import date_name, recorded
from pages.parts import cards, html, paging, session
from pages.parts.filters import View
from pages.parts.html import Html, tag

LISTED = ("valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd")


def holder(view: View) -> None:
    """Show who holds the grid and since when; without a grid, how to choose one."""
    if not view.grid:
        cards.note(view.word("grids.pick"))
        return
    found = session.holder(view.source, view.grid)
    if found is None:
        cards.note(view.word("grids.no_holder"))
    else:
        cards.note(view.word("grids.holder", name=dict(view.managers).get(found["manager"], found["manager"]), since=date_name(found["since"], view.lang)))


SERVICE = ("feedback_24h", "feedback_3wd", "two_follow_ups")
"""What the grid asked for owes its users beside the promises: answers and calls."""

SHOWN = 10
"""Projects that stand open; the others unfold."""

REACHED = {1: "known", 2: "need_gas", 3: "applied", 4: "outside_ready", 5: "ready"}


def projects(view: View) -> None:
    """Show the projects of the grid asked for that are followed and have no gas yet, the earliest planned production first."""
    found = session.on_the_way(view.source, view.grid or "")
    heads = [view.word(f"territory.{name}") for name in ("project", "place", "landed", "planned", "reached", "updated")]
    stale = sum(one["verdict"] == "miss" for one in found)
    said = view.word("territory.said", n=len(found), stale=stale) if found else view.word("territory.none")

    def page(at: int) -> Html:
        rows = [_row(view, one) for one in found[at:at + paging.SIZE]]
        shown = paging.opened(len(found), SHOWN)
        more = html.fold(view.word("misses.rest", n=len(rows) - shown), html.table(heads, rows[shown:], left=len(heads))) if len(rows) > shown else ""
        return tag("div", tag("h3", view.word("territory.title")), tag("p", said, cls="aside"), html.table(heads, rows[:shown], left=len(heads)) if rows else "", more, cls="panel")

    paging.show(view, "on_the_way", len(found), page)


def _row(view: View, one: Mapping[str, Any]) -> list[object]:
    age = MISSING if one["age"] is None else view.word("territory.days_ago", n=one["age"])
    needs = "" if one["needs_gas"] is not None or one["reached"] > 1 else view.word("territory.undecided")
    return [one["project"], one["location"] or MISSING, recorded(one["landed_on"], one["landed_on_p"], view.lang), recorded(one["planned"], one["planned_p"], view.lang),
            view.word(f"territory.stage.{REACHED[one['reached']]}") + needs, tag("td", age, cls="m" if one["verdict"] == "miss" else "")]
