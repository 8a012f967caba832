"""Turnkey work, answers, agreed days, archives, filings, and the cases that a promise leaves out: the verdict of each, dated by its rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.clock import DAY, FIRST_DAY, working_day
from tests.oracle.ledgers import Ledgers, Row, Span
from tests.oracle.service import UNDECIDED
from tests.oracle.zeros import ERRANDS

Found = tuple[str, datetime, dict[str, Any]]

MINUTE = timedelta(minutes=1)
FIVE = ("design_on", "inside_done_on", "approval_done_on", "accept_passed_at", "account_opened_on")


def application(ledgers: Ledgers, app: Row) -> Iterator[Found]:
    """Yield (metric, when, case) of what was done for an application, answered and agreed."""
    gas, cancelled = ledgers.past(app, "gas_on_at"), None if ledgers.past(app, "gas_on_at") else ledgers.past(app, "cancelled_on")
    if gas:
        yield from _whole(ledgers, app, gas)
    passed = ledgers.past(app, "accept_passed_at")
    if passed and app["build_mode"] in ("自建", "代建"):
        first = app["accept_first_result"]
        name = "accepted_first_go_self_built" if app["build_mode"] == "自建" else "accepted_first_go_entrusted"
        yield name, passed.begin, {"verdict": "unknown" if first is None else "hit" if first == "合格" else "miss"}
    yield from _quoted(ledgers, app, cancelled)
    yield from _agreed(ledgers, app, gas, cancelled)
    promised = ledgers.span(app, "contract_extended_to") or ledgers.span(app, "contract_due_on")
    if cancelled and app["build_mode"] == "代建" and promised and cancelled.begin < promised.end:
        yield "contract_excluded", cancelled.begin, {"verdict": "counted"}


def _whole(ledgers: Ledgers, app: Row, gas: Span) -> Iterator[Found]:
    if app["build_mode"] == "代建":
        missing = [name for name in FIVE if not ledgers.past(app, name)]
        noted = [name for name in missing if any(a["build_mode"] == "代建" and a[name] for a in ledgers.rows["application"])]
        yield "turnkey_whole", gas.begin, {"verdict": "hit" if not missing else "miss" if noted else "unknown"}
    texts = sum(bool(app[name]) and app[name].strip() not in UNDECIDED for name in ("customer_name", "uscc", "address", "contact_name", "meter"))
    plain = (app["user_type"], app["contact_phone"], next((app[n] for n in ("demand_h", "demand_d", "demand_y") if app[n] is not None), None), *(ledgers.past(app, n) for n in FIVE[4:]),
             ledgers.past(app, "supply_contract_on"))
    items = texts + sum(value is not None for value in plain)
    yield "archive_complete", gas.begin, {"verdict": "hit" if items == 10 else "miss"}
    yield "archive_items", gas.begin, {"x": float(items), "weight": 10.0}


def _quoted(ledgers: Ledgers, app: Row, cancelled: Span | None) -> Iterator[Found]:
    taken, told = ledgers.span(app, "accepted_at") or ledgers.span(app, "applied_at"), ledgers.past(app, "quoted_on")
    if taken.begin.date() < FIRST_DAY:
        return
    first, last = (datetime.combine(working_day(at.date(), 7), datetime.min.time()) + DAY for at in (taken.begin, taken.last))
    if first > ledgers.as_of or (cancelled and cancelled.begin < first):
        return
    if not told:
        verdict = "miss" if last <= ledgers.as_of and any(a["quoted_on"] for a in ledgers.rows["application"]) else "unknown"
    else:
        verdict = "unknown" if told.last < taken.begin else "hit" if told.last < first else "miss" if told.begin >= last else "unknown"
    yield "plan_answered", first - MINUTE, {"verdict": verdict}


def _agreed(ledgers: Ledgers, app: Row, gas: Span | None, cancelled: Span | None) -> Iterator[Found]:
    begin, end = ledgers.span(app, "appt_start"), ledgers.span(app, "appt_end")
    if not begin and not end:
        return
    begin, until = begin or end, end or begin
    first, last = begin.begin.date(), (until.end - MINUTE if until.end > until.begin else until.begin).date()
    over = datetime.combine(last, datetime.min.time()) + DAY
    if over > ledgers.as_of or (cancelled and cancelled.begin < over):
        return
    if app["appt_by"] == "公司" or not gas or gas.begin.date() > last:
        verdict = "miss"
    else:
        verdict = "hit" if gas.last.date() <= first else "unknown"
    yield "connected_by_agreed_day", over - MINUTE, {"verdict": verdict}
    if gas:
        low, high = float(max(0, (gas.begin.date() - last).days)), float(max(0, (gas.last.date() - first).days))
        yield "days_late", over - MINUTE, {"low": low, "high": high, "x": low if low == high else None}


def filed(ledgers: Ledgers, work: Row) -> Found | None:
    """Return the filing of a work's completion within 15 days; None before it is due."""
    done, told = ledgers.past(work, "gas_done_on"), ledgers.past(work, "filing_on")
    if not done:
        return None
    first, last = (datetime.combine(at.date(), datetime.min.time()) + 16 * DAY for at in (done.begin, done.last))
    if first > ledgers.as_of:
        return None
    if not told:
        verdict = "miss" if last <= ledgers.as_of and any(w["filing_on"] for w in ledgers.rows["work"]) else "unknown"
    elif told.last.date() < done.begin.date():
        verdict = "unknown"
    else:
        verdict = "hit" if told.last < first else "miss" if told.begin >= last else "unknown"
    return "completion_filed", first - MINUTE, {"verdict": verdict}


def moved(ledgers: Ledgers, visit: Row) -> datetime | None:
    """Return when the slot of an appointment that the user moved ended; None for all else."""
    begin, end = ledgers.span(visit, "appt_start"), ledgers.span(visit, "appt_end")
    if visit["result"] != "用户改约" or not begin or visit["direction"] == "用户跑腿" or visit["kind"] in ERRANDS:
        return None
    over = (end or begin).end
    if over > ledgers.as_of:
        return None
    return over if begin.exact and not end else over - MINUTE
