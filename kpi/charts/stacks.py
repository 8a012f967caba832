"""Counts as stacked bars: across grids, over months, and over months for every grid as small multiples.

Broken promises hang on the other side of the zero line: that line is the promise, "none".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.charts import axes, style
from kpi.charts.style import Figure


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of every bar: its word, one count for each bar (None = nothing known), how it is filled, which side it stands on."""

    name: str
    values: Sequence[int | float | None]
    colour: str
    hatched: bool = False
    below: bool = False

    @property
    def marker(self) -> Figure:
        """The fill of this part."""
        return style.hatch(self.colour) if self.hatched else style.solid(self.colour)

    @property
    def lengths(self) -> list[float | int | None]:
        """Values as drawn: the far side of the zero line is negative."""
        return [None if v is None else -v if self.below else v for v in self.values]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One small multiple: its title, and the parts of its bars."""

    title: str
    parts: Sequence[Part]
    marked: bool = False


def _reach(groups: Sequence[Sequence[Part]]) -> tuple[float, float]:
    """Return the longest stack below and above the zero line."""
    below = above = 0.0
    for parts in groups:
        for place in range(max((len(p.values) for p in parts), default=0)):
            below = max(below, sum(p.values[place] or 0 for p in parts if p.below))
            above = max(above, sum(p.values[place] or 0 for p in parts if not p.below))
    return below, above


def _on(part: Part) -> str:
    """Return the colour of a number written on a part."""
    return style.INK if part.hatched or part.colour in (style.CONTEXT, *style.STEPS[:2]) else style.SURFACE


def across(labels: Sequence[str], parts: Sequence[Part], *, promise: str = "", marked: int | None = None, unit: str = "") -> Figure:
    """Return horizontal stacked bars, one for each label from the top; `promise` names the zero line, `marked` is the label asked for."""
    below, above = _reach([parts])
    span = max(below + above, 1)
    traces = [
        {
            "type": "bar", "orientation": "h", "name": p.name, "y": list(range(len(labels))), "x": p.lengths, "marker": p.marker, "width": 0.62,
            "customdata": [[label, v] for label, v in zip(labels, p.values, strict=True)],
            "hovertemplate": f"%{{customdata[0]}}<br>{p.name} %{{customdata[1]}}{unit}<extra></extra>",
            "text": ["" if p.hatched or p.below or not v else f"{v:,g}" for v in p.values],
            # beside the bar where nothing is stacked behind it: a short one has no room inside
            "textposition": "inside" if len(parts) > 1 else "outside", "insidetextanchor": "end", "textangle": 0, "constraintext": "none", "cliponaxis": False,
            "insidetextfont": {"color": _on(p), "size": style.SIZE["label"]}, "outsidetextfont": {"color": style.INK, "size": style.SIZE["label"]},
        }
        for p in parts
    ]
    notes: list[Figure] = []
    sides = {"left": 0.0, "right": max((style.width(f"{v:,g}") for v in parts[0].values if v), default=0.0) if len(parts) == 1 else 0.0}
    for place in range(len(labels)):
        near = sum(p.values[place] or 0 for p in parts if p.below)
        far = sum(p.values[place] or 0 for p in parts if not p.below)
        told = [f"{p.name} {p.values[place]:g}" for p in parts if p.hatched and not p.below and p.values[place]]
        if near:
            words = f"{next(p.name for p in parts if p.below and p.values[place])} {near:g}"
            sides["left"] = max(sides["left"], style.width(words) * near / max(below, 1))
            notes.append(style.note(f"<b>{words}</b>", -near, place, xanchor="right", xshift=-4, font={"size": style.SIZE["label"], "color": style.MISS}))
        if told:
            sides["right"] = max(sides["right"], style.width("、".join(told)) * far / max(above, 1))
            notes.append(style.note("、".join(told), far, place, xanchor="left", xshift=5, font={"size": style.SIZE["label"], "color": style.MUTED}))
    shapes = [style.line(x0=0, x1=0, y0=-0.6, y1=len(labels) - 0.4, yref="y", xref="x", colour=style.INK)]
    if promise:
        notes.append(style.note(promise, 0, -0.62, yanchor="bottom", font={"size": style.SIZE["small"], "color": style.INK}))
    signed = any(p.below for p in parts)
    # room for the words at both ends, in shares of a narrow plot
    free = {side: min(0.36, (width + 12) / 250 if width else 0.02) for side, width in sides.items()}
    whole = span / (1 - sum(free.values()))
    left = -(below + whole * free["left"]) if signed else 0
    right = above + whole * free["right"]
    names = [f"<b>▸ {label}</b>" if place == marked else label for place, label in enumerate(labels)]
    return {
        "data": traces,
        "layout": style.layout(
            max(96, 34 + 26 * len(labels)), barmode="relative", bargap=0.3,
            xaxis=style.axis(range=[left, right], showticklabels=False, showgrid=False),
            yaxis=style.axis(tickmode="array", tickvals=list(range(len(labels))), ticktext=names, range=[len(labels) - 0.4, -1.3 if promise else -0.6], showgrid=False, ticklabelstandoff=8,
                             tickfont={"size": style.SIZE["tick"], "color": style.INK}),
            annotations=notes, shapes=shapes,
        ),
    }


def _bars(months: Sequence[str], names: Sequence[str], parts: Sequence[Part], unit: str, *, title: str = "", number: int = 1, text: bool = True) -> list[Figure]:
    ids = {} if number == 1 else {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    head = f"{title} " if title else ""
    return [
        {
            "type": "bar", "name": p.name, "x": list(months), "y": p.lengths, "marker": p.marker, "width": 0.72, **ids,
            "customdata": [[head + name, v] for name, v in zip(names, p.values, strict=True)],
            "hovertemplate": f"%{{customdata[0]}}<br>{p.name} %{{customdata[1]}}{unit}<extra></extra>",
            **({"text": ["" if not v or p.hatched else f"{v:g}" for v in p.values], "textposition": "outside" if p.below and text else "inside", "insidetextanchor": "end",
                "textangle": 0, "cliponaxis": False, "constraintext": "none" if p.below else "both",
                "textfont": {"size": style.SIZE["small"], "color": style.MISS if p.below else _on(p)}}
               if text else {}),
        }
        for p in parts
    ]


def over_time(months: Sequence[str], names: Sequence[str], parts: Sequence[Part], *, lang: str, promise: str = "", month: str | None = None, unit: str = "",
              breaks: Sequence[tuple[str, str]] = (), height: int = 240, totals: bool = False) -> Figure:
    """Return vertical stacked bars by month; `names` are the months in words, `breaks` (month, words) mark the first month of a new rule.

    With `totals` the sum stands above each bar instead of a number in each part.
    """
    below, above = _reach([parts])
    span = max(below + above, 1)
    shapes = [*axes.chosen(month, months), style.line(xref="paper", x0=0, x1=1, yref="y", y0=0, y1=0)]
    notes = [style.note(promise, 0.0, 0, xref="paper", xanchor="left", yanchor="top", yshift=-2, font={"size": style.SIZE["small"], "color": style.INK},
                        bgcolor=style.VEIL)] if promise else []
    for first, words in breaks:
        if first in months:
            at = list(months).index(first) - 0.5
            shapes.append(style.line(xref="x", x0=at, x1=at, yref="paper", y0=0, y1=1, dash="dot", width=1, colour=style.MUTED))
            notes.append(style.note(words, at, 1, yref="paper", xanchor="left", yanchor="top", xshift=4, font={"size": style.SIZE["small"], "color": style.MUTED},
                                    bgcolor=style.VEIL))
    signed = any(p.below for p in parts)
    if totals:
        sums = [sum(p.values[place] or 0 for p in parts if not p.below) for place in range(len(months))]
        notes += [style.note(f"{total:,g}", at, total, yanchor="bottom", font={"size": style.SIZE["small"], "color": style.MUTED}) for at, total in enumerate(sums) if total]
    return {
        "data": _bars(months, names, parts, unit, text=not totals),
        "layout": style.layout(
            height, barmode="relative", uniformtext={"minsize": 9, "mode": "hide"},
            xaxis=axes.months(months, lang),
            yaxis=style.axis(range=[-(below + span * 0.14) if signed else 0, above + span * 0.12], nticks=5, showticklabels=not (signed or totals), showgrid=not (signed or totals)),
            annotations=notes, shapes=shapes,
        ),
    }


def facets(months: Sequence[str], names: Sequence[str], panels: Sequence[Panel], *, lang: str, columns: int = 4, month: str | None = None, unit: str = "", row: int = 108) -> Figure:
    """Return one figure with a panel for each grid, all on the same scale, months from left to right."""
    below, above = _reach([panel.parts for panel in panels])
    span = max(below + above, 1)
    reach = [-(below + span * 0.06), above + span * 0.06]
    rows = -(-len(panels) // columns)
    out: Figure = {"data": [], "layout": style.layout(max(150, rows * row + 34), barmode="relative", bargap=0.18, annotations=[], shapes=[])}
    for place, (panel, (x, y)) in enumerate(zip(panels, axes.places(len(panels), columns, gap=0.025, band=0.24), strict=True)):
        number = place + 1
        tail = "" if number == 1 else str(number)
        bottom = place + columns >= len(panels)
        out["data"] += _bars(months, names, panel.parts, unit, title=panel.title, number=number, text=False)
        out["layout"][f"xaxis{tail}"] = axes.months(months, lang, every=12, domain=list(x), anchor=f"y{tail}", showticklabels=bottom)
        out["layout"][f"yaxis{tail}"] = style.axis(domain=list(y), anchor=f"x{tail}", range=reach, showticklabels=False, showgrid=False)
        heading = f"<b>▸ {panel.title}</b>" if panel.marked else panel.title
        out["layout"]["annotations"].append(style.note(heading, x[0], y[1], xref="paper", yref="paper", xanchor="left", yanchor="bottom", font={"size": style.SIZE["label"], "color": style.INK}))
        out["layout"]["shapes"] += [
            style.line(xref="paper", x0=x[0], x1=x[1], yref=f"y{tail}", y0=0, y1=0, width=1),
            *axes.chosen(month, months, xref=f"x{tail}", yref=f"y{tail} domain"),
        ]
    return out
