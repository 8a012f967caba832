"""Entering what was checked, and taking it back: all of it takes effect at once, or nothing does."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi import store
from kpi.exports import reader as exports
from kpi.exports.limits import COMMAND, Limits
from kpi.pipeline import asked, bounding, drafts, publishing
from kpi.pipeline.asked import Progress
from kpi.pipeline.drafted import Draft, File, Options, opened, problem_of
from kpi.pipeline.showing import merged_of, sheets
from kpi.problems import DataProblem, StoreProblem, UsageProblem
from kpi.store import archive, corrections, disk
from kpi.store.entries import Corrected
from kpi.store.journal import Batch, Journal
from kpi.warehouse import build as warehouse

KEPT_BUILDS = 4
"""Builds kept on disk: the current one, and some before it for readers that still hold them and for an undo at once."""


def load(
    paths: Iterable[str | Path],
    home: Path | None = None,
    *,
    cutoff: str | None = None,
    period: str | None = None,
    submitter: str | None = None,
    complete: bool = False,
    mappings: Mapping[str, Mapping[str, Any]] | None = None,
    whole: bool = False,
    limits: Limits = COMMAND,
    who: str | None = None,
    lang: str = "zh",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Check files and enter them; either all of it takes effect or none.

    Returns {"build", "files": [{file, sha256, sheets: [...]}], "rejects": [...]} as in docs/commands.md: for each sheet
    loaded + rejected + skipped = rows, and loaded = added + updated + unchanged. `whole` enters nothing while there is
    any error; `complete` says that the files are all there is (全量). Files of boundaries (.geojson) are taken after the
    ledgers; "boundaries" tells of them.
    """
    home = store.home(home)
    given = list(paths)
    areas = bounding.among(given)
    if areas and all(Path(path) in areas for path in given):
        return {"build": None, "files": [], "batches": [], "rejects": [], "boundaries": [bounding.bound(path, home) for path in areas]}
    options = Options(cutoff=cutoff, period=period, submitter=submitter, complete=complete, who=who or store.user(), limits=limits)
    draft = drafts.make(asked.collect(path for path in given if Path(path) not in areas), home, options, mappings=mappings, progress=progress)
    try:
        if all(file.problem for file in draft.files):
            raise problem_of(draft.files[0])
        report = enter(home, draft.id, whole=whole, who=who, lang=lang, progress=progress)
        return {**report, "boundaries": bounding.bound_beside(areas, home, lang)}
    finally:
        shutil.rmtree(home / "drafts" / draft.id, ignore_errors=True)


def confirm(id: str, home: Path | None = None, *, whole: bool = False, who: str | None = None, lang: str = "zh", progress: Progress | None = None) -> dict[str, Any]:
    """Enter a checked draft and return the report of the load.

    Raises DataProblem where `whole` is asked and the draft has errors, or no file of it can be read; StoreProblem where it
    was confirmed or discarded before. What others entered meanwhile is taken into account: the counts are those that took effect.
    """
    home = store.home(home)
    report = enter(home, id, whole=whole, who=who, lang=lang, progress=progress)
    shutil.rmtree(home / "drafts" / id, ignore_errors=True)
    return report


@disk.told()
def enter(home: Path, id: str, *, whole: bool = False, who: str | None = None, lang: str = "zh", progress: Progress | None = None) -> dict[str, Any]:
    """Enter a draft and return the report; its folder is left to the caller."""
    tell = progress or (lambda what, done, total: None)
    with store.writing(home):
        draft = opened(home, id)
        if all(file.problem for file in draft.files):
            raise DataProblem("所选文件都无法读取，没有可导入的内容。", "None of the files can be read; there is nothing to load.")
        errors = sum(len(file.report["rejects"]) for file in draft.files) + sum(file.problem is not None for file in draft.files)
        if whole and errors:
            raise DataProblem(
                f"按“全部改好再导入”，还有 {errors} 处错误，本次没有导入任何内容；请改好后重新选择文件。",
                f"{errors} errors are left and everything or nothing was asked: nothing was entered. Correct them and choose the files again.",
            )
        journal = Journal(home)
        if any(batch.draft == id for batch in journal.batches(withdrawn=True)):
            raise StoreProblem("这次导入已经确认过了，没有重复导入。", "This draft was confirmed before; nothing was entered twice.")
        current = journal.current()
        if draft.batches:
            build = _publish(home, journal, draft, current, who or store.user(), tell)
        elif current is not None and (home / "builds" / f"{current[0]}.duckdb").exists() and current[1] == publishing.inputs(journal.batches(), corrections.in_force(journal)):
            build = current[0]
        else:
            build = _again(home, journal)
        return _report(build, draft, lang)


def _publish(home: Path, journal: Journal, draft: Draft, current: tuple[str, str, str] | None, who: str, tell: Progress) -> str:
    """Move originals and staged rows into the archive and make the new build current."""
    tell("enter", 0, 1)
    standing = journal.batches()
    fresh = [file for file in draft.files if file.problem is None and file.standing is None]
    folder = home / "drafts" / draft.id
    part = folder / "build.duckdb"
    moved = (current[1] if current else None) != draft.base
    if moved:
        # others entered something since: numbers and effect are those of now
        for file in fresh:
            same = (b.id for b in standing if (b.sha256, b.reader, b.cutoff, b.complete) == (file.sha256, file.reader, draft.options.cutoff, draft.options.complete))
            file.standing = next(same, None)
        fresh = [file for file in fresh if file.standing is None]
        if not fresh and current is not None:
            return current[0]
        draft.batches = drafts.number(journal, draft, fresh)
        draft.withdrawn = [b.id for b in standing if b.sha256 in {f.sha256 for f in fresh}]
    layouts = {}
    for file, batch in zip(fresh, draft.batches, strict=True):
        own = folder / f"{file.sha256}.{file.reader}"
        if own.exists():
            for leftover in own.glob("preview-*.json"):
                leftover.unlink()
            archive.take(home, folder / f"{file.sha256}{file.suffix}", file.sha256)
            archive.take_staged(home, own, file.sha256, batch.reader)
        layouts |= _chosen(file.mapping, file.report)
    batches = [*(b for b in standing if b.id not in draft.withdrawn), *draft.batches]
    if moved or not part.exists():
        part.unlink(missing_ok=True)
        for batch in batches:
            publishing.restage(home, batch)
        draft.built = publishing.make(part, batches, corrections.in_force(journal), lambda b: publishing.staged(home, b), [b.id for b in draft.batches])
    draft.batches = [_counted(draft, file, batch) for file, batch in zip(fresh, draft.batches, strict=True)]
    name = _place(home, journal, part, inputs := publishing.inputs(batches, corrections.in_force(journal)))
    at = datetime.now().replace(microsecond=0).isoformat()
    journal.publish(
        draft.batches, (name, inputs, draft.built.as_of), at, withdrawn=draft.withdrawn, who=who, reason="同一文件以新的列对应或选项重新导入", layouts=layouts
    )
    thin(home, journal, name)
    tell("enter", 1, 1)
    return name


def _counted(draft: Draft, file: File, batch: Batch) -> Batch:
    """Return a batch with what it changed, sheet by sheet, for the list of batches."""
    told = [{**sheet, **{name: count[name] for name in ("loaded", "added", "updated", "unchanged", "vanished")}} for sheet, count in zip(file.report["sheets"], sheets(draft, file), strict=True)]
    return replace(batch, report={"sheets": told, "errors": len(file.report["rejects"])})


def _chosen(mapping: dict[str, Any] | None, report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return {signature of the header row: choice} of the sheets whose columns a person chose, to be remembered."""
    found = {}
    for sheet in report["sheets"]:
        wish = ((mapping or {}).get("sheets") or {}).get(sheet["sheet"])
        if wish and sheet.get("signature") and sheet["table"]:
            found[sheet["signature"]] = {"table": sheet["table"], "columns": dict(wish.get("columns") or {}), "fill": list(wish.get("fill") or [])}
    return found


def _place(home: Path, journal: Journal, part: Path, inputs: str) -> str:
    """Give a finished build its name in the store, durably; a name is never used twice."""
    builds = home / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    name = f"{journal.next('build'):05d}-{inputs[:8]}"
    store.sync(part)
    part.replace(builds / f"{name}.duckdb")
    for folder in (builds, home, home.parent):
        store.sync(folder)
    return name


def thin(home: Path, journal: Journal, current: str) -> None:
    """Remove builds that are long out of use; readers that still hold one keep it until they let go."""
    kept = {current, *[id for id, _, _ in journal.builds() if (home / "builds" / f"{id}.duckdb").exists()][:KEPT_BUILDS]}
    for path in (home / "builds").glob("*.duckdb"):
        if path.stem not in kept:
            try:
                path.unlink(missing_ok=True)
            except OSError:
                # Windows keeps files that are open, and what was published stands whatever the disk says now; a later load removes it
                continue


@disk.told("本次没有改动任何内容", "nothing was changed")
def undo(ids: Iterable[int], home: Path | None = None, *, reason: str = "", who: str | None = None) -> dict[str, Any]:
    """Withdraw batches: the figures are those of the batches that still stand, exactly as if these had never been entered.

    Returns {"build": id, or null where nothing stands any more, "withdrawn": ids}; raises UsageProblem for a batch that does not stand.
    """
    home = store.home(home)
    with store.writing(home):
        journal = Journal(home)
        standing = journal.batches()
        wanted = sorted(set(ids))
        unknown = set(wanted) - {batch.id for batch in standing}
        if unknown or not wanted:
            raise UsageProblem(
                f"没有在用的导入批次 {'、'.join(map(str, sorted(unknown)))}，请在导入记录中核对。", f"No standing batch {', '.join(map(str, sorted(unknown)))}; see the list of batches."
            )
        rest = [batch for batch in standing if batch.id not in wanted]
        at = datetime.now().replace(microsecond=0).isoformat()
        build = made_of(home, journal, rest, corrections.in_force(journal)) if rest else None
        journal.publish([], build, at, withdrawn=wanted, who=who or store.user(), reason=reason)
        if build:
            thin(home, journal, build[0])
    return {"build": build[0] if build else None, "withdrawn": wanted}


def made_of(home: Path, journal: Journal, batches: list[Batch], held: list[Corrected]) -> tuple[str, str, str]:
    """Return (build, inputs, as_of) of just these batches and corrections: the one made of them before, else a new one."""
    return _earlier(home, journal, batches, held) or _made(home, journal, batches, held)


def _earlier(home: Path, journal: Journal, batches: list[Batch], held: list[Corrected]) -> tuple[str, str, str] | None:
    """Return the build that was made of these inputs, where it is still there."""
    return next((build for build in journal.builds(inputs=publishing.inputs(batches, held)) if (home / "builds" / f"{build[0]}.duckdb").exists()), None)


def _made(home: Path, journal: Journal, batches: list[Batch], held: list[Corrected]) -> tuple[str, str, str]:
    """Build from these batches and corrections and return (build, inputs, as_of)."""
    for batch in batches:
        publishing.restage(home, batch)
    folder = home / "drafts" / "rebuild"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        part = folder / "build.duckdb"
        built = publishing.make(part, batches, held, lambda b: publishing.staged(home, b))
        inputs = publishing.inputs(batches, held)
        return _place(home, journal, part, inputs), inputs, built.as_of
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _again(home: Path, journal: Journal) -> str:
    batches = journal.batches()
    if not batches:
        raise StoreProblem("还没有导入任何台账。", "Nothing has been loaded yet.")
    build = _made(home, journal, batches, corrections.in_force(journal))
    journal.publish([], build, datetime.now().replace(microsecond=0).isoformat())
    thin(home, journal, build[0])
    return build[0]


@disk.told("本次没有改动任何内容", "nothing was changed")
def rebuild(home: Path | None = None) -> str:
    """Build again from the archived originals and return the build; the figures stay the same for the same inputs."""
    home = store.home(home)
    with store.writing(home):
        return _again(home, Journal(home))


@disk.told("本次没有改动任何内容", "nothing was changed")
def renew(home: Path) -> None:
    """Build again where the current build is of another version of the program; who comes second finds it done."""
    with store.writing(home):
        journal = Journal(home)
        current = journal.current()
        path = home / "builds" / f"{current[0]}.duckdb" if current else None
        if path is None or not path.exists() or warehouse.made_by(path) != publishing.program():
            _again(home, journal)


def _report(build: str, draft: Draft, lang: str) -> dict[str, Any]:
    """Return what a load did; a file that stood already, or came twice, changes nothing."""
    files, rejects = [], []
    kept = ("sheet", "table", "header_row", "rows", "loaded", "rejected", "skipped", "added", "updated", "unchanged", "vanished")
    for file in draft.files:
        files.append({"file": file.file, "sha256": file.sha256, "sheets": [{name: sheet[name] for name in kept} for sheet in sheets(draft, file)]})
        if file.problem:
            files[-1]["problem"] = problem_of(file).of(lang)
        for reject in file.report["rejects"]:
            reason, remedy = exports.explain(reject, lang)
            rejects.append({"file": file.file, **{name: reject[name] for name in ("sheet", "row", "column", "value", "level")}, "reason": reason, "remedy": remedy})
    notes = [note for file in draft.files for note in merged_of(draft, file, lang)]
    return {"build": build, "files": files, "rejects": rejects, "notes": notes, "batches": [batch.id for batch in draft.batches]}
