"""The version of a table's template: it changes whenever a column, its kind, its closed list or what is required changes."""

from __future__ import annotations

import hashlib
from functools import cache

from kpi.exports.choices import CHOICES
from kpi.exports.fields import Table
from kpi.exports.tables import BY_NAME

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
"""Letters only: figures in a title could be taken for a year; l, i and o look like figures."""


def version(table: Table) -> str:
    """Return the version of a table's template, such as B1-kmta."""
    return _version(table) if BY_NAME.get(table.name) is not table else _known(table.name)


@cache
def _known(name: str) -> str:
    return _version(BY_NAME[name])


def _version(table: Table) -> str:
    told = [table.name, table.key, table.fallback, table.required]
    told += [(f.name, f.kind, f.zh, f.default_unit, f.planned, tuple(CHOICES.get(f.choice, ()))) for f in table.fields]
    number = int.from_bytes(hashlib.sha256(repr(told).encode()).digest()[:8])
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return f"{table.code}-{letters}"
