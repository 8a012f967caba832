"""The sheet 错误清单 of an error workbook: what to do, how many there are, and every finding with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from kpi.exports import looks
from kpi.exports.headers import letter
from kpi.exports.lines import Looks
from kpi.exports.marks import MARKED, Written, column
from kpi.words import word
from kpi.words.cells import inert

LISTED = 50_000
"""Findings listed; Excel keeps at most 65,530 links in a sheet."""
WIDTHS: dict[str, float] = {"number": 6, "sheet": 18, "row": 8, "column": 18, "value": 22, "severity": 9, "reason": 42, "remedy": 48}


def write(page: Worksheet, made: Looks, name: str, findings: Sequence[dict[str, Any]], sheets: Sequence[dict[str, Any]], written: Written, lang: str) -> None:
    """Write the list; it stands first in the workbook, but is written last, when it is known where every row went."""

    def say(key: str, **values: Any) -> str:
        return word(f"files.marked.{key}", lang, **values)

    widths = WIDTHS | {"sheet": min(30.0, max([WIDTHS["sheet"], *(looks.span(name) + 4 for name in written.names.values())]))}
    for at, width in enumerate(widths.values()):
        page.set_column(at, at, width)
    page.set_row(0, 28)
    page.write_string(0, 0, say("title"), made.format("text", "title"))
    row = 1
    for text in _leads(say, name, findings, written):
        # as wide as the table, and as high as it needs: a merged cell does not grow by itself
        page.set_row(row, looks.height(looks.lines(text, sum(WIDTHS.values())), 15, 3))
        page.write_string(row, 0, text, made.format("text", "lead"))
        page.merge.append([row, 0, row, len(WIDTHS) - 1])
        row += 1
    row += 1
    page.set_row(row, 20)
    for at, key in enumerate(WIDTHS):
        page.write_string(row, at, say(f"header.{key}"), made.format("text", "head"))
    head = row
    known = {sheet["sheet"]: sheet for sheet in sheets}
    for number, finding in enumerate(findings[:LISTED], start=1):
        row += 1
        _line(page, made, row, number, finding, known.get(finding["sheet"]), written, widths, say)
    page.freeze_panes(head + 1, 0)
    page.autofilter(head, 0, max(row, head + 1), len(WIDTHS) - 1)
    page.repeat_rows(head)
    page.hide_gridlines(2)
    looks.printed(page, say("page"))


def _leads(say: Any, name: str, findings: Sequence[dict[str, Any]], written: Written) -> list[str]:
    by = {severity: [f for f in findings if f["severity"] == severity] for severity in (*MARKED, "info")}
    rows = {(f["sheet"], f["row"]) for f in by["error"] if f.get("row") is not None}
    told = [say("counts", name=name, errors=len(by["error"]), rows=len(rows), warnings=len(by["warning"]), infos=len(by["info"])), say("todo" if by["error"] else "todo_warnings")]
    if len(findings) > LISTED:
        told.append(say("more", listed=LISTED, rest=len(findings) - LISTED))
    if written.uncommented:
        told.append(say("uncommented", rest=written.uncommented))
    if written.cut:
        told.append(say("cut_cells", count=written.cut))
    return told + [say("only_marked", sheet=sheet) for sheet in written.rows]


def _line(page: Worksheet, made: Looks, row: int, number: int, finding: dict[str, Any], sheet: dict[str, Any] | None, written: Written, widths: dict[str, float], say: Any) -> None:
    name = written.names.get(finding["sheet"])
    texts = {
        "sheet": (name or finding["sheet"] or "") + (say("hidden") if (sheet or {}).get("hidden") else ""), "column": finding.get("column") or "", "value": str(finding.get("value") or ""),
        "severity": say(f"severity.{finding['severity']}"), "reason": finding["reason"], "remedy": finding["remedy"],
    }
    at = column(finding, sheet)
    if at is not None and at >= written.shifts.get(finding["sheet"], at + 1):
        at += 1
    if at is not None and texts["column"]:
        texts["column"] = f"{letter(at)}  {texts['column']}"
    tone = finding["severity"]
    page.set_row(row, looks.height(max(looks.lines(text, widths[key]) for key, text in texts.items()), rest=6))
    for place, key in enumerate(WIDTHS):
        if key == "number":
            page.write_number(row, place, number, made.format("number", "count"))
        elif key == "row":
            _link(page, made, row, place, finding.get("row"), name, at, written.rows.get(finding["sheet"], {}))
        else:
            page.write_string(row, place, inert(texts[key]), made.format("text", f"centred_{tone}" if key == "severity" else "told"))


def _link(page: Worksheet, made: Looks, row: int, place: int, at_row: int | None, name: str | None, at: int | None, moved: dict[int, int]) -> None:
    """Write the number of the row as a link to its cell; a finding about the whole sheet links to its top."""
    line = moved.get(at_row, at_row) if at_row is not None else None
    if name is None:
        page.write_blank(row, place, None, made.format("text", "count"))
        return
    quoted = name.replace("'", "''")
    page.write_url(row, place, f"internal:'{quoted}'!{letter(at or 0)}{line or 1}", made.format("text", "link"), string="→" if line is None else str(line))
    if line is not None:
        page.write_number(row, place, line, made.format("number", "link"))
