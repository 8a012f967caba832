"""The child process that opens a file: limited in memory and time, so that a hostile file cannot take the service down.

    python -m kpi.exports.child FILE OUT_FOLDER OPTIONS_JSON
"""

from __future__ import annotations

import json
import sys
from itertools import chain, islice
from pathlib import Path
from typing import Any

from kpi.exports import limits
from kpi.problems import Problem


def restrain() -> None:
    """Set limits of memory, processor time, file size and core dumps where the system has them (POSIX)."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, limits.CHILD_MEMORY),
        (resource.RLIMIT_CPU, limits.CHILD_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, limits.CHILD_FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def run(path: Path, out: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Read a file, write its staged rows below `out` and return its report without the reader's version."""
    from kpi.exports import sheets, sniff

    kind = sniff.kind(path, options.get("bytes", limits.FILE_BYTES))
    name = options["name"]
    encoding = None
    if kind == "csv":
        encoding, sheet = sheets.table(path, Path(name).stem)
        found = [_sheet(sheet, out, options)]
    else:
        found = [_sheet(sheet, out, options) for sheet in sheets.workbook(path, kind)]
    report: dict[str, Any] = {"kind": kind, "encoding": encoding, "sheets": [], "rejects": [], "findings": [], "skips": []}
    for one in found:
        for part in ("rejects", "findings", "skips"):
            report[part] += one.pop(part)
        report["sheets"].append(one)
    return report


def _sheet(sheet: Any, out: Path, options: dict[str, Any]) -> dict[str, Any]:
    from kpi.exports.recognise import SEARCHED, recognise
    from kpi.exports.stage import Stage

    rows = iter(sheet.rows)
    head = list(islice(rows, SEARCHED))
    found = recognise(sheet, head, options["name"], options.get("period"))
    told: dict[str, Any] = {"sheet": sheet.name, "index": sheet.index, "hidden": sheet.hidden, "rejects": [], "findings": [], "skips": []}
    if found is None:
        count = sum(1 for _, cells in chain(head, rows) if any(map(str.strip, cells)))
        told |= {"table": None, "header_row": None, "header_rows": [], "rows": count, "staged": 0, "rejected": 0, "skipped": count, "period": None,
                 "cutoff": None, "submitter": None, "mapping": [], "parquet": None}
        if count:
            told["findings"] = [{"sheet": sheet.name, "row": None, "column": "", "value": "", "severity": "warning", "code": "unrecognised", "args": {}}]
        return told
    stage = Stage(sheet, found, options.get("submitter"))
    parquet = f"{sheet.index}-{found.table.name}.parquet"
    below = found.header_rows[-1]
    stage.write(((number, cells) for number, cells in chain(head, rows) if number > below), out / parquet)
    if sheet.hidden:
        stage.findings.append({"sheet": sheet.name, "row": None, "column": "", "value": "", "severity": "info", "code": "hidden_sheet", "args": {}})
    return told | {
        "table": found.table.name, "header_row": below, "header_rows": found.header_rows, "rows": stage.rows, "staged": stage.staged,
        "rejected": stage.rejected, "skipped": len(stage.skips), "period": found.period, "cutoff": found.cutoff.isoformat() if found.cutoff else None,
        "submitter": stage.submitter, "parquet": parquet, "rejects": stage.rejects, "findings": stage.findings, "skips": stage.skips,
        "mapping": [
            {"column": _letter(c), "header": header, "field": found.columns[c].name if c in found.columns else None}
            for c, header in sorted(found.headers.items()) if header
        ],
    }


def _letter(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def main(arguments: list[str]) -> int:
    """Run one reading; the report, or the problem in both languages, goes to a file beside the staged rows."""
    restrain()
    path, out, options = Path(arguments[0]), Path(arguments[1]), json.loads(arguments[2])
    try:
        answer = {"report": run(path, out, options)}
        code = 0
    except Problem as problem:
        answer = {"problem": type(problem).__name__, "zh": problem.zh, "en": problem.en}
        code = problem.exit_code
    except MemoryError:
        return 9
    (out / "answer.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
