"""`cases`: the rows behind a figure, each with its verdict and the file, sheet and row it came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from kpi.engine import Engine
from kpi.metrics.compute import span
from kpi.metrics.model import DIMENSIONS, Count, Mean, Metric, Quantile, Ratio, Wait
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem
from kpi.standards.months import shift
from kpi.words import word

OF_APPLICATION = frozenset("visit charge work followup clock_stop appeal".split())
"""Tables whose rows belong to an application through its number."""


DATED = frozenset(("fact_valve", "fact_followup", "fact_inside", "fact_stage"))
"""Views whose month is written out of `dated_at` for every row they go through: of a few months of the calendar's own it is quicker to ask for the moment first."""


def within(engine: Engine, fact: str, months: Sequence[str]) -> tuple[str, list[Any]]:
    """Return (SQL over a fact `f`, its values) of the rows from the first to the last of these months."""
    if fact not in DATED or engine.first_day != 1:
        return "f.month between ? and ?", [months[0], months[-1]]
    return "f.dated_at >= ? and f.dated_at < ?", [datetime.fromisoformat(f"{months[0]}-01"), datetime.fromisoformat(f"{shift(months[-1], 1)}-01")]


def columns(asked: Metric) -> tuple[str, str, str, str, str]:
    """Return SQL of (rows counted, verdict, value, low, high)."""
    if isinstance(asked, Ratio):
        return "true", asked.verdict, asked.value, asked.low, asked.high
    if isinstance(asked, Quantile):
        judged = "'hit'" if asked.limit is None else f"case when {asked.value} <= {asked.limit} then 'hit' else 'miss' end"
        return "true", f"case when {asked.value} is null then 'unknown' else {judged} end", asked.value, asked.low, asked.high
    if isinstance(asked, Mean):
        missing = f"{asked.value} is null or {asked.weight} is null"
        return "true", f"case when {missing} then 'unknown' when {asked.good} then 'hit' else 'miss' end", asked.value, "null", "null"
    if isinstance(asked, Count):
        return f"({asked.counted} or {asked.unknown})", f"case when {asked.unknown} then 'unknown' else {asked.verdict} end", asked.value or "null", "null", "null"
    if isinstance(asked, Wait):
        return "true", "case when days is null then 'unknown' else 'hit' end", "case when outcome = 1 then days end", "days", "case when outcome = 1 then days end"
    raise TypeError(asked.kind)


def judged(engine: Engine, asked: Metric, months: Sequence[str], where: Mapping[str, str] | None = None, *, app_id: str | None = None) -> list[dict[str, Any]]:
    """Return the rows behind a figure in the months, as the fact holds them: key_, app_id, grid, regime, month, verdict, value, low, high, reason (a code), batch, file, sheet, row."""
    counted, verdict, value, low, high = columns(asked)
    where = where or {}
    dated, values = within(engine, asked.fact, months[-1:] if asked.snapshot else months)
    conditions = [dated, f"({asked.where})", counted, *(f"f.{name} = ?" for name in where), *(["f.app_id = ?"] if app_id else [])]
    sql = (
        f"select f.key as key_, f.app_id, f.grid, f.regime, f.month, {verdict} as verdict, {value} as value, {low} as low, {high} as high, {asked.reason} as reason,"
        f" t._batch as batch, t._file as file, t._sheet as sheet, t._row as row from {asked.fact} as f"
        f" left join (select _key, _batch, _file, _sheet, _row from {asked.table}) as t on t._key = f.key"
        f" where {' and '.join(conditions)}"
    )
    return engine.rows(sql, [*values, *where.values(), *([app_id] if app_id else [])])


def cases(
    engine: Engine,
    id: str,
    *,
    month: str | None = None,
    start: str | None = None,
    end: str | None = None,
    where: Mapping[str, str] | None = None,
    verdict: str | None = None,
    app_id: str | None = None,
    lang: str = "zh",
) -> list[dict[str, Any]]:
    """Return one row for each case behind a figure, ordered by key; as many as n + unknown of the same question. `app_id` keeps those of one application.

    Fields: key, verdict (hit, miss, unknown), value, low, high, reason, file, sheet, row, sources [{table, file, sheet, row}].
    """
    asked = metric(id)
    months = [month] if month else span(engine, start, end)
    where = dict(where or {})
    for name in where:
        if name not in DIMENSIONS:
            raise UsageProblem(f"没有“{name}”这个维度。", f"No dimension '{name}'.")
    rows = [r for r in judged(engine, asked, months, where, app_id=app_id) if verdict is None or r["verdict"] == verdict]
    sources = of_applications(engine, told_by(asked), {r["app_id"] for r in rows if r["app_id"]})
    found = [
        {
            "key": row["app_id"] if asked.table == "application" and row["app_id"] else row["key_"],
            "verdict": row["verdict"],
            "value": row["value"],
            "low": row["low"],
            "high": row["high"],
            "reason": word(f"metrics.reason.{row['reason']}", lang),
            "file": row["file"],
            "sheet": row["sheet"],
            "row": row["row"],
            "sources": [
                {"table": asked.table, "file": row["file"], "sheet": row["sheet"], "row": row["row"]},
                *(s for s in sources.get(row["app_id"], []) if (s["table"], s["file"], s["sheet"], s["row"]) != (asked.table, row["file"], row["sheet"], row["row"])),
            ],
        }
        for row in rows
    ]
    return sorted(found, key=lambda r: (r["key"] or "", r["file"] or "", r["row"] or 0))


def told_by(asked: Metric) -> list[str]:
    """Return the tables whose rows speak of the applications that a KPI is about."""
    return [name for name in asked.sources if name in OF_APPLICATION] if asked.table == "application" else []


def of_applications(engine: Engine, tables: Collection[str], ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return, for each application, the rows of these tables that speak of it as {table, file, sheet, row}, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in tables if ids else ():
        link = "join work_of as w on w.key = t._key" if table == "work" else ""
        app = "w.app_id" if table == "work" else "t.app_id"
        sql = f"select {app} as app_id, t._file as file, t._sheet as sheet, t._row as row from {table} as t {link} where {app} in (select unnest(?::varchar[]))"
        for row in engine.rows(sql, [list(ids)]):
            found.setdefault(row["app_id"], []).append({"table": table, "file": row["file"], "sheet": row["sheet"], "row": row["row"]})
    for listed in found.values():
        listed.sort(key=lambda s: (s["table"], s["file"], s["sheet"], s["row"]))
    return found
