"""Lists of cases a page at a time: how many there are and what was recorded of them, then the few that are shown with what stands behind each.

A month of a large company holds tens of thousands of cases: they are counted and put in order where they stand, and only those shown are fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi.engine import Engine
from kpi.metrics.cases import columns, of_applications, told_by, within
from kpi.metrics.causes import RECORDED
from kpi.metrics.model import Metric
from kpi.metrics.registry import metric
from kpi.words import word

STRADDLING = "straddling"

_LAST = "~"
"""Stands behind every grid: cases of none come last."""


@dataclass(frozen=True)
class Asked:
    """What a list is of: the cases of these KPIs with a verdict in these months, each case once; of a process and of those between two where `regime` is given."""

    ids: tuple[str, ...]
    verdict: str
    months: tuple[str, ...]
    where: Mapping[str, str] = field(default_factory=dict)
    regime: str | None = None


@dataclass(frozen=True)
class Summary:
    """How many cases: `by_id` by the first KPI that lists each, in the order in which they come first in the list; `by_cause` by what was recorded of a miss (None = nothing)."""

    by_id: list[tuple[str, int]]
    by_cause: list[tuple[str | None, int]]

    @property
    def n(self) -> int:
        """All of them."""
        return sum(n for _, n in self.by_id)


def _facts(asked: Asked) -> dict[tuple[str, str, bool], list[tuple[int, Metric]]]:
    """Return the KPIs with their places among those asked for, those together whose rows one reading of a fact finds."""
    found: dict[tuple[str, str, bool], list[tuple[int, Metric]]] = {}
    for nth, id in enumerate(asked.ids):
        m = metric(id)
        found.setdefault((m.fact, m.table, m.snapshot), []).append((nth, m))
    return found


def _condition(engine: Engine, asked: Asked, m: Metric) -> tuple[str, list[Any]]:
    """Return SQL of the months and dimensions asked for over the fact `f` of a KPI, and its values."""
    dated, bounds = within(engine, m.fact, asked.months[-1:] if m.snapshot else asked.months)
    parts = [dated, *(f"f.{name} = ?" for name in asked.where), *([f"f.regime in (?, '{STRADDLING}')"] if asked.regime else [])]
    return " and ".join(parts), [*bounds, *asked.where.values(), *([asked.regime] if asked.regime else [])]


def _judged(asked: Asked, m: Metric) -> str:
    counted, verdict, *_ = columns(m)
    return f"(({m.where}) and {counted} and {verdict} = '{asked.verdict}')"


def _rows(engine: Engine, asked: Asked) -> tuple[str, list[Any]]:
    """Return SQL of the rows of every fact in which a KPI finds a case, each with the place of the first that does: twice its number, and 1 more for a case between two processes."""
    parts, values = [], []
    for (fact, table, _), metrics in _facts(asked).items():
        condition, bounds = _condition(engine, asked, metrics[0][1])
        told = [_judged(asked, m) for _, m in metrics]
        place = f"case {' '.join(f'when {one} then {2 * nth}' for (nth, _), one in zip(metrics, told, strict=True))} end" if len(metrics) > 1 else str(2 * metrics[0][0])
        between = f" + case when f.regime = '{STRADDLING}' then 1 else 0 end" if asked.regime else ""
        whole = table == "application"
        parts.append(
            f"select {place}{between} as place, '{table}' as about, f.key, {'case when f.app_id is not null then f.grid end' if whole else 'f.grid'} as grid,"
            f" {'f.key' if whole else 'f.app_id'} as app_id from {fact} as f where {condition} and ({' or '.join(told)})"
        )
        values += bounds
    return " union all ".join(parts), values


_CASES = "select about, key, min(place) as place, min(grid) as grid, min(app_id) as app_id from listed group by about, key"


def summary(engine: Engine, asked: Asked) -> Summary:
    """Return how many cases a list has, by KPI and, of misses, by recorded cause."""
    rows, values = _rows(engine, asked)
    causes = {table: key for table, key in zip(RECORDED, ("app_id", "_key"), strict=True) if asked.verdict == "miss" and table in {metric(id).table for id in asked.ids}}
    joins = "".join(
        f" left join (select {key}, miss_cause from {table} where miss_cause is not null) as {table}_ on c.about = '{table}' and {table}_.{key} = c.key" for table, key in causes.items()
    )
    cause = f"coalesce({', '.join(f'{table}_.miss_cause' for table in causes)})" if causes else "null"
    found = engine.rows(
        f"with listed as ({rows}), cases as ({_CASES}) select c.place // 2 as nth, {cause} as cause, count(*) as n, min(coalesce(c.grid, '{_LAST}') || chr(1) || coalesce(c.key, '')) as begins"
        f" from cases as c{joins} group by all",
        values,
    )
    by_id: dict[str, int] = {}
    by_cause: dict[str | None, int] = {}
    for row in sorted(found, key=lambda row: row["begins"]):
        id = asked.ids[row["nth"]]
        by_id[id] = by_id.get(id, 0) + row["n"]
        by_cause[row["cause"]] = by_cause.get(row["cause"], 0) + row["n"]
    return Summary(list(by_id.items()), list(by_cause.items()))


def shown(engine: Engine, asked: Asked, at: int, size: int, lang: str) -> list[dict[str, Any]]:
    """Return `size` cases from a place on, in order of grid and number: {about, key, app_id, grid, straddling, items: [(KPI, {verdict, value, low, high, reason})], sources: [{table, file, sheet, row}]}.

    The grid of an application without a number is null: nothing else is known of it.
    """
    rows, values = _rows(engine, asked)
    found = engine.rows(
        f"with listed as ({rows}), cases as ({_CASES}) select * from cases order by coalesce(grid, '{_LAST}'), coalesce(key, ''), place limit {int(size)} offset {int(at)}", values
    )
    cases = {(row["about"], row["key"]): {**row, "straddling": row.pop("place") % 2 == 1, "items": []} for row in found}
    for about, key, id, item in _items(engine, asked, [key for _, key in cases], lang):
        if (about, key) in cases:
            cases[about, key]["items"].append((id, item))
    _add_sources(engine, list(cases.values()))
    return list(cases.values())


def _items(engine: Engine, asked: Asked, keys: Sequence[str], lang: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return (about, key, KPI, {verdict, value, low, high, reason}) of the cases with these keys, in the order of the KPIs."""
    parts, values = [], []
    for (fact, table, _), metrics in _facts(asked).items() if keys else ():
        condition, bounds = _condition(engine, asked, metrics[0][1])
        picks = []
        for nth, m in metrics:
            _, _, *spread = columns(m)
            picks += [f"{_judged(asked, m)} as is{nth}", f"{m.reason} as reason{nth}", *(f"{sql} as {name}{nth}" for name, sql in zip(("value", "low", "high"), spread, strict=True))]
        between = f"case when f.regime = '{STRADDLING}' then 1 else 0 end" if asked.regime else "0"
        parts.append(f"select '{table}' as about, f.key, {between} as between_, {', '.join(picks)} from {fact} as f where {condition} and f.key in (select unnest(?::varchar[]))")
        values += [*bounds, list(keys)]
    told = []
    for row in engine.rows(" union all by name ".join(parts), values) if parts else ():
        for nth, id in enumerate(asked.ids):
            if row.get(f"is{nth}"):
                item = {"verdict": asked.verdict, **{name: row[f"{name}{nth}"] for name in ("value", "low", "high")}, "reason": word(f"metrics.reason.{row[f'reason{nth}']}", lang)}
                told.append((2 * nth + row["between_"], (row["about"], row["key"], id, item)))
    return [one for _, one in sorted(told, key=lambda pair: pair[0])]


def _add_sources(engine: Engine, cases: Sequence[dict[str, Any]]) -> None:
    """Add to each case the rows of the ledgers that it came from, in the order of its items, each once."""
    own: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for about in {case["about"] for case in cases}:
        keys = [case["key"] for case in cases if case["about"] == about]
        for row in engine.rows(f"select _key as key, _file as file, _sheet as sheet, _row as row from {about} where _key in (select unnest(?::varchar[]))", [keys]):
            own[about, row["key"]] = [{"table": about, **{name: row[name] for name in ("file", "sheet", "row")}}]
    tables = dict.fromkeys(table for case in cases for id, _ in case["items"] for table in told_by(metric(id)))
    others = of_applications(engine, tables, {case["app_id"] for case in cases if case["app_id"]})
    for case in cases:
        told = [row for id, _ in case["items"] for row in (*own.get((case["about"], case["key"]), ()), *(row for row in others.get(case["app_id"], ()) if row["table"] in told_by(metric(id))))]
        case["sources"] = list({tuple(row.values()): row for row in told}.values())


def reasons(engine: Engine, asked: Asked) -> dict[str, int]:
    """Return how many rows of each reason (a code) there are, those of several KPIs added up."""
    found: dict[str, int] = {}
    for m in map(metric, asked.ids):
        condition, values = _condition(engine, asked, m)
        for row in engine.rows(f"select {m.reason} as reason, count(*) as n from {m.fact} as f where {condition} and {_judged(asked, m)} group by all", values):
            found[row["reason"]] = found.get(row["reason"], 0) + row["n"]
    return found
