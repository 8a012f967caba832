"""Numbering gaps (断号): running numbers of a series that jump, each gap once however wide."""

from __future__ import annotations

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Rule
from kpi.words import Text

TABLES = ("application", "project", "work", "visit", "charge", "appeal", "followup", "clock_stop")

FEWEST = 5
"""A series shorter than this shows no habit of numbering."""

BLOCK = 10_000
"""Numbers without a year are compared within blocks of this size: a two-digit year in front starts another block."""


def _padded(id: str, number: str) -> str:
    """SQL of a number written like its neighbour."""
    return f"substr({id}, 1, length({id}) - places) || lpad(cast({number} as varchar), cast(places as integer), '0')"


def _numbered(table: str) -> str:
    """SQL of the numbers of a table by series: what stands before the running number, with year, month or day where all numbers of a shape carry them.

    Splitting too finely only leaves a gap at an edge unseen; splitting too coarsely would invent one.
    """
    own = BY_NAME[table].key[0]
    return f"""
        cut as (
            select _key, _file, _sheet, _row, {own} as id, rtrim({own}, '0123456789') as head, substr({own}, length(rtrim({own}, '0123456789')) + 1) as tail
            from {table} where {own} is not null
        ),
        shaped as (
            select *, length(tail) as width,
                case when length(tail) >= 7 and substr(tail, 1, 2) = '20' then 1 else 0 end as dated,
                case when length(tail) >= 8 and substr(tail, 5, 2) between '01' and '12' then 1 else 0 end as has_month,
                case when length(tail) >= 10 and substr(tail, 7, 2) between '01' and '31' then 1 else 0 end as has_day
            from cut where length(tail) between 1 and 15
        ),
        shape as (
            select head, width, dated, case when dated = 0 then 0 when min(has_month * has_day) = 1 then 8 when min(has_month) = 1 then 6 else 4 end as taken
            from shaped group by head, width, dated
        ),
        numbered as (
            select d._key, d._file, d._sheet, d._row, d.id, d.width, cast(substr(d.tail, s.taken + 1) as bigint) as number, d.width - s.taken as places,
                case when s.taken = 0 then d.head || cast(cast(d.tail as bigint) // {BLOCK} as varchar) else d.head || substr(d.tail, 1, s.taken) end as series
            from shaped as d join shape as s on s.head = d.head and s.width = d.width and s.dated = d.dated
        ),
        sized as (
            select series, width, count(*) as members, max(number) - min(number) + 1 > count(*) as broken from numbered group by series, width having count(*) >= {FEWEST}
        ),
        stepped as (
            select n.*, b.members, lag(n.number) over run as before, lag(n.id) over run as before_id, lag(n._key) over run as before_key
            from numbered as n join sized as b on b.series = n.series and b.width = n.width and b.broken
            window run as (partition by n.series, n.width order by n.number, n._key)
        ),
        judged as (
            select *, sum(case when number - before = 1 then 1 else 0 end) over (partition by series, width) as steps from stepped
        )"""


_JUMPS = "number - before > 1 and 2 * steps >= members - 1"
_RANGE = f"{_padded('before_id', 'before + 1')} || case when number - before = 2 then '' else ' – ' || {_padded('id', 'number - 1')} end"


def _select(table: str) -> str:
    """SQL of gaps, each once however wide."""
    own = BY_NAME[table].key[0]
    return f"""
        with {_numbered(table)}
        select _key as key, '{own}' as field, _file as file, _sheet as sheet, _row as row, id as value, number - before - 1 as missing, {_RANGE} as range
        from judged
        where {_JUMPS}
    """


def counted(table: str) -> str:
    """Return SQL of every row of a series in which numbers follow each other: key, before_key, value (the numbers missing before it), missing (how many)."""
    return f"""
        with {_numbered(table)}
        select n._key as key, cast(null as varchar) as before_key, '' as value, 0 as missing
        from numbered as n join sized as s on s.series = n.series and s.width = n.width and not s.broken
        union all
        select _key, before_key, case when {_JUMPS} then {_RANGE} else '' end, case when {_JUMPS} then number - before - 1 else 0 end
        from judged
        where 2 * steps >= members - 1
    """


def _gap(table: str) -> Rule:
    own = BY_NAME[table].key[0]
    required = {name: "2024-05-06" for group in BY_NAME[table].required for name in group[:1]}
    ids = [f"B2023{n:04d}" for n in (1, 2, 3, 4, 5, 8)] + [f"B2024{n:04d}" for n in (3, 4, 5, 6, 7, 8, 9)] + ["Z1", "Z900"]
    return Rule(
        code="number_gap", severity="info", table=table, label=Text("编号断号", "Gap in the numbering"), args=("missing", "range"), uses=(own, ":many"), select=_select(table),
        example=Example(rows={table: [required | {own: id} for id in ids]}, expect=[{"key": "B20230008", "missing": 2, "range": "B20230006 – B20230007"}]),
    )


RULES: tuple[Rule, ...] = tuple(_gap(table) for table in TABLES)
