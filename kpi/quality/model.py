"""How a rule across rows and tables is declared: one frozen object from which finding, words, document and test all come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpi.words import Text

SEVERITIES = ("error", "warning", "info")
"""Only the reader rejects (error): what a rule finds is loaded, and a person decides."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A few ledger rows and every finding the rule makes of them; a row that is not named is one that must stay silent.

    `rows` maps a table's name to its rows, canonical column to the text an office would write; the names `conflict` and
    `vanished` stand for what the loader noted. Rows of a table number from 2, as under a header. `expect` gives for each
    finding its key, and of its other fields and arguments those worth checking.
    """

    rows: Mapping[str, Sequence[Mapping[str, str]]]
    expect: Sequence[Mapping[str, object]]
    as_of: str = "2024-06-01"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One question to a table: `select` yields key, field, file, sheet, row, value, then `args` in their order.

    Several rules may share a code, one for each table they speak of. `needs` names the tables that must hold rows
    before an answer means anything: without any application loaded no number is unknown.
    """

    code: str
    severity: str
    table: str
    label: Text
    select: str
    args: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    example: Example = field(repr=False)

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES[1:]:
            raise ValueError(f"{self.code}: severity {self.severity}")
