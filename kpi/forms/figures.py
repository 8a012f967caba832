"""The figure that a placeholder asks for: of an issued month as issued, what may not be printed as a sign with the reason, what a form wants otherwise than we reckon beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi import closing, pipeline, store
from kpi.engine import Engine
from kpi.forms.placeholders import Placeholder
from kpi.metrics import as_asked, record
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem, did_you_mean
from kpi.reports import quoted
from kpi.reports.figures import unit_name
from kpi.reports.month import Month
from kpi.reports.standard import figure_words
from kpi.words import MISSING, month_name, word
from kpi.words import format as written


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a placeholder is filled with: a number where it is one, the text of it, what is to be known about it, and whether it is reckoned as the form asks and not as we do."""

    number: float | int | None
    text: str
    notes: tuple[str, ...] = ()
    as_asked: bool = False


class Figures:
    """Figures of one store for one form; `month` is taken where a placeholder names none, `as_of` another moment than the data's own, which shows no month as issued."""

    def __init__(self, home: Path | None = None, *, month: str | None = None, as_of: str | None = None, build: str | None = None, lang: str = "zh") -> None:
        self._home, self._as_of, self._build = store.home(home), as_of, build
        self._month, self.lang = month, lang
        self._engines: dict[str | None, Engine] = {}
        self._months: dict[str, Month] = {}
        self._assessed: dict[str, Mapping[str, float]] = {}

    def said(self, key: str, **values: Any) -> str:
        """Return words of forms."""
        return word(f"forms.{key}", self.lang, **values)

    def _engine(self, as_of: str | None) -> Engine:
        if as_of not in self._engines:
            self._engines[as_of] = pipeline.reader(self._home, as_of, build=self._build)
        return self._engines[as_of]

    def about(self, month: str) -> Month:
        """Return a month; raises UsageProblem for one without data."""
        if month not in self._months:
            reported = closing.reported(month, self._home, since=False) if self._as_of is None else None
            self._months[month] = Month(self._engine(reported.line.as_of if reported else self._as_of), month, self.lang, reported)
        return self._months[month]

    def of(self, asked: Placeholder) -> Figure:
        """Return the figure of a placeholder; raises UsageProblem where grid, month or member is not known."""
        month = asked.month or self._month
        if month is None:
            raise UsageProblem(word("forms.fault.no_month"), word("forms.fault.no_month", "en"))
        if asked.start and asked.start > month:
            raise UsageProblem(word("forms.fault.order", first=asked.start, last=month), word("forms.fault.order", "en", first=asked.start, last=month))
        about = self.about(month)
        where = self._members(about.engine, dict(asked.where))
        start = asked.start or month
        notes = [self.said("note.partial")] if about.partial else []
        if asked.field in as_asked.fields(metric(asked.metric)):
            return self._theirs(about, asked, start, where, notes)
        return self._ours(about, asked, start, where, notes)

    def _members(self, engine: Engine, where: dict[str, str]) -> dict[str, str]:
        """Return members of dimensions by code; the company is none."""
        found = {}
        for name, said in where.items():
            if name == "grid":
                if said in (word("forms.company", lang) for lang in ("zh", "en")):
                    continue
                known = {row["grid"]: row["name"] for row in record.grids(engine)}
                code = record.named_grid(engine, said)
                if code not in known:
                    raise _unlike("grid", said, [*known.values(), *known])
                found[name] = code
            else:
                members = [row["member"] for row in engine.rows(f"select distinct {name} as member from app order by member")]
                if said not in members:
                    raise _unlike("member", said, members)
                found[name] = said
        return found

    def _ours(self, about: Month, asked: Placeholder, start: str, where: Mapping[str, str], notes: list[str]) -> Figure:
        m = metric(asked.metric)
        row = about.figure(m.id, start, where)
        if about.reported:
            now = Month(about.engine, about.month, self.lang).figure(m.id, start, where)
            if any(now[name] != row[name] for name in ("hits", "n", "unknown")) or written(now["value"], m.unit) != written(row["value"], m.unit):
                notes.append(self.said("note.corrected", now=figure_words(m, now, self.lang)))
        if asked.field in ("label", "unit", "definition", "sentence"):
            return Figure(number=None, text=self._text(about, asked.field, start, where, row), notes=tuple(notes))
        if asked.field == "value":
            why = quoted.withheld(m, row)
            if why:
                return Figure(number=None, text=self.said(f"sign.{why}"), notes=(*notes, self.said(f"note.{why}")))
            return self._number(quoted.value(m, row), m.unit, asked.percent, notes)
        if asked.field in ("promise", "assessed"):
            if asked.field == "promise":
                goal = about.promise(m)
            else:
                if about.month not in self._assessed:
                    self._assessed[about.month] = pipeline.assessed_in(about.month, self._home)
                goal = ("考核值", self._assessed[about.month][m.id]) if m.id in self._assessed[about.month] else None
            if goal is None:
                return Figure(number=None, text=MISSING, notes=(*notes, self.said("note.no_goal")))
            return self._number(goal[1], m.unit, asked.percent, [*notes, *([self.said("note.goal", kind=word(f"reports.target.{goal[0]}", self.lang))] if asked.field == "promise" and goal[0] != "承诺" else [])])
        counts = {"misses": None if row["hits"] is None else row["n"] - row["hits"], "cases": row["n"] + row["unknown"]}
        value = counts.get(asked.field, row.get(asked.field))
        if value is None:
            return Figure(number=None, text=MISSING, notes=(*notes, self.said("note.none")))
        return self._number(value, m.unit if asked.field.startswith(("evidence", "chance")) else "count", asked.percent, notes)

    def _theirs(self, about: Month, asked: Placeholder, start: str, where: Mapping[str, str], notes: list[str]) -> Figure:
        m, field = metric(asked.metric), as_asked.fields(metric(asked.metric))[asked.field]
        regime = about.figure_regime(m.id)
        found = as_asked.as_asked(about.engine, m.id, asked.field, start, about.month, {**where, **({"regime": regime} if regime else {})})
        ours = self.said("note.ours", name=m.label.of(self.lang), figure=figure_words(m, about.figure(m.id, start, where), self.lang))
        what = self.said("note.as_asked", label=field.label.of(self.lang), meaning=field.meaning.of(self.lang), n=found["n"], unknown=found["unknown"])
        told = (*notes, what, ours, *([self.said("note.live")] if about.reported else []))
        if found["value"] is None:
            return Figure(number=None, text=MISSING, notes=told, as_asked=True)
        shown = self._number(found["value"], found["unit"], asked.percent, told)
        return Figure(number=shown.number, text=shown.text, notes=shown.notes, as_asked=True)

    def _number(self, value: float | int, unit: str, percent: bool, notes: Any) -> Figure:
        if percent and unit == "ratio":
            return Figure(number=100 * value, text=quoted.bare(value, unit).rstrip("%"), notes=tuple(notes))
        whole = unit == "count" and float(value).is_integer()
        return Figure(number=int(value) if whole else float(value), text=quoted.bare(value, unit), notes=tuple(notes))

    def _text(self, about: Month, field: str, start: str, where: Mapping[str, str], row: Mapping[str, Any]) -> str:
        m = metric(row["metric"])
        if field == "sentence":
            return self.sentence(about, m.id, start, where, row)
        return {"label": m.label.of(self.lang), "unit": unit_name(m, self.lang), "definition": m.meaning.of(self.lang)}[field]

    def sentence(self, about: Month, id: str, start: str, where: Mapping[str, str], row: Mapping[str, Any]) -> str:
        """Return a figure as a sentence."""
        span = about.name if start == about.month else self.said("span", first=month_name(start, self.lang), last=about.name)
        who = [about.grid_name(where["grid"]) if "grid" in where else self.said("company"), *(word_of(value, self.lang) for name, value in where.items() if name != "grid")]
        return quoted.sentence(metric(id), row, span=span, where=self.said("comma").join(who), until=about.until, lang=self.lang, issued=about.reported is not None)


def word_of(member: str, lang: str) -> str:
    """Return a value of a closed list in the language; what offices wrote freely stays as it is."""
    try:
        return word(f"members.{member}", lang)
    except KeyError:
        return member


def _unlike(what: str, said: str, options: list[str]) -> UsageProblem:
    near = did_you_mean(said, options)
    zh, en = ((word("forms.fault.near", lang, near=near) if near else "") for lang in ("zh", "en"))
    return UsageProblem(word(f"forms.fault.{what}", said=said) + zh, word(f"forms.fault.{what}", "en", said=said) + en)
