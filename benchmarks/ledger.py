"""A ledger of many applications, 25 columns, as .csv and as .xlsx, and the list of grids: the same rows for both sides of a comparison."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

FIRST, MONTHS = datetime(2023, 4, 1), 20
CUTOFF = "2024-12-31"
AS_OF = datetime(2025, 1, 1)
GRIDS = 12
HEADERS = ("报装编号 用户名称 统一社会信用代码 用户类型 用气地址 园区 网格 联系人 联系电话 报装渠道 报装日期 受理日期 红线内建设方式 用户提供资料数 网上获取资料数"
           " 环节数 红线内开工日期 红线内完工日期 验收日期 具备通气条件时间 申请通气时间 通气时间 取消日期 用户确认单 备注").split()
TIMES = frozenset(i for i, h in enumerate(HEADERS) if "日期" in h or "时间" in h)
NOTES = ("", "", "现场已复核，资料齐全", "用户要求下午办理，已电话确认", "红线外管道已到位，待用户内部整改后通气", "")


def _office(rng: random.Random, day: datetime) -> datetime:
    """A moment of office hours on that day or a later weekday; never midnight, which would read as a day."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    hour, minute = rng.choice(((8, 30), (9, 0), (10, 15), (11, 20), (14, 30), (15, 10), (16, 45), (17, 5)))
    return day.replace(hour=hour, minute=minute) + timedelta(minutes=rng.randrange(15))


SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _credit(body: str) -> str:
    """Return a credit code of 18 signs with the check sign that GB 32100 gives its first 17."""
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[-total % 31]


def rows(count: int, seed: int = 15) -> list[list[str | int | datetime | None]]:
    """Return the rows of `count` applications: most connected, some open, a few cancelled, one in ten past its half-day."""
    rng = random.Random(seed)
    found = []
    for i in range(count):
        applied = _office(rng, FIRST + timedelta(days=rng.randrange(MONTHS * 30)))
        accepted = applied + timedelta(minutes=rng.randrange(5, 55))
        started = _office(rng, applied + timedelta(days=rng.randrange(2, 15)))
        done = _office(rng, started + timedelta(days=rng.randrange(3, 30)))
        ready = _office(rng, done + timedelta(days=rng.randrange(1, 4)))
        asked = ready + timedelta(minutes=rng.randrange(0, 50))
        on = asked + timedelta(minutes=rng.randrange(10, 150)) if rng.random() < 0.9 else _office(rng, asked + timedelta(days=rng.randrange(1, 5)))
        fate = rng.random()
        cancelled = _office(rng, applied + timedelta(days=1)) if fate > 0.97 else None
        after = [None] * 3 if cancelled else [t if t < AS_OF else None for t in (started, done, done)]
        last = [None] * 3 if cancelled or fate < 0.04 else [t if t < AS_OF else None for t in (ready, asked, on)]
        found.append([
            f"BZ{2000000 + i}", f"示例{i % 9973:04d}号{'食品机械化工建材'[i % 4 * 2:][:2]}有限公司", _credit(f"91420800MA{i:07d}"), "工业商业公福"[i % 3 * 2:][:2],
            f"示例市第{i % 40 + 1}大道{i % 300 + 1}号", f"第{i % 5 + 1}示例园区", f"G{i % GRIDS + 1:02d}", f"{'赵钱孙李周吴郑王'[i % 8]}某某", f"138{i * 7919 % 100_000_000:08d}",
            "营业厅" if rng.random() < 0.05 else "线上", applied, accepted, "自建" if i % 2 else "委托",
            rng.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, None)), rng.choice((3, 4, 5, None)), rng.choice((1, 1, 1, 1, 1, 2)), *after, *last, cancelled, rng.choice(("是", "是", "")), rng.choice(NOTES),
        ])
    return found


def write_grids(path: Path) -> Path:
    """Write the list of grids and their holders."""
    lines = ["网格编号,网格名称,客户经理工号,客户经理,任职开始", *(f"G{g:02d},{g}号网格,M{g:02d},{'赵钱孙李周吴郑王冯陈褚卫'[g - 1]}某,2022-01-01" for g in range(1, GRIDS + 1))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_csv(path: Path, data: list[list]) -> Path:
    """Write the ledger as UTF-8 text, times to the minute."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        writer.writerows([f"{v:%Y-%m-%d %H:%M}" if isinstance(v, datetime) else v for v in row] for row in data)
    return path


def write_xlsx(path: Path, data: list[list]) -> Path:
    """Write the ledger as a workbook with real date cells."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    form = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("用气报装台账")
    sheet.write_row(0, 0, HEADERS)
    for r, row in enumerate(data, start=1):
        for c, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(r, c, value, form)
            elif isinstance(value, int):
                sheet.write_number(r, c, value)
            elif value:
                sheet.write_string(r, c, value)
    book.close()
    return path
