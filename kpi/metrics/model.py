"""How a KPI is declared: one frozen object from which card, chart, table, report, dictionary page and test all come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpi.words import Text

DIMENSIONS = ("grid", "manager", "build_mode", "user_type", "park", "regime", "outside_line")
"""What every fact row carries besides its month; a row without one carries UNSTATED."""

UNSTATED = "(未填)"

UNITS = frozenset("ratio wd d h yuan count score".split())


@dataclass(frozen=True, kw_only=True)
class Example:
    """A few ledger rows, and what the KPI says of them: documentation and test at once.

    `rows` maps a table's name to its rows, canonical column to the text an office would write;
    `month` is the month asked for (None = the whole span), `expect` the fields of the result that are checked.
    """

    rows: Mapping[str, Sequence[Mapping[str, str]]]
    as_of: str
    month: str | None
    expect: Mapping[str, float | int | None]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What all KPIs declare. `fact` is the one table it reads; `where` narrows it; SQL expressions are one line each.

    A snapshot (of a ratio or count) is of what stands at the end of each month: the span shows its last month, never a sum of months.
    """

    id: str
    code: str
    label: Text
    meaning: Text
    formula: Text
    dated_by: Text
    exclusions: Text
    clause: str
    controller: str
    unit: str
    better: str
    fact: str
    where: str = "true"
    table: str = "application"
    sources: tuple[str, ...] = ("application",)
    reason: str = "'counted'"
    snapshot: bool = False
    example: Example = field(repr=False)
    confirmed_by: str = ""

    kind = ""

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.id}: unit {self.unit}")
        if self.better not in ("up", "down", "none"):
            raise ValueError(f"{self.id}: better {self.better}")


@dataclass(frozen=True, kw_only=True)
class Ratio(Metric):
    """Share of hits among the judged: `verdict` yields hit, miss or unknown; `value`, `low`, `high` describe each case."""

    verdict: str
    convention: str = "false"
    value: str = "null"
    low: str = "null"
    high: str = "null"

    kind = "ratio"


@dataclass(frozen=True, kw_only=True)
class Quantile(Metric):
    """A quantile of `value` (null = unknown); `low` and `high` are its bounds by what was recorded; `limit` tells hit from miss."""

    p: float
    value: str
    low: str = "null"
    high: str = "null"
    limit: float | None = None

    kind = "quantile"


@dataclass(frozen=True, kw_only=True)
class Mean(Metric):
    """Sum of `value` over sum of `weight`, of the cases in which both are known."""

    value: str
    weight: str = "1"
    good: str = "true"

    kind = "mean"


@dataclass(frozen=True, kw_only=True)
class Count(Metric):
    """Number of rows where `counted` holds, or the sum of `value` over them; rows of unknown standing are counted apart."""

    counted: str = "true"
    unknown: str = "false"
    value: str = ""
    verdict: str = "'hit'"

    kind = "count"


@dataclass(frozen=True, kw_only=True)
class Wait(Metric):
    """Days from start to end with open cases counted: a Kaplan-Meier quantile `p`, or the incidence of `outcome` within `days`."""

    p: float | None = None
    days: int | None = None
    outcome: int = 1

    kind = "wait"
