"""Arithmetic on months written like 2024-05."""

from __future__ import annotations


def shift(month: str, by: int) -> str:
    """Return the month `by` months later (negative: earlier)."""
    index = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def between(first: str, last: str) -> list[str]:
    """Return the months from first to last, both included; none where the first is the later."""
    found = [first] if first <= last else []
    while found and found[-1] < last:
        found.append(shift(found[-1], 1))
    return found
