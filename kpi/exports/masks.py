"""Cell values as they may stand in a report: personal data hidden, long text cut."""

from __future__ import annotations

import re

from kpi.exports.fields import Field
from kpi.words import masking

LONGEST = 120


def shown(value: str, field: Field | None) -> str:
    """Return a value for a list of rejects: names and numbers of persons hidden, the rest as written, cut at 120 signs."""
    if field is None or not field.personal:
        return value[:LONGEST]
    # searching a cell of many thousand signs for numbers takes seconds; what is cut here is never shown
    value = value[: 8 * LONGEST]
    if field.kind == "phone":
        return re.sub(r"(?<=\d{3})\d(?=\d*)", "*", value)[:LONGEST] if re.search(r"\d{4}", value) else masking.person(value)
    if field.kind == "name":
        return masking.person(value) if len(value) <= 4 else masking.firm(value)
    return masking.scrub(value)[:LONGEST]
