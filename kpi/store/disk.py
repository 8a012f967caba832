"""What a disk that is full, broken or closed to writing means to a person: the one place where such errors are put into words."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from kpi.problems import StoreProblem

FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
BROKEN = {errno.EIO, errno.ENXIO, getattr(errno, "ESTALE", errno.EIO)}

FULL_SAID = ("no space left", "disk quota", "database or disk is full", "not enough space on the disk")
CLOSED_SAID = ("permission denied", "readonly database", "read-only file system")
UNOPENED_SAID = ("unable to open database file",)
BROKEN_SAID = ("disk i/o error", "input/output error", "fsync failed", "could not write", "could not read", "could not truncate", "could not sync", "malformed")


@contextmanager
def told(zh: str = "本次没有导入任何内容", en: str = "nothing was entered") -> Iterator[None]:
    """Raise a StoreProblem in place of an error of the disk, saying what became of the work; other errors pass."""
    try:
        yield
    except (OSError, sqlite3.Error, duckdb.Error) as error:
        kind = _kind(error)
        if kind == "full":
            raise StoreProblem(f"磁盘空间不足，{zh}；请清理磁盘后重试。", f"The disk is full, {en}; make room and try again.") from error
        if kind == "closed":
            raise StoreProblem(f"数据仓所在文件夹不能写入，{zh}；请检查权限后重试。", f"The store's folder cannot be written, {en}; check its permissions and try again.") from error
        if kind == "unopened":
            # SQLite does not say why
            raise StoreProblem(f"数据仓文件不能写入，{zh}；请检查磁盘空间和权限后重试。", f"The store's files cannot be written, {en}; check room on the disk and permissions, and try again.") from error
        if kind == "broken":
            raise StoreProblem(f"读写磁盘时出错（磁盘可能已满或损坏），{zh}；请检查磁盘后重试。", f"The disk failed, {en}; it may be full or broken: check it and try again.") from error
        if kind == "locked":
            raise StoreProblem("另一次导入正在进行，请稍后再试。", "Another load is under way; try again shortly.") from error
        raise


def _kind(error: BaseException) -> str | None:
    """Return what is wrong with the disk, None for an error of any other kind."""
    if isinstance(error, OSError) and error.errno is not None:
        return "full" if error.errno in FULL else "closed" if error.errno in CLOSED else "broken" if error.errno in BROKEN else None
    text = str(error).lower()
    # DuckDB and SQLite hand on the system's words, not its number
    for kind, words in (("full", FULL_SAID), ("closed", CLOSED_SAID), ("unopened", UNOPENED_SAID), ("broken", BROKEN_SAID), ("locked", ("database is locked",))):
        if any(word in text for word in words):
            return kind
    return None
