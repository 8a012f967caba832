"""What stands open at as-of and where the time went, from the rules: open duties with their limits and holders, and the stages of each application."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.clock import DAY, FIRST_DAY, HALF_DAY, MINUTE, half_day_limit, worked, working_day
from tests.oracle.ledgers import UNSTATED, Ledgers, Row, Span
from tests.oracle.service import midnight, served
from tests.oracle.valve import begun, disjoint, slot, stops, valid_stops
from tests.oracle.works import LOST, known, of_project
from tests.oracle.zeros import ERRANDS

Duty = dict[str, Any]

GRAINS = {"open_duty": ("duty", "key"), "fact_stage": ("key", "place"), "told_late": ("key",)}
"""What tells the rows of each table apart."""

MOVED = ("用户改约", "公司改约")
"""Results that say that a visit will not take place as it was agreed."""


def open_duties(ledgers: Ledgers) -> list[Duty]:
    """Return every duty that is neither done nor given up at as-of."""
    found = [duty for app in ledgers.applications for duty in _of_application(ledgers, app)]
    found += [_duty(ledgers, row, *duty) for row in ledgers.rows["appeal"] if (duty := _feedback(ledgers, row))]
    found += [_duty(ledgers, row, *duty) for row in ledgers.rows["visit"] if (duty := _visit(ledgers, row))]
    return found + [_duty(ledgers, row, *duty) for row in ledgers.rows["project"] if (duty := _update(ledgers, row))]


def _duty(ledgers: Ledgers, row: Row, name: str, about: str, since: datetime | None, due: datetime, left: float | None = None) -> Duty:
    grid, last = ledgers.grid(row), ledgers.as_of - timedelta(microseconds=1)
    owner = ledgers.owner(row.get("owner"))
    manager = ledgers.holder(grid, last) if owner == UNSTATED else owner
    took_over = _since(ledgers, grid, manager)
    return {
        "duty": name, "key": row["_key"], "about": about, "begun_at": since, "due_at": due, "overdue": due <= ledgers.as_of, "inherited": bool(took_over and due <= ledgers.as_of and due <= took_over),
        "left_h": (due - ledgers.as_of) / timedelta(hours=1), "left_wd": left, "grid": grid, "manager": manager, "since": took_over,
    }


def _since(ledgers: Ledgers, grid: str, manager: str) -> datetime | None:
    """Return the day on which a manager took over a grid for the last time by as-of."""
    edges = {at for term in ledgers.rows["term"] if term["grid_code"] == grid for name in ("valid_from", "valid_to") if (span := ledgers.span(term, name)) for at in (span.begin, span.end)}
    took = (day for day in edges if day < ledgers.as_of and ledgers.holder(grid, day) == manager != ledgers.holder(grid, day - DAY))
    return max(took, default=None) if manager != UNSTATED else None


def _of_application(ledgers: Ledgers, app: Row) -> Iterator[Duty]:
    gas, as_of = ledgers.past(app, "gas_on_at"), ledgers.as_of
    if gas:
        first = midnight(gas.begin)
        reached = {midnight(at.begin) for f in ledgers.of("followup", app) if f["reached"] == "接通" and (at := ledgers.past(f, "fu_at")) and at.begin >= first}
        days = 7 if not reached and first + 8 * DAY > as_of else 30
        if len(reached) < 2 and first + 31 * DAY > as_of:
            yield _duty(ledgers, app, "followup_first" if days == 7 else "followup_second", "application", first, first + (days + 1) * DAY)
        return
    if ledgers.past(app, "cancelled_on"):
        return
    if since := begun(ledgers, app):
        try:
            due = half_day_limit(since, stops(ledgers, app))
        except KeyError:
            due = None
        if due:
            left = worked(as_of, due)[0] if due > as_of else -worked(due, as_of)[0]
            yield _duty(ledgers, app, "valve", "application", since, due, left / (2 * HALF_DAY))
    promised = ledgers.span(app, "contract_extended_to") or ledgers.span(app, "contract_due_on")
    if app["build_mode"] == "代建" and promised and not ledgers.past(app, "inside_done_on"):
        signed = ledgers.span(app, "contract_signed_on")
        yield _duty(ledgers, app, "contract", "application", signed.begin if signed else None, promised.end)


def _feedback(ledgers: Ledgers, appeal: Row) -> tuple[Any, ...] | None:
    accepted, level = ledgers.past(appeal, "accepted_at"), appeal["level_first"] or appeal["level"]
    if not accepted or level == "重大" or ledgers.past(appeal, "fb_customer_at"):
        return None
    if level != "复杂":
        return "feedback_24h", "appeal", accepted.begin, accepted.begin + timedelta(hours=24)
    if accepted.begin.date() < FIRST_DAY:
        return None
    day = working_day(accepted.begin.date(), 3)
    return "feedback_3wd", "appeal", accepted.begin, datetime(day.year, day.month, day.day) + DAY


def _visit(ledgers: Ledgers, visit: Row) -> tuple[Any, ...] | None:
    """An appointment to come: agreed by now, its slot not over, nobody there yet, moved by nobody."""
    slot = ledgers.span(visit, "appt_end") or ledgers.span(visit, "appt_start")
    booked, arrived = ledgers.span(visit, "booked_at"), ledgers.span(visit, "arrived_at")
    if not slot or visit["direction"] == "用户跑腿" or visit["kind"] in ERRANDS or visit["result"] in MOVED or slot.end <= ledgers.as_of or ledgers.past(visit, "arrived_at"):
        return None
    agreed = booked.begin < ledgers.as_of if booked else not arrived
    return ("appointment", "visit", booked.begin if booked else None, slot.end) if agreed else None


def _update(ledgers: Ledgers, project: Row) -> tuple[Any, ...] | None:
    """A project that is still followed is looked after again within 30 days of the last time."""
    updated = ledgers.past(project, "updated_on")
    if not updated or not known(ledgers, project) or (project["status"] or "") in LOST or any(ledgers.past(a, "gas_on_at") for a in of_project(ledgers, project)):
        return None
    last = updated.end - MINUTE if updated.end > updated.begin else updated.begin
    return "update", "project", updated.begin, midnight(last) + 31 * DAY


def stages(ledgers: Ledgers) -> list[dict[str, Any]]:
    """Return the days of every stage whose two ends have happened.

    1 known to landed, 2 to application, 3 to acceptance, 4 to the pipe, 5 to the works inside, 6 to the acceptance of these, 7 to ready, 8 to the request, 9 to gas, 10 and 11 to the two follow-ups.
    """
    found = []
    for app in ledgers.applications:
        at = {name: span.begin for name in ("applied_at", "accepted_at", "inside_done_on", "accept_passed_at", "ready_at", "gas_requested_at", "gas_on_at") if (span := ledgers.past(app, name))}
        project = ledgers.project(app)
        landed, pipe = ledgers.past(project, "landed_on") if project else None, _pipe(ledgers, app)
        calls = sorted({midnight(f.begin) for row in ledgers.of("followup", app) if row["reached"] == "接通" and (f := ledgers.past(row, "fu_at"))})
        calls = [day for day in calls if "gas_on_at" in at and midnight(at["gas_on_at"]) <= day < midnight(ledgers.as_of)]
        ends = [
            landed.begin if landed else None, at.get("applied_at"), at.get("accepted_at"), pipe, at.get("inside_done_on"), at.get("accept_passed_at"), at.get("ready_at"), at.get("gas_requested_at"),
            at.get("gas_on_at"), calls[0] if calls else None, calls[1] if len(calls) > 1 else None,
        ]
        for place, begin, end in ((2, 0, 1), (3, 1, 2), (4, 2, 3), (5, 2, 4), (6, 4, 5), (7, 5, 6), (8, 6, 7), (9, 7, 8), (10, 8, 9), (11, 9, 10)):
            found.append(_stage(ledgers, app, place, ends[begin], ends[end]))
    for project in ledgers.rows["project"]:
        first, landed = ledgers.past(project, "first_known_at"), ledgers.past(project, "landed_on")
        found.append(_stage(ledgers, project, 1, first.begin if first else None, landed.begin if landed else None))
    return [stage for stage in found if stage]


def _pipe(ledgers: Ledgers, app: Row) -> datetime | None:
    """Return when the last of the works that serve an application reached the boundary, once all have."""
    ready: list[Span | None] = [ledgers.past(work, "boundary_ready_on") for work in served(ledgers, app)]
    return max(span.begin for span in ready) if ready and all(ready) else None


def _stage(ledgers: Ledgers, row: Row, place: int, begin: datetime | None, end: datetime | None) -> dict[str, Any] | None:
    if not begin or not end:
        return None
    grid = ledgers.grid(row)
    held = {} if place == 1 else {"manager": ledgers.holder(grid, end)}
    return {"key": row["_key"], "place": place, "month": f"{end:%Y-%m}", "dated_at": end, "days": float((midnight(end) - midnight(begin)).days), "grid": grid, **held}


def told_late(ledgers: Ledgers) -> list[dict[str, Any]]:
    """Return of each stop that lengthens half a working day the limit as it stood when the user was told, by the stops told of before, and whether that had ended by then."""
    found = []
    for app in ledgers.applications:
        every, start = valid_stops(ledgers, app), _last_start(ledgers, app)
        for begin, last, stop in every if start and start.date() >= FIRST_DAY else ():
            noticed = ledgers.past(stop, "noticed_on").begin
            due = half_day_limit(start, disjoint((b, e) for b, e, other in every if ledgers.past(other, "noticed_on").begin < noticed))
            if worked(start, last)[0] and worked(begin, due)[0]:
                grid = ledgers.grid(app)
                found.append({
                    "key": stop["_key"], "app_id": app["app_id"], "month": f"{due:%Y-%m}", "due_at": due, "noticed_on": noticed, "late": noticed >= due, "owner": stop["owner"], "grid": grid,
                    "manager": ledgers.holder(grid, due),
                })
    return found


def _last_start(ledgers: Ledgers, app: Row) -> datetime | None:
    """Return when the half working day of an application begins at the latest; None without, or where it would begin after gas on."""
    ready, asked, moved, gas = ledgers.past(app, "ready_at"), ledgers.past(app, "gas_requested_at"), slot(ledgers, app), ledgers.past(app, "gas_on_at")
    if not ready or (gas and any(c.begin > gas.last for c in (ready, asked) if c)):
        return None
    return max(c.last for c in (ready, asked, moved) if c)


def told(engine: Any) -> dict[str, list[dict[str, Any]]]:
    """Return what the tables of GRAINS should hold."""
    ledgers = Ledgers(engine)
    return {"open_duty": open_duties(ledgers), "fact_stage": stages(ledgers), "told_late": told_late(ledgers)}


def unlike(engine: Any, expected: dict[str, list[dict[str, Any]]]) -> list[tuple[Any, ...]]:
    """Return [(table, key, field, oracle, product)] where a row of a table of GRAINS differs, or stands on one side only."""
    wrong: list[tuple[Any, ...]] = []
    for table, rows in expected.items():
        names = GRAINS[table]
        mine = {tuple(row[name] for name in names): row for row in rows}
        theirs = {tuple(row[name] for name in names): row for row in engine.rows(f"select * from {table}")}
        wrong += [(table, key, "there", key in mine, key in theirs) for key in mine.keys() ^ theirs.keys()]
        wrong += [
            (table, key, field, value, theirs[key][field]) for key in mine.keys() & theirs.keys() for field, value in mine[key].items() if not _same(value, theirs[key][field])
        ]
    return wrong


def _same(mine: Any, theirs: Any) -> bool:
    # what is left of a limit is counted in units that a minute need not hold whole
    return abs(mine - theirs) <= 1 / 200 if isinstance(mine, float) and theirs is not None else mine == theirs
