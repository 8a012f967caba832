"""Blocks beside the early works: share of items filled in, and by how many days the pipe came first."""

from __future__ import annotations

from kpi.metrics.registry import metric
from kpi.words import month_name
from pages.parts import cards, figures, measures
from pages.parts.data import Figures, written_value
from pages.parts.filters import View
from pages.parts.html import Html

IDS = ("project_info_items", "pipe_lead_days_p50")


def value_cards(view: View, monthly: Figures) -> list[Html]:
    """Return the cards of the items filled in and of the days ahead."""
    return [cards.value_card(view, metric(id).label.of(view.lang), monthly.here(id, view.month), noun=noun) for id, noun in zip(IDS, ("project_info_complete", "pipe_ready_first"), strict=True)]


def show(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show the days by which the pipe came first: across grids over twelve months, and by month."""
    id = IDS[1]
    known = [rolling.value(id, None, grid) for grid in rolling.grids]
    title = view.word("chart.lead_across", known=sum(v is not None for v in known), late=sum(v is not None and v < 0 for v in known))
    colon = ": " if view.lang == "en" else "："
    trend = f"{month_name(view.month, view.lang)}{colon}{view.word('part.lead')} {written_value(view, monthly.here(id, view.month))}"
    figures.side_by_side(
        lambda: measures.across(view, "lead", [id], [view.word("part.lead")], rolling, None, title, view.word("chart.lead_sub"), looks=(0,)),
        lambda: measures.over_time(view, "lead", [id], [view.word("part.lead")], monthly, trend, view.word("chart.lead_sub"), looks=(0,)),
    )
