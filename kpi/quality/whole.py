"""Figures of the population: how many there should be, how many there are, how many are not; by check, grid or month, and the rows behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpi.engine import Engine
from kpi.problems import UsageProblem, did_you_mean
from kpi.quality.findings import column, conditions, shown_key, shown_value, title
from kpi.quality.wholeness import BY_CODE, CHECKS, Check
from kpi.words import word

BY = ("code", "grid", "month")


def population(
    engine: Engine, *, by: Sequence[str] = ("code",), code: str | None = None, grid: str | None = None, month: str | None = None, start: str | None = None, end: str | None = None, lang: str = "zh"
) -> list[dict[str, Any]]:
    """Return by check, grid or month {code, kind, label, total (should be, or looked at), kept, flagged (not there, or standing out)}; of checks whose columns no ledger carries total is null.

    Without "code" among `by`, `code` is needed: numbers of different checks are never added up.
    """
    if not set(by) <= set(BY) or (code is None and "code" not in by):
        raise UsageProblem("请写明核对项。", "Name the check.")
    where, values = conditions("p", grid=grid, month=month, start=start, end=end)
    named = ", ".join(f"p.{name}" for name in by)
    rows = engine.rows(
        f"select {named}, sum(p.total) as total, sum(p.flagged) as flagged from population as p where {where}{' and p.code = ?' if code else ''} group by {named} order by {named}",
        [*values, *([check(code).code] if code else [])],
    )
    told = [row | {"total": int(row["total"]), "kept": int(row["total"] - row["flagged"]), "flagged": int(row["flagged"])} for row in rows]
    if tuple(by) != ("code",):
        return told
    known = {row["code"]: row for row in told}
    carried = {row["code"] for row in engine.rows("select distinct p.code from population as p")}
    nothing = {"total": 0, "kept": 0, "flagged": 0}
    return [
        {"code": c.code, "kind": c.kind, "label": c.label.of(lang), **{name: value for name, value in (known.get(c.code, nothing) if c.code in carried else dict.fromkeys(nothing)).items() if name != "code"}}
        for c in CHECKS if code in (None, c.code)
    ]


def check(code: str) -> Check:
    """Return a check by its code; raises UsageProblem for one that there is not."""
    if code not in BY_CODE:
        near = did_you_mean(code, BY_CODE)
        raise UsageProblem(f"没有“{code}”这项核对" + (f"，是不是 {near}？" if near else "。"), f"No check '{code}'" + (f"; did you mean {near}?" if near else "."))
    return BY_CODE[code]


def astray(
    engine: Engine, code: str, *, grid: str | None = None, month: str | None = None, start: str | None = None, end: str | None = None, limit: int | None = 200, lang: str = "zh"
) -> list[dict[str, Any]]:
    """Return the rows behind what a check flags: table, table_name, key, file, sheet, row, field, column, value, times, reason, remedy, grid, month; keys and names are masked."""
    words = check(code).words
    where, values = conditions("a", grid=grid, month=month, start=start, end=end)
    rows = engine.rows(f"select a.* from astray as a where a.code = ? and {where} order by a.month nulls last, a.grid, a.file, a.sheet, a.row, a.key" + ("" if limit is None else f" limit {int(limit)}"), [code, *values])
    found = []
    for row in rows:
        name = row["table_name"]
        header, value = column(name, row["field"], lang), shown_value(name, row["field"], row["value"], lang)
        about = {"column": header, "value": value, "times": row["times"]}
        found.append({
            "table": name, "table_name": title(name, lang), "key": shown_key(name, row["key"]), "file": row["file"], "sheet": row["sheet"], "row": row["row"], "field": row["field"], "column": header,
            "value": value, "times": row["times"], "reason": word(f"population.{words}.reason", lang, **about), "remedy": word(f"population.{words}.remedy", lang), "grid": row["grid"], "month": row["month"],
        })
    return found
