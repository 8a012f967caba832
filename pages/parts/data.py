"""Results as pages need them: by month and grid, under the process that headline figures show, looked up in one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from kpi.metrics import headline
from kpi.metrics.registry import metric
from kpi.metrics.verdict import GRID, Tally, tally
from kpi.standards import months
from kpi.words import format as written
from kpi.words import word as word_of
from pages.parts import session
from pages.parts.filters import View


def member(view: View, value: str) -> str:
    """Return a value of a closed list, a reason or a holiday in the view's language; what offices wrote freely stays as it is."""
    try:
        return word_of(f"members.{value}", view.lang)
    except KeyError:
        return value


class Figures:
    """Result rows looked up by KPI, month (None = the span) and grid (None = the total of what is asked)."""

    def __init__(self, view: View, rows: Iterable[Mapping[str, Any]]) -> None:
        self.view = view
        self._at = {(r["metric"], r["month"], r.get("grid")): r for r in rows}

    def row(self, id: str, month: str | None = None, grid: str | None = None) -> Mapping[str, Any] | None:
        """Return one result row, None where nothing was asked or found."""
        return self._at.get((id, month, grid))

    def here(self, id: str, month: str | None = None) -> Mapping[str, Any] | None:
        """Return the row of the grid filtered for, else of the total."""
        return self.row(id, month, self.view.grid)

    def tally(self, id: str, month: str | None = None, grid: str | None = None) -> Tally:
        """Return the counts of a ratio."""
        return tally(self.row(id, month, grid))

    def counts(self, id: str, month: str | None = None) -> Tally:
        """Return the counts of a ratio for the grid filtered for, else for the total."""
        return tally(self.here(id, month))

    def value(self, id: str, month: str | None = None, grid: str | None = None) -> float | None:
        """Return a value, None where there is none."""
        row = self.row(id, month, grid)
        return row["value"] if row else None

    @cached_property
    def grids(self) -> list[str]:
        """Grids in order of code; cases without a grid stand last, where there are any."""
        named = [code for code, _ in self.view.grids]
        return named + (["(未填)"] if any(grid == "(未填)" and (row["n"] or row["unknown"]) for (_, _, grid), row in self._at.items()) else [])


def _split(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    return [i for i in ids if not headline.over_both(metric(i))], [i for i in ids if headline.over_both(metric(i))]


def _where(view: View, regime: str | None = None) -> dict[str, str]:
    return {name: value for name, value in (("manager", view.manager), ("regime", regime)) if value}


def window(view: View) -> list[str]:
    """Return the months that charts over time show."""
    return headline.window(view.months, view.month)


def monthly(view: View, ids: Sequence[str], *, by: Sequence[str] = ("grid",)) -> Figures:
    """Return the figures of every month of the window, each under its own process."""
    listed = window(view)
    one, both = _split(ids)
    rows: list[dict[str, Any]] = []
    for regime, first, last in headline.parts(listed, view.effective) if one else ():
        rows += session.results(view.source, one, start=first, end=last, by=by, where=_where(view, regime), over="months")
    if both:
        rows += session.results(view.source, both, start=listed[0], end=listed[-1], by=by, where=_where(view), over="months")
    return Figures(view, rows)


def span(view: View, ids: Sequence[str], first: str, *, by: Sequence[str] = ("grid",)) -> Figures:
    """Return the figures of the whole span from `first` to the month asked for, under that month's process."""
    one, both = _split(ids)
    rows: list[dict[str, Any]] = []
    for part, regime in ((one, view.regime()), (both, None)):
        if part:
            rows += session.results(view.source, part, start=min(first, view.month), end=view.month, by=by, where=_where(view, regime), over="span")
    return Figures(view, rows)


def year(view: View, ids: Sequence[str]) -> Figures:
    """Return the figures of the year so far."""
    return span(view, ids, f"{view.month[:4]}-01")


def rolling(view: View, ids: Sequence[str]) -> Figures:
    """Return the figures of the twelve months that end with the month asked for."""
    return span(view, ids, months.shift(view.month, -11))


def straddling(view: View, ids: Sequence[str]) -> Figures:
    """Return the month's figures of cases between the two processes, which stand beside the headline."""
    one, _ = _split(ids)
    if view.regime() is None or not one:
        return Figures(view, [])
    return Figures(view, session.results(view.source, one, start=view.month, end=view.month, by=("grid",), where=_where(view, "straddling")))


def word(view: View, id: str, key: str) -> str:
    """Return a word of a KPI: short, hit, miss, unknown, dated."""
    return view.word(f"kpi.{id}.{key}")


def noun(view: View, id: str, n: int | None = None) -> str:
    """Return what a KPI counts, in English in the number that goes with `n`."""
    forms = view.word(f"kpi.{id}.noun").split("|")
    return forms[0] if n == 1 else forms[-1]


def counted(view: View, id: str, n: int) -> str:
    """Return a number with what it counts: 46户, 46 cases."""
    return f"{n:,}{'' if view.lang == 'zh' else ' '}{noun(view, id, n)}"


def in_counts(view: View, row: Mapping[str, Any] | None) -> str:
    """Return a row in counts, and in % where there are enough; never 100 % beside cases that nobody can vouch for. A measured value as written."""
    if row is None or row["unit"] != "ratio" or row["hits"] is None or not row["n"]:
        return written_value(view, row)
    rate = "" if row["n"] < GRID or row["hits"] == row["n"] and row["unknown"] else written(row["value"], "ratio", view.lang)
    unknown = view.word("changes.unknown", n=row["unknown"]) if row["unknown"] else ""
    notes = (", " if view.lang == "en" else "，").join(part for part in (rate, unknown) if part)
    counts = f"{row['hits']:,}/{row['n']:,}"
    return counts if not notes else f"{counts} ({notes})" if view.lang == "en" else f"{counts}（{notes}）"


def written_value(view: View, row: Mapping[str, Any] | None) -> str:
    """Return the value of a row as written, — for none."""
    return written(row["value"] if row else None, row["unit"] if row else "count", view.lang)
