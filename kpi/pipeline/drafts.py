"""Drafts: files read and checked, their effect built beside the store, nothing of them entered yet."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi import standards, store
from kpi.exports import reader as exports
from kpi.exports import sniff
from kpi.exports.limits import COMMAND, Limits
from kpi.pipeline import asked, publishing
from kpi.pipeline.asked import SUFFIXES, Progress
from kpi.pipeline.drafted import Draft, File, Options, clean, folder_of, opened, staged, write
from kpi.problems import Problem, StoreProblem
from kpi.store import archive, corrections, disk
from kpi.store.journal import Batch, Journal


def check(
    paths: Iterable[str | Path],
    home: Path | None = None,
    *,
    names: Mapping[Any, str] | None = None,
    cutoff: str | None = None,
    period: str | None = None,
    submitter: str | None = None,
    complete: bool = False,
    mappings: Mapping[str, Mapping[str, Any]] | None = None,
    limits: Limits = COMMAND,
    who: str | None = None,
    lang: str = "zh",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read and check files without entering anything; returns what they would change and every finding (docs/commands.md).

    `names` gives the name a file has for its owner, `complete` says the files are all there is (全量), `mappings`
    {sha256: mapping of columns} overrides what the headers say. A file that cannot be read carries its problem.
    """
    from kpi.pipeline.showing import shown

    home = store.home(home)
    options = Options(cutoff=cutoff, period=period, submitter=submitter, complete=complete, who=who or store.user(), limits=limits)
    made = make(asked.collect(paths), home, options, names=names, mappings=mappings, preview=True, progress=progress)
    return shown(home, made, lang)


def recheck(
    id: str, home: Path | None = None, *, mappings: Mapping[str, Mapping[str, Any]] | None = None, lang: str = "zh", progress: Progress | None = None, **options: Any
) -> dict[str, Any]:
    """Check the files of a draft again with other mappings or options, and return the draft that takes its place."""
    from kpi.pipeline.showing import shown

    home = store.home(home)
    folder = folder_of(home, id)
    old = opened(home, id)
    names = {}
    broken = [file for file in old.files if file.problem]
    for file in old.files:
        if file.problem:
            continue
        path = folder / f"{file.sha256}{file.suffix}"
        names[path if path.exists() else archive.original(home, file.sha256)] = file.file
    wanted = replace(old.options, **options)
    given = {f.sha256: _merged(f.mapping, (mappings or {}).get(f.sha256)) for f in old.files if f.mapping or f.sha256 in (mappings or {})}
    carried = {} if wanted != old.options else {f.sha256: (folder, f) for f in old.files if f.standing is None and f.sha256 not in (mappings or {})}
    made = make(list(names), home, wanted, names=names, mappings=given, preview=True, progress=progress, broken=broken, carried=carried)
    discard(id, home)
    return shown(home, made, lang)


def _merged(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a mapping of columns with the sheets named anew in place of their earlier choice."""
    return {"sheets": {**((old or {}).get("sheets") or {}), **((new or {}).get("sheets") or {})}}


@disk.told()
def make(
    files: list[Path],
    home: Path,
    options: Options,
    *,
    names: Mapping[Any, str] | None = None,
    mappings: Mapping[str, Mapping[str, Any]] | None = None,
    preview: bool = False,
    progress: Progress | None = None,
    broken: Iterable[File] = (),
    carried: Mapping[str, tuple[Path, File]] | None = None,
) -> Draft:
    """Stage the files into a new draft and build what the figures would be.

    `broken` are files known to be of no use, shown again; `carried` are files staged in an earlier draft in the same way, by hash.
    """
    asked.moment(options.cutoff, end=True)
    asked.period(options.period)
    named = {Path(path).resolve(): name for path, name in (names or {}).items()}
    chosen = {sha: asked.mapping(wish) for sha, wish in (mappings or {}).items()}
    tell = progress or (lambda what, done, total: None)
    clean(home)
    journal = Journal(home)
    standing = journal.batches()
    current = journal.current()
    draft = Draft(id=uuid.uuid4().hex[:12], base=current[1] if current else None, files=[], options=options)
    folder = home / "drafts" / draft.id
    folder.mkdir(parents=True)
    layouts = journal.layouts()
    done = 0
    rows: dict[Path, int] = {}

    def one(path: Path, name: str) -> File:
        nonlocal done

        def counted(number: int) -> None:
            rows[path] = number
            tell("rows", sum(rows.values()), 0)

        found = _file(path, name, folder, home, standing, options, chosen, layouts, preview, carried or {}, counted)
        done += 1
        tell("read", done, len(files))
        return found

    tell("read", 0, len(files))
    try:
        if files:
            exports.prepare()
        with ThreadPoolExecutor(max_workers=2) as pool, ThreadPoolExecutor(max_workers=1) as beside:
            # what it raises is raised where it is asked for
            beside.submit(publishing.prepare)
            draft.files = [*_first_of_each(pool.map(one, files, asked.names(files, named))), *broken]
        _build(home, journal, draft, standing, tell)
        write(home, draft)
    except BaseException:
        # above all on a full disk nothing is left lying about
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return draft


def _first_of_each(files: Iterable[File]) -> list[File]:
    """Return the files; one that came twice is entered once, its second copy stands already."""
    seen: set[str] = set()
    found = []
    for file in files:
        if file.problem is None and file.sha256 in seen:
            file.standing = file.standing if file.standing is not None else 0
        seen.add(file.sha256)
        found.append(file)
    return found


def _file(
    path: Path, name: str, folder: Path, home: Path, standing: list[Batch], options: Options, chosen: dict[str, Any], layouts: dict[str, Any], preview: bool,
    carried: Mapping[str, tuple[Path, File]], counted: Callable[[int], None],
) -> File:
    """Copy one file into the draft and stage it there, in a limited child process; what stands already is left as it is."""
    file = File(file=name, suffix=suffix if (suffix := Path(name).suffix.lower()) in SUFFIXES else "")
    try:
        # what is too large or no table at all is neither hashed nor copied
        sniff.kind(path, options.limits)
    except Problem as problem:
        file.problem = (type(problem).__name__, problem.zh, problem.en)
        return file
    file.sha256 = sha = archive.digest(path)
    same = [batch for batch in standing if batch.sha256 == sha and options.cutoff in (None, batch.cutoff) and options.complete == batch.complete]
    for batch in same:
        if sha not in chosen and (options.period, options.submitter) == (batch.period, batch.submitter):
            file.standing, file.reader, file.mapping = batch.id, batch.reader, batch.mapping
            publishing.restage(home, batch)
            file.report = publishing.report_of(publishing.staged(home, batch))
            return file
    if sha in carried:
        _carry(*carried[sha], folder, file)
    else:
        _read(path, folder, file, options, chosen.get(sha), layouts, preview, counted)
    if file.problem is None:
        file.standing = next((batch.id for batch in same if batch.reader == file.reader), None)
        file.replaces = [batch.id for batch in standing if batch.sha256 == sha] if file.standing is None else []
    return file


def _carry(source: Path, old: File, folder: Path, file: File) -> None:
    """Take a file and its staged rows over from an earlier draft."""
    file.report, file.mapping, file.reader = old.report, old.mapping, old.reader
    shutil.copytree(source, folder, copy_function=_link, dirs_exist_ok=True, ignore=lambda at, found: [n for n in found if Path(at) == source and not n.startswith(file.sha256)])


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # disks without hard links
        shutil.copyfile(source, target)


def _read(
    path: Path, folder: Path, file: File, options: Options, mapping: dict[str, Any] | None, layouts: dict[str, Any], preview: bool, counted: Callable[[int], None]
) -> None:
    """Copy a file into the draft and stage it there; one that cannot be read keeps nothing but its problem."""
    part = folder / f".{uuid.uuid4().hex}.part"
    part.mkdir()
    try:
        kept = folder / f"{file.sha256}{file.suffix}"
        if not kept.exists():
            shutil.copyfile(path, kept)
        file.report = exports.read(
            kept, part, name=file.file, period=options.period, submitter=options.submitter, mapping=mapping, layouts=layouts, preview=preview, limits=options.limits,
            progress=counted,
        )
        file.mapping = _effective(mapping, file.report)
        file.reader = _version(file.file, options.period, options.submitter, file.mapping)
        target = folder / f"{file.sha256}.{file.reader}"
        if not target.exists():
            part.replace(target)
    except StoreProblem:
        raise
    except Problem as problem:
        # one unreadable file must not keep the others out; it is reported with its reason
        file.problem = (type(problem).__name__, problem.zh, problem.en)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _effective(chosen: dict[str, Any] | None, report: dict[str, Any]) -> dict[str, Any] | None:
    """Return the mapping that gives the same rows again without remembered layouts."""
    sheets = dict((chosen or {}).get("sheets") or {})
    sheets |= {sheet["sheet"]: sheet["remembered"] for sheet in report["sheets"] if sheet.get("remembered")}
    return {"sheets": sheets} if sheets else None


def _version(name: str, period: str | None, submitter: str | None, mapping: dict[str, Any] | None) -> str:
    """What staged rows depend on besides the content: the reader, the standards it types with, and the options of the load."""
    text = json.dumps([exports.READER, standards.version(), name, period, submitter, mapping], sort_keys=True)
    return f"{exports.READER}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _build(home: Path, journal: Journal, draft: Draft, standing: list[Batch], tell: Progress) -> None:
    """Number the new batches and build what the figures would be, inside the draft."""
    fresh = [file for file in draft.files if file.problem is None and file.standing is None]
    if not fresh:
        return
    draft.withdrawn = sorted({id for file in fresh for id in file.replaces})
    draft.batches = number(journal, draft, fresh)
    tell("build", 0, 1)
    kept = [batch for batch in standing if batch.id not in draft.withdrawn]
    for batch in kept:
        publishing.restage(home, batch)
    path = home / "drafts" / draft.id / "build.duckdb"
    draft.built = publishing.make(path, [*kept, *draft.batches], corrections.in_force(journal), lambda batch: staged(home, draft, batch), [b.id for b in draft.batches])
    tell("build", 1, 1)


def number(journal: Journal, draft: Draft, fresh: list[File]) -> list[Batch]:
    """Return the batches of a draft's new files with numbers of their own."""
    load, now = journal.next("load"), datetime.now().replace(microsecond=0).isoformat()
    options = draft.options
    return [
        Batch(
            id=journal.next("batch"), load=load, file=file.file, sha256=file.sha256, reader=file.reader, period=options.period, cutoff=options.cutoff,
            submitter=options.submitter, loaded_at=now, loaded_by=options.who, report={"sheets": file.report["sheets"]}, mapping=file.mapping, complete=options.complete,
            draft=draft.id,
        )
        for file in fresh
    ]


def draft(id: str, home: Path | None = None, lang: str = "zh") -> dict[str, Any]:
    """Return what `check` returned for a draft."""
    from kpi.pipeline.showing import shown

    home = store.home(home)
    return shown(home, opened(home, id), lang)


def preview(id: str, sha256: str, index: int, home: Path | None = None) -> list[dict[str, Any]]:
    """Return the first rows of a sheet as they stand in the file and as they were typed (docs/commands.md); personal data is not masked."""
    from kpi.pipeline.showing import first_rows

    home = store.home(home)
    return first_rows(home, opened(home, id), sha256, index)


def discard(id: str, home: Path | None = None) -> None:
    """Throw a draft away."""
    shutil.rmtree(folder_of(store.home(home), id), ignore_errors=True)
