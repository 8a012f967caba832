"""A child that tells what it sees of the world, ends badly, or stays."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from kpi.exports import child
from kpi.exports.limits import MB, Limits


def main(arguments: list[str]) -> int:
    """Do what the first argument asks for; the second names the file that is written."""
    what, path = arguments[0], Path(arguments[1])
    if what == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "fail":
        raise ValueError("no such thing")
    child.restrain(Limits(memory_bytes=256 * MB, seconds=7))
    import resource

    limits = [resource.getrlimit(name)[0] for name in (resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)]
    try:
        bytearray(512 * MB)
        room = "enough"
    except MemoryError:
        room = "none"
    told = {
        "pid": os.getpid(), "parent": os.getppid(), "files": sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")), "limits": limits, "room": room,
        "wish": os.environ.get("KPI_WISH"), "folder": os.getcwd(), "pandas": "pandas" in sys.modules, "threads": threading.active_count(), "input": sys.stdin.read(),
    }
    path.write_text(json.dumps(told), encoding="utf-8")
    print(3, flush=True)
    if what == "stay":
        time.sleep(60)
    return 5
