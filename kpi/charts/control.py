"""A control chart: values by month with their mean, the limits of normal variation, and the points that say something changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.charts import axes, style
from kpi.charts.style import Figure


@dataclass(frozen=True, kw_only=True)
class Point:
    """One month: its value, the mean and limits of its phase (None where too few months tell them), and what it says, if anything."""

    month: str
    name: str
    value: float | None
    text: str
    phase: int | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    said: str = ""


def control(points: Sequence[Point], *, names: tuple[str, str, str], lang: str, month: str | None = None, percent: bool = False, breaks: Sequence[tuple[str, str]] = (),
            target: tuple[float, Sequence[str]] | None = None, height: int = 300) -> Figure:
    """Return the chart; `names` are the words of the value, its mean and its limits, `breaks` (month, words) where a new rule began, `target` a value to reach and its months."""
    listed = [p.month for p in points]
    shown = [v for p in points for v in (p.value, p.low, p.high) if v is not None] + ([target[0]] if target else [])
    low, high = min([0.0, *shown]) if not percent else max(0.0, min(shown, default=0) - 0.05), max(shown, default=1)
    room = (high - low or 1) * 0.08
    traces = []
    for phase in sorted({p.phase for p in points if p.phase is not None}):
        part = [p for p in points if p.phase == phase and p.mean is not None]
        if not part:
            continue
        months = [p.month for p in part]
        for which, (dash, width, colour, name) in {"mean": ("solid", 1.2, style.INK, names[1]), "low": ("dash", 1, style.MUTED, names[2]), "high": ("dash", 1, style.MUTED, names[2])}.items():
            traces.append({"type": "scatter", "mode": "lines", "x": months, "y": [getattr(p, which) for p in part], "name": name, "hoverinfo": "skip",
                           "line": {"color": colour, "width": width, "dash": dash, "shape": "hvh"}, "cliponaxis": False})
    traces.append(
        {"type": "scatter", "mode": "lines+markers", "x": listed, "y": [p.value for p in points], "name": names[0], "connectgaps": False, "cliponaxis": False,
         "line": {"color": style.ACTUAL, "width": 1.8},
         "marker": {"size": [11 if p.said else 6 for p in points], "color": [style.MISS if p.said else style.ACTUAL for p in points], "symbol": ["diamond" if p.said else "circle" for p in points]},
         "customdata": [[p.name, p.text, f"<br>{p.said}" if p.said else ""] for p in points], "hovertemplate": f"%{{customdata[0]}}<br>{names[0]} %{{customdata[1]}}%{{customdata[2]}}<extra></extra>"}
    )
    shapes, notes = [*axes.chosen(month, listed)], []
    if target and target[1]:
        ends = [listed.index(target[1][0]) - 0.5, listed.index(target[1][-1]) + 0.5]
        shapes.append(style.line(xref="x", x0=ends[0], x1=ends[1], yref="y", y0=target[0], y1=target[0], width=2, colour=style.TARGET))
    for first, words in breaks:
        if first in listed:
            at = listed.index(first) - 0.5
            shapes.append(style.line(xref="x", x0=at, x1=at, yref="paper", y0=0, y1=1, dash="dot", width=1, colour=style.MUTED))
            notes.append(style.note(words, at, 1, yref="paper", xanchor="left", yanchor="top", xshift=4, font={"size": style.SIZE["small"], "color": style.MUTED}, bgcolor=style.VEIL))
    axis = style.axis(range=[max(0.0, low - room) if percent else low, high + room], nticks=6, **({"tickformat": ".0%"} if percent else {}))
    return {"data": traces, "layout": style.layout(height, xaxis=axes.months(listed, lang), yaxis=axis, annotations=notes, shapes=shapes)}
