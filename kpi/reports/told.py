"""An exception in words, the same on page and in report: what is the matter, the recorded causes, how long, and persons masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.exports.tables import BY_NAME
from kpi.metrics.model import UNSTATED
from kpi.metrics.registry import metric
from kpi.words import MISSING, masking, word
from kpi.words import format as written

OFFICES = tuple("部科室组所处站班司办")
"""Last signs of a department's name, which is no person's."""

NUMBER = "{number}"
"""Stands in a phrase for the number of the one case it is about."""

Row = Mapping[str, Any]


def said(lang: str, key: str, **values: Any) -> str:
    """Return words of exceptions and actions."""
    return word(f"exceptions.{key}", lang, **values)


def name(id: str, lang: str) -> str:
    """Return a KPI's short name, where pages have one, else its label."""
    try:
        return word(f"pages.kpi.{id}.short", lang)
    except KeyError:
        return metric(id).label.of(lang)


def verdict(id: str, key: str, lang: str) -> str:
    """Return a KPI's own word for a verdict (miss, unknown), else the plain one."""
    try:
        return word(f"pages.kpi.{id}.{key}", lang)
    except KeyError:
        return word(f"pages.kpi.valve_on_time.{key}", lang)


def counted(id: str, n: int, lang: str) -> str:
    """Return a number of cases with what a KPI counts: 47户, 47 cases."""
    try:
        forms = word(f"pages.kpi.{id}.noun", lang).split("|")
    except KeyError:
        return f"{n:,}{'件' if lang == 'zh' else ''}"
    return f"{n:,}{'' if lang == 'zh' else ' '}{forms[0] if n == 1 else forms[-1]}"


def contrary(code: str, lang: str) -> str:
    """Return the name of a contradiction between records."""
    return said(lang, f"contrary.{code}")


def number(key: str) -> str:
    """Return the number of a case; one that is told by its name (the ledger gave no number) is not spelled out."""
    return MISSING if key.startswith("~") else key


def person(code: str | None, names: Mapping[str, str], lang: str) -> str:
    """Return a manager by number and masked name (`names`), a department as it is, any other name masked."""
    if not code or code == UNSTATED:
        return said(lang, "owner.none")
    return names.get(code) or (code if code.endswith(OFFICES) or not code.isalpha() or code.isascii() else masking.person(code))


def phrase(row: Row, lang: str) -> str:
    """Return what is the matter; NUMBER stands where the number of a single case belongs."""
    id, kind, n = row["metric"], row["kind"], row["n"]
    if kind == "contradiction":
        table = BY_NAME[row["table"]]
        about = {"name": contrary(row["code"], lang), "table": table.zh if lang == "zh" else table.en}
        return said(lang, "says.contradiction_one", **about, number=NUMBER) if row["key"] else said(lang, "says.contradiction", **about, n=n)
    unit = metric(id).unit
    if row["target"] is not None:
        value, target = (written(row[field], unit, lang) for field in ("value", "target"))
        if kind == "missed":
            return said(lang, "says.short", name=name(id, lang), value=value, target=target)
        return said(lang, "says.changed", name=name(id, lang), rule=word(f"pages.changes.rule.{row['code']}", lang), value=value, mean=target)
    if kind == "thin":
        return said(lang, "says.thin", name=name(id, lang), n=counted(id, n, lang), unknown=verdict(id, "unknown", lang), of=counted(id, row["of"], lang))
    if row["key"]:
        return said(lang, "says.one", name=name(id, lang), number=NUMBER, reason=word(f"metrics.reason.{row['reasons'][0][0]}", lang))
    return said(lang, "says.many", name=name(id, lang), n=counted(id, n, lang), miss=verdict(id, "miss", lang), of=counted(id, row["of"], lang))


def cause(row: Row, lang: str) -> str:
    """Return the causes that people recorded, and how many cases lack one; — where nobody is asked for one."""
    if row["no_cause"] is None:
        return MISSING
    told = [said(lang, "cause.some", cause=masking.scrub(text), n=said(lang, "cause.times", n=n) if row["n"] > 1 else "") for text, n in row["causes"][:2]]
    if row["no_cause"]:
        told.append(said(lang, "cause.rest", n=row["no_cause"]) if told else said(lang, "cause.none"))
    return ("、" if lang == "zh" else ", ").join(told)


def age(row: Row, lang: str) -> str:
    """Return how long it stands: days, or months in a row."""
    return said(lang, "age.months", n=row["months"]) if (row["months"] or 0) > 1 else said(lang, "age.days", n=f"{row['age']:,}")
