"""The look that all charts share: colours with their meanings, type, the frame of a figure."""

from __future__ import annotations

import re
from typing import Any

FONT = "'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"

INK = "#1b2733"
MUTED = "#5b6875"
RULE = "#d9e0e7"
SURFACE = "#ffffff"
ACTUAL = "#23415f"
"""What was done: solid and dark."""
CONTEXT = "#a9b8c8"
"""What stands beside the actual: an earlier period, a lesser degree."""
UNKNOWN = "#7d8995"
"""What cannot be told: hatched grey, always with its word."""
MISS = "#c2410c"
"""A broken promise: the one accent, always with its word."""
TARGET = "#8a6a12"
"""A value assessed by, beside the promise."""
STEPS = ("#d3dee9", "#9db4cb", "#5f83a8", "#23415f")
"""An ordered scale, from little to much."""

BAND = "#eef2f6"
"""The month in question, behind the figures."""
VEIL = "rgba(255,255,255,0.85)"
"""What keeps words legible on top of a line."""
HEAT = ("#e9f0f6", "#fdeee4", "#f9d5bd")
"""Shades of no miss, some, and more than a tenth."""

DARK = {
    INK: "#e6ebf0", MUTED: "#a3b0bc", RULE: "#2f3b47", SURFACE: "#1a222b", CONTEXT: "#566878", UNKNOWN: "#8b98a5", MISS: "#f5945c", TARGET: "#d9b95c", BAND: "#243140", VEIL: "rgba(26,34,43,0.85)",
    **dict(zip(STEPS, ("#2b3a49", "#3f5a76", "#6189b0", "#8fb4d9"), strict=True)), **dict(zip(HEAT, ("#1f2e3c", "#3a2a20", "#5c3721"), strict=True)),
}
"""Each colour on a dark ground; ACTUAL is the last of STEPS."""
_LIGHT = re.compile("|".join(map(re.escape, sorted(DARK, key=len, reverse=True))))


def dark(told: str) -> str:
    """Return a colour, or a figure written as JSON, in the colours of a dark ground."""
    return _LIGHT.sub(lambda found: DARK[found[0]], told)


SIZE = {"title": 13, "tick": 12, "label": 12, "small": 11}

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False, "responsive": True}
"""How a figure behaves on the page: no tool bar, no zoom that a finger starts by accident."""

Figure = dict[str, Any]


def layout(height: int, **more: Any) -> Figure:
    """Return the layout of a figure of `height` pixels; `more` adds to it or replaces it."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "font": {"family": FONT, "size": SIZE["tick"], "color": INK},
        "paper_bgcolor": SURFACE,
        "plot_bgcolor": SURFACE,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": SURFACE, "bordercolor": RULE, "font": {"family": FONT, "size": SIZE["label"], "color": INK}},
        "separators": ".,",
        **more,
    }


def axis(**more: Any) -> Figure:
    """Return an axis without decoration: a hairline grid, no zero line of its own, fixed against zoom."""
    return {
        "automargin": True,
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": RULE,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": SIZE["tick"], "color": MUTED},
        **more,
    }


def note(text: str, x: Any, y: Any, **more: Any) -> Figure:
    """Return a text without an arrow at a point."""
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": {"size": SIZE["label"], "color": INK}, **more}


def line(colour: str = INK, width: float = 1.5, dash: str = "solid", **where: Any) -> Figure:
    """Return a straight line as a shape; `where` holds x0, x1, y0, y1 and their references."""
    return {"type": "line", "line": {"color": colour, "width": width, "dash": dash}, **where}


def hatch(colour: str) -> Figure:
    """Return a marker hatched in `colour` on white."""
    return {"color": SURFACE, "pattern": {"shape": "/", "fgcolor": colour, "bgcolor": SURFACE, "size": 5, "solidity": 0.35}, "line": {"color": colour, "width": 1}}


def solid(colour: str) -> Figure:
    """Return a marker filled with `colour`."""
    return {"color": colour, "line": {"color": colour, "width": 0}}


def width(text: str, size: int = 12) -> float:
    """Return about how many pixels a text takes: a Chinese sign is as wide as it is high."""
    return sum(size if ord(sign) > 255 else size * 0.56 for sign in text)
