"""Calls kept as data: what a page of a file is written with, made later, by another one or in another year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True)
class Call:
    """One call: its name and what it is given."""

    name: str
    given: Sequence[Any]
    named: Mapping[str, Any]


class Told:
    """Takes the calls it knows by their names and keeps them in order."""

    CALLS: frozenset[str]
    calls: list[Call]

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in self.CALLS:
            raise AttributeError(name)
        return partial(self._told, name)

    def _told(self, name: str, *given: Any, **named: Any) -> None:
        self.calls.append(Call(name, given, named))

    def play(self, on: Any, taken: Callable[[Any], Any] = lambda value: value) -> None:
        """Make the calls on what does them, each value as it is `taken`; what was stored may ask for nothing else than what is known."""
        for call in self.calls:
            if call.name not in self.CALLS:
                raise ValueError(call.name)
            getattr(on, call.name)(*[taken(value) for value in call.given], **({name: taken(value) for name, value in call.named.items()} if call.named else {}))
