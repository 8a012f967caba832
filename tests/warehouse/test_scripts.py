"""What scripts spare themselves where ledgers have no row, and that nothing is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from kpi.exports.tables import TABLES
from kpi.warehouse import build, scripts
from tests import facts


def _root(table: str) -> str:
    return _root(scripts.RESTS[table]) if table in scripts.RESTS else table


@pytest.fixture(scope="module")
def sample(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that sees the ledgers and standards of the sample build, and no facts."""
    with duckdb.connect() as con:
        con.execute(f"attach '{max((sample_home / 'builds').glob('*.duckdb'))}' as built (read_only)")
        con.execute("create table clock as select * from built.clock")
        for name in (*build.REFERENCE, *(table.name for table in TABLES)):
            con.execute(f"create view {name} as select * from built.{name}")
        yield con


def _rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Run every statement of the scripts as it is written and return the rows of each table they make."""
    found = {}
    con.begin()
    for script in sorted(build.SQL.glob("*.sql")):
        for statement, _, table in scripts._statements(script.read_text(encoding="utf-8")):
            done = con.execute(statement)
            if table:
                found[table] = done.fetchone()[0]
    con.rollback()
    return found


@pytest.mark.parametrize("ledger", scripts.LEDGERS)
def test_without_its_ledger_a_table_has_no_row(sample: duckdb.DuckDBPyConnection, ledger: str) -> None:
    """All the other ledgers are full: a table that would still have a row may not be left out."""
    sample.execute(f"create or replace view {ledger} as select * from built.{ledger} where false")
    try:
        rows = _rows(sample)
    finally:
        sample.execute(f"create or replace view {ledger} as select * from built.{ledger}")
    resting = [table for table in scripts.RESTS if _root(table) == ledger]
    assert resting and not {table: rows[table] for table in resting if rows[table]}


def test_with_all_ledgers_tables_have_rows(sample: duckdb.DuckDBPyConnection) -> None:
    """Else the test above would tell nothing."""
    rows = _rows(sample)
    assert [table for table in scripts.RESTS if not rows[table]] == []


def test_a_table_that_is_only_named_has_the_columns_of_one_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """By whichever way it came about, and with rows again as soon as its ledger has some."""

    def made(rows: dict[str, list[dict[str, object]]]) -> dict[str, list[tuple[str, str]]]:
        con = facts.standing(rows)
        build.facts(con, datetime(2024, 7, 1))
        every = con.execute("select table_name, column_name, data_type from duckdb_columns() where not internal order by table_name, column_index").fetchall()
        counts = {name: con.execute(f"select count(*) from {name}").fetchone()[0] for name in scripts.RESTS}
        return {name: [(column, kind) for table, column, kind in every if table == name] for name in scripts.RESTS}, {name for name, count in counts.items() if count}

    alone = {"application": [{"app_id": "A1", "grid_code": "G1"}]}
    told = facts.typed({"term": [{"grid_code": "G1", "grid_name": "一号网格", "manager_name": "王某", "valid_from": "2024-01-01"}]})
    monkeypatch.setattr(scripts, "_named", {})
    first = made(alone)
    assert len(scripts._named) == len(scripts.RESTS) and first[1] == set()
    assert made(alone) == first
    assert made(alone | told)[1] == {"grid", "grid_word", "holder", "manager_word"}
    monkeypatch.setattr(scripts, "RESTS", dict.fromkeys(scripts.RESTS, ""))
    assert made(alone) == first
