"""What is handed out as plain files: names in the language, content as bytes; the same data gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kpi import printing
from kpi.reports import government, standard
from kpi.reports.period import Period
from kpi.words import word

MARK = "utf-8-sig"
"""With the mark by which spreadsheets know Chinese text."""


def csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows of equal keys as CSV that no spreadsheet calculates."""
    told = io.StringIO()
    printing.show(rows, "csv", told)
    return told.getvalue().encode(MARK)


def of_standard(found: standard.Standard, lang: str = "zh") -> tuple[str, bytes]:
    """Return (file name, content) of the standard table in words."""
    return standard_name(found.period, lang), csv(standard_rows(found, lang))


def standard_name(period: Period, lang: str) -> str:
    """Return the name of the standard table's file."""
    return word("reports.standard.file", lang, period=period.code)


def standard_rows(found: standard.Standard, lang: str = "zh") -> list[dict[str, str]]:
    """Return the standard table in words, each line under its headers."""
    heads = standard.heads(found, lang)
    return [dict(zip(heads, standard.cells(line, lang), strict=True)) for line in found.lines]


def of_government(found: Mapping[str, Any], lang: str = "zh") -> dict[str, bytes]:
    """Return {file name: content} of the government's report: the JSON, its schema, and a CSV for each table."""
    told, period = io.StringIO(), found["period"]["code"]
    printing.show(found, "json", told)
    files = {word("reports.government.json", lang, period=period): told.getvalue().encode(), government.SCHEMA.name: government.SCHEMA.read_bytes()}
    for name, rows in government.tables(found, lang).items():
        files[word("reports.government.file", lang, period=period, name=word(f"reports.government.name.{name}", lang))] = csv(rows)
    return files


def packed(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return files as one archive, all dated at a moment of the data."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            about = zipfile.ZipInfo(name, at.timetuple()[:6])
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(about, content)
    return out.getvalue()
