"""A process that has imported what reading needs and is forked for every file: a child starts at once, as confined as one started anew.

    python -m kpi.exports.forkserver SOCKET                                      take requests until whoever asks is gone
    python -m kpi.exports.forkserver MODULE FILE OUT_FOLDER OPTIONS_FILE         run one child

A child has its own limits, sees nothing of other children, and ends with whoever asked for it.
"""

from __future__ import annotations

import importlib
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

IDLE = 120
"""Seconds without a request after which the process ends; the next request starts another."""

LONGEST = 128 * 1024
"""Bytes of one request: a module, its arguments, the environment and the folder it runs in."""

WARM = ("kpi.exports.child", "pyarrow.dataset")
"""What nearly every child needs."""


class NoPandas:
    """Keeps pandas out: Arrow would import it merely to ask whether a list is a pandas object, which costs more than reading a small file."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Refuse pandas, leave everything else to the other finders."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def without_pandas() -> None:
    """Keep pandas out of this process from now on."""
    if not any(isinstance(finder, NoPandas) for finder in sys.meta_path):
        sys.meta_path.insert(0, NoPandas())


def run(module: str, arguments: list[str]) -> int:
    """Run a child's module in this process and return its exit code."""
    return importlib.import_module(module).main(arguments)


def serve(control: socket.socket) -> None:
    """Fork a child for every request until nobody can ask any more and the last has ended, or nobody did for IDLE seconds.

    A request is JSON {"module", "arguments", "environment", "folder"} with three descriptors: the line on which its child is told of,
    and the child's output and errors. A descriptor of the child and then its exit code go back on the line; when the line ends, so does the child.
    """
    watched = selectors.DefaultSelector()
    watched.register(control, selectors.EVENT_READ, None)
    lines: dict[int, socket.socket] = {}
    while lines or control in watched.get_map():
        events = watched.select(None if lines else IDLE)
        if not events:
            return
        for key, _ in events:
            if key.data is None:
                request, given, _, _ = socket.recv_fds(control, LONGEST, 3)
                if not request:
                    watched.unregister(control)
                    continue
                line = socket.socket(fileno=given[0])
                pid = os.fork()
                if pid == 0:
                    _child(json.loads(request), *given[1:])
                os.close(given[1])
                os.close(given[2])
                lines[pid] = line
                watched.register(line, selectors.EVENT_READ, pid)
                handle = os.pidfd_open(pid)
                watched.register(handle, selectors.EVENT_READ, pid)
                _tell(line, str(pid), [handle])
            elif isinstance(key.fileobj, int):
                # a process of which nobody asked the outcome keeps its number: no other can be hit
                _, status = os.waitpid(key.data, 0)
                line = lines.pop(key.data)
                _tell(line, str(os.waitstatus_to_exitcode(status)))
                for watch in (key.fileobj, line):
                    if watch in watched.get_map():
                        watched.unregister(watch)
                os.close(key.fileobj)
                line.close()
            elif key.data in lines:
                watched.unregister(key.fileobj)
                os.kill(key.data, signal.SIGKILL)


def _tell(line: socket.socket, what: str, handles: Sequence[int] = ()) -> None:
    try:
        socket.send_fds(line, [what.encode()], handles)
    except OSError:
        # whoever asked is gone
        return


def _child(request: dict[str, Any], output: int, errors: int) -> None:
    """Become the child of one request; never returns."""
    code = 70
    try:
        for at, stream in enumerate((os.open(os.devnull, os.O_RDONLY), output, errors)):
            os.dup2(stream, at)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        code = run(request["module"], request["arguments"])
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def main(arguments: list[str]) -> int:
    """Serve a socket, or run one child."""
    without_pandas()
    if not arguments[0].isdigit():
        return run(arguments[0], arguments[1:])
    import gc

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for module in WARM:
        importlib.import_module(module)
    # what stands here stays: looking at it again would copy every page into each child
    gc.freeze()
    serve(socket.socket(fileno=int(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
