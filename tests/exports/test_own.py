"""Our own sheets and our own column are known again, by fixed words alone, and nobody else's are."""

from __future__ import annotations

import pytest

from kpi.exports import headers, own
from kpi.exports.edition import version
from kpi.exports.fields import Table
from kpi.exports.tables import BY_NAME, TABLES
from kpi.words import LANGUAGES, word


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_written_are_the_words_recognised(lang):
    told = word("files.template.version", lang, version=version(TABLES[0]))
    assert own.kind("", [[word("files.marked.title", lang)]]) == ("errors", None)
    assert own.kind("", [[word("files.template.notes_title", lang, version=told)]]) == ("notes", version(TABLES[0]))
    assert own.kind("", [[word("files.template.options_title", lang, version=told)]]) == ("notes", version(TABLES[0]))
    assert own.template([["用气报装台账"], ["", word("files.template.lead", lang, version=told)]]) == version(TABLES[0])
    assert own.column([["标题"], ["编号", "", word("files.marked.column", lang)]]) == 2


@pytest.mark.parametrize(
    "rows", [[], [[]], [[None]], [[12.0]], [["错误清单"]], [["错误清单", "导入时自动忽略本表"]], [["填表说明：请按月填报"]], [["用气报装台账"], ["错误清单（导入时自动忽略本表，版本 1）"]]]
)
def test_sheets_of_others_stay_theirs(rows):
    assert own.kind("错误清单", rows) is None


def test_the_word_below_a_header_is_the_users_own():
    assert own.column([["编号", "备注"], ["B1", "错误说明"]]) is None
    assert own.column([["编号", "备注", "错误说明"], ["B1", "错误说明", ""]]) == 2


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_the_column_of_messages_means_no_field(table):
    for header in own.HEADERS:
        assert headers.find(table.name, header) is None


@pytest.mark.parametrize(
    ("cells", "left"),
    [(["a", "b", "x"], ["a", "b"]), (["a", "b", "x", "", None], ["a", "b"]), (["a", "b", "x", "", "c", ""], ["a", "b", "", "", "c"]), (["a"], ["a"]), (["a", ""], ["a", ""]), ([], [])],
)
def test_a_row_without_its_message(cells, left):
    assert own.unmarked(cells, 2) == left


def test_versions_differ_by_table_and_with_every_declaration():
    assert len({version(table) for table in TABLES}) == len(TABLES)
    table = BY_NAME["park"]
    shorter = Table(**{**{name: getattr(table, name) for name in ("name", "code", "zh", "en", "key", "fallback", "required", "hints", "fields")}, "fields": table.fields[:-1]})
    assert version(shorter) != version(table)
    assert version(table).startswith("B10-") and version(table)[4:].isalpha(), "figures could be taken for a year"
