"""Phrases of SQL that rules share: the row a finding points to, the edges of a recorded time, masked names."""

from __future__ import annotations

PLACE = "t._file as file, t._sheet as sheet, t._row as row"


def pick(table: str, field: str, value: str, where: str, *, more: str = "", **args: str) -> str:
    """Return a select over the rows of one table (alias t), joined with `more`."""
    named = "".join(f", {sql} as {name}" for name, sql in args.items())
    return f"select t._key as key, '{field}' as field, {PLACE}, {value} as value{named} from {table} as t {more} where {where}"


def last(name: str) -> str:
    """Return the latest minute in which a recorded time may lie."""
    return f"case when {name}_p = 'moment' then {name} else {name}_to - interval 1 minute end"


def written(name: str) -> str:
    """Return a recorded time with its precision as text: 2024-05-06T14:30|moment."""
    return f"strftime({name}, '%Y-%m-%dT%H:%M') || '|' || {name}_p"


def digits(name: str) -> str:
    """Return text with full-width signs of numbers made half-width."""
    return f"translate({name}, '０１２３４５６７８９－．', '0123456789-.')"


def person(name: str) -> str:
    """Return a person's name with only its first sign kept."""
    return f"case when length({name}) < 2 then {name} else substr({name}, 1, 1) || substr('***', 1, least(3, length({name}) - 1)) end"


def firm(name: str) -> str:
    """Return a customer's name with only its first two signs kept."""
    return f"substr({name}, 1, 2) || '***'"
