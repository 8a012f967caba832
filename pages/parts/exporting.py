"""Figures to take along: the standard table of a period, and the government's, each shown as it will be handed out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import streamlit as st

from kpi import closing, pipeline, schedule, standards
from kpi.engine import Engine
from kpi.problems import Problem
from kpi.reports import files, government, handouts, standard
from kpi.reports.period import LENGTH, Period
from kpi.words import MISSING
from kpi.words.moments import date_name
from pages.parts import cards, filters, handing, html
from pages.parts.filters import View
from pages.parts.html import Html, tag

OPEN = ("promises", "proof", "times", "wait", "stock")
"""Sections of the table that stand open; the others unfold."""


TOPICS = ("tables", "paper", "reports", "forms")
"""What the page hands out; the first unless the link says otherwise."""


def said(view: View, key: str, **values: object) -> str:
    """Return words of this page."""
    return view.word(f"export.{key}", **values)


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(home: str, build: str, as_of: str, first_day: int) -> Engine:
    return pipeline.reader(Path(home), as_of, build=build, first_day=first_day)


@st.cache_data(max_entries=40, show_spinner=False)
def _standard(home: str, build: str, as_of: str, kind: str, first: str, first_day: int, grid: str | None, assessed: tuple[tuple[str, float], ...], version: int | None) -> standard.Standard:
    """Return the table; where a `version` of the month is in force its figures, and those compared with, are as issued."""
    kept = closing.reported(first, Path(home), since=False).figures_of if version else {}
    return standard.table(_engine(home, build, as_of, first_day), Period(kind, first), grid=grid, assessed=dict(assessed), issued=kept)


@st.cache_data(max_entries=20, show_spinner=False)
def _government(home: str, build: str, as_of: str | None, kind: str, first: str, first_day: int, lang: str, recorded: str) -> dict[str, Any]:
    """Return the report; `recorded` is what people recorded that it rests on besides the build."""
    return schedule.government_data(Period(kind, first), Path(home), lang=lang, as_of=as_of, first_day=first_day, build=build)


def _of(view: View) -> tuple[str, str, str]:
    return view.source.home, view.source.build, view.source.as_of


def _day(view: View, on: date) -> str:
    return date_name(datetime(on.year, on.month, on.day), view.lang)


def topic(view: View) -> str:
    """Show what the page can hand out and return what is asked for."""
    chosen = view.topic if view.topic in TOPICS else TOPICS[0]
    filters.segments("topic", said(view, "topic"), {name: said(view, f"topic_{name}") for name in TOPICS}, chosen)
    return chosen


def choose(view: View) -> tuple[Period, int, str | None]:
    """Show the choice of period, kind of month and grid, and return them; the period is the one the month of the view lies in."""
    own = int(standards.rule("office_month_first_day"))
    with st.container(key="of_batches"):
        kind, months, grid = st.columns([1.5, 1.6, 1.3], gap="small", vertical_alignment="bottom")
        with kind:
            length = st.segmented_control(said(view, "kind"), list(LENGTH), default="month", required=True, key="export_kind", format_func=lambda k: said(view, f"kind_{k}"))
        with months:
            day = st.segmented_control(said(view, "months"), [1, own], default=1, required=True, key="export_months",
                                       format_func=lambda d: said(view, "calendar") if d == 1 else said(view, "office", first=own, last=own - 1))
        with grid:
            options = {"": view.word("filter.all_grids"), **dict(view.grids)}
            chosen = st.selectbox(view.word("filter.grid"), list(options), key="export_grid", format_func=lambda code: options[code], filter_mode=None)
    first = (int(view.month[5:]) - 1) // LENGTH[length] * LENGTH[length] + 1
    return Period(length, f"{view.month[:4]}-{first:02d}"), day, chosen or None


def table(view: View, period: Period, first_day: int, grid: str | None) -> None:
    """Show the standard table and the button to take it along."""
    home, (place, build, as_of) = Path(view.source.home), _of(view)
    line = closing.standing(period.first, home) if period.kind == "month" and first_day == 1 and as_of == view.source.latest else None
    kept = line.record.get("assessed") if line else None
    assessed = tuple(sorted((pipeline.assessed_in(period.last, home) if kept is None else kept).items()))
    try:
        found = _standard(place, build, str(line.as_of) if line else as_of, period.kind, period.first, first_day, grid, assessed, line.version if line else None)
    except Problem as problem:
        html.show(tag("div", problem.of(view.lang), cls="trouble", role="alert"))
        return
    heads = standard.heads(found, view.lang)
    first, last = period.days(first_day)
    until = said(view, "partial") if found.partial else ""
    cards.heading(said(view, "table", period=period.name(view.lang), grid=view.grid_name(grid) if grid else said(view, "company")), said(view, "span", first=_day(view, first), last=_day(view, last)) + until)
    if line:
        html.show(tag("p", said(view, "report_issued", names=period.name(view.lang)), cls="aside"))
    parts: list[Html] = []
    for section in dict.fromkeys(line.section for line in found.lines):
        rows = [list(standard.cells(line, view.lang)) for line in found.lines if line.section == section]
        title, unfolded = standard.section_name(section, view.lang), section in OPEN
        shown = html.table(heads, rows, left=1, cls="std", caption=title if unfolded else "")
        parts.append(shown if unfolded else html.fold(f"{title} · {len(rows)}", shown))
    html.show(tag("div", *parts, tag("p", said(view, "dash"), cls="aside"), cls="panel"))
    name, content = files.of_standard(found, view.lang)
    st.download_button(said(view, "take_table"), data=content, file_name=name, mime="text/csv", on_click="ignore", key="take_table")


def for_government(view: View, period: Period, first_day: int) -> None:
    """Show how each promise was kept as the government will read it, the checks, and the button to take all of it along."""
    home = Path(view.source.home)
    closes = [month for month in period.months if closing.standing(month, home)]
    place, build, as_of = _of(view)
    found = _government(place, build, None if as_of == view.source.latest else as_of, period.kind, period.first, first_day, view.lang, handing.recorded(view.source))
    cards.heading(said(view, "government", period=period.name(view.lang)), said(view, "government_lead"))
    told = government.tables(found, view.lang)
    names = [name for place, name in enumerate(told["promises"][0]) if place not in (4, 8)] + [list(told["promises"][0])[4]]
    body = html.table(names, [[*(str(row[name]) for name in names[:-1]), tag("td", row[names[-1]] or MISSING, cls="wrap")] for row in told["promises"]], left=1)
    indicators = html.fold(said(view, "indicators"), html.table(list(told["indicators"][0])[:-1], [[str(v) for v in list(row.values())[:-1]] for row in told["indicators"]], left=3))
    breakdowns = html.fold(said(view, "breakdowns"), html.table(list(told["breakdowns"][0]), [[str(v) for v in row.values()] for row in told["breakdowns"]], left=3))
    wrong = [check["check"] for check in found["checks"] if not check["ok"]]
    missing = len(period.months) - len(closes)
    notes = [said(view, "checks_wrong", names="、".join(wrong)) if wrong else said(view, "checks_right", n=len(found["checks"]))]
    notes += [said(view, "not_issued", n=missing, of=len(period.months))] if missing else [said(view, "all_issued")]
    html.show(tag("div", body, indicators, breakdowns, tag("p", *notes, cls="aside"), cls="panel"))
    if not wrong:
        at = datetime.fromisoformat(view.source.as_of) - timedelta(minutes=1)
        st.download_button(said(view, "take_government"), data=lambda: files.packed(handouts.of_government(found, view.lang), at), file_name=said(view, "pack", period=period.code), mime="application/zip",
                           on_click="ignore", key="take_government")
