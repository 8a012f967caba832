"""The same work with pandas and openpyxl, vectorised: read and type the ledger, put times on the working axis, compute the KPIs by month and grid.

A careful analyst's script, not a straw man: no apply over rows, positions by table look-up, one pass per grouping.
It knows only what this ledger holds (every time to the minute, no stops, no other tables), which the product may not assume.
"""

from __future__ import annotations

import sys
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import ledger

UNIT, AM, PM = 1260, (510, 720, 6), (870, 1050, 7)
Z = 1.959963984540054
NAMES = dict(zip(ledger.HEADERS, "id name uscc type address park grid contact phone channel applied accepted mode docs online steps started done passed ready asked on cancelled confirmed note".split(),
                 strict=True))
CALENDAR = Path(__file__).parents[1] / "data" / "reference" / "calendar.csv"


def load(path: Path) -> pd.DataFrame:
    """Read the ledger and type its columns."""
    raw = pd.read_csv(path, dtype=str) if path.suffix == ".csv" else pd.read_excel(path, dtype={"报装编号": str, "联系电话": str, "统一社会信用代码": str}, engine="openpyxl")
    frame = raw.rename(columns=NAMES)
    for name in (NAMES[ledger.HEADERS[i]] for i in ledger.TIMES):
        frame[name] = pd.to_datetime(frame[name], errors="coerce", format="%Y-%m-%d %H:%M" if path.suffix == ".csv" else None)
    for name in ("docs", "online", "steps"):
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    for name in ("channel", "grid", "type", "mode", "park"):
        frame[name] = frame[name].astype("category")
    if frame["id"].duplicated().any():
        raise SystemExit("duplicate keys")
    return frame


class Axis:
    """Positions of moments on the working axis, by a table of days."""

    def __init__(self) -> None:
        days = pd.read_csv(CALENDAR, parse_dates=["date"])
        self.first = days["date"].iloc[0]
        work = days["is_workday"].to_numpy(dtype=np.int64)
        self.work, self.before = work, np.concatenate([[0], np.cumsum(work)[:-1]])
        self.dates = days["date"].to_numpy()
        self.workdays = self.dates[work == 1]

    def at(self, moments: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Return (half-day units, working minutes) of each moment, nan for none."""
        known = moments.notna().to_numpy()
        filled = moments.fillna(self.first)
        day = (filled.dt.normalize() - self.first).dt.days.to_numpy()
        minute = (filled.dt.hour * 60 + filled.dt.minute).to_numpy()
        am, pm = (np.clip(minute - s[0], 0, s[1] - s[0]) * self.work[day] for s in (AM, PM))
        units = self.before[day] * 2 * UNIT + am * AM[2] + pm * PM[2]
        minutes = self.before[day] * 390 + am + pm
        return np.where(known, units, np.nan), np.where(known, minutes, np.nan)

    def moment(self, units: np.ndarray) -> pd.Series:
        """Return the earliest moment at each position, NaT for none."""
        known = ~np.isnan(units)
        u = np.where(known, units, 1).astype(np.int64)
        k = (u - 1) // UNIT
        rest = u - k * UNIT
        begin, per = np.where(k % 2 == 0, AM[0], PM[0]), np.where(k % 2 == 0, AM[2], PM[2])
        found = pd.Series(self.workdays[k // 2]) + pd.to_timedelta(begin + -(-rest // per), unit="min")
        return found.where(known)


def verdict(miss: pd.Series, hit: pd.Series) -> np.ndarray:
    """Return 1 for a hit, 0 for a miss, nan for what cannot be told."""
    return np.where(miss, 0.0, np.where(hit, 1.0, np.nan))


def facts(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return applications with every case-level result, and the open cases of each month end."""
    axis = Axis()
    f = frame.copy()
    f["start"] = f[["ready", "asked"]].max(axis=1).where(f["ready"].notna())
    (start_u, start_m), (on_u, on_m), (applied_u, _) = axis.at(f["start"]), axis.at(f["on"]), axis.at(f["applied"])
    due = axis.moment(start_u + UNIT).set_axis(f.index)
    f["wd"], f["hours"] = (on_u - start_u) / (2 * UNIT), (on_m - start_m) / 60
    f["company"] = (on_u - applied_u) / (2 * UNIT)
    connected = f["on"].notna()
    f["on_month"] = f["on"].dt.strftime("%Y-%m")
    f["due_month"] = due.where(due <= ledger.AS_OF).dt.strftime("%Y-%m")
    f["applied_month"] = f["applied"].dt.strftime("%Y-%m")
    f["done_month"] = f["done"].dt.strftime("%Y-%m")
    f["valve"] = np.where(connected, verdict(f["wd"] > 0.5, f["wd"] <= 0.5), 0.0)
    yes, walked = f["confirmed"].eq("是"), f["channel"].eq("营业厅")
    f["fee"] = verdict(pd.Series(False, index=f.index), yes)
    f["errand"] = verdict(walked, yes)
    f["errands"] = np.where(walked, 1.0, np.where(yes, 0.0, np.nan))
    f["kept_errand"] = verdict(pd.Series(False, index=f.index), yes)
    f["material"] = verdict(f["docs"] > 0, f["docs"].eq(0) | yes)
    f["process"] = verdict(f["steps"] > 1, pd.Series(False, index=f.index))
    five = f[["valve", "process", "material", "errand", "fee"]]
    f["kept"] = np.where((five == 0).any(axis=1), 0.0, np.where(five.isna().any(axis=1), np.nan, 1.0))
    f["needed"] = f["docs"] + f["online"]
    f["docs_known"] = f["needed"].notna()
    second = f["on"].dt.normalize() + pd.Timedelta(days=30)
    f["second_month"] = second.where(second + pd.Timedelta(days=1) <= ledger.AS_OF).dt.strftime("%Y-%m")
    f["survey_month"] = f["on_month"].where(f["on"].dt.normalize() + pd.Timedelta(days=8) <= ledger.AS_OF)
    f["never"], f["untold"] = 0.0, np.nan
    ended = f["on"].fillna(f["cancelled"]).fillna(ledger.AS_OF)
    f["days"] = (ended - f["applied"]).dt.total_seconds() / 86400
    f["outcome"] = np.where(connected, 1, np.where(f["cancelled"].notna(), 2, 0))
    open_ = []
    for month in pd.period_range(f["applied"].min(), ledger.AS_OF - pd.Timedelta(minutes=1), freq="M"):
        end = (month + 1).start_time
        rows = f.loc[(f["applied"] < end) & ~(f["on"] < end) & ~(f["cancelled"] < end), ["grid", "applied"]]
        age = (end - pd.Timedelta(days=1) - rows["applied"].dt.normalize()).dt.days
        open_.append(pd.DataFrame({"grid": rows["grid"], "month": str(month), "age": age}))
    return f, pd.concat(open_)


SETS = (["grid", "month"], ["grid"], ["month"], [])


def _grouped(frame: pd.DataFrame, keys: list[str]):
    return frame.groupby(keys, observed=True) if keys else frame.groupby(np.zeros(len(frame), dtype=int))


def _wilson(hits: pd.Series, n: pd.Series) -> pd.DataFrame:
    p = hits / n
    middle, half = p + Z * Z / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return pd.DataFrame({"chance_low": ((middle - half) / (1 + Z * Z / n)).clip(lower=0), "chance_high": ((middle + half) / (1 + Z * Z / n)).clip(upper=1)})


def _waits(days: np.ndarray, outcome: np.ndarray) -> dict[str, float | None]:
    """Kaplan-Meier median and P85 with their bounds, and incidence within 30, 60 and 90 days with theirs, of one group."""
    times, at = np.unique(days, return_inverse=True)
    d1, d2, total = (np.bincount(at, weights=w, minlength=len(times)) for w in (outcome == 1, outcome == 2, np.ones(len(days))))
    n = np.cumsum(total[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.cumprod(1 - d1 / n)
        v = np.cumsum(np.where(n > d1, d1 / (n * (n - d1)), 0))
        left = np.cumprod(1 - (d1 + d2) / n)
        width = np.exp(Z * np.sqrt(v) / np.log(s))
        inside = (s > 1e-12) & (s < 1)
        low, high = (np.where(inside, bound, np.nan) for bound in (s ** (1 / width), s**width))
    before = np.concatenate([[1.0], left[:-1]])
    found: dict[str, float | None] = {}
    for name, p in (("whole_wait_median", 0.5), ("whole_wait_p85", 0.15)):
        under, on = np.nonzero(s < p - 1e-9)[0], np.nonzero(np.abs(s - p) <= 1e-9)[0]
        value = times[under[0]] if len(under) else None
        found[name] = (times[on[0]] + value) / 2 if len(on) and value is not None else times[on[0]] if len(on) else value
        for bound, curve in (("chance_low", np.fmin(low, high)), ("chance_high", np.fmax(low, high))):
            reached = np.nonzero(curve <= p)[0]
            found[f"{name}.{bound}"] = times[reached[0]] if len(reached) else None
    for limit in (30, 60, 90):
        i = np.searchsorted(times, limit, side="right")
        for name, d in (("whole_wait_within", d1), ("cancelled_within", d2)):
            share = float((before[:i] * d[:i] / n[:i]).sum())
            if times[-1] < limit and left[-1] > 1e-9:
                continue
            found[f"{name}_{limit}"] = share
            if 1e-9 < share < 1 - 1e-9:
                # Aalen's variance of an incidence, then log-log bounds
                gap, both = share - np.cumsum(before[:i] * d[:i] / n[:i]), d1[:i] + d2[:i]
                with np.errstate(divide="ignore", invalid="ignore"):
                    open_ = np.where(n[:i] > both, gap**2 * both / (n[:i] * (n[:i] - both)), 0)
                variance = (open_ + before[:i] ** 2 * d[:i] * (n[:i] - d[:i]) / n[:i] ** 3 - 2 * gap * before[:i] * d[:i] / n[:i] ** 2).sum()
                width = Z * sqrt(max(0.0, float(variance))) / ((1 - share) * log(1 - share))
                found[f"{name}_{limit}.chance_low"], found[f"{name}_{limit}.chance_high"] = 1 - (1 - share) ** exp(width), 1 - (1 - share) ** exp(-width)
    return found


RATIOS = {"all_kept": ("on_month", "kept"), "valve_on_time": ("due_month", "valve"), "one_process": ("on_month", "process"), "zero_material": ("on_month", "material"),
          "zero_errand": ("on_month", "errand"), "zero_errand_excl_voluntary": ("on_month", "kept_errand"), "zero_fee": ("on_month", "fee"),
          "two_follow_ups": ("second_month", "never"), "survey_coverage": ("survey_month", "never"), "pipe_ready_first": ("done_month", "untold")}
OPEN = {"open_cases": (0, 10**6), "open_0_30": (0, 30), "open_31_60": (31, 60), "open_61_90": (61, 90), "open_over_90": (91, 10**6)}


def compute(frame: pd.DataFrame) -> dict[tuple[str, str | None, str | None], dict[str, float]]:
    """Return the figures as {(KPI, month, grid): fields}, for every grouping of month and grid."""
    f, stock = facts(frame)
    found: dict[tuple[str, str | None, str | None], dict[str, float]] = {}

    def keep(id: str, keys: list[str], table: pd.DataFrame) -> None:
        for key, values in zip(table.index, table.to_dict("records"), strict=True):
            at = dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True)) if keys else {}
            found.setdefault((id, at.get("month"), at.get("grid")), {}).update(values)

    for keys in SETS:
        for id, (dated, column) in RATIOS.items():
            rows = f.loc[f[dated].notna(), ["grid", dated, column]].rename(columns={dated: "month"})
            rows["all"] = 1
            table = _grouped(rows, keys).agg(hits=(column, "sum"), n=(column, "count"), all=("all", "sum"))
            table["unknown"] = table["all"] - table["n"]
            table["value"] = table["hits"] / table["n"]
            table["evidence_low"], table["evidence_high"] = table["hits"] / table["all"], (table["hits"] + table["unknown"]) / table["all"]
            keep(id, keys, table.drop(columns="all").join(_wilson(table["hits"], table["n"])))
        rows = f.loc[f["on_month"].notna()].rename(columns={"on_month": "month"})
        groups = _grouped(rows, keys)
        for prefix, column in (("valve_time", "wd"), ("valve_hours", "hours"), ("company_time", "company")):
            table = groups[column].quantile([0.5, 0.85, 1.0]).unstack()
            for name, p in (("p50", 0.5), ("p85", 0.85), ("max", 1.0)):
                keep(f"{prefix}_{name}", keys, pd.DataFrame({"value": table[p], "n": groups[column].count()}))
        keep("errands_per_connection", keys, groups["errands"].agg(value="mean", n="count"))
        known = _grouped(rows[rows["docs_known"]], keys)
        keep("docs_self_sourced", keys, pd.DataFrame({"value": known["online"].sum() / known["needed"].sum(), "n": known["online"].count()}))
        cohort = f[["grid", "applied_month", "days", "outcome"]].rename(columns={"applied_month": "month"})
        for key, part in _grouped(cohort, keys):
            at = dict(zip(keys, key, strict=True)) if keys else {}
            for name, value in _waits(part["days"].to_numpy(), part["outcome"].to_numpy()).items():
                id, _, field = name.partition(".")
                found.setdefault((id, at.get("month"), at.get("grid")), {"n": len(part)})[field or "value"] = value
        for id, (least, most) in OPEN.items():
            chosen = stock[stock["age"].between(least, most)]
            if "month" in keys:
                keep(id, keys, _grouped(chosen, keys).agg(value=("age", "size")))
            else:
                keep(id, keys, _grouped(chosen[chosen["month"] == stock["month"].max()], keys).agg(value=("age", "size")))
    return found


def main() -> None:
    """`peer.py load FILE OUT` types a ledger into Parquet; `peer.py compute PARQUET` computes."""
    what, path = sys.argv[1], Path(sys.argv[2])
    if what == "load":
        load(path).to_parquet(sys.argv[3])
    else:
        compute(pd.read_parquet(path))


if __name__ == "__main__":
    main()
