"""Measured values as dots and lines: across grids, over months, and over months for every grid; the promise is a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.charts import axes, style
from kpi.charts.style import Figure


@dataclass(frozen=True, kw_only=True)
class Dots:
    """One measured series: its word, a value for each place (None = not to be told), its words, its look, and a range if it has one."""

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]
    colour: str = style.ACTUAL
    symbol: str = "circle"
    joined: bool = True
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One small multiple: its title, and its series."""

    title: str
    dots: Sequence[Dots]
    marked: bool = False


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The promised value and its words."""

    value: float
    text: str


def _top(groups: Sequence[Sequence[Dots]], promise: Promise | None) -> tuple[float, float]:
    """Return the ends of the shared scale, zero included."""
    found = [v for dots in groups for d in dots for v in (*d.values, *d.low, *d.high) if v is not None]
    if promise:
        found.append(promise.value)
    low, high = min([0, *found]), max([0, *found])
    room = (high - low or 1) * 0.1
    return (low - room if low < 0 else 0, high + room)


def _marker(d: Dots, size: int) -> Figure:
    hollow = d.symbol.endswith("-open")
    return {"color": d.colour, "size": size, "symbol": d.symbol, "line": {"color": d.colour, "width": 1.6 if hollow else 0}}


def across(labels: Sequence[str], dots: Sequence[Dots], *, promise: Promise | None = None, notes: Sequence[str] = (), marked: int | None = None,
           percent: bool = False) -> Figure:
    """Return one row for each label with its dots on a shared scale from zero; `notes` stand at the right end of the rows."""
    low, high = _top([dots], promise)
    rows = list(range(len(labels)))
    traces, shapes, texts = [], [], []
    for place in rows:
        known = [d.values[place] for d in dots if d.values[place] is not None]
        if len(known) > 1:
            shapes.append(style.line(x0=min(known), x1=max(known), y0=place, y1=place, xref="x", yref="y", colour=style.CONTEXT, width=3) | {"layer": "below"})
    for d in dots:
        ranged = [place for place in rows if d.low and d.low[place] is not None and d.high[place] is not None]
        shapes += [style.line(x0=d.low[place], x1=d.high[place], y0=place, y1=place, xref="x", yref="y", colour=style.CONTEXT, width=5) | {"layer": "below"} for place in ranged]
        traces.append(
            {
                "type": "scatter", "mode": "markers", "name": d.name, "x": list(d.values), "y": rows, "marker": _marker(d, 9), "cliponaxis": False,
                "customdata": [[label, text] for label, text in zip(labels, d.texts, strict=True)],
                "hovertemplate": f"%{{customdata[0]}}<br>{d.name} %{{customdata[1]}}<extra></extra>",
            }
        )
    if promise:
        shapes.append(style.line(x0=promise.value, x1=promise.value, y0=-0.6, y1=len(labels) - 0.4, xref="x", yref="y"))
        texts.append(style.note(promise.text, promise.value, -0.62, yanchor="bottom", font={"size": style.SIZE["small"], "color": style.INK}))
    texts += [
        style.note(words, 1, place, xref="paper", xanchor="left", xshift=6, font={"size": style.SIZE["small"], "color": style.MUTED}) for place, words in enumerate(notes) if words
    ]
    return {
        "data": traces,
        "layout": style.layout(
            max(96, 54 + 24 * len(labels)),
            margin={"l": 8, "r": 14 + int(max((style.width(words, style.SIZE["small"]) for words in notes), default=0)), "t": 8, "b": 8},
            xaxis=style.axis(range=[low, high], nticks=6, **({"tickformat": ".0%"} if percent else {})),
            yaxis=style.axis(tickmode="array", tickvals=rows, ticktext=[f"<b>▸ {label}</b>" if place == marked else label for place, label in enumerate(labels)],
                             range=[len(labels) - 0.4, -1.3 if promise else -0.6], showgrid=False, ticklabelstandoff=8, tickfont={"size": style.SIZE["tick"], "color": style.INK}),
            annotations=texts, shapes=shapes,
        ),
    }


def _lines(months: Sequence[str], names: Sequence[str], dots: Sequence[Dots], *, title: str = "", number: int = 1, size: int = 7) -> list[Figure]:
    ids = {} if number == 1 else {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    head = f"{title} " if title else ""
    return [
        {
            "type": "scatter", "mode": "lines+markers" if d.joined else "markers", "name": d.name, "x": list(months), "y": list(d.values), "connectgaps": False, **ids,
            "line": {"color": d.colour, "width": 1.8}, "marker": _marker(d, size), "cliponaxis": False,
            "customdata": [[head + name, text] for name, text in zip(names, d.texts, strict=True)],
            "hovertemplate": f"%{{customdata[0]}}<br>{d.name} %{{customdata[1]}}<extra></extra>",
        }
        for d in dots
    ]


def _ranges(months: Sequence[str], d: Dots) -> list[Figure]:
    """Return the range of each month of a series that has them, as bars behind its line."""
    return [
        style.line(x0=month, x1=month, y0=low, y1=high, xref="x", yref="y", colour=style.CONTEXT, width=5) | {"layer": "below"}
        for month, low, high in zip(months, d.low or [None] * len(months), d.high or [None] * len(months), strict=True) if low is not None and high is not None
    ]


def over_time(months: Sequence[str], names: Sequence[str], dots: Sequence[Dots], *, lang: str, promise: Promise | None = None, month: str | None = None,
              breaks: Sequence[tuple[str, str]] = (), height: int = 240) -> Figure:
    """Return lines by month on a scale from zero; a month without a value is a gap, ranges stand behind the line, `breaks` (month, words) mark a new rule."""
    low, high = _top([dots], promise)
    shapes, notes = [*axes.chosen(month, months), *(shape for d in dots for shape in _ranges(months, d))], []
    if promise:
        shapes.append(style.line(xref="paper", x0=0, x1=1, yref="y", y0=promise.value, y1=promise.value))
        notes.append(style.note(promise.text, 1, promise.value, xref="paper", xanchor="right", yanchor="bottom", font={"size": style.SIZE["small"], "color": style.INK},
                                bgcolor=style.VEIL))
    for first, words in breaks:
        if first in months:
            at = list(months).index(first) - 0.5
            shapes.append(style.line(xref="x", x0=at, x1=at, yref="paper", y0=0, y1=1, dash="dot", width=1, colour=style.MUTED))
            notes.append(style.note(words, at, 1, yref="paper", xanchor="left", yanchor="top", xshift=4, font={"size": style.SIZE["small"], "color": style.MUTED},
                                    bgcolor=style.VEIL))
    return {
        "data": _lines(months, names, dots),
        "layout": style.layout(height, xaxis=axes.months(months, lang), yaxis=style.axis(range=[low, high], nticks=6), annotations=notes, shapes=shapes),
    }


def facets(months: Sequence[str], names: Sequence[str], panels: Sequence[Panel], *, lang: str, promise: Promise | None = None, month: str | None = None, columns: int = 4,
           row: int = 112) -> Figure:
    """Return one figure with a panel for each grid, all on the same scale; the promise is drawn in each."""
    low, high = _top([panel.dots for panel in panels], promise)
    rows = -(-len(panels) // columns)
    out: Figure = {"data": [], "layout": style.layout(max(150, rows * row + 34), annotations=[], shapes=[])}
    for place, (panel, (x, y)) in enumerate(zip(panels, axes.places(len(panels), columns, gap=0.035, band=0.24), strict=True)):
        number = place + 1
        tail = "" if number == 1 else str(number)
        bottom = place + columns >= len(panels)
        out["data"] += _lines(months, names, panel.dots, title=panel.title, number=number, size=4)
        out["layout"][f"xaxis{tail}"] = axes.months(months, lang, every=12, domain=list(x), anchor=f"y{tail}", showticklabels=bottom)
        out["layout"][f"yaxis{tail}"] = style.axis(domain=list(y), anchor=f"x{tail}", range=[low, high], nticks=3, showticklabels=place % columns == 0)
        heading = f"<b>▸ {panel.title}</b>" if panel.marked else panel.title
        out["layout"]["annotations"].append(style.note(heading, x[0], y[1], xref="paper", yref="paper", xanchor="left", yanchor="bottom", font={"size": style.SIZE["label"], "color": style.INK}))
        out["layout"]["shapes"] += axes.chosen(month, months, xref=f"x{tail}", yref=f"y{tail} domain")
        if promise:
            out["layout"]["shapes"].append(style.line(xref="paper", x0=x[0], x1=x[1], yref=f"y{tail}", y0=promise.value, y1=promise.value, width=1))
    return out
