"""Months that begin on another day than the first: an office may count from the 26th to the 25th.

The scripts of the facts say which month a moment lies in as strftime(moment, '%Y-%m'), and when that month began as
date_trunc('month', moment), and know of months in no other way: so one rule moves them all.
"""

from __future__ import annotations

import re

_CALL = re.compile(r"strftime\(|date_trunc\(")
_NAME, _START = ", '%Y-%m'", "'month', "


def beginning(sql: str, first_day: int) -> str:
    """Return a script whose months begin on `first_day` (1 to 28) and bear the name of the month in which they end; 1 is the calendar's own."""
    if first_day == 1:
        return sql
    if not 1 < first_day <= 28:
        raise ValueError(f"first_day {first_day}")
    parts, rest = [], 0
    while found := _CALL.search(sql, rest):
        end = _closing(sql, found.end())
        parts += [sql[rest : found.start()], _moved(found[0], sql[found.end() : end], first_day)]
        rest = end + 1
    return "".join(parts) + sql[rest:]


def _moved(call: str, inside: str, first_day: int) -> str:
    """Return one call by its own months; a day or hour that is cut to stays as it is."""
    back = f"interval {first_day - 1} day"
    if call == "strftime(":
        if not inside.endswith(_NAME):
            raise ValueError(f"a time that is written otherwise than by its month: {inside}")
        moment = beginning(inside.removesuffix(_NAME), first_day)
        return f"strftime(date_trunc('month', cast({moment} as timestamp) - {back}) + interval 1 month{_NAME})"
    unit = _START if inside.startswith(_START) else ""
    moment = beginning(inside.removeprefix(unit), first_day)
    return f"(date_trunc('month', {moment} - {back}) + {back})" if unit else f"{call}{moment})"


def _closing(sql: str, begin: int) -> int:
    """Return where the bracket opened just before `begin` closes, texts in quotes passed over."""
    depth, quoted = 1, False
    for at in range(begin, len(sql)):
        sign = sql[at]
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if not depth:
                return at
    raise ValueError("a bracket is left open")
