"""What is written as unknown is not filled in: of a project, and of the archive of an application."""

from __future__ import annotations

from tests.oracle.service import UNDECIDED
from tests.quality.ledgers import made

KNOWN = "示例"
PROJECT = {"name": "has_name", "contact_name": "has_contact", "location": "has_location", "progress": "has_progress", "gov_lead": "has_lead"}
ARCHIVE = ("customer_name", "uscc", "address", "contact_name", "meter")


def test_words_for_unknown_fill_nothing_in():
    words = [*UNDECIDED, KNOWN]
    rows = {
        "project": [{"project_id": word, "first_known_at": "2024-05-06", **dict.fromkeys(PROJECT, word)} for word in words],
        "application": [{"app_id": word, "applied_at": "2024-05-06", "gas_on_at": "2024-05-07 10:00", **dict.fromkeys(ARCHIVE, word)} for word in words],
    }
    with made(rows, "2024-06-01", rules=(), whole=True) as engine:
        projects = {row["key"]: sum(row[name] for name in PROJECT.values()) for row in engine.rows("select * from fact_project")}
        archives = {row["key"]: row["archive_n"] for row in engine.rows("select key, archive_n from app")}
    assert projects == {word: len(PROJECT) if word == KNOWN else 0 for word in words}
    assert archives == {word: len(ARCHIVE) if word == KNOWN else 0 for word in words}
