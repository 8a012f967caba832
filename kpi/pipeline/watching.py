"""A watched folder: what is dropped there is loaded and filed into done/ or failed/, the error workbook beside it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kpi import store
from kpi.pipeline.asked import SUFFIXES
from kpi.pipeline.drafted import File, Options, problem_of
from kpi.pipeline.drafts import make
from kpi.pipeline.entering import enter
from kpi.pipeline.marking import error_workbooks
from kpi.problems import Problem, StoreProblem, UsageProblem

try:
    import fcntl
except ImportError:
    # Windows
    fcntl = None

EVERY = 2.0
"""Seconds between two looks; a file is taken once it has not changed from one look to the next."""


def watch(
    folder: Path,
    home: Path | None = None,
    *,
    once: bool = False,
    whole: bool = False,
    period: str | None = None,
    submitter: str | None = None,
    lang: str = "zh",
    tell: Callable[[str], None] = print,
    every: float = EVERY,
    stop: threading.Event | None = None,
) -> int:
    """Load files dropped into a folder until stopped (Ctrl+C, SIGTERM), or with `once` what lies there now; returns 0, with `once` 3 where a file failed.

    A file that can be used goes to done/, one that cannot to failed/ with the reason as .txt; a file with errors has its
    error workbook beside it. A file that is still being written is left alone. Where the store or the folder cannot be
    written the files stay and are tried again: what was entered already changes nothing the second time.
    """
    home = store.home(home)
    if not folder.is_dir():
        raise UsageProblem(f"找不到文件夹 {folder}。", f"No such folder: {folder}.")
    stop = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
    failed, before = 0, _seen(folder)
    while not stop.is_set():
        if stop.wait(every if not once else min(every, 0.5)):
            break
        now = _seen(folder)
        ready = sorted(path for path, looks in now.items() if before.get(path) == looks and not _written(path))
        before = now
        if ready:
            try:
                failed += _take(ready, folder, home, whole, period, submitter, lang, tell)
            except (Problem, OSError) as problem:
                tell(problem.of(lang) if isinstance(problem, Problem) else _unfiled(problem, lang))
                if once:
                    raise problem if isinstance(problem, Problem) else StoreProblem(_unfiled(problem, "zh"), _unfiled(problem, "en")) from problem
                stop.wait(every * 5)
        if once:
            return 3 if failed else 0
    return 0


def _seen(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return the files that wait in the folder, each with its size and time of change."""
    found = {}
    for path in folder.iterdir():
        try:
            if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$")):
                about = path.stat()
                found[path] = (about.st_size, about.st_mtime_ns)
        except FileNotFoundError:
            continue
    return found


def _written(path: Path) -> bool:
    """Whether another process of this machine holds a file open to write it; False where the system cannot tell."""
    if fcntl is None or not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        # a lease to read is only given while nobody writes; closing gives it back
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        return False
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)


def _unfiled(error: OSError, lang: str) -> str:
    what = f"{error.filename or ''} {error.strerror or error}".strip()
    return f"收件夹里的文件移不动（{what}），请核对文件夹权限；已导入的不会重复导入。" if lang == "zh" else f"Files of the folder cannot be moved ({what}); check its permissions. Nothing is entered twice."


def _take(files: list[Path], folder: Path, home: Path, whole: bool, period: str | None, submitter: str | None, lang: str, tell: Callable[[str], None]) -> int:
    """Load the files together and file each; return how many failed."""
    options = Options(period=period, submitter=submitter, who=store.user())
    draft = make(files, home, options)
    drafts = [draft]
    try:
        bad = {path: file for path, file in zip(files, draft.files, strict=True) if file.problem or whole and file.report["rejects"] or not _useful(file)}
        good = [path for path in files if path not in bad]
        if good:
            if bad:
                draft = make(good, home, options)
                drafts.append(draft)
            enter(home, draft.id)
        marked = dict(error_workbooks(home / "drafts" / drafts[0].id / "marked", home, draft=drafts[0].id, lang=lang))
        for path, file in zip(files, drafts[0].files, strict=True):
            _file(path, file, folder / ("failed" if path in bad else "done"), marked.get(file.file), lang, tell)
        return len(bad)
    finally:
        for one in drafts:
            shutil.rmtree(home / "drafts" / one.id, ignore_errors=True)


def _useful(file: File) -> bool:
    """Whether any row of a file is taken, or it holds none at all."""
    sheets = file.report["sheets"]
    return any(sheet["staged"] for sheet in sheets) or not any(sheet["rows"] for sheet in sheets)


def _file(path: Path, file: File, target: Path, marked: Path | None, lang: str, tell: Callable[[str], None]) -> None:
    """Move a file into done/ or failed/ with what there is to say of it."""
    if not path.exists():
        # taken away meanwhile by whoever dropped it
        return
    target.mkdir(exist_ok=True)
    stamp = first = f"{datetime.now():%Y%m%d-%H%M%S}"
    number = 1
    while any((target / f"{stamp} {other.name}").exists() for other in (path, marked) if other is not None):
        number += 1
        stamp = f"{first}-{number}"
    name = f"{stamp} {path.name}"
    if marked is not None:
        shutil.copyfile(marked, target / f"{stamp} {marked.name}")
    rows, taken, rejected = (sum(sheet[key] for sheet in file.report["sheets"]) for key in ("rows", "staged", "rejected"))
    said = problem_of(file).of(lang) if file.problem else _said(rows, taken, rejected, lang)
    if target.name == "failed":
        # with a byte-order mark the plain editor of an office shows Chinese rightly
        (target / f"{name}.txt").write_text(said + "\n", encoding="utf-8-sig")
    shutil.move(path, target / name)
    tell(f"{target.name}/{name}  {said}")


def _said(rows: int, taken: int, rejected: int, lang: str) -> str:
    return f"共 {rows} 行，采用 {taken} 行，退回 {rejected} 行。" if lang == "zh" else f"{rows} rows, {taken} taken, {rejected} rejected."
