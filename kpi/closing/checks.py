"""Whether a month can be issued: is it over, who has reported, what is wrong in the ledgers, does the calendar stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kpi import quality
from kpi.engine import Engine
from kpi.metrics import marks, record
from kpi.metrics.compute import span
from kpi.metrics.registry import METRICS
from kpi.problems import UsageProblem
from kpi.words import month_name


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What was found: `over` the month has ended by as-of; grids that have not reported; cells and rows returned, contradictions between ledgers and warnings of the month; KPIs on a provisional calendar."""

    month: str
    over: bool
    grids: int
    missing: Sequence[str]
    rejects: int
    conflicts: int
    warnings: int
    provisional: Sequence[str]

    @property
    def complete(self) -> bool:
        """Whether nothing stands against issuing; warnings alone do not."""
        return self.over and not (self.missing or self.rejects or self.conflicts or self.provisional)

    def told(self) -> dict[str, Any]:
        """Return the findings as the journal keeps them."""
        return {**asdict(self), "missing": list(self.missing), "provisional": list(self.provisional)}


def after(month: str) -> datetime:
    """Return the first moment after a month."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 1)


def over(engine: Engine, month: str) -> bool:
    """Return whether a month has ended at the moment of the data."""
    return engine.as_of >= after(month)


def ready(engine: Engine, month: str) -> Ready:
    """Return what stands against issuing a month; raises UsageProblem for one without any data."""
    known = span(engine)
    if not known[0] <= span(engine, month, month)[0] <= known[-1]:
        raise UsageProblem(
            f"{month_name(month)}没有数据，可选{month_name(known[0])}至{month_name(known[-1])}。",
            f"No data for {month_name(month, 'en')}; choose {month_name(known[0], 'en')} to {month_name(known[-1], 'en')}.",
        )
    grids = record.grids(engine)
    reported = set(record.reported(engine, month))
    noted = quality.overview(engine, month=month)
    return Ready(
        month=month, over=over(engine, month), grids=len(grids), missing=tuple(g["name"] for g in grids if g["grid"] not in reported),
        **{name: sum(row[name] for row in noted) for name in ("rejects", "conflicts", "warnings")},
        provisional=tuple(marks.provisional(engine, [m.id for m in METRICS], month, month)),
    )
