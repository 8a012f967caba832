"""What reports are made from: of an issued month what was frozen, else the data as it stands; and the template that the store names for papers."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi import closing, pipeline, store
from kpi.engine import Engine, RememberingEngine
from kpi.metrics.compute import span
from kpi.problems import DataProblem, UsageProblem
from kpi.reports import government
from kpi.reports.kinds import Asked
from kpi.reports.period import Period
from kpi.reports.since import Since
from kpi.reports.stretch import Stretch
from kpi.schedule.issuing import kept
from kpi.store import actions, comments
from kpi.store.issues import Reported

FILE = "report.toml"
"""The configuration of reports, in the folder of the store."""

LAST = "last"
"""Written instead of a month: the latest one that is over."""


def last(engine: Engine) -> str:
    """Return the latest month that is over at the moment of the data; raises DataProblem where none is."""
    over = [month for month in span(engine) if closing.over(engine, month)]
    if not over:
        raise DataProblem("还没有结束的月份，没有可导出的月报。", "No month is over yet: there is nothing to report.")
    return over[-1]


def asked(month: str, home: Path | None = None, *, lang: str = "zh", as_of: datetime | str | None = None, build: str | None = None) -> Asked:
    """Return what the reports of a month (or of `last`) are made from.

    Of an issued month this is what was kept with its close (of a close that kept figures alone these, and today's data at its moment for everything else),
    unless another moment (`as_of`) is asked for, which shows the figures of that moment.
    """
    home = store.home(home)
    engine = pipeline.reader(home, as_of, build=build)
    month = last(engine) if month == LAST else month
    found = closing.reported(month, home) if as_of is None else None
    if found:
        engine = pipeline.reader(home, found.line.as_of, build=build)
    line = closing.standing(month, home)
    closes = [{"month": line.month, "version": line.version, "at": line.at}] if line else []
    return Asked(
        engine=RememberingEngine(engine), month=month, lang=lang, reported=found, actions=actions.actions(home), assessed=_assessed(month, home, found), closes=closes, template=template(home),
        comment=found.comment if found else _comment(month, home), kept=kept(found, lang, home),
    )


def stretch(period: Period, home: Path | None = None, *, lang: str = "zh", as_of: str | None = None, first_day: int = 1, build: str | None = None) -> Stretch:
    """Return what the papers of a period are made from; of an issued month the figures as issued, unless another moment or the office's own months are asked for."""
    home = store.home(home)
    reported = [found for month in period.months if as_of is None and first_day == 1 and (found := closing.reported(month, home))]
    frozen = reported[0] if reported and period.kind == "month" else None
    moment = frozen.line.as_of if frozen else as_of
    return Stretch(
        engine=pipeline.reader(home, moment, build=build, first_day=first_day), period=period, lang=lang, reported=reported, actions=actions.actions(home), assessed=_assessed(period.last, home, frozen),
        comment=frozen.comment if frozen else _comment(period.first, home) if period.kind == "month" else "",
        kept=kept(frozen, lang, home).get("paper"),
    )


def government_data(period: Period, home: Path | None = None, *, lang: str = "zh", as_of: str | None = None, first_day: int = 1, build: str | None = None) -> dict[str, Any]:
    """Return what the government's report of a period says; of an issued month what was kept with its close, unless another moment or the office's own months are asked for."""
    home = store.home(home)
    found = closing.reported(period.first, home) if period.kind == "month" and as_of is None and first_day == 1 else None
    if told := kept(found, lang, home).get("government"):
        return government.since(told, Since(reported=found, lang=lang, grids={}, whole=True))
    lines = [line for month in period.months if (line := closing.standing(month, home))]
    issued = [{"month": line.month, "version": line.version, "at": line.at} for line in lines]
    return government.data(pipeline.reader(home, as_of, build=build, first_day=first_day), period, issued=issued, corrected=[line.month for line in lines if closing.differs(line, home)], lang=lang)


def _assessed(month: str, home: Path, frozen: Reported | None) -> dict[str, float]:
    """Return the values assessed by in a month, of an issued one those of its close."""
    kept = frozen.line.record.get("assessed") if frozen else None
    return pipeline.assessed_in(month, home) if kept is None else kept


def _comment(month: str, home: Path) -> str:
    found = comments.standing(month, home)
    return found.words if found else ""


def template(home: Path | None = None, path: str | None = None) -> bytes | None:
    """Return the .docx that papers are set into: that of `path`, else the one that [paper] template of the store's report.toml names, None for the built-in one.

    A path in the configuration may start from the store's folder. Raises UsageProblem where the configuration or the file cannot be read.
    """
    home = store.home(home)
    if path is None and not (home / FILE).exists():
        return None
    try:
        named = Path(path) if path is not None else home / tomllib.loads((home / FILE).read_text(encoding="utf-8"))["paper"]["template"]
        return named.read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = Path(path).name if path is not None else FILE
        raise UsageProblem(f"报告模板读不到（{what}），请核对路径；{FILE} 里应写 [paper] template = \"….docx\"。",
                           f"The template of reports cannot be read ({what}); check the path. {FILE} takes [paper] template = \"….docx\".") from error
