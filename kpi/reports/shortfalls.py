"""What was not kept, by recorded cause and by who had it in hand, and what is to be done next: a cause and a party stand only where a person wrote them down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kpi.metrics import record
from kpi.metrics.causes import PARTIES, RECORDED, grouped
from kpi.metrics.exceptions import FIRST
from kpi.metrics.model import Metric
from kpi.reports import sentences as say
from kpi.reports import told
from kpi.reports.paper import Block, Paragraph, Table
from kpi.reports.stretch import Row, Stretch
from kpi.words import MISSING, masking, word

WIDTHS = {"zh": (26, 10, *(9,) * 7), "en": (20, 9, 10, 8, 13, 9, 10.5, 10, 11)}

OVERDUE = ("appeals_overdue_open", "open_over_90")
"""Counts of what stands open past its limit or very long at the end of the period."""

CAUSES = 3
"""Recorded causes named in a sentence; the table counts all of them by party."""

ACTIONS = 12
"""Open actions that the report names."""


def problems(about: Stretch) -> list[Block]:
    """Return section 6: each promise that was not kept with its reasons and recorded causes, the table of parties, and what cannot be told."""
    found = [(m, rows) for m in about.promised() if (rows := about.cases(m.id))]
    blocks: list[Block] = [Paragraph(_one(about, m, rows)) for m, rows in found if m.id in FIRST]
    others = sum(m.id not in FIRST for m, _ in found)
    if others or not found:
        blocks.append(Paragraph(about.said("problems.others", n=others) if others else about.said("problems.none")))
    if found:
        heads = (about.said("problems.share"), about.said("problems.miss"), *(word(f"members.{party}", about.lang) for party in PARTIES), about.said("problems.unnamed"), about.said("problems.uncaused"))
        blocks += [Table(caption=about.said("problems.table"), heads=heads, rows=[_parties(about, m, rows) for m, rows in found], widths=WIDTHS[about.lang]), Paragraph(about.said("problems.note"), note=True)]
    thin = [f"{told.name(m.id, about.lang)}{'' if about.lang == 'zh' else ' '}{say.cases(about, about.counts(m.id).unknown, m.id)}" for m in about.promised() if about.counts(m.id).unknown]
    if thin:
        blocks.append(Paragraph(about.said("problems.unknown", text=say.joined(about, thin, "comma"))))
    late = [say.brief(about, id) for id in OVERDUE if about.line(id).now["value"]]
    if late:
        blocks.append(Paragraph(about.said("problems.overdue", until=about.until, text=say.joined(about, late))))
    return blocks


def _one(about: Stretch, m: Metric, rows: list[Row]) -> str:
    reasons = Counter(row["reason"] for row in rows)
    named = say.joined(about, [about.said("overall.reason", reason=about.reason(code), n=say.cases(about, n, m.id)) for code, n in reasons.most_common()], "comma")
    return about.said("problems.one", name=told.name(m.id, about.lang), n=say.cases(about, len(rows), m.id), reasons=named, causes=_causes(about, m, rows))


def _causes(about: Stretch, m: Metric, rows: list[Row]) -> str:
    """Return the recorded causes, the frequent ones first, each with the party it names, and how many cases lack one."""
    if m.table not in RECORDED:
        return about.said("problems.no_column") + about.said("stop")
    groups = [group for group in grouped((row["key"], row["cause"]) for row in rows) if group["cause"]]
    rest = len(rows) - sum(group["n"] for group in groups)
    if not groups:
        return about.said("problems.no_cause") + about.said("stop")
    named = [
        about.said("problems.cause", cause=masking.scrub(group["cause"]), n=say.cases(about, group["n"], m.id),
                   party=word(f"members.{group['controller']}", about.lang) if group["controller"] else about.said("problems.nobody"))
        for group in sorted(groups, key=lambda group: (-group["n"], group["cause"]))[:CAUSES]
    ]
    left = about.said("problems.no_cause_some", n=say.cases(about, rest, m.id)) if rest else about.said("problems.all_caused")
    return about.said("problems.caused", text=say.joined(about, named, "comma"), rest=left) + about.said("stop")


def _parties(about: Stretch, m: Metric, rows: list[Row]) -> tuple[str, ...]:
    name = told.name(m.id, about.lang)
    if m.table not in RECORDED:
        return (name, f"{len(rows):,}", *(MISSING,) * (len(PARTIES) + 2))
    by: Counter[tuple[bool, str | None]] = Counter()
    for group in grouped((row["key"], row["cause"]) for row in rows):
        by[bool(group["cause"]), group["controller"]] += group["n"]
    return (name, f"{len(rows):,}", *(f"{by[True, party]:,}" for party in (*PARTIES, None)), f"{by[False, None]:,}")


def next_steps(about: Stretch) -> list[Block]:
    """Return section 7: the open actions that people recorded, then what the figures themselves ask for."""
    managers = {row["manager"]: f"{row['manager']} {masking.person(row['name'])}" if row["name"] else row["manager"] for row in record.managers(about.engine)}
    open_ = [action for action in about.actions if action.open and action.month <= about.period.last][:ACTIONS]
    steps = [_action(about, action, managers) for action in open_]
    lost = sum(about.counts(m.id).unknown for m in about.promised())
    uncaused = sum(not row["cause"] for m in about.promised() if m.table in RECORDED for row in about.cases(m.id))
    steps += [about.said(f"next.{key}", n=n) for key, n in (("fill", lost), ("cause", uncaused)) if n]
    if not steps:
        return [Paragraph(about.said("next.calm"))]
    found = [Paragraph(about.said("next.lead")), *(Paragraph(f"{place}. {text}{about.said('stop').strip()}") for place, text in enumerate(steps, start=1))]
    return found if open_ else [*found, Paragraph(about.said("next.none"))]


def _action(about: Stretch, action, managers: Mapping[str, str]) -> str:
    due = word("reports.day", about.lang, year=action.due.year, month=action.due.month, day=action.due.day)
    return about.said("next.action", what=masking.scrub(action.what).rstrip("。."), owner=told.person(action.owner, managers, about.lang), due=due)


