"""What a row of a ledger says, in words: fields by their usual header, times as precise as they were recorded, personal data masked."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from kpi.exports.fields import Field
from kpi.exports.tables import BY_NAME
from kpi.words import MISSING, masking
from kpi.words import format as written
from kpi.words.moments import recorded


def differing(table: str, was: str | None, now: str | None, lang: str = "zh") -> list[dict[str, str]]:
    """Return the fields in which two rows (JSON by column, None for no row) differ, as {field, label, was, is} in the order of the table."""
    old, new = (json.loads(text) if text else {} for text in (was, now))
    return [
        {"field": f.name, "label": f"{f.zh} ({f.name})" if lang == "en" else f.zh, "was": _words(f, old, lang), "is": _words(f, new, lang)}
        for f in BY_NAME[table].fields if [old.get(name) for name, _ in f.columns] != [new.get(name) for name, _ in f.columns]
    ]


def _words(f: Field, row: dict[str, Any], lang: str) -> str:
    value = row.get(f.name)
    if value is None:
        return MISSING
    if f.kind == "time":
        return recorded(datetime.fromisoformat(value), row.get(f"{f.name}_p"), lang)
    if f.kind == "name":
        return masking.person(value) if len(value) <= 4 else masking.firm(value)
    if f.kind == "phone":
        return "***"
    if f.kind == "free":
        return masking.scrub(value)
    if f.kind == "yuan":
        return written(value, "yuan", lang)
    if f.kind == "yesno":
        return ("yes" if value else "no") if lang == "en" else ("是" if value else "否")
    return str(value)
