"""The same ledger in every format reads to the same rows."""

from __future__ import annotations

import random
import zipfile
from datetime import date, datetime

import pytest

from kpi.exports import charset
from kpi.problems import DataProblem
from tests.exports.binary import xlsb
from tests.exports.conftest import text, xlsx
from tests.exports.corpus.writers import as_text, ods, xls

ROWS = [
    ["2024年5月用气报装台账"],
    ["报装编号", "用户名称", "用户类型", "报装日期", "通气时间", "合同金额（万元）", "联系电话", "用户确认单"],
    ["0012", "甲公司", "工业", date(2024, 5, 6), datetime(2024, 5, 8, 14, 30), 12.5, 13800001234, "是"],
    ["0013", "乙，公司", "商业", "5月7日", "5月9日上午", "3000元", "138 0000 1235", "√"],
    [14, "丙公司", "公建", 45419, 45421.4375, "", "", ""],
]
FIELDS = ("app_id", "customer_name", "user_type", "applied_at", "applied_at_p", "gas_on_at", "gas_on_at_to", "gas_on_at_p", "contract_amount", "contact_phone", "confirm_signed", "_row")
EXPECTED = [
    ("0012", "甲公司", "工业", datetime(2024, 5, 6), "day", datetime(2024, 5, 8, 14, 30), datetime(2024, 5, 8, 14, 30), "moment", 125000.0, "13800001234", True, 3),
    ("0013", "乙，公司", "商业", datetime(2024, 5, 7), "day", datetime(2024, 5, 9), datetime(2024, 5, 9, 12), "half", 3000.0, "13800001235", True, 4),
    ("14", "丙公司", "公福", datetime(2024, 5, 7), "day", datetime(2024, 5, 9, 10, 30), datetime(2024, 5, 9, 10, 30), "moment", None, None, None, 5),
]


WRITERS = {
    "xlsx": lambda p: xlsx(p, {"台账": ROWS}),
    "xls": lambda p: xls(p, {"台账": ROWS}),
    "ods": lambda p: ods(p, {"台账": ROWS}),
    "xlsb": lambda p: xlsb(p, {"台账": ROWS}),
    "csv": lambda p: text(p, as_text(ROWS)),
}


def rewrite(path, part, change):
    """Change one part of a workbook as text."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def rows_of(reading):
    return [tuple(row[f] for f in FIELDS) for row in reading.first]


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_reads_to_the_same_rows(kind, tmp_path, reading):
    found = reading(WRITERS[kind](tmp_path / f"台账.{kind}"))
    assert found.report["kind"] == kind
    assert not found.rejects
    assert rows_of(found) == EXPECTED
    assert found.sheets[0]["sheet"] == "台账"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsb"])
@pytest.mark.parametrize("suffix", [".csv", ".xls", ".xlsx", ".dat", ""])
def test_the_name_does_not_decide(kind, suffix, tmp_path, reading):
    found = reading(WRITERS[kind](tmp_path / f"台账{suffix}"))
    assert found.report["kind"] == kind
    assert rows_of(found) == EXPECTED


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16")]
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_files(encoding, told, separator, tmp_path, reading):
    found = reading(text(tmp_path / "台账.csv", as_text(ROWS), encoding=encoding, separator=separator))
    assert found.report["encoding"] == told
    assert rows_of(found) == EXPECTED


def test_rare_characters_of_gb18030(tmp_path, reading):
    rows = [["报装编号", "用户名称", "报装日期"], ["BZ1", "䶮㙍镕𠮷公司", "2024-05-06"]]
    assert reading(text(tmp_path / "a.csv", rows, encoding="gb18030")).first[0]["customer_name"] == "䶮㙍镕𠮷公司"


def test_line_breaks_and_separators_inside_quotes(tmp_path, reading):
    rows = [["报装编号", "用户\n名称", "报装日期", "备注"], ["BZ1", '甲"老"公司,分部', "2024-05-06", "一行\n二行"], ["BZ2", "乙公司", "2024-05-07", ""]]
    found = reading(text(tmp_path / "a.csv", rows))
    assert [(row["customer_name"], row["remark"], row["_row"]) for row in found.first] == [('甲"老"公司,分部', "一行\n二行", 2), ("乙公司", None, 3)]


def test_blank_lines_count_as_rows_do_in_excel(tmp_path, reading):
    path = tmp_path / "a.csv"
    path.write_text("报装编号,报装日期\n\nBZ1,2024-05-06\n,\nBZ2,2024-05-07\n", encoding="utf-8")
    found = reading(path)
    assert [row["_row"] for row in found.first] == [3, 5]
    assert found.sheets[0]["rows"] == 2


def test_a_separator_inside_a_cell_without_quotes_is_no_silent_shift(tmp_path, reading):
    path = tmp_path / "a.csv"
    path.write_text("报装编号,用户名称,报装日期\nBZ1,甲,公司,2024-05-06\nBZ2,乙公司,2024-05-07\nBZ3,丙公司,2024-05-08,,\n", encoding="utf-8")
    found = reading(path)
    assert [row["app_id"] for row in found.first] == ["BZ2", "BZ3"]
    assert found.codes() == [(2, "", "too_many_cells")]


def test_unnamed_last_columns_are_no_shift(tmp_path, reading):
    path = tmp_path / "a.csv"
    path.write_text("报装编号,报装日期\n" + "".join(f"BZ{i},2024-05-06,x,y\n" for i in range(9)), encoding="utf-8")
    assert len(reading(path).first) == 9


def test_header_below_title_lines(tmp_path, reading):
    path = tmp_path / "a.csv"
    path.write_text("用气报装台账\n填报单位：东宝网格,截至2024年5月31日\n\n序号,报装编号,报装日期\n1,BZ1,5月6日\n合计,1,\n", encoding="gb18030")
    found = reading(path)
    sheet = found.sheets[0]
    assert (sheet["header_row"], sheet["submitter"], sheet["cutoff"], sheet["rows"], sheet["staged"], sheet["skipped"]) == (4, "东宝网格", "2024-06-01T00:00:00", 2, 1, 1)
    assert found.first[0]["applied_at"] == datetime(2024, 5, 6)


def test_cells_guarded_against_excel(tmp_path, reading):
    path = tmp_path / "a.csv"
    path.write_text('sep=;\n报装编号;报装日期;联系电话\n="0012";\'2024-05-06;\t13800001234\n', encoding="utf-8")
    row = reading(path).first[0]
    assert (row["app_id"], row["applied_at"], row["contact_phone"]) == ("0012", datetime(2024, 5, 6), "13800001234")


def test_lost_digits_in_text_files(tmp_path, reading):
    path = tmp_path / "a.csv"
    path.write_text("报装编号,报装日期,联系电话\n2.0231E+16,2024-05-06,\nBZ2,2024-05-06,1.38E+10\n", encoding="utf-8")
    assert reading(path).codes() == [(2, "报装编号", "id_scientific"), (3, "联系电话", "phone_digits_lost")]


def test_error_cells_and_uncalculated_formulas_of_xlsx(tmp_path, reading):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台账")
    for c, header in enumerate(["报装编号", "用户名称", "报装日期", "通气时间", "合同金额（元）"]):
        sheet.write(0, c, header)
    for r in range(1, 5):
        sheet.write(r, 0, f"BZ{r}")
        sheet.write(r, 2, "2024-05-06")
    sheet.write_formula(1, 3, "=NA()", None, "#N/A")
    sheet.write_formula(2, 4, "=1/0", None, "#DIV/0!")
    sheet.write_formula(3, 1, '=""', None, "leer")
    sheet.write_formula(4, 2, "=1/0", None, "#DIV/0!")
    book.close()
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<v>leer</v>", "<v></v>"))
    found = reading(path)
    assert found.codes() == [(2, "通气时间", "error_cell"), (3, "合同金额（元）", "error_cell"), (5, "报装日期", "error_cell")]
    assert found.rejects[0]["args"] == {"error": "#N/A"}
    assert [row["customer_name"] for row in found.first] == [None, None, None], "a formula that gives an empty text is a blank"


@pytest.mark.parametrize("formula", ["<f>A2</f>", "<f>A2</f><v></v>", "<f>A2</f><v/>", '<f t="shared" si="0"/>'])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_formulas_without_results(tmp_path, reading, formula, prefix):
    def change(xml):
        xml = xml.replace('<c r="B2"', f'<c r="C2">{formula}</c><c r="B2"', 1)
        if prefix:
            xml = xml.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:").replace("<x:?xml", "<?xml").replace("xmlns=", "xmlns:x=")
        return xml

    path = xlsx(tmp_path / "a.xlsx", {"台账": [["报装编号", "报装日期", "用户名称"], ["BZ1", "2024-05-06", None], ["BZ2", "2024-05-06", "乙"]]})
    rewrite(path, "xl/worksheets/sheet1.xml", change)
    found = reading(path)
    assert found.codes() == [(2, "用户名称", "formula_no_value")]


def test_error_cells_of_xlsb(tmp_path, reading):
    found = reading(xlsb(tmp_path / "a.xlsb", {"台账": [["报装编号", "报装日期", "通气时间"], ["BZ1", "2024-05-06", "#N/A"]]}, hidden=("台账",)))
    assert found.codes() == [(2, "通气时间", "error_cell")]
    assert found.sheets[0]["hidden"]


def test_1904_dates(tmp_path, reading):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    sheet = book.add_worksheet("台账")
    for c, header in enumerate(["报装编号", "报装日期", "通气时间"]):
        sheet.write(0, c, header)
    sheet.write(1, 0, "BZ1")
    sheet.write_datetime(1, 1, datetime(2024, 5, 6), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_number(1, 2, (date(2024, 5, 8) - date(1904, 1, 1)).days)
    book.close()
    row = reading(path).first[0]
    assert (row["applied_at"], row["gas_on_at"]) == (datetime(2024, 5, 6), datetime(2024, 5, 8))


@pytest.mark.parametrize("line", [2, 3, 5])
def test_a_line_of_utf8_in_a_gb18030_file_is_told(line, tmp_path):
    """Read as GB18030 throughout, its names would come in as nonsense without a word."""
    rows = ["报装编号,用户名称,报装日期", *(f"BZ{n},示例乙丙厂,2024-05-06" for n in range(5))]
    path = tmp_path / "台账.csv"
    path.write_bytes(b"".join(f"{row}\r\n".encode("utf-8" if n == line else "gb18030") for n, row in enumerate(rows, start=1)))
    with pytest.raises(DataProblem) as caught:
        charset.encoding(path)
    assert f"第 {line} 行" in caught.value.zh
    path.write_bytes(b"".join(f"{row}\r\n".encode("gb18030") for row in rows))
    assert charset.encoding(path) == "gb18030"


def test_no_sign_of_gb18030_looks_like_utf8(tmp_path):
    """Every Chinese sign three times over, and random neighbours: never taken for a mix."""
    dice = random.Random(5)
    signs = [chr(code) for code in range(0x4E00, 0x9FA6)]
    path = tmp_path / "台账.csv"
    path.write_bytes("".join(f"{''.join(dice.choice(signs) for _ in range(12))},{sign * 3}\n" for sign in signs).encode("gb18030"))
    assert charset.encoding(path) == "gb18030"


@pytest.mark.parametrize("told", ["gb18030", "utf-8"])
def test_what_the_beginning_of_a_text_does_not_tell_is_seen_where_it_stands(told, tmp_path, reading):
    """A megabyte of figures before the first Chinese sign below the header, or before a sign of the other encoding."""
    plain = "app_id,customer_name,applied_at\n" + "".join(f"BZ{n},A{n},2024-05-06\n" for n in range(60_000))
    last = "BZ99999,示例乙丙厂,2024-05-06\n"
    path = tmp_path / "台账.csv"
    path.write_bytes((plain + last).encode(told))
    found = reading(path)
    assert (found.report["encoding"], found.sheets[0]["staged"], found.first[-1]["customer_name"]) == (told, 60_001, "示例乙丙厂")


@pytest.mark.parametrize(("first", "then"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
def test_two_encodings_far_apart_are_told_with_the_line(first, then, tmp_path, reading):
    rows = "报装编号,用户名称,报装日期\n" + "".join(f"BZ{n},示例甲厂,2024-05-06\n" for n in range(60_000))
    path = tmp_path / "台账.csv"
    path.write_bytes(rows.encode(first) + "BZ99998,示例乙丙厂,2024-05-06\n".encode(then) + "BZ99999,示例甲厂,2024-05-06\n".encode(first))
    with pytest.raises(DataProblem, match="第 60002 行"):
        reading(path)


def test_a_sign_cut_off_at_the_end_is_told(tmp_path, reading):
    path = tmp_path / "台账.csv"
    for code in ("utf-8", "gb18030", "utf-16"):
        path.write_bytes("报装编号,报装日期,用户名称\nBZ1,2024-05-06,示例乙丙厂".encode(code)[:-1])
        with pytest.raises(DataProblem, match="编码"):
            reading(path)


def test_a_long_ledger_is_the_same_in_both_encodings(tmp_path, reading):
    """Rows read as columns: a time over two columns, cells that repeat and others that do not, a bad one, a total, and a column that nobody knows."""
    head = "报装编号,用户名称,网格,报装日期,通气日期,通气时间,备注,杂项\n"
    rows = [f"BZ{n:05},示例{n}号厂,{'一号网格二号网格'[n % 2 * 4 :][:4]},2024-05-06,2024-05-{n % 20 + 7:02},{n % 9 + 9}:30,{'记' * (n % 3)},𠮷{n}\n" for n in range(4000)]
    rows[3000] = "BZ03000,示例甲厂,一号网格,不知道,2024-05-09,9:30,,é\n"
    rows[3001] = rows[3001].replace("2024-05-06", "五月六日")
    found = []
    for code in ("utf-8", "gb18030"):
        path = tmp_path / "台账.csv"
        path.write_bytes("".join([head, *rows, "合计,4000,,,,,,\n"]).encode(code))
        read = reading(path)
        found.append((read.first, read.rejects, read.skips, read.findings, [sheet["mapping"] for sheet in read.sheets]))
    assert found[0] == found[1]
    assert len(found[0][0]) == 3998 and found[0][0][-1]["customer_name"] == "示例3999号厂" and found[0][0][-1]["gas_on_at"] == datetime(2024, 5, 26, 12, 30)
    assert [r["row"] for r in found[0][1]] == [3002, 3003]
