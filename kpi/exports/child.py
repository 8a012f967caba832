"""The child process that opens a file: limited in memory and time, so that a hostile file cannot take the service down.

    python -m kpi.exports.forkserver kpi.exports.child FILE OUT_FOLDER OPTIONS_FILE

It writes the staged rows and `report.json`, or `problem.json`, into the folder, and prints how many rows it has read.
"""

from __future__ import annotations

import errno
import gc
import json
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from kpi.exports import blocks, charset, confined, delimited, edition, faults, fills, forkserver, headers, offer, own, recognise, sheets, sniff, titles
from kpi.exports.blocks import Block
from kpi.exports.fills import filled
from kpi.exports.layout import Layout, record, told
from kpi.exports.limits import MB, Limits
from kpi.exports.report import Listing
from kpi.exports.sheets import Row, Sheet
from kpi.exports.stage import Stage
from kpi.exports.values import shown
from kpi.problems import DataProblem, LimitProblem, Problem

TOUCHED = 64 * MB
"""What becomes resident of libraries mapped before any file is opened."""

PREVIEWED, MOST_SHOWN, WIDEST_SHOWN = 20, 120, 60
"""Rows of a preview, signs of a cell and columns of a sheet shown to choose its header."""


def restrain(limits: Limits) -> None:
    """Set limits of memory, processor time, file size and core dumps where the system has them (POSIX)."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, _room(limits.memory_bytes)),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _room(most: int) -> int:
    """Return the address space with which resident memory stays below `most`: what is mapped already, and what may still become resident."""
    try:
        mapped, resident = (int(pages) * 4096 for pages in Path("/proc/self/statm").read_text().split()[:2])
    except (OSError, ValueError):
        return 1024**3 + most
    return mapped + max(0, most - resident - TOUCHED)


def run(path: Path, out: Path, options: dict[str, Any], limits: Limits, tell: Callable[[int], None]) -> dict[str, Any]:
    """Read a file, write its staged rows below `out` and return its report."""
    kind = sniff.kind(path, limits)
    if kind != "csv":
        return _report(kind, None, sheets.workbook(path, kind, limits), out, options, limits, limits.sheet_rows, tell)

    def read(code: str, guessed: str | None) -> dict[str, Any]:
        _, _, sheet = delimited.table(path, Path(options["name"]).stem, limits, recognise.best_score, guessed)
        return _report(kind, code, iter([sheet]), out, options, limits, limits.csv_rows, tell)

    # whether all of a text is in the encoding that its beginning is in shows while it is read; only where anything is amiss it is gone through beforehand
    guess = charset.guess(path)
    try:
        report = read(guess, guess)
    except Problem:
        if charset.encoding(path) == guess:
            raise
    except (UnicodeError, charset.Undecodable):
        pass
    else:
        if any(about["own"] for about in report["sheets"]):
            # of which only the beginning was read
            charset.encoding(path)
        return report
    gc.collect()
    return read(charset.encoding(path), None)


def _report(
    kind: str, encoding: str | None, found: Iterator[Sheet], out: Path, options: dict[str, Any], limits: Limits, most: int, tell: Callable[[int], None]
) -> dict[str, Any]:
    report: dict[str, Any] = {"kind": kind, "encoding": encoding, "sheets": [], "rejects": [], "findings": [], "skips": []}
    for sheet in found:
        about, listing = _sheet(sheet, out, options, limits, most, tell)
        report["sheets"].append(about)
        report["rejects"] += listing.rejects
        report["findings"] += listing.findings
        report["skips"] += listing.skips
    return report


def _sheet(sheet: Sheet, out: Path, options: dict[str, Any], limits: Limits, most: int, tell: Callable[[int], None]) -> tuple[dict[str, Any], Listing]:
    rows = iter(sheet.rows)
    head = list(islice(rows, limits.header_depth))
    if ours := own.kind(sheet.name, head):
        return {**_nothing(sheet), "own": ours[0], "template": ours[1]}, Listing(sheet.name, limits.listed)
    marked = own.column(head)
    if marked is not None:
        # an error workbook come back: our column says nothing, and what stands beyond it was too much in its row
        sheet.text = True
        head, rows = [own.unmarked(cells, marked) for cells in head], (own.unmarked(cells, marked) for cells in rows)
    layout, remembered = _layout(sheet, head, options)
    if layout is None:
        _preview(sheet, _shown(head), out, options)
        return _unrecognised(sheet, chain(head, rows), limits, tell)
    layout = recognise.extended(layout, sheet)
    signature = recognise.signature(head[layout.last - 1]) if layout.last <= len(head) else None
    lines = [line for cells in head[: layout.header_rows[0] - 1] if (line := " ".join(text for v in cells if (text := told(v))))]
    stated = titles.read(lines, sheet.name, options["name"], options.get("period"))
    stage = Stage(sheet, layout, stated, lines, submitter=options.get("submitter"), limits=limits, most=most, tell=tell)
    for number in range(1, layout.header_rows[0]):
        if record(layout, head[number - 1]):
            stage.above(number)
    parquet = f"{sheet.index}-{layout.table.name}.parquet"
    wish = _wish(sheet, options) or remembered or {}
    below = head[layout.last :]
    if wish.get("fill"):
        below, rows = [], fills.down(chain(below, rows), [headers.place(letter) for letter in wish["fill"]])
    data = blocks.blocks(below, rows, limits.chunk_rows)
    seen: list[dict[str, Any]] = []
    stage.write(_watched(data, layout.last + 1, seen) if options.get("preview") else data, out / parquet)
    offer.fill(out / parquet, layout, wish.get("fill") or [], stage.listing, stage.gaps, stage.staged)
    template = own.template(head[: layout.header_rows[0] - 1])
    if template and template != edition.version(layout.table):
        stage.listing.find("info", "template_old", args={"seen": template, "current": edition.version(layout.table)})
    if template and not stage.rows - sum(1 for skip in stage.listing.skips if skip["code"] == "example"):
        stage.listing.find("info", "template_empty")
    stage.listing.close()
    _preview(sheet, seen, out, options)
    return {
        "sheet": sheet.name, "index": sheet.index, "hidden": sheet.hidden, "table": layout.table.name, "header_row": layout.last, "header_rows": layout.header_rows,
        "rows": stage.rows, "staged": stage.staged, "rejected": stage.listing.rejected, "skipped": stage.listing.skipped, "period": stated.period,
        "cutoff": stated.cutoff.isoformat() if stated.cutoff else None, "submitter": stage.submitter, "mapping": _mapping(layout), "signature": signature, "remembered": remembered, "parquet": parquet,
        "own": None, "template": template,
    }, stage.listing


def _wish(sheet: Sheet, options: dict[str, Any]) -> dict[str, Any] | None:
    return ((options.get("mapping") or {}).get("sheets") or {}).get(sheet.name)


def _layout(sheet: Sheet, head: list[Row], options: dict[str, Any]) -> tuple[Layout | None, dict[str, Any] | None]:
    """Return how a sheet is laid out - as a person chose now, chose earlier for the same header row, or as guessed - and the earlier choice if that was taken."""
    guess = recognise.recognise(sheet, head, options["name"])
    wish = _wish(sheet, options)
    if wish is not None:
        table = wish.get("table", guess.table.name if guess else None)
        return (recognise.given(sheet, head, {**wish, "table": table}, guess) if table else None), None
    earlier = recognise.remembered(head, options.get("layouts") or {})
    return (recognise.given(sheet, head, earlier, guess), earlier) if earlier else (guess, None)


def _preview(sheet: Sheet, seen: list[Any], out: Path, options: dict[str, Any]) -> None:
    """Write the first rows of a sheet as they stand in the file, where a person will look at them; they never enter the archive."""
    if options.get("preview"):
        (out / f"preview-{sheet.index}.json").write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")


def _shown(rows: list[Row]) -> list[list[str]]:
    """Return the first rows of a sheet as texts, for a person to say which of them is the header."""
    return [[shown(cell)[:MOST_SHOWN] for cell in cells[:WIDEST_SHOWN]] for cells in rows]


def _watched(data: Iterator[Block], first: int, seen: list[dict[str, Any]]) -> Iterator[Block]:
    """Yield the blocks, keeping the first of their rows as they stand in the file, for the preview."""
    for block in data:
        for at in range(len(block)):
            if len(seen) >= PREVIEWED:
                break
            if filled(cells := block.row(at)):
                seen.append({"row": first + at, "cells": [shown(cell)[:MOST_SHOWN] for cell in cells]})
        first += len(block)
        yield block


def _mapping(layout: Layout) -> list[dict[str, Any]]:
    beside = {c.beside: c.field.name for c in layout.columns if c.beside is not None and c.field is not None}
    listed: dict[int, dict[str, Any]] = {}
    for c in layout.columns:
        if c.header and c.at not in listed:
            field = c.field.name if c.field is not None else beside.get(c.at)
            listed[c.at] = {"column": headers.letter(c.at), "header": c.header, "field": field, "certainty": min(c.certainty, 1.0) if field else 0.0}
    return [listed[at] for at in sorted(listed)]


def _unrecognised(sheet: Sheet, rows: Any, limits: Limits, tell: Callable[[int], None]) -> tuple[dict[str, Any], Listing]:
    """Report a sheet that is no known table: every row that is not blank counts as skipped."""
    listing = Listing(sheet.name, limits.listed)
    for number, cells in enumerate(rows, start=1):
        if filled(cells):
            listing.skip(number, "unrecognised")
            if not listing.skipped % 50_000:
                tell(listing.skipped)
    if listing.skipped:
        listing.find("warning", "unrecognised", args={"count": listing.skipped})
    if sheet.hidden:
        listing.find("info", "hidden_sheet")
    listing.close()
    return {**_nothing(sheet), "rows": listing.skipped, "skipped": listing.skipped}, listing


def _nothing(sheet: Sheet) -> dict[str, Any]:
    """Return the report of a sheet of which nothing is taken."""
    return {
        "sheet": sheet.name, "index": sheet.index, "hidden": sheet.hidden, "table": None, "header_row": None, "header_rows": [], "rows": 0, "staged": 0,
        "rejected": 0, "skipped": 0, "period": None, "cutoff": None, "submitter": None, "mapping": [], "signature": None, "remembered": None, "parquet": None,
        "own": None, "template": None,
    }


def why(path: Path) -> dict[str, str]:
    """Say why a workbook was too large to open: how far its filled cells reach."""
    try:
        letters, row = faults.reach(path)
    except Exception:
        letters, row = "", 0
    if row * max(1, len(letters)) > 100_000 or len(letters) > 2:
        return _answer(
            LimitProblem(
                f"表格一直延伸到第 {row} 行、{letters} 列，读取需要的内存超过上限，可能在很远处有零星内容；请只把有内容的行复制到新表后再导入。",
                f"The sheet reaches to row {row}, column {letters}; reading it needs more memory than allowed. Copy only the filled rows into a new sheet.",
            )
        )
    return _answer(
        LimitProblem(
            "文件过大或结构异常，读取需要的内存或时间超过上限；请把有内容的行复制到新表、按月份拆分，或另存为 .csv 后再导入。",
            "The file is too large or oddly built: reading it needs more memory or time than allowed. Copy the filled rows into a new sheet, split it by month, or save it as .csv.",
        )
    )


def _answer(problem: Problem) -> dict[str, str]:
    return {"problem": type(problem).__name__, "zh": problem.zh, "en": problem.en}


Task = Callable[[Path, Path, dict[str, Any], Limits, Callable[[int], None]], dict[str, Any]]


def main(arguments: list[str], task: Task = run) -> int:
    """Run one reading, or another task on a file; its outcome goes to a file in the folder, unless the disk fails."""
    try:
        return _outcome(arguments, task)
    except OSError as error:
        # a full disk takes no message either
        if error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        return confined.FULL if error.errno == errno.ENOSPC else confined.BROKEN


def _outcome(arguments: list[str], task: Task) -> int:
    path, out = Path(arguments[0]), Path(arguments[1])
    options = json.loads(Path(arguments[2]).read_text(encoding="utf-8"))
    limits = Limits(**options["limits"])
    forkserver.without_pandas()
    # rows make no cycles, and looking for some among millions of cells takes a third of the time
    gc.disable()
    restrain(limits)
    if options.get("why"):
        (out / "problem.json").write_text(json.dumps(why(path), ensure_ascii=False), encoding="utf-8")
        return 1

    def tell(rows: int) -> None:
        print(rows, flush=True)

    try:
        report = task(path, out, options, limits, tell)
    except Problem as problem:
        answer = _answer(problem)
    except MemoryError:
        return 9
    except RuntimeError as error:
        # a thread that finds no room for its stack
        if "start new thread" not in str(error):
            raise
        return 9
    except BaseException as error:
        # a fault inside the compiled reader arrives as a PanicException, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        answer = _answer(DataProblem("文件结构异常，无法读取，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。", "The file is oddly built and cannot be read; open it and save it as .xlsx."))
    else:
        (out / "report.json").write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
        return 0
    (out / "problem.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return 1
