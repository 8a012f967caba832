"""Files that are no table, are damaged or locked: each is refused with a word that says why."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import xlwt

from tests.exports.conftest import xlsx
from tests.exports.corpus.case import Case
from tests.exports.corpus.writers import ods, write

ROWS = [["报装编号", "报装日期"], ["BZ1", "2023-03-10"]]
HTML = "<html><head><meta charset='utf-8'></head><body><table><tr><td>报装编号</td></tr></table></body></html>"
ENTITY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><r>&b;&c;</r>'


def refused(name: str, content: bytes | str, problem: str) -> Case:
    """Return the case of a file given by its content, and a word of its message."""
    data = content.encode() if isinstance(content, str) else content

    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return Case(name=name, builder=Path(name).stem, build=build, problem=problem)


def made(name: str, write_to: object, problem: str) -> Case:
    """Return the case of a file that a function writes."""
    return Case(name=name, builder=Path(name).stem, build=lambda folder: write_to(folder / name), problem=problem)


def compound(*names: str) -> bytes:
    """Return a compound file reduced to its directory, with streams of these names."""
    def entry(name: str, kind: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0" if name else b""
        return text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + b"\xff" * 12 + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * (108 * 4)
    entries = [entry("Root Entry", 5), *(entry(name, 2) for name in names)]
    return header[:512] + struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * 504 + b"".join(entries).ljust(512, b"\0")


def zipped(path: Path, parts: dict[str, bytes | str]) -> None:
    """Write a zip of parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def cut(suffix: str, share: float) -> Case:
    """Return the case of a file of which the end is missing."""
    name = f"截断-{round(share * 100)}.{suffix}"

    def build(folder: Path) -> None:
        path = folder / name
        write(path, {"台账": [[*row, f"{number}-{number * 7919 % 9973}"] for number, row in enumerate(ROWS * 200)]})
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    return Case(name=name, builder="截断", build=build, problem="请")


def locked_xls(path: Path) -> None:
    """Write an .xls whose records say that a password is needed."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for r, row in enumerate(ROWS * 50):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(path))
    data = path.read_bytes()
    # behind the head of the workbook: a record FILEPASS of the standard cipher, in place of the one that names the code page
    at = data.index(struct.pack("<HH", 0x0042, 2))
    path.write_bytes(data[:at] + struct.pack("<HHH", 0x002F, 2, 1) + data[at + 6 :])


def locked_ods(path: Path) -> None:
    """Write an .ods whose manifest says that it is encrypted."""
    ods(path, {"台账": ROWS})
    with zipfile.ZipFile(path) as old:
        parts: dict[str, bytes | str] = {name: old.read(name) for name in old.namelist()}
    zipped(path, {**parts, "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="x"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'})


def nested(path: Path) -> None:
    """Write a zip that holds a workbook and another zip."""
    inner = path.with_name("inner.xlsx")
    xlsx(inner, {"台账": ROWS})
    zipped(path, {"台账.xlsx": inner.read_bytes(), "zip.zip": inner.read_bytes()})


def broken(part: str, content: bytes) -> object:
    """Return a writer of an .xlsx one part of which is replaced."""
    def make(path: Path) -> None:
        xlsx(path, {"台账": ROWS})
        with zipfile.ZipFile(path) as old:
            parts: dict[str, bytes | str] = {name: old.read(name) for name in old.namelist()}
        zipped(path, {**parts, part: content})

    return make


CASES: list[Case] = [
    refused("空文件.xlsx", b"", "空的"), refused("空文件.csv", b"", "空的"), refused("网页.xls", HTML, "网页"), refused("网页-带标记.xls", b"\xef\xbb\xbf\r\n" + HTML.encode(), "网页"),
    refused("网页.csv", HTML.upper(), "网页"),
    refused("网页-国标.xls", HTML.replace("utf-8", "gb2312").encode("gb18030"), "网页"), refused("网页-归档.xls", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + HTML, "网页"),
    refused("网页-双字节.xls", HTML.encode("utf-16"), "网页"),
    refused("表格标签.xls", "<table border=1><tr><td>报装编号</td></tr></table>", "网页"), refused("电子表格标记.xls", '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
    refused("实体.xls", ENTITY, "XML"), refused("实体.xlsx", ENTITY, "XML"), refused("文档.pdf", b"%PDF-1.7\n1 0 obj", "PDF"), refused("图片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
    refused("照片.xls", b"\xff\xd8\xff\xe0" + bytes(100), "JPEG"),
    refused("压缩.rar", b"Rar!\x1a\x07\x00", "RAR"), refused("压缩.7z", b"7z\xbc\xaf\x27\x1c", "7z"), refused("压缩.gz", b"\x1f\x8b\x08" + bytes(30), "gzip"),
    refused("富文本.xls", b"{\\rtf1 x}", "RTF"), refused("数据库.csv", b"SQLite format 3\x00" + bytes(100), "SQLite"),
    refused("程序.xlsx", b"MZ" + bytes(200), "EXE"), refused("半个压缩头.xlsx", b"PK\x03\x04" + bytes(200), "损坏"),
    refused("半个复合头.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "损坏"), refused("乱码.xls", bytes(range(256)) * 4, "损坏"),
    refused("全零.xlsx", bytes(4096), "损坏"), refused("加密.xlsx", compound("EncryptionInfo", "EncryptedPackage"), "密码"), refused("文字文档.wps", compound("WordDocument"), "Word"),
    refused("别的复合.xls", compound("PowerPoint Document"), "不是 Excel"),
    made("加密.xls", locked_xls, "密码"), made("加密.ods", locked_ods, "密码"), made("文字文档.docx", lambda path: zipped(path, {"word/document.xml": "<x/>"}), "Word"),
    made("压缩包.zip", nested, "压缩包"),
    made("压缩包-外逃.zip", lambda path: zipped(path, {"../../外逃.xlsx": b"x", "/etc/x": b"x"}), "压缩包"), made("空压缩包.xlsx", lambda path: zipped(path, {}), "压缩包"),
    made("坏表.xlsx", broken("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c"), "损坏"), made("坏簿.xlsx", broken("xl/workbook.xml", b"\x00\x01\x02"), "请"),
    *(cut(suffix, share) for suffix in ("xlsx", "xlsb", "ods") for share in (0.2, 0.5, 0.95)), cut("xls", 0.2),
]
