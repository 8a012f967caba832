"""Reads broken files one after the other, each in a child forked from a warm parent that runs the reading as it runs in service.

    python -m tests.exports.fuzzing.run COUNT SEED FOLDER [NUMBER ...]

One line of JSON for each file: number, source, how it ended, seconds of processor time, peak memory in MB, faults.
Numbers at the end ask for these files alone; the seed and the number make a file again.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kpi.exports import child, confined
from kpi.exports.limits import Limits
from tests.exports.corpus import CASES
from tests.exports.fuzzing.mutate import mutant

SECONDS, MEGABYTES = 10, 1024
LIMITS = Limits(seconds=SECONDS)
TELLING = ("十表", "版式-分页", "版式-两行表头", "版式-合并向下", "版式-隐藏月表", "错误值", "公式未算", "从1904起", "类型", "时刻格", "多表", "文本-引号", "文本-防公式", "编号-重复",
    "金额-收费", "时间-full", "空行带格式")
"""Builders whose files are broken."""
SHARES = {"xlsx": 4, "xls": 3, "csv": 3, "xlsb": 1, "ods": 1, "tsv": 1}
"""How often each kind is drawn."""


def sources(folder: Path) -> dict[str, list[Path]]:
    """Build the files to be broken and return them by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[Path]] = {}
    for case in CASES:
        suffix = case.name.rsplit(".", 1)[1]
        if case.builder.startswith(TELLING) and suffix in SHARES and not case.problem:
            case.build(folder)
            found.setdefault(suffix, []).append(folder / case.name)
    return found


def forked(path: Path, out: Path, options: dict[str, Any]) -> tuple[int, float, float, str]:
    """Run the reading in a forked child; returns (exit code, seconds of processor time, peak memory in MB, what it said of errors)."""
    wishes, said = out / "options.json", out / "errors.txt"
    wishes.write_text(json.dumps(options, ensure_ascii=False), encoding="utf-8")
    pid = os.fork()
    if pid == 0:
        # whoever waits for something uses no processor time: a minute by the clock ends it
        signal.alarm(60)
        code = 70
        try:
            for stream, to in ((1, os.devnull), (2, str(said))):
                os.dup2(os.open(to, os.O_WRONLY | os.O_CREAT, 0o600), stream)
            code = child.main([str(path), str(out), str(wishes)])
        except BaseException:
            import traceback

            traceback.print_exc()
            code = 1
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status, used = os.wait4(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        raise RuntimeError(f"reading {path} hangs")
    wishes.unlink()
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said.read_text(errors="replace") if said.exists() else ""


def sums(report: dict[str, Any], out: Path) -> list[str]:
    """Return what does not add up in a report."""
    faults = []
    full = any(finding["code"] == "not_all_listed" for finding in report["findings"])
    if not full and sum(s["rejected"] for s in report["sheets"]) != sum(1 for r in report["rejects"] if r["level"] == "row"):
        faults.append("rejects are not all listed")
    for sheet in report["sheets"]:
        if sheet["staged"] + sheet["rejected"] + sheet["skipped"] != sheet["rows"]:
            faults.append(f"{sheet['staged']} + {sheet['rejected']} + {sheet['skipped']} != {sheet['rows']}")
        rows = pq.read_table(out / sheet["parquet"], columns=["_row"])["_row"].to_pylist() if sheet["parquet"] else []
        if len(rows) != sheet["staged"]:
            faults.append(f"{len(rows)} rows staged, {sheet['staged']} told")
        if not full and sum(1 for s in report["sheets"] if s["sheet"] == sheet["sheet"]) == 1:
            rows += [r["row"] for r in report["rejects"] if r["level"] == "row" and r["sheet"] == sheet["sheet"]]
            rows += [s["row"] for s in report["skips"] if s["sheet"] == sheet["sheet"]]
            if twice := [row for row, times in Counter(rows).items() if times > 1]:
                faults.append(f"rows {twice[:5]} have two fates")
            if len(rows) != sheet["rows"]:
                faults.append(f"{len(rows)} fates for {sheet['rows']} rows")
    return faults


def one(number: int, seed: int, files: dict[str, list[Path]], folder: Path) -> dict[str, Any]:
    """Make and read one broken file."""
    dice = random.Random(f"{seed}-{number}")
    kind = dice.choices(list(SHARES), list(SHARES.values()))[0]
    source = dice.choice(files[kind])
    path, out = folder / f"{number}.{kind}", folder / f"out{number}"
    path.write_bytes(mutant(source, dice))
    out.mkdir()
    options = {"name": source.name, "period": None, "submitter": None, "mapping": None, "limits": LIMITS.as_dict()}
    code, seconds, memory, said = forked(path, out, options)
    faults, ended, problem, report = [], "", out / "problem.json", out / "report.json"
    if code != 0 and not problem.exists() and confined._exhausted(code, said):
        ended = f"limits ({code})"
        more, _, _, said = forked(path, out, {**options, "why": True})
        if more != 1 or not problem.exists():
            faults.append(f"no word why: {more} {said[-300:]}")
        if code == -11:
            faults.append("segmentation fault")
    if code == 0 and report.exists():
        ended = "read"
        faults += sums(json.loads(report.read_text(encoding="utf-8")), out)
    elif problem.exists():
        ended = ended or "refused"
        words = json.loads(problem.read_text(encoding="utf-8"))
        if "请" not in words["zh"] or "程序出错" in words["zh"] or not words["en"]:
            faults.append(f"message: {words}")
    else:
        faults.append(f"crash: {code} {said[-1500:]}")
    if seconds > SECONDS:
        faults.append(f"{seconds:.1f} s")
    if memory > MEGABYTES:
        faults.append(f"{memory:.0f} MB")
    shutil.rmtree(out)
    if not faults:
        path.unlink()
    return {"number": number, "source": source.name, "ended": ended, "seconds": round(seconds, 3), "memory": round(memory), "faults": faults}


def main(arguments: list[str]) -> int:
    """Run the files asked for; returns 1 where one broke a promise."""
    count, seed, folder = int(arguments[0]), int(arguments[1]), Path(arguments[2])
    warnings.filterwarnings("ignore", "Duplicate name")
    files = sources(folder / "sources")
    broken = 0
    for number in [int(n) for n in arguments[3:]] or range(count):
        found = one(number, seed, files, folder)
        broken += bool(found["faults"])
        print(json.dumps(found, ensure_ascii=False), flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
