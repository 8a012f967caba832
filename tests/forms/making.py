"""Forms as offices make them, and the parts of a file as bytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import xlsxwriter


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(told: dict[str, bytes]) -> bytes:
    """Return parts as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in told.items():
            archive.writestr(name, content)
    return out.getvalue()


def image() -> io.BytesIO:
    """Return a small red picture."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    raw = b"".join(b"\0" + b"\xa0\x20\x20" * 8 for _ in range(8))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def workbook(path: Path, cells: dict[str, str]) -> Path:
    """Write a workbook with all that editors of workbooks lose, and these texts in cells of its first sheet, formatted as shares."""
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("上报表"), book.add_worksheet("说明")
    share, bold = book.add_format({"num_format": "0.0%", "bg_color": "#FFEEAA"}), book.add_format({"bold": True})
    for cell, text in cells.items():
        sheet.write_string(cell, text, share)
    sheet.write_rich_string("H1", bold, "共{{零费用", ".合计}}户，做到", bold, "{{零费用.做到}}户")
    sheet.merge_range("H3:J3", "合并的{{零费用.能核验}}户")
    sheet.write_formula("H4", "=A1*100", None, 4711)
    sheet.write_string("H5", "{{零费用.做到}}")
    other.write_string("A1", "{{零费用.做到}}")
    other.write_column("B1", [1, 3, 2])
    sheet.add_sparkline("H6", {"range": "'说明'!$B$1:$B$3"})
    sheet.conditional_format("A1:A9", {"type": "data_bar"})
    sheet.data_validation("H7", {"validate": "list", "source": ["甲", "乙"]})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='说明'!$B$1:$B$3", "name": "一"})
    chart.set_title({"name": "零费用{{零费用.做到}}户"})
    sheet.insert_chart("L1", chart)
    sheet.insert_image("L20", "红.png", {"image_data": image()})
    sheet.insert_textbox("L30", "文本框{{零费用.做到}}户")
    sheet.set_footer("&C共{{零费用.合计}}户")
    other.add_table("D1:E3", {"columns": [{"header": "{{零费用.做到}}"}, {"header": "乙"}]})
    other.write_comment("A5", "批注{{零费用.做到}}")
    book.close()
    return path
