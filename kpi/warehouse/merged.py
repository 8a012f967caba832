"""What new rows make of values that are known: cells that say nothing erase nothing, cells that say otherwise take their place; both are told."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import duckdb

from kpi.exports.fields import Field, Table

LISTED = 20
"""Cells of a column of a sheet that are told one by one; all are counted."""

Cells = list[dict[str, Any]]


def kept(con: duckdb.DuckDBPyConnection, table: Table, new: int) -> dict[int, Cells]:
    """Return for each sheet from order `new` on the columns that say nothing of keys of which an earlier row says something.

    [{field, n: such cells, rows: [[row, key, the value that stands as text, its precision]]}], rows in order and at most
    LISTED of them; asked while `doubled` and the standing table are there.
    """
    fields = _open(con, table, new)
    if not fields:
        return {}
    firsts = ", ".join(f"min(_seq) filter ({f.columns[0][0]} is not null) as s{i}" for i, f in enumerate(fields))
    lost = [f"d.{f.columns[0][0]} is null and d._seq > s{i}" for i, f in enumerate(fields)]
    counts = ", ".join(f"count(*) filter ({test}), min(d._row, {LISTED}) filter ({test})" for test in lost)
    rows = con.execute(
        f"""
        with first as (select _key, {firsts} from doubled where _key in (select _key from doubled where _order >= $new) group by _key)
        select d._order, {counts} from doubled as d join first using (_key) where d._order >= $new group by d._order order by d._order
        """,
        {"new": new},
    ).fetchall()
    found: dict[int, Cells] = {}
    for i, f in enumerate(fields):
        told = {order: (cells[2 * i], cells[2 * i + 1]) for order, *cells in rows if cells[2 * i]}
        standing = _standing(con, table, f, [(order, row) for order, (_, listed) in told.items() for row in listed]) if told else {}
        for order, (n, listed) in told.items():
            cells = [[row, *standing[order, row]] for row in listed]
            # a value that a correction took away is not there to be kept
            kept = [cell for cell in cells if cell[2] is not None]
            if kept:
                found.setdefault(order, []).append({"field": f.name, "n": n - len(cells) + len(kept), "rows": kept})
    return found


def _open(con: duckdb.DuckDBPyConnection, table: Table, new: int) -> list[Field]:
    """Return the columns that some new row leaves open and some row fills."""
    counts = ", ".join(f"count({f.columns[0][0]}), count({f.columns[0][0]}) filter (_order >= $new)" for f in table.fields)
    n, *counted = con.execute(f"select count(*) filter (_order >= $new), {counts} from doubled where _key in (select _key from doubled where _order >= $new)", {"new": new}).fetchone()
    return [f for i, f in enumerate(table.fields) if counted[2 * i + 1] < n and counted[2 * i] > 0]


def _standing(con: duckdb.DuckDBPyConnection, table: Table, field: Field, at: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, str | None, str | None]]:
    """Return (key, value that stands, precision) of cells by sheet order and row."""
    name, *more = (name for name, _ in field.columns)
    rows = con.execute(
        f"""
        select d._order, d._row, d._key, cast(s.{name} as varchar), {f's.{more[-1]}' if more else 'null'}
        from (select unnest(?::bigint[]) as _order, unnest(?::bigint[]) as _row) as a join doubled as d using (_order, _row) join {table.name} as s on s._key = d._key
        """,
        [list(part) for part in zip(*at, strict=True)],
    ).fetchall()
    return {(order, row): (key, value, precision) for order, row, key, value, precision in rows}


def changed(con: duckdb.DuckDBPyConnection, table: Table, new: int) -> dict[int, Cells]:
    """Return for each sheet from order `new` on the columns whose cells took the place of an earlier value.

    [{field, n: such cells, rows: [[row, key, the value now, its precision, the value before, its precision]]}], at most LISTED
    rows each; a value that did not come to stand (a conflict, a correction, a later sheet) is none.
    """
    fields = _told_twice(con, table, new)
    if not fields:
        return {}
    hashed = f"hash({', '.join(name for f in fields for name in _span(f))})"
    con.execute(
        "create or replace temp table differing as select _key from doubled where _key in (select _key from doubled where _order >= $new)"
        f" group by _key having min({hashed}) <> max({hashed})",
        {"new": new},
    )
    names = [name for f in fields for name, _ in f.columns]
    was = ", ".join(f"last_value({name} ignore nulls) over before as was_{name}" for name in names)
    tests = [
        " and ".join([f"was_{f.name} is not null", f"({' or '.join(f'd.{name} <> was_{name}' for name in _span(f))})", *(f"d.{name} is not distinct from s.{name}" for name in _span(f))])
        for f in fields
    ]
    con.execute(
        f"""
        create or replace temp table replaced as
        select d._order, d._row, d._key, {', '.join(f'd.{name}, was_{name}' for name in names)}, {', '.join(f'coalesce({test}, false) as d{i}' for i, test in enumerate(tests))}
        from (
            select _order, _row, _key, {', '.join(names)}, {was} from doubled where _key in (select _key from differing)
            window before as (partition by _key order by _seq rows between unbounded preceding and 1 preceding)
        ) as d join {table.name} as s on s._key = d._key
        where d._order >= $new
        """,
        {"new": new},
    )
    told = con.execute(f"select {', '.join(f'coalesce(bool_or(d{i}), false)' for i in range(len(fields)))} from replaced").fetchone()
    found: dict[int, Cells] = {}
    for i, f in enumerate(fields):
        for order, n, rows in _replaced(con, f, i) if told[i] else ():
            found.setdefault(order, []).append({"field": f.name, "n": n, "rows": rows})
    for name in ("differing", "replaced"):
        con.execute(f"drop table {name}")
    return found


def _span(field: Field) -> list[str]:
    """Return the columns by which two values differ: of a time beginning and end, not the word for how precise it is."""
    return [name for name, _ in field.columns[:2]]


def _told_twice(con: duckdb.DuckDBPyConnection, table: Table, new: int) -> list[Field]:
    """Return the columns that new rows and earlier ones of the same keys fill."""
    counts = ", ".join(f"count({f.columns[0][0]}) filter (_order >= $new) > 0 and count({f.columns[0][0]}) > 1" for f in table.fields)
    told = con.execute(f"select {counts} from doubled where _key in (select _key from doubled where _order >= $new)", {"new": new}).fetchone()
    return [f for f, both in zip(table.fields, told, strict=True) if both]


def _replaced(con: duckdb.DuckDBPyConnection, field: Field, place: int) -> list[tuple[int, int, list[Any]]]:
    """Return (sheet order, cells changed, the first of them) of one column."""
    names = [name for name, _ in field.columns]
    precision = (names[-1], f"was_{names[-1]}") if len(names) > 1 else ("null", "null")
    rows = con.execute(
        f"""
        select _order, count(*) over (partition by _order), _row, _key, cast({names[0]} as varchar), {precision[0]}, cast(was_{names[0]} as varchar), {precision[1]}
        from replaced where d{place}
        qualify row_number() over (partition by _order order by _row) <= {LISTED}
        order by _order, _row
        """
    ).fetchall()
    return [(order, n, [list(row[2:]) for row in of]) for (order, n), of in groupby(rows, key=lambda row: row[:2])]
