"""Empty templates: one workbook per table with drop-down lists, an example row, and a sheet that says how to fill it in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from kpi.exports import guides, looks, notes
from kpi.exports.edition import version
from kpi.exports.fields import Field, Table
from kpi.exports.headers import letter
from kpi.exports.lines import Looks
from kpi.exports.tables import TABLES
from kpi.words import word

__all__ = ["all", "named", "version", "write"]

HEADER = 4
"""The header's row: below the title, the notes and who reports."""
FORMATTED = 500
"""Rows below the example that are ready to be filled in."""
LEFT_OUT = frozenset(["is_test", "docs_zero"])
"""Columns nobody should fill in by hand: tests are no cases, and no documents is said by their number."""
MONTHLY = frozenset(["application", "visit", "charge", "appeal", "followup", "clock_stop", "work"])
"""Tables handed in month by month: their title leaves room for year and month."""
_PAGE = 190.0
"""Width of the columns that are still legible on one page across."""
_LONGEST_LIST = 255
_KEPT_AS_TEXT = frozenset(["id", "phone", "text", "name", "free", "choice", "yesno", "score"])


def named(table: Table, lang: str = "zh") -> str:
    """Return the file name of a table's template."""
    return word("files.template.file", lang, table=table.zh)


def fields(table: Table) -> list[Field]:
    """Return the columns of a table's template in order."""
    return [field for field in table.fields if field.name not in LEFT_OUT]


def write(out: Path, table: Table, lang: str = "zh") -> Path:
    """Write the template of a table to the file `out` and return it; a file there is replaced as a whole."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        part = Path(folder) / "template.xlsx"
        _write(part, table, lang)
        os.replace(part, out)
    return out


def all(out_dir: Path, lang: str = "zh") -> list[Path]:
    """Write the templates of every table into a folder and return them."""
    return [write(out_dir / named(table, lang), table, lang) for table in TABLES]


def _write(path: Path, table: Table, lang: str) -> None:
    book = looks.workbook(path, lang)
    made = Looks(book, looks.looks(lang))
    columns = fields(table)
    page = book.add_worksheet(table.zh)
    notes.write(book, made, table, columns, lang)
    long = {field.name: words for field in columns if _long(words := guides.offered(field))}
    where = notes.options(book, made, table, long, lang) if long else {}
    _titles(page, made, table, lang)
    _columns(book, page, made, table, columns, lang)
    for at, field in enumerate(columns, start=1):
        _validate(page, at, field, where.get(field.name), lang)
    page.freeze_panes(HEADER, 2)
    page.repeat_rows(0, HEADER - 1)
    page.repeat_columns(0, 1)
    page.print_area(0, 0, HEADER + FORMATTED, len(columns))
    page.ignore_errors({"number_stored_as_text": f"A1:{letter(len(columns))}{HEADER + FORMATTED + 1}"})
    page.activate()
    page.set_selection(HEADER + 1, 1, HEADER + 1, 1)
    book.close()


def _long(words: Sequence[str]) -> bool:
    """Whether a list does not fit into a validation rule: Excel keeps 255 signs there, and parts them at commas."""
    return len(",".join(words)) > _LONGEST_LIST or any("," in text for text in words)


def _titles(page: Worksheet, made: Looks, table: Table, lang: str) -> None:
    page.set_row(0, 28)
    page.write_string(0, 0, word("files.template.title", lang, table=table.zh) if table.name in MONTHLY else table.zh, made.format("text", "title"))
    told = word("files.template.version", lang, version=version(table))
    page.set_row(1, 17)
    page.write_string(1, 0, word("files.template.lead", lang, version=told), made.format("text", "note"))
    page.set_row(2, 17)
    page.write_string(2, 0, word("files.template.submitter", lang), made.format("text", ""))


def _columns(book: Workbook, page: Worksheet, made: Looks, table: Table, columns: list[Field], lang: str) -> None:
    """Write header, comments, example row and the rows to fill in."""
    base = looks.looks(lang)
    cell = {"border": 1, "border_color": looks.LINE, **base[""]}
    plain, text = book.add_format(cell), book.add_format({**cell, "num_format": "@"})
    below = made.format("id", "")
    total = 0.0
    shown = {shape: book.add_format({**cell, "italic": True, "font_color": looks.MUTED, "bg_color": looks.BAND, "num_format": shape}) for shape in ("General", "@")}
    heads = {
        "": made.format("text", "head"),
        "one": book.add_format({**base["head"], "bg_color": "#FFF3D6"}),
        "must": book.add_format({**base["head"], "bg_color": "#23415F", "font_color": "#FFFFFF"}),
    }
    page.set_row(HEADER - 1, 34)
    page.set_column(0, 0, 6)
    page.write_string(HEADER - 1, 0, word("files.template.serial", lang), heads[""])
    page.write_string(HEADER, 0, word("files.template.example", lang), shown["@"])
    for row in range(HEADER + 1, HEADER + 1 + FORMATTED):
        page.write_blank(row, 0, None, plain)
    for at, field in enumerate(columns, start=1):
        need = guides.needed(table, field)
        header, value = guides.header(table, field), guides.example(table, field)
        kept = field.kind in _KEPT_AS_TEXT
        width = min(30.0, max(11.0, looks.span(header) * 0.7 + 3, looks.span(str(value)) + 3))
        total += width
        page.set_column(at, at, width, below if field.kind in ("id", "phone") else None)
        page.write_string(HEADER - 1, at, header, heads[need])
        told = guides.format_of(table, field, lang)
        key = {"must": "comment_required", "one": "comment_one", "": "comment"}[need]
        comment = word(f"files.template.{key}", lang, format=told, example=value)
        page.write_comment(HEADER - 1, at, comment, {"width": 240, "height": 15 * looks.lines(comment, 36) + 10, "font_size": 9, "font_name": looks.FONTS[lang], "color": "#FFFDE7"})
        if isinstance(value, str):
            page.write_string(HEADER, at, value, shown["@" if kept else "General"])
        else:
            page.write_number(HEADER, at, value, shown["General"])
        for row in range(HEADER + 1, HEADER + 1 + FORMATTED):
            page.write_blank(row, at, None, text if field.kind in ("id", "phone") else plain)
    looks.printed(page, word("files.marked.page", lang), across=max(1, round(total / _PAGE)))


def _validate(page: Worksheet, at: int, field: Field, listed: str | None, lang: str) -> None:
    """Offer the words of a closed list; warn, but never refuse: other spellings are read as well."""

    def say(key: str) -> str:
        return word(f"files.template.{key}", lang)

    words = guides.offered(field)
    rule: dict[str, object] = {"error_type": "warning", "ignore_blank": True}
    if words:
        rule |= {"validate": "list", "source": listed or words, "error_title": say("not_listed.title"), "error_message": say("not_listed.text")}
    elif field.kind == "time":
        rule |= {
            "validate": "custom", "value": f"=OR(ISNUMBER({letter(at)}{HEADER + 2}),ISNUMBER(DATEVALUE({letter(at)}{HEADER + 2})))",
            "input_title": field.zh[:32], "input_message": say("ask_time"), "error_title": say("not_a_date.title"), "error_message": say("not_a_date.text"),
        }
    else:
        return
    page.data_validation(HEADER + 1, at, HEADER + FORMATTED, at, rule)
