"""The error workbook: what it shows, and that it reads exactly like the file it was made of."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kpi.exports import copied, errorlist, looks, marked, reader
from kpi.exports.limits import Limits
from kpi.exports.lines import Lines, Looks
from kpi.exports.marks import Marks, anchor
from kpi.exports.tables import TABLES
from tests.exports.conftest import text, xlsx
from tests.exports.marking import found, mark, read, same
from tests.exports.test_roundtrip import ledgers

SAMPLES = sorted(p for p in (Path(__file__).parents[2] / "data" / "samples").iterdir() if p.suffix in (".xlsx", ".xls", ".csv"))

HEADER = ["报装编号", "用户名称", "联系电话", "报装日期", "具备通气条件时间", "通气时间", "环节数", "合同金额（元）", "备注"]
GOOD = ["0012", "示例一公司", "13800001234", "2024-05-06", datetime(2024, 5, 7, 9, 30), datetime(2024, 5, 7, 14, 0, 5), 1, 1200.5, "正常"]
DIRTY = [
    ["2024年5月用气报装台账"], ["填报单位：示例网格"], HEADER, GOOD,
    ["0013", "示例二公司", 13800001235.0, "2024-02-30", date(2024, 5, 7), "下午", "一次办好", "待定", "+1-2"],
    [14, "示例三公司", "电话没有", date(2024, 5, 8), time(9, 30), timedelta(hours=14), 2.5, 0.1 + 0.2, "@SUM(A1)"],
    ["", "示例四公司", "", "2024-05-09", "", "", "", "", "-1+cmd"],
    ["420500200001010011", "<b>甲&乙</b>", "", 45421.0, 45422.604166666664, "14:30", True, "12.5万元", " 前后空格 "],
    ["0016", "示例六公司", "", "", "", "", "", "", "没有报装日期"],
    ["0017", "示例七\r\n公司", "", "2024/5/1", "5月3日上午", "5.4", "", "", "_x0041_\x07\t"],
    ["0017", "示例八公司", "", "2024/5/2", "", "", "", "", "重复的编号"],
    ["合计", 9], ["填表人：示例", "", "", "", "", "", "", "", ""],
]


def dirty(folder: Path) -> Path:
    return xlsx(folder / "用气报装台账5月.xlsx", {"五月": DIRTY, "说明": [["随便写的"], ["没有表头"]], "上期": DIRTY[2:5]}, merges={"五月": ["A1:I1"]}, hidden=("上期",))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_samples_read_the_same(path, tmp_path):
    same(path, tmp_path)


def test_dirty_cells_read_the_same(tmp_path):
    out = same(dirty(tmp_path), tmp_path)
    same(out, tmp_path)


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8", ","), ("gb18030", ","), ("utf-8-sig", "\t"), ("utf-16", ";")])
def test_text_files_read_the_same(encoding, separator, tmp_path):
    rows = [[v.isoformat(" ") if isinstance(v, datetime) else v for v in row] for row in DIRTY]
    rows.insert(6, ["0020", "多出一格", "", "2024-05-06", "", "", "", "", "", "第十格"])
    rows.insert(7, ["0022", "<r>甲&乙</r>", "<r>无&此号</r>", "2024-05-06", "", "", "", "", "=1+1"])
    rows.insert(8, ["0021", "少几格", "", "2024-05-06"])
    out = same(text(tmp_path / "用气报装台账2024年5月.csv", rows, encoding=encoding, separator=separator), tmp_path)
    page = openpyxl.load_workbook(out).worksheets[1]
    assert all(cell.data_type in "sn" and (cell.value is None or cell.data_type == "s") for row in page.iter_rows() for cell in row), "every cell of a text file stays text"
    assert "2024/5/1" in [cell.value for cell in page["D"]]


def test_a_row_moved_by_a_separator_is_refused_again(tmp_path):
    """A workbook knows no row that is too long: what stands beyond the messages says it."""
    path = text(tmp_path / "报装.csv", [["报装编号", "报装日期", "备注"], *([f"B{i}", "2024-05-06", "好"] for i in range(9)), ["B9", "甲", "2024-05-06", "备注"]])
    report, _ = read(path, tmp_path)
    assert [r["code"] for r in report["rejects"]] == ["too_many_cells"]
    out = same(path, tmp_path)
    page = openpyxl.load_workbook(out).worksheets[1]
    assert [c.value for c in page[1]] == ["报装编号", "报装日期", "备注", "错误说明", None]
    assert [c.value for c in page[11]][:3] == ["B9", "甲", "2024-05-06"] and page.cell(11, 5).value == "备注" and page.cell(11, 5).fill.fgColor.rgb == "FFFFC7CE"
    page = openpyxl.load_workbook(same(out, tmp_path)).worksheets[1]
    assert page.cell(11, 5).value == "备注" and page.cell(11, 5).fill.fgColor.rgb == "FFFFC7CE" and page.cell(11, 4).value


def test_merges_two_row_headers_and_1904_read_the_same(tmp_path):
    rows = [
        ["2024年5月费用台账"], ["费用编号", "报装信息", "", "收费", "", "备注"], ["", "报装编号", "网格", "收费日期", "金额（元）", ""],
        ["F1", "B1", "东宝", "2024-05-06", 100, ""], ["F2", "B2", "", "2024-05-32", 100, ""], ["F3", "B3", "", "2024-05-08", "几百", ""],
    ]
    merges = ["A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3", "C4:C6"]
    out = same(xlsx(tmp_path / "费用台账.xlsx", {"费用": rows}, merges={"费用": merges}), tmp_path)
    assert {str(area) for area in openpyxl.load_workbook(out)["费用"].merged_cells.ranges} == set(merges)
    book = xlsxwriter.Workbook(str(tmp_path / "报装1904.xlsx"), {"date_1904": True})
    page, day = book.add_worksheet("报装"), book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, ["报装编号", "报装日期", "通气时间"])
    page.write_row(1, 0, ["B1", "", 43959])
    page.write_datetime(1, 1, datetime(2024, 5, 6), day)
    page.write_row(2, 0, ["B2", "五月六日吧"])
    book.close()
    report, staged = read(tmp_path / "报装1904.xlsx", tmp_path)
    assert staged["报装"][0]["gas_on_at"] == datetime(2024, 5, 9)
    same(tmp_path / "报装1904.xlsx", tmp_path)


def test_header_rows_that_only_belong_to_merges(tmp_path):
    rows = [["报装编号", "用户名称", "报装日期"], [], ["B1", "甲", "2024-05-66"], ["B2", "乙", "2024-05-06"]]
    same(xlsx(tmp_path / "报装.xlsx", {"报装": rows}, merges={"报装": ["A1:A2", "B1:B2", "C1:C2"]}), tmp_path)


def test_error_cells_and_formulas_without_a_result_come_back_as_text(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "报装.xlsx"))
    page = book.add_worksheet("报装")
    page.write_row(0, 0, ["报装编号", "用户名称", "报装日期", "通气时间"])
    page.write_row(1, 0, ["B1", "甲", "2024-05-06"])
    page.write_formula(1, 3, "=NA()", None, "#N/A")
    page.write_row(2, 0, ["B2", "", "2024-05-07"])
    page.write_formula(2, 1, "=A3", None, "")
    book.close()
    out = same(tmp_path / "报装.xlsx", tmp_path)
    page = openpyxl.load_workbook(out)["报装"]
    assert (page["D2"].value, page["D2"].data_type) == ("#N/A", "s")
    assert page["D2"].fill.fgColor.rgb == "FFFFC7CE"
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.sampled_from(TABLES).flatmap(lambda table: st.tuples(st.just(table), ledgers(table))), kind=st.sampled_from(["xlsx", "csv"]), strange=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12), st.one_of(
    st.text(max_size=8), st.sampled_from(["=1+1", "@x", "2024-02-30", "#N/A", "下午", "0.1", "-", "合计", "示例", "1e5", "'12", "错误说明"]),
    st.floats(min_value=-1e300, max_value=1e300), st.booleans(),
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)), st.times(), st.dates(min_value=date(1900, 3, 1), max_value=date(2100, 1, 1)))), max_size=6))
def test_any_table_with_any_cells_reads_the_same(drawn, kind, strange):
    table, (header, written, _) = drawn
    rows = [[f"2024年5月{table.zh}"], header, *([*row] for row in written)]
    for row, column, value in strange:
        if row < len(written):
            rows[2 + row][column % len(header)] = value
    folder = Path(tempfile.mkdtemp())
    try:
        if kind == "xlsx":
            path = book_of(folder / f"{table.zh}.xlsx", rows)
        else:
            path = text(folder / f"{table.zh}.csv", [[v.encode("utf-8", "ignore").decode().replace("\x00", "") if isinstance(v, str) else v for v in row] for row in rows])
        same(path, folder)
    finally:
        shutil.rmtree(folder)


def book_of(path: Path, rows: list[list]) -> Path:
    """Write rows as .xlsx, each cell as what it is."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False})
    page = book.add_worksheet("台账")
    formats = {kind: book.add_format({"num_format": code}) for kind, code in ((date, "yyyy-mm-dd"), (datetime, "yyyy-mm-dd hh:mm:ss"), (time, "hh:mm:ss"))}
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, bool):
                page.write_boolean(r, c, value)
            elif isinstance(value, float | int):
                page.write_number(r, c, value)
            elif isinstance(value, str):
                if value and not value.startswith("<r>"):
                    page.write_string(r, c, value.encode("utf-8", "ignore").decode().replace("\ufffe", "").replace("\uffff", ""))
            else:
                page.write_datetime(r, c, value, formats[type(value)])
    book.close()
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_workbook_shows(lang, tmp_path):
    path = dirty(tmp_path)
    report, _ = read(path, tmp_path)
    findings = found(report, lang)
    book = openpyxl.load_workbook(mark(path, tmp_path, report, findings, lang=lang))
    title, page, other, hidden = book.worksheets
    assert book.active is title and [w.sheet_state for w in book.worksheets] == ["visible", "visible", "visible", "hidden"]
    assert [w.title for w in book.worksheets[1:]] == ["五月", "说明", "上期"]
    lines = [[c.value for c in row] for row in title.iter_rows(min_row=1)]
    head = next(i for i, line in enumerate(lines) if line[0] in ("序号", "No."))
    listed = lines[head + 1 :]
    assert len(listed) == len(findings) and [line[0] for line in listed] == list(range(1, len(findings) + 1))
    assert {line[4] or None for line in listed} == {f["value"] or None for f in findings}, "values stand in the list as they were masked"
    assert str(sum(1 for f in findings if f["severity"] == "error")) in lines[1][0]
    for number, finding in enumerate(findings, start=head + 2):
        assert title[f"C{number}"].hyperlink.location == f"'{finding['sheet']}'!{finding['letter'] or 'A'}{finding['row'] or 1}"
    assert {line[1] for line in listed} == {"五月", "说明", "上期（隐藏）" if lang == "zh" else "上期 (hidden)"}
    bad = {(f["row"], f["letter"]) for f in findings if f["sheet"] == "五月" and f["severity"] == "error" and f["letter"]}
    red = {(c.row, c.column_letter) for row in page.iter_rows() for c in row if c.fill.fgColor.rgb == "FFFFC7CE"}
    assert red == bad and bad
    assert {(c.row, c.column_letter) for row in page.iter_rows() for c in row if c.comment} >= bad
    one = next(f for f in findings if f["code"] == "date_impossible" and f["sheet"] == "五月")
    assert one["reason"] in page[f"{one['letter']}{one['row']}"].comment.text and one["remedy"] in page[f"{one['letter']}{one['row']}"].comment.text
    assert page["J3"].value == ("错误说明" if lang == "zh" else "What is wrong") and page["J4"].value is None
    assert one["reason"] in page[f"J{one['row']}"].value
    assert page.auto_filter.ref == "A3:J13" and page.freeze_panes == "B4"
    assert page["A1"].value == "2024年5月用气报装台账" and str(page.merged_cells.ranges[0] if isinstance(page.merged_cells.ranges, list) else next(iter(page.merged_cells.ranges))) == "A1:I1"
    assert other["A1"].value == "随便写的"


def test_values_come_back_as_what_they_were(tmp_path):
    path = dirty(tmp_path)
    report, _ = read(path, tmp_path)
    out = mark(path, tmp_path, report, found(report))
    before = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("五月").to_python()
    after = [row[:9] for row in CalamineWorkbook.from_path(str(out)).get_sheet_by_name("五月").to_python()]
    assert after == before
    page = openpyxl.load_workbook(out)["五月"]
    assert page["A4"].value == "0012" and page["A8"].value == "420500200001010011" and {page["A4"].data_type, page["A8"].data_type, page["I5"].data_type} == {"s"}
    assert page["A4"].number_format == "@" and page["E4"].value == datetime(2024, 5, 7, 9, 30) and page["E4"].number_format == "yyyy-mm-dd hh:mm"
    assert page["F4"].number_format == "yyyy-mm-dd hh:mm:ss" and page["E5"].number_format == "yyyy-mm-dd" and page["E6"].number_format == "hh:mm"


def test_corrected_in_place_it_goes_through(tmp_path):
    path = xlsx(tmp_path / "报装.xlsx", {"报装": [["报装编号", "用户名称", "报装日期"], ["B1", "甲", "2024-02-30"], ["B2", "乙", "2024-05-06"]]})
    report, staged = read(path, tmp_path)
    assert [row["_key"] for row in staged["报装"]] == ["B2"]
    out = mark(path, tmp_path, report, found(report))
    book = openpyxl.load_workbook(out)
    book["报装"]["C2"].value = datetime(2024, 3, 1)
    book.save(out)
    again, rows = read(out, tmp_path)
    assert not again["rejects"] and not again["findings"]
    assert [(row["_key"], row["applied_at"]) for row in rows["报装"]] == [("B1", datetime(2024, 3, 1)), ("B2", datetime(2024, 5, 6))]


def test_saved_as_text_by_its_owner_it_still_reads(tmp_path):
    path = xlsx(tmp_path / "报装.xlsx", {"报装": [["报装编号", "用户名称", "报装日期"], ["B1", "甲", "2024-02-30"], ["B2", "乙", "2024-05-06"]]})
    report, _ = read(path, tmp_path)
    rows = CalamineWorkbook.from_path(str(mark(path, tmp_path, report, found(report)))).get_sheet_by_name("报装").to_python()
    again, _ = read(text(tmp_path / "报装.csv", rows), tmp_path)
    assert [(r["row"], r["code"]) for r in again["rejects"]] == [(2, "date_impossible")] and again["sheets"][0]["staged"] == 1


def test_written_in_a_confined_child_under_a_name_that_says_so(tmp_path):
    path = dirty(tmp_path)
    report = reader.read(path, tmp_path / "staged")
    findings = found(report)
    out = marked.write(path, tmp_path / "out" / marked.named("用气报装台账5月.xls"), report, findings, name="用气报装台账5月.xls")
    assert out is not None and out.name == "用气报装台账5月-错误标注.xlsx" and [p.name for p in out.parent.iterdir()] == [out.name]
    assert marked.named(out.name) == out.name == marked.named(marked.named("用气报装台账5月.csv", "en"))
    first = out.read_bytes()
    marked.write(path, out, report, findings, name="用气报装台账5月.xls")
    assert out.read_bytes() == first, "the same file gives the same bytes"


def test_numbers_no_workbook_can_hold(tmp_path):
    book = looks.workbook(tmp_path / "x.xlsx", "zh", constant_memory=True)
    lines = Lines(book.add_worksheet("a"), Looks(book, looks.looks("zh")))
    lines.add(1, [float("inf"), float("-inf"), float("nan"), 1e300, 0.1 + 0.2, 2**53 + 0.0, date(1899, 1, 1), "x" * 40_000])
    lines.close()
    book.close()
    row = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()[0]
    assert row == [9.99999999999999e307, -9.99999999999999e307, " ", 1e300, 0.1 + 0.2, 2**53, "1899-01-01", "x" * 32_767]
    assert lines.cut == 1


def test_monsters_keep_within_what_excel_takes(tmp_path):
    long = "很长的说明" * 3000
    rows = [[long], ["报装编号", "用户名称（" + long + "）", "报装日期", "备注"], ["B1", long, "2024-02-30", long], ["", long, "", ""]]
    merges = ["A1:D1", "C3:C4", "A3:A4"]
    book = openpyxl.load_workbook(same(xlsx(tmp_path / "报装.xlsx", {"报装": rows}, merges={"报装": merges}), tmp_path))
    for page in book:
        assert all((d.height or 0) <= 409 for d in page.row_dimensions.values()) and all(d.width <= 255 for d in page.column_dimensions.values())
        assert all(len(c.comment.text) <= copied.LONGEST_COMMENT for row in page.iter_rows() for c in row if c.comment)
        for rule in page.data_validations.dataValidation:
            assert len(rule.formula1) <= 257


def test_a_value_that_stands_once_for_several_rows_is_marked_where_it_is_seen(tmp_path):
    rows = [["报装编号", "报装日期", "通气时间"], ["B1", "2024-05-06", "2024-02-30"], ["B2", "2024-05-06", ""], ["B3", "2024-05-06", ""]]
    out = same(xlsx(tmp_path / "报装.xlsx", {"报装": rows}, merges={"报装": ["C2:C4"]}), tmp_path)
    page = openpyxl.load_workbook(out)["报装"]
    assert page["C2"].fill.fgColor.rgb == "FFFFC7CE" and page["C2"].comment.text.count("没有这一天") == 1
    assert all(page[f"D{row}"].value for row in (2, 3, 4))
    marks = Marks(cells={5: {1: "warning", 3: "error"}, 4: {1: "error"}}, comments={(5, 1): ["甲"], (5, 3): ["乙"], (4, 1): ["甲"]})
    anchor(marks, [((2, 1), (5, 2))])
    assert marks.cells == {5: {3: "error"}, 4: {}, 3: {1: "error"}} and marks.comments == {(5, 3): ["乙"], (3, 1): ["甲"]}


def test_overlapping_merges_are_parted(tmp_path):
    assert copied._merges([((3, 0), (5, 1)), ((4, 1), (6, 2)), ((4, 2), (4, 2)), ((8, 2), (99, 3)), ((9, 4), (9, 400))], 3, 1, 20) == [[3, 0, 5, 1], [8, 2, 19, 4], [9, 5, 9, 401]]


def test_warnings_alone_are_not_called_errors(tmp_path):
    path = xlsx(tmp_path / "报装.xlsx", {"报装": [["报装编号", "报装日期"], *([f"00{i}", "2024-05-06"] for i in range(10, 19)), ["7", "2024-05-06"]]})
    report, _ = read(path, tmp_path)
    title, page = openpyxl.load_workbook(mark(path, tmp_path, report, found(report))).worksheets
    assert "错误 0 处" in title["A2"].value and title["A3"].value.startswith("没有错误")
    assert page["A11"].fill.fgColor.rgb == "FFFFEB9C" and page["C11"].value


def test_nothing_to_mark(tmp_path):
    path = dirty(tmp_path)
    report = reader.read(path, tmp_path / "staged")
    assert marked.write(path, tmp_path / "out.xlsx", report, [f for f in found(report) if f["severity"] == "info"], name=path.name) is None
    assert not (tmp_path / "out.xlsx").exists()


def test_too_many_findings_are_cut_with_a_word(tmp_path, monkeypatch):
    monkeypatch.setattr(errorlist, "LISTED", 20)
    monkeypatch.setattr(copied, "COMMENTS", 10)
    path = xlsx(tmp_path / "报装.xlsx", {"报装": [["报装编号", "报装日期", "通气时间"], *([f"B{i}", "2024-05-06", "2024-02-30"] for i in range(50))]})
    report, _ = read(path, tmp_path)
    book = openpyxl.load_workbook(mark(path, tmp_path, report, found(report)))
    leads = " ".join(str(row[0].value) for row in book.worksheets[0].iter_rows(max_row=6))
    assert "前 20 条，其余 30 条" in leads and "40 格未加批注" in leads
    assert sum(1 for row in book["报装"].iter_rows() for c in row if c.comment) == 10
    assert sum(1 for row in book["报装"].iter_rows() for c in row if c.fill.fgColor.rgb == "FFFFC7CE") == 50
    assert all(book["报装"].cell(row, 4).value for row in range(2, 52))


def test_a_sheet_too_large_to_come_back_keeps_its_rows_in_question(tmp_path, monkeypatch):
    monkeypatch.setattr(copied, "CELLS", 200)
    rows = [["报装编号", "网格", "报装日期"], *([f"B{i}", "东宝" if i == 0 else "", "2024-05-06" if i % 40 else "2024-02-30"] for i in range(100))]
    path = xlsx(tmp_path / "报装.xlsx", {"报装": rows}, merges={"报装": ["B2:B101"]})
    report, _ = read(path, tmp_path)
    out = mark(path, tmp_path, report, found(report))
    page = openpyxl.load_workbook(out)["报装"]
    assert [(row[0].value, row[1].value) for row in page.iter_rows(min_row=2)] == [("B0", "东宝"), ("B40", "东宝"), ("B80", "东宝")]
    assert "原第 42 行" in page["D3"].value
    title = openpyxl.load_workbook(out).worksheets[0]
    assert "不要勾选" in title["A4"].value
    again, _ = read(out, tmp_path)
    assert [(r["row"], r["code"]) for r in again["rejects"]] == [(2, "date_impossible"), (3, "date_impossible"), (4, "date_impossible")]


def test_names_of_sheets_that_excel_refuses(tmp_path):
    path = text(tmp_path / "报装[2024年5月]一个很长很长很长很长很长很长很长的文件名字.csv", [["报装编号", "报装日期"], ["B1", "2024-02-30"]])
    out = same(path, tmp_path)
    assert len(openpyxl.load_workbook(out).worksheets[1].title) <= 31


def test_more_columns_than_are_read(tmp_path):
    wide = [["报装编号", "报装日期", *(f"其他{i}" for i in range(20))], ["B1", "2024-02-30", *range(20)]]
    path = xlsx(tmp_path / "报装.xlsx", {"报装": wide})
    report, _ = read(path, tmp_path)
    page = openpyxl.load_workbook(mark(path, tmp_path, report, found(report), limits=Limits(columns=10)))["报装"]
    assert page.cell(1, 11).value == "错误说明" and page.max_column == 11
