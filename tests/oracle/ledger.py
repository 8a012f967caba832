"""The standing rows as the oracle sees them: plain records, grids and managers attributed by the rules, events after as-of unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from tests.oracle.calendar import MINUTE

UNSTATED = "(未填)"
EFFECTIVE = datetime(2023, 3, 10)


@dataclass(frozen=True)
class Time:
    """A recorded time: from, exclusive end, last included minute, precision."""

    start: datetime
    end: datetime
    last: datetime
    precision: str


class Ledger:
    """All tables of a build as lists of dicts; `time` reads a span, None where blank or not before as-of."""

    def __init__(self, engine: Any) -> None:
        self.as_of: datetime = engine.as_of
        tables = "application project work visit charge appeal followup term clock_stop".split()
        self.tables = {name: self._records(engine, name) for name in tables}
        self.items = pd.read_csv("data/reference/fee_words.csv", dtype=str)
        self.words: dict[str, str] = {}
        for term in self.tables["term"]:
            name = term["grid_name"] or ""
            for word in (term["grid_code"], name, name.split("(")[0]):
                if word:
                    self.words.setdefault(word, term["grid_code"])
        self.projects = {p["project_id"]: p for p in self.tables["project"] if p["project_id"]}
        self.apps = [a for a in self.tables["application"] if self.time(a, "applied_at")]
        self.app = {a["app_id"]: a for a in self.apps if a["app_id"]}
        self.of: dict[str, dict[str, list[dict]]] = {
            name: self._by_app(name) for name in ("visit", "charge", "followup", "clock_stop", "work")
        }

    @staticmethod
    def _records(engine: Any, name: str) -> list[dict[str, Any]]:
        frame = engine.query(f"select * from {name}").to_pandas()
        return [{k: None if v is pd.NaT or v is None or (isinstance(v, float) and pd.isna(v)) else v for k, v in row.items()} for row in frame.astype(object).to_dict("records")]

    def _by_app(self, name: str) -> dict[str, list[dict]]:
        found: dict[str, list[dict]] = {}
        for row in self.tables[name]:
            if row["app_id"]:
                found.setdefault(row["app_id"], []).append(row)
        return found

    def time(self, row: dict, name: str, *, planned: bool = False) -> Time | None:
        if row.get(name) is None:
            return None
        start, end, precision = pd.Timestamp(row[name]).to_pydatetime(), pd.Timestamp(row[f"{name}_to"]).to_pydatetime(), row[f"{name}_p"]
        if start >= self.as_of and not planned:
            return None
        return Time(start, end, start if precision == "moment" else end - MINUTE, precision)

    def grid(self, row: dict, app_id: str | None = None) -> str:
        own = self.words.get(row.get("grid_code") or "")
        if own:
            return own
        app = self.app.get(app_id) if app_id else None
        if app is not None and (found := self.grid(app)) != UNSTATED:
            return found
        project = self.projects.get(row.get("project_id") or "")
        return self.words.get((project or {}).get("grid_code") or "", UNSTATED)

    def holder(self, grid: str, at: datetime) -> str:
        found = [
            (pd.Timestamp(t["valid_from"]), t["manager_id"] or t["manager_name"])
            for t in self.tables["term"]
            if t["grid_code"] == grid and pd.Timestamp(t["valid_from"]) <= at and (t["valid_to_to"] is None or at < pd.Timestamp(t["valid_to_to"]))
        ]
        return max(found)[1] if found else UNSTATED

    def owner(self, name: str | None) -> str:
        found = sorted(t["manager_id"] or t["manager_name"] for t in self.tables["term"] if name and name in (t["manager_name"], t["manager_id"]))
        return found[0] if found else UNSTATED

    def regime(self, app: dict) -> str:
        applied, gas_on = self.time(app, "applied_at"), self.time(app, "gas_on_at")
        cancelled = None if app["gas_on_at"] is not None and pd.Timestamp(app["gas_on_at"]) < self.as_of else self.time(app, "cancelled_on")
        if applied.start >= EFFECTIVE:
            return "1.5"
        closed = gas_on or cancelled
        if closed is not None:
            return "11000" if closed.start < EFFECTIVE else "straddling"
        return "11000" if self.as_of <= EFFECTIVE else "straddling"

    def scope(self, charge: dict) -> str | None:
        if charge["scope"]:
            return charge["scope"]
        sides = {s for w, s in zip(self.items["word"], self.items["scope"], strict=True) if w in (charge["item"] or "")}
        if {"红线外", "红线内"} <= sides:
            return "混合"
        return next((s for s in ("红线外", "红线内", "表具", "气费", "其他") if s in sides), None)

    def net(self, charge: dict) -> float | None:
        if charge["status"] == "减免":
            return 0.0
        refunded = self.time(charge, "refunded_on") if charge["refunded_on"] is not None else self.time(charge, "paid_on")
        if charge["status"] == "退费" and charge["refund_amount"] is None and refunded:
            return 0.0
        if charge["amount"] is None:
            return None
        return charge["amount"] - ((charge["refund_amount"] or 0) if refunded else 0)


def days_after(at: datetime, n: int) -> datetime:
    return datetime(at.year, at.month, at.day) + timedelta(days=n)
