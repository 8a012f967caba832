"""Why a figure reads as it does, and why otherwise than it was reported: inputs, rules, cases, and the rows of the ledgers that changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpi import pipeline, standards, store
from kpi.closing import freeze, told, versions
from kpi.closing.issuing import issued
from kpi.closing.restated import same, then
from kpi.engine import Engine
from kpi.metrics import headline
from kpi.metrics.cases import OF_APPLICATION, cases
from kpi.metrics.compute import compute
from kpi.metrics.model import Metric
from kpi.metrics.registry import metric
from kpi.quality.findings import shown_key
from kpi.store.issues import Issue, Issues
from kpi.store.journal import Batch
from kpi.words import word

CASE = ("verdict", "value", "low", "high", "reason", "grid")
"""What a case is compared by."""

Row = dict[str, Any]


def explain(id: str, month: str, home: Path | None = None, *, grid: str | None = None, lang: str = "zh", as_of: str | None = None, version: int | None = None) -> Row:
    """Return all that a figure of a month rests on, and, where the month was issued, how and through what it differs from what was reported (the latest version, or the one asked for).

    {metric, code, label, month, grid, regime, now, inputs, versions, cases, issued}: `now` is today's result row; `issued` is null for a month
    never issued, else {version, standing (not opened again since), at, by, as_of, reported, at_the_same_moment, inputs: {added, withdrawn, corrected}, versions, differences}. Each difference is
    {key, what: changed | appeared | vanished, was, is, month_now, rows: [{table, key, what: changed | came | gone, batch, file, sheet, row, fields:
    [{field, label, was, is}]}]}; values of the ledgers are in words, personal ones masked.
    """
    home = store.home(home)
    asked = metric(id)
    engine = pipeline.reader(home, as_of)
    regime = None if headline.over_both(asked) else headline.regime(month, standards.rule("effective_date")[:7])
    where = {name: value for name, value in (("grid", grid), ("regime", regime)) if value}
    journal = Issues(home)
    line = issued(month, home, version)
    return {
        "metric": asked.id, "code": asked.code, "label": asked.label.of(lang), "unit": asked.unit, "month": month, "grid": grid, "regime": regime, "build": engine.build,
        "as_of": engine.as_of.isoformat(), "now": _figure(engine, asked, month, where), "inputs": [_batch(b) for b in journal.batches()],
        "versions": {"standards": versions.current()["standards"], "definition": versions.definition(asked)},
        "cases": cases(engine, asked.id, month=month, where=where, lang=lang),
        "issued": _issued(home, journal, line, asked, where, lang) if line else None,
    }


def _figure(engine: Engine, asked: Metric, month: str, where: Mapping[str, str]) -> Row:
    return next(row for row in compute(engine, [asked.id], start=month, end=month, where=where) if row["month"] == month)


def _batch(batch: Batch) -> Row:
    return {"batch": batch.id, "file": batch.file, "sha256": batch.sha256, "loaded_at": batch.loaded_at, "loaded_by": batch.loaded_by}


def _issued(home: Path, journal: Issues, line: Issue, asked: Metric, where: Mapping[str, str], lang: str) -> Row:
    frozen = freeze.read(home, line.record["files"]["figures"], metric=asked.id, first=line.month)
    reported = next((row for row in frozen if row["grid"] == where.get("grid") and row["regime"] == where.get("regime")), None)
    before = {b["id"] for b in line.record["inputs"]["batches"]}
    every = journal.batches(withdrawn=True)
    engine = then(line, home)
    return {
        "version": line.version, "standing": journal.standing(line.month) == line, "at": line.at, "by": line.by, "note": line.note, "as_of": line.as_of, "build": line.build, "reported": reported,
        "at_the_same_moment": _figure(engine, asked, line.month, where),
        "inputs": {"added": [_batch(b) for b in every if b.standing and b.id not in before], "withdrawn": [_withdrawn(b) for b in every if not b.standing and b.id in before],
                   "corrected": [one for one in pipeline.corrected(home, lang=lang) if max(one["at"], one["retracted_at"] or "") > line.at]},
        "versions": versions.changed(line.record["versions"], asked.id),
        "differences": differences(home, line, engine, asked, where, lang),
    }


def _withdrawn(batch: Batch) -> Row:
    return {**_batch(batch), "withdrawn_at": batch.withdrawn_at, "withdrawn_by": batch.withdrawn_by, "reason": batch.reason}


def differences(home: Path, line: Issue, engine: Engine, asked: Metric, where: Mapping[str, str], lang: str = "zh") -> list[Row]:
    """Return the cases of one KPI that differ from those frozen with a close, by key; `engine` is today's data at the moment of the close."""
    def within(rows: list[Row]) -> dict[str, Row]:
        return {row["key"]: row for row in rows if all(row[name] == value for name, value in where.items())}

    was = within(freeze.read(home, line.record["files"]["cases"], metric=asked.id))
    now = within(freeze.cases(engine, line.month, [asked]))
    found = []
    for key in sorted({*was, *now}):
        a, b = was.get(key), now.get(key)
        if a and b and all(same(a[name], b[name]) if name in ("value", "low", "high") else a[name] == b[name] for name in CASE):
            continue
        found.append({"key": key, "app_id": (a or b)["app_id"], "what": "changed" if a and b else "vanished" if a else "appeared", "was": _case(a, lang), "is": _case(b, lang),
                      "month_now": None if b else _month_now(engine, asked, key)})
    rows = _Rows(home, line, engine, asked, [row for row in (*was.values(), *now.values()) if row["key"] in {f["key"] for f in found}])
    return [{**one, "key": shown_key(asked.table, one["app_id"] if asked.table == "application" and one["app_id"] else one["key"]), "rows": rows.changed(one["key"], one["app_id"], lang)} for one in found]


def _case(row: Row | None, lang: str) -> Row | None:
    return {**{name: row[name] for name in (*CASE, "batch", "file", "sheet", "row")}, "reason": _reason(row["reason"], lang)} if row else None


def _reason(code: str, lang: str) -> str:
    try:
        return word(f"metrics.reason.{code}", lang)
    except KeyError:
        # a reason of former rules has lost its words
        return code


def _month_now(engine: Engine, asked: Metric, key: str) -> str | None:
    """Return in which month a case stands today that left the one it was reported in; a snapshot's cases stand in many."""
    if asked.snapshot:
        return None
    return engine.rows(f"select max(month) as month from {asked.fact} as f where f.key = ? and ({asked.where})", [key])[0]["month"]


class _Rows:
    """Rows of the ledgers behind cases, as frozen with a close and as they stand today."""

    def __init__(self, home: Path, line: Issue, engine: Engine, asked: Metric, of: list[Row]) -> None:
        self._asked = asked
        self._now = freeze.rows(engine, of)
        keys, apps = {row["key"] for row in of}, {row["app_id"] for row in of if row["app_id"]}
        self._was = [row for row in freeze.read(home, line.record["files"]["rows"]) if row["key"] in keys or row["app_id"] in apps] if of else []

    def changed(self, key: str, app_id: str | None, lang: str) -> list[Row]:
        """Return the rows behind one case that differ: changed fields, rows that came, rows that are gone."""
        was, now = self._of(self._was, key, app_id), self._of(self._now, key, app_id)
        found = []
        for at in sorted({*was, *now}):
            a, b = was.get(at), now.get(at)
            fields = told.differing(at[0], a and a["told"], b and b["told"], lang)
            if fields:
                place = b or a
                found.append({"table": at[0], "key": shown_key(*at), "what": "changed" if a and b else "gone" if a else "came", **{name: place[name] for name in ("batch", "file", "sheet", "row")}, "fields": fields})
        return found

    def _of(self, rows: list[Row], key: str, app_id: str | None) -> dict[tuple[str, str], Row]:
        tables = {"application", *(name for name in self._asked.sources if name in OF_APPLICATION)} if app_id else set()
        return {(row["table"], row["key"]): row for row in rows if (row["table"] == self._asked.table and row["key"] == key) or (row["app_id"] == app_id and row["table"] in tables)}
