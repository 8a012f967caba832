"""Drafts: files read and checked, their effect built beside the store, nothing of them entered yet."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi import store
from kpi.exports import reader as exports
from kpi.exports.limits import COMMAND, Limits
from kpi.pipeline import asked, publishing
from kpi.pipeline.asked import Progress
from kpi.pipeline.drafted import Draft, File, Options, clean, folder_of, opened, staged, write
from kpi.pipeline.staging import Staging
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
    staging = Staging(
        folder=folder, home=home, options=options, standing=standing, sizes=archive.sizes(home), chosen=chosen, layouts=journal.layouts(), carried=carried or {}, preview=preview
    )
    done = 0
    rows: dict[Path, int] = {}

    def one(path: Path, name: str) -> File:
        nonlocal done

        def counted(number: int) -> None:
            rows[path] = number
            tell("rows", sum(rows.values()), 0)

        found = staging.file(path, name, counted)
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
