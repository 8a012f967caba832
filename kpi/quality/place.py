"""Where a row belongs: the grid it counts for, and the month of its table's first date."""

from __future__ import annotations

from kpi.exports.fields import Table

UNSTATED = "(未填)"


def dated(table: Table) -> str:
    """Return SQL of the moment that dates a row: the required date, else the first event of the row, else its first plan."""
    names = [name for group in table.required for name in group]
    if not names:
        times = [f for f in table.fields if f.kind == "time"]
        names = [f.name for f in sorted(times, key=lambda f: f.planned)]
    return f"coalesce({', '.join(f't.{name}' for name in names)})" if len(names) > 1 else f"t.{names[0]}"


MONTH = "year({0}) * 12 + month({0}) - 1"
"""SQL of the number of a month: many rows are put together by it in a third of the time that its name takes."""


def month(number: str) -> str:
    """Return SQL of the name of a month by its number: 2024-05."""
    return f"strftime(make_date({number} // 12, {number} % 12 + 1, 1), '%Y-%m')"


def placed(table: Table, columns: str = "") -> str:
    """Return a select of every standing row as key, file, sheet, row, grid, month and its number nth_month, then `columns` (alias t).

    The grid is that of the row's own column, else of its application, else of its project; a date on or after the as-of
    moment gives no month: a slip of the pen must not stretch the months of a page by years.
    """
    joins, grids = ["cross join clock as c"], []
    if "grid_code" in table.by_name:
        joins.append("left join grid_word as g on g.word = t.grid_code")
        grids += ["g.grid_code", "case when (select count(*) from grid) = 0 then t.grid_code end"]
    if table.name != "application" and "app_id" in table.by_name:
        joins.append("left join app as a on a.app_id = t.app_id")
        grids.append(f"nullif(a.grid, '{UNSTATED}')")
    if table.name != "project" and "project_id" in table.by_name:
        joins.append("left join project_seen as p on p.project_id = t.project_id")
        grids.append("p.grid")
    at = dated(table)
    return (
        f"select t._key as key, t._file as file, t._sheet as sheet, t._row as row, coalesce({', '.join([*grids, repr(UNSTATED)])}) as grid,"
        f" case when {at} < c.as_of then strftime({at}, '%Y-%m') end as month, case when {at} < c.as_of then {MONTH.format(at)} end as nth_month{', ' + columns if columns else ''}"
        f" from {table.name} as t {' '.join(joins)}"
    )
