"""Figures of measured values: time to gas, the whole wait, lead of the pipe; the promise is a line."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.charts import style, values
from kpi.charts.values import Dots, Panel, Promise
from kpi.words import format as written
from kpi.words import month_name
from pages.parts import cards, data, html, session
from pages.parts.data import Figures
from pages.parts.figures import COLUMNS, block, breaks, height
from pages.parts.filters import View

LOOK = ({"colour": style.ACTUAL, "symbol": "circle"}, {"colour": style.STEPS[2], "symbol": "diamond"}, {"colour": style.ACTUAL, "symbol": "circle-open", "joined": False})
"""The look of up to three series: median, most, longest."""


def _dots(view: View, names: Sequence[str], rows: Sequence[Sequence[dict | None]], *, ranged: bool = False, looks: Sequence[int] = (0, 1, 2)) -> list[Dots]:
    found = []
    for name, listed, look in zip(names, rows, looks, strict=False):
        low = [r["chance_low"] if r and ranged else None for r in listed]
        high = [r["chance_high"] if r and ranged else None for r in listed]
        found.append(Dots(name=name, values=[r["value"] if r else None for r in listed], texts=[data.written_value(view, r) for r in listed],
                          low=low if ranged else (), high=high if ranged else (), **LOOK[look]))
    return found


def _legend(dots: Sequence[Dots], promise: Promise | None) -> list[tuple[str, str, str]]:
    keys = [("ring" if d.symbol.endswith("-open") else "dot", d.colour, d.name) for d in dots]
    return keys + ([("line", style.INK, promise.text)] if promise else [])


def _table(view: View, first: str, names: Sequence[str], dots: Sequence[Dots], notes: Sequence[str] = ()) -> html.Html:
    return html.table([first, *(d.name for d in dots), *([""] if notes else [])], [[name, *(d.texts[i] for d in dots), *([notes[i]] if notes else [])] for i, name in enumerate(names)])


def promise_of(view: View, id: str, unit: str) -> Promise | None:
    """Return the promised value of a KPI in the month asked for."""
    value = session.promise(id, view.month)
    return None if value is None else Promise(value=value, text=cards.target_words(view, value, unit))


def across(view: View, key: str, ids: Sequence[str], names: Sequence[str], figures: Figures, month: str | None, title: str, sub: str, *, promise: Promise | None = None,
           ranged: bool = False, missing: str = "", looks: Sequence[int] = (0, 1, 2), noun: str = "all_kept") -> None:
    """Show values of every grid on one scale, what they rest on counted in the noun of a KPI; `missing` is what stands beside a grid whose first value cannot be told."""
    grids = figures.grids
    rows = [[figures.row(i, month, grid) for grid in grids] for i in ids]
    dots = _dots(view, names, rows, ranged=ranged, looks=looks)
    labels = [view.grid_name(grid) for grid in grids]
    notes = []
    for place in range(len(grids)):
        row = rows[0][place]
        unknown = view.word("value.unknown", n=data.counted(view, noun, row["unknown"])) if row and row["unknown"] and not missing else ""
        notes.append(missing if missing and row and row["value"] is None and row["n"] else unknown)
    known = any(v is not None for d in dots for v in d.values)
    percent = any(row and row["unit"] == "ratio" for row in rows[0])
    figure = values.across(labels, dots, promise=promise, notes=notes, marked=grids.index(view.grid) if view.grid in grids else None, percent=percent) if known else None
    block(view, f"across_{key}", title, sub, _legend(dots, promise), figure, _table(view, view.word("chart.grid"), labels, dots, notes))


def over_time(view: View, key: str, ids: Sequence[str], names: Sequence[str], monthly: Figures, title: str, sub: str, *, promise: Promise | None = None,
              looks: Sequence[int] = (0, 1, 2)) -> None:
    """Show values month by month, of the grid filtered for or of all."""
    listed = data.window(view)
    words = [month_name(month, view.lang) for month in listed]
    dots = _dots(view, names, [[monthly.here(i, month) for month in listed] for i in ids], looks=looks)
    known = any(v is not None for d in dots for v in d.values)
    figure = values.over_time(listed, words, dots, lang=view.lang, promise=promise, month=view.month, breaks=breaks(view), height=height(monthly)) if known else None
    block(view, f"time_{key}", title, sub, _legend(dots, promise), figure, _table(view, view.word("chart.month"), words, dots))


def facets(view: View, key: str, ids: Sequence[str], names: Sequence[str], monthly: Figures, title: str, sub: str, *, promise: Promise | None = None,
           looks: Sequence[int] = (0, 1, 2)) -> None:
    """Show values month by month for every grid, on one scale, the promise in each."""
    listed, grids = data.window(view), monthly.grids
    words = [month_name(month, view.lang) for month in listed]
    panels = [
        Panel(title=view.grid_name(grid), marked=grid == view.grid, dots=_dots(view, names, [[monthly.row(i, month, grid) for month in listed] for i in ids], looks=looks))
        for grid in grids
    ]
    rows = [[panel.title, *panel.dots[-1].texts] for panel in panels]
    figure = values.facets(listed, words, panels, lang=view.lang, promise=promise, month=view.month, columns=COLUMNS) if panels else None
    note = ("; " if view.lang == "en" else "；") + view.word("chart.same_scale")
    block(view, f"facets_{key}", title, sub + note, _legend(panels[0].dots, promise) if panels else [], figure,
          html.table([view.word("chart.grid"), *words], rows, caption=names[-1]), wide=True)


def over_promise(monthly: Figures, id: str, listed: Sequence[str], promise: Promise | None) -> int:
    """Return in how many grids a value exceeded the promise in any of the months."""
    if promise is None:
        return 0
    return sum(any((monthly.value(id, month, grid) or 0) > promise.value for month in listed) for grid in monthly.grids)


def days(view: View, value: float | None) -> str:
    """Return a number of days as written."""
    return written(value, "d", view.lang)
