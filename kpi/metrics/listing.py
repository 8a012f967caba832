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


def _rows(engine: Engine, asked: Asked, told: Mapping[str, str]) -> tuple[str, list[Any]]:
    """Return SQL of the rows of every KPI, `told` naming columns beside those that tell one case from another; a case is the row of the least `place`."""
    parts, values = [], []
    for nth, id in enumerate(asked.ids):
        m = metric(id)
        counted, verdict, value, low, high = columns(m)
        dated, bounds = within(engine, m.fact, asked.months[-1:] if m.snapshot else asked.months)
        whole = m.table == "application"
        conditions = [dated, f"({m.where})", counted, f"{verdict} = ?", *(f"f.{name} = ?" for name in asked.where), *([f"f.regime in (?, '{STRADDLING}')"] if asked.regime else [])]
        place = f"{2 * nth} + case when f.regime = '{STRADDLING}' then 1 else 0 end" if asked.regime else f"{2 * nth}"
        beside = "".join(f", {sql.format(reason=m.reason, value=value, low=low, high=high)} as {name.format(nth=nth)}" for name, sql in told.items())
        parts.append(
            f"select {place} as place, '{m.table}' as about, {'coalesce(f.app_id, f.key)' if whole else 'f.key'} as key, {'case when f.app_id is not null then f.grid end' if whole else 'f.grid'} as grid,"
            f" {'coalesce(f.app_id, f.key)' if whole else 'f.app_id'} as app_id{beside} from {m.fact} as f where {' and '.join(conditions)}"
        )
        values += [*bounds, asked.verdict, *asked.where.values(), *([asked.regime] if asked.regime else [])]
    return " union all by name ".join(parts), values


_CASES = "select about, key, min(place) as place, min(grid) as grid, min(app_id) as app_id from listed group by about, key"


def summary(engine: Engine, asked: Asked) -> Summary:
    """Return how many cases a list has, by KPI and, of misses, by recorded cause."""
    rows, values = _rows(engine, asked, {})
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
    counted: dict[int, int] = {}
    causes_: dict[str | None, int] = {}
    for row in sorted(found, key=lambda row: row["begins"]):
        counted[row["nth"]] = counted.get(row["nth"], 0) + row["n"]
        causes_[row["cause"]] = causes_.get(row["cause"], 0) + row["n"]
    return Summary([(asked.ids[nth], n) for nth, n in counted.items()], list(causes_.items()))


def shown(engine: Engine, asked: Asked, at: int, size: int, lang: str) -> list[dict[str, Any]]:
    """Return `size` cases from a place on, in order of grid and number: {about, key, app_id, grid, straddling, items: [(KPI, {verdict, value, low, high, reason})], sources: [{table, file, sheet, row}]}.

    The grid of an application without a number is null: nothing else is known of it.
    """
    rows, values = _rows(engine, asked, {"reason": "{reason}", "key_": "f.key", "value{nth}": "{value}", "low{nth}": "{low}", "high{nth}": "{high}"})
    found = engine.rows(
        f"with listed as ({rows}), cases as ({_CASES}),"
        f" page as (select *, row_number() over (order by coalesce(grid, '{_LAST}'), coalesce(key, ''), place) as nth from cases qualify nth > {int(at)} and nth <= {int(at + size)})"
        " select page.nth, page.grid as of_grid, page.app_id as of_app, page.place as first, listed.* from listed join page on page.about = listed.about and page.key is not distinct from listed.key"
        " order by page.nth, listed.place",
        values,
    )
    cases: dict[int, dict[str, Any]] = {}
    for row in found:
        nth = row["place"] // 2
        case = cases.setdefault(
            row["nth"], {"about": row["about"], "key": row["key"], "app_id": row["of_app"], "grid": row["of_grid"], "straddling": row["first"] % 2 == 1, "items": [], "keys": []}
        )
        case["items"].append((asked.ids[nth], {"verdict": asked.verdict, **{name: row[f"{name}{nth}"] for name in ("value", "low", "high")}, "reason": word(f"metrics.reason.{row['reason']}", lang)}))
        case["keys"].append(row["key_"])
    _add_sources(engine, list(cases.values()))
    return list(cases.values())


def _add_sources(engine: Engine, cases: Sequence[dict[str, Any]]) -> None:
    """Add to each case the rows of the ledgers that it came from, in the order of its items, each once."""
    own: dict[tuple[str, str], dict[str, Any]] = {}
    for about in {case["about"] for case in cases}:
        keys = [key for case in cases if case["about"] == about for key in case["keys"]]
        for row in engine.rows(f"select _key as key, _file as file, _sheet as sheet, _row as row from {about} where _key in (select unnest(?::varchar[]))", [keys]):
            own[about, row["key"]] = {"table": about, **{name: row[name] for name in ("file", "sheet", "row")}}
    tables = dict.fromkeys(table for case in cases for id, _ in case["items"] for table in told_by(metric(id)))
    others = of_applications(engine, tables, {case["app_id"] for case in cases if case["app_id"]})
    for case in cases:
        told = []
        for (id, _), key in zip(case["items"], case.pop("keys"), strict=True):
            told += [own[case["about"], key]] if (case["about"], key) in own else []
            told += [row for row in others.get(case["app_id"], ()) if row["table"] in told_by(metric(id))]
        case["sources"] = list({tuple(row.values()): row for row in told}.values())


def reasons(engine: Engine, asked: Asked) -> dict[str, int]:
    """Return how many rows of each reason (a code) there are, those of several KPIs added up."""
    rows, values = _rows(engine, asked, {"reason": "{reason}"})
    return {row["reason"]: row["n"] for row in engine.rows(f"with listed as ({rows}) select reason, count(*) as n from listed group by reason", values)}
