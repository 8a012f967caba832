"""One application from first knowledge to second follow-up: every dated record in order, and how its half working day was counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kpi.engine import Engine

RECORDED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "project": (("first_known_at", "landed_on"), ()),
    "application": (
        ("applied_at", "accepted_at", "survey_on", "design_on", "quoted_on", "contract_signed_on", "contract_due_on", "contract_extended_to", "inside_started_on", "inside_done_on",
         "approval_done_on", "accept_passed_at", "told_process_on", "told_gas_on_on", "told_safety_on", "pressure_tested_on", "meter_fitted_on", "supply_contract_on", "ready_at",
         "gas_requested_at", "appt_start", "gas_on_at", "account_opened_on", "cancelled_on"),
        ("appt_by",),
    ),
    "work": (("approval_sent_on", "approval_got_on", "gas_start_on", "gas_done_on", "boundary_ready_on"), ("length_m",)),
    "clock_stop": (("start_at", "end_at"), ("reason", "owner", "noticed_on")),
    "visit": (("booked_at", "arrived_at"), ("kind", "direction", "result", "errand_n")),
    "charge": (("paid_on", "refunded_on"), ("item", "scope", "amount", "payer", "refund_amount")),
    "appeal": (("accepted_at", "fb_customer_at", "fb_dept_at", "closed_at"), ("kind", "level")),
    "followup": (("fu_at", "rectified_at", "revisit_at"), ("round", "reached", "score_company", "score_manager")),
}
"""What each table dates, and what stands beside the date; free text and names of people are left out."""

OWN = {
    "project": "project_id in (select project_id from application where app_id = ?)",
    "work": "_key in (select key from work_of where app_id = ?)",
}
"""Which rows of a table belong to an application, where it is not their own number."""


def records(engine: Engine, app_id: str) -> list[tuple[str, str]]:
    """Return (table, key) of every standing row that belongs to an application, in the order of its process."""
    parts = [f"select {place} as place, '{table}' as name, _key as key from {table} where {OWN.get(table, 'app_id = ?')}" for place, table in enumerate(RECORDED)]
    return [(row["name"], row["key"]) for row in engine.rows(" union all ".join(parts) + " order by place, key", [app_id] * len(parts))]


def events(engine: Engine, app_id: str) -> list[dict[str, Any]]:
    """Return every dated record of an application in order of time as {table, name, at, precision, ahead, beside, corrected, file, sheet, row}.

    `corrected` is the number of the correction that a date is of, None for what a ledger says; `ahead` says that it had not
    happened at the as-of moment (a plan, or a later row); `beside` holds what the row says with the date.
    """
    found = []
    corrected = {(row["table_name"], row["key"], row["field"]): row["number"] for row in engine.rows("select number, table_name, key, field from correction")}
    for table, (dates, beside) in RECORDED.items():
        columns = ", ".join([*(f"{name}, {name}_p" for name in dates), *beside])
        for row in engine.rows(f"select {columns}, _key, _file, _sheet, _row from {table} where {OWN.get(table, 'app_id = ?')}", [app_id]):
            for name in dates:
                if row[name] is not None:
                    found.append(
                        {"table": table, "name": name, "at": row[name], "precision": row[f"{name}_p"], "ahead": row[name] >= engine.as_of,
                         "beside": {key: row[key] for key in beside if row[key] is not None}, "corrected": corrected.get((table, row["_key"], name)),
                         "file": row["_file"], "sheet": row["_sheet"], "row": row["_row"]}
                    )
    order = {(table, name): (i, j) for i, (table, (dates, _)) in enumerate(RECORDED.items()) for j, name in enumerate(dates)}
    return sorted(found, key=lambda e: (e["at"], order[e["table"], e["name"]], e["file"], e["row"]))


def clock(engine: Engine, app_id: str) -> dict[str, Any] | None:
    """Return how the half working day of an application was counted, None where no start is recorded.

    {start, end: datetimes (end is as-of while gas is not on), open, exact, wd: working days counted from the earliest start to the latest end,
    verdict, reason (None while not judged), halves: [{date, part: am|pm|None, since, to: datetimes between which it is looked at,
    kind: why the day is no working day, name, whole, counted, stopped: working days, stops: [{reason, owner}]}]}.
    A day without working hours has one entry with part None. `wd` is the upper bound of `valve_time` of the same case.
    """
    rows = engine.rows("select start_from, start_to, gas_on_at, gas_on_at_to, cancelled_on, as_of, clash_ready from app where app_id = ?", [app_id])
    if not rows or rows[0]["start_from"] is None or rows[0]["clash_ready"]:
        return None
    app = rows[0]
    start, end = app["start_from"], app["gas_on_at_to"] or app["cancelled_on"] or app["as_of"]
    judged = engine.rows("select verdict, reason, low_wd, high_wd from fact_valve where app_id = ?", [app_id])
    halves = _halves(engine, app_id, start, end)
    return {
        "start": start, "end": app["gas_on_at"] or end, "open": app["gas_on_at"] is None and app["cancelled_on"] is None,
        "exact": bool(judged and judged[0]["low_wd"] == judged[0]["high_wd"]), "wd": sum(half["counted"] for half in halves),
        "verdict": judged[0]["verdict"] if judged else None, "reason": judged[0]["reason"] if judged else None, "halves": halves,
    }


def _halves(engine: Engine, app_id: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return the working half-days from start to end with what of each counted, and the days between without working hours."""
    if start >= end:
        return []
    first, last = start.date(), end.date()
    days = engine.rows("select date, kind, name from day where date between ? and ? order by date", [first, last])
    sessions: dict[Any, list[dict[str, Any]]] = {}
    for row in engine.rows("select k, date, part, from_min, to_min, unit from session where date between ? and ? order by k", [first, last]):
        sessions.setdefault(row["date"], []).append(row)
    unit = engine.rows("select unit from unit")[0]["unit"]
    stood = [(row["from_u"], row["to_u"]) for row in engine.rows("select from_u, to_u from stop where app_id = ?", [app_id])]
    told = engine.rows("select reason, owner, start_at, coalesce(end_at_to, ?) as until from clock_stop where app_id = ? and start_at < ? order by start_at", [end, app_id, end])
    halves = []
    for day in days:
        held = sessions.get(day["date"], [])
        if not held:
            halves.append({"date": day["date"], "part": None, "since": None, "to": None, "kind": day["kind"], "name": day["name"], "whole": 0.0, "counted": 0.0, "stopped": 0.0, "stops": []})
        midnight = datetime(day["date"].year, day["date"].month, day["date"].day)
        for half in held:
            begins, ends = (midnight + timedelta(minutes=half[name]) for name in ("from_min", "to_min"))
            if begins >= end or ends <= start:
                continue
            since, to = max(start, begins), min(end, ends)
            low, high = (_position(half, unit, midnight, at) for at in (since, to))
            stopped = sum(max(0, min(high, stop[1]) - max(low, stop[0])) for stop in stood)
            names = [{"reason": s["reason"], "owner": s["owner"]} for s in told if s["start_at"] < ends and s["until"] > begins] if stopped else []
            halves.append(
                {"date": day["date"], "part": half["part"], "since": since, "to": to, "kind": day["kind"], "name": day["name"], "whole": (high - low) / (2 * unit), "counted": (high - low - stopped) / (2 * unit),
                 "stopped": stopped / (2 * unit), "stops": names}
            )
    return halves


def _position(half: dict[str, Any], unit: int, midnight: datetime, at: datetime) -> int:
    """Return the position of a moment inside a working half-day on the axis, in half-day units."""
    minute = int((at - midnight).total_seconds() // 60)
    return half["k"] * unit + half["unit"] * min(max(minute - half["from_min"], 0), half["to_min"] - half["from_min"])
