"""The standing ledgers as the oracle reads them: rows as dicts, recorded times as spans, what is not yet past left out."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from kpi.standards.folder import reference

TABLES = ("application", "project", "work", "visit", "charge", "appeal", "followup", "term", "clock_stop", "park")
UNSTATED = "(未填)"
EFFECTIVE = datetime(2023, 3, 10)
BOTH = "红线内外"
UNREACHED = ("未接", "拒访", "空号")
"""A call that reached nobody carries no answer; where the column is blank, the answer itself shows that somebody was reached."""

Row = dict[str, Any]


class Span(NamedTuple):
    """A recorded time: [from, to), its last minute; exact where it is a moment."""

    begin: datetime
    end: datetime
    exact: bool

    @property
    def last(self) -> datetime:
        return self.begin if self.exact else self.end - timedelta(minutes=1)


class Ledgers:
    """All standing rows of a build at an as-of moment."""

    def __init__(self, engine: Any) -> None:
        self.as_of: datetime = engine.as_of
        self.rows: dict[str, list[Row]] = {name: engine.rows(f"select * from {name}") for name in TABLES}
        self.applications = [a for a in self.rows["application"] if self.past(a, "applied_at")]
        self._application = {a["app_id"]: a for a in self.applications if a["app_id"]}
        self.known = {a["app_id"] for a in self.rows["application"]}
        self._project = {p["project_id"]: p for p in self.rows["project"] if p["project_id"]}
        self._by_app: dict[str, dict[str, list[Row]]] = {name: defaultdict(list) for name in TABLES}
        for name in TABLES:
            for row in self.rows[name]:
                if row.get("app_id"):
                    self._by_app[name][row["app_id"]].append(row)
        self._holders: dict[tuple[str, datetime], str] = {}
        self._grids: dict[str, str] = {}
        for term in self.rows["term"]:
            for word in (term["grid_code"], term["grid_name"], _plain(term["grid_name"] or "").split("(")[0]):
                if word and term["grid_code"]:
                    self._grids.setdefault(_plain(word), term["grid_code"])
        with (reference() / "fee_words.csv").open(encoding="utf-8-sig", newline="") as lines:
            self._fee_words = [(row["word"], row["scope"]) for row in csv.DictReader(lines)]

    # times

    def span(self, row: Row, name: str) -> Span | None:
        """Return a recorded time, past or planned; None where blank."""
        begin, end = row.get(name), row.get(f"{name}_to")
        return None if begin is None else Span(begin, end, row[f"{name}_p"] == "moment")

    def past(self, row: Row, name: str) -> Span | None:
        """Return a recorded time that has begun by as-of."""
        begin = row.get(name)
        return self.span(row, name) if begin is not None and begin < self.as_of else None

    # rows of an application

    def of(self, name: str, app: Row) -> list[Row]:
        """Return the rows of a table that name an application."""
        return self._by_app[name].get(app["app_id"], []) if app["app_id"] else []

    def application(self, row: Row) -> Row | None:
        """Return the application a row names."""
        return self._application.get(row.get("app_id") or "")

    def project(self, row: Row) -> Row | None:
        """Return the project a row names."""
        return self._project.get(row.get("project_id") or "")

    def visits(self, app: Row) -> list[tuple[Row, Span]]:
        """Return the visits of an application that have begun by as-of, with when."""
        return [(v, at) for v in self.of("visit", app) if (at := self.visited(v)) and at.begin < self.as_of]

    def visited(self, visit: Row) -> Span | None:
        """Return when a visit took place: arrival, else when it was booked, else its slot."""
        return self.span(visit, "arrived_at") or self.span(visit, "booked_at") or self.span(visit, "appt_start")

    def noted(self, visit: Row) -> Span | None:
        """Return when a visit was known of at the latest: its booking, else its slot, else arrival."""
        return self.span(visit, "booked_at") or self.span(visit, "appt_start") or self.span(visit, "arrived_at")

    def said(self, app: Row, name: str) -> float | None:
        """Return the most the customer said in follow-ups that reached him."""
        answers = [f[name] for f in self.of("followup", app) if self.past(f, "fu_at") and f["reached"] not in UNREACHED and f[name] is not None]
        return max(answers, default=None)

    # who

    def grid(self, row: Row) -> str:
        """Return the code of a row's grid: its own column, else its application's, else its project's."""
        if not self.rows["term"]:
            own = row.get("grid_code")
            return own or next((self.grid(r) for r in (self.application(row), self.project(row)) if r and r is not row), UNSTATED)
        seen: list[Row | None] = [row]
        app = self.application(row)
        seen += [app, self.project(app) if app else None, self.project(row)]
        return next((code for r in seen if r and (code := self._grids.get(_plain(r.get("grid_code") or "")))), UNSTATED)

    def holder(self, grid: str, at: datetime) -> str:
        """Return who held a grid on the day of a moment; of overlapping terms the one that began last."""
        day = datetime(at.year, at.month, at.day)
        if (grid, day) not in self._holders:
            terms = [
                (since.begin, t["manager_id"])
                for t in self.rows["term"]
                if t["grid_code"] == grid and (since := self.span(t, "valid_from")) and since.begin <= day and (not (until := self.span(t, "valid_to")) or day < until.end)
            ]
            self._holders[grid, day] = max(terms, key=lambda t: t[0])[1] if terms else UNSTATED
        return self._holders[grid, day]

    def owner(self, name: str | None) -> str:
        """Return the number of the manager an appeal names; a name that two numbers bear is nobody's."""
        found = {t["manager_id"] for t in self.rows["term"] if name and name in (t["manager_name"], t["manager_id"])}
        numbers = found - {None}
        return UNSTATED if not found or len(numbers) > 1 else numbers.pop() if numbers else name

    def regime(self, first: Span, closed: Span | None) -> str:
        """Return the process a case stands under: by its first day and by when it ended, if it has."""
        if first.begin >= EFFECTIVE:
            return "1.5"
        over = closed.begin if closed else self.as_of
        return "straddling" if over >= EFFECTIVE else "11000"

    def ended(self, app: Row) -> Span | None:
        """Return when an application was connected, else cancelled."""
        return self.past(app, "gas_on_at") or self.past(app, "cancelled_on")

    def application_regime(self, app: Row) -> str:
        return self.regime(self.past(app, "applied_at"), self.ended(app))

    # money

    def scope(self, charge: Row) -> str | None:
        """Return the side of the red line a charge is for; BOTH where its item names both sides."""
        if charge["scope"]:
            return charge["scope"]
        named = {scope for word, scope in self._fee_words if word in unicodedata.normalize("NFKC", charge["item"] or "")}
        if {"红线外", "红线内"} <= named:
            return BOTH
        return next((s for s in ("红线外", "红线内", "表具", "气费", "其他") if s in named), None)

    def net(self, charge: Row) -> float | None:
        """Return what is left of a charge after the refunds known by as-of; None where no amount is written."""
        if charge["status"] == "减免":
            return 0.0
        returned = charge["refunded_on"] is None or self.past(charge, "refunded_on") is not None
        if charge["status"] == "退费" and charge["refund_amount"] is None and returned:
            return 0.0
        if charge["amount"] is None:
            return None
        return charge["amount"] - (charge["refund_amount"] or 0) * returned


@cache
def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip()
