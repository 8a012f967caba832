"""Text that stands in several runs, read as one and written back into the runs in which it began, so that every run keeps its look."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

PATTERN = re.compile(r"[{｛]{2}([^{}｛｝]{0,400})[}｝]{2}")
OPEN = re.compile(r"[{｛]{2}")
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
SNIPPET = 60

Values = Mapping[str, Mapping[str, Any]]
"""What to fill for each placeholder as written: {number (None for a text), text}."""


class Seen:
    """The placeholders met in one file, each with its place, and what to fill for each."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.found: list[dict[str, Any]] = []

    def note(self, text: str, place: Mapping[str, Any], fault: str = "") -> None:
        """Note a placeholder, or what looks like one and cannot be filled (`fault`); the same at the same place once."""
        entry = {"text": text, "place": dict(place), "fault": fault}
        if entry not in self.found:
            self.found.append(entry)

    def within(self, text: str, place: Mapping[str, Any]) -> list[Any]:
        """Note every placeholder of a text, and braces that are never closed, and return the matches that are to be filled."""
        matches = list(PATTERN.finditer(text))
        for match in matches:
            self.note(match[0], place)
        rest = PATTERN.sub(lambda match: " " * len(match[0]), text)
        if lost := OPEN.search(rest):
            self.note(text[lost.start() : lost.start() + SNIPPET], place, "open")
        return [match for match in matches if match[0] in self.values]


def marked(nodes: Sequence[etree._Element]) -> bool:
    """Return whether a text that stands in these nodes can hold a placeholder."""
    return OPEN.search("".join(node.text or "" for node in nodes)) is not None


def whole(text: str) -> str | None:
    """Return the placeholder that is all a text says, None where it says more or other."""
    match = PATTERN.fullmatch(text.strip())
    return match[0] if match else None


def fill(nodes: Sequence[etree._Element], seen: Seen, place: Mapping[str, Any], escape: Any = None) -> bool:
    """Fill the placeholders of a text that stands in these nodes; returns whether any was."""
    texts = [node.text or "" for node in nodes]
    starts = [sum(map(len, texts[:at])) for at in range(len(texts))]
    matches = seen.within("".join(texts), place)
    for match in reversed(matches):
        said = str(seen.values[match[0]]["text"])
        said = escape(said) if escape else said
        for at in range(len(nodes) - 1, -1, -1):
            begin, end = max(match.start() - starts[at], 0), min(match.end() - starts[at], len(texts[at]))
            if begin < end:
                # the run in which it begins takes the figure, the others lose their share of the braces
                first = starts[at] <= match.start() < starts[at] + len(texts[at])
                texts[at] = texts[at][:begin] + (said if first else "") + texts[at][end:]
    if matches:
        for node, text in zip(nodes, texts, strict=True):
            if node.text != text:
                node.text = text
                if text != text.strip():
                    node.set(SPACE, "preserve")
    return bool(matches)


def drawn(root: etree._Element, seen: Seen, place: Mapping[str, Any]) -> bool:
    """Fill the paragraphs of drawings, charts and diagrams; returns whether any was."""
    return any([marked(nodes := list(paragraph.iterfind("{*}r/{*}t"))) and fill(nodes, seen, place) for paragraph in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}p", "{http://purl.oclc.org/ooxml/drawingml/main}p")])
