"""The command that asks whether the population is whole: checks, habits and stops as JSON."""

from __future__ import annotations

import argparse
import json

from kpi import pipeline, quality
from kpi.commands.parsing import Add, named_grid
from kpi.metrics import habits


def _population(args: argparse.Namespace) -> int:
    engine = pipeline.reader()
    spanned = {"start": args.month or args.start, "end": args.month or args.end}
    grid = named_grid(engine, args.grid)
    wanted = {**spanned, "grid": grid}
    where = {"grid": grid} if grid else {}
    checks = [
        {**row, "by": quality.population(engine, by=("grid", "month"), code=row["code"], **wanted), "rows": quality.astray(engine, row["code"], limit=args.rows, lang=args.lang, **wanted)}
        for row in quality.population(engine, lang=args.lang, **wanted)
    ]
    told = {
        "as_of": engine.as_of.isoformat(), "grid": grid, **spanned, "checks": checks, "relevelled": habits.relevelled(engine, where=where, **spanned),
        "stopped_by_manager": habits.stopped(engine, "manager", where=where, **spanned), "stopped_by_grid": habits.stopped(engine, "grid", where=where, **spanned),
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def add(command: Add) -> None:
    """Hang the command on the parser."""
    told = command("population", _population, "总体核对：应有、实有、缺号 / is the population whole (JSON)")
    told.add_argument("--month", help="only this month, 2024-05")
    told.add_argument("--from", dest="start", help="first month, 2023-01")
    told.add_argument("--to", dest="end", help="last month, 2024-12")
    told.add_argument("--grid", help="only this grid")
    told.add_argument("--rows", type=int, default=200, metavar="N", help="at most N rows behind each number")
