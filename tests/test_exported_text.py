"""Text that looks like a formula arrives as text in everything the product hands out."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi import pipeline
from kpi.__main__ import main
from kpi.exports import marked, reader, template
from kpi.printing import CALCULATED, show
from kpi.reports.workbook import month_workbook
from kpi.words import LANGUAGES
from tests.exports.marking import found

ROOT = Path(__file__).parents[1]
SIGNS = ("=", "+", "-", "@", "\t", "\r")
HOSTILE = ('=HYPERLINK("http://x.invalid","点我")', "+1+1", "-2+3", "@SUM(1+1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0", "＝1+1", "<r><t>甲</t></r>", "<r>坏</c></r>")
HEADER = ["报装编号", "用户名称", "网格", "客户经理", "报装日期", "具备通气条件时间", "通气时间", "用户提供资料数", "超时原因", "备注"]


def rows() -> list[list[str]]:
    found = []
    for number, text in enumerate(HOSTILE):
        gas_on = "2024-05-09 16:00" if number % 2 else "2024-05-06 10:00"
        found.append([f"{text}{number}", f"{text}公司", f"{text}网格", text, "2024-05-01", "2024-05-06 09:00", gas_on, "两份吧" if number % 3 else "0", text, text])
    return found


@pytest.fixture(scope="module")
def ledger(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "用气报装台账2024年5月.csv"
    held = io.StringIO()
    csv.writer(held).writerows([HEADER, *rows()])
    path.write_bytes(held.getvalue().encode("gb18030"))
    return path


@pytest.fixture(scope="module")
def home(ledger, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("home") / "store"
    report = pipeline.load([ledger], home, cutoff="2024-06-02")
    assert report["files"][0]["sheets"][0]["loaded"] >= len(HOSTILE) - 2
    return home


def texts(content: bytes | Path) -> list[str]:
    """Return all texts of a workbook, after looking that none is a formula and every other cell is a number, a date or empty."""
    book = openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content)
    held = []
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type in "snbd", (page.title, cell.coordinate, cell.value)
                if isinstance(cell.value, str):
                    assert cell.data_type == "s", (page.title, cell.coordinate, cell.value)
                    held.append(cell.value)
    return held


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_month_as_a_workbook(home, lang):
    held = texts(month_workbook(pipeline.reader(home), "2024-05", lang))
    assert {sign for sign in SIGNS for text in held if text.startswith(sign)} >= {"=", "+", "@"}, "the hostile names are really in it"


def test_the_error_workbook(ledger, tmp_path):
    report = reader.read(ledger, tmp_path / "staged")
    out = marked.write(ledger, tmp_path / "out.xlsx", report, found(report), name=ledger.name)
    held = texts(out)
    for line in rows():
        for text in line:
            if text and not text.startswith("\r"):
                assert text in held, text


def test_templates(tmp_path):
    for path in template.all(tmp_path):
        assert texts(path)


@pytest.mark.parametrize("command", [["cases", "valve_on_time", "--month", "2024-05"], ["compute", "valve_on_time", "--by", "grid,manager", "--month", "2024-05"], ["status"], ["batches"]])
def test_csv_of_the_command_line(home, command, capsys, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(home))
    if command[0] == "compute":
        command = [*command[:-2], "--from", "2024-05", "--to", "2024-05"]
    assert main([*command, "--format", "csv"]) == 0
    printed = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert len(printed) > 1
    for line in printed[1:]:
        for text in line:
            assert not text.startswith(CALCULATED) or _number(text), text
    if command[0] in ("cases", "compute"):
        assert any(text.startswith("'=") for line in printed for text in line), "the hostile keys are really in it"


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)), min_size=1, max_size=5))
def test_csv_gives_every_text_back(cells):
    """One leading apostrophe off, and the text is as it was: a program loses nothing."""
    out = io.StringIO(newline="")
    show([{str(number): cell for number, cell in enumerate(cells)}], "csv", out)
    (_, line) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert [text.removeprefix("'") for text in line] == cells
    assert not any(text.startswith(CALCULATED) for text in line)


def test_numbers_of_a_csv_stay_numbers():
    out = io.StringIO()
    show([{"a": -1.5, "b": -2, "c": None, "d": "-1.5"}], "csv", out)
    assert out.getvalue() == "a,b,c,d\n-1.5,-2,,'-1.5\n"


def test_nobody_else_writes_tables():
    """Whatever writes cells goes through the writers looked at above; a new writer belongs into this test."""
    writers = {"kpi/printing.py", "kpi/reports/bound.py", "kpi/exports/looks.py", "kpi/sample/files.py", "kpi/standards/notice.py"}
    writing = re.compile(r"(?:xlsxwriter|xlwt|openpyxl)\.Workbook\(|csv\.(?:w|DictW)riter\(|\.to_(?:csv|excel)\(|\.write_formula\(|st\.(?:dataframe|data_editor)\(")
    found = {path.relative_to(ROOT).as_posix() for folder in ("kpi", "pages") for path in (ROOT / folder).rglob("*.py") if writing.search(path.read_text(encoding="utf-8"))}
    assert found == writers
