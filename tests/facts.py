"""Facts from rows made up by a test, without files and without a reader: as if the rows had been loaded."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from kpi.engine import DuckEngine
from kpi.exports.fields import Table
from kpi.exports.outcome import Noted
from kpi.exports.parsers import parser
from kpi.exports.tables import BY_NAME, TABLES
from kpi.warehouse import build, corrections

Row = Mapping[str, Any]


@cache
def _reference() -> Path:
    """Write the reference tables to a file once in a process: reckoning the calendar anew costs more than most facts."""
    folder = Path(tempfile.mkdtemp(prefix="kpi-reference-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with duckdb.connect(str(folder / "reference.duckdb")) as con:
        build._reference(con)
    return folder / "reference.duckdb"


def standing(rows: Mapping[str, Sequence[Row]]) -> duckdb.DuckDBPyConnection:
    """Return a database of one thread with the reference tables and these rows, typed as staged; a recorded time is (from, to, precision)."""
    # a statement that runs away, as a fault put into one may, fills neither memory nor disk
    con = duckdb.connect(config={"threads": "1", "memory_limit": "2GB", "temp_directory": ""})
    con.execute(f"attach '{_reference()}' as told (read_only)")
    for name in build.REFERENCE:
        con.execute(f"create table {name} as select * from told.{name}")
    con.execute("detach told")
    corrections.prepare(con)
    for table in TABLES:
        columns = [column for f in table.fields for column in f.columns]
        con.execute(f"create table {table.name} ({', '.join(f'{n} {k}' for n, k in columns)}, _file varchar, _sheet varchar, _row bigint, _key varchar, _submitter varchar, _batch bigint)")
        names = [name for name, _ in columns] + ["_file", "_sheet", "_row", "_key"]
        told = [[cells.get(name) for name in names] for cells in _cells(table, rows.get(table.name, ()))]
        if told:
            kinds = [*(kind for _, kind in columns), "varchar", "varchar", "bigint", "varchar"]
            con.execute(f"insert into {table.name} ({', '.join(names)}) select {', '.join(f'unnest(?::{kind}[])' for kind in kinds)}", [list(column) for column in zip(*told, strict=True)])
    return con


def engine(rows: Mapping[str, Sequence[Row]], as_of: datetime) -> DuckEngine:
    """Return an engine over the facts of typed rows."""
    con = standing(rows)
    build.facts(con, as_of)
    return DuckEngine(con, "made up", as_of)


def typed(rows: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, list[dict[str, Any]]]:
    """Return rows of text, as an office writes them, read by the parser of each column; amounts are in yuan."""
    return {name: [{column: _read(BY_NAME[name], column, text) for column, text in row.items()} for row in told] for name, told in rows.items()}


def _read(table: Table, column: str, text: str) -> Any:
    value = parser(table.by_name[column], unit="元")(text)
    return value.value if isinstance(value, Noted) else value


def _cells(table: Table, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield each row as {column: value}, a recorded time as its three columns."""
    for number, row in enumerate(rows, start=2):
        cells: dict[str, Any] = {"_file": "made up.csv", "_sheet": table.name, "_row": number, "_key": "|".join(str(row.get(k) or "") for k in table.key)}
        for name, value in row.items():
            if table.by_name[name].kind == "time":
                cells |= dict(zip((n for n, _ in table.by_name[name].columns), value or (None,) * 3, strict=True))
            else:
                cells[name] = value
        yield cells
