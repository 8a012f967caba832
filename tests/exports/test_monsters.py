"""Files of monstrous length: endless tables, rows and cells are answered within seconds and bounded memory (see also test_hostile)."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from kpi.exports import reader
from kpi.exports.limits import MB, Limits
from kpi.problems import DataProblem, Problem
from tests.exports.conftest import xlsx
from tests.exports.corpus.features import rewritten
from tests.exports.corpus.writers import ods

ROWS = [["报装编号", "报装日期", "备注"], ["BZ1", "2023-03-10", "示例"]]
LIMITS = Limits(memory_bytes=700 * MB, seconds=60)
SHEET = "xl/worksheets/sheet1.xml"


def processor() -> float:
    """Return the seconds of processor time of this process and its children: a busy machine does not count."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def answer(path: Path, tmp_path: Path, *, seconds: float = 10, limits: Limits = LIMITS) -> dict | Problem:
    """Read a file and return the report or the problem, after checking how much work it was and that it says what to do."""
    began = processor()
    try:
        found: dict | Problem = reader.read(path, tmp_path / f"out-{path.name}", limits=limits)
    except Problem as problem:
        found = problem
        assert "请" in problem.zh and problem.en and "程序出错" not in problem.zh, problem.zh
    assert processor() - began < seconds
    return found


def loaded(report: dict | Problem) -> int:
    """Return how many rows of the first sheet were loaded."""
    assert isinstance(report, dict), report
    sheet = report["sheets"][0]
    assert sheet["staged"] + sheet["rejected"] + sheet["skipped"] == sheet["rows"]
    return sheet["staged"]


def test_a_header_and_then_nothing_but_zero_bytes(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as handle:
        handle.write("报装编号,报装日期\nBZ1,2023-03-10\n".encode() * 400)
        handle.truncate(200 * MB)
    assert isinstance(answer(path, tmp_path), DataProblem)


@pytest.mark.parametrize("cell", ["x" * 32_767, " " * 32_766 + "x", "（" * 32_000, "一" * 32_000, "2023-03-10 " * 2_900, "1" * 32_000])
def test_very_long_cells_anywhere(cell, tmp_path, reading):
    row = ["BZ1", "2023-03-10", cell, cell, cell, cell]
    header = ["报装编号", "报装日期", "备注", "合同金额（元）", "通气时间", "联系电话"]
    path = xlsx(tmp_path / "a.xlsx", {"台账": [[cell], header, row, [cell, *row[1:]], [cell]]})
    began = processor()
    found = reading(path)
    assert processor() - began < 2
    assert found.sheets[0]["rows"] == 3


def test_an_ods_that_never_ends(tmp_path):
    path = ods(tmp_path / "a.ods", {"台账": ROWS, "说明": ROWS})
    ends = ("</table:table>", "</table:table-row>", "</text:p>", "</office:spreadsheet></office:body></office:document-content>")
    for number, end in enumerate(ends):
        broken = tmp_path / f"b{number}.ods"
        broken.write_bytes(path.read_bytes())
        assert isinstance(answer(rewritten(broken, "content.xml", lambda xml, end=end: xml.replace(end, "", 1)), tmp_path), DataProblem)


def test_entities_of_an_ods_are_never_expanded(tmp_path):
    laughs = '<!DOCTYPE x [<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)) + "]>"
    for name, entity in (("a.ods", laughs), ("b.ods", '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>')):
        path = ods(tmp_path / name, {"台账": ROWS})
        found = answer(rewritten(path, "content.xml", lambda xml, entity=entity: xml.replace("?>", "?>" + entity, 1).replace("<text:p>示例", "<text:p>&l9;")), tmp_path)
        assert "root:" not in str(found) and "haha" not in str(found)


def test_a_million_rows_with_looks_only(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", {"台账": ROWS})
    empty = "".join(f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in range(3, 1_048_577))
    assert loaded(answer(rewritten(path, SHEET, lambda xml: xml.replace("</sheetData>", f"{empty}</sheetData>")), tmp_path, seconds=20)) == 1


@pytest.mark.parametrize(("line", "word"), [(b"A1," + b"x" * 40_000_000, "没有尽头"), (b'A1,"' + b"x" * 40_000_000, "引号")])
def test_a_line_without_an_end(line, word, tmp_path):
    """The reason is told rightly: a quotation mark only where there is one."""
    path = tmp_path / "a.csv"
    path.write_bytes("报装编号,用户名称,报装日期\n".encode() + line + b"\nA2,x,2023-03-10\n")
    found = answer(path, tmp_path)
    assert isinstance(found, DataProblem) and word in found.zh


def test_a_million_rows_that_end_with_a_carriage_return(tmp_path):
    """No piece of such a file ends with a line feed: its records still come in blocks."""
    path = tmp_path / "a.csv"
    path.write_bytes("报装编号,报装日期\r".encode() + b"B1,2023-03-10,\r" * 400_000)
    report = answer(path, tmp_path, limits=Limits(memory_bytes=450 * MB, seconds=60))
    assert isinstance(report, dict) and report["sheets"][0]["rows"] == 400_000
