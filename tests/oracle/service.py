"""Appointments, feedback, follow-ups, ratings, projects and pipes: the verdict of each row, dated by its rule."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from tests.oracle.clock import DAY, FIRST_DAY, working_day
from tests.oracle.ledgers import UNREACHED, Ledgers, Row, Span
from tests.oracle.zeros import ERRANDS

UNDECIDED = ("待定", "不详", "暂无", "无", "未知", "待确认", "不清楚", "不明", "未定", "不确定")


def midnight(at: datetime) -> datetime:
    return datetime(at.year, at.month, at.day)


def appointed(ledgers: Ledgers, visit: Row) -> tuple[str, datetime] | None:
    """Return (verdict, when) of the booking before a visit; None for errands and for visits not yet made."""
    arrived, booked = ledgers.past(visit, "arrived_at"), ledgers.span(visit, "booked_at")
    if not arrived or visit["direction"] == "用户跑腿" or visit["kind"] in ERRANDS:
        return None
    if not booked or visit["appt_start"] is None or not visit["appt_place"]:
        return "unknown", arrived.begin
    if booked.last < arrived.begin:
        return "hit", arrived.begin
    return ("miss" if booked.begin >= (arrived.begin if arrived.exact else arrived.end) else "unknown"), arrived.begin


def kept(ledgers: Ledgers, visit: Row) -> tuple[str, datetime] | None:
    """Return (verdict, end of slot) of an appointment; None where the user moved it or its slot is not over."""
    begin, end = ledgers.span(visit, "appt_start"), ledgers.span(visit, "appt_end")
    if not begin or visit["direction"] == "用户跑腿" or visit["kind"] in ERRANDS or visit["result"] == "用户改约":
        return None
    over = (end.begin if end.exact else end.end) if end else begin.end
    if over > ledgers.as_of:
        return None
    opens = midnight(begin.begin) if begin.exact and not end else begin.begin
    # a span ends before its exclusive end: a slot of the last afternoon of a month belongs to that month
    when = over if begin.exact and not end else over - timedelta(minutes=1)
    arrived = ledgers.past(visit, "arrived_at")
    if visit["result"] == "公司改约":
        return "miss", when
    if not arrived:
        return "miss" if visit["on_time"] is False else "unknown", when
    if arrived.begin >= opens and arrived.last <= over:
        return "hit", when
    return ("miss" if arrived.begin > over or arrived.last < opens else "unknown"), when


def feedback(ledgers: Ledgers, appeal: Row) -> tuple[str, str, datetime, bool] | None:
    """Return (metric, verdict, when due, convention) of an appeal; None where nothing is due or the level has no limit."""
    accepted, answered = ledgers.past(appeal, "accepted_at"), ledgers.past(appeal, "fb_customer_at")
    level = appeal["level_first"] or appeal["level"]
    if not accepted or level == "重大" or (level == "复杂" and accepted.begin.date() < FIRST_DAY):
        return None
    if level == "复杂":
        first, last = _third(accepted.begin), _third(accepted.last)
        metric, dated = "feedback_3wd", first - DAY
    else:
        first, last = accepted.begin + timedelta(hours=24), accepted.last + timedelta(hours=24)
        metric, dated = "feedback_24h", first
    if first > ledgers.as_of:
        return None
    if not level or (answered and answered.last < accepted.begin):
        return metric, "unknown", dated, False
    if not answered:
        return metric, "miss" if last <= ledgers.as_of else "unknown", dated, False
    if level == "复杂":
        verdict = "hit" if answered.last < first else "miss" if answered.begin >= last else "unknown"
        return metric, verdict, dated, False
    verdict = "hit" if answered.end - accepted.begin <= DAY else "miss" if answered.begin - accepted.last > DAY else "unknown"
    return metric, verdict, dated, verdict == "unknown" and midnight(answered.last) - midnight(accepted.begin) <= DAY


def _third(accepted: datetime) -> datetime:
    """Return the midnight that ends the third working day after acceptance."""
    on = working_day(accepted.date(), 3)
    return datetime(on.year, on.month, on.day) + DAY


def followed_up(ledgers: Ledgers, app: Row, gas: Span) -> tuple[str, datetime] | None:
    """Return (verdict, due day) of the two follow-ups of a connected application; None before they are due."""
    due = midnight(gas.begin) + 30 * DAY
    if due + DAY > ledgers.as_of:
        return None
    calls = [(f["reached"], at) for f in ledgers.of("followup", app) if (at := ledgers.past(f, "fu_at")) and at.begin >= midnight(gas.begin)]
    sure = {midnight(at.begin) for reached, at in calls if reached == "接通"}
    possible = {midnight(at.begin) for reached, at in calls if reached not in UNREACHED}
    return "hit" if len(sure) >= 2 else "unknown" if len(possible) >= 2 else "miss", due


def surveyed(ledgers: Ledgers, app: Row, gas: Span, whom: str) -> str | None:
    """Return whether a connected application has given a rating of the company or the manager; None before the first follow-up is due."""
    if midnight(gas.begin) + 8 * DAY > ledgers.as_of:
        return None
    rated = any(f[f"score_{whom}"] is not None and f["reached"] not in UNREACHED for f in ledgers.of("followup", app) if ledgers.past(f, "fu_at"))
    return "hit" if rated else "miss"


def ratings(ledgers: Ledgers, name: str) -> list[tuple[Row, Span]]:
    """Return the follow-ups with the latest valid rating of each application."""
    given = defaultdict(list)
    for row in ledgers.rows["followup"]:
        at = ledgers.past(row, "fu_at")
        if at and row[name] is not None and row["reached"] not in UNREACHED:
            given[row["app_id"] or row["_key"]].append((at.begin, row["fu_id"] or "", at, row))
    return [(row, at) for *_, at, row in (max(rows, key=lambda r: r[:2]) for rows in given.values())]


def items(ledgers: Ledgers, project: Row) -> int:
    """Return how many of the eight items of a project are filled in."""
    texts = sum(bool(project[name]) and project[name].strip() not in UNDECIDED for name in ("name", "contact_name", "location", "progress", "gov_lead"))
    return texts + (project["landed_on"] is not None) + (project["planned_production"] is not None) + (project["needs_gas"] is not None)


def served(ledgers: Ledgers, app: Row) -> list[Row]:
    """Return the works that serve an application: by its number, else through its project."""
    return [
        w for w in ledgers.rows["work"]
        if (w["app_id"] and w["app_id"] == app["app_id"]) or (not w["app_id"] and w["project_id"] and w["project_id"] == app["project_id"] and app["app_id"] in ledgers.known)
    ]


def pipe(ledgers: Ledgers, app: Row) -> tuple[str, float | None, datetime] | None:
    """Return (verdict, days the pipe came before the customer's works, when these were done); None without outside line."""
    done = ledgers.past(app, "inside_done_on")
    if not done or app["outside_line"] == "无":
        return None
    works = served(ledgers, app)
    if not works:
        return "unknown", None, done.begin
    ready = [ledgers.past(w, "boundary_ready_on") for w in works]
    if any(r is None for r in ready):
        return "miss", None, done.begin
    first, last = max(midnight(r.begin) for r in ready), max(midnight(r.last) for r in ready)
    lead = (midnight(done.begin) - first).days if first == last and midnight(done.begin) == midnight(done.last) else None
    verdict = "hit" if last <= midnight(done.begin) else "miss" if first > midnight(done.last) else "unknown"
    return verdict, lead, done.begin
