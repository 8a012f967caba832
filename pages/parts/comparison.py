"""Whether a grid differs from the company by more than its number of cases allows; no ranking."""

from __future__ import annotations

from kpi.charts import style
from kpi.charts.compare import Unit, compare
from kpi.metrics.registry import metric
from kpi.stats import funnel
from kpi.words import format as written
from pages.parts import html, session
from pages.parts.data import Figures
from pages.parts.figures import block
from pages.parts.filters import View


def show(view: View, id: str, rolling: Figures) -> None:
    """Show a share of every grid over twelve months beside what chance allows a grid of its size; grids of few cases stand apart."""
    if metric(id).unit != "ratio" or metric(id).kind != "ratio":
        return
    rows = {grid: rolling.row(id, None, grid) for grid in rolling.grids}
    enough = {grid: row for grid, row in rows.items() if row and (row["n"] or 0) >= funnel.ENOUGH}
    few = [view.grid_name(grid) for grid, row in rows.items() if row and 0 < (row["n"] or 0) < funnel.ENOUGH]
    found = session.comparison(view.source, tuple((grid, row["hits"], row["n"]) for grid, row in enough.items())) if len(enough) > 1 else {"units": []}
    by_grid = {unit["unit"]: unit for unit in found["units"]}
    units, listed = [], []
    for grid in enough:
        told = by_grid.get(grid)
        if told is None:
            continue
        state = _state(told, found["theta"])
        text = f"{told['hits']:,}/{told['n']:,} ({written(told['value'], 'ratio', view.lang)})" if view.lang == "en" else f"{told['hits']:,}/{told['n']:,}（{written(told['value'], 'ratio', view.lang)}）"
        units.append(Unit(name=view.grid_name(grid), value=told["value"], near=(told["lcl95"], told["ucl95"]), far=(told["lcl998"], told["ucl998"]), text=text,
                          flagged=state != "same", marked=grid == view.grid))
        listed.append([view.grid_name(grid), text, written(told["shrunk"], "ratio", view.lang), view.word(f"comparison.{state}")])
    flagged = [unit for unit in units if unit.flagged]
    if not units:
        title = view.word("comparison.too_few")
    elif flagged:
        title = view.word("comparison.flagged", n=len(units), k=len(flagged))
    else:
        title = view.word("comparison.none", n=len(units))
    label = metric(id).label.of(view.lang)
    notes = [view.word("comparison.sub")]
    notes += [view.word("comparison.wide")] if found.get("tau2") else []
    notes += [view.word("comparison.few", names=(", " if view.lang == "en" else "、").join(few))] if few else []
    figure = compare(units, found["theta"], name=label, level_name=view.word("comparison.level", value=written(found["theta"], "ratio", view.lang))) if units else None
    legend = [("dot", style.ACTUAL, view.word("comparison.own")), ("bar", style.STEPS[1], view.word("comparison.near")), ("bar", style.STEPS[0], view.word("comparison.far")),
              ("dot", style.MISS, view.word("comparison.outside"))]
    heads = [view.word("chart.grid"), label, view.word("comparison.shrunk"), view.word("comparison.says")]
    block(view, f"compare_{id}", f"{label}{': ' if view.lang == 'en' else '：'}{title}", (" " if view.lang == "en" else "").join(notes), legend if units else [], figure, html.table(heads, listed))


def _state(unit: dict, level: float) -> str:
    if not unit["flag95"]:
        return "same"
    if unit["value"] > level:
        return "higher"
    return "far_below" if unit["flag998"] else "below"
