"""Control charts of monthly values as SQL: XmR with four rules and screening, p' (Laney) for shares with varying n.

Method and label of each rule are those of NHS 'Making Data Count': limits are mean -/+ 2.66 times the mean moving range, moving
ranges of 3.267 times their mean or more are screened out once, and a trend or a shift needs 7 points. A range never crosses a rebase.
A phase without any variation, or of which most points stand at its highest or its lowest value, has no limits and breaks no rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LIMIT = 2.66
NEAR = 2 * LIMIT / 3
SCREEN = 3.267
RUN = 7
"""Points of a trend, or on one side of the mean."""

ENOUGH = 13
"""Points from which on a chart is judged: with fewer, its limits still move too much."""

D2 = 1.128
"""Expected moving range of two standard normal values."""

OUTSIDE_HIGH, OUTSIDE_LOW = "Above UCL", "Below LCL"
RISING, FALLING = f"{RUN} Point Trend (Increasing)", f"{RUN} Point Trend (Decreasing)"
NEAR_HIGH, NEAR_LOW = "2 in 3 Above CL", "2 in 3 Below CL"
SHIFT_HIGH, SHIFT_LOW = f"{RUN} Points Above CL", f"{RUN} Points Below CL"
COMMON = "Common Cause"

UPWARDS = frozenset((OUTSIDE_HIGH, RISING, NEAR_HIGH, SHIFT_HIGH))
DOWNWARDS = frozenset((OUTSIDE_LOW, FALLING, NEAR_LOW, SHIFT_LOW))


def xmr(source: str, groups: Sequence[str] = (), *, screen: bool = True, minutes: float | None = None) -> str:
    """Return the SQL of one row per group and month with limits and rule.

    `source` is a query with the columns of `groups`, `month` (sorts the points), `value` (not null; not negative with `minutes`)
    and `rebase` (1 at the first month of a new phase, else 0). Columns added: phase (from 0), points (of the phase), mean, lpl,
    upl, nlpl, nupl (null where flat), ceiling (most points stand at the highest or the lowest value), flat (that, or no variation
    at all: nothing to judge by) and rule. Durations give the `minutes` of their unit: their limits are reckoned on
    ln(1 + minutes), since their long tail would flag every tenth chart by chance, and given on the scale of the values.
    """
    value = f"ln(1 + value * {minutes!r})" if minutes else "value"
    back = f"((exp({{}}) - 1) / {minutes!r})" if minutes else "{}"
    part = f"partition by {', '.join((*groups, 'phase'))}"
    order = f"{part} order by month"
    lead = "".join(f"{name}, " for name in groups)
    kept = f"avg(mr) filter (mr < {SCREEN} * amr0) over ({part})" if screen else "amr0"
    return f"""
    with phased as (
        select {lead}month, cast(value as double) as told, cast({value} as double) as value,
            cast(sum(rebase) over ({f"partition by {', '.join(groups)} " if groups else ""}order by month rows unbounded preceding) as bigint) as phase
        from ({source}) as source
    ),
    steps as (
        select *, value - lag(value) over ({order}) as step, avg(value) over ({part}) as mean, count(*) over ({part}) as points,
            row_number() over ({order}) as nth, max(value) over ({part}) as top, min(value) over ({part}) as bottom
        from phased
    ),
    ranges as (select *, abs(step) as mr, avg(abs(step)) over ({part}) as amr0, {_ceiling(part)} from steps),
    screened as (select *, {kept} as amr1 from ranges),
    limited as (
        -- where screening leaves nothing, all ranges count: limits never collapse onto the mean
        select *, case when amr1 > 0 then amr1 else amr0 end as amr from screened
    ),
    bounds as (
        select *, mean - {LIMIT} * amr as lpl, mean + {LIMIT} * amr as upl, mean - {NEAR} * amr as nlpl, mean + {NEAR} * amr as nupl,
            coalesce(amr, 0) = 0 or ceiling as flat
        from limited
    ),
    {_rules(part, order)}
    select {lead}month, told as value, phase, points, {back.format("mean")} as mean, {_told(back)}, ceiling, flat, rule
    from ruled
    order by {lead}month
    """


def laney(source: str, groups: Sequence[str] = (), *, screen: bool = True) -> str:
    """Return the SQL of a p' chart: one row per group and month of a share whose n varies.

    `source` has the columns of `groups`, `month`, `hits`, `n` (above 0) and `rebase`; the columns added are those of `xmr`,
    mean and limits as shares within 0 and 1 (no limits where the mean is 0 or 1), sigma_z (1 = no more variation between months
    than chance within them).
    Source: Laney 2002, as in qicharts2.
    """
    part = f"partition by {', '.join((*groups, 'phase'))}"
    order = f"{part} order by month"
    lead = "".join(f"{name}, " for name in groups)
    kept = f"avg(mr) filter (mr < {SCREEN} * amr0) over ({part})" if screen else "amr0"
    return f"""
    with phased as (
        select {lead}month, cast(hits as double) as hits, cast(n as double) as n,
            cast(sum(rebase) over ({f"partition by {', '.join(groups)} " if groups else ""}order by month rows unbounded preceding) as bigint) as phase
        from ({source}) as source
    ),
    centred as (
        select *, hits / n as value, sum(hits) over ({part}) / sum(n) over ({part}) as mean, count(*) over ({part}) as points, row_number() over ({order}) as nth
        from phased
    ),
    spread as (
        select *, sqrt(mean * (1 - mean) / n) as sigma, max(value) over ({part}) as top, min(value) over ({part}) as bottom from centred
    ),
    scored as (select *, case when sigma > 0 then (value - mean) / sigma end as z from spread),
    steps as (select *, value - lag(value) over ({order}) as step, abs(z - lag(z) over ({order})) as mr from scored),
    ranges as (select *, avg(mr) over ({part}) as amr0, {_ceiling(part)} from steps),
    screened as (select *, {kept} as amr1 from ranges),
    widths as (select *, case when amr1 > 0 then amr1 else amr0 end / {D2} as sigma_z from screened),
    bounds as (
        select *, greatest(0, mean - 3 * sigma * sigma_z) as lpl, least(1, mean + 3 * sigma * sigma_z) as upl,
            greatest(0, mean - 2 * sigma * sigma_z) as nlpl, least(1, mean + 2 * sigma * sigma_z) as nupl, coalesce(sigma * sigma_z, 0) = 0 or ceiling as flat
        from widths
    ),
    {_rules(part, order)}
    select {lead}month, value, cast(hits as bigint) as hits, cast(n as bigint) as n, phase, points, mean, {_told("{}")}, sigma_z, ceiling, flat, rule
    from ruled
    order by {lead}month
    """


def _ceiling(part: str) -> str:
    """SQL that tells whether most points of a phase stand at its highest or its lowest value."""
    return f"2 * greatest(sum(case when value = top then 1 else 0 end) over ({part}), sum(case when value = bottom then 1 else 0 end) over ({part})) > points as ceiling"


def _told(back: str) -> str:
    """SQL of the limits on the scale of the values, null where there is nothing to judge by."""
    return ", ".join(f"case when not flat then {back.format(name)} end as {name}" for name in ("lpl", "upl", "nlpl", "nupl"))


def _rules(part: str, order: str) -> str:
    """SQL that labels each point of `bounds`: outside, then trend, then two in three, then shift."""
    before, after = f"rows between {RUN - 1} preceding and current row", f"rows between current row and {RUN - 1} following"
    steps = f"rows between {RUN - 2} preceding and current row"
    return f"""
    sided as (
        select *, sign(value - mean) as side, sign(step) as way, not flat and (value > upl or value < lpl) as outside,
            not flat and value >= lpl and value <= upl and (value < nlpl or value > nupl) as near
        from bounds
    ),
    ends as (
        select *,
            nth >= {RUN} and min(way) over ({order} {steps}) = max(way) over ({order} {steps}) and way <> 0 as trend_ends,
            nth >= {RUN} and min(side) over ({order} {before}) = max(side) over ({order} {before}) and side <> 0 as shift_ends,
            nth >= 3 and sum(case when near then 1 else 0 end) over ({order} rows 2 preceding) >= 2 and abs(sum(side) over ({order} rows 2 preceding)) = 3 as pair_ends
        from sided
    ),
    marked as (
        select *, bool_or(trend_ends) over ({order} {after}) as trend, bool_or(shift_ends) over ({order} {after}) as shift,
            near and bool_or(pair_ends) over ({order} rows between current row and 2 following) as pair
        from ends
    ),
    turned as (
        -- where two trends meet, a point belongs to the one that goes on
        select *, case when trend and lead(trend) over ({order}) then lead(way) over ({order}) else way end as heading from marked
    ),
    ruled as (
        select *,
            case
                when flat then '{COMMON}'
                when outside and side > 0 then '{OUTSIDE_HIGH}'
                when outside then '{OUTSIDE_LOW}'
                when trend and heading > 0 then '{RISING}'
                when trend then '{FALLING}'
                when pair and side > 0 then '{NEAR_HIGH}'
                when pair then '{NEAR_LOW}'
                when shift and side > 0 then '{SHIFT_HIGH}'
                when shift then '{SHIFT_LOW}'
                else '{COMMON}'
            end as rule
        from turned
    )"""


def variation(last: dict[str, Any] | None, better: str) -> str | None:
    """Return what the last point of a chart says: common_cause, improvement_high or _low, concern_high or _low, neutral_high or _low.

    None where there are fewer than `ENOUGH` points since the last rebase, or no variation to judge by.
    """
    if last is None or last["points"] < ENOUGH or last["flat"]:
        return None
    if last["rule"] == COMMON:
        return "common_cause"
    way = "high" if last["rule"] in UPWARDS else "low"
    if better == "none":
        return f"neutral_{way}"
    return f"{'improvement' if (way == 'high') == (better == 'up') else 'concern'}_{way}"


def assurance(last: dict[str, Any] | None, better: str, target: float | None) -> str | None:
    """Return whether the process as it is will meet a target: pass, fail or hit_or_miss; None without a target, a direction or enough points."""
    if last is None or target is None or better == "none" or last["points"] < ENOUGH or last["flat"]:
        return None
    above, below = target > last["upl"], target < last["lpl"]
    if not above and not below:
        return "hit_or_miss"
    return "fail" if above == (better == "up") else "pass"
