"""The government's report as a workbook: the tables of its CSV files, one sheet each, numbers as numbers, ready to print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kpi.reports import government
from kpi.reports.book import Book
from kpi.words import word

WIDTHS = {
    "promises": (32, 9, 9, 11, 44, 9, 10, 10, 8), "indicators": (22, 38, 20, 12, 10, 16, 9, 8), "breakdowns": (20, 22, 34, *(9,) * 5), "definitions": (26, 8, 40, 34, 18, 34, 14), "about": (18, 90),
}
ENGLISH = {"promises": {0: 43}, "indicators": {0: 28}, "breakdowns": {2: 43}}
"""Columns whose English words are longer."""
RATE = "rate"
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")


def workbook(found: Mapping[str, Any], lang: str = "zh") -> bytes:
    """Return the workbook of the government's report (`government.data`); the same report gives the same bytes."""
    book = Book(datetime.fromisoformat(found["as_of"]) + timedelta(minutes=1), found["title"], lang)
    rates = {one["label"]: one for one in found["promises"]}
    running, page = found["title"], word("reports.page", lang)
    label, rate = (word(f"reports.government.head.{name}", lang) for name in ("label", RATE))
    for name, rows in government.tables(found, lang).items():
        widths = [ENGLISH.get(name, {}).get(column, width) if lang == "en" else width for column, width in enumerate(WIDTHS[name])]
        sheet = book.sheet(word(f"reports.government.name.{name}", lang), widths, header=running, footer=page)
        start = book.heading(sheet, f"{found['title']}　{word(f'reports.government.name.{name}', lang)}" if name != "promises" else found["title"], f"{found['period']['from']}—{found['period']['to']}")
        heads = list(rows[0]) if rows else []
        for column, head in enumerate(heads):
            book.put(sheet, start, column, head, book.head())
        sheet.set_row(start, 28)
        sheet.freeze_panes(start + 1, 1)
        sheet.repeat_rows(start)
        for at, row in enumerate(rows, start=start + 1):
            for column, (head, value) in enumerate(row.items()):
                if head == rate and value not in ("", "—"):
                    book.figure(sheet, at, column, rates[row[label]]["rate"], "ratio", font_size=9)
                elif isinstance(value, int):
                    book.figure(sheet, at, column, value, "count", font_size=9)
                else:
                    book.put(sheet, at, column, MOMENT.sub(r"\1 \2", value) or "—", book.text(font_size=9, **({"align": "right"} if value == "*" else {"indent": 1} if column else {})))
            book.fit(sheet, at, [str(value) for value in row.values()], widths[:len(row)], line=12.5, least=16.0)
    return book.close()
