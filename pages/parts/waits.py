"""Blocks about time: the valve, the whole wait, the company's share of it, and what is still open."""

from __future__ import annotations

from kpi.charts import style
from kpi.charts.stacks import Part
from kpi.words import format as written
from kpi.words import month_name
from pages.parts import cards, data, figures, html, measures
from pages.parts.data import Figures
from pages.parts.filters import View

AGES = ("open_0_30", "open_31_60", "open_61_90", "open_over_90")
_UNIT = "all_kept"


def valve_cards(view: View, monthly: Figures) -> list[html.Html]:
    """Return the cards of median and longest valve time of completed cases."""
    promise = measures.promise_of(view, "valve_time_max", "wd")
    target = promise.text if promise else ""
    colon = "：" if view.lang == "zh" else ": "
    valve = view.word("valve_time.times").split(colon)[0]
    return [
        cards.value_card(view, f"{valve}{colon}{view.word(f'value.{name}')}", monthly.here(id, view.month), target) for id, name in (("valve_time_p50", "p50"), ("valve_time_max", "max"))
    ]


def company_line(view: View, monthly: Figures) -> None:
    """Show the company's share of the wait in a sentence."""
    half, most = monthly.here("company_time_p50", view.month), monthly.here("company_time_p85", view.month)
    if half and half["value"] is not None and most:
        cards.note(view.word("valve_time.company", p50=written(half["value"], "wd", view.lang), p85=written(most["value"], "wd", view.lang), n=data.counted(view, _UNIT, half["n"])))


def valve_facets(view: View, monthly: Figures) -> None:
    """Show median and longest valve time of every grid, month by month, with the promise."""
    promise = measures.promise_of(view, "valve_time_max", "wd")
    listed = data.window(view)
    title = view.word("chart.values_facets", grids=len(monthly.grids), k=measures.over_promise(monthly, "valve_time_max", listed, promise), months=len(listed))
    measures.facets(view, "valve", ["valve_time_p50", "valve_time_max"], [view.word("value.p50"), view.word("value.max")], monthly, title, view.word("chart.valve_sub"), promise=promise, looks=(0, 2))


def whole_wait(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show the whole wait across grids (twelve months of applications) and by month of application."""
    ids, names = ["whole_wait_median", "whole_wait_p85"], [view.word("part.median"), view.word("part.most")]
    known = sum(rolling.value("whole_wait_median", None, grid) is not None for grid in rolling.grids)
    row = monthly.here("whole_wait_median", view.month)
    text = view.word("chart.wait_within", days=measures.days(view, row["value"])) if row and row["value"] is not None else view.word("chart.wait_not_yet")
    figures.side_by_side(
        lambda: measures.across(view, "wait", ids, names, rolling, None, view.word("chart.wait_across", known=known), view.word("chart.wait_sub"), ranged=True,
                                missing=view.word("chart.not_half"), looks=(0, 1)),
        lambda: measures.over_time(view, "wait", ids, names, monthly, view.word("chart.wait_time", month=month_name(view.month, view.lang), text=text), view.word("chart.wait_sub_time"), looks=(0, 1)),
    )


def _ages(view: View, rows: list[list[int]]) -> list[Part]:
    return [Part(name=view.word(f"part.{age}"), values=[row[place] for row in rows], colour=style.STEPS[place]) for place, age in enumerate(AGES)]


def _count(figures_: Figures, id: str, month: str, grid: str | None) -> int:
    row = figures_.row(id, month, grid)
    return row["n"] if row else 0


def open_by_grid(view: View, monthly: Figures) -> None:
    """Show open cases by age: across grids, and of every grid at the end of each month."""
    listed, grids = data.window(view), monthly.grids
    now = [[_count(monthly, age, view.month, grid) for age in AGES] for grid in grids]
    here = [_count(monthly, age, view.month, view.grid) for age in AGES]
    title = view.word("chart.open_across", month=month_name(view.month, view.lang), n=data.counted(view, _UNIT, sum(here)), old=data.counted(view, _UNIT, here[-1]))
    figures.stack_across(view, "open", title, view.word("chart.open_sub"), grids, _ages(view, now))
    figures.stack_facets(view, "open", view.word("chart.open_facets"), view.word("chart.open_sub"), grids,
                         lambda grid: _ages(view, [[_count(monthly, age, month, grid) for age in AGES] for month in listed]))
