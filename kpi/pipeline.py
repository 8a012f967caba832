"""Load, status and reading: the one place that runs exports -> store -> warehouse."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kpi import standards, store
from kpi.engine import DuckEngine
from kpi.exports import reader as exports
from kpi.exports.tables import TABLES
from kpi.problems import Problem, StoreProblem, UsageProblem
from kpi.store import archive
from kpi.store.journal import Batch, Journal
from kpi.warehouse import build as warehouse
from kpi.warehouse.standing import Sheet

SUFFIXES = frozenset(".xlsx .xlsm .xls .xlsb .ods .csv .txt .et".split())
"""Files of a folder that are taken for exports; a file named on its own is always read."""

WAREHOUSE = "2"
"""Raised whenever the SQL of facts changes what a figure says, so that an old build is built again."""

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, steps done, steps in all)."""


def collect(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files behind the paths; of folders, the exports in them and below, in order of name."""
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$")))
        elif path.is_file():
            found.append(path)
        else:
            raise UsageProblem(f"找不到文件 {path}。", f"No such file: {path}.")
    if not found:
        raise UsageProblem("没有可导入的文件（支持 .xlsx .xls .xlsb .ods .csv）。", "No files to load (.xlsx .xls .xlsb .ods .csv).")
    return list(dict.fromkeys(p.resolve() for p in found))


def moment(text: str | None, *, end: bool = False) -> datetime | None:
    """Return an ISO date or moment; with `end` a bare date means the end of that day (00:00 of the next)."""
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageProblem(f"时间“{text}”应写成 2024-05-31 或 2024-05-31T17:30。", f"Time '{text}' should read like 2024-05-31 or 2024-05-31T17:30.") from error
    if value.tzinfo is not None:
        raise UsageProblem("时间不要带时区，一律按北京时间。", "Give times without a zone: all are local time of Asia/Shanghai.")
    return value + timedelta(days=1) if end and len(text) <= 10 else value


def load(
    paths: Iterable[str | Path],
    home: Path | None = None,
    *,
    cutoff: str | None = None,
    period: str | None = None,
    submitter: str | None = None,
    who: str | None = None,
    lang: str = "zh",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read files into the store and publish a new build; either all of it takes effect or none.

    Returns {"build", "files": [{file, sha256, sheets: [...]}], "rejects": [...]} as in rules of loading:
    for each sheet loaded + rejected + skipped = rows, and loaded = added + updated + unchanged.
    """
    home = store.home(home)
    moment(cutoff, end=True)
    files = collect(paths)
    tell = progress or (lambda what, done, total: None)
    with store.writing(home):
        journal = Journal(home)
        standing = journal.batches()
        known = {batch.sha256 for batch in standing}
        read = _read(home, files, period=period, submitter=submitter, tell=tell)
        readable = [item for item in read if "problem" not in item["report"]]
        if not readable:
            raise read[0]["report"]["problem"]
        fresh = [item for item in _first_of_each(readable) if item["sha256"] not in known]
        load_number = journal.next("load") if fresh else 0
        now = datetime.now().replace(microsecond=0)
        new = [
            Batch(
                id=journal.next("batch"), load=load_number, file=item["file"], sha256=item["sha256"], reader=item["version"], period=period, cutoff=cutoff,
                submitter=submitter, loaded_at=now.isoformat(), loaded_by=who or getpass.getuser(), report=item["report"],
            )
            for item in fresh
        ]
        build, counts = _publish(home, journal, standing, new, now, lang, tell)
        return _report(build, read, new, counts, lang)


def _read(home: Path, files: list[Path], *, period: str | None, submitter: str | None, tell: Progress) -> list[dict[str, Any]]:
    """Archive and stage every file, each in a child process of its own, two at a time."""
    version = _reader_version(period, submitter)
    done = 0

    def one(path: Path) -> dict[str, Any]:
        nonlocal done
        sha = archive.digest(path)
        kept = archive.keep(home, path, sha)
        try:
            _, report = archive.stage(home, sha, version, lambda out: exports.read(kept, out, name=path.name, period=period, submitter=submitter))
        except Problem as problem:
            # one unreadable file must not keep the others out; it is reported with its reason
            report = {"sheets": [], "rejects": [], "problem": problem}
        done += 1
        tell("read", done, len(files))
        return {"file": path.name, "sha256": sha, "version": version, "report": report}

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(one, files))


def _reader_version(period: str | None, submitter: str | None) -> str:
    """What staged rows depend on besides the file: the reader, the standards it types with, and the options of the load."""
    text = json.dumps([exports.READER, standards.version(), period, submitter])
    return f"{exports.READER}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _first_of_each(read: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({item["sha256"]: item for item in reversed(read)}.values())[::-1]


def _sheets(home: Path, batches: list[Batch]) -> list[Sheet]:
    """Return every staged sheet in the order in which it speaks: by load, then period, then file and sheet; later wins."""
    ordered = sorted(
        ((batch.load, sheet["period"] or "", batch.id, sheet["index"], batch, sheet) for batch in batches for sheet in batch.report["sheets"] if sheet["parquet"]),
        key=lambda item: item[:4],
    )
    return [
        Sheet(order=order, batch=batch.id, index=sheet["index"], table=sheet["table"], file=batch.file,
              parquet=home / "archive" / f"{batch.sha256}.{batch.reader}" / sheet["parquet"])
        for order, (*_, batch, sheet) in enumerate(ordered, start=1)
    ]


def _cutoff(batches: list[Batch]) -> datetime | None:
    """Return the latest cut-off the files state, else the latest given with a load, else None."""
    stated = [datetime.fromisoformat(sheet["cutoff"]) for batch in batches for sheet in batch.report["sheets"] if sheet.get("cutoff") and sheet["table"]]
    given = [found for batch in batches if (found := moment(batch.cutoff, end=True))]
    return max(stated or given, default=None)


def _inputs(batches: list[Batch]) -> str:
    """Return what a build is a function of, as one hash."""
    parts = [WAREHOUSE, standards.version(), *(f"{b.load}:{b.sha256}:{b.reader}:{b.cutoff}" for b in batches)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _publish(
    home: Path, journal: Journal, standing: list[Batch], new: list[Batch], now: datetime, lang: str, tell: Progress
) -> tuple[str, dict[tuple[int, int], dict[str, int]]]:
    """Build from all standing batches and make the build current; keep the current one where nothing changed."""
    batches = [*standing, *new]
    if not batches:
        raise StoreProblem("还没有导入任何台账。", "Nothing has been loaded yet.")
    inputs = _inputs(batches)
    current = journal.current()
    if current and current[1] == inputs and (home / "builds" / f"{current[0]}.duckdb").exists():
        return current[0], {}
    for batch in standing:
        _restage(home, batch)
    sheets = _sheets(home, batches)
    numbers = {batch.id for batch in new}
    first = min((sheet.order for sheet in sheets if sheet.batch in numbers), default=len(sheets) + 1)
    tell("build", 0, 1)
    folder = home / "builds"
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(".*.part*"):
        leftover.unlink(missing_ok=True)
    name = f"{journal.next('build'):05d}-{inputs[:8]}"
    part = folder / f".{name}.part"
    try:
        made = warehouse.create(part, sheets, new=first, cutoff=_cutoff(batches), received=max(datetime.fromisoformat(b.loaded_at) for b in batches))
        store.sync(part)
        part.replace(folder / f"{name}.duckdb")
        store.sync(folder)
    finally:
        part.unlink(missing_ok=True)
    rows = [
        {"id": b.id, "load": b.load, "file": b.file, "sha256": b.sha256, "reader": b.reader, "period": b.period, "cutoff": b.cutoff, "submitter": b.submitter,
         "loaded_at": b.loaded_at, "loaded_by": b.loaded_by, "report": json.dumps(b.report, ensure_ascii=False)}
        for b in new
    ]
    journal.publish(rows, name, inputs, made["as_of"].isoformat(), now.isoformat())
    tell("build", 1, 1)
    return name, {(sheet.batch, sheet.index): made["counts"][sheet.order] for sheet in sheets if sheet.order in made["counts"]}


def _restage(home: Path, batch: Batch) -> None:
    """Read an archived original again where its staged rows are gone."""
    kept = next((home / "archive").glob(f"{batch.sha256}.[a-z]*"), None)
    folder = home / "archive" / f"{batch.sha256}.{batch.reader}"
    if (folder / "report.json").exists():
        return
    if kept is None or not kept.is_file():
        raise StoreProblem(f"档案中缺少 {batch.file} 的原件。", f"The original of {batch.file} is missing from the archive.")
    archive.stage(home, batch.sha256, batch.reader, lambda out: exports.read(kept, out, name=batch.file, period=batch.period, submitter=batch.submitter))


def _report(build: str, read: list[dict[str, Any]], new: list[Batch], counts: dict[tuple[int, int], dict[str, int]], lang: str) -> dict[str, Any]:
    """Return what a load did; a file that stood already, or came twice, changes nothing."""
    ids = {batch.sha256: batch.id for batch in new}
    files, rejects = [], []
    for item in read:
        batch = ids.pop(item["sha256"], None)
        sheets = []
        for sheet in item["report"]["sheets"]:
            staged = sheet["staged"]
            count = counts.get((batch, sheet["index"]), {}) if batch is not None else {}
            added, updated = count.get("added", 0), count.get("updated", 0)
            sheets.append(
                {"sheet": sheet["sheet"], "table": sheet["table"], "header_row": sheet["header_row"], "rows": sheet["rows"], "loaded": staged,
                 "rejected": sheet["rejected"], "skipped": sheet["skipped"], "added": added, "updated": updated, "unchanged": staged - added - updated}
            )
        files.append({"file": item["file"], "sha256": item["sha256"], "sheets": sheets})
        if "problem" in item["report"]:
            files[-1]["problem"] = item["report"]["problem"].of(lang)
        for reject in item["report"]["rejects"]:
            reason, remedy = exports.explain(reject, lang)
            rejects.append(
                {"file": item["file"], "sheet": reject["sheet"], "row": reject["row"], "column": reject["column"], "value": reject["value"],
                 "level": reject["level"], "reason": reason, "remedy": remedy}
            )
    return {"build": build, "files": files, "rejects": rejects}


def reader(home: Path | None = None, as_of: datetime | str | None = None) -> DuckEngine:
    """Open the current build read-only, at its own as-of moment or another; raises StoreProblem when nothing is loaded."""
    home = store.home(home)
    current = Journal(home).current()
    if current is None:
        raise StoreProblem("还没有导入任何台账，请先导入。", "Nothing has been loaded yet: load ledgers first.")
    path = home / "builds" / f"{current[0]}.duckdb"
    if not path.exists():
        raise StoreProblem("数据版本文件不在了，请重新导入任一台账以重建。", "The build is gone; load any ledger again to rebuild it.")
    asked = moment(as_of) if isinstance(as_of, str) else as_of
    return warehouse.read(path, current[0], datetime.fromisoformat(current[2]), asked)


def rebuild(home: Path | None = None) -> str:
    """Build again from the archived originals and return the build; the figures stay the same for the same inputs."""
    home = store.home(home)
    with store.writing(home):
        journal = Journal(home)
        return _publish(home, journal, journal.batches(), [], datetime.now().replace(microsecond=0), "zh", lambda *_: None)[0]


def status(home: Path | None = None) -> dict[str, Any]:
    """Return what stands: build, as-of, batches, rows by table, grids, months, and which grid has reported which month."""
    engine = reader(home)
    journal = Journal(store.home(home))
    names = [t.name for t in TABLES]
    sizes = engine.rows(" union all ".join(f"select '{name}' as name, count(*) as n from {name}" for name in names))
    reported: dict[str, list[str]] = {}
    for row in engine.rows("select month, grid from reported order by month, grid"):
        reported.setdefault(row["month"], []).append(row["grid"])
    return {
        "build": engine.build,
        "as_of": engine.as_of.isoformat(),
        "batches": [{"id": b.id, "file": b.file, "sha256": b.sha256, "loaded_at": b.loaded_at, "loaded_by": b.loaded_by} for b in journal.batches()],
        "tables": {row["name"]: row["n"] for row in sizes},
        "grids": [{"grid": row["grid_code"], "name": row["grid_name"]} for row in engine.rows("select grid_code, grid_name from grid order by grid_code")],
        "months": sorted(reported),
        "reported": reported,
        "conflicts": engine.rows("select count(*) as n from conflict")[0]["n"],
    }
