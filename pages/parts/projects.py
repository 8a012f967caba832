"""Blocks about projects and outside works, by topic: the eight items and updates, how far projects came, step with roads, readiness ahead of the site, payers and duration."""

from __future__ import annotations

from kpi.charts import stacks, style
from kpi.charts.stacks import Part
from kpi.metrics.registry import metric
from kpi.standards import months
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import cards, data, figures, filters, html, measures, misses, paging, tracked
from pages.parts.data import Figures
from pages.parts.figures import block
from pages.parts.filters import View
from pages.parts.html import Html, tag

RATIOS = ("project_info_complete", "projects_updated", "park_liaison", "pipe_ready_first", "road_in_step")
VALUES = {"project_info_items": "project_info_complete", "info_lead_days_p50": "project_info_complete", "pipe_lead_days_p50": "pipe_ready_first", "outside_by_government": "outside_by_government",
          "outside_works_p50": "outside_by_government"}
"""Measured values of the cards, each with the KPI whose noun counts what it rests on."""

JOURNEY = ("journey_known", "journey_need_gas", "journey_applied", "journey_outside_ready", "journey_ready", "journey_gas_on")
BUILT = ("built_by_user", "built_by_company")
PAID = ("outside_paid_gov", "outside_paid_company", "outside_paid_user")
LONG = ("outside_works_p50", "outside_works_p85", "outside_works_net_p50")
FOLLOWED = ("project_info_complete", "projects_updated", "park_liaison")
ROADS = ("road_in_step", "road_in_step_plan", "road_in_step_start", "road_in_step_done")

TOPICS = {"info": ("projects_stale",), "journey": (*JOURNEY, *BUILT), "road": ROADS, "pipe": (), "works": (*PAID, *LONG)}
"""Topics of the page and the KPIs each asks for beside those of the cards."""

LISTED = 15
"""Projects that stand open in a list; the others unfold."""


def said(view: View, key: str, **values: object) -> str:
    """Return words of this page."""
    return view.word(f"projects.{key}", **values)


def topic(view: View) -> str:
    """Return the topic of the link, the first one where it names none."""
    return view.topic if view.topic in TOPICS else next(iter(TOPICS))


def value_cards(view: View, monthly: Figures) -> list[Html]:
    """Return the cards of items filled in, lead of news and pipe, the government's share, and the duration of works."""
    return [cards.value_card(view, metric(id).label.of(view.lang), monthly.here(id, view.month), noun=noun) for id, noun in VALUES.items()]


def show(view: View, topic: str, monthly: Figures, rolling: Figures) -> None:
    """Show one topic."""
    if topic == "info":
        _items(view)
        _verdicts(view, FOLLOWED, monthly)
        _measured(view, "info_lead", ["info_lead_days_p50"], ["known_before"], monthly, rolling)
        misses.show(view, ["projects_updated"], title=said(view, "stale"))
    elif topic == "journey":
        _journey(view, rolling)
        _built(view, monthly, rolling)
    elif topic == "road":
        _roads(view)
        _verdicts(view, ROADS, monthly)
        misses.show(view, ROADS[1:], title=said(view, "behind"), first=_first(view))
    elif topic == "pipe":
        misses.show(view, ["pipe_ready_first"])
        figures.verdicts(view, "pipe_ready_first", monthly)
        _measured(view, "lead", ["pipe_lead_days_p50"], ["pipe_before"], monthly, rolling)
    else:
        _paid(view, monthly, rolling)
        _measured(view, "works", list(LONG), ["half", "most", "half_net"], monthly, rolling)


def _first(view: View) -> str:
    return months.shift(view.month, -11)


def _when(view: View) -> str:
    return said(view, "twelve", first=month_name(_first(view), view.lang), last=month_name(view.month, view.lang))


def _verdicts(view: View, ids: tuple[str, ...], monthly: Figures) -> None:
    chosen = filters.pick(view, ids)
    figures.verdicts(view, chosen, monthly)


def _measured(view: View, key: str, ids: list[str], names: list[str], monthly: Figures, rolling: Figures) -> None:
    """Show measured values across grids over twelve months, and month by month."""
    words = [said(view, f"part.{name}") for name in names]
    known = sum(rolling.value(ids[0], None, grid) is not None for grid in rolling.grids)
    colon = ": " if view.lang == "en" else "："
    trend = f"{month_name(view.month, view.lang)}{colon}{words[0]} {data.written_value(view, monthly.here(ids[0], view.month))}"
    looks = (0, 1, 2)[: len(ids)]
    noun = VALUES[ids[0]]
    figures.side_by_side(
        lambda: measures.across(view, key, ids, words, rolling, None, said(view, "known_of", grids=known), said(view, f"sub.{key}"), looks=looks, noun=noun),
        lambda: measures.over_time(view, key, ids, words, monthly, trend, said(view, f"sub.{key}"), looks=looks),
    )


def _items(view: View) -> None:
    """Show how many projects of twelve months lack which of the eight items, and which lack what."""
    found = tracked.twelve(view, "items")
    labels = [said(view, f"item.{row['item']}") for row in found]
    worst = max(found, key=lambda row: row["lacking"])
    n = worst["filled"] + worst["lacking"]
    if not n:
        title = said(view, "items_nothing")
    elif worst["lacking"]:
        title = said(view, "items_lacking", n=n, item=said(view, f"item.{worst['item']}"), k=worst["lacking"])
    else:
        title = said(view, "items_all", n=n)
    parts = [Part(name=said(view, "lacking"), values=[row["lacking"] for row in found], colour=style.MISS, below=True), Part(name=said(view, "filled"), values=[row["filled"] for row in found], colour=style.ACTUAL)]
    block(view, "items", title, said(view, "items_sub", when=_when(view)), figures.part_legend(parts), stacks.across(labels, parts) if n else None,
          html.table([said(view, "head.item"), said(view, "filled"), said(view, "lacking")], [[label, row["filled"], row["lacking"]] for label, row in zip(labels, found, strict=True)]))
    _lacking(view)


def _lacking(view: View) -> None:
    rows = tracked.twelve(view, "lacking")
    if not rows:
        return
    comma = ", " if view.lang == "en" else "、"
    heads = [said(view, f"head.{name}") for name in ("project", "grid", "lacks", "file", "sheet", "row")]

    def page(at: int) -> Html:
        listed = [
            [row["key"], view.grid_name(row["grid"]), Html(tag("td", comma.join(said(view, f"item.{item}") for item in row["lacks"]), cls="wrap")), row["file"], row["sheet"] or MISSING, str(row["row"] or MISSING)]
            for row in rows[at:at + paging.SIZE]
        ]
        shown = paging.opened(len(rows), LISTED)
        rest = html.fold(view.word("misses.rest", n=len(listed) - shown), html.table(heads, listed[shown:], left=6)) if len(listed) > shown else ""
        return tag("div", tag("h3", said(view, "lacking_list", n=len(rows))), html.table(heads, listed[:shown], left=6), rest, cls="panel")

    paging.show(view, "lacking", len(rows), page)


def _journey(view: View, rolling: Figures) -> None:
    """Show how far the projects first known in twelve months came, each step a bar, and the same for every grid."""
    rows = [rolling.here(id) for id in JOURNEY]
    counts = [row["n"] if row else 0 for row in rows]
    labels = [metric(id).label.of(view.lang) for id in JOURNEY]
    parts = [Part(name=said(view, "projects"), values=counts, colour=style.ACTUAL)]
    undecided = rows[1]["unknown"] if rows[1] else 0
    title = said(view, "journey", known=counts[0], applied=counts[2], on=counts[5]) if counts[0] else said(view, "items_nothing")
    sub = said(view, "journey_sub", when=_when(view)) + (said(view, "undecided", n=undecided) if undecided else "")
    grids = [[view.grid_name(grid), *((rolling.row(id, None, grid) or {"n": 0})["n"] for id in JOURNEY)] for grid in rolling.grids]
    block(view, "journey", title, sub, [], stacks.across(labels, parts) if counts[0] else None, html.table([view.word("chart.grid"), *labels], grids))


def _built(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show who builds inside the red line: watched, never a target."""

    def parts(of: list[dict[str, dict | None]]) -> list[Part]:
        found = [Part(name=metric(id).label.of(view.lang), values=[(rows[id] or {"n": 0})["n"] for rows in of], colour=colour) for id, colour in zip(BUILT, (style.ACTUAL, style.STEPS[2]), strict=True)]
        return [*found, Part(name=said(view, "unstated"), values=[(rows[BUILT[0]] or {"unknown": 0})["unknown"] for rows in of], colour=style.UNKNOWN, hatched=True)]

    whole = [(rolling.here(id) or {"n": 0})["n"] for id in BUILT]
    grids = rolling.grids
    figures.side_by_side(
        lambda: figures.stack_across(view, "built", said(view, "built", own=whole[0], company=whole[1]), said(view, "built_sub", when=_when(view)), grids,
                                     parts([{id: rolling.row(id, None, grid) for id in BUILT} for grid in grids])),
        lambda: figures.stack_time(view, "built", said(view, "built_time"), said(view, "built_sub_time"), parts([{id: monthly.here(id, month) for id in BUILT} for month in data.window(view)]),
                                   tall=figures.height(monthly)),
    )


def _days(view: View, days: float | None) -> str:
    """Return a lag in words: so many days behind, ahead, or the same day."""
    if days is None:
        return MISSING
    return said(view, "same_day") if not days else said(view, "behind_by" if days > 0 else "ahead_by", days=written(abs(days), "d", view.lang))


def _roads(view: View) -> None:
    """Show for each milestone of the roads of twelve months whether the pipe was there, and by how many days it was behind."""
    found = tracked.twelve(view, "lags")
    labels = [said(view, f"milestone.{row['milestone']}") for row in found]
    parts = [
        Part(name=said(view, "late"), values=[row["behind"] + row["not_yet"] for row in found], colour=style.MISS, below=True),
        Part(name=said(view, "in_step"), values=[row["in_step"] for row in found], colour=style.ACTUAL),
        Part(name=said(view, "unclear"), values=[row["unknown"] for row in found], colour=style.UNKNOWN, hatched=True),
    ]
    total = sum(sum(part.values) for part in parts)
    title = said(view, "roads", late=sum(parts[0].values), n=sum(parts[0].values) + sum(parts[1].values)) if total else said(view, "roads_nothing")
    heads = [said(view, f"head.{name}") for name in ("milestone", "in_step", "late", "not_yet", "unclear", "median", "longest")]
    rows = [[label, row["in_step"], row["behind"], row["not_yet"], row["unknown"], _days(view, row["median"]), _days(view, row["longest"])] for label, row in zip(labels, found, strict=True)]
    block(view, "roads", title, said(view, "roads_sub", when=_when(view)), figures.part_legend(parts), stacks.across(labels, parts) if total else None, html.table(heads, rows))
    if total:
        html.show(tag("div", html.table(heads, rows), cls="panel"))


def _wan(value: float | None, places: int = 1) -> float:
    return round((value or 0) / 10_000, places)


def _paid(view: View, monthly: Figures, rolling: Figures) -> None:
    """Show who paid for the works that reached the boundary: across grids over twelve months, and by month."""
    names, colours = [said(view, f"paid.{id.rpartition('_')[2]}") for id in PAID], (style.ACTUAL, style.STEPS[1], style.MISS)

    def parts(of: list[dict[str, dict | None]]) -> list[Part]:
        told = [[rows[id]["value"] or 0 if rows[id] else 0 for rows in of] for id in PAID]
        # whole numbers once bars are long: decimals would run into each other
        places = 0 if max(map(max, told), default=0) >= 1_000_000 else 1
        return [Part(name=name, values=[_wan(value, places) for value in values], colour=colour) for name, values, colour in zip(names, told, colours, strict=True)]

    comma = "; " if view.lang == "en" else "，"
    sums = [_wan((rolling.here(id) or {"value": 0})["value"]) for id in PAID]
    whole = comma.join(f"{name}{said(view, 'wan', n=f'{total:,g}')}" for name, total in zip(names, sums, strict=True))
    blank = (rolling.here("outside_by_government") or {"unknown": 0})["unknown"]
    sub = said(view, "paid_sub") + (said(view, "paid_unknown", n=blank) if blank else "")
    figures.side_by_side(
        lambda: figures.stack_across(view, "paid", said(view, "paid_twelve", text=whole), sub, rolling.grids, parts([{id: rolling.row(id, None, grid) for id in PAID} for grid in rolling.grids])),
        lambda: figures.stack_time(view, "paid", said(view, "paid_time"), sub, parts([{id: monthly.here(id, month) for id in PAID} for month in data.window(view)]), tall=figures.height(monthly)),
    )
