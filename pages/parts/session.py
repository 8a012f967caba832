"""The only way from a page to data, and the only caches: keyed by store, build and as-of moment, never by time.

Long lists are kept as they are (`cache_resource`), for copying one takes longer than a page: visitors share its rows, which nobody changes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from kpi import pipeline, quality, standards, store
from kpi.engine import Engine
from kpi.exports.boundaries import Shape
from kpi.metrics import changes as changed
from kpi.metrics import habits, record, story
from kpi.metrics import stages as spent
from kpi.metrics.cases import cases
from kpi.metrics.compute import Over, compute, span
from kpi.metrics.exceptions import Exceptions
from kpi.metrics.exceptions import exceptions as exceptions_of
from kpi.problems import Problem
from kpi.stats import checks

Progress = Callable[[str, int, int], None]
"""Called with what is being done (read, build or enter), steps done and steps in all."""

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


@dataclass(frozen=True)
class Source:
    """What a page reads: the store's folder, the build, the as-of moment asked for, and the build's own (ISO texts)."""

    home: str
    build: str
    as_of: str
    latest: str


def source(asked: str | None = None) -> Source | None:
    """Return the current build at the as-of moment asked for (the build's own where that is no usable moment), None for an empty store."""
    home = store.home()
    current = pipeline.current(home)
    if current is None:
        return None
    build, latest = current[0], current[1].isoformat()
    found = Source(str(home), build, _moment(asked) or latest, latest)
    try:
        _engine(found.home, found.build, found.as_of)
    except Problem:
        # a link may name a moment outside the calendar; the build's own moment always stands
        found = Source(str(home), build, latest, latest)
    return found


def _moment(text: str | None) -> str | None:
    try:
        return pipeline.moment(text).isoformat() if text else None
    except Problem:
        return None


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(home: str, build: str, as_of: str) -> Engine:
    return pipeline.reader(Path(home), as_of, build=build)


def engine(source: Source) -> Engine:
    """Return what reads a build, for questions of one visit that are not kept."""
    return _engine(*_of(source))


def _of(source: Source) -> tuple[str, str, str]:
    return source.home, source.build, source.as_of


@st.cache_data(max_entries=400, show_spinner=False)
def _results(home: str, build: str, as_of: str, ids: tuple[str, ...], start: str | None, end: str | None, by: tuple[str, ...], where: tuple[tuple[str, str], ...], over: Over) -> list[dict[str, Any]]:
    return compute(_engine(home, build, as_of), ids, start=start, end=end, by=by, where=dict(where), over=over)


def results(source: Source, ids: Sequence[str], *, start: str | None = None, end: str | None = None, by: Sequence[str] = (), where: Mapping[str, str] | None = None, over: Over = "both") -> list[dict[str, Any]]:
    """Return the result rows of `compute`."""
    return _results(*_of(source), tuple(ids), start, end, tuple(by), tuple(sorted((where or {}).items())), over)


@st.cache_data(max_entries=200, show_spinner=False)
def _applications(home: str, build: str, as_of: str, ids: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return record.applications(_engine(home, build, as_of), ids)


def applications(source: Source, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is recorded of applications; names are masked by whoever shows them."""
    return _applications(*_of(source), tuple(sorted({i for i in ids if i})))


def search(source: Source, text: str, most: int) -> list[dict[str, Any]]:
    """Return the applications whose number, customer or project holds a text; names are masked by whoever shows them."""
    return record.search(_engine(*_of(source)), text, most)


def case_of(source: Source, id: str, app_id: str, lang: str) -> list[dict[str, Any]]:
    """Return the verdict of a KPI on one application."""
    return cases(_engine(*_of(source)), id, app_id=app_id, lang=lang)


def clock_of(source: Source, app_id: str) -> dict[str, Any] | None:
    """Return how the half working day of one application was counted."""
    return story.clock(_engine(*_of(source)), app_id)


def events_of(source: Source, app_id: str) -> list[dict[str, Any]]:
    """Return every dated record of one application."""
    return story.events(_engine(*_of(source)), app_id)


def records_of(source: Source, app_id: str) -> list[tuple[str, str]]:
    """Return (table, key) of every row of one application."""
    return story.records(_engine(*_of(source)), app_id)


@st.cache_data(max_entries=16, show_spinner=False)
def _known(home: str, build: str, as_of: str) -> dict[str, Any]:
    engine = _engine(home, build, as_of)
    return {"months": span(engine), "grids": record.grids(engine), "managers": record.managers(engine)}


def known(source: Source) -> dict[str, Any]:
    """Return the months, grids and managers that the store knows."""
    return _known(*_of(source))


@st.cache_data(max_entries=200, show_spinner=False)
def _reported(home: str, build: str, as_of: str, month: str) -> list[str]:
    return record.reported(_engine(home, build, as_of), month)


def reported(source: Source, month: str) -> list[str]:
    """Return the grids that have reported the month."""
    return _reported(*_of(source), month)


def holder(source: Source, grid: str) -> dict[str, Any] | None:
    """Return who holds the grid at the as-of moment, and since when."""
    return record.holder(_engine(*_of(source)), grid, datetime.fromisoformat(source.as_of))


def on_the_way(source: Source, grid: str) -> list[dict[str, Any]]:
    """Return the projects of a grid that are followed and have no gas yet."""
    return record.on_the_way(_engine(*_of(source)), grid)


def effective_month() -> str:
    """Return the month in which the new process took effect."""
    return standards.rule("effective_date")[:7]


def promise(id: str, month: str) -> float | None:
    """Return the value promised for a KPI in a month, else the value referred to, else None."""
    on = date.fromisoformat(f"{month}-15")
    found = standards.target(id, on)
    return found if found is not None else standards.target(id, on, "参考值")


@st.cache_data(max_entries=100, show_spinner=False)
def _changes(
    home: str, build: str, as_of: str, ids: tuple[str, ...], months: tuple[str, ...], where: tuple[tuple[str, str], ...], assessed: tuple[tuple[str, float], ...]
) -> list[changed.Change]:
    return changed.changes(_engine(home, build, as_of), months, ids=ids, where=dict(where), targets=dict(assessed))


def changes(source: Source, ids: tuple[str, ...], months: tuple[str, ...], where: Mapping[str, str], assessed: Mapping[str, float]) -> list[changed.Change]:
    """Return what consecutive months say about the last of them, of each KPI, and of the values they are assessed by."""
    return _changes(*_of(source), ids, months, tuple(sorted(where.items())), tuple(sorted(assessed.items())))


@st.cache_data(max_entries=100, show_spinner=False)
def _exceptions(home: str, build: str, as_of: str, month: str, grid: str | None, manager: str | None, assessed: tuple[tuple[str, float], ...]) -> Exceptions:
    return exceptions_of(_engine(home, build, as_of), month, grid=grid, manager=manager, assessed=dict(assessed))


def exceptions(source: Source, month: str, grid: str | None, manager: str | None) -> Exceptions:
    """Return what breaks a rule in a month, ranked; names and keys are masked by whoever shows them."""
    return _exceptions(*_of(source), month, grid, manager, tuple(sorted(pipeline.assessed_in(month, Path(source.home)).items())))


@st.cache_data(max_entries=400, show_spinner=False)
def _comparison(home: str, build: str, as_of: str, units: tuple[tuple[str, int, int], ...]) -> dict[str, Any]:
    source = " union all ".join(f"select '{grid.replace(chr(39), chr(39) * 2)}' as unit, {int(hits)} as hits, {int(n)} as n" for grid, hits, n in units)
    return checks.comparison(_engine(home, build, as_of), source)


def comparison(source: Source, units: tuple[tuple[str, int, int], ...]) -> dict[str, Any]:
    """Return the comparison of units given as (unit, hits, n)."""
    return _comparison(*_of(source), units)


@st.cache_resource(max_entries=40, show_spinner=False)
def _spent(home: str, build: str, as_of: str, what: str, start: str, end: str, where: tuple[tuple[str, str], ...], more: tuple[tuple[str, int], ...]) -> Sequence[Mapping[str, Any]]:
    return getattr(spent, what)(_engine(home, build, as_of), start=start, end=end, where=dict(where), **dict(more))


def stages(source: Source, start: str, end: str, where: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Return the days of each stage that ended in these months."""
    return _spent(*_of(source), "stages", start, end, tuple(sorted(where.items())), ())


def connected(source: Source, start: str, end: str, where: Mapping[str, str], most: int) -> Sequence[Mapping[str, Any]]:
    """Return how many of those who applied in these months were connected by which day."""
    return _spent(*_of(source), "connected", start, end, tuple(sorted(where.items())), (("most", most),))


def load_samples(progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Load the sample ledgers into the store and return the report of the load."""
    return pipeline.load([SAMPLES], progress=progress)


def grids() -> list[str]:
    """Return the names of the grids that the store knows, none for an empty one."""
    found = source()
    return [grid["name"] for grid in known(found)["grids"]] if found else []


# Boundaries of the grids.


@st.cache_data(max_entries=8, show_spinner=False)
def _shapes(home: str, build: str, as_of: str, sha: str) -> list[Shape]:
    return pipeline.shapes(Path(home), sha, {grid["grid"]: grid["name"] for grid in _known(home, build, as_of)["grids"]})


def shapes(source: Source) -> list[Shape]:
    """Return the areas of the grids, none while no boundaries were handed in."""
    holds = pipeline.bounds(Path(source.home))
    return _shapes(*_of(source), holds.sha256) if holds else []


def bound(name: str, content: bytes) -> dict[str, Any]:
    """Take boundaries of the grids from an uploaded file and return what `pipeline.bound` tells."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "uploaded.geojson"
        path.write_bytes(content)
        return pipeline.bound(path, name=name)


# How good the ledgers are.


@st.cache_data(max_entries=200, show_spinner=False)
def _quality(home: str, build: str, as_of: str, what: str, asked: tuple[tuple[str, Any], ...]) -> list[dict[str, Any]]:
    return getattr(quality, what)(_engine(home, build, as_of), **dict(asked))


def quality_of(source: Source, what: str, **asked: Any) -> list[dict[str, Any]]:
    """Return rows of what the room quality says of the ledgers: overview, completeness, precision, summary."""
    return _quality(*_of(source), what, tuple(sorted(asked.items())))


def rows_behind(source: Source, measure: str, limit: int | None, **asked: Any) -> list[dict[str, Any]]:
    """Return the rows of the ledgers behind a measure of quality."""
    return quality.rows_behind(_engine(*_of(source)), measure, limit=limit, **asked)


def astray(source: Source, code: str, limit: int | None, **asked: Any) -> list[dict[str, Any]]:
    """Return the rows of the ledgers behind what a check of the population flags."""
    return quality.astray(_engine(*_of(source)), code, limit=limit, **asked)


@st.cache_data(max_entries=100, show_spinner=False)
def _habits(home: str, build: str, as_of: str, what: str, start: str | None, end: str | None, where: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return getattr(habits, what)(_engine(home, build, as_of), start=start, end=end, where=dict(where))


def habits_of(source: Source, what: str, *, grid: str | None = None, month: str | None = None, start: str | None = None, end: str | None = None) -> list[dict[str, Any]]:
    """Return what `kpi.metrics.habits` tells of levels changed late (relevelled), of stops (stopped) or of overdue appeals (overdue)."""
    return _habits(*_of(source), what, month or start, month or end, (("grid", grid),) if grid else ())
