"""Units of different size beside what chance allows each: a row for each unit, a band around the common level, a dot for its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.charts import style
from kpi.charts.style import Figure


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One unit: its share, the limits for a unit of its size at 95 and 99.8 %, its words, whether it lies outside, and whether that is an alarm."""

    name: str
    value: float
    near: tuple[float, float]
    far: tuple[float, float]
    text: str
    flagged: bool = False
    alarm: bool = False
    marked: bool = False


def compare(units: Sequence[Unit], level: float, *, name: str, level_name: str) -> Figure:
    """Return the chart: the wide band is the 99.8 % range, the inner one 95 %, the line the level of all together."""
    rows = list(range(len(units)))
    shapes = [style.line(x0=level, x1=level, y0=-0.6, y1=len(units) - 0.4, xref="x", yref="y", width=1.2)]
    for place, unit in enumerate(units):
        for (first, last), colour, width in ((unit.far, style.STEPS[0], 12), (unit.near, style.STEPS[1], 12)):
            shapes.append(style.line(x0=first, x1=last, y0=place, y1=place, xref="x", yref="y", colour=colour, width=width) | {"layer": "below"})
    low = min([level, *(v for u in units for v in (u.value, u.far[0]))], default=0)
    trace = {
        "type": "scatter", "mode": "markers", "name": name, "x": [u.value for u in units], "y": rows, "cliponaxis": False,
        "marker": {"size": [12 if u.flagged else 9 for u in units],
                   "color": [style.MISS if u.alarm else style.ACTUAL for u in units], "symbol": ["diamond" if u.flagged else "circle" for u in units],
                   "line": {"color": style.SURFACE, "width": 1}},
        "customdata": [[u.name, u.text] for u in units], "hovertemplate": f"%{{customdata[0]}}<br>{name} %{{customdata[1]}}<extra></extra>",
    }
    return {
        "data": [trace],
        "layout": style.layout(
            max(110, 66 + 26 * len(units)),
            xaxis=style.axis(range=[max(-0.01, low - 0.03), 1.01], nticks=6, tickformat=".0%"),
            yaxis=style.axis(tickmode="array", tickvals=rows, ticktext=[f"<b>▸ {u.name}</b>" if u.marked else u.name for u in units], range=[len(units) - 0.4, -1.2], showgrid=False,
                             ticklabelstandoff=8, tickfont={"size": style.SIZE["tick"], "color": style.INK}),
            annotations=[style.note(level_name, level, -0.62, yanchor="bottom", font={"size": style.SIZE["small"], "color": style.INK})], shapes=shapes,
        ),
    }
