"""Children that open files: forked from a warm process where the system can, else each a new Python."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import IO, Any

MODULE = "kpi.exports.forkserver"

CAN = all(hasattr(os, name) for name in ("fork", "pidfd_open")) and all(hasattr(socket, name) for name in ("SOCK_SEQPACKET", "send_fds"))
"""Whether this system can hand descriptors to a process that forks (Linux)."""

_BEFORE = ("LD_", "PYTHON", "MALLOC_", "ARROW_", "OMP_", "OPENBLAS_", "KPI_REFERENCE")
"""Beginnings of the variables that act before a child is forked: a change asks for another warm process."""

PATIENCE = 1
"""Seconds to wait at the end of this process for the warm one to end."""


class Forked:
    """A child forked from the warm process; what it prints is read from `stdout`."""

    def __init__(self, line: socket.socket, pid: int, handle: int, output: int) -> None:
        self.pid = pid
        self._line, self._handle = line, handle
        self._code: int | None = None
        self._ending = threading.Lock()
        self.stdout: IO[bytes] = os.fdopen(output, "rb")

    def poll(self) -> int | None:
        """Return the exit code once it was waited for."""
        return self._code

    def wait(self) -> int:
        """Return the exit code, negative for a signal."""
        if self._code is None:
            told = _heard(self._line)[0]
            with self._ending:
                # without a word the warm process itself was killed, as all are where memory runs out
                self._code = int(told) if told else -signal.SIGKILL
                self._line.close()
                os.close(self._handle)
        return self._code

    def kill(self) -> None:
        """End the child."""
        with self._ending:
            if self._code is None:
                try:
                    signal.pidfd_send_signal(self._handle, signal.SIGKILL)
                except ProcessLookupError:
                    # it has ended by itself
                    return


def _heard(line: socket.socket) -> tuple[bytes, list[int]]:
    """Return what comes on a line, with descriptors; nothing where its other end is gone."""
    try:
        told, handles, _, _ = socket.recv_fds(line, 64, 1)
    except OSError:
        return b"", []
    return told, handles


class _Server:
    """The warm process of this process, started when a child is first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._made: dict[str, str] | None = None

    def prepare(self, environment: dict[str, str]) -> None:
        """Start the warm process ahead of the first child."""
        with self._lock:
            self._ready(environment)

    def _ready(self, environment: dict[str, str]) -> None:
        made = {name: value for name, value in environment.items() if name.startswith(_BEFORE)}
        if self._made != made or self._process is None or self._process.poll() is not None:
            self._end()
            self._begin(made, environment)

    def start(self, module: str, arguments: list[str], environment: dict[str, str], errors: int) -> Forked | None:
        """Return a child, or None where none can be forked."""
        request = json.dumps({"module": module, "arguments": arguments, "environment": environment, "folder": os.getcwd()}).encode()
        # one that has just ended for want of requests takes none: a second try starts another
        for _ in range(2):
            with self._lock:
                self._ready(environment)
                child = self._asked(request, errors)
                if child is not None:
                    return child
                self._end()
        return None

    def _begin(self, made: dict[str, str], environment: dict[str, str]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", MODULE, str(theirs.fileno())]
            none = subprocess.DEVNULL
            self._process = subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()], stdin=none, stdout=none, stderr=none)
        self._made = made

    def _asked(self, request: bytes, errors: int) -> Forked | None:
        assert self._control is not None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, into = os.pipe()
        try:
            with theirs:
                socket.send_fds(self._control, [request], [theirs.fileno(), into, errors])
            told, handles = _heard(ours)
        except OSError:
            told, handles = b"", []
        finally:
            os.close(into)
        if handles:
            return Forked(ours, int(told), handles[0], output)
        os.close(output)
        ours.close()
        return None

    def _end(self) -> None:
        """Let the warm process go: it ends with its last child."""
        if self._control is not None:
            self._control.close()
        self._control = self._process = self._made = None

    def close(self) -> None:
        """End it with this process."""
        with self._lock:
            process = self._process
            self._end()
        if process is not None:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                # a child still works for somebody here: both end when this process has
                return

    def forget(self) -> None:
        """Leave it to the process it belongs to: this one was just forked from that."""
        self._lock = threading.Lock()
        self._end()


_SERVER = _Server()
atexit.register(_SERVER.close)
if CAN:
    os.register_at_fork(after_in_child=_SERVER.forget)


def prepare(environment: dict[str, str]) -> None:
    """Start the process that children are forked from, where this system has one: it imports while its first child is not yet asked for."""
    if CAN:
        _SERVER.prepare(environment)


def child(module: str, arguments: list[str], environment: dict[str, str], errors: IO[Any]) -> Forked | subprocess.Popen[bytes]:
    """Start a child that runs `module` and return it."""
    if CAN and (forked := _SERVER.start(module, arguments, environment, errors.fileno())):
        return forked
    command = [sys.executable, "-m", MODULE, module, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL)
