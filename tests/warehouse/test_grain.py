"""Nothing counts double: every fact has one row for each of its grain, and a build in which one has two is not published."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.metrics import rollups
from kpi.problems import StoreProblem
from kpi.warehouse import build, stored
from tests.facts import engine
from tests.oracle.world import World


def test_no_row_is_told_twice():
    """Every fact is checked; what views join is found doubled in any build, and views are gone through here."""
    con = engine(World(9).rows, datetime(2023, 6, 20))._connection
    kinds = dict(con.execute("select table_name, table_type from information_schema.tables").fetchall())
    assert {name for name in kinds if name.startswith("fact_")} - {"fact_wait_net"} <= {*build.UNIQUE, *build.VIEWS}
    assert all((kinds[name] == "VIEW") == (name in build.VIEWS) for name in (*build.UNIQUE, *build.VIEWS))
    build._validate(con)
    apart = " union all ".join(f"select '{fact}' as name from {fact} where (month is null) <> (dated_at is null)" for fact in rollups.by_fact())
    assert not con.execute(apart).fetchall(), "a row has a month if it has a date"
    found = set()
    for table in build.UNIQUE:
        con.execute("begin")
        con.execute(f"insert into {table} select * from {table} limit 1")
        if con.execute(f"select count(*) from {table}").fetchone()[0]:
            found.add(table)
            with pytest.raises(StoreProblem):
                build._validate(con)
        con.execute("rollback")
    assert {"said", "settled", "holder", "called_of", "in_office", "project_seen", "app_stored", "fact_visit"} <= found


def test_of_many_applications_the_rows_are_counted(monkeypatch):
    con = engine(World(9).rows, datetime(2023, 6, 20))._connection
    monkeypatch.setattr(stored, "MANY", 0)
    build._validate(con)
    con.execute("insert into app_stored select * from app_stored limit 1")
    with pytest.raises(StoreProblem, match="app_stored 有 1 个"):
        build._validate(con)
