"""The first screen: the verdict of the month, and the line on satisfaction."""

from __future__ import annotations

import re

from kpi.metrics.verdict import MonthFacts, Tally, usual, verdict
from kpi.standards import months
from pages.parts import cards, changes, commenting, data, exceptions, html, issued, matrix, misses, session, timing
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.frame import as_of_words
from pages.parts.html import tag

DUE = ("feedback_24h", "feedback_3wd", "appointment_kept", "two_follow_ups")
LOOKS = {"good": "", "gaps": "open", "mixed": "missed", "bad": "missed"}


def facts(view: View, monthly: Figures, rolling: Figures) -> MonthFacts:
    """Return what the verdict may speak of."""
    filtered = bool(view.grid or view.manager)
    reported = session.reported(view.source, view.month)
    stock = monthly.here("open_cases", view.month)
    half = rolling.here("whole_wait_median")
    return MonthFacts(
        connected=monthly.counts("all_kept", view.month), valve=monthly.counts("valve_on_time", view.month), year=rolling.counts("all_kept"),
        reasons=misses.reasons(view, "all_kept"), due=sum(monthly.counts(i, view.month).total for i in DUE), open=stock["n"] if stock else 0, overdue=_overdue(view),
        median_days=half["value"] if half else None, grids=0 if filtered else len(view.grids), reported=0 if filtered else len([c for c, _ in view.grids if c in reported]),
        until=as_of_words(view) if view.partial else "", usual=_usual(view, monthly), enough=cards.enough(view),
    )


def _usual(view: View, monthly: Figures) -> tuple[int, int] | None:
    """Return how many broken cases a month of this size usually has, None while too few months are known to tell."""
    one = next(found for found in changes.changes(view, ("all_kept",)) if found.id == "all_kept")
    if not one.judged:
        return None
    return usual(one.chart["points"][-1], monthly.counts("all_kept", view.month).judged)


def _overdue(view: View) -> int | None:
    """Return how many cases open at the end of the month are past their limit; told only where the month ends at as-of."""
    if view.month != view.months[-1]:
        return None
    return timing.overdue(view.source, view.months[0], view.month, view.where)


def headline(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show the verdict; in a corrected month the correction comes first, and then one sentence."""
    kind, text = verdict(facts(view, monthly, rolling), view.lang)
    corrected = issued.corrected(view)
    if corrected:
        text = corrected + re.split(r"(?<=。)|(?<=[.:;]) ", text, maxsplit=1)[0]
    html.show(tag("div", text, commenting.line(view), cls=f"verdict {LOOKS.get(kind, 'open')}".strip(), role="status"))


def ratings_words(view: View, key: str, top: Tally, basic: Tally) -> str:
    """Return how many rated and how, in the words of `key`."""
    def said(n: int) -> str:
        return data.counted(view, "survey_coverage", n)

    return view.word(key, n=said(top.judged), top=said(top.hit), basic=said(basic.hit - top.hit), bad=said(basic.miss))


def satisfaction(view: View, monthly: Figures) -> None:
    """Show the line on satisfaction below the cards."""
    top, basic = monthly.counts("satisfied_company", view.month), monthly.counts("satisfied_company_with_basic", view.month)
    cards.note(ratings_words(view, "overview.satisfaction", top, basic) if top.judged else view.word("overview.satisfaction_none"))


def board(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show side by side what breaks a rule and what was decided about it, and every promise in every grid."""
    html.show(tag("div", exceptions.first(view), matrix.brief(view, monthly, rolling), cls="board tight" if commenting.line(view) else "board"))


def last_months(view: View) -> str:
    """Return the first of the twelve months that end with the month asked for."""
    return months.shift(view.month, -11)
