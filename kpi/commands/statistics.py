"""Commands that check the statistics: spc, survival and funnel, over a KPI or over a plain .csv, as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

from kpi import pipeline, printing
from kpi.commands import plain
from kpi.commands.parsing import Add, filters, where
from kpi.metrics import series
from kpi.metrics.before_after import before_after, comparable
from kpi.metrics.model import DIMENSIONS, Metric, Ratio
from kpi.metrics.registry import find
from kpi.problems import UsageProblem
from kpi.stats import checks
from kpi.words import word

WITHIN = (30, 60, 90)
"""Days within which the share connected is told."""

PROMISES = ("all_kept", "valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "whole_wait_median")
"""KPIs that are compared before and after the change unless others are asked for."""


def _print(found: dict[str, Any]) -> int:
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


def _asked(args: argparse.Namespace) -> Metric | None:
    """Return the KPI asked for, None for a file; exactly one of both."""
    if (args.id is None) == (args.csv is None):
        raise UsageProblem("请写一项指标，或用 --csv 指明一个文件，二者选一。", "Name either one KPI, or a file with --csv.")
    return find(args.id)[0] if args.id else None


def _spc(args: argparse.Namespace) -> int:
    metric = _asked(args)
    common = {"screen": not args.no_screen, "target": args.target}
    if metric is None:
        engine, names = plain.series(Path(args.csv), durations=args.log)
        found = checks.chart(engine, "select month, value, rebase from told", minutes=1.0 if args.log else None, better=args.better or "none", **common)
        return _print(found | {"points": [point | {"month": names[point["month"]]} for point in found["points"]]})
    engine = pipeline.reader(as_of=args.as_of)
    asked = series.monthly(engine, metric, start=args.start, end=args.end, where=where(args, engine))
    return _print({"metric": metric.id, **checks.chart(engine, asked.source, shares=asked.shares, minutes=asked.minutes, better=args.better or metric.better, **common)})


def _survival(args: argparse.Namespace) -> int:
    metric = _asked(args)
    days = tuple(args.within or WITHIN)
    if metric is None:
        as_of = plain.moment(args.as_of) if args.as_of else None
        if args.as_of and as_of is None:
            raise UsageProblem(f"认不出截至时间“{args.as_of}”，请写成 2024-06-01。", f"Cannot read the moment '{args.as_of}'; write 2024-06-01.")
        engine, left = plain.waits(Path(args.csv), as_of)
        return _print({**checks.waits(engine, "select unit, days, outcome from told", days), "left_out": left})
    engine = pipeline.reader(as_of=args.as_of)
    source = series.waits(engine, metric, start=args.start, end=args.end, by=args.by, where=where(args, engine))
    return _print({"metric": metric.id, **checks.waits(engine, source, days)})


def _days(text: str) -> int:
    """Return a number of days as the command line gives it; a negative one is refused."""
    found = int(text)
    if found < 0:
        raise ValueError(text)
    return found


def _finite(text: str) -> float:
    """Return a number as the command line gives it; infinity and nan are refused."""
    found = float(text)
    if not isfinite(found):
        raise ValueError(text)
    return found


def _funnel(args: argparse.Namespace) -> int:
    metric = _asked(args)
    if metric is None:
        engine, left = plain.units(Path(args.csv))
        return _print({**checks.comparison(engine, "select unit, hits, n from told"), "left_out": left})
    if not isinstance(metric, Ratio):
        raise UsageProblem(f"{metric.id} 不是比率，不能用漏斗图比较。", f"{metric.id} is no share; a funnel compares shares.")
    engine = pipeline.reader(as_of=args.as_of)
    source = series.units(engine, metric, start=args.start, end=args.end, by=args.by or "grid", where=where(args, engine))
    return _print({"metric": metric.id, **checks.comparison(engine, source)})


def _before_after(args: argparse.Namespace) -> int:
    engine = pipeline.reader(as_of=args.as_of)
    asked = [m for name in args.id or PROMISES for m in find(name)]
    # a code names ids of several kinds, and ids of one wait: each comparison once; one that cannot be made says so when nothing else was asked for
    chosen = {m.fact if m.kind == "wait" else m.id: m.id for m in reversed([m for m in asked if comparable(m)] or asked[:1])}
    found = [before_after(engine, id, start=args.start, end=args.end, where=where(args, engine)) for id in reversed(chosen.values())]
    if args.format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    printing.show([row for one in found for row in _flat(one, args.lang)], args.format)
    return 0


def _flat(found: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Return one row for a share, one for each number of days for a wait."""
    rows = []
    for even in found["standardised"] if found["kind"] == "wait" else [{**(found["standardised"] or {}), "says": found["says"]}]:
        rows.append(
            {"metric": found["metric"], "days": even.get("days"), "n_before": found["before"]["n"], "n_after": found["after"]["n"], "n_straddling": found["straddling"]["n"],
             **{name: even.get(name) for name in ("before", "after", "difference", "low", "high")}, "says": word(f"metrics.change.{even['says']}", lang)}
        )
    return rows


def add(command: Add) -> None:
    """Hang the commands on the parser."""

    def one(name: str, run: Callable[[argparse.Namespace], int], text: str, shape: str) -> argparse.ArgumentParser:
        parser = command(name, run, text)
        parser.add_argument("id", nargs="?")
        parser.add_argument("--csv", metavar="FILE", help=f"instead of a KPI a file {shape}")
        filters(parser)
        return parser

    chart = one("spc", _spc, "月度波动图的界限与判断 / limits and rules of a control chart", "month,value[,rebase]")
    chart.add_argument("--better", choices=("up", "down", "none"))
    chart.add_argument("--target", type=_finite)
    chart.add_argument("--no-screen", action="store_true", help="keep every moving range")
    chart.add_argument("--log", action="store_true", help="of a file: the values are durations in minutes, limits are reckoned on ln(1 + value)")
    waits = one("survival", _survival, "等待时间，未结的计入 / waiting times, open cases counted", "start,end[,unit], an empty end = open")
    waits.add_argument("--within", type=_days, action="append", metavar="DAYS")
    waits.add_argument("--by", choices=DIMENSIONS)
    change = command("before-after", _before_after, "新流程前后对比，户型结构取齐 / before and after the change of process, at the same mix")
    change.add_argument("id", nargs="*")
    filters(change)
    one("funnel", _funnel, "单位之间的比较 / comparison of units", "unit,hits,n").add_argument("--by", choices=DIMENSIONS)
