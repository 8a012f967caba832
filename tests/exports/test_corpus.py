"""Every file of the corpus gives exactly what is expected of each of its rows, and every dirt has a file."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kpi.exports import reader
from kpi.exports.recognise import recognise
from kpi.exports.sheets import Sheet as Sheets
from kpi.exports.tables import BY_NAME
from kpi.problems import Problem
from tests.exports.corpus import CASES
from tests.exports.corpus.case import Case, Loaded, Rejected, Sheet, Skipped
from tests.exports.corpus.dirts import LITERALS, SHAPES
from tests.exports.corpus.synonyms import RANGES, SYNONYMS


def value(table: str, row: dict[str, Any], name: str) -> Any:
    """Return a staged value, of a time its span."""
    field = BY_NAME[table].by_name.get(name)
    if field is None or field.kind != "time":
        return row[name]
    span = tuple(row[column] for column, _ in field.columns)
    return None if span == (None, None, None) else span


def fates(found: Any, sheet: dict[str, Any], staged: list[dict[str, Any]], wanted: Sheet) -> dict[int, Any]:
    """Return what became of each row of a sheet, in the words of the corpus."""
    name = sheet["sheet"]
    rejects = [r for r in found.rejects if r["sheet"] == name]
    seen: dict[int, Any] = {s["row"]: Skipped(s["code"]) for s in found.skips if s["sheet"] == name}
    seen |= {r["row"]: Rejected(r["code"], r["column"]) for r in rejects if r["level"] == "row"}
    for row in staged:
        asked = wanted.rows.get(row["_row"])
        names = asked.values if isinstance(asked, Loaded) else ()
        cells = tuple((r["column"], r["code"]) for r in rejects if r["level"] == "cell" and r["row"] == row["_row"])
        seen[row["_row"]] = Loaded({n: value(sheet["table"], row, n) for n in names}, tuple(sorted(cells)))
    return seen


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_row_meets_its_fate(case: Case, tmp_path, reading):
    folder = tmp_path / "in"
    folder.mkdir()
    case.build(folder)
    if case.problem:
        with pytest.raises(Problem) as caught:
            reading(folder / case.name, **case.options)
        assert case.problem in caught.value.zh and "请" in caught.value.zh, caught.value.zh
        return
    found = reading(folder / case.name, **case.options)
    assert (found.report["kind"], found.report["encoding"]) == (case.kind or found.report["kind"], case.encoding)
    assert [s["sheet"] for s in found.sheets] == list(case.sheets)
    for sheet, staged in zip(found.sheets, found.rows, strict=True):
        wanted = case.sheets[sheet["sheet"]]
        assert sheet["table"] == wanted.table
        expected = {n: row._replace(cells=tuple(sorted(row.cells))) if isinstance(row, Loaded) else row for n, row in wanted.rows.items()}
        seen = fates(found, sheet, staged, wanted)
        wrong = [f"{sheet['sheet']}, row {n}: {seen.get(n)} instead of {expected.get(n)}" for n in sorted({*expected, *seen}) if seen.get(n) != expected.get(n)]
        assert not wrong, "\n".join(wrong)
        assert sheet["rows"] == len(expected), "rows"
        told = Counter((f["row"], f["column"], f["code"]) for f in found.findings if f["sheet"] == sheet["sheet"])
        assert told == Counter(wanted.findings)
        assert {name: sheet[name] for name in wanted.stated} == dict(wanted.stated)


@pytest.mark.parametrize("name", ["十表-报装.xlsx", "错误值.xls", "公式未算.ods", "文本-引号.csv", "文本-两种编码.csv", "加密.xls"])
def test_the_confined_child_says_the_same(name, tmp_path, reading):
    case = next(case for case in CASES if case.name == name)
    case.build(tmp_path)
    if case.problem:
        with pytest.raises(Problem) as caught:
            reader.read(tmp_path / name, tmp_path / "out")
        assert case.problem in caught.value.zh
        return
    report = reader.read(tmp_path / name, tmp_path / "out")
    assert {key: report[key] for key in report if key != "reader"} == reading(tmp_path / name).report


def test_names_are_unique():
    assert [name for name, times in Counter(case.name for case in CASES).items() if times > 1] == []


@pytest.mark.parametrize("dirt", LITERALS)
def test_every_dirty_value_stands_in_a_file(dirt):
    builders, cells = LITERALS[dirt]
    carried = {text for case in CASES if case.builder in builders.split() or case.name.split(".")[0] in builders.split() for text in case.texts}
    assert {cell for cell in cells.split(" | ") if cell not in carried} == set()


def test_every_dirty_shape_has_a_file():
    built = {case.builder for case in CASES}
    assert {dirt: builder for dirt, builder in SHAPES.items() if builder not in built} == {}


@pytest.mark.parametrize("table", SYNONYMS)
def test_every_header_is_recognised_under_every_name(table):
    """Columns under their first, second … name, from the left and from the right: each is found."""
    names = {field: written.split(" ") for field, written in SYNONYMS[table].items()}
    for turn in range(max(map(len, names.values()))):
        header = {field: written[turn % len(written)] for field, written in names.items()}
        for fields in (list(header), list(reversed(header))):
            row = [header[field] for field in fields]
            found = recognise(Sheets(name="", index=0, rows=iter(())), [row, ["x"] * len(row)], "")
            assert found is not None and found.table.name == table, row
            assert {c.at: c.field.name for c in found.columns if c.field is not None and c.certainty > 0.5} == dict(enumerate(fields)), row


@pytest.mark.parametrize("table", RANGES)
def test_every_header_of_beginning_and_end_is_recognised(table):
    first, last, written = RANGES[table]
    for name in written.split():
        row = [BY_NAME[table].by_name[field].zh for field in SYNONYMS[table] if field not in (first, last)] + [name]
        found = recognise(Sheets(name="", index=0, rows=iter(())), [row, ["x"] * len(row)], "")
        assert [(c.field.name, c.end) for c in found.columns if c.at == len(row) - 1] == [(first, "first"), (last, "last")]


def test_the_corpus_covers_every_table_kind_and_encoding():
    assert len(CASES) >= 200
    assert {sheet.table for case in CASES for sheet in case.sheets.values()} >= set(BY_NAME)
    assert {case.name.rsplit(".", 1)[1] for case in CASES} >= {"xlsx", "xls", "xlsb", "ods", "csv", "tsv", "xlsm", "et"}
    assert {case.encoding for case in CASES} >= {"utf-8", "utf-8-sig", "gb18030", "utf-16"}
    assert {type(row) for case in CASES for sheet in case.sheets.values() for row in sheet.rows.values()} == {Loaded, Rejected, Skipped}
    assert sum(1 for case in CASES if case.problem) >= 40
