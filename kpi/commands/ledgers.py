"""Commands that bring ledgers in: check, confirm, load, undo, batches, original, status."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from kpi import pipeline, printing
from kpi.commands.parsing import Add, Bar
from kpi.problems import UsageProblem

MERGED = ("value_changed", "blank_kept", "column_kept")
"""Notes that say of a column what a file made of known values: few lines, and nobody sees it in the counts."""

PRINTED = 200
"""Errors and findings printed; nobody reads more on a screen."""


def _json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _mappings(args: argparse.Namespace) -> dict[str, Any] | None:
    """Return the mappings of a file of {file name: {"sheets": …}} by the content's hash."""
    if not args.mapping:
        return None
    try:
        told = json.loads(Path(args.mapping).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"列对应文件 {args.mapping} 读不了。", f"Cannot read the mapping file {args.mapping}.") from error
    found = {}
    for path in pipeline.collect(args.path):
        if path.name in told:
            found[pipeline.digest(path)] = told[path.name]
    return found


def _errors(told: list[dict[str, Any]], lang: str) -> None:
    for one in told[:PRINTED]:
        row = f" 第{one['row']}行" if lang == "zh" else f" row {one['row']}"
        where = f"{one['file']} [{one['sheet'] or ''}]" + (row if one["row"] else "") + (f" {one['column']}" if one["column"] else "")
        print(f"{where} “{one['value']}” {one['reason']} {one['remedy']}", file=sys.stderr)
    if (rest := len(told) - PRINTED) > 0:
        print(
            f"……还有 {rest} 条：--errors 文件夹 把每个文件标好退回，--format json 列出全部。" if lang == "zh" else f"… and {rest} more: --errors DIR hands each file back marked, --format json lists all.",
            file=sys.stderr,
        )


def _ignored(told: dict[str, Any], lang: str) -> None:
    """Say which columns of a sheet are not taken: a wrong guess would else go unseen here."""
    for f in told["files"]:
        for sheet in f["sheets"]:
            left = [f"{column['column']} {column['header']}" for column in sheet["mapping"] if not column["field"] and column["header"]] if sheet["table"] else []
            if left:
                print(f"{f['file']} [{sheet['sheet']}] {'忽略的列：' if lang == 'zh' else 'columns not taken: '}{'、'.join(left) if lang == 'zh' else ', '.join(left)}", file=sys.stderr)


def _workbooks(out: str | None, lang: str, **which: Any) -> None:
    """Write the error workbooks of a draft or of batches into a folder."""
    if not out:
        return
    for name, path in pipeline.error_workbooks(Path(out), lang=lang, **which):
        print(f"{name} → {path}", file=sys.stderr)


def _check(args: argparse.Namespace) -> int:
    with Bar() as bar:
        told = pipeline.check(
            args.path, cutoff=args.cutoff, period=args.period, submitter=args.submitter, complete=args.complete, mappings=_mappings(args), lang=args.lang, progress=bar
        )
    if args.format == "json":
        _json(told)
    else:
        names = ("sheet", "table", "header_row", "rows", "loaded", "added", "updated", "unchanged", "rejected", "skipped", "vanished")
        printing.show([{"file": f["file"], **{name: sheet[name] for name in names}} for f in told["files"] for sheet in f["sheets"]], args.format)
    if args.format == "table":
        _ignored(told, args.lang)
        _errors([one for one in told["findings"] if one["severity"] != "info" or one["code"] in MERGED], args.lang)
        found = [sum(one["severity"] == severity for one in told["findings"]) for severity in ("error", "warning", "info")]
        counts = told["counts"]
        print(
            f"将新增 {counts['added']}、更新 {counts['updated']}、不变 {counts['unchanged']}、退回 {counts['rejected']}；错误 {found[0]}、警告 {found[1]}、提示 {found[2]}。"
            f" python -m kpi confirm {told['draft']}"
            if args.lang == "zh"
            else f"Would add {counts['added']}, update {counts['updated']}, leave {counts['unchanged']}, reject {counts['rejected']}; {found[0]} errors, {found[1]} warnings,"
            f" {found[2]} notes. python -m kpi confirm {told['draft']}",
            file=sys.stderr,
        )
    _workbooks(args.errors, args.lang, draft=told["draft"])
    unread = _unread(told)
    return 3 if unread or any(one["severity"] == "error" for one in told["findings"]) else 0


def _unread(told: dict[str, Any]) -> int:
    unread = [f for f in told["files"] if "problem" in f]
    for f in unread:
        print(f"{f['file']}：{f['problem']}", file=sys.stderr)
    return len(unread)


def _boundaries(told: list[dict[str, Any]], lang: str) -> None:
    for one in told:
        if "problem" in one:
            print(f"{one['file']}：{one['problem']}", file=sys.stderr)
            continue
        counted = f"边界 {len(one['grids'])} 个网格" if lang == "zh" else f"boundaries of {len(one['grids'])} grids"
        missing = ("，没有边界：" if lang == "zh" else "; without: ") + "、".join(one["missing"]) if one["missing"] else ""
        print(f"{one['file']}：{counted}{missing}", file=sys.stderr)
        for note in one["notes"]:
            print(f"  #{note['area']} “{note['name']}” {note[lang]}", file=sys.stderr)


def _entered(report: dict[str, Any], args: argparse.Namespace) -> int:
    if args.format == "json":
        _json(report)
    else:
        printing.show([{"file": f["file"], **sheet} for f in report["files"] for sheet in f["sheets"]], args.format)
        if args.format == "table":
            _errors([*report["rejects"], *report["notes"]], args.lang)
            _boundaries(report.get("boundaries", []), args.lang)
            if report["build"]:
                print(f"build {report['build']}", file=sys.stderr)
    _workbooks(args.errors, args.lang, batches=report["batches"])
    return 3 if _unread(report) else 0


def _confirm(args: argparse.Namespace) -> int:
    with Bar() as bar:
        report = pipeline.confirm(args.draft, whole=args.whole, lang=args.lang, progress=bar)
    return _entered(report, args)


def _load(args: argparse.Namespace) -> int:
    if args.watch:
        return pipeline.watch(Path(args.watch), once=args.once, whole=args.whole, period=args.period, submitter=args.submitter, lang=args.lang, tell=print)
    if not args.path:
        raise UsageProblem("请写明要导入的文件或文件夹（或 --watch 文件夹）。", "Name the files or folders to load (or --watch FOLDER).")
    with Bar() as bar:
        report = pipeline.load(
            args.path, cutoff=args.cutoff, period=args.period, submitter=args.submitter, complete=args.complete, mappings=_mappings(args), whole=args.whole, lang=args.lang,
            progress=bar,
        )
    return _entered(report, args)


def _undo(args: argparse.Namespace) -> int:
    done = pipeline.undo(args.batch, reason=args.reason)
    if args.format == "json":
        _json(done)
    else:
        print(f"{'、'.join(map(str, done['withdrawn']))} ✓ build {done['build'] or '—'}", file=sys.stderr)
    return 0


def _batches(args: argparse.Namespace) -> int:
    rows = pipeline.batches()
    if args.format == "json":
        _json(rows)
        return 0
    names = ("id", "loaded_at", "loaded_by", "file", "rows", "rejected", "complete", "standing", "withdrawn_at", "withdrawn_by", "reason")
    printing.show([{**{name: row[name] for name in names}, "tables": "、".join(dict.fromkeys(s["table"] for s in row["sheets"] if s["table"]))} for row in rows], args.format)
    return 0


def _original(args: argparse.Namespace) -> int:
    name, path = pipeline.original(args.batch)
    print(pipeline.place(path, Path(args.out), Path(name).name))
    return 0


def _status(args: argparse.Namespace) -> int:
    found = pipeline.status()
    if args.format == "json":
        _json(found)
        return 0
    rows = [{"name": name, "rows": count} for name, count in found["tables"].items()]
    if args.format == "table":
        told = {"build": found["build"], "as-of": found["as_of"], "batches": len(found["batches"]), "conflicts": found["conflicts"], "vanished": found["vanished"]}
        print("   ".join(f"{name} {value}" for name, value in told.items()), file=sys.stderr)
    printing.show(rows, args.format)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cutoff", help="cut-off of the files where they state none; a date means the end of that day")
    parser.add_argument("--period", help="month or year of dates without one, 2024-05 or 2024")
    parser.add_argument("--submitter", help="grid that submits the files where they name none")
    parser.add_argument("--complete", action="store_true", help="the files are all there is (全量): rows they no longer hold are flagged, never deleted")
    parser.add_argument("--mapping", help='JSON of {file name: {"sheets": {sheet: {"table", "header_row", "columns": {letter: field or null}}}}}')
    _out(parser)


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--errors", metavar="DIR", help="write each file with errors back into DIR, bad cells marked")


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    check = command("check", _check, "检查台账，不入库 / check ledgers without entering them")
    check.add_argument("path", nargs="+")
    _options(check)
    confirm = command("confirm", _confirm, "确认导入检查过的台账 / enter what was checked")
    confirm.add_argument("draft")
    confirm.add_argument("--whole", action="store_true", help="enter nothing while there is any error")
    _out(confirm)
    load = command("load", _load, "导入台账 / load ledgers (check and confirm)")
    load.add_argument("path", nargs="*")
    _options(load)
    load.add_argument("--whole", action="store_true", help="enter nothing while there is any error")
    load.add_argument("--watch", metavar="DIR", help="load what is dropped into DIR and file it into done/ or failed/")
    load.add_argument("--once", action="store_true", help="with --watch: take what lies there now, then stop")
    undo = command("undo", _undo, "撤销导入批次 / withdraw batches")
    undo.add_argument("batch", nargs="+", type=int)
    undo.add_argument("--reason", default="")
    command("batches", _batches, "导入批次 / batches")
    original = command("original", _original, "取回一批的原件 / a batch's file as it was handed in")
    original.add_argument("batch", type=int)
    original.add_argument("--out", default=".")
    command("status", _status, "数据现状 / what is loaded")
