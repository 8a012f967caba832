"""The figures of 台账质量 from the small tables of a build: how complete, how precise, how often something was noted, and since when."""

from __future__ import annotations

from typing import Any

from kpi.engine import Engine
from kpi.problems import UsageProblem
from kpi.quality.findings import column, conditions, title
from kpi.quality.ledger import NEEDED, TIMED

MEASURES = ("completeness", "precision", "conflicts", "rejects", "warnings", "findings")

FLAGS = {
    "conflicts": "source = 'conflict'",
    "rejects": "source = 'reader' and severity = 'error'",
    "warnings": "source = 'reader' and severity = 'warning'",
    "findings": "source = 'rule' and severity = 'warning'",
}
"""What of `flagged` each measure counts."""

_TIMED = " or ".join(f"(q.table_name = '{table}' and q.field in ({', '.join(repr(name) for name in names)}))" for table, names in TIMED.items())
_NEEDED = " or ".join(f"(q.table_name = '{table}' and q.field in ({', '.join(repr(name) for name in names)}))" for table, names in NEEDED.items())
_WRITTEN = "q.moment + q.half + q.day + q.vague"


def _share(n: int, of: int) -> float | None:
    return n / of if of else None


def _by(asked: tuple[str, ...], allowed: tuple[str, ...]) -> list[str]:
    for name in asked:
        if name not in allowed:
            raise UsageProblem(f"不能按“{name}”分组。", f"Cannot group by '{name}'.")
    return ["table_name as \"table\"" if name == "table" else name for name in asked]


def _grouped(engine: Engine, source: str, by: tuple[str, ...], sums: dict[str, str], where: str, values: list[Any]) -> list[dict[str, Any]]:
    """Return sums over a small table by dimensions, in the order of those."""
    alias = source.split()[-1]
    dims = [f"{alias}.{'table_name' if name == 'table' else name}" for name in by]
    named = [f'{sql} as "{name}"' for sql, name in zip(dims, by, strict=True)]
    totals = [f"coalesce(sum({sql}), 0) as {name}" for name, sql in sums.items()]
    tail = f" group by {', '.join(dims)} order by {', '.join(dims)}" if dims else ""
    rows = engine.rows(f"select {', '.join([*named, *totals])} from {source} where {where}{tail}", values)
    return [row | {name: int(row[name]) for name in sums} for row in rows]


def _with_words(row: dict[str, Any], table: str | None, lang: str) -> dict[str, Any]:
    """Add the title of the table and the header of the column to a row grouped by them."""
    about = row.get("table", table)
    words = {"table_name": title(about, lang)} if "table" in row else {}
    if "field" in row:
        words["column"] = column(about, row["field"], lang) if about else None
    return row | words


def overview(
    engine: Engine,
    *,
    by: tuple[str, ...] = ("grid",),
    grid: str | None = None,
    table: str | None = None,
    month: str | None = None,
    start: str | None = None,
    end: str | None = None,
) -> list[dict[str, Any]]:
    """Return for each grid, table or month: rows, needed cells filled, times with a time of day, and what was noted."""
    _by(by, ("grid", "table", "month"))
    asked = {"grid": grid, "table": table, "month": month, "start": start, "end": end}
    where, values = conditions("q", **asked)
    sums = {
        "rows": "case when q.field = '' then q.n else 0 end",
        "cells": f"case when {_NEEDED} then q.n else 0 end", "filled": f"case when {_NEEDED} then q.filled else 0 end",
        "dates": f"case when {_TIMED} then {_WRITTEN} else 0 end", "timed": f"case when {_TIMED} then q.moment else 0 end",
    }
    found = {tuple(row[name] for name in by): row for row in _grouped(engine, "quality as q", by, sums, where, values)}
    where, values = conditions("f", **asked)
    noted = _grouped(engine, "flagged as f", by, {name: f"case when {test} then f.n else 0 end" for name, test in FLAGS.items()}, where, values)
    empty = dict.fromkeys(("rows", "cells", "filled", "dates", "timed", *FLAGS), 0)
    for row in noted:
        at = tuple(row[name] for name in by)
        found[at] = empty | dict(zip(by, at, strict=True)) | found.get(at, {}) | {name: row[name] for name in FLAGS}
    rows = [empty | row | {"completeness": _share(row["filled"], row["cells"]), "precision": _share(row["timed"], row["dates"])} for row in found.values()]
    return sorted(rows, key=lambda row: [(row[name] is None, row[name] or "") for name in by])


def completeness(
    engine: Engine,
    *,
    by: tuple[str, ...] = ("table", "field"),
    grid: str | None = None,
    table: str | None = None,
    field: str | None = None,
    month: str | None = None,
    start: str | None = None,
    end: str | None = None,
    lang: str = "zh",
) -> list[dict[str, Any]]:
    """Return of the rows that need a column how many have it."""
    _by(by, ("table", "field", "grid", "month"))
    where, values = conditions("q", grid=grid, table=table, field=field, month=month, start=start, end=end)
    rows = _grouped(engine, "quality as q", by, {"rows": "q.n", "filled": "q.filled"}, f"({_NEEDED}) and {where}", values)
    return [_with_words(row | {"share": _share(row["filled"], row["rows"])}, table, lang) for row in rows if row["rows"]]


def precision(
    engine: Engine,
    *,
    by: tuple[str, ...] = ("table", "field"),
    grid: str | None = None,
    table: str | None = None,
    field: str | None = None,
    month: str | None = None,
    start: str | None = None,
    end: str | None = None,
    lang: str = "zh",
) -> list[dict[str, Any]]:
    """Return of the dates written how many name a moment, a half-day, a day, or less; without `field`, of the events whose time of day counts."""
    _by(by, ("table", "field", "grid", "month"))
    where, values = conditions("q", grid=grid, table=table, field=field, month=month, start=start, end=end)
    sums = {"rows": _WRITTEN, "moment": "q.moment", "half": "q.half", "day": "q.day", "vague": "q.vague"}
    rows = _grouped(engine, "quality as q", by, sums, where if field else f"({_TIMED}) and {where}", values)
    return [_with_words(row | {"share": _share(row["moment"], row["rows"])}, table, lang) for row in rows if row["rows"]]


def months(engine: Engine) -> list[str]:
    """Return the months with rows, oldest first."""
    return [row["month"] for row in engine.rows("select distinct q.month from quality as q where q.month is not null and q.field = '' order by q.month")]


def _between(first: str, last: str) -> list[str]:
    year, number = int(first[:4]), int(first[5:7])
    found = []
    while (month := f"{year:04d}-{number:02d}") <= last:
        found.append(month)
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    return found


def trend(
    engine: Engine,
    measure: str,
    *,
    grid: str | None = None,
    table: str | None = None,
    field: str | None = None,
    code: str | None = None,
    start: str | None = None,
    end: str | None = None,
) -> list[dict[str, Any]]:
    """Return a measure month by month without a hole: rows it is out of, how many, and the share."""
    if measure not in MEASURES:
        raise UsageProblem(f"没有“{measure}”这一项。", f"No measure '{measure}'.")
    asked = {"grid": grid, "table": table, "start": start, "end": end}
    if measure in ("completeness", "precision"):
        read = completeness if measure == "completeness" else precision
        told = {row["month"]: (row["rows"], row["filled" if measure == "completeness" else "moment"]) for row in read(engine, by=("month",), field=field, **asked)}
    else:
        where, values = conditions("q", **asked)
        told = {row["month"]: (row["rows"], 0) for row in _grouped(engine, "quality as q", ("month",), {"rows": "q.n"}, f"q.field = '' and {where}", values)}
        where, values = conditions("f", **asked, field=field, code=code)
        for row in _grouped(engine, "flagged as f", ("month",), {"n": "f.n"}, f"{FLAGS[measure]} and {where}", values):
            told[row["month"]] = (told.get(row["month"], (0, 0))[0], row["n"])
    known = [month for month in told if month]
    line = _between(min(known), max(known)) if known else []
    return [{"month": month, "rows": told.get(month, (0, 0))[0], "n": told.get(month, (0, 0))[1], "share": _share(*reversed(told.get(month, (0, 0))))} for month in line]
