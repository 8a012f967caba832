"""What the reports of a month are made from: of an issued month what was frozen, else the data as it stands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kpi import closing, pipeline, store
from kpi.engine import Engine
from kpi.metrics.compute import span
from kpi.problems import DataProblem
from kpi.reports.kinds import Asked
from kpi.store import actions

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

    Of an issued month these are the figures as issued, and today's data at the moment of the close for what is not frozen,
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
    return Asked(engine=engine, month=month, lang=lang, reported=found, actions=actions.actions(home), assessed=pipeline.assessed_in(month, home), closes=closes)
