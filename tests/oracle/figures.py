"""Figures from events with pandas alone: counts, quantiles, means, Kaplan-Meier and Aalen-Johansen, step by step."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import pandas as pd

Z = 1.959963984540054

QUANTILES = {
    **{f"valve_time_{n}": ("valve_wd", p) for n, p in (("p50", 0.5), ("p85", 0.85), ("max", 1.0))},
    **{f"valve_hours_{n}": ("valve_h", p) for n, p in (("p50", 0.5), ("p85", 0.85), ("max", 1.0))},
    **{f"company_time_{n}": ("company", p) for n, p in (("p50", 0.5), ("p85", 0.85), ("max", 1.0))},
    "pipe_lead_days_p50": ("pipe_lead", 0.5),
}
MEANS = {"errands_per_connection": "errands", "docs_self_sourced": "docs", "project_info_items": "items"}
OPEN = {"open_cases": (0, 10**6), "open_0_30": (0, 30), "open_31_60": (31, 60), "open_61_90": (61, 90), "open_over_90": (91, 10**6)}


def ratio(rows: pd.DataFrame) -> dict[str, Any]:
    hits, misses, unknown = ((rows["verdict"] == v).sum() for v in ("hit", "miss", "unknown"))
    n = hits + misses
    found: dict[str, Any] = {"hits": hits, "n": n, "unknown": unknown, "value": hits / n if n else None, "convention": int(rows["convention"].fillna(False).astype(bool).sum())}
    if n + unknown:
        found |= {"evidence_low": hits / (n + unknown), "evidence_high": (hits + unknown) / (n + unknown)}
    if n:
        p, z2 = hits / n, Z * Z
        middle, half = p + z2 / (2 * n), Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        found |= {"chance_low": max(0.0, (middle - half) / (1 + z2 / n)), "chance_high": min(1.0, (middle + half) / (1 + z2 / n))}
    return found


def quantile(rows: pd.DataFrame, p: float) -> dict[str, Any]:
    low, high = rows["low"].astype(float), rows["high"].astype(float)
    exact = low[(low == high) & low.notna()]
    found: dict[str, Any] = {"n": len(exact), "unknown": len(rows) - len(exact), "value": exact.quantile(p) if len(exact) else None}
    if len(rows) and low.notna().all() and high.notna().all():
        found |= {"evidence_low": low.quantile(p), "evidence_high": high.quantile(p)}
    return found


def mean(rows: pd.DataFrame) -> dict[str, Any]:
    known = rows[rows["x"].notna() & rows["w"].notna()]
    weight = known["w"].astype(float).sum()
    return {"n": len(known), "unknown": len(rows) - len(known), "value": known["x"].astype(float).sum() / weight if weight else None}


def wait(rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """All figures of the whole wait from rows of days (None = unusable) and outcome."""
    usable = rows[rows["days"].notna()]
    size = {"n": len(usable), "unknown": len(rows) - len(usable)}
    pairs = sorted(zip(usable["days"].astype(float), usable["outcome"].astype(int), strict=True))
    steps = []
    s, v, both, f = 1.0, 0.0, 1.0, {1: 0.0, 2: 0.0}
    for t in sorted({d for d, _ in pairs}):
        n = sum(d >= t for d, _ in pairs)
        d1, d2 = (sum(d == t and o == k for d, o in pairs) for k in (1, 2))
        before = both
        s *= 1 - d1 / n
        v += d1 / (n * (n - d1)) if d1 < n else 0
        both *= 1 - (d1 + d2) / n
        f = {1: f[1] + before * d1 / n, 2: f[2] + before * d2 / n}
        bounds = (s ** exp(-Z * sqrt(v) / log(s)), s ** exp(Z * sqrt(v) / log(s))) if 1e-12 < s < 1 else (None, None)
        steps.append({"t": t, "n": n, "d": {1: d1, 2: d2}, "s": s if s > 1e-12 else 0.0, "low": bounds[0], "high": bounds[1], "before": before, "f": f, "left": both})
    found = {}
    for name, p in (("whole_wait_median", 0.5), ("whole_wait_p85", 0.85)):
        on = next((x["t"] for x in steps if abs(x["s"] - (1 - p)) <= 1e-9), None)
        under = next((x["t"] for x in steps if x["s"] < 1 - p - 1e-9), None)
        found[name] = size | {
            "value": (on + under) / 2 if on is not None and under is not None else on if on is not None else under,
            "chance_low": next((x["t"] for x in steps if x["low"] is not None and x["low"] <= 1 - p), None),
            "chance_high": next((x["t"] for x in steps if x["high"] is not None and x["high"] <= 1 - p), None),
        }
    for days in (30, 60, 90):
        for name, k in ((f"whole_wait_within_{days}", 1), (f"cancelled_within_{days}", 2)):
            found[name] = size | _within(steps, days, k)
    return found


def _within(steps: list[dict[str, Any]], days: int, k: int) -> dict[str, Any]:
    if not steps or (steps[-1]["t"] < days and steps[-1]["left"] > 1e-9):
        return {}
    inside = [x for x in steps if x["t"] <= days]
    share = inside[-1]["f"][k] if inside else 0.0
    v = 0.0
    for x in inside:
        n, d, gap = x["n"], x["d"][1] + x["d"][2], share - x["f"][k]
        v += (gap * gap * d / (n * (n - d)) if n > d else 0) + x["before"] ** 2 * x["d"][k] * (n - x["d"][k]) / n**3 - 2 * gap * x["before"] * x["d"][k] / n**2
    found: dict[str, Any] = {"value": share}
    if 1e-9 < share < 1 - 1e-9:
        width = Z * sqrt(max(v, 0)) / ((1 - share) * log(1 - share))
        found |= {"chance_low": 1 - (1 - share) ** exp(width), "chance_high": 1 - (1 - share) ** exp(-width)}
    return found


def figures(events: pd.DataFrame, last_month: str) -> dict[str, dict[str, Any]]:
    """Return {metric: figure} of one group; `last_month` is what a snapshot shows (the month itself, or the last of the span)."""
    by = {name: rows for name, rows in events.groupby("metric")}
    none = events.iloc[0:0]
    found: dict[str, dict[str, Any]] = {name: ratio(rows) for name, rows in by.items() if rows["verdict"].notna().any() and name != "charge"}
    for name, (source, p) in QUANTILES.items():
        found[name] = quantile(by.get(source, none), p)
    for name, source in MEANS.items():
        found[name] = mean(by.get(source, none))
    now = by.get("open", none)
    ages = now[now["month"] == last_month]["age"].astype(float)
    for name, (least, most) in OPEN.items():
        n = int(((ages >= least) & (ages <= most)).sum())
        found[name] = {"n": n, "value": n or None}
    charges = by.get("charge", none)
    sure = charges[charges["verdict"] == "miss"]
    unknown = int((charges["verdict"] == "unknown").sum())
    found["user_charge_count"] = {"n": len(sure), "unknown": unknown, "value": len(sure) or None}
    found["user_charge_amount"] = {"n": len(sure), "unknown": unknown, "value": sure["net"].astype(float).sum() if len(sure) else None}
    found |= wait(by.get("wait", none))
    return found
