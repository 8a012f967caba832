"""Cards: counts first, then the promise and what stands beside it; a status is a sign and a word, never a colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.metrics.registry import metric
from kpi.metrics.verdict import COMPANY, GRID, STATUS, Tally, status
from kpi.standards import months
from kpi.words import MISSING, month_name
from kpi.words import format as written
from pages.parts import data, html, managing
from pages.parts.data import Figures
from pages.parts.filters import View
from pages.parts.html import Html, tag

SURE = 0.95
"""A run of successes shorter than what shows this level does not let one conclude that all will be kept."""


def enough(view: View) -> int:
    """Return how many cases a verdict needs: of the company, or of one grid or manager."""
    return GRID if view.grid or view.manager else COMPANY


def pieces(view: View, id: str, found: Tally) -> list[Html]:
    """Return kept, not kept and unknown in words and numbers, each apart; what did not happen is left out."""
    pieces = [tag("span", view.word("ratio.counts", hit_word=data.word(view, id, "hit"), hit=data.counted(view, id, found.hit)))]
    if found.miss:
        pieces.append(tag("span", view.word("ratio.miss", miss_word=data.word(view, id, "miss"), n=data.counted(view, id, found.miss)), cls="m"))
    if found.unknown:
        pieces.append(tag("span", view.word("ratio.unknown", unknown_word=data.word(view, id, "unknown"), n=data.counted(view, id, found.unknown)), cls="u"))
    return pieces


def counts(view: View, id: str, found: Tally) -> Html:
    """Return kept, not kept and unknown in words and numbers."""
    if not found.total:
        return tag("div", view.word("ratio.none", noun=data.noun(view, id)), cls="counts u")
    return tag("div", html.join(*[piece if not place else html.join(" ", piece) for place, piece in enumerate(pieces(view, id, found))]), cls="counts")


def state(view: View, found: Tally) -> Html:
    """Return the status of a promise as sign and word."""
    kind = status(found, enough(view))
    return tag("div", f"{STATUS[kind]} {view.word(f'state.{kind}')}", cls=f"state {kind}")


def _of(view: View, found: Tally) -> str:
    return view.word("card.of", hit=found.hit, total=found.total) if found.total else MISSING


def _beside(view: View, pairs: Sequence[tuple[str, str]]) -> Html:
    return tag("div", *(tag("div", tag("span", name), tag("span", value)) for name, value in pairs), cls="rows")


def spark(view: View, misses: Sequence[int | None]) -> Html:
    """Return the misses of the last twelve months as word-sized bars; a month without cases is a gap."""
    top = max((m or 0 for m in misses), default=0) or 1
    bars = [tag("i", cls="gap") if m is None else tag("i", cls="zero") if not m else tag("i", style=f"height:{max(15, round(100 * m / top))}%") for m in misses]
    said = view.word("card.spark") + (": " if view.lang == "en" else "：") + " ".join(MISSING if m is None else str(m) for m in misses)
    return tag("div", tag("div", *bars, cls="spark", role="img", aria_label=said, title=said), cls="trend")


def _misses(view: View, monthly: Figures, ids: Sequence[str]) -> list[int | None]:
    listed = [m for m in data.window(view) if m <= view.month][-12:]
    found = [sum((monthly.counts(i, m) for i in ids), Tally()) for m in listed]
    return [t.miss if t.total else None for t in found]


def _card(title: str, big: str, small: str, *body: object) -> Html:
    return tag("div", tag("h3", title), tag("div", big, tag("small", small), cls="big"), *body, cls="card")


def _promise(view: View) -> tuple[str, str]:
    """Return the promise in words; before the new process it is only a reference."""
    return view.word("card.reference" if view.regime() == "11000" else "card.promise"), view.word("card.promise_all")


def assessed(view: View, id: str) -> str:
    """Return the value that a KPI is assessed by in the month asked for as written, "" where none is set: it stands beside the promise."""
    row = managing.assessed(view.source, view.month).get(id)
    return written(row["value"], row["unit"], view.lang) if row else ""


def _assessed_row(view: View, id: str) -> list[tuple[str, str]]:
    value = assessed(view, id)
    return [(view.word("card.assessed"), value)] if value else []


def promise_card(view: View, id: str, monthly: Figures, year: Figures) -> Html:
    """Return the card of one promise."""
    found = monthly.counts(id, view.month)
    before, last = months.shift(view.month, -1), months.shift(view.month, -12)
    return _card(
        data.word(view, id, "short"), str(found.hit) if found.total else MISSING, f" / {data.counted(view, id, found.total)}" if found.total else "",
        counts(view, id, found), state(view, found), spark(view, _misses(view, monthly, [id])),
        _beside(view, [_promise(view), *_assessed_row(view, id), (view.word("card.year"), _of(view, year.counts(id))), (view.word("card.before"), _of(view, monthly.counts(id, before))),
                       (view.word("card.last_year"), _of(view, monthly.counts(id, last)))]),
    )


def feedback_card(view: View, monthly: Figures, year: Figures) -> Html:
    """Return the card of both limits of feedback together."""
    ids = ("feedback_24h", "feedback_3wd")
    both = [monthly.counts(i, view.month) for i in ids]
    found = both[0] + both[1]
    before, last = months.shift(view.month, -1), months.shift(view.month, -12)

    def summed(figures: Figures, month: str | None = None) -> str:
        return _of(view, figures.counts(ids[0], month) + figures.counts(ids[1], month))

    return _card(
        view.word("card.feedback"), str(found.hit) if found.total else MISSING, f" / {data.counted(view, ids[0], found.total)}" if found.total else "",
        counts(view, ids[0], found), state(view, found), spark(view, _misses(view, monthly, ids)),
        _beside(view, [_promise(view), (view.word("card.year"), summed(year)), (view.word("card.before"), summed(monthly, before)), (view.word("card.last_year"), summed(monthly, last))]),
    )


def wait_card(view: View, rolling: Figures, monthly: Figures) -> Html:
    """Return the card of the whole wait, which stands beside the half working day."""
    half, most = rolling.here("whole_wait_median"), rolling.here("whole_wait_p85")
    days = half["value"] if half else None
    number, unit = ("" if days is None else written(days, "d", view.lang)), ""
    if number:
        unit = number.lstrip("0123456789.,")
        number = number[: len(number) - len(unit)]
    said = view.word("card.wait_half", days=f"{number}{unit}") if number else view.word("card.wait_half_none")
    top = view.word("card.wait_most", days=written(most["value"], "d", view.lang)) if most and most["value"] is not None else view.word("card.wait_most_none")

    def stock(by: int) -> str:
        row = monthly.here("open_cases", months.shift(view.month, by))
        return data.counted(view, "all_kept", row["n"]) if row else MISSING

    return _card(
        view.word("card.wait"), number or MISSING, unit,
        tag("div", tag("span", said), " ", tag("span", view.word("card.wait_cohort", n=data.counted(view, "all_kept", (half["n"] if half else 0))), cls="u"), cls="counts"),
        tag("div", top, cls="range"), tag("div", cls="trend"),
        _beside(view, [*_assessed_row(view, "whole_wait_median"), (view.word("card.wait_open"), stock(0)), (view.word("card.before"), stock(-1)), (view.word("card.last_year"), stock(-12))]),
    )


def ranges(view: View, id: str, row: Mapping[str, Any] | None, found: Tally) -> list[str]:
    """Return the sentences that support the counts: what the evidence allows, and what chance allows."""
    said: list[str] = []
    if row is None or not found.total:
        return said
    unit = {"unknown_word": data.word(view, id, "unknown"), **{name: data.counted(view, id, n) for name, n in (("hit", found.hit), ("miss", found.miss), ("unknown", found.unknown))}}
    if found.unknown:
        # with nothing broken the upper bound would read 100 % beside cases that nobody can vouch for
        key = "evidence_few" if found.total < GRID else "evidence" if found.miss else "evidence_no_miss"
        said.append(view.word(f"ratio.{key}", low=written(row["evidence_low"], "ratio", view.lang), high=written(row["evidence_high"], "ratio", view.lang), **unit))
        if row["convention"]:
            said.append(view.word("ratio.convention", n=data.counted(view, id, row["convention"])))
    if found.judged and not found.miss:
        if found.judged >= COMPANY:
            said.append(view.word("ratio.all_kept_fact", hit=unit["hit"], low=written(row["chance_low"], "ratio", view.lang)))
        elif row["chance_low"] < SURE:
            said.append(view.word("ratio.all_kept", hit=unit["hit"]))
    elif found.judged >= GRID:
        said.append(view.word("ratio.chance" if found.judged >= COMPANY else "ratio.chance_few", hit=found.hit, judged=found.judged, rate=written(row["value"], "ratio", view.lang),
                              low=written(row["chance_low"], "ratio", view.lang), high=written(row["chance_high"], "ratio", view.lang)))
    return said


def _assessed_note(view: View, id: str) -> list[Html]:
    value = assessed(view, id)
    return [tag("div", view.word("value.assessed", value=value))] if value else []


def detail_card(view: View, id: str, monthly: Figures, beside: Figures, rolling: Figures) -> Html:
    """Return the card of a promise on its own page: counts, ranges, the cases between processes, twelve months."""
    row, found = monthly.here(id, view.month), monthly.counts(id, view.month)
    said = ranges(view, id, row, found)
    for key, more in (("straddling", beside.counts(id)), ("rolling", Tally() if metric(id).snapshot else rolling.counts(id))):
        if more.total:
            said.append(view.word(f"ratio.{key}", total=data.counted(view, id, more.total), unknown_word=data.word(view, id, "unknown"),
                                  **{name: data.counted(view, id, n) for name, n in (("hit", more.hit), ("miss", more.miss), ("unknown", more.unknown))}))
    return _card(
        data.word(view, id, "short"), str(found.hit) if found.total else MISSING, f" / {data.counted(view, id, found.total)}" if found.total else "",
        counts(view, id, found), state(view, found), tag("div", *(tag("div", text) for text in said), *_assessed_note(view, id), cls="range"),
    )


def value_card(view: View, title: str, row: Mapping[str, Any] | None, target: str = "", *, noun: str = "all_kept") -> Html:
    """Return the card of a measured value: the value, how many it rests on, the range of the records, the promise."""
    if row is None or row["value"] is None:
        unknown = view.word("value.unknown", n=data.counted(view, noun, row["unknown"])) if row and row["unknown"] else ""
        return _card(title, MISSING, "", tag("div", view.word("value.none"), cls="counts u"), tag("div", unknown, cls="range"))
    said = [view.word("value.known", n=data.counted(view, noun, row["n"]))]
    if row["unknown"]:
        said.append(view.word("value.unknown", n=data.counted(view, noun, row["unknown"])))
    notes = []
    if row["evidence_low"] is not None and row["evidence_high"] is not None and row["unknown"]:
        notes.append(view.word("value.range", low=written(row["evidence_low"], row["unit"], view.lang), high=written(row["evidence_high"], row["unit"], view.lang)))
    if target:
        notes.append(target)
    notes += _assessed_note(view, row["metric"])
    # a share of all, beside cases that nobody can vouch for, is not all
    text = view.word("value.unproven") if row["unit"] == "ratio" and row["value"] >= 1 and row["unknown"] else written(row["value"], row["unit"], view.lang)
    unit = text.lstrip("-0123456789.,%") if text[:1] in "-0123456789" else ""
    return _card(title, text[: len(text) - len(unit)], unit, tag("div", " · ".join(said), cls="counts"), tag("div", *(tag("div", note) for note in notes), cls="range"))


def row_of(*cards: Html, few: bool = True) -> None:
    """Show cards side by side."""
    html.show(tag("div", *cards, cls="cards few" if few else "cards"))


def heading(text: str, under: str = "") -> None:
    """Show the heading of a section."""
    html.show(tag("h2", text, cls="section"), tag("p", under) if under else "")


def note(text: str) -> None:
    """Show a line of supporting text."""
    html.show(tag("div", text, cls="aside"))


def target_words(view: View, value: float | None, unit: str) -> str:
    """Return the promise, or the value referred to, in words; nothing where there is none."""
    if value is None:
        return ""
    return view.word("value.promise" if view.regime() != "11000" else "value.reference", value=written(value, unit, view.lang))


def month_words(view: View) -> str:
    """Return the month asked for in words."""
    return month_name(view.month, view.lang)
