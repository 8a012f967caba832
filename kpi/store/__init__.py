"""The store: originals are the truth, builds are disposable, the journal says what people did."""

from __future__ import annotations

import errno
import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from kpi.problems import StoreProblem

DEFAULT_HOME = Path(__file__).resolve().parents[2] / "data" / "store"


def home(path: str | Path | None = None) -> Path:
    """Return the store's folder: the argument, else KPI_HOME, else data/store."""
    return Path(path or os.environ.get("KPI_HOME") or DEFAULT_HOME).expanduser().resolve()


def user() -> str:
    """Return who works: the operating system's user, until there is a log-in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def moment() -> str:
    """Return when a person did something, to the second, as the journal notes it; never part of a figure."""
    return datetime.now().replace(microsecond=0).isoformat()


PATIENCE = 60.0
"""Seconds to wait for another load, unless KPI_WAIT says otherwise."""


def patience() -> float:
    """Return how many seconds to wait for another load to end."""
    try:
        return max(0.0, float(os.environ.get("KPI_WAIT") or PATIENCE))
    except ValueError:
        return PATIENCE


@contextmanager
def writing(folder: Path, seconds: float | None = None) -> Iterator[None]:
    """Hold the store's only writing lock; the operating system releases it when the process dies."""
    seconds = patience() if seconds is None else seconds
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "loader.lock")
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise StoreProblem("另一次导入正在进行，请稍后再试。", "Another load is under way; try again shortly.") from error
    try:
        yield
    finally:
        lock.release()


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except PermissionError:
        # Windows opens no folders; a rename there is durable once the file is
        return
    try:
        os.fsync(handle)
    except OSError as error:
        # some file systems sync no folders and say so; any other error is one
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF) or path.is_file():
            raise
    finally:
        os.close(handle)


def settle(folder: Path) -> None:
    """Force a folder and everything below it to disk."""
    for path in folder.iterdir():
        settle(path) if path.is_dir() else sync(path)
    sync(folder)


def write(path: Path, text: str) -> None:
    """Write a text file durably: after a crash it is there altogether or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    sync(part)
    part.replace(path)
    sync(path.parent)
