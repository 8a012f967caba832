"""A module run on one file in a child process of its own, ended where it takes too long: whoever opens files of others does it there."""

from __future__ import annotations

import errno
import json
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpi import problems
from kpi.exports import warm
from kpi.exports.limits import MB, Limits
from kpi.problems import LimitProblem, Problem

FULL, BROKEN = 7, 8
"""Exit codes of a child that met a full or broken disk."""

_HOME = Path(__file__).resolve().parents[2]


def prepare() -> None:
    """Have the process that children are forked from import what they need, for a run that is to come."""
    warm.prepare(_environment())


def run(module: str, path: Path, out: Path, options: dict[str, Any], limits: Limits, progress: Callable[[int], None] | None = None) -> dict[str, Any]:
    """Run `module` on a file and return the report it leaves in the folder `out`; raises the Problem it leaves instead.

    The child sets limits of memory and processor time for itself (`child.restrain`); one that died for want of them is run
    again with the option `why`, to say what is too large.
    """
    tell = progress or (lambda rows: None)
    code, faults = _child(module, path, out, options, limits, tell)
    if code != 0 and not (out / "problem.json").exists() and _exhausted(code, faults):
        _child(module, path, out, {**options, "why": True}, limits, lambda rows: None)
    if code in (FULL, BROKEN):
        number = errno.ENOSPC if code == FULL else errno.EIO
        raise OSError(number, os.strerror(number))
    problem = _taken(out / "problem.json")
    if problem is not None:
        raise getattr(problems, problem["problem"], Problem)(problem["zh"], problem["en"])
    report = _taken(out / "report.json")
    if code != 0 or report is None:
        last = faults.strip().splitlines()[-1:] or code
        raise Problem(f"读取文件时程序出错（{last}），请把文件交给维护人员。", f"Reading the file failed ({last}).")
    return report


def _exhausted(code: int, faults: str) -> bool:
    """Whether a child ended for want of memory or time: killed by a signal, or out of memory as it said itself."""
    return code < 0 or code == 9 or code > 128 or "memory" in faults.lower()


def _taken(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return content


def _environment() -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(_HOME), os.environ.get("PYTHONPATH")))), "PYTHONIOENCODING": "utf-8",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2",
        # columns of a piece are kept for the next: to hand them back and ask anew would cost a tenth of the reading
        "MALLOC_MMAP_THRESHOLD_": str(32 * MB), "MALLOC_TRIM_THRESHOLD_": str(128 * MB),
    }


def _child(module: str, path: Path, out: Path, options: dict[str, Any], limits: Limits, progress: Callable[[int], None]) -> tuple[int, str]:
    """Run the child to its end or to the time limit and return (exit code, what it said of errors)."""
    with tempfile.TemporaryDirectory() as folder:
        wishes = Path(folder) / "options.json"
        wishes.write_text(json.dumps(options, ensure_ascii=False), encoding="utf-8")
        with (Path(folder) / "errors").open("w+b") as errors:
            child = warm.child(module, [str(path), str(out), str(wishes)], _environment(), errors)
            timed_out = threading.Event()
            timer = threading.Timer(limits.seconds, lambda: (timed_out.set(), child.kill()))
            timer.start()
            try:
                for line in child.stdout or ():
                    if line.strip().isdigit():
                        progress(int(line))
                code = child.wait()
            finally:
                timer.cancel()
                if child.poll() is None:
                    child.kill()
                    child.wait()
                if child.stdout:
                    child.stdout.close()
            if timed_out.is_set():
                raise LimitProblem(
                    f"读取超过 {limits.seconds} 秒仍未完成，文件可能过大或结构异常；请按月份拆分，或另存为 .csv 后再导入。",
                    f"Reading did not end within {limits.seconds} s; split the file by month, or save it as .csv.",
                )
            errors.seek(0)
            return code, errors.read(64 * 1024).decode("utf-8", "replace")
