"""The command that writes the work report of any period as Word and PDF, and the template that staff edit."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from kpi import schedule, standards
from kpi.commands.parsing import Add
from kpi.reports import handouts
from kpi.reports.period import period


def written(files: Mapping[str, bytes], out: Path) -> None:
    """Put files into a folder, each as a whole, and print where they lie."""
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        part = out / f".{name}.part"
        part.write_bytes(content)
        os.replace(part, out / name)
        print(out / name)


def _paper(args: argparse.Namespace) -> int:
    about = schedule.stretch(period(args.period), lang=args.lang, as_of=args.as_of, first_day=int(standards.rule("office_month_first_day")) if args.office_month else 1)
    written(handouts.template(about) if args.blank else handouts.of_period(about, schedule.template(path=args.template)), Path(args.out))
    return 0


def add(command: Add) -> None:
    """Hang the command on the parser."""
    paper = command("paper", _paper, "工作报告（月、季、半年、年）：Word 和 PDF / the work report of a period, as Word and PDF")
    paper.add_argument("--period", required=True, help="2024-05, 2024-Q2, 2024-H1 or 2024")
    paper.add_argument("--out", required=True)
    paper.add_argument("--template", help="your own .docx instead of the built-in one")
    paper.add_argument("--blank", action="store_true", help="write the template itself, to be edited in Word")
    paper.add_argument("--office-month", action="store_true", help="months from the day in rules.csv (26th to 25th) instead of the calendar's")
    paper.add_argument("--as-of", dest="as_of")
