"""Builds: staged rows and reference data in, one immutable file of facts out; a pure function of its inputs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any, Protocol

import duckdb

from kpi import standards
from kpi.engine import DuckEngine, harden, open_read_only, parsed
from kpi.exports.tables import TABLES
from kpi.problems import CalendarProblem, StoreProblem
from kpi.warehouse import months, scripts, standing, stored
from kpi.warehouse.corrections import Correction
from kpi.warehouse.standing import Sheet

SQL = Path(__file__).with_name("sql")

PLANNED = frozenset(
    "contract_due_on contract_extended_to appt_start appt_end planned_production road_plan_on gas_plan_on office_meeting_due due_at rectify_due"
    " valid_from valid_to liaison_since".split()
)
"""Times that say what is meant to happen: never the latest past event."""

MEMORY = "640MB"
"""What a build may hold in memory; the rest spills beside the build and goes with it."""

FEW = 2_000_000
"""Bytes of staged rows below which handing work to a second thread costs more than it saves."""

Work = Callable[[duckdb.DuckDBPyConnection], None]


class Rollups(Protocol):
    """What sums up facts: `begin` returns works that may be done in any order, `end` comes after them."""

    def begin(self, con: duckdb.DuckDBPyConnection) -> Iterable[Work]:
        """Do what the works rest on."""

    def end(self, con: duckdb.DuckDBPyConnection) -> None:
        """Do what rests on the works."""


REFERENCE = ("day", "session", "workday", "rule", "target", "fee_word", "score_map", "unit", "provisional")

DERIVED = ("conflict", "vanished", "correction", "overruled", "listed", "finding", "quality", "heard", "flagged", "population", "astray")
"""Tables about the ledgers themselves: they speak of the build's own as-of moment."""

LISTED = (
    ("batch", "BIGINT"), ("severity", "VARCHAR"), ("level", "VARCHAR"), ("code", "VARCHAR"), ("table_name", "VARCHAR"), ("field", "VARCHAR"), ("column_name", "VARCHAR"),
    ("file", "VARCHAR"), ("sheet", "VARCHAR"), ("row", "BIGINT"), ("value", "VARCHAR"), ("args", "VARCHAR"),
)
"""Columns of `listed`: what the reader said of the rows and cells of the standing batches."""


@cache
def _standards(version: str) -> list[tuple[str, list[str]]]:
    """Return the standards of a version as statements that make their tables, each with one JSON list for every column: to hand over single values would take longer than reckoning them."""
    found = []
    for name, (columns, rows) in standards.tables().items():
        cells = ", ".join(f"unnest(from_json(?, '[\"{kind}\"]')) as {column}" for column, kind in columns)
        told = list(zip(*rows, strict=True)) or [()] * len(columns)
        found.append((f"create table {name} as select {cells}", [json.dumps(column, ensure_ascii=False, default=str) for column in told]))
    return found


def prepare() -> None:
    """Reckon the standards before a build asks for them."""
    _standards(standards.version())


def _reference(con: duckdb.DuckDBPyConnection) -> None:
    """Load the standards into tables of their own."""
    for statement, told in _standards(standards.version()):
        con.execute(statement, told)


def _listed(con: duckdb.DuckDBPyConnection, listed: Sequence[tuple[Any, ...]]) -> None:
    """Keep what the reader said of cells and rows beside the rows themselves."""
    con.execute(f"create table listed ({', '.join(f'{name} {kind}' for name, kind in LISTED)})")
    if listed:
        con.execute(f"insert into listed select {', '.join(f'unnest(?::{kind}[])' for _, kind in LISTED)}", [list(column) for column in zip(*listed, strict=True)])


def _latest_event(con: duckdb.DuckDBPyConnection, received: datetime) -> datetime:
    """Return 00:00 of the day after the latest event before `received`; without any event, of the latest date at all, else of `received`."""
    columns = [(t.name, f.name) for t in TABLES for f in t.fields if f.kind == "time"]
    for chosen in ([c for c in columns if c[1] not in PLANNED], columns):
        found = _latest(con, chosen)
        # most ledgers hold no event that is still to come: to look at each value takes twice the time
        if found is not None and found > received:
            found = _latest(con, chosen, received)
        if found is not None:
            break
    found = found or received
    return datetime(found.year, found.month, found.day) + timedelta(days=1)


def _latest(con: duckdb.DuckDBPyConnection, columns: Sequence[tuple[str, str]], until: datetime | None = None) -> datetime | None:
    """Return the latest moment of these columns of tables, of those up to a moment where one is given."""
    kept = " filter ({} <= $until)" if until else ""
    asked = " union all ".join(f"select max({name}){kept.format(name)} as latest from {table}" for table, name in columns)
    return con.execute(parsed(f"select max(latest) from ({asked})"), {"until": until} if until else None).fetchone()[0]


EVIDENCE = "50_evidence.sql"
"""The last of the scripts on which the checks of ledgers rest, but for those that wait until every fact stands."""


def facts(con: duckdb.DuckDBPyConnection, as_of: datetime, first_day: int = 1, evident: Callable[[], None] | None = None) -> None:
    """Create every fact table as it stood at `as_of`, months beginning on `first_day`; `evident` is called once EVIDENCE stands. Raises CalendarProblem beyond the loaded calendar."""
    first, last = con.execute("select min(date), max(date) from day").fetchone()
    if not first <= as_of.date() <= last:
        raise CalendarProblem(
            f"统计截至时间 {as_of:%Y-%m-%d} 不在已载入的工作日历（{first} 至 {last}）之内，请先导入放假通知。",
            f"The as-of moment {as_of:%Y-%m-%d} lies outside the loaded calendar ({first} to {last}); import the notice first.",
        )
    con.execute("create table clock as select cast(? as timestamp) as as_of", [as_of])
    many = con.execute("select count(*) from application").fetchone()[0] >= stored.MANY
    texts = {path.name: months.beginning(path.read_text(encoding="utf-8"), first_day) for path in sorted(SQL.glob("*.sql"))}
    bare = scripts.run(con, [text for name, text in texts.items() if name <= EVIDENCE], many)
    if evident:
        evident()
    scripts.run(con, [text for name, text in texts.items() if name > EVIDENCE], many, bare)


def _opened(path: Path, spill: Path, few: bool) -> duckdb.DuckDBPyConnection:
    """Open a new database for a build, of few rows or many, without a log: nobody reads it before it is whole and synced, and what a crash leaves of it is thrown away."""
    config = {"autoload_known_extensions": "false", "autoinstall_known_extensions": "false", "memory_limit": MEMORY, "temp_directory": str(spill)}
    if few:
        config["threads"] = "1"
    con = duckdb.connect(config=config)
    con.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as build (recovery_mode no_wal_writes)")
    con.execute("use build")
    return con


def _derive(con: duckdb.DuckDBPyConnection, as_of: datetime, few: bool, checks: Callable[..., None], rollups: Rollups) -> None:
    """Make facts, checks and rollups.

    Of many rows two connections share the work: one begins to check as soon as it can, the other makes the later facts, and what is left of the rollups is taken by whichever is free.
    """
    if few:
        facts(con, as_of)
        checks(con)
        for work in rollups.begin(con):
            work(con)
        rollups.end(con)
        return
    left: SimpleQueue[Work] = SimpleQueue()
    stand = Event()
    beside = con.cursor().execute("use build")

    def share(own: duckdb.DuckDBPyConnection) -> None:
        with suppress(Empty):
            while True:
                left.get_nowait()(own)

    def check() -> None:
        checks(beside, stand=stand.wait)
        stand.wait()
        share(beside)

    with ThreadPoolExecutor(max_workers=1) as pool:
        checking: list[Future[None]] = []
        try:
            facts(con, as_of, evident=lambda: checking.append(pool.submit(check)))
            for work in rollups.begin(con):
                left.put(work)
        finally:
            # where facts failed there is nothing to share, and whoever waits for them is let go
            stand.set()
        share(con)
        checking[0].result()
    rollups.end(con)


def create(
    path: Path,
    sheets: list[Sheet],
    *,
    new: int,
    cutoff: datetime | None,
    received: datetime,
    listed: Sequence[tuple[Any, ...]] = (),
    checks: Callable[..., None],
    rollups: Rollups,
    program: str = "",
    corrections: Sequence[Correction] = (),
) -> dict[str, Any]:
    """Write a build to `path`.

    `new` is the first order number of the present load, `cutoff` the exclusive moment the files or the command state,
    `received` the latest moment of loading (it only tells past from future where no cut-off is stated), `listed` what the
    reader said of the batches, `checks` what looks for contradictions from EVIDENCE on (its `stand` waits until every fact stands), `rollups` what sums the facts up, `program` the version that `made_by` tells,
    `corrections` what outranks the rows of the batches.
    Returns {"as_of": datetime, "counts": {order: {"added", "updated", "unchanged"}}, "vanished": {(batch, table): rows}}.
    """
    spill = path.with_name(f"{path.name}.spill")
    few = sum(parquet.stat().st_size for parquet in {sheet.parquet for sheet in sheets}) < FEW
    con = _opened(path, spill, few)
    try:
        con.execute("create table made_by as select cast(? as varchar) as program", [program])
        _reference(con)
        counts = standing.build(con, sheets, new, corrections)
        _listed(con, listed)
        as_of = cutoff or _latest_event(con, received)
        _derive(con, as_of, few, checks, rollups)
        _validate(con)
        gone = con.execute("select batch, table_name, count(*) from vanished group by batch, table_name").fetchall()
        con.execute("checkpoint")
    finally:
        con.close()
        shutil.rmtree(spill, ignore_errors=True)
    return {"as_of": as_of, "counts": counts, "vanished": {(batch, table): count for batch, table, count in gone}}


UNIQUE = {
    "app_stored": "key", "app_cell": "cell", "cell": "cell", "axis": "instant", "grid": "grid_code", "fact_appeal": "key", "fact_visit": "about, key", "fact_rating": "about, key",
    "fact_charge": "key", "fact_project": "key", "open_duty": "duty, key", "fact_journey": "key", "fact_lead": "key", "fact_tracked": "key, month",
    "fact_outside": "key", "fact_road": "key, milestone", "fact_park": "key, month", "fact_contact": "key", "fact_level": "key", "fact_major": "about, key",
    "fact_caseload": "key, month", "fact_overdue": "key, month", "fact_hotline": "duty, key", "fact_enquiry": "key", "held_up": "key, owner",
    "stopped_clock": "key", "told_late": "key", "fact_answer": "about, key", "fact_surveyor": "key", "fact_rectify": "about, key", "fact_filing": "key",
    "fact_excluded": "promise, key", "fact_moved": "key", "said": "app_id", "charged": "app_id", "settled": "app_id", "visited": "key", "called_of": "key",
    "pipe_of": "app_id", "called_on": "app_id", "in_office": "grid, applied_on", "complained_of": "app_id", "holder": "grid_code, starts_at",
    "project_seen": "coalesce(project_id, key)", "project": "coalesce(project_id, _key)",
}
"""The grain of each derived table, and of what views join to the rows of tables: nothing may count double."""

VIEWS = {
    "fact_valve": "key", "fact_connection": "key", "fact_wait": "key", "fact_open": "key, month", "fact_inside": "key", "fact_followup": "key",
    "fact_survey": "key", "fact_stage": "key, place", "fact_duty": "duty, key", "fact_complained": "key", "fact_clock": "key", "fact_coverage": "key",
    "fact_said": "matter, key", "fact_request": "duty, key", "fact_archive": "key",
}
"""The grain of each view: while everything it joins is told once, it tells no row twice (tested)."""


def _validate(con: duckdb.DuckDBPyConnection) -> None:
    (applications,) = con.execute(f"select count(*) from {stored.TABLE}").fetchone()
    bare = {name for (name,) in con.execute("select table_name from duckdb_tables() where estimated_size = 0").fetchall()}
    if applications <= stored.MANY:
        grains = UNIQUE | VIEWS
    else:
        # made of standing rows, one for each key, by joins that leave none out: as many rows as these are one for each
        grains = {table: grain for table, grain in UNIQUE.items() if table != stored.TABLE}
        (standing_rows,) = con.execute("select count(*) from application as a cross join clock as c where a.applied_at < c.as_of").fetchone()
        if applications != standing_rows:
            raise _doubled(stored.TABLE, applications - standing_rows)
    asked = " union all ".join(
        f"select '{table}' as name, count(*) as doubled from (select {grain} from {table} group by {grain} having count(*) > 1) as told" for table, grain in grains.items() if table not in bare
    )
    for table, doubled in con.execute(parsed(f"select name, doubled from ({asked}) as every where doubled > 0 order by name")).fetchall():
        raise _doubled(table, doubled)


def _doubled(table: str, rows: int) -> StoreProblem:
    return StoreProblem(f"内部校验未通过：{table} 有 {rows} 个重复键，本次导入未生效。", f"Check failed: {table} has {rows} doubled keys; nothing was published.")


def made_by(path: Path) -> str:
    """Return the version of the program that wrote a build, "" where it does not say."""
    with open_read_only(path) as con:
        told = con.execute("select 1 from information_schema.tables where table_name = 'made_by'").fetchone()
        return con.execute("select program from made_by").fetchone()[0] if told else ""


def read(path: Path, build: str, built_as_of: datetime, as_of: datetime | None = None, first_day: int = 1) -> DuckEngine:
    """Open a build read-only; another as-of moment, or months that begin on another day, recompute the facts in memory from the build's standing rows."""
    as_of = as_of or built_as_of
    if as_of == built_as_of and first_day == 1:
        return DuckEngine(open_read_only(path), build, built_as_of, rolled=True)
    con = duckdb.connect(config={"autoload_known_extensions": "false", "autoinstall_known_extensions": "false"})
    con.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as built (read_only)")
    for name in (*REFERENCE, *(t.name for t in TABLES), *DERIVED):
        con.execute(f"create view {name} as select * from built.{name}")
    facts(con, as_of, first_day)
    harden(con)
    return DuckEngine(con, build, as_of, first_day)
