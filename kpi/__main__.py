"""The command line: python -m kpi sample | load | status | list | show | compute | cases | report | calendar | dictionary."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from kpi import pipeline, printing
from kpi.engine import Engine
from kpi.metrics import marks
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.model import DIMENSIONS
from kpi.metrics.registry import find
from kpi.problems import Problem


class _Bar:
    """A progress bar on the error stream, so that what is printed can be piped."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._bar is None or what != self._what:
            self.close()
            self._bar, self._what = tqdm(total=total, desc=what, file=sys.stderr, disable=None, leave=False), what
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _load(args: argparse.Namespace) -> int:
    bar = _Bar()
    try:
        report = pipeline.load(args.path, cutoff=args.cutoff, period=args.period, submitter=args.submitter, lang=args.lang, progress=bar)
    finally:
        bar.close()
    if args.format == "json":
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        rows = [{"file": f["file"], **sheet} for f in report["files"] for sheet in f["sheets"]]
        printing.show(rows, args.format)
        if args.format == "table":
            for reject in report["rejects"]:
                print("{file} [{sheet}] {row} {column} “{value}” {reason} {remedy}".format(**reject), file=sys.stderr)
            print(f"build {report['build']}", file=sys.stderr)
    unread = [f for f in report["files"] if "problem" in f]
    for f in unread:
        print(f"{f['file']}：{f['problem']}", file=sys.stderr)
    return 3 if unread else 0


def _status(args: argparse.Namespace) -> int:
    found = pipeline.status()
    if args.format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    rows = [{"name": name, "rows": count} for name, count in found["tables"].items()]
    if args.format == "table":
        print(f"build {found['build']}   as-of {found['as_of']}   batches {len(found['batches'])}   conflicts {found['conflicts']}", file=sys.stderr)
    printing.show(rows, args.format)
    return 0


def _list(args: argparse.Namespace) -> int:
    printing.show([{"code": m.code, "metric": m.id, "label": m.label.of(args.lang), "unit": m.unit, "clause": m.clause} for m in find()], args.format)
    return 0


def _show(args: argparse.Namespace) -> int:
    from kpi.reports.dictionary import describe

    asked = find(args.id)
    if args.format == "json":
        print(json.dumps([describe(m, args.lang) for m in asked], ensure_ascii=False, indent=2))
        return 0
    for m in asked:
        printing.show([{"": name, " ": value} for name, value in describe(m, args.lang).items()], args.format)
    return 0


def _where(args: argparse.Namespace, engine: Engine) -> dict[str, str]:
    """Return the asked dimension values; a grid may be named by its name."""
    found = {name: value for name in DIMENSIONS if (value := getattr(args, name)) is not None}
    if "grid" in found:
        known = engine.rows("select grid_code from grid_word where word = ?", [found["grid"]])
        found["grid"] = known[0]["grid_code"] if known else found["grid"]
    return found


def _compute(args: argparse.Namespace) -> int:
    by = tuple(name for name in (args.by or "").split(",") if name)
    engine = pipeline.reader(as_of=args.as_of)
    rows = compute(engine, args.id, start=args.start, end=args.end, by=by, where=_where(args, engine))
    printing.show(rows, args.format)
    for id, months in marks.provisional(engine, args.id or [m.id for m in find()], args.start, args.end).items():
        note = "工作日历为暂定（放假通知未发布）" if args.lang == "zh" else "working calendar is provisional"
        print(f"* {id} {'、'.join(months)} {note}", file=sys.stderr)
    return 0


def _cases(args: argparse.Namespace) -> int:
    asked = find(args.id)
    if len(asked) > 1:
        print("、".join(m.id for m in asked) + f" → {asked[0].id}", file=sys.stderr)
    engine = pipeline.reader(as_of=args.as_of)
    rows = cases(engine, asked[0].id, month=args.month, start=args.start, end=args.end, where=_where(args, engine), verdict=args.verdict, lang=args.lang)
    printing.show(rows, args.format)
    return 0


def _report(args: argparse.Namespace) -> int:
    from kpi.reports.workbook import write_report

    print(write_report(pipeline.reader(as_of=args.as_of), args.month, Path(args.out), args.lang))
    return 0


def _sample(args: argparse.Namespace) -> int:
    from kpi import sample

    bar = _Bar()
    try:
        written = sample.write(Path(args.out), applications=args.applications, months=args.months, seed=args.seed, progress=bar)
    finally:
        bar.close()
    print(json.dumps(written, ensure_ascii=False, indent=2, default=str))
    return 0


def _calendar(args: argparse.Namespace) -> int:
    from kpi.standards import notice

    changed = notice.import_notice(year=args.year, off=args.off, work=args.work, source=args.source)
    print(json.dumps(changed, ensure_ascii=False, indent=2, default=str))
    print("日历已更新，请运行 load 任一台账以重建。" if args.lang == "zh" else "Calendar updated; load any ledger to rebuild.", file=sys.stderr)
    return 0


def _dictionary(args: argparse.Namespace) -> int:
    from kpi.reports.dictionary import markdown

    sys.stdout.write(markdown())
    return 0


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", dest="as_of", help="moment up to which events are known, 2024-06-01 or 2024-06-01T12:00")
    for name in DIMENSIONS:
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, help=f"only this {name}")
    parser.add_argument("--from", dest="start", help="first month, 2023-01")
    parser.add_argument("--to", dest="end", help="last month, 2024-12")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kpi", description='获得用气"1.5"指标 / KPIs of getting gas')
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--format", choices=printing.FORMATS, default="table")
    shared.add_argument("--lang", choices=("zh", "en"), default="zh")

    def add(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text, parents=[shared])
        one.set_defaults(run=run)
        return one

    load = add("load", _load, "导入台账 / load ledgers")
    load.add_argument("path", nargs="+")
    load.add_argument("--cutoff", help="cut-off of the files where they state none; a date means the end of that day")
    load.add_argument("--period", help="month or year of dates without one, 2024-05 or 2024")
    load.add_argument("--submitter", help="grid that submits the files where they name none")
    add("status", _status, "数据现状 / what is loaded")
    add("list", _list, "全部指标 / all KPIs")
    add("show", _show, "一项指标的口径 / one KPI's definition").add_argument("id")
    figures = add("compute", _compute, "计算指标 / compute KPIs")
    figures.add_argument("id", nargs="*")
    figures.add_argument("--by", help="dimensions, comma-separated: " + ",".join(DIMENSIONS))
    _filters(figures)
    rows = add("cases", _cases, "一个数背后的逐户明细 / the rows behind a figure")
    rows.add_argument("id")
    rows.add_argument("--month")
    rows.add_argument("--verdict", choices=("hit", "miss", "unknown"))
    _filters(rows)
    report = add("report", _report, "导出月度工作簿 / the month as a workbook")
    report.add_argument("--month", required=True)
    report.add_argument("--out", required=True)
    report.add_argument("--as-of", dest="as_of")
    sample = add("sample", _sample, "生成示例台账 / write sample ledgers")
    sample.add_argument("--out", required=True)
    sample.add_argument("--applications", type=int, default=1500)
    sample.add_argument("--months", type=int, default=24)
    sample.add_argument("--seed", type=int, default=15)
    calendar = add("calendar", _calendar, "导入放假通知 / import a holiday notice")
    calendar.add_argument("--year", type=int, required=True)
    calendar.add_argument("--off", required=True, help="2027-01-01..2027-01-03,2027-02-05..2027-02-11")
    calendar.add_argument("--work", default="", help="make-up working days, comma-separated")
    calendar.add_argument("--source", required=True, help="number of the notice")
    add("dictionary", _dictionary, "生成指标口径 / print the dictionary as Markdown")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; a Problem prints its message and returns its own code."""
    args = _parser().parse_args(arguments)
    try:
        return args.run(args)
    except Problem as problem:
        print(problem.of(args.lang), file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:
        # the reader of a pipe (head, less) went away: nothing is wrong
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
