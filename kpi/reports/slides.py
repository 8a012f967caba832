"""Five slides for the monthly meeting: what became of the promises, each promise, each grid, times and stock, exceptions; counts first, no person, every chart editable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpi import standards
from kpi.metrics.exceptions import exceptions
from kpi.metrics.registry import metric
from kpi.metrics.verdict import tally
from kpi.reports import spoken, told, trend
from kpi.reports.book import INK, MISS, MUTED, lines
from kpi.reports.deck import LEFT, PARTS, RIGHT, Show, Slide
from kpi.reports.figures import unit_word
from kpi.reports.month import Month
from kpi.store.actions import Action
from kpi.words import format as written
from kpi.words import word

LONG = 95
"""Signs of a line of the verdict in large letters."""
SHOWN = 8
"""Exceptions that fit on a slide."""


def content(about: Month, actions: Iterable[Action] = (), assessed: Mapping[str, float] | None = None) -> Show:
    """Return the slides of a month as data, those of an issued one with the marks of what may be said since."""
    made = [_overall(about), _promises(about), _grids(about), _times(about), _exceptions(about, list(actions), assessed or {})]
    return Show(created=about.as_of, title=f"{about.word('title')} {about.name}", lang=about.lang, slides=made)


def _footer(about: Month, mark: str = "slide") -> str:
    """Return the line at the foot of a slide, with the mark of what may be said since."""
    line = about.reported.line if about.reported else None
    state = about.word("cover.closed", version=line.version, at=line.at[:16].replace("T", " "), by="").rstrip("， ,") if line else about.word("cover.open")
    return about.word("slides.footer", until=about.until, state=state) + about.mark(mark)


def _notes(about: Month, ids: Sequence[str], *more: str) -> str:
    """Return the definitions of what a slide shows, and up to when and by which standards."""
    lines = [about.word("slides.definition", name=metric(id).label.of(about.lang), meaning=metric(id).meaning.of(about.lang), formula=metric(id).formula.of(about.lang)) for id in ids]
    return "\n".join([*more, *lines, about.word("slides.about", until=about.until, standards=standards.version())])


def _overall(about: Month) -> Slide:
    found = spoken.counts(about, spoken.LEADING)
    slide = Slide(about.word("slides.title", month=about.name), _footer(about), _notes(about, [spoken.LEADING]))
    verdict = spoken.said(about)
    slide.text((LEFT, 1.35, RIGHT - LEFT, 1.5), [verdict], size=20 if lines(verdict, LONG) <= 3 else 15)
    slide.text((LEFT, 2.7, RIGHT - LEFT, 0.4), [about.mark("month")], size=13, ink=MISS)
    tiles = (("connected", found.total, INK), ("kept", found.hit, INK), ("miss", found.miss, MISS if found.miss else INK), ("unknown", found.unknown, INK))
    width = (RIGHT - LEFT - 3 * 0.25) / 4
    for place, (key, number, ink) in enumerate(tiles):
        slide.tile((LEFT + place * (width + 0.25), 3.2, width, 1.35), f"{number:,}", about.word(f"slides.tile.{key}"), ink)
    listed = trend.months(about)
    _stacked(slide, (LEFT, 4.7, RIGHT - LEFT, 2.25), about.word("slides.by_month", name=metric(spoken.LEADING).label.of(about.lang)), _names(about), about,
             [trend.counted(tally(trend.history(about).row(spoken.LEADING, m))) for m in listed])
    return slide


def _stacked(slide: Slide, box: Sequence[float], title: str, categories: Sequence[str], about: Month, counts: Sequence[Mapping[str, int]], *, lying: bool = False) -> None:
    series = [(about.word(f"column.{part}"), [one[part] for one in counts], PARTS[part]) for part in trend.PARTS]
    slide.chart(box, title, categories, series, lying=lying)


def _names(about: Month) -> list[str]:
    """Return the months of a chart, the year told where it begins."""
    return [trend.short(m, about.lang, first=not at) for at, m in enumerate(trend.months(about))]


def _of(about: Month, id: str, start: str | None = None) -> str:
    found = tally(about.figure(id, start))
    return f"{found.hit:,}/{found.total:,}" if found.total else "—"


def _promises(about: Month) -> Slide:
    ids = trend.PROMISES[1:]
    found = [spoken.counts(about, id) for id in ids]
    missed = [told.name(id, about.lang) for id, one in zip(ids, found, strict=True) if one.miss]
    title = about.word("slides.promises_missed", n=len(missed), of=len(ids)) if missed else about.word("slides.promises_kept")
    slide = Slide(title, _footer(about), _notes(about, ids))
    names = [told.name(id, about.lang) for id in ids]
    _stacked(slide, (LEFT, 1.3, 5.6, 5.6), about.word("slides.this_month"), names, about, [trend.counted(one) for one in found], lying=True)
    before = [tally(trend.history(about).row(id, trend.months(about)[-2])) for id in ids]
    heads = [about.word(f"column.{key}") for key in ("name", "hit", "miss", "unknown", "before", "year")]
    rows = [[name, f"{one.hit:,}", f"{one.miss:,}", f"{one.unknown:,}", f"{last.hit:,}/{last.total:,}" if last.total else "—", _of(about, id, f"{about.month[:4]}-01")]
            for name, one, last, id in zip(names, found, before, ids, strict=True)]
    marked = [(at, 2, MISS) for at, one in enumerate(found) if one.miss]
    # English names are longer
    widths, size = ((1.83, 0.7, 0.8, 0.95, 0.9, 1.15), 12) if about.lang == "zh" else ((2.35, 0.6, 0.65, 0.85, 0.8, 1.08), 11)
    slide.table((6.4, 1.5, RIGHT - 6.4, 3.9), heads, rows, widths, size=size, marked=marked)
    slide.text((6.4, 5.75, RIGHT - 6.4, 0.9), [about.word("slides.counts_read")], size=12, ink=MUTED)
    return slide


def _grids(about: Month) -> Slide:
    listed = trend.grids(about)
    missed = [found for _, found in listed if found.miss]
    cases = told.counted(spoken.LEADING, sum(found.miss for found in missed), about.lang)
    title = about.word("slides.grids_missed", n=len(missed), of=len(listed), cases=cases) if missed else about.word("slides.grids_kept")
    slide = Slide(title, _footer(about), _notes(about, [spoken.LEADING], about.word("grids.read")))
    if listed:
        drawn = about.word("drawn.grids", name=metric(spoken.LEADING).label.of(about.lang))
        _stacked(slide, (LEFT, 1.3, RIGHT - LEFT, 5.0), drawn, [name for name, _ in listed], about, [trend.counted(found) for _, found in listed])
    slide.text((LEFT, 6.4, RIGHT - LEFT, 0.5), [about.word("slides.grids_read")], size=12, ink=MUTED)
    return slide


def _times(about: Month) -> Slide:
    half = spoken.half(about)
    title = about.word("slides.half", days=written(half, "d", about.lang)) if half is not None else about.word("slides.half_none")
    ids = trend.LINES
    slide = Slide(title, _footer(about), _notes(about, ids, about.word("note.cohort")))
    listed, figures = trend.months(about), trend.history(about)
    width = (RIGHT - LEFT - 0.5) / 3
    for place, id in enumerate(ids):
        m = metric(id)
        name = about.word("slides.unit", name=m.label.of(about.lang), unit=unit_word(about, m))
        values = [trend.told(m, figures, month) for month in listed]
        form = "0.0" if m.unit == "wd" else "0"
        slide.chart((LEFT + place * (width + 0.25), 1.35, width, 4.6), name, _names(about), [(m.label.of(about.lang), values, INK)], stacked=False, form=form)
    slide.text((LEFT, 6.1, RIGHT - LEFT, 0.8), [about.word("slides.times_read")], size=12, ink=MUTED)
    return slide


def _exceptions(about: Month, actions: Sequence[Action], assessed: Mapping[str, float]) -> Slide:
    found = exceptions(about.engine, about.month, assessed=assessed)
    decided = {action.subject: action for action in sorted((a for a in actions if a.open), key=lambda a: a.due, reverse=True)}
    waiting = sum(row["subject"] not in decided for row in found.rows)
    title = about.word("slides.exceptions", n=len(found.rows), waiting=waiting) if found.rows else told.said(about.lang, "none", month=about.name)
    key = "none_judged" if not found.count.n else "none_flagged" if not found.count.k else "flagged" if found.count.m else "flagged_few"
    chance = word(f"pages.changes.{key}", about.lang, n=found.count.n, k=found.count.k, m=found.count.m)
    slide = Slide(title, _footer(about, "exceptions"), _notes(about, (), chance, about.word("slides.exceptions_read")))
    heads = [told.said(about.lang, f"sheet.{key}") for key in ("kind", "what", "grid", "controller", "age", "due")]
    rows = []
    for row in found.rows[:SHOWN]:
        grid = told.said(about.lang, "page.company") if row["grid"] is None else about.grid_name(row["grid"])
        action = decided.get(row["subject"])
        rows.append([told.said(about.lang, f"kind.{row['kind']}"), told.phrase(row, about.lang).replace(told.NUMBER, told.number(row["key"] or "")), grid, word(f"members.{row['controller']}", about.lang),
                     told.age(row, about.lang), action.due.isoformat() if action else about.word("slides.undecided")])
    if rows:
        slide.table((LEFT, 1.35, RIGHT - LEFT, 0.52 * (len(rows) + 1)), heads, rows, (1.35, 4.98, 1.9, 1.4, 1.2, 1.3), left=6)
    rest = len(found.rows) - len(rows)
    slide.text((LEFT, 6.3, RIGHT - LEFT, 0.6), [" ".join([chance, *([about.word("slides.more", n=rest)] if rest > 0 else [])]), about.mark("live")], size=12, ink=MUTED)
    return slide
