"""From cases to figures: counts, ratios with their two ranges, quantiles, means, snapshots."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import Any

import pandas as pd

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


def ratio(cases: pd.DataFrame) -> dict[str, Any]:
    if cases.empty:
        return NOTHING | {"hits": 0}
    count = Counter(cases["verdict"])
    hits, misses, unknown = count["hit"], count["miss"], count["unknown"]
    n, every = hits + misses, hits + misses + unknown
    found = NOTHING | {"hits": hits, "n": n, "unknown": unknown, "convention": int(cases["convention"].sum())}
    if n:
        low, high = wilson(hits, n)
        found |= {"value": hits / n, "chance_low": low, "chance_high": high}
    if every:
        found |= {"evidence_low": hits / every, "evidence_high": (hits + unknown) / every}
    return found


def quantile(cases: pd.DataFrame, p: float) -> dict[str, Any]:
    known = [x for x in cases["x"] if x == x]
    found = NOTHING | {"n": len(known), "unknown": len(cases) - len(known), "value": share(known, p) if known else None}
    lows, highs = list(cases["low"]), list(cases["high"])
    if lows and all(low == low for low in lows):
        found |= {"evidence_low": share(lows, p), "evidence_high": share(highs, p)}
    return found


def share(values: list[float], p: float) -> float:
    """Return the value below which a share p lies, on the straight line between the two nearest (R type 7)."""
    ordered = sorted(values)
    at = p * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def mean(cases: pd.DataFrame) -> dict[str, Any]:
    known = cases[cases["x"].notna()]
    whole = known["weight"].sum()
    return NOTHING | {"n": len(known), "unknown": len(cases) - len(known), "value": known["x"].sum() / whole if whole else None}


def figures(cases: pd.DataFrame, last_month: str) -> dict[str, dict[str, Any]]:
    """Return {id: figure} of the cases of one month and group, or of a span whose last month is given."""
    by = dict(list(cases.groupby("metric")))
    empty = cases.iloc[:0]
    found = {name: ratio(by.get(name, empty)) for name in RATIOS}
    found |= {name: quantile(by.get(source, empty), p) for name, (source, p) in QUANTILES.items()}
    found |= {name: mean(by.get(source, empty)) for name, source in MEANS.items()}
    waits = by.get("wait", empty)
    known = waits[waits["verdict"] == "known"]
    size = {"n": len(known), "unknown": len(waits) - len(known)}
    found |= {name: NOTHING | size | values for name, values in figure(zip(known["x"], known["outcome"].astype(int), strict=True)).items()}
    net = by.get("wait_net", empty)
    net = figure(zip(net[net["verdict"] == "known"]["x"], net[net["verdict"] == "known"]["outcome"].astype(int), strict=True))
    found |= {f"whole_wait_net_{part}": NOTHING | size | net[f"whole_wait_{part}"] for part in ("median", "p85")}
    snapshot = by.get("open", empty)
    ages = snapshot[snapshot["month"] == last_month]["x"]
    for name, (least, most) in AGES.items():
        n = int(ages.between(least, most).sum())
        found[name] = NOTHING | {"n": n, "value": n or None}
    charges = by.get("charge", empty)
    sure = charges[charges["verdict"] == "miss"]
    size = {"n": len(sure), "unknown": len(charges) - len(sure)}
    found["user_charge_count"] = NOTHING | size | {"value": len(sure) or None}
    found["user_charge_amount"] = NOTHING | size | {"value": sure["x"].sum() if len(sure) else None}
    for name in SNAPSHOTS:
        rows = by.get(name, empty)
        found[name] = ratio(rows[rows["month"] == last_month])
    for name in (*COUNTS, *STANDING):
        rows = by.get(name, empty)
        standing = Counter((rows[rows["month"] == last_month] if name in STANDING else rows)["verdict"])
        found[name] = NOTHING | {"n": standing["counted"], "unknown": standing["unknown"], "value": standing["counted"] or None}
    updates = by.get("projects_updated", empty)
    updates = Counter(updates[updates["month"] == last_month]["verdict"])
    found["projects_stale"] = NOTHING | {"n": updates["miss"], "unknown": updates["unknown"], "value": updates["miss"] or None}
    journeys = by.get("journey", empty)
    for name, far in JOURNEY.items():
        n = int((journeys["x"] >= far).sum())
        found[f"journey_{name}"] = NOTHING | {"n": n, "value": n or None, "unknown": int((journeys["verdict"] == "unknown").sum()) if name == "need_gas" else 0}
    for payer in ("gov", "company", "user"):
        paid = by.get(f"outside_paid_{payer}", empty)["x"]
        n = int(paid.notna().sum())
        found[f"outside_paid_{payer}"] = NOTHING | {"n": n, "unknown": len(paid) - n, "value": paid.sum() if n else None}
    modes = Counter(waits["build_mode"])
    for name, mode in (("built_by_user", "自建"), ("built_by_company", "代建")):
        found[name] = NOTHING | {"n": modes[mode], "unknown": modes["(未填)"], "value": modes[mode] or None}
    return found
