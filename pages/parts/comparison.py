"""Whether a grid or a manager differs from the company by more than the number of cases allows; no ranking, in order of code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kpi.charts import style
from kpi.charts.compare import Unit, compare
from kpi.metrics.model import UNSTATED
from kpi.metrics.registry import metric
from kpi.standards import months
from kpi.stats import funnel
from kpi.words import MISSING
from kpi.words import format as written
from pages.parts import data, html, session
from pages.parts.data import Figures
from pages.parts.figures import block
from pages.parts.filters import View

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What is compared: units of one kind ("grid" or "manager"), their rows in order of code, how each is named, which is asked for."""

    kind: str
    rows: Mapping[str, Row]
    name: Callable[[str], str]
    marked: str | None


def grids(view: View, id: str, rolling: Figures) -> None:
    """Show a share of every grid over twelve months beside what chance allows a grid of its size."""
    rows = {grid: row for grid in rolling.grids if grid != UNSTATED and (row := rolling.row(id, None, grid))}
    _show(view, id, Asked("grid", rows, view.grid_name, view.grid))


def managers(view: View, id: str) -> None:
    """Show a share of every manager over twelve months; names masked, none coloured."""
    named = dict(view.managers)
    regime = view.regime()
    found = session.results(view.source, [id], start=months.shift(view.month, -11), end=view.month, by=("manager",), where={"regime": regime} if regime else {})
    rows = {row["manager"]: row for row in found if row["month"] is None and row["manager"] in named}
    _show(view, id, Asked("manager", rows, lambda code: named[code], view.manager))


def _show(view: View, id: str, asked: Asked) -> None:
    if metric(id).kind != "ratio":
        return
    enough = {unit: row for unit, row in asked.rows.items() if row["n"] >= funnel.ENOUGH}
    few = [unit for unit, row in asked.rows.items() if 0 < row["n"] < funnel.ENOUGH]
    found = session.comparison(view.source, tuple((unit, row["hits"], row["n"]) for unit, row in enough.items())) if len(enough) > 1 else {"units": [], "tau2": 0}
    told = {unit["unit"]: unit for unit in found["units"]}
    apart = bool(found["tau2"]) and 2 * sum(unit["low"] > found["theta"] or unit["high"] < found["theta"] for unit in told.values()) >= len(told)
    units, listed = [], []
    for unit, row in asked.rows.items():
        if unit not in told:
            if row["n"]:
                listed.append([asked.name(unit), f"{row['hits']:,}/{row['n']:,}", MISSING, view.word("comparison.state_few" if unit in few else "comparison.state_alone")])
            continue
        one = told[unit]
        state = "apart" if apart else _state(one, found["theta"])
        text = data.in_counts(view, row)
        units.append(Unit(name=asked.name(unit), value=one["value"], near=(one["lcl95"], one["ucl95"]), far=(one["lcl998"], one["ucl998"]), text=text, flagged=state not in ("same", "apart"),
                          alarm=asked.kind == "grid" and state in ("below", "far_below"), marked=unit == asked.marked))
        listed.append([asked.name(unit), text, written(one["shrunk"], "ratio", view.lang), view.word(f"comparison.{state}")])
    label = metric(id).label.of(view.lang)
    kind = view.word(f"comparison.kind_{asked.kind}")
    flagged = sum(unit.flagged for unit in units)
    key = "too_few" if not units else "differ" if apart else "flagged" if flagged else "none"
    notes = [view.word("comparison.sub")]
    notes += [view.word("comparison.wide", kind=kind)] if found["tau2"] else []
    notes += [view.word("comparison.few", n=len(few), kind=kind)] if few else []
    figure = compare(units, found["theta"], name=label, level_name=view.word("comparison.level", value=written(found["theta"], "ratio", view.lang))) if units else None
    legend = [("dot", style.ACTUAL, view.word(f"chart.{asked.kind}")), ("bar", style.STEPS[1], view.word("comparison.near")), ("bar", style.STEPS[0], view.word("comparison.far")),
              *([("dot", style.MISS, view.word("comparison.outside"))] if any(unit.alarm for unit in units) else [])]
    heads = [view.word(f"chart.{asked.kind}"), label, view.word("comparison.shrunk"), view.word("comparison.says")]
    block(view, f"compare_{asked.kind}_{id}", f"{label}{': ' if view.lang == 'en' else '：'}{view.word(f'comparison.{key}', n=len(units), k=flagged, kind=kind)}",
          (" " if view.lang == "en" else "").join(notes), legend if units else [], figure, html.table(heads, listed))


def _state(unit: Row, level: float) -> str:
    if not unit["flag95"]:
        return "same"
    if unit["value"] > level:
        return "higher"
    return "far_below" if unit["flag998"] else "below"
