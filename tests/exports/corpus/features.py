"""What workbooks carry beside plain cells: errors, formulas without a result, dates from 1904, macros, merges without end, odd names and parts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.exports.conftest import xlsx
from tests.exports.corpus.case import Case, Sheet, at, bad, day, no, ok
from tests.exports.corpus.ledgers import workbook
from tests.exports.corpus.writers import Error, Rows, ods, ods_row, write, xls

HEADER = ["报装编号", "用户名称", "报装日期", "通气时间", "合同金额（元）"]
PLAIN = [HEADER, ["BZ1", "示例一厂", "2023-03-10", "2023-03-12", 1200]]
PLAIN_ROWS = {2: ok(app_id="BZ1", applied_at=day(2023, 3, 10), gas_on_at=day(2023, 3, 12), contract_amount=1200.0)}
ONE = Sheet(table="application", rows=PLAIN_ROWS)

FAULTS = [
    HEADER, ["BZ1", "示例一厂", "2023-03-10", Error("#N/A"), 1200], ["BZ2", Error("#NAME?"), "2023-03-10", "2023-03-12", Error("#DIV/0!")], ["BZ3", "示例三厂", Error("#REF!"), "", ""],
    [Error("#VALUE!"), "示例四厂", "2023-03-10", "", ""],
    ["BZ5", "示例五厂", "2023-03-10", "#N/A", "#NUM!"],
]
FAULTY = Sheet(
    table="application",
    rows={
        2: ok(("通气时间", "error_cell"), app_id="BZ1", gas_on_at=None, contract_amount=1200.0), 3: ok(("用户名称", "error_cell"), ("合同金额（元）", "error_cell"),
            app_id="BZ2", gas_on_at=day(2023, 3, 12)),
        4: bad("error_cell", "报装日期"), 5: bad("error_cell", "报装编号"), 6: ok(("通气时间", "error_cell"), ("合同金额（元）", "error_cell"), app_id="BZ5"),
    },
)


def rewritten(path: Path, part: str, change: Callable[[str], str], more: dict[str, bytes] | None = None) -> Path:
    """Change one part of a workbook as text and add others."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **(more or {})}.items():
            new.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def edited(change: Callable[[str], str], part: str = SHEET, more: dict[str, bytes] | None = None) -> Callable[[Path, dict[str, Rows]], None]:
    """Return a writer of an .xlsx one part of which is changed."""

    def make(path: Path, sheets: dict[str, Rows]) -> None:
        rewritten(xlsx(path, sheets), part, change, more)

    return make


def error_xlsx(path: Path, sheets: dict[str, Rows]) -> None:
    """Write an .xlsx whose errors are results of formulas."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, Error):
                    sheet.write_formula(r, c, "=NA()", None, str(value))
                elif value != "":
                    sheet.write(r, c, value)
    book.close()


def formulas(path: Path, sheets: dict[str, Rows]) -> None:
    """Write an .xlsx with formulas: one never calculated, one with its result, one whose result is an empty text."""
    def change(xml: str) -> str:
        return (
            re.sub(r'<c r="D2"[^>]*>.*?</c>', '<c r="D2"><f>TODAY()</f></c>', xml)
            .replace("</sheetData>", '<row r="3"><c r="A3" t="str"><f>"BZ"&amp;2</f><v>BZ2</v></c><c r="B3" t="str"><f>""</f><v></v></c><c r="C3"><f>DATE(2023,3,10)</f><v>44995</v></c></row></sheetData>')
        )

    xlsx(path, sheets)
    rewritten(path, SHEET, change)


def dated_1904(path: Path, sheets: dict[str, Rows]) -> None:
    """Write an .xlsx whose day counts start in 1904, its dates as date cells and as bare numbers."""
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    sheet = book.add_worksheet("台账")
    form = book.add_format({"num_format": "yyyy-mm-dd"})
    for r, row in enumerate(sheets["台账"]):
        for c, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(r, c, datetime(value.year, value.month, value.day), form)
            else:
                sheet.write(r, c, value)
    book.close()


def repeated(path: Path, sheets: dict[str, Rows]) -> None:
    """Write an .ods whose sheet goes on with formatted rows to the last row there can be."""
    ods(path, sheets, below='<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>')


def spread(path: Path, sheets: dict[str, Rows]) -> None:
    """Write an .ods with repeated cells, covered cells, a cell of several paragraphs and a formula without a result."""
    same = '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>BZ9</text:p></table:table-cell><table:table-cell/>'
    same += '<table:table-cell office:value-type="date" office:date-value="2023-03-10"><text:p>10.3.23</text:p></table:table-cell><table:table-cell table:formula="of:=[.C2]"/></table:table-row>'
    ods(path, sheets, below=same + ods_row(["BZ10", "示例\n二行", datetime(2023, 3, 10, 14, 30)]))


SERIAL_1904 = (date(2023, 3, 12) - date(1904, 1, 1)).days
DATES_1904 = [HEADER, ["BZ1", "示例一厂", date(2023, 3, 10), SERIAL_1904, 1200]]

TYPES: Rows = [
    ["报装编号", "报装日期", "受理日期", "通气时间", "用户确认单", "所需资料", "联系电话", "办理时长"], [1001, date(2023, 3, 10), datetime(2023, 3, 10, 9, 30), datetime(2023, 3, 12, 0, 0),
    True, 3.0, 13800001234, 0.5],
    [1002.0, 44995, 44995.4375, 44997.604166666664, False, 0, 1.3800001235e10, "半天"],
]
TYPED = Sheet(
    table="application",
    rows={
        2: ok(app_id="1001", applied_at=day(2023, 3, 10), accepted_at=at(2023, 3, 10, 9, 30), gas_on_at=day(2023, 3, 12),
            confirm_signed=True, docs_requested_n=3, contact_phone="13800001234", duration_reported="0.5"),
        3: ok(app_id="1002", applied_at=day(2023, 3, 10), accepted_at=at(2023, 3, 10, 10, 30), gas_on_at=at(2023, 3, 12, 14, 30),
            confirm_signed=False, docs_requested_n=0, contact_phone="13800001235", duration_reported="半天"),
    },
)
CLOCKS: Rows = [["报装编号", "报装日期", "通气日期", "通气时间"], ["BZ1", "2023-03-10", date(2023, 3, 12), time(14, 30)], ["BZ2", "2023-03-10", date(2023, 3, 12), ""],
    ["BZ3", "2023-03-10", "", time(9, 0)]]
TIMED = Sheet(table="application", rows={2: ok(gas_on_at=at(2023, 3, 12, 14, 30)), 3: ok(gas_on_at=day(2023, 3, 12)), 4: ok(("通气时间", "time_without_date"), gas_on_at=None)})
WIDE: Rows = [[*HEADER, *(f"多余{i}" for i in range(400))], [*PLAIN[1], *(["x"] * 400)]]
INDENTED: Rows = [["", "", *row] for row in PLAIN]
SEVERAL = {
    "报装": (PLAIN, ONE), "费用": ([["报装编号", "费用项目", "金额（元）", "收费日期"], ["BZ1", "示例费", 0, "2023-03-10"]],
    Sheet(table="charge", rows={2: ok(amount=0.0)}, findings=((2, "费用编号", "fallback_key"),))),
    "停表": ([["停表编号", "报装编号", "停表原因", "停表开始"], ["TB1", "BZ1", "天气", "2023-03-10"]], Sheet(table="clock_stop", rows={2: ok(reason="恶劣天气")})),
    "说明": ([["1. 报装编号必填"], ["2. 日期写成 2023-03-10"]], Sheet(table=None, rows={1: no("unrecognised"), 2: no("unrecognised")}, findings=((None, "", "unrecognised"),))),
}
ODD_NAMES = {"示例'表 (1)&<>": (PLAIN, ONE), " 2023年 3月 ": (PLAIN, Sheet(table="application", rows=PLAIN_ROWS, stated={"period": "2023-03"}))}


def named(wanted: str, suffix: str) -> Callable[[Path, dict[str, Rows]], None]:
    """Return a writer of one kind of file under the name of another."""

    def make(path: Path, sheets: dict[str, Rows]) -> None:
        other = path.with_suffix(f".{suffix}")
        write(other, sheets)
        other.rename(path)

    return make


def ledger(content: Any) -> dict[str, tuple[Rows, Sheet]]:
    """Return the one sheet of a workbook."""
    return {"台账": content}


CASES: list[Case] = [
    workbook("错误值.xlsx", ledger((FAULTS, FAULTY)), error_xlsx), workbook("错误值.xls", ledger((FAULTS, FAULTY)), xls), workbook("错误值.ods", ledger((FAULTS, FAULTY)), ods),
    workbook("错误值.xlsb", ledger(([row if i != 2 else ["BZ2", "#N/A", *row[2:4], "#DIV/0!"] for i, row in enumerate(FAULTS) if i != 4], Sheet(table="application", rows={
        2: ok(("通气时间", "error_cell")), 3: ok(("用户名称", "error_cell"), ("合同金额（元）", "error_cell")), 4: bad("error_cell", "报装日期"), 5: ok(("通气时间", "error_cell"),
            ("合同金额（元）", "error_cell"))}))),
             lambda path, sheets: write(path, {name: [[str(v) if isinstance(v, Error) else v for v in row] for row in rows] for name, rows in sheets.items()})),
    workbook("公式未算.xlsx", ledger((PLAIN, Sheet(table="application", rows={2: ok(("通气时间", "formula_no_value"), gas_on_at=None),
    3: ok(app_id="BZ2", customer_name=None, applied_at=day(2023, 3, 10))}))), formulas),
    workbook("公式未算.ods", ledger((PLAIN, Sheet(table="application", rows={**PLAIN_ROWS, 3: ok(("通气时间", "formula_no_value"), app_id="BZ9"), 4: ok(("通气时间", "formula_no_value")),
    5: ok(app_id="BZ10", customer_name="示例\n二行", applied_at=at(2023, 3, 10, 14, 30))}))),
             spread),
    workbook("从1904起.xlsx", ledger((DATES_1904, ONE)), dated_1904), workbook("从1904起.xls", ledger((DATES_1904, ONE)), partial(xls, from_1904=True)),
    *(workbook(f"类型.{suffix}", ledger((TYPES, TYPED))) for suffix in ("xlsx", "xls", "xlsb", "ods")), *(workbook(f"时刻格.{suffix}", ledger((CLOCKS, TIMED))) for suffix in ("xlsx", "xls",
    "xlsb", "ods")),
    *(workbook(f"左上空.{suffix}", ledger(([[], [], *INDENTED], Sheet(table="application", rows={4: PLAIN_ROWS[2]})))) for suffix in ("xlsx", "xls", "xlsb", "ods")),
    *(workbook(f"多余列.{suffix}", ledger((WIDE, Sheet(table="application", rows=PLAIN_ROWS, findings=((None, "", "columns_cut"),))))) for suffix in ("xlsx", "xlsb", "ods")),
    *(workbook(f"多表.{suffix}", SEVERAL) for suffix in ("xlsx", "xls", "xlsb", "ods")), workbook("表名.xlsx", {"示例 (1)&<>": ODD_NAMES["示例'表 (1)&<>"], " 2023年 3月 ": ODD_NAMES[" 2023年 3月 "]}),
    *(workbook(f"名不符-{kind}.{claimed}", ledger((PLAIN, ONE)), named(claimed, kind), kind=kind) for kind, claimed in (("xlsx", "xls"), ("xls", "xlsx"), ("xlsb", "csv"), ("ods", "xlsx"),
    ("xls", "et"), ("xlsx", "et"), ("xlsx", "wps"))),
    workbook("宏.xlsm", ledger((PLAIN, ONE)), edited(lambda xml: xml.replace("sheet.main+xml", "sheet.macroEnabled.main+xml"),
    "[Content_Types].xml", {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(2000)}), kind="xlsx"),
    workbook("假范围.xlsx", ledger((PLAIN, ONE)), edited(lambda xml: xml.replace('<dimension ref="A1:E2"/>', '<dimension ref="A1:XFD1048576"/>'))),
    workbook("空行带格式.xlsx", ledger((PLAIN, ONE)), edited(lambda xml: xml.replace("</sheetData>",
    "".join(f'<row r="{r}" s="1" customFormat="1"><c r="A{r}" s="1"/></row>' for r in range(3, 3000)) + "</sheetData>"))),
    workbook("空行带格式.ods", ledger((PLAIN, ONE)), repeated),
    workbook("合并无边.xlsx", ledger((PLAIN, ONE)), edited(lambda xml: xml.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'))),
    workbook("没有样式.xlsx", ledger((PLAIN, ONE)), edited(lambda xml: "<styleSheet/>", "xl/styles.xml")),
]
