"""Commands around the ledgers: sample ledgers, empty templates, the working calendar, and the values to be assessed by."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

from kpi import pipeline, printing, standards
from kpi.commands.parsing import Add, Bar
from kpi.metrics.registry import find
from kpi.problems import UsageProblem, did_you_mean


def _sample(args: argparse.Namespace) -> int:
    from kpi import sample

    with Bar() as bar:
        written = sample.write(Path(args.out), applications=args.applications, months=args.months, seed=args.seed, grids=args.grids, progress=bar)
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
    with tempfile.TemporaryDirectory() as folder:
        for name in asked:
            made = template.write(Path(folder) / f"{name}.xlsx", BY_NAME[name], args.lang)
            # one that somebody has begun to fill in stays
            print(pipeline.place(made, Path(args.out), template.named(BY_NAME[name], args.lang)))
    return 0


def _calendar(args: argparse.Namespace) -> int:
    from kpi.standards import notice

    changed = notice.import_notice(year=args.year, off=args.off, work=args.work, source=args.source)
    print(json.dumps(changed, ensure_ascii=False, indent=2, default=str))
    print("日历已更新，请运行 load 任一台账以重建。" if args.lang == "zh" else "Calendar updated; load any ledger to rebuild.", file=sys.stderr)
    return 0


def _promised(id: str, on: date) -> float | None:
    found = standards.target(id, on)
    return standards.target(id, on, "参考值") if found is None else found


def _targets(args: argparse.Namespace) -> int:
    if args.what == "set":
        if not args.id or not (args.value or args.clear):
            raise UsageProblem("请写明指标，以及 --value 或 --clear。", "Name a KPI, and --value or --clear.")
        done = pipeline.assess(args.id, None if args.clear else args.value, valid_from=args.valid_from or "", document=args.document, approver=args.approver, note=args.note)
        print(json.dumps(done, ensure_ascii=False, indent=2))
        return 0
    rows = pipeline.assessments()
    if args.what == "log":
        printing.show(rows, args.format)
        return 0
    on = args.on or (f"{pipeline.current()[1]:%Y-%m-%d}" if pipeline.current() else max((r["valid_from"] for r in rows), default="2023-03-10"))
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise UsageProblem(f"日期“{on}”应写成 2024-05-01 这样。", f"The day '{on}' should read like 2024-05-01.") from error
    held = pipeline.in_force(rows, day)
    listed = []
    for m in find(args.id) if args.id else find():
        promised, one = _promised(m.id, day), held.get(m.id, {})
        if promised is not None or one or args.id:
            listed.append({"code": m.code, "metric": m.id, "label": m.label.of(args.lang), "promised": promised, "assessed": one.get("value"), "unit": m.unit, "valid_from": one.get("valid_from"),
                           "document": one.get("document"), "approver": one.get("approver")})
    printing.show(listed, args.format)
    return 0


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    sample = command("sample", _sample, "生成示例台账 / write sample ledgers")
    sample.add_argument("--out", required=True)
    sample.add_argument("--applications", type=int, default=1500)
    sample.add_argument("--months", type=int, default=24)
    sample.add_argument("--seed", type=int, default=15)
    sample.add_argument("--grids", type=int, default=12)
    template = command("template", _template, "空白模板 / empty templates of the ledgers")
    template.add_argument("--out", required=True)
    template.add_argument("--table", action="append", help="only this table (application, project, …); may be repeated")
    calendar = command("calendar", _calendar, "导入放假通知 / import a holiday notice")
    calendar.add_argument("--year", type=int, required=True)
    calendar.add_argument("--off", required=True, help="2027-01-01..2027-01-03,2027-02-05..2027-02-11")
    calendar.add_argument("--work", default="", help="make-up working days, comma-separated")
    calendar.add_argument("--source", required=True, help="number of the notice")
    targets = command("targets", _targets, "承诺与考核值 / promises and values to be assessed by")
    targets.add_argument("what", nargs="?", choices=("list", "set", "log"), default="list", help="list what is in force, set a value, or show every value ever set")
    targets.add_argument("id", nargs="?")
    targets.add_argument("--value", help="95% or 0.95 for a share; a number in the KPI's unit")
    targets.add_argument("--clear", action="store_true", help="end the value in force on the day of --from")
    targets.add_argument("--from", dest="valid_from", help="day from which it holds, until the next one or the end of that year")
    targets.add_argument("--document", default="", help="number of the document")
    targets.add_argument("--approver", default="", help="who approved it")
    targets.add_argument("--note", default="")
    targets.add_argument("--on", help="day asked about; by default the as-of moment")
