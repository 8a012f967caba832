"""Commands that read figures: list, show, compute, cases, causes, dictionary, checks."""

from __future__ import annotations

import argparse
import json
import sys

from kpi import pipeline, printing, quality
from kpi.commands.parsing import Add, filters, where
from kpi.metrics import marks
from kpi.metrics.cases import cases
from kpi.metrics.causes import causes
from kpi.metrics.compute import compute
from kpi.metrics.model import DIMENSIONS
from kpi.metrics.registry import find
from kpi.metrics.rolling import rolling


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


def _compute(args: argparse.Namespace) -> int:
    by = tuple(name for name in (args.by or "").split(",") if name)
    engine = pipeline.reader(as_of=args.as_of)
    asked = {"start": args.start, "end": args.end, "by": by, "where": where(args, engine)}
    printing.show(compute(engine, args.id, **asked) if args.rolling is None else rolling(engine, args.id, args.rolling, **asked), args.format)
    for id, months in marks.provisional(engine, args.id or [m.id for m in find()], args.start, args.end).items():
        note = "工作日历为暂定（放假通知未发布）" if args.lang == "zh" else "working calendar is provisional"
        print(f"* {id} {'、'.join(months)} {note}", file=sys.stderr)
    return 0


def _cases(args: argparse.Namespace) -> int:
    asked = find(args.id)
    if len(asked) > 1:
        print("、".join(m.id for m in asked) + f" → {asked[0].id}", file=sys.stderr)
    engine = pipeline.reader(as_of=args.as_of)
    rows = cases(engine, asked[0].id, month=args.month, start=args.start, end=args.end, where=where(args, engine), verdict=args.verdict, lang=args.lang)
    printing.show(rows, args.format)
    return 0


def _causes(args: argparse.Namespace) -> int:
    engine = pipeline.reader(as_of=args.as_of)
    printing.show(causes(engine, find(args.id)[0].id, start=args.start, end=args.end, where=where(args, engine)), args.format)
    return 0


def _dictionary(args: argparse.Namespace) -> int:
    from kpi.reports.dictionary import markdown

    sys.stdout.write(markdown())
    return 0


def _checks(args: argparse.Namespace) -> int:
    sys.stdout.write(quality.markdown())
    return 0


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    command("list", _list, "全部指标 / all KPIs")
    command("show", _show, "一项指标的口径 / one KPI's definition").add_argument("id")
    figures = command("compute", _compute, "计算指标 / compute KPIs")
    figures.add_argument("id", nargs="*")
    figures.add_argument("--by", help="dimensions, comma-separated: " + ",".join(DIMENSIONS))
    figures.add_argument("--rolling", type=int, metavar="MONTHS", help="each month's row is of so many months up to it")
    filters(figures)
    rows = command("cases", _cases, "一个数背后的逐户明细 / the rows behind a figure")
    rows.add_argument("id")
    rows.add_argument("--month")
    rows.add_argument("--verdict", choices=("hit", "miss", "unknown"))
    filters(rows)
    why = command("causes", _causes, "没做到的按登记原因和责任方 / misses by recorded cause and controller")
    why.add_argument("id")
    filters(why)
    command("dictionary", _dictionary, "生成指标口径 / print the dictionary as Markdown")
    command("checks", _checks, "全部检查规则 / print every check as Markdown")
