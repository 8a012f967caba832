"""A driver that imports the pipeline once and runs each job in a fork of its own, killed with all its children after so many seconds.

    python -m tests.store.forked

One job a line comes as JSON {"call", "args", "options", "after": seconds or null}; one answer a line goes back as
{"killed": bool, "phase": what the job last told of its progress, "error": what it raised, "seconds"}.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Driver:
    """The driver as a test sees it."""

    def __init__(self, **environment: str) -> None:
        command = [sys.executable, "-m", "tests.store.forked"]
        self._process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ready(self) -> None:
        """Wait until the driver has imported what it needs."""
        self.run("moment", "2024-05-31")

    def run(self, call: str, *args: Any, after: float | None = None, **options: Any) -> dict[str, Any]:
        """Run `kpi.pipeline.call(*args, **options)`, or `kpi.closing.close`, in a fork, killed `after` so many seconds, and say how it went."""
        assert self._process.stdin and self._process.stdout
        job = {"call": call, "args": args, "options": options, "after": after}
        print(json.dumps(job, default=lambda path: {"path": str(path)}), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the driver."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=20)


def main() -> None:
    """Take jobs until there are no more."""
    import duckdb  # noqa: F401 -- imported before the forks, so that each finds it loaded

    import kpi.pipeline.showing  # noqa: F401
    from kpi import closing, pipeline

    for line in sys.stdin:
        print(json.dumps(_run(closing, pipeline, json.loads(line, object_hook=lambda found: Path(found["path"]) if found.keys() == {"path"} else found))), flush=True)


def _run(closing: Any, pipeline: Any, job: dict[str, Any]) -> dict[str, Any]:
    says, said = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(says)
        os.write(said, b"start\n")
        try:
            options = dict(job["options"])
            if job["call"] in ("load", "confirm"):
                options["progress"] = lambda what, done, total: os.write(said, f"{what} {done}\n".encode())
            getattr(closing if job["call"] == "close" else pipeline, job["call"])(*job["args"], **options)
        except BaseException as error:
            os.write(said, f"! {type(error).__name__}: {' '.join(str(error).split())}\n".encode())
        finally:
            os._exit(0)
    os.close(said)
    started = time.perf_counter()
    with os.fdopen(says, encoding="utf-8") as told:
        lines = [told.readline()]
        killer = threading.Timer(job["after"], _kill, [child]) if job["after"] is not None else None
        if killer:
            killer.start()
        lines += told.readlines()
    _, status = os.waitpid(child, 0)
    if killer:
        killer.cancel()
        killer.join()
    error = next((line[2:].strip() for line in lines if line.startswith("! ")), None)
    return {"killed": os.WIFSIGNALED(status), "phase": lines[-1].strip(), "error": error, "seconds": time.perf_counter() - started}


def _kill(group: int) -> None:
    """Kill a job and what it started; it may have ended by itself."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    main()
