"""Whoever enters, confirms, corrects or undoes may be killed at any moment: the figures are those before or after, and the next load completes."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kpi import pipeline
from kpi.store import corrections
from kpi.store.journal import Journal
from tests.store.forked import Driver
from tests.store.ledgers import CUTOFF, figures, ledger, valves

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 and fork are of POSIX systems")

KILLS = int(os.environ.get("KPI_KILLS", "20"))
"""Kills in all; `make soak` asks for more."""


@dataclass
class Way:
    """One way of changing the store: the store it starts from, the call, and how many batches and corrections stand before and after."""

    name: str
    start: Path
    call: str
    args: list[Any]
    options: dict[str, Any]
    standing: tuple[int, int]
    figures: tuple[Any, Any]
    seconds: float = 0.0


@pytest.fixture(scope="module")
def driver():
    found = Driver()
    yield found
    found.close()


@pytest.fixture(scope="module")
def ways(driver, tmp_path_factory):
    """Load, confirm, undo, undo with the earlier build gone, and correct, each with its figures before and after and how long it takes unhindered."""
    folder = tmp_path_factory.mktemp("kill")
    one, two = ledger(folder, "first.csv", 0, 30), ledger(folder, "second.csv", 20, 60)
    base = folder / "base"
    pipeline.load([one], base, cutoff=CUTOFF)
    before = figures(base)
    checked = _copy(base, folder / "checked")
    draft = pipeline.check([two], checked, cutoff=CUTOFF)["draft"]
    loaded = _copy(checked, folder / "loaded")
    last = pipeline.confirm(draft, loaded)["batches"]
    after = figures(loaded)
    assert before != after
    thin = _copy(loaded, folder / "thin")
    for build in (thin / "builds").iterdir():
        if build.stem != Journal(thin).current()[0]:
            build.unlink()
    put_right = _copy(base, folder / "put right")
    pipeline.correct("application", "A00003", "gas_on_at", "2024-05-20 10:00", reason="抄错", evidence="通气单", home=put_right)
    corrected = figures(put_right)
    assert before != corrected
    found = [
        Way("load", base, "load", [[two]], {"cutoff": CUTOFF}, (1, 2), (before, after)),
        Way("confirm", checked, "confirm", [draft], {}, (1, 2), (before, after)),
        Way("undo", loaded, "undo", [last], {}, (2, 1), (after, before)),
        Way("undo and build", thin, "undo", [last], {}, (2, 1), (after, before)),
        Way("correct", base, "correct", ["application", "A00003", "gas_on_at", "2024-05-20 10:00"], {"reason": "抄错", "evidence": "通气单"}, (1, 2), (before, corrected)),
    ]
    for way in found:
        home = _copy(way.start, folder / "rehearsal")
        done = driver.run(way.call, *way.args, home=home, **way.options)
        assert not done["killed"] and done["error"] is None, done
        assert figures(home) == way.figures[1]
        way.seconds = done["seconds"]
    return folder, found


def _copy(home: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(home, to))


def test_killed_at_random_moments(ways, driver, capsys):
    folder, found = ways
    rng = random.Random(15)
    phases: Counter[tuple[str, str, str]] = Counter()
    for turn in range(KILLS):
        way = found[turn % len(found)]
        home = folder / f"killed-{way.name}"
        # the kills of a way are spread over its time: one in each quarter, at random within it
        quarter = turn // len(found) % 4
        for _ in range(12):
            if way.call != "load" or not home.exists() or _standing(home) != way.standing[0]:
                # loads are killed again and again on one store, so that what one leaves is in the way of the next
                _copy(way.start, home)
            done = driver.run(way.call, *way.args, home=home, after=rng.uniform(quarter, quarter + 1) / 4 * way.seconds, **way.options)
            assert done["error"] is None, done
            if done["killed"]:
                break
            # rehearsed on a busier machine: what it took now says more
            way.seconds = 0.9 * min(way.seconds, done["seconds"])
        assert done["killed"], "it always ended before it was killed"
        phases[way.name, done["phase"], _whole(home, way)] += 1
        if turn % 48 in (15, 19):
            _goes_on(home, folder)
    with capsys.disabled():
        print("\n" + "\n".join(f"  {count:4d} kills: {way}, at '{phase}', store is {state}" for (way, phase, state), count in sorted(phases.items())))
    assert phases.total() == KILLS
    assert {name for name, _, state in phases if state == "before"} == {way.name for way in found}


def _standing(home: Path) -> int:
    return len(Journal(home).batches()) + len(corrections.in_force(Journal(home)))


def _whole(home: Path, way: Way) -> str:
    """Say whether the store is as before or as after, and see that it is the one or the other altogether."""
    standing = Journal(home).batches()
    assert _standing(home) in way.standing
    at = way.standing.index(_standing(home))
    assert figures(home) == way.figures[at]
    with closing(sqlite3.connect(home / "journal.sqlite")) as journal:
        assert journal.execute("pragma integrity_check").fetchone() == ("ok",)
    assert all((home / "archive" / f"{batch.sha256}.csv").exists() for batch in standing)
    assert len(pipeline.batches(home)) >= len(standing)
    return ("before", "after")[at]


def _goes_on(home: Path, folder: Path) -> None:
    """The next load completes on what the kill left, counts truly, and leaves no more than it should."""
    had = valves(home)
    standing = len(Journal(home).batches())
    report = pipeline.load([ledger(folder, "third.csv", 200, 40)], home, cutoff=CUTOFF)
    sheet = report["files"][0]["sheets"][0]
    assert (sheet["loaded"], sheet["added"]) == (40, 40)
    assert len(Journal(home).batches()) == standing + 1
    assert valves(home) == had + 40
    known = {id for id, _, _ in Journal(home).builds()}
    assert {path.stem for path in (home / "builds").iterdir()} <= known, "a build that was never published is thrown away"
    pipeline.undo(report["batches"], home)
    assert valves(home) == had

