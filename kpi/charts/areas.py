"""A map of areas drawn as plain polygons: no tiles, no projection but the right ratio of degrees, nothing fetched from anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.charts import style
from kpi.charts.style import Figure

DENSE = 24
"""Areas from which labels shrink to their names."""


@dataclass(frozen=True, kw_only=True)
class Area:
    """One area: rings of (longitude, latitude), where its label stands, its words, its fill, and where a click leads."""

    name: str
    rings: Sequence[Sequence[tuple[float, float]]]
    at: tuple[float, float]
    text: str
    colour: str
    hatched: bool = False
    marked: bool = False
    link: str = ""


def areas(listed: Sequence[Area], height: int = 430) -> Figure:
    """Return the map; an area that is asked for has a dark outline, one of too few cases is hatched."""
    traces = [_trace(area) for area in listed if not area.marked] + [_trace(area) for area in listed if area.marked]
    xs = [x for area in listed for ring in area.rings for x, _ in ring]
    ys = [y for area in listed for ring in area.rings for _, y in ring]
    middle = (min(ys) + max(ys)) / 2
    bare = {"visible": False, "fixedrange": True, "automargin": False}
    size = style.SIZE["small"] if len(listed) > DENSE else style.SIZE["label"]
    notes = []
    for area in listed:
        name = f'<a href="{area.link}" target="_self" style="color:{style.INK}">{area.name}</a>' if area.link else area.name
        words = name if len(listed) > DENSE or not area.text else f"{name}<br><b>{area.text}</b>"
        notes.append(style.note(words, *area.at, font={"size": size, "color": style.INK}, captureevents=bool(area.link)))
    return {
        "data": traces,
        "layout": style.layout(
            height, margin={"l": 4, "r": 4, "t": 4, "b": 4}, annotations=notes,
            xaxis={**bare, "range": [min(xs), max(xs)]},
            yaxis={**bare, "range": [min(ys), max(ys)], "scaleanchor": "x", "scaleratio": 1 / max(0.05, math.cos(math.radians(middle)))},
        ),
    }


def _trace(area: Area) -> Figure:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in area.rings:
        if xs:
            xs.append(None)
            ys.append(None)
        xs += [x for x, _ in ring]
        ys += [y for _, y in ring]
    fill = {"fillpattern": {"shape": "/", "fgcolor": style.CONTEXT, "bgcolor": style.SURFACE, "size": 6, "solidity": 0.2}} if area.hatched else {"fillcolor": area.colour}
    return {
        "type": "scatter", "mode": "lines", "x": xs, "y": ys, "fill": "toself", **fill,
        "line": {"color": style.INK if area.marked else style.MUTED, "width": 2.5 if area.marked else 0.8}, "hoveron": "fills", "name": "",
        "text": f"{area.name} {area.text}".strip(), "hoverinfo": "text",
    }
