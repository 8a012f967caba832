"""What is frozen when a month is issued: every figure as reported, the cases behind it, and the rows of the ledgers behind those, as Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kpi.engine import Engine
from kpi.exports.tables import BY_NAME
from kpi.metrics.cases import OF_APPLICATION, judged
from kpi.metrics.compute import compute
from kpi.metrics.model import Metric
from kpi.metrics.registry import METRICS, metric
from kpi.metrics.results import FIELDS
from kpi.store import archive

BY = ("grid", "regime")
"""Dimensions of the frozen figures; null is the total."""

SUFFIX = ".parquet"
_TEXT, _NUMBER, _WHOLE = pa.string(), pa.float64(), pa.int64()

SHAPES: dict[str, pa.Schema] = {
    "figures": pa.schema([("first", _TEXT), ("metric", _TEXT), ("code", _TEXT), *((name, _TEXT) for name in BY),
                          *((name, _TEXT if name == "unit" else _WHOLE if name in ("hits", "n", "unknown", "convention") else _NUMBER) for name in FIELDS)]),
    "cases": pa.schema([*((name, _TEXT) for name in ("metric", "key", "app_id", *BY, "verdict")), *((name, _NUMBER) for name in ("value", "low", "high")), ("reason", _TEXT),
                        ("batch", _WHOLE), ("file", _TEXT), ("sheet", _TEXT), ("row", _WHOLE)]),
    "rows": pa.schema([("table", _TEXT), ("key", _TEXT), ("app_id", _TEXT), ("batch", _WHOLE), ("file", _TEXT), ("sheet", _TEXT), ("row", _WHOLE), ("told", _TEXT)]),
}
"""Columns of the frozen files. `first` is the month itself, or January of its year for the year so far; `told` holds what the row says, as JSON by column."""

PART = 500
"""Keys asked for in one statement."""


def figures(engine: Engine, month: str, ids: Sequence[str] = (), *, year: bool = True) -> list[dict[str, Any]]:
    """Return every figure (or those of `ids`) of the month and (unless `year` is false) of the year so far, for the company, each grid and each process."""
    found, ids = [], ids or [m.id for m in METRICS]
    for first in dict.fromkeys((month, f"{month[:4]}-01") if year else (month,)):
        rows = compute(engine, ids, start=first, end=month, by=BY)
        found += [{"first": first, **{name: row[name] for name in SHAPES["figures"].names[1:]}} for row in rows if row["month"] == (month if first == month else None)]
    return found


def cases(engine: Engine, month: str, metrics: Iterable[Metric] = ()) -> list[dict[str, Any]]:
    """Return every case behind the figures of the month (or those of `metrics`), by KPI and key."""
    found = []
    for asked in metrics or METRICS:
        rows = judged(engine, asked, [month])
        found += [{"metric": asked.id, "key": row["key_"], **{name: row[name] for name in SHAPES["cases"].names[2:]}} for row in sorted(rows, key=lambda r: r["key_"])]
    return found


def rows(engine: Engine, of: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the standing rows of the ledgers behind cases: the row each case is of, and those of its application in the tables its KPI reads."""
    keys: dict[str, set[str]] = {}
    apps: dict[str, set[str]] = {}
    for case in of:
        asked = metric(case["metric"])
        keys.setdefault(asked.table, set()).add(case["key"])
        if case["app_id"]:
            keys.setdefault("application", set())
            for table in ("application", *(name for name in asked.sources if name in OF_APPLICATION)):
                apps.setdefault(table, set()).add(case["app_id"])
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for table in BY_NAME:
        for condition, wanted in (("t._key", keys.get(table)), ("w.app_id" if table == "work" else "t.app_id", apps.get(table))):
            for row in _standing(engine, table, condition, sorted(wanted or ())):
                found[table, row["key"], row["app_id"] or ""] = row
    return [found[at] for at in sorted(found)]


def _standing(engine: Engine, table: str, condition: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
    names = [name for f in BY_NAME[table].fields for name, _ in f.columns]
    linked = "w.app_id" if table == "work" else "t.app_id" if "app_id" in names else "cast(null as varchar)"
    link = "left join work_of as w on w.key = t._key" if table == "work" else ""
    found = []
    for at in range(0, len(wanted), PART):
        part = wanted[at : at + PART]
        for row in engine.rows(f"select t.*, {linked} as _app from {table} as t {link} where {condition} in ({', '.join('?' for _ in part)})", list(part)):
            told = {name: _plain(row[name]) for name in names if row[name] is not None}
            found.append({"table": table, "key": row["_key"], "app_id": row["_app"], "batch": row["_batch"], "file": row["_file"], "sheet": row["_sheet"], "row": row["_row"],
                          "told": json.dumps(told, ensure_ascii=False, sort_keys=True)})
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def parquet(rows: Sequence[dict[str, Any]], shape: str) -> bytes:
    """Return rows as a Parquet file; the same rows give the same bytes."""
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=SHAPES[shape]), out, compression="zstd")
    return out.getvalue()


def told(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of such a file that is not in the archive yet."""
    return pq.read_table(io.BytesIO(content)).to_pylist()


def read(home: Path, sha: str, **wanted: str) -> list[dict[str, Any]]:
    """Return the rows of a frozen file, those with the wanted values of columns; raises StoreProblem where it is gone or damaged."""
    filters = [(name, "==", value) for name, value in wanted.items()] or None
    return pq.read_table(archive.kept(home, sha, SUFFIX), filters=filters).to_pylist()
