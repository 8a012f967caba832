"""Every KPI's cases as one frame: one row per case with metric, month, dimensions, verdict, value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from tests.oracle import completion, contacts, duties, ratings, service, works, zeros
from tests.oracle.clock import DAY, HALF_DAY, MINUTE, UNTOLD
from tests.oracle.ledgers import EFFECTIVE, UNSTATED, Ledgers, Row, Span
from tests.oracle.reasons import REASONS
from tests.oracle.valve import begun, company_gross, company_time, days_stopped, held_up, left_out, valve

COLUMNS = "metric key month dated_at grid manager regime build_mode user_type park outside_line verdict convention x weight low high outcome reason provisional".split()
PLAIN = ("build_mode", "user_type", "park", "outside_line")

OWNERS = {"user": "用户", "government": "政府", "third_party": "第三方", "force_majeure": "不可抗力", "several": "多方"}
STOPPED = {"stopped_share": tuple(OWNERS.values())} | {f"stopped_by_{name}": (owner,) for name, owner in OWNERS.items()}

WORKING_TIME = frozenset(
    "valve_on_time all_kept valve_time valve_hours one_process zero_material docs zero_errand zero_errand_excl_voluntary errands zero_fee company_time valve_gross company_gross stopped_share"
    " stopped_by_user stopped_by_government stopped_by_third_party stopped_by_force_majeure stopped_by_several feedback_24h feedback_3wd feedback_both_ways two_follow_ups"
    " appeals_settled appeals_open appeals_open_0_3 appeals_open_4_7 appeals_open_8_15 appeals_open_over_15 enquiries_answered plan_answered bad_ratings_rectified bad_ratings_revisited"
    " appeals_relevelled appeals_relevelled_late".split()
)
"""KPIs whose cases rest on the calendar of the day by which they are judged."""

Case = dict[str, Any]


def frame(engine: Any) -> pd.DataFrame:
    """Return all cases of a build at the engine's as-of."""
    ledgers = Ledgers(engine)
    makers = (_applications, _open, _visits, _charges, _appeals, _ratings, _projects, _works, _parks)
    cases = [case for make in makers for case in make(ledgers)]
    rows: dict[str, dict[str, Row]] = {}
    for case in cases:
        if case["metric"] in REASONS and case["key"] is not None:
            table, key, judge = REASONS[case["metric"]]
            if table not in rows:
                rows[table] = {row[key]: row for row in ledgers.rows[table]}
            case["reason"] = judge(ledgers, rows[table][case["key"]], case["verdict"], case["month"])
        case["provisional"] = case["metric"] in WORKING_TIME and max(_judged(case), case.get("begun") or _judged(case)).date() >= UNTOLD
    found = pd.DataFrame(cases, columns=COLUMNS)
    return found.astype({"x": float, "weight": float, "low": float, "high": float})


def _who(ledgers: Ledgers, row: Row, at: datetime, own: Span | None = None) -> Case:
    """Return month and dimensions of a row dated at a moment."""
    app = row if "applied_at" in row else ledgers.application(row)
    grid = ledgers.grid(row)
    if app is not None:
        regime = ledgers.application_regime(app)
    else:
        regime = "1.5" if (own.begin if own else at) >= EFFECTIVE else "11000"
    plain = {name: (app or {}).get(name) or UNSTATED for name in PLAIN}
    return {"month": f"{at:%Y-%m}", "dated_at": at, "grid": grid, "manager": ledgers.holder(grid, at), "regime": regime, **plain}


def _judged(case: Case) -> datetime:
    """Return the last minute of what a case is judged by: months end as the next begins."""
    return case["dated_at"] - (MINUTE if case["metric"].startswith(("appeals_settled", "appeals_open")) else timedelta())


def _case(metric: str, who: Case, key: str | None, **more: Any) -> Case:
    return {"metric": metric, "key": key, "convention": False, **who, **more}


def _applications(ledgers: Ledgers) -> Iterator[Case]:
    for app in ledgers.applications:
        key, gas, applied = app["app_id"], ledgers.past(app, "gas_on_at"), ledgers.past(app, "applied_at")
        half_day = valve(ledgers, app)
        if half_day and (gas or half_day.due) and (half_day.due is None or half_day.due <= ledgers.as_of):
            yield _case("valve_on_time", _who(ledgers, app, half_day.due or gas.begin), key, verdict=half_day.verdict, convention=half_day.convention, begun=begun(ledgers, app))
        wait = _wait(ledgers, app)
        yield _case("wait", _who(ledgers, app, applied.begin), key, **wait)
        yield _case("wait_net", _who(ledgers, app, applied.begin), key, **_net(ledgers, app, wait))
        if pipe := service.pipe(ledgers, app):
            who = _who(ledgers, app, pipe[2])
            yield _case("pipe_ready_first", who, key, verdict=pipe[0])
            yield _case("pipe_lead", who, key, x=pipe[1], low=pipe[1], high=pipe[1])
        for metric, verdict, at in duties.application(ledgers, app):
            yield _case(metric, _who(ledgers, app, at), key, verdict=verdict)
        for metric, at, values in completion.application(ledgers, app):
            yield _case(metric, _who(ledgers, app, at), key, **values)
        if at := left_out(ledgers, app):
            yield _case("valve_excluded", _who(ledgers, app, at), key, verdict="counted")
        if not gas:
            continue
        who = _who(ledgers, app, gas.begin)
        strict, lenient, number = zeros.errands(ledgers, app)
        promises = {"one_process": zeros.process(ledgers, app), "zero_material": zeros.documents(ledgers, app), "zero_errand": strict, "zero_fee": zeros.fee(ledgers, app)}
        for metric, verdict in promises.items():
            yield _case(metric, who, key, verdict=verdict)
        yield _case("all_kept", who, key, verdict=zeros.all_kept([half_day.verdict, *promises.values()]))
        yield _case("zero_errand_excl_voluntary", who, key, verdict=lenient)
        yield _case("errands", who, key, x=number, weight=1.0)
        yield _case("complaints_per_100", who, key, **contacts.complaints(ledgers, app))
        low, high = half_day.least or (None, None), half_day.most or (None, None)
        yield _case("valve_time", who, key, **_between(low[0], high[0], 2 * HALF_DAY))
        yield _case("valve_hours", who, key, **_between(low[1], high[1], 60))
        yield _case("company_time", who, key, **_between(*company_time(ledgers, app), 2 * HALF_DAY))
        yield _case("valve_gross", who, key, **_between(*half_day.gross, 2 * HALF_DAY))
        whole = company_gross(ledgers, app)
        yield _case("company_gross", who, key, **_between(*whole, 2 * HALF_DAY))
        stopped = held_up(ledgers, app)
        for name, owners in STOPPED.items():
            known = whole[1] is not None
            yield _case(name, who, key, x=sum(n for owner, n in stopped.items() if owner in owners) / (2 * HALF_DAY) if known else None, weight=whole[1] / (2 * HALF_DAY) if known else None)
        online, asked, needed = app["docs_online_n"], app["docs_requested_n"], app["docs_needed_n"]
        if needed is None and online is not None and asked is not None:
            needed = online + asked
        known = online is not None and needed is not None
        yield _case("docs", who, key, x=online if known else None, weight=needed if known else None)
        if due := service.followed_up(ledgers, app, gas):
            yield _case("two_follow_ups", _who(ledgers, app, due[1]), key, verdict=due[0])
        for whom in ("company", "manager"):
            if verdict := service.surveyed(ledgers, app, gas, whom):
                yield _case("survey_coverage" if whom == "company" else "survey_coverage_manager", who, key, verdict=verdict)
        for metric, verdict in ratings.agreement(ledgers, app):
            yield _case(metric, who, key, verdict=verdict)


def _net(ledgers: Ledgers, app: Row, wait: Case) -> Case:
    """Return a wait without the days on which its clock stood."""
    if wait["verdict"] == "unknown":
        return wait
    gas, cancelled = ledgers.past(app, "gas_on_at"), ledgers.past(app, "cancelled_on")
    end = gas.begin if gas else cancelled.begin if cancelled else ledgers.as_of
    return wait | {"x": max(0.0, wait["x"] - days_stopped(ledgers, app, end))}


def _between(low: int | None, high: int | None, one: int) -> Case:
    """Return bounds in units of `one`, and the value where they meet."""
    if low is None:
        return {}
    return {"low": low / one, "high": high / one, "x": low / one if low == high else None}


def _wait(ledgers: Ledgers, app: Row) -> Case:
    """Return days from application to what ended it (1 gas on, 2 cancelled, 0 still open); unknown for contradictions and vague dates."""
    applied, gas, cancelled = (ledgers.past(app, name) for name in ("applied_at", "gas_on_at", "cancelled_on"))
    outcome, end = (1, gas) if gas else (2, cancelled) if cancelled else (0, None)
    if applied.end - applied.begin > DAY or (end and (end.end - end.begin > DAY or end.last < applied.begin)):
        return {"verdict": "unknown"}
    days = ((end.begin if end else ledgers.as_of) - applied.begin) / DAY
    return {"verdict": "known", "x": max(days, 0.0), "outcome": outcome}


def _open(ledgers: Ledgers) -> Iterator[Case]:
    """Snapshots at the end of every month, the last one at as-of."""
    first = min((ledgers.past(a, "applied_at").begin for a in ledgers.applications), default=ledgers.as_of)
    for month, end in works.months(first, ledgers.as_of):
        for app in ledgers.applications:
            applied, closed = ledgers.past(app, "applied_at"), ledgers.ended(app)
            if applied.begin < end and not (closed and closed.begin < end):
                today = end - timedelta(microseconds=1)
                age = (today.date() - applied.begin.date()).days
                who = _who(ledgers, app, today)
                yield _case("open", who | {"month": month}, app["app_id"], x=age)


def _visits(ledgers: Ledgers) -> Iterator[Case]:
    for visit in ledgers.rows["visit"]:
        for metric, judge in (("visit_appointed", service.appointed), ("appointment_kept", service.kept)):
            if found := judge(ledgers, visit):
                yield _case(metric, _who(ledgers, visit, found[1]), visit["visit_id"], verdict=found[0])
        if at := completion.moved(ledgers, visit):
            yield _case("appointment_excluded", _who(ledgers, visit, at), visit["visit_id"], verdict="counted")


def _charges(ledgers: Ledgers) -> Iterator[Case]:
    for charge in ledgers.rows["charge"]:
        at = ledgers.past(charge, "paid_on")
        scope, net, payer = ledgers.scope(charge), ledgers.net(charge), charge["payer"]
        if not at or (net is not None and net <= 0) or payer in ("政府", "燃气公司") or scope in ("红线内", "表具", "气费", "其他"):
            continue
        sure = scope == "红线外" and payer == "用户" and net is not None
        yield _case("charge", _who(ledgers, charge, at.begin), charge["charge_id"], verdict="miss" if sure else "unknown", x=net)


def _appeals(ledgers: Ledgers) -> Iterator[Case]:
    again = contacts.repeated(ledgers, contacts.ENQUIRY, "topic"), contacts.repeated(ledgers, ("投诉",))
    for appeal in ledgers.rows["appeal"]:
        def who(at: datetime, appeal: Row = appeal) -> Case:
            accepted = ledgers.past(appeal, "accepted_at")
            return _who(ledgers, appeal, at) | {"manager": ledgers.owner(appeal["owner"]), "regime": ledgers.regime(accepted, ledgers.past(appeal, "fb_customer_at"))}

        for metric, verdict, at in duties.appeal(ledgers, appeal):
            yield _case(metric, who(at), appeal["case_id"], verdict=verdict)
        if found := service.feedback(ledgers, appeal):
            metric, verdict, due, convention = found
            yield _case(metric, who(due), appeal["case_id"], verdict=verdict, convention=convention)
        for metric, at, values in contacts.contact(ledgers, appeal, *again):
            yield _case(metric, who(at), appeal["case_id"], **values)
        for metric, month, end, values in contacts.monthly(ledgers, appeal):
            yield _case(metric, who(end) | {"month": month}, appeal["case_id"], **values)


def _ratings(ledgers: Ledgers) -> Iterator[Case]:
    for whom in ("company", "manager"):
        for row, at in service.ratings(ledgers, f"score_{whom}"):
            who, score = _who(ledgers, row, at.begin), row[f"score_{whom}"]
            yield _case(f"satisfied_{whom}", who, row["fu_id"], verdict="hit" if score >= 4 else "miss")
            yield _case(f"ratings_{whom}_{score}", who, row["fu_id"], verdict="counted")
            yield _case(f"mean_rating_{whom}", who, row["fu_id"], x=score, weight=1.0)
            yield _case(f"satisfied_{whom}_with_basic", who, row["fu_id"], verdict="hit" if score >= 3 else "miss")
    for row in ledgers.rows["followup"]:
        for metric, at, values in ratings.answered(ledgers, row):
            yield _case(metric, _who(ledgers, row, at, ledgers.past(row, "fu_at")), row["fu_id"], **values)


def _projects(ledgers: Ledgers) -> Iterator[Case]:
    for project in ledgers.rows["project"]:
        at = ledgers.span(project, "first_known_at") or ledgers.span(project, "landed_on")
        if not at or at.begin >= ledgers.as_of:
            continue
        filled = service.items(ledgers, project)
        who = _who(ledgers, project, at.begin) | {"park": project["park"] or UNSTATED}
        yield _case("project_info_complete", who, project["project_id"], verdict="hit" if filled == 8 else "miss")
        yield _case("project_items", who, project["project_id"], x=filled, weight=8.0)
        far, undecided = works.journey(ledgers, project)
        yield _case("journey", who, project["project_id"], x=far, verdict="unknown" if undecided else "known")
        if found := works.lead(ledgers, project):
            metric, when, values = found
            yield _case(metric, _who(ledgers, project, when) | {"park": who["park"]}, project["project_id"], **values)
        for month, end, values in works.tracked(ledgers, project, at):
            last = end - timedelta(minutes=1)
            yield _case("projects_updated", _who(ledgers, project, last) | {"month": month, "park": who["park"]}, project["project_id"], **values)


def _works(ledgers: Ledgers) -> Iterator[Case]:
    for work in ledgers.rows["work"]:
        def who(at: datetime, work: Row = work) -> Case:
            found = _who(ledgers, work, at)
            return found | {"park": work["park"] or found["park"]}

        for milestone, at, verdict, lag in works.roads(ledgers, work):
            yield _case("road_in_step" if milestone == "whole" else f"road_in_step_{milestone}", who(at), work["work_id"], verdict=verdict, x=lag)
        if found := completion.filed(ledgers, work):
            metric, at, values = found
            yield _case(metric, who(at), work["work_id"], **values)
        if found := works.outside(ledgers, work):
            at, values = found
            yield _case("outside_paid", who(at), work["work_id"], x=values["gov"], weight=values["cost"] if values["gov"] is not None else None)
            for payer in ("gov", "company", "user"):
                yield _case(f"outside_paid_{payer}", who(at), work["work_id"], x=values["gov" if payer == "gov" else payer])
            yield _case("outside_days", who(at), work["work_id"], **values["wd"])
            yield _case("outside_net", who(at), work["work_id"], **values["net"])


def _parks(ledgers: Ledgers) -> Iterator[Case]:
    for park, month, end, verdict in works.parks(ledgers):
        plain = dict.fromkeys(PLAIN, UNSTATED) | {"park": park["park"]}
        last = end - timedelta(minutes=1)
        grid = ledgers.grid(park)
        yield _case("park_liaison", {"month": month, "grid": grid, "manager": ledgers.holder(grid, last), "regime": "1.5" if last >= EFFECTIVE else "11000", **plain}, park["park"], verdict=verdict)
