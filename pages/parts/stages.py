"""Where the time goes: three clocks side by side, the days of each stage, and how many are connected after how many days."""

from __future__ import annotations

from kpi.charts import style, values
from kpi.charts.reached import reached
from kpi.charts.values import Dots
from kpi.metrics.verdict import GRID
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import cards, html, months, session
from pages.parts.data import Figures
from pages.parts.figures import block
from pages.parts.filters import View

MOST = 120
"""Days that the curve shows; whoever waits longer stands in the list of open cases."""

MARKS = (30, 60, 90)

AFTER = ("on_first", "first_second")
"""Stages after gas on: they end nobody's waiting for gas."""


def clocks(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show the three clocks: opening the valve, the company's working days, the whole wait."""
    cards.row_of(
        cards.value_card(view, view.word("stages.valve"), monthly.here("valve_time_p50", view.month)),
        cards.value_card(view, view.word("stages.company"), monthly.here("company_time_p50", view.month)),
        cards.wait_card(view, rolling, monthly),
    )
    cards.note(view.word("stages.clocks"))


def _first(view: View) -> str:
    return months.shift(view.month, -11)


def show(view: View) -> None:
    """Show median and most (85 %) of the days of each stage that ended in the twelve months, with who has it in hand."""
    found = session.stages(view.source, _first(view), view.month, view.where)
    labels = [view.word(f"stages.stage.{row['stage']}") for row in found]
    enough = [row["n"] >= GRID for row in found]

    def texts(name: str) -> list[str]:
        return [written(row[name], "d", view.lang) if row["n"] else MISSING for row in found]

    dots = [
        Dots(name=view.word(f"stages.{name}"), values=[row[name] if many else None for row, many in zip(found, enough, strict=True)], texts=texts(name), colour=colour, symbol=symbol)
        for name, colour, symbol in (("p50", style.ACTUAL, "circle"), ("p85", style.STEPS[2], "diamond"))
    ]
    notes = [view.word(f"stages.owner.{row['stage']}") if many else view.word("stages.few", n=row["n"]) if row["n"] else view.word("stages.blank") for row, many in zip(found, enough, strict=True)]
    longest = max((row for row, many in zip(found, enough, strict=True) if many and row["stage"] not in AFTER), key=lambda row: row["p50"], default=None)
    title = view.word("stages.title", stage=view.word(f"stages.stage.{longest['stage']}"), days=written(longest["p50"], "d", view.lang)) if longest else view.word("stages.none")
    figure = values.across(labels, dots, notes=notes) if longest else None
    heads = [view.word(f"stages.head.{name}") for name in ("stage", "owner", "n", "p50", "p85", "longest", "contrary")]
    rows = [[label, view.word(f"stages.owner.{row['stage']}"), f"{row['n']:,}", *(written(row[name], "d", view.lang) if row[name] is not None else MISSING for name in ("p50", "p85", "longest")), row["contrary"]]
            for label, row in zip(labels, found, strict=True)]
    block(view, "stages", title, view.word("stages.sub", first=month_name(_first(view), view.lang), last=month_name(view.month, view.lang)),
          [("dot", d.colour, d.name) for d in dots], figure, html.table(heads, rows, left=2), wide=True)


def curve(view: View) -> None:
    """Show for those who applied in the twelve months how many were connected by which day, cancelled ones apart."""
    points = session.connected(view.source, _first(view), view.month, view.where, MOST)
    at = {day: max((p["share"] for p in points if p["days"] <= day), default=None) for day in MARKS}
    seen = [(day, share) for day, share in at.items() if share is not None]
    comma = "; " if view.lang == "en" else "，"
    title = comma.join(view.word("stages.by_day", days=day, share=written(share, "ratio", view.lang)) for day, share in seen) or view.word("stages.none")
    names = (view.word("stages.connected"), view.word("stages.cancelled"))
    figure = reached([p["days"] for p in points], [p["share"] for p in points], [p["cancelled"] for p in points], names=names, day=view.word("stages.day"), most=MOST,
                     marks=[(day, view.word("stages.mark", days=day, share=written(share, "ratio", view.lang))) for day, share in seen]) if points else None
    heads = [view.word("stages.head.day"), *names, view.word("stages.head.waiting")]
    rows = []
    for day in range(10, MOST + 1, 10):
        by = [p for p in points if p["days"] <= day]
        if by:
            rows.append([view.word("stages.day").format(day), written(by[-1]["share"], "ratio", view.lang), written(by[-1]["cancelled"], "ratio", view.lang),
                         next((f"{p['waiting']:,}" for p in points if p["days"] > day), MISSING)])
    block(view, "connected", title, view.word("stages.curve_sub", first=month_name(_first(view), view.lang), last=month_name(view.month, view.lang)),
          [("line", style.ACTUAL, names[0]), ("line", style.UNKNOWN, names[1])], figure, html.table(heads, rows))
