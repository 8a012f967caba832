"""Commands around issued months: close, reopen, closes, explain."""

from __future__ import annotations

import argparse
import json
from typing import Any

from kpi import closing, pipeline, printing, schedule
from kpi.closing.issuing import told
from kpi.commands.parsing import Add, named_grid
from kpi.metrics.registry import find
from kpi.store.issues import Issue
from kpi.words import format as written
from kpi.words import word


def _print(rows: list[dict[str, Any]], form: str) -> int:
    if form == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        printing.show(rows, form)
    return 0


def _close(args: argparse.Namespace) -> int:
    if args.check:
        found = closing.ready(pipeline.reader(), args.month)
        _print([{**found.told(), "complete": found.complete}], args.format)
        return 0 if found.complete else 3
    return _line(schedule.close(args.month, note=args.note, anyway=args.anyway), args)


def _reopen(args: argparse.Namespace) -> int:
    return _line(closing.reopen(args.month, reason=args.reason), args)


def _line(line: Issue, args: argparse.Namespace) -> int:
    shown = told(line)
    if args.format == "json":
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return 0
    names = ("month", "version", "act", "at", "by", "build", "as_of", "note")
    return _print([{name: shown[name] for name in names}], args.format)


def _closes(args: argparse.Namespace) -> int:
    rows = []
    for line in closing.history(args.month):
        shown = told(line)
        rows.append(shown if args.format == "json" else {name: shown[name] for name in ("month", "version", "act", "at", "by", "build", "as_of", "note")})
    return _print(rows, args.format)


def _explain(args: argparse.Namespace) -> int:
    engine = pipeline.reader(as_of=args.as_of)
    grid = named_grid(engine, args.grid)
    found = [closing.explain(m.id, args.month, grid=grid, lang=args.lang, as_of=args.as_of, version=args.version) for m in find(args.id)]
    if args.format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        return 0
    for one in found:
        _told(one, args.lang, args.format)
    return 0


def _told(one: dict[str, Any], lang: str, form: str) -> None:
    def said(key: str, **values: Any) -> str:
        return word(f"reports.explain.{key}", lang, **values)

    def figure(row: dict[str, Any] | None) -> str:
        if row is None:
            return said("none")
        counts = said("counts", hits=row["hits"], misses=row["n"] - row["hits"], unknown=row["unknown"]) if row["hits"] is not None else said("cases", n=row["n"], unknown=row["unknown"])
        return f"{written(row['value'], one['unit'], lang)} {counts}"

    print(said("title", label=one["label"], code=one["code"], month=one["month"], grid=one["grid"] or said("company"), regime=one["regime"] or said("both")))
    print(said("now", figure=figure(one["now"]), as_of=one["as_of"], build=one["build"]))
    print(said("rules", standards=one["versions"]["standards"], definition=one["versions"]["definition"]))
    issued = one["issued"]
    if issued is None:
        print(said("open"))
    else:
        print(said("reported", version=issued["version"], at=issued["at"], by=issued["by"], figure=figure(issued["reported"]), as_of=issued["as_of"]))
        print(said("same_moment", figure=figure(issued["at_the_same_moment"])))
        for part in ("added", "withdrawn"):
            for batch in issued["inputs"][part]:
                print(said(part, batch=batch["batch"], file=batch["file"], at=batch["loaded_at"], by=batch["loaded_by"]))
        for part, names in issued["versions"].items():
            if names:
                print(said(part, names="、".join(names)))
        print(said("differences", n=len(issued["differences"])))
        printing.show([_difference(row, said) for row in issued["differences"]], form)
    print(said("behind", n=len(one["cases"])))
    printing.show([{name: row[name] for name in ("key", "verdict", "value", "reason", "file", "sheet", "row")} for row in one["cases"]], form)


def _difference(row: dict[str, Any], said: Any) -> dict[str, Any]:
    was, now = row["was"], row["is"]
    through = "；".join(
        f"{r['file']} [{r['sheet']}] {r['row']} (#{r['batch']}) " + "，".join(f"{f['label']} {f['was']}→{f['is']}" for f in r["fields"]) if r["what"] == "changed"
        else f"{said(r['what'])} {r['file']} [{r['sheet']}] {r['row']} (#{r['batch']})"
        for r in row["rows"]
    )
    return {"key": row["key"], "what": said(row["what"]), "was": f"{was['verdict']} {was['reason']}" if was else "—",
            "is": f"{now['verdict']} {now['reason']}" if now else said("moved", month=row["month_now"]) if row["month_now"] else "—", "through": through or said("no_rows")}


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    close = command("close", _close, "月报签发：锁定当月的数字 / issue a month: freeze its figures as reported")
    close.add_argument("month")
    close.add_argument("--check", action="store_true", help="only say what is still missing; exit code 3 while anything is")
    close.add_argument("--note", default="", help="remark kept with the close; required with --anyway")
    close.add_argument("--anyway", action="store_true", help="issue although something is missing")
    reopen = command("reopen", _reopen, "重新打开已签发的月份 / open an issued month again")
    reopen.add_argument("month")
    reopen.add_argument("--reason", required=True)
    command("closes", _closes, "签发记录 / what was issued").add_argument("month", nargs="?")
    explain = command("explain", _explain, "一个数为什么是这样、为什么与签发时不同 / why a figure reads so, and why otherwise than issued")
    explain.add_argument("id")
    explain.add_argument("--month", required=True)
    explain.add_argument("--grid")
    explain.add_argument("--as-of", dest="as_of")
    explain.add_argument("--version", type=int, help="beside which issued version (the latest)")
