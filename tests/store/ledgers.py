"""Small ledgers of tests that kill, starve and cut off the store, and what its figures are before and after one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kpi import pipeline
from kpi.metrics.compute import compute

HEAD = "报装编号,用户名称,报装日期,具备通气条件时间,通气时间\n"
CUTOFF = "2024-06-30"
METRICS = ["valve_on_time", "open_cases"]


def ledger(folder: Path, name: str, first: int, count: int) -> Path:
    """Write a ledger of applications with numbers from `first` on."""
    rows = "".join(f"A{i:05d},示例{i}厂,2024-05-01,2024-05-06 09:00,2024-05-06 1{i % 6}:{i % 60:02d}\n" for i in range(first, first + count))
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def figures(home: Path) -> list[dict[str, Any]]:
    """Return figures of a store as a viewer gets them."""
    return compute(pipeline.reader(home), METRICS)


def valves(home: Path) -> int:
    """Return how many valves were opened, as a viewer gets it."""
    return compute(pipeline.reader(home), ["valve_on_time"], start="2024-05", end="2024-05")[-1]["n"]
