"""How far the ledgers can be trusted: what is blank, what lacks its time of day, what contradicts; counts before shares, no rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.charts import stacks, style
from kpi.charts.stacks import Part
from kpi.exports.tables import TABLES
from kpi.standards import months
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import cards, data, figures, filters, html, session
from pages.parts.filters import View
from pages.parts.html import Html, tag

MEASURES = ("completeness", "precision", "conflicts", "rejects", "warnings", "findings")

OPEN = {"completeness": ("cells", "filled"), "precision": ("dates", "timed")}
"""Measures that are counted against what should be there: of how many, and how many are there."""

Row = Mapping[str, Any]


def asked(view: View) -> dict[str, Any]:
    """Return the filters of the page as the room quality takes them."""
    found: dict[str, Any] = {"grid": view.grid, "table": view.table}
    if view.span == "month":
        found["month"] = view.month
    elif view.span == "year":
        found |= {"start": months.shift(view.month, -11), "end": view.month}
    return {name: value for name, value in found.items() if value}


def chosen(view: View) -> str:
    """Return the measure looked at."""
    return view.kpi if view.kpi in MEASURES else MEASURES[0]


def counted(measure: str, row: Row | None) -> int:
    """Return how many cells or rows a measure finds fault with: blank cells, dates without a time of day, or entries."""
    if not row:
        return 0
    if measure in OPEN:
        whole, kept = OPEN[measure]
        return row[whole] - row[kept]
    return row[measure]


def of(measure: str, row: Row | None) -> int:
    """Return what a measure is counted against: cells, dates, or rows."""
    return row[OPEN[measure][0] if measure in OPEN else "rows"] if row else 0


def word(view: View, measure: str, key: str = "short", **values: Any) -> str:
    """Return words of a measure."""
    return view.word(f"quality.{measure}.{key}", **values)


def when(view: View) -> str:
    """Return the span of months in words."""
    return month_name(view.month, view.lang) if view.span == "month" else view.word(f"filter.span_{view.span}")


def total(view: View) -> Row | None:
    """Return the figures of all rows asked for."""
    return next(iter(session.quality_of(view.source, "overview", by=(), **asked(view))), None)


def headline(view: View) -> None:
    """Show which months are spoken of, and in one sentence what there is to put right."""
    filters.choose_span(view)
    row = total(view)
    if not row or not row["rows"]:
        html.show(tag("div", view.word("quality.none", when=when(view)), cls="verdict open"))
        return
    faults = [word(view, m, "said", n=f"{counted(m, row):,}") for m in MEASURES if counted(m, row)]
    comma = "、" if view.lang == "zh" else ", "
    text = view.word("quality.said", when=when(view), rows=f"{row['rows']:,}", faults=comma.join(faults)) if faults else view.word("quality.good", when=when(view), rows=f"{row['rows']:,}")
    html.show(tag("div", text, cls="verdict"))


def cards_of(view: View) -> None:
    """Show a card for each measure: how many, out of how many, and the last twelve months."""
    row = total(view)
    monthly = by_month(view)
    listed = [m for m in view.months if m <= view.month][-12:]
    shown = []
    for measure in MEASURES:
        n, whole = counted(measure, row), of(measure, row)
        out_of = word(view, measure, "of", n=f"{whole:,}") if whole else view.word("quality.nothing")
        share = tag("div", word(view, measure, "share", share=written((whole - n) / whole, "ratio", view.lang)), cls="range") if measure in OPEN and whole else ""
        line = [counted(measure, monthly.get(m)) if of(measure, monthly.get(m)) else None for m in listed]
        shown.append(tag("div", tag("h3", word(view, measure)), tag("div", f"{n:,}", tag("small", word(view, measure, "unit")), cls="big"), tag("div", out_of, cls="counts"), share,
                         spark(view, line), cls="card"))
    html.show(tag("div", *shown, cls="cards few quality"))


def spark(view: View, line: Sequence[int | None]) -> Html:
    """Return twelve months as word-sized bars, in the colour of what is merely counted."""
    drawn = cards.spark(view, line)
    return html.join(Html(drawn.replace(view.word("card.spark"), view.word("quality.spark")).replace('class="spark"', 'class="spark plain"')), tag("div", view.word("quality.spark"), cls="aside small"))


def by_month(view: View) -> dict[str, Row]:
    """Return the figures of every month."""
    where = {name: value for name, value in (("grid", view.grid), ("table", view.table)) if value}
    return {row["month"]: row for row in session.quality_of(view.source, "overview", by=("month",), **where) if row["month"]}


def matrix(view: View) -> None:
    """Show every measure for every grid and for every kind of ledger: counts, and in small what they are out of."""
    for by, names in (("grid", _grids(view)), ("table", tables(view))):
        found = {row[by]: row for row in session.quality_of(view.source, "overview", by=(by,), **asked(view))}
        listed = [(code, name) for code, name in names if code in found]
        if not listed:
            continue
        heads = [view.word(f"quality.by_{by}"), view.word("quality.rows"), *(word(view, m) for m in MEASURES)]
        rows = [[name, f"{found[code]['rows']:,}", *(_cell(view, m, found[code]) for m in MEASURES)] for code, name in listed]
        html.show(tag("div", tag("h3", view.word(f"quality.title_{by}", when=when(view))), tag("div", tag("p", tag("span", view.word("quality.sub"))), cls="fig"), html.table(heads, rows), cls="panel"))


def _grids(view: View) -> list[tuple[str, str]]:
    return [*view.grids, ("(未填)", view.word("filter.unstated"))]


def tables(view: View) -> list[tuple[str, str]]:
    """Return every kind of ledger with its shown name."""
    return [(t.name, t.zh if view.lang == "zh" else t.en) for t in TABLES]


def _cell(view: View, measure: str, row: Row) -> Html:
    n, whole = counted(measure, row), of(measure, row)
    if not whole and not n:
        return Html(tag("td", MISSING, cls="num u"))
    return Html(tag("td", f"{n:,}", tag("small", f"/{whole:,}") if measure in OPEN else "", cls="num" if n else "num u"))


def pick(view: View) -> None:
    """Show which measure the rest of the page is about."""
    cards.heading(view.word("quality.look"), view.word("quality.look_sub"))
    filters.segments("kpi", view.word("filter.kpi"), {m: word(view, m) for m in MEASURES}, chosen(view))


def trend(view: View) -> None:
    """Show a measure month by month."""
    measure, monthly = chosen(view), by_month(view)
    listed = data.window(view)
    names = [month_name(m, view.lang) for m in listed]
    bad = [counted(measure, monthly.get(m)) for m in listed]
    good = [of(measure, monthly.get(m)) - n for m, n in zip(listed, bad, strict=True)]
    key = word(view, measure, "key")
    parts = [Part(name=key, values=bad, colour=style.ACTUAL)]
    found = sum(bad)
    title = word(view, measure, "trend", months=len(listed), n=f"{found:,}") if found else word(view, measure, "trend_none", months=len(listed))
    table = html.table([view.word("chart.month"), key, word(view, measure, "whole")], [[name, f"{n:,}", f"{n + rest:,}"] for name, n, rest in zip(names, bad, good, strict=True)])
    figure = stacks.over_time(listed, names, parts, lang=view.lang, month=view.month, totals=True) if found else None
    figures.block(view, f"quality_{measure}", title, word(view, measure, "sub"), [("bar", style.ACTUAL, key)], figure, table)


def details(view: View) -> None:
    """Show of a measure which columns, or which rules, it comes from."""
    measure = chosen(view)
    if measure in OPEN:
        found = session.quality_of(view.source, measure, by=("table", "field"), lang=view.lang, **asked(view))
        have = "filled" if measure == "completeness" else "moment"
        rows = sorted(((r["rows"] - r[have], r) for r in found if r["rows"] > r[have]), key=lambda pair: -pair[0])
        heads = [view.word("quality.by_table"), view.word("quality.column"), word(view, measure, "key"), word(view, measure, "whole")]
        body = [[r["table_name"], r["column"] or r["field"], f"{n:,}", f"{r['rows']:,}"] for n, r in rows]
        left = 2
    elif measure == "findings":
        found = session.quality_of(view.source, "summary", lang=view.lang, **asked(view))
        heads = [view.word("quality.rule"), view.word("quality.by_table"), view.word("quality.places"), view.word("quality.months")]
        body = [[r["label"], r["table_name"], f"{r['n']:,}", _months(view, r)] for r in found if r["severity"] == "warning"]
        left = 2
    else:
        return
    if body:
        html.show(tag("div", tag("h3", word(view, measure, "from")), html.table(heads, body, left=left), cls="panel"))


def _months(view: View, row: Row) -> str:
    listed = list(dict.fromkeys(month_name(m, view.lang) for m in (row["first_month"], row["last_month"]) if m))
    return "—".join(listed) or MISSING
