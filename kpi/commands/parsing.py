"""What the commands share: how one is hung on the parser, its common options, a progress bar."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from tqdm import tqdm

from kpi import printing
from kpi.engine import Engine
from kpi.metrics.model import DIMENSIONS
from kpi.metrics.record import named_grid

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""add(name, run, help) hangs a command on the parser and returns its own parser."""


class Bar:
    """A progress bar on the error stream, so that what is printed can be piped."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if what == "rows":
            if self._bar is not None:
                self._bar.set_postfix_str(f"{done:,}")
            return
        if self._bar is None or what != self._what:
            self.close()
            self._bar, self._what = tqdm(total=total, desc=what, file=sys.stderr, disable=None, leave=False), what
        self._bar.update(done - self._bar.n)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.close()


def adder(commands: argparse._SubParsersAction) -> Add:
    """Return the function that hangs commands with the options all of them have."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--format", choices=printing.FORMATS, default="table")
    shared.add_argument("--lang", choices=("zh", "en"), default="zh")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text, parents=[shared])
        one.set_defaults(run=run)
        return one

    return add


def filters(parser: argparse.ArgumentParser) -> None:
    """Add the as-of moment, the months and a filter for each dimension."""
    parser.add_argument("--as-of", dest="as_of", help="moment up to which events are known, 2024-06-01 or 2024-06-01T12:00")
    for name in DIMENSIONS:
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, help=f"only this {name}")
    parser.add_argument("--from", dest="start", help="first month, 2023-01")
    parser.add_argument("--to", dest="end", help="last month, 2024-12")


def where(args: argparse.Namespace, engine: Engine) -> dict[str, str]:
    """Return the asked dimension values; a grid may be named by its name."""
    found = {name: value for name in DIMENSIONS if (value := getattr(args, name)) is not None}
    return found | ({"grid": grid} if (grid := named_grid(engine, args.grid)) else {})
