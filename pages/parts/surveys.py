"""Blocks about surveys: what stands beside every score, bad ratings and what became of them, and where users' words contradict the ledger."""

from __future__ import annotations

from kpi.metrics.verdict import GRID
from kpi.standards import months
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import cards, data, html, misses
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.html import Html, tag

COMPANY = "company"
WHOM = (COMPANY, "manager")
LEVELS = (5, 4, 3, 2, 1)
COVERAGE = {COMPANY: "survey_coverage", "manager": "survey_coverage_manager"}
AGREE = ("survey_agrees_errands", "survey_agrees_fee", "survey_agrees_documents")
IDS = (
    *COVERAGE.values(), "self_surveyed", "bad_ratings", "bad_ratings_rectified", *AGREE,
    *(f"{name}_{whom}" for whom in WHOM for name in ("survey_response", "satisfied", "mean_rating")), *(f"satisfied_{whom}_with_basic" for whom in WHOM),
    *(f"ratings_{whom}_{level}" for whom in WHOM for level in LEVELS),
)


def _said(view: View, key: str, **values: object) -> str:
    return view.word(f"satisfaction.{key}", **values)


def _share(view: View, figures: Figures, id: str) -> str:
    """Return part and whole, the share beside them only from the cases that a rate needs."""
    found = figures.counts(id)
    if not found.total:
        return MISSING
    rate = f" ({written(found.hit / found.judged, 'ratio', view.lang)})" if found.judged >= GRID and not (found.unknown and not found.miss) else ""
    return f"{found.hit}/{found.judged}{rate}"


def _column(view: View, figures: Figures, whom: str) -> list[str]:
    """Return one column of the table: coverage, response, five levels, both shares, the mean."""
    rated = figures.counts(f"satisfied_{whom}").judged
    beside = [_share(view, figures, COVERAGE[whom]), _share(view, figures, f"survey_response_{whom}")]
    if whom != COMPANY and (view.grid or view.manager) and rated < GRID:
        return beside + [_said(view, "few") if rated else MISSING] * (len(LEVELS) + 3)
    levels = [str(row["n"]) if rated and (row := figures.here(f"ratings_{whom}_{level}")) else MISSING for level in LEVELS]
    mean = figures.here(f"mean_rating_{whom}")
    average = MISSING if not rated or not mean else written(mean["value"], "score", view.lang) if mean["n"] >= GRID else _said(view, "few")
    return [*beside, *levels, _share(view, figures, f"satisfied_{whom}"), _share(view, figures, f"satisfied_{whom}_with_basic"), average]


def table(view: View, now: Figures, rolling: Figures) -> None:
    """Show, of company and managers apart, five levels and both shares with coverage and response beside them; below, who asked."""
    rows = [_said(view, name) for name in ("coverage", "answered", *(f"level_{level}" for level in LEVELS), "top", "with_basic", "mean")]
    columns = [_column(view, figures, whom) for whom in WHOM for figures in (now, rolling)]
    heads = [_said(view, "item"), *(f"{_said(view, whom)} {when}" for whom in WHOM for when in (month_name(view.month, view.lang), view.word("misses.twelve")))]
    body = [[name, *(column[place] for column in columns)] for place, name in enumerate(rows)]
    asked = rolling.here("self_surveyed")
    own = _said(view, "self", share=written(asked["value"], "ratio", view.lang) if asked["n"] >= GRID else _said(view, "few"), n=asked["n"],
        unknown=asked["unknown"]) if asked and asked["n"] else _said(view, "self_none")
    html.show(tag("div", tag("h3", _said(view, "beside")), tag("p", _said(view, "beside_sub"), cls="aside"), html.table(heads, body), tag("p", own, cls="aside"), cls="panel"))


def bad(view: View, rolling: Figures) -> None:
    """Show the bad ratings of twelve months that were not put right or asked again in time, with how many there were."""
    given, due = rolling.here("bad_ratings"), rolling.counts("bad_ratings_rectified")
    cards.heading(_said(view, "bad"))
    cards.note(_said(view, "bad_line", n=given["n"] if given else 0, due=due.total, kept=due.hit, unknown=due.unknown))
    misses.show(view, ["bad_ratings_rectified"], title=_said(view, "bad_list"), first=months.shift(view.month, -11))


def contradictions(view: View, rolling: Figures) -> None:
    """Show how often users' words and the ledger agree, and every case of twelve months in which they do not."""
    cards.heading(_said(view, "agree"))
    rows: list[list[object]] = []
    for id in AGREE:
        found = rolling.counts(id)
        rows.append([data.word(view, id, "short"), found.hit, _miss(found.miss), found.unknown])
    heads = [_said(view, name) for name in ("matter", "agreed", "contradicted", "silent")]
    html.show(tag("div", tag("p", _said(view, "agree_sub"), cls="aside"), html.table(heads, rows), cls="panel"))
    misses.show(view, AGREE, title=_said(view, "agree_list"), unknown=False, first=months.shift(view.month, -11))


def _miss(n: int) -> Html:
    return tag("td", n, cls="num m" if n else "num")
