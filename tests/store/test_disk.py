"""The disk is full or fails at any write, sync or rename: a plain message, the store as before, and the next load completes."""

from __future__ import annotations

import errno
import mmap
import os
import random
import shutil
import struct
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kpi import closing, pipeline
from kpi.problems import StoreProblem
from kpi.store import disk
from kpi.store.journal import Journal
from tests.store.forked import Driver
from tests.store.ledgers import CUTOFF, figures, ledger, valves

LOADS = int(os.environ.get("KPI_FAULTS", "6"))
"""Loads that meet an error; `make soak` asks for more. Confirmations and undos meet one at every place."""

CLOSES = int(os.environ.get("KPI_FAULTS", "2"))
"""Places at which a close meets an error; `make soak` asks for every one."""

FULL = "磁盘空间不足，本次没有{}任何内容；请清理磁盘后重试。"
BROKEN = "读写磁盘时出错（磁盘可能已满或损坏），本次没有{}任何内容；请检查磁盘后重试。"
UNOPENED = "数据仓文件不能写入，本次没有{}任何内容；请检查磁盘空间和权限后重试。"
"""SQLite does not say why it could not open a file, nor it or DuckDB why one could not be synced."""
ERRORS = {errno.ENOSPC: FULL, errno.EIO: BROKEN}


class Failing:
    """A disk whose n-th change below a folder fails; a full one stays full, a broken one fails once."""

    shape = struct.Struct("5l64s")

    def __init__(self, folder: Path) -> None:
        library, told = folder / "failing.so", folder / "failing"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(Path(__file__).with_name("failing.c")), "-ldl"], check=True)
        told.write_bytes(bytes(4096))
        with told.open("r+b") as handle:
            self._told = mmap.mmap(handle.fileno(), 4096)
        self.home = folder / "home"
        self._driver = Driver(LD_PRELOAD=str(library), KPI_FAILING=str(told), KPI_FAILING_BELOW=str(self.home))

    def run(self, start: Path, call: str, *args: Any, at: int, error: int, **options: Any) -> tuple[dict[str, Any], int, str]:
        """Run a call on a copy of a store; return its answer, how many changes it came to, and at which it failed."""
        self._told[: self.shape.size] = bytes(self.shape.size)
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(start, self.home, copy_function=_taken)
        self._told[: self.shape.size] = self.shape.pack(0, at, error, error == errno.ENOSPC, 0, b"")
        try:
            answer = self._driver.run(call, *args, self.home, **options)
            count, *_, where = self.shape.unpack(self._told[: self.shape.size])
        finally:
            self._told[: self.shape.size] = bytes(self.shape.size)
        return answer, count, where.rstrip(b"\0").decode(errors="replace")

    def close(self) -> None:
        """End the driver."""
        self._driver.close()


def _taken(source: str, target: str) -> None:
    """Copy what may be changed, link what never is."""
    (shutil.copyfile if "journal" in source or source.endswith(".json") else os.link)(source, target)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A failing disk, and stores before a load, a confirmation and an undo."""
    if not hasattr(os, "fork") or shutil.which("cc") is None:
        pytest.skip("a C compiler is needed to make the disk fail")
    folder = tmp_path_factory.mktemp("disk").resolve()
    base, checked, loaded = folder / "base", folder / "checked", folder / "loaded"
    pipeline.load([ledger(folder, "first.csv", 0, 30)], base, cutoff=CUTOFF)
    second = ledger(folder, "second.csv", 20, 60)
    shutil.copytree(base, checked)
    draft = pipeline.check([second], checked, cutoff=CUTOFF)["draft"]
    shutil.copytree(checked, loaded)
    batch = pipeline.confirm(draft, loaded)["batches"]
    failing = Failing(folder)
    yield failing, {"load": (base, [second]), "confirm": (checked, draft), "undo": (loaded, batch)}, folder
    failing.close()


def _outcome(home: Path, answer: dict[str, Any], start: Path, error: int, verb: str, before: int, after: int, where: str) -> str:
    """See that a call either did its work or said in plain words that nothing was done, and that so it is."""
    assert not answer["killed"], where
    if answer["error"] is None:
        assert valves(home) == after, where
        return "done"
    said = {ERRORS[error], *([UNOPENED, BROKEN] if "sync " in where or "journal.sqlite" in where else [])}
    assert answer["error"] in {f"StoreProblem: {one.format(verb)}" for one in said}, where
    assert valves(home) == before, where
    assert [b.id for b in Journal(home).batches()] == [b.id for b in Journal(start).batches()], where
    return "said"


@pytest.mark.parametrize("error", ERRORS, ids=["full", "broken"])
@pytest.mark.parametrize(("call", "verb", "before", "after"), [("confirm", "导入", 30, 80), ("undo", "改动", 80, 30)], ids=["confirm", "undo"])
def test_at_every_place_of_a_confirmation_and_an_undo(stores, call, verb, before, after, error, capsys):
    failing, starts, _ = stores
    start, what = starts[call]
    answer, count, _ = failing.run(start, call, what, at=10**9, error=error)
    assert answer["error"] is None and count > 5
    outcomes: Counter[str] = Counter()
    for at in range(1, count + 1):
        answer, _, where = failing.run(start, call, what, at=at, error=error)
        outcomes[_outcome(failing.home, answer, start, error, verb, before, after, f"{call} at {at}: {where}")] += 1
        if answer["error"] and at % 16 == 15:
            # the same again, once the disk is well
            getattr(pipeline, call)(what, failing.home)
            assert valves(failing.home) == after, where
    with capsys.disabled():
        print(f"\n  {call}, {errno.errorcode[error]}: {count} places, {dict(outcomes)}")
    assert outcomes["said"]


def test_at_places_of_a_load(stores, capsys):
    failing, starts, folder = stores
    start, second = starts["load"]
    rng = random.Random(15)
    outcomes: Counter[str] = Counter()
    _, count, _ = failing.run(start, "load", second, at=10**9, error=errno.EIO, cutoff=CUTOFF)
    for turn in range(LOADS):
        error = list(ERRORS)[turn % 2]
        # reading writes most often and ends soonest; building and entering are met as often
        at = rng.randint(1, count // 2) if turn % 4 < 2 else rng.randint(count // 2, count * 24 // 25)
        answer, _, where = failing.run(start, "load", second, at=at, error=error, cutoff=CUTOFF)
        outcomes[_outcome(failing.home, answer, start, error, "导入", 30, 80, f"load at {at}: {where}")] += 1
        assert not list((failing.home / "drafts").iterdir()), "a failed load leaves no draft that takes room"
        if turn % 8 == 5:
            report = pipeline.load(second, failing.home, cutoff=CUTOFF)
            assert report["files"][0]["sheets"][0]["loaded"] == 60 and valves(failing.home) == 80
    with capsys.disabled():
        print(f"\n  load: {LOADS} of {count} places, {dict(outcomes)}")
    assert outcomes["said"]


def test_at_places_of_a_close(stores, capsys):
    failing, starts, _ = stores
    start, _ = starts["load"]
    _, count, _ = failing.run(start, "close", "2024-05", at=10**9, error=errno.EIO)
    outcomes: Counter[str] = Counter()
    for turn, at in enumerate(sorted(random.Random(15).sample(range(1, count + 1), min(CLOSES, count)))):
        error = list(ERRORS)[turn % 2]
        answer, _, where = failing.run(start, "close", "2024-05", at=at, error=error)
        line = closing.standing("2024-05", failing.home)
        if answer["error"] is None:
            assert closing.restated(line, failing.home) == [] and closing.explain("valve_on_time", "2024-05", failing.home)["issued"]["reported"]["n"] == 30, where
            outcomes["done"] += 1
        else:
            assert line is None and "StoreProblem" in answer["error"] and "本次没有签发" in answer["error"], where
            outcomes["said"] += 1
    with capsys.disabled():
        print(f"\n  close: {min(CLOSES, count)} of {count} places, {dict(outcomes)}")
    assert outcomes["said"]


def test_what_is_no_matter_of_the_disk_passes():
    with pytest.raises(FileNotFoundError), disk.told():
        raise FileNotFoundError(errno.ENOENT, "not there")
    with pytest.raises(StoreProblem) as said, disk.told("本次没有改动任何内容", "nothing was changed"):
        raise PermissionError(errno.EACCES, "somewhere")
    assert said.value.zh == "数据仓所在文件夹不能写入，本次没有改动任何内容；请检查权限后重试。" and "nothing was changed" in said.value.en


def test_a_store_that_cannot_be_written_is_said(tmp_path):
    """A folder stands where SQLite keeps what it rolls back to."""
    home = tmp_path / "home"
    pipeline.load([ledger(tmp_path, "first.csv", 0, 5)], home, cutoff=CUTOFF)
    before = figures(home)
    (home / "journal.sqlite-journal").mkdir()
    with pytest.raises(StoreProblem) as said:
        pipeline.undo([1], home)
    assert "本次没有改动任何内容" in said.value.zh
    (home / "journal.sqlite-journal").rmdir()
    assert figures(home) == before
