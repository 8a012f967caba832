"""Corrections (更正): a value that a person put right outranks what ledgers repeat, and what they say otherwise later is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

from kpi.exports.fields import Field, Table

Value = tuple[str | None, ...]
"""The columns of a value as texts; a time has three."""

REPEATED, OTHERWISE = "repeated", "otherwise"
"""What a later row says of a corrected cell: what had been told before, or something else again."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One cell put right: its table, key and column, what stands from now on, and the place in the order of all sheets from which on they know of it."""

    number: int
    table: str
    key: str
    field: str
    old: Value
    new: Value
    since: int


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create `correction`, the corrections in force, and `overruled`, the later rows that say otherwise."""
    con.execute("create table correction (number bigint, table_name varchar, key varchar, field varchar)")
    con.execute("create table overruled (table_name varchar, key varchar, field varchar, number bigint, kind varchar, submitter varchar, file varchar, sheet varchar, row bigint)")


def apply(con: duckdb.DuckDBPyConnection, table: Table, target: str, corrections: Iterable[Correction]) -> None:
    """Put corrected values into the standing rows of a table, settle the conflicts about them, and list later rows that say otherwise.

    Of several corrections of one cell the last stands. Rows that are not there any more are left out.
    """
    asked = sorted((c for c in corrections if c.table == table.name), key=lambda c: (c.key, c.field, c.number))
    keys = sorted({c.key for c in asked})
    there = {key for (key,) in con.execute(f"select _key from {target} where _key in (select unnest(?::varchar[]))", [keys]).fetchall()} if asked else set()
    cells = [list(of) for (key, _), of in groupby(asked, key=lambda c: (c.key, c.field)) if key in there]
    if not cells:
        return
    told = _told(con, table, sorted({of[-1].field for of in cells}), sorted({of[-1].key for of in cells}))
    for of in cells:
        field, last = table.by_name[of[-1].field], of[-1]
        new = _set(con, target, field, last)
        con.execute("insert into correction values (?, ?, ?, ?)", [last.number, table.name, last.key, field.name])
        con.execute("delete from conflict where table_name = ? and key = ? and field = ?", [table.name, last.key, field.name])
        known = {_event(field, value) for c in of for value in (c.old, c.new)}
        known |= {_event(field, row[field.name]) for row in told[last.key] if row["_order"] < last.since}
        for row in told[last.key]:
            said = _event(field, row[field.name])
            if row["_order"] >= last.since and said[0] is not None and said != _event(field, new):
                kind = REPEATED if said in known else OTHERWISE
                con.execute("insert into overruled values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            [table.name, last.key, field.name, last.number, kind, row["_submitter"], row["_file"], row["_sheet"], row["_row"]])


def _event(field: Field, value: Sequence[str | None]) -> Value:
    """Return what two values are compared by: of a time the span, not the word for how precise it is."""
    return tuple(value[:2] if field.kind == "time" else value)


def _told(con: duckdb.DuckDBPyConnection, table: Table, fields: Sequence[str], keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the staged rows of keys in order, each with where it stands and the columns of `fields` as texts."""
    columns = [name for field in fields for name, _ in table.by_name[field].columns]
    rows = con.execute(
        f"""
        select _key, _order, _submitter, _file, _sheet, _row, {', '.join(f'cast({name} as varchar)' for name in columns)}
        from staged where _key in (select unnest(?::varchar[])) order by _key, _seq
        """,
        [list(keys)],
    ).fetchall()
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in keys}
    for row in rows:
        values = dict(zip(columns, row[6:], strict=True))
        place = dict(zip(("_order", "_submitter", "_file", "_sheet", "_row"), row[1:6], strict=True))
        found[row[0]].append({**place, **{field: [values[name] for name, _ in table.by_name[field].columns] for field in fields}})
    return found


def _set(con: duckdb.DuckDBPyConnection, target: str, field: Field, correction: Correction) -> Value:
    """Write a corrected value into its row and return it as DuckDB spells it."""
    cast = [f"cast(? as {kind})" for _, kind in field.columns]
    values = list(correction.new)
    con.execute(f"update {target} set {', '.join(f'{name} = {value}' for (name, _), value in zip(field.columns, cast, strict=True))} where _key = ?", [*values, correction.key])
    return con.execute(f"select {', '.join(f'cast({value} as varchar)' for value in cast)}", values).fetchone()
