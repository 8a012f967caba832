"""Attachments of the work report: every case that was not kept, what the figures mean, and what reads otherwise since the month was issued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi import standards
from kpi.metrics.model import UNSTATED, Metric
from kpi.metrics.registry import metric
from kpi.reports.definitions import RULES
from kpi.reports.listed import actual, shown
from kpi.reports.paper import Block, Paragraph, Section, Table
from kpi.reports.since import Since
from kpi.reports.stretch import Row, Stretch
from kpi.words import MISSING, masking, month_short, word
from kpi.words import format as written

MOST = 400
"""Rows of an attachment; what is left out is counted, and stands in the workbook."""

COLUMNS_UPRIGHT = 5
"""Columns of words that an upright page has room for."""

COLUMNS = ("serial", "metric", "key", "customer", "grid", "actual", "reason", "cause")
WIDTHS = (6, 27, 17, 11, 17, 14, 22, 19)


def attachments(about: Stretch, ids: Sequence[str]) -> list[Section]:
    """Return the attachments: cases, definitions of the KPIs `ids`, and of a longer period the counts that are not the sum of its months as issued."""
    found = [("misses", _misses(about)), ("definitions", _definitions(about, ids))]
    if about.summed and about.summed.restated:
        found.append(("corrections", _restated(about)))
    return [_section(key, blocks, about.lang) for key, blocks in found]


def _section(key: str, blocks: Sequence[Block], lang: str) -> Section:
    return Section(key=key, title=word(f"paper.section.{key}", lang), blocks=blocks, wide=any(isinstance(block, Table) and len(block.heads) > COLUMNS_UPRIGHT for block in blocks))


def _misses(about: Stretch) -> list[Block]:
    rows = [(m, row) for m in shown() for row in about.cases(m.id)]
    if not rows:
        return [Paragraph(about.said("misses.none"))]
    known = about.applications(row["app_id"] for _, row in rows[:MOST])
    lines = [_line(about, serial, m, row, known.get(row["app_id"] or "", {})) for serial, (m, row) in enumerate(rows[:MOST], start=1)]
    table = Table(caption=about.said("misses.table"), heads=[word(f"reports.column.{name}", about.lang) for name in COLUMNS], rows=lines, widths=WIDTHS, left=0, wrapped=(1, 4, 6, 7))
    more = [Paragraph(about.said("misses.more", n=len(rows) - MOST), note=True)] if len(rows) > MOST else []
    return [Paragraph(about.said("misses.lead", n=len(rows))), table, *more]


def _line(about: Stretch, serial: int, m: Metric, row: Row, application: Row) -> tuple[str, ...]:
    grid = row["grid"] or application.get("grid")
    key = row["app_id"] if m.table == "application" and row["app_id"] else row["key"]
    number = word("reports.listed.no_number", about.lang) if key.startswith("~") else key
    return (
        str(serial), m.label.of(about.lang), number, masking.firm(application.get("customer")) or MISSING, about.grids.get(grid or UNSTATED, grid or MISSING), actual(m, row, about.lang),
        about.reason(row["reason"]), masking.scrub(row["cause"]) or MISSING,
    )


def _definitions(about: Stretch, ids: Iterable[str]) -> list[Block]:
    values = {"effective": standards.rule("effective_date"), "until": about.until, "hours": standards.rule("feedback_hours"), "days": standards.rule("feedback_working_days")}
    rules = [Paragraph(word(f"reports.rule.{key}", about.lang, **values)) for key in RULES if key != "period" or about.period.kind == "month" and about.engine.first_day == 1]
    columns = ("metric", "meaning", "formula", "dated", "exclusions", "clause")
    rows = [(m.label.of(about.lang), *(text.of(about.lang) for text in (m.meaning, m.formula, m.dated_by, m.exclusions)), m.clause) for m in map(metric, ids)]
    heads = [word(f"reports.definitions.{name}", about.lang) for name in columns]
    return [*rules, Table(caption=about.said("definitions.table"), heads=heads, rows=rows, widths=(18, 32, 26, 18, 26, 12), left=6)]


def corrections(since: Since) -> Section:
    """Return the attachment of what reads otherwise since a month was issued."""
    def said(key: str, **values: object) -> str:
        return word(f"paper.corrections.{key}", since.lang, **values)

    heads = [word("reports.column.metric", since.lang), *(said(name) for name in ("scope", "span", "was", "now"))]
    rows = []
    for row in since.figures[:MOST]:
        m, scope = metric(row["metric"]), said("company") if row["grid"] is None else since.grids.get(row["grid"], row["grid"])
        span = word(f"reports.standard.{'now_month' if row['first'] == since.month else 'year'}", since.lang)
        rows.append((m.label.of(since.lang), scope, span, *(counted(m, row[when], since.lang) for when in ("was", "is"))))
    left = len(since.figures) - MOST
    table = Table(caption=said("table"), heads=heads, rows=rows, widths=(36, 20, 13, 31, 31), left=2)
    lead = said("lead", version=since.reported.line.version, at=since.reported.line.at[:10])
    return _section("corrections", [Paragraph(lead), table, *([Paragraph(said("more", n=left), note=True)] if left > 0 else [])], since.lang)


def _restated(about: Stretch) -> list[Block]:
    """Return the counts of a longer period that are not the sum of its months as they were issued."""
    heads = [word("reports.column.metric", about.lang), *(about.said(f"corrections.{name}") for name in ("months", "sum", "whole"))]
    rows = [(one.metric.label.of(about.lang), about.said("comma").join(month_short(month, about.lang) for month in one.months) or about.said("corrections.time"),
             counted(one.metric, one.was, about.lang), counted(one.metric, one.now, about.lang)) for one in about.summed.restated]
    table = Table(caption=about.said("corrections.table"), heads=heads, rows=rows, widths=(40, 29, 31, 31), left=2)
    return [Paragraph(about.said("corrections.summed", n=len(rows), of=about.summed.compared)), table]


def counted(m: Metric, row: Row, lang: str) -> str:
    """Return a figure with its counts, so that two that differ read differently."""
    if m.kind == "ratio":
        text = f"{row['hits'] or 0:,}/{row['n']:,}"
    else:
        text = written(row["value"], m.unit, lang) + ("" if m.kind == "count" else word("paper.corrections.n", lang, n=f"{row['n']:,}"))
    return text + word("paper.work.brief_unknown", lang, n=f"{row['unknown']:,}") if row["unknown"] else text
