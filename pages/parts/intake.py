"""Where a visitor stands in bringing ledgers: files chosen, a draft checked, entered, taken back; kept while other pages are read."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from kpi.exports.tables import BY_NAME
from kpi.pipeline import SUFFIXES
from kpi.problems import Problem
from kpi.words import word
from pages.parts import html, jobs, ledgers
from pages.parts.html import tag
from pages.parts.jobs import Job
from pages.parts.session import Progress

STEPS = ("choose", "mapping", "findings", "result")


@dataclass
class Intake:
    """The files chosen, the options given, the draft they became, what a person changed in its mapping, and what came of it.

    `turn` counts how often files were taken over: a fresh uploader lets the bytes of the last one go.
    """

    turn: int = 0
    folder: tempfile.TemporaryDirectory | None = None
    files: dict[Path, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=lambda: {"period": "", "cutoff": "", "submitter": "", "complete": False})
    draft: str | None = None
    wishes: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    sheet: tuple[str, int] | None = None
    whole: bool = False
    expected: dict[str, int] | None = None
    overtaken: bool = False
    report: dict[str, Any] | None = None
    undone: bool = False
    job: Job | None = None
    trouble: str | None = None


def said(lang: str, key: str, **values: Any) -> str:
    """Return words of this page."""
    return word(f"pages.upload.{key}", lang, **values)


def table_name(table: str, lang: str) -> str:
    """Return the name of a kind of ledger."""
    return BY_NAME[table].zh if lang == "zh" else BY_NAME[table].en


def here() -> Intake:
    """Return where this visitor stands; a reloaded page finds its draft again through the link."""
    if "intake" not in st.session_state:
        found = Intake()
        asked = st.query_params.get("draft", "")
        if re.fullmatch(r"[0-9a-f]{12}", asked):
            found.draft = asked
        st.session_state["intake"] = found
    return st.session_state["intake"]


def take(uploaded: list[Any], lang: str) -> None:
    """Put uploaded files into a folder of this visitor, which goes when the visit ends, and let go of them in memory."""
    intake = here()
    intake.trouble = None
    intake.turn += 1
    try:
        intake.folder = intake.folder or tempfile.TemporaryDirectory(prefix="kpi-upload-")
        for file in uploaded:
            suffix = Path(file.name).suffix.lower()
            path = Path(intake.folder.name) / f"{uuid.uuid4().hex}{suffix if suffix in SUFFIXES else ''}"
            path.write_bytes(file.getbuffer())
            intake.files[path] = file.name
    except OSError:
        # the name of the temporary folder is nobody's business
        intake.trouble = said(lang, "choose.not_kept")


def drop(path: Path) -> None:
    """Leave a chosen file out."""
    here().files.pop(path, None)
    path.unlink(missing_ok=True)


def restart() -> None:
    """Begin again with an empty table; a draft that was not entered is thrown away."""
    intake = here()
    if intake.draft and not intake.report:
        ledgers.discard(intake.draft)
    if intake.folder:
        intake.folder.cleanup()
    st.session_state["intake"] = Intake(turn=intake.turn + 1)
    st.query_params.pop("draft", None)


def begin(kind: str, work: Callable[[Progress], Any]) -> None:
    """Begin a piece of work unless one is under way already: a second click begins nothing."""
    intake = here()
    if intake.job is None:
        intake.trouble = None
        intake.job = Job(kind, work)


_MONTH = re.compile(r"(20\d\d)(?:[年./-](\d{1,2})月?|(\d\d)|年)?")
_DAY = re.compile(r"(20\d\d)(?:[年./-](\d{1,2})[月./-](\d{1,2})日?|(\d\d)(\d\d))")


def month(text: str) -> str | None:
    """Return a month or year as it may be typed (2024年5月, 2024.5, 202405, 2024) in the form of the reader; other texts as they are."""
    found = _MONTH.fullmatch("".join(text.split()))
    number = found and (found[2] or found[3])
    return f"{found[1]}-{int(number):02d}" if found and number else found[1] if found else text.strip() or None


def day(text: str) -> str | None:
    """Return a day as it may be typed (2024年5月31日, 2024.5.31, 20240531) as ISO; other texts as they are."""
    found = _DAY.fullmatch("".join(text.split()))
    return f"{found[1]}-{int(found[2] or found[4]):02d}-{int(found[3] or found[5]):02d}" if found else text.strip() or None


def check(lang: str) -> None:
    """Begin to check the chosen files."""
    intake = here()
    options = intake.options
    asked = {"period": month(options["period"]), "cutoff": day(options["cutoff"]), "submitter": options["submitter"].strip() or None, "complete": options["complete"]}
    files = dict(intake.files)
    begin("read", lambda progress: ledgers.check(files, lang, progress, **asked))


def recheck(lang: str) -> None:
    """Begin to check the draft again with the mapping as it was changed."""
    intake = here()
    id, wishes = intake.draft, {sha: {"sheets": {name: dict(wish) for name, wish in sheets.items()}} for sha, sheets in intake.wishes.items()}
    begin("recheck", lambda progress: ledgers.recheck(id, wishes, lang, progress))


def confirm(lang: str) -> None:
    """Begin to enter the draft."""
    intake = here()
    id, whole = intake.draft, intake.whole
    shown = opened(lang)
    if id and shown and not intake.report:
        intake.expected, intake.overtaken = dict(shown["counts"]), ledgers.overtaken(shown)
        begin("enter", lambda progress: ledgers.confirm(id, whole, lang, progress))


def settle(lang: str) -> None:
    """Wait for the work under way, if there is any, and go on with what came of it."""
    intake = here()
    job = intake.job
    if job is None:
        return
    steps(lang)
    jobs.alone(job, lang)
    intake.job = None
    intake.trouble = jobs.outcome(job, lang)
    if intake.trouble is None:
        if job.kind in ("read", "recheck"):
            intake.draft = job.result["draft"]
            st.query_params["draft"] = intake.draft
        elif job.kind == "enter":
            intake.report = job.result
            st.query_params.pop("draft", None)
        else:
            intake.undone = True
    # the menu was drawn before: its links belong to the figures before
    st.rerun()


def opened(lang: str) -> dict[str, Any] | None:
    """Return the draft as it is shown, None where there is none or it was entered; one that is gone is said and put away."""
    intake = here()
    if not intake.draft or intake.report:
        return None
    try:
        return ledgers.draft(intake.draft, lang)
    except Problem as problem:
        intake.draft, intake.trouble = None, problem.of(lang)
        st.query_params.pop("draft", None)
        return None


def steps(lang: str) -> None:
    """Show the steps, the one this visitor stands at marked."""
    intake = here()
    at = 3 if intake.report else 1 if intake.draft else 0
    marks = [tag("li", tag("b", str(place + 1)), said(lang, f"step.{name}"), cls="now" if place == at or (at == 1 and place == 2) else "past" if place < at else "") for place, name in enumerate(STEPS)]
    html.show(tag("ol", *marks, cls="steps"))
    if intake.trouble:
        html.show(tag("div", intake.trouble, cls="trouble", role="alert"))
