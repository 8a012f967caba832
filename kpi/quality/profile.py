"""What the columns of a build hold at all: a question about a column nobody fills need not be asked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kpi.engine import parsed
from kpi.exports.fields import Table
from kpi.exports.tables import TABLES

if TYPE_CHECKING:
    import duckdb

MANY = 3
"""Rows from which a table may show a habit."""


def profile(con: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """Return for each table with rows what its columns hold, in the words of `Rule.uses`: name, name:blank, name:moment, name:loose, name:future, :many."""
    as_of = con.execute("select as_of from clock").fetchone()[0]
    filled = con.execute(" union all ".join(f"(select '{table.name}' from {table.name} limit 1)" for table in TABLES)).fetchall()
    found = {}
    for table in TABLES:
        if (table.name,) in filled:
            rows, held = _held(con, table, as_of)
            found[table.name] = frozenset([*held, *([":many"] if rows >= MANY else [])])
    return found


def _held(con: duckdb.DuckDBPyConnection, table: Table, as_of: datetime) -> tuple[int, list[str]]:
    names, tests = [], []
    for f in table.fields:
        names += [f.name, f"{f.name}:blank"]
        tests += [f"count(t.{f.name}) > 0", f"count(t.{f.name}) < count(*)"]
        if f.kind == "time":
            moments = f"count(case when t.{f.name}_p = 'moment' then 1 end)"
            names += [f"{f.name}:moment", f"{f.name}:loose", f"{f.name}:future"]
            tests += [f"{moments} > 0", f"{moments} < count(t.{f.name})", f"coalesce(max(t.{f.name}) >= timestamp '{as_of}', false)"]
    rows, *answers = con.execute(parsed(f"select count(*), {', '.join(tests)} from {table.name} as t")).fetchone()
    return rows, [name for name, answer in zip(names, answers, strict=True) if answer]
