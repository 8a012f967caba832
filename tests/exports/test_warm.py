"""Children forked from the warm process: as confined as new ones, told apart, ended with whoever asked, and replaced where none can be forked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpi.exports import reader, warm
from tests.exports.conftest import text

ROOT = Path(__file__).resolve().parents[2]

forks = pytest.mark.skipif(not warm.CAN, reason="this system cannot hand descriptors to a process that forks")


@pytest.fixture
def ask(tmp_path):
    """Start a probe; returns it and the file in which it tells what it sees."""

    def asked(what: str, **environment: str):
        told = tmp_path / "told.json"
        told.unlink(missing_ok=True)
        with (tmp_path / "errors").open("w+b") as errors:
            return warm.child("tests.exports.probe", [what, str(told)], {**os.environ, "PYTHONPATH": str(ROOT), **environment}, errors), told

    return asked


def gone(pid: int) -> bool:
    """Return whether a process ends within seconds."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("can", [pytest.param(True, marks=forks), False])
def test_a_child_is_confined_and_sees_nothing_of_others(ask, tmp_path, monkeypatch, can):
    monkeypatch.setattr(warm, "CAN", can)
    monkeypatch.chdir(tmp_path)
    other, _ = ask("stay", KPI_WISH="other")
    assert other.stdout.readline() == b"3\n"
    child, told = ask("tell", KPI_WISH="own")
    assert child.stdout.read() == b"3\n"
    assert child.wait() == child.poll() == 5
    seen = json.loads(told.read_text(encoding="utf-8"))
    assert isinstance(child, warm.Forked) == can
    assert seen["files"][:3] == [0, 1, 2] and len(seen["files"]) <= 4, "its own three, and the folder it lists"
    assert seen["limits"] == [7, 4096 * 1024 * 1024, 0] and seen["room"] == "none"
    assert (seen["wish"], seen["folder"], seen["pandas"], seen["threads"], seen["input"]) == ("own", str(tmp_path), False, 1, "")
    other.kill()
    assert other.wait() == -signal.SIGKILL
    other.stdout.close()
    child.stdout.close()


@forks
def test_children_come_from_one_process_for_as_long_as_what_acts_before_them_stays(ask):
    def parent(**environment: str) -> int:
        child, told = ask("tell", **environment)
        with child.stdout:
            child.stdout.read()
        assert child.wait() == 5
        return json.loads(told.read_text(encoding="utf-8"))["parent"]

    first = parent()
    assert first == parent(KPI_WISH="x") != os.getpid()
    second = parent(KPI_REFERENCE="elsewhere")
    assert second != first and gone(first)


@forks
def test_a_process_started_ahead_is_the_one_that_children_come_from(ask):
    warm._SERVER.close()
    warm.prepare({**os.environ, "PYTHONPATH": str(ROOT)})
    ahead = warm._SERVER._process.pid
    child, told = ask("tell")
    with child.stdout:
        child.stdout.read()
    assert child.wait() == 5
    assert json.loads(told.read_text(encoding="utf-8"))["parent"] == ahead


@forks
@pytest.mark.parametrize(("what", "code"), [("die", -signal.SIGSEGV), ("fail", 1)])
def test_how_a_child_ended_is_told(ask, tmp_path, what, code):
    child, _ = ask(what)
    with child.stdout:
        assert child.stdout.read() == b""
    assert child.wait() == code
    if what == "fail":
        assert "ValueError: no such thing" in (tmp_path / "errors").read_text()


@forks
def test_a_warm_process_that_was_killed_is_replaced(ask):
    child, _ = ask("stay")
    assert child.stdout.readline() == b"3\n"
    warm._SERVER._process.kill()
    child.kill()
    assert child.wait() == -signal.SIGKILL and gone(child.pid)
    child.stdout.close()
    again, _ = ask("tell")
    with again.stdout:
        again.stdout.read()
    assert isinstance(again, warm.Forked) and again.wait() == 5


@forks
def test_a_child_ends_with_whoever_asked_for_it(tmp_path):
    script = (
        "import os, sys; from kpi.exports import warm\n"
        f"child = warm.child('tests.exports.probe', ['stay', {str(tmp_path / 'told.json')!r}], dict(os.environ), sys.stderr)\n"
        "child.stdout.readline(); print(child.pid, warm._SERVER._process.pid, flush=True); sys.stdin.read()"
    )
    asking = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in asking.stdout.readline().split()]
    asking.kill()
    asking.communicate()
    assert all(gone(pid) for pid in pids)


def test_where_nothing_can_be_forked_files_are_read_the_same(tmp_path, monkeypatch):
    path = text(tmp_path / "台账.csv", [["报装编号", "报装日期", "通气时间"], ["B1", "2024-05-06", "2024-05-08 10:30"], ["B2", "x", ""]])
    warmed = reader.read(path, tmp_path / "warm")
    monkeypatch.setattr(warm, "CAN", False)
    assert reader.read(path, tmp_path / "cold") == warmed
    assert [p.read_bytes() for p in sorted((tmp_path / "cold").glob("*.parquet"))] == [p.read_bytes() for p in sorted((tmp_path / "warm").glob("*.parquet"))]
