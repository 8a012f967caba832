"""Why a case was judged as it was, in the words of the dictionary: told from the ledgers and the oracle's own verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.oracle import service, zeros
from tests.oracle.clock import working_day
from tests.oracle.contacts import first_limit
from tests.oracle.ledgers import BOTH, UNSTATED, Ledgers, Row
from tests.oracle.service import midnight
from tests.oracle.valve import slot, valve
from tests.oracle.works import MILESTONES

Reason = Callable[[Ledgers, Row, str, str], str]
"""(ledgers, row, verdict, month) -> reason."""


def half_day(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of the half working day from ready to gas on."""
    gas, ready, asked, moved = ledgers.past(app, "gas_on_at"), ledgers.past(app, "ready_at"), ledgers.past(app, "gas_requested_at"), slot(ledgers, app)
    if not gas:
        return "open_over_limit" if verdict == "miss" else "imprecise"
    if not ready:
        return "no_ready"
    if ready.begin > gas.last or (asked and asked.begin > gas.last):
        return "ready_after_gas_on"
    if moved and gas.last < moved.begin:
        return "before_slot"
    if valve(ledgers, app).most is None:
        return "calendar"
    return {"hit": "kept", "miss": "over_limit", "unknown": "imprecise"}[verdict]


def fee(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of no fee outside the red line."""
    if verdict == "miss":
        return "charged"
    charges = [(ledgers.scope(c), c["payer"], ledgers.net(c)) for c in ledgers.of("charge", app) if ledgers.past(c, "paid_on")]
    if any(payer not in ("政府", "燃气公司") and (net or 0) > 0 and (scope in (BOTH, None) or (payer is None and scope == "红线外")) for scope, payer, net in charges):
        return "bundled"
    if verdict == "unknown":
        return "no_record"
    if ledgers.said(app, "fee_said") == 0 or app["confirm_signed"]:
        return "said_by_user"
    return "settled" if any(w["paid_by_user"] is not None for w in ledgers.of("work", app)) else "ledger"


def errand(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of no errands, voluntary ones and the counter counted."""
    inside = _inside(ledgers, app)
    if any(map(_run, inside)):
        return "errand"
    if app["channel"] == "营业厅":
        return "walked_in"
    said = ledgers.said(app, "errands_said")
    if (said or 0) > 0:
        return "errand_said"
    if said == 0 or app["confirm_signed"]:
        return "said_by_user"
    return "ledger" if any(v["errand_n"] == 0 for v in inside) else "no_record"


def unforced(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of no errands but voluntary ones: what was not left out, else what proves that there was nothing else."""
    inside = _inside(ledgers, app)
    free = sum(_run(v) for v in inside if "自愿" in (v["errand_reason"] or ""))
    if sum(map(_run, inside)) > free:
        return "errand"
    said = ledgers.said(app, "errands_said")
    if (said or 0) - free - (app["channel"] == "营业厅") > 0:
        return "errand_said"
    if said is not None or app["confirm_signed"]:
        return "said_by_user"
    return "ledger" if any(v["errand_n"] == 0 for v in inside) else "no_record"


def _inside(ledgers: Ledgers, app: Row) -> list[Row]:
    project, gas = ledgers.project(app), ledgers.past(app, "gas_on_at")
    opens = (ledgers.past(project, "landed_on") if project else None) or ledgers.past(app, "applied_at")
    return [v for v, at in ledgers.visits(app) if at.last >= opens.begin and at.begin <= gas.last]


def _run(visit: Row) -> int:
    """How often the user went, by one record."""
    return visit["errand_n"] if visit["errand_n"] is not None else int(visit["direction"] == "用户跑腿" or visit["kind"] in zeros.ERRANDS)


def documents(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of no documents asked for."""
    asked, said = app["docs_requested_n"], ledgers.said(app, "docs_said")
    if (asked or 0) > 0:
        return "documents"
    if (said or 0) > 0:
        return "documents_said"
    return "said_by_user" if said == 0 or app["confirm_signed"] else "ledger" if asked == 0 else "no_record"


def process(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of one process."""
    return {"miss": "steps" if (app["steps_n"] or 0) > 1 else "repeat_visit", "hit": "kept", "unknown": "no_record"}[verdict]


def all_kept(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of the five promises: the first that was broken in the order of the process, else what is not known."""
    time = valve(ledgers, app).verdict
    judged = {half_day: time, process: zeros.process(ledgers, app), documents: zeros.documents(ledgers, app), errand: zeros.errands(ledgers, app)[0], fee: zeros.fee(ledgers, app)}
    for judge, found in judged.items():
        if found == "miss":
            return judge(ledgers, app, found, month)
    return half_day(ledgers, app, time, month) if time == "unknown" else "no_record" if verdict == "unknown" else "kept"


def pipe(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of the pipe at the boundary before the works inside."""
    works = service.served(ledgers, app)
    if not works:
        return "no_record"
    if any(ledgers.past(w, "boundary_ready_on") is None for w in works):
        return "pipe_not_built"
    return {"hit": "kept", "miss": "pipe_late", "unknown": "imprecise"}[verdict]


def feedback(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of an answer to the customer in time."""
    answered = ledgers.past(appeal, "fb_customer_at")
    if not (appeal["level_first"] or appeal["level"]):
        return "no_level"
    if answered and answered.last < ledgers.past(appeal, "accepted_at").begin:
        return "feedback_before_acceptance"
    return {"hit": "kept", "miss": "late_feedback" if answered else "no_feedback", "unknown": "imprecise"}[verdict]


def both_ways(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of answers to customer and department."""
    return "kept" if verdict == "hit" else "no_feedback_to_department" if ledgers.past(appeal, "fb_customer_at") else "no_feedback"


def closed(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of an appeal closed for good."""
    if not ledgers.past(appeal, "closed_at"):
        return "still_open"
    return "not_confirmed" if appeal["confirmed"] is False else "reopened" if (appeal["reopened_n"] or 0) > 0 else {"unknown": "no_record", "hit": "kept"}[verdict]


def booked(ledgers: Ledgers, visit: Row, verdict: str, month: str) -> str:
    """Of a visit booked before it was made."""
    if not ledgers.span(visit, "booked_at") or visit["appt_start"] is None or not visit["appt_place"]:
        return "no_record"
    return {"hit": "kept", "miss": "not_booked", "unknown": "imprecise"}[verdict]


def appointment(ledgers: Ledgers, visit: Row, verdict: str, month: str) -> str:
    """Of an appointment kept."""
    if visit["result"] == "公司改约":
        return "company_moved"
    arrived, begin, end = ledgers.past(visit, "arrived_at"), ledgers.span(visit, "appt_start"), ledgers.span(visit, "appt_end")
    if not arrived:
        return "not_kept" if verdict == "miss" else "no_record"
    over = (end.begin if end.exact else end.end) if end else begin.end
    return {"hit": "kept", "miss": "late_arrival" if arrived.begin > over else "early_arrival", "unknown": "imprecise"}[verdict]


def followed_up(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of two follow-ups."""
    if verdict != "miss":
        return {"hit": "kept", "unknown": "reach_not_recorded"}[verdict]
    gas = ledgers.past(app, "gas_on_at")
    reached = {midnight(at.begin) for f in ledgers.of("followup", app) if f["reached"] == "接通" and (at := ledgers.past(f, "fu_at")) and at.begin >= midnight(gas.begin)}
    return "one_followup" if reached else "no_followup"


def in_charge(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of one manager in charge on the day of application."""
    if verdict != "miss":
        return {"hit": "kept", "unknown": "no_register"}[verdict]
    grid, day = ledgers.grid(app), midnight(ledgers.past(app, "applied_at").begin)
    if grid == UNSTATED:
        return "no_grid"
    held = any(t["grid_code"] == grid and (since := ledgers.span(t, "valid_from")) and since.begin <= day and (not (until := ledgers.span(t, "valid_to")) or until.end > day)
               and (t["manager_id"] or t["manager_name"]) for t in ledgers.rows["term"])
    return "several_managers" if held else "no_manager"


def contract(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of works finished by contract."""
    return {"hit": "kept", "unknown": "imprecise", "miss": "finished_late" if ledgers.past(app, "inside_done_on") else "not_finished"}[verdict]


def charge(ledgers: Ledgers, row: Row, verdict: str, month: str) -> str:
    """Of a charge that the customer paid or may have paid."""
    scope = ledgers.scope(row)
    return "charged" if verdict == "miss" else "bundled" if scope == BOTH else "unknown_item" if scope is None else "no_record"


def updated(ledgers: Ledgers, project: Row, verdict: str, month: str) -> str:
    """Of a project kept up to date at the end of a month."""
    found = ledgers.span(project, "updated_on")
    if not found:
        return "no_record"
    end = _end(ledgers, month)
    return "updated_later" if found.begin >= end else {"hit": "kept", "miss": "not_updated", "unknown": "imprecise"}[verdict]


def _end(ledgers: Ledgers, month: str) -> datetime:
    """Return the end of a month, or as-of where that comes first."""
    return min((datetime.fromisoformat(f"{month}-01") + timedelta(days=32)).replace(day=1), ledgers.as_of)


def answered(ledgers: Ledgers, row: Row, verdict: str, month: str) -> str:
    """Of a rating given when asked."""
    return "refused" if row["reached"] == "拒访" else {"hit": "kept", "unknown": "reach_not_recorded", "miss": "no_rating"}[verdict]


def _put_right(ledgers: Ledgers, row: Row, name: str) -> str:
    """Return hit, miss, unknown of what had to be done about a bad rating by a day."""
    at, due, when = ledgers.past(row, "fu_at"), ledgers.span(row, "rectify_due"), ledgers.past(row, name)
    over = due.end if due else datetime.combine(working_day(at.begin.date(), 15), datetime.min.time()) + timedelta(days=1)
    if not when:
        return "miss" if any(other[name] for other in ledgers.rows["followup"]) else "unknown"
    return "hit" if when.end <= over else "miss" if when.begin >= over else "unknown"


def revisited(ledgers: Ledgers, row: Row, verdict: str, month: str) -> str:
    """Of a second call after a bad rating."""
    if not ledgers.past(row, "revisit_at"):
        return "not_revisited" if verdict == "miss" else "no_record"
    return {"hit": "kept", "miss": "revisited_late", "unknown": "imprecise"}[verdict]


def rectified(ledgers: Ledgers, row: Row, verdict: str, month: str) -> str:
    """Of a bad rating put right and called about again: the first that is missing."""
    first, then = _put_right(ledgers, row, "rectified_at"), _put_right(ledgers, row, "revisit_at")
    done = ledgers.past(row, "rectified_at")
    if first == "miss":
        return "rectified_late" if done else "not_rectified"
    if then == "miss":
        return revisited(ledgers, row, then, month)
    return "no_record" if not done or not ledgers.past(row, "revisit_at") else "imprecise" if "unknown" in (first, then) else "kept"


def signed(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of a matter of the hotline signed for in time."""
    at = ledgers.past(appeal, "signed_at")
    if not at:
        return "not_signed" if verdict == "miss" else "no_record"
    if at.last < ledgers.past(appeal, "accepted_at").begin:
        return "signed_before_acceptance"
    return {"hit": "kept", "miss": "signed_late", "unknown": "imprecise"}[verdict]


def closed_by_day(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of a matter of the hotline closed by its day."""
    if not ledgers.span(appeal, "due_at"):
        return "no_deadline"
    return {"hit": "kept", "miss": "closed_late", "unknown": "imprecise"}[verdict] if ledgers.past(appeal, "closed_at") else "still_open"


def settled(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of an appeal closed for good by the end of a month."""
    found = ledgers.past(appeal, "closed_at")
    if not found or found.begin >= _end(ledgers, month):
        return "still_open"
    if verdict == "miss":
        return "not_confirmed" if appeal["confirmed"] is False else "reopened"
    return "kept" if verdict == "hit" else "closed_before_acceptance" if found.last < ledgers.past(appeal, "accepted_at").begin else "no_record"


def quoted(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of a plan and price told in time."""
    told, taken = ledgers.past(app, "quoted_on"), ledgers.span(app, "accepted_at") or ledgers.span(app, "applied_at")
    if not told:
        return "no_quotation" if verdict == "miss" else "no_record"
    return "quoted_before" if told.last < taken.begin else {"hit": "kept", "miss": "quoted_late", "unknown": "imprecise"}[verdict]


def agreed(ledgers: Ledgers, app: Row, verdict: str, month: str) -> str:
    """Of gas on by the agreed day."""
    if app["appt_by"] == "公司":
        return "company_moved"
    return {"hit": "kept", "unknown": "imprecise", "miss": "after_agreed" if ledgers.past(app, "gas_on_at") else "open_after_agreed"}[verdict]


def filed(ledgers: Ledgers, work: Row, verdict: str, month: str) -> str:
    """Of a completion filed in time."""
    told = ledgers.past(work, "filing_on")
    if not told:
        return "not_filed" if verdict == "miss" else "no_record"
    return {"hit": "kept", "miss": "filed_late", "unknown": "filed_before" if told.last.date() < ledgers.past(work, "gas_done_on").begin.date() else "imprecise"}[verdict]


def relevelled(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of a level changed, before or after the limit of first feedback."""
    if verdict == "unknown" and not (appeal["level"] and appeal["level_first"]):
        return "no_record"
    at, limit = ledgers.span(appeal, "level_changed_at"), first_limit(appeal, ledgers.past(appeal, "accepted_at"))[0]
    return "relevelled_late" if at and at.begin >= limit else "relevelled" if at and at.end <= limit else "relevelled_undated"


def answered_in_time(ledgers: Ledgers, appeal: Row, verdict: str, month: str) -> str:
    """Of an enquiry answered within five working days."""
    told = ledgers.past(appeal, "fb_customer_at")
    if not appeal["kind"]:
        return "no_kind"
    if told and told.last < ledgers.past(appeal, "accepted_at").begin:
        return "feedback_before_acceptance"
    return {"hit": "kept", "unknown": "imprecise", "miss": "late_feedback" if told else "no_feedback"}[verdict]


def road(*milestones: str) -> Reason:
    """Of a pipe in step with its road at some milestones."""

    def judge(ledgers: Ledgers, work: Row, verdict: str, month: str) -> str:
        passed = [m for m in milestones if ledgers.past(work, f"road_{m}_on")]
        undone = [m for m in passed if not (gas := ledgers.span(work, f"gas_{m}_on")) or (m != "plan" and gas.begin >= ledgers.as_of)]
        if verdict == "miss":
            return "pipe_not_done" if undone else "behind_road"
        return "kept" if verdict == "hit" else "no_record" if len(passed) < len(milestones) else "imprecise"

    return judge


def plain(miss: str, unknown: str = "no_record") -> Reason:
    """Of a duty with one reason for each verdict."""
    return lambda ledgers, row, verdict, month: {"hit": "kept", "miss": miss, "unknown": unknown}[verdict]


REASONS: dict[str, tuple[str, str, Reason]] = {
    "valve_on_time": ("application", "app_id", half_day), "all_kept": ("application", "app_id", all_kept), "one_process": ("application", "app_id", process),
    "zero_material": ("application", "app_id", documents), "zero_errand": ("application", "app_id", errand), "zero_errand_excl_voluntary": ("application", "app_id", unforced),
    "zero_fee": ("application", "app_id", fee), "pipe_ready_first": ("application", "app_id", pipe), "two_follow_ups": ("application", "app_id", followed_up),
    "survey_coverage": ("application", "app_id", plain("no_rating")), "grid_in_charge": ("application", "app_id", in_charge), "contract_kept": ("application", "app_id", contract),
    "taken_in_by_planning": ("application", "app_id", plain("other_department")), "told_three_things": ("application", "app_id", plain("told_in_part")),
    "acceptance_attended": ("application", "app_id", plain("not_attended")), "accepted_first_go": ("application", "app_id", plain("accepted_later")),
    "feedback_24h": ("appeal", "case_id", feedback), "feedback_3wd": ("appeal", "case_id", feedback), "feedback_both_ways": ("appeal", "case_id", both_ways),
    "appeals_closed": ("appeal", "case_id", closed), "first_handler_named": ("appeal", "case_id", plain("no_handler")), "told_once_in_full": ("appeal", "case_id", plain("not_told_once")),
    "survey_coverage_manager": ("application", "app_id", plain("no_rating")), "turnkey_whole": ("application", "app_id", plain("done_in_part")),
    "accepted_first_go_self_built": ("application", "app_id", plain("accepted_later")), "accepted_first_go_entrusted": ("application", "app_id", plain("accepted_later")),
    "archive_complete": ("application", "app_id", plain("archive_incomplete")), "completion_filed": ("work", "work_id", filed),
    "appeals_relevelled": ("appeal", "case_id", relevelled), "appeals_relevelled_late": ("appeal", "case_id", relevelled), "enquiries_answered": ("appeal", "case_id", answered_in_time),
    "hotline_not_returned": ("appeal", "case_id", plain("sent_back")),
    "plan_answered": ("application", "app_id", quoted), "connected_by_agreed_day": ("application", "app_id", agreed),
    **{f"survey_response_{who}": ("followup", "fu_id", answered) for who in ("company", "manager")},
    "bad_ratings_rectified": ("followup", "fu_id", rectified), "bad_ratings_revisited": ("followup", "fu_id", revisited),
    "hotline_signed": ("appeal", "case_id", signed), "hotline_closed": ("appeal", "case_id", closed_by_day),
    "hotline_satisfied": ("appeal", "case_id", plain("low_rating", "no_rating")), "appeals_settled": ("appeal", "case_id", settled),
    "visit_appointed": ("visit", "visit_id", booked), "appointment_kept": ("visit", "visit_id", appointment), "charge": ("charge", "charge_id", charge),
    "projects_updated": ("project", "project_id", updated), "project_info_complete": ("project", "project_id", plain("items_missing")), "park_liaison": ("park", "park", plain("no_liaison")),
    "road_in_step": ("work", "work_id", road(*MILESTONES)), **{f"road_in_step_{m}": ("work", "work_id", road(m)) for m in MILESTONES},
    **{f"satisfied_{who}{more}": ("followup", "fu_id", plain("low_rating")) for who in ("company", "manager") for more in ("", "_with_basic")},
}
"""{metric: (table, its key, how its reason is found)}; other KPIs have no reason, or one that follows from their value."""

