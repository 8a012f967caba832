"""Every KPI's cases, one by one, by the rules: [{metric, month, grid, manager, regime, verdict or value, …}]."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.calendar import MINUTE, halves, minutes, moment, working_day_after
from tests.oracle.ledger import EFFECTIVE, UNSTATED, Ledger, Time, days_after

COMPANY = {"公司人员", "公司材料", "公司表具", "公司气源"}
Event = dict[str, Any]


def _stops(ledger: Ledger, app: dict) -> list[tuple[datetime, datetime]]:
    spans = []
    for stop in ledger.of["clock_stop"].get(app["app_id"], []):
        begin, noticed = ledger.time(stop, "start_at"), ledger.time(stop, "noticed_on")
        if begin is None or noticed is None or stop["owner"] not in ("用户", "政府", "第三方", "不可抗力") or not stop["reason"] or stop["reason"] in COMPANY:
            continue
        end = ledger.time(stop, "end_at")
        spans.append((begin.start, min(end.end, ledger.as_of) if end else ledger.as_of))
    merged: list[list[datetime]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        elif end > begin:
            merged.append([begin, end])
    return [tuple(pair) for pair in merged]


def _elapsed(begin: datetime, end: datetime, stops: list, measure) -> Any:
    """Working time from begin to end with the stops inside taken out."""
    total = measure(end) - measure(begin)
    for first, last in stops:
        total -= max(0, min(measure(last), measure(end)) - max(measure(first), measure(begin)))
    return total


def _limit(begin: datetime, stops: list) -> Fraction:
    """Position at which half a working day from `begin` is over, stops that begin before it lengthening it."""
    due = halves(begin) + 1
    for first, last in stops:
        if halves(last) > halves(begin) and max(halves(first), halves(begin)) < due:
            due += halves(last) - max(halves(first), halves(begin))
    return due


def valve(ledger: Ledger, app: dict) -> Event | None:
    """The 0.5-day verdict of an application with its bounds; None where there is neither gas nor a limit."""
    ready, asked, gas = ledger.time(app, "ready_at"), ledger.time(app, "gas_requested_at"), ledger.time(app, "gas_on_at")
    visits = [v for v in ledger.of["visit"].get(app["app_id"], []) if any(ledger.time(v, n) for n in ("booked_at",)) or _first(ledger, v)]
    moved = app["appt_by"] == "用户" or any(v["result"] == "用户改约" for v in visits)
    slot = None
    if moved:
        slot = ledger.time(app, "appt_start", planned=True)
        if slot is None:
            slots = [s for v in visits if v["kind"] == "通气" and (s := ledger.time(v, "appt_start", planned=True))]
            slot = max(slots, key=lambda s: s.start) if slots else None
        if slot and slot.precision in ("moment", "slot"):
            slot = Time(slot.start, slot.start, slot.start, "moment")
    clash = bool(ready and gas and max(t.start for t in (ready, asked) if t) > gas.last)
    conditions = [t for t in (ready, asked, slot) if t]
    if ready is None or clash:
        if gas is None:
            return None
        return {"verdict": "unknown", "due": None, "low": None, "high": None, "convention": False, "low_h": None, "high_h": None}
    begin = Time(max(t.start for t in conditions), max(t.end for t in conditions), max(t.last for t in conditions), "")
    stops = _stops(ledger, app)
    due, due_last = _limit(begin.start, stops), _limit(begin.last, stops)
    found: Event = {"due": due, "low": None, "high": None, "convention": False, "low_h": None, "high_h": None}
    if gas is None:
        return found | {"verdict": "miss" if halves(ledger.as_of) >= due_last else "unknown"}
    if slot and gas.last < slot.start:
        return found | {"verdict": "hit", "low": 0.0, "high": 0.0, "low_h": 0.0, "high_h": 0.0}
    high = _elapsed(begin.start, gas.end, stops, halves)
    low = max(Fraction(0), _elapsed(begin.end, gas.start, stops, halves)) if gas.start > begin.end else Fraction(0)
    strict = _elapsed(begin.last, gas.start, stops, halves) if gas.start > begin.last else Fraction(0)
    verdict = "hit" if high <= 1 else "miss" if strict > 1 else "unknown"
    first_session = halves(begin.start).__floor__()
    last_session = -((-halves(gas.end)).__floor__()) - 1
    return found | {
        "verdict": verdict, "low": float(low) / 2, "high": float(max(Fraction(0), high)) / 2, "convention": verdict == "unknown" and last_session - first_session <= 1,
        "low_h": max(0, _elapsed(begin.end, gas.start, stops, minutes)) / 60 if gas.start > begin.end else 0.0,
        "high_h": max(0, _elapsed(begin.start, gas.end, stops, minutes)) / 60,
    }


def _first(ledger: Ledger, visit: dict) -> Time | None:
    """When a visit took place, as far as recorded: arrival, else booking, else slot."""
    for name in ("arrived_at", "booked_at", "appt_start"):
        if visit[name] is not None:
            return ledger.time(visit, name)
    return None


def zeros(ledger: Ledger, app: dict) -> Event:
    """The verdicts of the zero promises and of the single process, of an application with gas on."""
    gas, applied = ledger.time(app, "gas_on_at"), ledger.time(app, "applied_at")
    talks = [f for f in ledger.of["followup"].get(app["app_id"], []) if ledger.time(f, "fu_at")]
    said = {name: max((f[name] for f in talks if f[name] is not None), default=None) for name in ("errands_said", "fee_said", "docs_said")}
    confirmed = bool(app["confirm_signed"])
    charges = [(ledger.scope(c), c["payer"], ledger.net(c)) for c in ledger.of["charge"].get(app["app_id"], []) if ledger.time(c, "paid_on")]
    user = sum(n for s, p, n in charges if s == "红线外" and p == "用户" and n is not None)
    unclear = any((n or 0) > 0 and (p in (None, "用户") and s in (None, "混合") or p is None and s == "红线外") for s, p, n in charges)
    stated = any(s == "红线外" and p in (None, "用户") and n is not None for s, p, n in charges)
    settled = max((w["paid_by_user"] for w in ledger.of["work"].get(app["app_id"], []) if w["paid_by_user"] is not None), default=None)
    fee = "miss" if (said["fee_said"] or 0) > 0 or user > 0 or (settled or 0) > 0 else "unknown" if unclear else (
        "hit" if said["fee_said"] == 0 or confirmed or settled == 0 or stated else "unknown")
    landed = ledger.time(ledger.projects.get(app["project_id"] or "", {}), "landed_on")
    opens = landed or applied
    errands = voluntary = None
    zero_stated = False
    gas_visits = 0
    for v in ledger.of["visit"].get(app["app_id"], []):
        at = _first(ledger, v)
        if at is None:
            continue
        is_errand = v["direction"] == "用户跑腿" or v["kind"] in ("用户到厅", "到政府窗口")
        n = (1 if v["errand_n"] is None else v["errand_n"]) if is_errand else v["errand_n"]
        zero_stated |= n == 0
        gas_visits += v["kind"] == "通气" and v["result"] != "用户改约"
        if n is not None and at.end >= opens.start and at.start <= gas.end:
            errands = (errands or 0) + n
            if "自愿" in (v["errand_reason"] or ""):
                voluntary = (voluntary or 0) + n
    walked = int(app["channel"] == "营业厅")
    told = said["errands_said"]
    errand = "miss" if (told or 0) > 0 or (errands or 0) + walked > 0 else "hit" if told == 0 or confirmed or zero_stated else "unknown"
    must = max((told - walked - (voluntary or 0)) if told is not None else 0, (errands or 0) - (voluntary or 0))
    kept = "miss" if must > 0 else "hit" if told is not None or confirmed or zero_stated or walked or (voluntary or 0) > 0 else "unknown"
    papers, asked = app["docs_requested_n"], said["docs_said"]
    material = "miss" if (papers or 0) > 0 or (asked or 0) > 0 else "hit" if papers == 0 or asked == 0 or confirmed else "unknown"
    steps = app["steps_n"]
    process = "miss" if (steps or 0) > 1 or gas_visits > 1 else "hit" if steps == 1 and gas_visits == 1 else "unknown"
    counted = None if told is None and errands is None and not walked and not confirmed else max(told or 0, (errands or 0) + walked)
    return {"fee": fee, "errand": errand, "errand_kept": kept, "material": material, "process": process, "errands": counted}


def applications(ledger: Ledger) -> Iterator[Event]:
    """Events of everything that stands on an application."""
    for app in ledger.apps:
        gas, applied = ledger.time(app, "gas_on_at"), ledger.time(app, "applied_at")
        cancelled = None if gas else ledger.time(app, "cancelled_on")
        grid, regime = ledger.grid(app), ledger.regime(app)

        def event(metric: str, at: datetime, grid: str = grid, regime: str = regime, **more: Any) -> Event:
            return {"metric": metric, "month": f"{at:%Y-%m}", "grid": grid, "manager": ledger.holder(grid, at), "regime": regime, **more}

        v = valve(ledger, app)
        if v is not None and v["due"] is None:
            yield event("valve_on_time", gas.start, verdict="unknown", convention=False)
        elif v is not None and v["due"] <= halves(ledger.as_of):
            at = moment(v["due"])
            if cancelled is None or cancelled.start >= at:
                yield event("valve_on_time", at, verdict=v["verdict"], convention=v["convention"])
        clash = bool(gas and applied.start > gas.last)
        closed = gas or cancelled
        unusable = clash or applied.precision in ("month", "vague") or bool(gas and gas.precision in ("month", "vague"))
        days = max(0.0, ((closed.start if closed else ledger.as_of) - applied.start).total_seconds()) / 86400
        yield event("wait", applied.start, days=None if unusable else days, outcome=1 if gas else 2 if cancelled else 0)
        yield from _open(ledger, app, applied, closed, event)
        done = ledger.time(app, "inside_done_on")
        if done and _outside(ledger, app) != "无":
            yield from _pipe(ledger, app, done, event)
        if gas is None:
            continue
        z = zeros(ledger, app)
        five = (v["verdict"], z["process"], z["material"], z["errand"], z["fee"])
        kept = "miss" if "miss" in five else "unknown" if "unknown" in five else "hit"
        for metric, verdict in (("all_kept", kept), ("one_process", z["process"]), ("zero_material", z["material"]), ("zero_errand", z["errand"]),
                                ("zero_errand_excl_voluntary", z["errand_kept"]), ("zero_fee", z["fee"])):
            yield event(metric, gas.start, verdict=verdict, convention=False)
        yield event("valve_wd", gas.start, low=v["low"], high=v["high"])
        yield event("valve_h", gas.start, low=v["low_h"], high=v["high_h"])
        yield event("errands", gas.start, x=z["errands"], w=1)
        needed = app["docs_needed_n"]
        if needed is None and app["docs_requested_n"] is not None and app["docs_online_n"] is not None:
            needed = app["docs_requested_n"] + app["docs_online_n"]
        yield event("docs", gas.start, x=app["docs_online_n"], w=needed)
        low = high = None
        if not clash:
            stops = _stops(ledger, app)
            low = float(max(Fraction(0), halves(gas.start) - halves(applied.end) - _stood(stops, applied.start, gas.start))) / 2
            high = float(max(Fraction(0), halves(gas.end) - halves(applied.start) - _stood(stops, applied.start, gas.start))) / 2
        yield event("company", gas.start, low=low, high=high)
        yield from _followed(ledger, app, gas, event)


def _stood(stops: list, begin: datetime, end: datetime) -> Fraction:
    return sum((max(Fraction(0), min(halves(b), halves(end)) - max(halves(a), halves(begin))) for a, b in stops), Fraction(0))


def _outside(ledger: Ledger, app: dict) -> str | None:
    return app["outside_line"] or ("有" if bool(ledger.of["work"].get(app["app_id"])) else None)


def _open(ledger: Ledger, app: dict, applied: Time, closed: Time | None, event) -> Iterator[Event]:
    month = datetime(applied.start.year, applied.start.month, 1)
    while month < ledger.as_of:
        after = datetime(month.year + month.month // 12, month.month % 12 + 1, 1)
        end = min(after, ledger.as_of)
        if applied.start < end and (closed is None or closed.start >= end):
            last = end - MINUTE
            yield event("open", last, age=(last.date() - applied.start.date()).days)
        month = after


def _pipe(ledger: Ledger, app: dict, done: Time, event) -> Iterator[Event]:
    works = [*ledger.of["work"].get(app["app_id"], [])]
    works += [w for w in ledger.tables["work"] if w["app_id"] is None and w["project_id"] and w["project_id"] == app["project_id"]] if app["project_id"] else []
    times = [ledger.time(w, "boundary_ready_on") for w in works]
    lead = None
    if not works:
        verdict = "unknown"
    elif None in times:
        verdict = "miss"
    else:
        first, last = max(t.start for t in times).date(), max(t.last for t in times).date()
        verdict = "hit" if last <= done.start.date() else "miss" if first > done.last.date() else "unknown"
        if first == last and done.start.date() == done.last.date():
            lead = (done.start.date() - first).days
    yield event("pipe_ready_first", done.start, verdict=verdict, convention=False)
    yield event("pipe_lead", done.start, low=lead, high=lead)


def _followed(ledger: Ledger, app: dict, gas: Time, event) -> Iterator[Event]:
    talks = [(ledger.time(f, "fu_at"), f) for f in ledger.of["followup"].get(app["app_id"], [])]
    talks = [(t, f) for t, f in talks if t and t.start.date() >= gas.start.date()]
    reached = {t.start.date() for t, f in talks if f["reached"] == "接通"}
    possible = {t.start.date() for t, f in talks if f["reached"] in ("接通", None)}
    if days_after(gas.start, 31) <= ledger.as_of:
        verdict = "hit" if len(reached) >= 2 else "unknown" if len(possible) >= 2 else "miss"
        yield event("two_follow_ups", days_after(gas.start, 30), verdict=verdict, convention=False)
    if days_after(gas.start, 8) <= ledger.as_of:
        rated = any(f["score_company"] is not None and f["reached"] in ("接通", None) and ledger.time(f, "fu_at") for f in ledger.of["followup"].get(app["app_id"], []))
        yield event("survey_coverage", gas.start, verdict="hit" if rated else "miss", convention=False)


def others(ledger: Ledger) -> Iterator[Event]:
    """Events of appeals, visits, ratings, charges and projects."""

    def event(metric: str, at: datetime, row: dict, manager: str | None = None, regime: str | None = None, month: datetime | None = None, **more: Any) -> Event:
        app = ledger.app.get(row.get("app_id"))
        grid = ledger.grid(row, row.get("app_id"))
        regime = regime or (ledger.regime(app) if app else "11000" if at < EFFECTIVE else "1.5")
        return {"metric": metric, "month": f"{month or at:%Y-%m}", "grid": grid, "manager": manager or ledger.holder(grid, at), "regime": regime, **more}

    for row in ledger.tables["appeal"]:
        taken, answer, level = ledger.time(row, "accepted_at"), ledger.time(row, "fb_customer_at"), row["level_first"] or row["level"]
        if taken is None or level == "重大":
            continue
        if level == "复杂":
            due, due_last = (days_after(datetime.combine(working_day_after(t.date(), 3), datetime.min.time()), 1) for t in (taken.start, taken.last))
            hit, miss = bool(answer and answer.last < due), bool(answer and answer.start >= due_last)
        else:
            due, due_last = taken.start + timedelta(hours=24), taken.last + timedelta(hours=24)
            hit, miss = bool(answer and answer.end - taken.start <= timedelta(hours=24)), bool(answer and answer.start - taken.last > timedelta(hours=24))
        if due > ledger.as_of:
            continue
        backwards = bool(answer and answer.last < taken.start)
        verdict = "unknown" if level is None or backwards else "hit" if hit else "miss" if miss or (answer is None and due_last <= ledger.as_of) else "unknown"
        passes = bool(level == "一般" and answer and not backwards and verdict == "unknown" and (answer.last.date() - taken.start.date()).days <= 1)
        regime = "1.5" if taken.start >= EFFECTIVE else "11000" if (answer and answer.start < EFFECTIVE) or ledger.as_of <= EFFECTIVE else "straddling"
        yield event("feedback_3wd" if level == "复杂" else "feedback_24h", due, row, manager=ledger.owner(row["owner"]), regime=regime,
                    month=due - MINUTE if level == "复杂" else due, verdict=verdict, convention=passes)
    for row in ledger.tables["visit"]:
        if row["direction"] == "用户跑腿" or row["kind"] in ("用户到厅", "到政府窗口"):
            continue
        arrived, booked = ledger.time(row, "arrived_at"), ledger.time(row, "booked_at", planned=True)
        slot, slot_end = ledger.time(row, "appt_start", planned=True), ledger.time(row, "appt_end", planned=True)
        if arrived:
            recorded = booked and slot and row["appt_place"]
            verdict = "unknown" if not recorded else "hit" if booked.last <= arrived.start else "miss" if booked.start > arrived.last else "unknown"
            yield event("visit_appointed", arrived.start, row, verdict=verdict, convention=False)
        if slot and row["result"] != "用户改约":
            end = slot_end.end if slot_end else slot.end
            if end > ledger.as_of:
                continue
            point = slot.precision == "moment" and slot_end is None
            if row["result"] == "公司改约":
                verdict = "miss"
            elif arrived is None:
                verdict = "miss" if row["on_time"] is False else "unknown"
            elif arrived.end <= end and (point or arrived.start >= slot.start):
                verdict = "hit"
            else:
                verdict = "miss" if arrived.start > end or (not point and arrived.last < slot.start) else "unknown"
            yield event("appointment_kept", end, row, month=end if point else end - MINUTE, verdict=verdict, convention=False)
    for about in ("company", "manager"):
        latest: dict[str, tuple] = {}
        for row in ledger.tables["followup"]:
            at = ledger.time(row, "fu_at")
            if at and row[f"score_{about}"] is not None and row["reached"] in ("接通", None):
                key = row["app_id"] or row["_key"]
                latest[key] = max(latest.get(key, (datetime.min, "")), (at.start, row["_key"]))
        chosen = {key for _, key in latest.values()}
        for row in ledger.tables["followup"]:
            if row["_key"] in chosen and (at := ledger.time(row, "fu_at")):
                for least, name in ((4, f"satisfied_{about}"), (3, f"satisfied_{about}_with_basic")):
                    yield event(name, at.start, row, verdict="hit" if row[f"score_{about}"] >= least else "miss", convention=False)
    for row in ledger.tables["charge"]:
        paid = ledger.time(row, "paid_on")
        if paid is None:
            continue
        net, scope = ledger.net(row), ledger.scope(row)
        if row["payer"] in (None, "用户") and scope in (None, "混合", "红线外") and (net is None or net > 0):
            sure = scope == "红线外" and row["payer"] == "用户" and net is not None
            yield event("charge", paid.start, row, net=net, verdict="miss" if sure else "unknown")
    for row in ledger.tables["project"]:
        first = next((t for n in ("first_known_at", "landed_on", "updated_on") if (t := ledger.time(row, n, planned=True))), None)
        if first is None or first.start >= ledger.as_of:
            continue
        texts = sum(row[n] is not None and row[n] not in ("待定", "不详", "暂无", "未知", "无") for n in ("name", "contact_name", "location", "progress", "gov_lead"))
        filled = texts + sum(row[n] is not None for n in ("landed_on", "planned_production", "needs_gas"))
        regime = "11000" if first.start < EFFECTIVE else "1.5"
        yield event("project_info_complete", first.start, row, regime=regime, verdict="hit" if filled == 8 else "miss", convention=False)
        yield event("items", first.start, row, regime=regime, x=filled, w=8)


__all__ = ["UNSTATED", "applications", "others"]
