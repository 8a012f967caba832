"""Every file of the corpus gives exactly what is expected of each of its rows, and every dirt has a file."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kpi.exports.tables import BY_NAME
from kpi.problems import Problem
from tests.exports.corpus import CASES
from tests.exports.corpus.case import Case, Loaded, Rejected, Sheet, Skipped


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


def test_names_are_unique():
    assert [name for name, times in Counter(case.name for case in CASES).items() if times > 1] == []
