"""Whether a KPI changes from month to month, or varies as it always does."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.charts import style
from kpi.charts.control import Point, control
from kpi.metrics.changes import CHARTED, RULES, Change, Count, count
from kpi.metrics.registry import metric
from kpi.stats import spc
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import data, html, managing, session
from pages.parts.data import Figures
from pages.parts.figures import block, breaks
from pages.parts.filters import View
from pages.parts.html import tag


def name(view: View, one: Change) -> str:
    """Return the name of a KPI with its state, for the list to choose from."""
    state = "" if one.state == "common" else f" ({view.word(f'changes.state.{one.state}')})" if view.lang == "en" else f"（{view.word(f'changes.state.{one.state}')}）"
    return metric(one.id).label.of(view.lang) + state


def changes(view: View, ids: Sequence[str] = CHARTED) -> list[Change]:
    """Return what the months up to the one asked for say of each KPI, and of the value it is assessed by, those to look at first at the front."""
    assessed = {id: row["value"] for id, row in managing.assessed(view.source, view.month).items() if id in ids}
    return session.changes(view.source, tuple(ids), tuple(m for m in data.window(view) if m <= view.month), view.where, assessed)


def open(view: View, found: Sequence[Change]) -> None:
    """Show the sentence above all the charts."""
    html.show(tag("div", _summary(view, found), tag("p", view.word("changes.how"), cls="aside"), cls="panel"))


def _summary(view: View, found: Sequence[Change]) -> html.Html:
    return tag("p", counted(view, count(found)), cls="lead")


def counted(view: View, found: Count) -> str:
    """Return in a sentence how many charts are flagged, and how many chance alone would flag."""
    if not found.n:
        return view.word("changes.none_judged")
    key = "none_flagged" if not found.k else "flagged" if found.m else "flagged_few"
    return view.word(f"changes.{key}", n=found.n, k=found.k, m=found.m)


def list_all(view: View, found: Sequence[Change], monthly: Figures) -> None:
    """Show every KPI with its month, its usual range, its state in words, and which rule says so."""
    assessed = any(one.target is not None for one in found)
    heads = [view.word(f"changes.head.{name}") for name in ("kpi", "value", "usual", "state", *(("assessed",) if assessed else ()))]
    rows = []
    for one in found:
        label = metric(one.id).label.of(view.lang)
        row, points = monthly.here(one.id, view.month), one.chart["points"]
        usual = view.word("changes.usual", low=_written(view, one.id, max(0.0, points[-1]["lpl"])), high=_written(view, one.id, points[-1]["upl"])) if one.judged and points else MISSING
        said = view.word(f"changes.state.{one.state}")
        rule = view.word(f"changes.rule.{one.rule}") if one.rule else ""
        judged = [outlook(view, one)] if assessed else []
        rows.append([label, data.in_counts(view, row), usual, html.join(tag("b", said, cls="m" if one.state == "worse" else ""), " ", tag("span", rule, cls="aside") if rule else ""), *judged])
    html.show(tag("div", html.table(heads, rows, left=len(heads), cls="found"), cls="panel"))


def outlook(view: View, one: Change) -> str:
    """Return the value assessed by and what the present level makes of it, in words; — where none is set."""
    if one.target is None:
        return MISSING
    value = written(one.target, metric(one.id).unit, view.lang)
    return f"{value}{': ' if view.lang == 'en' else '：'}{view.word(f'changes.outlook_{one.outlook}')}"


def _written(view: View, id: str, value: float | None) -> str:
    unit = metric(id).unit
    if unit == "count" and value is not None:
        value = round(value)
    return written(min(value, 1.0) if unit == "ratio" and value is not None else value, unit, view.lang)


def show(view: View, one: Change, monthly: Figures) -> None:
    """Show the chart of one KPI: values, mean, limits, and the months that break a rule; misses stand in its table."""
    listed = [m for m in data.window(view) if m <= view.month]
    by_month = {p["month"]: p for p in one.chart["points"]}
    limits = one.state != "ceiling"
    enough = {phase for phase in {p["phase"] for p in by_month.values()} if sum(p["phase"] == phase for p in by_month.values()) >= spc.ENOUGH}
    points, rows = [], []
    for month in listed:
        p, row = by_month.get(month), monthly.here(one.id, month)
        drawn = limits and p is not None and p["phase"] in enough and p["upl"] is not None
        rule = RULES.get(p["rule"], "") if drawn else ""
        said = view.word(f"changes.rule.{rule}") if rule else ""
        name, text = month_name(month, view.lang), data.written_value(view, row)
        points.append(Point(month=month, name=name, value=p["value"] if p else None, text=text, phase=p["phase"] if p else None, mean=p["mean"] if drawn else None,
                            low=max(0.0, p["lpl"]) if drawn else None, high=p["upl"] if drawn else None, said=said))
        counts = f"{row['hits']:,} / {row['n']:,}" if row and row["hits"] is not None and row["n"] else MISSING
        rows.append([name, text, counts, _written(view, one.id, p["mean"]) if drawn else MISSING,
                     view.word("changes.usual", low=_written(view, one.id, max(0.0, p["lpl"])), high=_written(view, one.id, p["upl"])) if drawn else MISSING, said])
    label, ratio = metric(one.id).label.of(view.lang), metric(one.id).unit == "ratio"
    colon = ": " if view.lang == "en" else "："
    title = f"{label}{colon}{view.word(f'changes.state.{one.state}')}"
    if one.rule:
        rule = view.word(f"changes.rule.{one.rule}")
        title += f" ({rule})" if view.lang == "en" else f"（{rule}）"
    names = (label, view.word("changes.mean"), view.word("changes.limits"))
    known = any(p.value is not None for p in points)
    target = None
    if one.target is not None:
        begins = managing.assessed(view.source, view.month)[one.id]["valid_from"]
        target = (one.target, [m for m in listed if m >= begins[:7] and m[:4] == begins[:4]])
    figure = control(points, names=names, lang=view.lang, month=view.month, percent=ratio, breaks=breaks(view), target=target) if known else None
    legend = [("dot", style.ACTUAL, view.word("changes.value"))]
    if any(p.mean is not None for p in points):
        legend += [("line", style.INK, names[1]), ("line", style.MUTED, names[2]), ("dot", style.MISS, view.word("changes.marked"))]
    if one.target is not None:
        legend += [("line", style.TARGET, view.word("changes.target"))]
        title += view.word("changes.outlook", says=outlook(view, one))
    heads = [view.word("chart.month"), view.word("changes.value"), view.word("changes.counts"), names[1], names[2], view.word("changes.says")]
    block(view, f"control_{one.id}", title, view.word(f"changes.sub_{'ceiling' if one.state == 'ceiling' else 'few' if one.state == 'few' else 'ratio' if ratio else 'value'}"), legend, figure,
          html.table(heads, rows))
