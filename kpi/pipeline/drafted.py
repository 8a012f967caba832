"""What a draft is and how it is kept: a folder below drafts/ with the files, their staged rows, the candidate build and draft.json."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kpi import problems, store
from kpi.exports.limits import COMMAND, Limits
from kpi.pipeline import publishing
from kpi.pipeline.publishing import Built
from kpi.problems import Problem, StoreProblem
from kpi.store.journal import Batch

KEPT = 2 * 24 * 3600
"""Seconds after which a draft that nobody confirmed is thrown away."""


@dataclass(kw_only=True)
class File:
    """One file of a draft: its content's hash (none where it is no table at all), under which version it was staged, the reader's report or why it cannot be read.

    `standing` is the batch that holds the same content under the same options already, `replaces` the one that holds it under others.
    """

    file: str
    sha256: str = ""
    suffix: str = ""
    reader: str = ""
    report: dict[str, Any] = field(default_factory=lambda: {"sheets": [], "rejects": [], "findings": []})
    problem: tuple[str, str, str] | None = None
    mapping: dict[str, Any] | None = None
    standing: int | None = None
    replaces: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Options:
    """How files are to be read and entered: what they leave unsaid, whether they are all there is, who hands them in, and what one file may ask of the machine."""

    cutoff: str | None = None
    period: str | None = None
    submitter: str | None = None
    complete: bool = False
    who: str = ""
    limits: Limits = COMMAND


@dataclass(kw_only=True)
class Draft:
    """What was checked: files, options, the batches it would add, and the candidate build over `base` (a hash of inputs, None for an empty store)."""

    id: str
    base: str | None
    files: list[File]
    options: Options
    batches: list[Batch] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    built: Built | None = None


def folder_of(home: Path, id: str) -> Path:
    """Return a draft's folder; raises StoreProblem for a name that is none, or a draft that is gone."""
    folder = home / "drafts" / id
    if not id.isalnum() or not (folder / "draft.json").exists():
        raise _gone()
    return folder


def _gone() -> StoreProblem:
    return StoreProblem("这份待确认的导入已经失效（已确认、已取消或放置过久），请重新选择文件。", "This draft is gone (confirmed, discarded or too old); choose the files again.")


def staged(home: Path, draft: Draft, batch: Batch) -> Path:
    """Return where a batch's staged rows lie: in the draft for its own, else in the archive."""
    own = home / "drafts" / draft.id / f"{batch.sha256}.{batch.reader}"
    return own if own.exists() else publishing.staged(home, batch)


def write(home: Path, draft: Draft) -> None:
    """Keep a draft for the one who will confirm it."""
    told = asdict(draft)
    for file in told["files"]:
        # the lists stand in the staged folder
        file["report"] = {**file["report"], "rejects": [], "findings": [], "skips": []}
    if draft.built:
        told["built"] |= {"counts": [[*key, value] for key, value in draft.built.counts.items()], "vanished": [[*key, value] for key, value in draft.built.vanished.items()]}
    # a draft that outlives a power failure is whole: what it speaks of is on disk before it says so
    folder = home / "drafts" / draft.id
    store.settle(folder)
    store.write(folder / "draft.json", json.dumps(told, ensure_ascii=False))


def opened(home: Path, id: str) -> Draft:
    """Return a draft as it was checked; raises StoreProblem when it is gone."""
    try:
        told = json.loads((folder_of(home, id) / "draft.json").read_text(encoding="utf-8"))
        return _draft(home, id, told)
    except (FileNotFoundError, ValueError) as error:
        # another has confirmed or discarded it meanwhile, or a crash fell into its removal
        raise _gone() from error


def _draft(home: Path, id: str, told: dict[str, Any]) -> Draft:
    built = told["built"]
    if built:
        built = Built(as_of=built["as_of"], counts={(b, i): v for b, i, v in built["counts"]}, vanished={(b, t): v for b, t, v in built["vanished"]})
    draft = Draft(**{**told, "files": [File(**f) for f in told["files"]], "batches": [Batch(**b) for b in told["batches"]], "built": built,
                     "options": Options(**{**told["options"], "limits": Limits(**told["options"]["limits"])})})
    for file in draft.files:
        if file.problem is None:
            folder = home / "drafts" / id / f"{file.sha256}.{file.reader}"
            if not folder.exists():
                folder = home / "archive" / folder.name
            file.report = publishing.report_of(folder)
    return draft


def clean(home: Path) -> None:
    """Throw away drafts that nobody confirmed for two days, and what a reading or a close that was killed left in the archive."""
    for folder in (*(home / "drafts").glob("*"), *(home / "archive").glob(".*.part")):
        try:
            if time.time() - folder.stat().st_mtime > KEPT:
                folder.unlink() if folder.is_file() else shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            continue


def problem_of(file: File) -> Problem:
    """Return the problem of a file that cannot be read."""
    kind, zh, en = file.problem or ("Problem", "", "")
    return getattr(problems, kind, Problem)(zh, en)
