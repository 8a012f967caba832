"""Ledgers on their way in and out: checked, entered, withdrawn. These speak to the store at once; only what never changes is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from kpi import pipeline, store
from kpi.exports.limits import UPLOAD
from kpi.exports.tables import BY_NAME, TABLES
from kpi.problems import Problem
from kpi.store.journal import Journal
from pages.parts import session
from pages.parts.session import Progress


def check(files: Mapping[Path, str], lang: str, progress: Progress, **options: Any) -> dict[str, Any]:
    """Check uploaded files ({path: name its owner knows}) without entering anything and return the draft."""
    return pipeline.check(list(files), names=files, limits=UPLOAD, lang=lang, progress=progress, **options)


def recheck(id: str, mappings: Mapping[str, Any], lang: str, progress: Progress) -> dict[str, Any]:
    """Check the files of a draft again with columns as a person mapped them and return the draft that takes its place."""
    return pipeline.recheck(id, mappings=mappings, lang=lang, progress=progress)


@st.cache_resource(max_entries=3, show_spinner=False)
def _draft(home: str, id: str, lang: str) -> dict[str, Any]:
    return pipeline.draft(id, Path(home), lang)


def draft(id: str, lang: str) -> dict[str, Any]:
    """Return a draft in the words of `lang`, not to be changed; raises StoreProblem for one that is gone."""
    home = store.home()
    if not (home / "drafts" / id).exists():
        # kept in memory here, but confirmed or discarded by somebody: the store says so itself
        return pipeline.draft(id, home, lang)
    return _draft(str(home), id, lang)


@st.cache_data(max_entries=40, show_spinner=False)
def _preview(home: str, id: str, sha256: str, index: int) -> list[dict[str, Any]]:
    return pipeline.preview(id, sha256, index, Path(home))


def preview(id: str, sha256: str, index: int) -> list[dict[str, Any]]:
    """Return the first rows of a sheet, typed values beside the original texts; whoever shows them masks them."""
    return _preview(str(store.home()), id, sha256, index)


def overtaken(draft: Mapping[str, Any]) -> bool:
    """Whether somebody entered or withdrew something since the draft was checked."""
    current = Journal(store.home()).current()
    return (current[1] if current else None) != draft["base"]


def confirm(id: str, whole: bool, lang: str, progress: Progress) -> dict[str, Any]:
    """Enter a draft and return the report of the load."""
    return pipeline.confirm(id, whole=whole, lang=lang, progress=progress)


def discard(id: str) -> None:
    """Throw a draft away; one that is gone already is no problem."""
    try:
        pipeline.discard(id)
    except Problem:
        return


def undo(ids: Sequence[int], reason: str) -> dict[str, Any]:
    """Withdraw batches; the figures are those of the batches that still stand."""
    return pipeline.undo(list(ids), reason=reason)


def batches() -> list[dict[str, Any]]:
    """Return every batch ever entered, newest first."""
    return pipeline.batches()


def original(batch: int) -> bytes:
    """Return the file of a batch as it was handed in."""
    return pipeline.original(batch)[1].read_bytes()


def error_workbook(lang: str, **which: Any) -> bytes:
    """Return the user's own sheets with what is wrong marked, of a file of a draft (draft, sha256) or of a batch."""
    found = pipeline.error_workbook(lang=lang, **which)
    return found[1] if found else b""


def workbook_name(file: str, lang: str) -> str:
    """Return the name of the error workbook of a file."""
    from kpi.exports import marked

    return marked.named(file, lang)


@st.cache_data(max_entries=40, show_spinner=False)
def template(table: str, lang: str) -> bytes:
    """Return the empty template of a table."""
    from kpi.exports import template as templates

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        templates.write(path, BY_NAME[table], lang)
        return path.read_bytes()


def concerned(batches: Sequence[int]) -> list[str]:
    """Return the months that the rows of batches speak of, oldest first, none after the as-of moment."""
    found = session.source()
    if found is None or not batches:
        return []
    engine = session.engine(found)
    dated = [(table.name, name) for table in TABLES for name in {group[0] for group in table.required} | ({"gas_on_at"} & set(table.by_name)) if table.by_name[name].kind == "time"]
    numbers = ", ".join(str(int(id)) for id in batches)
    parts = [f"select distinct strftime({name}, '%Y-%m') as month from {table} where _batch in ({numbers}) and {name} < timestamp '{found.as_of}'" for table, name in dated]
    return sorted({row["month"] for row in engine.rows(" union ".join(parts))} & set(session.known(found)["months"]))


def vanished(batches: Sequence[int], most: int) -> list[dict[str, Any]]:
    """Return the rows that complete files (全量) no longer hold: table, key, and where the row stood."""
    found = session.source()
    if found is None or not batches:
        return []
    numbers = ", ".join(str(int(id)) for id in batches)
    return session.engine(found).rows(f"select table_name, key, file, sheet, row from vanished where batch in ({numbers}) order by table_name, file, sheet, row limit {int(most)}")
