"""Appeals as enquiries, complaints and matters of the hotline, their levels, and what stands open or overdue at the end of each month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.clock import DAY, FIRST_DAY, WORKED, working_day
from tests.oracle.ledgers import Ledgers, Row, Span
from tests.oracle.service import feedback
from tests.oracle.works import months

Found = tuple[str, datetime, dict[str, Any]]

ENQUIRY = ("咨询", "查询")
MINUTE = timedelta(minutes=1)


def _first_level(row: Row) -> str | None:
    return row["level_first"] or row["level"]


def _who(ledgers: Ledgers, row: Row) -> str | None:
    return row["customer"] or (ledgers.application(row) or {}).get("customer_name")


def repeated(ledgers: Ledgers, words: tuple[str, ...], *alike: str) -> dict[str, bool]:
    """Return, for each appeal of a kind with user and what else is asked for, whether the same came within 30 days before; others cannot be told."""
    series: dict[tuple, list[tuple[datetime, str]]] = {}
    for row in ledgers.rows["appeal"]:
        at = ledgers.past(row, "accepted_at")
        group = (_who(ledgers, row), *(row[name] for name in alike))
        if at and at.end - at.begin <= DAY and all(group) and any(word in (row["kind"] or "") for word in words):
            series.setdefault(group, []).append((at.begin, row["_key"]))
    return {mine[1]: any(other < mine and (mine[0].date() - other[0].date()).days <= 30 for other in of_one) for of_one in series.values() for mine in of_one}


def contact(ledgers: Ledgers, row: Row, asked: dict[str, bool], complained: dict[str, bool]) -> Iterator[Found]:
    """Yield (metric, when, case) of what an appeal was and what it brought; `asked` and `complained` say which came again."""
    accepted = ledgers.past(row, "accepted_at")
    if not accepted:
        return
    at, kind = accepted.begin, row["kind"] or ""
    shirk, upheld = row["shirk"], row["upheld"]
    if shirk is None or (shirk and upheld is not False):
        yield "shirking_reported", at, {"verdict": "unknown" if shirk is None else "counted"}
    if shirk is None or (shirk and upheld is not False):
        yield "shirking_upheld", at, {"verdict": "counted" if shirk and upheld else "unknown"}
    if any(word in kind for word in ENQUIRY):
        yield "enquiries_repeated", at, _share(asked.get(row["_key"]))
    if "投诉" in kind:
        yield "complaints", at, {"verdict": "counted"}
        yield "complaints_upheld", at, _share(upheld)
        yield "complaints_repeated", at, _share(complained.get(row["_key"]))
    if "12345" in (row["source"] or ""):
        yield from _hotline(ledgers, row, accepted)
    if not kind or any(word in kind for word in ENQUIRY):
        yield from _answered(ledgers, row, accepted)
    if _first_level(row) == "重大":
        yield from _major(ledgers, row, accepted)
    if found := feedback(ledgers, row):
        yield from _level(ledgers, row, found)


def _share(yes: bool | None) -> dict[str, Any]:
    return {"x": None if yes is None else float(yes), "weight": 1.0}


def _by(done: Span | None, due: Span) -> str:
    """Return whether what was to be done by a date was."""
    if not done:
        return "miss"
    return "hit" if done.end <= due.end else "miss" if done.begin >= due.end else "unknown"


def _hotline(ledgers: Ledgers, row: Row, accepted: Span) -> Iterator[Found]:
    signed, closed, due = ledgers.past(row, "signed_at"), ledgers.past(row, "closed_at"), ledgers.span(row, "due_at")
    if accepted.begin + DAY <= ledgers.as_of:
        kept = any("12345" in (other["source"] or "") and ledgers.past(other, "accepted_at") and ledgers.past(other, "signed_at") for other in ledgers.rows["appeal"])
        if not signed:
            verdict = "miss" if kept and accepted.last + DAY <= ledgers.as_of else "unknown"
        elif signed.last < accepted.begin:
            verdict = "unknown"
        else:
            verdict = "hit" if signed.end - accepted.begin <= DAY else "miss" if signed.begin - accepted.last > DAY else "unknown"
        yield "hotline_signed", accepted.begin + DAY, {"verdict": verdict}
    if not due:
        yield "hotline_closed", accepted.begin, {"verdict": "unknown"}
    elif due.end <= ledgers.as_of:
        yield "hotline_closed", due.end - MINUTE, {"verdict": _by(closed, due)}
    if closed:
        rated, returned = row["satisfied"], row["returned_n"]
        yield "hotline_satisfied", closed.begin, {"verdict": "unknown" if rated is None else "hit" if rated >= 3 else "miss"}
        yield "hotline_not_returned", closed.begin, {"verdict": "unknown" if returned is None else "miss" if returned else "hit"}


def _answered(ledgers: Ledgers, row: Row, accepted: Span) -> Iterator[Found]:
    if accepted.begin.date() < FIRST_DAY:
        return
    first, last = (datetime.combine(working_day(at.date(), 5), datetime.min.time()) + DAY for at in (accepted.begin, accepted.last))
    if first > ledgers.as_of:
        return
    told = ledgers.past(row, "fb_customer_at")
    if not row["kind"] or (told and told.last < accepted.begin):
        verdict = "unknown"
    elif not told:
        verdict = "miss" if last <= ledgers.as_of else "unknown"
    else:
        verdict = "hit" if told.last < first else "miss" if told.begin >= last else "unknown"
    yield "enquiries_answered", first - MINUTE, {"verdict": verdict}


def _major(ledgers: Ledgers, row: Row, accepted: Span) -> Iterator[Found]:
    yield "major_matters", accepted.begin, {"verdict": "counted"}
    due = ledgers.span(row, "office_meeting_due")
    if due:
        yield "major_matters_with_deadline", accepted.begin, {"verdict": "counted"}
        if due.end <= ledgers.as_of:
            yield "major_matters_met", due.end - MINUTE, {"verdict": _by(ledgers.past(row, "closed_at"), due)}


def first_limit(row: Row, accepted: Span) -> tuple[datetime, datetime]:
    """Return when the limit of first feedback was over, from the earliest and from the latest acceptance."""
    if _first_level(row) == "复杂":
        return tuple(datetime.combine(working_day(at.date(), 3), datetime.min.time()) + DAY for at in (accepted.begin, accepted.last))
    return accepted.begin + DAY, accepted.last + DAY


def _level(ledgers: Ledgers, row: Row, found: tuple[str, str, datetime, bool]) -> Iterator[Found]:
    first, now, when = row["level_first"], row["level"], found[2]
    if not first or not now:
        yield "appeals_relevelled", when, {"verdict": "unknown"}
        yield "appeals_relevelled_late", when, {"verdict": "unknown"}
        return
    at = ledgers.span(row, "level_changed_at")
    if first == now or (at and at.begin >= ledgers.as_of):
        return
    yield "appeals_relevelled", when, {"verdict": "counted"}
    limit = first_limit(row, ledgers.past(row, "accepted_at"))[0]
    if at and at.begin >= limit:
        yield "appeals_relevelled_late", when, {"verdict": "counted"}
    elif not at or at.end > limit:
        yield "appeals_relevelled_late", when, {"verdict": "unknown"}


BANDS = {"0_3": (0, 3), "4_7": (4, 7), "8_15": (8, 15), "over_15": (16, 10**6)}


def monthly(ledgers: Ledgers, row: Row) -> Iterator[tuple[str, str, datetime, dict[str, Any]]]:
    """Yield (metric, month, its end or as-of, case) of each month an appeal stood in the books, and of each at whose end it was overdue."""
    accepted = ledgers.past(row, "accepted_at")
    if not accepted:
        return
    closed = ledgers.past(row, "closed_at")
    for month, end in months(accepted.begin, ledgers.as_of):
        begins = datetime.fromisoformat(f"{month}-01")
        if accepted.begin < begins and closed and closed.begin < begins:
            continue
        done = closed and closed.begin < end
        if not done:
            yield "appeals_open", month, end, {"verdict": "counted"}
        day = accepted.begin.date()
        if not done and day < FIRST_DAY:
            # no calendar tells how old it is
            yield from ((f"appeals_open_{name}", month, end, {"verdict": "unknown"}) for name in BANDS)
        elif not done:
            age = sum(WORKED[day + timedelta(days=n)] for n in range(1, ((end - MINUTE).date() - day).days + 1))
            yield from ((f"appeals_open_{name}", month, end, {"verdict": "counted"}) for name, (least, most) in BANDS.items() if least <= age <= most)
        if not done or row["confirmed"] is False or (row["reopened_n"] or 0) > 0:
            verdict = "miss"
        else:
            verdict = "unknown" if row["confirmed"] is None or closed.last < accepted.begin else "hit"
        yield "appeals_settled", month, end, {"verdict": verdict}
    yield from _overdue(ledgers, row, accepted, closed)


def _overdue(ledgers: Ledgers, row: Row, accepted: Span, closed: Span | None) -> Iterator[tuple[str, str, datetime, dict[str, Any]]]:
    if _first_level(row) == "重大":
        due = ledgers.span(row, "office_meeting_due")
        if not due or due.end > ledgers.as_of or _by(closed, due) != "miss":
            return
        over, ended = due.end, closed
    else:
        found = feedback(ledgers, row)
        if not found or found[1] != "miss":
            return
        over, ended = first_limit(row, accepted)[1], ledgers.past(row, "fb_customer_at")
    for month, end in months(over - MINUTE, ledgers.as_of):
        if over <= end and not (ended and ended.begin < end):
            yield "appeals_overdue_open", month, end, {"verdict": "counted"}
        elif over <= end and ended.begin >= datetime.fromisoformat(f"{month}-01"):
            yield "appeals_overdue_answered", month, end, {"verdict": "counted"}


def complaints(ledgers: Ledgers, app: Row) -> dict[str, Any]:
    """Return a hundred times the complaints that name an application."""
    named = [r for r in ledgers.of("appeal", app) if "投诉" in (r["kind"] or "") and ledgers.past(r, "accepted_at")]
    return {"x": 100.0 * len(named), "weight": 1.0}
