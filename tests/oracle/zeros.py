"""Evidence of zero, of an application with gas on: fee, errands, documents, and the single process."""

from __future__ import annotations

from tests.oracle.ledgers import BOTH, Ledgers, Row

ERRANDS = ("用户到厅", "到政府窗口")


def fee(ledgers: Ledgers, app: Row) -> str:
    """Return the verdict of zero fee outside the red line."""
    said = ledgers.said(app, "fee_said")
    settled = [w["paid_by_user"] for w in ledgers.of("work", app) if w["paid_by_user"] is not None]
    charges = [(ledgers.scope(c), c["payer"], ledgers.net(c)) for c in ledgers.of("charge", app) if ledgers.past(c, "paid_on")]
    user_paid = sum(net for scope, payer, net in charges if scope == "红线外" and payer == "用户" and net is not None)
    if user_paid > 0 or any(paid > 0 for paid in settled) or (said or 0) > 0:
        return "miss"
    for scope, payer, net in charges:
        if payer not in ("政府", "燃气公司") and (net or 0) > 0 and (scope in (BOTH, None) or (payer is None and scope == "红线外")):
            return "unknown"
    stated = any(scope == "红线外" and payer in ("用户", None) and net is not None for scope, payer, net in charges)
    return "hit" if said == 0 or app["confirm_signed"] or settled or stated else "unknown"


def errands(ledgers: Ledgers, app: Row) -> tuple[str, str, float | None]:
    """Return (verdict, verdict without voluntary ones, number of errands or None without evidence)."""
    project, gas = ledgers.project(app), ledgers.past(app, "gas_on_at")
    opens = (ledgers.past(project, "landed_on") if project else None) or ledgers.past(app, "applied_at")
    noted, voluntary, zero = 0, 0, False
    for visit, at in ledgers.visits(app):
        if at.last < opens.begin or at.begin > gas.last:
            continue
        n = visit["errand_n"]
        if n is None and (visit["direction"] == "用户跑腿" or visit["kind"] in ERRANDS):
            n = 1
        zero |= n == 0
        noted += n or 0
        voluntary += (n or 0) if "自愿" in (visit["errand_reason"] or "") else 0
    walked = int(app["channel"] == "营业厅")
    said = ledgers.said(app, "errands_said")
    proof = said is not None or bool(app["confirm_signed"]) or zero
    number = max(said or 0, noted + walked)
    strict = "miss" if number > 0 else "hit" if proof else "unknown"
    unforced = max((said or 0) - voluntary - walked, noted - voluntary)
    lenient = "miss" if unforced > 0 else "hit" if proof else "unknown"
    return strict, lenient, number if proof or number else None


def documents(ledgers: Ledgers, app: Row) -> str:
    """Return the verdict of zero documents."""
    asked, said = app["docs_requested_n"], ledgers.said(app, "docs_said")
    if (asked or 0) > 0 or (said or 0) > 0:
        return "miss"
    return "hit" if asked == 0 or said == 0 or app["confirm_signed"] else "unknown"


def process(ledgers: Ledgers, app: Row) -> str:
    """Return the verdict of one process: one step and one visit that turned the gas on."""
    steps = app["steps_n"]
    visits = sum(v["kind"] == "通气" and v["result"] != "用户改约" for v, _ in ledgers.visits(app))
    if (steps or 0) > 1 or visits > 1:
        return "miss"
    return "hit" if steps == 1 and visits == 1 else "unknown"


def all_kept(verdicts: list[str]) -> str:
    """Return the verdict of the five promises together."""
    return "miss" if "miss" in verdicts else "unknown" if "unknown" in verdicts else "hit"
