"""The child process that writes an error workbook, sheet after sheet, in bounded memory.

    python -m kpi.exports.forkserver kpi.exports.marking FILE OUT_FOLDER OPTIONS_FILE
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

from kpi.exports import child, delimited, errorlist, looks, recognise, sheets, sniff
from kpi.exports.copied import Copy
from kpi.exports.limits import Limits
from kpi.exports.lines import Looks
from kpi.exports.marks import Marks, Written, arrange
from kpi.words import word


def mark(path: Path, out: Path, options: dict[str, Any], limits: Limits, tell: Callable[[int], None]) -> dict[str, Any]:
    """Write marked.xlsx into the folder `out`."""
    lang = options["lang"]
    kind = sniff.kind(path, limits)
    if kind == "csv":
        found = iter([delimited.table(path, Path(options["name"]).stem, limits, recognise.best_score)[2]])
    else:
        found = sheets.workbook(path, kind, limits)
    first = next(found, None)
    from_1904 = first is not None and first.from_1904
    book = looks.workbook(out / "marked.xlsx", lang, constant_memory=True, tmpdir=str(out), **({"date_1904": True} if from_1904 else {}))
    made = Looks(book, looks.looks(lang))
    taken: set[str] = set()
    title = book.add_worksheet(looks.sheet_name(word("files.marked.sheet", lang), taken))
    marks = arrange(options["findings"], options["sheets"], lang)
    reports = {sheet["index"]: sheet for sheet in options["sheets"]}
    written = Written()
    for sheet in chain([first] if first else [], found):
        one = Copy(book, made, sheet, reports.get(sheet.index) or {}, marks.get(sheet.name) or Marks(), lang, written, limits)
        one.write(tell, taken)
    errorlist.write(title, made, options["name"], options["findings"], options["sheets"], written, lang)
    title.activate()
    title.set_first_sheet()
    book.close()
    return {"comments": written.comments, "cut": written.cut}


def main(arguments: list[str]) -> int:
    """Write one error workbook; its outcome goes to a file in the folder."""
    return child.main(arguments, mark)
