"""How far the making of reports is: which kind of how many, and which part of it; told before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kpi.words import word


@dataclass(frozen=True, kw_only=True)
class Step:
    """A kind of report as the `place`th of so many; of its parts the `part_place`th of so many, by name ("" before the first)."""

    kind: str
    place: int
    of: int
    part: str = ""
    part_place: int = 0
    parts: int = 0

    @property
    def share(self) -> float:
        """How much is done before it, kinds and parts weighed alike."""
        return (self.place - 1 + (self.part_place - 1) / self.parts if self.parts else self.place - 1) / self.of

    def kind_words(self, lang: str) -> str:
        """Return the kind with its place among all of them."""
        return word("reports.schedule.step", lang, place=self.place, of=self.of, kind=word(f"reports.schedule.kind.{self.kind}", lang))

    def words(self, lang: str) -> str:
        """Return what is being made, with its part where one is named."""
        return word("reports.schedule.part", lang, step=self.kind_words(lang), part=self.part, place=self.part_place, of=self.parts) if self.part else self.kind_words(lang)


Tell = Callable[[Step], None]
Part = Callable[[str, int, int], None]
"""Takes the name of a part, its place from 1, and how many there are."""


def unheard(*_: object) -> None:
    """Take a step that nobody waits for."""


class Steps:
    """Tells whoever waits for reports what is made next."""

    def __init__(self) -> None:
        self._tell: Tell = unheard
        self._at = Step(kind="", place=1, of=1)

    def begin(self, step: Step, tell: Tell) -> None:
        """Tell a kind of report, and from now on its parts."""
        self._tell, self._at = tell, step
        tell(step)

    def part(self, name: str, place: int, of: int) -> None:
        """Tell a part of the kind in making."""
        self._tell(replace(self._at, part=name, part_place=place, parts=of))
