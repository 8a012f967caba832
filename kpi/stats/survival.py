"""Right-censored durations as SQL: Kaplan-Meier quantiles with log-log intervals, and incidence with a competing outcome.

The source query has the columns of `groups`, `days` (not negative, not null) and `outcome`
(1 = reached, 2 = the competing outcome, 0 = open). At ties closures come first; quantiles censor at the competing outcome.
"""

from __future__ import annotations

from collections.abc import Sequence

Z = 1.959963984540054
FLAT = 1e-9
"""Within this a curve counts as standing exactly on the level: then the quantile is the middle of the flat stretch, as in R."""

BOUNDS = f"case when s > 0 and s < 1 then pow(s, exp(-{Z} * sqrt(v) / ln(s))) end as low, case when s > 0 and s < 1 then pow(s, exp({Z} * sqrt(v) / ln(s))) end as high"
"""The log-log interval of a share s still waiting, v its Greenwood's sum."""


def curve(source: str, groups: Sequence[str], *, told: bool = False) -> str:
    """Return the SQL of one row per group and distinct time: at risk, closures, survival, its interval, both incidences.

    `told` is of a source whose rows are several cases at a time: d1 and d2 with each outcome and m in all, instead of `outcome`. Cases may be put together at the last of their
    times where those with outcome 1 come first, then those with 2, then open ones: nothing changes but that times between have no row.
    Columns: groups, days, n, d1, d2, s (Kaplan-Meier of outcome 1), v (Greenwood's sum: the standard error is s times its root),
    low, high (log-log 95 %), before (share with neither outcome just before), f1 and f2 (Aalen-Johansen incidence), last
    (longest time seen in the group).
    """
    keys = ", ".join(groups)
    part = f"partition by {keys} " if groups else ""
    lead = f"{keys}, " if groups else ""
    counts = "sum(d1) as d1, sum(d2) as d2, sum(m) as m" if told else "sum(case when outcome = 1 then 1 else 0 end) as d1, sum(case when outcome = 2 then 1 else 0 end) as d2, count(*) as m"
    return f"""
    times as (
        select {lead}days, {counts}
        from ({source}) as source
        group by {lead}days
    ),
    risks as (
        select {lead}days, cast(d1 as double) as d1, cast(d2 as double) as d2,
            cast(sum(m) over ({part}order by days desc rows unbounded preceding) as double) as n
        from times
    ),
    steps as (
        select *,
            sum(case when d1 < n then ln(1 - d1 / n) else 0 end) over ({part}order by days rows unbounded preceding) as log_s,
            sum(case when d1 < n then d1 / (n * (n - d1)) else 0 end) over ({part}order by days rows unbounded preceding) as v,
            coalesce(sum(case when d1 + d2 < n then ln(1 - (d1 + d2) / n) else 0 end)
                over ({part}order by days rows between unbounded preceding and 1 preceding), 0) as log_before
        from risks
    ),
    shares as (
        select *, case when d1 = n then 0 else exp(log_s) end as s, exp(log_before) as before from steps
    ),
    curve as (
        select {lead}days, n, d1, d2, s, v, before, {BOUNDS},
            sum(before * d1 / n) over ({part}order by days rows unbounded preceding) as f1,
            sum(before * d2 / n) over ({part}order by days rows unbounded preceding) as f2,
            max(days) over ({part}) as last
        from shares
    )"""


def quantile(p: float, name: str) -> str:
    """Return aggregate expressions over `curve` for the time by which the share `p` is reached, with its interval.

    Columns: `name`, `name`_low, `name`_high in days; null where the curve does not fall that far.
    """
    level = 1 - p
    on = f"min(days) filter (abs(s - {level!r}) <= {FLAT})"
    under = f"min(days) filter (s < {level!r} - {FLAT})"
    return (
        f"case when {on} is not null and {under} is not null then ({on} + {under}) / 2 else coalesce({on}, {under}) end as {name}, "
        f"min(days) filter (low <= {level!r}) as {name}_low, min(days) filter (high <= {level!r}) as {name}_high"
    )


def within(days: int, outcome: int, name: str, groups: Sequence[str]) -> tuple[str, str]:
    """Return (per-row, aggregate) SQL for the incidence of an outcome within `days`, with its log-log interval.

    The per-row expression goes beside the curve's columns; aggregates: `name` and `name`_v (Aalen's variance).
    Null where nobody was watched that long and somebody was still open.
    """
    f, d = f"f{outcome}", f"d{outcome}"
    part = f"partition by {', '.join(groups)}" if groups else ""
    reached = f"max({f}) filter (days <= {days}) over ({part})"
    row = f"coalesce({reached}, 0) as {name}_at"
    gap = f"({name}_at - {f})"
    variance = (
        f"sum(case when days <= {days} then "
        f"case when n > d1 + d2 then {gap} * {gap} * (d1 + d2) / (n * (n - d1 - d2)) else 0 end"
        f" + before * before * {d} * (n - {d}) / (n * n * n) - 2 * {gap} * before * {d} / (n * n) else 0 end)"
    )
    known = f"max(last) >= {days} or max(before * (1 - (d1 + d2) / n)) filter (days = last) <= {FLAT}"
    # a sum of shares may pass 1 by a last digit
    return row, f"case when {known} then least(1, max({name}_at)) end as {name}, {variance} as {name}_v"


def log_log(share: str, variance: str, name: str) -> str:
    """Return SQL for the log-log interval of an incidence, null at 0 and 1."""
    rest = f"(1 - {share})"
    inside = f"{share} > {FLAT} and {share} < 1 - {FLAT}"
    width = f"{Z} * sqrt(greatest({variance}, 0)) / ({rest} * ln({rest}))"
    return (
        f"case when {inside} then 1 - pow({rest}, exp({width})) end as {name}_low, "
        f"case when {inside} then 1 - pow({rest}, exp(-({width}))) end as {name}_high"
    )
