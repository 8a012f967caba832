"""Waits of cases put together: where a quantile may lie between two rows of a curve, and the curve between them once single cases are looked at."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.stats.survival import BOUNDS, FLAT, Z


def crossed(shares: Iterable[float]) -> str:
    """Return SQL over `curve` of cases put together, beside s_from and v_from of the row before (1 and 0 in the first): whether a quantile, or an end of its interval, may lie between the two.

    The ends are looked for between what they can be at most and at least while s and v go from one row to the other.
    """
    reached = f"exp(ln(s) * exp({{}}{Z} * sqrt({{}}) / ln({{}})))"
    until = f"exp(ln(s_from) * exp({{}}{Z} * sqrt({{}}) / ln({{}})))"
    levels = [1 - p for p in shares]
    parts = [f"s - {FLAT} <= {level!r} and s_from + {FLAT} >= {level!r}" for level in levels]
    for sign, least, most in (("-", ("v", "s_from"), ("v_from", "s")), ("", ("v_from", "s"), ("v", "s_from"))):
        parts += [f"{reached.format(sign, *least)} <= {level!r} and {until.format(sign, *most)} >= {level!r}" for level in levels]
    return f"d1 > 0 and (s <= 0 or s_from >= 1 or case when s > 0 and s_from < 1 then {' or '.join(f'({part})' for part in parts)} end)"


def unbroken(source: str) -> str:
    """Return the SQL of s, v and their interval at each time of cases that nobody left from among them but with outcome 1, beside the columns of the source.

    `source` has one row for such cases together: `told`, their times in order, and of the curve where they begin n_from (at risk), s_from, v_from. Between them s falls with those at risk.
    """
    return (
        f"select *, {BOUNDS} from (select *, s_from * n / n_from as s, v_from + case when n > 0 then 1 / n - 1 / n_from else 0 end as v"
        f" from (select *, told[nth] as days, cast(n_from - nth as double) as n from (select *, unnest(range(1, len(told) + 1)) as nth from ({source}) as source) as listed"
        f" where told[nth] is distinct from told[nth + 1]) as counted) as reckoned"
    )
