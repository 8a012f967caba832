"""Axes of months, and the places of small multiples in one figure."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.charts import style
from kpi.charts.style import Figure
from kpi.words import month_short


def months(listed: Sequence[str], lang: str, *, every: int = 3, **more: object) -> Figure:
    """Return a category axis of months "2024-05": every third month named in words, the year under each January and the first."""
    values, texts = [], []
    for place, month in enumerate(listed):
        january = month.endswith("-01")
        if (int(month[5:7]) - 1) % every == 0 or place == 0:
            values.append(month)
            year = f"<br>{month[:4]}{'' if lang == 'en' else '年'}" if january or place == 0 else ""
            texts.append(month_short(month, lang) + year)
    # a first month that stands right before a named one would touch it
    if len(values) > 1 and listed.index(values[1]) == 1 and every > 1:
        keep = 1 if values[1].endswith("-01") else 0
        values.pop(1 - keep)
        texts.pop(1 - keep)
    return style.axis(type="category", categoryorder="array", categoryarray=list(listed), showgrid=False, tickmode="array", tickvals=values, ticktext=texts, tickangle=0, **more)


def places(count: int, columns: int, *, gap: float, band: float) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the x and y domains of `count` panels in rows from the top left.

    `gap` is the share of the width between columns; `band` the share of a row kept free above its panels for their titles.
    """
    rows = -(-count // columns)
    width = (1 - gap * (columns - 1)) / columns
    height = 1 / rows
    found = []
    for index in range(count):
        row, column = divmod(index, columns)
        left = column * (width + gap)
        top = 1 - row * height
        found.append(((left, left + width), (top - height + band * height * 0.12, top - band * height)))
    return found


def chosen(month: str | None, listed: Sequence[str], **where: object) -> list[Figure]:
    """Return the band that marks the month in question, as a list of shapes; empty when it is not on the axis."""
    if month not in listed:
        return []
    at = list(listed).index(month)
    return [{"type": "rect", "xref": "x", "yref": "paper", "x0": at - 0.5, "x1": at + 0.5, "y0": 0, "y1": 1, "fillcolor": style.BAND, "line": {"width": 0}, "layer": "below", **where}]
