"""Small ledgers with invented names for the tests of bringing them in."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl

HEADS = ("报装编号", "用户名称", "联系人", "联系电话", "网格", "报装日期", "受理日期", "具备通气条件时间", "通气时间", "环节数")
GRIDS = ("网格编号", "网格名称", "客户经理编号", "客户经理", "任职开始")
PHONE, PERSON = "13812345678", "示例丰"


def row(number: int, **other: object) -> list[object]:
    """Return one application of May 2024, connected within half a working day; `other` says what is written instead, by header."""
    cells = dict(zip(HEADS, (f"BZ2024{number:05d}", f"示例{number}食品有限公司", PERSON, PHONE, "三号网格", "2024-05-06 09:00", "2024-05-06 09:30", "2024-05-20 09:00", "2024-05-20 10:30", 1), strict=True))
    return list((cells | other).values())


def workbook(rows: Sequence[Sequence[object]], *, heads: Sequence[str] = HEADS, title: str = "三号网格2024年5月用气报装台账", sheet: str = "5月") -> bytes:
    """Return a workbook with a title row, a header row and these rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    if title:
        page.append([title])
    page.append(list(heads))
    for cells in rows:
        page.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def grids() -> bytes:
    """Return the ledger of grids and terms of office."""
    return workbook([["G03", "三号网格", "M03", "示例明", "2023-01-01"], ["G04", "四号网格", "M04", "示例亮", "2023-01-01"]], heads=GRIDS, title="网格与客户经理", sheet="网格")


FAULTY = workbook([row(1), row(2, 受理日期="5月32日"), row(3, 环节数="一次办好"), row(4, 报装编号="", 用户名称=""), row(5)])
"""Five rows: one without a number or name, two with a cell that cannot be read."""

GOOD = workbook([row(n) for n in range(1, 6)])

STRANGE = ("登记号", "报上来的单位", "什么时候报的", "点着火的时候")
"""Headers that tell nobody what they mean."""


def strange(first: int) -> bytes:
    """Return a ledger under headers that are not recognised, its rows numbered from `first`."""
    return workbook([[f"BZ2024{n:05d}", f"示例{n}酒店有限公司", "2024-05-07 09:00", "2024-05-21 10:00"] for n in range(first, first + 3)], heads=STRANGE, title="", sheet="Sheet1")
