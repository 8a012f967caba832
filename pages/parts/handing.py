"""What reports handed out by a page rest on besides the build, and the month's workbook."""

from __future__ import annotations

from pathlib import Path

from kpi import schedule
from kpi.reports.kinds import KINDS
from pages.parts.session import Source


def recorded(source: Source) -> str:
    """Return what changes with everything that people recorded beside the ledgers: closes, comments, actions, values assessed by, the template of reports."""
    stats = [path.stat() for name in ("journal.sqlite", schedule.FILE) if (path := Path(source.home) / name).exists()]
    return repr([(told.st_mtime_ns, told.st_size) for told in stats])


def workbook(source: Source, month: str, lang: str) -> bytes:
    """Return the month's workbook."""
    asked = schedule.asked(month, Path(source.home), lang=lang, as_of=None if source.as_of == source.latest else source.as_of, build=source.build)
    return next(iter(KINDS["workbook"](asked).values()))
