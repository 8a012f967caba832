"""The rows behind a figure of 台账质量: file, sheet, row, and what is the matter with it."""

from __future__ import annotations

import json
from typing import Any

from kpi.engine import Engine
from kpi.exports.fields import Field
from kpi.exports.tables import BY_NAME
from kpi.problems import UsageProblem
from kpi.quality.figures import MEASURES
from kpi.quality.findings import column, conditions, findings, shown_key, title
from kpi.quality.ledger import NEEDED, TIMED, needed
from kpi.quality.place import placed
from kpi.quality.told import CONFLICTS
from kpi.words import word
from kpi.words.moments import recorded


def rows_behind(
    engine: Engine,
    measure: str,
    *,
    table: str | None = None,
    grid: str | None = None,
    field: str | None = None,
    code: str | None = None,
    month: str | None = None,
    start: str | None = None,
    end: str | None = None,
    limit: int | None = 200,
    lang: str = "zh",
) -> list[dict[str, Any]]:
    """Return the rows behind a measure, one entry for each cell in question; completeness and precision are asked of one table."""
    if measure not in MEASURES:
        raise UsageProblem(f"没有“{measure}”这一项。", f"No measure '{measure}'.")
    asked = {"grid": grid, "month": month, "start": start, "end": end}
    if measure in ("completeness", "precision"):
        if table not in BY_NAME:
            raise UsageProblem("请先选定一种台账。", "Choose one table first.")
        return _cells(engine, measure, table, field, asked, limit, lang)
    if measure in ("findings", "conflicts"):
        asked_of = CONFLICTS if measure == "conflicts" else (code,)
        told = [row for one in asked_of for row in findings(engine, table=table, code=one, severity="warning", limit=None, lang=lang, **asked)]
        kept = [row for row in told if (measure == "conflicts") == (row["code"] in CONFLICTS) and field in (None, row["field"])]
        wanted = ("table", "table_name", "key", "file", "sheet", "row", "field", "column", "value", "reason", "remedy", "grid", "month")
        return [{name: row["args"].get("submitter", "") if measure == "conflicts" and name == "value" else row[name] for name in wanted} for row in kept[:limit]]
    return _heard(engine, "error" if measure == "rejects" else "warning", table, field, code, asked, limit, lang)


def _cells(engine: Engine, measure: str, table: str, field: str | None, asked: dict[str, str | None], limit: int | None, lang: str) -> list[dict[str, Any]]:
    """Blank cells that a figure needs, or dates written without a time of day."""
    about = BY_NAME[table]
    known = [name for name in (NEEDED[table] if measure == "completeness" else TIMED.get(table, ())) if field in (None, name)]
    if measure == "precision" and field and field not in known and field in about.by_name and about.by_name[field].kind == "time":
        known = [field]
    where, values = conditions("p", **asked)
    found: list[dict[str, Any]] = []
    for name in known:
        if limit is not None and len(found) >= limit:
            break
        test = f"({needed(table, name)}) and t.{name} is null" if measure == "completeness" else f"t.{name} is not null and t.{name}_p not in ('moment', 'slot')"
        more = "" if measure == "completeness" else f", t.{name} as at, t.{name}_p as precision"
        rows = engine.rows(
            f"select p.* from ({placed(about, f'({test}) as asked{more}')}) as p where p.asked and {where} order by p.file, p.sheet, p.row"
            + ("" if limit is None else f" limit {int(limit) - len(found)}"),
            values,
        )
        found += [_entry(about.name, about.by_name[name], row, measure, lang) for row in rows]
    return found


def _entry(table: str, f: Field, row: dict[str, Any], measure: str, lang: str) -> dict[str, Any]:
    header = column(table, f.name, lang)
    value = recorded(row["at"], row["precision"], lang) if measure == "precision" else ""
    return {
        "table": table, "table_name": title(table, lang), "key": shown_key(table, row["key"]), "file": row["file"], "sheet": row["sheet"], "row": row["row"],
        "field": f.name, "column": header, "value": value, "reason": word(f"quality.cell.{measure}.reason", lang, column=header, value=value),
        "remedy": word(f"quality.cell.{measure}.remedy", lang, column=header), "grid": row["grid"], "month": row["month"],
    }


def _heard(
    engine: Engine, severity: str, table: str | None, field: str | None, code: str | None, asked: dict[str, str | None], limit: int | None, lang: str
) -> list[dict[str, Any]]:
    """What the reader said of rows and cells."""
    where, values = conditions("h", table=table, field=field, code=code, severity=severity, **asked)
    rows = engine.rows(
        f"select h.* from heard as h where {where} order by h.table_name, h.file, h.sheet, h.row, h.column_name, h.code" + ("" if limit is None else f" limit {int(limit)}"), values
    )
    found = []
    for row in rows:
        name = row["table_name"]
        reason, remedy = _told(row, lang)
        # a sheet that was not recognised belongs to no table
        header = row["column_name"] or (column(name, row["field"], lang) if name else None)
        found.append({
            "table": name, "table_name": title(name, lang) if name else None, "key": shown_key(name, row["key"]) if name else None, "file": row["file"], "sheet": row["sheet"],
            "row": row["row"], "field": row["field"], "column": header, "value": row["value"], "reason": reason, "remedy": remedy, "grid": row["grid"], "month": row["month"],
        })
    return found


def _told(row: dict[str, Any], lang: str) -> tuple[str, str]:
    """Words of a code of the reader."""
    values = json.loads(row["args"]) if row["args"] else {}
    return word(f"exports.{row['code']}.reason", lang, **values), word(f"exports.{row['code']}.remedy", lang, **values)
