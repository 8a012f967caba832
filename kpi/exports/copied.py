"""One sheet of a file written again for its error workbook: rows, titles, header, merges, with the column of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from kpi.exports import looks, own
from kpi.exports.fields import Table
from kpi.exports.fills import Fill, filled
from kpi.exports.guides import allowed
from kpi.exports.headers import place
from kpi.exports.limits import Limits
from kpi.exports.lines import MOST_ROWS, Lines, Looks
from kpi.exports.marks import Marks, Written, anchor
from kpi.exports.outcome import Mark
from kpi.exports.sheets import Row, Sheet
from kpi.exports.tables import BY_NAME
from kpi.exports.values import shown
from kpi.words import word

FITTED = 500
"""Rows from which the width of columns is taken."""
COMMENTS = 10_000
"""Cells with a comment; a spreadsheet program opens many more only after minutes."""
LONGEST_COMMENT = 1_000
SAID = 52
"""Width of the column of messages."""
BELOW = 500
"""Rows below the last one that get drop-down lists too."""
CELLS = 8_000_000
"""Cells of a sheet from which on only the rows in question are written: with all of them the workbook would be too large to be loaded again."""


class Copy:
    """One sheet of the original, written again."""

    def __init__(self, book: Workbook, made: Looks, sheet: Sheet, report: dict[str, Any], marks: Marks, lang: str, written: Written, limits: Limits) -> None:
        self.limits = limits
        self.book, self.made, self.sheet, self.marks, self.lang, self.written = book, made, sheet, marks, lang, written
        self.table: Table | None = BY_NAME.get(report.get("table") or "")
        self.header: list[int] = report.get("header_rows") or []
        self.mapping = report.get("mapping") or []
        rows = report.get("rows", 0)
        self.selecting = bool(self.table) and (rows > limits.sheet_rows or rows * len(self.mapping) > CELLS)
        if not self.selecting:
            anchor(marks, sheet.merged)
        # whether cells beyond the messages were too much in their row
        self.beyond = sheet.text
        self.fields = {place(m["column"]): self.table.by_name[m["field"]] for m in self.mapping if m["field"]} if self.table else {}

    def write(self, tell: Callable[[int], None], taken: set[str]) -> None:
        """Copy the sheet; one that an earlier error workbook added is left out."""
        rows = iter(self.sheet.rows)
        head = list(islice(rows, max(FITTED, self.limits.header_depth)))
        top = head[: self.limits.header_depth]
        ours = own.kind(self.sheet.name, top)
        if ours and ours[0] == "errors":
            return
        name = looks.sheet_name(self.sheet.name, taken)
        self.written.names[self.sheet.name] = name
        page = self.book.add_worksheet(name)
        at, shift = self._column(head, top)
        # the lowest header row with words of its own: a row that only belongs to merges from above must stay so
        self.spoken = max((row for row in self.header if row <= len(head) and filled(head[row - 1])), default=0)
        if shift:
            self.written.shifts[self.sheet.name] = at
        widths = self._widths(head, at, shift)
        lines = Lines(page, self.made, from_1904=self.sheet.from_1904)
        self._rows(lines, chain(head, rows), at, shift, widths, tell)
        self.written.cut += lines.cut
        for column, width in enumerate(widths):
            form = self.made.format("id", "") if column in self._ids(at, shift) else None
            page.set_column(column, column, width, form)
        self._dress(page, lines.last, at, shift)
        lines.close()

    def _column(self, head: list[Row], top: list[Row]) -> tuple[int, int]:
        """Return (column of messages, how far the columns from there on move right); an earlier column of messages is used again."""
        if self.table is None:
            return max(map(len, head), default=0), 0
        earlier = own.column(top)
        if earlier is not None:
            self.beyond = True
            return earlier, 0
        if self.sheet.text:
            # what stands beyond the header was too much in its row, and must be seen to be so again
            return max(len(head[row - 1]) for row in self.header if row <= len(head)), 1
        return max(map(len, head), default=0), 1

    def _ids(self, at: int, shift: int) -> frozenset[int]:
        return frozenset(column + (shift if column >= at else 0) for column, one in self.fields.items() if one.kind in ("id", "phone"))

    def _rows(self, lines: Lines, rows: Iterator[Row], at: int, shift: int, widths: list[float], tell: Callable[[int], None]) -> None:
        ids = self._ids(at, shift)
        last = self.header[-1] if self.header else 0
        fill = Fill(self.sheet, last) if self.selecting else None
        number = 0
        for row, cells in enumerate(rows, start=1):
            if row <= last:
                number = row
                self._header(lines, row, cells, at, shift, widths)
                continue
            messages = self.marks.messages.get(row)
            if fill is not None:
                # rows taken out of a merge carry its value along
                fill.down([cells], row)
            if self.selecting and not messages:
                continue
            number = number + 1 if self.selecting else row
            if number > MOST_ROWS:
                break
            if self.table is None:
                if filled(cells):
                    lines.add(row, cells, special=self._faulty(cells))
                continue
            if messages is None and row not in self.marks.cells and shift and len(cells) <= at:
                lines.add(number, cells, ids=ids, special=self._faulty(cells))
            else:
                self._marked(lines, row, number, list(cells), messages or [], at, shift, ids)
            if not number % 10_000:
                tell(number)

    def _marked(self, lines: Lines, row: int, number: int, cells: Row, messages: list[str], at: int, shift: int, ids: frozenset[int]) -> None:
        """Write a row with its message and the looks and comments of its cells."""
        special = dict(self.marks.cells.get(row, {})) | self._faulty(cells)
        said = messages
        if number != row:
            self.written.rows.setdefault(self.sheet.name, {})[row] = number
            said = [word("files.marked.original_row", self.lang, row=row), *messages]
        if self.beyond and messages:
            # cells beyond the header have no column to be named by
            special |= {column: self.marks.rows[row] for column in range(at if shift else at + 1, len(cells)) if cells[column] not in ("", None)}
        reach = max([len(cells), at, *(column + 1 for column in special)])
        cells += [""] * (reach - len(cells))
        text = "\n".join(said)
        if shift:
            cells.insert(at, text)
            special = {column + (column >= at): look for column, look in special.items()}
        else:
            cells += [""] * (at + 1 - len(cells))
            cells[at] = text
        if messages:
            special[at] = f"said_{self.marks.rows[row]}"
        for column in special:
            if column != at:
                self._comment(lines.sheet, row, number, column, column - (column > at and bool(shift)))
        high = looks.height(min(looks.lines(text, SAID * 1.12), 25), 13) if messages else 0
        lines.add(number, cells, ids=ids, special=special, height=max(high, 16.5) if high else 0)

    def _comment(self, page: Worksheet, row: int, number: int, column: int, before: int) -> None:
        texts = self.marks.comments.get((row, before))
        if not texts:
            return
        if self.written.comments >= COMMENTS:
            self.written.uncommented += 1
            return
        self.written.comments += 1
        text = "\n".join(texts)[:LONGEST_COMMENT]
        high = 15 * looks.lines(text, 34) + 8
        page.write_comment(number - 1, column, text, {"width": 230, "height": min(high, 300), "font_size": 9, "font_name": looks.FONTS[self.lang], "color": "#FFFDE7"})

    def _faulty(self, cells: Row) -> dict[int, str]:
        """Return the look of cells that were an Excel error or a formula without a result: they come back as text."""
        return {at: "error" for at, value in enumerate(cells) if type(value) is Mark}

    def _header(self, lines: Lines, row: int, cells: Row, at: int, shift: int, widths: list[float]) -> None:
        """Write a row of the titles or the header."""
        cells = list(cells)
        if row not in self.header:
            look = "title" if row == 1 else "note"
            lines.add(row, cells[:at] + [""] * (shift and len(cells) > at) + cells[at:], look=look if filled(cells) else "")
            return
        cells += [""] * (at - len(cells))
        if shift:
            cells.insert(at, "")
        else:
            cells += [""] * (at + 1 - len(cells))
        cells[at] = word("files.marked.column", self.lang) if row == self.spoken else ""
        tallest = max((looks.lines(shown(value), width) for value, width in zip(cells, widths, strict=False)), default=1)
        lines.add(row, cells, look="head", height=max(18, looks.height(tallest)))

    def _widths(self, head: list[Row], at: int, shift: int) -> list[float]:
        """Return the width of each column, from its header and first rows."""
        begin = self.header[0] - 1 if self.header else 0
        widths: list[float] = [0.0] * (max(map(len, head), default=0))
        for number, cells in enumerate(head[begin:], start=begin + 1):
            texts = [shown(value) for value in cells]
            if number not in self.header and sum(map(bool, texts)) < 2:
                continue
            for column, text in enumerate(texts):
                most = looks.span(text) + 2.5
                # a header may take two lines
                widths[column] = max(widths[column], most / 2 + 4 if number in self.header and most > 14 else most)
        widths = [min(max(width, looks.NARROW), looks.WIDE) for width in widths]
        if self.table is not None:
            widths += [looks.NARROW] * (at - len(widths))
            widths[at : at if shift else at + 1] = [SAID]
        return widths

    def _dress(self, page: Worksheet, last: int, at: int, shift: int) -> None:
        """Set what is not rows: merges, filter, frozen header, lists of choices, print set-up, hidden or not."""
        page.merge += [] if self.selecting else _merges(self.sheet.merged, at, shift, last)
        looks.printed(page, word("files.marked.page", self.lang))
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{max(last, 1)}"})
        if self.table is not None:
            begin = self.header[-1]
            page.freeze_panes(begin, self._key())
            page.repeat_rows(self.header[0] - 1, begin - 1)
            if last > begin:
                page.autofilter(begin - 1, 0, last - 1, at)
            for column, one in self.fields.items():
                choices = allowed(one)
                if choices and len(",".join(choices)) <= 255:
                    where = column + (shift if column >= at else 0)
                    page.data_validation(begin, where, min(last + BELOW, MOST_ROWS) - 1, where, {"validate": "list", "source": choices, "show_error": False, "ignore_blank": True})
        if self.sheet.hidden:
            page.hide()


    def _key(self) -> int:
        """Return how many columns stay in sight: up to the one that names the case, where it stands near the left edge."""
        keys = [column for column, one in self.fields.items() if self.table is not None and one.name in self.table.key]
        return min(keys, default=9) + 1 if min(keys, default=9) < 3 else 0


def _merges(merged: list[tuple[tuple[int, int], tuple[int, int]]], at: int, shift: int, last: int) -> list[list[int]]:
    """Return the merged ranges as XlsxWriter keeps them, moved with their columns; one that overlaps another is left out."""
    kept: list[list[int]] = []
    active: list[list[int]] = []
    for (top, left), (bottom, right) in sorted(merged):
        if shift:
            left, right = left + (left >= at), right + (right >= at)
        bottom, right = min(bottom, last - 1), min(right, 16_383)
        if bottom < top or right < left or (top, left) == (bottom, right):
            continue
        active = [one for one in active if one[2] >= top]
        if any(one[1] <= right and left <= one[3] for one in active):
            continue
        active.append([top, left, bottom, right])
        kept.append(active[-1])
    return kept
