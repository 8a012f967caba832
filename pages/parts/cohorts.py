"""Blocks about those who applied together: months of them rolled into one, and with or without works outside the red line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.charts import style, values
from kpi.charts.values import Dots
from kpi.metrics.verdict import GRID
from kpi.standards import months
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import data, html, session, timing
from pages.parts.figures import block, breaks
from pages.parts.filters import View

MONTHS = 3
"""Months of applications that make one cohort."""

LINES = ("whole_wait_median", "whole_wait_p85")
WITHIN = ("whole_wait_within_30", "whole_wait_within_60", "whole_wait_within_90")
LOOK = ((style.ACTUAL, "circle"), (style.STEPS[2], "diamond"))

Row = Mapping[str, Any] | None


def _row(group: Mapping[str, Any] | None) -> dict[str, Row]:
    """Return a group of waits as figures by KPI, none where nobody applied."""
    if group is None:
        return dict.fromkeys((*LINES, *WITHIN))
    told = [("d", *(group[name] or (None,) * 3)) for name in ("median", "p85")] + [("ratio", one["share"], one["low"], one["high"]) for one in group["within"]]
    return {id: {"n": group["n"], "unit": unit, "value": value, "chance_low": low, "chance_high": high} for id, (unit, value, low, high) in zip((*LINES, *WITHIN), told, strict=True)}


def _text(view: View, row: Row) -> str:
    """Return a value with the range that chance allows; what half have not reached in words."""
    if not row or not row["n"]:
        return MISSING
    if row["value"] is None:
        return view.word("cohorts.not_yet" if row["unit"] == "d" else "cohorts.not_watched")
    ends = [written(row[end], row["unit"], view.lang) if row[end] is not None else view.word("cohorts.open_end") for end in ("chance_low", "chance_high")]
    text = written(row["value"], row["unit"], view.lang)
    return text if row["chance_low"] is None and row["chance_high"] is None else view.word("cohorts.ranged", value=text, low=ends[0], high=ends[1])


def _dots(view: View, rows: list[list[Row]]) -> list[Dots]:
    found = []
    for name, listed, (colour, symbol) in zip(("p50", "p85"), rows, LOOK, strict=True):
        enough = [row if row and row["n"] >= GRID and row["value"] is not None else None for row in listed]
        ends = {end: [row[end] if row and row["chance_low"] is not None and row["chance_high"] is not None and name == "p50" else None for row in enough] for end in ("chance_low", "chance_high")}
        found.append(Dots(name=view.word(f"stages.{name}"), values=[row["value"] if row else None for row in enough], texts=[_text(view, row) for row in listed], colour=colour, symbol=symbol,
                          low=ends["chance_low"], high=ends["chance_high"]))
    return found


def _table(view: View, first: str, names: list[str], rows: list[dict[str, Row]]) -> html.Html:
    heads = [first, view.word("stages.head.n"), view.word("stages.p50"), view.word("stages.p85"), *(view.word("cohorts.within", days=id.rsplit("_", 1)[1]) for id in WITHIN)]
    listed = [[name, f"{(row[LINES[0]] or {}).get('n', 0):,}", *(_text(view, row[id]) for id in (*LINES, *WITHIN))] for name, row in zip(names, rows, strict=True)]
    return html.table(heads, listed)


def over_time(view: View) -> None:
    """Show for each month how long those waited who applied in the three months up to it, open cases counted, with the range that chance allows."""
    listed = [month for month in data.window(view) if month <= view.month]
    known = timing.cohorts(view.source, MONTHS, [int(id.rsplit("_", 1)[1]) for id in WITHIN], listed[0], listed[-1], view.where)
    rows = [_row(known.get(month)) for month in listed]
    dots = _dots(view, [[row[id] for row in rows] for id in LINES])
    last = next(((month, row) for month, row in zip(reversed(listed), reversed(dots[0].values), strict=True) if row is not None), None)
    title = view.word("cohorts.title", month=month_name(last[0], view.lang), days=written(last[1], "d", view.lang)) if last else view.word("stages.none")
    names = [month_name(month, view.lang) for month in listed]
    figure = values.over_time(listed, names, dots, lang=view.lang, month=view.month, breaks=breaks(view)) if last else None
    block(view, "cohorts", title, view.word("cohorts.sub", n=GRID), [("dot", d.colour, d.name) for d in dots] + [("bar", style.CONTEXT, view.word("cohorts.range"))], figure,
          _table(view, view.word("cohorts.until"), names, rows))


def outside_line(view: View) -> None:
    """Show how long those waited who applied in the twelve months, with and without works outside the red line, since others publish limits by it."""
    first = months.shift(view.month, -11)
    results = session.results(view.source, [*LINES, *WITHIN], start=first, end=view.month, by=("outside_line",), where=view.where, over="span")
    known = {(row["metric"], row["outside_line"]): row for row in results}
    kinds = [kind for kind in ("有", "无", "(未填)") if (known.get((LINES[0], kind)) or {}).get("n")]
    rows = [{id: known.get((id, kind)) for id in (*LINES, *WITHIN)} for kind in kinds]
    dots = _dots(view, [[row[id] for row in rows] for id in LINES])
    names = [view.word(f"cohorts.line.{ {'有': 'with', '无': 'without'}.get(kind, 'unstated') }") for kind in kinds]
    told = {kind: value for kind, value in zip(kinds, dots[0].values, strict=True) if value is not None}
    both = "有" in told and "无" in told
    title = view.word("cohorts.line_title", **{"with": written(told["有"], "d", view.lang), "without": written(told["无"], "d", view.lang)}) if both else view.word("cohorts.line_none")
    notes = ["" if row[LINES[0]]["n"] >= GRID else view.word("stages.few", n=row[LINES[0]]["n"]) for row in rows]
    figure = values.across(names, dots, notes=notes) if told else None
    block(view, "outside_line", title, view.word("cohorts.line_sub", first=month_name(first, view.lang), last=month_name(view.month, view.lang)), [("dot", d.colour, d.name) for d in dots], figure,
          _table(view, view.word("cohorts.line_head"), names, rows))
