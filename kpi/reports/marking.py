"""Marks in what a report says: places for what may have to be said of an issued month later on; everything else of it stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass, replace
from typing import Any

from kpi.reports.paper import Paragraph

OPEN, SHUT = "\ufdd0", "\ufdd1"
"""Stand around the name of a mark: signs that no text holds."""


def mark(name: str) -> str:
    """Return a mark, to be put into a text."""
    return f"{OPEN}{name}{SHUT}"


def bare(text: str) -> str:
    """Return a text without its marks."""
    return _said(text, lambda _: "")


def _said(text: str, words: Callable[[str], str]) -> str:
    first, *rest = text.split(OPEN)
    return first + "".join(words(name) + more for name, _, more in (part.partition(SHUT) for part in rest))


def filled(content: Any, words: Callable[[str], str]) -> Any:
    """Return a content with the words for each mark in its place, parts without any as they are; paragraphs of nothing else are left out."""
    kind = type(content)
    if kind is str:
        return _said(content, words) if OPEN in content else content
    if kind is dict:
        return {key: filled(value, words) for key, value in content.items()}
    if kind in (list, tuple):
        found = [filled(value, words) for value in content]
        if all(new is old for old, new in zip(content, found, strict=True)):
            return content
        return [new for old, new in zip(content, found, strict=True) if not (isinstance(new, Paragraph) and old.text and not new.text)]
    if is_dataclass(content):
        changed = {name: new for name, old in vars(content).items() if (new := filled(old, words)) is not old}
        return replace(content, **changed) if changed else content
    return content
