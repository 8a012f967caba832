"""How the figures of an issued month would read today: was, is, and whether the ledgers, the rules or only the passing of time made the difference."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kpi import pipeline, store
from kpi.closing import compared, freeze, versions
from kpi.engine import Engine
from kpi.metrics.causes import RECORDED
from kpi.metrics.registry import METRICS
from kpi.store import comments
from kpi.store.issues import Issue, Issues, Reported

COMPARED = ("value", "hits", "n", "unknown")

Row = dict[str, Any]


def then(line: Issue, home: Path | None = None) -> Engine:
    """Return today's ledgers and rules as they stood at the moment of the data of a close: what happened after it has not happened."""
    return pipeline.reader(home, line.as_of)


def same(a: float | None, b: float | None) -> bool:
    """Return whether two figures are one: sums may differ in their last digit."""
    return a is b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12))


def unchanged(line: Issue, home: Path | None = None) -> bool:
    """Return whether everything the figures of a close rest on is what it was: then no figure can differ."""
    current = Issues(store.home(home)).current()
    now = versions.current()
    return current is not None and current[1] == line.record["inputs"]["hash"] and all(now[part] == line.record["versions"][part] for part in ("program", "definitions", "facts", "reference"))


def differs(line: Issue, home: Path | None = None) -> bool:
    """Return whether any figure of the month reads otherwise today than it was issued: told by the cases behind them, and by the figures where a definition changed."""
    home = store.home(home)
    if unchanged(line, home):
        return False
    if versions.changed(line.record["versions"])["definitions"]:
        return bool(restated(line, home, year=False))
    names = ("metric", "key", "grid", "regime", "verdict", "value", "low", "high")
    was = sorted((tuple(row[name] for name in names) for row in freeze.read(home, line.record["files"]["cases"])), key=lambda row: row[:2])
    now = sorted((tuple(row[name] for name in names) for row in freeze.cases(then(line, home), line.month)), key=lambda row: row[:2])
    return len(was) != len(now) or any(a[:5] != b[:5] or not all(map(same, a[5:], b[5:])) for a, b in zip(was, now, strict=True))


def reported(month: str, home: Path | None = None, *, since: bool = True) -> Reported | None:
    """Return the close in force for a month with what was frozen and (unless `since` is false, which leaves it out) what reads otherwise since; None while the month is not issued."""
    home = store.home(home)
    line = Issues(home).standing(month)
    if line is None:
        return None
    figures, cases = (freeze.read(home, line.record["files"][name]) for name in ("figures", "cases"))
    rows = [row for table in RECORDED for row in freeze.read(home, line.record["files"]["rows"], table=table)]
    return Reported(
        line=line, figures=figures, cases=cases, causes=causes(rows), earlier=compared.stood(home, line), comment=_comment(line, home),
        corrected=since and differs(line, home), corrections=restated(line, home) if since else (),
    )


def causes(rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """Return the causes that people recorded in frozen rows of ledgers, by (table, key)."""
    return {(row["table"], row["key"]): cause for row in rows if row["table"] in RECORDED and (cause := json.loads(row["told"]).get("miss_cause"))}


def _comment(line: Issue, home: Path) -> str:
    """Return the comment that was kept with a close; of one from before they were, what had been said by then."""
    said = line.record.get("comment")
    return said if said is not None else next((one.words for one in reversed(comments.comments(line.month, home)) if one.set_at <= line.at), "")


def restated(line: Issue, home: Path | None = None, *, engine: Engine | None = None, year: bool = True) -> list[Row]:
    """Return the frozen figures that read otherwise today at the same moment of the data: {first, metric, code, unit, grid, regime, was, is}, each with value, hits, n and unknown.

    `engine` is today's data at the moment of the close, where the caller has it open; `year` asks for the year so far too. KPIs declared since have nothing to differ from;
    those no longer declared stand as they were reported.
    """
    home = store.home(home)
    if unchanged(line, home):
        return []
    known = {m.id for m in METRICS}
    was = {_at(row): row for row in freeze.read(home, line.record["files"]["figures"]) if row["metric"] in known and (year or row["first"] == line.month)}
    ids = sorted({row["metric"] for row in was.values()})
    now = {_at(row): row for row in freeze.figures(engine or then(line, home), line.month, ids, year=year)}
    return [_pair(was.get(at), now.get(at)) for at in sorted({*was, *now}, key=_order) if not _equal(was.get(at), now.get(at))]


def _at(row: Mapping[str, Any]) -> tuple[str, str, str | None, str | None]:
    return row["metric"], row["first"], row["grid"], row["regime"]


def _order(at: tuple[str | None, ...]) -> list[tuple[bool, str]]:
    return [(part is None, part or "") for part in at]


def _told(row: Mapping[str, Any] | None) -> Row:
    """Return the fields that are compared; a grid or process that nothing was told of has no cases."""
    return {name: row[name] for name in COMPARED} if row else {"value": None, "hits": None, "n": 0, "unknown": 0}


def _equal(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> bool:
    return all(same(_told(a)[name] or 0 if name == "hits" else _told(a)[name], _told(b)[name] or 0 if name == "hits" else _told(b)[name]) for name in COMPARED)


def _pair(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Row:
    about = was or now
    return {**{name: about[name] for name in ("first", "metric", "code", "unit", "grid", "regime")}, "was": _told(was), "is": _told(now)}
