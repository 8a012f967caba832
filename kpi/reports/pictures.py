"""Pictures of reports on paper, drawn without a browser: plain SVG, told apart in grey by shade and hatching, never by colour alone; and the same as PNG for Word."""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Sequence

from kpi.reports import typeset
from kpi.reports.paper import Paper, Picture, without_pictures
from kpi.words import format as written
from kpi.words import word
from kpi.words.cells import legible

WIDTH = 440.0
"""Points: the width of a line of A4 between its margins."""

INK, MUTED, RULE = "#1b2733", "#5b6875", "#c9d3dc"
FONT = "Noto Sans SC"
SIZE = 10.5
DENSITY, COARSE = 220.0, 10.0
"""Dots per inch of the picture in Word, and of one that is only tried."""

LOOKS = {"hit": "#4a6078", "miss": "#1b1b1b", "unknown": "url(#hatch)"}
"""Kept: mid grey-blue; not kept: nearly black; cannot be told: hatched."""

HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/>'
    '<rect width="1.4" height="5" fill="#5b6875"/></pattern></defs>'
)

Bar = tuple[str, int, int, int]
"""A name with its cases kept, not kept, and those that cannot be told."""


def drawn(draw: Callable[..., tuple[str, float]], *about: object) -> tuple[str, float]:
    """Return (SVG, height) of a drawing; an empty one, which no writer takes, where it cannot be made."""
    try:
        return draw(*about)
    except Exception as error:
        # whatever befalls a drawing, its figures are handed out; they may be personal, so only the kind of fault is written down
        logging.getLogger(__name__).error("a picture ended with %s", type(error).__name__)
        return "", 1.0


def fails(picture: Picture) -> bool:
    """Return whether a picture cannot be drawn."""
    try:
        typeset.drawn(picture.svg, COARSE)
    except typeset.CannotDraw:
        return True
    return False


def mended(write: Callable[[Paper], bytes], paper: Paper) -> bytes:
    """Return a report as written: a picture that cannot be drawn gives its place to its table, the others stay; where the fault is in none of them, all do."""
    try:
        return write(paper)
    except typeset.CannotDraw:
        pass
    try:
        return write(without_pictures(paper, fails))
    except typeset.CannotDraw:
        return write(without_pictures(paper))


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: float = SIZE, fill: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}">{html.escape(legible(words))}</text>'


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    edge = ' stroke="#5b6875" stroke-width="0.5"' if fill.startswith("url") else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"{edge}/>'


def _wide(words: str, size: float = SIZE) -> float:
    """Return about how wide words are: a Chinese sign is a square, others are half of it."""
    return sum(size if ord(sign) > 0x2E7F else size * 0.56 for sign in words)


def _framed(body: Sequence[str], height: float) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}" viewBox="0 0 {WIDTH:g} {height:g}">{HATCH}{"".join(body)}</svg>'


def counted(bars: Sequence[Bar], lang: str) -> tuple[str, float]:
    """Return (SVG, height in points) of cases as bars on one scale, each with its three counts written behind it."""
    label = min(max((_wide(name) for name, *_ in bars), default=0), 190) + 8
    counts = max(_wide(word("paper.bar", lang, hit=hit, miss=miss, unknown=unknown)) for _, hit, miss, unknown in bars) + 16
    room, most = WIDTH - label - counts, max((sum(bar[1:]) for bar in bars), default=0) or 1
    step, height, body = 19.0, 11.5, []
    x = label
    for name in ("hit", "miss", "unknown"):
        said = word(f"reports.column.{name}", lang)
        body += [_rect(x, 3, 10, 9, LOOKS[name]), _text(x + 14, 11.5, said)]
        x += _wide(said) + 32
    top = 22.0
    for place, (name, *parts) in enumerate(bars):
        y, x = top + place * step, label
        body.append(_text(label - 8, y + 9.5, name, anchor="end"))
        for key, n in zip(("hit", "miss", "unknown"), parts, strict=True):
            if n:
                body.append(_rect(x, y, room * n / most, height, LOOKS[key]))
                x += room * n / most
        body.append(_text(x + 6, y + 9.5, word("paper.bar", lang, hit=parts[0], miss=parts[1], unknown=parts[2]), fill=MUTED))
    body.append(f'<line x1="{label:.1f}" y1="{top - 3:.1f}" x2="{label:.1f}" y2="{top + len(bars) * step - 4:.1f}" stroke="{INK}" stroke-width="0.8"/>')
    return _framed(body, top + len(bars) * step), top + len(bars) * step


def shares(points: Sequence[tuple[str, float | None]], lang: str) -> tuple[str, float]:
    """Return (SVG, height in points) of a share month by month on a scale from 0 to 100 %; months without one are gaps, a name may have a second line."""
    left, right, top, floor = 40.0, WIDTH - 8, 18.0, 136.0
    step = (right - left) / max(len(points), 1)
    body = []
    for tick in (0, 50, 100):
        y = floor - (floor - top) * tick / 100
        body += [f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{RULE if tick else INK}" stroke-width="0.8"/>', _text(left - 6, y + 4, f"{tick}%", anchor="end", fill=MUTED)]
    last = None
    values = [value for _, value in points]
    for place, (name, value) in enumerate(points):
        x = left + (place + 0.5) * step
        body += [_text(x, floor + 16 + 12 * at, line, anchor="middle", size=9.5, fill=MUTED) for at, line in enumerate(name.split("\n"))]
        here = None
        if value is not None:
            here = (x, floor - (floor - top) * value)
            if last is not None:
                body.append(f'<line x1="{last[0]:.1f}" y1="{last[1]:.1f}" x2="{x:.1f}" y2="{here[1]:.1f}" stroke="{LOOKS["hit"]}" stroke-width="1.6"/>')
            body.append(_text(x + _aside(values, place), here[1] + (-6 if _above(values, place) else 13), written(value, "ratio", lang), anchor="middle", size=8.5))
            body.append(f'<circle cx="{x:.1f}" cy="{here[1]:.1f}" r="2.6" fill="{LOOKS["hit"]}"/>')
        last = here
    height = floor + 24 + 12 * max((name.count("\n") for name, _ in points), default=0)
    return _framed(body, height), height


def _beside(values: Sequence[float | None], place: int) -> list[float]:
    """Return by how much the points before and after lie above the one at `place`."""
    return [near - values[place] if 0 <= at < len(values) and (near := values[at]) is not None else 0.0 for at in (place - 1, place + 1)]


def _above(values: Sequence[float | None], place: int) -> bool:
    """Return whether a label stands above its point: below it where the line rises on both sides, or on one and hardly falls on the other."""
    low, high = sorted(_beside(values, place))
    return low <= 0 and not (high > 0.02 and low > -0.06) or values[place] < 0.2


def _aside(values: Sequence[float | None], place: int) -> float:
    """Return how far a label stands aside from its point, away from the side on which the line comes from above; the first stays off the scale."""
    if not _above(values, place):
        return 0.0
    before, after = _beside(values, place)
    return 9.0 if before > 0.02 > after else -9.0 if after > 0.02 > before and place else 0.0


def png(svg: str) -> bytes:
    """Return a drawing as PNG; the same drawing gives the same bytes."""
    return typeset.drawn(svg, DENSITY)
