"""Tables of many figures at once: promises by grid, and promises by month of one grid; not kept / cases in every cell."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.charts import style
from kpi.metrics.verdict import GRID, Tally
from kpi.words import MISSING, month_name, month_short
from pages.parts import data, html
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.html import Html, tag

PROMISES = ("all_kept", "valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd", "appointment_kept", "two_follow_ups")

SHADES = style.HEAT
"""Shades of twelve months without a miss, with some, with more than a tenth; the same stand in the stylesheet."""


def shade(found: Tally) -> str:
    """Return the shade of a cell by twelve months: none below the cases that a colour needs."""
    if found.judged < GRID:
        return ""
    return "h0" if not found.miss else "h2" if found.miss * 10 > found.judged else "h1"


def _cell(view: View, id: str, now: Tally, long: Tally | None) -> Html:
    text = f"{now.miss}/{now.total}" if now.total else MISSING
    unknown = tag("small", f"{data.word(view, id, 'unknown')}{' ' if view.lang == 'en' else ''}{now.unknown}") if now.unknown else ""
    cls = " ".join(part for part in ("m" if now.miss else "", shade(long) if long else "") if part)
    return Html(tag("td", text, unknown, cls=cls))


def by_grid(view: View, monthly: Figures, rolling: Figures, ids: Sequence[str] = PROMISES) -> None:
    """Show the promises of the month for every grid and the total."""
    heads = [view.word("chart.grid"), *(data.word(view, id, "short") for id in ids)]
    rows = [[view.grid_name(grid), *(_cell(view, id, monthly.tally(id, view.month, grid), rolling.tally(id, None, grid)) for id in ids)] for grid in monthly.grids]
    rows.append([view.word("chart.company"), *(_cell(view, id, monthly.tally(id, view.month), None) for id in ids)])
    keys = html.legend([("bar", colour, view.word(f"chart.heat_{place}")) for place, colour in enumerate(SHADES)])
    html.show(tag("div", tag("h3", view.word("chart.heat_title")), tag("div", tag("p", tag("span", view.word("chart.heat_sub", month=month_name(view.month, view.lang))), keys), cls="fig"),
                  html.table(heads, rows, cls="heat", total=True), cls="panel"))


def by_month(view: View, monthly: Figures, ids: Sequence[str] = PROMISES) -> None:
    """Show the promises of the grid filtered for, month by month."""
    listed = data.window(view)[-12:]
    heads = [view.word("definition.name"), *(month_name(m, view.lang) if m.endswith("-01") or not place else month_short(m, view.lang) for place, m in enumerate(listed))]
    rows = [[data.word(view, id, "short"), *(_cell(view, id, monthly.counts(id, month), None) for month in listed)] for id in ids]
    html.show(tag("div", tag("h3", view.word("chart.months_title", grid=view.grid_name(view.grid))), html.table(heads, rows, cls="heat"), cls="panel"))


def brief(view: View, monthly: Figures, rolling: Figures, ids: Sequence[str] = PROMISES) -> Html:
    """Return the promises of the month for every grid and the total, small enough for one screen: not kept / cases."""
    heads = [view.word("chart.grid"), *(tag("span", data.word(view, id, "short")) for id in ids)]

    def cell(id: str, now: Tally, long: Tally | None) -> Html:
        told = f"{data.word(view, id, 'unknown')} {now.unknown}" if now.unknown else ""
        cls = " ".join(part for part in ("m" if now.miss else "", shade(long) if long else "") if part)
        return Html(tag("td", f"{now.miss}/{now.total}" if now.total else MISSING, cls=cls, **({"title": told} if told else {})))

    rows = [
        [html.link(view.grid_name(grid).split("(")[0].split("（")[0], html.address("grids", {**view.link, "grid": grid})),
         *(cell(id, monthly.tally(id, view.month, grid), rolling.tally(id, None, grid)) for id in ids)]
        for grid in monthly.grids
    ]
    rows.append([view.word("chart.company"), *(cell(id, monthly.tally(id, view.month), None) for id in ids)])
    return tag("div", tag("div", tag("h3", view.word("chart.heat_title")), tag("small", view.word("chart.heat_brief")), cls="head-line"), html.table(heads, rows, cls="heat brief", total=True), cls="panel")
