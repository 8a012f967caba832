"""Every kind of report of a month in one table: what makes its files. A new kind is one more line of KINDS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kpi.engine import Engine
from kpi.problems import Problem
from kpi.reports import files, government, handouts, standard
from kpi.reports.month import Month
from kpi.reports.period import Period
from kpi.reports.slides import slides
from kpi.reports.steps import Step, Steps, Tell, unheard
from kpi.reports.stretch import Stretch
from kpi.reports.workbook import workbook
from kpi.store.actions import Action
from kpi.store.issues import Reported


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a report of a month is made from; of an issued month `reported` holds what was frozen, and `engine` stands at the moment of its close.

    `assessed` are the values KPIs are assessed by; `closes` is the close in force as {month, version, at}, for the government's report;
    `template` is the .docx that papers are set into, None for the built-in one, `comment` what the planning department says of the month.
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
    steps: Steps = field(default_factory=Steps, repr=False, compare=False)

    @cached_property
    def about(self) -> Month:
        """The month as reports show it, its figures reckoned once for all of them."""
        return Month(self.engine, self.month, self.lang, self.reported)


Files = Mapping[str, bytes]
"""{file name: content}."""


def _workbook(asked: Asked) -> Files:
    return {asked.about.word("file", month=asked.month): workbook(asked.about, asked.actions, asked.assessed, asked.steps.part)}


def _slides(asked: Asked) -> Files:
    return {asked.about.word("slides.file", month=asked.month): slides(asked.about, asked.actions, asked.assessed)}


def _standard(asked: Asked) -> Files:
    issued = asked.reported.figures_of if asked.reported else {}
    name, content = files.of_standard(standard.table(asked.engine, Period("month", asked.month), assessed=asked.assessed, issued=issued), asked.lang)
    return {name: content}


def _paper(asked: Asked) -> Files:
    reported = [asked.reported] if asked.reported else []
    about = Stretch(engine=asked.engine, period=Period("month", asked.month), lang=asked.lang, reported=reported, actions=list(asked.actions), assessed=asked.assessed, comment=asked.comment)
    return handouts.of_period(about, asked.template, asked.steps.part)


def _government(asked: Asked) -> Files:
    found = government.data(asked.engine, Period("month", asked.month), issued=asked.closes, corrected=[asked.month] if asked.reported and asked.reported.corrected else [], lang=asked.lang)
    return handouts.of_government(found, asked.lang, tell=asked.steps.part)


KINDS: dict[str, Callable[[Asked], Files]] = {
    "workbook": _workbook,
    "paper": _paper,
    "slides": _slides,
    "standard": _standard,
    "government": _government,
}
"""Kinds in the order in which they are made."""


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
