"""Issuing a month, and taking that back: both are lines of the journal that stay; the figures go into the archive first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kpi import pipeline, store
from kpi.closing import compared, freeze, versions
from kpi.closing.checks import Ready, ready
from kpi.closing.restated import causes
from kpi.engine import Engine
from kpi.problems import StoreProblem, UsageProblem
from kpi.standards.folder import reference
from kpi.store import archive, comments, disk
from kpi.store.issues import Issue, Issues, Reported
from kpi.words import month_name

CHANGED = ("数据刚刚更新，请重新核对后再签发。", "The data has just changed: look again before issuing.")

PAPERS = ".json.gz"
"""What they are kept as."""

Papers = Callable[[Reported, Engine], Mapping[str, bytes]]
"""Returns all that the reports of a month say, as a file for each language, from the close they are kept with and the build it is made with."""


@disk.told("本次没有签发", "nothing was issued")
def close(
    month: str, home: Path | None = None, *, note: str = "", anyway: bool = False, who: str | None = None, build: str | None = None, papers: Papers | None = None
) -> Issue:
    """Issue a month: freeze its figures, cases and rows as the current build has them, and what they are compared with; the reference files, values assessed by and the comment
    beside them; all that its reports say, where `papers` tells it; and return the line of the journal.

    Raises UsageProblem where the month is not over, is issued already, or is incomplete and neither `anyway` nor a note says
    why it is issued all the same; StoreProblem where the data is no longer that of the `build` somebody looked at.
    """
    home = store.home(home)
    engine = pipeline.reader(home, build=build)
    journal = Issues(home)
    lines = _closable(journal, engine.build, _month(month))
    found = ready(engine, month)
    _refuse(found, anyway, note)
    cases = freeze.cases(engine, month)
    files = {name: freeze.parquet(rows, name) for name, rows in (("figures", freeze.figures(engine, month)), ("cases", cases), ("rows", freeze.rows(engine, cases)))}
    files["earlier"] = freeze.parquet(compared.figures(engine, month, home), "figures")
    said = comments.standing(month, home)
    version = max((line.version for line in lines), default=0) + 1
    record: dict[str, Any] = {
        "inputs": {"hash": journal.current()[1], "batches": [{"id": b.id, "file": b.file, "sha256": b.sha256, "reader": b.reader, "cutoff": b.cutoff} for b in journal.batches()]},
        "versions": versions.current(), "assessed": pipeline.assessed_in(month, home), "comment": said.words if said else "", "checks": found.told(),
    }
    line = Issue(id=0, month=month, version=version, act="close", at=store.moment(), by=who or store.user(), note=note.strip(), build=engine.build, as_of=engine.as_of.isoformat(), record=record)
    told = papers(_as_issued(line, files), engine) if papers else {}
    with store.writing(home):
        if _closable(journal, engine.build, month) != lines:
            raise StoreProblem(*CHANGED)
        record["files"] = {name: archive.keep(home, content, freeze.SUFFIX) for name, content in files.items()}
        record["papers"] = {lang: archive.keep(home, content, PAPERS) for lang, content in told.items()}
        record["reference"] = {path.name: archive.keep(home, path.read_bytes(), path.suffix) for path in sorted(reference().glob("*.csv"))}
        return journal.add(**{name: value for name, value in vars(line).items() if name != "id"})


def _as_issued(line: Issue, files: Mapping[str, bytes]) -> Reported:
    """Return a close as its reports will find it."""
    figures, cases, rows, earlier = (freeze.told(files[name]) for name in ("figures", "cases", "rows", "earlier"))
    return Reported(line=line, figures=figures, cases=cases, causes=causes(rows), earlier=compared.by_month(line.month, earlier), comment=line.record["comment"], corrected=False, corrections=())


def _closable(journal: Issues, build: str, month: str) -> list[Issue]:
    """Return the lines of a month that may be closed with this build."""
    current = journal.current()
    if current is None or current[0] != build:
        raise StoreProblem(*CHANGED)
    lines = journal.listed(month)
    if lines and lines[-1].act == "close":
        number = lines[-1].version
        raise UsageProblem(f"{month_name(month)}已签发（第{number}版），如需更正请先写明原因重新打开。", f"{month_name(month, 'en')} is issued (version {number}): open it again with a reason first.")
    return lines


def _refuse(found: Ready, anyway: bool, note: str) -> None:
    name, named = month_name(found.month), month_name(found.month, "en")
    if not found.over:
        raise UsageProblem(f"{name}尚未结束（按数据截至时间），不能签发。", f"{named} is not over by the moment of the data: it cannot be issued.")
    if found.complete:
        return
    zh = "；".join(text for text, n in (
        (f"{len(found.missing)}个网格未报（{'、'.join(found.missing)}）", found.missing), (f"退回{found.rejects}处", found.rejects), (f"台账冲突{found.conflicts}处", found.conflicts),
        (f"{len(found.provisional)}项指标涉及暂定日历", found.provisional)) if n)
    en = "; ".join(text for text, n in (
        (f"{len(found.missing)} grids have not reported ({', '.join(found.missing)})", found.missing), (f"{found.rejects} cells or rows returned", found.rejects),
        (f"{found.conflicts} conflicts", found.conflicts), (f"{len(found.provisional)} KPIs on a provisional calendar", found.provisional)) if n)
    if not anyway:
        raise UsageProblem(f"{name}还不完整：{zh}。仍要签发须加 --anyway 并用 --note 写明理由。", f"{named} is incomplete: {en}. To issue it all the same give --anyway and say why with --note.")
    if not note.strip():
        raise UsageProblem(f"{name}还不完整（{zh}），仍要签发须写明理由。", f"{named} is incomplete ({en}): say why it is issued all the same.")


@disk.told("本次没有改动任何内容", "nothing was changed")
def reopen(month: str, home: Path | None = None, *, reason: str, who: str | None = None) -> Issue:
    """Open an issued month again and return the line of the journal; the version that was issued is kept. Raises UsageProblem without a reason, or where the month is open."""
    home = store.home(home)
    if not reason.strip():
        raise UsageProblem("重新打开须写明原因。", "Opening a month again needs a reason.")
    with store.writing(home):
        journal = Issues(home)
        line = journal.standing(_month(month))
        if line is None:
            raise UsageProblem(f"{month_name(month)}没有签发，不需要重新打开。", f"{month_name(month, 'en')} is not issued; there is nothing to open.")
        return journal.add(month=month, version=line.version, act="reopen", at=store.moment(), by=who or store.user(), note=reason.strip(), build=line.build, as_of=line.as_of, record={})


def issued(month: str, home: Path | None = None, version: int | None = None) -> Issue | None:
    """Return the close of a month with this version, by default the latest, whether or not the month was opened again since; None where there is none."""
    closes = [line for line in history(month, home) if line.act == "close" and version in (None, line.version)]
    if version is not None and not closes:
        raise UsageProblem(f"{month_name(month)}没有签发过第{version}版。", f"{month_name(month, 'en')} was never issued as version {version}.")
    return closes[-1] if closes else None


def standing(month: str, home: Path | None = None) -> Issue | None:
    """Return the close in force for a month, None while it is open."""
    return Issues(store.home(home)).standing(month)


def history(month: str | None = None, home: Path | None = None) -> list[Issue]:
    """Return every close and reopening of a month, or of all, oldest first."""
    return Issues(store.home(home)).listed(month)


def told(line: Issue) -> dict[str, Any]:
    """Return a line of the journal in the shape of docs/commands.md."""
    checks, files = line.record.get("checks"), line.record.get("files")
    return {"month": line.month, "version": line.version, "act": line.act, "at": line.at, "by": line.by, "note": line.note, "build": line.build, "as_of": line.as_of,
            "standards": line.record.get("versions", {}).get("standards"), "batches": [b["id"] for b in line.record.get("inputs", {}).get("batches", [])], "checks": checks, "files": files,
            "papers": line.record.get("papers", {})}


def _month(text: str) -> str:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise UsageProblem(f"月份“{text}”应写成 2024-05 这样。", f"Month '{text}' should read like 2024-05.")
    return text
