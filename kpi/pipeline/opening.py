"""Opening published figures for reading."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from kpi import store
from kpi.engine import DuckEngine
from kpi.pipeline import entering, publishing
from kpi.pipeline.asked import moment
from kpi.problems import StoreProblem
from kpi.store.journal import Journal
from kpi.warehouse import build as warehouse


def reader(home: Path | None = None, as_of: datetime | str | None = None, *, build: str | None = None) -> DuckEngine:
    """Open the current build (or the one named) read-only, at its own as-of moment or another; raises StoreProblem when nothing is loaded.

    A current build that another version of the program wrote is built again first, from the archived originals.
    """
    home = store.home(home)
    asked = moment(as_of) if isinstance(as_of, str) else as_of
    journal = Journal(home)
    for _ in range(3):
        current = next(iter(journal.builds(id=build)), None) if build else journal.current()
        if current is None:
            raise StoreProblem("还没有导入任何台账，请先导入。", "Nothing has been loaded yet: load ledgers first.")
        path = home / "builds" / f"{current[0]}.duckdb"
        if path.exists():
            try:
                if not build and warehouse.made_by(path) != publishing.program():
                    entering.renew(home)
                    continue
                return warehouse.read(path, current[0], datetime.fromisoformat(current[2]), asked)
            except (StoreProblem, duckdb.Error):
                if path.exists():
                    raise
        # a newer build may have taken its place since the journal was read
    raise StoreProblem("数据版本文件不在了，请重新导入任一台账以重建。", "The build is gone; load any ledger again to rebuild it.")
