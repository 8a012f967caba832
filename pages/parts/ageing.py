"""Blocks about what is still open: by stage and age beside what others waited, and the oldest cases by name of their number."""

from __future__ import annotations

from kpi.charts import stacks, style
from kpi.charts.stacks import Part
from kpi.metrics.ageing import BANDS, by_stage
from kpi.words import MISSING, month_name
from kpi.words import format as written
from kpi.words.moments import date_name
from pages.parts import data, html, story, timing
from pages.parts.data import Figures
from pages.parts.figures import block, part_legend
from pages.parts.filters import View
from pages.parts.html import tag

MOST = 100
"""Oldest cases that are listed; the others stand in the count."""

SHOWN = 8
COLOURS = (style.STEPS[0], style.STEPS[2], style.STEPS[3])


def show(view: View, rolling: Figures) -> None:
    """Show open cases by stage and age at the end of the month, beside the days in which half and most of the twelve months' applicants were connected."""
    half, most = (row["value"] if (row := rolling.here(id)) else None for id in ("whole_wait_median", "whole_wait_p85"))
    cases = timing.open_cases(view.source, view.month, view.where)
    found = by_stage(cases, half, most)
    labels = [view.word(f"ageing.stage.{row['stage']}") for row in found]
    lines = {"half": written(half, "d", view.lang) if half is not None else "", "most": written(most, "d", view.lang) if most is not None else ""}
    names = [view.word(f"ageing.{band}" if half is not None and most is not None else f"ageing.{band}_none", **lines) for band in BANDS]
    parts = [Part(name=name, values=[row[band] for row in found], colour=colour) for name, band, colour in zip(names, BANDS, COLOURS, strict=True)]
    parts = [part for part in parts if any(part.values)] or parts[:1]
    beyond = [case for case in cases if most is not None and case["age"] > most]
    month = month_name(view.month, view.lang)
    key = "title" if most is not None else "title_none"
    title = view.word(f"ageing.{key}", month=month, n=data.counted(view, "all_kept", len(cases)), k=data.counted(view, "all_kept", len(beyond)), most=lines["most"])
    rows = [[label, row["n"], *(row[band] for band in BANDS), MISSING if row["oldest"] is None else written(float(row["oldest"]), "d", view.lang)] for label, row in zip(labels, found, strict=True)]
    heads = [view.word("ageing.head.stage"), view.word("stages.head.n"), *names, view.word("ageing.head.oldest")]
    block(view, "ageing", title, view.word("ageing.sub"), part_legend(parts), stacks.across(labels, parts) if cases else None, html.table(heads, rows))
    if cases:
        _list(view, sorted(cases, key=lambda case: (-case["age"], case["key"])))


def _list(view: View, oldest: list[dict]) -> None:
    heads = [view.word(f"ageing.head.{name}") for name in ("key", "grid", "stage", "since", "age")]
    rows = [[story.link(view, case["app_id"], case["key"]) if case["app_id"] else case["key"], view.grid_name(case["grid"]), view.word(f"ageing.stage.{case['stage']}"), date_name(case["since"], view.lang),
             written(float(case["age"]), "d", view.lang)] for case in oldest[:MOST]]
    rest = html.fold(view.word("misses.rest", n=len(rows) - SHOWN), html.table(heads, rows[SHOWN:], left=4)) if len(rows) > SHOWN else ""
    more = tag("p", view.word("misses.more", n=len(oldest) - MOST), cls="aside") if len(oldest) > MOST else ""
    html.show(tag("div", tag("h3", view.word("ageing.list")), html.table(heads, rows[:SHOWN], left=4), rest, more, cls="panel"))
