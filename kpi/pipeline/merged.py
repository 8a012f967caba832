"""What a file makes of values that are known: what it leaves blank stays, what it says otherwise is taken; one note for each column, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.exports import reader
from kpi.pipeline.cells import said
from kpi.quality.findings import column, shown_key
from kpi.words import word

IN_WORDS = 8
"""Cells that the note itself spells out; `rows` lists more."""

Note = dict[str, Any]


def notes(file: str, sheet: Mapping[str, Any], told: Mapping[str, Any], lang: str) -> list[Note]:
    """Return notes in the shape of a check's findings (docs/commands.md), each with `count` cells and `rows`: [{row, key, value that stands, was}] of the first of them.

    `told` holds what was `kept` and `changed`. Columns that the sheet has are told one by one; those it does not have, in one note of the whole sheet.
    """
    columns = {m["field"]: m for m in reversed(sheet["mapping"]) if m["field"]}
    kept = told.get("kept") or []
    found = [_changed(file, sheet, columns.get(one["field"], {}), one, lang) for one in told.get("changed") or []]
    found += [_cells(file, sheet, columns[one["field"]], one, lang) for one in kept if one["field"] in columns]
    missing = [one for one in kept if one["field"] not in columns]
    return [*found, *([_columns(file, sheet, missing, lang)] if missing else [])]


def _cells(file: str, sheet: Mapping[str, Any], at: Mapping[str, Any], one: Mapping[str, Any], lang: str) -> Note:
    table = sheet["table"]
    rows = [{"row": row, "key": shown_key(table, key), "value": said(table, one["field"], value, precision, lang)} for row, key, value, precision in one["rows"]]
    told = [word("exports.blank_kept.cell", lang, row=cell["row"], value=cell["value"]) for cell in rows[:IN_WORDS]]
    return _note(file, sheet, "blank_kept", lang, row=rows[0]["row"], column=at["header"], letter=at["column"], field=one["field"], value=rows[0]["value"], count=one["n"], rows=rows,
                 cells=_joined(told, one["n"], lang))


def _changed(file: str, sheet: Mapping[str, Any], at: Mapping[str, Any], one: Mapping[str, Any], lang: str) -> Note:
    table, field = sheet["table"], one["field"]
    rows = [{"row": row, "key": shown_key(table, key), "value": said(table, field, value, precision, lang), "was": said(table, field, was, before, lang)}
            for row, key, value, precision, was, before in one["rows"]]
    told = [word("exports.value_changed.cell", lang, **{name: cell[name] for name in ("row", "value", "was")}) for cell in rows[:IN_WORDS]]
    return _note(file, sheet, "value_changed", lang, row=rows[0]["row"], column=at.get("header"), letter=at.get("column"), field=field, value=rows[0]["value"], count=one["n"], rows=rows,
                 cells=_joined(told, one["n"], lang))


def _columns(file: str, sheet: Mapping[str, Any], missing: list[Mapping[str, Any]], lang: str) -> Note:
    told = [word("exports.column_kept.column", lang, column=column(sheet["table"], one["field"], lang), count=f"{one['n']:,}") for one in missing]
    return _note(file, sheet, "column_kept", lang, row=None, column=None, letter=None, field=None, value="", count=sum(one["n"] for one in missing), rows=[], cells=_joined(told, len(told), lang))


def _joined(told: list[str], n: int, lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(told) + (word("exports.blank_kept.more", lang) if n > len(told) else "")


def _note(file: str, sheet: Mapping[str, Any], code: str, lang: str, *, count: int, cells: str, **told: Any) -> Note:
    reason, remedy = reader.explain({"code": code, "args": {"count": f"{count:,}", "cells": cells}}, lang)
    return {"severity": "info", "level": "cell" if told["row"] else "sheet", "code": code, "table": sheet["table"], "file": file, "sheet": sheet["sheet"], "key": None, "count": count,
            "reason": reason, "remedy": remedy, **told}
