"""What the verdict of a month may speak of, for a report: the facts behind the sentences of the overview page, of an issued month as issued."""

from __future__ import annotations

from collections import Counter

from kpi.metrics import changes, headline, record
from kpi.metrics.cases import cases
from kpi.metrics.compute import span
from kpi.metrics.registry import metric
from kpi.metrics.verdict import MonthFacts, Tally, tally, usual, verdict
from kpi.reports.month import Month
from kpi.standards.months import shift

LEADING = "all_kept"
DUE = ("feedback_24h", "feedback_3wd", "appointment_kept", "two_follow_ups")
"""Events besides gas on that fall due in a month."""


def counts(about: Month, id: str, month: str | None = None) -> Tally:
    """Return the counts of a promise in the month, or in another one of its history."""
    return tally((about.now if month is None else about.history).row(id, month or about.month))


def half(about: Month) -> float | None:
    """Return the days in which half of those who applied in the last twelve months were connected, None while they are not."""
    row = about.rolling.row("whole_wait_median")
    return row["value"] if row else None


def facts(about: Month) -> MonthFacts:
    """Return what the verdict may speak of."""
    now = about.now
    year = sum((counts(about, LEADING, shift(about.month, -by)) for by in range(12)), Tally())
    stock = now.row("open_cases", about.month)
    reasons = Counter(row["reason"] for _, row in about.listed([metric(LEADING)], "miss") if about.regime in (None, row["regime"]))
    return MonthFacts(
        connected=counts(about, LEADING), valve=counts(about, "valve_on_time"), year=year, reasons=sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
        due=sum(counts(about, id).total for id in DUE), open=stock["n"] if stock else 0, overdue=_overdue(about), median_days=half(about), grids=len(about.grids),
        reported=len(about.grids) - len(about.unreported), until=about.until if about.partial else "", usual=_usual(about),
    )


def _usual(about: Month) -> tuple[int, int] | None:
    """Return how many broken cases such a month usually has; not told of one that was corrected since: the chart is of today's ledgers."""
    if about.reported and about.reported.corrected:
        return None
    months = [month for month in headline.window(span(about.engine), about.month) if month <= about.month]
    one = changes.changes(about.engine, months, ids=(LEADING,))[0]
    return usual(one.chart["points"][-1], counts(about, LEADING).judged) if one.judged else None


def _overdue(about: Month) -> int | None:
    """Return how many cases open at the end of the month are past their limit; told only where the month ends at the moment of the data."""
    months = span(about.engine)
    if about.month != months[-1]:
        return None
    late = cases(about.engine, "valve_on_time", start=months[0], end=about.month, verdict="miss", lang=about.lang)
    known = record.applications(about.engine, [row["key"] for row in late if row["key"]])
    return sum(not any(name == "gas_on_at" and at < about.as_of for name, at, _ in known.get(row["key"], {}).get("events", [])) for row in late)


def said(about: Month) -> str:
    """Return the verdict of the month, in the sentences of the overview page; no case is listed below it."""
    return verdict(facts(about), about.lang, listed=False)[1]
