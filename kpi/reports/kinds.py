"""Every kind of report of a month in one table: what it says, and what makes files of that. A new kind is one more line of KINDS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kpi.engine import Engine
from kpi.problems import Problem
from kpi.reports import bound, deck, files, government, handouts, slides, standard, workbook, workreport
from kpi.reports.bound import Workbook
from kpi.reports.deck import Show
from kpi.reports.marking import filled
from kpi.reports.month import Month, until_words
from kpi.reports.paper import Paper
from kpi.reports.period import Period
from kpi.reports.since import Since
from kpi.reports.steps import Step, Steps, Tell, unheard
from kpi.reports.stretch import Stretch
from kpi.store.actions import Action
from kpi.store.issues import Reported
from kpi.words import word


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a report of a month is made from; of an issued month `reported` holds what was frozen, and `engine` stands at the moment of its close.

    `assessed` are the values KPIs are assessed by; `closes` is the close in force as {month, version, at}, for the government's report;
    `template` is the .docx that papers are set into, None for the built-in one, `comment` what the planning department says of the month; `kept` is what was kept with the close of
    an issued month: what each kind says, by kind, and the names of `grids`.
    """

    engine: Engine
    month: str
    lang: str = "zh"
    reported: Reported | None = None
    actions: Iterable[Action] = ()
    assessed: Mapping[str, float] = field(default_factory=dict)
    closes: Sequence[Mapping[str, Any]] = ()
    template: bytes | None = field(default=None, repr=False)
    comment: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict, repr=False)
    steps: Steps = field(default_factory=Steps, repr=False, compare=False)

    @cached_property
    def about(self) -> Month:
        """The month as reports show it, its figures reckoned once for all of them."""
        return Month(self.engine, self.month, self.lang, self.reported)

    @property
    def period(self) -> Period:
        """The month as a period."""
        return Period("month", self.month)

    @property
    def until(self) -> str:
        """The moment of the data as read."""
        return until_words(self.engine.as_of, self.lang)

    @cached_property
    def since(self) -> Since | None:
        """What is said of an issued month since it was issued; None for an open one."""
        return Since(reported=self.reported, lang=self.lang, grids=self.kept.get("grids") or self.about.grids, whole=bool(self.kept)) if self.reported else None


Files = Mapping[str, bytes]
"""{file name: content}."""


@dataclass(frozen=True)
class Kind:
    """A kind of report: `content` is what it says, as data, with the marks of what may be said of an issued month later on; `written` makes files of that, with what is said by now."""

    name: str
    content: Callable[[Asked], Any]
    written: Callable[[Any, Asked], Files]

    def __call__(self, asked: Asked) -> Files:
        """Return the files of the kind; of an issued month they say what was kept with its close."""
        return self.written(asked.kept[self.name] if self.name in asked.kept else self.content(asked), asked)


def _workbook(found: Workbook, asked: Asked) -> Files:
    return {word("reports.file", asked.lang, month=asked.month): bound.written(workbook.since(found, asked.since) if asked.since else found)}


def _slides(found: Show, asked: Asked) -> Files:
    return {word("reports.slides.file", asked.lang, month=asked.month): deck.written(filled(found, asked.since.words) if asked.since else found)}


def _standard(asked: Asked) -> list[dict[str, str]]:
    issued = asked.reported.figures_of if asked.reported else {}
    return files.standard_rows(standard.table(asked.engine, asked.period, assessed=asked.assessed, issued=issued), asked.lang)


def _report(asked: Asked) -> Paper:
    asked.steps.part(word("reports.schedule.parts.text", asked.lang), 1, 3)
    reported = [asked.reported] if asked.reported else []
    return workreport.written(Stretch(engine=asked.engine, period=asked.period, lang=asked.lang, reported=reported, actions=list(asked.actions), assessed=asked.assessed, comment=asked.comment))


def _paper(found: Paper, asked: Asked) -> Files:
    return handouts.of_paper(workreport.since(found, asked.since) if asked.since else found, asked.period, asked.template, asked.steps.part)


def _government(asked: Asked) -> dict[str, Any]:
    corrected = [asked.month] if asked.reported and asked.reported.corrected else []
    return government.data(asked.engine, asked.period, issued=asked.closes, corrected=corrected, lang=asked.lang)


KINDS: dict[str, Kind] = {one.name: one for one in (
    Kind("workbook", lambda asked: workbook.content(asked.about, asked.actions, asked.assessed, asked.steps.part), _workbook),
    Kind("paper", _report, _paper),
    Kind("slides", lambda asked: slides.content(asked.about, asked.actions, asked.assessed), _slides),
    Kind("standard", _standard, lambda found, asked: {files.standard_name(asked.period, asked.lang): files.csv(found)}),
    Kind("government", _government, lambda found, asked: handouts.of_government(government.since(found, asked.since) if asked.kept else found, asked.lang, tell=asked.steps.part)),
)}
"""Kinds in the order in which they are made."""


def contents(asked: Asked) -> dict[str, Any]:
    """Return what every kind says, to be kept with a close, and the names of grids."""
    return {kind.name: kind.content(asked) for kind in KINDS.values()} | {"grids": asked.about.grids}


def made(asked: Asked, names: Iterable[str] = (), tell: Tell = unheard) -> Iterator[tuple[str, Files | Problem]]:
    """Make kinds of reports (default: every one) one after the other, telling what comes next, and yield each with its files or what stood against it."""
    chosen = list(names) or list(KINDS)
    for place, name in enumerate(chosen, start=1):
        asked.steps.begin(Step(kind=name, place=place, of=len(chosen)), tell)
        try:
            found: Files | Problem = KINDS[name](asked)
        except Problem as problem:
            found = problem
        yield name, found
