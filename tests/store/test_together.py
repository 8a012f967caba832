"""Many at once: two processes confirm, viewers read while others publish, and whoever waits in vain is told so."""

from __future__ import annotations

import os
import shutil
import threading
import time

import pytest

from kpi import pipeline, store
from kpi.pipeline import opening
from kpi.problems import StoreProblem
from kpi.store.journal import Journal
from tests.store.forked import Driver
from tests.store.ledgers import CUTOFF, METRICS, compute, figures, ledger, valves

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is of POSIX systems")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    pipeline.load([ledger(folder, "first.csv", 0, 30)], folder / "home", cutoff=CUTOFF)
    return folder / "home"


@pytest.fixture
def home(base, tmp_path):
    return shutil.copytree(base, tmp_path / "home")


@forks
def test_two_processes_confirm_at_once(home, tmp_path):
    """Both drafts were checked on the same figures; whoever comes second counts on what the first entered."""
    drafts = [pipeline.check([ledger(tmp_path, name, first, 40)], home, cutoff=CUTOFF)["draft"] for name, first in (("second.csv", 20), ("third.csv", 40))]
    drivers = [Driver() for _ in drafts]
    for driver in drivers:
        driver.ready()
    answers: dict[str, dict] = {}
    threads = [threading.Thread(target=lambda d=d, w=w: answers.update({d: w.run("confirm", d, home)})) for d, w in zip(drafts, drivers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for driver in drivers:
        driver.close()
    assert all(answer["error"] is None for answer in answers.values()), answers
    counted = sorted((s["added"], s["unchanged"]) for batch in pipeline.batches(home) if batch["file"] != "first.csv" for s in batch["sheets"])
    # 20 to 59 and 40 to 79 beside 0 to 29: whoever came second finds twenty rows of the other
    assert counted in ([(20, 20), (30, 10)], [(10, 30), (40, 0)])
    assert valves(home) == 80 and len(Journal(home).batches()) == 3
    with pytest.raises(StoreProblem):
        pipeline.confirm(drafts[0], home)


@forks
def test_viewers_never_see_an_error_while_others_publish(home, tmp_path):
    """Loads, confirmations, undos and rebuilds in another process; every figure read is one that stood while it was read."""
    expected = [valves(home)]
    done = 0
    wrong: list[str] = []
    reads = 0
    over = threading.Event()
    held = pipeline.reader(home)
    before = compute(held, METRICS)

    def view() -> None:
        nonlocal reads
        while not over.is_set():
            earliest = done
            try:
                seen = valves(home)
            except Exception as error:
                wrong.append(f"{type(error).__name__}: {error}")
                continue
            allowed = expected[earliest:]
            if seen not in allowed:
                wrong.append(f"{seen} where {allowed} stood")
            reads += 1
            time.sleep(0.2)

    drafts = [pipeline.check([ledger(tmp_path, f"draft{i}.csv", 20, 30 + i)], home, cutoff=CUTOFF)["draft"] for i in range(2)]
    driver = Driver()
    viewers = [threading.Thread(target=view) for _ in range(2)]
    for viewer in viewers:
        viewer.start()

    def publish(value: int, call: str, *args: object, **options: object) -> None:
        nonlocal done
        expected.append(value)
        answer = driver.run(call, *args, **options)
        if answer["error"]:
            wrong.append(answer["error"])
        done += 1

    for i, draft in enumerate(drafts):
        publish(50 + i, "confirm", draft, home)
        publish(30, "undo", [Journal(home).batches()[-1].id], home)
    for i in range(2):
        publish(100 + i, "load", [ledger(tmp_path, f"load{i}.csv", 20, 80 + i)], home, cutoff=CUTOFF)
        publish(30, "undo", [Journal(home).batches()[-1].id], home)
    for _ in range(2):
        publish(30, "rebuild", home)
    over.set()
    for viewer in viewers:
        viewer.join()
    driver.close()
    assert wrong == [] and done == 10 and reads > 10
    assert compute(held, METRICS) == before, "whoever held a build keeps it, even where its file is gone"
    assert len(list((home / "builds").iterdir())) <= 5


def test_a_build_that_goes_while_it_is_opened_is_no_error(home, tmp_path, monkeypatch):
    before = figures(home)
    batch = pipeline.load([ledger(tmp_path, "second.csv", 20, 60)], home, cutoff=CUTOFF)["batches"]
    read = opening.warehouse.read

    def late(path, *rest):
        monkeypatch.setattr(opening.warehouse, "read", read)
        pipeline.undo(batch, home)
        path.unlink()
        return read(path, *rest)

    monkeypatch.setattr(opening.warehouse, "read", late)
    assert figures(home) == before


def test_who_waits_in_vain_is_told_so(home, monkeypatch):
    monkeypatch.setenv("KPI_WAIT", "0.2")
    with store.writing(home), pytest.raises(StoreProblem) as said:
        # a lock of its own, as another process would ask for
        pipeline.undo([1], home)
    assert said.value.zh == "另一次导入正在进行，请稍后再试。"
    assert valves(home) == 30
    monkeypatch.setenv("KPI_WAIT", "soon")
    assert store.patience() == store.PATIENCE
    pipeline.undo([1], home)
    assert Journal(home).current() is None
