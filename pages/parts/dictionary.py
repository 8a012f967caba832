"""The dictionary of KPIs on the page: found by any word, shown whole with example and SQL; the only page that names methods and codes."""

from __future__ import annotations

from textwrap import wrap

import streamlit as st

from kpi import standards
from kpi.exports.tables import BY_NAME
from kpi.metrics.elsewhere import LINKED, UNMEASURED
from kpi.metrics.held import CONTROLLED
from kpi.metrics.model import Metric
from kpi.metrics.registry import METRICS, metric
from kpi.reports.dictionary import describe, statements
from kpi.reports.month import sections
from kpi.words import MISSING, word
from kpi.words import format as written
from pages.parts import cards, html
from pages.parts.html import Html, tag

CLOCKS = {"K01": "half_day", "K02": "half_day", "R02": "half_day", "K34": "hours", "K35": "days", "R07": "days", "K18": "whole_days", "R01": "calendar", "R04": "calendar", "K11": "calendar",
    "K13": "calendar",
          "K15": "calendar", "K16": "calendar", "K40": "calendar", "K33": "slot", "K36": "calendar", "K38": "whole_days", "K43": "days", "K46": "calendar", "R05": "calendar", "R06": "hours",
          "R08": "calendar", "R10": "calendar", "R12": "days"}
"""How time is counted, by code; other KPIs only ask in which month something was dated."""

RULES = ("ratio", "evidence", "chance", "zero", "due", "clock", "stops", "process", "small")
"""Rules of the month's report that hold for every KPI."""

SMALL = ("rate", "verdict", "ratings", "comparison", "limits", "breakdown")
"""Rows of the one table of small numbers."""

METHODS = ("survival", "incidence", "interval", "evidence", "chart", "shares", "screen", "rebase", "assurance", "chance", "funnel", "spread", "shrink", "mix")
"""Methods, each beside the words that other pages use for it."""


def said(lang: str, key: str, **values: object) -> str:
    """Return words of this page."""
    return word(f"pages.dictionary.{key}", lang, **values)


def _link(lang: str) -> dict[str, str]:
    return {"lang": lang, **{name: value for name in ("month", "grid", "manager", "as_of") if (value := st.query_params.get(name))}}


def _holds(metric: Metric, lang: str, asked: str) -> bool:
    told = " ".join((metric.id, metric.code, metric.clause, *(text.of(one) for text in (metric.label, metric.meaning, metric.formula, metric.exclusions) for one in ("zh", lang)))).lower()
    return all(part in told for part in asked.lower().split())


def find(lang: str) -> None:
    """Show the search, the KPI of the link whole, and every KPI that holds what is asked for; what was searched for stands first."""
    asked = (st.text_input(said(lang, "search"), placeholder=said(lang, "search_hint"), key="dictionary_search", label_visibility="collapsed") or "").strip()
    chosen = next((m for m in METRICS if m.id == st.query_params.get("kpi")), None)
    if asked:
        _listed(lang, asked)
    if chosen:
        html.show(entry(chosen, lang))
    if not asked:
        _listed(lang, asked)


def _listed(lang: str, asked: str) -> None:
    heads = [said(lang, f"head.{name}") for name in ("code", "kpi", "unit", "promise", "controller", "clause")]
    parts: list[Html] = []
    found = 0
    for name, metrics in sections().items():
        rows = [_row(m, lang) for m in metrics if not asked or _holds(m, lang, asked)]
        found += len(rows)
        if rows:
            table = html.table(heads, rows, left=len(heads), cls="found")
            title = f"{word(f'reports.section.{name}', lang)} ({len(rows)})" if lang == "en" else f"{word(f'reports.section.{name}', lang)}（{len(rows)}）"
            parts.append(html.join(tag("h4", title, cls="sev"), table) if asked else html.fold(title, table))
    lead = said(lang, "found", n=found) if asked else said(lang, "all", n=len(METRICS))
    html.show(tag("div", tag("p", lead, cls="aside"), *parts, cls="panel"))


def _row(metric: Metric, lang: str) -> list[object]:
    return [metric.code, html.link(metric.label.of(lang), html.address("dictionary", {**_link(lang), "kpi": metric.id})), word(f"reports.unit.{metric.unit}", lang),
        describe(metric, lang)["promised"] or MISSING,
            _controller(metric, lang), metric.clause]


def _controller(metric: Metric, lang: str) -> str:
    told = word(f"reports.controller.{metric.controller}", lang)
    return said(lang, "by_manager", who=told) if metric.id in CONTROLLED else told


def entry(metric: Metric, lang: str) -> Html:
    """Return a KPI whole: what it means and how it is counted, the worked example, and the statement that runs."""
    about = describe(metric, lang)
    texts = {
        "meaning": about["meaning"], "formula": about["formula"], "clock": said(lang, f"clock.{CLOCKS.get(metric.code, 'none')}"), "dated_by": about["dated_by"], "exclusions": about["exclusions"],
        "better": said(lang, f"better.{metric.better}"), "promise": about["promised"] or said(lang, "no_promise"), "clause": metric.clause, "controller": _controller(metric, lang),
        "sources": (", " if lang == "en" else "、").join(_table_name(name, lang) for name in metric.sources), "reviewer": about["confirmed_by"],
    }
    facts = tag("dl", *(tag("div", tag("dt", said(lang, f"head.{name}")), tag("dd", text)) for name, text in texts.items()), cls="entry")
    sql = "\n\n".join("\n".join(wrap(statement, 110, break_long_words=False, break_on_hyphens=False)) for statement in statements(metric))
    return tag("div", tag("h3", f"{metric.code} {metric.label.of(lang)}"), tag("p", tag("code", metric.id), cls="aside"), facts, _example(metric, lang),
               html.fold(said(lang, "sql"), tag("p", said(lang, "sql_note"), cls="aside"), tag("pre", sql, tabindex="0")), cls="panel")


def _table_name(name: str, lang: str) -> str:
    return BY_NAME[name].zh if lang == "zh" else BY_NAME[name].en


def _example(metric: Metric, lang: str) -> Html:
    """Return the worked example: its rows under the headers of the ledgers, and what the KPI says of them."""
    example = metric.example
    tables = []
    for name, rows in example.rows.items():
        columns = [f for f in BY_NAME[name].fields if any(f.name in row for row in rows)]
        tables.append(html.table([f.zh if lang == "zh" else f.name for f in columns], [[row.get(f.name, "") for f in columns] for row in rows], left=len(columns), caption=_table_name(name, lang)))
    comma = "; " if lang == "en" else "；"
    result = comma.join(f"{said(lang, f'field.{field}')} {_written(metric, field, value, lang)}" for field, value in example.expect.items())
    when = said(lang, "span") if example.month is None else example.month
    return html.fold(said(lang, "example", month=when, as_of=example.as_of), *tables, tag("p", said(lang, "result", text=result)))


def _written(metric: Metric, field: str, value: float | None, lang: str) -> str:
    return written(value, "count" if field in ("hits", "n", "unknown", "convention") else metric.unit, lang)


def linked(lang: str) -> None:
    """Show the entries of the catalogue that have no figure of their own and hold what is searched for: which KPIs answer them, or why they are not measured."""
    asked = (st.session_state.get("dictionary_search") or "").lower().split()
    comma, colon = ("、", "：") if lang == "zh" else (", ", ": ")
    rows: list[list[object]] = []
    for entry in LINKED:
        parts = []
        for part in entry.parts:
            names = [html.link(metric(id).label.of(lang), html.address("dictionary", {**_link(lang), "kpi": id})) for id in part.ids]
            listed = [piece for name in names for piece in (comma, name)][1:]
            parts.append(tag("div", tag("b", part.label.of(lang)), colon, *listed, *([" " if names else "", part.note.of(lang)] if part.note else [])))
        rows.append([entry.code, entry.label.of(lang), tag("td", tag("div", entry.meaning.of(lang)), *parts, cls="wrap")])
    rows += [[entry.code, entry.label.of(lang), tag("td", tag("b", said(lang, "not_measured")), colon, entry.reason.of(lang), cls="wrap")] for entry in UNMEASURED]
    rows = [row for row in rows if all(any(part in str(cell).lower() for cell in row) for part in asked)]
    if rows:
        cards.heading(said(lang, "linked"))
        html.show(tag("div", tag("p", said(lang, "linked_sub"), cls="aside"), html.table([said(lang, f"head.{name}") for name in ("code", "kpi", "meaning")], rows, left=3, cls="found"), cls="panel"))


def rules(lang: str) -> None:
    """Show the rules that hold for every KPI."""
    values = {"effective": standards.rule("effective_date"), "hours": standards.rule("feedback_hours"), "days": standards.rule("feedback_working_days")}
    cards.heading(said(lang, "rules"))
    html.show(tag("div", tag("ul", *(tag("li", word(f"reports.rule.{name}", lang, **values)) for name in RULES)), cls="panel rules"))


def small_numbers(lang: str) -> None:
    """Show from how many cases on what is shown; no page has a limit of its own."""
    cards.heading(said(lang, "small"))
    rows = [[said(lang, f"small_what.{name}"), Html(tag("td", said(lang, f"small_from.{name}"), cls="wrap"))] for name in SMALL]
    html.show(tag("div", html.table([said(lang, "head.what"), said(lang, "head.from")], rows, left=2, cls="found"), cls="panel"))


def methods(lang: str) -> None:
    """Show the methods by their names, each beside the words of the other pages."""
    cards.heading(said(lang, "methods"))
    rows = [[said(lang, f"method.{name}"), Html(tag("td", said(lang, f"page.{name}"), cls="wrap")), Html(tag("td", said(lang, f"how.{name}"), cls="wrap"))] for name in METHODS]
    html.show(tag("div", tag("p", said(lang, "methods_sub"), cls="aside"), html.table([said(lang, f"head.{name}") for name in ("method", "page", "how")], rows, left=3, cls="found"), cls="panel"))
