"""How many have reached the end by which day: a rising curve, with what was cancelled beside it."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.charts import style
from kpi.charts.style import Figure


def reached(days: Sequence[float], share: Sequence[float], cancelled: Sequence[float], *, names: tuple[str, str], day: str, marks: Sequence[tuple[int, str]] = (), most: int = 180, height: int = 280) -> Figure:
    """Return the curve; `names` are the words of both lines, `day` the words of a day ("{} days"), `marks` (day, words) stand at vertical lines."""
    def line(values: Sequence[float], name: str, colour: str, dash: str) -> Figure:
        texts = [[day.format(f"{d:.0f}"), f"{v:.1%}"] for d, v in zip(days, values, strict=True)]
        return {"type": "scatter", "mode": "lines", "name": name, "x": [0, *days], "y": [0, *values], "line": {"color": colour, "width": 2, "dash": dash, "shape": "hv"},
                "customdata": [[day.format("0"), "0%"], *texts], "hovertemplate": f"%{{customdata[0]}}<br>{name} %{{customdata[1]}}<extra></extra>"}

    shapes, notes = [], []
    for at, words in marks:
        shapes.append(style.line(x0=at, x1=at, y0=0, y1=1, xref="x", yref="paper", dash="dot", width=1, colour=style.MUTED))
        notes.append(style.note(words, at, 0.02, yref="paper", xanchor="left", yanchor="bottom", xshift=4, font={"size": style.SIZE["small"], "color": style.INK}, bgcolor=style.VEIL))
    return {
        "data": [line(share, names[0], style.ACTUAL, "solid"), line(cancelled, names[1], style.UNKNOWN, "dash")],
        "layout": style.layout(height, xaxis=style.axis(range=[0, most], nticks=7), yaxis=style.axis(range=[0, 1.02], nticks=6, tickformat=".0%"), annotations=notes, shapes=shapes),
    }
