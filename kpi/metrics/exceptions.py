"""What breaks a rule in a month, as one ranked list: who waits past a limit, what changed for the worse, what was not kept, what contradicts, what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpi import standards
from kpi.engine import Engine
from kpi.metrics import changes, headline, lapses
from kpi.metrics.lapses import Asked, Row, subject
from kpi.metrics.model import Ratio
from kpi.metrics.registry import METRICS, metric
from kpi.metrics.verdict import COMPANY, GRID
from kpi.problems import UsageProblem

KINDS = ("overdue", "outside", "worsening", "missed", "contradiction", "thin")
"""In order of rank: still waiting past the limit, beyond natural variation, worse month after month, not kept, contradicting records, more than half without evidence."""

SUMS = frozenset({"all_kept"})
"""KPIs that only add up others of the list."""

FIRST = frozenset("valve_on_time one_process zero_material zero_errand zero_fee feedback_24h feedback_3wd".split())
"""Of what was not kept, the five promises and the limits of feedback stand before other duties."""

FIELDS = (
    "rank", "kind", "subject", "metric", "code", "table", "key", "app_id", "grid", "owner", "now", "inherited", "n", "of", "unknown", "value", "target", "reasons", "causes", "no_cause",
    "controller", "since", "age", "months",
)
"""Columns of an exception.

subject names it from month to month (kind:KPI or finding:grid or case); n of `of` cases break the rule; reasons and causes are [(words or key, cases)], the most frequent first;
no_cause counts those whose cause nobody recorded; since is when it began, age the whole days from then; months how many in a row; now holds the grid today where the owner no longer does,
and inherited says that it was late before.
"""

@dataclass(frozen=True)
class Exceptions:
    """The ranked rows (FIELDS), how many more open cases there are than listed, and how many charts were judged and flagged."""

    rows: list[Row]
    left: int
    count: changes.Count


def exceptions(engine: Engine, month: str, *, grid: str | None = None, manager: str | None = None, assessed: Mapping[str, float] | None = None) -> Exceptions:
    """Return what breaks a rule in a month of the company, of a grid or of a manager, ranked by KINDS, then by how many and how long.

    `assessed` holds the values that KPIs are assessed by in that month, beside the promises.
    Open cases are those open at the as-of moment whose limit ended in the month or before; a manager's include those late before the grid was taken over.
    """
    asked = lapses.of_month(engine, month, grid, manager)
    judged = changes.changes(engine, asked.months, where=asked.where)
    open_, left = lapses.overdue(asked)
    promised = [m for m in METRICS if isinstance(m, Ratio) and m.id not in SUMS and standards.target(m.id, _middle(month)) == 1]
    rows = [*open_, *_changed(asked, judged), *_short(asked, assessed or {}), *lapses.missed(asked, promised), *lapses.contrary(asked, promised)]
    ranked = sorted(rows, key=lambda row: (KINDS.index(row["kind"]), *_weight(row), row["subject"], row["owner"] or ""))
    return Exceptions([{name: row.get(name) for name in FIELDS} | {"rank": rank} for rank, row in enumerate(ranked, start=1)], left, changes.count(judged))


def _middle(month: str) -> date:
    return date.fromisoformat(f"{month}-15")


def _weight(row: Row) -> tuple[int, ...]:
    return (-row["age"],) if row["kind"] == "overdue" else (row.get("metric") not in FIRST, -row["n"], -row["age"])


def _changed(asked: Asked, judged: Sequence[changes.Change]) -> list[Row]:
    """KPIs whose months say more than chance does that they got worse."""
    grid = asked.where.get("grid")
    owner = asked.where.get("manager") or (asked.holders.get(grid) or {}).get("manager")
    found = []
    for one in judged:
        if one.state != "worse":
            continue
        m, kind = metric(one.id), "worsening" if one.rule in changes.TRENDS else "outside"
        since = datetime.fromisoformat(f"{one.since}-01")
        months = (asked.at.year - since.year) * 12 + asked.at.month - since.month + 1
        found.append({
            "kind": kind, "subject": subject(kind, one.id, asked.where.get("manager") or grid), "metric": one.id, "code": one.rule, "grid": grid, "owner": owner, "n": months,
            "value": one.chart["points"][-1]["value"], "target": one.chart["mean"], "controller": m.controller, "since": since, "age": asked.days(since), "months": months,
        })
    return found


def _short(asked: Asked, assessed: Mapping[str, float]) -> list[Row]:
    """KPIs that fall short of the value they are assessed by, from the cases that a verdict needs."""
    grid, manager = asked.where.get("grid"), asked.where.get("manager")
    since = datetime.fromisoformat(f"{asked.month}-01")
    found = []
    for row in headline.monthly(asked.engine, list(assessed), [asked.month], where=asked.where) if assessed else ():
        m, target = metric(row["metric"]), assessed[row["metric"]]
        if row["value"] is None or row["n"] < (GRID if asked.where else COMPANY) or (row["value"] >= target if m.better == "up" else row["value"] <= target):
            continue
        found.append({
            "kind": "missed", "subject": subject("missed", m.id, manager or grid), "metric": m.id, "grid": grid, "owner": manager or (asked.holders.get(grid) or {}).get("manager"), "n": 1,
            "of": row["n"], "unknown": row["unknown"], "value": row["value"], "target": target, "controller": m.controller, "since": since, "age": asked.days(since),
        })
    return found


def parsed(subject: str) -> tuple[str, str, str | None]:
    """Return (kind, KPI or finding, grid or case) of the subject of an exception; raises UsageProblem where it names none."""
    kind, _, rest = subject.partition(":")
    what, _, whom = rest.partition(":")
    known = what in {m.id for m in METRICS} if kind != "contradiction" else what.partition("@")[0] in lapses.CONTRARY
    if kind not in KINDS or not known:
        raise UsageProblem(f"没有“{subject}”这样的例外事项；用 exceptions 命令查看。", f"No exception '{subject}'; see the command exceptions.")
    return kind, what, whom or None
