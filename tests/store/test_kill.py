"""A load killed at any moment leaves the earlier figures in force, and the next load completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.store.journal import Journal

HEAD = "报装编号,用户名称,报装日期,具备通气条件时间,通气时间\n"
KILLS = int(os.environ.get("KPI_KILLS", "20"))


def _ledger(folder, name, first, count):
    rows = "".join(f"A{i:05d},示例{i}厂,2024-05-01,2024-05-06 09:00,2024-05-06 1{i % 6}:{i % 60:02d}\n" for i in range(first, first + count))
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of POSIX systems")
def test_kill_at_random_moments(tmp_path):
    home = tmp_path / "store"
    pipeline.load([_ledger(tmp_path, "first.csv", 0, 300)], home, cutoff="2024-06-30")
    before = compute(pipeline.reader(home), ["valve_on_time", "open_cases"])
    second = _ledger(tmp_path, "second.csv", 200, 3000)
    rng = random.Random(15)
    command = [sys.executable, "-m", "kpi", "load", str(second), "--cutoff", "2024-06-30"]
    started = time.perf_counter()
    subprocess.run(command, env={**os.environ, "KPI_HOME": str(tmp_path / "rehearsal")}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    usual = time.perf_counter() - started
    killed = 0
    for attempt in range(KILLS * 4):
        if killed == KILLS:
            break
        child = subprocess.Popen(command, env={**os.environ, "KPI_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(rng.uniform(0.05, usual * 0.95))
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            killed += 1
        child.wait()
        if len(Journal(home).batches()) == 1:
            assert compute(pipeline.reader(home), ["valve_on_time", "open_cases"]) == before
        else:
            assert compute(pipeline.reader(home), ["valve_on_time"], start="2024-05", end="2024-05")[-1]["n"] == 3200
            # the load got through before the kill: start again from the earlier figures
            home = tmp_path / f"store{attempt}"
            pipeline.load([tmp_path / "first.csv"], home, cutoff="2024-06-30")
    assert killed == KILLS
    report = pipeline.load([second], home, cutoff="2024-06-30")
    assert report["files"][0]["sheets"][0]["loaded"] == 3000
    assert compute(pipeline.reader(home), ["valve_on_time"], start="2024-05", end="2024-05")[-1]["n"] == 3200
    assert not list((home / "builds").glob(".*.part*"))
