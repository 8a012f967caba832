"""A value of a ledger's cell in words: as precise as it was recorded, what names persons hidden."""

from __future__ import annotations

from kpi.exports import masks
from kpi.exports.fields import Field
from kpi.exports.tables import BY_NAME
from kpi.quality.findings import shown_value
from kpi.words import MISSING, word


def said(table: str, name: str, value: str | None, precision: str | None, lang: str) -> str:
    """Return a value (as text, a time with its precision) of a column in words, — for none."""
    field: Field = BY_NAME[table].by_name[name]
    if value is None:
        return MISSING
    if field.kind == "time":
        value = f"{value.replace(' ', 'T')}|{precision}"
    elif field.kind == "yesno":
        return word(f"exports.blank_kept.{value}", lang)
    elif field.kind == "number":
        return f"{float(value):g}"
    return masks.shown(shown_value(table, name, value, lang), field)
