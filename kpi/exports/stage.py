"""Rows of one sheet into staged Parquet: skipped, rejected or staged, every one of them, chunk by chunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi.exports import ahead, duplicates, fills, keys, offer, rejects, schema, spans, typed
from kpi.exports.blocks import Block, Rows
from kpi.exports.clock import Clock
from kpi.exports.encoded import Encoded
from kpi.exports.fills import Fill, filled
from kpi.exports.layout import Column, Layout
from kpi.exports.limits import Limits
from kpi.exports.outcome import Noted, Reject
from kpi.exports.parsers import pair, parser
from kpi.exports.report import Listing
from kpi.exports.sheets import Sheet
from kpi.exports.skips import Skipper
from kpi.exports.staged import Staged
from kpi.exports.titles import Titles, note
from kpi.exports.typed import Reader, Typed
from kpi.problems import LimitProblem

DATED = frozenset(["day", "half", "moment", "slot"])
"""Precisions from which a bare time of day may borrow the date."""

GROUP = 60_000
"""Rows from which on they are written together: each group of rows costs a piece of each column."""

COUNTED = frozenset(["note_ignored", "read_as_month_day", "date_borrowed", "unsure", "paid_by_government"])
"""Notes that may stand on many rows: one finding per column, with the first row and how many there are."""


class Stage:
    """Stages one sheet; afterwards `rows`, `staged` and the listing's counts satisfy rows = staged + rejected + skipped."""

    def __init__(
        self, sheet: Sheet, layout: Layout, stated: Titles, titles: list[str], *, submitter: str | None, limits: Limits, most: int, tell: Callable[[int], None]
    ) -> None:
        self.sheet, self.layout, self.table, self.stated = sheet, layout, layout.table, stated
        self.limits, self.most, self.tell = limits, most, tell
        self.listing = Listing(sheet.name, limits.listed)
        self.submitter = stated.submitter or submitter
        self.rows = self.staged = 0
        self.columns: dict[str, Column] = {c.field.name: c for c in layout.columns if c.field is not None}
        self.fields = schema.fields(self.table, self.columns)
        self.gaps = offer.Gaps(self.columns)
        self.context = stated.context()._replace(from_1904=sheet.from_1904)
        self.readers = {name: self._reader(column, column.words) for name, column in self.columns.items()}
        self.width = 1 + max((c.at for c in layout.columns), default=0)
        self.skipper = Skipper(layout, titles, fills.wide(sheet, layout.last))
        self.widths = {name: keys.Widths() for name, column in self.columns.items() if column.field.kind == "id" and name in (*self.table.key, "app_id")}
        self.notes: dict[tuple[str, str], list[Any]] = {}
        self.fallbacks: list[int] = []
        self.other = 0
        """The header row of another table below which the rows stand, else 0."""

    def _reader(self, column: Column, words: str) -> Reader:
        parse = parser(column.field, table=self.table.name, header=words, unit=self.stated.unit, context=self.context, end=column.end)
        return Reader(column.field, parse if column.beside is None else pair(parse), whole=not column.end)

    def above(self, number: int) -> None:
        """Reject a record that stands above the header."""
        self.rows += 1
        self.listing.reject("row", number, "", "", None, "above_header", {"row": self.layout.header_rows[0]})

    def write(self, data: Iterator[Block], path: Path) -> None:
        """Type, check and write all rows below the header to `path`."""
        fill = Fill(self.sheet, self.layout.last)
        number = self.layout.last + 1
        waiting: list[pa.Table] = []
        watch = keys.Watch(self.table)
        with Staged(path, self.fields) as staged:
            for block in ahead.read(data):
                if isinstance(block, Rows):
                    fill.down(block.rows, number)
                elif block.reach > self.width:
                    # cells beyond the header: each row is looked at
                    block = Rows(block.rows)
                batch = self._block(block, number)
                number += len(block)
                watch.see(batch)
                self.gaps.see(batch)
                waiting.append(batch)
                if sum(part.num_rows for part in waiting) >= GROUP:
                    staged.write(pa.concat_tables(waiting))
                    waiting = []
                self.tell(self.rows)
            if any(part.num_rows for part in waiting):
                staged.write(pa.concat_tables(waiting))
            staged.say("keys", watch.said())
        if not watch.rising:
            self.staged -= duplicates.reject(path, self.table, self.columns, self.listing)
        self._close()

    def _block(self, block: Block, first: int) -> pa.Table:
        lost = self._shifted(block) if self.sheet.text and block.reach > self.width else {}
        encoded: dict[int, Encoded] = {}

        def column(at: int) -> Encoded:
            if at not in encoded:
                encoded[at] = block.column(at)
            return encoded[at]

        nodata, others = self._nodata(block, first, self.skipper.doubtful(map(column, range(self.width)), first, len(block)))
        columns: dict[str, Typed] = {}
        for name, where in self.columns.items():
            columns[name] = self.readers[name].read(column(where.at) if where.beside is None else block.both(where.at, where.beside))
        self._borrow(columns)
        out = nodata | self._out_of_scope(first, columns, nodata)
        rejected = self._rejected(first, columns, out, {**lost, **others})
        keep = ~(out | rejected)
        self._list_cells(first, columns, keep)
        return self._arrow(first, columns, keep)

    def _nodata(self, block: Block, first: int, doubtful: np.ndarray) -> tuple[np.ndarray, dict[int, tuple[str, Reject]]]:
        """Return which rows are blank or no data, and which belong to another table; count every row that is not blank, and list those that are no data."""
        nodata = np.zeros(len(block), bool)
        others = np.full(len(block), self.other)
        blank = 0
        places = np.flatnonzero(doubtful).tolist()
        for row, cells in zip(places, block.some(places), strict=True):
            if not filled(cells):
                nodata[row] = True
                blank += 1
                continue
            code = self.skipper.code(first + row, cells)
            if code is None:
                continue
            nodata[row] = True
            self.listing.skip(first + row, code)
            if code in ("other_header", "repeated_header"):
                self.other = others[row:] = first + row if code == "other_header" else 0
            if code == "units":
                # the row names the units of the columns above it
                for name, column in self.columns.items():
                    if column.at < len(cells) and cells[column.at]:
                        self.readers[name] = self._reader(column, f"{column.words} ({cells[column.at]})")
            if code in ("footer", "section"):
                note(self.stated, " ".join(str(cell) for cell in cells if isinstance(cell, str)))
        self.rows += len(block) - blank
        if self.rows > self.most:
            raise LimitProblem(
                f"“{self.sheet.name}”超过 {self.most} 行，请按月份拆分（或另存为 .csv）后导入。",
                f"'{self.sheet.name}' has more than {self.most} rows; split it by month, or save it as .csv.",
            )
        return nodata, {row: ("", Reject("another_table", {"row": int(others[row])})) for row in np.flatnonzero(others).tolist()}

    def _shifted(self, block: Block) -> dict[int, tuple[str, Reject]]:
        """Return rows of a text file with filled cells beyond the header: a separator inside a cell has moved them.

        Where nearly all rows reach equally far, the header merely leaves its last columns unnamed.
        """
        found: dict[int, tuple[str, Reject]] = {}
        reach: Counter[int] = Counter()
        for row, cells in enumerate(block.rows):
            if len(cells) > self.width and (extra := [c for c in cells[self.width :] if c.strip()]):
                found[row] = extra[0], Reject("too_many_cells", {"width": self.width})
                reach[len(cells)] += 1
        return {} if reach and reach.most_common(1)[0][1] > max(3, 0.8 * len(block)) else found

    def _borrow(self, columns: dict[str, Typed]) -> None:
        """Give a bare time of day the date of the nearest earlier column of its event, or reject it."""
        grouped = {name: group for group in self.table.days for name in group}
        for name in [*grouped, *(n for n in columns if n not in grouped)]:
            if name not in columns or columns[name].field.kind != "time":
                continue
            column = columns[name]
            earlier = [n for n in reversed(grouped.get(name, ())[: grouped.get(name, (name,)).index(name)]) if n in columns]
            for row in np.flatnonzero(column.matching(lambda outcome: isinstance(outcome, Clock))).tolist():
                span = next((s for n in earlier if (s := columns[n].value(row)) is not None), None)
                if span is None or span.precision not in DATED:
                    column.override[row] = Reject("time_without_date")
                else:
                    column.override[row] = Noted(spans.on(span.start.date(), column.outcome(row)), "date_borrowed")

    def _out_of_scope(self, first: int, columns: dict[str, Typed], nodata: np.ndarray) -> np.ndarray:
        """Skip residents and test rows."""
        skipped = np.zeros(nodata.size, bool)
        for name, value, code in (("user_type", "居民", "resident"), ("is_test", True, "test")):
            if name in columns and self.table.name == "application":
                mask = columns[name].equal(value) & ~skipped & ~nodata
                for row in np.flatnonzero(mask).tolist():
                    self.listing.skip(first + row, code)
                skipped |= mask
        return skipped

    def _rejected(self, first: int, columns: dict[str, Typed], out: np.ndarray, lost: dict[int, tuple[str, Reject]]) -> np.ndarray:
        """Reject rows that are `lost`, or have no usable key or required column."""
        self.keys = keys.of(self.table, columns, ~out)
        lacking = rejects.Lacking(self.table, self.columns, columns, self.keys.is_null().to_numpy(zero_copy_only=False))
        lost = {row: why for row, why in lost.items() if not out[row]}
        moved = np.zeros(out.size, bool)
        moved[list(lost)] = True
        rejects.moved(first, lost, self.listing)
        lacking.tell(first, lacking.rows & ~out & ~moved, self.listing)
        return (lacking.rows | moved) & ~out

    def _list_cells(self, first: int, columns: dict[str, Typed], keep: np.ndarray) -> None:
        """List the unreadable cells and the notes of the rows that are kept."""
        for name, column in columns.items():
            if column.special or column.override:
                rejects.cells(name, column, self.columns, first, keep, self.listing)
                self._list_notes(first, name, column, keep)
        for name, widths in self.widths.items():
            widths.watch(columns[name], first)
        fallen = pc.starts_with(self.keys, keys.FALLBACK).fill_null(False).to_numpy(zero_copy_only=False)
        self.fallbacks += (first + np.flatnonzero(fallen & keep)).tolist()

    def _list_notes(self, first: int, name: str, column: Typed, keep: np.ndarray) -> None:
        for code in column.codes():
            rows = np.flatnonzero(column.matching(lambda outcome, code=code: isinstance(outcome, Noted) and outcome.code == code) & keep)
            if code in COUNTED:
                if rows.size:
                    row = int(rows[0])
                    self.notes.setdefault((name, code), [first + row, rejects.raw(column, row), 0, column.outcome(row)])[2] += rows.size
                continue
            listed = rows[: self.listing.findings_left]
            for row in listed.tolist():
                outcome = column.outcome(row)
                self.listing.find(outcome.severity, code, first + row, self.columns[name].header, rejects.raw(column, row), column.field, outcome.args)
            self.listing.beyond(cells=rows.size - listed.size)

    def _arrow(self, first: int, columns: dict[str, Typed], keep: np.ndarray) -> pa.Table:
        size = keep.size
        arrays: list[pa.Array] = []
        for field in self.fields:
            arrays += columns[field.name].staged() if field.name in columns else typed.blank(field, size)
        shape = schema.of(self.fields)
        if "docs_zero" in columns:
            at = shape.get_field_index("docs_requested_n")
            none = pa.array(columns["docs_zero"].equal(True))
            arrays[at] = pc.if_else(pc.and_(none, pc.is_null(arrays[at])), pa.scalar(0, pa.int64()), arrays[at])
        same = [pa.repeat(pa.scalar(value, pa.string()), size) for value in (self.sheet.name, self.submitter)]
        arrays += [same[0], pa.array(np.arange(first, first + size)), self.keys, same[1]]
        batch = pa.Table.from_arrays(arrays, schema=shape)
        self.staged += int(keep.sum())
        return batch if keep.all() else batch.filter(pa.array(keep))

    def _close(self) -> None:
        listing = self.listing
        for (name, code), (row, raw, count, outcome) in self.notes.items():
            column = self.columns[name]
            listing.find(outcome.severity, code, row, column.header, raw, column.field, {**outcome.args, "count": count})
        if self.fallbacks:
            listing.find("info", "fallback_key", self.fallbacks[0], self.table.by_name[self.table.key[0]].zh, args={"count": len(self.fallbacks)})
        for name, widths in self.widths.items():
            usual, narrow = widths.narrow()
            for row, key in narrow:
                listing.find("warning", "narrow_key", row, self.columns[name].header, key, args={"width": usual})
        for column in self.layout.ignored:
            listing.find("info", "duplicate_column", self.layout.last, column.header)
        for missing, source in self.table.stand_in:
            if missing in self.columns and source in self.columns and self.columns[missing].at == self.columns[source].at:
                listing.find("info", "stand_in", self.layout.last, self.columns[source].header, args={"name": self.table.by_name[missing].zh})
        if self.sheet.hidden:
            listing.find("info", "hidden_sheet")
        if self.sheet.wide:
            listing.find("warning", "columns_cut", args={"limit": self.limits.columns})
