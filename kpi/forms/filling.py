"""A form looked through and filled: the child process opens it, the figures are reckoned here; what is not known stays as it stood and is listed with its place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.exports import confined
from kpi.exports.limits import COMMAND, Limits
from kpi.forms.figures import Figure, Figures
from kpi.forms.placeholders import Placeholder, compose, parse
from kpi.problems import DataProblem, LimitProblem, Problem, UsageProblem
from kpi.words import word

CHILD = "kpi.forms.child"
SECONDS, MOST = 60, 3000
"""Most that looking through one form may take, and different placeholders that one may hold."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One placeholder at one place: as written, what it is filled with (None: left as it stood), what is to be known or what is wrong, and whether it is reckoned as the form asks."""

    place: str
    text: str
    shown: str | None
    notes: tuple[str, ...]
    as_asked: bool = False

    @property
    def filled(self) -> bool:
        """Whether it is filled."""
        return self.shown is not None


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What came of a form: xlsx or docx, its placeholders, and (where it was filled) the file."""

    kind: str
    entries: tuple[Entry, ...]
    content: bytes = b""

    @property
    def left(self) -> int:
        """How many placeholders were left as they stood."""
        return sum(not entry.filled for entry in self.entries)


def look(form: Path, figures: Figures, *, name: str | None = None, limits: Limits = COMMAND, content: bool = True) -> Filled:
    """Return what a form is filled with and (with `content`) the filled form; raises DataProblem or LimitProblem for a file that cannot be opened or holds too much, and where it has no placeholder."""
    with tempfile.TemporaryDirectory(prefix="kpi-form-") as folder:
        out = Path(folder)
        options = {"name": name or form.name, "limits": {**limits.as_dict(), "seconds": min(SECONDS, limits.seconds)}}
        limits = Limits(**options["limits"])
        report = _opened(form, out, options, limits)
        if not report["found"]:
            raise DataProblem(*(word("forms.fault.empty", lang, mark=compose("zero_fee", "hits", "2024-05", lang=lang)) for lang in ("zh", "en")))
        wanted = {one["text"] for one in report["found"] if not one["fault"]}
        if len(wanted) > MOST:
            raise LimitProblem(*(word("forms.fault.many", lang, n=len(wanted), most=MOST) for lang in ("zh", "en")))
        values, told = _figures(wanted, figures)
        entries = tuple(_entry(one, told, figures) for one in report["found"])
        filled = b""
        if content:
            _opened(form, out, {**options, "values": values}, limits)
            filled = (out / "filled").read_bytes()
        return Filled(kind=report["kind"], entries=entries, content=filled)


def _opened(form: Path, out: Path, options: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Return what the child reports; what limits say of ledgers is said of forms."""
    try:
        return confined.run(CHILD, form, out, options, limits)
    except LimitProblem as problem:
        raise LimitProblem(word("forms.fault.large"), word("forms.fault.large", "en")) from problem


def fill(form: Path, out: Path, figures: Figures, *, limits: Limits = COMMAND) -> tuple[Path, Filled]:
    """Write the filled form to a file, or under its own name into a folder, and return its path with what came of it; the form itself is never written over."""
    path = out / form.name if out.is_dir() else out
    if path.resolve() == form.resolve():
        raise UsageProblem("不会覆盖原来的填报表，请用 --out 另写一个文件名。", "The form itself is not written over: give another name with --out.")
    found = look(form, figures, limits=limits)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(found.content)
        os.replace(part, path)
    except OSError as error:
        raise DataProblem(f"写不进 {path}（{error.strerror or error}），请核对权限和磁盘空间。", f"{path} cannot be written ({error.strerror or error}).") from error
    return path, found


def _figures(texts: set[str], figures: Figures) -> tuple[dict[str, dict[str, Any]], dict[str, Figure | Problem]]:
    """Return the values for the child, and for each placeholder its figure or what is wrong with it."""
    values, told = {}, {}
    for text in sorted(texts):
        try:
            asked: Placeholder = parse(text.strip("{}｛｝"))
            told[text] = found = figures.of(asked)
            values[text] = {"number": found.number, "text": found.text}
        except UsageProblem as problem:
            told[text] = problem
    return values, told


def _entry(one: Mapping[str, Any], told: Mapping[str, Figure | Problem], figures: Figures) -> Entry:
    place = place_words(one["place"], figures)
    if one["fault"]:
        return Entry(place=place, text=one["text"], shown=None, notes=(figures.said(f"fault.{one['fault']}"),))
    found = told[one["text"]]
    if isinstance(found, Problem):
        return Entry(place=place, text=one["text"], shown=None, notes=(found.of(figures.lang),))
    return Entry(place=place, text=one["text"], shown=found.text, notes=found.notes, as_asked=found.as_asked)


def place_words(place: Mapping[str, Any], figures: Figures) -> str:
    """Return where a placeholder stands, in words."""
    if "cell" in place:
        return figures.said("place.cell", sheet=place["sheet"], cell=place["cell"])
    if place.get("kind") == "margin":
        return figures.said("place.margin", sheet=place["sheet"])
    kind = figures.said(f"place.{place['kind']}")
    for name in ("row", "paragraph", "box"):
        if name in place:
            return figures.said(f"place.in_{name}", kind=kind, **{key: value for key, value in place.items() if key != "kind"})
    return kind
