"""Misses by recorded cause and by who had it in hand: a cause stands only where a person wrote it down, and a party only where the cause names one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kpi import standards
from kpi.engine import Engine
from kpi.metrics.compute import span
from kpi.metrics.model import DIMENSIONS, Ratio
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem

RECORDED = ("application", "appeal")
"""Tables with a column for the cause of what was not kept (超时原因、未兑现原因)."""

PARTIES = ("公司", "用户", "政府", "第三方", "不可抗力")


def grouped(causes: Iterable[tuple[str, str | None]]) -> list[dict[str, Any]]:
    """Return (key, cause) of misses as [{controller, cause, n, keys}], by party (公司, 用户, 政府, 第三方, 不可抗力, then None: named by nobody), the frequent first.

    A miss without a recorded cause has cause and controller None.
    """
    found: dict[tuple[str | None, str | None], list[str]] = {}
    for key, cause in causes:
        found.setdefault((standards.controller(cause), cause or None), []).append(key)
    return _ordered([{"controller": party, "cause": cause, "n": len(keys), "keys": sorted(keys)} for (party, cause), keys in found.items()])


def parties(counted: Iterable[tuple[str | None, int]]) -> list[dict[str, Any]]:
    """Return (cause, misses) as the rows of `grouped` without their keys."""
    found: dict[tuple[str | None, str | None], int] = {}
    for cause, n in counted:
        about = (standards.controller(cause), cause or None)
        found[about] = found.get(about, 0) + n
    return _ordered([{"controller": party, "cause": cause, "n": n} for (party, cause), n in found.items()])


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (PARTIES.index(row["controller"]) if row["controller"] else len(PARTIES), row["cause"] is None, -row["n"], row["cause"] or ""))


def causes(engine: Engine, id: str, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the misses of a share in these months by cause and controller; their n add up to the misses of the figure. Raises UsageProblem for a KPI without misses."""
    asked = metric(id)
    if not isinstance(asked, Ratio):
        raise UsageProblem(f"{asked.id} 不是比率，没有“未做到”。", f"{asked.id} is no share: it has no misses.")
    for name in where or {}:
        if name not in DIMENSIONS:
            raise UsageProblem(f"没有“{name}”这个维度。", f"No dimension '{name}'.")
    months = span(engine, start, end)
    first = months[-1] if asked.snapshot else months[0]
    condition = " and ".join(["f.month between ? and ?", f"({asked.where})", f"{asked.verdict} = 'miss'", *(f"f.{name} = ?" for name in where or {})])
    # of a ledger without causes the join is not planned at all
    told = f"left join (select _key, miss_cause from {asked.table} where miss_cause is not null) as t on t._key = f.key" if asked.table in RECORDED else "left join (select null as miss_cause) as t on false"
    rows = engine.rows(f"select f.key, f.app_id, t.miss_cause as cause from {asked.fact} as f {told} where {condition}", [first, months[-1], *(where or {}).values()])
    return grouped((row["app_id"] if asked.table == "application" and row["app_id"] else row["key"], row["cause"]) for row in rows)


def recorded(engine: Engine, table: str, keys: Iterable[str]) -> dict[str, str]:
    """Return {key: cause} of the rows of a table that hold one."""
    asked = sorted(set(keys))
    if table not in RECORDED or not asked:
        return {}
    rows = engine.rows(f"select _key as key, miss_cause as cause from {table} where miss_cause is not null and _key in ({', '.join('?' for _ in asked)})", asked)
    return {row["key"]: row["cause"] for row in rows}
