"""Commands that give out figures: the reports of a month, the standard table of a period, and the government's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tqdm import tqdm

from kpi import closing, pipeline, printing, schedule, standards, store
from kpi.commands import papers
from kpi.commands.parsing import Add, Bar, named_grid
from kpi.engine import Engine
from kpi.forms import filling
from kpi.forms.figures import Figures
from kpi.problems import Problem, UsageProblem
from kpi.reports import handouts, standard
from kpi.reports.kinds import KINDS
from kpi.reports.period import Period, period
from kpi.words import word


def _asked(args: argparse.Namespace) -> tuple[Engine, Period]:
    """Return the data at the moment asked for, its months beginning as the office's do where asked, and the period."""
    return pipeline.reader(as_of=args.as_of, first_day=_first_day(args)), period(args.period)


def _first_day(args: argparse.Namespace) -> int:
    """Return the day on which months begin: the first, or the office's own."""
    return int(standards.rule("office_month_first_day")) if args.office_month else 1


def _standard(args: argparse.Namespace) -> int:
    engine, asked = _asked(args)
    issued = closing.reported(asked.first, since=False) if asked.kind == "month" and args.as_of is None and not args.office_month else None
    if issued:
        engine = pipeline.reader(as_of=issued.line.as_of)
    told = issued.line.record.get("assessed") if issued else None
    assessed = pipeline.assessed_in(asked.last) if told is None else told
    found = standard.table(engine, asked, grid=named_grid(engine, args.grid), assessed=assessed, issued=issued.figures_of if issued else None)
    if args.format == "json":
        printing.show(standard.records(found), args.format)
    else:
        heads = standard.heads(found, args.lang)
        printing.show([dict(zip(heads, standard.cells(line, args.lang), strict=True)) for line in found.lines], args.format)
    return 0


def _government(args: argparse.Namespace) -> int:
    found = schedule.government_data(period(args.period), lang=args.lang, as_of=args.as_of, first_day=_first_day(args))
    papers.written(handouts.of_government(found, args.lang, schedule.template(path=args.template) if args.template else None), Path(args.out))
    return 0


def _report(args: argparse.Namespace) -> int:
    if args.push and not (args.all or args.kind):
        raise UsageProblem("--push 与 --all 或 --kind 一起用。", "--push goes with --all or --kind.")
    asked = schedule.asked(args.month, lang=args.lang, as_of=args.as_of)
    if not (args.all or args.kind):
        papers.written(KINDS["workbook"](asked), Path(args.out))
        return 0
    tell = _log(Path(args.log) if args.log else None)
    to = schedule.robot() if args.push else None
    try:
        with Bar() as bar:
            done = schedule.write(asked, Path(args.out), args.kind or (), tell, lambda step: bar(step.words(args.lang), step.part_place - 1, step.parts) if step.part else None)
        if args.push:
            _push(to, asked.month, done.paths, args.lang, tell)
    except Problem as problem:
        tell(problem.of(args.lang))
        return problem.exit_code
    for path in done.paths:
        print(path)
    return done.code


def _push(to: schedule.Robot | None, month: str, paths: Sequence[Path], lang: str, tell: Callable[[str], None]) -> None:
    """Send the link to the month's PDF, or where there is none to its workbook."""
    file = next((path.name for suffix in (".pdf", ".xlsx") for path in paths if path.suffix == suffix), None)
    if to is None or file is None:
        tell(word("reports.schedule.push_off" if to is None else "reports.schedule.push_none", lang))
        return
    schedule.push(to, month, file, lang)
    tell(word("reports.schedule.pushed", lang, file=file))


def _log(file: Path | None) -> Callable[[str], None]:
    """Return what writes a line with its moment to the error stream, and to a file where asked."""
    def tell(line: str) -> None:
        told = f"{store.moment().replace('T', ' ')} {line}"
        # above the bar, where one is on the screen
        tqdm.write(told, file=sys.stderr)
        sys.stderr.flush()
        if file:
            with file.open("a", encoding="utf-8") as log:
                log.write(told + "\n")

    return tell


def _fill(args: argparse.Namespace) -> int:
    """Fill a form and list every placeholder; the exit code is 3 where any was left as it stood."""
    path, found = filling.fill(Path(args.form), Path(args.out), Figures(month=args.month, as_of=args.as_of, lang=args.lang))
    heads = {name: word(f"forms.head.{name}", args.lang) if args.format == "table" else name for name in ("place", "text", "shown", "notes")}
    space = " " if args.lang == "en" else "；"
    printing.show([{heads["place"]: e.place, heads["text"]: e.text, heads["shown"]: e.shown, heads["notes"]: space.join(e.notes)} for e in found.entries], args.format)
    print(path, file=sys.stderr)
    return 3 if found.left else 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--period", required=True, help="2024-05, 2024-Q2, 2024-H1 or 2024")
    parser.add_argument("--office-month", action="store_true", help="months from the day in rules.csv (26th to 25th) instead of the calendar's")
    parser.add_argument("--as-of", dest="as_of")


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    month = command("report", _report, "导出月报：Excel 工作簿；--all 全部报表 / reports of a month: the workbook, or with --all every kind")
    month.add_argument("--month", required=True, help="2024-05, or last: the latest month that is over")
    month.add_argument("--out", required=True)
    month.add_argument("--all", action="store_true", help="every kind of report, into a folder of the month below --out")
    month.add_argument("--kind", action="append", help=f"only this kind ({', '.join(KINDS)}), into that folder; may be repeated")
    month.add_argument("--push", action="store_true", help="tell the group robot of push.toml where the report lies")
    month.add_argument("--log", help="append the lines of log to this file too")
    month.add_argument("--as-of", dest="as_of")
    form = command("fill", _fill, "填别人的表：.xlsx、.docx 里的 {{指标.数}} 换成数 / fill somebody's form: .xlsx or .docx with {{KPI.field}} in it")
    form.add_argument("form")
    form.add_argument("--out", required=True, help="file to write, or folder")
    form.add_argument("--month", help="2024-05, for placeholders that name no month")
    form.add_argument("--as-of", dest="as_of")
    table = command("standard", _standard, "标准表：本月、承诺、考核值、累计、同期、同比、环比 / the standard table of a period")
    _options(table)
    table.add_argument("--grid")
    report = command("government", _government, "政府报送数据：承诺兑现情况表、五项评价指标（Word、PDF、Excel、CSV、JSON） / figures for the government")
    _options(report)
    report.add_argument("--out", required=True)
    report.add_argument("--template", help="your own .docx instead of the built-in one")
