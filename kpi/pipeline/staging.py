"""One file of a draft: copied, hashed and read, unless it stands already or was staged for an earlier draft."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi import standards
from kpi.exports import reader as exports
from kpi.exports import sniff
from kpi.pipeline import publishing
from kpi.pipeline.asked import SUFFIXES
from kpi.pipeline.drafted import File, Options
from kpi.problems import DataProblem, Problem, StoreProblem
from kpi.store import archive
from kpi.store.journal import Batch


@dataclass(frozen=True, kw_only=True)
class Staging:
    """What the files of one draft share: its folder, how they are to be read, and what is known of files that came before.

    `sizes` are those of the archived originals, `chosen` {sha256: mapping of columns}, `layouts` {signature of a header row: mapping} what was chosen earlier,
    `carried` {sha256: (folder, file)} what was staged in an earlier draft in the same way; `preview` keeps the first rows as they stand.
    """

    folder: Path
    home: Path
    options: Options
    standing: list[Batch]
    sizes: set[int]
    chosen: dict[str, Any]
    layouts: dict[str, Any]
    carried: Mapping[str, tuple[Path, File]]
    preview: bool

    def file(self, path: Path, name: str, counted: Callable[[int], None]) -> File:
        """Copy one file into the draft and stage it there, in a limited child process; what stands already is left as it is."""
        file = File(file=name, suffix=suffix if (suffix := Path(name).suffix.lower()) in SUFFIXES else "")
        try:
            # what is too large or no table at all is neither hashed nor copied
            sniff.kind(path, self.options.limits)
        except Problem as problem:
            file.problem = (type(problem).__name__, problem.zh, problem.en)
            return file
        # a file as large as none that was kept is none of them: it is read at once, and hashed meanwhile
        known = archive.digest(path) if self.chosen or self.carried or path.stat().st_size in self.sizes else ""
        for batch in self._same(known):
            if known not in self.chosen and (self.options.period, self.options.submitter) == (batch.period, batch.submitter):
                file.sha256, file.standing, file.reader, file.mapping = known, batch.id, batch.reader, batch.mapping
                publishing.restage(self.home, batch)
                file.report = publishing.report_of(publishing.staged(self.home, batch))
                return file
        if known in self.carried:
            self._carry(file, *self.carried[known])
        else:
            self._read(file, path, known, counted)
        if file.problem is None:
            file.standing = next((batch.id for batch in self._same(file.sha256) if batch.reader == file.reader), None)
            file.replaces = [batch.id for batch in self.standing if batch.sha256 == file.sha256] if file.standing is None else []
        return file

    def _same(self, sha: str) -> list[Batch]:
        """Return the standing batches of a file that were loaded with such a cut-off and as all there is, or not."""
        options = self.options
        return [batch for batch in self.standing if batch.sha256 == sha and options.cutoff in (None, batch.cutoff) and options.complete == batch.complete]

    def _carry(self, file: File, source: Path, old: File) -> None:
        """Take a file and its staged rows over from an earlier draft."""
        file.sha256, file.report, file.mapping, file.reader = old.sha256, old.report, old.mapping, old.reader
        shutil.copytree(
            source, self.folder, copy_function=_link, dirs_exist_ok=True, ignore=lambda at, found: [n for n in found if Path(at) == source and not n.startswith(file.sha256)]
        )

    def _read(self, file: File, path: Path, known: str, counted: Callable[[int], None]) -> None:
        """Copy a file into the draft, hash and stage the copy; one that cannot be read, or no longer is what it was `known` as by its hash, keeps nothing but its problem."""
        options = self.options
        part = self.folder / f".{uuid.uuid4().hex}.part"
        copy = part.with_suffix(file.suffix or ".copy")
        part.mkdir()
        try:
            shutil.copyfile(path, copy)
            with ThreadPoolExecutor(max_workers=1) as beside:
                hashed = beside.submit(archive.digest, copy)
                try:
                    file.report = exports.read(
                        copy, part, name=file.file, period=options.period, submitter=options.submitter, mapping=self.chosen.get(known), layouts=self.layouts,
                        preview=self.preview, limits=options.limits, progress=counted,
                    )
                finally:
                    file.sha256 = hashed.result()
            if known not in ("", file.sha256):
                raise DataProblem("文件在导入时又被改动，请等它保存好后重新导入。", "The file was changed while it was being loaded; load it again once it is saved.")
            file.mapping = _effective(self.chosen.get(known), file.report)
            file.reader = _version(file.file, options, file.mapping)
            copy.replace(self.folder / f"{file.sha256}{file.suffix}")
            target = self.folder / f"{file.sha256}.{file.reader}"
            if not target.exists():
                part.replace(target)
        except StoreProblem:
            raise
        except Problem as problem:
            # one unreadable file must not keep the others out; it is reported with its reason
            file.problem = (type(problem).__name__, problem.zh, problem.en)
        finally:
            copy.unlink(missing_ok=True)
            shutil.rmtree(part, ignore_errors=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # disks without hard links
        shutil.copyfile(source, target)


def _effective(chosen: dict[str, Any] | None, report: dict[str, Any]) -> dict[str, Any] | None:
    """Return the mapping that gives the same rows again without remembered layouts."""
    sheets = dict((chosen or {}).get("sheets") or {})
    sheets |= {sheet["sheet"]: sheet["remembered"] for sheet in report["sheets"] if sheet.get("remembered")}
    return {"sheets": sheets} if sheets else None


def _version(name: str, options: Options, mapping: dict[str, Any] | None) -> str:
    """What staged rows depend on besides the content: the reader, the standards it types with, and the options of the load."""
    text = json.dumps([exports.READER, standards.version(), name, options.period, options.submitter, mapping], sort_keys=True)
    return f"{exports.READER}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
