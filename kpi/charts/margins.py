"""Room for the labels of axes, reckoned here: plotly draws a figure again and again to find it, which costs more than the figure."""

from __future__ import annotations

from typing import Any

from kpi.charts.style import SIZE, Figure, width

LINE = 1.3
"""Height of a line of text in sizes of its type."""

GAP = 9
"""Pixels between the labels of an axis and the plot, and beyond."""


def fitted(figure: Figure) -> Figure:
    """Return a figure whose margins hold the labels of its axes, which stand level, so that nothing is left for plotly to find out."""
    told = figure["layout"]
    axes = {name: axis for name, axis in told.items() if name.startswith(("xaxis", "yaxis"))}
    outer = [(name[0], axis) for name, axis in axes.items() if _labelled(axis) and axis.get("domain", (0, 1))[0] < 0.01]
    flat, upright = [axis for side, axis in outer if side == "x"], [axis for side, axis in outer if side == "y"]
    # labels below stand in the middle of their ticks, so the first and the last reach over the sides
    room = {
        "l": max([_wide(axis) + axis.get("ticklabelstandoff", 0) + GAP for axis in upright] + [_half(axis, 0) + 2 for axis in flat], default=0),
        "r": max((_half(axis, -1) for axis in flat), default=0),
        "t": max((0 if "ticktext" in axis else SIZE["tick"] for axis in upright), default=0),
        "b": max((_lines(axis) * SIZE["tick"] * LINE + GAP for axis in flat), default=0),
    }
    margin = {side: max(pixels, round(room[side])) for side, pixels in told["margin"].items()}
    return {**figure, "layout": {**told, **{name: {**axis, "automargin": False, **({"tickangle": 0} if name[0] == "x" else {})} for name, axis in axes.items()}, "margin": margin}}


def _labelled(axis: dict[str, Any]) -> bool:
    return axis.get("visible", True) and axis.get("showticklabels", True)


def _lines(axis: dict[str, Any]) -> int:
    return 1 + max((text.count("<br>") for text in axis.get("ticktext", ())), default=0)


def _half(axis: dict[str, Any], end: int) -> float:
    """Return how far the first (0) or last (-1) label of a level axis may reach over its side, in pixels."""
    if "ticktext" not in axis:
        return width("1000%") / 2 + 2
    if not axis["ticktext"] or ("categoryarray" in axis and axis["tickvals"][end] != axis["categoryarray"][end]):
        return 0
    return max(width(line, SIZE["tick"]) for line in axis["ticktext"][end].split("<br>")) / 2


def _wide(axis: dict[str, Any]) -> float:
    """Return the pixels of the widest label of an upright axis."""
    if "ticktext" in axis:
        return max((width(line, SIZE["tick"]) for text in axis["ticktext"] for line in text.split("<br>")), default=0)
    most = max(map(abs, axis["range"]))
    if "%" in axis.get("tickformat", ""):
        return width("1000%")
    # a short axis has ticks between whole numbers
    return width(f"{most:.0f}" if most >= 5 else "0.5") + (width("−") if min(axis["range"]) < 0 else 0)
