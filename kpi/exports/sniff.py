"""What a file is, by its first bytes and never by its name; zip containers are weighed before anything is expanded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from kpi.exports.limits import COMMAND, MB, Limits
from kpi.problems import DataProblem, LimitProblem

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"), (b"SQLite format 3", "SQLite"), (b"PAR1", "Parquet"), (b"BM", "BMP"), (b"MZ", "EXE"), (b"\x7fELF", "ELF"),
)


def kind(path: Path, limits: Limits = COMMAND, *, documents: bool = False) -> str:
    """Return xlsx, xls, xlsb, ods or csv (with `documents` docx too); raises DataProblem or LimitProblem, saying what to do, for anything else."""
    # opening a pipe nobody writes to would wait for ever
    if not path.is_file():
        raise DataProblem(f"{path.name} 不是文件或已经不在，请核对后重新选择。", f"{path.name} is no file, or is gone; check it and choose again.")
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            head = handle.read(8192)
    except OSError as error:
        raise DataProblem(f"{path.name} 打不开，请关闭占用它的程序、核对读取权限后再导入。", f"{path.name} cannot be opened; close what holds it, and check that it may be read.") from error
    if size == 0:
        raise DataProblem("文件是空的（0 字节），请重新导出后再导入。", "The file is empty (0 bytes); export it again.")
    if size > limits.file_bytes:
        raise LimitProblem(
            f"文件有 {-(-size // MB)} MB，超过上限 {limits.file_bytes // MB} MB，请按月份拆分，或另存为 .csv 后用命令行导入。",
            f"The file has {-(-size // MB)} MB, over the limit of {limits.file_bytes // MB} MB; split it by month, or load a .csv from the command line.",
        )
    if head.startswith(_OLE):
        return _ole(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(path, limits, documents)
    return _text(head)


def _text(head: bytes) -> str:
    for magic, what in _OTHERS:
        # two letters may begin a line of text; binary files of these kinds have NUL bytes near by
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head[:64]):
            raise DataProblem(
                f"这是 {what} 文件，不是表格，请导入 .xlsx、.xls、.xlsb、.ods 或 .csv。", f"This is a {what} file and no table; load .xlsx, .xls, .xlsb, .ods or .csv."
            )
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    start = (head.decode("utf-16", "ignore").encode() if utf16 else head).lstrip(b"\xef\xbb\xbf \t\r\n\x00").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body", b"<div", b"mime-version:")) or b"<html" in start[:2000]:
        raise DataProblem(
            "这是网页（HTML）格式的表格，不是真正的 Excel 文件，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。",
            "This is a web page (HTML) named as a workbook; open it in Excel or WPS and save it as .xlsx.",
        )
    if start.startswith((b"<?xml", b"<workbook", b"<!doctype", b"<!entity")):
        raise DataProblem(
            "这是 XML 格式的文件，不是真正的 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。",
            "This is an XML file and no Excel workbook; open it in Excel or WPS and save it as .xlsx.",
        )
    if not utf16 and b"\x00" in head:
        raise DataProblem("文件内容已损坏或不是表格（含有二进制内容），请重新导出后再导入。", "The file is damaged or no table (it holds binary data); export it again.")
    return "csv"


def _ole(path: Path) -> str:
    names = _ole_names(path)
    if names is None:
        raise DataProblem("文件不完整或已损坏，请重新导出后再导入。", "The file is truncated or damaged; export it again.")
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise DataProblem("文件设了打开密码，请先取消密码保护再导入。", "The file is protected by a password; remove the protection first.")
    if names & {"Workbook", "Book"}:
        return "xls"
    if "WordDocument" in names:
        raise DataProblem("这是 Word 文档，不是表格，请把表格复制到 Excel 另存为 .xlsx 再导入。", "This is a Word document; copy its table into Excel and save it as .xlsx.")
    raise DataProblem("这不是 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。", "This is no Excel workbook; open it in Excel or WPS and save it as .xlsx.")


def _ole_names(path: Path) -> set[str] | None:
    """Return the stream names of a compound file's directory, None where the directory cannot be followed."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        header = handle.read(512)
        if len(header) < 512:
            return None
        sector = 1 << struct.unpack_from("<H", header, 30)[0]
        if sector not in (512, 4096):
            return None
        table = struct.unpack_from("<109I", header, 76)
        at = struct.unpack_from("<I", header, 48)[0]
        names: set[str] = set()
        for _ in range(4096):
            if at >= 0xFFFFFFFA:
                return names
            if (at + 1) * sector >= size:
                return names or None
            handle.seek((at + 1) * sector)
            block = handle.read(sector)
            for entry in range(0, len(block) - 127, 128):
                length = struct.unpack_from("<H", block, entry + 64)[0]
                names.add(block[entry : entry + max(0, min(length, 64) - 2)].decode("utf-16-le", "ignore"))
            place = at // (sector // 4)
            if place >= len(table) or table[place] >= 0xFFFFFFFA:
                return names
            handle.seek((table[place] + 1) * sector + at % (sector // 4) * 4)
            link = handle.read(4)
            if len(link) < 4:
                return names
            at = struct.unpack("<I", link)[0]
        return names


def _entries(path: Path) -> int:
    """Return the number of members a zip claims to have, from its last record alone (0xFFFF stands for more)."""
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - 65_600))
        tail = handle.read()
    at = tail.rfind(b"PK\x05\x06")
    return struct.unpack_from("<H", tail, at + 10)[0] if at >= 0 and at + 12 <= len(tail) else 0


def _zip(path: Path, limits: Limits, documents: bool) -> str:
    claimed = _entries(path)
    try:
        if claimed > limits.members:
            raise _too_many(claimed, limits)
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise DataProblem("文件不完整或已损坏，请重新导出后再导入。", "The file is truncated or damaged; export it again.") from error
    if len(members) > limits.members:
        raise _too_many(len(members), limits)
    expanded = sum(member.file_size for member in members)
    if expanded > limits.expanded_bytes:
        raise LimitProblem(
            f"文件展开后有 {expanded // MB} MB，超过上限 {limits.expanded_bytes // MB} MB，可能含有大量带格式的空行；"
            "请把有内容的行复制到新表、按月份拆分，或另存为 .csv 后再导入。",
            f"Expanded the file takes {expanded // MB} MB, over the limit of {limits.expanded_bytes // MB} MB; copy the filled rows into a new sheet, "
            "split it by month, or save it as .csv.",
        )
    if any(member.flag_bits & 1 for member in members):
        raise DataProblem("文件设了打开密码，请先取消密码保护再导入。", "The file is protected by a password; remove the protection first.")
    names = {member.filename.replace("\\", "/").lower() for member in members}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return _open_document(path)
    if documents and any(name.startswith("word/document") for name in names):
        return "docx"
    if "word/document.xml" in names:
        raise DataProblem("这是 Word 文档，不是表格，请把表格复制到 Excel 另存为 .xlsx 再导入。", "This is a Word document; copy its table into Excel and save it as .xlsx.")
    raise DataProblem("这是压缩包，不是表格，请解压后导入其中的表格。", "This is an archive and no table; unpack it and load the tables in it.")


def _too_many(count: int, limits: Limits) -> LimitProblem:
    return LimitProblem(
        f"文件内部有 {count} 个部件，超过上限 {limits.members}，结构异常；请把内容复制到新的工作簿再导入。",
        f"The file holds {count} parts, over the limit of {limits.members}; copy its content into a new workbook.",
    )


def _open_document(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        try:
            with archive.open("META-INF/manifest.xml") as handle:
                manifest = handle.read(MB)
            with archive.open("mimetype") as handle:
                mime = handle.read(200)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError):
            return "ods"
    if b"encryption-data" in manifest:
        raise DataProblem("文件设了打开密码，请先取消密码保护再导入。", "The file is protected by a password; remove the protection first.")
    if b"opendocument" in mime and b"spreadsheet" not in mime:
        raise DataProblem("这不是表格文件，请另存为 .xlsx 再导入。", "This is no spreadsheet; save it as .xlsx.")
    return "ods"
