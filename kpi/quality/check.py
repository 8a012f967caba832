"""Run every rule on a build whose facts stand, and keep what they find: the table `finding`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from kpi.quality import wholeness
from kpi.quality.ledger import measure
from kpi.quality.links import guesses
from kpi.quality.model import Rule
from kpi.quality.profile import profile
from kpi.quality.registry import RULES
from kpi.quality.terms import GRIDS, MANAGERS
from kpi.words import masking

if TYPE_CHECKING:
    import duckdb

FINDING = (
    ("severity", "varchar"), ("code", "varchar"), ("table_name", "varchar"), ("key", "varchar"), ("field", "varchar"), ("file", "varchar"), ("sheet", "varchar"), ("row", "bigint"),
    ("value", "varchar"), ("args", "varchar"), ("grid", "varchar"), ("month", "varchar"),
)

MANY = 100_000
"""Applications from which on it saves time to exclude codes that are right as they stand before any is looked at closely."""

GUESSED = 300
"""Unknown words that get a did-you-mean; a ledger with more has another trouble."""

ALIKE = 0.6


def find(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule] = RULES, *, stand: Callable[[], object] = lambda: None) -> None:
    """Create the tables of a build that say how far its ledgers can be trusted: finding, quality, heard, flagged, population, astray; `stand` waits until every fact stands."""
    columns = ", ".join(f"{name} {kind}" for name, kind in FINDING)
    con.execute(f"create table finding ({columns})")
    con.execute(f"create or replace temp table found ({columns})")
    held = profile(con)
    filled = {*held, *(name for name in ("grid", "conflict", "overruled", "vanished") if con.execute(f"select count(*) from (select 1 from {name} limit 1)").fetchone()[0])}
    wholeness.place(con, held)
    _guess(con, filled)
    _doubt(con, held.get("application", ()))
    for rule in rules:
        asked = rule.asked(held[rule.table]) if rule.table in held and filled.issuperset(rule.needs) else None
        if asked:
            if rule.first:
                con.execute(f"create or replace temp table first as {rule.first(held[rule.table])}")
                if not con.execute("select count(*) from first").fetchone()[0]:
                    continue
            con.execute(f"insert into found {statement(rule, asked)}")
    for (name,) in con.execute("select distinct table_name from found").fetchall():
        con.execute(
            f"""
            insert into finding
            select f.severity, f.code, f.table_name, f.key, f.field, f.file, f.sheet, f.row, f.value, f.args, coalesce(p.grid, '(未填)'), p.month
            from found as f left join place_{name} as p on p.key = f.key
            where f.table_name = '{name}'
            order by f.code, f.file, f.sheet, f.row, f.key, f.field, f.args
            """
        )
    measure(con, held)
    stand()
    wholeness.measure(con, held)
    for name in ("found", "near_word", "doubted_code", "first"):
        con.execute(f"drop table if exists {name}")


def statement(rule: Rule, asked: str) -> str:
    """Return the select that a rule asks in the columns of `finding`; grid and month follow from the row."""
    named = ", ".join(f'"{name}" := "{name}"' for name in rule.args)
    args = f"to_json(struct_pack({named}))" if rule.args else "'{}'"
    return (
        f"select '{rule.severity}' as severity, '{rule.code}' as code, '{rule.table}' as table_name, key, field, file, sheet, row,"
        f" cast(value as varchar) as value, cast({args} as varchar) as args, cast(null as varchar) as grid, cast(null as varchar) as month from ({asked}) as rule"
    )


def _digits(text: str) -> str:
    """Return a word with its single Chinese numerals as digits: 三号网格 and 3号网格 are one."""
    return text.translate(_NUMERALS)


_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")


def _guess(con: duckdb.DuckDBPyConnection, filled: set[str]) -> None:
    """Note for unknown grids, managers and numbers the known one that was probably meant; a manager by number, the name hidden."""
    con.execute("create or replace temp table near_word (kind varchar, word varchar, near varchar)")
    for select in guesses(filled):
        con.execute(f"insert into near_word {select}")
    grids = " union all ".join(f"select grid_code as word from {name}" for name in GRIDS)
    managers = " union all ".join(f"select {column} as word from {name}" for name, column in MANAGERS.items())
    names = con.execute("select word, manager from manager_word").fetchall()
    shown = {word: f"{manager} {masking.person(word)}" if manager != word else masking.person(word) for word, manager in names}
    known = {"grid": {word: word for (word,) in con.execute("select word from grid_word").fetchall()}, "manager": shown}
    found = []
    for kind, words in (("grid", grids), ("manager", managers)):
        asked = con.execute(
            f"select word from ({words}) as words where word is not null and word not in (select word from {kind}_word) group by word order by count(*) desc, word limit {GUESSED}"
        ).fetchall()
        for (word,) in asked if known[kind] else ():
            near = [one for one in known[kind] if _digits(one) == _digits(word)][:1] or difflib.get_close_matches(word, known[kind], n=1, cutoff=ALIKE)
            found += [(kind, word, known[kind][near[0]])] if near else []
    if found:
        con.executemany("insert into near_word values (?, ?, ?)", found)


def _doubt(con: duckdb.DuckDBPyConnection, held: Collection[str]) -> None:
    """Create `doubted_code`: the codes of applications that are to be looked at closely."""
    con.execute("create or replace temp table doubted_code (uscc varchar)")
    if "uscc" not in held:
        return
    ((rows,),) = con.execute("select count(*) from application").fetchall()
    if rows < MANY:
        con.execute("insert into doubted_code select distinct uscc from application where uscc is not null")
        return
    # arrays take longer to import than a few ledgers to check
    from kpi.quality import codes

    con.register("told_codes", codes.doubted(con))
    con.execute("insert into doubted_code select distinct uscc from told_codes")
    con.unregister("told_codes")
