"""Scripts of the facts, run statement by statement: a table that rests on ledgers without a row is only named, for planning it would take most of a small build."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

import duckdb

from kpi.warehouse import stored

RESTS = {
    "grid": "term", "grid_word": "grid", "holder": "term", "manager_word": "term", "in_office": "grid", "project_seen": "project", "work_of": "work", "slot_of": "visit",
    "stopping": "clock_stop", "valid_stop": "clock_stop", "stop": "valid_stop", "stopped": "stop", "held_up": "valid_stop", "stopped_clock": "valid_stop", "told_late": "valid_stop",
    "said": "followup", "called_of": "followup", "called_on": "followup", "fact_rating": "followup", "spoken": "followup", "fact_answer": "spoken", "fact_surveyor": "spoken", "fact_rectify": "spoken",
    "item_scope": "charge", "charge_seen": "charge", "charged": "charge_seen", "fact_charge": "charge_seen",
    "visited": "visit", "fact_visit": "visit", "fact_moved": "visit",
    "settled": "work_of", "pipe_of": "work_of", "work_seen": "work", "fact_outside": "work_seen", "fact_road": "work_seen", "fact_filing": "work_seen",
    "fact_project": "project", "project_of": "project", "fact_journey": "project_of", "fact_lead": "project_of", "fact_tracked": "project_of", "fact_park": "park",
    "appeal_limit": "appeal", "fact_appeal": "appeal_limit", "appeal_duty": "appeal", "contact": "appeal", "fact_contact": "contact", "fact_level": "contact", "fact_major": "contact",
    "fact_caseload": "contact", "fact_overdue": "contact", "fact_hotline": "contact", "fact_enquiry": "contact", "complained_of": "contact",
}
"""What a table rests on: without a row there it has none, whatever else it reads (tested)."""

LEDGERS = sorted(set(RESTS.values()) - set(RESTS))

_CREATED = re.compile(r"^create (temp )?table (\w+) as$", re.MULTILINE)

_named: dict[str, str] = {}
"""Statements whose table had no row for want of ledgers, each with what names such a table and its columns."""


def run(con: duckdb.DuckDBPyConnection, scripts: Iterable[str], many: bool = False, bare: Collection[str] | None = None) -> set[str]:
    """Run scripts one after the other over the ledgers of a build and return the tables without a row; of `many` applications one table is stored narrower (`stored`).

    `bare` is what the earlier scripts of the same build returned.
    """
    if bare is None:
        held = " union all ".join(f"(select '{name}' from {name} limit 1)" for name in LEDGERS)
        bare = {*LEDGERS}.difference(name for (name,) in con.execute(held).fetchall())
    bare = {*bare}
    for script in scripts:
        for statement, kind, table in _statements(script):
            wanting = RESTS.get(table) in bare
            if wanting and statement.query in _named:
                con.execute(_named[statement.query])
                bare.add(table)
                continue
            if many and table == stored.TABLE:
                stored.write(con, statement.query)
                continue
            done = con.execute(statement)
            if table and not done.fetchone()[0]:
                bare.add(table)
                if wanting:
                    _named[statement.query] = f"create {kind}table {table} ({_columns(con, table)})"
    return bare


@lru_cache(maxsize=256)
def _statements(script: str) -> tuple[tuple[Any, str, str], ...]:
    """Return each statement of a script, and "temp " or "" and the name of the table that it makes of what it selects, else two empty texts; to read a script takes a tenth of what running it on few rows does."""
    read = []
    for statement in duckdb.extract_statements(script):
        created = _CREATED.search(statement.query)
        read.append((statement, (created[1] or "") if created else "", created[2] if created else ""))
    return tuple(read)


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> str:
    told = con.execute(f"describe {table}").fetchall()
    return ", ".join(f"{name} {kind}" for name, kind, *_ in told)
