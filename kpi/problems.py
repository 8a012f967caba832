"""Problem: an error shown to a person, in Chinese and English, without a traceback.

    Problem                 1   anything that stops the work
    ├── UsageProblem        2   the command or link asks for something that does not exist
    ├── DataProblem         3   a file or value cannot be used
    ├── StoreProblem        4   the store is empty, locked or damaged
    ├── LimitProblem        5   a file is too large or would need too much memory or time
    └── CalendarProblem     6   a date lies outside the loaded working calendar
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Problem(Exception):
    """An error with a message in both languages; `exit_code` is what the command line returns."""

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple:
        return (type(self), (self.zh, self.en))

    def of(self, lang: str) -> str:
        """Return the message in `lang` (zh or en)."""
        return self.en if lang == "en" else self.zh


class UsageProblem(Problem):
    """Something asked for by name does not exist, or the words of a command are off."""

    exit_code = 2


class DataProblem(Problem):
    """A file or a value cannot be used."""

    exit_code = 3


class StoreProblem(Problem):
    """The store is empty, held by another loader, or damaged."""

    exit_code = 4


class LimitProblem(Problem):
    """A file exceeds a limit of size, rows, memory or time."""

    exit_code = 5


class CalendarProblem(Problem):
    """A date lies outside the loaded working calendar."""

    exit_code = 6


def did_you_mean(word: str, options: Iterable[str]) -> str | None:
    """Return the option nearest to `word`, or None when nothing is near."""
    near = difflib.get_close_matches(word, list(options), n=1, cutoff=0.5)
    return near[0] if near else None
