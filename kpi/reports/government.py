"""Figures for the government: aggregated only, no person in them, each total checked against its parts; data alone, whoever writes it.

Company totals and counts of failures are never withheld; other small cells of breakdowns are (withholding.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from kpi import standards
from kpi.engine import Engine
from kpi.metrics import headline, record
from kpi.metrics.cases import judged
from kpi.metrics.compute import compute
from kpi.metrics.elsewhere import linked
from kpi.metrics.model import UNSTATED, Metric, Ratio
from kpi.metrics.registry import metric
from kpi.metrics.series import effective
from kpi.metrics.verdict import GRID
from kpi.reports import withholding
from kpi.reports.figures import goal_name, unit_name
from kpi.reports.period import Period, known
from kpi.reports.since import Since
from kpi.words import MISSING, month_name, word
from kpi.words import format as written

VERSION = "1.0"
SCHEMA = Path(__file__).with_name("government.schema.json")
"""The shape, of that version, as JSON Schema."""

PARTS = ("kept", "left_out", "not_kept", "unknown")
COUNTS = ("taken_in", *PARTS)
"""受理 = 做到 + 按规定剔除 + 未做到 + 无法核验."""

HEADLINE = "all_kept"
APART = "major_matters"
"""Matters that the leadership decides: taken in, and left out of the limits by rule."""

DIMENSIONS = ("grid", "user_type", "build_mode")

Row = dict[str, Any]
Key = tuple[str | None, str | None]
Tables = dict[str, dict[Key, dict[str, int]]]


def data(engine: Engine, period: Period, *, issued: Sequence[Mapping[str, Any]] = (), corrected: Sequence[str] = (), lang: str = "zh") -> Row:
    """Return everything the government's report of a period says, in the shape of government.schema.json.

    `issued` are the months of the period that were issued, as {month, version, at}; `corrected` those of them that read otherwise since: the figures are today's, and say so.
    Raises UsageProblem for a period without data.
    """
    known(period, engine)
    regime = period.regime(effective(engine))
    listed = _listed()
    whole = _told(engine, period, regime, listed)
    by = {dimension: _told(engine, period, regime, listed, dimension) for dimension in DIMENSIONS}
    promises = [_promise(engine, period, regime, m, left_out, whole[m.id][None, None], lang) for m, left_out in listed]
    first, last = period.days(engine.first_day)
    until = engine.as_of - timedelta(minutes=1)
    return {
        "version": VERSION,
        "title": word("reports.government.title", lang, period=period.name(lang)),
        "period": {"code": period.code, "name": period.name(lang), "from": first.isoformat(), "to": last.isoformat(), "over": not period.partial(engine)},
        "as_of": until.isoformat(timespec="minutes"), "build": engine.build, "standards": standards.version(), "process": regime or "both", "issued": [dict(one) for one in issued],
        "promises": promises,
        "indicators": [_indicator(engine, period, regime, part, lang) for part in linked("R03")[0].parts],
        "breakdowns": [_breakdown(engine, dimension, listed, by[dimension], lang) for dimension in DIMENSIONS],
        "definitions": [_definition(metric(id), lang) for id in _ids()],
        "checks": _checks(period, promises, whole, by, lang),
        "notes": [word(f"reports.government.note.{name}", lang, least=withholding.LEAST, rate=GRID) for name in ("totals", "rates", "withheld", "unknown", "comparable")]
        + ([word("reports.government.note.corrected", lang, months=word("reports.comma", lang).join(month_name(month, lang) for month in corrected))] if corrected else []),
    }


def since(found: Row, said: Since) -> Row:
    """Return the report of an issued month that was kept with its close, with a note where the month was corrected since."""
    return {**found, "notes": [*found["notes"], word("reports.government.note.corrected_since", said.lang, month=said.name)]} if said.reported.corrected else found


def _listed() -> list[tuple[Metric, str | None]]:
    """Return the promises of the table with the KPI that counts what each leaves out by rule."""
    found: list[tuple[Metric, str | None]] = [(metric(HEADLINE), None)]
    for part in linked("R11")[0].parts:
        ratios = [metric(id) for id in part.ids if isinstance(metric(id), Ratio)]
        left_out = next((id for id in part.ids if metric(id).code == "R11"), None)
        found += [(m, left_out) for m in ratios]
        found += [(metric(id), id) for id in part.ids if id == APART]
    return found


def _ids() -> list[str]:
    """Return every KPI of the report once, in order."""
    ids = [id for m, left_out in _listed() for id in (m.id, left_out) if id]
    return list(dict.fromkeys([*ids, *(id for part in linked("R03")[0].parts for id in part.ids)]))


def _told(engine: Engine, period: Period, regime: str | None, listed: Sequence[tuple[Metric, str | None]], dimension: str | None = None) -> Tables:
    """Return COUNTS of each promise by (month or None for the period, member or None for all), from one question."""
    ids = list(dict.fromkeys(id for m, left_out in listed for id in (m.id, left_out) if id))
    rows: dict[str, dict[Key, Row]] = {id: {} for id in ids}
    for row in compute(engine, ids, start=period.first, end=period.last, by=(dimension,) if dimension else (), where={"regime": regime} if regime else {}):
        rows[row["metric"]][row["month"], row[dimension] if dimension else None] = row
    return {m.id: {at: _counts(rows[m.id].get(at), rows[left_out].get(at) if left_out else None) for at in dict.fromkeys((*rows[m.id], *(rows[left_out] if left_out else ())))} for m, left_out in listed}


def _counts(now: Row | None, out: Row | None) -> dict[str, int]:
    """Return COUNTS of one promise from the rows of its KPI and of what it leaves out; a KPI that only counts is left out itself."""
    if now is not None and now["hits"] is None:
        out, now = now, None
    kept, judged_, unknown = (now["hits"] or 0, now["n"], now["unknown"]) if now else (0, 0, 0)
    left_out = out["n"] if out else 0
    parts = {"kept": kept, "left_out": left_out, "not_kept": judged_ - kept, "unknown": unknown}
    return {"taken_in": sum(parts.values()), **parts}


def _promise(engine: Engine, period: Period, regime: str | None, m: Metric, left_out: str | None, counts: Mapping[str, int], lang: str) -> Row:
    reasons = Counter(row["reason"] for row in judged(engine, metric(left_out), period.months, {"regime": regime} if regime else {})) if left_out else {}
    told = counts["kept"] + counts["not_kept"]
    return {
        "metric": m.id, "code": m.code, "label": m.label.of(lang), **counts,
        "left_out_reasons": [{"reason": word(f"metrics.reason.{code}" if m.id != APART else "reports.government.apart", lang), "n": n} for code, n in sorted(reasons.items())],
        "rate": counts["kept"] / told if told >= GRID else None,
    }


def _indicator(engine: Engine, period: Period, regime: str | None, part: Any, lang: str) -> Row:
    figures = []
    for id in part.ids:
        m = metric(id)
        where = {"regime": regime} if regime and not headline.over_both(m) else {}
        now = next(row for row in compute(engine, [id], start=period.first, end=period.last, where=where) if row["month"] is None)
        promised = standards.target(id, min(period.days(engine.first_day)[1], engine.as_of.date()))
        shown = now["value"] if m.unit != "ratio" or now["n"] >= GRID else None
        figures.append({
            "metric": id, "code": m.code, "label": m.label.of(lang), "unit": m.unit, "unit_name": unit_name(m, lang), "value": shown, "hits": now["hits"], "n": now["n"], "unknown": now["unknown"],
            "promise": None if promised is None else goal_name(m, "承诺", promised, lang), "text": _text(m, now, shown, lang),
        })
    return {"indicator": part.label.of(lang), "figures": figures, "note": part.note.of(lang) if part.note else None}


def _text(m: Metric, now: Row, shown: float | None, lang: str) -> str:
    """Return a figure as read, counts before the rate; a rate of all is not printed where anything is unproven."""
    if now["hits"] is not None:
        if not now["n"]:
            return MISSING
        whole = shown is not None and not (shown == 1 and now["unknown"])
        return word("reports.standard.share" if whole else "reports.standard.counts", lang, hits=f"{now['hits']:,}", n=f"{now['n']:,}", rate=written(shown, "ratio", lang))
    if shown is None and m.kind == "wait" and m.p is not None and now["n"]:
        return word("reports.not_reached", lang)
    return written(shown, m.unit, lang)


def _breakdown(engine: Engine, dimension: str, listed: Sequence[tuple[Metric, str | None]], told: Tables, lang: str) -> Row:
    """Return the promises by one dimension, small cells withheld."""
    found = []
    for m, _ in listed:
        table = {member: counts for (month, member), counts in told[m.id].items() if month is None and member is not None}
        hidden = withholding.withheld(table, ("kept", "left_out", "unknown"), "taken_in")
        for member in sorted(table, key=lambda name: (name == UNSTATED, name)):
            counts: dict[str, Any] = {name: None if (member, name) in hidden else table[member][name] for name in COUNTS}
            found.append({"metric": m.id, "label": m.label.of(lang), "member": _member(engine, dimension, member, lang), **counts,
                          "withheld": [name for name in COUNTS if (member, name) in hidden]})
    return {"dimension": dimension, "label": word(f"metrics.dimension.{dimension}", lang), "rows": found}


def _member(engine: Engine, dimension: str, member: str, lang: str) -> str:
    if member == UNSTATED:
        return word("reports.unstated", lang)
    if dimension == "grid":
        return next((g["name"] for g in record.grids(engine) if g["grid"] == member), member)
    try:
        return word(f"members.{member}", lang)
    except KeyError:
        return member


def _definition(m: Metric, lang: str) -> Row:
    return {"metric": m.id, "code": m.code, "label": m.label.of(lang), "meaning": m.meaning.of(lang), "formula": m.formula.of(lang), "dated_by": m.dated_by.of(lang),
            "exclusions": m.exclusions.of(lang), "clause": m.clause}


def _checks(period: Period, promises: Sequence[Row], whole: Tables, by: Mapping[str, Tables], lang: str) -> list[Row]:
    """Return whether each total is the sum of its parts: of a promise, of its reasons, of its months, and of each breakdown; told before anything is withheld."""
    def summed(told: Mapping[Key, Mapping[str, int]], wanted: Callable[[Key], bool]) -> dict[str, int]:
        return {name: sum(counts[name] for at, counts in told.items() if wanted(at)) for name in COUNTS}

    def differing(told: Tables, wanted: Callable[[Key], bool]) -> list[str]:
        return [p["label"] for p in promises if any(summed(told[p["metric"]], wanted)[name] != p[name] for name in COUNTS)]

    wrong = {
        "parts": [p["label"] for p in promises if p["taken_in"] != sum(p[name] for name in PARTS)],
        "reasons": [p["label"] for p in promises if p["left_out"] != sum(reason["n"] for reason in p["left_out_reasons"])],
        "months": differing(whole, lambda at: at[0] in period.months),
        **{dimension: differing(by[dimension], lambda at: at[0] is None and at[1] is not None) for dimension in DIMENSIONS},
    }
    return [{"check": word(f"reports.government.check.{name}", lang), "ok": not labels, "wrong": labels} for name, labels in wrong.items()]


def tables(found: Row, lang: str = "zh") -> dict[str, list[dict[str, Any]]]:
    """Return the report as flat tables for spreadsheets, {name: rows under headers of the language}; what is withheld reads *."""
    def head(name: str) -> str:
        return word(f"reports.government.head.{name}", lang)

    def percent(value: float | None) -> str:
        return written(value, "ratio", lang)

    names = ("label", "taken_in", "kept", "left_out", "reasons", "not_kept", "unknown", "rate", "code")
    promises = []
    for p in found["promises"]:
        reasons = ("；" if lang == "zh" else "; ").join(f"{r['reason']} {r['n']}" for r in p["left_out_reasons"])
        # all of all is not printed where anything is unproven
        rate = percent(p["rate"]) if p["rate"] is not None and not (p["rate"] == 1 and p["unknown"]) else MISSING
        promises.append({head(name): {**p, "reasons": reasons, "rate": rate}[name] for name in names})
    indicators = [
        {head("indicator"): part["indicator"], **{head(name): figure[name] for name in ("label", "text", "n", "unknown")}, head("promise"): figure["promise"] or MISSING, head("unit"): figure["unit_name"],
         head("code"): figure["code"]}
        for part in found["indicators"] for figure in part["figures"]
    ]
    breakdowns = [
        {head("dimension"): one["label"], head("member"): row["member"], head("label"): row["label"], **{head(name): "*" if name in row["withheld"] else row[name] for name in COUNTS}}
        for one in found["breakdowns"] for row in one["rows"]
    ]
    definitions = [{head(name): d[name] for name in ("label", "code", "meaning", "formula", "dated_by", "exclusions", "clause")} for d in found["definitions"]]
    period = found["period"]
    about = [(head("period"), f"{period['name']}（{period['from']}—{period['to']}）" if lang == "zh" else f"{period['name']} ({period['from']} to {period['to']})"), (head("as_of"), found["as_of"]),
             (head("build"), found["build"]), (head("standards"), found["standards"])]
    about += [(head("issued"), f"{one['month']} v{one['version']} {one['at']}") for one in found["issued"]]
    about += [(head("note"), note) for note in found["notes"]]
    about += [(head("check"), f"{one['check']} {head('ok' if one['ok'] else 'wrong')}") for one in found["checks"]]
    return {"promises": promises, "indicators": indicators, "breakdowns": breakdowns, "definitions": definitions, "about": [{head("item"): name, head("content"): text} for name, text in about]}
