"""Blocks about charges that a user paid outside the red line: to be verified, never judged here."""

from __future__ import annotations

from kpi.charts import style
from kpi.charts.stacks import Part
from kpi.metrics.registry import metric
from kpi.words import MISSING
from kpi.words import format as written
from pages.parts import data, figures
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.html import Html, tag

IDS = ("user_charge_count", "user_charge_amount")


def value_cards(view: View, monthly: Figures) -> list[Html]:
    """Return the cards of number and amount of charges to be verified in the month."""
    found = []
    for id in IDS:
        row = monthly.here(id, view.month)
        n, unknown = (row["n"], row["unknown"]) if row else (0, 0)
        value = written(row["value"] if row and n else 0, "count" if id == IDS[0] else "yuan", view.lang)
        unclear = f"{view.word('part.charges_unknown')} {unknown}" if unknown else ""
        found.append(tag("div", tag("h3", metric(id).label.of(view.lang)), tag("div", value or MISSING, cls="big"), tag("div", unclear, cls="range"), cls="card"))
    return found


def _parts(view: View, rows: list[dict | None]) -> list[Part]:
    return [
        Part(name=view.word("part.charges"), values=[row["n"] if row else 0 for row in rows], colour=style.ACTUAL),
        Part(name=view.word("part.charges_unknown"), values=[row["unknown"] if row else 0 for row in rows], colour=style.UNKNOWN, hatched=True),
    ]


def show(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show charges to be verified: amount across grids, number by month, number of every grid by month."""
    listed, grids = data.window(view), monthly.grids
    count = sum((monthly.here(IDS[0], m) or {"n": 0})["n"] for m in listed)
    yuan = sum((monthly.here(IDS[1], m) or {"value": 0})["value"] or 0 for m in listed)
    title = view.word("chart.charges_time", months=len(listed), n=count, yuan=written(yuan, "yuan", view.lang)) if count else view.word("chart.charges_time_none", months=len(listed))
    amounts = [rolling.value(IDS[1], None, grid) or 0 for grid in grids]
    hurt = sum(a > 0 for a in amounts)
    whole = written(rolling.value(IDS[1], None, None) or 0, "yuan", view.lang)
    across = view.word("chart.charges_across", grids=hurt, yuan=whole) if hurt else view.word("chart.charges_across_none")
    figures.side_by_side(
        lambda: figures.stack_across(view, "charges", across, view.word("chart.charges_sub_yuan"), grids, [Part(name=view.word("part.charges"), values=amounts, colour=style.ACTUAL)]),
        lambda: figures.stack_time(view, "charges", title, view.word("chart.charges_sub"), _parts(view, [monthly.here(IDS[0], m) for m in listed]), tall=figures.height(monthly)),
    )
    figures.stack_facets(view, "charges", view.word("chart.charges_facets"), view.word("chart.charges_sub"), grids,
                         lambda grid: _parts(view, [monthly.row(IDS[0], m, grid) for m in listed]))
