"""Rows that cannot be loaded, and cells that cannot be read: each is listed, and where the list is full they are counted many at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from kpi.exports.fields import Table
from kpi.exports.layout import Column
from kpi.exports.outcome import Reject
from kpi.exports.report import Listing
from kpi.exports.typed import Typed


def unread(outcome: Any) -> bool:
    """Whether a cell could not be read."""
    return isinstance(outcome, Reject)


class Lacking:
    """Which rows of one chunk lack a key or a required column; `keyless` tells for each row whether it has neither key nor fallback."""

    def __init__(self, table: Table, where: dict[str, Column], columns: dict[str, Typed], keyless: np.ndarray) -> None:
        self.table, self.where, self.columns = table, where, columns
        self.known = {name: columns[name].known() for group in (table.key, *table.required) for name in group if name in columns}
        self.groups = [(table.key, "key_blank"), *((group, "required_blank") for group in table.required)]
        self.which = np.full(keyless.size, len(self.groups))
        """The place among the groups of the first that a row lacks."""
        for at, group in reversed(list(enumerate(table.required, start=1))):
            self.which[~np.any([self.known.get(name, np.zeros(keyless.size, bool)) for name in group], axis=0)] = at
        self.which[keyless] = 0
        self.rows = self.which < len(self.groups)

    def tell(self, first: int, rows: np.ndarray, listing: Listing) -> None:
        """List `rows` of a chunk whose first row has the number `first`: each once, its other unreadable cells as findings."""
        if not rows.any():
            return
        bad = {name: mask for name, column in self.columns.items() if (mask := column.matching(unread) & rows).any()}
        for row in np.flatnonzero(rows).tolist():
            if not listing.rejects_left and not (bad and listing.findings_left):
                rows, bad = rows.copy(), {name: mask.copy() for name, mask in bad.items()}
                for mask in (rows, *bad.values()):
                    mask[:row] = False
                listing.beyond(rows=int(rows.sum()), cells=sum(int(mask.sum()) for mask in bad.values()) - int(self._told(bad, rows.size).sum()))
                return
            self._one(row, first + row, [name for name, mask in bad.items() if mask[row]], listing)

    def _told(self, bad: dict[str, np.ndarray], size: int) -> np.ndarray:
        """Return for which rows an unreadable cell is the reason that they are rejected for."""
        told = np.zeros(size, bool)
        for at, (group, _) in enumerate(self.groups):
            for name in bad.keys() & set(group):
                told |= bad[name] & (self.which == at)
        return told

    def _one(self, row: int, number: int, bad: list[str], listing: Listing) -> None:
        group, code = self.groups[self.which[row]]
        told = next((name for name in bad if name in group), None)
        for name in bad:
            column = self.columns[name]
            outcome, header, value = column.outcome(row), self.where[name].header, raw(column, row)
            if name == told:
                listing.reject("row", number, header, value, column.field, outcome.code, outcome.args)
            else:
                listing.find("warning", outcome.code, number, header, value, column.field, outcome.args)
        if told is None:
            blank = next((name for name in group if name not in self.known or not self.known[name][row]), group[0])
            header = self.where[blank].header if blank in self.where else self.table.by_name[blank].zh
            if code == "required_blank" and not any(name in self.where for name in group):
                code = "required_absent"
            listing.reject("row", number, header, "", None, code, {"name": self.table.by_name[blank].zh})


def moved(first: int, rows: dict[int, tuple[str, Reject]], listing: Listing) -> None:
    """List rows of a chunk that are no record of this table, each with the cell that tells and the reason."""
    for row, (value, why) in rows.items():
        listing.reject("row", first + row, "", value, None, why.code, why.args)


def cells(name: str, column: Typed, where: dict[str, Column], first: int, keep: np.ndarray, listing: Listing) -> None:
    """List the unreadable cells of one column in the rows that are kept."""
    rows = np.flatnonzero(column.matching(unread) & keep)
    listed = rows[: listing.rejects_left]
    for row in listed.tolist():
        outcome = column.outcome(row)
        listing.reject("cell", first + row, where[name].header, raw(column, row), column.field, outcome.code, outcome.args)
    listing.beyond(cells=rows.size - listed.size)


def raw(column: Typed, row: int) -> Any:
    """Return a cell as it stands in the file; of two cells of one time, both."""
    cell = column.raw(row)
    return " ".join(str(part) for part in cell if part not in ("", None)) if isinstance(cell, tuple) else cell
