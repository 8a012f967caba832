"""Work done while the next rows are typed: the following block is read and the last one is written at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from kpi.exports.blocks import Block


def read(data: Iterator[Block]) -> Iterator[Block]:
    """Yield the blocks, each read while the one before is worked on; what reading raises is raised here in its turn."""
    with ThreadPoolExecutor(1, "read") as pool:
        waiting = pool.submit(next, data, None)
        while (block := waiting.result()) is not None:
            waiting = pool.submit(next, data, None)
            yield block


class Behind:
    """Does one thing at a time behind the caller; leaving waits for the last, and what it raised is raised."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "write")
        self._last: Future[Any] | None = None

    def do(self, work: Callable[..., Any], *given: Any) -> None:
        """Begin `work` once the work before is done; the caller goes on."""
        self.wait()
        self._last = self._pool.submit(work, *given)

    def wait(self) -> None:
        """Return once the last work is done, raising what it raised."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def __enter__(self) -> Behind:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            self._pool.shutdown()
