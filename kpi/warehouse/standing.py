"""Standing rows: what the batches together say of each key, column by column, and what each row changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kpi.engine import parsed
from kpi.exports.fields import Table
from kpi.exports.tables import BY_NAME, TABLES
from kpi.warehouse import corrections as corrected
from kpi.warehouse import merged, stated
from kpi.warehouse.corrections import Correction
from kpi.warehouse.stated import Stated, listed
from kpi.warehouse.stored import PLAIN

SEQUENCE = 10_000_000
"""Room for rows of one sheet in the order number of a row: sheet order x SEQUENCE + row."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One staged sheet: where its rows lie and at which place in the order of all sheets it speaks (later wins).

    `complete` says that its file is all there is (全量) for its submitter and period.
    """

    order: int
    batch: int
    index: int
    table: str
    file: str
    parquet: Path
    submitter: str | None = None
    period: str | None = None
    complete: bool = False


def _names(table: Table) -> list[str]:
    return [name for f in table.fields for name, _ in f.columns]


ORIGIN = {"_file": "varchar", "_sheet": "varchar", "_row": "bigint", "_key": "varchar", "_submitter": "varchar", "_batch": "bigint"}
"""Where a standing row came from, after the columns of its table."""

GRID_WORDS = frozenset(("grid_code", "grid_name", "_submitter"))
"""Columns that name a grid: brackets and spaces are written either way, so they are compared in one."""


VARIED = frozenset("app_id uscc customer_name contact_phone project_id work_id visit_id charge_id receipt_no contract_no case_id fu_id stop_id".split()) | {"_key"}
"""Texts of which hardly one is like another: looking for repeated parts in them takes a third of the time of storing an application and halves no file."""


def _half_width(name: str) -> str:
    return f"replace(replace(replace({name}, '（', '('), '）', ')'), ' ', '')"


def _stage(con: duckdb.DuckDBPyConnection, table: Table, sheets: list[Sheet], says: Stated) -> bool:
    """Show the sheets of a table as one view `staged`, and copy from it only the rows of keys told more than once; return whether there are any.

    Most keys are told once; their rows go from the staged files into the standing table without a stop between.
    """
    con.execute("create or replace temp table sheet_of (nth bigint, _file varchar, _batch bigint, _order bigint)")
    told = [list(column) for column in zip(*((nth, s.file, s.batch, s.order) for nth, s in enumerate(sheets)), strict=True)]
    con.execute("insert into sheet_of select unnest(?::bigint[]), unnest(?::varchar[]), unnest(?::bigint[]), unnest(?::bigint[])", told)
    files = listed([s.parquet for s in sheets])
    # sheets without a column, or staged before it was declared, do not have it: there it is unknown
    held = dict(con.execute(f"select name, count(distinct file_name) from parquet_schema([{files}]) group by name").fetchall())
    types = {name: kind for f in table.fields for name, kind in f.columns}
    names = [*_names(table), "_sheet", "_row", "_key", "_submitter"]
    alike = all(held.get(name, 0) in (0, len(set(s.parquet for s in sheets))) for name in names)
    taken = ", ".join(f"cast(null as {types[name]}) as {name}" if name not in held else f"{_half_width(name)} as {name}" if name in GRID_WORDS else name for name in names)
    con.execute(
        f"""
        create or replace temp view staged as
        select {taken}, s._file, s._batch, s._order, s._order * {SEQUENCE} + _row as _seq
        from read_parquet([{files}]{'' if alike else ', union_by_name = true'}) as r join sheet_of as s on s.nth = r.file_index
        """
    )
    if says.once:
        return False
    con.execute("create or replace temp table many as select _key from staged group by _key having count(*) > 1")
    doubled = con.execute("select count(*) > 0 from many").fetchone()[0]
    if doubled:
        con.execute("create or replace temp table doubled as select * from staged where _key in (select _key from many)")
    return doubled


def _merge(table: Table) -> str:
    """SQL of the standing row of each key: a blank never erases; between two grids the first to give a value stands."""
    kept = ", ".join(
        f"arg_max({name}, _seq) filter (first_{f.name} is null or _grid is null or _grid = first_{f.name}) as {name}" for f in table.fields for name, _ in f.columns
    )
    firsts = ", ".join(f"arg_min(_grid, _seq) filter ({f.columns[0][0]} is not null) over (partition by _key) as first_{f.name}" for f in table.fields)
    return f"""
        select {kept}, arg_max(_file, _seq) as _file, arg_max(_sheet, _seq) as _sheet, arg_max(_row, _seq) as _row, _key,
            arg_max(_submitter, _seq) as _submitter, arg_max(_batch, _seq) as _batch
        from (select *, {firsts} from told) as by_grid
        group by _key
    """


def _plain(table: Table) -> str:
    """SQL of the standing row of each key where one submitter speaks: the last value given."""
    kept = ", ".join(f"arg_max({name}, _seq) as {name}" for name in _names(table))
    return f"""
        select {kept}, arg_max(_file, _seq) as _file, arg_max(_sheet, _seq) as _sheet, arg_max(_row, _seq) as _row, _key,
            arg_max(_submitter, _seq) as _submitter, arg_max(_batch, _seq) as _batch
        from told group by _key
    """


def _count_added(con: duckdb.DuckDBPyConnection, new: int) -> dict[int, dict[str, int]]:
    """Return added rows for each sheet order from `new` on where every key is told once."""
    rows = con.execute("select _order, count(*) from staged where _order >= ? group by _order", [new]).fetchall()
    return {order: {"added": added, "updated": 0, "unchanged": 0} for order, added in rows}


def _count(con: duckdb.DuckDBPyConnection, table: Table, new: int) -> dict[int, dict[str, int]]:
    """Return added, updated and unchanged rows for each sheet order from `new` on; a key told once was added."""
    names = [f.columns[0][0] for f in table.fields]
    ends = [f.columns[1][0] for f in table.fields if f.kind == "time"]
    before = ", ".join(f"last_value({name} ignore nulls) over before as was_{name}" for name in (*names, *ends))
    same = " and ".join(f"({name} is null or {name} is not distinct from was_{name})" for name in (*names, *ends))
    rows = con.execute(
        f"""
        with rows_ as (
            select *, row_number() over (partition by _key order by _seq) as nth, {before}
            from doubled
            where _key in (select _key from doubled where _order >= $new)
            window before as (partition by _key order by _seq rows between unbounded preceding and 1 preceding)
        ),
        counted as (
            select _order, count(*) filter (nth = 1) as added, count(*) filter (nth > 1 and not ({same})) as updated, count(*) filter (nth > 1 and {same}) as unchanged
            from rows_ where _order >= $new group by _order
            union all
            select _order, count(*), 0, 0 from staged where _order >= $new and _key not in (select _key from many) group by _order
        )
        select _order, sum(added), sum(updated), sum(unchanged) from counted group by _order
        """,
        {"new": new},
    ).fetchall()
    return {order: {"added": int(added), "updated": int(updated), "unchanged": int(unchanged)} for order, added, updated, unchanged in rows}


def build(con: duckdb.DuckDBPyConnection, sheets: list[Sheet], new: int, corrections: Sequence[Correction] = ()) -> dict[int, dict[str, Any]]:
    """Create a standing table for each table of the exports, `conflict` and `vanished`, corrected values in place.

    Returns for the sheets from order `new` on their counts, what blanks left as it was (`kept`) and what took another's place (`changed`).
    """
    counts: dict[int, dict[str, Any]] = {}
    con.execute("create table conflict (table_name varchar, key varchar, field varchar, submitter varchar, file varchar, sheet varchar, row bigint)")
    con.execute("create table vanished (table_name varchar, key varchar, file varchar, sheet varchar, row bigint, batch bigint)")
    corrected.prepare(con)
    for table in sorted(TABLES, key=lambda t: t.name != "term"):
        told = [s for s in sheets if s.table == table.name]
        says = stated.read(con, [s.parquet for s in told], _names(table))
        kept, target = _create(con, table, told, says, {c.field for c in corrections if c.table == table.name})
        if not told:
            continue
        doubled = _stage(con, table, told, says)
        counts |= _count(con, table, new) if doubled else _count_added(con, new)
        _vanished(con, table, told)
        names = ", ".join(kept)
        con.execute(f"insert into {target} select {names} from staged{' where _key not in (select _key from many)' if doubled else ''}")
        if doubled:
            _put_together(con, table, target, names)
        corrected.apply(con, table, target, corrections)
        for name, ask in (("kept", merged.kept), ("changed", merged.changed)) if doubled else ():
            for order, cells in ask(con, table, new).items():
                counts[order][name] = cells
    con.execute("drop view if exists staged")
    for name in ("sheet_of", "many", "doubled", "told", "torn"):
        con.execute(f"drop table if exists {name}")
    return counts


def _put_together(con: duckdb.DuckDBPyConnection, table: Table, target: str, names: str) -> None:
    """Store one standing row for each key that is told more than once, and list the conflicts between grids."""
    _told(con)
    torn = "select _key from told group by _key having count(distinct _grid) > 1"
    con.execute(f"create or replace temp table torn as {torn}")
    con.execute(f"insert into {target} select {names} from ({_plain(table)}) where _key not in (select _key from torn)")
    con.execute("delete from told where _key not in (select _key from torn)")
    con.execute(f"insert into {target} select {names} from ({_merge(table)})")
    _conflicts(con, table)


def _create(con: duckdb.DuckDBPyConnection, table: Table, sheets: list[Sheet], says: Stated, corrected: Collection[str]) -> tuple[list[str], str]:
    """Create the standing table and return (the columns it stores, the name under which it stores them).

    Columns without a correction that no sheet has are not stored, nor the end and precision of times of which every one names a moment,
    nor what is the same of all rows or told by another column: the standing table is then a view, which says so.
    """
    kept, shown = [], []
    about = _origin(table, sheets, says, bool(corrected))
    for f in table.fields:
        start = f.columns[0][0]
        for place, (name, kind) in enumerate(f.columns):
            if f.name in corrected:
                kept.append((name, kind))
                shown.append(name)
            elif start in says.blank:
                shown.append(f"cast(null as {kind}) as {name}")
            elif start in says.moments and place:
                shown.append(f"{start} as {name}" if place == 1 else f"case when {start} is not null then 'moment' end as {name}")
            else:
                kept.append((name, kind))
                shown.append(name)
    for name, kind in ORIGIN.items():
        if name not in about:
            kept.append((name, kind))
        shown.append(f"{about[name]} as {name}" if name in about else name)
    whole = len(kept) == len(shown)
    target = table.name if whole else f"{table.name}_stored"
    columns = ", ".join(f"{name} {kind}{PLAIN if name in VARIED or (kind == 'TIMESTAMP' and name in says.filled) else ''}" for name, kind in kept)
    con.execute(f"create table {target} ({columns})")
    if not whole:
        con.execute(parsed(f"create view {table.name} as select {', '.join(shown)} from {target}"))
    return [name for name, _ in kept], target


def _origin(table: Table, sheets: list[Sheet], says: Stated, corrected: bool) -> dict[str, str]:
    """Return SQL of those columns of `ORIGIN` that need not be stored: what is the same of all rows, and a key that is the number of its row.

    Where values are corrected, rows are found by their keys.
    """
    told = {name: "null" if value is None else _half_width(_text(value)) if name in GRID_WORDS else _text(value) for name, value in says.same.items()}
    if len({(sheet.file, sheet.batch) for sheet in sheets}) == 1:
        told |= {"_file": _text(sheets[0].file), "_batch": str(sheets[0].batch)}
    if says.own and not corrected and table.key[0] not in GRID_WORDS:
        told["_key"] = table.key[0]
    return {name: value if name == "_key" else f"cast({value} as {ORIGIN[name]})" for name, value in told.items()}


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _told(con: duckdb.DuckDBPyConnection) -> None:
    """Rows of keys told more than once, with the grid that submitted each (null = the company)."""
    known = con.execute("select count(*) from information_schema.tables where table_name = 'term'").fetchone()[0]
    words = (
        "select grid_code as word, grid_code from term union select grid_name, grid_code from term"
        if known
        else "select cast(null as varchar) as word, cast(null as varchar) as grid_code"
    )
    con.execute(
        f"""
        create or replace temp table told as
        select s.*, g.grid_code as _grid
        from doubled as s
        left join (select word, min(grid_code) as grid_code from ({words}) group by word) as g on g.word = s._submitter
        """
    )


def _vanished(con: duckdb.DuckDBPyConnection, table: Table, sheets: list[Sheet]) -> None:
    """List keys that a complete file no longer holds although an earlier sheet of the same submitter and period told them, and no later one does."""
    for batch in sorted({sheet.batch for sheet in sheets if sheet.complete}):
        own = [sheet for sheet in sheets if sheet.batch == batch]
        first, last = min(s.order for s in own), max(s.order for s in own)
        scopes = {(s.submitter, s.period) for s in own}
        earlier = [s.order for s in sheets if s.order < first and (s.submitter, s.period) in scopes]
        con.execute(
            """
            insert into vanished
            select ?, _key, arg_max(_file, _seq), arg_max(_sheet, _seq), arg_max(_row, _seq), ?
            from staged
            where _order in (select unnest(?::bigint[])) and _key not in (select _key from staged where _order in (select unnest(?::bigint[])) or _order > ?)
            group by _key
            """,
            [table.name, batch, earlier, [s.order for s in own], last],
        )


def _conflicts(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """List, for keys that several grids report, each value that differs from the standing one."""
    if not con.execute("select count(*) from told").fetchone()[0]:
        return
    for f in table.fields:
        name = f.columns[0][0]
        con.execute(
            f"""
            insert into conflict
            select ?, t._key, ?, t._grid, t._file, t._sheet, t._row
            from told as t join {table.name} as s on s._key = t._key
            where t.{name} is not null and t._grid is not null and t.{name} is distinct from s.{name}
                and t._grid <> (select arg_min(o._grid, o._seq) from told as o where o._key = t._key and o.{name} is not null)
            """,
            [BY_NAME[table.name].name, f.name],
        )
