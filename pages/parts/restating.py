"""What reads otherwise since a month was issued: figure by figure, and for one of them case by case down to the rows of the ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from kpi.exports.tables import BY_NAME
from kpi.metrics import headline
from kpi.metrics.registry import METRICS, metric
from kpi.store.issues import Issue
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import cards, html, issued
from pages.parts.batches import moment
from pages.parts.filters import View
from pages.parts.html import Html, tag
from pages.parts.issued import State
from pages.parts.issuing import said, until

MOST = 60
"""Rows of a list on the page; the command tells the rest."""

ORDER = {m.id: place for place, m in enumerate(METRICS)}


def shown(view: View, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the differences that a reader of the report meets: under the process that heads it, stock and cohorts over both."""
    return [row for row in rows if row["regime"] == (None if headline.over_both(metric(row["metric"])) else view.regime())]


def figure(view: View, row: Mapping[str, Any], unit: str) -> str:
    """Return a figure in counts first."""
    if row["hits"] is not None:
        return said(view, "counts", hits=row["hits"], misses=row["n"] - row["hits"], unknown=row["unknown"])
    if row["value"] is None:
        return MISSING if not row["unknown"] else said(view, "only_unknown", unknown=row["unknown"])
    return written(row["value"], unit, view.lang) + (said(view, "of", n=row["n"], unknown=row["unknown"]) if unit != "count" else said(view, "beside", unknown=row["unknown"]) if row["unknown"] else "")


def figures(view: View, found: State) -> list[str]:
    """Show the figures that differ from the version in force, of the company and by grid; return the ids of the company's."""
    cards.heading(said(view, "restated"))
    rows = shown(view, issued.restated(view, found.line)) if found.corrected else []
    if not rows:
        html.show(tag("div", said(view, "restated_none", version=found.line.version), cls="nothing"))
        return []
    heads = [said(view, f"head.{name}") for name in ("kpi", "was", "is")]
    seen = sorted((row for row in rows if figure(view, row["was"], row["unit"]) != figure(view, row["is"], row["unit"])), key=lambda row: ORDER[row["metric"]])
    company = [row for row in seen if row["grid"] is None]
    body = html.table(heads, [_line(view, row, []) for row in company], left=3, caption=said(view, "restated_caption", version=found.line.version))
    inner = [row for row in seen if row["grid"] is not None]
    unseen = tag("div", said(view, "restated_digits", n=len(rows) - len(seen)), cls="aside") if len(rows) > len(seen) else ""
    by_grid = html.fold(said(view, "by_grid", n=len(inner)), html.table([said(view, "head.grid"), *heads], [_line(view, row, [view.grid_name(row["grid"])]) for row in inner[: 5 * MOST]], left=4)) if inner else ""
    html.show(tag("div", body, by_grid, unseen, cls="panel"))
    return list(dict.fromkeys(row["metric"] for row in company))


def _line(view: View, row: Mapping[str, Any], before: list[object]) -> list[object]:
    return [*before, metric(row["metric"]).label.of(view.lang), *(tag("td", figure(view, row[name], row["unit"]), cls="wrap") for name in ("was", "is"))]


def why(view: View, ids: Sequence[str], versions: Sequence[Issue]) -> None:
    """Show, for one KPI, which cases differ from an issued version and through which rows; where nothing differs from the latest, the one before it comes first."""
    cards.heading(said(view, "why"), said(view, "why_lead"))
    with st.container(key="of_batches"):
        chosen, version, _ = st.columns([2.4, 1, 2], gap="small")
        with chosen:
            options = list(dict.fromkeys([*ids, issued.KEPT, "valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd"]))
            id = st.selectbox(view.word("filter.kpi"), options, key="why_kpi", filter_mode=None, format_func=lambda i: metric(i).label.of(view.lang))
        with version:
            numbers = [line.version for line in reversed(versions)]
            asked = st.selectbox(said(view, "beside_version"), numbers, index=int(len(numbers) > 1 and not ids), key="why_version", filter_mode=None, format_func=lambda n: said(view, "nth", version=n))
    told = issued.explained(view, id, asked)
    unit, of = told["unit"], told["issued"]
    lines = [(said(view, "reported", version=of["version"]), figure(view, of["reported"], unit) if of["reported"] else MISSING, until(of["as_of"], view.lang)),
             (said(view, "recomputed"), figure(view, of["at_the_same_moment"], unit), until(of["as_of"], view.lang)), (said(view, "today"), figure(view, told["now"], unit), until(told["as_of"], view.lang))]
    html.show(tag("div", html.table([said(view, f"head.{name}") for name in ("reading", "value", "until")], lines, left=3), _reasons(view, of), _cases(view, of["differences"]), cls="panel"))


def _reasons(view: View, of: Mapping[str, Any]) -> Html:
    """Return the batches and rules that changed since."""
    found = [said(view, f"batch_{part}", batch=batch["batch"], file=batch["file"], at=moment(batch.get("withdrawn_at") or batch["loaded_at"]))
             for part in ("added", "withdrawn") for batch in of["inputs"][part]]
    found += [said(view, f"rules_{part}") for part in ("definitions", "facts", "reference") if of["versions"][part]]
    return tag("ul", *(tag("li", text) for text in found), cls="aside") if found else tag("p", said(view, "inputs_same"), cls="aside")


def _cases(view: View, rows: Sequence[Mapping[str, Any]]) -> Html:
    if not rows:
        return tag("div", said(view, "cases_none"), cls="nothing")
    heads = [said(view, f"head.{name}") for name in ("key", "through")]
    body = [[html.join(tag("b", row["key"]), tag("div", view.grid_name((row["is"] or row["was"])["grid"]), cls="under")), tag("td", *_change(view, row), cls="wrap")] for row in rows[:MOST]]
    more = tag("div", said(view, "cases_more", n=len(rows) - MOST), cls="aside") if len(rows) > MOST else ""
    return html.join(html.table(heads, body, left=2, caption=said(view, "cases_caption", n=len(rows))), more)


def _change(view: View, row: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what happened to a case, its verdicts before and after, and the rows through which it came about."""
    colon = ": " if view.lang == "en" else "："
    verdicts = f"{_verdict(view, row['was'])} → {_verdict(view, row['is'])}" if row["was"] and row["is"] else _verdict(view, row["was"] or row["is"])
    return tag("b", _what(view, row)), f"{colon}{verdicts}", _through(view, row)


def _what(view: View, row: Mapping[str, Any]) -> str:
    if row["what"] == "vanished" and row["month_now"]:
        return said(view, "moved", month=month_name(row["month_now"], view.lang))
    return said(view, row["what"])


def _verdict(view: View, case: Mapping[str, Any] | None) -> str:
    return f"{said(view, case['verdict'])}{': ' if view.lang == 'en' else '：'}{case['reason']}" if case else MISSING


def _through(view: View, row: Mapping[str, Any]) -> Html:
    """Return the rows through which a case came to differ, each with what it says now."""
    if not row["rows"]:
        return tag("span", said(view, "no_rows"))
    parts = []
    for one in row["rows"]:
        table = BY_NAME[one["table"]]
        place = said(view, "place", table=table.zh if view.lang == "zh" else table.en, file=one["file"], sheet=one["sheet"], row=one["row"], batch=one["batch"])
        fields = [tag("div", f"{field['label']}{': ' if view.lang == 'en' else '：'}{field['was']} → {field['is']}") for field in one["fields"]] if one["what"] == "changed" else []
        parts.append(tag("div", tag("div", said(view, f"row_{one['what']}"), place, cls="under"), *fields))
    return html.join(*parts)
