"""Figures of counts: one block is a finding as title, the chart, and the same numbers as a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from kpi.charts import margins, stacks, style
from kpi.charts.stacks import Panel, Part
from kpi.metrics.verdict import GRID, Tally
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import arriving, data, html
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.html import Html, tag

COLUMNS = 4


@st.cache_data(max_entries=300, show_spinner=False)
def _drawn(figure: str, key: str, alt: str) -> None:
    """Show a figure given as JSON: one seen before is replayed without plotly building and checking it again."""
    st.plotly_chart(json.loads(figure), theme=None, config=style.CONFIG, key=key, alt=alt)


def block(view: View, key: str, title: str, sub: str, legend: Sequence[tuple[str, str, str]], figure: dict[str, Any] | None, table: Html, *, wide: bool = False) -> None:
    """Show one figure: its finding, unit and legend, the chart, and its table twin on demand."""
    with st.container(key=f"fig_{'wide_' if wide else ''}{key}", height="stretch"):
        html.show(tag("div", tag("h3", title), tag("p", tag("span", sub), html.legend(legend)), cls="fig"))
        if figure is None:
            html.show(tag("div", view.word("chart.nothing"), cls="nothing"))
        else:
            drawn = json.dumps(margins.fitted(figure))
            alt = f"{title}. {sub}" if view.lang == "en" else f"{title}。{sub}"
            arriving.show(key, figure["layout"]["height"], lambda: _drawn(style.dark(drawn) if html.dark() else drawn, f"plot_{key}", alt))
        html.show(html.fold(view.word("chart.table"), table))


def side_by_side(*blocks: Callable[[], None]) -> None:
    """Show blocks in columns of equal width; on a narrow screen one below the other."""
    for column, show in zip(st.columns(len(blocks), gap="small"), blocks, strict=True):
        with column:
            show()


def _legend(view: View, id: str) -> list[tuple[str, str, str]]:
    return [("bar", style.ACTUAL, data.word(view, id, "hit")), ("hatch", style.UNKNOWN, data.word(view, id, "unknown")), ("bar", style.MISS, data.word(view, id, "miss")),
            ("line", style.INK, _promise(view, id))]


def _promise(view: View, id: str) -> str:
    return view.word("chart.promise_none", noun=data.noun(view, id), miss_word=data.word(view, id, "miss"))


def _verdict_parts(view: View, id: str, found: Sequence[Tally]) -> list[Part]:
    return [
        Part(name=data.word(view, id, "miss"), values=[t.miss for t in found], colour=style.MISS, below=True),
        Part(name=data.word(view, id, "hit"), values=[t.hit for t in found], colour=style.ACTUAL),
        Part(name=data.word(view, id, "unknown"), values=[t.unknown for t in found], colour=style.UNKNOWN, hatched=True),
    ]


def _verdict_rows(view: View, id: str, names: Sequence[str], found: Sequence[Tally], first: str) -> Html:
    heads = [first, data.word(view, id, "hit"), data.word(view, id, "miss"), data.word(view, id, "unknown"), view.word("chart.total"), view.word("chart.rate")]
    rows = [[name, t.hit, t.miss, t.unknown, t.total, written(t.hit / t.judged, "ratio", view.lang) if t.judged >= GRID else MISSING] for name, t in zip(names, found, strict=True)]
    return html.table(heads, rows)


def _sub(view: View, id: str) -> str:
    return view.word("chart.sub_verdict", noun=data.noun(view, id), dated=data.word(view, id, "dated"))


def breaks(view: View) -> list[tuple[str, str]]:
    """Return where the new process began, for charts over time."""
    return [(view.effective, view.word("chart.new_process"))]


def verdict_across(view: View, id: str, monthly: Figures) -> None:
    """Show one promise in the month asked for, every grid a bar."""
    grids = monthly.grids
    found = [monthly.tally(id, view.month, grid) for grid in grids]
    names = [view.grid_name(grid) for grid in grids]
    month, words = month_name(view.month, view.lang), {"miss_word": data.word(view, id, "miss"), "unknown_word": data.word(view, id, "unknown"), "noun": data.noun(view, id)}
    missed, unknown, any_ = [t for t in found if t.miss], [t for t in found if t.unknown], [t for t in found if t.total]
    if missed:
        title = view.word("chart.across_miss", month=month, grids=len(missed), n=data.counted(view, id, sum(t.miss for t in missed)), **words)
    elif unknown:
        title = view.word("chart.across_unknown", month=month, grids=len(unknown), n=data.counted(view, id, sum(t.unknown for t in unknown)), **words)
    else:
        title = view.word("chart.across_kept" if any_ else "chart.across_none", month=month, grids=len(any_), **words)
    marked = grids.index(view.grid) if view.grid in grids else None
    figure = stacks.across(names, _verdict_parts(view, id, found), marked=marked) if any_ else None
    block(view, f"across_{id}", title, _sub(view, id), _legend(view, id), figure, _verdict_rows(view, id, names, found, view.word("chart.grid")))


def verdict_time(view: View, id: str, monthly: Figures) -> None:
    """Show one promise month by month, of the grid filtered for or of all."""
    listed = data.window(view)
    found = [monthly.counts(id, month) for month in listed]
    names = [month_name(month, view.lang) for month in listed]
    words = {"miss_word": data.word(view, id, "miss"), "months": len(listed)}
    missed = [t.miss for t in found if t.miss]
    title = view.word("chart.time_miss", n=data.counted(view, id, sum(missed)), k=len(missed), **words) if missed else view.word("chart.time_kept", **words)
    who = view.grid_name(view.grid) if view.grid else view.word("chart.company")
    figure = None
    if any(t.total for t in found):
        figure = stacks.over_time(listed, names, _verdict_parts(view, id, found), lang=view.lang, month=view.month,
                                  breaks=breaks(view), height=height(monthly))
    block(view, f"time_{id}", f"{who}{': ' if view.lang == 'en' else '：'}{title}", _sub(view, id), _legend(view, id), figure,
          _verdict_rows(view, id, names, found, view.word("chart.month")))


def height(figures: Figures) -> int:
    """Return the height of a chart over time that stands beside a chart with a row for each grid."""
    return min(420, max(220, 34 + 26 * len(figures.grids)))


def verdict_facets(view: View, id: str, monthly: Figures) -> None:
    """Show one promise month by month for every grid, on one scale."""
    listed, grids = data.window(view), monthly.grids
    names = [month_name(month, view.lang) for month in listed]
    panels, rows, hurt = [], [], 0
    for grid in grids:
        found = [monthly.tally(id, month, grid) for month in listed]
        every = sum(found, Tally())
        hurt += bool(every.miss)
        panels.append(Panel(title=view.word("chart.facet_title", grid=view.grid_name(grid), miss=every.miss, total=every.total), parts=_verdict_parts(view, id, found),
                            marked=grid == view.grid))
        rows.append([view.grid_name(grid), *(f"{t.miss}/{t.total}" if t.total else MISSING for t in found), f"{every.miss}/{every.total}"])
    words = {"miss_word": data.word(view, id, "miss"), "grids": len(grids), "months": len(listed)}
    title = view.word("chart.facets_miss", k=hurt, **words) if hurt else view.word("chart.facets_kept", **words)
    sub = _sub(view, id) + ("; " if view.lang == "en" else "；") + view.word("chart.facet_note", miss_word=data.word(view, id, "miss"))
    figure = stacks.facets(listed, names, panels, lang=view.lang, columns=COLUMNS, month=view.month) if panels else None
    block(view, f"facets_{id}", title, sub, _legend(view, id), figure, html.table([view.word("chart.grid"), *names, view.word("chart.total")], rows), wide=True)


def verdicts(view: View, id: str, monthly: Figures) -> None:
    """Show one promise three times: across grids, over time, and each grid over time."""
    side_by_side(lambda: verdict_across(view, id, monthly), lambda: verdict_time(view, id, monthly))
    verdict_facets(view, id, monthly)


def _count_rows(names: Sequence[str], first: str, parts: Sequence[Part], total: str = "") -> Html:
    heads = [first, *(p.name for p in parts), *([total] if total else [])]
    rows = [[name, *(MISSING if p.values[i] is None else f"{p.values[i]:,g}" for p in parts), *([f"{sum(p.values[i] or 0 for p in parts):,g}"] if total else [])] for i, name in enumerate(names)]
    return html.table(heads, rows)


def part_legend(parts: Sequence[Part]) -> list[tuple[str, str, str]]:
    """Return the legend of the parts of a stack."""
    return [("hatch" if p.hatched else "bar", p.colour, p.name) for p in parts]


def stack_across(view: View, key: str, title: str, sub: str, grids: Sequence[str], parts: Sequence[Part]) -> None:
    """Show counts by part, every grid a bar."""
    names = [view.grid_name(grid) for grid in grids]
    figure = stacks.across(names, parts, marked=list(grids).index(view.grid) if view.grid in grids else None) if any(any(p.values) for p in parts) else None
    block(view, f"across_{key}", title, sub, part_legend(parts), figure, _count_rows(names, view.word("chart.grid"), parts, view.word("chart.total")))


def stack_time(view: View, key: str, title: str, sub: str, parts: Sequence[Part], *, tall: int = 240) -> None:
    """Show counts by part, month by month."""
    listed = data.window(view)
    names = [month_name(month, view.lang) for month in listed]
    figure = stacks.over_time(listed, names, parts, lang=view.lang, month=view.month, height=tall, totals=not any(p.below for p in parts)) if any(any(p.values) for p in parts) else None
    block(view, f"time_{key}", title, sub, part_legend(parts), figure, _count_rows(names, view.word("chart.month"), parts, view.word("chart.total")))


def stack_facets(view: View, key: str, title: str, sub: str, grids: Sequence[str], parts_of: Callable[[str], Sequence[Part]]) -> None:
    """Show counts by part, month by month for every grid, on one scale."""
    listed = data.window(view)
    names = [month_name(month, view.lang) for month in listed]
    every = [parts_of(grid) for grid in grids]
    panels = [Panel(title=view.grid_name(grid), parts=parts, marked=grid == view.grid) for grid, parts in zip(grids, every, strict=True)]
    rows = [[view.grid_name(grid), *(f"{sum(p.values[i] or 0 for p in parts):,g}" for i in range(len(listed)))] for grid, parts in zip(grids, every, strict=True)]
    figure = stacks.facets(listed, names, panels, lang=view.lang, columns=COLUMNS, month=view.month) if panels else None
    note = ("; " if view.lang == "en" else "；") + view.word("chart.same_scale")
    block(view, f"facets_{key}", title, sub + note, part_legend(every[0]) if every else [], figure, html.table([view.word("chart.grid"), *names], rows), wide=True)
