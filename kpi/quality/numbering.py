"""Numbering gaps (断号): running numbers of a series that jump, each gap once however wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Rule
from kpi.quality.place import month
from kpi.words import Text

if TYPE_CHECKING:
    import duckdb

TABLES = ("application", "project", "work", "visit", "charge", "appeal", "followup", "clock_stop")

FEWEST = 5
"""A series shorter than this shows no habit of numbering."""

LONGEST = 15
"""Figures of a number beyond which it is none: no integer of a machine holds them all."""

BLOCK = 10_000
"""Numbers without a year are compared within blocks of this size: a two-digit year in front starts another block."""


STEPPED = "key varchar, id varchar, grid varchar, nth_month bigint, places bigint, running bigint, before bigint, before_id varchar, before_key varchar"


def _padded(id: str, number: str) -> str:
    """SQL of a number written like its neighbour."""
    return f"substr({id}, 1, length({id}) - places) || lpad(cast({number} as varchar), cast(places as integer), '0')"


def columns(table: str) -> str:
    """Return SQL of the numbers of a table (alias t), for its places: the number as written, what stands before its figures, how many these are, and their value."""
    own = f"t.{BY_NAME[table].key[0]}"
    figures = f"regexp_extract({own}, '[0-9]*$')"
    return (
        f"{own} as id, substr({own}, 1, length({own}) - length({figures})) as head, length({figures}) as width,"
        f" case when length({figures}) between 1 and {LONGEST} then cast({figures} as bigint) end as number"
    )


def _behind(figures: int) -> str:
    """SQL of the power of ten by which a number of `width` figures is divided to leave the first ones: by constants, for a power of every row takes longer than the rest."""
    return "case width " + " ".join(f"when {width} then {10 ** (width - figures)}" for width in range(figures, LONGEST + 1)) + " end"


def _part(first: int, figures: int) -> str:
    """SQL of some of the figures of a number."""
    return f"number // {_behind(first + figures - 1)} % {10 ** figures}"


_DATED = f"case when width >= 7 and {_part(1, 2)} = 20 then 1 else 0 end"
_MONTHS = f"case when width >= 8 and {_part(5, 2)} between 1 and 12 then 1 else 0 end"
_DAYS = f"case when width >= 10 and {_part(7, 2)} between 1 and 31 then 1 else 0 end"
_LEAD = f"number // case when dated = 0 then {BLOCK} when width < 8 then {_behind(4)} when width < 10 then {_behind(6)} else {_behind(8)} end"
"""What comes before the running number, as finely as it may have to be told apart: blocks, or the four, six or eight figures of a date."""


_TAKEN = "cast(power(10, width - taken) as bigint)"
_NUMBERED = f"case when taken = 0 then number // {BLOCK} else number // {_TAKEN} end as block, case when taken = 0 then number else number % {_TAKEN} end as running"
"""The block and the running number of a number by what its shape takes for a date."""


def _series(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Create `shape` and `series` of the numbers of a table: by what stands before the running number, with year, month or day where all numbers of a shape carry them.

    Splitting too finely only leaves a gap at an edge unseen; splitting too coarsely would invent one. One pass goes over the rows; the rest is told by its few groups.
    """
    con.execute(f"""
        create or replace temp table stretch as
        select head, width, dated, {_LEAD} as lead, grid, nth_month, count(*) as n, min(number) as number, max(number) as last
        from (select head, width, number, grid, nth_month, {_DATED} as dated from place_{table}) as told group by head, width, dated, lead, grid, nth_month having count(number) > 0
    """)
    con.execute(f"""
        create or replace temp table shape as
        select head, width, dated, case when dated = 0 then 0 when min(has_month * has_day) = 1 then 8 when min(has_month) = 1 then 6 else 4 end as taken
        from (select head, width, dated, {_MONTHS} as has_month, {_DAYS} as has_day from stretch) as told group by head, width, dated
    """)
    con.execute(f"""
        create or replace temp table series as
        select head, width, dated, block, grid, nth_month, sum(n) as n, min(running) as first, max(running + last - number) as last
        from (select *, {_NUMBERED} from stretch join shape using (head, width, dated)) as told group by head, width, dated, block, grid, nth_month
    """)


_SAME = "b.head = n.head and b.width = n.width and b.dated = n.dated and b.block = n.block"
_JUMPS = "running - before > 1"
_RANGE = f"{_padded('before_id', 'before + 1')} || case when running - before = 2 then '' else ' – ' || {_padded('id', 'running - 1')} end"


def prepare(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Create from the places of a table `jump_` (key, before_key, id, missing, range: each gap once however wide) and `numbered_` (grid, month, n: the other rows of series in which numbers follow each other)."""
    _series(con, table)
    con.execute(f"""
        create or replace temp table sized as
        select head, width, dated, block, sum(n) as members, max(last) - min(first) + 1 > sum(n) as broken from series group by head, width, dated, block having sum(n) >= {FEWEST}
    """)
    if con.execute("select count(*) > 0 from sized where broken").fetchone()[0]:
        con.execute(f"""
            create or replace temp table stepped as
            with shaped as (select key, id, grid, nth_month, head, width, number, {_DATED} as dated from place_{table}),
            numbered as (select key, id, grid, nth_month, head, width, dated, width - taken as places, {_NUMBERED} from shaped join shape using (head, width, dated)),
            ordered as (
                select n.*, b.members, lag(n.running) over run as before, lag(n.id) over run as before_id, lag(n.key) over run as before_key
                from numbered as n join sized as b on {_SAME} and b.broken
                window run as (partition by n.head, n.width, n.dated, n.block order by n.running, n.key)
            ),
            judged as (
                select *, sum(case when running - before = 1 then 1 else 0 end) over (partition by head, width, dated, block) as steps from ordered
            )
            select key, id, grid, nth_month, places, running, before, before_id, before_key from judged where 2 * steps >= members - 1
        """)
    else:
        con.execute(f"create or replace temp table stepped ({STEPPED})")
    con.execute(
        f"create or replace temp table jump_{table} as select key, before_key, id, grid, {month('nth_month')} as month, running - before - 1 as missing, {_RANGE} as range from stepped where {_JUMPS}"
    )
    con.execute(f"""
        create or replace temp table numbered_{table} as
        select grid, {month("nth_month")} as month, sum(n) as n from (
            select n.grid, n.nth_month, n.n from series as n join sized as b on {_SAME} and not b.broken
            union all
            select grid, nth_month, count(*) from stepped where not coalesce({_JUMPS}, false) group by grid, nth_month
        ) as counted group by grid, nth_month
    """)
    for name in ("stretch", "shape", "series", "sized", "stepped"):
        con.execute(f"drop table {name}")


def _select(table: str) -> str:
    """SQL of gaps, each once however wide."""
    return f"""
        select p.key, '{BY_NAME[table].key[0]}' as field, p.file, p.sheet, p.row, j.id as value, j.missing, j.range
        from jump_{table} as j join place_{table} as p on p.key = j.key
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
