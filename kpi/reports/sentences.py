"""Sentences of the work report, filled in from figures: counts before shares, what cannot be told beside what can, and nothing claimed that the figures do not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi.metrics import changes
from kpi.metrics.before_after import before_after
from kpi.metrics.registry import metric
from kpi.metrics.verdict import COMPANY, GRID, Tally
from kpi.reports import standard, told
from kpi.reports.stretch import Stretch
from kpi.words import format as written
from kpi.words import word

DUE = ("feedback_24h", "feedback_3wd", "appointment_kept", "two_follow_ups")
"""Events besides gas on that fall due in a period."""


def cases(about: Stretch, n: int, id: str = "all_kept") -> str:
    """Return a number of cases with what they are."""
    return told.counted(id, n, about.lang)


def joined(about: Stretch, texts: Sequence[str], mark: str = "semicolon") -> str:
    """Return parts of a sentence as one."""
    return about.said(mark).join(texts)


def sentence(about: Stretch, texts: Sequence[str]) -> str:
    """Return parts as one sentence."""
    return joined(about, texts) + about.said("stop")


def paragraph(about: Stretch, sentences: Sequence[str]) -> str:
    """Return sentences as one paragraph."""
    return ("" if about.lang == "zh" else " ").join(text for text in sentences if text)


def opening(about: Stretch) -> str:
    """Return what stands before everything else: not over, not handed in whole."""
    found = []
    expected, missing = about.handed_in
    if missing and not _silent(about):
        found.append(about.said("overall.incomplete", expected=expected, missing=len(missing)))
    if about.table.partial:
        found.append(about.said("overall.partial", until=about.until))
    return paragraph(about, found)


def _silent(about: Stretch) -> bool:
    """Return whether no grid has reported and nothing is known of the period."""
    expected, missing = about.handed_in
    return len(missing) == expected and not about.counts("all_kept").total and not sum(about.counts(id).total for id in DUE)


def headlines(about: Stretch) -> str:
    """Return what became of the promises together: the counts, then the share with both ranges, or why there is none."""
    found = about.counts("all_kept")
    due = sum(about.counts(id).total for id in DUE)
    if not found.total:
        return about.said("overall.silent" if _silent(about) else "overall.no_connection" if due or about.handed_in[1] else "overall.nothing")
    reasons = Counter(row["reason"] for row in about.cases("all_kept"))
    named = joined(about, [about.said("overall.reason", reason=about.reason(code), n=cases(about, n)) for code, n in reasons.most_common()], "comma")
    broken = about.said("overall.broken", miss=cases(about, found.miss), reasons=about.said("brackets", text=named)) if found.miss else about.said("overall.none_broken")
    counts = about.said("overall.counted", total=cases(about, found.total), kept=cases(about, found.hit), broken=broken, gaps=about.said("overall.gaps", unknown=cases(about, found.unknown)) if found.unknown else "")
    return paragraph(about, [counts, *_share(about, found)])


def _share(about: Stretch, found: Tally) -> list[str]:
    valve, row = about.counts("valve_on_time"), about.line("all_kept").now
    if valve.unknown * 2 > valve.total:
        return [about.said("overall.unproven", due=cases(about, valve.total), unknown=cases(about, valve.unknown))]
    if found.judged < GRID:
        twelve = about.twelve
        return [about.said("overall.few", total=cases(about, twelve.total), kept=cases(about, twelve.hit), miss=cases(about, twelve.miss), unknown=cases(about, twelve.unknown))]
    values = {name: written(row[name], "ratio", about.lang) for name in ("value", "chance_low", "chance_high", "evidence_low", "evidence_high")}
    if not found.miss and not found.unknown:
        said = [about.said("overall.rate_all", n=cases(about, found.judged))]
    elif not found.miss:
        said = []
    else:
        said = [about.said("overall.rate", n=cases(about, found.judged), hits=cases(about, found.hit), rate=values["value"], low=values["chance_low"], high=values["chance_high"])]
    if found.unknown:
        said.append(about.said("overall.evidence", low=values["evidence_low"], high=values["evidence_high"]))
    if found.total < COMPANY:
        said.append(about.said("overall.no_verdict", enough=cases(about, COMPANY)))
    return said


def compared(about: Stretch) -> str:
    """Return how the promises together changed, where that can be told, and whether the month lies within what varies by chance."""
    line = about.line("all_kept")
    if not line.cases:
        return ""
    parts = []
    for name, change in (("year_on_year", line.year_on_year), ("before", line.before)):
        if change.by is None:
            parts.append(about.said("overall.not_compared", what=about.said(f"overall.what_{name}"), why=about.said(f"why.{change.why}")))
        else:
            parts.append(about.said(f"overall.{name}", change=standard.change_words(line.metric, change, about.lang)))
    return about.said("overall.compare", changes=joined(about, parts, "comma"), standing=_standing(about))


def _standing(about: Stretch) -> str:
    """Return what the control chart says of the month, by which rule; nothing where there is none."""
    one = next((one for one in about.charts if one.id == "all_kept"), None)
    if one is None:
        return ""
    rule = word(f"pages.changes.rule.{one.rule}", about.lang) if one.rule else ""
    return about.said("overall.standing", says=about.said(f"overall.standing_{one.state}", rule=rule))


def watched(about: Stretch) -> str:
    """Return how many of the charts of a month are flagged beside what chance alone would flag; nothing where there is none."""
    found = changes.count(about.charts)
    key = "none_judged" if not found.n else "none_flagged" if not found.k else "flagged" if found.m else "flagged_few"
    return about.said("results.changes", text=word(f"pages.changes.{key}", about.lang, n=found.n, k=found.k, m=found.m)) if about.charts else ""


def waits(about: Stretch) -> str:
    """Return how long the whole wait takes those who applied in the period, open cases counted, and what stands open."""
    half, most, stock, old = (about.line(id).now for id in ("whole_wait_median", "whole_wait_p85", "open_cases", "open_over_90"))
    found = []
    if half["n"]:
        n = cases(about, half["n"])
        if half["value"] is None:
            found.append(about.said("overall.wait_none", n=n))
        else:
            later = about.said("overall.wait_most", days=written(most["value"], "d", about.lang)) if most["value"] is not None else ""
            found.append(about.said("overall.wait", n=n, half=written(half["value"], "d", about.lang), most=later))
    found.append(about.said("overall.stock", open=cases(about, int(stock["value"] or 0)), old=cases(about, int(old["value"] or 0))))
    return paragraph(about, found)


def former(about: Stretch) -> str:
    """Return how the wait compares with the former process, or why it does not; nothing before the present one was in force or without cases of both."""
    if about.table.regime != "1.5" or about.period.first <= about.change:
        return ""
    found = before_after(about.engine, "whole_wait_median", end=about.period.last)
    if not found["before"]["n"] or not found["after"]["n"]:
        return ""
    row = next(one for one in found["standardised"] if one["days"] == 60)
    if row["says"] in ("few", "apart"):
        return about.said("overall.not_before_after", why=about.said(f"overall.why_{row['says']}"))
    points = {name: written(round(row[name] * 100, 10), "h", "en").removesuffix(" h").replace("-", "−") for name in ("difference", "low", "high")}
    return about.said("overall.half_days", before=written(row["before"], "ratio", about.lang), after=written(row["after"], "ratio", about.lang), says=about.said(f"overall.says_{row['says']}", **points))


def promise(about: Stretch, id: str) -> str:
    """Return what became of one promise: all cases, kept, not kept, cannot be told, and the share where the counts are enough for one."""
    found, row, name = about.counts(id), about.line(id).now, told.name(id, about.lang)
    if not found.total:
        return about.said("results.none", name=name)
    words = {key: about.said("results.part", word=told.verdict(id, key, about.lang), n=cases(about, n, id)) for key, n in (("hit", found.hit), ("miss", found.miss))}
    unknown = about.said("results.unknown", word=told.verdict(id, "unknown", about.lang), n=cases(about, found.unknown, id)) if found.unknown else ""
    rate = ""
    if found.judged < GRID:
        rate = about.said("results.few")
    elif found.miss or not found.unknown:
        rate = about.said("results.share", rate=written(row["value"], "ratio", about.lang))
    if found.unknown and found.judged >= GRID:
        rate += about.said("results.evidence", low=written(row["evidence_low"], "ratio", about.lang), high=written(row["evidence_high"], "ratio", about.lang))
    counts = about.said("results.counts", total=cases(about, found.total, id), unknown=unknown, rate=rate, **words)
    return about.said("results.promise", name=name, counts=counts)


def brief(about: Stretch, id: str) -> str:
    """Return a figure in a few words, with the cases that cannot be told; nothing where there is no case at all."""
    row = about.line(id).now
    if not row["n"] and not row["unknown"] and metric(id).kind != "count":
        return ""
    unknown = about.said("work.brief_unknown", n=f"{row['unknown']:,}") if row["unknown"] else ""
    value = about.figure(id)
    if metric(id).kind == "count" and metric(id).unit == "count":
        number = int(row["value"] or 0)
        unit = standard.unit_name(metric(id), about.lang)
        value = f"{number:,}{unit}" if about.lang == "zh" else f"{number:,} {unit}"
    return about.said("work.brief", name=metric(id).label.of(about.lang), figure=value, unknown=unknown)


def briefs(about: Stretch, ids: Sequence[str]) -> str:
    """Return several figures as one sentence, or that there is none."""
    found = [text for text in (brief(about, id) for id in ids) if text]
    return sentence(about, found) if found else about.said("work.none")
