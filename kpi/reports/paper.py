"""A report on paper as data: title, sections of paragraphs, tables and pictures, attachments; Word and PDF only set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kpi.words import word

SHORT = 14
"""Rows of a table that is kept on one page."""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section: level 2 （一）, level 3 1."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Running text; a `note` is set small, without indent, below what it explains."""

    text: str
    note: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of words under headers; `widths` are shares of the line, the first `left` columns and those named in `wrapped` are set flush left; `bands` are rows that name a group."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    left: int = 1
    wrapped: Sequence[int] = ()
    bands: frozenset[int] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether it stays on one page: a short table is not torn."""
        return len(self.rows) <= SHORT

    @property
    def kept(self) -> frozenset[int]:
        """Rows that stay on a page with the next one: all of a short table, a name with the rows below it where these are few, and the last three, so that none goes over alone."""
        last = len(self.rows) - 1
        ends = [*sorted(self.bands), last + 1][1:]
        few = {row for start, end in zip(sorted(self.bands), ends, strict=True) for row in range(start, end - 1 if end - start <= SHORT else start + 1)}
        return frozenset(row for row in range(last) if self.whole or row in few or row >= last - 2)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing as SVG with its size in points, the words that stand for it, and what it draws as a table."""

    caption: str
    svg: str
    width: float
    height: float
    alt: str
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the report; templates place it by its key. A `wide` attachment holds tables of many columns and is set on pages lying on their side."""

    key: str
    title: str
    blocks: Sequence[Block]
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A whole report; its `title` may be broken into lines, `facts` is the box of what it speaks of, `at` the moment of the data, by which the files are dated;
    `draft` are the places above the title that somebody fills in who issues it, `signed` those below the text."""

    lang: str
    title: str
    period: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    attachments: Sequence[Section]
    draft: Sequence[str]
    signed: Sequence[str]
    at: datetime

    @property
    def heading(self) -> str:
        """The title on one line."""
        return self.title.replace("\n", "" if self.lang == "zh" else " ")

    def parts(self) -> Sequence[Section]:
        """Return the sections and the attachments in order."""
        return [*self.sections, *self.attachments]

    def texts(self) -> Iterator[str]:
        """Return every word of it, in order of reading."""
        yield from self.draft
        yield self.title
        for label, text in self.facts:
            yield from (label, text)
        for part in self.parts():
            yield part.title
            for block in part.blocks:
                match block:
                    case Heading() | Paragraph():
                        yield block.text
                    case Table():
                        yield block.caption
                        for row in (block.heads, *block.rows):
                            yield from row
                    case Picture():
                        yield from (block.caption, block.alt)
        yield from self.signed


def without_pictures(paper: Paper, of: Callable[[Picture], bool] = lambda _: True) -> Paper:
    """Return the report with a notice and the table of each picture (or of those that `of` says) in its place, the words of one without: what is handed out where one cannot be drawn."""
    def instead(block: Block) -> list[Block]:
        if not isinstance(block, Picture) or not of(block):
            return [block]
        if not block.rows:
            return [Paragraph(word("paper.broken_picture", paper.lang, alt=block.alt))]
        return [Paragraph(word("paper.picture_as_table", paper.lang), note=True), Table(caption=block.caption, heads=block.heads, rows=block.rows, widths=(2, *(1,) * (len(block.heads) - 1)))]

    def plain(parts: Sequence[Section]) -> list[Section]:
        return [replace(part, blocks=[found for block in part.blocks for found in instead(block)]) for part in parts]

    return replace(paper, sections=plain(paper.sections), attachments=plain(paper.attachments))


NUMERALS = "一二三四五六七八九十"


def numbered(index: int, title: str, level: int, lang: str) -> str:
    """Return a heading with its number, from 0: 一、 （一） in Chinese, 1. (a) in English."""
    if lang == "en":
        return f"{index + 1}. {title}" if level == 1 else f"({chr(97 + index)}) {title}"
    numeral = NUMERALS[index]
    return f"{numeral}、{title}" if level == 1 else f"（{numeral}）{title}"
