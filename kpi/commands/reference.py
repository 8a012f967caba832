"""Commands around the ledgers: sample ledgers, empty templates, and the working calendar."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kpi.commands.parsing import Add, Bar
from kpi.problems import UsageProblem, did_you_mean


def _sample(args: argparse.Namespace) -> int:
    from kpi import sample

    with Bar() as bar:
        written = sample.write(Path(args.out), applications=args.applications, months=args.months, seed=args.seed, progress=bar)
    print(json.dumps(written, ensure_ascii=False, indent=2, default=str))
    return 0


def _template(args: argparse.Namespace) -> int:
    from kpi.exports import template
    from kpi.exports.tables import BY_NAME

    asked = args.table or list(BY_NAME)
    unknown = [name for name in asked if name not in BY_NAME]
    if unknown:
        near = did_you_mean(unknown[0], BY_NAME)
        raise UsageProblem(f"没有“{unknown[0]}”这种台账（{'、'.join(BY_NAME)}）。", f"No such table: {unknown[0]} ({', '.join(BY_NAME)})." + (f" Did you mean '{near}'?" if near else ""))
    for name in asked:
        print(template.write(Path(args.out) / template.named(BY_NAME[name], args.lang), BY_NAME[name], args.lang))
    return 0


def _calendar(args: argparse.Namespace) -> int:
    from kpi.standards import notice

    changed = notice.import_notice(year=args.year, off=args.off, work=args.work, source=args.source)
    print(json.dumps(changed, ensure_ascii=False, indent=2, default=str))
    print("日历已更新，请运行 load 任一台账以重建。" if args.lang == "zh" else "Calendar updated; load any ledger to rebuild.", file=sys.stderr)
    return 0


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    sample = command("sample", _sample, "生成示例台账 / write sample ledgers")
    sample.add_argument("--out", required=True)
    sample.add_argument("--applications", type=int, default=1500)
    sample.add_argument("--months", type=int, default=24)
    sample.add_argument("--seed", type=int, default=15)
    template = command("template", _template, "空白模板 / empty templates of the ledgers")
    template.add_argument("--out", required=True)
    template.add_argument("--table", action="append", help="only this table (application, project, …); may be repeated")
    calendar = command("calendar", _calendar, "导入放假通知 / import a holiday notice")
    calendar.add_argument("--year", type=int, required=True)
    calendar.add_argument("--off", required=True, help="2027-01-01..2027-01-03,2027-02-05..2027-02-11")
    calendar.add_argument("--work", default="", help="make-up working days, comma-separated")
    calendar.add_argument("--source", required=True, help="number of the notice")
