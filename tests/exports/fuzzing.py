"""Reads mutants, each in a process of its own that is forked from one warm reader under the reader's own limits.

    python -m tests.exports.fuzzing COUNT SEED FOLDER

Prints {"read", "refused": {message: times}, "ended", "slowest", "peak_mb", "rows", "faults": [...]}; a fault is a traceback, a hang of
over 10 s, more than 1 GB, a row that is not counted once, or an end without a word.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import resource
import signal
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from kpi.exports import child, reader, sniff
from kpi.exports.limits import MB, Limits
from kpi.problems import Problem
from tests.exports import mutants

SECONDS, MOST_MB = 10, 1024
LIMITS = Limits(memory_bytes=800 * MB, seconds=60)


def forked(path: Path, out: Path) -> tuple[int, float, float]:
    """Read a file in a fork; return (exit status, seconds, peak memory in MB)."""
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            with (out / "said").open("w") as said, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                os.dup2(said.fileno(), 2)
                try:
                    sniff.kind(path, LIMITS)
                except Problem as problem:
                    (out / "problem.json").write_text(json.dumps({"problem": type(problem).__name__, "zh": problem.zh}), encoding="utf-8")
                    code = 1
                else:
                    wishes = {"name": path.name, "period": None, "submitter": None, "mapping": None, "layouts": None, "preview": True, "limits": LIMITS.as_dict()}
                    (out / "options.json").write_text(json.dumps(wishes), encoding="utf-8")
                    try:
                        code = child.main([str(path), str(out), str(out / "options.json")])
                    except BaseException:
                        import traceback

                        traceback.print_exc()
        finally:
            os._exit(code)
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, time.monotonic() - began, used.ru_maxrss / 1024
        if time.monotonic() - began > SECONDS:
            os.kill(pid, signal.SIGKILL)
            os.wait4(pid, 0)
            return -1, time.monotonic() - began, 0
        time.sleep(0.002)


def judged(out: Path, status: int, seconds: float, mb: float, path: Path) -> tuple[str, Any]:
    """Return ("read", rows), ("refused", message), ("ended", message) or ("fault", what)."""
    if status == -1:
        return "fault", f"hangs for {seconds:.0f} s"
    if mb > MOST_MB:
        return "fault", f"takes {mb:.0f} MB"
    if (out / "problem.json").exists():
        problem = json.loads((out / "problem.json").read_text(encoding="utf-8"))
        return ("refused", problem["zh"]) if "请" in problem["zh"] else ("fault", f"a message without a remedy: {problem['zh']}")
    if status == 0 and (out / "report.json").exists():
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
        wrong = [s for s in report["sheets"] if s["staged"] + s["rejected"] + s["skipped"] != s["rows"]]
        return ("fault", f"rows not counted once: {wrong}") if wrong else ("read", sum(s["rows"] for s in report["sheets"]))
    if os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 9:
        # the compiled reader aborted, or memory ran out: the service tries once more and says why
        try:
            reader.read(path, out / "again", limits=LIMITS)
        except Problem as problem:
            return ("fault", problem.zh) if "程序出错" in problem.zh else ("ended", problem.zh)
        return "fault", "ends without a word, then is read"
    return "fault", (out / "said").read_text(encoding="utf-8", errors="replace").strip()[-2000:]


def main(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """Make and read `count` mutants numbered from `seed` on."""
    # a doubled part is meant to be there twice
    warnings.filterwarnings("ignore", "Duplicate name")
    sound = mutants.sources(folder, random.Random(15))
    told: dict[str, Any] = {"read": 0, "refused": Counter(), "ended": Counter(), "slowest": 0.0, "peak_mb": 0.0, "rows": 0, "faults": []}
    for number in range(seed, seed + count):
        suffix, content = mutants.mutant(sound, number)
        out = folder / str(number)
        out.mkdir()
        path = out / f"台账{suffix[-5:] if suffix != '.gb.csv' else '.csv'}"
        path.write_bytes(content)
        status, seconds, mb = forked(path, out)
        kind, what = judged(out, status, seconds, mb, path)
        told["slowest"], told["peak_mb"] = max(told["slowest"], seconds), max(told["peak_mb"], mb)
        if kind == "read":
            told["read"] += 1
            told["rows"] += what
        elif kind == "fault":
            told["faults"].append(f"mutant {number} ({path.suffix}): {what}")
            continue
        else:
            told[kind][re.sub(r"\d+|“.*?”", "…", what.split("，")[0])[:40]] += 1
        for left in sorted(out.rglob("*"), reverse=True):
            left.rmdir() if left.is_dir() else left.unlink()
        out.rmdir()
    return told


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])), ensure_ascii=False))
