"""Loads and computes the same ledger with the product and with pandas + openpyxl, in alternating runs of fresh processes, and prints the ratios.

    python -m benchmarks.bench [--applications 100000] [--runs 3] [--xlsx-runs 1]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import ledger

ROOT = Path(__file__).parents[1]
COMPUTE = "from kpi import pipeline; from kpi.metrics.compute import compute; compute(pipeline.reader(), by=('grid',))"
MEASURED = "import resource,subprocess,sys;c=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode;print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);sys.exit(c)"


def run(command: list[str], home: Path) -> tuple[float, float]:
    """Run a command in a process of its own; return (seconds, peak memory of its largest process in MB)."""
    env = {**os.environ, "KPI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    # compiled once and kept, as the modules of every installed package are
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURED, *command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return time.perf_counter() - started, int(done.stdout) / 1024


def alternate(ours: list[str], theirs: list[str], runs: int, folder: Path, *, fresh: bool) -> dict[str, dict[str, float]]:
    """Run both sides in turn, ours first and then theirs first, and return medians; `fresh` gives ours an empty store each time."""
    seen: dict[str, list[tuple[float, float]]] = {"ours": [], "theirs": []}
    for i in range(runs):
        for side in ("ours", "theirs") if i % 2 == 0 else ("theirs", "ours"):
            home = Path(tempfile.mkdtemp(dir=folder)) if fresh else folder / "store"
            seen[side].append(run(ours if side == "ours" else theirs, home))
            print(f"  {side:7}{seen[side][-1][0]:8.2f} s {seen[side][-1][1]:7.0f} MB", file=sys.stderr)
    return {side: {"s": statistics.median(s for s, _ in told), "mb": statistics.median(mb for _, mb in told)} for side, told in seen.items()}


def agree(folder: Path) -> tuple[int, int]:
    """Compute with both sides and return (figures compared, figures that differ): the same work, or no comparison."""
    import pandas as pd

    from benchmarks import peer
    from kpi import pipeline
    from kpi.metrics.compute import compute

    theirs = peer.compute(pd.read_parquet(folder / "csv.parquet"))
    compared = differing = 0
    for row in compute(pipeline.reader(folder / "store"), start="2023-04", end="2024-12", by=("grid",)):
        told = theirs.get((row["metric"], row["month"], row["grid"]))
        for field, value in (told or {}).items():
            value = None if value is None or (isinstance(value, float) and math.isnan(value)) else value
            compared += 1
            same = value == row[field] if value is None or row[field] is None else math.isclose(value, row[field], rel_tol=1e-9, abs_tol=1e-9)
            if not same:
                differing += 1
                print("  differs:", row["metric"], row["month"], row["grid"], field, value, row[field], file=sys.stderr) if differing <= 10 else None
    return compared, differing


def main() -> None:
    """Write the ledgers, run every stage, print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--xlsx-runs", type=int, default=1, help="of the .xlsx, whose peer takes minutes")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = ledger.rows(args.applications)
        files = {"csv": ledger.write_csv(folder / "用气报装台账.csv", data), "xlsx": ledger.write_xlsx(folder / "用气报装台账.xlsx", data)}
        grids = ledger.write_grids(folder / "网格与客户经理.csv")
        del data
        found = {}
        for kind, path in files.items():
            print(f"load .{kind} ({path.stat().st_size / 1e6:.0f} MB)", file=sys.stderr)
            ours = [sys.executable, "-m", "kpi", "load", str(path), str(grids), "--cutoff", ledger.CUTOFF]
            theirs = [sys.executable, "-m", "benchmarks.peer", "load", str(path), str(folder / f"{kind}.parquet")]
            found[f"load .{kind}"] = alternate(ours, theirs, args.runs if kind == "csv" else args.xlsx_runs, folder, fresh=True)
        run([sys.executable, "-m", "kpi", "load", str(files["csv"]), str(grids), "--cutoff", ledger.CUTOFF], folder / "store")
        print("compute", file=sys.stderr)
        found["compute"] = alternate([sys.executable, "-c", COMPUTE], [sys.executable, "-m", "benchmarks.peer", "compute", str(folder / "csv.parquet")], args.runs, folder, fresh=False)
        compared, differing = agree(folder)
    for kind in ("csv", "xlsx"):
        found[f".{kind} to figures"] = {side: {"s": found[f"load .{kind}"][side]["s"] + found["compute"][side]["s"],
                                               "mb": max(found[f"load .{kind}"][side]["mb"], found["compute"][side]["mb"])} for side in ("ours", "theirs")}
    print(json.dumps({"applications": args.applications, "compared": compared, "differing": differing, "stages": found}))
    print(f"\n{'':18}{'ours s':>9}{'peer s':>9}{'ratio':>8}{'ours MB':>10}{'peer MB':>10}")
    for stage, told in found.items():
        ours, theirs = told["ours"], told["theirs"]
        print(f"{stage:18}{ours['s']:9.2f}{theirs['s']:9.2f}{ours['s'] / theirs['s']:8.2f}{ours['mb']:10.0f}{theirs['mb']:10.0f}")
    print(f"figures compared {compared}, differing {differing}")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
