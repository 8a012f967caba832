"""How the row per application is stored where there are many: without columns that no ledger fills, and what differs from row to row as it is."""

from __future__ import annotations

import duckdb

MANY = 100_000
"""Applications from which on writing a column costs more than finding out what it holds."""

TABLE = "app_stored"
"""The table that is stored so; its script makes it, and says what it holds."""

VARIED = frozenset("key accepted_at accept_passed_at asked_at applied_at gas_on_at inside_done_on ready_at start_from due_at quote_due".split())
"""Columns that differ from row to row and are seldom blank."""

PLAIN = " using compression uncompressed"
"""What a column says of which packing takes a third of the time and saves little room."""


def write(con: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Make TABLE of the statement of its script, narrower where there are many applications: it is a view then, with the same rows and columns."""
    con.execute(f"create temp view app_reckoned as {statement.partition(f'create table {TABLE} as')[2]}")
    _store(con)


def _store(con: duckdb.DuckDBPyConnection) -> None:
    """Write app_reckoned to a table of those columns that may have a value, and show it with the others as TABLE.

    That a column has none is what the planner knows before it reads a row (`stats`): of a ledger's missing columns, and of what is joined from tables without a row.
    """
    kinds = {name: kind for name, kind, *_ in con.execute("describe app_reckoned").fetchall()}
    known = con.execute(f"select {', '.join(f'stats({name})' for name in kinds)} from app_reckoned limit 1").fetchone()
    # before the first application there is no row to tell it
    kept = [name for name, told in zip(kinds, known, strict=True) if told["has_no_null"]] if known else [*kinds]
    columns = ", ".join(f"{name} {kinds[name]}{PLAIN if name in VARIED else ''}" for name in kept)
    con.execute(f"create table app_valued ({columns})")
    con.execute(f"insert into app_valued select {', '.join(kept)} from app_reckoned")
    con.execute(f"create view {TABLE} as select {', '.join(name if name in kept else f'cast(null as {kinds[name]}) as {name}' for name in kinds)} from app_valued")
