"""Follow-ups as a survey: who answered and who asked, the user's words beside the ledger, bad ratings put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.clock import DAY, working_day
from tests.oracle.ledgers import UNREACHED, UNSTATED, Ledgers, Row, Span
from tests.oracle.zeros import ERRANDS

Found = tuple[str, datetime, dict[str, Any]]


def answered(ledgers: Ledgers, row: Row) -> Iterator[Found]:
    """Yield (metric, when, case) of whether a follow-up gave ratings, and of who asked."""
    at = ledgers.past(row, "fu_at")
    if not at:
        return
    for whom in ("company", "manager"):
        if row["reached"] not in ("未接", "空号"):
            given = row[f"score_{whom}"] is not None
            verdict = "miss" if row["reached"] == "拒访" else "hit" if given else "unknown" if row["reached"] is None else "miss"
            yield f"survey_response_{whom}", at.begin, {"verdict": verdict}
    scores = [row[f"score_{whom}"] for whom in ("company", "manager") if row[f"score_{whom}"] is not None]
    if not scores or row["reached"] in UNREACHED:
        return
    holder = ledgers.holder(ledgers.grid(row), at.begin)
    own = {name for term in ledgers.rows["term"] if term["manager_id"] == holder for name in (term["manager_id"], term["manager_name"])}
    known = row["surveyor"] is not None and holder != UNSTATED
    yield "self_surveyed", at.begin, {"x": float(row["surveyor"] in own) if known else None, "weight": 1.0}
    if min(scores) <= 2:
        yield "bad_ratings", at.begin, {"verdict": "counted"}
        yield from _put_right(ledgers, row, at)


def _put_right(ledgers: Ledgers, row: Row, at: Span) -> Iterator[Found]:
    set_ = ledgers.span(row, "rectify_due")
    due = set_.end if set_ else datetime.combine(working_day(at.begin.date(), 15), datetime.min.time()) + DAY
    if due > ledgers.as_of:
        return

    def done(name: str) -> str:
        when = ledgers.past(row, name)
        if not when:
            return "miss" if any(other[name] for other in ledgers.rows["followup"]) else "unknown"
        return "hit" if when.end <= due else "miss" if when.begin >= due else "unknown"

    both = {done("rectified_at"), done("revisit_at")}
    yield "bad_ratings_rectified", due - timedelta(minutes=1), {"verdict": "miss" if "miss" in both else "unknown" if "unknown" in both else "hit"}
    yield "bad_ratings_revisited", due - timedelta(minutes=1), {"verdict": done("revisit_at")}


def agreement(ledgers: Ledgers, app: Row) -> Iterator[tuple[str, str]]:
    """Yield (metric, verdict) of each matter of which both the user and the ledger may speak."""
    for matter, name, noted in (("errands", "errands_said", _errands(ledgers, app)), ("fee", "fee_said", _fee(ledgers, app)), ("documents", "docs_said", _some(app["docs_requested_n"]))):
        said = _some(ledgers.said(app, name))
        yield f"survey_agrees_{matter}", "unknown" if said is None or noted is None else "hit" if said == noted else "miss"


def _some(number: float | None) -> bool | None:
    return None if number is None else number > 0


def _errands(ledgers: Ledgers, app: Row) -> bool | None:
    """Return whether the ledger knows of errands between landing and gas on; None where it is silent."""
    project, gas = ledgers.project(app), ledgers.past(app, "gas_on_at")
    opens = (ledgers.past(project, "landed_on") if project else None) or ledgers.past(app, "applied_at")
    numbers = []
    for visit, at in ledgers.visits(app):
        if at.last >= opens.begin and at.begin <= gas.last:
            errand = visit["direction"] == "用户跑腿" or visit["kind"] in ERRANDS
            numbers.append(visit["errand_n"] if visit["errand_n"] is not None else 1 if errand else None)
    known = [n for n in numbers if n is not None]
    return True if app["channel"] == "营业厅" or sum(known) > 0 else False if 0 in known else None


def _fee(ledgers: Ledgers, app: Row) -> bool | None:
    """Return whether the ledger knows of a fee outside the red line; None where it is silent or leaves it open."""
    settled = [w["paid_by_user"] for w in ledgers.of("work", app) if w["paid_by_user"] is not None]
    charges = [(ledgers.scope(c), c["payer"], ledgers.net(c)) for c in ledgers.of("charge", app) if ledgers.past(c, "paid_on")]
    if any(paid > 0 for paid in settled) or sum(net for scope, payer, net in charges if scope == "红线外" and payer == "用户" and net is not None) > 0:
        return True
    for scope, payer, net in charges:
        if payer not in ("政府", "燃气公司") and (net or 0) > 0 and (scope in ("红线内外", None) or (payer is None and scope == "红线外")):
            return None
    return False if settled or any(scope == "红线外" and payer in ("用户", None) and net is not None for scope, payer, net in charges) else None
