"""Broken relatives of sound ledgers: bytes flipped, files cut, parts of the container lost or doubled, XML bent, encodings mixed."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from datetime import date, datetime, time
from pathlib import Path

import xlwt

from tests.exports.binary import xlsb
from tests.exports.conftest import text, xlsx

HEAD = ["报装编号", "用户名称", "用气地址", "报装日期", "具备通气条件时间", "通气时间", "环节数", "合同金额(万元)", "联系电话", "备注"]
CELLS = ["", "—", "2024年5月6日上午", "5月32日", "24-5-6 9:70", "1.2万", "￥1,200.50", "是", "〇", "＝1+1", "=1+1", "#N/A", "1e308", "9" * 40, "合计", "同上", "a\tb", "x" * 3000, "\u202e翻", "'0012"]
PIECES = [b"<", b">", b'"', b"&", b"\x00", b"\xff", b"A1", b"XFD1048576", b't="e"', b"<f>1</f>", b"99999999999", b"-1", b"&#0;", b"]]>", b"r=", b"<row/>", b"\n", b",", b"\r", b'""', b"\xe5"]


def ledger(dice: random.Random, rows: int) -> list[list]:
    """Return a ledger of applications, some of its cells strange."""
    found: list[list] = [["示例燃气公司用气报装台账"], HEAD]
    for i in range(rows):
        day = date(2024, dice.randint(1, 12), dice.randint(1, 28))
        at = datetime.combine(day, time(9, dice.randrange(60)))
        row = [f"BZ{i:05d}", f"示例{i}厂", f"示例路{i}号", day, at, at.replace(hour=15), dice.choice((1, 2, "一次")), 12.5, "13800000000", ""]
        for _ in range(dice.randrange(3)):
            row[dice.randrange(len(row))] = dice.choice(CELLS)
        found.append(row)
    return found


def sources(folder: Path, dice: random.Random) -> dict[str, bytes]:
    """Return sound files of every kind as {suffix: content}."""
    rows = ledger(dice, 40)
    spoken = [[f"{v:%Y-%m-%d %H:%M}" if isinstance(v, datetime) else v for v in row] for row in rows]
    found = {
        ".xlsx": xlsx(folder / "a.xlsx", {"台账": rows, "说明": [["填表说明"]]}, merges={"台账": ["A1:J1"]}).read_bytes(),
        ".csv": text(folder / "a.csv", spoken).read_bytes(), ".gb.csv": text(folder / "g.csv", spoken, encoding="gb18030").read_bytes(),
        ".xlsb": xlsb(folder / "a.xlsb", {"台账": [[v if not isinstance(v, time) else str(v) for v in row] for row in rows]}).read_bytes(),
    }
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for r, row in enumerate(spoken):
        for c, value in enumerate(row):
            sheet.write(r, c, str(value) if isinstance(value, date) else value)
    held = io.BytesIO()
    book.save(held)
    return {**found, ".xls": held.getvalue()}


def flipped(content: bytes, dice: random.Random) -> bytes:
    """Change a few bytes anywhere, or put a piece of syntax in their place."""
    found = bytearray(content)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(found) or 1)
        if dice.random() < 0.4:
            piece = dice.choice(PIECES)
            found[at : at + dice.choice((0, len(piece)))] = piece
        else:
            found[at : at + 1] = bytes([dice.randrange(256)])
    return bytes(found)


def cut(content: bytes, dice: random.Random) -> bytes:
    """Cut the end off, take a stretch out, or double one."""
    first, last = sorted((dice.randrange(len(content)), dice.randrange(len(content))))
    return dice.choice((content[:last], content[:first] + content[last:], content[:last] + content[first:]))


def recoded(content: bytes, dice: random.Random) -> bytes:
    """Write some lines in another encoding."""
    lines = content.splitlines(keepends=True)
    for at in dice.sample(range(len(lines)), min(3, len(lines))):
        for code in ("utf-8", "gb18030"):
            try:
                lines[at] = lines[at].decode(code).encode(dice.choice(("utf-8", "gb18030", "utf-16-le", "big5")), "replace")
                break
            except UnicodeDecodeError:
                continue
    return b"".join(lines)


def packed(content: bytes, dice: random.Random) -> bytes:
    """Lose, double, swap or bend parts of a container, which stays a sound container itself."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    deed = dice.choice(("lose", "double", "swap", "bend", "bend", "bend"))
    at = dice.randrange(len(parts))
    if deed == "lose":
        parts.pop(at)
    elif deed == "double":
        parts.append(parts[at])
    elif deed == "swap":
        other = dice.randrange(len(parts))
        (one, first), (two, second) = parts[at], parts[other]
        parts[at], parts[other] = (one, second), (two, first)
    else:
        main = [i for i, (name, _) in enumerate(parts) if re.search(r"sheet1\.|sharedStrings|styles|workbook\.", name)] or [at]
        at = dice.choice(main)
        parts[at] = (parts[at][0], bent(parts[at][1], dice))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def bent(part: bytes, dice: random.Random) -> bytes:
    """Change attributes, texts or elements of an XML part, or its bytes where it is none."""
    marks = [m.span(1) for m in re.finditer(rb'="([^"]{0,40})"', part)] + [m.span(1) for m in re.finditer(rb">([^<]{1,40})<", part)]
    if not marks or dice.random() < 0.2:
        return flipped(part, dice)
    for _ in range(dice.randint(1, 4)):
        first, last = dice.choice(marks)
        value = dice.choice((b"", b"-1", b"0", b"4294967296", b"99999", b"XFD9", b"A0", b"e", b"s", b"b", b"str", b"inlineStr", b"45000.999999999", b"NaN", b"&#x1F525;", b"1e400", b"A1:XFD1048576"))
        part = part[:first] + value + part[last:]
        marks = [(a, b) for a, b in marks if b <= first] or [(first, first)]
    return part


def mutant(sound: dict[str, bytes], seed: int) -> tuple[str, bytes]:
    """Return (suffix, content) of the mutant with this number; the same number gives the same mutant."""
    dice = random.Random(seed)
    suffix = dice.choice(sorted(sound))
    ways = [flipped, cut, *([recoded, recoded] if suffix.endswith(".csv") else []), *([packed] * 4 if suffix in (".xlsx", ".xlsb") else [])]
    content = sound[suffix]
    for _ in range(dice.choice((1, 1, 2))):
        try:
            content = dice.choice(ways)(content, dice)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, IndexError):
            # what is broken already is no container to take apart
            break
        content = content or b"\x00"
    # now and then under another kind's name
    return dice.choice([suffix] * 9 + sorted(sound)), content
