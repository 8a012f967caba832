"""The work report of a period as data: seven sections written from its figures, the box of what it speaks of, and its attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kpi.metrics.model import UNSTATED
from kpi.reports import attached, pictures, standard, told
from kpi.reports import sentences as say
from kpi.reports.marking import filled, mark
from kpi.reports.paper import Block, Heading, Paper, Paragraph, Picture, Section, Table, numbered
from kpi.reports.shortfalls import next_steps, problems
from kpi.reports.since import Since
from kpi.reports.stretch import Stretch
from kpi.words import MISSING, masking, month_name, month_short, word
from kpi.words import format as worded
from kpi.words.moments import date_name

SECTIONS = ("overall", "results", "work", "grids", "service", "problems", "next")

PROMISES = ("valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee")
FEEDBACK = ("feedback_24h", "feedback_3wd")

TABLED = (
    "all_kept", *PROMISES, *FEEDBACK, "appointment_kept", "grid_in_charge", "two_follow_ups", "contract_kept", "pipe_ready_first", "valve_time_p50", "company_time_p50", "whole_wait_median",
    "whole_wait_p85", "user_charge_count", "open_cases", "satisfied_company", "survey_coverage",
)
"""KPIs of the table in the text; the workbook holds all of them."""

GRIDS = {"zh": (17, *(9,) * 9), "en": (16, 9.1, 9.1, 11.3, 8.5, 8.5, 10, 9, 9, 9)}
BROKEN = "Appoint\u00adments"
"""A word longer than its column, with where it may be broken."""
WIDTHS = {"zh": (23.5, 9.8, 12.7, 12.5, 9.5, 12.7, 12.7, 12.2, 12.2, 7, 8), "en": (24, 13.5, 15, 13.5, 15, 15, 14, 14, 13.5, 10.5, 12)}

CONTACT = ("park_liaison", "project_info_complete", "projects_updated", "info_lead_days_p50")
OUTSIDE = ("road_in_step", "pipe_ready_first", "outside_by_government", "outside_works_p50", "outside_works_p85", "completion_filed")
INSIDE = ("built_by_user", "built_by_company", "told_three_things", "acceptance_attended", "turnkey_whole", "contract_kept", "accepted_first_go", "plan_answered")
MANAGERS = ("grid_in_charge", "visit_appointed", "appointment_kept", "told_once_in_full", "two_follow_ups", "projects_updated")
APPEALS = ("feedback_both_ways", "appeals_closed", "appeals_overdue_open", "complaints", "hotline_closed", "enquiries_answered", "shirking_reported")
RATINGS = ("survey_response_company", "satisfied_manager", "two_follow_ups", "bad_ratings", "bad_ratings_rectified")

LEFT_OUT = ("valve_excluded", "contract_excluded", "appointment_excluded", "major_matters")
MONTHS = 13
"""Months of the picture of the promises together."""


def content(about: Stretch) -> Paper:
    """Return the report of a period, of an issued month as it was issued, with what is said of it since. Raises UsageProblem for a period without any data."""
    return since(about.kept or written(about), about.since) if about.since else written(about)


def since(paper: Paper, said: Since) -> Paper:
    """Return the report of an issued month with what is said of it since: words for its marks, and an attachment of corrections where there are any."""
    found = filled(paper, said.words)
    return replace(found, attachments=[*found.attachments, attached.corrections(said)]) if said.figures else found


def written(about: Stretch) -> Paper:
    """Return the report of a period as its figures have it, that of an issued month with the marks of what may be said since."""
    parts = {"overall": overall, "results": results, "work": work, "grids": grids, "service": service, "problems": problems, "next": next_steps}
    sections = [Section(key=key, title=numbered(place, about.said(f"section.{key}"), 1, about.lang), blocks=parts[key](about)) for place, key in enumerate(SECTIONS)]
    kind = about.said(f"kind_{about.period.kind}")
    return Paper(
        lang=about.lang, title=about.said("title", kind=kind), period=about.period.name(about.lang), facts=facts(about), sections=_captioned(about, sections),
        attachments=attached.attachments(about, TABLED), draft=[about.said(f"draft.{name}") for name in ("mark", "issuer", "number")],
        signed=[about.said(f"draft.{name}") for name in ("seal", "day")], at=about.engine.as_of,
    )


def facts(about: Stretch) -> list[tuple[str, str]]:
    """Return the box of what the report speaks of: period, moment, ledgers, process, versions, what is left out, small numbers, whether it was issued."""
    first, last = (date_name(day, about.lang) for day in about.days)
    expected, missing = about.handed_in
    named = about.said("facts.missing", names=about.said("comma").join(dict.fromkeys(missing))) if missing else ""
    regime = about.table.regime
    process = word(f"reports.cover.process_{'both' if regime is None else 'new' if regime == '1.5' else 'old'}", about.lang)
    left_out = [about.said(f"left_out.{id}", n=int(about.line(id).now["value"])) for id in LEFT_OUT if about.line(id).now["value"]]
    build = about.frozen.line.build if about.frozen else about.engine.build
    calendar = about.said("facts.provisional" if about.provisional else "facts.official")
    return [
        (about.said("facts.period"), about.said("facts.span", first=first, last=last)), (about.said("facts.until"), about.until),
        (about.said("facts.ledgers"), about.said("facts.handed_in", expected=expected, reported=expected - len(missing), missing=named)),
        (about.said("facts.process"), process), (about.said("facts.left_out"), say.joined(about, left_out) or about.said("facts.none_left_out")),
        (about.said("facts.few"), about.said("facts.few_rule")),
        (about.said("facts.versions"), about.said("facts.versions_of", standards=about.version, calendar=calendar, build=build)), (about.said("facts.issued"), _issued(about)),
    ]


def _issued(about: Stretch) -> str:
    if not about.reported:
        return about.said("facts.not_issued")
    named = about.said("comma").join(
        about.said("facts.issued_as", month=month_short(one.line.month, about.lang), version=one.line.version, at=one.line.at[:10]) for one in about.reported
    )
    open_ = len(about.period.months) - len(about.reported)
    return about.said("facts.some_issued", issued=named, n=open_) if open_ else named + (mark("facts") if about.frozen else "") + _together(about)


def _together(about: Stretch) -> str:
    """Return whether a longer period of issued months is their sum; nothing for a month."""
    if about.summed is None:
        return ""
    n, of = len(about.summed.restated), about.summed.compared
    return about.said("facts.sum_differs", n=n, of=of) if n else about.said("facts.sum_same", of=of)


def overall(about: Stretch) -> list[Block]:
    """Return section 1."""
    comment = about.said("overall.comment", words=masking.scrub(about.comment)) if about.comment else ""
    texts = (mark("opening") if about.frozen else "", say.opening(about), say.headlines(about), comment, say.compared(about), say.waits(about), say.former(about))
    return [Paragraph(text) for text in texts if text]


def results(about: Stretch) -> list[Block]:
    """Return section 2: the promises one by one, as a picture, and the standard table."""
    ids = (*PROMISES, *FEEDBACK)
    bars = [(told.name(id, about.lang), *(getattr(about.counts(id), part) for part in ("hit", "miss", "unknown"))) for id in ids]
    lines = [about.line(id) for id in TABLED]
    rows = [_row(about, line) for line in lines]
    watched = say.watched(about)
    live = about.said("results.live", months=say.joined(about, [month_name(month, about.lang) for month in about.live], "comma")) if about.live else ""
    return [
        Paragraph(about.said("results.lead")), *(Paragraph(say.promise(about, id)) for id in ids),
        _bars(about, about.said("results.picture"), "results.alt", bars), *_trend(about),
        Table(caption=about.said("results.table", period=about.period.name(about.lang)), heads=standard.heads(about.table, about.lang), rows=rows, widths=WIDTHS[about.lang]),
        Paragraph(say.paragraph(about, [about.said("results.note"), live]), note=True), *_restated(about), *([Paragraph(watched)] if watched else []),
    ]


def _restated(about: Stretch) -> list[Block]:
    """Return what the table's counts were in the months as issued, where they are otherwise now; nothing where they are not."""
    found = [one for one in (about.summed.restated if about.summed else ()) if one.metric.id in TABLED]
    if not found:
        return []
    named = [about.said("results.was_is", name=one.metric.label.of(about.lang), was=attached.counted(one.metric, one.was, about.lang), now=attached.counted(one.metric, one.now, about.lang)) for one in found]
    return [Paragraph(about.said("results.restated", text=say.joined(about, named)), note=True)]


def _row(about: Stretch, line: standard.Line) -> tuple[str, ...]:
    """Return a row of the standard table, its name starred where a provisional day is touched, rates on a line of their own."""
    name, *rest = standard.cells(line, about.lang)
    return (name + ("*" if line.metric.id in about.provisional else ""), *(_folded(text) for text in rest))


def _folded(text: str) -> str:
    """Return a cell with its rate, or the unit of its number, on a line of its own."""
    return re.sub(r"(?<=\d)(?=个(百分点|工作日))", "\n", re.sub(r"(?<=\d)\s?[（(](\d.*?)[）)]$", r"\n\1", text))


def _bars(about: Stretch, caption: str, alt: str, bars: Sequence[pictures.Bar]) -> Picture:
    svg, height = pictures.drawn(pictures.counted, bars, about.lang)
    words = say.joined(about, [f"{name} {about.said('bar', hit=hit, miss=miss, unknown=unknown)}" for name, hit, miss, unknown in bars])
    heads = (about.said("picture.name"), *(word(f"reports.column.{part}", about.lang) for part in ("hit", "miss", "unknown")))
    return Picture(caption=caption, svg=svg, width=pictures.WIDTH, height=height, alt=about.said(alt, text=words), heads=heads, rows=[(name, *(f"{n:,}" for n in counts)) for name, *counts in bars])


def _trend(about: Stretch) -> list[Block]:
    """Return the share of the promises together over the months up to the period's last, each under its own process."""
    found = about.trend(MONTHS)
    if sum(value is not None for _, value in found) < 2:
        return []
    svg, height = pictures.drawn(pictures.shares, [(_named(about, month, first=not at), value) for at, (month, value) in enumerate(found)], about.lang)
    points = [(month_name(month, about.lang), value) for month, value in found]
    words = say.joined(about, [f"{name} {worded(value, 'ratio', about.lang)}" for name, value in points], "comma")
    drawn = Picture(
        caption=about.said("results.trend"), svg=svg, width=pictures.WIDTH, height=height, alt=about.said("results.trend_alt", text=words),
        heads=(about.said("picture.month"), about.said("picture.share")), rows=[(name, MISSING if value is None else worded(value, "ratio", about.lang)) for name, value in points],
    )
    return [drawn, Paragraph(about.said("results.trend_note"), note=True)]


def _named(about: Stretch, month: str, *, first: bool) -> str:
    """Return a month below a picture; the first and each January tell their year on a line of their own."""
    return month_short(month, about.lang) + (f"\n{about.said('picture.year', year=month[:4])}" if first or month.endswith("-01") else "")


def work(about: Stretch) -> list[Block]:
    """Return section 3: contact before the need, works outside, guidance inside the red line."""
    stages = {name: int(about.line(f"journey_{id}").now["value"] or 0) for name, id in
              (("known", "known"), ("need", "need_gas"), ("applied", "applied"), ("outside", "outside_ready"), ("ready", "ready"), ("gas", "gas_on"))}
    texts = {
        "contact": [say.briefs(about, CONTACT), *([about.said("work.journey", **stages)] if stages["known"] else [])],
        "outside": [say.briefs(about, OUTSIDE)], "inside": [say.briefs(about, INSIDE)],
    }
    return [block for place, (key, found) in enumerate(texts.items()) for block in (Heading(numbered(place, about.said(f"work.{key}"), 2, about.lang)), *(Paragraph(text) for text in found))]


def grids(about: Stretch) -> list[Block]:
    """Return section 4: counts by grid, no ranks, and what managers have in hand."""
    ids = ("all_kept", "valve_on_time", "appointment_kept")
    found = about.by_grid(ids)
    missed = [grid for grid, one in found.items() if one["all_kept"].miss]
    quiet = [about.grids[grid] for grid, one in found.items() if grid != UNSTATED and not any(t.total for t in one.values())]
    lead = about.said("grids.without", n=len(missed), cases=say.cases(about, sum(found[grid]["all_kept"].miss for grid in missed))) if missed else about.said("grids.none_without")
    names = {id: told.name(id, about.lang).replace("Appointments", BROKEN) for id in ids}
    heads = (about.said("grids.grid"), *(about.said("grids.column", name=name, part=told.verdict(id, part, about.lang)) for id, name in names.items() for part in ("hit", "miss", "unknown")))
    total = {id: about.counts(id) for id in ids}
    rows = [(about.grids.get(grid, grid), *_cells(one, ids)) for grid, one in found.items()] + [(about.said("grids.total"), *_cells(total, ids))]
    bars = [(about.grids.get(grid, grid), one["all_kept"].hit, one["all_kept"].miss, one["all_kept"].unknown) for grid, one in found.items()]
    return [
        Paragraph(about.said("grids.lead")), Paragraph(say.paragraph(about, [lead, about.said("grids.quiet", names=about.said("comma").join(quiet)) if quiet else ""])),
        Table(caption=about.said("grids.table", period=about.period.name(about.lang)), heads=heads, rows=rows, widths=GRIDS[about.lang], bands=frozenset({len(rows) - 1})),
        _bars(about, about.said("grids.picture"), "grids.alt", bars),
        Paragraph(about.said("grids.managers", text=say.briefs(about, MANAGERS).removesuffix(about.said("stop")))),
    ]


def _cells(found: dict, ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{n:,}" if found[id].total else MISSING for id in ids for n in (found[id].hit, found[id].miss, found[id].unknown))


def service(about: Stretch) -> list[Block]:
    """Return section 5: feedback on appeals, ratings with how many rated."""
    top, basic, survey = about.counts("satisfied_company"), about.counts("satisfied_company_with_basic"), about.counts("survey_coverage")

    def rated(n: int) -> str:
        return say.cases(about, n, "survey_coverage")

    asked_of = about.said("service.survey", total=rated(survey.judged), rated=rated(survey.hit)) if survey.judged else ""
    ratings = about.said("service.top", n=rated(top.judged), top=rated(top.hit), basic=rated(basic.hit - top.hit), bad=rated(basic.miss)) if top.judged else about.said("service.top_none")
    return [
        Heading(numbered(0, about.said("service.appeals"), 2, about.lang)), *(Paragraph(say.promise(about, id)) for id in FEEDBACK), Paragraph(say.briefs(about, APPEALS)),
        Heading(numbered(1, about.said("service.ratings"), 2, about.lang)), Paragraph(say.paragraph(about, [asked_of, ratings])), Paragraph(say.briefs(about, RATINGS)),
    ]


def _captioned(about: Stretch, sections: Sequence[Section]) -> list[Section]:
    """Return the sections with their tables and pictures numbered in order."""
    tables, drawings, found = 0, 0, []
    for part in sections:
        blocks: list[Block] = []
        for block in part.blocks:
            if isinstance(block, Table):
                tables += 1
                block = replace(block, caption=about.said("caption_table", n=tables, text=block.caption))
            elif isinstance(block, Picture):
                drawings += 1
                block = replace(block, caption=about.said("caption_picture", n=drawings, text=block.caption))
            blocks.append(block)
        found.append(Section(key=part.key, title=part.title, blocks=blocks))
    return found

