"""Before and after the change of process: one definition on both periods, the mix of cases held equal, and nothing claimed that is not shown.

A case belongs to the former process when its own date (of its limit, of gas on, of application) came before the change, to the present one when it was
applied for after it; those between stand apart. Waits of the former process that went on past the change count up to it, as not yet over: to leave them
out would leave out the longest waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.engine import Engine
from kpi.metrics.compute import span
from kpi.metrics.model import DIMENSIONS, Metric, Ratio, Wait
from kpi.metrics.registry import metric
from kpi.problems import UsageProblem
from kpi.stats import checks
from kpi.stats.contrast import Contrast, Side, standardised
from kpi.stats.intervals import wilson

MIX = ("user_type", "outside_line")
"""What is held equal between the periods."""

DAYS = (30, 60, 90)
PERIODS = ("before", "straddling", "after")

ENOUGH = 30
"""Cases of each period from which on a difference is spoken of."""

_SIGN = "\x1f"

_EFFECTIVE = "(select min(cast(value as timestamp)) from rule where name = 'effective_date')"
_PERIOD = f"case when dated_at < {_EFFECTIVE} then 'before' when regime = '1.5' then 'after' else 'straddling' end"


def comparable(asked: Metric) -> bool:
    """Return whether a KPI can be compared: a share of cases of their own date, or a waiting time."""
    return isinstance(asked, Wait) or (isinstance(asked, Ratio) and not asked.snapshot)


def before_after(
    engine: Engine, id: str, *, start: str | None = None, end: str | None = None, where: Mapping[str, str] | None = None, enough: int = ENOUGH
) -> dict[str, Any]:
    """Return a KPI of both processes: {metric, code, kind: share or wait, effective, mix, before, straddling, after, strata, left_out, crude, standardised, says}.

    A period of shares is {first, last, months, hits, n, unknown, value, low, high}, one of waits {first, last, months, n, closed, cancelled, median, p85, within}.
    `crude` and `standardised` are {before, after, difference, low, high}, of waits a list of them with `days`; the mix is that of both periods together, over
    the strata that both know (`left_out` counts the cases of the others); `evidence` bounds the difference by what the unknown cases may be.
    `says` is better, worse, none (chance alone may explain it), unproven (the unknown cases may), few (under `enough` cases) or apart (no stratum in common).
    Raises UsageProblem for a KPI that is neither a share of dated cases nor a waiting time.
    """
    asked = metric(id)
    if not comparable(asked):
        raise UsageProblem(f"{asked.id} 既不是按户计的比率也不是等待时间，不能作前后对比。", f"{asked.id} is neither a share of dated cases nor a waiting time; before and after cannot be compared.")
    where = dict(where or {})
    for name in where:
        if name not in DIMENSIONS:
            raise UsageProblem(f"没有“{name}”这个维度。", f"No dimension '{name}'.")
    months = span(engine, start, end)
    condition = " and ".join(["month between ? and ?", f"({asked.where})", *(f"{name} = ?" for name in where)])
    values = [months[0], months[-1], *where.values()]
    found = _waits(engine, asked, condition, values, enough) if isinstance(asked, Wait) else _shares(engine, asked, condition, values, enough)
    dated = engine.rows(
        f"select {_PERIOD} as period, min(month) as first, max(month) as last, count(distinct month) as months from {asked.fact} where {condition} group by {_PERIOD}", values
    )
    reach = {row.pop("period"): row for row in dated}
    for period in PERIODS:
        found[period] = {**reach.get(period, {"first": None, "last": None, "months": 0}), **found[period]}
    effective = engine.rows(f"select {_EFFECTIVE} as at")[0]["at"]
    return {"metric": asked.id, "code": asked.code, "kind": "wait" if isinstance(asked, Wait) else "share", "effective": f"{effective:%Y-%m-%d}", "mix": list(MIX), **found}


def _strata(found: Mapping[str, Any], size: str = "n") -> list[str]:
    """Return the strata, as keys, that have cases in both periods."""
    sizes = {period: {key for key, one in found[period].items() if one[size]} for period in ("before", "after")}
    return sorted(sizes["before"] & sizes["after"])


def _shares(engine: Engine, asked: Ratio, condition: str, values: list[Any], enough: int) -> dict[str, Any]:
    rows = engine.rows(
        f"select {_PERIOD} as period, {', '.join(MIX)}, count(*) filter ({asked.verdict} = 'hit') as hits, count(*) filter ({asked.verdict} in ('hit', 'miss')) as n,"
        f" count(*) filter ({asked.verdict} = 'unknown') as unknown from {asked.fact} where {condition} group by {_PERIOD}, {', '.join(MIX)}",
        values,
    )
    each: dict[str, dict[str, dict[str, int]]] = {period: {} for period in PERIODS}
    for row in rows:
        each[row["period"]][_SIGN.join(row[name] for name in MIX)] = {name: int(row[name]) for name in ("hits", "n", "unknown")}
    whole = {period: _share(*(sum(one[name] for one in each[period].values()) for name in ("hits", "n", "unknown"))) for period in PERIODS}
    common = _strata(each)
    even = standardised([(_side(each["before"][key]), _side(each["after"][key])) for key in common])
    crude = standardised([(_side(whole["before"]), _side(whole["after"]))]) if whole["before"]["n"] and whole["after"]["n"] else None
    evidence = _evidence(each, common)
    says = "few" if min(whole["before"]["n"], whole["after"]["n"]) < enough else _says(even, asked.better)
    if says in ("better", "worse") and evidence and evidence["low"] <= 0 <= evidence["high"]:
        says = "unproven"
    strata = [
        {**dict(zip(MIX, key.split(_SIGN), strict=True)), **{period: _share(**each[period].get(key, {"hits": 0, "n": 0, "unknown": 0})) for period in ("before", "after")}}
        for key in sorted({*each["before"], *each["after"]})
    ]
    return {
        **whole, "strata": strata, "left_out": {period: sum(one["n"] for key, one in each[period].items() if key not in common) for period in ("before", "after")},
        "crude": _told(crude), "standardised": _told(even), "evidence": evidence, "says": says,
    }


def _share(hits: int, n: int, unknown: int) -> dict[str, Any]:
    low, high = wilson(hits, n) or (None, None)
    return {"hits": hits, "n": n, "unknown": unknown, "value": hits / n if n else None, "low": low, "high": high}


def _side(one: Mapping[str, Any]) -> Side:
    low, high = wilson(one["hits"], one["n"]) or (0.0, 1.0)
    return Side(one["hits"] / one["n"], low, high, one["n"])


def _evidence(each: Mapping[str, Mapping[str, Mapping[str, int]]], common: Sequence[str]) -> dict[str, float] | None:
    """Return the least and the most that the difference can be, once every unknown case is told, at the same mix."""
    if not common:
        return None
    sizes = {key: sum(each[period][key]["n"] + each[period][key]["unknown"] for period in ("before", "after")) for key in common}
    ends = []
    for worst in (True, False):
        total = 0.0
        for key in common:
            shares = []
            for period in ("before", "after"):
                one = each[period][key]
                kept = one["hits"] + (one["unknown"] if (period == "before") == worst else 0)
                shares.append(kept / (one["n"] + one["unknown"]))
            total += sizes[key] * (shares[1] - shares[0])
        ends.append(total / sum(sizes.values()))
    return {"low": ends[0], "high": ends[1]}


def _says(even: Contrast | None, better: str) -> str:
    if even is None:
        return "apart"
    if even.low <= 0 <= even.high:
        return "none"
    return "better" if (even.difference > 0) == (better != "down") else "worse"


def _told(found: Contrast | None) -> dict[str, float] | None:
    return None if found is None else {"before": found.before, "after": found.after, "difference": found.difference, "low": found.low, "high": found.high}


def _waits(engine: Engine, asked: Wait, condition: str, values: list[Any], enough: int) -> dict[str, Any]:
    """Waits of the former process stop at the change; those that went on past it also stand apart, whole."""
    until = f"(epoch({_EFFECTIVE}) - epoch(dated_at)) / 86400.0"
    possible = f"case when dated_at < {_EFFECTIVE} then {until} else (epoch((select as_of from clock)) - epoch(dated_at)) / 86400.0 end"
    cut = f"dated_at < {_EFFECTIVE} and days >= {until}"
    kept = f"{condition} and days is not null"
    stratum = f" || '{_SIGN}' || ".join(MIX)
    source = (
        f"select {_PERIOD} as period, {stratum} as stratum, case when {cut} then {until} else days end as days, case when {cut} then 0 else outcome end as outcome, {possible} as possible"
        f" from {asked.fact} where {kept} union all select 'straddling', {stratum}, days, outcome, {possible} from {asked.fact} where {kept} and {cut}"
    )
    values = values + values
    periods = {group.pop("unit"): group for group in checks.waits(engine, f"select period as unit, days, outcome from ({source}) as cases", DAYS, values)["groups"]}
    by = checks.waits(engine, f"select period || '{_SIGN}' || stratum as unit, days, outcome from ({source}) as cases where period <> 'straddling'", DAYS, values)["groups"]
    each: dict[str, dict[str, dict[str, Any]]] = {"before": {}, "after": {}}
    for group in by:
        period, _, key = group.pop("unit").partition(_SIGN)
        each[period][key] = group
    known = ", ".join(f"case when max(possible) >= {n} then count(*) filter (outcome > 0 or days >= {n}) else 0 end as w{n}" for n in DAYS)
    watched = {(row["period"], row["stratum"]): row for row in engine.rows(f"select period, stratum, {known} from ({source}) as cases group by period, stratum", values)}
    even, crude = [], []
    for place, n in enumerate(DAYS):
        pairs = []
        for key in _strata(each):
            sides = [_reached(each[period][key]["within"][place], each[period][key]["n"], int(watched[period, key][f"w{n}"])) for period in ("before", "after")]
            if all(sides):
                pairs.append(tuple(sides))
        found = standardised(pairs)
        small = min(sum(pair[side].n for pair in pairs) for side in (0, 1)) < enough
        even.append({"days": n, **(_told(found) or dict.fromkeys(("before", "after", "difference", "low", "high"))), "says": "few" if pairs and small else _says(found, "up")})
        seen = {period: sum(int(row[f"w{n}"]) for (of, _), row in watched.items() if of == period) for period in PERIODS}
        for period, group in periods.items():
            if not seen[period]:
                group["within"][place] |= {"share": None, "low": None, "high": None}
        whole = [_reached(periods[p]["within"][place], periods[p]["n"], seen[p]) if p in periods else None for p in ("before", "after")]
        crude.append({"days": n, **(_told(standardised([tuple(whole)])) if all(whole) else dict.fromkeys(("before", "after", "difference", "low", "high")))})
    blank = {"n": 0, "closed": 0, "p25": None, "median": None, "p75": None, "p85": None, "within": [{"days": n, "share": None, "low": None, "high": None} for n in DAYS]}
    keys = sorted({*each["before"], *each["after"]})
    return {
        **{period: periods.get(period, blank) for period in PERIODS},
        "strata": [{**dict(zip(MIX, key.split(_SIGN), strict=True)), **{period: each[period].get(key, blank) for period in ("before", "after")}} for key in keys],
        "left_out": {period: sum(one["n"] for key, one in each[period].items() if key not in _strata(each)) for period in ("before", "after")},
        "crude": crude, "standardised": even, "says": _overall([one["says"] for one in even]),
    }


def _reached(within: Mapping[str, Any], n: int, watched: int) -> Side | None:
    """Return the share reached by a day; at 0 and 1, where the curve has no interval, that of those whose wait is known up to then. None where nobody could have been watched so long."""
    if within["share"] is None or not watched:
        return None
    low, high = within["low"], within["high"]
    if low is None:
        low, high = wilson(round(within["share"] * watched), watched)
    return Side(within["share"], low, high, n)


def _overall(said: Sequence[str]) -> str:
    """Return what several days say together: a change only where none of them speaks against it."""
    told = [one for one in said if one in ("better", "worse", "none")]
    if not told:
        return "few" if "few" in said else "apart"
    ways = set(told) - {"none"}
    return ways.pop() if len(ways) == 1 else "none"
