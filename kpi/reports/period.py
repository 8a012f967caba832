"""What a report speaks of: a month, quarter, half-year or year, by the calendar or by an office's own month (26th to 25th)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kpi.engine import Engine
from kpi.metrics import headline
from kpi.metrics.compute import span
from kpi.problems import UsageProblem
from kpi.standards.months import shift
from kpi.words import month_name, word

LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_WRITTEN = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?")


@dataclass(frozen=True)
class Period:
    """A stretch of whole months: kind month, quarter, half or year, and its first month."""

    kind: str
    first: str

    @property
    def last(self) -> str:
        """The last month."""
        return shift(self.first, LENGTH[self.kind] - 1)

    @property
    def before(self) -> Period:
        """The stretch of the same length that ended just before."""
        return Period(self.kind, shift(self.first, -LENGTH[self.kind]))

    @property
    def year_before(self) -> Period:
        """The same stretch one year earlier."""
        return Period(self.kind, shift(self.first, -12))

    @property
    def january(self) -> str:
        """The first month of its year."""
        return f"{self.first[:4]}-01"

    @property
    def months(self) -> list[str]:
        """Its months in order."""
        return [shift(self.first, by) for by in range(LENGTH[self.kind])]

    @property
    def code(self) -> str:
        """The period as it is written in commands and file names: 2024-05, 2024-Q2, 2024-H1, 2024."""
        year, number = self.first[:4], int(self.first[5:])
        return {"month": self.first, "quarter": f"{year}-Q{number // 3 + 1}", "half": f"{year}-H{number // 6 + 1}", "year": year}[self.kind]

    def name(self, lang: str = "zh") -> str:
        """Return the period as read: 2024年5月, 2024年第2季度, 2024年上半年, 2024年."""
        if self.kind == "month":
            return month_name(self.first, lang)
        return word(f"reports.period.{self.kind}_{1 if self.first[5:] == '01' else 2}" if self.kind == "half" else f"reports.period.{self.kind}", lang,
                    year=self.first[:4], n=int(self.first[5:]) // 3 + 1)

    def starts(self, first_day: int = 1) -> datetime:
        """Return its first moment, where months begin on `first_day`."""
        return _begins(self.first, first_day)

    def ends(self, first_day: int = 1) -> datetime:
        """Return the first moment after it."""
        return _begins(shift(self.last, 1), first_day)

    def days(self, first_day: int = 1) -> tuple[date, date]:
        """Return its first and last day."""
        return self.starts(first_day).date(), (self.ends(first_day) - timedelta(days=1)).date()

    def partial(self, engine: Engine) -> bool:
        """Return whether it was not over at the as-of moment."""
        return engine.as_of < self.ends(engine.first_day)

    def regime(self, change: str) -> str | None:
        """Return the process that heads every month of it; None where both do."""
        found = {headline.regime(month, change) for month in self.months}
        return found.pop() if len(found) == 1 else None


def _begins(month: str, first_day: int) -> datetime:
    month = month if first_day == 1 else shift(month, -1)
    return datetime(int(month[:4]), int(month[5:]), first_day)


def period(text: str) -> Period:
    """Return the period written as 2024-05, 2024-Q2, 2024-H1 or 2024; raises UsageProblem for anything else."""
    found = _WRITTEN.fullmatch(text.strip().upper())
    if not found:
        raise UsageProblem(f"期间“{text}”应写成 2024-05、2024-Q2、2024-H1 或 2024。", f"Period '{text}' should read like 2024-05, 2024-Q2, 2024-H1 or 2024.")
    year, month, quarter, half = found.groups()
    if month:
        return Period("month", f"{year}-{month}")
    if quarter:
        return Period("quarter", f"{year}-{3 * int(quarter) - 2:02d}")
    return Period("half", f"{year}-{6 * int(half) - 5:02d}") if half else Period("year", f"{year}-01")


def known(asked: Period, engine: Engine) -> Period:
    """Return the period; raises UsageProblem where nothing can have happened in it."""
    months = span(engine)
    if asked.first > months[-1] or asked.last < months[0]:
        raise UsageProblem(
            f"{asked.name()}没有数据，台账有{month_name(months[0])}至{month_name(months[-1])}。",
            f"No data for {asked.name('en')}: the ledgers speak of {month_name(months[0], 'en')} to {month_name(months[-1], 'en')}.",
        )
    return asked


