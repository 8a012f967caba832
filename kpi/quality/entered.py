"""What the rules found on the rows of one batch: for the person who brings it in."""

from __future__ import annotations

from typing import Any

from kpi.engine import Engine
from kpi.exports.tables import TABLES
from kpi.quality.findings import explain, shown_key, shown_value


def findings_of(engine: Engine, batch: int, lang: str = "zh") -> list[dict[str, Any]]:
    """Return the findings across rows and tables whose row was last told by this batch, in words; personal data is hidden."""
    told = " union all ".join(f"select '{table.name}' as table_name, _key as key from {table.name} where _batch = ?" for table in TABLES)
    rows = engine.rows(
        f"select f.* from finding as f join ({told}) as t on t.table_name = f.table_name and t.key = f.key order by f.file, f.sheet, f.row, f.code, f.field", [batch] * len(TABLES)
    )
    found = []
    for row in rows:
        reason, remedy = explain(row, lang)
        table = row["table_name"]
        kept = {name: row[name] for name in ("severity", "code", "sheet", "row", "field")}
        value = shown_value(table, row["field"], row["value"], lang)
        found.append({**kept, "table": table, "key": shown_key(table, row["key"]), "value": value, "reason": reason, "remedy": remedy})
    return found
