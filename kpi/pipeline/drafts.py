"""Drafts: files read and checked, their effect built beside the store, nothing of them entered yet."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi import standards, store
from kpi.exports import reader as exports
from kpi.exports import sniff
from kpi.exports.limits import COMMAND, Limits
from kpi.pipeline import asked, publishing
from kpi.pipeline.asked import SUFFIXES, Progress
from kpi.pipeline.drafted import Draft, File, clean, folder_of, opened, staged, write
from kpi.problems import Problem
from kpi.store import archive
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
    made = make(
        asked.collect(paths), home, names=names, cutoff=cutoff, period=period, submitter=submitter, complete=complete, mappings=mappings, limits=limits, who=who,
        preview=True, progress=progress,
    )
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
    given = {**{f.sha256: f.mapping for f in old.files if f.mapping}, **(mappings or {})}
    limits = Limits(**old.options["limits"])
    wanted = {key: value for key, value in old.options.items() if key != "limits"} | options
    made = make(list(names), home, names=names, mappings=given, limits=limits, preview=True, progress=progress, broken=broken, **wanted)
    discard(id, home)
    return shown(home, made, lang)


def make(
    files: list[Path],
    home: Path,
    *,
    names: Mapping[Any, str] | None = None,
    cutoff: str | None = None,
    period: str | None = None,
    submitter: str | None = None,
    complete: bool = False,
    mappings: Mapping[str, Mapping[str, Any]] | None = None,
    limits: Limits = COMMAND,
    who: str | None = None,
    preview: bool = False,
    progress: Progress | None = None,
    broken: Iterable[File] = (),
) -> Draft:
    """Stage the files into a new draft and build what the figures would be; `broken` are files known to be of no use, shown again."""
    asked.moment(cutoff, end=True)
    asked.period(period)
    named = {Path(path).resolve(): name for path, name in (names or {}).items()}
    chosen = {sha: asked.mapping(wish) for sha, wish in (mappings or {}).items()}
    tell = progress or (lambda what, done, total: None)
    who = who or store.user()
    clean(home)
    journal = Journal(home)
    standing = journal.batches()
    current = journal.current()
    draft = Draft(
        id=uuid.uuid4().hex[:12], base=current[1] if current else None, files=[],
        options={"cutoff": cutoff, "period": period, "submitter": submitter, "complete": complete, "who": who, "limits": limits.as_dict()},
    )
    folder = home / "drafts" / draft.id
    folder.mkdir(parents=True)
    layouts = journal.layouts()
    done = 0

    def one(path: Path) -> File:
        nonlocal done
        found = _file(path, named.get(path, path.name), folder, home, standing, draft.options, chosen, layouts, limits, preview)
        done += 1
        tell("read", done, len(files))
        return found

    with ThreadPoolExecutor(max_workers=2) as pool:
        draft.files = [*_first_of_each(pool.map(one, files)), *broken]
    _build(home, journal, draft, standing, tell)
    write(home, draft)
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
    path: Path, name: str, folder: Path, home: Path, standing: list[Batch], options: dict[str, Any], chosen: dict[str, Any], layouts: dict[str, Any], limits: Limits,
    preview: bool,
) -> File:
    """Copy one file into the draft and stage it there, in a limited child process."""
    file = File(file=name, suffix=suffix if (suffix := Path(name).suffix.lower()) in SUFFIXES else "")
    try:
        # what is too large or no table at all is neither hashed nor copied
        sniff.kind(path, limits)
    except Problem as problem:
        file.problem = (type(problem).__name__, problem.zh, problem.en)
        return file
    file.sha256 = sha = archive.digest(path)
    same = [batch for batch in standing if batch.sha256 == sha]
    cutoff, period, submitter, complete = (options[key] for key in ("cutoff", "period", "submitter", "complete"))
    if sha not in chosen:
        for batch in same:
            if (period, submitter, complete) == (batch.period, batch.submitter, batch.complete) and cutoff in (None, batch.cutoff):
                file.standing, file.reader, file.mapping = batch.id, batch.reader, batch.mapping
                publishing.restage(home, batch)
                file.report = publishing.report_of(publishing.staged(home, batch))
                return file
    part = folder / f".{uuid.uuid4().hex}.part"
    part.mkdir()
    try:
        kept = folder / f"{sha}{file.suffix}"
        if not kept.exists():
            shutil.copyfile(path, kept)
        file.report = exports.read(kept, part, name=name, period=period, submitter=submitter, mapping=chosen.get(sha), layouts=layouts, preview=preview, limits=limits)
        file.mapping = _effective(chosen.get(sha), file.report)
        file.reader = _version(name, period, submitter, file.mapping)
        target = folder / f"{sha}.{file.reader}"
        if not target.exists():
            part.replace(target)
    except Problem as problem:
        # one unreadable file must not keep the others out; it is reported with its reason
        file.problem = (type(problem).__name__, problem.zh, problem.en)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    for batch in same:
        if file.problem is None and batch.reader == file.reader and cutoff in (None, batch.cutoff) and complete == batch.complete:
            file.standing = batch.id
    if file.problem is None and file.standing is None:
        file.replaces = [batch.id for batch in same]
    return file


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
    draft.built = publishing.make(path, [*kept, *draft.batches], lambda batch: staged(home, draft, batch), [b.id for b in draft.batches])
    tell("build", 1, 1)


def number(journal: Journal, draft: Draft, fresh: list[File]) -> list[Batch]:
    """Return the batches of a draft's new files with numbers of their own."""
    load, now = journal.next("load"), datetime.now().replace(microsecond=0).isoformat()
    options = draft.options
    return [
        Batch(
            id=journal.next("batch"), load=load, file=file.file, sha256=file.sha256, reader=file.reader, period=options["period"], cutoff=options["cutoff"],
            submitter=options["submitter"], loaded_at=now, loaded_by=options["who"], report={"sheets": file.report["sheets"]}, mapping=file.mapping,
            complete=options["complete"], draft=draft.id,
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
