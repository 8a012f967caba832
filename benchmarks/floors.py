"""Measures reading, checking and building beside what nobody can do without: inflating and tokenising the XML, or DuckDB's own typed table from the same .csv.

    python -m benchmarks.floors [--xlsx-rows 100000] [--csv-rows 1000000] [--runs 3] [--peer-runs 1]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import ledger
from benchmarks.bench import run

TOKENS = """
import sys, zipfile
from xml.parsers import expat
with zipfile.ZipFile(sys.argv[1]) as book:
    for name in book.namelist():
        if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
            parser = expat.ParserCreate()
            with book.open(name) as part:
                parser.ParseFile(part)
"""
"""The parts of the sheets are inflated and parsed by expat, which hands nothing over to Python."""

STAGE = "import sys; from pathlib import Path; from kpi.exports import reader; reader.read(Path(sys.argv[1]), Path(sys.argv[2]))"
PANDAS = "import sys, pandas; pandas.read_excel(sys.argv[1], engine='openpyxl').to_parquet(sys.argv[2])"
TABLE = """
import sys, duckdb
con = duckdb.connect(sys.argv[2])
con.execute("create table t as select * from read_csv(?, header = true)", [sys.argv[1]])
con.execute("checkpoint")
"""


def measured(sides: dict[str, list[str]], runs: dict[str, int], folder: Path) -> dict[str, dict[str, float]]:
    """Run every side in turn, in an order that turns round each time; return the median seconds and the largest memory in MB."""
    seen: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for nth in range(max(runs.values())):
        for side in list(sides)[:: 1 if nth % 2 == 0 else -1]:
            if nth < runs[side]:
                place = Path(tempfile.mkdtemp(dir=folder))
                seen[side].append(run([part.replace("{out}", str(place / "out")) for part in sides[side]], place / "store"))
                shutil.rmtree(place, ignore_errors=True)
                print(f"  {side:28}{seen[side][-1][0]:8.2f} s {seen[side][-1][1]:7.0f} MB", file=sys.stderr)
    return {side: {"s": statistics.median(s for s, _ in told), "mb": max(mb for _, mb in told)} for side, told in seen.items() if told}


def main() -> None:
    """Write the ledgers, measure both formats, print one line for each side with its ratio to the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xlsx-rows", type=int, default=100_000)
    parser.add_argument("--csv-rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-runs", type=int, default=1, help="of pandas + openpyxl, which takes minutes")
    args = parser.parse_args()
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = ledger.write_xlsx(folder / "用气报装台账.xlsx", ledger.rows(args.xlsx_rows))
        data = ledger.rows(args.csv_rows)
        utf8 = ledger.write_csv(folder / "用气报装台账.csv", data)
        del data
        gb18030 = folder / "用气报装台账GB18030.csv"
        with utf8.open(encoding="utf-8", newline="") as whole, gb18030.open("w", encoding="gb18030", newline="") as out:
            shutil.copyfileobj(whole, out, 1 << 24)
        load = [python, "-m", "kpi", "load", "{file}", "--cutoff", ledger.CUTOFF]
        found = {
            ".xlsx": measured(
                {
                    "floor": [python, "-c", TOKENS, str(book)], "typed, checked, stored": [python, "-c", STAGE, str(book), "{out}"],
                    "loaded and built": [part.replace("{file}", str(book)) for part in load], "pandas + openpyxl": [python, "-c", PANDAS, str(book), "{out}"],
                },
                {"floor": args.runs, "typed, checked, stored": args.runs, "loaded and built": args.runs, "pandas + openpyxl": args.peer_runs}, folder,
            ),
            ".csv": measured(
                {
                    "floor": [python, "-c", TABLE, str(utf8), "{out}"], "typed, checked, stored": [python, "-c", STAGE, str(utf8), "{out}"],
                    "loaded and built": [part.replace("{file}", str(utf8)) for part in load],
                    "GB18030 typed, checked, stored": [python, "-c", STAGE, str(gb18030), "{out}"], "GB18030 loaded and built": [part.replace("{file}", str(gb18030)) for part in load],
                },
                dict.fromkeys(("floor", "typed, checked, stored", "loaded and built", "GB18030 typed, checked, stored", "GB18030 loaded and built"), args.runs), folder,
            ),
        }
    print(json.dumps({"xlsx_rows": args.xlsx_rows, "csv_rows": args.csv_rows, "found": found}))
    for kind, sides in found.items():
        print(f"\n{kind:34}{'s':>8}{'÷ floor':>9}{'MB':>8}")
        for side, told in sides.items():
            print(f"{side:34}{told['s']:8.2f}{told['s'] / sides['floor']['s']:9.2f}{told['mb']:8.0f}")


if __name__ == "__main__":
    main()
