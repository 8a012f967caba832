"""Duties of a month that lapsed, as rows of the list of exceptions: still open past their limit, not kept, beyond evidence, or told two ways.

A cause stands only where a person recorded it; the owner is who held the grid when the duty fell due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kpi import standards
from kpi.engine import Engine
from kpi.metrics import headline, record
from kpi.metrics.cases import within
from kpi.metrics.compute import compute, span
from kpi.metrics.model import UNSTATED, Metric, Ratio
from kpi.metrics.registry import metric
from kpi.metrics.series import effective

OPEN = {"valve_on_time": "valve", "contract_kept": "contract", "feedback_24h": "feedback_24h", "feedback_3wd": "feedback_3wd"}
"""KPIs whose limit may end while the duty stays open, and the duty's name in the fact of open duties."""

CAUSED = {"fact_valve": "application", "fact_connection": "application", "fact_appeal": "appeal"}
"""Facts of whose misses a person records the cause (超时原因、未兑现原因), and the table that holds it."""

CONTRARY = (
    "dates_out_of_order", "gas_on_before_ready", "cancelled_and_connected", "connected_without_date", "closed_without_feedback", "open_although_closed", "status_behind",
    "rating_without_contact", "followup_before_gas_on", "charge_before_application", "stop_reversed", "stop_overlaps", "stop_after_gas_on", "stop_open_after_gas_on",
    "duration_understated", "told_differently", "corrected_differently",
)
"""Findings that say that two records exclude each other."""

FEWEST = 3
"""Cases without evidence from which a grid is named for them."""

MOST = 200
"""Open cases listed one by one."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A month of a build, and whose."""

    engine: Engine
    month: str
    months: tuple[str, ...]
    at: datetime
    where: Mapping[str, str]
    regime: str | None
    holders: Mapping[str, Mapping[str, Any]]

    def condition(self) -> tuple[str, list[Any]]:
        """Return SQL of grid, manager and the month's process (those between two processes stand with it) over a fact `f`, and its values."""
        parts, values = [f"f.{name} = ?" for name in self.where], list(self.where.values())
        if self.regime:
            parts.append("f.regime in (?, 'straddling')")
            values.append(self.regime)
        return " and ".join(parts) or "true", values

    def days(self, since: datetime) -> int:
        """Return the whole days from a moment to the end of the month (or as-of)."""
        return max(0, (self.at.date() - since.date()).days)


def of_month(engine: Engine, month: str, grid: str | None, manager: str | None) -> Asked:
    """Return a month of a build as it is asked about."""
    months = [m for m in headline.window(span(engine), month) if m <= month] or [month]
    end = (datetime.fromisoformat(f"{month}-01") + timedelta(days=32)).replace(day=1)
    at = min(end, engine.as_of) - timedelta(minutes=1)
    where = {name: value for name, value in (("grid", grid), ("manager", manager)) if value}
    return Asked(engine, month, tuple(months), at, where, headline.regime(month, effective(engine)), record.holders(engine, at))


def subject(kind: str, what: str, whom: str | None) -> str:
    """Return what names an exception from month to month."""
    return f"{kind}:{what}:{whom or ''}"


def _controller(asked: Metric, causes: Iterable[tuple[str | None, int]]) -> str:
    """Return the party that all recorded causes name, else who controls the KPI."""
    named = {standards.controller(cause) for cause, _ in causes}
    return named.pop() if len(named) == 1 and None not in named else asked.controller


def _cause(asked: Metric) -> tuple[str, str]:
    """Return (SQL of the recorded cause, the join it needs)."""
    if asked.fact not in CAUSED:
        return "cast(null as varchar)", ""
    # of a ledger without causes the join is not planned at all
    return "t.miss_cause", f"left join (select _key, miss_cause from {CAUSED[asked.fact]} where miss_cause is not null) as t on t._key = f.key"


def overdue(asked: Asked) -> tuple[list[Row], int]:
    """Return the duties open at as-of whose limit ended by the end of the month, one by one, oldest first; and how many more there are."""
    found: list[Row] = []
    grid, manager = asked.where.get("grid"), asked.where.get("manager")
    for id, duty in OPEN.items():
        m = metric(id)
        cause, join = _cause(m)
        rows = asked.engine.rows(
            f"select f.key, f.app_id, f.grid, f.manager as owner, f.dated_at, {m.reason} as reason, {cause} as cause, d.held, d.inherited"
            f" from (select key as open_key, manager as held, inherited from open_duty where duty = ? and overdue) as d join {m.fact} as f on f.key = d.open_key {join}"
            f" where ({m.where}) and {m.verdict} = 'miss' and f.month <= ?{' and f.grid = ?' if grid else ''}",
            [duty, asked.month, *([grid] if grid else [])],
        )
        found += [_open(asked, m, row) for row in rows if manager in (None, row["owner"]) or (row["inherited"] and row["held"] == manager)]
    found.sort(key=lambda row: (row["since"], row["key"]))
    return found[:MOST], len(found[MOST:])


def _open(asked: Asked, m: Metric, row: Row) -> Row:
    causes = [(row["cause"], 1)] if row["cause"] else []
    return {
        "kind": "overdue", "subject": subject("overdue", m.id, row["key"]), "metric": m.id, "table": m.table, "key": row["key"], "app_id": row["app_id"], "grid": row["grid"],
        "owner": row["owner"], "now": row["held"] if row["held"] != row["owner"] else None, "inherited": row["inherited"], "n": 1, "of": 1, "unknown": 0, "reasons": [(row["reason"], 1)],
        "causes": causes, "no_cause": 1 - len(causes), "controller": _controller(m, [(row["cause"], 1)]), "since": row["dated_at"], "age": asked.days(row["dated_at"]),
    }


def missed(asked: Asked, promised: Sequence[Ratio]) -> list[Row]:
    """Return what was not kept, by KPI, grid and who held it when it fell due; and where more than half cannot be told."""
    found: list[Row] = []
    streaks = _streaks(asked, promised)
    for m in promised:
        groups = _groups(asked, m)
        found += [_miss(asked, m, group, streaks.get((m.id, group["grid"]), 1)) for group in groups if group["miss"]]
        found += _thin(asked, m, groups)
    return found


def _groups(asked: Asked, m: Ratio) -> list[Row]:
    """Return for each grid and owner the cases of a month by verdict, with reasons and recorded causes of the misses; those listed one by one as open are left out."""
    condition, values = asked.condition()
    dated, bounds = within(asked.engine, m.fact, [asked.month])
    cause, join = _cause(m)
    listed = f" and not ({m.verdict} = 'miss' and f.key in (select key from open_duty where duty = '{OPEN[m.id]}' and overdue))" if m.id in OPEN else ""
    rows = asked.engine.rows(
        f"select f.grid, f.manager as owner, {m.verdict} as verdict, case when {m.verdict} = 'miss' then {m.reason} end as reason,"
        f" case when {m.verdict} = 'miss' then {cause} end as cause, count(*) as n, min(f.dated_at) as since, min(f.key) as key, min(f.app_id) as app_id"
        f" from {m.fact} as f {join} where {dated} and ({m.where}) and {condition}{listed} group by f.grid, f.manager, 3, 4, 5",
        [*bounds, *values],
    )
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["grid"], row["owner"], row["since"], row["key"])):
        group = found.setdefault(
            (row["grid"], row["owner"]), {"grid": row["grid"], "owner": row["owner"], "hit": 0, "miss": 0, "unknown": 0, "since": {}, "key": {}, "app_id": {}, "reasons": {}, "causes": {}}
        )
        verdict = row["verdict"]
        group[verdict] += row["n"]
        for name in ("since", "key", "app_id"):
            group[name].setdefault(verdict, row[name])
        if verdict == "miss":
            for name in ("reasons", "causes"):
                said = row[name[:-1]]
                group[name][said] = group[name].get(said, 0) + row["n"]
    return list(found.values())


def _ordered(counted: Mapping[str | None, int]) -> list[tuple[str, int]]:
    return sorted(((said, n) for said, n in counted.items() if said), key=lambda pair: (-pair[1], pair[0]))


def _miss(asked: Asked, m: Ratio, group: Row, months: int) -> Row:
    causes = _ordered(group["causes"])
    one = group["miss"] == 1
    return {
        "kind": "missed", "subject": subject("missed", m.id, group["grid"]), "metric": m.id, "table": m.table, "key": group["key"]["miss"] if one else None,
        "app_id": group["app_id"]["miss"] if one else None, "grid": group["grid"], "owner": group["owner"], "n": group["miss"], "of": group["hit"] + group["miss"] + group["unknown"],
        "unknown": group["unknown"], "reasons": _ordered(group["reasons"]), "causes": causes, "no_cause": group["causes"].get(None, 0),
        "controller": _controller(m, group["causes"].items()), "since": group["since"]["miss"], "age": asked.days(group["since"]["miss"]), "months": months,
    }


def _streaks(asked: Asked, promised: Sequence[Ratio]) -> dict[tuple[str, str | None], int]:
    """Return for each KPI and grid how many months in a row, to the one asked for, had a miss; months without a case are passed over."""
    if not promised:
        return {}
    rows = compute(asked.engine, [m.id for m in promised], start=asked.months[0], end=asked.month, by=("grid",), over="months")
    found: dict[tuple[str, str | None], int] = {}
    over: set[tuple[str, str | None]] = set()
    for row in sorted((row for row in rows if row["n"]), key=lambda row: row["month"], reverse=True):
        key = (row["metric"], row["grid"])
        if row["hits"] < row["n"] and key not in over:
            found[key] = found.get(key, 0) + 1
        else:
            over.add(key)
    return found


def _thin(asked: Asked, m: Ratio, groups: Sequence[Row]) -> list[Row]:
    """Where more than half of the cases cannot be told: the KPI as a whole, else single grids."""
    def thin(unknown: int, total: int) -> bool:
        return unknown * 2 > total and unknown >= FEWEST

    def total(group: Row) -> int:
        return group["hit"] + group["miss"] + group["unknown"]

    unknown, every = sum(g["unknown"] for g in groups), sum(total(g) for g in groups)
    if not asked.where and thin(unknown, every):
        groups = [{"grid": None, "owner": None, "unknown": unknown, "hit": every - unknown, "miss": 0, "since": {"unknown": min(g["since"]["unknown"] for g in groups if g["unknown"])}}]
    return [
        {"kind": "thin", "subject": subject("thin", m.id, g["grid"]), "metric": m.id, "table": m.table, "grid": g["grid"], "owner": g["owner"], "n": g["unknown"], "of": total(g),
         "unknown": g["unknown"], "controller": m.controller, "since": g["since"]["unknown"], "age": asked.days(g["since"]["unknown"])}
        for g in groups if thin(g["unknown"], total(g))
    ]


def contrary(asked: Asked, promised: Sequence[Ratio]) -> list[Row]:
    """Return the records that exclude each other, by finding, grid and owner: of the month's own cases, and of rows of other ledgers dated in the month."""
    condition, values = asked.condition()
    tables = ", ".join(f"'{name}'" for name in sorted({m.table for m in promised}))
    codes = ", ".join(f"'{code}'" for code in CONTRARY)
    named = {row["table_name"] for row in asked.engine.rows(f"select distinct table_name from finding where code in ({codes})")}
    parts, given = [], []
    for place, m in enumerate(promised):
        if m.table in named:
            dated, bounds = within(asked.engine, m.fact, [asked.month])
            parts.append(f"select '{m.table}' as table_name, f.key, f.grid, f.manager as owner, f.dated_at, {place} as place from {m.fact} as f where {dated} and ({m.where}) and {condition}")
            given += [*bounds, *values]
    grid, manager = asked.where.get("grid"), asked.where.get("manager")
    own = asked.engine.rows(
        f"with cases as ({' union all '.join(parts)}),"
        f" said as (select f.code, f.table_name, f.key, c.grid, c.owner, c.dated_at, row_number() over (partition by f.code, f.table_name, f.key order by c.place) as nth"
        f" from finding as f join cases as c on c.table_name = f.table_name and c.key = f.key where f.code in ({codes}))"
        " select code, table_name, grid, owner, count(*) as n, min(dated_at) as since, min(key) as key from said where nth = 1 group by code, table_name, grid, owner",
        given,
    ) if parts else []
    others = asked.engine.rows(
        f"select code, table_name, grid, count(*) as n, min(key) as key from finding where code in ({codes}) and table_name not in ({tables}) and month = ?{' and grid = ?' if grid else ''}"
        " group by code, table_name, grid",
        [asked.month, *([grid] if grid else [])],
    )
    since = datetime.fromisoformat(f"{asked.month}-01")
    rows = own + [row | {"owner": (asked.holders.get(row["grid"]) or {}).get("manager", UNSTATED), "since": since} for row in others]
    return [
        {"kind": "contradiction", "subject": subject("contradiction", f"{row['code']}@{row['table_name']}", row["grid"]), "code": row["code"], "table": row["table_name"],
         "key": row["key"] if row["n"] == 1 else None, "grid": row["grid"], "owner": row["owner"], "n": row["n"], "controller": "公司", "since": row["since"], "age": asked.days(row["since"])}
        for row in rows if manager in (None, row["owner"])
    ]
