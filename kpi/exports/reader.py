"""`read`: one file to staged Parquet and a report, opened only in a limited child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from kpi import problems
from kpi.exports import limits, sniff
from kpi.problems import LimitProblem
from kpi.words import word

READER = "1"
"""Raised whenever reading changes what is staged."""

_HOME = Path(__file__).resolve().parents[2]


def read(path: Path, out: Path, *, name: str | None = None, period: str | None = None, submitter: str | None = None) -> dict[str, Any]:
    """Stage every recognised sheet of a file below `out` and return the report; raises a Problem for a file that cannot be used.

    `name` is the file's name as its owner knows it; `period` (2024-05 or 2024) completes dates without a year;
    for every sheet rows = staged + rejected + skipped.
    """
    sniff.kind(path)
    options = {"name": name or path.name, "period": period, "submitter": submitter}
    command = [sys.executable, "-m", "kpi.exports.child", str(path), str(out), json.dumps(options)]
    environment = {**os.environ, "PYTHONPATH": str(_HOME), "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=limits.TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise LimitProblem(
            f"读取超过 {limits.TIMEOUT_SECONDS} 秒，文件可能过大或结构异常，请按月份拆分后导入。", f"Reading took over {limits.TIMEOUT_SECONDS} s; split the file by month."
        ) from error
    answer_file = out / "answer.json"
    if not answer_file.exists():
        raise LimitProblem(
            "文件过大或结构异常（内存或时间超出限制），请把有内容的行复制到新表、按月份拆分后导入。",
            "The file is too large or oddly built (memory or time ran out); copy the filled rows into a new sheet and split it by month.",
        )
    answer = json.loads(answer_file.read_text(encoding="utf-8"))
    answer_file.unlink()
    if "problem" in answer:
        raise getattr(problems, answer["problem"])(answer["zh"], answer["en"])
    if done.returncode != 0:
        raise LimitProblem("文件读取中断，请重新导出后再导入。", "Reading broke off; export the file again.")
    return {"reader": READER, **answer["report"]}


def explain(entry: dict[str, Any], lang: str = "zh") -> tuple[str, str]:
    """Return (reason, remedy) of a reject or finding in `lang`."""
    values = {"near": "", "list": "", "rows": "", "year": "", "width": "", **entry["args"]}
    return word(f"exports.{entry['code']}.reason", lang, **values), word(f"exports.{entry['code']}.remedy", lang, **values)
