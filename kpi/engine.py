"""The one way to read figures: `query(sql, params) -> Arrow table`, DuckDB by default."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from kpi.problems import StoreProblem

if TYPE_CHECKING:
    import pyarrow

HARDENED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


@lru_cache(maxsize=1024)
def parsed(sql: str) -> Any:
    """Return a statement as every connection of this process may run it again: to read a long one takes longer than to sum up a few rows."""
    (statement,) = duckdb.extract_statements(sql)
    return statement


class Engine(Protocol):
    """What metrics, charts' callers and reports read through."""

    build: str
    as_of: datetime
    first_day: int
    """Day on which its months begin: 1 is the calendar's own; from another day on a month bears the name of the one in which it ends."""
    rolled: bool
    """Whether the build holds its facts summed up beside the facts themselves."""

    def query(self, sql: str, params: list[Any] | None = None) -> pyarrow.Table:
        """Return the result of one statement as an Arrow table."""

    def rows(self, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        """Return the result of one statement as a list of dicts."""


class DuckEngine:
    """Reads one build through a cursor for each query: a shared connection answers wrongly under threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, build: str, as_of: datetime, first_day: int = 1, *, rolled: bool = False) -> None:
        self._connection = connection
        self.build = build
        self.as_of = as_of
        self.first_day = first_day
        self.rolled = rolled

    def query(self, sql: str, params: list[Any] | None = None) -> pyarrow.Table:
        """Return the result of one statement as an Arrow table."""
        return self._connection.cursor().sql(sql, params=params or []).to_arrow_table()

    def rows(self, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        """Return the result of one statement as a list of dicts, without importing pyarrow."""
        cursor = self._connection.cursor().execute(sql, params or [])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class RememberingEngine:
    """Asks a build each statement once and gives the same answer again: a build never changes, and what several reports of one month ask for is often the same."""

    LARGEST = 20_000
    """Rows of an answer that is kept."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.build, self.as_of, self.first_day, self.rolled = engine.build, engine.as_of, engine.first_day, engine.rolled
        self._told: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def query(self, sql: str, params: list[Any] | None = None) -> pyarrow.Table:
        """Return the result of one statement as an Arrow table, never kept."""
        return self._engine.query(sql, params)

    def rows(self, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        """Return the result of one statement as a list of dicts, which the caller may change."""
        asked = (sql, repr(params or []))
        if (kept := self._told.get(asked)) is not None:
            return [dict(row) for row in kept]
        found = self._engine.rows(sql, params)
        if len(found) <= self.LARGEST:
            self._told[asked] = [dict(row) for row in found]
        return found


def harden(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection to files, network and further settings; what is attached stays readable."""
    for name, value in HARDENED.items():
        connection.execute(f"set {name} = {value}")
    connection.execute("set lock_configuration = true")


def open_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published build read-only and hardened; raises StoreProblem when it cannot be read."""
    try:
        # two readers of one file share one DuckDB instance: settings given with the connection hold for both, a second `set` would be refused
        return duckdb.connect(str(path), read_only=True, config={**HARDENED, "lock_configuration": "true"})
    except duckdb.Error as error:
        raise StoreProblem(f"数据版本 {path.stem} 打不开，请重新导入以重建。", f"Build {path.stem} cannot be opened; load again to rebuild it.") from error
