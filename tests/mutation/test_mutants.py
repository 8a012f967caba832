"""Small faults of the reckoning are found by the tests: a few of `make mutants`, and the faults themselves."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.mutation import python, run, sql
from tests.mutation.mutants import ROOT, chosen, equivalent

SEED = 4


def changes(text: str) -> set[str]:
    """Return a statement with every fault in turn."""
    tree = sql.parse(text)
    return {sql.written(sql.faulty(tree, site)) for site in sql.sites(tree)}


@pytest.mark.parametrize(
    ("text", "faults"),
    [("a < 1 AND NOT b", {"a <= 1 AND NOT b", "a >= 1 AND NOT b", "a < 2 AND NOT b", "a < 0 AND NOT b", "(a < 1 OR NOT b)", "a < 1", "NOT b", "a < 1 AND b"}),
     ("COALESCE(a, 0)", {"a", "COALESCE(a, 1)"}), ("a IS NULL", {"(NOT a IS NULL)"}), ("a IN ('x', 'y')", {"a IN ('x')", "a IN ('y')"}),
     ("CASE WHEN a THEN 'x' WHEN b THEN 'y' ELSE 'z' END", {"CASE WHEN a THEN 'y' WHEN b THEN 'x' ELSE 'z' END", "CASE WHEN a THEN 'x' ELSE 'z' END", "CASE WHEN b THEN 'y' ELSE 'z' END"}),
     ("SELECT MAX(a) FROM t LEFT JOIN u ON t.k = u.k", {"SELECT MIN(a) FROM t LEFT JOIN u ON t.k = u.k", "SELECT MAX(a) FROM t JOIN u ON t.k = u.k", "SELECT MAX(a) FROM t LEFT JOIN u ON t.k <> u.k"}),
     ("SELECT 1 UNION ALL SELECT x", {"SELECT 2 UNION ALL SELECT x", "SELECT 0 UNION ALL SELECT x", "SELECT 1 UNION SELECT x"})],
)
def test_faults_of_sql(text, faults):
    assert changes(text) == faults


def test_faults_of_python_and_of_the_sql_in_it():
    source = 'def f(a):\n    """Words a < b."""\n    return f"case when x > {a} then 1 end" if a < 2 else None\n'
    told = [python.told(source, spot) for spot in python.spots(source)]
    assert {one.change for one in told if one} >= {"gt to gte: x > {a} → x >= {a}", "Lt to LtE: a < 2 → a <= 2", "+1: 2 → 3"}
    assert not any("Words" in one.change for one in told if one)
    spot = next(spot for spot in python.spots(source) if (one := python.told(source, spot)) and one.change.startswith("gt to gte"))
    space: dict = {}
    exec(python.faulty(source, spot, "f.py"), space)
    assert space["f"](1) == "CASE WHEN x >= 1 THEN 1 END"


def test_a_lot_is_drawn_by_its_seed_alone():
    few, more = ([(m.file, told.line, told.change) for m, told in chosen(n, SEED)] for n in (20, 30))
    assert len(few) == 20 and more[:20] == few
    assert all(reason for reason in equivalent().values())


def test_only_mutants_that_were_killed_in_an_unchanged_file_are_not_run_again(tmp_path, monkeypatch):
    lot, records = chosen(4, SEED), tmp_path / "records.jsonl"
    ended = [run.Ended(mutant, told, by, 1.0) for (mutant, told), by in zip(lot, ("a test", None, run.CLOCK, "a world"), strict=True)]
    assert run.earlier(records, lot) == []
    records.write_text("".join(run.recorded(one) + "\n" for one in ended), encoding="utf-8")
    assert [one.mutant for one in run.earlier(records, lot)] == [lot[0][0], lot[3][0]]
    monkeypatch.setattr(run, "text", lambda file: "changed since")
    assert run.earlier(records, lot) == []


def test_forty_mutants(sample_home, capsys):
    """At least nine in ten of those that worlds can tell are killed by four worlds; `make mutants` runs ten times as many, of every kind, over fourteen worlds, examples and tests."""
    command = [sys.executable, "-m", "tests.mutation.run", "--count", "40", "--seed", str(SEED), "--short", "--unharmed", "--home", str(sample_home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    with capsys.disabled():
        print("\n  " + done.stdout.strip().replace("\n", "\n  "))
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
