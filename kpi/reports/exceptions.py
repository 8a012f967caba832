"""The exceptions of a month in their order: what, where, recorded cause, controller, holder when due, how long, and the open action with its owner and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpi.metrics import record
from kpi.metrics.exceptions import exceptions
from kpi.reports import told
from kpi.reports.book import MISS, MUTED, Book
from kpi.reports.bound import Sheet
from kpi.reports.month import Month, Row
from kpi.store.actions import Action
from kpi.words import masking, word

COLUMNS = ("serial", "kind", "what", "grid", "cause", "controller", "owner", "age", "action", "action_owner", "due")
WIDTHS = (5.5, 12, 40, 16, 22, 10, 18, 11, 34, 14, 12)


def write(book: Book, month: Month, name: str, actions: Iterable[Action], assessed: Mapping[str, float]) -> Sheet:
    """Write the exceptions of the month with the open actions about them and return the sheet."""
    found = exceptions(month.engine, month.month, assessed=assessed)
    decided = {action.subject: action for action in sorted((a for a in actions if a.open), key=lambda a: a.due, reverse=True)}
    names = {row["manager"]: f"{row['manager']} {masking.person(row['name'])}" if row["name"] else row["manager"] for row in record.managers(month.engine)}
    sheet = book.sheet(name, WIDTHS, header=month.word("running", month=month.name), footer=month.word("page"))
    key = "none_judged" if not found.count.n else "none_flagged" if not found.count.k else "flagged" if found.count.m else "flagged_few"
    chance = word(f"pages.changes.{key}", month.lang, n=found.count.n, k=found.count.k, m=found.count.m)
    start = book.heading(sheet, told.said(month.lang, "sheet.title", month=month.name), month.word("overview.until", until=month.until), f"{chance} {told.said(month.lang, 'sheet.read')}")
    for column, head in enumerate(COLUMNS):
        book.put(sheet, start, column, told.said(month.lang, f"sheet.{head}"), book.head())
    sheet.set_row(start, 28)
    sheet.freeze_panes(start + 1, 3)
    sheet.repeat_rows(start)
    for row in found.rows:
        at = start + row["rank"]
        texts = _texts(month, row, decided.get(row["subject"]), names)
        book.figure(sheet, at, 0, row["rank"], "line", align="center", font_size=9)
        for column, text in enumerate(texts, start=1):
            look = {"font_color": MISS} if column == 1 and row["kind"] not in ("contradiction", "thin") else {}
            book.put(sheet, at, column, text, book.text(font_size=9, **look))
        book.fit(sheet, at, texts, WIDTHS[1:], line=12.5, least=15.0)
    if found.rows:
        sheet.autofilter(start, 0, start + len(found.rows), len(COLUMNS) - 1)
    else:
        book.put(sheet, start + 1, 1, told.said(month.lang, "none", month=month.name), book.style(font_color=MUTED))
    return sheet


def _texts(month: Month, row: Row, action: Action | None, names: Mapping[str, str]) -> tuple[str, ...]:
    lang = month.lang
    owner = told.person(row["owner"], names, lang)
    notes = [told.said(lang, "owner.now", name=told.person(row["now"], names, lang))] if row["now"] else []
    notes += [told.said(lang, "owner.inherited")] if row["inherited"] else []
    beside = f"（{'，'.join(notes)}）" if notes and lang == "zh" else f" ({', '.join(notes)})" if notes else ""
    what = told.phrase(row, lang).replace(told.NUMBER, told.number(row["key"] or ""))
    decided = (masking.scrub(action.what), told.person(action.owner, names, lang), action.due.isoformat()) if action else ("—", "—", "—")
    grid = told.said(lang, "page.company") if row["grid"] is None else month.grid_name(row["grid"])
    return (told.said(lang, f"kind.{row['kind']}"), what, grid, told.cause(row, lang), word(f"members.{row['controller']}", lang), owner + beside, told.age(row, lang), *decided)
