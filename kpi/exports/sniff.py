"""What a file is, by its first bytes and never by its name; zip containers are weighed before anything is expanded."""

from __future__ import annotations

import zipfile
from pathlib import Path

from kpi.exports import limits
from kpi.problems import DataProblem, LimitProblem

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind(path: Path, most: int = limits.FILE_BYTES) -> str:
    """Return xlsx, xls, xlsb, ods or csv; raises DataProblem or LimitProblem with what to do about anything else."""
    size = path.stat().st_size
    if size == 0:
        raise DataProblem("文件是空的，请重新导出后再导入。", "The file is empty; export it again.")
    if size > most:
        raise LimitProblem(
            f"文件有 {size // limits.MIB} MB，超过上限 {most // limits.MIB} MB，请按月份拆分后导入。",
            f"The file has {size // limits.MIB} MB, over the limit of {most // limits.MIB} MB; split it by month.",
        )
    with path.open("rb") as handle:
        head = handle.read(4096)
    if head.startswith(_OLE):
        return _ole(path)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip(path)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body")) or b"<html" in start[:600]:
        raise DataProblem(
            "这是网页（HTML）另存的表格，不是真正的 Excel 文件，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。",
            "This is an HTML page named as a spreadsheet; open it and save it as .xlsx.",
        )
    if start.startswith((b"<?xml", b"<workbook")):
        raise DataProblem("这是 XML 格式的表格，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。", "This is an XML spreadsheet; open it and save it as .xlsx.")
    if start.startswith((b"%pdf", b"\x89png", b"\xff\xd8", b"rar!", b"7z\xbc\xaf", b"{\\rtf", b"\x1f\x8b")):
        raise DataProblem("这不是表格文件，请导入 .xlsx、.xls、.ods 或 .csv。", "This is no table; bring .xlsx, .xls, .ods or .csv.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    if b"\x00" in head:
        raise DataProblem("文件内容已损坏或不是表格，请重新导出后再导入。", "The file is damaged or no table; export it again.")
    return "csv"


def _ole(path: Path) -> str:
    with path.open("rb") as handle:
        content = handle.read(limits.MIB * 8)
    encrypted = "EncryptedPackage".encode("utf-16-le") in content or "EncryptionInfo".encode("utf-16-le") in content
    if encrypted:
        raise DataProblem("文件设了打开密码，请先取消密码保护再导入。", "The file is protected by a password; remove it first.")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "xls"
    raise DataProblem("这不是 Excel 工作簿，请另存为 .xlsx 再导入。", "This is no Excel workbook; save it as .xlsx.")


def _zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DataProblem("文件不完整或已损坏，请重新导出后再导入。", "The file is truncated or damaged; export it again.") from error
    expanded = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > limits.ZIP_MEMBERS or expanded > limits.ZIP_BYTES or (expanded > 100 * limits.MIB and expanded / packed > limits.ZIP_RATIO):
        raise LimitProblem(
            f"文件展开后约 {expanded // limits.MIB} MB，超过上限，可能含有大量空白格式行；请把有内容的行复制到新表后再导入。",
            f"Expanded the file takes about {expanded // limits.MIB} MB, over the limit; copy the filled rows into a new sheet.",
        )
    names = {member.filename for member in members}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise DataProblem("这是压缩包或其他文件，不是表格，请解压后导入其中的表格。", "This is an archive or another kind of file; unpack it and load the tables in it.")
