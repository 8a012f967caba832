"""Comparison of units of different size as SQL: funnel at 95 and 99.8 % with adjustment for overdispersion, and shrunken estimates.

Sources: Spiegelhalter 2005 (doi 10.1002/sim.1970) on the arcsine scale; Wilson 1927; beta-binomial shrinkage by moments.
"""

from __future__ import annotations

from math import pi

from kpi.stats.intervals import Z95, Z998

WINSOR = 0.1
"""Share of units at either end whose scores are drawn in before overdispersion is measured."""

ENOUGH = 10
"""Cases of a unit from which on it is compared at all."""


def funnel(source: str) -> str:
    """Return the SQL of one row per unit of a share.

    `source` has the columns unit, hits and n (above 0). Columns: unit, hits, n, value, low and high (Wilson 95 %), theta (all
    together), phi and tau2 (overdispersion; tau2 is 0 where units differ no more than chance), lcl95, ucl95, lcl998 and ucl998
    (limits for a unit of this size: of the score where tau2 is 0, else widened on the arcsine scale), shrunk (drawn towards theta by how little the unit knows), flag95 and flag998.
    Without overdispersion a unit is flagged just where its Wilson interval excludes theta, which is where it lies beyond the limits of the score; else beyond the widened ones.
    """
    return f"""
    with units as (
        select unit, cast(hits as double) as x, cast(n as double) as n, hits / cast(n as double) as value from ({source}) as source
    ),
    whole as (select *, sum(x) over () / sum(n) over () as theta, count(*) over () as k, sum(n) over () as cases from units),
    scored as (
        select *, asin(sqrt(value)) as y, 1 / (2 * sqrt(n)) as s, asin(sqrt(theta)) as t0, (asin(sqrt(value)) - asin(sqrt(theta))) * 2 * sqrt(n) as z from whole
    ),
    drawn as (
        select *, greatest(quantile_cont(z, {WINSOR}) over (), least(quantile_cont(z, {1 - WINSOR}) over (), z)) as zw from scored
    ),
    spread as (select *, avg(zw * zw) over () as phi, sum(4 * n) over () as w1, sum(16 * n * n) over () as w2 from drawn),
    wide as (
        select *, case when k * phi < k - 1 or k < 2 then 0 else (k * phi - (k - 1)) / (w1 - w2 / w1) end as tau2,
            sum(n * (value - theta) * (value - theta)) over () as between_units, sum(n * n) over () / cases as heavy
        from spread
    ),
    prior as (
        select *,
            case when theta > 0 and theta < 1 and cases - heavy - (k - 1) > 0
                then least(1, greatest(1e-6, (between_units - theta * (1 - theta) * (k - 1)) / (theta * (1 - theta) * (cases - heavy - (k - 1))))) end as rho
        from wide
    ),
    limits as (
        select *,
            {_wilson("low", "-", Z95)}, {_wilson("high", "+", Z95)}, {_wilson("low998", "-", Z998)}, {_wilson("high998", "+", Z998)},
            {_limit("lcl95", "-", Z95)}, {_limit("ucl95", "+", Z95)}, {_limit("lcl998", "-", Z998)}, {_limit("ucl998", "+", Z998)},
            case when rho is null then theta else (x + theta * (1 - rho) / rho) / (n + (1 - rho) / rho) end as shrunk
        from prior
    )
    select unit, cast(x as bigint) as hits, cast(n as bigint) as n, value, low, high,
        theta, phi, tau2, lcl95, ucl95, lcl998, ucl998, shrunk,
        case when tau2 > 0 then value < lcl95 or value > ucl95 else low > theta or high < theta end as flag95,
        case when tau2 > 0 then value < lcl998 or value > ucl998 else low998 > theta or high998 < theta end as flag998
    from limits
    order by unit
    """


def _wilson(name: str, sign: str, z: float) -> str:
    end = "x = 0 then 0" if sign == "-" else "x = n then 1"
    return f"case when {end} else (2 * x + {z * z} {sign} {z} * sqrt({z * z} + 4 * x * (1 - value))) / (2 * (n + {z * z})) end as {name}"


def _limit(name: str, sign: str, z: float) -> str:
    """What chance alone allows a share of theta; widened on the arcsine scale where units differ by more. Beyond a quarter turn the square of the sine would fold back: the angle stays within it."""
    chance = f"least(1, greatest(0, theta {sign} {z} * sqrt(theta * (1 - theta) / n)))"
    return f"case when tau2 > 0 then pow(sin(least({pi / 2}, greatest(0, t0 {sign} {z} * sqrt(s * s + tau2)))), 2) else {chance} end as {name}"
