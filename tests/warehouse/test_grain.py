"""Nothing counts double: every fact has one row for each of its grain, and a build in which one has two is not published."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.problems import StoreProblem
from kpi.warehouse import build
from tests.facts import engine
from tests.oracle.world import World


def test_no_row_is_told_twice(monkeypatch):
    """Every fact is checked; of many applications views are not gone through, and what they join is found doubled all the same."""
    con = engine(World(9).rows, datetime(2023, 6, 20))._connection
    facts = {name for (name,) in con.execute("select table_name from information_schema.tables where table_name like 'fact_%'").fetchall()}
    assert facts - {"fact_wait_net"} <= set(build.UNIQUE)
    build._validate(con)
    monkeypatch.setattr(build, "MANY", 0)
    build._validate(con)
    found = set()
    for side in build.SIDES:
        con.execute("begin")
        con.execute(f"insert into {side} select * from {side} limit 1")
        if con.execute(f"select count(*) from {side}").fetchone()[0]:
            found.add(side)
            with pytest.raises(StoreProblem):
                build._validate(con)
        con.execute("rollback")
    assert {"said", "settled", "holder", "called_of", "in_office", "project_seen"} <= found
