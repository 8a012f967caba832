"""Measures what pages ask of a build beside a query of nothing, and facts with rollups beside DuckDB's own typed table from the same rows.

    python -m benchmarks.pages [--applications 1000000] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import ledger
from benchmarks.bench import run
from benchmarks.floors import TABLE, measured
from kpi import pipeline
from kpi.engine import DuckEngine
from kpi.metrics.compute import compute

REBUILD = """
import sys, duckdb
from pathlib import Path
from kpi.exports.tables import TABLES
from kpi.metrics import rollups
from kpi.warehouse import build
con = duckdb.connect(sys.argv[2], config={"memory_limit": build.MEMORY})
con.execute(f"attach '{sys.argv[1]}' as built (read_only)")
for name in (*build.REFERENCE, *(table.name for table in TABLES)):
    con.execute(f"create view {name} as select * from built.{name}")
as_of = con.execute("select as_of from built.clock").fetchone()[0]
build.facts(con, as_of)
rollups.make(con)
con.execute("checkpoint")
"""
"""Facts, rollups and nothing else, from the standing rows of a build into a file of their own."""

REPEATED, ENOUGH = 7, 1.0
"""How often a statement is timed, and the seconds after which a slow one is not asked again."""

ASKED = {
    "a month, by grid": {"start": "2024-05", "end": "2024-05", "by": ("grid",), "where": {"regime": "1.5"}},
    "twelve months, by grid": {"start": "2023-06", "end": "2024-05", "by": ("grid",), "where": {"regime": "1.5"}},
    "twelve months, one manager": {"start": "2023-06", "end": "2024-05", "by": (), "where": {"manager": "M03"}},
}
"""What pages ask: the month before them, and the months their charts go through."""


class Watched(DuckEngine):
    """An engine that notes the statements it is asked, to be timed one by one."""

    def rows(self, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        """Note a statement and answer it."""
        self.asked.append((sql, params))
        return super().rows(sql, params)


def _kind(sql: str) -> str:
    return "quantiles" if "spread_" in sql else "waits" if "risks as" in sql else "counts and sums" if "rollup_" in sql else "lists"


def _seconds(engine: DuckEngine, sql: str, params: list[Any] | None) -> float:
    """Return the median time of a statement, its rows fetched."""
    taken: list[float] = []
    while len(taken) < REPEATED and sum(taken) < ENOUGH:
        started = time.perf_counter()
        engine.rows(sql, params)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def pages(engine: DuckEngine) -> list[dict[str, Any]]:
    """Return for each question and kind of statement how many there are, and their time as a multiple of a query of nothing: median and longest."""
    found = []
    for name, asked in ASKED.items():
        watched = Watched(engine._connection, engine.build, engine.as_of, rolled=True)
        watched.asked = []
        compute(watched, **asked)
        ratios: dict[str, list[float]] = {}
        for sql, params in watched.asked:
            # side by side, for the machine is shared
            ratios.setdefault(_kind(sql), []).append(_seconds(engine, sql, params) / _seconds(engine, "select 1 as one", None))
        found += [{"asked": name, "kind": kind, "statements": len(told), "median": statistics.median(told), "longest": max(told)} for kind, told in ratios.items()]
    return found


def main() -> None:
    """Load a ledger, time what pages ask, rebuild facts and rollups beside DuckDB's table, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        csv = ledger.write_csv(folder / "用气报装台账.csv", ledger.rows(args.applications))
        grids = ledger.write_grids(folder / "网格与客户经理.csv")
        run([sys.executable, "-m", "kpi", "load", str(csv), str(grids), "--cutoff", ledger.CUTOFF], folder / "home")
        engine = pipeline.reader(folder / "home")
        found = pages(engine)
        build = folder / "home" / "builds" / f"{engine.build}.duckdb"
        del engine
        sides = {"floor": [sys.executable, "-c", TABLE, str(csv), "{out}"], "facts and rollups": [sys.executable, "-c", REBUILD, str(build), "{out}"]}
        rebuilt = measured(sides, dict.fromkeys(sides, args.runs), folder)
    print(json.dumps({"applications": args.applications, "pages": found, "rebuild": rebuilt}))
    for row in found:
        print(f"{row['asked']:28}{row['kind']:18}{row['statements']:4} statements   median {row['median']:6.1f}   longest {row['longest']:6.1f} x select 1")
    print(f"facts and rollups {rebuilt['facts and rollups']['s'] / rebuilt['floor']['s']:.2f} x DuckDB's create table as")


if __name__ == "__main__":
    main()
