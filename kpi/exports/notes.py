"""The sheets of a template that hold no records: 说明, how to fill in each column, and the hidden 选项 with long lists."""

from __future__ import annotations

from xlsxwriter import Workbook

from kpi.exports import guides, looks
from kpi.exports.edition import version
from kpi.exports.fields import Field, Table
from kpi.exports.headers import letter
from kpi.exports.lines import Looks
from kpi.words import word

WIDTHS = {"name": 24, "needed": 16, "format": 56, "example": 22, "synonyms": 58}
STEPS = 5


def write(book: Workbook, made: Looks, table: Table, columns: list[Field], lang: str) -> None:
    """Write the sheet 说明: what an upload does, and each column with its format, allowed words, example and other headers."""

    def say(key: str, **values: str) -> str:
        return word(f"files.template.{key}", lang, **values)

    page = book.add_worksheet(say("notes"))
    for at, width in enumerate(WIDTHS.values()):
        page.set_column(at, at, width)
    page.set_row(0, 28)
    page.write_string(0, 0, say("notes_title", version=say("version", version=version(table))), made.format("text", "title"))
    told = [say(f"step.{number}", table=table.zh) for number in range(1, STEPS + 1)]
    if table.fallback:
        names = "、".join(table.by_name[name].zh for name in table.fallback)
        told.append(say("key_or", keys="、".join(table.by_name[name].zh for name in table.key), fallback=names))
    row = 1
    for text in told:
        page.set_row(row, looks.height(looks.lines(text, sum(WIDTHS.values())), 15, 3))
        page.merge_range(row, 0, row, len(WIDTHS) - 1, text, made.format("text", "lead"))
        row += 1
    row += 1
    page.set_row(row, 20)
    for at, key in enumerate(WIDTHS):
        page.write_string(row, at, say(f"column.{key}"), made.format("text", "head"))
    page.freeze_panes(row + 1, 1)
    page.repeat_rows(row)
    for field in columns:
        row += 1
        need = "key" if table.fallback and field.name in table.key else guides.needed(table, field) or "none"
        texts = {
            "name": guides.header(table, field), "needed": say(f"needed.{need}"), "format": guides.format_of(table, field, lang),
            "example": str(guides.example(table, field)), "synonyms": "、".join(field.headers[1:]),
        }
        page.set_row(row, looks.height(max(looks.lines(text, WIDTHS[key]) for key, text in texts.items()), rest=5))
        for at, (key, text) in enumerate(texts.items()):
            page.write_string(row, at, text, made.format("text", "count" if key == "needed" else "told"))
    page.hide_gridlines(2)
    looks.printed(page, word("files.marked.page", lang))


def options(book: Workbook, made: Looks, table: Table, lists: dict[str, list[str]], lang: str) -> dict[str, str]:
    """Write the hidden sheet 选项 and return {column: its range} for lists too long for a validation rule."""
    name = word("files.template.options", lang)
    page = book.add_worksheet(name)
    page.write_string(0, 0, word("files.template.options_title", lang, version=word("files.template.version", lang, version=version(table))), made.format("text", "title"))
    where = {}
    for at, (field, words) in enumerate(lists.items()):
        page.write_string(1, at, table.by_name[field].zh, made.format("text", "head"))
        for row, text in enumerate(words, start=2):
            page.write_string(row, at, text, made.format("text", ""))
        where[field] = f"='{name}'!${letter(at)}$3:${letter(at)}${len(words) + 2}"
    page.hide()
    return where
