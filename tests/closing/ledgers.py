"""Two small ledgers of one month, two grids and five applications."""

from __future__ import annotations

from pathlib import Path

MONTH = "2024-05"
GRIDS = "网格编号,网格名称,客户经理编号,客户经理,任职开始日期\nG1,一号网格,M1,陈一,2023-01-01\nG2,二号网格,M2,林二,2023-01-01\n"
HEAD = "报装编号,用户名称,网格,报装日期,具备通气条件时间,通气时间\n"
ROWS = (
    "A1,甲一食品有限公司,G1,2024-04-01,2024-05-06 09:00,2024-05-06 11:00\n"
    "A2,乙二食品有限公司,G1,2024-04-01,2024-05-06 09:00,2024-05-09 11:00\n"
    "A3,丙三食品有限公司,G2,2024-04-01,2024-05-06 09:00,2024-05-06 10:00\n"
    "A4,丁四食品有限公司,G2,2024-04-01,2024-05-07,2024-05-08\n"
    "A5,戊五食品有限公司,G2,2024-05-20,,\n"
)


def ledger(folder: Path, name: str, text: str) -> Path:
    """Write a ledger and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
