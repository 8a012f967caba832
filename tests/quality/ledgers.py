"""Hand-made builds: texts of a ledger through the reader's parsers into standing tables, facts, then the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from kpi import pipeline, quality
from kpi.engine import DuckEngine
from kpi.exports.outcome import Noted, Reject
from kpi.exports.parsers import parser
from kpi.exports.tables import BY_NAME, TABLES
from kpi.quality.model import Rule
from kpi.quality.registry import RULES
from kpi.warehouse import build, scripts

FILE = "示例台账.csv"
NOTED = {
    "conflict": ("table_name varchar", "key varchar", "field varchar", "submitter varchar", "file varchar", "sheet varchar", "row bigint"),
    "overruled": ("table_name varchar", "key varchar", "field varchar", "number bigint", "kind varchar", "submitter varchar", "file varchar", "sheet varchar", "row bigint"),
    "vanished": ("table_name varchar", "key varchar", "file varchar", "sheet varchar", "row bigint", "batch bigint"),
    "listed": tuple(f"{name} {kind}" for name, kind in build.LISTED),
}
"""What the loader notes beside the rows themselves."""


@cache
def _empty() -> duckdb.DuckDBPyConnection:
    """A build without a row; every example is laid into it and taken out again."""
    con = duckdb.connect()
    build._reference(con)
    for table in TABLES:
        columns = [f"{n} {k}" for f in table.fields for n, k in f.columns]
        con.execute(f"create table {table.name} ({', '.join(columns)}, _file varchar, _sheet varchar, _row bigint, _key varchar, _submitter varchar, _batch bigint)")
    for name, columns in NOTED.items():
        con.execute(f"create table {name} ({', '.join(columns)})")
    return con


@cache
def _read() -> tuple[str, ...]:
    """Return the scripts of those facts that the rules read, and of what these rest on: the others take most of the time."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(build.SQL.glob("*.sql"))}
    makes = {name: set(re.findall(r"^create (?:temp(?:orary)? )?(?:table|view) (\w+) as", text, re.MULTILINE | re.IGNORECASE)) for name, text in texts.items()}
    asked = "\n".join(path.read_text(encoding="utf-8") for path in Path(quality.__file__).parent.glob("*.py"))
    kept: set[str] = set()
    while more := {name for name in texts.keys() - kept if any(re.search(rf"\b(?:from|join) {table}\b", asked, re.IGNORECASE) for table in makes[name])}:
        kept |= more
        asked = "\n".join(texts[name] for name in more)
    return tuple(texts[name] for name in sorted(kept))


@contextmanager
def made(rows: Mapping[str, Sequence[Mapping[str, str]]], as_of: str, rules: Sequence[Rule] = RULES, whole: bool = False) -> Iterator[DuckEngine]:
    """Open a build in memory that holds rows of text, with findings and the facts that rules read; `whole` gives every fact."""
    con = _empty()
    con.begin()
    try:
        for name, records in rows.items():
            for number, record in enumerate(records, start=2):
                cells = _cells(name, record, number) if name in BY_NAME else dict(record)
                con.execute(f"insert into {name} ({', '.join(cells)}) values ({', '.join('?' for _ in cells)})", list(cells.values()))
        moment = pipeline.moment(as_of)
        if whole:
            build.facts(con, moment)
        else:
            con.execute("create table clock as select cast(? as timestamp) as as_of", [moment])
            scripts.run(con, _read())
        quality.find(con, rules)
        yield Inside(con, "example", moment)
    finally:
        con.rollback()


class Inside(DuckEngine):
    """Reads within the open transaction: a cursor would see the empty build."""

    def rows(self, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        """Return the result of one statement as a list of dicts."""
        answer = self._connection.execute(sql, params or [])
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _cells(name: str, record: Mapping[str, str], number: int) -> dict[str, object]:
    table = BY_NAME[name]
    cells: dict[str, object] = {"_file": FILE, "_sheet": name, "_row": number, "_key": "|".join(record.get(k, "") for k in table.key)}
    for column, text in record.items():
        if column.startswith("_"):
            # a column of the loader, or text that no parser is to see
            cells[column.removeprefix("_raw:")] = text
            continue
        f = table.by_name[column]
        value = parser(f, unit="元")(text)
        assert not isinstance(value, Reject), (name, column, text, value)
        value = value.value if isinstance(value, Noted) else value
        if f.kind == "time":
            cells |= dict(zip((c for c, _ in f.columns), value or (None,) * 3, strict=True))
        else:
            cells[column] = value
    return cells
