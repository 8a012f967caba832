"""The map of the grids: their boundaries coloured by one KPI, beside the same figures as a table; and where boundaries are handed in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.charts import style
from kpi.charts.areas import Area, areas
from kpi.metrics.registry import metric
from kpi.metrics.verdict import GRID
from kpi.problems import Problem
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import cards, filters, html, matrix, session
from pages.parts.data import Figures
from pages.parts.figures import block
from pages.parts.filters import View

VALUES = ("whole_wait_median", "open_cases")
"""KPIs beside the promises that a map may show: values, coloured from little to much."""


def show(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show the map coloured by the KPI chosen; without boundaries, how to hand them in."""
    id = filters.pick_listed(view, {one: metric(one).label.of(view.lang) for one in (*matrix.PROMISES, *VALUES)})
    shapes = session.shapes(view.source)
    if not shapes:
        html.show(html.tag("div", view.word("map.none"), cls="nothing"))
    else:
        told = _promise(view, id, monthly, rolling) if metric(id).kind == "ratio" else _value(view, id, monthly if id == "open_cases" else rolling)
        listed = [
            Area(name=_short(view.grid_name(shape.grid)), rings=shape.rings, at=shape.label, text=told[shape.grid][0], colour=told[shape.grid][1] or style.SURFACE, hatched=told[shape.grid][1] is None,
                 marked=shape.grid == view.grid, link=html.address("grids", {**view.link, "grid": shape.grid}))
            for shape in shapes
        ]
        label, colon = metric(id).label.of(view.lang), ": " if view.lang == "en" else "："
        heads = [view.word("chart.grid"), label, *([view.word("map.twelve")] if metric(id).kind == "ratio" else [])]
        rows = [[view.grid_name(grid), *texts[:1], *texts[2:]] for grid, texts in told.items()]
        block(view, "map", f"{label}{colon}{_title(view, id, told)}", view.word("map.sub_ratio" if metric(id).kind == "ratio" else "map.sub_value", month=month_name(view.month, view.lang)),
              _legend(view, id, told), areas(listed), html.table(heads, rows))
        missing = [view.grid_name(grid) for grid, _ in view.grids if grid not in {shape.grid for shape in shapes}]
        if missing:
            cards.note(view.word("map.missing", names=("、" if view.lang == "zh" else ", ").join(missing)))
    _hand_in(view)


def _short(name: str) -> str:
    return name.split("(")[0].split("（")[0]


Told = dict[str, tuple[str, str | None, str]]
"""By grid: words of the month, colour (None = too few to colour), words of twelve months."""


def _promise(view: View, id: str, monthly: Figures, rolling: Figures) -> Told:
    found: Told = {}
    for grid, _ in view.grids:
        now, long = monthly.tally(id, view.month, grid), rolling.tally(id, None, grid)
        shade = matrix.shade(long)
        colour = matrix.SHADES[int(shade[1])] if shade else None
        found[grid] = (f"{now.miss}/{now.total}" if now.total else MISSING, colour, f"{long.miss}/{long.total}" if long.total else MISSING)
    return found


def _value(view: View, id: str, found: Figures) -> Told:
    month = view.month if id == "open_cases" else None
    rows = {grid: found.row(id, month, grid) for grid, _ in view.grids}
    values = {grid: row["value"] for grid, row in rows.items() if row and row["value"] is not None and (metric(id).kind == "count" or row["n"] >= GRID)}
    steps = _steps(list(values.values()))
    return {
        grid: (written(row["value"] if row else None, metric(id).unit, view.lang), style.STEPS[sum(values[grid] > step for step in steps)] if grid in values else None, "")
        for grid, row in rows.items()
    }


def _steps(values: Sequence[float]) -> list[float]:
    """Return the values at which the colour steps: three equal steps between the least and the most."""
    if not values or min(values) == max(values):
        return []
    low, high = min(values), max(values)
    return [low + (high - low) * part / 4 for part in (1, 2, 3)]


def _title(view: View, id: str, told: Told) -> str:
    if metric(id).kind == "ratio":
        missed = [texts for texts in told.values() if not texts[0].startswith(("0/", MISSING))]
        return view.word("map.missed", n=len(missed)) if missed else view.word("map.kept")
    return view.word("map.known", n=sum(colour is not None for _, colour, _ in told.values()))


def _legend(view: View, id: str, told: Told) -> list[tuple[str, str, str]]:
    few = [("hatch", style.CONTEXT, view.word("map.few"))] if any(colour is None for _, colour, _ in told.values()) else []
    if metric(id).kind == "ratio":
        return [("bar", colour, view.word(f"chart.heat_{place}")) for place, colour in enumerate(matrix.SHADES)] + few
    return [("bar", style.STEPS[0], view.word("map.little")), ("bar", style.STEPS[-1], view.word("map.much"))] + few


def _hand_in(view: View) -> None:
    with st.expander(view.word("map.hand_in"), expanded=not session.shapes(view.source)):
        html.show(html.tag("p", view.word("map.how"), cls="aside"))
        given = st.file_uploader(view.word("map.file"), type=["geojson", "json"], key="boundaries", label_visibility="collapsed")
        if given is None or not st.button(view.word("map.use"), type="primary", key="use_boundaries"):
            return
        try:
            told = session.bound(given.name, given.getvalue())
        except Problem as problem:
            html.show(html.tag("p", problem.of(view.lang), cls="trouble"))
            return
        notes = [html.tag("li", f"{note['area']} {note['name']}{': ' if view.lang == 'en' else '：'}{note[view.lang]}") for note in told["notes"]]
        html.show(html.tag("div", view.word("map.taken", n=len(told["grids"])), html.tag("ul", *notes) if notes else "", cls="told"))
        st.button(view.word("map.see"), key="see_boundaries")
