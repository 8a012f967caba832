"""What a customer manager has in hand: the KPIs he controls, the duties that stand open, and the clock-stops of his cases."""

from __future__ import annotations

from typing import Any

from kpi.engine import Engine
from kpi.words import word

CONTROLLED = (
    "valve_on_time", "visit_appointed", "appointment_kept", "feedback_24h", "feedback_3wd", "feedback_both_ways", "appeals_closed", "told_once_in_full", "told_three_things",
    "two_follow_ups", "project_info_complete", "projects_updated",
)
"""KPIs that a manager controls; approvals, works of others, charges and ratings are not his to decide."""

DUTIES = ("valve", "feedback_24h", "feedback_3wd", "appointment", "contract", "followup_first", "followup_second", "update")
"""Duties of `open_duty`, the shortest limit first."""


SOON = {"valve": 24, "feedback_24h": 24, "feedback_3wd": 48, "appointment": 24, "contract": 168, "followup_first": 72, "followup_second": 168, "update": 168}
"""Natural hours before its end within which a duty is warned of."""


def terms(engine: Engine, manager: str) -> list[dict[str, Any]]:
    """Return the grids a manager held by as-of, as {grid, since, until}, the present ones first."""
    return engine.rows(
        "select h.grid_code as grid, min(h.starts_at) as since, max(h.ends_at) as until from holder as h cross join clock as c where h.manager = ? and h.starts_at < c.as_of"
        " group by h.grid_code order by max(h.ends_at) desc, h.grid_code",
        [manager],
    )


def open_duties(engine: Engine, manager: str | None = None) -> list[dict[str, Any]]:
    """Return what stands open at as-of, of one manager or of all, the most pressing first.

    Fields: duty, key (the application's number where there is one), app_id, about (a table), begun_at, due_at, overdue, inherited (its limit had ended before the
    holder took over), left_h (natural hours, below 0 once overdue), left_wd (working days where the limit is one), grid, manager, since, file, sheet, row.
    """
    about = " union all ".join(f"select '{table}' as about, _key as key, _file as file, _sheet as sheet, _row as row from {table}" for table in ("application", "appeal", "visit", "project"))
    return engine.rows(
        "select d.duty, case when d.about = 'application' then coalesce(d.app_id, d.key) else d.key end as key, d.app_id, d.about, d.begun_at, d.due_at, d.overdue, d.inherited,"
        f" d.left_h, d.left_wd, d.grid, d.manager, d.since, t.file, t.sheet, t.row from open_duty as d left join ({about}) as t on t.about = d.about and t.key = d.key"
        f" where {'true' if manager is None else 'd.manager = ?'} order by d.due_at, d.duty, d.key",
        [] if manager is None else [manager],
    )


def stops(engine: Engine, manager: str, start: str, end: str, lang: str = "zh") -> list[dict[str, Any]]:
    """Return the clock-stops begun in these months in the grids a manager held then, each with whether it counts in his favour and, if not, what is missing.

    Fields: key, app_id, begun_at, begun_at_p, ended_at, ended_at_p, cause, owner, counts, why, grid, file, sheet, row.
    """
    rows = engine.rows(
        """
        select s._key as key, s.app_id, s.start_at as begun_at, s.start_at_p as begun_at_p, s.end_at as ended_at, s.end_at_p as ended_at_p, s.reason as cause, s.owner, a.grid,
            s._file as file, s._sheet as sheet, s._row as row,
            case
                when s.owner = '公司' or s.reason in ('公司人员', '公司材料', '公司表具', '公司气源') then 'own'
                when s.noticed_on is null or s.noticed_on >= c.as_of then 'no_notice'
                when s.reason is null then 'no_reason'
                when s.owner is null or s.owner not in ('用户', '政府', '第三方', '不可抗力') then 'no_owner'
                when s.end_at_to < s.start_at then 'reversed'
                else 'counts'
            end as why
        from clock_stop as s
        cross join clock as c
        join app as a on a.app_id = s.app_id
        join holder as h on h.grid_code = a.grid and s.start_at >= h.starts_at and s.start_at < h.ends_at
        where s.start_at < c.as_of and h.manager = ? and strftime(s.start_at, '%Y-%m') between ? and ?
        order by s.start_at, s._key
        """,
        [manager, start, end],
    )
    return [{**row, "counts": row["why"] == "counts", "why": word(f"metrics.stop.{row['why']}", lang)} for row in rows]
