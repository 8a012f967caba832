"""Where the time goes: three clocks side by side, the days of each stage, and how many are connected after how many days."""

from __future__ import annotations

from bisect import bisect_right

from kpi.charts import stacks, style, values
from kpi.charts.reached import reached
from kpi.charts.stacks import Part
from kpi.charts.values import Dots
from kpi.metrics.verdict import GRID
from kpi.standards import months
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import cards, data, html, session
from pages.parts.data import Figures
from pages.parts.figures import block
from pages.parts.filters import View

MOST = 120
"""Days that the curve shows; whoever waits longer stands in the list of open cases."""

MARKS = (30, 60, 90)

STEP = 0.25
"""Days that fall on one dot of the curve."""

APART = ("known_landed", "landed_applied", "on_first", "first_second")
"""Stages before application and after gas on: nobody waits for gas in them."""


def clocks(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show the three clocks: opening the valve, the company's working days, the whole wait."""
    cards.row_of(
        cards.value_card(view, view.word("stages.valve"), monthly.here("valve_time_p50", view.month)),
        cards.value_card(view, view.word("stages.company"), monthly.here("company_time_p50", view.month)),
        cards.wait_card(view, rolling, monthly),
    )
    cards.note(view.word("stages.clocks"))


CLOCKS = {
    "valve": (("valve_time_p50", "valve_time_p85"), ("valve_time_gross_p50", "valve_time_gross_p85")),
    "company": (("company_time_p50", "company_time_p85"), ("company_time_gross_p50", "company_time_gross_p85")),
    "whole": (("whole_wait_net_median", "whole_wait_net_p85"), ("whole_wait_median", "whole_wait_p85")),
}
"""Each clock with its stops taken out, and with its stops left in: half, and most (85 %)."""

OWNERS = {"stopped_by_user": "user", "stopped_by_government": "government", "stopped_by_third_party": "third", "stopped_by_force_majeure": "force", "stopped_by_several": "several"}
STOPPED = ("stopped_share", *OWNERS)
COMPARED = tuple(dict.fromkeys(id for pair in CLOCKS.values() for ids in pair for id in ids))


def compared(view: View, rolling: Figures) -> None:
    """Show the three clocks side by side over the twelve months, with their stops taken out and left in."""
    heads = [view.word(f"stages.clock.{name}") for name in ("clock", "n", "net_p50", "gross_p50", "net_p85", "gross_p85")]
    rows = []
    for clock, (net, gross) in CLOCKS.items():
        known = [rolling.here(id) for id in (net[0], gross[0], net[1], gross[1])]
        many = known[1]["n"] if known[1] else 0
        texts = [written(row["value"], row["unit"], view.lang) if row and row["value"] is not None else view.word("cohorts.not_yet") if row and row["n"] and row["unit"] == "d" else MISSING for row in known]
        rows.append([view.word(f"stages.clock.{clock}"), f"{many:,}", *(texts if many >= GRID else [view.word("stages.few", n=many) if many else MISSING, *[""] * 3])])
    html.show(html.tag("div", html.tag("h3", view.word("stages.clock.title")), html.tag("p", view.word("stages.clock.sub"), cls="aside"), html.table(heads, rows), cls="panel"))


def stopped(view: View, rolling: Figures) -> None:
    """Show how much of the time from application to gas on stood still, and because of whom."""
    whole = rolling.here("stopped_share")
    known = {owner: (row["value"] or 0.0) if (row := rolling.here(id)) else 0.0 for id, owner in OWNERS.items()}
    labels = [view.word(f"stages.stopped.{owner}") for owner in known]
    share = whole["value"] if whole else None
    title = view.word("stages.stopped.none") if not share else view.word("stages.stopped.title", share=written(share, "ratio", view.lang), rest=written(1 - share, "ratio", view.lang))
    part = Part(name=view.word("stages.stopped.part"), values=[round(100 * value, 1) for value in known.values()], colour=style.ACTUAL)
    rows = [[label, written(value, "ratio", view.lang), written(value / share, "ratio", view.lang) if share else MISSING] for label, value in zip(labels, known.values(), strict=True)]
    heads = [view.word(f"stages.stopped.{name}") for name in ("owner", "part", "of_stopped")]
    block(view, "stopped", title, view.word("stages.stopped.sub", n=data.counted(view, "all_kept", whole["n"] if whole else 0)), [("bar", style.ACTUAL, part.name)],
          stacks.across(labels, [part], unit="%") if share else None, html.table(heads, rows))


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
    longest = max((row for row, many in zip(found, enough, strict=True) if many and row["stage"] not in APART), key=lambda row: row["p50"], default=None)
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
    days = [p["days"] for p in points]
    until = {day: bisect_right(days, day) for day in {*MARKS, *range(10, MOST + 1, 10)}}
    seen = [(day, points[until[day] - 1]["share"]) for day in MARKS if until[day]]
    comma = "; " if view.lang == "en" else "，"
    title = comma.join(view.word("stages.by_day", days=day, share=written(share, "ratio", view.lang)) for day, share in seen) or view.word("stages.none")
    names = (view.word("stages.connected"), view.word("stages.cancelled"))
    # the line shows the last point of each stretch of so many days: more would fall on one dot of the screen
    shown = list({int(p["days"] / STEP): p for p in points}.values())
    figure = reached([p["days"] for p in shown], [p["share"] for p in shown], [p["cancelled"] for p in shown], names=names, day=view.word("stages.day"), most=MOST,
                     marks=[(day, view.word("stages.mark", days=day, share=written(share, "ratio", view.lang))) for day, share in seen]) if points else None
    heads = [view.word("stages.head.day"), *names, view.word("stages.head.waiting")]
    rows = []
    for day in range(10, MOST + 1, 10):
        if known := until[day]:
            last = points[known - 1]
            rows.append([view.word("stages.day").format(day), written(last["share"], "ratio", view.lang), written(last["cancelled"], "ratio", view.lang),
                         f"{points[known]['waiting']:,}" if known < len(points) else MISSING])
    block(view, "connected", title, view.word("stages.curve_sub", first=month_name(_first(view), view.lang), last=month_name(view.month, view.lang)),
          [("line", style.ACTUAL, names[0]), ("line", style.UNKNOWN, names[1])], figure, html.table(heads, rows))
