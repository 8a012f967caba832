"""From cases to figures: counts, ratios with their two ranges, quantiles, means, snapshots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from tests.oracle.survival import Z, figure

RATIOS = (
    "all_kept valve_on_time one_process zero_material zero_errand zero_errand_excl_voluntary zero_fee project_info_complete pipe_ready_first visit_appointed"
    " appointment_kept feedback_24h feedback_3wd two_follow_ups survey_coverage satisfied_company satisfied_company_with_basic satisfied_manager"
    " satisfied_manager_with_basic told_three_things acceptance_attended contract_kept accepted_first_go grid_in_charge taken_in_by_planning feedback_both_ways"
    " appeals_closed first_handler_named told_once_in_full road_in_step road_in_step_plan road_in_step_start road_in_step_done"
    " major_matters_met hotline_signed hotline_closed hotline_satisfied hotline_not_returned enquiries_answered"
    " survey_coverage_manager survey_response_company survey_response_manager survey_agrees_errands survey_agrees_fee survey_agrees_documents bad_ratings_rectified bad_ratings_revisited"
    " turnkey_whole accepted_first_go_self_built accepted_first_go_entrusted archive_complete completion_filed connected_by_agreed_day plan_answered"
).split()
QUANTILES = {
    f"{name}_{part}": (name, p) for name in ("valve_time", "valve_hours", "company_time") for part, p in (("p50", 0.5), ("p85", 0.85), ("max", 1.0))
} | {
    f"{name}_gross_{part}": (source, p) for name, source in (("valve_time", "valve_gross"), ("company_time", "company_gross")) for part, p in (("p50", 0.5), ("p85", 0.85))
} | {
    "pipe_lead_days_p50": ("pipe_lead", 0.5), "info_lead_days_p50": ("lead", 0.5), "outside_works_p50": ("outside_days", 0.5), "outside_works_p85": ("outside_days", 0.85), "outside_works_net_p50": ("outside_net", 0.5),
    "days_late_p85": ("days_late", 0.85), "days_late_max": ("days_late", 1.0),
}
JOURNEY = {"known": 1, "need_gas": 2, "applied": 3, "outside_ready": 4, "ready": 5, "gas_on": 6}
SNAPSHOTS = ("projects_updated", "park_liaison", "appeals_settled")
COUNTS = (
    "appeals_relevelled appeals_relevelled_late major_matters major_matters_with_deadline appeals_overdue_answered shirking_reported shirking_upheld complaints"
    " bad_ratings valve_excluded contract_excluded appointment_excluded"
).split() + [f"ratings_{whom}_{level}" for whom in ("company", "manager") for level in range(1, 6)]
"""Counts whose cases say of themselves whether they are counted or unknown."""
STANDING = "appeals_open appeals_open_0_3 appeals_open_4_7 appeals_open_8_15 appeals_open_over_15 appeals_overdue_open".split()
"""The same of what stands at the end of each month."""
MEANS = {"docs_self_sourced": "docs", "errands_per_connection": "errands", "project_info_items": "project_items", "outside_by_government": "outside_paid"} | {
    name: name for name in "enquiries_repeated complaints_per_100 complaints_upheld complaints_repeated self_surveyed mean_rating_company mean_rating_manager archive_items".split()
} | {
    name: name for name in "stopped_share stopped_by_user stopped_by_government stopped_by_third_party stopped_by_force_majeure stopped_by_several".split()
}
AGES = {"open_cases": (0, 10**6), "open_0_30": (0, 30), "open_31_60": (31, 60), "open_61_90": (61, 90), "open_over_90": (91, 10**6)}
NOTHING = {"value": None, "hits": None, "n": 0, "unknown": 0, "convention": 0, "evidence_low": None, "evidence_high": None, "chance_low": None, "chance_high": None}


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's interval: (2x + z² ∓ z √(z² + 4x(1 − x/n))) / 2(n + z²)."""
    middle, width = 2 * hits + Z * Z, Z * sqrt(Z * Z + 4 * hits * (1 - hits / n))
    return (middle - width) / (2 * (n + Z * Z)), (middle + width) / (2 * (n + Z * Z))


class Case(NamedTuple):
    """What of a case its figure is made of; a number that is not known is None or not equal to itself."""

    metric: str
    month: str
    verdict: str | None
    convention: bool
    x: float | None
    weight: float | None
    low: float | None
    high: float | None
    outcome: float | None
    build_mode: str


def ratio(cases: Sequence[Case]) -> dict[str, Any]:
    if not cases:
        return NOTHING | {"hits": 0}
    count = Counter(case.verdict for case in cases)
    hits, misses, unknown = count["hit"], count["miss"], count["unknown"]
    n, every = hits + misses, hits + misses + unknown
    found = NOTHING | {"hits": hits, "n": n, "unknown": unknown, "convention": sum(bool(case.convention) for case in cases)}
    if n:
        low, high = wilson(hits, n)
        found |= {"value": hits / n, "chance_low": low, "chance_high": high}
    if every:
        found |= {"evidence_low": hits / every, "evidence_high": (hits + unknown) / every}
    return found


def known(values: Iterable[float | None]) -> list[float]:
    """Return the numbers that are known."""
    return [value for value in values if value is not None and value == value]


def quantile(cases: Sequence[Case], p: float) -> dict[str, Any]:
    values = known(case.x for case in cases)
    found = NOTHING | {"n": len(values), "unknown": len(cases) - len(values), "value": share(values, p) if values else None}
    lows, highs = known(case.low for case in cases), [case.high for case in cases]
    if lows and len(lows) == len(cases):
        found |= {"evidence_low": share(lows, p), "evidence_high": share(highs, p)}
    return found


def share(values: list[float], p: float) -> float:
    """Return the value below which a share p lies, on the straight line between the two nearest (R type 7)."""
    ordered = sorted(values)
    at = p * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def mean(cases: Sequence[Case]) -> dict[str, Any]:
    told = [case for case in cases if known([case.x])]
    whole = sum(known(case.weight for case in told))
    return NOTHING | {"n": len(told), "unknown": len(cases) - len(told), "value": sum(case.x for case in told) / whole if whole else None}


def figures(by: Mapping[str, Sequence[Case]], last_month: str) -> dict[str, dict[str, Any]]:
    """Return {id: figure} of the cases of one month and group by metric, or of a span whose last month is given."""
    found = {name: ratio(by.get(name, ())) for name in RATIOS}
    found |= {name: quantile(by.get(source, ()), p) for name, (source, p) in QUANTILES.items()}
    found |= {name: mean(by.get(source, ())) for name, source in MEANS.items()}
    waits = by.get("wait", ())
    over = _waits(waits)
    size = {"n": len(over), "unknown": len(waits) - len(over)}
    found |= {name: NOTHING | size | values for name, values in figure(over).items()}
    net = figure(_waits(by.get("wait_net", ())))
    found |= {f"whole_wait_net_{part}": NOTHING | size | net[f"whole_wait_{part}"] for part in ("median", "p85")}
    ages = [case.x for case in by.get("open", ()) if case.month == last_month]
    for name, (least, most) in AGES.items():
        n = sum(least <= age <= most for age in ages)
        found[name] = NOTHING | {"n": n, "value": n or None}
    charges = by.get("charge", ())
    sure = [case for case in charges if case.verdict == "miss"]
    size = {"n": len(sure), "unknown": len(charges) - len(sure)}
    found["user_charge_count"] = NOTHING | size | {"value": len(sure) or None}
    found["user_charge_amount"] = NOTHING | size | {"value": sum(known(case.x for case in sure)) if sure else None}
    for name in SNAPSHOTS:
        found[name] = ratio([case for case in by.get(name, ()) if case.month == last_month])
    for name in (*COUNTS, *STANDING):
        standing = Counter(case.verdict for case in by.get(name, ()) if name not in STANDING or case.month == last_month)
        found[name] = NOTHING | {"n": standing["counted"], "unknown": standing["unknown"], "value": standing["counted"] or None}
    updates = Counter(case.verdict for case in by.get("projects_updated", ()) if case.month == last_month)
    found["projects_stale"] = NOTHING | {"n": updates["miss"], "unknown": updates["unknown"], "value": updates["miss"] or None}
    journeys = by.get("journey", ())
    for name, far in JOURNEY.items():
        n = sum(case.x >= far for case in journeys)
        found[f"journey_{name}"] = NOTHING | {"n": n, "value": n or None, "unknown": sum(case.verdict == "unknown" for case in journeys) if name == "need_gas" else 0}
    for payer in ("gov", "company", "user"):
        cases = by.get(f"outside_paid_{payer}", ())
        paid = known(case.x for case in cases)
        found[f"outside_paid_{payer}"] = NOTHING | {"n": len(paid), "unknown": len(cases) - len(paid), "value": sum(paid) if paid else None}
    modes = Counter(case.build_mode for case in waits)
    for name, mode in (("built_by_user", "自建"), ("built_by_company", "代建")):
        found[name] = NOTHING | {"n": modes[mode], "unknown": modes["(未填)"], "value": modes[mode] or None}
    return found


def _waits(cases: Sequence[Case]) -> list[tuple[float, int]]:
    """Return (days, outcome) of the waits that are known."""
    return [(case.x, int(case.outcome)) for case in cases if case.verdict == "known"]
