"""Projects, parks and works outside the red line: what each month or milestone says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.oracle import service
from tests.oracle.clock import FIRST_DAY, WORKED
from tests.oracle.ledgers import Ledgers, Row, Span

OUTSIDE = ("用户", "政府", "第三方", "不可抗力")
OURS = ("公司人员", "公司材料", "公司表具", "公司气源")
LOST = ("不用气", "流失", "已通气", "不需用气", "放弃")
MILESTONES = ("plan", "start", "done")

Found = tuple[str, datetime, dict[str, Any]]


def known(ledgers: Ledgers, project: Row) -> Span | None:
    """Return when a project was first known, else landed, if that is past."""
    at = ledgers.span(project, "first_known_at") or ledgers.span(project, "landed_on")
    return at if at and at.begin < ledgers.as_of else None


def of_project(ledgers: Ledgers, project: Row) -> list[Row]:
    return [a for a in ledgers.applications if project["project_id"] and a["project_id"] == project["project_id"]]


def journey(ledgers: Ledgers, project: Row) -> tuple[int, bool]:
    """Return (how far it came, whether its need of gas is open): 1 known, 2 needs gas, 3 applied, 4 pipe there, 5 ready, 6 gas on."""
    far = 0
    for app in of_project(ledgers, project):
        works = service.served(ledgers, app)
        there = all(ledgers.past(w, "boundary_ready_on") for w in works) if works else app["outside_line"] == "无"
        far = max(far, 6 if ledgers.past(app, "gas_on_at") else 5 if ledgers.past(app, "ready_at") else 4 if there else 3)
    return (far, False) if far else (2 if project["needs_gas"] else 1, project["needs_gas"] is None)


def lead(ledgers: Ledgers, project: Row) -> Found | None:
    """Return days from first knowledge to landing, else to the first application."""
    first, landed = ledgers.span(project, "first_known_at"), ledgers.past(project, "landed_on")
    applied = [ledgers.past(a, "applied_at") for a in of_project(ledgers, project)]
    begin = landed.begin if landed else min((a.begin for a in applied), default=None)
    end = landed.end if landed else min((a.end for a in applied), default=None)
    if not first or begin is None:
        return None
    ends, begins = _days(begin, end), _days(first.begin, first.end)
    low, high = float((ends[0] - begins[1]).days), float((ends[1] - begins[0]).days)
    return "lead", begin, {"x": low if low == high and ends[0] == ends[1] else None, "low": low, "high": high}


def _days(begin: datetime, end: datetime) -> tuple[Any, Any]:
    return begin.date(), (end - timedelta(minutes=1) if end > begin else end).date()


def months(first: datetime, as_of: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield (month, its end or as-of) from the month of a moment to the one of as-of, as far as the calendar knows them."""
    at = max(datetime(first.year, first.month, 1), datetime.combine(FIRST_DAY, datetime.min.time()))
    while at < as_of:
        name, at = f"{at:%Y-%m}", (at + timedelta(days=32)).replace(day=1)
        yield name, min(at, as_of)


def tracked(ledgers: Ledgers, project: Row, at: Span) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """Yield (month, end, case) of each month end at which a project was still followed."""
    gas = [g.begin for a in of_project(ledgers, project) if (g := ledgers.past(a, "gas_on_at"))]
    updated = ledgers.span(project, "updated_on")
    for month, end in months(at.begin, ledgers.as_of):
        if (project["status"] or "") in LOST or (gas and min(gas) < end):
            continue
        if not updated or updated.begin >= end:
            yield month, end, {"verdict": "unknown", "x": None}
            continue
        today, (first, last) = (end - timedelta(minutes=1)).date(), _days(updated.begin, updated.end)
        most, least = (today - first).days, (today - last).days
        yield month, end, {"verdict": "hit" if most <= 30 else "miss" if least > 30 else "unknown", "x": float(most) if most == least else None}


def parks(ledgers: Ledgers) -> Iterator[tuple[Row, str, datetime, str]]:
    """Yield (park, month, end, verdict) of each month since the first application, else since the first project."""
    begins = [ledgers.past(a, "applied_at").begin for a in ledgers.applications] or [at.begin for p in ledgers.rows["project"] if (at := known(ledgers, p))] or [ledgers.as_of - timedelta(minutes=1)]
    for park in ledgers.rows["park"]:
        for month, end in months(min(begins), ledgers.as_of):
            since = ledgers.span(park, "liaison_since")
            yield park, month, end, "miss" if since and since.begin >= end else "hit" if park["manager"] and park["channel"] else "unknown"


def roads(ledgers: Ledgers, work: Row) -> Iterator[tuple[str, datetime, str, float | None]]:
    """Yield (milestone, when the road passed it, verdict, days the pipe lagged)."""
    seen = {}
    for milestone in MILESTONES:
        road, gas = ledgers.past(work, f"road_{milestone}_on"), ledgers.span(work, f"gas_{milestone}_on")
        if not road:
            continue
        if gas and milestone != "plan" and gas.begin >= ledgers.as_of:
            gas = None
        if not gas:
            seen[milestone] = road.begin, "miss", None
            continue
        (a, b), (c, d) = _days(gas.begin, gas.end), _days(road.begin, road.end)
        seen[milestone] = road.begin, "hit" if b <= c else "miss" if a > d else "unknown", float((a - c).days) if a == b and c == d else None
    for milestone, found in seen.items():
        yield milestone, *found
    if "done" in seen:
        verdicts = [found[1] for found in seen.values()]
        whole = "miss" if "miss" in verdicts else "unknown" if len(verdicts) < 3 or "unknown" in verdicts else "hit"
        yield "whole", seen["done"][0], whole, max((found[2] for found in seen.values() if found[2] is not None), default=None)


def outside(ledgers: Ledgers, work: Row) -> tuple[datetime, dict[str, Any]] | None:
    """Return when a work ended, with its cost, payers and working days."""
    name = "boundary_ready_on" if work["boundary_ready_on"] is not None else "gas_done_on"
    end = ledgers.past(work, name)
    if not end:
        return None
    payers = [work[f"paid_by_{who}"] for who in ("gov", "company", "user")]
    cost = work["settle"] if work["settle"] is not None else sum(payers) if None not in payers else None
    paid = payers[0] if cost is not None and cost > 0 else None
    found = {"gov": paid, "cost": cost, "company": payers[1], "user": payers[2], "paid": payers[0], "wd": {}, "net": {}}
    begin = ledgers.span(work, "gas_start_on")
    if begin:
        (a, b), (c, d) = _days(begin.begin, begin.end), _days(end.begin, end.end)
        if a <= d:
            low, high = _worked(b, c), _worked(a, d)
            stopped = _stopped(ledgers, work)
            most, least = len([day for day in stopped if a < day <= d]), len([day for day in stopped if b < day <= c])
            exact = low == high
            found["wd"] = {"low": float(low), "high": float(high), "x": float(low) if exact else None}
            found["net"] = {"low": float(max(0, low - most)), "high": float(max(0, high - least)), "x": float(max(0, low - most)) if exact else None}
    return end.begin, found


def _worked(begin: Any, end: Any) -> int:
    """Return the working days after one day up to another."""
    return sum(WORKED[begin + timedelta(days=n)] for n in range(1, max(0, (end - begin).days) + 1))


def _stopped(ledgers: Ledgers, work: Row) -> set[Any]:
    days = set()
    for stop in ledgers.rows["clock_stop"]:
        if not work["work_id"] or stop["work_id"] != work["work_id"]:
            continue
        begin, end, told = ledgers.past(stop, "start_at"), ledgers.span(stop, "end_at"), ledgers.past(stop, "noticed_on")
        if not begin or not told or stop["owner"] not in OUTSIDE or not stop["reason"] or stop["reason"] in OURS:
            continue
        if end and end.end < begin.begin:
            continue
        last = _days(end.begin, end.end)[1] if end and end.begin < ledgers.as_of else (ledgers.as_of - timedelta(minutes=1)).date()
        days |= {begin.begin.date() + timedelta(days=n) for n in range((last - begin.begin.date()).days + 1)}
    return {day for day in days if WORKED[day]}
