"""How a rule across rows and tables is declared: one frozen object from which finding, words, document and test all come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kpi.words import Text

SEVERITIES = ("error", "warning", "info")
"""Only the reader rejects (error): what a rule finds is loaded, and a person decides."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A few ledger rows and every finding the rule makes of them; a row that is not named is one that must stay silent.

    `rows` maps a table's name to its rows, canonical column to the text an office would write; the names `conflict`, `overruled` and
    `vanished` stand for what the loader noted. Rows of a table number from 2, as under a header. `expect` gives for each
    finding its key, and of its other fields and arguments those worth checking.
    """

    rows: Mapping[str, Sequence[Mapping[str, str]]]
    expect: Sequence[Mapping[str, object]]
    as_of: str = "2024-06-01"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of several selects of a rule, asked only where its columns hold something."""

    uses: tuple[str, ...]
    select: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One question to a table: `select` yields key, field, file, sheet, row, value, then `args` in their order.

    Several rules may share a code, one for each table they speak of. `needs` names the tables that must hold rows
    before an answer means anything: without any application loaded no number is unknown. `uses` names the columns of
    the table without which there is nothing to find: "gas_on_at" filled in some row, "gas_on_at:blank" blank in some,
    "gas_on_at:moment" with a time of day, "gas_on_at:loose" without, "gas_on_at:future" on or after the as-of moment, ":many"
    for a table of several rows. Where a rule asks the same of many columns, each `part` is a select and `select` holds {parts} in
    their place. `first` gives, for the
    columns that hold something, a select whose rows are kept as table `first` for the rule to read; without any there is nothing to find.
    """

    code: str
    severity: str
    table: str
    label: Text
    select: str = "{parts}"
    parts: tuple[Part, ...] = ()
    first: Callable[[Collection[str]], str] | None = None
    args: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    example: Example = field(repr=False)

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES[1:]:
            raise ValueError(f"{self.code}: severity {self.severity}")

    def asked(self, held: Collection[str] | None = None) -> str | None:
        """Return the select over the columns that hold something (all of them for None); None where nothing can be found."""
        if held is not None and not set(self.uses) <= set(held):
            return None
        parts = [part.select for part in self.parts if held is None or set(part.uses) <= set(held)]
        if self.parts and not parts:
            return None
        return self.select.replace("{parts}", " union all ".join(parts))
