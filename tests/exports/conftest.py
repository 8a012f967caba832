"""Workbooks and text files made on the spot, and a reading of them inside this process."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from kpi.exports import child
from kpi.exports.limits import Limits
from tests.exports.staged import staged_rows

FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm", time: "hh:mm"}


def xlsx(path: Path, sheets: dict[str, list[list[Any]]], *, merges: dict[str, list[str]] | None = None, hidden: tuple[str, ...] = ()) -> Path:
    """Write rows to an .xlsx; a date is a date cell, a string beginning with = a formula; merges keep the value of their first cell."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for area in (merges or {}).get(name, []):
            sheet.merge_range(area, "")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, (date, datetime, time)):
                    sheet.write_datetime(r, c, value, formats[type(value)])
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(r, c, value)
                elif value is not None and value != "":
                    sheet.write(r, c, value)
        if name in hidden:
            sheet.hide()
    book.close()
    return path


def text(path: Path, rows: list[list[Any]], *, encoding: str = "utf-8", separator: str = ",") -> Path:
    """Write rows to a text file."""
    held = io.StringIO()
    csv.writer(held, delimiter=separator, lineterminator="\r\n").writerows([["" if v is None else v for v in row] for row in rows])
    path.write_bytes(held.getvalue().encode(encoding))
    return path


class Reading:
    """A report with its staged rows, after checking that every row is counted once."""

    def __init__(self, report: dict[str, Any], out: Path) -> None:
        self.report = report
        self.sheets = report["sheets"]
        self.rejects, self.findings, self.skips = report["rejects"], report["findings"], report["skips"]
        self.rows: list[list[dict[str, Any]]] = []
        for sheet in self.sheets:
            assert sheet["staged"] + sheet["rejected"] + sheet["skipped"] == sheet["rows"], sheet
            staged = staged_rows(out / sheet["parquet"], sheet["table"]) if sheet["parquet"] else []
            assert len(staged) == sheet["staged"]
            self.rows.append(staged)
        assert sum(s["rejected"] for s in self.sheets) == sum(1 for r in self.rejects if r["level"] == "row")
        assert sum(s["skipped"] for s in self.sheets) == len(self.skips)
        loaded = {(s["sheet"], row["_row"]) for s, rows in zip(self.sheets, self.rows, strict=True) for row in rows}
        assert all((r["sheet"], r["row"]) in loaded for r in self.rejects if r["level"] == "cell"), "a cell reject leaves its row loaded"

    @property
    def first(self) -> list[dict[str, Any]]:
        """Staged rows of the first sheet."""
        return self.rows[0]

    def codes(self, kind: str = "rejects") -> list[tuple[Any, ...]]:
        """Entries as (row, column, code)."""
        return [(e["row"], e.get("column", ""), e["code"]) for e in getattr(self, kind)]


@pytest.fixture
def reading(tmp_path):
    """Return a function that reads a file inside this process."""

    def run(path: Path, *, name: str | None = None, period: str | None = None, submitter: str | None = None, mapping: Any = None, limits: Limits | None = None) -> Reading:
        out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
        out.mkdir()
        options = {"name": name or path.name, "period": period, "submitter": submitter, "mapping": mapping}
        return Reading(child.run(path, out, options, limits or Limits(), lambda rows: None), out)

    return run


@pytest.fixture
def ledger(tmp_path, reading):
    """Return a function that writes one sheet of rows as .xlsx and reads it."""

    def run(rows: list[list[Any]], *, sheet: str = "台账", merges: list[str] | None = None, **options: Any) -> Reading:
        path = xlsx(tmp_path / f"ledger{len(list(tmp_path.iterdir()))}.xlsx", {sheet: rows}, merges={sheet: merges or []})
        return reading(path, **options)

    return run
