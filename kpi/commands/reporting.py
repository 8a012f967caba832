"""Commands that give out figures of a period: the standard table, and the government's."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from kpi import closing, pipeline, printing, standards
from kpi.commands.parsing import Add, named_grid
from kpi.engine import Engine
from kpi.problems import DataProblem
from kpi.reports import files, government, standard
from kpi.reports.period import Period, period


def _asked(args: argparse.Namespace) -> tuple[Engine, Period]:
    """Return the data at the moment asked for, its months beginning as the office's do where asked, and the period."""
    first_day = int(standards.rule("office_month_first_day")) if args.office_month else 1
    return pipeline.reader(as_of=args.as_of, first_day=first_day), period(args.period)


def _standard(args: argparse.Namespace) -> int:
    engine, asked = _asked(args)
    found = standard.table(engine, asked, grid=named_grid(engine, args.grid), assessed=pipeline.assessed_in(asked.last))
    if args.format == "json":
        printing.show(standard.records(found), args.format)
    else:
        heads = standard.heads(found, args.lang)
        printing.show([dict(zip(heads, standard.cells(line, args.lang), strict=True)) for line in found.lines], args.format)
    return 0


def _government(args: argparse.Namespace) -> int:
    engine, asked = _asked(args)
    issued = [{"month": line.month, "version": line.version, "at": line.at} for month in asked.months if (line := closing.standing(month))]
    found = government.data(engine, asked, issued=issued, lang=args.lang)
    wrong = [check["check"] for check in found["checks"] if not check["ok"]]
    if wrong:
        raise DataProblem(f"合计与分项不符，请勿报送：{'；'.join(wrong)}。", f"Totals are not the sum of their parts, do not hand this out: {'; '.join(wrong)}.")
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.of_government(found, args.lang).items():
        part = out / f".{name}.part"
        part.write_bytes(content)
        os.replace(part, out / name)
        print(out / name)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--period", required=True, help="2024-05, 2024-Q2, 2024-H1 or 2024")
    parser.add_argument("--office-month", action="store_true", help="months from the day in rules.csv (26th to 25th) instead of the calendar's")
    parser.add_argument("--as-of", dest="as_of")


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    table = command("standard", _standard, "标准表：本月、承诺、考核值、累计、同期、同比、环比 / the standard table of a period")
    _options(table)
    table.add_argument("--grid")
    report = command("government", _government, "政府报送数据：承诺兑现情况表、五项评价指标 / figures for the government, as CSV and JSON")
    _options(report)
    report.add_argument("--out", required=True)
