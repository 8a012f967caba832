"""What a placeholder says: {{KPI.field | month=2024-05 | grid=G03}}, in English or Chinese words, half or full width. What is not known is a fault with the nearest name, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kpi.metrics import as_asked
from kpi.metrics.registry import METRICS, metric
from kpi.problems import Problem, UsageProblem, did_you_mean
from kpi.reports.period import period
from kpi.words import LANGUAGES, month_name, word

FIGURES = ("value", "hits", "misses", "n", "unknown", "cases", "convention", "evidence_low", "evidence_high", "chance_low", "chance_high", "promise", "assessed")
"""Fields that are numbers of ours."""
TEXTS = ("label", "unit", "definition", "sentence")
"""Fields that are texts."""
OPTIONS = ("month", "from", "grid", "user_type", "build_mode", "as")
"""What may stand behind a bar; `from` is the first month of a stretch that ends with `month`, `as` how a share is written (percent: 95.8 instead of 0.958)."""
DIMENSIONS = ("grid", "user_type", "build_mode")


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A placeholder understood: KPI, field, first and last month (None: those asked for with the form), members of dimensions, and whether a share is written in hundredths."""

    metric: str
    field: str
    start: str | None
    month: str | None
    where: tuple[tuple[str, str], ...]
    percent: bool


def plain(text: str) -> str:
    """Return a name as names are compared: full width as half, without spaces and case."""
    return re.sub(r"[\s_·]+", "", unicodedata.normalize("NFKC", text)).casefold()


@cache
def names() -> dict[str, str]:
    """Return every way to write a KPI, as `plain` gives it, with its id: its own names before the short ones of pages; a name of several KPIs is none."""
    own = _alone((plain(name), m.id) for m in METRICS for name in (m.id, m.code, m.label.zh, m.label.en))
    taken = {plain(name) for m in METRICS for name in (m.id, m.code, m.label.zh, m.label.en)}
    return _alone((plain(name), m.id) for m in METRICS for name in _short(m.id) if plain(name) not in taken) | own


def _alone(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, id in pairs:
        found.setdefault(name, set()).add(id)
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}


def _short(id: str) -> Iterable[str]:
    for key in (f"forms.kpi.{id}", f"pages.kpi.{id}.short"):
        for lang in LANGUAGES:
            try:
                yield word(key, lang)
            except KeyError:
                continue


def fields(id: str, lang: str = "zh") -> dict[str, str]:
    """Return the fields of a KPI with their names: ours, texts, and those as forms ask for them."""
    m = metric(id)
    shares = ("hits", "misses", "evidence_low", "evidence_high", "chance_low", "chance_high", "convention")
    ours = [name for name in FIGURES if m.kind == "ratio" or name not in shares]
    return {name: word(f"forms.field.{name}", lang) for name in (*ours, *TEXTS)} | {name: one.label.of(lang) for name, one in as_asked.fields(m).items()}


@cache
def _fields(id: str) -> dict[str, str]:
    return {plain(text): name for lang in LANGUAGES for name, text in fields(id, lang).items()} | {plain(name): name for name in fields(id)}


@cache
def _options() -> dict[str, str]:
    return {plain(word(f"forms.option.{name}", lang)): name for lang in LANGUAGES for name in OPTIONS} | {name: name for name in OPTIONS}


def _unlike(what: str, said: str, options: Iterable[str]) -> UsageProblem:
    near = did_you_mean(plain(said), {plain(option): option for option in options})
    shown = {plain(option): option for option in options}.get(near or "")
    return UsageProblem(word(f"forms.fault.{what}", "zh", said=said) + (word("forms.fault.near", "zh", near=shown) if shown else ""),
                        word(f"forms.fault.{what}", "en", said=said) + (word("forms.fault.near", "en", near=shown) if shown else ""))


def _fault(key: str, **values: str) -> UsageProblem:
    return UsageProblem(word(f"forms.fault.{key}", "zh", **values), word(f"forms.fault.{key}", "en", **values))


def parse(text: str) -> Placeholder:
    """Return what stands between the braces; raises UsageProblem saying what is not known."""
    head, *rest = (part.strip() for part in unicodedata.normalize("NFKC", text).split("|"))
    id, field = _named(head)
    told: dict[str, str] = {}
    for part in rest:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise _fault("option_form", said=part)
        name = _options().get(plain(key))
        if name is None:
            raise _unlike("option", key, [*(word(f"forms.option.{one}") for one in OPTIONS), *OPTIONS])
        if name in told:
            raise _fault("twice", said=key)
        told[name] = value
    start, month = _months(told)
    percent = told.get("as") is not None
    if percent and plain(told["as"]) not in (plain(word("forms.percent", lang)) for lang in LANGUAGES):
        raise _unlike("as", told["as"], [word("forms.percent", lang) for lang in LANGUAGES])
    return Placeholder(metric=id, field=field, start=start, month=month, where=tuple((name, told[name]) for name in DIMENSIONS if name in told), percent=percent)


def _named(head: str) -> tuple[str, str]:
    """Return (id, field) of what stands before the bars."""
    name, dot, field = head.rpartition(".")
    id = names().get(plain(name)) if dot else None
    if id is None:
        if plain(head) in names():
            raise _fault("no_field", said=head)
        raise _unlike("kpi", name if dot else head, [*(m.label.zh for m in METRICS), *(m.id for m in METRICS), *(m.code for m in METRICS)])
    found = _fields(id).get(plain(field))
    if found is None:
        raise _unlike("field", field.strip(), [*fields(id).values(), *fields(id)])
    return id, found


def _months(told: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the first and last month written: a month, a quarter, a half-year or a year."""
    try:
        asked = period(_iso(told["month"])) if "month" in told else None
        start = period(_iso(told["from"])) if "from" in told else None
    except Problem as problem:
        raise _fault("month", said=told.get("from", "") if "month" not in told else told["month"]) from problem
    first = start.first if start else asked.first if asked and asked.kind != "month" else None
    return first, asked.last if asked else None


_CHINESE = re.compile(r"(20\d\d)年(?:(\d{1,2})月|第?([1-4一二三四])季度|([上下])半年)?")


def _iso(text: str) -> str:
    """Return a period as commands write it; Chinese ways of writing one are read too."""
    found = _CHINESE.fullmatch(re.sub(r"\s+", "", text))
    if not found:
        return text
    year, month, quarter, half = found.groups()
    if month:
        return f"{year}-{int(month):02d}"
    return f"{year}-Q{'一二三四'.index(quarter) + 1 if quarter in '一二三四' else quarter}" if quarter else f"{year}-H{1 if half == '上' else 2}" if half else year


def compose(id: str, field: str, month: str | None = None, grid: str | None = None, lang: str = "zh") -> str:
    """Return a placeholder to be put into a form, in words of the language; `grid` as it is to be written."""
    parts = [f"{metric(id).label.of(lang)}.{fields(id, lang)[field]}"]
    if month:
        parts.append(f"{word('forms.option.month', lang)}={month_name(month, lang) if lang == 'zh' else month}")
    if grid:
        parts.append(f"{word('forms.option.grid', lang)}={grid}")
    return "{{" + " | ".join(parts) + "}}"
