"""Blocks beside zero errands and zero documents: errands per connection, papers the company fetched itself."""

from __future__ import annotations

from kpi.metrics.registry import metric
from kpi.words import format as written
from kpi.words import month_name
from pages.parts import cards, data, figures, measures
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.html import Html

IDS = ("zero_errand_excl_voluntary", "errands_per_connection", "docs_self_sourced")


def value_cards(view: View, monthly: Figures) -> list[Html]:
    """Return the cards of errands per connection and of papers fetched."""
    return [cards.value_card(view, metric(id).label.of(view.lang), monthly.here(id, view.month)) for id in IDS[1:]]


def line(view: View, monthly: Figures) -> None:
    """Show what stands beside the two promises in a sentence."""
    kept = monthly.counts(IDS[0], view.month)
    errands, docs = monthly.here(IDS[1], view.month), monthly.here(IDS[2], view.month)
    if kept.total and errands and docs:
        cards.note(view.word("zero_errand.extra", errands=written(errands["value"], "count", view.lang), n=data.counted(view, "zero_errand", errands["n"]), kept=kept.hit, judged=kept.judged,
                             docs=written(docs["value"], "ratio", view.lang), docs_n=data.counted(view, "zero_errand", docs["n"])))


def show(view: View, monthly: Figures) -> None:
    """Show errands per connection by month, and papers fetched across grids."""
    def sub(id: str) -> str:
        return metric(id).meaning.of(view.lang)

    def title(id: str) -> str:
        colon = ": " if view.lang == "en" else "："
        return f"{month_name(view.month, view.lang)}{colon}{metric(id).label.of(view.lang)} {data.written_value(view, monthly.here(id, view.month))}"

    def one(id: str) -> list[str]:
        return [metric(id).label.of(view.lang)]

    figures.side_by_side(
        lambda: measures.across(view, "docs", [IDS[2]], one(IDS[2]), monthly, view.month, title(IDS[2]), sub(IDS[2]), looks=(0,)),
        lambda: measures.over_time(view, "errands", [IDS[1]], one(IDS[1]), monthly, title(IDS[1]), sub(IDS[1]), looks=(0,), promise=measures.promise_of(view, IDS[1], "count")),
    )
