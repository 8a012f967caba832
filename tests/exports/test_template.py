"""Templates: empty ones load as empty, filled ones without a word, and what they say to a person is there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kpi.exports import guides, headers, notes, template
from kpi.exports.choices import CHOICES
from kpi.exports.fields import Field, Table
from kpi.exports.tables import BY_NAME, TABLES
from kpi.exports.values import choice, score, yesno
from kpi.words import LANGUAGES
from tests.exports.marking import found, mark, read

each = pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)


def value(field: Field, number: int) -> object:
    """Return what a careful clerk writes into a column."""
    if options := guides.offered(field):
        return options[number % len(options)]
    if field.kind == "time":
        return datetime(2024, 5, 6, 9 + number, 30) if number % 2 else f"2024年5月{6 + number}日上午"
    return {"id": f"00{12 + number}", "phone": "13800001234", "yuan": 1200.5, "number": 12.5, "count": number}.get(field.kind, f"某处{number}")


def filled(path: Path, table: Table, rows: int = 3, month: str = "2024年5月") -> list[dict[str, object]]:
    """Fill the first rows of a template as it lies open in a spreadsheet, and return what was written."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    page["A1"].value = month + table.zh
    page["A3"].value += "一号网格"
    written = []
    for number in range(rows):
        row = {field.name: value(field, number) for field in template.fields(table)}
        for at, field in enumerate(template.fields(table), start=2):
            page.cell(template.HEADER + 2 + number, at).value = row[field.name]
        written.append(row)
    book.save(path)
    return written


@each
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_template_loads_as_empty(table, lang, tmp_path):
    path = template.write(tmp_path / template.named(table, lang), table, lang)
    report, staged = read(path, tmp_path)
    ledger, about = report["sheets"]
    assert (ledger["table"], ledger["rows"], ledger["staged"], ledger["skipped"], ledger["rejected"]) == (table.name, 1, 0, 1, 0)
    assert ledger["template"] == template.version(table) and about["own"] == "notes" and about["template"] == template.version(table)
    assert [(s["row"], s["code"]) for s in report["skips"]] == [(template.HEADER + 1, "example")]
    assert [(f["severity"], f["code"]) for f in report["findings"]] == [("info", "template_empty")] and not report["rejects"]
    assert ledger["submitter"] is None and ledger["period"] is None, "blanks to fill in say nothing yet"
    assert not any(staged.values())


@each
def test_a_filled_template_loads_without_a_word(table, tmp_path):
    path = template.write(tmp_path / template.named(table), table)
    written = filled(path, table)
    report, staged = read(path, tmp_path)
    assert not report["findings"] and not report["rejects"]
    ledger = report["sheets"][0]
    assert (ledger["staged"], ledger["skipped"], ledger["template"]) == (3, 1, template.version(table))
    assert (ledger["submitter"], ledger["period"]) == ("一号网格", "2024-05")
    for row, kept in zip(staged[table.zh], written, strict=True):
        for field in template.fields(table):
            given = kept[field.name]
            expected = yesno(given) if field.kind == "yesno" else score(given) if field.kind == "score" else choice(given, field.choice) if field.kind == "choice" else given
            if field.kind == "time":
                assert (row[field.name], row[f"{field.name}_p"]) == (given, "moment") if isinstance(given, datetime) else row[f"{field.name}_p"] == "half", field.name
            elif field.kind == "yuan":
                assert row[field.name] == 1200.5 * (10_000 if guides.unit(table, field) == "万元" else 1), field.name
            elif field.kind in ("id", "phone", "yesno", "score", "choice", "count"):
                assert row[field.name] == expected, field.name


@each
def test_headers_mean_their_columns(table):
    for field in template.fields(table):
        assert headers.find(table.name, guides.header(table, field)) == (field, 1.0), field.name


@each
def test_every_field_is_told_and_offered(table, tmp_path):
    book = openpyxl.load_workbook(template.write(tmp_path / "t.xlsx", table))
    page, about = book.worksheets
    assert (page.title, about.title) == (table.zh, "说明") and page.freeze_panes == f"C{template.HEADER + 1}"
    fields = template.fields(table)
    rows = [[c.value for c in row] for row in about.iter_rows() if row[0].value]
    told = {row[0]: row for row in rows}
    rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    for at, field in enumerate(fields, start=2):
        head = page.cell(template.HEADER, at)
        assert head.value == guides.header(table, field)
        assert str(guides.example(table, field)) in head.comment.text
        assert (told[head.value][3] or "") == str(guides.example(table, field))
        below = page.cell(template.HEADER + 2, at)
        if field.kind in ("id", "phone"):
            assert below.number_format == "@" and page.column_dimensions[head.column_letter].width >= 11
        rule = rules.get(below.coordinate)
        if guides.offered(field):
            assert rule.type == "list" and rule.formula1.strip('"').split(",") == guides.offered(field) and rule.errorStyle == "warning"
        elif field.kind == "time":
            assert rule.errorStyle == "warning" and rule.promptTitle
        else:
            assert rule is None
        if field.name in table.key:
            assert head.value.startswith("*") and head.fill.fgColor.rgb == "FF23415F"
    for group in table.required:
        for name in group:
            assert guides.header(table, table.by_name[name])[0] == ("*" if len(group) == 1 or name in table.key else "△")
    assert page.cell(template.HEADER + 1 + template.FORMATTED, 3).border.bottom.style == "thin"
    assert page.print_options is not None and page.page_setup.orientation == "landscape" and int(page.page_setup.paperSize) == 9


@each
def test_examples_are_read_as_examples_should(table):
    """The example row would load: who copies its style copies something that works."""
    from kpi.exports.outcome import Noted, Reject
    from kpi.exports.parsers import parser

    for field in template.fields(table):
        outcome = parser(field, table=table.name, header=guides.header(table, field))(guides.example(table, field))
        assert not isinstance(outcome, (Reject, Noted)), (field.name, outcome)


def test_offered_words_are_read():
    for table in TABLES:
        for field in table.fields:
            for text in guides.offered(field):
                if field.kind == "choice":
                    assert choice(text, field.choice) == text
                else:
                    assert (yesno if field.kind == "yesno" else score)(text) in (True, False, 1, 2, 3, 4, 5)


def test_long_lists_stand_on_a_hidden_sheet_that_is_read_past(tmp_path, monkeypatch):
    monkeypatch.setitem(CHOICES, "user_type", {f"很长的用户类型第{i}种": (f"很长的用户类型第{i}种",) for i in range(40)})
    table = BY_NAME["application"]
    path = template.write(tmp_path / "t.xlsx", table)
    book = openpyxl.load_workbook(path)
    assert [w.title for w in book.worksheets] == ["用气报装台账", "说明", "选项"] and book["选项"].sheet_state == "hidden"
    rule = next(r for r in book.worksheets[0].data_validations.dataValidation if "选项" in str(r.formula1))
    assert rule.formula1.replace("=", "") == "'选项'!$A$3:$A$42" and book["选项"]["A42"].value == "很长的用户类型第39种"
    report, _ = read(path, tmp_path)
    assert [s["own"] for s in report["sheets"]] == [None, "notes", "notes"]
    assert [f["code"] for f in report["findings"]] == ["template_empty"]


def test_an_older_template_is_named_as_such(tmp_path):
    table = BY_NAME["charge"]
    path = template.write(tmp_path / "t.xlsx", table)
    filled(path, table)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A2"].value = book.worksheets[0]["A2"].value.replace(template.version(table), "B5-aaaa")
    book.save(path)
    report, _ = read(path, tmp_path)
    assert report["sheets"][0]["template"] == "B5-aaaa"
    assert [(f["severity"], f["code"], f["args"]) for f in report["findings"]] == [("info", "template_old", {"seen": "B5-aaaa", "current": template.version(table)})]
    assert all(template.version(table) in e["reason"] for e in found(report) if e["code"] == "template_old")


def test_a_template_with_faults_comes_back_as_an_error_workbook_of_the_same_version(tmp_path):
    table = BY_NAME["application"]
    path = template.write(tmp_path / template.named(table), table)
    filled(path, table)
    book = openpyxl.load_workbook(path)
    cell: Worksheet = book.worksheets[0]
    at = 2 + [f.name for f in template.fields(table)].index("gas_on_at")
    cell.cell(template.HEADER + 2, at).value = "2024-02-30"
    book.save(path)
    report, _ = read(path, tmp_path)
    again, staged = read(mark(path, tmp_path, report, found(report)), tmp_path)
    assert [s["own"] for s in again["sheets"]] == ["errors", None, "notes"] and again["sheets"][1]["template"] == template.version(table)
    assert [r["code"] for r in again["rejects"]] == ["date_impossible"] and len(staged[table.zh]) == 3


def test_all_ten_and_the_same_bytes_each_time(tmp_path):
    paths = template.all(tmp_path / "one")
    assert [p.name for p in paths] == [f"{t.zh}模板.xlsx" for t in TABLES] and sorted(p.name for p in (tmp_path / "one").iterdir()) == sorted(p.name for p in paths)
    assert [p.read_bytes() for p in template.all(tmp_path / "two")] == [p.read_bytes() for p in paths]


def test_notes_name_what_stands_in_for_a_key(tmp_path):
    page = openpyxl.load_workbook(template.write(tmp_path / "t.xlsx", BY_NAME["application"]))["说明"]
    said = [row[0].value for row in page.iter_rows(max_row=notes.STEPS + 2)]
    assert any("用户名称、用气地址" in str(text) for text in said) and len([t for t in said if t]) == notes.STEPS + 2
