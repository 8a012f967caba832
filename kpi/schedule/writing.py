"""Reports of a month written into a folder: each file whole or not at all, one run at a time, a line of log for everything that happened."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from kpi import store
from kpi.problems import DataProblem, Problem, StoreProblem, UsageProblem, did_you_mean
from kpi.reports.kinds import KINDS, Asked, made
from kpi.reports.steps import Step, unheard
from kpi.reports.steps import Tell as TellStep
from kpi.words import month_name, word

Tell = Callable[[str], None]
"""Takes a line of log."""


@dataclass(frozen=True)
class Outcome:
    """The files that stand in the folder now, and the exit code: 0, or that of the first kind that failed."""

    paths: Sequence[Path]
    code: int


def kinds(names: Sequence[str]) -> list[str]:
    """Return kinds of reports that exist, all for none; raises UsageProblem for another name."""
    for name in names:
        if name not in KINDS:
            near = did_you_mean(name, KINDS)
            zh, en = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("。", ".")
            raise UsageProblem(f"没有“{name}”这种报表，可选 {'、'.join(KINDS)}{zh}", f"No report '{name}'; there are {', '.join(KINDS)}{en}")
    return list(dict.fromkeys(names)) or list(KINDS)


def write(asked: Asked, out: Path, names: Sequence[str] = (), tell: Tell = lambda line: None, step: TellStep = unheard) -> Outcome:
    """Make the reports and put them into the folder of the month below `out`; `step` is told what is being made, `tell` each kind as it begins and as it ends.

    A kind that fails is told and leaves its former files as they were; the others are written all the same. Raises
    StoreProblem while another run writes there, or where the disk takes no file.
    """
    chosen = kinds(names)
    folder = out / asked.month

    def said(key: str, **values: object) -> str:
        return word(f"reports.schedule.{key}", asked.lang, **values)

    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / ".report.lock", timeout=0):
            folder.mkdir(exist_ok=True)
            tell(said("begin", month=month_name(asked.month, asked.lang), until=asked.until, state=said("issued" if asked.reported else "open")))
            paths, code = [], 0

            def began(at: Step) -> None:
                if not at.part:
                    tell(said("begun", step=at.kind_words(asked.lang)))
                step(at)

            for name, found in made(asked, chosen, began):
                if isinstance(found, Problem):
                    tell(said("failed", kind=said(f"kind.{name}"), why=found.of(asked.lang)))
                    code = code or found.exit_code
                    continue
                paths += _put(folder, found)
                tell(said("written", kind=said(f"kind.{name}"), names=said("comma").join(found)))
            tell(said("end", n=len(paths), code=code))
            return Outcome(paths, code)
    except Timeout as error:
        raise StoreProblem(f"另一次导出正在写入 {out}，本次没有导出。", f"Another run is writing to {out}; nothing was written.") from error
    except OSError as error:
        raise DataProblem(f"写不进 {out}（{error.strerror or error}），请核对权限和磁盘空间。", f"{out} takes no files ({error.strerror or error}); check permissions and room.") from error


def _put(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files beside their places first: a run that is cut off leaves those of the last one."""
    parts = []
    for name, content in files.items():
        part = folder / f".{name}.part"
        part.write_bytes(content)
        store.sync(part)
        parts.append((part, folder / name))
    for part, path in parts:
        os.replace(part, path)
    store.sync(folder)
    return [path for _, path in parts]
