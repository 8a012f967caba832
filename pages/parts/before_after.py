"""The block on both processes: one definition, the same mix of cases, and in words what that shows and what it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kpi.metrics.registry import metric
from kpi.metrics.verdict import GRID
from kpi.words import MISSING, month_name
from kpi.words import format as written
from kpi.words.moments import date_name
from pages.parts import cards, html, timing
from pages.parts.filters import View
from pages.parts.html import Html, tag

YEAR = 12
"""Months below which a period holds no whole year: then seasons differ too."""


def _points(view: View, value: float) -> str:
    """Return a difference of shares in points: 12.3."""
    return written(abs(value), "ratio", view.lang).removesuffix("%")


def _said(view: View, even: Mapping[str, Any] | None, says: str) -> str:
    """Return what a comparison shows, in words without a cause."""
    if even is None or even.get("difference") is None or says in ("few", "apart"):
        return view.word(f"processes.says.{says}")
    ends = sorted((even["low"], even["high"]), key=abs) if says in ("better", "worse") else (even["low"], even["high"])
    way = "more" if even["difference"] > 0 else "less"
    if says in ("better", "worse"):
        return view.word(f"processes.says.{way}", points=_points(view, even["difference"]), low=_points(view, ends[0]), high=_points(view, ends[1]))
    sign = {True: "+", False: "−"}
    return view.word(f"processes.says.{says}", low=f"{sign[ends[0] >= 0]}{_points(view, ends[0])}", high=f"{sign[ends[1] >= 0]}{_points(view, ends[1])}")


def _counts(view: View, one: Mapping[str, Any]) -> str:
    if not one["n"]:
        return MISSING
    text = f"{one['hits']:,}/{one['n']:,}"
    # never 100 % beside cases that nobody can vouch for
    if one["n"] >= GRID and not (one["hits"] == one["n"] and one["unknown"]):
        rate = written(one["value"], "ratio", view.lang)
        text += f" ({rate})" if view.lang == "en" else f"（{rate}）"
    return text + (view.word("processes.unknown", n=one["unknown"]) if one["unknown"] else "")


def _wait(view: View, one: Mapping[str, Any], days: int) -> str:
    share = next(w["share"] for w in one["within"] if w["days"] == days)
    told = written(share, "ratio", view.lang) if share is not None and one["n"] >= GRID else MISSING
    return view.word("processes.of", share=told, n=one["n"]) if one["n"] else MISSING


def show(view: View, ids: Sequence[str]) -> None:
    """Show shares and the whole wait of both processes up to the month asked for; cases between them stand apart."""
    found = [timing.before_after(view.source, id, view.month, view.where, cards.enough(view)) for id in ids]
    rows: list[list[object]] = []
    for one in found:
        label = metric(one["metric"]).label.of(view.lang)
        if one["kind"] == "share":
            rows.append([label, *(_counts(view, one[period]) for period in ("before", "after", "straddling")), Html(tag("td", _said(view, one["standardised"], one["says"]), cls="wrap"))])
            continue
        rows.append([view.word("processes.median"), *(_median(view, one[period]) for period in ("before", "after", "straddling")), Html(tag("td", view.word("processes.median_note"), cls="wrap"))])
        rows += [
            [view.word("processes.within", days=even["days"]), *(_wait(view, one[period], even["days"]) for period in ("before", "after", "straddling")), Html(tag("td", _said(view, even, even["says"]), cls="wrap"))]
            for even in one["standardised"]
        ]
    heads = [view.word(f"processes.head.{name}") for name in ("kpi", "before", "after", "straddling", "says")]
    first = found[0]
    lead = view.word("processes.lead", date=date_name(datetime.fromisoformat(first["effective"]), view.lang))
    short = [one for one in found if one["before"]["months"] < YEAR]
    season = view.word("processes.season", months=max(one["before"]["months"] for one in found)) if short else ""
    spans = view.word("processes.spans", first=month_name(first["before"]["first"], view.lang), last=month_name(first["before"]["last"], view.lang)) if first["before"]["first"] else ""
    html.show(tag("div", tag("h3", view.word("processes.title")), tag("p", lead), html.table(heads, rows, left=len(heads), cls="found"), tag("p", *(spans, season, view.word("processes.note")), cls="aside"), cls="panel"))


def _median(view: View, one: Mapping[str, Any]) -> str:
    if not one["n"]:
        return MISSING
    if one["median"] is None:
        return view.word("cohorts.not_yet")
    value, low, high = one["median"]
    ends = [written(end, "d", view.lang) if end is not None else view.word("cohorts.open_end") for end in (low, high)]
    return view.word("cohorts.ranged", value=written(value, "d", view.lang), low=ends[0], high=ends[1])
