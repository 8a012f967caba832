"""The journal: batches, and which build is current, in SQLite transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
create table if not exists batch (
    id integer primary key,
    load integer not null,
    file text not null,
    sha256 text not null,
    reader text not null,
    period text,
    cutoff text,
    submitter text,
    loaded_at text not null,
    loaded_by text not null,
    standing integer not null default 1,
    report text not null
);
create table if not exists build (
    id text primary key,
    inputs text not null,
    as_of text not null,
    built_at text not null
);
create table if not exists current (one integer primary key check (one = 1), build text not null references build (id));
create table if not exists counter (name text primary key, value integer not null);
"""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One loaded file: what was read of it and under which options."""

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
            connection.execute("pragma synchronous = full")
            with connection:
                connection.executescript(SCHEMA)
            with connection:
                yield connection
        finally:
            connection.close()

    def batches(self) -> list[Batch]:
        """Return the standing batches, oldest first."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(
                "select id, load, file, sha256, reader, period, cutoff, submitter, loaded_at, loaded_by, report from batch where standing = 1 order by load, id"
            ).fetchall()
        names = ("id", "load", "file", "sha256", "reader", "period", "cutoff", "submitter", "loaded_at", "loaded_by")
        return [Batch(**dict(zip(names, row[:-1], strict=True)), report=json.loads(row[-1])) for row in rows]

    def current(self) -> tuple[str, str, str] | None:
        """Return (build, inputs, as_of) of the current build, or None before the first load."""
        if not self.path.exists():
            return None
        with self._open() as connection:
            return connection.execute("select b.id, b.inputs, b.as_of from current c join build b on b.id = c.build").fetchone()

    def next(self, name: str) -> int:
        """Return the next number of a counter; a number is never given twice, not even after a crash."""
        with self._open() as connection:
            connection.execute("insert into counter values (?, 1) on conflict (name) do update set value = value + 1", (name,))
            return connection.execute("select value from counter where name = ?", (name,)).fetchone()[0]

    def publish(self, batches: list[dict[str, Any]], build: str, inputs: str, as_of: str, built_at: str) -> None:
        """Record new batches and make their build current, in one transaction."""
        with self._open() as connection:
            for batch in batches:
                names = ", ".join(batch)
                marks = ", ".join("?" for _ in batch)
                connection.execute(f"insert into batch ({names}) values ({marks})", tuple(batch.values()))
            connection.execute("insert into build values (?, ?, ?, ?)", (build, inputs, as_of, built_at))
            connection.execute("insert into current values (1, ?) on conflict (one) do update set build = excluded.build", (build,))
