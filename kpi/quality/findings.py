"""What the rules found, in words: lists for a page, sums for its head."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from kpi.engine import Engine
from kpi.exports.fields import Table
from kpi.exports.tables import BY_NAME
from kpi.problems import UsageProblem
from kpi.quality.registry import BY_CODE, RULES
from kpi.words import masking, word
from kpi.words.moments import recorded

SEVERITY = "case f.severity when 'error' then 0 when 'warning' then 1 else 2 end"


_BARE = re.compile(r"[0-9A-Za-z._/-]*")

WORDS = frozenset(("status", "item", "why"))
NUMBERS = frozenset(("near", "other", "range"))
"""Arguments that repeat what somebody wrote: words, or a number of the ledger's own."""


def _hidden(text: str) -> str:
    """Return a number of the ledger without those of persons that stand among words in it; a bare number is its own."""
    return text if _BARE.fullmatch(text) else masking.scrub(text)


def title(table: str, lang: str = "zh") -> str:
    """Return the title of a table."""
    return BY_NAME[table].en if lang == "en" else BY_NAME[table].zh


def column(table: str, field: str | None, lang: str = "zh") -> str | None:
    """Return the usual header of a column; in English with our own name of it."""
    if not field or field not in BY_NAME[table].by_name:
        return None
    f = BY_NAME[table].by_name[field]
    return f"{f.zh} ({f.name})" if lang == "en" else f.zh


def shown_key(table: str, key: str | None) -> str | None:
    """Return a key as it may be shown: names inside a key made of names are hidden."""
    if not key or not key.startswith("~"):
        return _hidden(key) if key else key
    about: Table = BY_NAME[table]
    parts = key[1:].split("|")
    kinds = [about.by_name[name].kind for name in about.fallback]
    if len(parts) != len(kinds):
        return masking.firm(key[1:])
    return "|".join(masking.firm(part) if kind in ("name", "phone", "free") else part for part, kind in zip(parts, kinds, strict=True))


def _argument(name: str, value: Any, lang: str, table: str) -> Any:
    """Return an argument as words show it."""
    if isinstance(value, str) and name in WORDS:
        return masking.scrub(value)
    return _hidden(value) if isinstance(value, str) and name in NUMBERS else _written(value, lang, table)


def _written(value: Any, lang: str, table: str) -> Any:
    """Return an argument in words: a recorded time, a column, an amount; anything else as it is."""
    if isinstance(value, str) and value[10:11] == "T" and "|" in value:
        at, _, precision = value.partition("|")
        return recorded(datetime.fromisoformat(at), precision, lang)
    if isinstance(value, str) and value in BY_NAME[table].by_name:
        return column(table, value, lang)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return value


def explain(row: Mapping[str, Any], lang: str = "zh") -> tuple[str, str]:
    """Return (reason, remedy) of a row of `finding`; where more is known (what was meant, what is usual, how many more), the words that say so."""
    table = row.get("table_name") if row.get("table_name") in BY_NAME else row["table"]
    args = row.get("args") or {}
    told = json.loads(args) if isinstance(args, str) else dict(args)
    values = {name: _argument(name, value, lang, table) for name, value in told.items()}
    values |= {"value": shown_value(table, row.get("field"), row.get("value"), lang), "column": column(table, row.get("field"), lang) or "", "table": title(table, lang)}
    if told.get("kind"):
        values["kind"] = word(f"quality.kind.{told['kind']}", lang)
    known = any(told.get(name) is not None for name in ("near", "usual", "more"))
    reason, remedy = (_closest(f"quality.{row['code']}.{part}", known, lang, values) for part in ("reason", "remedy"))
    return reason, remedy


def shown_value(table: str, field: str | None, value: str | None, lang: str = "zh") -> str:
    """Return the value of a finding as a person writes it: amounts and times in plain words, numbers of persons hidden."""
    kind = BY_NAME[table].by_name[field].kind if field in BY_NAME[table].by_name else ""
    if kind == "yuan" and value:
        try:
            return _written(float(value), lang, table)
        except ValueError:
            return value
    if kind in ("text", "free"):
        return masking.scrub(value)
    if kind == "id":
        return _hidden(value or "")
    return _written(value, lang, table) if kind == "time" and value else value or ""


def _closest(key: str, known: bool, lang: str, values: dict[str, Any]) -> str:
    if known:
        try:
            return word(f"{key}_near", lang, **values)
        except KeyError:
            pass
    return word(key, lang, **values)


def conditions(alias: str, **asked: Any) -> tuple[str, list[Any]]:
    """Return SQL and values of the filters given; `start` and `end` are months."""
    found, values = ["true"], []
    for name, value in asked.items():
        if value is None:
            continue
        if name in ("start", "end"):
            found.append(f"{alias}.month {'>=' if name == 'start' else '<='} ?")
        else:
            found.append(f"{alias}.{'table_name' if name == 'table' else name} = ?")
        values.append(value)
    if asked.get("table") is not None and asked["table"] not in BY_NAME:
        raise UsageProblem(f"没有“{asked['table']}”这种台账。", f"No table '{asked['table']}'.")
    return " and ".join(found), values


def findings(
    engine: Engine,
    *,
    grid: str | None = None,
    table: str | None = None,
    code: str | None = None,
    month: str | None = None,
    start: str | None = None,
    end: str | None = None,
    severity: str | None = None,
    files: Collection[str] | None = None,
    limit: int | None = 200,
    lang: str = "zh",
) -> list[dict[str, Any]]:
    """Return what the rules found, warnings first, in words; personal data is hidden. `files` keeps what points into these files."""
    where, values = conditions("f", grid=grid, table=table, code=code, month=month, start=start, end=end, severity=severity)
    if files is not None:
        where += f" and f.file in ({', '.join('?' for _ in files) or 'null'})"
        values += list(files)
    rows = engine.rows(
        f"select f.* from finding as f where {where} order by {SEVERITY}, f.table_name, f.code, f.file, f.sheet, f.row, f.field, f.args" + (f" limit {int(limit)}" if limit is not None else ""), values
    )
    found = []
    for row in rows:
        reason, remedy = explain(row, lang)
        name = row["table_name"]
        found.append({
            "severity": row["severity"], "level": "row", "code": row["code"], "label": BY_CODE[row["code"], name].label.of(lang), "table": name, "table_name": title(name, lang),
            "file": row["file"], "sheet": row["sheet"], "row": row["row"], "column": column(name, row["field"], lang), "letter": None, "field": row["field"],
            "key": shown_key(name, row["key"]), "value": shown_value(name, row["field"], row["value"], lang), "reason": reason, "remedy": remedy,
            "grid": row["grid"], "month": row["month"], "args": json.loads(row["args"]),
        })
    return found


def summary(
    engine: Engine, *, grid: str | None = None, table: str | None = None, month: str | None = None, start: str | None = None, end: str | None = None, lang: str = "zh"
) -> list[dict[str, Any]]:
    """Return how often each rule spoke, the most severe and most frequent first."""
    where, values = conditions("f", grid=grid, table=table, month=month, start=start, end=end)
    rows = engine.rows(
        "select f.severity, f.code, f.table_name, count(*) as n, count(distinct f.grid) as grids, min(f.month) as first_month, max(f.month) as last_month from finding as f"
        f" where {where} group by f.severity, f.code, f.table_name order by {SEVERITY}, n desc, f.code, f.table_name",
        values,
    )
    return [
        {"severity": row["severity"], "code": row["code"], "label": BY_CODE[row["code"], row["table_name"]].label.of(lang), "table": row["table_name"],
         "table_name": title(row["table_name"], lang), "n": row["n"], "grids": row["grids"], "first_month": row["first_month"], "last_month": row["last_month"]}
        for row in rows
    ]


def rules(lang: str = "zh") -> list[dict[str, str]]:
    """Return every rule, also those that found nothing."""
    return [
        {"code": rule.code, "severity": rule.severity, "table": rule.table, "table_name": title(rule.table, lang), "label": rule.label.of(lang)} for rule in RULES
    ]
