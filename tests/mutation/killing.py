"""What kills a mutant: the oracle on random ledgers, worked examples, and the tests of the module, cheapest first and no further than the first failure."""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib.abc import Loader, MetaPathFinder
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from kpi.engine import DuckEngine
from kpi.warehouse import build
from tests import facts
from tests.metrics import test_scenarios
from tests.mutation import python, sql
from tests.mutation.mutants import ROOT, Mutant, files, statements, text
from tests.oracle import standing
from tests.oracle.cases import frame
from tests.oracle.shapes import ledgers
from tests.oracle.world import World

SHAPES = (
    *(("wild", n) for n in (3, 6, 1, 18)), ("straddling_stops", 3), ("moved_managers", 5), ("make_up_days", 1), ("year_end", 2), ("no_register", 4), ("leap_year", 6), ("all_open", 7), ("empty", 8),
)
"""Random ledgers by which mutants are told, after one that is large and mixed and the hand-made one of the scenarios.

Of the wild ones the first stands where the calendar is provisional, the second where the process changes.
"""

LIKE = ("tests/metrics", "tests/stats")
"""Where the tests of a module lie."""

OF_FACTS = (
    "tests/metrics/test_service.py", "tests/metrics/test_works.py", "tests/metrics/test_edges.py", "tests/oracle/test_undecided.py", "tests/metrics/test_scenarios.py", "tests/metrics/test_stages.py",
    "tests/metrics/test_story.py",
)
"""Tests that tell facts from their rules on other ledgers than random ones, the cheapest first."""

OF_WHOLE = ("tests/quality/test_population.py::test_stops_told_only_after_the_limit", "tests/quality/test_population.py::test_late_notices_of_random_stops_beside_the_slow_clock")
"""Tests of `told_late`, which no module of KPIs reads."""

OF_KEPT = ("tests/metrics/test_rollups.py", "tests/metrics/test_waits.py", "tests/metrics/test_stages.py::test_cohorts_that_a_build_keeps_are_looked_up")
"""Tests of what a build keeps beside its facts: facts that are reckoned anew (`_always_built`) are without."""


@dataclass
class Told:
    """A world: its engine, and what the oracle says of it, whole, by KPI and by table."""

    name: str
    engine: DuckEngine
    expected: pd.DataFrame
    cases: dict[str, list[dict[str, Any]]]
    standing: dict[str, list[dict[str, Any]]]

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The database of one thread, which a fork may take along."""
        return self.engine._connection


WORLDS: dict[str, Callable[[], tuple[dict[str, Any], datetime]]] = {
    "mixed": lambda: (World(1).rows, datetime(2023, 6, 20, 12)), "scenarios": lambda: (facts.typed(test_scenarios.ledgers()), datetime(2024, 7, 1)), **{f"{s} {n}": partial(ledgers, s, n) for s, n in SHAPES},
}
"""How each world is made, the most telling first."""


def worlds(most: int | None = None) -> list[Told]:
    """Return worlds with their facts, the most telling first; only forks of this process change them."""
    return [_world(name) for name in list(WORLDS)[:most]]


@cache
def _world(name: str) -> Told:
    rows, as_of = WORLDS[name]()
    con = facts.standing(rows)
    con.execute("create table clock as select cast(? as timestamp) as as_of", [as_of])
    for script in scripts():
        for statement in written(script):
            con.execute(statement)
    engine = DuckEngine(con, name, as_of)
    expected = frame(engine)
    return Told(name, engine, expected, {metric: cases.to_dict("records") for metric, cases in expected.groupby("metric")}, standing.told(engine))


def prepare() -> None:
    """Read once what every mutant asks: which statement reads which table, and which module imports which."""
    _made()
    _imported()


def scripts() -> list[str]:
    """Return the scripts of the facts in the order in which they run."""
    return [file for file in files() if file.endswith(".sql")]


@cache
def written(file: str) -> list[str]:
    """Return the statements of a script, written anew from their syntax trees."""
    return [sql.written(tree) for _, tree in statements(file)]


@cache
def _made() -> list[tuple[str, int, str, frozenset[str]]]:
    """Return (script, number, table it makes, tables it reads) of every statement."""
    return [(name, i, tree.this.sql(), frozenset(table.name for table in tree.find_all(sql.exp.Table)) - {tree.this.sql()}) for name in scripts() for i, (_, tree) in enumerate(statements(name))]


def touched(file: str, statement: int) -> list[tuple[str, int, str]]:
    """Return (script, number, table) of a statement and of all that read what it makes, in their order."""
    reached: dict[str, tuple[str, int, str]] = {}
    for name, i, table, read in _made():
        if (name, i) == (file, statement) or read & reached.keys():
            reached[table] = (name, i, table)
    return list(reached.values())


def of_sql(mutant: Mutant | None, told: list[Told], home: Path, thorough: bool) -> str | None:
    """Return what kills a fault of SQL, None where nothing does. No mutant: every statement is written anew.

    `thorough` goes on to worked examples and to tests of facts, which cost more than all worlds together.
    """
    faulty = sql.written(sql.faulty(statements(mutant.file)[mutant.statement][1], mutant.fault)) if mutant else ""
    anew = touched(mutant.file, mutant.statement) if mutant else [(name, i, table) for name, i, table, _ in _made()]
    tables = {table for _, _, table in anew}
    try:
        for world in told:
            for name, i, _ in anew:
                _drop(world, statements(name)[i][1])
                world.con.execute(faulty if mutant and (name, i) == (mutant.file, mutant.statement) else written(name)[i])
            build._validate(world.con)
            if wrong := _unlike(world, lambda metric: metric.fact in tables):
                return wrong
            if wrong := standing.unlike(world.engine, {table: rows for table, rows in world.standing.items() if table in tables}):
                return f"{world.name}: {wrong[0][0]} {wrong[0][2]}"
        if (reading := _reading(tables)) and (wrong := _figures(told[0], reading)):
            return wrong
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:80]}"
    if not thorough:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name in scripts():
            lines = [faulty if mutant and (name, i) == (mutant.file, mutant.statement) else line for i, line in enumerate(written(name))]
            (Path(folder) / Path(name).name).write_text(";\n".join(lines) + ";\n", encoding="utf-8")
        build.SQL = Path(folder)
        _always_built(home)
        return _examples(tables) or _tests(_of_tables(tables), home, OF_KEPT)


def _drop(world: Told, made: sql.exp.Expression) -> None:
    """Take away what a statement made; that this fails is a fault of ours and kills nothing."""
    try:
        world.con.execute(f"drop {made.kind} {made.this.sql()}")
    except duckdb.Error as error:
        raise SystemExit(f"{made.this.sql()} cannot be made anew: {error}") from error


def by_worlds(mutant: Mutant) -> bool:
    """Return whether worlds alone can tell a mutant: it stands in what a KPI reads, declares, or is reckoned by; rollups, which worlds do without, are told by tests of their own."""
    from kpi.metrics.registry import METRICS

    if _module(mutant.file) == "kpi.metrics.rollups":
        return False

    if mutant.statement >= 0:
        return bool({table for _, _, table in touched(mutant.file, mutant.statement)} & {metric.fact for metric in METRICS})
    return _module(mutant.file) in {"kpi.metrics.compute", "kpi.metrics.results", "kpi.stats.survival", "kpi.stats.intervals"} or bool(_declared(_module(mutant.file)))


def _reading(tables: set[str]) -> tuple[Any, ...]:
    """Return the KPIs that read one of these tables themselves."""
    from kpi.metrics.registry import METRICS

    return tuple(metric for metric in METRICS if metric.fact in tables)


def _of_tables(tables: set[str]) -> tuple[str, ...]:
    """Return the tests of facts as such, and of the modules that read some tables beside the KPIs."""
    readers = [_module(file) for file in _sources() if file.startswith("kpi/metrics/") and any(re.search(rf"\b{table}\b", text(file)) for table in tables)]
    found = dict.fromkeys(file for name in readers for file in _of_module(name, far=False))
    return tuple(dict.fromkeys((*(OF_WHOLE if "told_late" in tables else ()), *OF_FACTS, *found)))


def of_python(mutant: Mutant | None, told: list[Told], home: Path, thorough: bool) -> str | None:
    """Return what kills a fault of a module, None where nothing does; worlds stand with their facts. No mutant: every SQL string is written anew."""
    taken = {} if mutant is None else {_module(mutant.file): python.faulty(text(mutant.file), mutant.fault, str(ROOT / mutant.file))}
    if mutant is None:
        taken = {_module(file): python.faulty(text(file), None, str(ROOT / file)) for file in files() if file.endswith(".py")}
    _forget(set(taken))
    sys.meta_path.insert(0, _Taken(taken))
    try:
        if mutant is None or "kpi.metrics.compute" in dependents(_module(mutant.file)) or "kpi.metrics.cases" in dependents(_module(mutant.file)):
            declared = _declared(_module(mutant.file)) if mutant else ()
            for world in told[: 4 if thorough else 2]:
                if wrong := _unlike(world, lambda metric: not declared or metric in declared) or _figures(world, declared):
                    return wrong
            if wrong := _examples(_module(mutant.file) if mutant else None):
                return wrong
        else:
            importlib.import_module(next(iter(taken)))
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:80]}"
    if not thorough:
        return None
    return _tests(_of_module(_module(mutant.file)) if mutant else ("tests/stats",), home)


def _unlike(world: Told, asked: Callable[[Any], bool] = lambda metric: True) -> str | None:
    """Return the first case of a world in which product and oracle differ over some KPIs."""
    from kpi.metrics.registry import METRICS
    from tests.oracle.rows import differing

    wrong = differing(world.engine, world.cases, [metric for metric in METRICS if asked(metric)])
    return f"{world.name}: {wrong[0][0]} {wrong[0][2]}" if wrong else None


def _declared(name: str) -> tuple[Any, ...]:
    """Return the KPIs a module declares."""
    return tuple(getattr(importlib.import_module(name), "METRICS", ())) if name != "kpi.metrics.registry" else ()


def _figures(world: Told, declared: tuple[Any, ...] = ()) -> str | None:
    """Return the first figure of a world in which product and oracle differ, of some KPIs or all."""
    from tests.oracle.compare import differences

    month = f"{world.engine.as_of:%Y-%m}"
    for by, start, end in (((), None, None), (("grid",), month, month)):
        _, wrong = differences(world.engine, world.expected, by, start, end, [metric.id for metric in declared])
        if wrong:
            return f"{world.name}: figure {wrong[0][0]} {wrong[0][len(by) + 2]}"
    return None


def _examples(of: set[str] | str | None) -> str | None:
    """Return the first worked example that no longer holds, of KPIs over some facts or declared in a module; of one KPI of each kind where a module declares none."""
    from kpi.metrics.registry import METRICS
    from tests.metrics.test_examples import test_example

    if isinstance(of, str):
        asked = _declared(of) or tuple({m.kind: m for m in METRICS}.values())
    else:
        asked = [m for m in METRICS if of is None or m.fact in of]
    for metric in asked:
        try:
            test_example(metric)
        except Exception as error:
            return f"example {metric.id}: {type(error).__name__}"
    return None


def _tests(asked: tuple[str, ...], home: Path, but: Sequence[str] = ()) -> str | None:
    """Run test files, `but` for some tests, to their first failure, over a store of the samples that stands already; return what failed."""
    class First:
        failed = ""

        def pytest_runtest_logreport(self, report: Any) -> None:
            self.failed = self.failed or (report.nodeid if report.failed else "")

    first = First()
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ["KPI_SAMPLE_STORE"] = str(home)
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "--hypothesis-seed=0", "--basetemp", f"{folder}/base", "--rootdir", str(ROOT)]
        code = pytest.main([*options, *(f"--deselect={test}" for test in but), *(str(ROOT / file) for file in asked)], plugins=[first])
    return None if code in (0, 5) else first.failed or f"pytest ended with {int(code)}"


def _always_built(home: Path) -> None:
    """Let every reader of the samples reckon the facts anew: what lies in the store was reckoned before the fault."""
    read = build.read

    def anew(path: Path, name: str, built_as_of: datetime, as_of: datetime | None = None, first_day: int = 1) -> DuckEngine:
        return read(path, name, datetime.min, as_of or built_as_of, first_day)

    build.read = anew


class _Taken(MetaPathFinder, Loader):
    """Imports faulty modules in the place of those of the project."""

    def __init__(self, taken: dict[str, object]) -> None:
        self.taken = taken

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        return importlib.util.spec_from_file_location(name, ROOT / f"{name.replace('.', '/')}.py", loader=_Faulty(self.taken[name])) if name in self.taken else None


class _Faulty(Loader):
    def __init__(self, code: Any) -> None:
        self.code = code

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        exec(self.code, module.__dict__)


def _forget(names: set[str]) -> None:
    """Take modules, and all that import them, out of memory."""
    for name in set().union(*(dependents(name) for name in names)) & set(sys.modules):
        module = sys.modules.pop(name)
        parent, _, last = name.rpartition(".")
        if parent in sys.modules and getattr(sys.modules[parent], last, None) is module:
            delattr(sys.modules[parent], last)


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _sources() -> list[str]:
    return [str(path.relative_to(ROOT)) for folder in ("kpi", "tests", "pages") for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def _imported() -> dict[str, set[str]]:
    """Return {module: modules of the project that it imports}."""
    known = {_module(file) for file in _sources()}
    found: dict[str, set[str]] = {}
    for file in _sources():
        names: set[str] = set()
        for node in ast.walk(ast.parse(text(file))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        found[_module(file)] = names & known
    return found


@cache
def dependents(name: str) -> set[str]:
    """Return a module and all modules that import it, directly or not."""
    found, fresh = {name}, {name}
    while fresh:
        fresh = {module for module, names in _imported().items() if names & fresh} - found
        found |= fresh
    return found


def _of_module(name: str, far: bool = True) -> tuple[str, ...]:
    """Return the test files that import a module, else those that import what imports it; `far` gives all that are near it where there is none."""
    near = {_module(file): file for file in _sources() if file.startswith(LIKE) and re.search(r"/test_\w+\.py$", file) and not file.endswith("test_examples.py")}
    for names in ({name}, {module for module, names in _imported().items() if name in names}):
        if found := [file for module, file in near.items() if _imported()[module] & names]:
            return tuple(found)
    return tuple(near.values()) if far else ()
