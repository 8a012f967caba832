"""What a column and a table of an export are: kinds, keys, and how a header is normalised for look-up.

The declarations themselves stand in `tables.py`, one line per column.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

KINDS = {
    "id": "identifier, kept as text (0012 stays 0012)",
    "text": "text without personal data",
    "name": "name of a person or customer: masked on screen and in exports",
    "phone": "telephone number: masked on screen and in exports",
    "free": "free text that may quote personal data: scrubbed wherever it is shown",
    "time": "recorded time as a half-open span with its precision",
    "count": "whole number, not negative",
    "number": "decimal number",
    "yuan": "amount of money in yuan; the unit comes from cell, header or title",
    "yesno": "true, false, or unknown",
    "choice": "one of a closed list, through synonyms",
    "score": "rating of 1 to 5 through the score map; default ratings are no rating",
}

PERSONAL = frozenset({"name", "phone", "free"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of a table: canonical name, kind, its Chinese headers (the first is the usual one), closed list if any.

    `default_unit` is the unit a bare amount is in, or the unit numbers are kept in; `planned` says that a date
    of this column may be a plan.
    """

    name: str
    kind: str
    headers: tuple[str, ...]
    choice: str = ""
    default_unit: str = ""
    planned: bool = False

    @property
    def zh(self) -> str:
        """The usual Chinese header."""
        return self.headers[0]

    @property
    def personal(self) -> bool:
        """Whether values of this column are personal data."""
        return self.kind in PERSONAL

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Staged columns as (name, SQL type); a time has three: from, exclusive end, precision."""
        if self.kind == "time":
            return ((self.name, "TIMESTAMP"), (f"{self.name}_to", "TIMESTAMP"), (f"{self.name}_p", "VARCHAR"))
        types = {"count": "BIGINT", "number": "DOUBLE", "yuan": "DOUBLE", "yesno": "BOOLEAN", "score": "BIGINT"}
        return ((self.name, types.get(self.kind, "VARCHAR")),)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the exports: its key, fallback key, required columns and every column it may carry.

    `required` is a tuple of groups; in each group at least one column must hold a usable value.
    `hints` are words of a title, sheet or file name that point to this table. `days` are columns of one event in
    order of time: a bare time of day takes its date from the nearest earlier one. `stand_in` names the column
    that speaks for a missing one. `ranges` are (field of the beginning, field of the end, headers) of a single column that
    states both, such as 2022.1.1-2023.6.30.
    """

    name: str
    code: str
    zh: str
    en: str
    key: tuple[str, ...]
    fallback: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    hints: tuple[str, ...]
    fields: tuple[Field, ...] = field(repr=False)
    days: tuple[tuple[str, ...], ...] = ()
    stand_in: tuple[tuple[str, str], ...] = ()
    ranges: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by canonical name."""
        return {f.name: f for f in self.fields}

    @cached_property
    def by_header(self) -> dict[str, Field]:
        """Fields by normalised header; canonical names count as headers."""
        found: dict[str, Field] = {}
        for f in self.fields:
            for header in (*f.headers, f.name):
                found.setdefault(normal(header), f)
        return found

    @cached_property
    def by_range(self) -> dict[str, tuple[Field, Field]]:
        """Fields of beginning and end by the normalised header of a column that states both."""
        return {normal(header): (self.by_name[first], self.by_name[last]) for first, last, headers in self.ranges for header in headers}


_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|\{[^{}]*\}")
_NOISE = re.compile(r"[\s*＊﹡★☆※▲△●○◆◇#!！?？:：;；、,，.。/\\|_\-—–·~'‘’\"“”\u200b\ufeff]+")


@lru_cache(maxsize=50_000)
def normal(header: str) -> str:
    """Return a header without width, case, spaces, brackets with their content, stars and punctuation."""
    text = unicodedata.normalize("NFKC", str(header)).lower()
    bare = _BRACKETS.sub("", text)
    kept = _NOISE.sub("", bare)
    return kept or _NOISE.sub("", text.strip("()[]{}"))
