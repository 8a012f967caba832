"""Corrections (更正) of single values as the journal keeps them: each stands until it is taken back, none is ever changed."""

from __future__ import annotations

from kpi.store.entries import Corrected, Retracted
from kpi.store.journal import Journal


def made(journal: Journal) -> list[tuple[Corrected, Retracted | None]]:
    """Return every correction ever made, oldest first, each with what took it back."""
    back = {line.corrected: line for line in journal.entries(Retracted)}
    return [(line, back.get(line.id)) for line in journal.entries(Corrected)]


def in_force(journal: Journal) -> list[Corrected]:
    """Return the corrections that nobody has taken back, oldest first; of several of one cell the last stands."""
    return [line for line, back in made(journal) if back is None]
