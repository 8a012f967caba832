"""The half working day from ready to gas on, and the company's whole time: bounds, limit, verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.oracle.clock import FIRST_DAY, HALF_DAY, half_day_limit, session_after, session_before, sessions_apart, worked
from tests.oracle.ledgers import Ledgers, Row, Span

COMPANY = ("公司人员", "公司材料", "公司表具", "公司气源")
OUTSIDE = ("用户", "政府", "第三方", "不可抗力")


@dataclass(frozen=True)
class Valve:
    """The half working day of an application: verdict, limit (None without a usable start), least and most (half-day units, minutes)."""

    verdict: str | None
    due: datetime | None
    convention: bool = False
    least: tuple[int, int] | None = None
    most: tuple[int, int] | None = None
    gross: tuple[int | None, int | None] = (None, None)
    """Least and most half-day units with the stops left in."""


def owned_stops(ledgers: Ledgers, app: Row) -> list[tuple[datetime, datetime, str]]:
    """Return the valid stops of an application, each with its owner; one that has no end runs to as-of."""
    return [(begin, last, stop["owner"]) for begin, last, stop in valid_stops(ledgers, app)]


def valid_stops(ledgers: Ledgers, app: Row) -> list[tuple[datetime, datetime, Row]]:
    """Return the stops of an application that count, each with its row."""
    found: list[tuple[datetime, datetime, Row]] = []
    for stop in ledgers.of("clock_stop", app):
        begin, noticed, end = ledgers.past(stop, "start_at"), ledgers.past(stop, "noticed_on"), ledgers.past(stop, "end_at")
        if not begin or not noticed or not stop["reason"] or stop["reason"] in COMPANY or stop["owner"] not in OUTSIDE:
            continue
        last = min(end.end, ledgers.as_of) if end else ledgers.as_of
        if last > begin.begin:
            found.append((begin.begin, last, stop))
    return found


def stops(ledgers: Ledgers, app: Row) -> list[tuple[datetime, datetime]]:
    """Return the valid stops of an application as disjoint spans."""
    return disjoint(span[:2] for span in owned_stops(ledgers, app))


def disjoint(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return spans with those that overlap or touch as one."""
    joined: list[tuple[datetime, datetime]] = []
    for begin, last in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((begin, last))
    return joined


def slot(ledgers: Ledgers, app: Row) -> Span | None:
    """Return the start of the slot the customer moved to; None where he moved none."""
    visits = [(v, at) for v in ledgers.of("visit", app) if (at := ledgers.noted(v)) and at.begin < ledgers.as_of]
    if app["appt_by"] != "用户" and not any(v["result"] == "用户改约" for v, _ in visits):
        return None
    found = ledgers.span(app, "appt_start"), app["appt_start_p"]
    if not found[0]:
        slots = [(s, v["appt_start_p"]) for v, _ in visits if v["kind"] == "通气" and (s := ledgers.span(v, "appt_start"))]
        if not slots:
            return None
        found = max(slots, key=lambda s: s[0].begin)
    at, precision = found
    return Span(at.begin, at.begin, True) if precision == "slot" else at


def begun(ledgers: Ledgers, app: Row) -> datetime | None:
    """Return when the half working day of an application begins at the earliest; None before its site is ready."""
    ready = ledgers.past(app, "ready_at")
    return max(c.begin for c in (ready, ledgers.past(app, "gas_requested_at"), slot(ledgers, app)) if c) if ready else None


def valve(ledgers: Ledgers, app: Row) -> Valve | None:
    """Return the verdict of an application; None where it is neither connected nor due."""
    gas, ready, asked, moved = ledgers.past(app, "gas_on_at"), ledgers.past(app, "ready_at"), ledgers.past(app, "gas_requested_at"), slot(ledgers, app)
    missing = Valve("unknown", None) if gas else None
    if not ready or (gas and any(c.begin > gas.last for c in (ready, asked) if c)):
        return missing
    conditions = [c for c in (ready, asked, moved) if c]
    begin, end, last = max(c.begin for c in conditions), max(c.end for c in conditions), max(c.last for c in conditions)
    out = stops(ledgers, app)
    try:
        due, due_last = half_day_limit(begin, out), half_day_limit(last, out)
    except KeyError:
        due = due_last = None
    before = gas and moved and gas.last < moved.begin
    if due is None and not before:
        return missing
    if not gas:
        cancelled = ledgers.past(app, "cancelled_on")
        if cancelled and cancelled.begin < due or due > ledgers.as_of:
            return None
        surely = due_last <= ledgers.as_of
        return Valve("miss" if surely else "unknown", due)
    if before:
        return Valve("hit", due, least=(0, 0), most=(0, 0), gross=(0, 0))
    least, most = worked(end, gas.begin, out), worked(begin, gas.end, out)
    if most[0] <= HALF_DAY:
        verdict = "hit"
    elif worked(last, gas.begin, out)[0] > HALF_DAY or (end - begin == timedelta(hours=12) and least[0] >= HALF_DAY):
        verdict = "miss"
    else:
        verdict = "unknown"
    near = verdict == "unknown" and sessions_apart(session_after(begin), session_before(gas.end)) <= 1
    return Valve(verdict, due, near, least, most, (worked(end, gas.begin)[0], worked(begin, gas.end)[0]))


def left_out(ledgers: Ledgers, app: Row) -> datetime | None:
    """Return when an application was cancelled, if that was before its half working day ended; None for all others."""
    cancelled = ledgers.past(app, "cancelled_on")
    if ledgers.past(app, "gas_on_at") or not cancelled or not begun(ledgers, app):
        return None
    try:
        due = half_day_limit(begun(ledgers, app), stops(ledgers, app))
    except KeyError:
        return None
    return cancelled.begin if cancelled.begin < due else None


def company_time(ledgers: Ledgers, app: Row) -> tuple[int | None, int | None]:
    """Return the least and most half-day units from application to gas on without valid stops; None, None for a contradiction, or where no calendar tells."""
    return _whole(ledgers, app, stops(ledgers, app))


def company_gross(ledgers: Ledgers, app: Row) -> tuple[int | None, int | None]:
    """Return the same with the stops left in."""
    return _whole(ledgers, app, [])


def _whole(ledgers: Ledgers, app: Row, out: list[tuple[datetime, datetime]]) -> tuple[int | None, int | None]:
    applied, gas = ledgers.past(app, "applied_at"), ledgers.past(app, "gas_on_at")
    if applied.begin > gas.last or applied.begin.date() < FIRST_DAY:
        return None, None
    return worked(applied.end, gas.begin, out)[0], worked(applied.begin, gas.end, out)[0]


def held_up(ledgers: Ledgers, app: Row) -> dict[str, int]:
    """Return the half-day units between application and the end of gas on that each party stopped, alone; together they stand under 多方."""
    applied, gas = ledgers.past(app, "applied_at").begin, ledgers.past(app, "gas_on_at").end
    spans = [(max(begin, applied), min(last, gas), owner) for begin, last, owner in owned_stops(ledgers, app)]
    marks = sorted({at for begin, last, _ in spans if begin < last for at in (begin, last)})
    found: dict[str, int] = {}
    for begin, last in zip(marks, marks[1:], strict=False):
        owners = {owner for since, until, owner in spans if since <= begin and until >= last}
        if owners:
            owner = owners.pop() if len(owners) == 1 else "多方"
            found[owner] = found.get(owner, 0) + worked(begin, last)[0]
    return found


def days_stopped(ledgers: Ledgers, app: Row, end: datetime) -> float:
    """Return the calendar days between application and `end` on which the clock stood."""
    applied = ledgers.past(app, "applied_at").begin
    return sum(max(timedelta(0), min(last, end) - max(begin, applied)) / timedelta(days=1) for begin, last in stops(ledgers, app))
