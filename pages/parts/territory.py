"""Blocks of the page of grids: who is responsible for the grid asked for."""

from __future__ import annotations

from kpi.words.moments import date_name
from pages.parts import cards, session
from pages.parts.filters import View

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
