"""Opening published figures for reading."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import duckdb

from kpi import store
from kpi.engine import DuckEngine
from kpi.pipeline import entering, publishing
from kpi.pipeline.asked import moment
from kpi.problems import StoreProblem
from kpi.store.journal import Journal
from kpi.warehouse import build as warehouse


def current(home: Path | None = None) -> tuple[str, datetime] | None:
    """Return the current build and its as-of moment, None for an empty store; one that another version of the program wrote is built again first."""
    home = store.home(home)
    for _ in range(2):
        found = Journal(home).current()
        path = home / "builds" / f"{found[0]}.duckdb" if found else None
        if path is None or not path.exists() or _program_of(path) == publishing.program():
            break
        entering.renew(home)
    return (found[0], datetime.fromisoformat(found[2])) if found else None


@lru_cache(maxsize=16)
def _program_of(path: Path) -> str:
    """A build never changes once it has its name."""
    return warehouse.made_by(path)


def reader(home: Path | None = None, as_of: datetime | str | None = None, *, build: str | None = None, first_day: int = 1) -> DuckEngine:
    """Open the current build (or the one named) read-only, at its own as-of moment or another, its months beginning on `first_day`; raises StoreProblem when nothing is loaded."""
    home = store.home(home)
    asked = moment(as_of) if isinstance(as_of, str) else as_of
    for _ in range(3):
        found = _named(home, build) if build else current(home)
        if found is None:
            raise StoreProblem("还没有导入任何台账，请先导入。", "Nothing has been loaded yet: load ledgers first.")
        path = home / "builds" / f"{found[0]}.duckdb"
        if path.exists():
            try:
                return warehouse.read(path, *found, asked, first_day)
            except (StoreProblem, duckdb.Error):
                if path.exists():
                    raise
        # a newer build may have taken its place since the journal was read
    raise StoreProblem("数据版本文件不在了，请重新导入任一台账以重建。", "The build is gone; load any ledger again to rebuild it.")


def _named(home: Path, build: str) -> tuple[str, datetime] | None:
    return next(((id, datetime.fromisoformat(as_of)) for id, _, as_of in Journal(home).builds(id=build)), None)
