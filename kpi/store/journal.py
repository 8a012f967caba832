"""The journal: batches, what stands of them, remembered layouts, values to be assessed by, actions, and which build is current, in SQLite transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kpi.store.entries import Entry
from kpi.store.schema import ADDED, REFUSED, SCHEMA, VERSION


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One loaded file: what was read of it, under which options, and whether it still stands.

    `report` holds the sheets with their counts; `mapping` the columns a person chose; `complete` says that the file was
    all there is; `withdrawn_at`, `withdrawn_by` and `reason` are given once it was undone.
    """

    id: int
    load: int
    file: str
    sha256: str
    reader: str
    period: str | None
    cutoff: str | None
    submitter: str | None
    loaded_at: str
    loaded_by: str
    report: dict[str, Any]
    mapping: dict[str, Any] | None = None
    complete: bool = False
    draft: str | None = None
    standing: bool = True
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None
    reason: str | None = None

    def row(self) -> dict[str, Any]:
        """Return the batch as the journal keeps it."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            **found, "standing": int(self.standing), "complete": int(self.complete), "report": json.dumps(self.report, ensure_ascii=False),
            "mapping": json.dumps(self.mapping, ensure_ascii=False) if self.mapping else None,
        }


COLUMNS = tuple(f.name for f in fields(Batch))


def _batch(row: Sequence[Any]) -> Batch:
    found = dict(zip(COLUMNS, row, strict=True))
    found |= {"standing": bool(found["standing"]), "complete": bool(found["complete"]), "report": json.loads(found["report"])}
    return Batch(**{**found, "mapping": json.loads(found["mapping"]) if found["mapping"] else None})


def _add(connection: sqlite3.Connection, row: Entry) -> int:
    """Add an entry under its own number, or the next one, and return it."""
    told = {f.name: getattr(row, f.name) for f in fields(row) if f.name != "id" or row.id}
    return connection.execute(f"insert into {type(row).__name__.lower()} ({', '.join(told)}) values ({', '.join('?' for _ in told)})", tuple(told.values())).lastrowid


class Journal:
    """Reads and writes journal.sqlite of a store; every write is one transaction."""

    def __init__(self, home: Path) -> None:
        self.path = home / "journal.sqlite"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=30)
        try:
            connection.execute("pragma foreign_keys = on")
            # extra: the rollback journal's end is on disk too, so that what was said to be entered stays entered
            connection.execute("pragma synchronous = extra")
            if connection.execute("pragma user_version").fetchone()[0] < VERSION:
                self._prepare(connection)
            with connection:
                yield connection
        finally:
            connection.close()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create the tables, or add what an earlier version lacks, in one transaction."""
        connection.isolation_level = None
        connection.execute("begin immediate")
        try:
            for statement in (*SCHEMA.split(";"), *REFUSED):
                connection.execute(statement)
            known = {row[1] for row in connection.execute("pragma table_info (batch)")}
            for name, kind in ADDED.items():
                if name not in known:
                    connection.execute(f"alter table batch add column {name} {kind}")
            connection.execute(f"pragma user_version = {VERSION}")
            connection.execute("commit")
        except BaseException:
            connection.execute("rollback")
            raise
        connection.isolation_level = ""

    def batches(self, *, withdrawn: bool = False) -> list[Batch]:
        """Return the standing batches, oldest first; with `withdrawn` those that were undone too."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(f"select {', '.join(COLUMNS)} from batch where standing = 1 or ? order by load, id", (withdrawn,)).fetchall()
        return [_batch(row) for row in rows]

    def current(self) -> tuple[str, str, str] | None:
        """Return (build, inputs, as_of) of the current build, or None while no batch stands."""
        if not self.path.exists():
            return None
        with self._open() as connection:
            return connection.execute("select b.id, b.inputs, b.as_of from current c join build b on b.id = c.build").fetchone()

    def builds(self, *, id: str | None = None, inputs: str | None = None) -> list[tuple[str, str, str]]:
        """Return (build, inputs, as_of) of the builds ever published, newest first: the one named, or those made from the inputs, or all."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            wanted = (id, id, inputs, inputs)
            return connection.execute("select id, inputs, as_of from build where (? is null or id = ?) and (? is null or inputs = ?) order by id desc", wanted).fetchall()

    def next(self, name: str) -> int:
        """Return the next number of a counter; a number is never given twice, not even after a crash."""
        with self._open() as connection:
            connection.execute("insert into counter values (?, 1) on conflict (name) do update set value = value + 1", (name,))
            return connection.execute("select value from counter where name = ?", (name,)).fetchone()[0]

    def layouts(self) -> dict[str, dict[str, Any]]:
        """Return the choices of columns that people made, by the signature of the header row."""
        if not self.path.exists():
            return {}
        with self._open() as connection:
            return {signature: json.loads(choice) for signature, choice in connection.execute("select signature, choice from layout")}

    def append(self, row: Entry) -> int:
        """Add an entry and return its number; nothing that was entered before is changed."""
        with self._open() as connection:
            return _add(connection, row)

    def entries(self, kind: type[Entry]) -> list[Entry]:
        """Return every entry of a kind that was ever made, oldest first."""
        if not self.path.exists():
            return []
        names = [f.name for f in fields(kind)]
        with self._open() as connection:
            return [kind(**dict(zip(names, row, strict=True))) for row in connection.execute(f"select {', '.join(names)} from {kind.__name__.lower()} order by id")]

    def publish(
        self,
        batches: Sequence[Batch],
        build: tuple[str, str, str] | None,
        at: str,
        *,
        withdrawn: Sequence[int] = (),
        who: str = "",
        reason: str = "",
        layouts: dict[str, dict[str, Any]] | None = None,
        entry: Entry | None = None,
    ) -> None:
        """Record new batches, withdraw others, remember layouts, add an entry and make (build, inputs, as_of) current, in one transaction; None: nothing stands any more."""
        try:
            self._publish(batches, build, at, withdrawn, who, reason, layouts or {}, entry)
        except sqlite3.OperationalError:
            # the disk may fail after the commit, when only the folder's sync was left: what took effect is not to be called undone
            if not self._published(batches, build, withdrawn):
                raise

    def _published(self, batches: Sequence[Batch], build: tuple[str, str, str] | None, withdrawn: Sequence[int]) -> bool:
        standing = {batch.id for batch in self.batches()}
        return self.current() == build and standing.issuperset(batch.id for batch in batches) and standing.isdisjoint(withdrawn)

    def _publish(
        self, batches: Sequence[Batch], build: tuple[str, str, str] | None, at: str, withdrawn: Sequence[int], who: str, reason: str, layouts: dict[str, dict[str, Any]],
        entry: Entry | None,
    ) -> None:
        with self._open() as connection:
            if entry is not None:
                _add(connection, entry)
            for batch in batches:
                row = batch.row()
                connection.execute(f"insert into batch ({', '.join(row)}) values ({', '.join('?' for _ in row)})", tuple(row.values()))
            connection.executemany(
                "update batch set standing = 0, withdrawn_at = ?, withdrawn_by = ?, reason = ? where id = ? and standing = 1", [(at, who, reason, id) for id in withdrawn]
            )
            for signature, choice in layouts.items():
                connection.execute(
                    "insert into layout values (?, ?, ?, ?) on conflict (signature) do update set choice = excluded.choice, chosen_at = excluded.chosen_at, chosen_by = excluded.chosen_by",
                    (signature, json.dumps(choice, ensure_ascii=False), at, who),
                )
            if build is None:
                connection.execute("delete from current")
                return
            connection.execute("insert into build values (?, ?, ?, ?) on conflict (id) do nothing", (*build, at))
            connection.execute("insert into current values (1, ?) on conflict (one) do update set build = excluded.build", (build[0],))
