"""What is personal in a store: every name, telephone and address that its ledgers hold."""

from __future__ import annotations

from kpi.engine import Engine

COLUMNS = {
    "application": "customer_name contact_name contact_phone address", "term": "manager_name phone", "appeal": "customer first_handler owner", "project": "name contact_name contact_phone gov_lead",
    "visit": "staff", "followup": "surveyor",
}


def personal(engine: Engine) -> set[str]:
    """Return texts of two signs and more that no report may show; a store that has hardly any proves nothing."""
    told = (engine.rows(f"select distinct {column} as v from {table} where {column} is not null") for table, columns in COLUMNS.items() for column in columns.split())
    found = {text for rows in told for row in rows if len(text := row["v"].strip()) >= 2}
    assert len(found) > 100
    return found


def standing(names: set[str], text: str) -> list[str]:
    """Return those names of four signs and more that stand anywhere in a text: looked for are only those whose every four signs in a row stand in it, for a text is long and names are many."""
    fours = {text[at : at + 4] for at in range(len(text) - 3)}
    return [name for name in names if len(name) >= 4 and all(name[at : at + 4] in fours for at in range(len(name) - 3)) and name in text]
