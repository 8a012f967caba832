"""Duties towards applications and appeals: the verdict of each row and the moment it is dated by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.oracle.ledgers import UNSTATED, Ledgers, Row
from tests.oracle.service import feedback

Found = tuple[str, str, datetime]


def application(ledgers: Ledgers, app: Row) -> Iterator[Found]:
    """Yield (metric, verdict, when) of what is owed to an applicant."""
    applied, gas, passed = (ledgers.past(app, name) for name in ("applied_at", "gas_on_at", "accept_passed_at"))
    yield "grid_in_charge", _in_charge(ledgers, app, applied.begin), applied.begin
    dept = app["dept"]
    yield "taken_in_by_planning", "unknown" if dept is None else "hit" if "规划" in dept else "miss", applied.begin
    if app["build_mode"] == "自建" and gas:
        told = sum(ledgers.past(app, name) is not None for name in ("told_process_on", "told_gas_on_on", "told_safety_on"))
        yield "told_three_things", {0: "unknown", 3: "hit"}.get(told, "miss"), gas.begin
    if passed:
        if app["build_mode"] == "自建":
            yield "acceptance_attended", {True: "hit", False: "miss", None: "unknown"}[app["accept_attended"]], passed.begin
        first = app["accept_first_result"]
        yield "accepted_first_go", "unknown" if first is None else "hit" if first == "合格" else "miss", passed.begin
    promised = ledgers.span(app, "contract_extended_to") or ledgers.span(app, "contract_due_on")
    if app["build_mode"] == "代建" and promised and promised.end <= ledgers.as_of:
        ended = None if gas else ledgers.past(app, "cancelled_on")
        if not ended or ended.begin >= promised.end:
            done = ledgers.past(app, "inside_done_on")
            verdict = "miss" if not done else "hit" if done.end <= promised.end else "miss" if done.begin >= promised.end else "unknown"
            yield "contract_kept", verdict, promised.end - timedelta(minutes=1)


def _in_charge(ledgers: Ledgers, app: Row, at: datetime) -> str:
    if not any(term["grid_code"] for term in ledgers.rows["term"]):
        return "unknown"
    grid, day = ledgers.grid(app), datetime(at.year, at.month, at.day)
    holders = {
        term["manager_id"] or term["manager_name"]
        for term in ledgers.rows["term"]
        if term["grid_code"] == grid and (since := ledgers.span(term, "valid_from")) and since.begin <= day and (not (until := ledgers.span(term, "valid_to")) or until.end > day)
    } - {None}
    return "hit" if grid != UNSTATED and len(holders) == 1 else "miss"


def appeal(ledgers: Ledgers, row: Row) -> Iterator[Found]:
    """Yield (metric, verdict, when) of what is owed to whoever appealed."""
    accepted = ledgers.past(row, "accepted_at")
    if not accepted:
        return
    answered, reported, closed = (ledgers.past(row, name) for name in ("fb_customer_at", "fb_dept_at", "closed_at"))
    if due := feedback(ledgers, row):
        yield "feedback_both_ways", "hit" if answered and reported else "miss", due[2]
    noted = any(other["first_handler"] is not None for other in ledgers.rows["appeal"])
    yield "first_handler_named", "hit" if row["first_handler"] is not None else "miss" if noted else "unknown", accepted.begin
    yield "told_once_in_full", {True: "hit", False: "miss", None: "unknown"}[row["told_once"]], accepted.begin
    open_ = not closed or row["confirmed"] is False or (row["reopened_n"] or 0) > 0
    yield "appeals_closed", "miss" if open_ else "unknown" if row["confirmed"] is None else "hit", accepted.begin
