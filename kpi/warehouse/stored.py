"""How the row per application is stored where there are many: without columns in which no row has a value, and what differs from row to row as it is."""

from __future__ import annotations

import duckdb

MANY = 100_000
"""Applications from which on writing a column costs more than finding out what it holds."""

TABLE = "app_stored"
"""The table that is stored so; its script makes it, and says what it holds."""

SAMPLE = 10_000
"""Rows by which it is guessed which columns may be without a value, and which are not worth packing."""

VARIED = frozenset(("key",))
"""Texts of which none is like another."""

PLAIN = " using compression uncompressed"
"""What a column says of which packing takes a third of the time and saves little room."""


def write(con: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Make TABLE of the statement of its script, narrower where there are many applications: it is a view then, with the same rows and columns."""
    con.execute(f"create temp view app_reckoned as {statement.partition(f'create table {TABLE} as')[2]}")
    _store(con)


def _store(con: duckdb.DuckDBPyConnection) -> None:
    """Write app_reckoned to a table of its columns with values, and show it with the others as TABLE."""
    kinds = {name: kind for name, kind, *_ in con.execute("describe app_reckoned").fetchall()}
    counted = ", ".join(f"count({name})" for name in kinds)
    rows, *seen = con.execute(f"select count(*), {counted} from (select * from app_reckoned limit {SAMPLE}) as sample").fetchone()
    valued = dict(zip(kinds, seen, strict=True))
    doubtful = [name for name in kinds if not valued[name]]
    if doubtful:
        valued |= zip(doubtful, con.execute(f"select {', '.join(f'count({name})' for name in doubtful)} from app_reckoned").fetchone(), strict=True)
    kept = [name for name in kinds if valued[name]]
    plain = {name for name in kept if name in VARIED or (kinds[name] == "TIMESTAMP" and 2 * valued[name] > rows)}
    columns = ", ".join(f"{name} {kinds[name]}{PLAIN if name in plain else ''}" for name in kept)
    con.execute(f"create table app_valued ({columns})")
    con.execute(f"insert into app_valued select {', '.join(kept)} from app_reckoned")
    con.execute(f"create view {TABLE} as select {', '.join(name if valued[name] else f'cast(null as {kinds[name]}) as {name}' for name in kinds)} from app_valued")
