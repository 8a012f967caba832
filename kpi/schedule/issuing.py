"""Issuing a month with everything that its reports say: kept with the close in every language, and read again for the reports of the issued month."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpi import closing, store
from kpi.closing.issuing import PAPERS
from kpi.engine import Engine, RememberingEngine
from kpi.problems import StoreProblem
from kpi.reports import kinds, stored
from kpi.reports.kinds import Asked
from kpi.store import actions, archive
from kpi.store.issues import Issue, Reported
from kpi.words import LANGUAGES

FORMAT = 1
"""Version of what is kept; a file of a later one is not guessed at."""


def close(month: str, home: Path | None = None, *, note: str = "", anyway: bool = False, who: str | None = None, build: str | None = None) -> Issue:
    """Issue a month as `closing.close` does, and keep all that its reports say with it."""
    home = store.home(home)
    return closing.close(month, home, note=note, anyway=anyway, who=who, build=build, papers=lambda reported, engine: papers(reported, engine, home))


def papers(reported: Reported, engine: Engine, home: Path) -> dict[str, bytes]:
    """Return what every report of a month says, as a file for each language; `engine` is the build it is issued with."""
    line, once = reported.line, RememberingEngine(engine)
    closes = [{"month": line.month, "version": line.version, "at": line.at}]
    about = {"engine": once, "month": line.month, "reported": reported, "actions": actions.actions(home), "assessed": line.record["assessed"], "closes": closes, "comment": reported.comment}
    return {lang: stored.packed({"format": FORMAT, **kinds.contents(Asked(lang=lang, **about))}) for lang in LANGUAGES}


def kept(reported: Reported | None, lang: str, home: Path) -> Mapping[str, Any]:
    """Return what was kept with a close in a language, by kind of report; nothing where it kept figures alone. Raises StoreProblem for a file that is gone, damaged or of a later program."""
    sha = reported.papers.get(lang) if reported else None
    if sha is None:
        return {}
    found = stored.unpacked(archive.kept(home, sha, PAPERS).read_bytes())
    if found.pop("format") != FORMAT:
        raise StoreProblem("签发记录由更新的程序写成，请先更新本程序。", "What was issued was written by a later version of the program: update this one first.")
    return found
