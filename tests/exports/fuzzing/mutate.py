"""Ways to break a file: bytes, parts of a zip, tags and attributes of XML, records of an .xls, lines and cells of a text file."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from kpi.exports import compound

NASTY = [
    "", " ", "\u3000", "\x00", "0", "-1", "1e308", "nan", "inf", "999999999999999999999", "2023-02-30", "3月10日", "2023年3月10日下午25点", "1900-01-00", "12.5万亿", "￥", "#N/A", "=1+1",
    "合计", "小计", "报装编号", "备注：", "是/否", "★" * 9,
    "一" * 400, "x" * 40_000, "䶮𠮷", "\u202e", "&lt;", "]]>", '"', "'", ",", "\n", "\r", "\t", "/", "—", "待定", "1.38E+10", "9" * 400, "TRUE", "示例", "A1", "XFD1048576", "16384",
    "1048577", "4294967295", "-2147483648", "0x7fffffff",
]
"""Texts that stand in place of others."""

_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_TEXT = re.compile(rb">([^<]+)<")
_TAG = re.compile(rb"<[^>]+>")
_ELEMENT = re.compile(rb"<([\w:]+)\b[^>]*?(?:/>|>.*?</\1>)", re.DOTALL)


def bytes_of(data: bytes, dice: random.Random) -> bytes:
    """Break a run of bytes without knowing what they mean."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 10)):
        if not found:
            break
        at = dice.randrange(len(found))
        size = dice.choice([1, 1, 1, 2, 4, 16, 64, 512])
        what = dice.randrange(7)
        if what <= 2:
            found[at] = dice.choice([0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256), found[at] ^ 1 << dice.randrange(8)])
        elif what == 3:
            del found[at : at + size]
        elif what == 4:
            found[at:at] = found[at : at + size]
        elif what == 5:
            found[at:at] = dice.randbytes(size)
        else:
            found[at : at + size] = bytes(size)
    return bytes(found[: dice.randrange(len(found) + 1)]) if dice.random() < 0.15 else bytes(found)


def _nasty(dice: random.Random) -> bytes:
    return dice.choice(NASTY).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\x00", "&#0;").encode()


def xml(data: bytes, dice: random.Random) -> bytes:
    """Break XML so that most of it still is XML: attributes, texts, tags, whole elements."""
    for _ in range(dice.randint(1, 6)):
        what = dice.randrange(8)
        shape = _ATTRIBUTE if what <= 2 else _TEXT if what == 3 else _TAG if what == 4 else _ELEMENT
        places = list(shape.finditer(data))
        if not places:
            continue
        place = dice.choice(places)
        if what <= 2:
            data = data[: place.start(2)] + _nasty(dice) + data[place.end(2) :]
        elif what == 3:
            data = data[: place.start(1)] + _nasty(dice) + data[place.end(1) :]
        elif what == 4:
            data = data[: place.start()] + data[place.end() :]
        elif what == 5:
            data = data[: place.end()] + place[0] * dice.choice([1, 2, 50]) + data[place.end() :]
        elif what == 6:
            other = dice.choice(places)
            data = data[: place.start()] + other[0] + data[place.end() :]
        else:
            wrapped = place[0]
            for _ in range(dice.choice([1, 5, 200])):
                wrapped = b"<" + place[1] + b">" + wrapped + b"</" + place[1] + b">"
            data = data[: place.start()] + wrapped + data[place.end() :]
        if len(data) > 3_000_000:
            break
    return data


def zipped(data: bytes, dice: random.Random) -> bytes:
    """Break the parts of a zip, or leave some out, give them twice or under each other's names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    telling = [i for i, (name, _) in enumerate(parts) if re.search(r"sheet\d+\.|workbook\.|sharedStrings|styles|content\.xml", name)]
    for _ in range(dice.randint(1, 3)):
        at = dice.choice(telling) if telling and dice.random() < 0.85 else dice.randrange(len(parts))
        at = min(at, len(parts) - 1)
        name, content = parts[at]
        what = dice.randrange(12)
        if what <= 7:
            known = name.endswith((".xml", ".rels")) and dice.random() < 0.85
            parts[at] = (name, xml(content, dice) if known else bytes_of(content, dice))
        elif what == 8 and len(parts) > 1:
            del parts[at]
        elif what == 9:
            parts.append((name, bytes_of(content, dice)))
        elif what == 10:
            other = dice.randrange(len(parts))
            parts[at], parts[other] = (name, parts[other][1]), (parts[other][0], content)
        else:
            parts[at] = (dice.choice(["../x", "/x", "x" * 300, name.upper(), name + "/", "xl/worksheets/sheet1.xml"]), content)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", dice.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content)
    return held.getvalue()


def records(data: bytes, dice: random.Random, path: Path) -> bytes:
    """Break records of an .xls: their kind, length, content, or leave some out."""
    stream = compound.workbook(path)
    begin = data.find(stream[:512])
    if not stream or begin < 0 or data[begin : begin + len(stream)] != stream:
        return bytes_of(data, dice)
    places, at = [], 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        places.append((at, kind, length))
        at += 4 + length
    found = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at, _, length = dice.choice(places)
        at += begin
        what = dice.randrange(6)
        if what == 0:
            struct.pack_into("<H", found, at, dice.choice([6, 0x205, 0x203, 0x27E, 0xFD, 0xFC, 0x3C, 0x85, 0x809, 0x0A, 0x201, 0xBD, 0x22, 0x2F, dice.randrange(65536)]))
        elif what == 1:
            struct.pack_into("<H", found, at + 2, dice.choice([0, 1, 2, 8224, 65535, max(0, length - 1), length + 1]))
        elif length:
            where = at + 4 + dice.randrange(length)
            found[where] = dice.choice([0, 0xFF, 0x80, dice.randrange(256), found[where] ^ 1])
    return bytes(found)


def lines(data: bytes, dice: random.Random) -> bytes:
    """Break a text file: lines, cells, quotation marks, separators, encodings."""
    encoding = next((code for code in ("utf-16", "utf-8-sig", "gb18030") if _decodes(data, code)), "latin-1")
    rows = data.decode(encoding).split("\n")
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(rows))
        cells = rows[at].split(",")
        cell = dice.randrange(len(cells))
        what = dice.randrange(11)
        if what == 0:
            del rows[at]
            rows = rows or [""]
        elif what == 1:
            rows[at:at] = [rows[at]] * dice.choice([1, 2, 300])
        elif what == 2:
            other = dice.randrange(len(rows))
            rows[at], rows[other] = rows[other], rows[at]
        elif what <= 5:
            cells[cell] = dice.choice(NASTY)
            rows[at] = ",".join(cells)
        elif what == 6:
            where = dice.randrange(len(rows[at]) + 1)
            rows[at] = rows[at][:where] + dice.choice(['"', '""', "\r", "\x00", "\ufeff", ",", ";", "\t", ",,,", "\u2028"]) + rows[at][where:]
        elif what == 7:
            rows[at] += "," * dice.choice([1, 5, 20_000])
        elif what == 8:
            rows = [row.replace(",", dice.choice([";", "\t", "|", "，"])) for row in rows]
        elif what == 9:
            dice.shuffle(cells)
            rows[at] = ",".join(cells)
        else:
            rows[at] = rows[at] * dice.choice([2, 1000])
        if sum(map(len, rows)) > 3_000_000:
            break
    text = dice.choice(["\n", "\n", "\r\n", "\r"]).join(rows)
    if dice.random() < 0.25:
        encoding = dice.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32"])
    broken = text.encode(encoding, "replace")
    if dice.random() < 0.1:
        half = len(text) // 2
        broken = text[:half].encode("gb18030") + text[half:].encode()
    return bytes_of(broken, dice) if dice.random() < 0.15 else broken


def _decodes(data: bytes, code: str) -> bool:
    if code == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        data.decode(code)
    except UnicodeError:
        return False
    return True


def mutant(path: Path, dice: random.Random) -> bytes:
    """Return the content of a file, broken."""
    data = path.read_bytes()
    known: Callable[[bytes, random.Random], bytes]
    if path.suffix in (".xlsx", ".xlsb", ".ods"):
        known = zipped
    elif path.suffix == ".xls":
        def known(data: bytes, dice: random.Random) -> bytes:
            return records(data, dice, path)
    else:
        known = lines
    return known(data, dice) if dice.random() < 0.85 else bytes_of(data, dice)
