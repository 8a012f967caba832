"""The cover: what month, up to when, which ledgers are in, the month in counts, what the other sheets hold, and who signs."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.metrics.verdict import tally
from kpi.reports.book import HEAD, INK, LINE, MUTED, Book
from kpi.reports.bound import Sheet
from kpi.reports.month import Month

WIDTHS = (3, 20, 70, 3)


def write(book: Book, month: Month, sheets: Sequence[tuple[str, str]]) -> Sheet:
    """Write the cover; `sheets` are the names of the other sheets with what each holds."""
    sheet = book.sheet(month.word("sheet.cover"), WIDTHS, landscape=False)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 1)
    label = book.style(font_color=MUTED, bottom=1, bottom_color=LINE)
    value = book.style(bottom=1, bottom_color=LINE, text_wrap=True)
    sheet.set_row(0, 60)
    sheet.set_row(1, 44)
    for column, text in ((1, month.word("title")), (2, "")):
        sheet.write_string(1, column, text, book.style(font_size=20 if month.lang == "zh" else 18, bold=True, top=5, top_color=INK))
    sheet.set_row(2, 24)
    sheet.write_string(2, 1, month.name, book.style(font_size=14, font_color=INK))
    row = 4
    for name, text in (*_facts(month), (month.word("cover.state"), _state(month))):
        book.fit(sheet, row, [text], WIDTHS[2:3], least=22)
        sheet.write_string(row, 1, name, label)
        sheet.write_string(row, 2, text, value)
        row += 1
    row = _counts(book, sheet, month, row + 1)
    sheet.write_string(row, 1, month.word("cover.contents"), book.style(bold=True, bottom=1, bottom_color=INK))
    sheet.write_string(row, 2, "", book.style(bottom=1, bottom_color=INK))
    for name, text in sheets:
        row += 1
        book.fit(sheet, row, [text], WIDTHS[2:3], least=21)
        sheet.write_url(row, 1, f"internal:'{name}'!A1", book.style(font_color="#23415F", underline=1, bottom=1, bottom_color=LINE), name)
        sheet.write_string(row, 2, text, value)
    row += 2
    for key in ("prepared", "reviewed", "issued", "date"):
        sheet.set_row(row, 26)
        sheet.write_string(row, 1, month.word(f"cover.{key}"), label)
        sheet.write_blank(row, 2, None, value)
        row += 1
    for line in ("masked", "final" if month.reported else "draft"):
        row += 1
        sheet.merge_range(row, 1, row, 2, month.word(f"cover.{line}"), book.style(font_size=9, font_color=MUTED, text_wrap=True, valign="top"))
        sheet.set_row(row, 28)
    return sheet


def _state(month: Month) -> str:
    """Return whether the month was issued, as which version, when and by whom, with the mark of what may be said since."""
    if month.reported is None:
        return month.word("cover.open")
    line = month.reported.line
    return month.word("cover.closed", version=line.version, at=line.at[:16].replace("T", " "), by=line.by) + month.mark("state")


def _facts(month: Month) -> list[tuple[str, str]]:
    missing = month.unreported
    handed_in = month.word("cover.reports", expected=len(month.grids), reported=len(month.grids) - len(missing))
    process = month.word(f"cover.process_{'both' if month.regime is None else 'new' if month.regime == '1.5' else 'old'}")
    return [
        (month.word("cover.until"), month.until + (month.word("cover.partial") if month.partial else "")),
        (month.word("cover.ledgers"), handed_in + (month.word("cover.missing", names=month.word("comma").join(missing)) if missing else "")),
        (month.word("cover.process"), process),
        (month.word("cover.calendar"), month.word("cover.provisional" if month.provisional else "cover.official")),
        (month.word("cover.version"), month.word("cover.build", number=int(month.engine.build.split("-")[0]) if month.engine.build[:1].isdigit() else month.engine.build)),
    ]


def _counts(book: Book, sheet: Sheet, month: Month, row: int) -> int:
    """Write the month's promises in counts and return the row after a gap."""
    found = tally(month.now.row("all_kept", month.month))
    sheet.merge_range(row, 1, row, 2, month.word("cover.headline", total=found.total, kept=found.hit, miss=found.miss, unknown=found.unknown) if found.total else month.word("cover.nothing"),
                      book.style(font_size=12, bold=True, bg_color=HEAD, font_color=INK, text_wrap=True, indent=1))
    sheet.set_row(row, 40)
    return row + 2
