"""Files that break, lie or attack: each gets a clear message within seconds, and the service stays up."""

from __future__ import annotations

import os
import struct
import time
import zipfile

import pytest
import xlwt

from kpi.exports import reader
from kpi.exports.limits import MB, Limits
from kpi.problems import DataProblem, LimitProblem, Problem
from tests.exports.binary import xlsb
from tests.exports.conftest import text, xlsx

ROWS = [["报装编号", "报装日期"], ["BZ1", "2024-05-06"]]
SECONDS = 60
"""Far more than any of them needs, so that a busy machine does not decide."""
QUICK = Limits(memory_bytes=400 * MB, seconds=SECONDS)


def refused(path, tmp_path, limits=QUICK):
    """Read a file that must be refused; returns the problem after checking that it came soon and says what to do."""
    began = time.monotonic()
    with pytest.raises(Problem) as caught:
        reader.read(path, tmp_path / "out", limits=limits)
    assert time.monotonic() - began < SECONDS
    assert "请" in caught.value.zh
    assert caught.value.en
    assert "Traceback" not in caught.value.zh
    assert not list((tmp_path / "out").glob("*.json")) if (tmp_path / "out").exists() else True
    return caught.value


def packed(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def parts_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "另存为 .xlsx"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><table>", "另存为 .xlsx"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
        (b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><lolz>&b;</lolz>', "XML"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"PK\x03\x04" + bytes(200), "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "损坏"),
        (b"a,b\x00\x01\x02\x03", "损坏"),
        ("报装编号,报装日期\nBZ1,2024".encode() + "甲".encode("gb18030") + b"\xff\xff\n", "编码"),
        ('报装编号,报装日期,备注\nBZ1,2024-05-06,"没有关\nBZ2,2024-05-06,\n'.encode(), "引号"),
    ],
)
def test_what_is_no_workbook(content, words, tmp_path):
    path = tmp_path / "台账.xls"
    path.write_bytes(content)
    problem = refused(path, tmp_path)
    assert isinstance(problem, DataProblem)
    assert words in problem.zh


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_truncated(kind, share, tmp_path):
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        xlsx(path, {"台账": ROWS * 50})
    elif kind == "xlsb":
        xlsb(path, {"台账": ROWS * 50})
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("台账")
        for r in range(400):
            sheet.write(r, 0, f"BZ{r}" * 20)
        book.save(str(path))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    if kind != "xls":
        assert isinstance(refused(path, tmp_path), DataProblem)
    else:
        began = time.monotonic()
        try:
            report = reader.read(path, tmp_path / "out", limits=QUICK)
            assert all(s["staged"] + s["rejected"] + s["skipped"] == s["rows"] for s in report["sheets"])
        except DataProblem:
            pass
        assert time.monotonic() - began < SECONDS


def test_an_error_cell_in_a_row_that_no_workbook_has(tmp_path):
    """A damaged .xlsb told of one in row four thousand million, and empty rows were made up to it."""
    path = xlsb(tmp_path / "a.xlsb", {"台账": [*ROWS, ["#N/A", ""]]})
    parts = parts_of(path)
    part = "xl/worksheets/sheet1.bin"
    assert parts[part].count(struct.pack("<IIH", 2, 0, 300)) == 1
    parts[part] = parts[part].replace(struct.pack("<IIH", 2, 0, 300), struct.pack("<IIH", 4_000_000_000, 0, 300))
    report = reader.read(packed(path, parts), tmp_path / "out", limits=QUICK)
    assert [(s["rows"], s["staged"]) for s in report["sheets"]] == [(1, 1)]


def test_password(tmp_path):
    """The compound file that Excel wraps an encrypted workbook in, reduced to its directory."""
    import struct

    def entry(name, kind):
        raw = name.encode("utf-16-le") + b"\0\0"
        return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + b"\xff" * 12 + bytes(16 + 4 + 16) + struct.pack("<IQ", 0xFFFFFFFE, 0)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * (108 * 4)
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * 504
    directory = entry("Root Entry", 5) + entry("EncryptionInfo", 2) + entry("EncryptedPackage", 2) + entry("", 0)
    path = tmp_path / "a.xlsx"
    path.write_bytes(header[:512] + fat + directory)
    assert "密码" in refused(path, tmp_path).zh


def test_password_of_an_ods(tmp_path):
    manifest = '<manifest:manifest xmlns:manifest="x"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    path = packed(tmp_path / "a.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "x", "META-INF/manifest.xml": manifest})
    assert "密码" in refused(path, tmp_path).zh


@pytest.mark.parametrize("place", ["XFD1048576", "Z1048576", "XFD2"])
def test_one_cell_far_away(place, tmp_path):
    """5 KB that make the compiled reader ask for up to 550 GB and abort."""
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>').encode()
    path = packed(tmp_path / "a.xlsx", parts)
    if place == "XFD2":
        report = reader.read(path, tmp_path / "out", limits=QUICK)
        assert report["sheets"][0]["staged"] >= 1
        return
    problem = refused(path, tmp_path)
    assert isinstance(problem, LimitProblem)
    assert "1048576" in problem.zh
    assert reader.read(xlsx(tmp_path / "b.xlsx", {"台账": ROWS}), tmp_path / "out")["sheets"][0]["staged"] == 1, "the next file is read as ever"


def test_zip_bombs_are_refused_before_they_expand(tmp_path):
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/media/a.bin", "w", force_zip64=True) as member:
            for _ in range(21):
                member.write(bytes(MB))
    assert "展开" in refused(path, tmp_path, Limits(expanded_bytes=20 * MB, seconds=SECONDS)).zh
    many = packed(tmp_path / "b.xlsx", {**parts, **{f"xl/x{i}": "" for i in range(60)}})
    assert "部件" in refused(many, tmp_path, Limits(members=50, seconds=SECONDS)).zh


def test_a_zip_that_lies_about_its_size(tmp_path):
    """The directory claims 1 KB, the stream expands to hundreds of megabytes: bounded by memory or found out as damaged."""
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"x" * (250 * MB) + b"</t></is></c></row></sheetData>")
    path = packed(tmp_path / "a.xlsx", parts)
    size = len(parts["xl/worksheets/sheet1.xml"]).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    refused(path, tmp_path, Limits(memory_bytes=200 * MB, seconds=SECONDS))


def test_entities_in_a_workbook_are_never_expanded(tmp_path):
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    for entity in (f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>', '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'):
        bad = sheet.replace("<worksheet", f"{entity}<worksheet", 1).replace("</sheetData>", '<row r="3"><c r="A3" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData>')
        path = packed(tmp_path / "a.xlsx", {**parts, "xl/worksheets/sheet1.xml": bad})
        try:
            report = reader.read(path, tmp_path / "out", limits=QUICK)
            assert "root:" not in str(report)
        except DataProblem:
            pass


def test_a_million_formatted_empty_rows_and_a_false_dimension(tmp_path):
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    sheet = parts["xl/worksheets/sheet1.xml"].decode().replace('<dimension ref="A1:B2"/>', '<dimension ref="A1:XFD1048576"/>')
    empty = "".join(f'<row r="{r}" s="1" customFormat="1"/>' for r in range(3, 120_000))
    path = packed(tmp_path / "a.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet.replace("</sheetData>", f"{empty}</sheetData>")})
    report = reader.read(path, tmp_path / "out", limits=QUICK)
    assert report["sheets"][0]["rows"] == 1


def test_merged_monsters(tmp_path):
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": [*ROWS, ["BZ2", "2024-05-07"]]}))
    merges = '<mergeCells><mergeCell ref="A2:XFD1048576"/><mergeCell ref="A1:B1048576"/></mergeCells>'
    sheet = parts["xl/worksheets/sheet1.xml"].decode().replace("</sheetData>", f"</sheetData>{merges}")
    report = reader.read(packed(tmp_path / "a.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet}), tmp_path / "out", limits=QUICK)
    assert report["sheets"][0]["rows"] == 2


def test_sixteen_thousand_columns(tmp_path):
    wide = [[f"列{i}" for i in range(16_000)], ["x"] * 16_000]
    wide[0][:2], wide[1][:2] = ["报装编号", "报装日期"], ["BZ1", "2024-05-06"]
    report = reader.read(text(tmp_path / "a.csv", wide), tmp_path / "out", limits=QUICK)
    assert report["sheets"][0]["staged"] == 1
    report = reader.read(xlsx(tmp_path / "a.xlsx", {"台账": wide}), tmp_path / "out", limits=QUICK)
    assert report["sheets"][0]["staged"] == 1
    assert "columns_cut" in [f["code"] for f in report["findings"]]


def test_more_rows_than_allowed(tmp_path):
    path = text(tmp_path / "a.csv", [ROWS[0], *([f"B{i}", "2024-05-06"] for i in range(300))])
    assert "拆分" in refused(path, tmp_path, Limits(csv_rows=200, seconds=SECONDS)).zh
    path = xlsx(tmp_path / "a.xlsx", {"台账": [ROWS[0], *([f"B{i}", "2024-05-06"] for i in range(300))]})
    assert isinstance(refused(path, tmp_path, Limits(sheet_rows=200, seconds=SECONDS)), LimitProblem)


def test_a_file_over_the_limit_is_not_opened(tmp_path):
    path = text(tmp_path / "a.csv", ROWS * 1000)
    assert "MB" in refused(path, tmp_path, Limits(file_bytes=1000)).zh


def test_a_child_that_takes_too_long_is_ended(tmp_path):
    path = text(tmp_path / "a.csv", [ROWS[0], *([f"B{i}", f"x{i}"] for i in range(20_000))])
    assert isinstance(refused(path, tmp_path, Limits(seconds=0)), LimitProblem)


def test_progress_counts_rows(tmp_path):
    seen = []
    path = text(tmp_path / "a.csv", [ROWS[0], *([f"B{i}", "2024-05-06"] for i in range(5000))])
    report = reader.read(path, tmp_path / "out", limits=Limits(chunk_rows=1000), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == report["sheets"][0]["staged"] == 5000
    assert (tmp_path / "out" / "report.json").exists()


def test_what_is_no_file_at_all(tmp_path):
    """A folder, a pipe and a device are refused at once; a pipe nobody writes to would hang for ever."""
    folder = tmp_path / "台账.xlsx"
    folder.mkdir()
    pipe = tmp_path / "台账.csv"
    os.mkfifo(pipe)
    device = tmp_path / "零.csv"
    device.symlink_to("/dev/zero")
    for path in (folder, pipe, device, tmp_path / "没有.xlsx"):
        began = time.monotonic()
        refused(path, tmp_path)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["台账.csv", "台账.xlsx", "台账.xls"])
def test_a_gigabyte_of_nothing(name, tmp_path):
    """A sparse file of 1.5 GB is refused by its size, before a byte of it is read."""
    path = tmp_path / name
    with path.open("wb") as out:
        out.truncate(1536 * MB)
    began = time.monotonic()
    assert isinstance(refused(path, tmp_path), LimitProblem)
    assert time.monotonic() - began < 2


def test_a_gigabyte_of_zeros_within_the_limit(tmp_path):
    path = tmp_path / "台账.csv"
    with path.open("wb") as out:
        out.write("报装编号,报装日期\n".encode())
        out.truncate(1000 * MB)
    assert "损坏" in refused(path, tmp_path).zh


def test_macros_are_never_run(tmp_path):
    """A workbook with macros is read like any other; its macro part is not even opened."""
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)
    report = reader.read(packed(tmp_path / "台账.xlsm", parts), tmp_path / "out", limits=QUICK)
    assert report["sheets"][0]["staged"] == 1


def test_names_that_climb_out_of_the_container(tmp_path):
    """Nothing is ever unpacked to disk, so a part that names a file elsewhere writes none."""
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    path = packed(tmp_path / "a.xlsx", {**parts, "../../../climbed.txt": "x", "/climbed-too.txt": "x"})
    assert reader.read(path, tmp_path / "out", limits=QUICK)["sheets"][0]["staged"] == 1
    assert not list(tmp_path.parent.glob("climbed*")) and not list(tmp_path.rglob("climbed*"))


def test_a_container_within_a_container(tmp_path):
    inner = xlsx(tmp_path / "inner.xlsx", {"台账": ROWS})
    assert "请" in refused(packed(tmp_path / "a.xlsx", {"台账.xlsx": inner.read_bytes()}), tmp_path).zh


def test_elements_within_elements(tmp_path):
    """A hundred thousand elements inside one another: no reader may follow them down its stack."""
    parts = parts_of(xlsx(tmp_path / "plain.xlsx", {"台账": ROWS}))
    deep = b"<row>" * 100_000 + b"</row>" * 100_000
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", deep + b"</sheetData>")
    try:
        report = reader.read(packed(tmp_path / "a.xlsx", {**parts, "xl/worksheets/sheet1.xml": sheet}), tmp_path / "out", limits=QUICK)
        assert report["sheets"][0]["rows"] <= 2
    except Problem as problem:
        assert "请" in problem.zh and "程序出错" not in problem.zh


def test_one_very_long_cell(tmp_path):
    long = "长" * 200_000
    for path in (text(tmp_path / "a.csv", [["报装编号", "报装日期", "备注"], ["BZ1", "2024-05-06", long], ["BZ2", "2024-05-06", ""]]),):
        report = reader.read(path, tmp_path / "out", limits=QUICK)
        assert report["sheets"][0]["rows"] == 2
        assert len(str(report)) < 20_000, "what is told of a cell stays short"


def spreadsheet(rows):
    """The content of the smallest .ods with these table rows."""
    spaces = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    return f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet><table:table table:name="台账">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'


def test_rows_repeated_a_million_times(tmp_path):
    """An .ods that says its last row, and its last column, a million times over."""
    one = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    cells = "".join(f"<table:table-row>{''.join(map(one.format, row))}</table:table-row>" for row in ROWS)
    for last in (
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
        '<table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="99999999"><text:p>x</text:p></table:table-cell></table:table-row>',
    ):
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        path = packed(tmp_path / "a.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": spreadsheet(cells + last), "META-INF/manifest.xml": manifest})
        began = time.monotonic()
        try:
            report = reader.read(path, tmp_path / "out", limits=QUICK)
            assert report["sheets"][0]["staged"] == 1
        except Problem as problem:
            assert "请" in problem.zh and "程序出错" not in problem.zh
        assert time.monotonic() - began < SECONDS


def test_sixty_thousand_formatted_empty_rows_of_an_old_workbook(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    bold = xlwt.easyxf("font: bold on")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    for r in range(2, 65_000):
        sheet.row(r).set_style(bold)
        sheet.write(r, 0, None, bold)
    path = tmp_path / "台账.xls"
    book.save(str(path))
    report = reader.read(path, tmp_path / "out", limits=QUICK)
    assert (report["sheets"][0]["rows"], report["sheets"][0]["staged"]) == (1, 1)
