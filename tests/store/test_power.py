"""The power fails at any moment of a load, a check, a confirmation, an undo and a correction: what was not synced may be gone, and the figures are those before or after.

The system calls of the real commands are recorded and every prefix of them is replayed on a disk that forgets (disks.py).
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi import pipeline
from kpi.pipeline.drafted import opened
from kpi.problems import StoreProblem
from kpi.store.archive import digest
from kpi.store.journal import Journal
from tests.store import recorded
from tests.store.disks import KINDS, Disk, Images, same
from tests.store.ledgers import CUTOFF, figures, ledger, valves
from tests.store.recorded import Op

ROOT = Path(__file__).resolve().parents[2]
LOADS = int(os.environ.get("KPI_CUTS", "3"))
"""Replayed stores that are loaded into once more, of some thousand that are read; `make soak` asks for more."""


@dataclass
class Act:
    """One command: what it did to the disk, and the valves a viewer counts before and after it."""

    name: str
    ops: list[Op]
    before: int
    after: int


@pytest.fixture(scope="module")
def acts(tmp_path_factory):
    """A disk with one batch on it, and the commands that follow: load, check, confirm, undo, correct."""
    if reason := recorded.why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("power").resolve()
    home = folder / "home"
    pipeline.load([ledger(folder, "first.csv", 0, 30)], home, cutoff=CUTOFF)
    second, third = ledger(folder, "second.csv", 20, 60), ledger(folder, "third.csv", 80, 20)
    disk = Disk(home)
    found: list[Act] = []

    def act(name: str, *words: str) -> None:
        before = valves(home)
        command = [sys.executable, "-m", "kpi", name, *words]
        ops = recorded.record(command, home, folder / "trace", cwd=ROOT, env={**os.environ, "KPI_HOME": str(home)})
        found.append(Act(name, ops, before, valves(home)))

    act("load", str(second), "--cutoff", CUTOFF)
    act("check", str(third), "--cutoff", CUTOFF)
    act("confirm", next((home / "drafts").iterdir()).name)
    act("undo", str(Journal(home).batches()[-1].id))
    act("correct", "application", "A00003", "ready_at", "--clear", "--reason", "未具备", "--evidence", "现场核实")
    assert [(a.before, a.after) for a in found] == [(30, 80), (80, 80), (80, 100), (100, 80), (80, 79)]
    return folder, home, disk, found


def test_every_prefix_is_before_or_after(acts, capsys):
    folder, home, disk, found = acts
    rng = random.Random(15)
    images = Images(folder)
    known: dict[object, int] = {}
    drafts: set[object] = set()
    whole: list[dict[str, bytes | None]] = []
    counts: Counter[str] = Counter()
    states: Counter[tuple[str, int]] = Counter()
    chosen: list[tuple[dict[str, bytes | None], int]] = []

    def look(act: Act, allowed: set[int]) -> None:
        """See what a viewer gets of the disk after each kind of failure; what only differs in drafts gives the same figures."""
        outside, inside = disk.state("drafts"), disk.state("builds") if act.name in ("check", "confirm") else None
        for kind in KINDS:
            counts["replayed"] += 1
            viewed(act, kind, (kind, outside), allowed)
            if inside and (kind, inside) not in drafts:
                drafts.add((kind, inside))
                drafted(act, disk.after(kind, rng))

    def viewed(act: Act, kind: str, outside: object, allowed: set[int]) -> None:
        if outside not in known:
            what = disk.after(kind, rng)
            alike = tuple((path, content) for path, content in what.items() if not path.startswith("drafts"))
            if alike not in known:
                counts["read"] += 1
                known[alike] = valves(images.write(what))
            known[outside] = known[alike]
            # some of them take another load, wherever they fall
            if len(chosen) < LOADS:
                chosen.append((what, known[outside]))
            elif (at := rng.randrange(counts["read"])) < LOADS:
                chosen[at] = what, known[outside]
        assert known[outside] in allowed, f"{act.name}: {known[outside]} valves where {KINDS[kind]}"
        states[act.name, known[outside]] += 1

    def drafted(act: Act, what: dict[str, bytes | None]) -> None:
        if any(path.endswith("draft.json") for path in what):
            counts["drafts"] += 1
            if _whole_or_gone(images.write(what)) and act.name == "check" and len(whole) < LOADS:
                whole.append(what)

    for act in found:
        for op in act.ops:
            disk.do(op)
            counts["prefixes"] += 1
            look(act, {act.before, act.after})
        # what was said to be done is done, whatever is lost now
        look(act, {act.after})
    assert same(disk.after("kept", rng), home) == [], "the model is not the disk"
    for what, had in chosen:
        _loads_on(images.write(what, own=True), folder, had)
    for what in whole:
        home = images.write(what, own=True)
        pipeline.confirm(next((home / "drafts").iterdir()).name, home)
        assert valves(home) == 100
    assert whole
    with capsys.disabled():
        about = ", ".join(f"{act.name} {len(act.ops)}" for act in found)
        print(f"\n  {counts['prefixes']} prefixes ({about}), {counts['replayed']} replayed, {counts['read']} different ones read, {counts['drafts']} with a draft, {len(chosen)} loaded into")
    assert {(act.name, value) for act in found for value in (act.before, act.after)} == set(states)


def _whole_or_gone(home: Path) -> bool:
    """Say whether a draft outlived the power; if so it is whole, if not it is said to be gone."""
    id = next((home / "drafts").iterdir()).name
    try:
        draft = opened(home, id)
    except StoreProblem:
        return False
    for file in draft.files:
        kept = [*(home / "drafts" / id).glob(f"{file.sha256}.csv"), *(home / "archive").glob(f"{file.sha256}.csv")]
        assert kept and all(digest(path) == file.sha256 for path in kept), "the original was torn"
    return True


def _loads_on(home: Path, folder: Path, had: int) -> None:
    """The next load completes and counts truly; what was archived before and after it can be read again."""
    report = pipeline.load([ledger(folder, "later.csv", 200, 40)], home, cutoff=CUTOFF)
    assert report["files"][0]["sheets"][0]["added"] == 40
    assert valves(home) == had + 40
    before = figures(home)
    for build in (home / "builds").iterdir():
        build.unlink()
    pipeline.rebuild(home)
    assert figures(home) == before
