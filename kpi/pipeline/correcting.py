"""Corrections (更正): one value of one row put right by a person, with reason and evidence, and taken back; the figures follow at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi import store
from kpi.exports import reader
from kpi.exports.clock import Clock
from kpi.exports.fields import Field, Table, normal
from kpi.exports.outcome import Noted, Reject
from kpi.exports.parsers import parser
from kpi.exports.tables import BY_NAME
from kpi.pipeline.cells import said
from kpi.pipeline.entering import made_of, thin
from kpi.pipeline.opening import current
from kpi.pipeline.opening import reader as opened
from kpi.problems import DataProblem, UsageProblem, did_you_mean
from kpi.quality.findings import shown_key
from kpi.store import corrections, disk, entering
from kpi.store.entries import Corrected, Retracted
from kpi.store.journal import Journal
from kpi.warehouse.standing import GRID_WORDS
from kpi.words import masking

LONGEST = 300
"""Signs of a reason or of what the evidence is."""

Row = dict[str, Any]


def table_named(text: str) -> Table:
    """Return a table by name, code or title; raises UsageProblem for none."""
    found = next((t for t in BY_NAME.values() if text.strip().lower() in (t.name, t.code.lower(), t.zh, t.en.lower())), None)
    if found is None:
        near = did_you_mean(text, BY_NAME)
        raise UsageProblem(f"没有“{text}”这种台账（{'、'.join(t.zh for t in BY_NAME.values())}）。", f"No table '{text}' ({', '.join(BY_NAME)})." + (f" Did you mean '{near}'?" if near else ""))
    return found


def correctable(table: Table) -> list[Field]:
    """Return the columns of a table that may be corrected: all but those that tell its rows apart."""
    return [f for f in table.fields if f.name not in (*table.key, *table.fallback)]


def _field(table: Table, text: str) -> Field:
    if not text:
        raise UsageProblem("请选择要更正哪一项。", "Choose which column is to be corrected.")
    found = table.by_name.get(text) or table.by_header.get(normal(text))
    if found is None:
        near = did_you_mean(text, table.by_name)
        raise UsageProblem(f"{table.zh}没有“{text}”这一列。", f"No column '{text}' in {table.en}." + (f" Did you mean '{near}'?" if near else ""))
    if found not in correctable(table):
        raise UsageProblem(f"“{found.zh}”用来辨认这一行，不能更正；请撤销该批次，改好台账再导入。", f"'{found.name}' tells rows apart and cannot be corrected: undo the batch and load the ledger put right.")
    return found


def _typed(table: Table, field: Field, text: str | None) -> list[str | None]:
    """Return a value as typed by a person as the texts of its columns; raises DataProblem where it cannot be read."""
    if text is None:
        if any(field.name in group for group in table.required):
            raise UsageProblem(f"“{field.zh}”是必填项，不能清空。", f"'{field.name}' is required and cannot be cleared.")
        return [None] * len(field.columns)
    value = parser(field, table=table.name, unit="元")(text)
    value = value.value if isinstance(value, Noted) else value
    if isinstance(value, Clock):
        value = Reject("time_without_date")
    if isinstance(value, Reject) and value.code == "date_no_year":
        raise DataProblem(f"“{text}”不能用作{field.zh}：请写全年、月、日。", f"'{text}' is no {field.name}: write year, month and day.")
    if isinstance(value, Reject):
        (zh, zh_how), (en, en_how) = (reader.explain({"code": value.code, "args": value.args}, lang) for lang in ("zh", "en"))
        raise DataProblem(f"“{text}”不能用作{field.zh}：{zh}；{zh_how}。", f"'{text}' is no {field.name}: {en}; {en_how}.")
    if value is None:
        raise UsageProblem(f"请填写{field.zh}；要清空这一项请另行写明。", f"Give the {field.name}; to empty the cell say so.")
    if field.kind == "time":
        return [value.start.isoformat(sep=" "), value.end.isoformat(sep=" "), value.precision]
    if field.name in GRID_WORDS:
        value = str(value).replace("（", "(").replace("）", ")").replace(" ", "")
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _standing(home: Path, table: Table, key: str, field: Field) -> tuple[str, list[str | None]]:
    """Return (key, value that stands as texts) of a row by its key or its own number; raises UsageProblem where there is none."""
    columns = ", ".join(f"cast({name} as varchar) as v{place}" for place, (name, _) in enumerate(field.columns))
    own = f" or {table.key[0]} = ?" if len(table.key) == 1 else ""
    rows = opened(home).rows(f"select _key, {columns} from {table.name} where _key = ?{own}", [key] * (2 if own else 1))
    if not rows:
        raise UsageProblem(f"{table.zh}里没有编号 {key}。", f"No row {key} in {table.en}.")
    return rows[0]["_key"], [rows[0][f"v{place}"] for place in range(len(field.columns))]


def _asked(table: str, field: str, value: str | None, reason: str, evidence: str) -> tuple[Table, Field, list[str | None], dict[str, str]]:
    asked = table_named(table)
    column = _field(asked, field)
    new = _typed(asked, column, value)
    return asked, column, new, {"reason": entering.text(reason, "更正原因", "why it is corrected", LONGEST), "evidence": entering.text(evidence, "凭据", "the evidence", LONGEST)}


def _changed(home: Path, table: Table, key: str, field: Field, new: list[str | None]) -> tuple[str, list[str | None]]:
    """Return (key, value that stands) of a row; raises UsageProblem where the new value stands already."""
    at, old = _standing(home, table, key.strip(), field)
    if _same(field, old, new):
        raise UsageProblem(f"{field.zh}现在就是这个值，不必更正。", f"The {field.name} reads so already; there is nothing to correct.")
    return at, old


def correction(table: str, key: str, field: str, value: str | None, *, reason: str, evidence: str, home: Path | None = None, lang: str = "zh") -> tuple[str, str]:
    """Return (old, new) in words as `correct` would record them, without recording anything; raises what it raises."""
    asked, column, new, _ = _asked(table, field, value, reason, evidence)
    _, old = _changed(store.home(home), asked, key, column, new)
    return _said(asked, column, json.dumps(old), lang), _said(asked, column, json.dumps(new), lang)


def stands(table: str, key: str, field: str, home: Path | None = None, lang: str = "zh") -> str:
    """Return the value of a cell that stands, in words; raises UsageProblem where there is no such row."""
    asked = table_named(table)
    column = asked.by_name[field]
    return _said(asked, column, json.dumps(_standing(store.home(home), asked, key, column)[1]), lang)


@disk.told("这一条没有记下", "nothing was recorded")
def correct(table: str, key: str, field: str, value: str | None, *, reason: str, evidence: str, home: Path | None = None, who: str | None = None) -> Row:
    """Put one value of a standing row right and return the correction as `corrected` does; None empties the cell.

    Raises UsageProblem for a row, column or value that cannot be meant, where the value stands already, or without reason and evidence; DataProblem for a value that cannot be read.
    """
    home = store.home(home)
    asked, column, new, told = _asked(table, field, value, reason, evidence)
    # a build of another version of the program is made anew before the lock is taken
    current(home)
    with store.writing(home):
        journal = Journal(home)
        at, old = _changed(home, asked, key, column, new)
        every = journal.batches(withdrawn=True)
        number = 1 + max((line.id for line, _ in corrections.made(journal)), default=0)
        line = Corrected(
            id=number, table_name=asked.name, key=at, field=column.name, old=json.dumps(old, ensure_ascii=False), new=json.dumps(new, ensure_ascii=False), load=max(b.load for b in every),
            set_at=entering.now(), set_by=who or store.user(), **told,
        )
        _publish(home, journal, [*corrections.in_force(journal), line], line)
    return next(one for one in corrected(home) if one["number"] == number)


def _same(field: Field, old: list[str | None], new: list[str | None]) -> bool:
    if old[0] is None or new[0] is None:
        return old[0] is new[0]
    if field.kind == "time":
        return old == new
    return float(old[0]) == float(new[0]) if field.kind in ("yuan", "number", "count", "score") else old[0] == new[0]


def _publish(home: Path, journal: Journal, held: list[Corrected], entry: Corrected | Retracted) -> None:
    """Make the build of the corrections held current, and record what was done, in one transaction."""
    batches = journal.batches()
    build = made_of(home, journal, batches, held) if batches else None
    journal.publish([], build, datetime.now().replace(microsecond=0).isoformat(), entry=entry)
    if build:
        thin(home, journal, build[0])


def retraction(number: int, reason: str, home: Path | None = None) -> str:
    """Return why a correction is taken back in one line, without taking it back; raises UsageProblem without a reason, or for one that is not in force."""
    if number not in {line.id for line in corrections.in_force(Journal(store.home(home)))}:
        raise UsageProblem(f"没有在用的第 {number} 号更正。", f"No correction {number} is in force.")
    return entering.text(reason, "撤销原因", "why it is taken back", LONGEST)


@disk.told("本次没有改动任何内容", "nothing was changed")
def retract(number: int, reason: str, home: Path | None = None, who: str | None = None) -> Row:
    """Take a correction back, and return it as `corrected` does: the figures are as if it had never been made; raises UsageProblem for one that is not in force."""
    home = store.home(home)
    with store.writing(home):
        why, journal = retraction(number, reason, home), Journal(home)
        held = corrections.in_force(journal)
        _publish(home, journal, [line for line in held if line.id != number], Retracted(corrected=number, reason=why, set_at=entering.now(), set_by=who or store.user()))
    return next(one for one in corrected(home) if one["number"] == number)


def corrected(home: Path | None = None, *, lang: str = "zh", rows: Iterable[tuple[str, str]] | None = None) -> list[Row]:
    """Return every correction ever made, newest first (docs/commands.md), personal data masked; `rows` keeps those of these (table, key)."""
    wanted = None if rows is None else set(rows)
    lines = corrections.made(Journal(store.home(home)))
    last = {(line.table_name, line.key, line.field): line.id for line, back in lines if back is None}
    found = []
    for line, back in reversed(lines):
        about = BY_NAME[line.table_name]
        if wanted is not None and (about.name, line.key) not in wanted:
            continue
        field = about.by_name[line.field]
        state = "retracted" if back else "standing" if last[about.name, line.key, line.field] == line.id else "replaced"
        found.append({
            "number": line.id, "table": about.name, "table_name": about.en if lang == "en" else about.zh, "key": shown_key(about.name, line.key), "field": field.name,
            "column": field.name.replace("_", " ") if lang == "en" else field.zh, "old": _said(about, field, line.old, lang), "new": _said(about, field, line.new, lang),
            "reason": masking.scrub(line.reason), "evidence": masking.scrub(line.evidence), "at": line.set_at, "by": line.set_by, "state": state,
            "retracted_at": back and back.set_at, "retracted_by": back and back.set_by, "retracted_why": back and masking.scrub(back.reason),
        })
    return found


def _said(table: Table, field: Field, told: str, lang: str) -> str:
    value, *more = json.loads(told)
    return said(table.name, field.name, value, more[-1] if more else None, lang)
