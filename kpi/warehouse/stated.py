"""What staged files say of themselves: columns that need not be stored again, and keys that need not be looked through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

SAME = ("_sheet", "_submitter")
"""Columns about the sheet as a whole."""


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What holds of every staged row of a table.

    `blank` are columns without a value, `filled` times that most rows have, `moments` times that all name a moment, `same` the columns about the sheet that
    say one thing (or nothing), `own` whether each key is the number of its row, `once` whether no key comes twice.
    """

    blank: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    same: dict[str, str | None] = field(default_factory=dict)
    own: bool = False
    once: bool = False


def listed(files: Sequence[Path]) -> str:
    """Return SQL of a list of files."""
    return ", ".join(f"'{str(path).replace(chr(39), chr(39) * 2)}'" for path in files)


def read(con: duckdb.DuckDBPyConnection, files: Sequence[Path], columns: Iterable[str]) -> Stated:
    """Return what these files say of the `columns` of their table, as far as they do: one of an earlier version of the reader says less."""
    if not files:
        return Stated()
    rows = con.execute(
        f"""
        select path_in_schema, bool_and(coalesce(stats_null_count = num_values, false)),
            bool_and(coalesce(stats_null_count = num_values or (stats_min_value = 'moment' and stats_max_value = 'moment'), false)),
            bool_and(coalesce(stats_null_count = 0 and stats_min_value = stats_max_value, false)) and min(stats_min_value) = max(stats_max_value), min(stats_min_value),
            coalesce(2 * sum(stats_null_count) < sum(num_values), false)
        from parquet_metadata([{listed(files)}]) group by path_in_schema
        """
    ).fetchall()
    # what no file has is blank; of several files those without a column say nothing against it
    blank = frozenset(name for name, nothing, *_ in rows if nothing) | frozenset(columns).difference(row[0] for row in rows)
    moments = frozenset(name.removesuffix("_p") for name, _, moment, *_ in rows if moment and name.endswith("_p")) - blank
    same = {name: None if nothing else value for name, nothing, _, one, value, _ in rows if name in SAME and (nothing or one)}
    # of times it is their precision that says how many there are
    filled = frozenset(time for name, *_, most in rows if most and name.endswith("_p") for time in (name.removesuffix("_p"), f"{name.removesuffix('_p')}_to"))
    said = con.execute(f"select decode(value) from parquet_kv_metadata([{listed(files)}]) where decode(key) = 'keys'").fetchall()
    words = [set(value.split()) for (value,) in said]
    every = len(words) == len(set(files))
    return Stated(blank=blank, filled=filled, moments=moments, same=same, own=every and all("own" in told for told in words), once=every and len(files) == 1 and "rising" in words[0])
