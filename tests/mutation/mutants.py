"""Mutants of the reckoning: every small fault of kpi/metrics, kpi/stats and kpi/warehouse/sql, a seeded choice of them, and those argued to change nothing."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from tests.mutation import python, sql
from tests.mutation.python import Spot
from tests.mutation.sql import Site, Told

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("kpi/metrics", "kpi/stats", "kpi/warehouse/sql")
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Mutant:
    """One fault of one file; `statement` is its number in a script of SQL."""

    file: str
    statement: int
    fault: Site | Spot
    place: str

    @property
    def told(self) -> Told | None:
        """Where it stands and what it changes; None where it changes nothing."""
        if isinstance(self.fault, Spot):
            return python.told(text(self.file), self.fault)
        line, tree = statements(self.file)[self.statement]
        found = sql.told(tree, self.fault)
        return Told(line + found.line - 1, found.where, found.change)


@cache
def text(file: str) -> str:
    """Return the text of a file of the project."""
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def statements(file: str) -> list[tuple[int, sql.exp.Expression]]:
    """Return (first line, syntax tree) of each statement of a script."""
    return [(line, sql.parse(statement)) for line, statement in sql.statements(text(file))]


def files() -> list[str]:
    """Return the files in which mutants are made."""
    return [str(path.relative_to(ROOT)) for folder in FOLDERS for path in sorted((ROOT / folder).glob("*")) if path.suffix in (".py", ".sql") and path.stem != "__init__"]


def every() -> Iterator[Mutant]:
    """Yield every mutant in the order of files."""
    for file in files():
        nth: Counter[str] = Counter()
        if file.endswith(".py"):
            found = [(-1, spot, spot.where) for spot in python.spots(text(file))]
        else:
            found = [(i, site, tree.this.sql() if isinstance(tree, sql.exp.Create) else "") for i, (_, tree) in enumerate(statements(file)) for site in sql.sites(tree)]
        for statement, fault, where in found:
            nth[where] += 1
            yield Mutant(file, statement, fault, f"{where} {nth[where]}")


def chosen(count: int, seed: int, among: Callable[[Mutant], bool] = lambda mutant: True) -> list[tuple[Mutant, Told]]:
    """Return so many mutants that change something, by lot; a change elsewhere in the program leaves the lot of the others as it is."""
    found: list[tuple[Mutant, Told]] = []
    for mutant in sorted(every(), key=lambda m: sha256(f"{seed} {m.file} {m.place}".encode()).digest()):
        if len(found) == count:
            break
        if among(mutant) and (told := mutant.told):
            found.append((mutant, told))
    return found


def equivalent() -> dict[tuple[str, str, str], str]:
    """Return {(file, where, change): why nobody can tell the mutant from the program}."""
    told = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")) if EQUIVALENT.exists() else {}
    return {(one["file"], one["where"], one["change"]): one["reason"] for one in told.get("mutant", [])}
