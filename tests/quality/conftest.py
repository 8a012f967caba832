"""The sample ledgers with their findings: a copy of the build of this run, written to by nobody else."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from kpi import quality
from kpi.engine import DuckEngine


@pytest.fixture(scope="session")
def sample_con(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Return a connection to a copy of the sample build in which the rules have run."""
    path = tmp_path_factory.mktemp("quality") / "sample.duckdb"
    shutil.copy(max((sample_home / "builds").glob("*.duckdb")), path)
    con = duckdb.connect(str(path))
    if not con.execute("select count(*) from duckdb_tables() where table_name = 'finding'").fetchone()[0]:
        quality.find(con)
    yield con
    con.close()


@pytest.fixture(scope="session")
def sample(sample_con: duckdb.DuckDBPyConnection) -> DuckEngine:
    """Return an engine over the sample build."""
    return DuckEngine(sample_con, "sample", sample_con.execute("select as_of from clock").fetchone()[0])
