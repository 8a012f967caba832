"""Blocks about ratings: how many rated and how; never a mean, never a named person below the count that a figure needs."""

from __future__ import annotations

from kpi.charts import style
from kpi.charts.stacks import Part
from kpi.words import MISSING
from pages.parts import cards, data, figures, html, overview
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.html import Html, tag

COMPANY = ("satisfied_company", "satisfied_company_with_basic")
MANAGER = ("satisfied_manager", "satisfied_manager_with_basic")
_UNIT = "survey_coverage"


def card(view: View, monthly: Figures) -> Html:
    """Return the card of the month's ratings of the company."""
    top, basic = (monthly.counts(id, view.month) for id in COMPANY)
    rows = [(view.word("part.satisfied"), top.hit), (view.word("part.basic"), basic.hit - top.hit), (view.word("part.unsatisfied"), basic.miss)]
    body = tag("div", *(tag("div", tag("span", name), tag("span", data.counted(view, _UNIT, n))) for name, n in rows), cls="rows") if top.judged else ""
    small = f" / {data.counted(view, _UNIT, top.judged)}" if top.judged else ""
    return tag("div", tag("h3", view.word("satisfaction.ratings")), html.tag("div", str(top.hit) if top.judged else MISSING, tag("small", small), cls="big"), body, cls="card")


def lines(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show response, and the ratings of managers over twelve months for all together."""
    due = monthly.counts(_UNIT, view.month)
    if due.total:
        cards.note(view.word("satisfaction.response", due=data.counted(view, _UNIT, due.total), n=data.counted(view, _UNIT, due.hit)))
    if not view.grid and not view.manager:
        top, basic = (rolling.counts(id) for id in MANAGER)
        if top.judged:
            cards.note(overview.ratings_words(view, "satisfaction.manager_line", top, basic))


def _parts(view: View, found: list[tuple]) -> list[Part]:
    return [
        Part(name=view.word("part.unsatisfied"), values=[basic.miss for _, basic in found], colour=style.MISS, below=True),
        Part(name=view.word("part.satisfied"), values=[top.hit for top, _ in found], colour=style.ACTUAL),
        Part(name=view.word("part.basic"), values=[basic.hit - top.hit for top, basic in found], colour=style.CONTEXT),
    ]


def show(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show ratings of the company: across grids over twelve months, by month, and of every grid by month."""
    listed, grids = data.window(view), rolling.grids
    across = [tuple(rolling.tally(id, None, grid) for id in COMPANY) for grid in grids]
    time = [tuple(monthly.counts(id, month) for id in COMPANY) for month in listed]

    def said(key: str, found: list[tuple], **more: int) -> str:
        return view.word(key, n=data.counted(view, _UNIT, sum(top.judged for top, _ in found)), bad=data.counted(view, _UNIT, sum(basic.miss for _, basic in found)), **more)

    figures.side_by_side(
        lambda: figures.stack_across(view, "ratings", said("chart.ratings_across", across), view.word("chart.ratings_sub"), grids, _parts(view, across)),
        lambda: figures.stack_time(view, "ratings", said("chart.ratings_time", time, months=len(listed)), view.word("chart.ratings_sub"), _parts(view, time), tall=figures.height(monthly)),
    )
    figures.stack_facets(view, "ratings", view.word("chart.ratings_facets", grids=len(grids), months=len(listed)), view.word("chart.ratings_sub"), grids,
                         lambda grid: _parts(view, [tuple(monthly.tally(id, month, grid) for id in COMPANY) for month in listed]))
