"""The promises and rules with the dates from which they hold: data/reference as tables and as answers to single questions."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kpi.standards import calendar
from kpi.standards.folder import reference
from kpi.standards.folder import rows as read_csv

Table = tuple[list[tuple[str, str]], list[tuple[Any, ...]]]


def version(folder: Path | None = None) -> str:
    """Return the first 12 hex digits of the SHA-256 over every reference file."""
    total = hashlib.sha256()
    for path in sorted((folder or reference()).glob("*.csv")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def rule(name: str, on: date | None = None, folder: Path | None = None) -> str:
    """Return the value of a rule in force on a date (the latest for None); raises KeyError for an unknown rule."""
    rows = [row for row in read_csv((folder or reference()) / "rules.csv") if row["name"] == name and (on is None or _date(row["valid_from"]) <= on)]
    if not rows:
        raise KeyError(name)
    return max(rows, key=lambda row: row["valid_from"])["value"]


def target(id: str, on: date, kind: str = "承诺", folder: Path | None = None) -> float | None:
    """Return the value promised (承诺), assessed (考核值) or referred to (参考值) for a KPI on a date, None where none is set."""
    rows = [
        row
        for row in read_csv((folder or reference()) / "targets.csv")
        if row["id"] == id and row["kind"] == kind and _date(row["valid_from"]) <= on and (not row["valid_to"] or on <= _date(row["valid_to"]))
    ]
    return float(max(rows, key=lambda row: row["valid_from"])["value"]) if rows else None


@cache
def _score_words(folder: Path, seen: str) -> dict[str, int | None]:
    return {row["word"]: int(row["level"]) if row["level"] else None for row in sorted(read_csv(folder / "score_map.csv"), key=lambda row: row["valid_from"])}


@cache
def _score_thresholds(folder: Path, seen: str) -> list[tuple[float, int]]:
    return sorted(((float(row["at_least"]), int(row["level"])) for row in read_csv(folder / "score_thresholds.csv")), reverse=True)


def score(text: str, folder: Path | None = None) -> int | None:
    """Return the level 1 to 5 of a rating as written, None for a default or missing one; raises KeyError for other words."""
    folder = folder or reference()
    seen = version(folder) if folder != reference() else _current()
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "").lower()
    words = _score_words(folder, seen)
    if plain in words:
        return words[plain]
    stars = plain.count("★") or plain.count("⭐")
    if stars and not plain.strip("★⭐☆"):
        return stars if stars <= 5 else _unknown(text)
    number = plain.removesuffix("分").removesuffix("星").removesuffix(".0").lstrip("★")
    try:
        value = float(number)
    except ValueError:
        return _unknown(text)
    if value in (1, 2, 3, 4, 5):
        return int(value)
    if 5 < value <= 100:
        return next(level for least, level in _score_thresholds(folder, seen) if value >= least)
    return _unknown(text)


@cache
def _cause_words(folder: Path, seen: str) -> list[tuple[str, str]]:
    return sorted(((row["word"], row["controller"]) for row in read_csv(folder / "cause_words.csv")), key=lambda pair: -len(pair[0]))


def controller(cause: str | None) -> str | None:
    """Return the one party that a recorded cause names (公司, 用户, 政府, 第三方, 不可抗力), None where it names none or several."""
    text, found = cause or "", set()
    for word, party in _cause_words(reference(), _current()):
        # longer words first: a manager of customers is no customer
        if word in text:
            found.add(party)
            text = text.replace(word, " ")
    return found.pop() if len(found) == 1 else None


def _unknown(text: str) -> int:
    raise KeyError(text)


@cache
def _current() -> str:
    return version()


def tables(folder: Path | None = None) -> dict[str, Table]:
    """Return the reference tables of a build as {name: ([(column, SQL type)], rows)}."""
    folder = folder or reference()
    loaded = calendar.load(folder)
    days, sessions, workdays = [], [], []
    for day in loaded.days:
        parts = {session.part: session for session in day.sessions}
        edges: list[int] = []
        for part in ("am", "pm"):
            session = parts.get(part)
            edges += [session.begins, session.ends, loaded.unit // session.minutes] if session else [0, 0, 0]
        days.append((day.date, day.is_workday, day.kind, day.name, day.status, day.wd, day.units, day.minutes, *edges))
        for session in day.sessions:
            sessions.append((len(sessions), day.date, session.part, session.begins, session.ends, loaded.unit // session.minutes, day.wd))
        if day.is_workday:
            workdays.append((day.wd, day.date))
    big = "BIGINT"
    found: dict[str, Table] = {
        "day": (
            [("date", "DATE"), ("is_workday", "BOOLEAN"), ("kind", "VARCHAR"), ("name", "VARCHAR"), ("status", "VARCHAR"), ("wd", big), ("base_u", big), ("base_m", big),
             ("am_from", big), ("am_to", big), ("am_unit", big), ("pm_from", big), ("pm_to", big), ("pm_unit", big)],
            days,
        ),
        "session": ([("k", big), ("date", "DATE"), ("part", "VARCHAR"), ("from_min", big), ("to_min", big), ("unit", big), ("wd", big)], sessions),
        "workday": ([("wd", big), ("date", "DATE")], workdays),
        "unit": ([("unit", big)], [(loaded.unit,)]),
        "provisional": ([("since", "DATE")], [(min((day.date for day in loaded.days if day.status == "provisional"), default=None),)]),
    }
    for name, columns in (
        ("rule", {"name": "VARCHAR", "value": "VARCHAR", "unit": "VARCHAR", "valid_from": "DATE"}),
        ("target", {"id": "VARCHAR", "code": "VARCHAR", "kind": "VARCHAR", "value": "DOUBLE", "unit": "VARCHAR", "better": "VARCHAR",
                    "valid_from": "DATE", "valid_to": "DATE", "source": "VARCHAR"}),
        ("fee_word", {"word": "VARCHAR", "scope": "VARCHAR", "valid_from": "DATE"}),
        ("score_map", {"word": "VARCHAR", "level": "BIGINT", "valid_from": "DATE"}),
    ):
        rows = read_csv(folder / f"{name}s.csv" if name != "score_map" else folder / "score_map.csv")
        found[name] = (list(columns.items()), [tuple(_typed(row[column], kind) for column, kind in columns.items()) for row in rows])
    return found


def _typed(text: str, kind: str) -> Any:
    if text == "":
        return None
    return {"DATE": _date, "DOUBLE": float, "BIGINT": int}.get(kind, str)(text)
