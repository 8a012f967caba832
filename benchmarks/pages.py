"""Measures what pages ask of a build beside a trivial query, facts with rollups beside DuckDB's own typed table from the same rows, and a build of hardly any row.

    python -m benchmarks.pages [--applications 1000000] [--runs 3] [--home FOLDER]

With --home the ledger and its store are made in that folder and found there the next time.

Everything is told in processor seconds, which hardly change with what else a machine does; the rebuild in seconds of the clock too, which need a quiet one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import asked, ledger
from benchmarks.bench import ROOT, run
from benchmarks.floors import TABLE
from kpi import pipeline, quality
from kpi.engine import DuckEngine
from kpi.metrics import headline, rollups, stages
from kpi.metrics.compute import compute
from kpi.metrics.registry import METRICS
from kpi.warehouse import build

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

SPENT = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"processor": used.ru_utime + used.ru_stime, "clock": time.perf_counter() - started, "mb": used.ru_maxrss / 1024}))
"""

LIMITS = {"pages": 10, "rebuild": 3}

TRIVIAL = {"select 1": "select 1 as one", "small": "select grid_code, count(*) as n from holder group by grid_code"}
"""Queries that ask for next to nothing; the limit of pages speaks of the second, which reads one table of a few rows and groups it."""

REPEATED, ENOUGH = 9, 1.0
"""How often a statement is timed, and the seconds after which a slow one is not asked again."""

LAST = {"start": "2023-06", "end": "2024-05"}
ASKED = {
    "a month, by grid": {"start": "2024-05", "end": "2024-05", "by": ("grid",), "where": {"regime": "1.5"}},
    "twelve months each, by grid": {**LAST, "by": ("grid",), "where": {"regime": "1.5"}, "over": "months"},
    "twelve months each, one manager": {**LAST, "where": {"manager": "M03"}, "over": "months"},
    "every month and grid": {"by": ("grid",), "over": "months"},
    "twelve months as one, by grid": {**LAST, "by": ("grid",), "where": {"regime": "1.5"}, "over": "span"},
    "year so far as one, by grid": {"start": "2024-01", "end": "2024-05", "by": ("grid",), "where": {"regime": "1.5"}, "over": "span"},
}
"""What pages ask: the month before them, the months their charts go through, everything, and months rolled into one."""


class Watched(DuckEngine):
    """An engine that notes the statements it is asked, to be timed one by one."""

    def rows(self, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        """Note a statement and answer it."""
        self.asked.append((sql, params))
        return super().rows(sql, params)


def _kind(sql: str) -> str:
    kinds = {
        "phased as": "control charts", "listed as": "lists of cases", "risks as": "waits, of the cases", "from wait_": "waits, kept", "quantile_cont(": "quantiles, of the cases",
        "from quantile_": "quantiles, kept", "rollup_": "counts and sums, kept",
    }
    return next((kind for sign, kind in kinds.items() if sign in sql), "others")


def _seconds(engine: DuckEngine, sql: str, params: list[Any] | None = None) -> float:
    """Return the least processor time of a statement, its rows fetched."""
    taken: list[float] = []
    while len(taken) < REPEATED and sum(taken) < ENOUGH:
        started = time.process_time()
        engine.rows(sql, params)
        taken.append(time.process_time() - started)
    return min(taken)


def _processes(where: dict[str, str]) -> list[tuple[list[str], dict[str, str]]]:
    """Return (KPIs, where) as pages ask: cohorts and stock over both processes, whatever process the others are asked of."""
    whole = {name: value for name, value in where.items() if name != "regime"}
    return [([m.id for m in METRICS if headline.over_both(m) == both], whole if both else where) for both in (True, False)]


def pages(engine: DuckEngine) -> list[dict[str, Any]]:
    """Return for each question and kind of statement how many there are and their median and longest time as multiples of the trivial query, the longest also of `select 1`."""
    found = []
    for name, question in ASKED.items():
        watched = _watched(engine)
        for ids, where in _processes(question.get("where", {})):
            compute(watched, ids, **{**question, "where": where})
        found += _timed(watched, name)
    watched = _watched(engine)
    stages.cohorts(watched, 3, (30, 60, 90), start="2023-06", end="2024-05")
    return found + _timed(watched, "three months up to each month")


def _watched(engine: DuckEngine) -> Watched:
    watched = Watched(engine._connection, engine.build, engine.as_of, rolled=True)
    watched.asked = []
    return watched


def _timed(watched: Watched, name: str) -> list[dict[str, Any]]:
    """Return a row for each kind of the statements that a question took."""
    taken: dict[str, list[float]] = {}
    for sql, params in list(watched.asked):
        taken.setdefault(_kind(sql), []).append(_seconds(watched, sql, params))
    small, one = (_seconds(watched, TRIVIAL[which]) for which in ("small", "select 1"))
    return [
        {"asked": name, "kind": kind, "statements": len(told), "median": statistics.median(told) / small, "longest": max(told) / small, "of_select_1": max(told) / one}
        for kind, told in sorted(taken.items())
    ]


def opened(engine: DuckEngine, home: Path) -> dict[str, dict[str, Any]]:
    """Return for every page what its own statements take as multiples of the trivial query."""
    small = min(_seconds(engine, TRIVIAL["small"]) for _ in range(3))
    return {
        page: asked.summed_up([(_seconds(engine, sql, params) / small, _kind(sql)) for sql, params in {repr(one): one for one in told}.values()], LIMITS["pages"])
        for page, told in asked.statements(home).items() if told
    }


def rebuilt(sides: dict[str, list[str]], runs: int, folder: Path) -> dict[str, dict[str, float]]:
    """Run every side in turn, in an order that turns round each time; return medians of processor seconds, seconds of the clock and MB."""
    seen: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
    for nth in range(runs):
        for side in list(sides)[:: 1 if nth % 2 == 0 else -1]:
            with tempfile.TemporaryDirectory(dir=folder) as place:
                command = [part.replace("{out}", str(Path(place) / "out")) for part in sides[side]]
                done = subprocess.run([sys.executable, "-c", SPENT, *command], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
            seen[side].append(json.loads(done.stdout))
            print(f"  {side:20}" + "".join(f"{value:9.2f} {name}" for name, value in seen[side][-1].items()), file=sys.stderr)
    return {side: {name: statistics.median(one[name] for one in told) for name in told[0]} for side, told in seen.items()}


def small(folder: Path) -> float:
    """Return the processor seconds of a build without any row, the standards known already."""
    taken = []
    for nth in range(4):
        started = time.process_time()
        build.create(folder / f"small{nth}.duckdb", [], new=1, cutoff=datetime(2024, 6, 1), received=datetime(2024, 6, 1), checks=quality.find, rollups=rollups)
        taken.append(time.process_time() - started)
    return min(taken)


def main() -> None:
    """Load a ledger, time what pages ask, rebuild facts and rollups beside DuckDB's table, print every ratio beside its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--home", type=Path, help="a folder in which the ledger and its store stay, to be used again")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = args.home or Path(name)
        csv, home = folder / "用气报装台账.csv", folder / "home"
        if not home.exists():
            folder.mkdir(parents=True, exist_ok=True)
            ledger.write_csv(csv, ledger.rows(args.applications))
            grids = ledger.write_grids(folder / "网格与客户经理.csv")
            run([sys.executable, "-m", "kpi", "load", str(csv), str(grids), "--cutoff", ledger.CUTOFF], home)
        engine = pipeline.reader(home)
        found, screens = pages(engine), opened(engine, home)
        path = home / "builds" / f"{engine.build}.duckdb"
        del engine
        sides = {"floor": [sys.executable, "-c", TABLE, str(csv), "{out}"], "facts and rollups": [sys.executable, "-c", REBUILD, str(path), "{out}"]}
        sums, least = rebuilt(sides, args.runs, Path(name)), small(Path(name))
    ratios = {name: sums["facts and rollups"][name] / sums["floor"][name] for name in ("processor", "clock")}
    print(json.dumps({"applications": args.applications, "pages": found, "screens": screens, "rebuild": sums, "ratios": ratios, "small build": least}))
    print(f"\n{'pages: multiples of a trivial query':34}{'kind':26}{'statements':>11}{'median':>9}{'longest':>9}{'limit':>7}   x select 1")
    for row in found:
        print(f"{row['asked']:34}{row['kind']:26}{row['statements']:11}{row['median']:9.1f}{row['longest']:9.1f}{LIMITS['pages']:7}{row['of_select_1']:13.1f}")
    print(f"\n{'what each page asks when it is opened':34}{'statements':>11}{'median':>9}{'longest':>9}   above the limit: how many, the longest")
    for name, row in screens.items():
        above = ", ".join(f"{kind}: {many}, {most:.0f}" for kind, (many, most) in row["above"].items())
        print(f"{name:34}{row['statements']:11}{row['median']:9.1f}{row['longest']:9.1f}   {above or 'none'}")
    print("\nfacts and rollups beside DuckDB's create table as: " + ", ".join(f"{value:.2f} in {name} seconds" for name, value in ratios.items()) + f"; limit {LIMITS['rebuild']}")
    print(f"a build without a row: {least:.2f} processor seconds")


if __name__ == "__main__":
    main()
