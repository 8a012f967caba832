"""总体核对: what should be there and is not, what stands out, and whose stops the time was; counts first, each with its rows, none a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from kpi.metrics.habits import SHARES
from kpi.metrics.registry import metric
from kpi.metrics.verdict import GRID
from kpi.quality.wholeness import BY_CODE, HABIT, WHOLE
from kpi.words import MISSING, month_name, month_short
from kpi.words import format as written
from kpi.words import word as word_of
from pages.parts import data, exceptions, filters, html, quality, quality_rows, session
from pages.parts.filters import View
from pages.parts.findings import XLSX
from pages.parts.html import Html, tag

RELEVELLED = "appeals_relevelled_late"
"""The check that is a KPI: its cases are rows of appeals."""

SHOWN = 60
"""Rows on the page; the workbook holds all of them."""

Row = Mapping[str, Any]


def said(view: View, key: str, **values: Any) -> str:
    """Return words of the population."""
    return word_of(f"population.{key}", view.lang, **values)


def _spanned(view: View) -> dict[str, str]:
    """Return the months asked for."""
    return {name: value for name, value in quality.asked(view).items() if name in ("month", "start", "end")}


def _asked(view: View) -> dict[str, str]:
    return _spanned(view) | ({"grid": view.grid} if view.grid else {})


def checks(view: View) -> list[Row]:
    """Return the checks of the ledgers filtered for, with their counts."""
    found = session.quality_of(view.source, "population", lang=view.lang, **_asked(view))
    return [row for row in found if not view.table or BY_CODE[row["code"]].table in ("", view.table)]


def _section(code: str) -> str:
    return BY_CODE[code].words if code in BY_CODE else code


def headline(view: View, found: Sequence[Row]) -> None:
    """Show which months are spoken of, and in one sentence what there is to look into."""
    filters.choose_span(view)
    carried = [row for row in found if row["total"] is not None]
    wrong = [row for row in carried if row["flagged"]]
    key = "said" if wrong else "said_good"
    text = said(view, f"page.{key}", checks=len(carried), found=len(carried) - len(wrong), wrong=len(wrong), n=f"{sum(row['flagged'] for row in wrong):,}", blind=len(found) - len(carried))
    html.show(tag("div", text, cls="verdict" if not wrong else "verdict open"))


def tables(view: View, found: Sequence[Row]) -> None:
    """Show the checks of completeness, then the habits: how many there should be, are and are not."""
    for kind in (WHOLE, HABIT):
        rows = [[row["label"], *(_counted(view, _section(row["code"]), name, row[name]) for name in ("total", "kept", "flagged"))] for row in found if row["kind"] == kind and row["total"] is not None]
        if kind == HABIT and view.table in (None, "appeal"):
            rows.append(_relevelled(view))
        if rows:
            heads = [said(view, f"page.{name}") for name in (("check", "total", "kept", "flagged") if kind == WHOLE else ("check", "looked", "fine", "stands_out"))]
            html.show(tag("div", tag("h3", said(view, f"page.{kind}")), tag("p", said(view, "page.sub" if kind == WHOLE else "page.sub_habit"), cls="aside"), html.table(heads, rows),
                          _blind(view, [row["label"] for row in found if row["kind"] == kind and row["total"] is None]), cls="panel"))


def _counted(view: View, section: str, name: str, n: int) -> Html:
    """Return a count with its own word in small."""
    return Html(tag("td", f"{n:,}", tag("small", f" {said(view, f'{section}.{name}')}"), cls="num m" if name == "flagged" and n else "num"))


def _blind(view: View, labels: Sequence[str]) -> Html | str:
    """Say of which checks the ledgers carry no column: nothing can be said of them, which is not the same as nothing missing."""
    return tag("p", said(view, "page.not_carried", checks=("、" if view.lang == "zh" else "; ").join(labels)), cls="aside under") if labels else ""


def _relevelled(view: View) -> list[object]:
    row = session.habits_of(view.source, "relevelled", **_asked(view))[-1]
    note = tag("small", said(view, f"{RELEVELLED}.unknown", n=row["unknown"])) if row["unknown"] else ""
    return [html.join(metric(RELEVELLED).label.of(view.lang), " ", note), *(_counted(view, RELEVELLED, name, row[name]) for name in ("total", "kept", "flagged"))]


def pick(view: View, found: Sequence[Row]) -> str | None:
    """Show the choice of a check that can be looked into and return it: those with rows first."""
    listed = {row["code"]: row["label"] + (f" ({row['flagged']:,})" if row["flagged"] else "") for row in sorted(found, key=lambda row: not row["flagged"]) if row["total"]}
    if not listed:
        return None
    current = view.kpi if view.kpi in listed else next(iter(listed))
    filters.choose("kpi", said(view, "page.pick"), listed, current)
    return current


def matrix(view: View, code: str) -> None:
    """Show a check for every grid and month: how many are not there, of how many."""
    parts = session.quality_of(view.source, "population", by=("grid", "month"), code=code, **({"grid": view.grid} if view.grid else {}))
    months = [month for month in data.window(view) if month <= view.month][-12:]
    at: dict[tuple[str | None, str | None], tuple[int, int]] = {}
    for row in parts:
        for grid in (row["grid"], None):
            total, flagged = at.get((grid, row["month"]), (0, 0))
            at[grid, row["month"]] = (total + row["total"], flagged + row["flagged"])
    grids = [code_ for code_, _ in view.grids if not view.grid or code_ == view.grid] + (["(未填)"] if any(row["grid"] == "(未填)" and row["total"] for row in parts) else [])
    heads = [view.word("chart.grid"), *(month_name(m, view.lang) if m.endswith("-01") or not place else month_short(m, view.lang) for place, m in enumerate(months))]

    def cell(grid: str | None, month: str) -> Html:
        total, flagged = at.get((grid, month), (0, 0))
        return Html(tag("td", f"{flagged:,}/{total:,}" if total else MISSING, cls="num m" if flagged else "num u" if not total else "num"))

    rows = [[view.grid_name(grid), *(cell(grid, month) for month in months)] for grid in grids]
    rows.append([view.word("chart.company"), *(cell(None, month) for month in months)])
    label, section = BY_CODE[code].label.of(view.lang), _section(code)
    sub = f"{said(view, f'{section}.flagged')} / {said(view, f'{section}.total')}"
    html.show(tag("div", tag("h3", said(view, "page.by_grid", label=label)), tag("p", sub, cls="aside"), html.table(heads, rows, cls="heat", total=True), cls="panel"))


def rows(view: View, code: str) -> None:
    """Show the rows behind a check, and offer all of them as a workbook."""
    found = session.astray(view.source, code, limit=SHOWN, lang=view.lang, **_asked(view))
    label = BY_CODE[code].label.of(view.lang)
    with st.container(key="rows_behind"):
        with st.container(horizontal=True, vertical_alignment="center", key="rows_head"):
            html.show(tag("h3", said(view, "page.rows", label=label), cls="part"))
            if found:
                st.download_button(
                    said(view, "page.download"), data=lambda: _workbook(view, code, label),
                    file_name=said(view, "page.file", name=label), mime=XLSX, on_click="ignore", key="rows_download",
                )
        html.show(quality_rows.listed(view, found) if found else tag("div", said(view, "page.no_rows"), cls="nothing"))
        if len(found) == SHOWN:
            html.show(tag("div", said(view, "page.more", n=SHOWN), cls="aside"))


def _workbook(view: View, code: str, label: str) -> bytes:
    every = session.astray(view.source, code, limit=None, lang=view.lang, **_asked(view))
    return quality_rows.book_of(view, said(view, "page.rows", label=label), said(view, "page.title"), quality.when(view), every)


def stopped(view: View) -> None:
    """Show by manager how much of the time from application to gas on stood still, and by whom; no share from few cases."""
    found = session.habits_of(view.source, "stopped", **_asked(view))
    heads = [said(view, "page.manager"), said(view, "page.cases"), said(view, "page.share"), *(data.member(view, party) for party in ("用户", "政府", "第三方", "不可抗力")), said(view, "page.several")]
    def share(row: Row, name: str) -> str:
        return written(row[name], "ratio", view.lang)

    body = []
    for row in found:
        shares = [share(row, name) for name in SHARES] if row["cases"] >= GRID else [said(view, "page.few"), *[MISSING] * (len(SHARES) - 1)]
        body.append([said(view, "page.company") if row["manager"] is None else exceptions.person(view, row["manager"]), f"{row['cases']:,}", *shares])
    html.show(tag("div", tag("h3", said(view, "page.stopped")), tag("p", said(view, "page.stopped_sub"), cls="aside"), html.table(heads, body, total=True), cls="panel"))
