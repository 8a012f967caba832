"""Cells that say nothing over values that are known: they erase nothing, and are told."""

from __future__ import annotations

from typing import Any

import duckdb

from kpi.exports.fields import Field, Table

LISTED = 20
"""Cells of a column of a sheet that are told one by one; all are counted."""

Kept = list[dict[str, Any]]


def kept(con: duckdb.DuckDBPyConnection, table: Table, new: int) -> dict[int, Kept]:
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
    found: dict[int, Kept] = {}
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
